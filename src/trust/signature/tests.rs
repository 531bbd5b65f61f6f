//! Requests that are believed, and every single change that makes them unbelievable.

use super::*;
use crate::trust::key::Signer;
use crate::trust::vectors::rsa_pair;
use http::HeaderValue;
use std::time::Duration;
use url::Url;

const BODY: &[u8] = b"{}";
const TYPE: &str = "application/activity+json";

/// A request that somebody sent.
#[derive(Clone)]
pub(super) struct Sent {
    pub(super) method: Method,
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Sent {
    async fn post() -> (Node, Self) {
        let node = Node::for_tests("us.example", |_, _| {}).await;
        let url = Url::parse("https://us.example/inbox?a=b").expect("an address");
        let body = Some((BODY, TYPE));
        let headers =
            sign(&node, Scheme::Cavage, &Method::POST, &url, body, &signer()).expect("signed");
        let sent = Self {
            method: Method::POST,
            target: "/inbox?a=b".into(),
            headers,
            body: BODY.into(),
        };
        (node, sent)
    }

    pub(super) fn received(&self) -> Received<'_> {
        Received {
            method: &self.method,
            path_and_query: &self.target,
            headers: &self.headers,
            body: &self.body,
        }
    }

    pub(super) fn outcome(&self, node: &Node, key: &PublicKey) -> (u16, &'static str) {
        let received = self.received();
        match read(node, &received).and_then(|claim| claim.verify(key)) {
            Ok(_) => (0, ""),
            Err(Error::Refused { status, reason }) => (status.as_u16(), reason),
            Err(other) => panic!("{other}"),
        }
    }

    pub(super) fn set(&mut self, name: &'static str, value: &str) {
        let value = HeaderValue::from_str(value).expect("a value");
        self.headers.insert(name, value);
    }

    fn respell(&mut self, from: &str, to: &str) {
        let text = self.headers["signature"].to_str().expect("text");
        assert!(text.contains(from), "{text}");
        let text = text.replace(from, to);
        self.set("signature", &text);
    }
}

pub(super) fn signer() -> Signer {
    Signer::from_pem("https://peer.example/u#main-key", &rsa_pair().0).expect("a signer")
}

pub(super) fn key() -> PublicKey {
    PublicKey::from_pem(&rsa_pair().1).expect("a key")
}

#[tokio::test]
async fn what_we_sign_is_believed() {
    let (node, sent) = Sent::post().await;
    assert_eq!(sent.outcome(&node, &key()), (0, ""));
    let claim = read(&node, &sent.received()).expect("a claim");
    assert_eq!(claim.key_id, "https://peer.example/u#main-key");
    let signature = sent.headers["signature"].to_str().expect("text");
    let covered = "headers=\"(request-target) content-type date digest host\"";
    assert!(signature.contains(covered), "{signature}");

    let url = Url::parse("https://us.example/users/x").expect("an address");
    let get = Sent {
        headers: sign(&node, Scheme::Cavage, &Method::GET, &url, None, &signer()).expect("signed"),
        method: Method::GET,
        target: "/users/x".into(),
        body: Vec::new(),
    };
    assert_eq!(get.outcome(&node, &key()), (0, ""));
}

#[tokio::test]
async fn other_spellings_of_the_same_are_believed() {
    type Change = fn(&mut Sent);
    let changes: [Change; 8] = [
        |sent| sent.respell(",", ", "),
        |sent| sent.respell(",", " ,  "),
        |sent| sent.respell("content-type date", "Content-Type Date"),
        |sent| sent.respell("hs2019", "rsa-sha256"),
        |sent| sent.respell("algorithm=\"hs2019\",", ""),
        |sent| sent.set("host", "US.example:443"),
        |sent| {
            let text = format!(
                "Signature {}",
                sent.headers["signature"].to_str().expect("text")
            );
            sent.headers.remove("signature");
            sent.set("authorization", &text);
        },
        |sent| sent.target = "/inbox?a=b".into(),
    ];
    for (at, change) in changes.iter().enumerate() {
        let (node, mut sent) = Sent::post().await;
        change(&mut sent);
        let wanted = if at == 5 {
            (401, "signature_wrong")
        } else {
            (0, "")
        };
        assert_eq!(sent.outcome(&node, &key()), wanted, "{at}");
    }
    // Signed over the path alone, sent with a query.
    let (node, mut sent) = Sent::post().await;
    let url = Url::parse("https://us.example/inbox").expect("an address");
    sent.headers = sign(
        &node,
        Scheme::Cavage,
        &Method::POST,
        &url,
        Some((BODY, TYPE)),
        &signer(),
    )
    .expect("signed");
    assert_eq!(sent.outcome(&node, &key()), (401, "signature_wrong"));
    (sent.method, sent.body) = (Method::GET, Vec::new());
    sent.headers =
        sign(&node, Scheme::Cavage, &Method::GET, &url, None, &signer()).expect("signed");
    assert_eq!(sent.outcome(&node, &key()), (0, ""), "what only reads");
}

