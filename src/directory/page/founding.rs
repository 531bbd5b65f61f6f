//! The first start: while the network is not founded every page says so, and whoever holds the set-up
//! link founds it, with its first steward.

use super::{PersonFields, again, languages, person_fields, welcome};
use crate::base::{Issues, Node, Result};
use crate::directory::found::{self, Founding, NewMember};
use crate::directory::{NetworkSettings, Visit};
use crate::web::Chrome;
use crate::web::form::{self, Field};
use crate::web::kit::{self, Tone};
use axum::extract::Query;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Form, Router};
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;

pub(super) fn routes() -> Router<Node> {
    Router::new().route("/setup", get(show).post(set_up))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    token: String,
    csrf: String,
    network_name: String,
    tagline: String,
    handle: String,
    domain_kept: String,
    language: String,
    name: String,
    member_handle: String,
    email: String,
    password: String,
    password_again: String,
}

impl Asked {
    fn handle(&self) -> String {
        self.handle.trim().trim_start_matches('@').to_lowercase()
    }

    fn founding(&self) -> Founding {
        Founding {
            handle: self.handle(),
            name: self.network_name.clone(),
            language: self.language.clone(),
        }
    }

    fn steward(&self) -> NewMember {
        NewMember {
            name: self.name.clone(),
            handle: self.member_handle.clone(),
            email: self.email.clone(),
            password: self.password.clone(),
            language: self.language.clone(),
        }
    }

    /// All issues at once, under the names the fields have in this form.
    async fn check(&self, node: &Node) -> Result<Issues> {
        let mut issues = Issues::default();
        for (field, message) in found::check_founding(&self.founding()).0 {
            let field = if field == "name" {
                "network_name"
            } else {
                field
            };
            issues.add(field, message);
        }
        if self.domain_kept.is_empty() {
            issues.add("domain_kept", "issue-required");
        }
        for (field, message) in found::check_member(node, &self.steward()).await?.0 {
            match field {
                "language" => {}
                "handle" => issues.add("member_handle", message),
                _ => issues.add(field, message),
            }
        }
        let wanted = self.member_handle.trim().trim_start_matches('@');
        if !wanted.is_empty() && wanted.to_lowercase() == self.handle() {
            issues.add("member_handle", "issue-handle-taken");
        }
        if self.password != self.password_again {
            issues.add("password_again", "issue-password-differs");
        }
        Ok(issues)
    }
}

async fn show(visit: Visit, Query(mut asked): Query<Asked>) -> Result<Response> {
    if !found::setup_token_works(&visit.node, &asked.token).await? {
        return Ok(over(&visit));
    }
    asked.language = visit.locale.code().to_owned();
    Ok(page(&visit, &asked, &Issues::default()))
}

async fn set_up(visit: Visit, Form(asked): Form<Asked>) -> Result<Response> {
    visit.check_csrf(&asked.csrf)?;
    if !found::setup_token_works(&visit.node, &asked.token).await? {
        return Ok(over(&visit));
    }
    let issues = asked.check(&visit.node).await?;
    if !issues.0.is_empty() {
        return Ok(again(page(&visit, &asked, &issues)));
    }
    let steward = found::found(&visit.node, asked.founding(), asked.steward()).await?;
    if !asked.tagline.trim().is_empty() {
        let settings = NetworkSettings {
            language: asked.language.clone(),
            tagline: asked.tagline.trim().to_owned(),
            ..NetworkSettings::default()
        };
        found::decide(&visit.node, &settings).await?;
    }
    welcome(&visit, &steward, "/account", "setup-opened").await
}

fn over(visit: &Visit) -> Response {
    let title = visit.t("setup-title");
    let body = html! {
        (kit::page_head(&title, None, html! {}))
        (kit::notice(Tone::Warning, html! { p { (visit.t("setup-link-over")) } }))
        @if visit.home.is_some() {
            p { a.button href="/sign-in" { (visit.t("sign-in")) } }
        }
    };
    (StatusCode::GONE, visit.page(&title, body)).into_response()
}

