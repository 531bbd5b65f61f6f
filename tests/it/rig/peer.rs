//! A peer that is not of our house: it serves what a test gives it, keeps what it is sent, and signs
//! what it says with keys of its own.

use super::{TestNode, keys};
use atelier::trust::signature::{self, Scheme};
use atelier::trust::{ProofKey, Signer};
use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::response::IntoResponse as _;
use http::{Method, StatusCode, header};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;
use url::Url;

/// What a peer holds.
#[derive(Default)]
struct Held {
    documents: Mutex<HashMap<String, Value>>,
    received: Mutex<Vec<Value>>,
    /// What it answers to what it is sent, when it does not take it.
    refusing: Mutex<Option<(StatusCode, &'static str)>>,
}

/// One such peer, with one actor.
pub struct Peer {
    /// Where it lives.
    pub origin: String,
    /// Its actor.
    pub actor: String,
    held: Arc<Held>,
    signer: Signer,
    proof: ProofKey,
}

impl Peer {
    /// A peer at `{host}` whose software is called so, with an actor of this type.
    pub fn on(node: &TestNode, host: &str, software: &str, kind: &str) -> Self {
        let origin = format!("http://{host}");
        let actor = format!("{origin}/actors/one");
        let pem = keys().remove(0);
        let public = include_str!("../../fixtures/keys/rsa-1.pub.pem");
        let proof = ProofKey::from_seed(format!("{actor}#ed"), &[7; 32]).expect("a seed");
        let held = Arc::new(Held::default());
        let peer = Self {
            signer: Signer::from_pem(format!("{actor}#main-key"), &pem).expect("a key"),
            proof,
            held: held.clone(),
            origin: origin.clone(),
            actor: actor.clone(),
        };
        peer.serves(&format!("{origin}/.well-known/nodeinfo"), json!({"links": [
            {"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": format!("{origin}/nodeinfo")},
        ]}));
        peer.serves(
            &format!("{origin}/nodeinfo"),
            json!({"software": {"name": software}}),
        );
        peer.serves(&actor, json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": actor, "type": kind, "preferredUsername": "one", "name": "One",
            "inbox": format!("{actor}/inbox"), "outbox": format!("{actor}/outbox"), "followers": format!("{actor}/followers"),
            "publicKey": {"id": format!("{actor}#main-key"), "owner": actor, "publicKeyPem": public},
            "assertionMethod": [{"id": format!("{actor}#ed"), "type": "Multikey", "controller": actor,
                "publicKeyMultibase": peer.proof.public_multibase()}],
        }));
        peer.serves(&format!("{actor}/outbox"), json!({"id": format!("{actor}/outbox"), "type": "OrderedCollection", "totalItems": 0, "orderedItems": []}));
        let router = Router::new().fallback(move |request: Request| answer(held.clone(), request));
        node.wires
            .routers
            .lock()
            .expect("wires")
            .insert(host.to_owned(), router);
        peer
    }

    /// Puts a document at a URL; `null` takes it away for good (410).
    pub fn serves(&self, url: &str, document: Value) {
        let path = url
            .strip_prefix(&self.origin)
            .expect("one of its own")
            .to_owned();
        self.held
            .documents
            .lock()
            .expect("documents")
            .insert(path, document);
    }

    /// Answers so to all that it is sent from now on; `None` takes it again.
    pub fn refuses(&self, with: Option<(StatusCode, &'static str)>) {
        *self.held.refusing.lock().expect("refusing") = with;
    }

    /// What it was sent, in order.
    pub fn received(&self) -> Vec<Value> {
        self.held.received.lock().expect("received").clone()
    }

    /// Adds a proof by its actor.
    pub fn proves(&self, mut document: Value) -> Value {
        atelier::trust::proof::sign(&mut document, &self.proof, "2026-11-23T12:00:00Z")
            .expect("signed");
        document
    }

    /// Says something to a node's shared inbox, signed; gives the status.
    pub async fn says(&self, node: &TestNode, activity: &Value) -> StatusCode {
        let body = activity.to_string();
        let url = Url::parse(&format!("{}/inbox", node.origin())).expect("a URL");
        let headers = signature::sign(
            node,
            Scheme::Cavage,
            &Method::POST,
            &url,
            Some((body.as_bytes(), "application/activity+json")),
            &self.signer,
        )
        .expect("signed");
        self.posts(node, headers, body).await
    }

    /// Posts these very headers and this very body.
    pub async fn posts(
        &self,
        node: &TestNode,
        headers: http::HeaderMap,
        body: String,
    ) -> StatusCode {
        let mut request = Request::post("/inbox")
            .body(axum::body::Body::from(body))
            .expect("a request");
        *request.headers_mut() = headers;
        request
            .headers_mut()
            .entry(header::HOST)
            .or_insert(node.config.domain.parse().expect("host"));
        let router = node
            .wires
            .routers
            .lock()
            .expect("wires")
            .get(&node.config.domain)
            .cloned()
            .expect("its doors");
        router.oneshot(request).await.expect("infallible").status()
    }

    /// The headers it would sign a body with.
    pub fn signs(&self, node: &TestNode, body: &str) -> http::HeaderMap {
        let url = Url::parse(&format!("{}/inbox", node.origin())).expect("a URL");
        signature::sign(
            node,
            Scheme::Cavage,
            &Method::POST,
            &url,
            Some((body.as_bytes(), "application/activity+json")),
            &self.signer,
        )
        .expect("signed")
    }

    /// An activity of its actor, with an id of its own.
    pub fn activity(&self, id: &str, verb: &str, object: Value) -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"],
            "id": format!("{}/activities/{id}", self.origin), "type": verb, "actor": self.actor,
            "to": ["https://www.w3.org/ns/activitystreams#Public"], "object": object,
        })
    }

    /// An article of its actor.
    pub fn article(&self, id: &str, name: &str) -> Value {
        json!({
            "id": format!("{}/articles/{id}", self.origin), "type": "Article", "attributedTo": self.actor, "name": name,
            "content": "<p>Words</p>", "to": ["https://www.w3.org/ns/activitystreams#Public"], "published": "2026-11-20T09:00:00Z",
        })
    }
}

