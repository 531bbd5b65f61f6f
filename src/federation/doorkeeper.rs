//! What the inbox asks before it reads, checks or fetches anything: is the sender's host blocked, and do
//! they send faster than we take? A good sender that is told to wait comes again; nothing is lost.

use super::inbox::count;
use super::rate::{Buckets, Rate};
use crate::base::clock::{HOUR, Millis};
use crate::base::{Error, Node, Result};
use crate::directory::uri::host_of;
use crate::directory::visit::client_address;
use crate::moderation;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is taken at once after a silence, in seconds of the steady rate.
const BURST_SECONDS: f64 = 5.0;
/// Senders that are counted one by one; what comes beyond them is counted together.
const SENDERS_MAX: usize = 10_000;
const KEY_ID_BYTES_MAX: usize = 2048;

/// Who sent something whose signature held is known for so long.
const KNOWN_FOR: Millis = HOUR;
/// Why a blocked host is turned away.
pub const BLOCKED: &str = "blocked";

/// Who came how often. Those who are known have buckets of their own: no crowd of strangers pushes them out.
#[derive(Default)]
struct Rates {
    known: Buckets,
    strangers: Buckets,
    /// When a signature of this sender last held.
    held: HashMap<String, Millis>,
}

impl Rates {
    fn knows(&self, sender: &str, now: Millis) -> bool {
        self.held.get(sender).is_some_and(|at| now - at < KNOWN_FOR)
    }

    /// Who finds no room stays a stranger; who has a place keeps it while they use it.
    fn remember(&mut self, sender: String, now: Millis, senders_max: usize) {
        if !self.held.contains_key(&sender) && self.held.len() >= senders_max {
            self.held.retain(|_, at| now - *at < KNOWN_FOR);
        }
        if self.held.contains_key(&sender) || self.held.len() < senders_max {
            self.held.insert(sender, now);
        }
    }
}

#[derive(Default)]
struct Part(Mutex<Rates>);

impl Part {
    fn open(&self) -> MutexGuard<'_, Rates> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A host as seen from one address: nobody can use another's share by naming their key.
fn sender_of(host: Option<&str>, address: &str) -> String {
    format!("{} {address}", host.unwrap_or("-"))
}

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
        reason: BLOCKED,
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

/// Notes that a signature with this key held: for an hour its host, from this address, is no stranger.
pub fn remember(node: &Node, parts: &Parts, key_id: &str) {
    let sender = sender_of(host_of(key_id).as_deref(), &client_address(node, parts));
    let part = node.part::<Part>();
    part.open().remember(sender, node.now(), SENDERS_MAX);
}

/// Counts one request. Half of what the node takes is kept for those it knows, the other half is for
/// strangers: no garbage of theirs keeps a neighbour out. One address may use half of the one, and a
/// quarter of the other.
fn pace(node: &Node, host: Option<&str>, address: &str) -> Result<()> {
    let per_host = f64::from(node.config.inbox_per_host_per_second);
    let half = f64::from(node.config.inbox_per_second) / 2.0;
    let rate = |per_second: f64| Rate {
        per_second,
        burst: (per_second * BURST_SECONDS).max(1.0),
    };
    let sender = sender_of(host, address);
    let part = node.part::<Part>();
    let mut rates = part.open();
    let now = node.now();
    let (buckets, per_address) = if rates.knows(&sender, now) {
        (&mut rates.known, (half / 2.0).max(per_host))
    } else {
        (&mut rates.strangers, half / 4.0)
    };
    let shares = [
        ("too_many_from_host", sender, rate(per_host)),
        (
            "too_many_from_address",
            address.to_owned(),
            rate(per_address),
        ),
        ("too_many_in_all", String::new(), rate(half)),
    ];
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

    #[test]
    fn a_sender_is_known_for_an_hour_and_memory_is_bounded() {
        let mut rates = Rates::default();
        for n in 0..9 {
            rates.remember(format!("s{n}"), 0, 3);
        }
        assert_eq!(rates.held.len(), 3);
        assert!(rates.knows("s2", HOUR - 1) && !rates.knows("s3", 0));
        rates.remember("s2".into(), HOUR / 2, 3);
        assert!(!rates.knows("s0", HOUR) && rates.knows("s2", HOUR));
        rates.remember("s3".into(), HOUR, 3);
        assert!(rates.knows("s3", HOUR) && rates.held.len() == 2);
    }
}
