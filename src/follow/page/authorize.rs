//! Where other nodes send a member who wants to follow or read something from home.

use crate::base::{Error, Node, Result};
use crate::directory::store as directory;
use crate::directory::{Actor, Role, Visit, uri};
use crate::publication::Publication;
use crate::publication::store as publications;
use crate::web::kit;
use crate::web::respond::{back_query, see_other};
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

const URI_CHARS_MAX: usize = 2_000;

pub(super) fn routes() -> Router<Node> {
    Router::new().route("/authorize_interaction", get(show))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    uri: String,
}

/// What the address means, as far as this node knows already.
enum Meant {
    Actor(Box<Actor>),
    Publication(Box<Publication>),
    Unknown,
}

async fn meant(visit: &Visit, text: &str) -> Result<Meant> {
    let node = &visit.node;
    if let Some(actor) = directory::find_actor_by_uri(node, text).await? {
        return Ok(Meant::Actor(Box::new(actor)));
    }
    if let Some(one) = publications::find_by_uri(node, text).await? {
        // What the viewer may not see is not known to them either.
        if let Ok(one) = publications::find_visible(node, &visit.viewer, &one.id).await {
            return Ok(Meant::Publication(Box::new(one)));
        }
    }
    Ok(Meant::Unknown)
}

async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    if !visit.viewer.is_member() {
        return Ok(see_other(&format!(
            "/sign-in?back={}",
            back_query(&visit.path)
        )));
    }
    let text = asked.uri.trim();
    let fits = ["https://", "http://", "acct:", "@"]
        .iter()
        .any(|start| text.starts_with(start));
    if !fits || text.chars().count() > URI_CHARS_MAX {
        return Err(Error::BadRequest(
            "give ?uri=acct:name@host or a web address".into(),
        ));
    }
    let meant = meant(&visit, text).await?;
    let title = visit.t("interaction-title");
    let body = html! {
        (kit::page_head(&title, None, html! {}))
        p.address { (text) }
        @match &meant {
            Meant::Actor(actor) => (who(&visit, actor)),
            Meant::Publication(one) => {
                p { (visit.t("interaction-publication")) }
                p { a href=(uri::publication_path(&one.id)) { (one.original().name) } }
            },
            Meant::Unknown => p { (visit.t("interaction-unknown")) },
        }
        (offer(&visit, text, &meant))
    };
    Ok(visit.page(&title, body))
}

fn who(visit: &Visit, actor: &Actor) -> Markup {
    html! {
        div.row-head {
            (kit::avatar(&actor.name))
            div.row-words {
                a.row-name href=(actor.path()) { (actor.name) }
                span.quiet { (actor.address()) }
            }
        }
        p { (visit.t("interaction-actor")) }
    }
}

fn offer(visit: &Visit, text: &str, meant: &Meant) -> Markup {
    let own = matches!(meant, Meant::Actor(actor) if actor.local);
    let steward = visit.viewer.at_least(Role::Steward).is_ok();
    let target = text.strip_prefix("acct:").unwrap_or(text);
    html! {
        @if own {
            p { (visit.t("issue-own-node")) }
        } @else if steward {
            p.actions {
                a.button.primary href={ "/following?target=" (back_query(target)) } {
                    (visit.t("following-follow"))
                }
                a.button href="/" { (visit.t("action-cancel")) }
            }
        } @else {
            p.quiet { (visit.t("interaction-steward")) }
        }
    }
}
