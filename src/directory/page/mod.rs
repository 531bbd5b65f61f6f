//! The doors of the directory: signing in, founding the network, joining it, members and settings,
//! and who is who.

mod about;
mod account;
mod actor;
mod entry;
mod founding;
mod join;
mod members;
pub mod settings;

pub use actor::{ActorPanels, group, known, user};
pub use founding::waiting;

use super::{Member, Role, Visit, signin};
use crate::base::{Issues, Node, Result};
use crate::web::form::{self, Choice, Field};
use crate::web::kit::Tone;
use crate::web::{Locale, NavItem, kit, respond, session};
use axum::Router;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use maud::{Markup, html};

/// The doors of this folder that need nothing of a higher slice.
pub fn routes() -> Router<Node> {
    Router::new()
        .merge(entry::routes())
        .merge(founding::routes())
        .merge(join::routes())
        .merge(members::routes())
        .merge(account::routes())
        .merge(settings::routes())
        .merge(about::routes())
}

/// The pages from which a steward looks after the node; nothing for anybody else.
#[must_use]
pub fn steward_tabs(visit: &Visit) -> Markup {
    if visit.viewer.at_least(Role::Steward).is_err() {
        return html! {};
    }
    let here = visit.path.split('?').next().unwrap_or_default();
    let items = [
        ("/members", "nav-members"),
        ("/following", "nav-following"),
        ("/followers", "nav-followers"),
        ("/deliveries", "nav-deliveries"),
        ("/blocks", "nav-blocks"),
        ("/settings", "nav-settings"),
    ];
    let items = items.map(|(href, key)| NavItem {
        href: href.to_owned(),
        label: visit.t(key),
        current: here.starts_with(href),
    });
    kit::tabs(&visit.t("nav-steward"), &items)
}

/// A form that comes back: as it was filled, with what is wrong beside its fields.
fn again(page: Response) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// Signs a member in here and leads them to a page, which says a word of welcome.
async fn welcome(visit: &Visit, member: &Member, path: &str, key: &str) -> Result<Response> {
    let token = signin::begin(&visit.node, member).await?;
    let mut response = respond::see_other_saying(path, Tone::Good, key, &visit.node.config);
    keep_session(visit, &mut response, &token).await?;
    response.headers_mut().append(
        header::SET_COOKIE,
        session::language_cookie(&member.language),
    );
    Ok(response)
}

/// Gives a browser its session; one that it had before ends.
async fn keep_session(visit: &Visit, response: &mut Response, token: &str) -> Result<()> {
    if let Some(before) = visit.token() {
        signin::sign_out(&visit.node, before).await?;
    }
    let seconds = u64::try_from(signin::SESSION_MAX / 1000).unwrap_or_default();
    let cookie = session::set_cookie(token, seconds, &visit.node.config);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(())
}

/// Keeps a page with a secret on it out of every cache.
fn unkept(mut response: Response) -> Response {
    let no = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, no);
    response
}

/// The languages that the pages speak, to choose from.
fn languages() -> Vec<Choice> {
    Locale::ALL
        .iter()
        .map(|locale| Choice::new(locale.code(), locale.name()))
        .collect()
}

/// What a person answers about themselves when they come: at the founding, and with an invitation.
struct PersonFields<'a> {
    name: &'a str,
    handle: &'a str,
    handle_field: &'static str,
    email: &'a str,
}

fn person_fields(visit: &Visit, asked: &PersonFields<'_>, issues: &Issues) -> Markup {
    let locale = visit.locale;
    let text = |name: &'static str, key: &str| {
        Field::new(name, locale.t(key))
            .hint(locale.t(&format!("{key}-hint")))
            .issues(locale, issues)
    };
    let address = format!("@…@{}", visit.node.config.domain);
    html! {
        (form::text_field(locale, &text("name", "setup-name").value(asked.name).required().autocomplete("name").length_max(120)))
        (form::text_field(locale, &Field::new(asked.handle_field, format!("{} {}", locale.t("setup-member-handle"), locale.t("form-optional")))
            .hint(locale.tn("join-handle-hint", &[("address", address.into())]))
            .value(asked.handle).autocomplete("off").issues(locale, issues)))
        (form::text_field(locale, &text("email", "setup-email").value(asked.email).kind("email").required().autocomplete("email")))
        (form::row(&[
            form::text_field(locale, &text("password", "setup-password").kind("password").required().autocomplete("new-password")),
            form::text_field(locale, &Field::new("password_again", locale.t("setup-password-again"))
                .hint(locale.t("join-password-again-hint")).kind("password").required()
                .autocomplete("new-password").issues(locale, issues)),
        ]))
    }
}

/// A secret that is shown once, with a button to copy it where there is JavaScript.
fn secret_box(visit: &Visit, id: &str, secret: &str) -> Markup {
    html! {
        p.address id=(id) { (secret) }
        p { button type="button" data-copy=(id) data-copied=(visit.t("action-copied")) hidden { (visit.t("action-copy-this")) } }
    }
}
