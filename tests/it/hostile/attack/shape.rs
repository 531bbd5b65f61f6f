//! Bodies of strange shapes: each has a defined answer, and none an effect.

use super::{Attack, Attacker, PUBLIC, WITHOUT_EFFECT, attack};
use serde_json::{Value, json};

/// A kind of object that is kept out even when all is in order, so that only its shape is tried.
fn note(by: &Attacker) -> Value {
    json!({"id": format!("{}/notes/1", by.origin), "type": "Note", "attributedTo": by.actor, "content": "x", "to": [PUBLIC]})
}

pub(super) fn shapes(by: &Attacker) -> Vec<Attack> {
    let base = by.activity("d44", "Create", note(by));
    let with = |key: &str, value: Value| {
        let mut activity = base.clone();
        activity[key] = value;
        activity
    };
    let many = |count: usize| json!(vec!["a"; count]);
    let own = json!([{"id": by.actor, "type": "Person"}, by.actor]);
    let mut tried: Vec<(String, String)> = Vec::new();
    for key in [
        "to",
        "cc",
        "bto",
        "audience",
        "type",
        "object",
        "actor",
        "id",
        "@context",
        "published",
        "tag",
    ] {
        for (what, value) in [
            ("a text", json!(PUBLIC)),
            ("nothing", Value::Null),
            ("a number", json!(7)),
            ("yes", json!(true)),
            ("an empty list", json!([])),
            ("a list in lists", json!([[[PUBLIC]]])),
            ("an empty object", json!({})),
            ("an object", json!({"id": PUBLIC})),
            ("ten thousand", many(10_000)),
            ("two hundred thousand", many(200_000)),
        ] {
            // The actor decides who is asked: only values that are no actor's are tried here.
            tried.push((format!("{key} is {what}"), with(key, value).to_string()));
        }
    }
    tried.push((
        "actor is a list of itself".into(),
        with("actor", own).to_string(),
    ));
    tried.push((
        "type is a list".into(),
        with("type", json!(["Create", "Delete", 7])).to_string(),
    ));
    let objects: Vec<Value> = (0..10_000).map(|_| json!(by.article)).collect();
    tried.push((
        "object is ten thousand".into(),
        with("object", json!(objects)).to_string(),
    ));
    tried.push((
        "to is a million".into(),
        with("to", many(1_000_000)).to_string(),
    ));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let text = base.to_string();
    let end = &text[1..];
    for (what, start) in [
        ("deep lists", format!("{{\"x\":{deep},")),
        (
            "deep objects",
            format!("{{\"x\":{}1{},", "{\"a\":".repeat(500), "}".repeat(500)),
        ),
        (
            "a key twice",
            "{\"actor\":\"https://other.example/a\",".to_owned(),
        ),
        (
            "a key twice, once escaped",
            "{\"\\u0061ctor\":\"https://other.example/a\",".into(),
        ),
        ("a zero in a text", "{\"x\":\"\\u0000\",".into()),
        ("a number beyond all", "{\"x\":1e999,".into()),
        (
            "a number nobody holds exactly",
            "{\"x\":9007199254740993,".into(),
        ),
        ("half a character", "{\"x\":\"\\ud800\",".into()),
        ("a mark at the start", "\u{feff}{".into()),
    ] {
        tried.push((what.into(), format!("{start}{end}")));
    }
    for body in [
        "", "null", "7", "\"x\"", "[]", "{}", "{", "[{}]", "not JSON", "{}{}", "\u{feff}",
    ] {
        tried.push((format!("only {body:?}"), body.to_owned()));
    }
    let mut attacks: Vec<Attack> = tried
        .into_iter()
        .map(|(what, body)| attack(what, by.draft(&body).sent(&by.signer), WITHOUT_EFFECT))
        .collect();
    attacks.push(attack(
        "not UTF-8",
        by.raw(b"{\"actor\":\"\xff\xfe\"}"),
        WITHOUT_EFFECT,
    ));
    for (what, kind) in [
        ("a page", "text/html"),
        ("plain JSON", "application/json"),
        ("linked data without a profile", "application/ld+json"),
        ("a form", "application/x-www-form-urlencoded"),
    ] {
        let mut sent = by.draft(&by.create(44)).sent(&by.signer);
        for (name, value) in &mut sent.headers {
            if *name == "content-type" {
                *value = kind.to_owned();
            }
        }
        attacks.push(attack(
            format!("under the type of {what}"),
            sent,
            &[401, 415],
        ));
    }
    attacks
}
