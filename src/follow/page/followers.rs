//! Who listens to our network, and those who ask to, when stewards let each one in by hand.

use crate::base::{Error, Node, Result};
use crate::directory::page::steward_tabs;
use crate::directory::{Role, Visit};
use crate::follow::{self, Follower, State, store};
use crate::web::form::{self, Confirm};
use crate::web::kit::{self, Tone};
use crate::web::respond::see_other_saying;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Form, Router};
use maud::{Markup, html};
use serde::Deserialize;

pub(super) fn routes() -> Router<Node> {
    Router::new()
        .route("/followers", get(show))
        .route("/followers/{id}/answer", post(answer))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    answer: String,
    csrf: String,
}

async fn answer(
    visit: Visit,
    Path(id): Path<String>,
    Form(asked): Form<Asked>,
) -> Result<Response> {
    visit.viewer.at_least(Role::Steward)?;
    visit.check_csrf(&asked.csrf)?;
    let (accepted, key) = match asked.answer.as_str() {
        "accept" => (true, "followers-accepted"),
        "reject" => (false, "followers-refused"),
        _ => return Err(Error::BadRequest("the answer is accept or reject".into())),
    };
    follow::answer(&visit.node, &id, accepted).await?;
    let config = &visit.node.config;
    Ok(see_other_saying("/followers", Tone::Good, key, config))
}

async fn show(visit: Visit) -> Result<Response> {
    visit.viewer.at_least(Role::Steward)?;
    let home = visit.home()?;
    let all = store::list_followers(&visit.node, &home.network.id).await?;
    let (asking, listening): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|follower| follower.state == State::Pending);
    let title = visit.t("followers-title");
    let address = home.network.address();
    let by_hand = if home.settings.approve_followers {
        "followers-by-hand"
    } else {
        "followers-by-itself"
    };
    let body = html! {
        (steward_tabs(&visit))
        (kit::page_head(&title, Some(&visit.t("followers-lede")), html! {}))
        p.quiet { (visit.t(by_hand)) " " a href="/settings" { (visit.t("nav-settings")) } }
        @if !asking.is_empty() {
            (kit::section(&visit.t("followers-requests"), None, rows(&visit, &asking)))
        }
        @if listening.is_empty() && asking.is_empty() {
            (kit::empty_state(
                &visit.t("followers-empty-title"),
                &visit.locale.tn("followers-empty-text", &[("handle", address.into())]),
                None,
            ))
        } @else if !listening.is_empty() {
            @let count = [("count", listening.len().into())];
            (kit::section(&visit.locale.tn("network-followers", &count), None, rows(&visit, &listening)))
        }
    };
    Ok(visit.page(&title, body))
}

fn rows(visit: &Visit, followers: &[Follower]) -> Markup {
    html! {
        ul.rows role="list" { @for follower in followers { li { (row(visit, follower)) } } }
    }
}

fn row(visit: &Visit, follower: &Follower) -> Markup {
    let locale = visit.locale;
    let actor = &follower.actor;
    let since = locale.date(follower.created_at);
    let when = if follower.state == State::Pending {
        "followers-asked"
    } else {
        "followers-since"
    };
    let software = follower.host.software.as_deref();
    html! {
        div.row-head {
            (kit::avatar(&actor.name))
            div.row-words {
                a.row-name href=(actor.path()) { (actor.name) }
                span.quiet { (actor.address()) }
            }
            @if let Some(software) = software { (kit::badge(Tone::Neutral, software)) }
            @if follower.host.failures > 0 {
                (kit::badge(Tone::Warning, &visit.t("followers-silent")))
            }
        }
        (kit::meta_line(&[html! {
            (locale.tn(when, &[("date", since.into())]))
        }]))
        (tools(visit, follower))
    }
}

fn tools(visit: &Visit, follower: &Follower) -> Markup {
    let csrf = visit.csrf();
    let action = format!("/followers/{}/answer", follower.id);
    let accept = [("answer", "accept")];
    let reject = [("answer", "reject")];
    html! {
        @if follower.state == State::Pending {
            div.row-tools {
                (form::button_form(&action, &csrf, &visit.t("followers-accept"), &accept))
                (form::button_form(&action, &csrf, &visit.t("followers-refuse"), &reject))
            }
        } @else {
            (form::confirm(&Confirm {
                action: &action,
                csrf: &csrf,
                summary: visit.t("followers-remove"),
                text: visit.t("followers-remove-text"),
                button: visit.t("followers-remove"),
                hidden: &reject,
                dangerous: true,
            }))
        }
    }
}
