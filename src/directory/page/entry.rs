//! Signing in and out.

use super::{again, keep_session, signin};
use crate::base::{Error, Issues, Node, Result};
use crate::directory::Visit;
use crate::web::form::{self, Field};
use crate::web::kit::{self, Tone};
use crate::web::respond::{local_path, see_other, see_other_saying};
use crate::web::session;
use axum::extract::Query;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use http::{HeaderValue, StatusCode, header};
use maud::{Markup, html};
use serde::Deserialize;

pub(super) fn routes() -> Router<Node> {
    Router::new()
        .route("/sign-in", get(show).post(sign_in))
        .route("/sign-out", post(sign_out))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    email: String,
    password: String,
    back: String,
    csrf: String,
}

impl Asked {
    fn back(&self) -> &str {
        local_path(&self.back).unwrap_or("/")
    }
}

async fn show(visit: Visit, Query(asked): Query<Asked>) -> Response {
    if visit.viewer.is_member() {
        return see_other(asked.back());
    }
    let why = local_path(&asked.back).filter(|back| *back != "/");
    let why = why.map(|_| kit::notice(Tone::Neutral, html! { p { (visit.t("sign-in-needed")) } }));
    page(&visit, &asked, &Issues::default(), why)
}

async fn sign_in(visit: Visit, Form(asked): Form<Asked>) -> Result<Response> {
    visit.check_csrf(&asked.csrf)?;
    let tried = signin::sign_in(&visit.node, &asked.email, &asked.password, &visit.address).await;
    match tried {
        Ok(token) => {
            let mut response = see_other(asked.back());
            keep_session(&visit, &mut response, &token).await?;
            Ok(response)
        }
        Err(Error::Invalid(issues)) => Ok(again(page(&visit, &asked, &issues, None))),
        Err(Error::TooMany {
            retry_after_seconds,
        }) => Ok(wait(&visit, &asked, retry_after_seconds)),
        Err(error) => Err(error),
    }
}

fn wait(visit: &Visit, asked: &Asked, seconds: u64) -> Response {
    let minutes = seconds.div_ceil(60);
    let text = visit
        .locale
        .tn("sign-in-wait", &[("minutes", minutes.into())]);
    let notice = kit::notice(Tone::Bad, html! { p { (text) } });
    let page = page(visit, asked, &Issues::default(), Some(notice));
    let mut response = (StatusCode::TOO_MANY_REQUESTS, page).into_response();
    let after = HeaderValue::from(seconds);
    response.headers_mut().insert(header::RETRY_AFTER, after);
    response
}

async fn sign_out(visit: Visit, Form(asked): Form<Asked>) -> Result<Response> {
    visit.check_csrf(&asked.csrf)?;
    if let Some(token) = visit.token() {
        signin::sign_out(&visit.node, token).await?;
    }
    let mut response = see_other_saying("/", Tone::Good, "sign-out-done", &visit.node.config);
    let headers = response.headers_mut();
    headers.append(
        header::SET_COOKIE,
        session::clear_cookie(&visit.node.config),
    );
    // The pages stay in the language they were read in.
    headers.append(
        header::SET_COOKIE,
        session::language_cookie(visit.locale.code()),
    );
    Ok(response)
}

fn page(visit: &Visit, asked: &Asked, issues: &Issues, notice: Option<Markup>) -> Response {
    let locale = visit.locale;
    let title = visit.t("sign-in-title");
    let network = visit.chrome().network;
    let lede = locale.tn("sign-in-lede", &[("network", network.as_str().into())]);
    let labels = [("password", visit.t("sign-in-password"))];
    let email = Field::new("email", visit.t("sign-in-email"))
        .kind("email")
        .value(&asked.email)
        .required()
        .autocomplete("username");
    let password = Field::new("password", visit.t("sign-in-password"))
        .kind("password")
        .required()
        .autocomplete("current-password")
        .issues(locale, issues);
    let body = html! {
        (kit::page_head(&title, Some(&lede), html! {}))
        @if let Some(notice) = notice { (notice) }
        (form::error_summary(locale, issues, &labels))
        form.form method="post" action="/sign-in" {
            (form::csrf_field(&visit.csrf()))
            (form::hidden("back", asked.back()))
            (form::text_field(locale, &email))
            (form::text_field(locale, &password))
            (form::actions(form::submit(&visit.t("sign-in-submit"))))
        }
        p.quiet { (visit.t("sign-in-forgotten")) }
        p.quiet {
            (locale.tn("sign-in-no-membership", &[("network", network.as_str().into())]))
            " " a href="/contact" { (visit.t("contact-title")) }
        }
    };
    visit.page(&title, body)
}