#[tokio::test]
async fn no_single_change_is_believed() {
    type Change = fn(&mut Sent);
    let changes: [(Change, (u16, &str)); 26] = [
        (|s| s.body = b"{ }".into(), (401, "digest_wrong")),
        (|s| s.method = Method::PUT, (401, "signature_wrong")),
        (
            |s| s.target = "/users/x/inbox".into(),
            (401, "signature_wrong"),
        ),
        (|s| s.target = "/inbox?a=c".into(), (401, "signature_wrong")),
        (
            |s| s.set("content-type", "text/plain"),
            (401, "signature_wrong"),
        ),
        (|s| s.set("host", "other.example"), (401, "host_not_ours")),
        (
            |s| s.set("host", "us.example.evil.example"),
            (401, "host_not_ours"),
        ),
        (
            |s| s.set("date", "Mon, 23 Nov 2026 18:33:21 GMT"),
            (401, "signature_wrong"),
        ),
        (
            |s| s.set("date", "Mon, 23 Nov 2099 18:33:21 GMT"),
            (401, "date_out_of_window"),
        ),
        (|s| s.set("date", "yesterday"), (400, "date_malformed")),
        (|s| s.set("digest", "MD5=abc"), (401, "digest_not_sha_256")),
        (|s| s.set("digest", "SHA-256=%%"), (400, "digest_malformed")),
        (|s| repeat(s, "host"), (400, "header_repeated")),
        (|s| repeat(s, "date"), (400, "header_repeated")),
        (|s| repeat(s, "digest"), (400, "header_repeated")),
        (|s| repeat(s, "signature"), (400, "header_repeated")),
        (|s| repeat(s, "content-type"), (400, "header_repeated")),
        (
            |s| s.set("authorization", "Signature a=\"b\""),
            (400, "signature_twice"),
        ),
        (
            |s| s.set("signature-input", "sig1=()"),
            (400, "signature_malformed"),
        ),
        (
            |s| s.respell("keyId", "algorithm=\"hs2019\",keyId"),
            (400, "signature_parameter_repeated"),
        ),
        (
            |s| s.respell(" digest", ""),
            (401, "signature_covers_too_little"),
        ),
        (
            |s| s.respell(" date", ""),
            (401, "signature_covers_too_little"),
        ),
        (
            |s| s.respell("(request-target) ", ""),
            (401, "signature_covers_too_little"),
        ),
        (
            |s| s.respell(" host", ""),
            (401, "signature_covers_too_little"),
        ),
        (
            |s| s.respell(" host", " host host"),
            (400, "signature_covers_twice"),
        ),
        (
            |s| s.respell(" host", " host x-absent"),
            (401, "signature_header_missing"),
        ),
    ];
    for (at, (change, wanted)) in changes.iter().enumerate() {
        let (node, mut sent) = Sent::post().await;
        change(&mut sent);
        assert_eq!(sent.outcome(&node, &key()), *wanted, "{at}");
    }
    for name in ["host", "date", "digest", "signature", "content-type"] {
        let (node, mut sent) = Sent::post().await;
        sent.headers.remove(name);
        assert_ne!(sent.outcome(&node, &key()), (0, ""), "{name}");
    }
    let (node, sent) = Sent::post().await;
    let text = sent.headers["signature"].to_str().expect("text").to_owned();
    let start = text.find("signature=\"").expect("it is there") + 11;
    for at in (start..text.len() - 4).step_by(17) {
        let mut sent = Sent::post().await.1;
        let other = if &text[at..=at] == "A" { "B" } else { "A" };
        sent.set(
            "signature",
            &format!("{}{other}{}", &text[..at], &text[at + 1..]),
        );
        assert_eq!(
            sent.outcome(&node, &key()),
            (401, "signature_wrong"),
            "{at}"
        );
    }
}

fn repeat(sent: &mut Sent, name: &'static str) {
    let value = sent.headers[name].clone();
    sent.headers.append(name, value);
}

