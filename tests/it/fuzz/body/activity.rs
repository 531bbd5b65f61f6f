//! What strangers say: JSON, the activity in it, and the publication in that.

use super::super::run::{Chance, change_bytes};
use super::{NOW, html};
use atelier::base::clock::rfc3339;
use atelier::directory::{Actor, ActorKind};
use atelier::federation::activity::{Heard, Inbound};
use atelier::federation::document::{self, Incoming};
use atelier::publication::draft::language_fits;
use atelier::trust::origin::may_speak_for;
use atelier::trust::{ProofKey, json, proof};
use serde_json::{Map, Number, Value};

/// Any text.
pub fn body(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(value) = json::parse(text) else {
        return;
    };
    let written = value.to_string();
    let again = json::parse(&written).expect("what we write, we read");
    assert_eq!(again, value, "written and read, it is the same");
    let plain: Value = serde_json::from_str(text).expect("what we read, others read");
    assert_eq!(plain, value, "others read the same");
    weighed(&value);
    heard(&value);
    for object in [Some(&value), value.get("object")].into_iter().flatten() {
        if let Ok(Some(incoming)) = document::read(object) {
            shown(&incoming);
        }
    }
}

fn weighed(value: &Value) {
    if let Ok(digest) = proof::canonical_digest(value) {
        let mut proven = value.clone();
        if let Some(map) = proven.as_object_mut() {
            map.insert("proof".into(), Value::Null);
        }
        let same = proof::canonical_digest(&proven).expect("a weight");
        assert_eq!(same, digest, "a proof does not change what is said");
    }
    let stranger = ProofKey::from_seed("https://nobody.example/u#k", &[9; 32]).expect("a key");
    let _ = proof::claimed_method(value);
    assert!(
        proof::verify(value, &stranger.public()).is_err(),
        "nobody signed this"
    );
    // Whatever can be signed is believed afterwards, and not when a word is added.
    // (The older sort of signature is outside of what a proof covers.)
    let mut signed = value.clone();
    if let Some(map) = signed.as_object_mut() {
        map.remove("signature");
    }
    if signed.is_object() && proof::sign(&mut signed, &stranger, &rfc3339(NOW)).is_ok() {
        proof::verify(&signed, &stranger.public()).expect("our own proof holds");
        signed["x-added"] = Value::Bool(true);
        assert!(proof::verify(&signed, &stranger.public()).is_err());
    }
}

fn heard(value: &Value) {
    let Some(uri) = value.get("actor").and_then(document::id_of) else {
        return;
    };
    let by = |uri: &str| Actor {
        id: "1".into(),
        uri: uri.to_owned(),
        kind: ActorKind::Person,
        local: false,
        handle: "one".into(),
        host: "peer.example".into(),
        name: "One".into(),
        summary: String::new(),
        url: uri.to_owned(),
        inbox: String::new(),
        shared_inbox: None,
        outbox: None,
        followers: None,
        approves: false,
        created_at: NOW,
        updated_at: NOW,
        fetched_at: NOW,
        gone_at: None,
    };
    if let Ok(heard) = Heard::new(value.clone(), String::new(), None, by(uri)) {
        let object = heard.object_id().map(str::to_owned).ok();
        assert_ne!(object.as_deref(), Some(""));
        let known = Inbound::read(heard).is_some();
        assert!(!known || document::type_of(value).is_some());
    }
    let other = by("https://somebody-else.example/u");
    if uri != other.uri {
        assert!(Heard::new(value.clone(), String::new(), None, other).is_err());
    }
}

/// What every publication is that we read, whatever was said.
pub fn shown(incoming: &Incoming) {
    let web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    assert!(
        web(&incoming.url) || incoming.url == incoming.id,
        "{}",
        incoming.url
    );
    assert!(incoming.networks.len() <= 4);
    for network in &incoming.networks {
        assert!(may_speak_for(&incoming.id, network), "{network}");
    }
    assert!(!incoming.texts.is_empty() && incoming.texts.len() <= 21);
    for text in &incoming.texts {
        assert!(language_fits(&text.language), "{}", text.language);
        assert!(!text.name.is_empty());
        html::one_line(&text.name, 300);
        html::one_line(&text.summary, 1_000);
        html::harmless(&text.html);
    }
    if let Some(picture) = &incoming.picture {
        assert!(picture.src.starts_with("https://"), "{}", picture.src);
        html::one_line(&picture.alt, 300);
    }
    if let Some(place) = &incoming.place {
        html::one_line(&place.name, 300);
        html::one_line(&place.locality, 300);
        assert!(place.latitude.is_none_or(|d| (-90.0..=90.0).contains(&d)));
        assert!(
            place
                .longitude
                .is_none_or(|d| (-180.0..=180.0).contains(&d))
        );
    }
    for at in [
        incoming.published,
        incoming.updated,
        incoming.start_time,
        incoming.end_time,
    ] {
        assert!(at.is_none_or(|at| !rfc3339(at).is_empty()));
    }
}

/// Changes a value of the text in its place, or its bytes.
pub fn change(chance: &mut Chance, corpus: &[Vec<u8>]) -> Vec<u8> {
    let text = chance.pick(corpus);
    if chance.below(4) == 0 {
        return change_bytes(chance, corpus);
    }
    change_values(chance, text, corpus)
}

/// Puts other values in the place of a few of a text's.
pub fn change_values(chance: &mut Chance, text: &[u8], corpus: &[Vec<u8>]) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(text) else {
        return change_bytes(chance, corpus);
    };
    for _ in 0..=chance.below(3) {
        let mut places = chance.below(count(&value));
        let other = chance.pick::<Vec<u8>>(corpus);
        let other = serde_json::from_slice(other).unwrap_or(Value::Null);
        replace(chance, &mut value, &mut places, &other);
    }
    value.to_string().into_bytes()
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

/// Puts something else in the place that is so many places away.
fn replace(chance: &mut Chance, value: &mut Value, away: &mut usize, other: &Value) {
    if *away == 0 {
        *value = something(chance, value, other);
        *away = usize::MAX;
        return;
    }
    *away -= 1;
    match value {
        Value::Array(items) => {
            for item in items {
                if *away != usize::MAX {
                    replace(chance, item, away, other);
                }
            }
        }
        Value::Object(map) => {
            for item in map.values_mut() {
                if *away != usize::MAX {
                    replace(chance, item, away, other);
                }
            }
        }
        _ => {}
    }
}

const TEXTS: [&str; 16] = [
    "",
    "Article",
    "Event",
    "Create",
    "Public",
    "as:Public",
    "https://peer.example/u",
    "javascript:alert(1)",
    "httpx://a.example/",
    "https://user@peer.example/",
    "2026-11-23T12:00:00Z",
    "-009999-01-02T00:00:00Z",
    "9999-12-30T22:00:00.999Z",
    "<p onclick=alert(1)>x</p>",
    "\u{202e}\u{2066}x",
    "../../x",
];

fn something(chance: &mut Chance, old: &Value, other: &Value) -> Value {
    match chance.below(11) {
        0 => Value::Null,
        1 => Value::Bool(true),
        2 => Number::from_f64(1e300).map_or(Value::Null, Value::Number),
        3 => Value::from(-1),
        4 => Value::Array(Vec::new()),
        5 => Value::Array(vec![old.clone(); 3]),
        6 => Value::Object(Map::from_iter([("id".to_owned(), old.clone())])),
        7 => Value::Object(Map::from_iter([("@value".to_owned(), old.clone())])),
        8 => other.clone(),
        9 => Value::from("x".repeat(chance.below(3_000))),
        _ => Value::from(*chance.pick(&TEXTS)),
    }
}
