//! What must be signed by RFC 9421: the method, where it goes in one of three ways, and the body's digest.

use super::tests::{Sent, key, signer};
use super::*;
use crate::trust::key::BASE64;
use base64::Engine as _;

const BODY: &[u8] = b"{}";

/// A POST that signs exactly these parts, truly.
async fn signing(parts: &[&str], target: &str) -> (u16, &'static str) {
    signing_as(parts, target, &format!("https://us.example{target}")).await
}

/// As [`signing`], with this as the whole address.
async fn signing_as(parts: &[&str], target: &str, whole: &str) -> (u16, &'static str) {
    let node = Node::for_tests("us.example", |_, _| {}).await;
    let sum = BASE64.encode(ring::digest::digest(&ring::digest::SHA256, BODY));
    let digest = format!("sha-256=:{sum}:");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut base = String::new();
    for part in parts {
        let value = match *part {
            "@method" => "POST".to_owned(),
            "@target-uri" => whole.to_owned(),
            "@authority" | "host" => "us.example".to_owned(),
            "@request-target" => target.to_owned(),
            "@path" => path.to_owned(),
            "@query" => format!("?{query}"),
            "@scheme" => "https".to_owned(),
            "content-digest" => digest.clone(),
            _ => "1".to_owned(),
        };
        base.push_str(&format!("\"{part}\": {value}\n"));
    }
    let names: Vec<String> = parts.iter().map(|part| format!("\"{part}\"")).collect();
    let params = format!(
        "({});created={};keyid=\"{}\"",
        names.join(" "),
        node.now() / 1000,
        signer().key_id
    );
    base.push_str(&format!("\"@signature-params\": {params}"));
    let signature = BASE64.encode(signer().sign(base.as_bytes()).expect("signed"));
    let mut sent = Sent {
        method: Method::POST,
        target: target.to_owned(),
        headers: HeaderMap::new(),
        body: BODY.to_vec(),
    };
    sent.set("host", "us.example");
    sent.set("content-type", "application/activity+json");
    sent.set("content-digest", &digest);
    for part in parts
        .iter()
        .filter(|part| part.to_lowercase().starts_with("x-"))
    {
        let name: HeaderName = part.parse().expect("a name");
        sent.headers.insert(name, HeaderValue::from_static("1"));
    }
    sent.set("signature-input", &format!("x={params}"));
    sent.set("signature", &format!("x=:{signature}:"));
    sent.outcome(&node, &key())
}

#[tokio::test]
async fn method_target_and_digest_are_signed_or_nothing_is() {
    const TOO_LITTLE: (u16, &str) = (401, "signature_covers_too_little");
    let digest = "content-digest";
    for (target, parts, wanted) in [
        (
            "/inbox?a=b",
            vec!["@method", "@target-uri", digest],
            (0, ""),
        ),
        (
            "/inbox?a=b",
            vec![digest, "@scheme", "host", "@target-uri", "@method"],
            (0, ""),
        ),
        (
            "/inbox?a=b",
            vec!["@method", "@authority", "@request-target", digest],
            (0, ""),
        ),
        (
            "/inbox?a=b",
            vec!["@method", "@authority", "@path", "@query", digest],
            (0, ""),
        ),
        (
            "/inbox",
            vec!["@method", "@authority", "@path", digest],
            (0, ""),
        ),
        (
            "/inbox",
            vec!["@method", "@authority", "@path", "@query", digest],
            (0, ""),
        ),
        (
            "/inbox?a=b",
            vec!["@method", "@authority", "@path", digest],
            TOO_LITTLE,
        ),
        (
            "/inbox?a=b",
            vec!["@method", "@authority", "@query", digest],
            TOO_LITTLE,
        ),
        (
            "/inbox",
            vec!["@method", "@authority", "@query", digest],
            TOO_LITTLE,
        ),
        (
            "/inbox?a=b",
            vec!["@method", "@authority", digest],
            TOO_LITTLE,
        ),
        (
            "/inbox?a=b",
            vec!["@method", "@path", "@query", digest],
            TOO_LITTLE,
        ),
        (
            "/inbox?a=b",
            vec!["@method", "@request-target", digest],
            TOO_LITTLE,
        ),
        ("/inbox?a=b", vec!["@method", digest], TOO_LITTLE),
        ("/inbox?a=b", vec!["@target-uri", digest], TOO_LITTLE),
        ("/inbox?a=b", vec!["@method", "@target-uri"], TOO_LITTLE),
        ("/inbox?a=b", vec![], TOO_LITTLE),
    ] {
        assert_eq!(signing(&parts, target).await, wanted, "{target} {parts:?}");
    }
}

#[tokio::test]
async fn no_other_address_and_no_other_spelling_counts() {
    let parts = ["@method", "@target-uri", "content-digest"];
    for (whole, wanted) in [
        ("https://us.example/inbox", (0, "")),
        (
            "https://us.example/inbox#main-key",
            (401, "signature_wrong"),
        ),
        ("http://us.example/inbox", (401, "signature_wrong")),
        ("https://us.example/", (401, "signature_wrong")),
    ] {
        assert_eq!(signing_as(&parts, "/inbox", whole).await, wanted, "{whole}");
    }
    let with = |more: &[&'static str]| [&parts[..], more].concat();
    assert_eq!(signing(&with(&["x-a"]), "/inbox").await, (0, ""));
    let malformed = (400, "signature_malformed");
    assert_eq!(signing(&with(&["X-A"]), "/inbox").await, malformed);
    let many: Vec<String> = (0..30).map(|n| format!("x-{n}")).collect();
    let many: Vec<&str> = parts
        .iter()
        .copied()
        .chain(many.iter().map(String::as_str))
        .collect();
    assert_eq!(signing(&many[..32], "/inbox").await, (0, ""));
    assert_eq!(signing(&many, "/inbox").await, malformed);
}
