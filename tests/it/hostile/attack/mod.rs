//! The attacks, as data: what an attacker with a valid key of its own sends, and what may be answered.
//! The numbers are those of the cases we defend against. The tests send them to a node in process and
//! look into it; the example `hostile` sends the same ones to any running node on this machine.

mod authority;
mod identity;
mod keys;
mod shape;
pub mod wire;

use atelier::trust::Signer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::time::{Duration, UNIX_EPOCH};

/// The word that stands in everything an attacker wants shown.
pub const MARK: &str = "Forged by another";
/// The name everybody is addressed by.
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
/// The cases in this list.
pub const CASES: [u8; 17] = [
    2, 4, 5, 7, 8, 11, 12, 14, 16, 17, 18, 25, 26, 28, 29, 33, 44,
];

/// What may be answered to a request nobody may believe.
const REFUSED: &[u16] = &[401];
/// The same where the request is not even well made.
const MALFORMED: &[u16] = &[400, 401];
/// What may be answered to words that are authentic, and mean nothing or too much.
const WITHOUT_EFFECT: &[u16] = &[202, 400, 401, 403, 413];

/// A request as it goes over the wire: headers may repeat and contradict each other.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The path.
    pub path: String,
    /// The headers, in order.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// One attack.
pub struct Attack {
    /// What is tried.
    pub what: String,
    /// What is sent.
    pub sent: Sent,
    /// The answers that let nothing in.
    pub answers: &'static [u16],
}

/// Somebody with a host, an actor and a key; those it means harm; and the node it talks to.
pub struct Attacker {
    /// The node's origin.
    pub target: String,
    /// What stands in `Host`.
    pub domain: String,
    /// The node's network.
    pub group: String,
    /// A member of it.
    pub member: String,
    /// A publication of theirs.
    pub publication: String,
    /// The attacker's own origin.
    pub origin: String,
    /// Its actor.
    pub actor: String,
    /// Its key.
    pub signer: Signer,
    /// Another one of its keys, which nobody knows.
    pub unknown: Signer,
    /// The public half of that one.
    pub unknown_pem: String,
    /// The origin of somebody honest.
    pub good: String,
    /// Their actor, and an article of theirs that the node may hold.
    pub victim: String,
    /// See `victim`.
    pub article: String,
    /// The time, in milliseconds.
    pub now: i64,
}

/// A request before it is signed; each part may be set otherwise.
pub struct Draft {
    path: String,
    signed_path: String,
    host: String,
    date: Option<String>,
    digest: Option<String>,
    covered: Vec<&'static str>,
    algorithm: &'static str,
    key_id: String,
    params: String,
    more: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

/// An HTTP date.
pub fn date(millis: i64) -> String {
    let since = Duration::from_millis(u64::try_from(millis).expect("after 1970"));
    httpdate::fmt_http_date(UNIX_EPOCH + since)
}

/// A digest of a body.
pub fn digest(body: &[u8]) -> String {
    let sum = ring::digest::digest(&ring::digest::SHA256, body);
    format!("SHA-256={}", STANDARD.encode(sum))
}

impl Draft {
    fn value(&self, name: &str) -> Option<String> {
        match name {
            "host" => Some(self.host.clone()),
            "date" => self.date.clone(),
            "digest" => self.digest.clone(),
            "content-type" => Some("application/activity+json".into()),
            _ => None,
        }
    }

