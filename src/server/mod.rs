//! Composition: every slice's routes, whether a URL answers as a page or as a document, and what
//! surrounds every answer.

mod listen;
mod ready;
pub mod socket;
mod watched;
mod work;

pub use listen::{Role, behind, router_of_many, serve};
use ready::ready;
pub use socket::{Limits, listen};
pub use work::{answers, index, work, work_once};

use crate::base::{Error, Node, Result};
use crate::directory::page::ActorPanels;
use crate::directory::{self, ActorKind, Visit};
use crate::federation::signed::Question;
use crate::federation::{discovery, doorkeeper, evidence, inbox, outbox, page as federation_page};
use crate::follow;
use crate::moderation;
use crate::publication::Publication;
use crate::publication::page::{self, Panels};
use crate::publication::panel;
use crate::web::{Panel, layout, respond};
use axum::Router;
use axum::extract::{FromRequestParts as _, Path, Query, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};

/// Whether an `Accept` asks for an ActivityPub document rather than a page: whichever is named with
/// the higher weight, a page when both are equal.
#[must_use]
pub fn wants_document(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let (mut document, mut page) = (0.0_f32, 0.0_f32);
    for part in accept.split(',') {
        let Ok(kind) = part.trim().parse::<mime::Mime>() else {
            continue;
        };
        let weight = kind
            .get_param("q")
            .and_then(|q| q.as_str().parse().ok())
            .unwrap_or(1.0_f32);
        match kind.essence_str() {
            "application/activity+json" | "application/ld+json" => document = document.max(weight),
            "text/html" | "application/xhtml+xml" => page = page.max(weight),
            _ => {}
        }
    }
    document > page
}

/// Which panels stand on the pages of publications (D2).
const PANELS: Panels = Panels {
    before_sending: &[federation_page::reach],
};

/// All doors of a node.
pub fn router(node: Node) -> Router {
    Router::new()
        .merge(discovery::routes())
        .merge(inbox::routes())
        .merge(outbox::routes())
        .merge(layout::routes())
        .merge(page::routes(&node, PANELS))
        .merge(directory::page::routes())
        .merge(follow::page::routes())
        .merge(moderation::page::routes())
        .merge(federation_page::routes())
        .merge(evidence::page::routes())
        .route("/", get(root))
        .route("/known/{id}", get(known))
        .merge(crate::api::routes())
        .route("/health", get(|| async { "ok\n" }))
        .route("/ready", get(ready))
        .route("/groups/{handle}", get(group))
        .route("/users/{handle}", get(user))
        .route("/publications/{id}", get(publication))
        .fallback(|| async { Error::NotFound })
        .layer(middleware::from_fn_with_state(node.clone(), around))
        .with_state(node)
}

/// What stands below the origin of a publication (D2).
const BELOW_ORIGIN: &[Panel<Visit, Publication>] = &[evidence::page::panel];

/// What stands on an actor's page (D2).
const ON_ACTOR: ActorPanels = ActorPanels {
    aside: &[follow::page::state_panel],
    main: &[panel::by_actor],
};

async fn group(
    State(node): State<Node>,
    headers: HeaderMap,
    Path(handle): Path<String>,
    visit: Visit,
) -> Result<Response> {
    if wants_document(&headers) {
        return outbox::actor(&node, ActorKind::Group, &handle).await;
    }
    directory::page::group(&visit, &handle, ON_ACTOR).await
}

async fn user(
    State(node): State<Node>,
    headers: HeaderMap,
    Path(handle): Path<String>,
    visit: Visit,
) -> Result<Response> {
    if wants_document(&headers) {
        return outbox::actor(&node, ActorKind::Person, &handle).await;
    }
    directory::page::user(&visit, &handle, ON_ACTOR).await
}

async fn known(Path(id): Path<String>, visit: Visit) -> Result<Response> {
    let actor = directory::store::find_actor(&visit.node, &id).await?;
    if let Some(actor) = actor.filter(|actor| !actor.local)
        && moderation::is_blocked(&visit.node, &actor.host).await?
    {
        return Err(Error::NotFound);
    }
    directory::page::known(&visit, &id, ON_ACTOR).await
}

