//! What a signed request must be before anybody looks for a key: complete, for us, whole and fresh.

use super::{Claim, Received, as_text, malformed};
use crate::base::clock::{HOUR, MINUTE, SECOND};
use crate::base::{Error, Millis, Node, Result};
use base64::Engine as _;
use http::Method;
use std::time::UNIX_EPOCH;

/// How old a request may be: its sender may have waited, or its clock may be slow (D16).
const PAST_MAX: Millis = HOUR;
/// How far ahead the sender's clock may be (D16).
const FUTURE_MAX: Millis = 5 * MINUTE;
const _: () = assert!(FUTURE_MAX < PAST_MAX);

/// Headers whose meaning would be open if they came twice.
const ONCE: [&str; 8] = [
    "host",
    "date",
    "digest",
    "signature",
    "authorization",
    "signature-input",
    "content-type",
    "content-length",
];

pub(super) fn once_each(received: &Received) -> Result<()> {
    for name in ONCE {
        if received.headers.get_all(name).iter().count() > 1 {
            return Err(malformed("header_repeated"));
        }
    }
    let needed = |name, reason| match received.headers.contains_key(name) {
        true => Ok(()),
        false => Err(malformed(reason)),
    };
    needed("host", "host_missing")?;
    if *received.method == Method::POST {
        needed("content-type", "content_type_missing")?;
    }
    Ok(())
}

pub(super) fn coverage(received: &Received, claim: &Claim) -> Result<()> {
    let fresh = claim.covers("date") || claim.covers("(created)");
    let whole = claim.covers("digest") || *received.method != Method::POST;
    if !(claim.covers("(request-target)") && claim.covers("host") && fresh && whole) {
        return Err(Error::refused("signature_covers_too_little"));
    }
    Ok(())
}

pub(super) fn host(node: &Node, received: &Received) -> Result<()> {
    let value = received.headers.get("host");
    let host = as_text(value.ok_or_else(|| malformed("host_missing"))?)?.to_ascii_lowercase();
    let usual = if node.config.dev { ":80" } else { ":443" };
    let host = host.strip_suffix(usual).unwrap_or(&host);
    if host == node.config.domain {
        Ok(())
    } else {
        Err(Error::refused("host_not_ours"))
    }
}

/// The digest must be of the very bytes that came, whether or not the method asks for one.
pub(super) fn digest(received: &Received) -> Result<()> {
    let Some(value) = received.headers.get("digest") else {
        return if received.body.is_empty() && *received.method != Method::POST {
            Ok(())
        } else {
            Err(Error::refused("digest_missing"))
        };
    };
    let mut sums = as_text(value)?.split(',').filter_map(|part| {
        let (name, sum) = part.trim().split_once('=')?;
        name.eq_ignore_ascii_case("sha-256").then_some(sum)
    });
    let (Some(sum), None) = (sums.next(), sums.next()) else {
        return Err(Error::refused("digest_not_sha_256"));
    };
    let claimed = crate::trust::key::BASE64
        .decode(sum.trim())
        .map_err(|_| malformed("digest_malformed"))?;
    let actual = ring::digest::digest(&ring::digest::SHA256, received.body);
    if equal(&claimed, actual.as_ref()) {
        Ok(())
    } else {
        Err(Error::refused("digest_wrong"))
    }
}

/// Compares without telling by its duration where the first difference is.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

pub(super) fn clock(node: &Node, received: &Received, claim: &Claim) -> Result<()> {
    let now = node.now();
    let window = now - PAST_MAX..=now + FUTURE_MAX;
    if let Some(value) = received.headers.get("date") {
        let date = httpdate::parse_http_date(as_text(value)?)
            .ok()
            .and_then(|date| date.duration_since(UNIX_EPOCH).ok())
            .and_then(|since| Millis::try_from(since.as_millis()).ok())
            .ok_or_else(|| malformed("date_malformed"))?;
        if !window.contains(&date) {
            return Err(Error::refused("date_out_of_window"));
        }
    }
    if let Some(created) = seconds(claim.created.as_deref())?
        && !window.contains(&created)
    {
        return Err(Error::refused("created_out_of_window"));
    }
    if let Some(expires) = seconds(claim.expires.as_deref())?
        && expires < now
    {
        return Err(Error::refused("signature_expired"));
    }
    Ok(())
}

fn seconds(text: Option<&str>) -> Result<Option<Millis>> {
    let Some(text) = text else {
        return Ok(None);
    };
    let seconds: Option<Millis> = text.parse().ok();
    seconds
        .and_then(|seconds| seconds.checked_mul(SECOND))
        .map(Some)
        .ok_or_else(|| malformed("signature_time_malformed"))
}
