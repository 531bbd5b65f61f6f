//! Requests that other programs really sent are believed, in both schemes, with their keys and at their time.

use super::tests::Sent;
use super::*;
use crate::base::clock::{Clock, parse_rfc3339};
use crate::trust::vectors::shared;
use serde_json::Value;

/// A request that another program sent, with the key that verifies it and the moment it came.
pub(super) struct Captured {
    pub(super) name: String,
    pub(super) sent: Sent,
    pub(super) key: PublicKey,
    pub(super) key_id: String,
    pub(super) at: Millis,
    scheme: Scheme,
    has_proof: bool,
    actor: Value,
}

impl Captured {
    /// The node it was sent to, at that moment.
    pub(super) async fn node(&self) -> Node {
        let at = self.at;
        Node::for_tests("us.test", |_, around| around.clock = Clock::fixed(at)).await
    }
}

fn json_at(path: std::path::PathBuf) -> Value {
    let text = std::fs::read_to_string(path).expect("it reads");
    serde_json::from_str(&text).expect("JSON")
}

/// All of them; none on a machine that has not got them, which is said.
pub(super) fn captured() -> Vec<Captured> {
    let mut all = Vec::new();
    for peer in ["fedify", "relay"] {
        let Some(folder) = shared(&format!("captures/{peer}")) else {
            continue;
        };
        let actor = json_at(folder.join("actor.json"));
        let word = |value: &Value| value.as_str().expect("text").to_owned();
        let key = PublicKey::from_pem(&word(&actor["publicKey"]["publicKeyPem"])).expect("a key");
        for file in std::fs::read_dir(&folder).expect("a folder") {
            let path = file.expect("a file").path();
            if path.extension().is_none_or(|ext| ext != "http") {
                continue;
            }
            let meta = json_at(path.with_extension("meta.json"));
            all.push(Captured {
                name: path.display().to_string(),
                sent: read_wire(&std::fs::read(&path).expect("bytes")),
                key: key.clone(),
                key_id: word(&actor["publicKey"]["id"]),
                at: parse_rfc3339(&word(&meta["at"])).expect("a time"),
                scheme: Scheme::from_code(&word(&meta["scheme"])).expect("a scheme"),
                has_proof: meta["has_proof"] == true,
                actor: actor.clone(),
            });
        }
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

#[tokio::test]
async fn requests_captured_from_other_programs_are_believed() {
    let all = captured();
    for one in &all {
        let node = one.node().await;
        let claim = read(&node, &one.sent.received()).expect(&one.name);
        assert_eq!(claim.key_id, one.key_id, "{}", one.name);
        let by = claim.verify(&one.key).expect(&one.name);
        assert_eq!(by.scheme, one.scheme, "{}", one.name);
        if one.has_proof {
            check_proof(&one.sent.body, &one.actor);
        }
    }
    let of = |scheme| all.iter().filter(|one| one.scheme == scheme).count();
    let (older, newer) = (of(Scheme::Cavage), of(Scheme::Rfc9421));
    assert!(
        all.is_empty() || (older > 20 && newer > 20),
        "{older} {newer}"
    );
}

fn check_proof(body: &[u8], actor: &Value) {
    let text = std::str::from_utf8(body).expect("text");
    let document = crate::trust::json::parse(text).expect("JSON");
    let method = crate::trust::proof::claimed_method(&document).expect("a method");
    let mut keys = actor["assertionMethod"].as_array().expect("keys").iter();
    let key = keys
        .find(|key| key["id"] == method.as_str())
        .expect("its key");
    let key = key["publicKeyMultibase"].as_str().expect("a key");
    let key = PublicKey::from_multibase(key).expect("a key");
    crate::trust::proof::verify(&document, &key).expect("a true proof");
}

/// Reads a request as it stood on the wire.
fn read_wire(bytes: &[u8]) -> Sent {
    let split = |what: &[u8]| bytes.windows(what.len()).position(|part| part == what);
    let (end, gap) = split(b"\r\n\r\n")
        .map(|at| (at, 4))
        .or_else(|| split(b"\n\n").map(|at| (at, 2)))
        .expect("a head");
    let head = std::str::from_utf8(&bytes[..end]).expect("text");
    let mut lines = head.lines();
    let mut first = lines.next().expect("a first line").split(' ');
    let method = first.next().expect("a method").parse().expect("a method");
    let target = first.next().expect("a target").to_owned();
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':').expect("a header");
        let name: HeaderName = name.parse().expect("a name");
        headers.append(name, HeaderValue::from_str(value.trim()).expect("a value"));
    }
    let body = bytes[end + gap..].to_vec();
    Sent {
        method,
        target,
        headers,
        body,
    }
}
