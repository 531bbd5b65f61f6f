//! The page of one publication, ours or a copy: who gives it, what it says, and how we know.

use super::card;
use crate::base::{Error, Millis, Result, text};
use crate::directory::{Actor, Visit, store as directory};
use crate::publication::kind::Field;
use crate::publication::{
    Audience, Picture, Producer, Publication, Text, Verified, publish, store,
};
use crate::web::form::{self, Confirm};
use crate::web::kit::{self, Tone};
use crate::web::{Arg, Panel, icon, panel};
use axum::extract::{Path, Query};
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;

/// Which language version somebody asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Version {
    lang: String,
}

/// What a page shows: the publication, and those who give it.
pub struct Shown {
    /// The publication.
    pub publication: Publication,
    /// Its author.
    pub author: Producer,
    /// Its network, unless it is nobody's but its author's.
    pub network: Option<Producer>,
    /// Whether it is only shown to its author so far, on a page with a name of its own.
    pub unsent: bool,
}

/// `GET /publications/{id}`
///
/// # Errors
/// [`Error::NotFound`] when there is none that this visitor may see.
pub async fn show(
    visit: Visit,
    Path(id): Path<String>,
    Query(version): Query<Version>,
    below_origin: &[Panel<Visit, Publication>],
) -> Result<Response> {
    let publication = match store::find_visible(&visit.node, &visit.viewer, &id).await {
        Err(Error::Gone) => return withdrawn(&visit, &id).await,
        found => found?,
    };
    let shown = with_producers(&visit, publication).await?;
    let publication = &shown.publication;
    let asked = if version.lang.is_empty() {
        visit.locale.code()
    } else {
        &version.lang
    };
    let text = publication.text(asked);
    let more = panel::show(below_origin, &visit.node, &visit, publication).await;
    let body = html! {
        (breadcrumb(&visit, publication, &text.name))
        (kit::with_aside(
            article(&visit, &shown, text),
            &visit.t("publication-facts"),
            aside(&visit, &shown, text, more),
        ))
    };
    let mut chrome = visit.chrome();
    if publication.audience == Audience::Public {
        chrome.alternate = Some(publication.uri.clone());
    }
    let speaker = shown.network.as_ref().unwrap_or(&shown.author);
    chrome.creator = Some(crate::directory::uri::address(
        &speaker.handle,
        &speaker.host,
    ));
    chrome.description = Some(text.summary.clone()).filter(|summary| !summary.is_empty());
    Ok(visit.page_in(&chrome, &text.name, body))
}

/// Finds who gives a publication.
///
/// # Errors
/// When the database refuses.
pub async fn with_producers(visit: &Visit, publication: Publication) -> Result<Shown> {
    let ids: Vec<String> = std::iter::once(publication.author_id.clone())
        .chain(publication.network_id.clone())
        .collect();
    let actors = directory::find_actors(&visit.node, &ids).await?;
    let of = |id: &str| actors.iter().find(|actor| actor.id == id).map(producer_of);
    Ok(Shown {
        author: of(&publication.author_id).ok_or(Error::NotFound)?,
        network: publication.network_id.as_deref().and_then(of),
        publication,
        unsent: false,
    })
}

/// An actor as the one who gives something.
pub fn producer_of(actor: &Actor) -> Producer {
    Producer {
        path: actor.path(),
        id: actor.id.clone(),
        uri: actor.uri.clone(),
        name: actor.name.clone(),
        handle: actor.handle.clone(),
        host: actor.host.clone(),
    }
}

async fn withdrawn(visit: &Visit, id: &str) -> Result<Response> {
    let held = store::find(&visit.node, id).await?.ok_or(Error::NotFound)?;
    let date = visit.locale.date(held.version());
    let title = visit.t("publication-withdrawn-title");
    let said = visit
        .locale
        .tn("publication-withdrawn-text", &[("date", Arg::from(date))]);
    let bank = visit.t(&format!("bank-{}s-title", held.kind().code()));
    let body = html! {
        div.error-page {
            p.error-page-mark aria-hidden="true" { (icon::lost()) }
            h1 { (title) }
            p.lede { (said) }
            p.actions { a.button href=(held.kind().bank()) { (bank) } }
        }
    };
    let mut response = visit.page(&title, body);
    *response.status_mut() = StatusCode::GONE;
    Ok(response)
}

/// Where a publication stands: in its bank.
pub fn breadcrumb(visit: &Visit, publication: &Publication, name: &str) -> Markup {
    let kind = publication.kind();
    let home = visit.t("nav-home");
    let bank = visit.t(&format!("kind-{}-plural", kind.code()));
    kit::breadcrumb(visit.locale, &[("/", &home), (kind.bank(), &bank)], name)
}