async fn answer(held: Arc<Held>, request: Request) -> axum::response::Response {
    let path = request.uri().path().to_owned();
    if request.method() == Method::POST {
        let refusing = *held.refusing.lock().expect("refusing");
        if let Some(refusing) = refusing {
            return refusing.into_response();
        }
        let body = to_bytes(request.into_body(), 1 << 20)
            .await
            .expect("a body");
        held.received
            .lock()
            .expect("received")
            .push(serde_json::from_slice(&body).expect("JSON"));
        return StatusCode::ACCEPTED.into_response();
    }
    match held.documents.lock().expect("documents").get(&path) {
        Some(Value::Null) => StatusCode::GONE.into_response(),
        Some(document) => {
            let kind = if path.contains("nodeinfo") {
                "application/json"
            } else {
                "application/activity+json"
            };
            ([(header::CONTENT_TYPE, kind)], document.to_string()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl TestNode {
    /// Follows a peer, and is let in.
    pub async fn follows_peer(&self, peer: &Peer) {
        atelier::follow::ask(self, &peer.actor)
            .await
            .expect("asked");
        super::Alliance::settle(&[self]).await;
        let follow = peer
            .received()
            .into_iter()
            .rfind(|a| a["type"] == "Follow")
            .expect("a Follow");
        let accept = peer.activity("accept", "Accept", follow);
        assert_eq!(peer.says(self, &accept).await, StatusCode::ACCEPTED);
        super::Alliance::settle(&[self]).await;
    }

    /// Is followed by a peer.
    pub async fn is_followed_by(&self, peer: &Peer) {
        let home = atelier::directory::home(self).await.expect("home");
        let follow = peer.activity("follow", "Follow", json!(home.network.uri));
        assert_eq!(peer.says(self, &follow).await, StatusCode::ACCEPTED);
        super::Alliance::settle(&[self]).await;
    }
}
