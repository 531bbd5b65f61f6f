//! What the inbox asks before it reads, checks or fetches anything: is the sender's host blocked, and do
//! they send faster than we take? A good sender that is told to wait comes again; nothing is lost.

use super::inbox::count;
use super::rate::{Buckets, Rate};
use crate::base::{Error, Node, Result};
use crate::directory::uri::host_of;
use crate::directory::visit::client_address;
use crate::moderation;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use std::sync::{Mutex, PoisonError};

/// What is taken at once after a silence, in seconds of the steady rate.
const BURST_SECONDS: u32 = 5;
/// Senders that are counted one by one; what comes beyond them is counted together.
const SENDERS_MAX: usize = 10_000;
const KEY_ID_BYTES_MAX: usize = 2048;

#[derive(Default)]
struct Rates(Mutex<Buckets>);

/// The keys that a request says it is signed with, in whichever scheme: a claim, not yet proven.
#[must_use]
pub fn claimed_keys(headers: &HeaderMap) -> Vec<String> {
    let mut found = Vec::new();
    for name in ["signature", "signature-input", "authorization"] {
        for value in headers.get_all(name) {
            let Ok(text) = value.to_str() else { continue };
            let lower = text.to_ascii_lowercase();
            for (at, word) in lower.match_indices("keyid") {
                let rest = text[at + word.len()..].trim_start();
                let quoted = rest
                    .strip_prefix('=')
                    .and_then(|rest| rest.trim_start().strip_prefix('"'))
                    .and_then(|rest| rest.split('"').next());
                if let Some(id) = quoted.filter(|id| id.len() <= KEY_ID_BYTES_MAX) {
                    found.push(id.to_owned());
                }
            }
        }
    }
    found
}

/// Whether a request is signed in the name of a blocked host.
///
/// # Errors
/// When the database refuses.
pub async fn is_shut(node: &Node, headers: &HeaderMap) -> Result<bool> {
    for key in claimed_keys(headers) {
        if moderation::is_blocked_url(node, &key).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn blocked() -> Error {
    Error::Refused {
        status: StatusCode::FORBIDDEN,
        reason: "blocked",
    }
}

/// Lets a sender come in, by the key they name, or turns them away.
///
/// # Errors
/// [`Error::Refused`] 403 for a blocked host, [`Error::TooMany`] for one that is too fast.
pub async fn admit(node: &Node, parts: &Parts) -> Result<()> {
    if is_shut(node, &parts.headers).await? {
        return Err(blocked());
    }
    let address = client_address(node, parts);
    let host = claimed_keys(&parts.headers)
        .first()
        .and_then(|key| host_of(key));
    pace(node, host.as_deref(), &address)
}

/// Lets an actor speak, unless their host is blocked.
///
/// # Errors
/// [`Error::Refused`] 403.
pub async fn admit_actor(node: &Node, actor: &str) -> Result<()> {
    if moderation::is_blocked_url(node, actor).await? {
        Err(blocked())
    } else {
        Ok(())
    }
}

/// Counts one request. What is counted is the claimed host as seen from one address: nobody can use up
/// another's share by naming their key. One address may use half of what the node takes.
fn pace(node: &Node, host: Option<&str>, address: &str) -> Result<()> {
    let per_host = node.config.inbox_per_host_per_second;
    let all = node.config.inbox_per_second;
    let rate = |per_second: u32| Rate {
        per_second: f64::from(per_second),
        burst: f64::from(per_second.saturating_mul(BURST_SECONDS)),
    };
    let sender = format!("{} {address}", host.unwrap_or("-"));
    let shares = [
        ("too_many_from_host", sender, rate(per_host)),
        (
            "too_many_from_address",
            address.to_owned(),
            rate((all / 2).max(per_host)),
        ),
        ("too_many_in_all", String::new(), rate(all)),
    ];
    let part = node.part::<Rates>();
    let mut buckets = part.0.lock().unwrap_or_else(PoisonError::into_inner);
    let now = node.now();
    // All or nothing: who is turned away by one takes nothing from the others.
    for (reason, name, rate) in &shares {
        let wait = buckets.wait(name, *rate, now, SENDERS_MAX);
        if wait > 0 {
            count(node, reason);
            return Err(Error::TooMany {
                retry_after_seconds: wait,
            });
        }
    }
    for (_, name, rate) in &shares {
        buckets.take(name, *rate, now, SENDERS_MAX);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn keys(name: &'static str, value: &'static str) -> Vec<String> {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        claimed_keys(&headers)
    }

    #[test]
    fn the_claimed_key_is_found_in_every_scheme() {
        let id = ["https://a.example/u#main-key".to_owned()];
        for (name, value) in [
            (
                "signature",
                r#"keyId="https://a.example/u#main-key",headers="date",signature="x""#,
            ),
            (
                "signature",
                r#"headers="date", keyid = "https://a.example/u#main-key""#,
            ),
            (
                "signature-input",
                r#"sig1=("@method");created=1;keyid="https://a.example/u#main-key""#,
            ),
            (
                "authorization",
                r#"Signature KEYID="https://a.example/u#main-key""#,
            ),
        ] {
            assert_eq!(keys(name, value), id, "{name}: {value}");
        }
        assert!(keys("signature", "nothing at all").is_empty());
        assert!(keys("authorization", "Bearer keyid").is_empty());
    }
}