    /// Signs it as it stands (draft-cavage-12).
    pub fn sent(self, signer: &Signer) -> Sent {
        let mut lines = Vec::new();
        for name in &self.covered {
            match *name {
                "(request-target)" => lines.push(format!("{name}: post {}", self.signed_path)),
                name => lines.extend(self.value(name).map(|value| format!("{name}: {value}"))),
            }
        }
        let signature = signer.sign(lines.join("\n").as_bytes()).expect("signed");
        let signature = format!(
            "keyId=\"{}\",algorithm=\"{}\",headers=\"{}\"{},signature=\"{}\"",
            self.key_id,
            self.algorithm,
            self.covered.join(" "),
            self.params,
            STANDARD.encode(signature)
        );
        let mut headers = Vec::new();
        for name in ["host", "date", "digest", "content-type"] {
            headers.extend(self.value(name).map(|value| (name, value)));
        }
        headers.push(("signature", signature));
        headers.extend(self.more);
        Sent {
            path: self.path,
            headers,
            body: self.body,
        }
    }
}

impl Attacker {
    /// A genuine request with this body, not yet signed.
    pub fn draft(&self, body: &str) -> Draft {
        self.draft_of(body.as_bytes())
    }

    /// A genuine request with these bytes, whatever they are.
    pub fn raw(&self, body: &[u8]) -> Sent {
        self.draft_of(body).sent(&self.signer)
    }

    fn draft_of(&self, body: &[u8]) -> Draft {
        Draft {
            path: "/inbox".into(),
            signed_path: "/inbox".into(),
            host: self.domain.clone(),
            date: Some(date(self.now)),
            digest: Some(digest(body)),
            covered: vec!["(request-target)", "host", "date", "digest", "content-type"],
            algorithm: "rsa-sha256",
            key_id: self.signer.key_id.clone(),
            params: String::new(),
            more: Vec::new(),
            body: body.to_vec(),
        }
    }

    /// A genuine request that says this.
    pub fn says(&self, activity: &Value) -> Sent {
        self.draft(&activity.to_string()).sent(&self.signer)
    }

    /// The same, signed by a key nobody knows that is said to be this one.
    pub fn says_with_key(&self, activity: &Value, key_id: &str) -> Sent {
        let mut draft = self.draft(&activity.to_string());
        draft.key_id = key_id.replace(['\r', '\n'], "");
        draft.sent(&self.unknown)
    }

    /// An activity of its own.
    pub fn activity(&self, id: &str, verb: &str, object: Value) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": format!("{}/activities/{id}", self.origin), "type": verb, "actor": self.actor,
            "to": [PUBLIC], "object": object,
        })
    }

    /// An article that everybody would notice if it were let in.
    pub fn article(&self, id: &str, by: &str) -> Value {
        json!({
            "id": id, "type": "Article", "attributedTo": by, "name": MARK, "content": format!("<p>{MARK}</p>"),
            "to": [PUBLIC], "published": "2026-11-20T09:00:00Z", "updated": "2026-11-22T09:00:00Z",
        })
    }

    /// The Create of such an article of its own: what it may say, if only the request were right.
    pub fn create(&self, n: u8) -> String {
        let article = self.article(&format!("{}/articles/x{n}", self.origin), &self.actor);
        self.activity(&format!("x{n}"), "Create", article)
            .to_string()
    }

    /// The same words signed by RFC 9421, as they should be.
    pub fn says_by_message_signature(&self, body: &str) -> Sent {
        keys::message(self, body)
    }

    /// Documents that its own host must serve for the list, by path.
    pub fn documents(&self) -> Vec<(String, Value)> {
        keys::documents(self)
    }

    /// The attacks of a case.
    pub fn attacks(&self, case: u8) -> Vec<Attack> {
        match case {
            2 => identity::changed_bodies(self),
            4 => identity::digests(self),
            5 => identity::coverages(self),
            7 => identity::other_places(self),
            8 => identity::clocks(self),
            11 => identity::other_actors(self),
            12 | 14 => keys::borrowed_keys(self, case),
            16 => keys::algorithms(self),
            17 => keys::message_signatures(self),
            18 => keys::masks(self),
            25 => authority::updates(self),
            26 => authority::removals(self),
            28 => authority::moves(self),
            29 => authority::answers(self),
            33 => authority::unknown_words(self),
            44 => shape::shapes(self),
            _ => Vec::new(),
        }
    }
}

fn attack(what: impl Into<String>, sent: Sent, answers: &'static [u16]) -> Attack {
    Attack {
        what: what.into(),
        sent,
        answers,
    }
}
