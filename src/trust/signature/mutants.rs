//! Ten thousand changes to genuine requests, each of which would let somebody say what nobody said:
//! none is believed.

use super::captures::captured;
use super::tests::{Sent, key, signer};
use super::*;
use crate::trust::key::BASE64;
use base64::Engine as _;
use std::time::Duration;

const WANTED: usize = 10_000;
/// How many places of a body, and of a signature, are changed in each request; more where there are only
/// requests of our own.
const PLACES: usize = 40;
const PLACES_ALONE: usize = 500;
const HOUR_AND_A_SECOND: u64 = 3_601;

struct Genuine {
    name: String,
    node: Node,
    sent: Sent,
    key: PublicKey,
    key_id: String,
}

impl Genuine {
    fn believes(&self, sent: &Sent) -> bool {
        let Ok(claim) = read(&self.node, &sent.received()) else {
            return false;
        };
        // Whoever names another key is another: theirs is asked for instead.
        claim.key_id == self.key_id && claim.verify(&self.key).is_ok()
    }

    fn scheme(&self) -> Scheme {
        scheme_of(&self.sent.headers).expect("a scheme")
    }

    fn changed(&self, change: impl FnOnce(&mut Sent)) -> Sent {
        let mut sent = self.sent.clone();
        change(&mut sent);
        sent
    }

    fn header(&self, name: &str) -> Option<String> {
        let value = self.sent.headers.get(name)?;
        Some(value.to_str().expect("text").to_owned())
    }

    /// Where the terms of its signature stand.
    fn terms_header(&self) -> &'static str {
        match self.scheme() {
            Scheme::Cavage => "signature",
            Scheme::Rfc9421 => "signature-input",
        }
    }

    /// The same request with other terms, for each pair of texts that its terms have.
    fn respelt(&self, pairs: &[(&str, &str)]) -> Vec<Sent> {
        let name = self.terms_header();
        let text = self.header(name).expect("terms");
        let fitting = pairs.iter().filter(|(from, _)| text.contains(from));
        fitting
            .map(|(from, to)| self.changed(|sent| sent.set(name, &text.replacen(from, to, 1))))
            .collect()
    }
}

async fn ours() -> Vec<Genuine> {
    let mut all = Vec::new();
    for scheme in [Scheme::Cavage, Scheme::Rfc9421] {
        for length in [2, 40, 400, 900, 4000] {
            let node = Node::for_tests("us.test", |_, _| {}).await;
            let url = Url::parse("https://us.test/users/ana/inbox").expect("an address");
            let body = format!("{{\"x\":\"{}\"}}", "é".repeat(length)).into_bytes();
            let typed = Some((&body[..], "application/activity+json"));
            let headers = sign(&node, scheme, &Method::POST, &url, typed, &signer());
            let sent = Sent {
                method: Method::POST,
                target: url.path().into(),
                headers: headers.expect("signed"),
                body,
            };
            all.push(Genuine {
                name: format!("ours {} {length}", scheme.code()),
                node,
                sent,
                key: key(),
                key_id: signer().key_id,
            });
        }
    }
    all
}

async fn theirs() -> Vec<Genuine> {
    let mut all = Vec::new();
    for one in captured() {
        all.push(Genuine {
            node: one.node().await,
            name: one.name,
            sent: one.sent,
            key: one.key,
            key_id: one.key_id,
        });
    }
    all
}

