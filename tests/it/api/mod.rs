//! The JSON API: who may do what, what is told to whom, how errors and lists look, and that its
//! description is true.

mod doors;
mod mistakes;
mod neighbours;
mod publications;

use crate::rig::Alliance;
use atelier::base::Node;
use atelier::directory::{Member, signin};
use atelier::server;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// What came back.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    /// Its items' names, in order.
    fn names(&self) -> Vec<&str> {
        let items = self.body["items"].as_array().expect("items");
        items
            .iter()
            .map(|item| item["name"].as_str().expect("a name"))
            .collect()
    }

    /// The body, if it went well.
    fn ok(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.body);
        self.body
    }

    /// The detail of a problem with this status, in the form of RFC 9457.
    fn problem(&self, status: u16) -> &str {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["type"], "about:blank");
        assert!(!self.body["title"].as_str().expect("a title").is_empty());
        self.body["detail"].as_str().unwrap_or_default()
    }
}

async fn send(node: &Node, request: Request<Body>) -> Answer {
    let response = server::router(node.clone())
        .oneshot(request)
        .await
        .expect("infallible");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1 << 24).await.expect("a body");
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned())),
    }
}

/// Asks a door; an empty token is none.
async fn call(node: &Node, token: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", &node.config.domain);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = match body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(Body::from(body.to_string())),
        None => request.body(Body::empty()),
    };
    send(node, request.expect("a request")).await
}

async fn get(node: &Node, token: &str, path: &str) -> Answer {
    call(node, token, "GET", path, None).await
}

async fn token(node: &Node, member: &Member) -> String {
    signin::create_token(node, member, "a test")
        .await
        .expect("a token")
}

fn words(name: &str, audience: &str) -> Value {
    json!({
        "kind": "experience", "name": name, "summary": "What happened.", "content": "We **tried** it.",
        "language": "en", "audience": audience,
        "detail": {"scope": "One street.", "limits": "Not measured in winter."},
    })
}

async fn publish(node: &Node, token: &str, body: Value) -> Value {
    call(node, token, "POST", "/api/v1/publications", Some(body))
        .await
        .ok()
}

fn path_of(item: &Value) -> String {
    format!(
        "/api/v1/publications/{}",
        item["id"].as_str().expect("an id")
    )
}

/// A multipart form with a picture and what it shows.
fn picture_form(alt: &str) -> (&'static str, Vec<u8>) {
    let mut file = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(8, 4)
        .write_to(&mut file, image::ImageFormat::Png)
        .expect("a picture");
    let mut form = format!(
        "--cut\r\ncontent-disposition: form-data; name=\"alt\"\r\n\r\n{alt}\r\n--cut\r\n\
         content-disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\n\
         content-type: image/png\r\n\r\n"
    )
    .into_bytes();
    form.extend(file.into_inner());
    form.extend(b"\r\n--cut--\r\n");
    ("multipart/form-data; boundary=cut", form)
}

async fn upload(node: &Node, token: &str, alt: &str) -> Answer {
    let (kind, form) = picture_form(alt);
    let mut request = Request::post("/api/v1/media")
        .header("host", &node.config.domain)
        .header("content-type", kind);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    send(node, request.body(Body::from(form)).expect("a request")).await
}
