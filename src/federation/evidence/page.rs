//! How a publication was verified, on its page: what came of looking again, the button that does, and the
//! evidence to take along.

use super::{Answer, Checked, check, last, to_take_along};
use crate::base::{Error, Node, Result};
use crate::directory::Visit;
use crate::publication::evidence::Strength;
use crate::publication::page::card;
use crate::publication::{Audience, Publication, store};
use crate::web::form;
use crate::web::kit::{self, Tone};
use crate::web::respond::see_other_saying;
use crate::web::{Arg, icon};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::header;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

/// The doors of this file.
pub fn routes() -> Router<Node> {
    Router::new()
        .route("/publications/{id}/evidence", get(take_along))
        .route("/publications/{id}/check", post(look_again))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    csrf: String,
}

/// `POST /publications/{id}/check`: whoever may read it may have it looked at again.
async fn look_again(
    visit: Visit,
    Path(id): Path<String>,
    Form(asked): Form<Asked>,
) -> Result<Response> {
    visit.check_csrf(&asked.csrf)?;
    let node = &visit.node;
    let publication = store::find_visible(node, &visit.viewer, &id).await?;
    let path = format!("/publications/{id}#origin");
    let (tone, said) = match check(node, &publication).await {
        Ok(checked) => (tone(&checked), "check-done"),
        Err(Error::Unavailable { .. }) => (Tone::Warning, "check-busy"),
        Err(error) => return Err(error),
    };
    Ok(see_other_saying(&path, tone, said, &node.config))
}

/// `GET /publications/{id}/evidence`: of what is everybody's.
async fn take_along(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let publication = store::find_visible(&visit.node, &visit.viewer, &id).await?;
    Ok(download(
        &id,
        &to_take_along(&visit.node, &publication).await?,
    ))
}

/// The file as a download.
pub(super) fn download(id: &str, file: &Value) -> Response {
    let name = format!("attachment; filename=\"evidence-{id}.json\"");
    (
        [
            (header::CONTENT_TYPE, "application/json".to_owned()),
            (header::CONTENT_DISPOSITION, name),
            (header::CACHE_CONTROL, "private, no-store".to_owned()),
            (header::VARY, "Cookie, Authorization".to_owned()),
        ],
        file.to_string(),
    )
        .into_response()
}

fn tone(checked: &Checked) -> Tone {
    match (checked.evidence, checked.answer) {
        (None, _) => Tone::Bad,
        (Some(_), Answer::Same | Answer::Newer) => Tone::Good,
        _ => Tone::Warning,
    }
}

/// What stands below the origin of a publication.
pub fn panel<'a>(
    node: &'a Node,
    visit: &'a Visit,
    publication: &'a Publication,
) -> BoxFuture<'a, Result<Option<Markup>>> {
    async move {
        let here = format!("/publications/{}", publication.id);
        let checked = if publication.local {
            None
        } else {
            last(node, publication).await?
        };
        let host = crate::directory::uri::host_of(&publication.uri).unwrap_or_default();
        Ok(Some(html! {
            @if let Some(checked) = &checked { (outcome(visit, checked, &host)) }
            @if !publication.local {
                (form::button_form(&format!("{here}/check"), &visit.csrf(), &visit.t("check-again"), &[]))
                p.quiet { (visit.locale.tn("check-hint", &[("host", Arg::from(&host))])) }
            }
            @if publication.audience == Audience::Public {
                details.evidence {
                    summary { (visit.t("evidence-summary")) }
                    p { (visit.t(if publication.local { "evidence-own-text" } else { "evidence-text" })) }
                    p { a href={ (here) "/evidence" } download { (icon::verified()) (visit.t("evidence-download")) } }
                    p.quiet { (visit.t("evidence-command")) " " code { "atelier verify evidence-" (short(&publication.id)) "….json" } }
                }
            }
        }))
    }
    .boxed()
}

fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

fn outcome(visit: &Visit, checked: &Checked, host: &str) -> Markup {
    let locale = visit.locale;
    let when = locale.date_time(checked.at, card::zone(visit, None));
    let evidence = match checked.evidence {
        Some(Strength::Proof) => "check-evidence-proof",
        Some(Strength::Signature) => "check-evidence-signature",
        Some(Strength::Attested) => "check-evidence-attested",
        None => "check-evidence-broken",
    };
    let answer = match checked.answer {
        Answer::Same => "check-answer-same",
        Answer::Newer => "check-answer-newer",
        Answer::Different => "check-answer-different",
        Answer::Gone => "check-answer-gone",
        Answer::Missing => "check-answer-missing",
        Answer::Silent => "check-answer-silent",
    };
    let body = html! {
        p { strong { (locale.tn("check-when", &[("date", Arg::from(when))])) } }
        p { (visit.t(evidence)) }
        p { (locale.tn(answer, &[("host", Arg::from(host))])) }
    };
    kit::notice(tone(checked), body)
}