#[test]
fn terms_that_can_be_read_two_ways_are_not_read() {
    let read = |text: &str| cavage::params(text).map(|params| params.get("a").map(str::to_owned));
    for good in ["a=\"x\"", " a = \"x\" , b=1", "a=x,b=\"y,z\"", "a=\" x \""] {
        assert_eq!(read(good).expect(good).as_deref(), Some("x"), "{good}");
    }
    assert_eq!(read("").expect("nothing"), None);
    let many: Vec<String> = (0..17).map(|n| format!("p{n}=1")).collect();
    assert!(read(&many[..16].join(",")).is_ok() && read(&many.join(",")).is_err());
    for bad in [
        "a=\"x\",",
        "a=\"x\", ",
        "a=\"x\"b=\"y\"",
        "a=\"x\" b=\"y\"",
        "=\"x\"",
        "a b=\"x\"",
        "a-b=\"x\"",
        "a=\"x\\y\"",
        "a=x\\y",
        "a=\"x",
        "a",
        "a=\"x\",A=\"y\"",
        ",a=x",
        "a=\"x\",,b=y",
    ] {
        assert!(read(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn whoever_signs_nothing_is_known_as_such() {
    let (node, signed) = Sent::post().await;
    assert!(is_signed(&signed.headers));
    for (name, value, claims) in [
        ("x-nothing", "x", false),
        ("authorization", "Bearer abc", false),
        ("authorization", "Signature keyId=\"k\"", true),
        ("signature-input", "sig1=()", true),
        ("signature", "sig1=::", true),
    ] {
        let mut sent = signed.clone();
        sent.headers.remove("signature");
        sent.set(name, value);
        assert_eq!(is_signed(&sent.headers), claims, "{name}");
        let missing = sent.outcome(&node, &key()) == (401, "signature_missing");
        assert_eq!(missing, !claims, "{name}");
    }
}

#[tokio::test]
async fn the_clock_and_the_key_decide_too() {
    let (node, sent) = Sent::post().await;
    let other = crate::trust::key::ProofKey::from_seed("", &[1; 32]).expect("a key");
    assert_eq!(
        sent.outcome(&node, &other.public()),
        (401, "signature_wrong")
    );
    let mut named = Sent::post().await.1;
    named.respell("hs2019", "ed25519");
    assert_eq!(
        named.outcome(&node, &key()),
        (401, "signature_key_of_another_sort")
    );
    named.respell("ed25519", "hmac-sha256");
    assert_eq!(
        named.outcome(&node, &key()),
        (401, "signature_algorithm_unknown")
    );

    let now = node.now() / 1000;
    for (time, wanted) in [
        (format!("created={}", now + 301), "created_out_of_window"),
        (format!("created={}", now + 300), ""),
        (
            format!("created=\"{}\"", now - 3601),
            "created_out_of_window",
        ),
        (format!("expires={}", now - 1), "signature_expired"),
        (format!("expires={now}"), ""),
        ("created=soon".into(), "signature_time_malformed"),
        (format!("created={now},expires={}", now + 30), ""),
    ] {
        let mut sent = Sent::post().await.1;
        sent.respell("algorithm", &format!("{time},algorithm"));
        assert_eq!(sent.outcome(&node, &key()).1, wanted, "{time}");
    }
    node.clock.advance(Duration::from_secs(3600));
    assert_eq!(sent.outcome(&node, &key()), (0, ""));
    node.clock.advance(Duration::from_secs(1));
    assert_eq!(sent.outcome(&node, &key()), (401, "date_out_of_window"));
}

#[tokio::test]
async fn a_signed_moment_may_stand_for_the_date() {
    let (node, mut sent) = Sent::post().await;
    sent.headers.remove("date");
    let now = node.now() / 1000;
    let digest = sent.headers["digest"].to_str().expect("text");
    let text = format!(
        "(request-target): post /inbox?a=b\nhost: us.example\n(created): {now}\n\
             (expires): {}\ndigest: {digest}",
        now + 60
    );
    let made = crate::trust::key::BASE64;
    let made = base64::Engine::encode(&made, signer().sign(text.as_bytes()).expect("signed"));
    sent.set(
        "signature",
        &format!(
            "keyId=\"k\",created={now},expires={},headers=\"(request-target) host (created) \
                 (expires) digest\",signature=\"{made}\"",
            now + 60
        ),
    );
    assert_eq!(sent.outcome(&node, &key()), (0, ""));
    sent.respell(&format!("created={now}"), &format!("created={}", now + 1));
    assert_eq!(sent.outcome(&node, &key()), (401, "signature_wrong"));
    sent.respell(&format!("created={},", now + 1), "");
    assert_eq!(
        sent.outcome(&node, &key()),
        (401, "signature_header_missing")
    );
}
