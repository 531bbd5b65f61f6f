//! What somebody gave, as it stands on their page: newest first, in pieces.

use super::store::{self, Filter};
use super::{Kind, Listed};
use crate::base::clock::Millis;
use crate::base::listing::Cursor;
use crate::base::{Node, Result};
use crate::directory::{Actor, ActorKind, Visit, uri};
use crate::web::kit::{self, CardProps, Producer};
use crate::web::{Locale, icon};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use maud::{Markup, html};

const AT_ONCE: usize = 12;

/// The newest publications of a network or a member, each a card, and the way to the older ones.
pub fn by_actor<'a>(
    node: &'a Node,
    visit: &'a Visit,
    actor: &'a Actor,
) -> BoxFuture<'a, Result<Option<Markup>>> {
    async move {
        let mut filter = Filter::default();
        if matches!(actor.kind, ActorKind::Group) {
            filter.network = Some(actor.id.clone());
        } else {
            filter.author = Some(actor.id.clone());
        }
        let older = older_than(&visit.path);
        let page = store::list(node, &visit.viewer, &filter, older.as_ref(), AT_ONCE).await?;
        let counts = store::count(node, &visit.viewer, &filter).await?;
        let next = page
            .next
            .as_ref()
            .map(|next| format!("{}?older={}#publications", actor.path(), next.encode()));
        let locale = visit.locale;
        let title = match actor.kind {
            ActorKind::Group => visit.t("network-publications"),
            _ => locale.tn(
                "member-publications",
                &[("name", actor.name.as_str().into())],
            ),
        };
        let none = locale.tn("member-empty", &[("name", actor.name.as_str().into())]);
        let cards: Vec<CardProps> = page.items.iter().map(|item| card(visit, item)).collect();
        Ok(Some(html! {
            section.section #publications {
                div.section-head {
                    h2 { (title) }
                    @if !counts.is_empty() { (how_many(locale, &counts)) }
                }
                @if cards.is_empty() { p.quiet { (none) } } @else { (kit::cards(&cards)) }
                @if older.is_some() {
                    p { a href={ (actor.path()) "#publications" } { (visit.t("bank-newest")) } }
                }
                (kit::pagination(next.as_deref(), &visit.t("action-older")))
            }
        }))
    }
    .boxed()
}

/// Where the list goes on, as the page's own address says.
fn older_than(path: &str) -> Option<Cursor> {
    let query = path.split_once('?')?.1;
    let word = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "older")
        .map(|(_, value)| value.into_owned())?;
    Cursor::decode(&word)
}

fn how_many(locale: Locale, counts: &[(Kind, i64)]) -> Markup {
    let all: i64 = counts.iter().map(|(_, n)| n).sum();
    html! { span.quiet { (locale.tn("home-count", &[("count", all.into())])) } }
}

fn card(visit: &Visit, item: &Listed) -> CardProps {
    let locale = visit.locale;
    let icon = match item.kind {
        Kind::Experience => icon::experience(),
        Kind::Event => icon::calendar(),
        Kind::Paper => icon::paper(),
    };
    let giver = item.network.as_ref().unwrap_or(&item.author);
    let named = item.network.as_ref().map(|_| &item.author);
    let zone = item.timezone.as_deref().unwrap_or("UTC");
    let mut meta = Vec::new();
    if let Some(start) = item.start_time {
        meta.push(html! { (icon::clock()) (locale.range(start, item.end_time, zone)) });
    }
    let place = item.place.as_ref().map(super::Place::line);
    if let Some(place) = place.filter(|place| !place.is_empty()) {
        meta.push(html! { (icon::place()) (place) });
    }
    if item.start_time.is_none() {
        meta.push(html! { (locale.ago(item.published, visit.node.now())) });
    }
    CardProps {
        href: uri::publication_path(&item.id),
        kicker: Some((icon, visit.t(&format!("kind-{}", item.kind.code())))),
        name: item.name.clone(),
        lang: Some(item.language.clone()).filter(|language| language != locale.code()),
        producer: Producer {
            name: named.map(|author| author.name.clone()),
            href: named.map(|author| author.path.clone()),
            network: giver.name.clone(),
            network_href: Some(giver.path.clone()),
            host: (!item.local).then(|| giver.host.clone()),
        },
        summary: Some(item.summary.clone()).filter(|text| !text.is_empty()),
        meta,
        badge: None,
        picture: None,
        day: item.start_time.and_then(|at| leaf(locale, at, zone)),
    }
}

/// The day and month of a moment where it takes place.
fn leaf(locale: Locale, at: Millis, zone: &str) -> Option<(String, String)> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let day = jiff::Timestamp::from_millisecond(at)
        .ok()?
        .to_zoned_datetime(zone)
        .datetime();
    Some((
        day.day().to_string(),
        locale.month_short(day.month()).to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_ones_are_found_by_the_address() {
        let cursor = Cursor {
            at: 5,
            id: "x".into(),
        };
        let path = format!("/users/a?older={}", cursor.encode());
        assert_eq!(older_than(&path), Some(cursor));
        assert_eq!(older_than("/users/a"), None);
        assert_eq!(older_than("/users/a?older=%"), None);
    }

    #[test]
    fn the_settings_offer_the_licences_that_a_publication_may_have() {
        let offered = crate::directory::page::settings::LICENCES;
        let known = super::super::draft::LICENCES.map(|(id, _)| id);
        assert_eq!(offered, known);
    }
}