/// Changes of what the request asks, with and without a new digest of a changed body.
fn of_the_request(one: &Genuine, others: &[Genuine], places: usize) -> Vec<Sent> {
    let mut all = Vec::new();
    for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
        if method != one.sent.method {
            all.push(one.changed(|sent| sent.method = method));
        }
    }
    let target = &one.sent.target;
    for other in [
        "/inbox",
        "/",
        "//",
        "",
        "*",
        "/users/eve/inbox",
        "/users/ana",
    ] {
        if other != target {
            all.push(one.changed(|sent| sent.target = other.into()));
        }
    }
    for at in 1..target.len() {
        let cut = format!("{}{}", &target[..at - 1], &target[at..]);
        all.push(one.changed(|sent| sent.target = cut));
    }
    all.push(one.changed(|sent| sent.target = format!("{target}/")));
    all.push(one.changed(|sent| sent.target = format!("{target}%20")));
    if one.sent.method == Method::POST || one.scheme() == Scheme::Rfc9421 {
        all.push(one.changed(|sent| sent.target = format!("{target}?x=y")));
        all.push(one.changed(|sent| sent.target = format!("{target}?")));
    }
    let mut bodies: Vec<Vec<u8>> = Vec::new();
    let body = &one.sent.body;
    for at in (0..body.len()).step_by((body.len() / places).max(1)) {
        let mut changed = body.clone();
        changed[at] ^= 1 << (at % 7);
        bodies.push(changed);
    }
    bodies.push([&body[..], b" "].concat());
    bodies.push(body.iter().copied().skip(1).collect());
    bodies.extend(others.iter().map(|other| other.sent.body.clone()));
    for changed in bodies.into_iter().filter(|changed| changed != body) {
        all.push(one.changed(|sent| sent.body = changed.clone()));
        all.push(one.changed(|sent| {
            let sum = BASE64.encode(ring::digest::digest(&ring::digest::SHA256, &changed));
            sent.body = changed;
            match one.scheme() {
                Scheme::Cavage => sent.set("digest", &format!("SHA-256={sum}")),
                Scheme::Rfc9421 => sent.set("content-digest", &format!("sha-256=:{sum}:")),
            }
        }));
    }
    all
}

/// Changes of the headers: those that are signed, and those that say what is signed.
fn of_the_headers(one: &Genuine, others: &[Genuine]) -> Vec<Sent> {
    let mut all = Vec::new();
    let signed: Vec<&str> = match one.scheme() {
        Scheme::Cavage => vec!["host", "date", "digest", "content-type", "signature"],
        Scheme::Rfc9421 => vec!["content-digest", "signature", "signature-input"],
    };
    for name in signed {
        let Some(value) = one.header(name) else {
            continue;
        };
        // Of the media type, only what was signed.
        if name == "content-type" && !one.header("signature").expect("one").contains(name) {
            continue;
        }
        all.push(one.changed(|sent| drop(sent.headers.remove(name))));
        all.push(one.changed(|sent| {
            let value = sent.headers[name].clone();
            sent.headers.append(name, value);
        }));
        all.push(one.changed(|sent| sent.set(name, "")));
        all.push(one.changed(|sent| sent.set(name, &format!("x{value}"))));
        all.push(one.changed(|sent| sent.set(name, &value.chars().rev().collect::<String>())));
    }
    for host in [
        "eve.test",
        "us.test.eve.test",
        "eve.test:443",
        "us.test:8443",
        "us_test",
    ] {
        all.push(one.changed(|sent| sent.set("host", host)));
    }
    for date in [
        "Mon, 23 Nov 2099 18:33:20 GMT",
        "Monday, 23-Nov-26 18:33:20 GMT",
        "now",
    ] {
        all.push(one.changed(|sent| sent.set("date", date)));
    }
    for other in others.iter().filter(|other| other.scheme() == one.scheme()) {
        for names in [
            &["signature"][..],
            &["signature-input"],
            &["signature", "signature-input"],
        ] {
            all.push(one.changed(|sent| {
                for name in names {
                    if let Some(value) = other.sent.headers.get(*name) {
                        sent.headers.insert(*name, value.clone());
                    }
                }
            }));
        }
    }
    let confused = match one.scheme() {
        Scheme::Cavage => ("signature-input", "sig1=(\"@method\");created=1"),
        Scheme::Rfc9421 => ("authorization", "Signature keyId=\"k\",signature=\"AAAA\""),
    };
    all.push(one.changed(|sent| sent.set(confused.0, confused.1)));
    all
}

