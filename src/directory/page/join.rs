//! Accepting an invitation: the one who holds the link becomes a member.

use super::{PersonFields, again, languages, person_fields, welcome};
use crate::base::id::sha256_hex;
use crate::base::{Error, Issues, Node, Result};
use crate::directory::found::{self, NewMember};
use crate::directory::store::Invitation;
use crate::directory::{Visit, store};
use crate::web::form::{self, Field};
use crate::web::kit::{self, Tone};
use axum::extract::Query;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Form, Router};
use http::StatusCode;
use maud::html;
use serde::Deserialize;

pub(super) fn routes() -> Router<Node> {
    Router::new().route("/join", get(show).post(join))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    token: String,
    csrf: String,
    name: String,
    handle: String,
    email: String,
    password: String,
    password_again: String,
    language: String,
}

impl Asked {
    fn member(&self) -> NewMember {
        NewMember {
            name: self.name.clone(),
            handle: self.handle.clone(),
            email: self.email.clone(),
            password: self.password.clone(),
            language: self.language.clone(),
        }
    }
}

async fn invitation(visit: &Visit, token: &str) -> Result<Option<Invitation>> {
    store::find_invitation(&visit.node, &sha256_hex(token.as_bytes())).await
}

async fn show(visit: Visit, Query(mut asked): Query<Asked>) -> Result<Response> {
    let Some(invitation) = invitation(&visit, &asked.token).await? else {
        return Ok(over(&visit));
    };
    asked.language = visit.locale.code().to_owned();
    if asked.name.is_empty() {
        asked.name.clone_from(&invitation.note);
    }
    Ok(page(&visit, &invitation, &asked, &Issues::default()))
}

async fn join(visit: Visit, Form(asked): Form<Asked>) -> Result<Response> {
    visit.check_csrf(&asked.csrf)?;
    let Some(invitation) = invitation(&visit, &asked.token).await? else {
        return Ok(over(&visit));
    };
    let mut issues = found::check_member(&visit.node, &asked.member()).await?;
    if asked.password != asked.password_again {
        issues.add("password_again", "issue-password-differs");
    }
    if !issues.0.is_empty() {
        return Ok(again(page(&visit, &invitation, &asked, &issues)));
    }
    match found::accept_invitation(&visit.node, &asked.token, asked.member()).await {
        Ok(member) => welcome(&visit, &member, "/account", "join-done").await,
        Err(Error::NotFound) => Ok(over(&visit)),
        Err(error) => Err(error),
    }
}

fn over(visit: &Visit) -> Response {
    let title = visit.t("join-title");
    let body = html! {
        (kit::page_head(&title, None, html! {}))
        (kit::notice(Tone::Warning, html! { p { (visit.t("issue-invitation-over")) } }))
        p.actions {
            @if !visit.viewer.is_member() { a.button href="/sign-in" { (visit.t("sign-in")) } }
            a.button href="/contact" { (visit.t("contact-title")) }
        }
    };
    (StatusCode::GONE, visit.page(&title, body)).into_response()
}

fn page(visit: &Visit, invitation: &Invitation, asked: &Asked, issues: &Issues) -> Response {
    let locale = visit.locale;
    let network = visit.chrome().network;
    let title = locale.tn("invitation-accept-title", &[("network", network.into())]);
    let by = invitation.by.as_str();
    let lede = locale.tn("invitation-accept-lede", &[("name", by.into())]);
    let role = format!("role-{}", invitation.role.code());
    let labels = [
        ("name", "setup-name"),
        ("handle", "setup-member-handle"),
        ("email", "setup-email"),
        ("password", "setup-password"),
        ("password_again", "setup-password-again"),
    ]
    .map(|(field, key)| (field, visit.t(key)));
    let person = PersonFields {
        name: &asked.name,
        handle: &asked.handle,
        handle_field: "handle",
        email: &asked.email,
    };
    let language = Field::new("language", visit.t("settings-language")).value(&asked.language);
    let body = html! {
        (kit::page_head(&title, Some(&lede), html! {}))
        (kit::facts(&[(visit.t("join-role"), html! {
            strong { (visit.t(&role)) } " – " (visit.t(&format!("{role}-hint")))
        })]))
        (form::error_summary(locale, issues, &labels))
        form.form method="post" action="/join" {
            (form::csrf_field(&visit.csrf()))
            (form::hidden("token", &asked.token))
            (person_fields(visit, &person, issues))
            (form::radios(locale, &language, &languages()))
            (form::actions(form::submit(&visit.t("invitation-accept"))))
        }
    };
    visit.page(&title, body)
}