/// What every address answers while the network is not founded: that it waits, and for what.
#[must_use]
pub fn waiting(visit: &Visit) -> Response {
    let title = visit.t("setup-waiting-title");
    let body = html! {
        (kit::page_head(&title, Some(&visit.t("setup-waiting-lede")), html! {}))
        (kit::section(&visit.t("setup-waiting-how"), None, html! {
            ol {
                li { (visit.t("setup-waiting-1")) }
                li { (visit.t("setup-waiting-2")) }
                li { (visit.t("setup-waiting-3")) " " code { "atelier init" } }
            }
            p.quiet { (visit.t("setup-waiting-visitor")) }
        }))
    };
    let page = visit.page_in(&unfounded(visit), &title, body);
    (StatusCode::SERVICE_UNAVAILABLE, page).into_response()
}

/// The frame while no way leads anywhere yet.
fn unfounded(visit: &Visit) -> Chrome {
    Chrome {
        nav: Vec::new(),
        ..visit.chrome()
    }
}

fn labels(visit: &Visit) -> Vec<(&'static str, String)> {
    [
        ("network_name", "setup-network-name"),
        ("handle", "setup-handle"),
        ("domain_kept", "setup-domain"),
        ("language", "setup-language"),
        ("name", "setup-name"),
        ("member_handle", "setup-member-handle"),
        ("email", "setup-email"),
        ("password", "setup-password"),
        ("password_again", "setup-password-again"),
    ]
    .map(|(field, key)| (field, visit.t(key)))
    .to_vec()
}

fn page(visit: &Visit, asked: &Asked, issues: &Issues) -> Response {
    let locale = visit.locale;
    let title = visit.t("setup-title");
    let person = PersonFields {
        name: &asked.name,
        handle: &asked.member_handle,
        handle_field: "member_handle",
        email: &asked.email,
    };
    let body = html! {
        (kit::page_head(&title, Some(&visit.t("setup-lede")), html! {}))
        (form::error_summary(locale, issues, &labels(visit)))
        form.form method="post" action="/setup" {
            (form::csrf_field(&visit.csrf()))
            (form::hidden("token", &asked.token))
            (form::fieldset(&visit.t("setup-network"), None, network_fields(visit, asked, issues)))
            (form::fieldset(&visit.t("setup-address"), None, address_fields(visit, asked, issues)))
            (form::fieldset(&visit.t("setup-steward"), None, person_fields(visit, &person, issues)))
            (form::actions(form::submit(&visit.t("setup-submit"))))
        }
    };
    visit.page_in(&unfounded(visit), &title, body)
}

fn network_fields(visit: &Visit, asked: &Asked, issues: &Issues) -> Markup {
    let locale = visit.locale;
    let name = Field::new("network_name", visit.t("setup-network-name"))
        .hint(visit.t("setup-network-name-hint"))
        .value(&asked.network_name)
        .required()
        .length_max(120)
        .issues(locale, issues);
    let tagline = Field::new(
        "tagline",
        format!("{} {}", visit.t("setup-tagline"), visit.t("form-optional")),
    )
    .hint(visit.t("setup-tagline-hint"))
    .value(&asked.tagline)
    .length_max(160);
    let language = Field::new("language", visit.t("setup-language"))
        .hint(visit.t("setup-language-hint"))
        .value(&asked.language)
        .issues(locale, issues);
    html! {
        (form::text_field(locale, &name))
        (form::text_field(locale, &tagline))
        (form::radios(locale, &language, &languages()))
    }
}

fn address_fields(visit: &Visit, asked: &Asked, issues: &Issues) -> Markup {
    let locale = visit.locale;
    let domain = visit.node.config.domain.as_str();
    let args = [("domain", domain.into())];
    let handle = Field::new("handle", visit.t("setup-handle"))
        .hint(locale.tn("setup-handle-hint", &args))
        .value(&asked.handle)
        .required()
        .autocomplete("off")
        .length_max(30)
        .issues(locale, issues);
    let kept = Field::new("domain_kept", visit.t("setup-domain-confirm"))
        .required()
        .issues(locale, issues);
    let sample = visit.t("setup-handle-sample");
    let shown = if asked.handle.is_empty() {
        sample.as_str()
    } else {
        asked.handle.as_str()
    };
    html! {
        (form::text_field(locale, &handle))
        p {
            (visit.t("setup-address-will-be")) " "
            output.address for="f-handle" {
                "@" span data-echo="f-handle" data-echo-empty=(sample) { (shown) } "@" (domain)
            }
        }
        (kit::notice(Tone::Warning, html! {
            p { (locale.tn("setup-domain-text", &args)) }
            p { (visit.t("setup-permanent")) }
        }))
        (form::checkbox(locale, &kept, !asked.domain_kept.is_empty()))
    }
}
