//! The inbox: refuse at once what can be refused, keep what remains on stable storage, **then** say
//! 202, and work on it afterwards (D15). Acknowledged means kept.

use super::activity::{Heard, Inbound};
use super::document::{id_of, limits, type_of};
use super::doorkeeper;
use super::key_cache::Errand;
use super::signed;
use super::store::{self, Receipt, Waiting};
use super::unknown;
use crate::base::queue::{ATTEMPTS_MAX, About, Job};
use crate::base::{Error, Node, Result, batch, setting};
use crate::directory::store as directory;
use crate::directory::uri::host_of;
use crate::publication::evidence::Signed;
use crate::trust::fetch::is_activity_type;
use crate::trust::origin::may_speak_for;
use crate::trust::signature::{self, Received};
use crate::trust::{Origin, json};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{StatusCode, header};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

const BODY_BYTES_MAX: usize = 1024 * 1024;
const BODY_SECONDS_MAX: u64 = 15;

/// The doors of this file: each actor's inbox and the shared one are the same.
pub fn routes() -> Router<Node> {
    Router::new()
        .route("/inbox", post(receive))
        .route("/groups/{handle}/inbox", post(receive))
        .route("/users/{handle}/inbox", post(receive))
}

/// How often each reason for refusing was met since the start.
#[derive(Default)]
pub struct Refusals(Mutex<BTreeMap<&'static str, u64>>);

/// The counts of refusals, by reason.
#[must_use]
pub fn refusals(node: &Node) -> BTreeMap<&'static str, u64> {
    node.part::<Refusals>()
        .0
        .lock()
        .map(|map| map.clone())
        .unwrap_or_default()
}

/// Counts a refusal.
pub(super) fn count(node: &Node, reason: &'static str) {
    if let Ok(mut map) = node.part::<Refusals>().0.lock() {
        *map.entry(reason).or_insert(0) += 1;
    }
}

async fn receive(State(node): State<Node>, request: Request) -> Response {
    match hear(&node, request).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => {
            if let Error::Refused { reason, .. } = &error {
                count(&node, reason);
            }
            tracing::info!(%error, "an activity was refused");
            error.into_response()
        }
    }
}

fn refused(status: StatusCode, reason: &'static str) -> Error {
    Error::Refused { status, reason }
}

async fn read_body(body: Body) -> Result<Bytes> {
    let reading = to_bytes(body, BODY_BYTES_MAX);
    match tokio::time::timeout(Duration::from_secs(BODY_SECONDS_MAX), reading).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(refused(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large")),
        Err(_) => Err(refused(StatusCode::REQUEST_TIMEOUT, "body_too_slow")),
    }
}

fn check_media_type(value: Option<&header::HeaderValue>) -> Result<()> {
    let bad = || refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type");
    let kind: mime::Mime = value
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse().ok())
        .ok_or_else(bad)?;
    if is_activity_type(&kind) {
        Ok(())
    } else {
        Err(bad())
    }
}

fn read_activity(bytes: &[u8]) -> Result<(&str, Value)> {
    let raw = std::str::from_utf8(bytes)
        .map_err(|_| refused(StatusCode::BAD_REQUEST, "body_is_not_utf8"))?;
    Ok((raw, json::parse(raw)?))
}

/// What can be told from the head alone.
fn check_head(parts: &http::request::Parts) -> Result<()> {
    let length = parts
        .headers
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<usize>().ok());
    if length.is_some_and(|length| length > BODY_BYTES_MAX) {
        return Err(refused(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"));
    }
    check_media_type(parts.headers.get(header::CONTENT_TYPE))?;
    if parts.headers.contains_key(header::CONTENT_ENCODING) {
        return Err(refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content_encoding",
        ));
    }
    Ok(())
}

