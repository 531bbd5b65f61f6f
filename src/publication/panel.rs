//! What somebody gave, as it stands on their page: newest first, in pieces.

use super::Kind;
use super::page::card;
use super::store::{self, Filter};
use crate::base::listing::Cursor;
use crate::base::{Node, Result};
use crate::directory::{Actor, ActorKind, Visit};
use crate::web::kit;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
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
        Ok(Some(html! {
            section.section #publications {
                div.section-head {
                    h2 { (title) }
                    @if !counts.is_empty() { (how_many(visit, actor, &counts)) }
                }
                @if page.items.is_empty() { p.quiet { (none) } } @else { (card::cards(visit, &page.items)) }
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

/// How much there is of each kind; of a network, with the way to its part of each bank.
fn how_many(visit: &Visit, actor: &Actor, counts: &[(Kind, i64)]) -> Markup {
    let locale = visit.locale;
    let words = |kind: Kind, count: i64| {
        let name = locale.t(&format!("kind-{}-plural", kind.code()));
        format!("{name} ({})", locale.number(count))
    };
    let facts: Vec<Markup> = counts
        .iter()
        .map(|(kind, count)| {
            html! {
                (card::kind_icon(*kind))
                @if actor.kind == ActorKind::Group {
                    a href={ (kind.bank()) "?network=" (actor.id) } { (words(*kind, *count)) }
                } @else { (words(*kind, *count)) }
            }
        })
        .collect();
    kit::meta_line(&facts)
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
