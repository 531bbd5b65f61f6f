//! The history of a text: each version, who published it, and what changed.

use super::card;
use super::difference::{Line, difference, shortened};
use super::show::{Shown, breadcrumb, with_producers};
use crate::base::{Error, Result, text};
use crate::directory::Visit;
use crate::publication::store::{self, Revision};
use crate::publication::{Draft, Kind};
use crate::web::{Arg, kit};
use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, PreEscaped, html};

/// `GET /publications/{id}/revisions`
pub async fn revisions(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let publication = store::find_visible(&visit.node, &visit.viewer, &id).await?;
    if !publication.local {
        // The history of a copy is its producer's to tell.
        return Err(Error::NotFound);
    }
    let revisions = store::list_revisions(&visit.node, &id).await?;
    let shown = with_producers(&visit, publication).await?;
    let name = shown.publication.original().name.clone();
    let title = visit.t("publication-revisions");
    let body = html! {
        (breadcrumb(&visit, &shown.publication, &title))
        (head(&visit, &shown, &title, &name))
        ol.revisions role="list" reversed {
            @for (index, revision) in revisions.iter().enumerate() {
                li { (one(&visit, revision, revisions.get(index + 1))) }
            }
        }
    };
    Ok(visit.page(&format!("{title} · {name}"), body))
}

fn head(visit: &Visit, shown: &Shown, title: &str, name: &str) -> Markup {
    let producer = card::producer(&shown.author, shown.network.as_ref(), true, true);
    html! {
        (kit::producer_line(&producer))
        (kit::page_head(title, Some(name), html! {
            a.button href={ "/publications/" (shown.publication.id) } { (visit.t("action-back")) }
        }))
    }
}

fn one(visit: &Visit, revision: &Revision, before: Option<&Revision>) -> Markup {
    let locale = visit.locale;
    let zone = card::zone(visit, None);
    let args = [
        ("number", Arg::from(revision.revision)),
        ("date", Arg::from(locale.date_time(revision.at, zone))),
    ];
    let by = [("name", Arg::from(&revision.by))];
    html! {
        section.revision id={ "revision-" (revision.revision) } {
            h2 { (locale.tn("publication-revision", &args)) }
            p.quiet { (locale.tn("common-by", &by)) }
            @match before {
                Some(before) => (changes(visit, &before.body, &revision.body)),
                None => p { (visit.t("revision-first")) },
            }
            (kit::definition(&visit.t("revision-text"), whole(visit, &revision.body)))
        }
    }
}

/// The parts of a draft that are texts, each with its label.
fn parts(visit: &Visit, draft: &Draft) -> Vec<(String, String)> {
    let mut parts = vec![
        (visit.t("write-name"), draft.name.clone()),
        (visit.t("write-summary"), draft.summary.clone()),
        (visit.t("write-content"), draft.content.clone()),
    ];
    for field in draft.kind().map(Kind::fields).unwrap_or_default() {
        let value = draft
            .detail
            .get(field.name)
            .and_then(|value| value.as_str());
        let label = visit.t(&format!("field-{}", field.name));
        parts.push((label, value.unwrap_or_default().to_owned()));
    }
    parts
}

/// What changed between two versions, part by part.
pub fn changes(visit: &Visit, before: &Draft, after: &Draft) -> Markup {
    let (old, new) = (parts(visit, before), parts(visit, after));
    let changed: Vec<_> = old
        .iter()
        .zip(&new)
        .filter(|((_, old), (_, new))| !old.split_whitespace().eq(new.split_whitespace()))
        .collect();
    html! {
        @if changed.is_empty() { p { (visit.t("revision-same")) } }
        @for ((label, old), (_, new)) in changed {
            h3 { (label) }
            div.difference {
                @for line in shortened(difference(old, new)) {
                    @match line {
                        Line::Same(text) => p { (text) },
                        Line::Gone(text) => p { del { (said(visit, "revision-gone")) (text) } },
                        Line::Gap(lines) => p.gap {
                            (visit.locale.tn("revision-gap", &[("count", Arg::from(lines))]))
                        },
                        Line::New(text) => p { ins { (said(visit, "revision-new")) (text) } },
                    }
                }
            }
        }
    }
}

/// Said to those who do not see colours.
fn said(visit: &Visit, key: &str) -> Markup {
    html! { span.visually-hidden { (visit.t(key)) " " } }
}

/// One version, as it was.
pub fn whole(visit: &Visit, draft: &Draft) -> Markup {
    html! {
        h3 lang=(draft.language) { (draft.name) }
        @if !draft.summary.is_empty() { p.lede lang=(draft.language) { (draft.summary) } }
        (kit::prose(PreEscaped(text::markdown_to_html(&draft.content)), Some(&draft.language)))
        @for (label, value) in parts(visit, draft).into_iter().skip(3).filter(|(_, value)| !value.is_empty()) {
            h4 { (label) }
            (kit::prose(PreEscaped(text::markdown_to_html(&value)), Some(&draft.language)))
        }
    }
}