/// The publication itself, as it is read.
pub fn article(visit: &Visit, shown: &Shown, text: &Text) -> Markup {
    let publication = &shown.publication;
    html! {
        article.publication {
            (head(visit, shown, text))
            @if let Some(picture) = &publication.picture { (figure(visit, publication, picture)) }
            @if publication.start_time.is_some() { (when_and_where(visit, publication)) }
            // The headings of a text begin at the third level: none is skipped above them.
            @if !shown.unsent { h2.visually-hidden { (visit.t("write-content")) } }
            (kit::prose(PreEscaped(text::sanitise(&text.html)), Some(&text.language)))
            (own_fields(visit, publication, text))
        }
    }
}

fn head(visit: &Visit, shown: &Shown, text: &Text) -> Markup {
    let (locale, publication) = (visit.locale, &shown.publication);
    let kind = publication.kind();
    let producer = card::producer(
        &shown.author,
        shown.network.as_ref(),
        publication.local,
        true,
    );
    html! {
        header.publication-head {
            (kit::producer_line(&producer))
            p.card-kicker {
                span.kicker { (card::kind_icon(kind)) (card::kind_name(locale, kind)) }
                @if let Some(badge) = card::audience_badge(locale, publication.audience) { (badge) }
            }
            @if shown.unsent { h2.publication-name lang=(text.language) { (text.name) } }
            @else { h1 lang=(text.language) { (text.name) } }
            @if !text.summary.is_empty() { p.lede lang=(text.language) { (text.summary) } }
            @if !publication.local {
                div.copy-note {
                    p { (visit.t("publication-copy")) }
                    (read_there(visit, shown))
                }
            }
        }
    }
}

fn read_there(visit: &Visit, shown: &Shown) -> Markup {
    let host = [("host", Arg::from(&shown.author.host))];
    html! {
        a.button.primary href=(shown.publication.url) rel="external noopener" {
            (icon::outward()) (visit.locale.tn("card-read-at", &host))
        }
    }
}

fn figure(visit: &Visit, publication: &Publication, picture: &Picture) -> Markup {
    html! {
        figure.publication-picture {
            @if publication.local {
                img src=(card::media_path(&picture.src, false)) alt=(picture.alt) decoding="async";
                @if !picture.alt.is_empty() { figcaption aria-hidden="true" { (picture.alt) } }
            } @else {
                // Another's picture is linked to and never loaded: its host would see our readers.
                a href=(picture.src) rel="external noopener nofollow" {
                    (visit.t("publication-picture-there"))
                }
                @if !picture.alt.is_empty() { figcaption { (picture.alt) } }
            }
        }
    }
}

fn when_and_where(visit: &Visit, publication: &Publication) -> Markup {
    let Some(start) = publication.start_time else {
        return html! {};
    };
    let zone = card::zone(visit, publication.timezone.as_deref());
    let when = visit.locale.range(start, publication.end_time, zone);
    let over = publication.end_time.unwrap_or(start) < visit.node.now();
    html! {
        div.when-where {
            p.when { (icon::calendar()) span { span.visually-hidden { (visit.t("publication-when")) " " } (when) } }
            @if let Some(place) = publication.place.as_ref().filter(|place| !place.line().is_empty()) {
                p.where { (icon::place()) span { span.visually-hidden { (visit.t("publication-where")) " " } (place.line()) } }
            }
            @if over { p.quiet { (visit.t("publication-over")) } }
        }
    }
}

/// The longer fields of its kind, as parts of the text; the short ones are among the facts.
fn own_fields(visit: &Visit, publication: &Publication, text: &Text) -> Markup {
    let long = |field: &&Field| field.rows > 1;
    html! {
        @for field in publication.kind().fields().iter().filter(long) {
            @let value = publication.detail.text(field.name);
            @if !value.trim().is_empty() {
                section.own-field {
                    h2 { (visit.t(&format!("field-{}", field.name))) }
                    (kit::prose(PreEscaped(text::markdown_to_html(&value)), Some(&text.language)))
                }
            }
        }
    }
}

fn aside(visit: &Visit, shown: &Shown, text: &Text, below_origin: Markup) -> Markup {
    let publication = &shown.publication;
    html! {
        h2 { (visit.t("publication-facts")) }
        (kit::facts(&facts(visit, publication)))
        @if publication.texts.len() > 1 { (versions(visit, publication, text)) }
        h2 #origin { (visit.t("verified-title")) }
        (provenance(visit, shown))
        (below_origin)
        h2 { (visit.t("publication-address")) }
        p.quiet { (visit.t("publication-address-hint")) }
        p.address { (publication.uri) }
        @if publication.local { (links(visit, publication)) }
    }
}

/// The short facts about a publication.
pub fn facts(visit: &Visit, publication: &Publication) -> Vec<(String, Markup)> {
    let locale = visit.locale;
    let mut facts = Vec::new();
    let short = |field: &&Field| field.rows == 1;
    for field in publication.kind().fields().iter().filter(short) {
        let value = publication.detail.text(field.name);
        if !value.trim().is_empty() {
            let said = if field.name == "period" {
                let period = period(visit, &value);
                html! { (period) }
            } else {
                linked(&value)
            };
            facts.push((visit.t(&format!("field-{}", field.name)), said));
        }
    }
    let zone = card::zone(visit, None);
    let day = |at: Millis| html! { time datetime=(crate::base::clock::rfc3339(at)) { (locale.date_in(at, zone)) } };
    facts.push((visit.t("publication-published"), day(publication.published)));
    if let Some(updated) = publication.updated {
        facts.push((visit.t("publication-updated"), day(updated)));
    }
    facts.push((
        visit.t("publication-licence"),
        card::licence(locale, &publication.licence),
    ));
    let language = card::language_name(locale, &publication.language);
    facts.push((visit.t("publication-language"), html! { (language) }));
    if publication.audience != Audience::Public {
        let audience = visit.t(&format!("audience-{}", publication.audience.code()));
        facts.push((visit.t("publication-audience"), html! { (audience) }));
    }
    facts
}

