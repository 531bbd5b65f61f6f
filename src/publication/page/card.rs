//! A publication in a list: who gives it, what it is, and the way to its owner.

use crate::base::Node;
use crate::directory::Visit;
use crate::publication::{Audience, Kind, Listed, Producer, draft};
use crate::web::kit::{self, CardProps, Tone};
use crate::web::{Arg, Locale, icon, locale};
use maud::{Markup, html};

/// The language, in words; its code when we have no word for it.
pub fn language_name(locale: Locale, code: &str) -> String {
    let primary = code.split('-').next().unwrap_or(code);
    let key = format!("language-{primary}");
    if locale.has(&key) {
        locale.t(&key)
    } else {
        code.to_owned()
    }
}

/// The key of a licence's name, for those we offer.
pub fn licence_key(licence: &str) -> Option<&'static str> {
    Some(match licence {
        "CC-BY-SA-4.0" => "licence-cc-by-sa-4",
        "CC-BY-4.0" => "licence-cc-by-4",
        "CC-BY-NC-SA-4.0" => "licence-cc-by-nc-sa-4",
        "CC0-1.0" => "licence-cc0-1",
        "etalab-2.0" => "licence-etalab-2",
        "all-rights-reserved" => "licence-all-rights",
        _ => return None,
    })
}

/// A licence by its name, with a link to the page that explains it.
pub fn licence(locale: Locale, licence: &str) -> Markup {
    let name = match licence_key(licence) {
        Some(key) => locale.t(key),
        None if licence.is_empty() => locale.t("licence-none"),
        None => licence.to_owned(),
    };
    html! {
        @if let Some(url) = draft::licence_url(licence) {
            a href=(url) rel="license noopener" { (name) }
        } @else { (name) }
    }
}

/// The drawing that stands for a kind.
pub fn kind_icon(kind: Kind) -> Markup {
    match kind {
        Kind::Experience => icon::experience(),
        Kind::Event => icon::calendar(),
        Kind::Paper => icon::paper(),
    }
}

/// A kind's name.
pub fn kind_name(locale: Locale, kind: Kind) -> String {
    locale.t(&format!("kind-{}", kind.code()))
}

/// A mark for what not everybody may read.
pub fn audience_badge(locale: Locale, audience: Audience) -> Option<Markup> {
    (audience != Audience::Public).then(|| {
        kit::badge(
            Tone::Warning,
            &locale.t(&format!("audience-{}", audience.code())),
        )
    })
}

/// Who gives something, network and person; `linked` leads to their pages on this node.
pub fn producer(
    author: &Producer,
    network: Option<&Producer>,
    local: bool,
    linked: bool,
) -> kit::Producer {
    let href = |producer: &Producer| linked.then(|| producer.path.clone());
    let host = (!local).then(|| author.host.clone());
    match network.filter(|network| network.id != author.id) {
        Some(network) => kit::Producer {
            name: Some(author.name.clone()),
            href: href(author),
            network: network.name.clone(),
            network_href: href(network),
            host,
        },
        None => kit::Producer {
            network: author.name.clone(),
            network_href: href(author),
            host,
            ..kit::Producer::default()
        },
    }
}

/// The time zone to say an event's times in: its own, else the network's.
pub fn zone<'a>(visit: &'a Visit, own: Option<&'a str>) -> &'a str {
    own.filter(|name| locale::is_timezone(name))
        .or_else(|| {
            visit
                .home
                .as_ref()
                .map(|home| home.settings.timezone.as_str())
        })
        .unwrap_or("UTC")
}

/// The path of a picture of ours; `small` for its thumbnail.
pub fn media_path(name: &str, small: bool) -> String {
    if small {
        format!("/media/{}", name.replacen('.', ".thumb.", 1))
    } else {
        format!("/media/{name}")
    }
}

/// What a card shows of a publication. Of a copy, the first link leads to its owner's page, the second
/// to what is kept here.
pub fn card(visit: &Visit, item: &Listed) -> CardProps {
    let locale = visit.locale;
    let here = format!("/publications/{}", item.id);
    let timezone = zone(visit, item.timezone.as_deref());
    let day = item.start_time.map(|start| {
        let (day, month) = locale::day_and_month(start, timezone);
        (day.to_string(), locale.month_short(month).to_owned())
    });
    let host = &item.author.host;
    CardProps {
        href: if item.local {
            here.clone()
        } else {
            item.url.clone()
        },
        kicker: Some((kind_icon(item.kind), kind_name(locale, item.kind))),
        name: item.name.clone(),
        lang: Some(item.language.clone()),
        producer: producer(&item.author, item.network.as_ref(), item.local, item.local),
        summary: Some(item.summary.clone()).filter(|summary| !summary.is_empty()),
        meta: meta(&visit.node, locale, item, timezone),
        badge: audience_badge(locale, item.audience),
        picture: item
            .picture
            .as_ref()
            .filter(|_| item.local)
            .map(|picture| (media_path(&picture.src, true), picture.alt.clone())),
        day,
        away: (!item.local).then(|| locale.tn("card-read-at", &[("host", Arg::from(host))])),
        links: if item.local {
            Vec::new()
        } else {
            vec![(here, locale.t("card-copy"))]
        },
        ..CardProps::default()
    }
}

fn meta(node: &Node, locale: Locale, item: &Listed, timezone: &str) -> Vec<Markup> {
    let mut meta = Vec::new();
    if let Some(start) = item.start_time {
        let when = locale.range(start, item.end_time, timezone);
        meta.push(html! { (icon::clock()) (when) });
    }
    if let Some(place) = &item.place {
        let line = if place.locality.is_empty() {
            place.line()
        } else {
            place.locality.clone()
        };
        if !line.is_empty() {
            meta.push(html! { (icon::place()) (line) });
        }
    }
    if item.start_time.is_none() {
        let at = crate::base::clock::rfc3339(item.published);
        let said = locale.ago(item.published, node.now());
        meta.push(html! { time datetime=(at) { (said) } });
    }
    if item.language.split('-').next() != Some(locale.code()) {
        meta.push(html! { (icon::language()) (language_name(locale, &item.language)) });
    }
    meta
}

/// Cards of publications, side by side.
pub fn cards(visit: &Visit, items: &[Listed]) -> Markup {
    let cards: Vec<CardProps> = items.iter().map(|item| card(visit, item)).collect();
    kit::cards(&cards)
}
