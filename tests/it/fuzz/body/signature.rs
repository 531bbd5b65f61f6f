//! Signed requests, as they come from the socket: read or refused with a name, and believed only when
//! they say what their signer said.

use super::super::run::{Chance, change_bytes};
use super::{DOMAIN, key_of_the_rig, parts_of, world};
use atelier::base::Error;
use atelier::trust::signature::{self, Received, Scheme};
use atelier::trust::{PublicKey, Signer};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use std::sync::LazyLock;
use url::Url;

const BODY: &[u8] = b"{\"type\":\"Follow\",\"actor\":\"https://peer.example/u\"}";
const TARGET: &str = "/inbox?a=b";

struct Asked {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Asked {
    fn received(&self) -> Received<'_> {
        Received {
            method: &self.method,
            path_and_query: &self.target,
            headers: &self.headers,
            body: &self.body,
        }
    }
}

static KEY: LazyLock<PublicKey> = LazyLock::new(|| {
    let pem = include_str!("../../../fixtures/keys/rsa-1.pub.pem");
    PublicKey::from_pem(pem).expect("a key")
});

/// Requests that our own signer made, in both schemes, written down.
pub fn genuine() -> &'static [Vec<u8>] {
    static GENUINE: LazyLock<Vec<Vec<u8>>> =
        LazyLock::new(|| vec![made(Scheme::Cavage), made(Scheme::Rfc9421)]);
    &GENUINE
}

fn made(scheme: Scheme) -> Vec<u8> {
    let url = Url::parse(&format!("https://{DOMAIN}{TARGET}")).expect("an address");
    let signer = Signer::from_pem("https://peer.example/u#main-key", &key_of_the_rig(1));
    let signer = signer.expect("a signer");
    let typed = Some((BODY, "application/activity+json"));
    let headers = signature::sign(&world().node, scheme, &Method::POST, &url, typed, &signer);
    let mut text = format!("POST {TARGET} HTTP/1.1\r\n").into_bytes();
    for (name, value) in &headers.expect("signed") {
        text.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    text.extend(b"\r\n");
    text.extend(BODY);
    text
}

/// Changes bytes; mostly of the genuine ones, so that the checks behind the first ones are met too.
pub fn change(chance: &mut Chance, corpus: &[Vec<u8>]) -> Vec<u8> {
    let from = if chance.below(3) == 0 {
        corpus
    } else {
        genuine()
    };
    change_bytes(chance, from)
}

/// Whether a request is believed to be of the one whose key is known here.
pub fn is_believed(data: &[u8]) -> bool {
    let Some(asked) = read(data) else {
        return false;
    };
    signature::read(&world().node, &asked.received()).is_ok_and(|claim| claim.verify(&KEY).is_ok())
}

/// A whole request, as text.
pub fn body(data: &[u8]) {
    let Some(asked) = read(data) else {
        return;
    };
    let received = asked.received();
    let claim = match signature::read(&world().node, &received) {
        Ok(claim) => claim,
        Err(Error::Refused { status, reason }) => {
            assert!(matches!(status.as_u16(), 400 | 401), "{status} {reason}");
            assert!(!reason.is_empty());
            return;
        }
        Err(other) => panic!("not refused but failed: {other}"),
    };
    assert!(!claim.key_id.is_empty());
    if let Ok(by) = claim.verify(&KEY) {
        assert_eq!(by.key_id, claim.key_id);
        assert_eq!(asked.body, BODY, "other words under a true signature");
        assert_eq!(asked.method, Method::POST);
        let path = asked.target.split('?').next();
        assert_eq!(path, TARGET.split('?').next(), "another door");
        let host = asked.headers["host"].to_str().expect("text");
        assert_eq!(host.trim_end_matches(":443").to_ascii_lowercase(), DOMAIN);
    }
}

fn read(data: &[u8]) -> Option<Asked> {
    let (head, body) = parts_of(data)?;
    let mut lines = head.split(|byte| *byte == b'\n');
    let first = std::str::from_utf8(lines.next()?).ok()?.trim_end();
    let mut first = first.split(' ');
    let method = first.next()?.parse().ok()?;
    let target = first.next()?;
    let _: http::uri::PathAndQuery = target.parse().ok()?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        let value = line[colon + 1..].trim_ascii();
        headers.append(name, HeaderValue::from_bytes(value).ok()?);
    }
    Some(Asked {
        method,
        target: target.to_owned(),
        headers,
        body: body.to_owned(),
    })
}