/// A period as people say it: `1984/2024`, `1997/..` and `../2001` are EDTF; other words stay.
fn period(visit: &Visit, edtf: &str) -> String {
    let is_date =
        |text: &str| text.len() >= 4 && text.chars().all(|c| c.is_ascii_digit() || c == '-');
    match edtf.trim().split_once('/') {
        Some((from, to)) if is_date(from) && is_date(to) => format!("{from} – {to}"),
        Some((from, "" | "..")) if is_date(from) => visit
            .locale
            .tn("period-since", &[("date", Arg::from(from))]),
        Some(("" | "..", to)) if is_date(to) => {
            visit.locale.tn("period-until", &[("date", Arg::from(to))])
        }
        _ => edtf.trim().to_owned(),
    }
}

/// A line of text; a web address is a link.
fn linked(value: &str) -> Markup {
    let safe = value.starts_with("https://") || value.starts_with("http://");
    html! {
        @if safe { a href=(value) rel="nofollow noopener noreferrer ugc" { (value) } }
        @else { (value) }
    }
}

fn versions(visit: &Visit, publication: &Publication, shown: &Text) -> Markup {
    html! {
        h2 { (visit.t("publication-other-languages")) }
        ul.language-versions role="list" {
            @for text in &publication.texts {
                @let name = card::language_name(visit.locale, &text.language);
                li {
                    a href={ "?lang=" (text.language) } hreflang=(text.language)
                        aria-current=[(text.language == shown.language).then_some("true")] { (name) }
                    @if text.original { " " (visit.t("publication-original-language")) }
                }
            }
        }
    }
}

/// How we know that it is its producer's.
fn provenance(visit: &Visit, shown: &Shown) -> Markup {
    let (locale, publication) = (visit.locale, &shown.publication);
    if publication.local {
        return kit::definition(
            &visit.t("verified-local"),
            html! { p { (visit.t("verified-local-text")) } },
        );
    }
    let (tone, key) = match publication.verified {
        Some(Verified::Proof) => (Tone::Good, "verified-proof"),
        Some(Verified::Signature) => (Tone::Good, "verified-origin"),
        Some(Verified::Origin) => (Tone::Neutral, "verified-fetched"),
        None => (Tone::Warning, "verified-not"),
    };
    let day = |at: Option<Millis>| at.map(|at| locale.date(at)).unwrap_or_default();
    // An event is signed by its network.
    let by_network = shown.network.as_ref().filter(|network| {
        let key = publication.proof.as_deref().unwrap_or_default();
        key.split('#').next() == Some(&network.uri)
    });
    let signer = by_network.unwrap_or(&shown.author);
    let args = [
        ("name", Arg::from(&signer.name)),
        ("host", Arg::from(&signer.host)),
        ("date", Arg::from(day(publication.verified_at))),
    ];
    let said = locale.tn(&format!("{key}-text"), &args);
    let date = |at: Option<Millis>| [("date", Arg::from(day(at)))];
    html! {
        p { (kit::badge(tone, &visit.t(key))) }
        p { (said) }
        ul.provenance role="list" {
            @if publication.received_at.is_some() {
                li { (locale.tn("publication-received-on", &date(publication.received_at))) }
            }
            @if publication.verified_at.is_some() {
                li { (locale.tn("verified-checked-on", &date(publication.verified_at))) }
            }
        }
        @if let Some(key) = &publication.proof {
            p.quiet { (visit.t("verified-key")) }
            p.address { (key) }
        }
    }
}

/// What can be done with a publication of ours.
fn links(visit: &Visit, publication: &Publication) -> Markup {
    let here = format!("/publications/{}", publication.id);
    let may_edit = visit
        .viewer
        .member
        .as_ref()
        .is_some_and(|member| publish::may_edit(member, publication).is_ok());
    html! {
        p { a href={ (here) "/revisions" } { (visit.t("publication-revisions")) } }
        @if may_edit {
            p.actions {
                a.button href={ (here) "/edit" } { (icon::pencil()) (visit.t("action-edit")) }
            }
            (form::confirm(&Confirm {
                action: &format!("{here}/withdrawal"),
                csrf: &visit.csrf(),
                summary: visit.t("publication-withdraw"),
                text: visit.t("publication-withdraw-text"),
                button: visit.t("publication-withdraw-button"),
                hidden: &[],
                dangerous: true,
            }))
        }
    }
}
