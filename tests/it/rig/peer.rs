//! A peer that is not of our house: it serves what a test gives it, keeps what it is sent, and signs
//! what it says with keys of its own.

use super::script::{self, Says, Script};
use super::{TestNode, keys};
use atelier::trust::signature::{self, Scheme};
use atelier::trust::{ProofKey, Signer};
use axum::Router;
use http::{Method, StatusCode, header};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _, LineEnding};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;
use url::Url;

/// One such peer, with one actor.
pub struct Peer {
    /// Where it lives.
    pub origin: String,
    /// Its actor.
    pub actor: String,
    kind: String,
    /// What it holds, and what it was asked for.
    pub script: Arc<Script>,
    signer: Mutex<Signer>,
    proof: ProofKey,
}

impl Peer {
    /// A peer at `{host}` whose software is called so, with an actor of this type.
    pub fn on(node: &TestNode, host: &str, software: &str, kind: &str) -> Self {
        Self::keyed(node, host, software, kind, 1)
    }

    /// The same, with another of the rig's keys: two who share one could sign for each other.
    pub fn keyed(node: &TestNode, host: &str, software: &str, kind: &str, key: usize) -> Self {
        let scheme = if node.config.dev { "http" } else { "https" };
        let origin = format!("{scheme}://{host}");
        let actor = format!("{origin}/actors/one");
        let proof =
            ProofKey::from_seed(format!("{actor}#ed"), &[key as u8 + 6; 32]).expect("a seed");
        let script = Arc::new(Script::default());
        let peer = Self {
            signer: Mutex::new(signer(&actor, key)),
            proof,
            kind: kind.into(),
            script: script.clone(),
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
        peer.serves(&actor, peer.document(key));
        peer.serves(&format!("{actor}/outbox"), json!({"id": format!("{actor}/outbox"), "type": "OrderedCollection", "totalItems": 0, "orderedItems": []}));
        node.puts(host, script::router(script));
        peer
    }

    /// Its actor's document, with this one of the rig's keys.
    pub fn document(&self, key: usize) -> Value {
        let actor = &self.actor;
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": actor, "type": self.kind, "preferredUsername": "one", "name": "One",
            "inbox": format!("{actor}/inbox"), "outbox": format!("{actor}/outbox"), "followers": format!("{actor}/followers"),
            "publicKey": {"id": format!("{actor}#main-key"), "owner": actor, "publicKeyPem": public_pem(key)},
            "assertionMethod": [{"id": format!("{actor}#ed"), "type": "Multikey", "controller": actor,
                "publicKeyMultibase": self.proof.public_multibase()}],
        })
    }

    /// Signs with another of the rig's keys from now on; what it serves stays as it is.
    pub fn signs_with(&self, key: usize) {
        *self.signer.lock().expect("signer") = signer(&self.actor, key);
    }

    /// What it signs its requests with.
    pub fn signer(&self) -> Signer {
        self.signer.lock().expect("signer").clone()
    }

    /// Puts a document at a URL; `null` takes it away for good (410).
    pub fn serves(&self, url: &str, document: Value) {
        match document {
            Value::Null => self.says_at(url, Says::Gone),
            document => self.says_at(url, Says::Document(document)),
        }
    }

    /// Answers so at one of its URLs.
    pub fn says_at(&self, url: &str, says: Says) {
        let path = url.strip_prefix(&self.origin).expect("one of its own");
        self.script.at(path, says);
    }

    /// Answers so to all that it is sent from now on; `None` takes it again.
    pub fn refuses(&self, with: Option<(StatusCode, &'static str)>) {
        *self.script.refusing.lock().expect("refusing") = with;
    }

    /// Makes its keys anew, under the same ids, and serves its actor's document with them.
    pub fn renews(&mut self, number: usize) {
        self.signs_with(number);
        let seed = [u8::try_from(number).expect("small") + 50; 32];
        self.proof = ProofKey::from_seed(format!("{}#ed", self.actor), &seed).expect("a seed");
        self.serves(&self.actor.clone(), self.document(number));
    }

    /// Signs from now on with a key of this id, which its document does not name.
    pub fn signs_as(&mut self, fragment: &str, number: usize) {
        let pem = keys().remove(number);
        let id = format!("{}#{fragment}", self.actor);
        self.signer = Mutex::new(Signer::from_pem(id, &pem).expect("a key"));
    }

    /// What it was sent, in order.
    pub fn received(&self) -> Vec<Value> {
        self.script.received.lock().expect("received").clone()
    }

    /// Adds a proof by its actor.
    pub fn proves(&self, mut document: Value) -> Value {
        atelier::trust::proof::sign(&mut document, &self.proof, "2026-11-23T12:00:00Z")
            .expect("signed");
        document
    }

    /// Says something to a node's shared inbox, signed; gives the status.
    pub async fn says(&self, node: &TestNode, activity: &Value) -> StatusCode {
        self.says_as(node, activity, &self.signer()).await
    }

    /// The same, signed by whomever.
    pub async fn says_as(&self, node: &TestNode, activity: &Value, by: &Signer) -> StatusCode {
        let body = activity.to_string();
        let url = Url::parse(&format!("{}/inbox", node.origin())).expect("a URL");
        let headers = signature::sign(
            node,
            Scheme::Cavage,
            &Method::POST,
            &url,
            Some((body.as_bytes(), "application/activity+json")),
            by,
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
        let mut request = http::Request::post("/inbox")
            .body(axum::body::Body::from(body))
            .expect("a request");
        *request.headers_mut() = headers;
        request
            .headers_mut()
            .entry(header::HOST)
            .or_insert(node.config.domain.parse().expect("host"));
        node.doors()
            .oneshot(request)
            .await
            .expect("infallible")
            .status()
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

fn signer(actor: &str, key: usize) -> Signer {
    let pem = keys().swap_remove(key - 1);
    Signer::from_pem(format!("{actor}#main-key"), &pem).expect("a key")
}

/// The public half of one of the rig's keys.
pub fn public_pem(key: usize) -> String {
    RsaPrivateKey::from_pkcs8_pem(&keys()[key - 1])
        .expect("a key")
        .to_public_key()
        .to_public_key_pem(LineEnding::LF)
        .expect("it encodes")
}

impl TestNode {
    /// Puts somebody's doors on the wires.
    pub fn puts(&self, host: &str, doors: Router) {
        let mut routers = self.wires.routers.lock().expect("wires");
        routers.insert(host.to_owned(), doors);
    }

    /// Its own doors.
    pub fn doors(&self) -> Router {
        let routers = self.wires.routers.lock().expect("wires");
        routers
            .get(&self.config.domain)
            .cloned()
            .expect("its doors")
    }

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