async fn root(State(node): State<Node>, headers: HeaderMap, visit: Visit) -> Result<Response> {
    if wants_document(&headers) {
        return outbox::root(&node).await;
    }
    page::home_page(visit).await
}

async fn publication(
    State(node): State<Node>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    Path(id): Path<String>,
    version: Query<page::Version>,
    visit: Visit,
) -> Result<Response> {
    if wants_document(&headers) {
        let question = Question {
            method,
            uri,
            headers,
        };
        return outbox::publication(&node, &id, &question).await;
    }
    page::show(visit, Path(id), version, BELOW_ORIGIN).await
}

/// Whether a page has to wait until the network is founded: all but those that founding needs.
async fn waits(node: &Node, path: &str) -> bool {
    let needed = ["/setup", "/static/", "/language/", "/favicon.ico"];
    !needed.iter().any(|start| path.starts_with(start))
        && matches!(directory::home(node).await, Err(Error::NotFound))
}

async fn not_founded(node: &Node, seen: &mut http::request::Parts) -> Response {
    let program = seen.uri.path().starts_with("/api/") || wants_document(&seen.headers);
    match Visit::from_request_parts(seen, node).await {
        Ok(visit) if !program => directory::page::waiting(&visit),
        _ => Error::Unavailable {
            reason: "the network of this node is not founded yet".into(),
            retry_after_seconds: 60,
        }
        .into_response(),
    }
}

/// Whether somebody of a blocked host reads with their signature: for them nothing is here.
async fn is_shut(node: &Node, method: &http::Method, headers: &HeaderMap) -> bool {
    let reads = matches!(*method, http::Method::GET | http::Method::HEAD);
    reads && doorkeeper::is_shut(node, headers).await.unwrap_or(true)
}

/// What surrounds every answer: a request id, the log, the right Host, error pages in the visitor's
/// language, security headers.
async fn around(State(node): State<Node>, request: Request, next: Next) -> Response {
    let id = node.new_id().unwrap_or_default();
    let started = std::time::Instant::now();
    let (method, uri, headers) = (
        request.method().clone(),
        request.uri().clone(),
        request.headers().clone(),
    );
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let internal = matches!(uri.path(), "/health" | "/ready");
    let (parts, body) = request.into_parts();
    let mut seen = parts.clone();
    let ours = host.eq_ignore_ascii_case(&node.config.domain) || internal;
    let mut response = if ours && !internal && waits(&node, uri.path()).await {
        not_founded(&node, &mut seen).await
    } else if ours && is_shut(&node, &method, &headers).await {
        Error::NotFound.into_response()
    } else if ours {
        next.run(Request::from_parts(parts, body)).await
    } else {
        // 421 Misdirected Request (RFC 9110): a Host that is not ours reached us (D29).
        (
            StatusCode::MISDIRECTED_REQUEST,
            format!("this node is {}\n", node.config.domain),
        )
            .into_response()
    };
    if let Some(failure) = response.extensions().get::<respond::Failure>().cloned() {
        let program = uri.path().starts_with("/api/")
            || wants_document(&headers)
            || method == http::Method::POST && uri.path().ends_with("/inbox");
        response = if program {
            respond::problem(&failure)
        } else if failure.status == StatusCode::UNAUTHORIZED && method == http::Method::GET {
            let asked = uri.path_and_query().map_or("/", |path| path.as_str());
            respond::see_other(&format!("/sign-in?back={}", respond::back_query(asked)))
        } else {
            match Visit::from_request_parts(&mut seen, &node).await {
                Ok(visit) => (
                    failure.status,
                    [
                        (header::CACHE_CONTROL, "private, no-store"),
                        (header::VARY, "Accept, Accept-Language, Cookie"),
                    ],
                    respond::error_page(&visit.chrome(), &failure),
                )
                    .into_response(),
                Err(_) => respond::problem(&failure),
            }
        };
    }
    respond::security_headers(&mut response, !node.config.dev);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    let millis = started.elapsed().as_millis();
    tracing::info!(request = %id, %method, path = uri.path(), status = response.status().as_u16(), %millis);
    response
}
