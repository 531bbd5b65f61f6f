//! Whom our network listens to: everybody may know it, members see how each follow stands, and
//! stewards ask, end and try again.

use super::{history, state_badge};
use crate::base::clock::{MINUTE, Millis};
use crate::base::{Error, Issues, Node, Result};
use crate::directory::page::steward_tabs;
use crate::directory::{Role, Visit};
use crate::follow::{self, Following, State, store};
use crate::web::form::{self, Confirm, Field};
use crate::web::kit::{self, Tone};
use crate::web::respond::see_other_saying;
use crate::web::{Chrome, icon};
use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;
use std::time::Duration;

const ANSWER_AWAITED: Duration = Duration::from_secs(3);
const LOOK_EVERY: Duration = Duration::from_millis(100);
const REFRESH_SECONDS: u32 = 5;
/// An answer that a person must give may take days: the page waits this long for it by itself.
const PENDING_WATCHED: Millis = 10 * MINUTE;

pub(super) fn routes() -> Router<Node> {
    Router::new()
        .route("/following", get(show).post(ask))
        .route("/following/{id}/end", post(end))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    target: String,
    /// A follow that failed, which this try replaces.
    again: String,
    /// Not to refresh by itself, so that a person can write.
    still: String,
    csrf: String,
}

async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    page(&visit, &asked, &Issues::default()).await
}

async fn ask(visit: Visit, Form(asked): Form<Asked>) -> Result<Response> {
    visit.viewer.at_least(Role::Steward)?;
    visit.check_csrf(&asked.csrf)?;
    let node = &visit.node;
    forget_failed(&visit, &asked.again).await?;
    match follow::ask(node, &asked.target).await {
        Ok(id) => {
            let (tone, key) = outcome(first_answer(node, &id).await?);
            Ok(see_other_saying("/following", tone, key, &node.config))
        }
        Err(Error::BadRequest(_)) => {
            let mut issues = Issues::default();
            issues.add("target", "issue-target");
            let page = page(&visit, &asked, &issues).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error),
    }
}

/// A try that failed leaves the list when it is made again.
async fn forget_failed(visit: &Visit, id: &str) -> Result<()> {
    let Some(row) = store::find(&visit.node, id).await? else {
        return Ok(());
    };
    if row.state == State::Failed {
        follow::end(&visit.node, id).await?;
    }
    Ok(())
}

/// Waits a moment for what the other node says, so that the next page can show it. `None` when the
/// text led to somebody who is followed already.
async fn first_answer(node: &Node, id: &str) -> Result<Option<State>> {
    let looking = async {
        loop {
            match store::find(node, id).await?.map(|row| row.state) {
                Some(State::Looking | State::Pending) => tokio::time::sleep(LOOK_EVERY).await,
                decided => return Ok(decided),
            }
        }
    };
    match tokio::time::timeout(ANSWER_AWAITED, looking).await {
        Ok(decided) => decided,
        Err(_) => Ok(store::find(node, id).await?.map(|row| row.state)),
    }
}

fn outcome(state: Option<State>) -> (Tone, &'static str) {
    match state {
        None => (Tone::Warning, "issue-already-followed"),
        Some(State::Looking) => (Tone::Neutral, "following-said-looking"),
        Some(State::Pending) => (Tone::Neutral, "following-said-pending"),
        Some(State::Accepted) => (Tone::Good, "following-said-accepted"),
        Some(State::Rejected) => (Tone::Bad, "following-state-rejected-hint"),
        Some(State::Failed) => (Tone::Bad, "following-said-failed"),
    }
}

async fn end(visit: Visit, Path(id): Path<String>, Form(asked): Form<Asked>) -> Result<Response> {
    visit.viewer.at_least(Role::Steward)?;
    visit.check_csrf(&asked.csrf)?;
    follow::end(&visit.node, &id).await?;
    let config = &visit.node.config;
    Ok(see_other_saying(
        "/following",
        Tone::Good,
        "following-ended",
        config,
    ))
}

async fn page(visit: &Visit, asked: &Asked, issues: &Issues) -> Result<Response> {
    let home = visit.home()?;
    let steward = visit.viewer.at_least(Role::Steward).is_ok();
    let mut all = store::list_following(&visit.node, &home.network.id).await?;
    if !visit.viewer.is_member() {
        all.retain(|follow| follow.state == State::Accepted);
    }
    let now = visit.node.now();
    let busy = visit.viewer.is_member() && all.iter().any(|follow| under_way(follow, now));
    // A page that reloads itself would take away what a person is writing.
    let still = !asked.still.is_empty() || !asked.target.is_empty() || !issues.0.is_empty();
    let refreshing = busy && !still;
    let title = visit.t("following-title");
    let body = html! {
        (steward_tabs(visit))
        (kit::page_head(&title, Some(&visit.t("following-lede")), html! {
            a.button href="/networks" { (visit.t("nav-networks")) }
        }))
        @if refreshing { (refresh_note(visit, steward)) }
        @else if steward { (ask_form(visit, asked, issues)) }
        (list(visit, &all, steward))
    };
    let chrome = Chrome {
        refresh_seconds: refreshing.then_some(REFRESH_SECONDS),
        ..visit.chrome()
    };
    Ok(visit.page_in(&chrome, &title, body))
}

