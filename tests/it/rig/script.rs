//! A foreign host that does as it is told: serves what it is given, keeps what it is sent, and answers
//! slowly, endlessly, elsewhere or not at all where somebody wants it so. The rig puts it on wires in
//! memory; the example `hostile` puts the same one on a socket of this machine.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use http::{Method, StatusCode, header};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const RECEIVED_BYTES_MAX: usize = 1 << 20;
const CHUNK: usize = 64 * 1024;
const DROP_EVERY: Duration = Duration::from_millis(200);

/// What a host answers at one of its addresses.
#[derive(Clone)]
pub enum Says {
    /// A document, under the type that belongs to its address.
    Document(Value),
    /// It was here, and is gone.
    Gone,
    /// These very headers and bytes.
    Raw {
        /// The status.
        status: u16,
        /// The headers.
        headers: Vec<(&'static str, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// One byte at a time, without end.
    Drip,
    /// As much as the other takes, without end and without saying how much.
    Endless,
    /// Nothing at all: the connection stands and nobody speaks.
    Never,
}

impl Says {
    /// A redirect.
    pub fn elsewhere(place: &str) -> Self {
        Self::Raw {
            status: 302,
            headers: vec![("location", place.to_owned())],
            body: Vec::new(),
        }
    }

    /// A document under a type of one's choice.
    pub fn under(kind: &str, document: &Value) -> Self {
        Self::Raw {
            status: 200,
            headers: vec![("content-type", kind.to_owned())],
            body: document.to_string().into_bytes(),
        }
    }
}

/// What a host holds, and what became of it.
#[derive(Default)]
pub struct Script {
    answers: Mutex<HashMap<String, Says>>,
    /// What it was sent, in order.
    pub received: Mutex<Vec<Value>>,
    /// What it answers to what it is sent, when it does not take it.
    pub refusing: Mutex<Option<(StatusCode, &'static str)>>,
    /// The paths that were asked for, in order.
    pub asked: Mutex<Vec<String>>,
    given: AtomicU64,
}

impl Script {
    /// Says so at this path from now on.
    pub fn at(&self, path: &str, says: Says) {
        self.answers
            .lock()
            .expect("answers")
            .insert(path.to_owned(), says);
    }

    /// The bytes that somebody took of what has no end.
    pub fn given(&self) -> u64 {
        self.given.load(Ordering::SeqCst)
    }

    /// The paths that were asked for since the last time.
    pub fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().expect("asked"))
    }
}

/// The host's doors.
pub fn router(script: Arc<Script>) -> Router {
    Router::new().fallback(move |request: Request| answer(script.clone(), request))
}

async fn answer(script: Arc<Script>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if request.method() == Method::POST {
        let refusing = *script.refusing.lock().expect("refusing");
        if let Some(refusing) = refusing {
            return refusing.into_response();
        }
        let Ok(body) = to_bytes(request.into_body(), RECEIVED_BYTES_MAX).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        let value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        script.received.lock().expect("received").push(value);
        return StatusCode::ACCEPTED.into_response();
    }
    script.asked.lock().expect("asked").push(path.clone());
    let says = script.answers.lock().expect("answers").get(&path).cloned();
    match says {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(Says::Gone) => StatusCode::GONE.into_response(),
        Some(Says::Document(document)) => {
            let kind = [(header::CONTENT_TYPE, kind_of(&path))];
            (kind, document.to_string()).into_response()
        }
        Some(Says::Raw {
            status,
            headers,
            body,
        }) => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response
                .body(Body::from(body))
                .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
        }
        Some(Says::Drip) => without_end(script, 1, DROP_EVERY),
        Some(Says::Endless) => without_end(script, CHUNK, Duration::ZERO),
        Some(Says::Never) => std::future::pending().await,
    }
}

fn kind_of(path: &str) -> &'static str {
    if path.contains("nodeinfo") {
        "application/json"
    } else if path.ends_with("webfinger") {
        "application/jrd+json"
    } else {
        "application/activity+json"
    }
}

fn without_end(script: Arc<Script>, size: usize, pause: Duration) -> Response {
    let body = stream::unfold(script, move |script| async move {
        tokio::time::sleep(pause).await;
        script.given.fetch_add(size as u64, Ordering::SeqCst);
        let piece: Result<Vec<u8>, std::io::Error> = Ok(vec![b' '; size]);
        Some((piece, script))
    });
    let kind = [(header::CONTENT_TYPE, "application/activity+json")];
    (kind, Body::from_stream(body)).into_response()
}
