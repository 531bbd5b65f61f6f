//! The hosts that this node does not speak with, for its stewards: which, why, since when, and what a
//! block will change, said before it is made.

use super::{Block, Effect, block, foresee, host_meant, store, unblock};
use crate::base::{Error, Issues, Node, Result};
use crate::directory::page::steward_tabs;
use crate::directory::{Role, Visit};
use crate::web::form::{self, Confirm, Field};
use crate::web::kit::{self, Tone};
use crate::web::respond::see_other_saying;
use axum::extract::Query;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;

/// The doors of this file.
pub fn routes() -> Router<Node> {
    Router::new()
        .route("/blocks", get(show).post(add))
        .route("/blocks/end", post(end))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    host: String,
    reason: String,
    csrf: String,
}

async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    visit.viewer.at_least(Role::Steward)?;
    if asked.host.is_empty() && asked.reason.is_empty() {
        return page(&visit, &asked, &Issues::default(), None).await;
    }
    match check(&visit, &asked) {
        Ok(host) => {
            let effect = foresee(&visit.node, &host).await?;
            page(&visit, &asked, &Issues::default(), Some((host, effect))).await
        }
        Err(error) => again(&visit, &asked, error).await,
    }
}

fn check(visit: &Visit, asked: &Asked) -> Result<String> {
    let host = host_meant(&visit.node, &asked.host)?;
    let mut issues = Issues::default();
    if asked.reason.trim().is_empty() {
        issues.add("reason", "issue-required");
    }
    issues.or(host)
}

async fn again(visit: &Visit, asked: &Asked, error: Error) -> Result<Response> {
    let Error::Invalid(issues) = error else {
        return Err(error);
    };
    let page = page(visit, asked, &issues, None).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn add(visit: Visit, Form(asked): Form<Asked>) -> Result<Response> {
    let by = visit.viewer.at_least(Role::Steward)?;
    visit.check_csrf(&asked.csrf)?;
    match block(&visit.node, &asked.host, &asked.reason, Some(by)).await {
        Ok(_) => Ok(said(&visit, "blocks-added")),
        Err(error) => again(&visit, &asked, error).await,
    }
}

async fn end(visit: Visit, Form(asked): Form<Asked>) -> Result<Response> {
    visit.viewer.at_least(Role::Steward)?;
    visit.check_csrf(&asked.csrf)?;
    match unblock(&visit.node, &asked.host).await {
        // Another steward was faster: it is as wished.
        Ok(_) | Err(Error::NotFound) => Ok(said(&visit, "blocks-ended")),
        Err(error) => Err(error),
    }
}

fn said(visit: &Visit, key: &'static str) -> Response {
    see_other_saying("/blocks", Tone::Good, key, &visit.node.config)
}

async fn page(
    visit: &Visit,
    asked: &Asked,
    issues: &Issues,
    foreseen: Option<(String, Effect)>,
) -> Result<Response> {
    let blocks = store::list(&visit.node).await?;
    let title = visit.t("blocks-title");
    let count = [("count", blocks.len().into())];
    let body = html! {
        (steward_tabs(visit))
        (kit::page_head(&title, Some(&visit.t("blocks-lede")), html! {}))
        @if let Some((host, effect)) = &foreseen {
            (confirmation(visit, asked, host, *effect))
        } @else {
            (ask_form(visit, asked, issues))
        }
        @if blocks.is_empty() && foreseen.is_none() {
            (kit::empty_state(&visit.t("blocks-empty-title"), &visit.t("blocks-empty-text"), None))
        } @else if !blocks.is_empty() {
            (kit::section(&visit.locale.tn("blocks-count", &count), None, html! {
                ul.rows role="list" { @for block in &blocks { li { (row(visit, block)) } } }
            }))
        }
    };
    Ok(visit.page(&title, body))
}

fn ask_form(visit: &Visit, asked: &Asked, issues: &Issues) -> Markup {
    let locale = visit.locale;
    let labels = [
        ("host", visit.t("blocks-host")),
        ("reason", visit.t("blocks-reason")),
    ];
    html! {
        (form::error_summary(locale, issues, &labels))
        form method="get" action="/blocks" {
            (form::text_field(locale, &Field::new("host", visit.t("blocks-host"))
                .hint(visit.t("blocks-host-hint")).value(&asked.host).required()
                .autocomplete("off").length_max(300).issues(locale, issues)))
            (form::text_field(locale, &Field::new("reason", visit.t("blocks-reason"))
                .hint(visit.t("blocks-reason-hint")).value(&asked.reason).required()
                .autocomplete("off").length_max(500).issues(locale, issues)))
            (form::actions(form::submit(&visit.t("blocks-next"))))
        }
    }
}

/// What will happen, before it does.
fn confirmation(visit: &Visit, asked: &Asked, host: &str, effect: Effect) -> Markup {
    let locale = visit.locale;
    let name = [("host", host.into())];
    let publications = [("count", effect.publications.into())];
    let follows = [("count", effect.follows.into())];
    html! {
        section.section {
            div.section-head { h2 { (locale.tn("blocks-will-title", &name)) } }
            ul {
                li { (visit.t("blocks-will-silence")) }
                li { (locale.tn("blocks-will-hide", &publications)) }
                li { (locale.tn("blocks-will-end", &follows)) }
                li { (visit.t("blocks-will-not-tell")) }
            }
            p { strong { (visit.t("blocks-reason")) } " " (asked.reason) }
            form method="post" action="/blocks" {
                (form::csrf_field(&visit.csrf()))
                (form::hidden("host", host))
                (form::hidden("reason", &asked.reason))
                (form::actions(html! {
                    button.danger type="submit" { (locale.tn("blocks-do", &name)) }
                    a.button href="/blocks" { (visit.t("action-cancel")) }
                }))
            }
        }
    }
}

fn row(visit: &Visit, block: &Block) -> Markup {
    let locale = visit.locale;
    let by = block
        .by
        .clone()
        .unwrap_or_else(|| visit.t("blocks-by-command-line"));
    let since = [("date", locale.date(block.at).into()), ("name", by.into())];
    let host = block.host.as_str();
    html! {
        div.row-head { div.row-words { span.row-name { (host) } span.quiet { (block.reason) } } }
        (kit::meta_line(&[html! { (locale.tn("blocks-since", &since)) }]))
        (form::confirm(&Confirm {
            action: "/blocks/end",
            csrf: &visit.csrf(),
            summary: visit.t("blocks-end"),
            text: visit.t("blocks-end-text"),
            button: locale.tn("blocks-end-do", &[("host", host.into())]),
            hidden: &[("host", host)],
            dangerous: false,
        }))
    }
}
