//! The networks heard on this node: whose publications are here, ours first.

use super::state_badge;
use crate::base::{Node, Result};
use crate::directory::{Role, Visit};
use crate::follow::{State, store};
use crate::publication::Producer;
use crate::publication::store as publications;
use crate::web::icon;
use crate::web::kit::{self, Tone};
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use std::collections::HashMap;

pub(super) fn routes() -> Router<Node> {
    Router::new().route("/networks", get(show))
}

async fn show(visit: Visit) -> Result<Response> {
    let home = visit.home()?;
    let heard = publications::list_networks(&visit.node, &visit.viewer).await?;
    let follows = store::list_following(&visit.node, &home.network.id).await?;
    let states: HashMap<&str, State> = follows
        .iter()
        .filter_map(|follow| Some((follow.target.as_ref()?.id.as_str(), follow.state)))
        .collect();
    let steward = visit.viewer.at_least(Role::Steward).is_ok();
    let title = visit.t("network-title");
    let body = html! {
        (kit::page_head(&title, Some(&visit.t("network-lede")), html! {
            a.button href="/following" {
                (visit.t(if steward { "following-follow" } else { "following-title" }))
            }
        }))
        @if heard.is_empty() {
            (kit::empty_state(&visit.t("network-none"), &visit.t("network-none-text"), None))
        } @else {
            ul.rows.rows-wide role="list" {
                @for (network, count) in &heard {
                    @let own = network.id == home.network.id;
                    @let state = states.get(network.id.as_str()).copied();
                    li { (row(&visit, network, *count, own, state)) }
                }
            }
        }
    };
    Ok(visit.page(&title, body))
}

fn row(visit: &Visit, network: &Producer, count: i64, own: bool, state: Option<State>) -> Markup {
    let count = visit.locale.tn("home-count", &[("count", count.into())]);
    html! {
        div.row-head {
            (kit::avatar(&network.name))
            div.row-words {
                a.row-name href=(network.path) { (network.name) }
                span.quiet { "@" (network.handle) "@" (network.host) }
            }
            @if own { (kit::badge(Tone::Accent, &visit.t("network-here"))) }
            @if let Some(state) = state.filter(|state| *state == State::Accepted) {
                (state_badge(visit, state))
            }
        }
        (kit::meta_line(&[html! { (icon::paper()) (count) }]))
    }
}