/// Changes of the terms: what is covered, when, by whom, how.
fn of_the_terms(one: &Genuine) -> Vec<Sent> {
    let mut all = one.respelt(&[
        ("(request-target) ", ""),
        ("(request-target)", "(created)"),
        (" host", ""),
        (" date", ""),
        (" digest", ""),
        ("date digest", "digest date"),
        ("host\"", "host user-agent\""),
        ("host", "host host"),
        ("headers=", "covered="),
        ("keyId=", "keyID2="),
        ("keyId=\"https://", "keyId=\"https://eve.test/"),
        ("#main-key", "#other-key"),
        ("algorithm=\"rsa-sha256\"", "algorithm=\"rsa-sha1\""),
        ("algorithm=\"rsa-sha256\"", "algorithm=\"ed25519\""),
        ("algorithm=\"hs2019\"", "algorithm=\"hmac-sha256\""),
        ("algorithm=", "algorithm=\"hs2019\",algorithm="),
        ("signature=\"", "signature=\"AAAA\",signature=\""),
    ]);
    if one.scheme() == Scheme::Rfc9421 {
        all.extend(one.respelt(&[
            ("\"@method\" ", ""),
            ("\"@target-uri\"", ""),
            ("\"@target-uri\"", "\"@path\""),
            ("\"@target-uri\"", "\"@authority\" \"@path\""),
            ("\"@method\"", "\"@method\";req"),
            ("\"@method\" \"@target-uri\"", "\"@target-uri\" \"@method\""),
            ("\"content-digest\"", ""),
            ("\"content-digest\"", "\"content-length\""),
            ("\"@method\"", "\"@method\" \"@method\""),
            ("(", "(\"@status\" "),
            ("(\"", "(\"x-"),
            ("rsa-v1_5-sha256", "rsa-pss-sha512"),
            ("rsa-v1_5-sha256", "hmac-sha256"),
            ("rsa-v1_5-sha256", "ed25519"),
            ("alg=\"rsa-v1_5-sha256\"", "alg=rsa"),
            (";alg=\"rsa-v1_5-sha256\"", ""),
            ("created=1", "created=2"),
            ("created=1", "expires=1"),
            ("created=", "created=\"x\";x="),
            (";created=", ";tag=\"x\";created="),
            (";created=", ";nonce=\"x\";created="),
            ("sig1=", "sig2="),
            ("sig1=", "sig0=(),sig1="),
            ("keyid=\"https://", "keyid=\"https://eve.test/"),
            ("(\"", "((\""),
            ("sig1=(", "sig1=\"("),
        ]));
    }
    all
}

/// Changes of the signature's own bytes.
fn of_the_bytes(one: &Genuine, places: usize) -> Vec<Sent> {
    let text = one.header("signature").expect("a signature");
    let (before, after) = match one.scheme() {
        Scheme::Cavage => ("signature=\"", '"'),
        Scheme::Rfc9421 => ("=:", ':'),
    };
    let start = text.find(before).expect("it begins") + before.len();
    let length = text[start..].find(after).expect("it ends");
    let (head, coded, tail) = (
        &text[..start],
        &text[start..start + length],
        &text[start + length..],
    );
    let bytes = BASE64.decode(coded).expect("base64");
    let mut changed: Vec<Vec<u8>> = Vec::new();
    for at in (0..bytes.len()).step_by((bytes.len() / places).max(1)) {
        let mut one = bytes.clone();
        one[at] ^= 1 << (at % 8);
        changed.push(one);
    }
    changed.push(Vec::new());
    changed.push(vec![0; bytes.len()]);
    changed.push(bytes[1..].to_vec());
    changed.push(bytes[..bytes.len() - 1].to_vec());
    changed.push([&[0], &bytes[..]].concat());
    changed
        .into_iter()
        .map(|bytes| {
            let coded = BASE64.encode(bytes);
            one.changed(|sent| sent.set("signature", &format!("{head}{coded}{tail}")))
        })
        .collect()
}

#[tokio::test]
async fn no_change_to_a_genuine_request_is_believed() {
    let (ours, theirs) = (ours().await, theirs().await);
    let places = if theirs.is_empty() {
        PLACES_ALONE
    } else {
        PLACES
    };
    let mut tried = 0;
    for one in ours.iter().chain(&theirs) {
        assert!(one.believes(&one.sent), "{} itself", one.name);
        let mut mutants = of_the_request(one, &ours, places);
        mutants.extend(of_the_headers(one, &ours));
        mutants.extend(of_the_terms(one));
        mutants.extend(of_the_bytes(one, places));
        for (at, mutant) in mutants.iter().enumerate() {
            if same(mutant, &one.sent) {
                continue;
            }
            assert!(
                !one.believes(mutant),
                "{} {at}: {:?} {:?}",
                one.name,
                mutant.target,
                mutant.headers
            );
            tried += 1;
        }
        one.node
            .clock
            .advance(Duration::from_secs(HOUR_AND_A_SECOND));
        assert!(!one.believes(&one.sent), "{} later", one.name);
        tried += 1;
    }
    println!(
        "{tried} mutants of {} genuine requests, none believed",
        ours.len() + theirs.len()
    );
    assert!(tried >= WANTED, "{tried}");
}

fn same(a: &Sent, b: &Sent) -> bool {
    a.method == b.method && a.target == b.target && a.body == b.body && a.headers == b.headers
}