async fn hear(node: &Node, request: Request) -> Result<()> {
    let (parts, body) = request.into_parts();
    check_head(&parts)?;
    doorkeeper::admit(node, &parts).await?;
    let bytes = read_body(body).await?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let received = Received {
        method: &parts.method,
        path_and_query: path,
        headers: &parts.headers,
        body: &bytes,
    };
    let read = read_activity(&bytes);
    // Whoever it is said to be by: from a blocked host nothing is even checked.
    if let Ok((_, value)) = &read
        && let Some(actor) = value.get("actor").and_then(id_of)
    {
        doorkeeper::admit_actor(node, actor).await?;
    }
    let claim = signature::read(node, &received)?;
    // The head's reader may have missed how the key is written; this one decides whose it is.
    doorkeeper::admit_actor(node, &claim.key_id).await?;
    let (raw, value) = read?;
    limits::check(&value)?;
    let actor = value
        .get("actor")
        .and_then(id_of)
        .ok_or_else(|| refused(StatusCode::BAD_REQUEST, "activity_without_actor"))?;
    if type_of(&value) == Some("Delete")
        && is_about_itself(&value, actor)
        && directory::find_actor_by_uri(node, actor).await?.is_none()
    {
        // A whole server may say goodbye: nobody here knew this one, nobody is asked about it (R23).
        count(node, "delete_of_an_unknown_actor");
        return Ok(());
    }
    let (by, speaker) = signed::verify(node, &claim, actor, Errand::Letter).await?;
    doorkeeper::admit_actor(node, &speaker.uri).await?;
    doorkeeper::remember(node, &parts, &claim.key_id);
    if speaker.uri != actor {
        forwarded(node, &value, actor).await?;
    }
    let id = value.get("id").and_then(Value::as_str);
    if id.is_some_and(|id| !may_speak_for(actor, id)) {
        return Err(refused(
            StatusCode::UNAUTHORIZED,
            "activity_id_of_another_origin",
        ));
    }
    if setting::in_quarantine(node).await? {
        return Err(Error::Unavailable {
            reason: "this node was restored and waits for its operator".into(),
            retry_after_seconds: 3600,
        });
    }
    let origin =
        Origin::parse(actor).ok_or_else(|| refused(StatusCode::BAD_REQUEST, "actor_is_no_url"))?;
    let receipt = Receipt {
        id: node.new_id()?,
        actor_origin: origin.to_string(),
        activity: store::known_as(actor, id, &bytes),
        actor_uri: actor.to_owned(),
        host: host_of(actor).unwrap_or_default(),
        body: raw.to_owned(),
        signed: (speaker.uri == actor).then(|| evidence_of(by)),
    };
    batch::write(node, receipt).await
}

/// What was signed, as it is kept beside the bytes.
fn evidence_of(signed: signature::SignedBy) -> Signed {
    Signed {
        key_id: signed.key_id,
        scheme: signed.scheme.code().to_owned(),
        base: signed.base,
        signature: STANDARD.encode(signed.signature),
    }
}

fn is_about_itself(value: &Value, actor: &str) -> bool {
    value.get("object").and_then(id_of) == Some(actor)
}

/// Somebody passes on what another said: believed only by that other's own proof (D12).
async fn forwarded(node: &Node, value: &Value, actor: &str) -> Result<()> {
    let author = directory::find_actor_by_uri(node, actor).await?;
    let Some(author) = author else {
        return Err(Error::refused("signer_is_not_the_actor"));
    };
    match super::actor::proof_of(node, value, &author).await? {
        Some(_) => Ok(()),
        None => Err(Error::refused("signer_is_not_the_actor")),
    }
}

/// Works on an activity that was kept.
///
/// # Errors
/// When something did not answer; the job then runs again.
pub async fn work(node: &Node, job: &Job) -> Result<()> {
    let about: About = job.payload()?;
    let Some(waiting) = store::find_inbound(node, &about.id).await? else {
        return Ok(());
    };
    let outcome = match take_effect(node, waiting).await {
        Ok(outcome) => outcome.to_owned(),
        // What may not be said stays unsaid; what is gone stays gone; the rest is tried again.
        Err(Error::Refused { reason, .. }) => {
            count(node, reason);
            format!("refused: {reason}")
        }
        Err(error @ (Error::NotFound | Error::Gone | Error::Unusable(_))) => {
            format!("dropped: {error}")
        }
        Err(error) if job.attempts >= ATTEMPTS_MAX => format!("given up: {error}"),
        Err(error) => return Err(error),
    };
    store::inbound_done(node, job, &about.id, &outcome).await
}

async fn take_effect(node: &Node, waiting: Waiting) -> Result<&'static str> {
    let value = json::parse(&waiting.body)?;
    let by = directory::find_actor_by_uri(node, &waiting.actor_uri)
        .await?
        .ok_or_else(|| Error::refused("speaker_unknown"))?;
    let verb = type_of(&value).unwrap_or_default().to_owned();
    doorkeeper::admit_actor(node, &waiting.actor_uri).await?;
    match Inbound::read(Heard::new(value, waiting.body, waiting.signed, by)?) {
        Some(inbound) => inbound.take_effect(node).await.map(|()| "done"),
        None => {
            count(node, "verb_unknown");
            unknown::note(node, &verb);
            Ok("ignored: a verb we do not know")
        }
    }
}