fn under_way(follow: &Following, now: Millis) -> bool {
    match follow.state {
        State::Looking => true,
        State::Pending => now - follow.created_at < PENDING_WATCHED,
        State::Accepted => follow.backfill.is_some_and(|progress| progress.running),
        State::Rejected | State::Failed => false,
    }
}

fn refresh_note(visit: &Visit, steward: bool) -> Markup {
    html! {
        (kit::notice(Tone::Neutral, html! {
            p {
                (visit.t("following-refreshing")) " "
                a href="/following?still=1" {
                    @if steward { (visit.t("following-another")) } @else { (visit.t("following-still")) }
                }
            }
        }))
    }
}

fn ask_form(visit: &Visit, asked: &Asked, issues: &Issues) -> Markup {
    let locale = visit.locale;
    let target = Field::new("target", visit.t("following-target"))
        .hint(visit.t("following-target-hint"))
        .value(&asked.target)
        .required()
        .autocomplete("off")
        .issues(locale, issues);
    html! {
        form.form method="post" action="/following" {
            (form::fieldset(&visit.t("following-follow"), None, html! {
                (form::csrf_field(&visit.csrf()))
                (form::text_field(locale, &target))
                (form::actions(form::submit(&visit.t("following-submit"))))
                p {}
            }))
        }
    }
}

fn list(visit: &Visit, all: &[Following], steward: bool) -> Markup {
    html! {
        @if all.is_empty() {
            (kit::empty_state(
                &visit.t(if steward { "following-empty-title" } else { "following-none" }),
                &visit.t(if steward { "following-empty-text" } else { "following-none-text" }),
                None,
            ))
        } @else {
            ul.rows role="list" {
                @for follow in all { li id={ "f-" (follow.id) } { (row(visit, follow, steward)) } }
            }
        }
    }
}

fn row(visit: &Visit, follow: &Following, steward: bool) -> Markup {
    let target = follow.target.as_ref();
    let name = target.map_or(follow.target_text.as_str(), |target| &target.name);
    html! {
        div.row-head {
            (kit::avatar(name))
            div.row-words {
                @if let Some(target) = target {
                    a.row-name href=(target.path()) { (name) }
                    span.quiet {
                        (target.address()) " · "
                        a href=(target.url) rel="external" { (icon::outward()) (target.host) }
                    }
                } @else {
                    span.row-name { (name) }
                }
            }
            (state_badge(visit, follow.state))
        }
        (standing(visit, follow))
        @if steward { (tools(visit, follow, name)) }
    }
}

/// How a follow stands, and what to do about it.
fn standing(visit: &Visit, follow: &Following) -> Markup {
    let locale = visit.locale;
    let since = locale.date(follow.created_at);
    let heard = follow.last_heard_at.map_or_else(
        || visit.t("following-nothing-received"),
        |at| {
            let ago = locale.ago(at, visit.node.now());
            format!("{} {ago}", visit.t("following-last-heard"))
        },
    );
    html! {
        @match follow.state {
            State::Looking => p { (visit.t("following-state-looking-hint")) },
            State::Pending => p { (visit.t("following-state-pending-hint")) },
            State::Rejected => p { (visit.t("following-state-rejected-hint")) },
            State::Failed => {},
            State::Accepted => {
                @if let Some(progress) = follow.backfill { (history(visit, progress)) }
                (kit::meta_line(&[
                    html! { (locale.tn("following-since", &[("date", since.into())])) },
                    html! { (icon::clock()) (heard) },
                ]))
            },
        }
        @if matches!(follow.state, State::Looking | State::Failed) {
            @if let Some(error) = &follow.error { (reason(visit, error)) }
        }
    }
}

/// Why nobody was found, in the reader's words where we have them.
fn reason(visit: &Visit, error: &str) -> Markup {
    let known = [
        ("nobody was found", "issue-not-found-there"),
        ("not found", "issue-not-found-there"),
        ("your own node", "issue-own-node"),
    ];
    let key = known
        .iter()
        .find(|(text, _)| error.contains(text))
        .map(|(_, key)| *key);
    html! {
        @if let Some(key) = key { p { (visit.t(key)) } }
        @else {
            p { (visit.t("following-state-failed-hint")) }
            p.quiet { span lang="en" { (error) } }
        }
    }
}

fn tools(visit: &Visit, follow: &Following, name: &str) -> Markup {
    let csrf = visit.csrf();
    let action = format!("/following/{}/end", follow.id);
    let again = [
        ("target", follow.target_text.as_str()),
        ("again", follow.id.as_str()),
    ];
    let whom = [("name", name.into())];
    html! {
        @if matches!(follow.state, State::Failed | State::Rejected) {
            div.row-tools {
                (form::button_form("/following", &csrf, &visit.t("following-try-again"), &again))
                (form::button_form(&action, &csrf, &visit.t("following-forget"), &[]))
            }
        } @else {
            (form::confirm(&Confirm {
                action: &action,
                csrf: &csrf,
                summary: visit.locale.tn("following-end", &whom),
                text: visit.t("network-unfollow-text"),
                button: visit.t("network-unfollow"),
                hidden: &[],
                dangerous: true,
            }))
        }
    }
}
