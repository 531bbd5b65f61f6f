//! What a signed request must be before anybody looks for a key: complete, for us, whole and fresh.

use super::{Received, Scheme, Terms, as_text, malformed};
use crate::base::clock::{HOUR, MINUTE};
use crate::base::{Error, Millis, Node, Result};
use crate::trust::key::BASE64;
use base64::Engine as _;
use http::{HeaderValue, Method};
use sfv::{Dictionary, ListEntry, Parser};
use std::time::UNIX_EPOCH;

/// How old a request may be: its sender may have waited, or its clock may be slow (D16).
const PAST_MAX: Millis = HOUR;
/// How far ahead the sender's clock may be (D16).
const FUTURE_MAX: Millis = 5 * MINUTE;
const _: () = assert!(FUTURE_MAX < PAST_MAX);

/// Headers whose meaning would be open if they came twice.
const ONCE: [&str; 9] = [
    "host",
    "date",
    "digest",
    "content-digest",
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

/// Both sorts of digest must be of the very bytes that came; the one that the scheme signs must be there
/// whenever there is a body.
pub(super) fn digest(received: &Received, scheme: Scheme) -> Result<()> {
    let older = received.headers.get("digest");
    let newer = received.headers.get("content-digest");
    let signed = match scheme {
        Scheme::Cavage => older,
        Scheme::Rfc9421 => newer,
    };
    if signed.is_none() && received.needs_digest() {
        return Err(Error::refused("digest_missing"));
    }
    let actual = ring::digest::digest(&ring::digest::SHA256, received.body);
    let claimed = [older.map(older_digest), newer.map(content_digest)];
    for claimed in claimed.into_iter().flatten() {
        if !equal(&claimed?, actual.as_ref()) {
            return Err(Error::refused("digest_wrong"));
        }
    }
    Ok(())
}

/// The SHA-256 of a `Digest` (RFC 3230).
fn older_digest(value: &HeaderValue) -> Result<Vec<u8>> {
    let mut sums = as_text(value)?.split(',').filter_map(|part| {
        let (name, sum) = part.trim().split_once('=')?;
        name.eq_ignore_ascii_case("sha-256").then_some(sum)
    });
    let (Some(sum), None) = (sums.next(), sums.next()) else {
        return Err(Error::refused("digest_not_sha_256"));
    };
    BASE64
        .decode(sum.trim())
        .map_err(|_| malformed("digest_malformed"))
}

/// The SHA-256 of a `Content-Digest` (RFC 9530).
fn content_digest(value: &HeaderValue) -> Result<Vec<u8>> {
    let bad = || malformed("digest_malformed");
    let sums: Dictionary = Parser::new(as_text(value)?).parse().map_err(|_| bad())?;
    match sums.get("sha-256") {
        None => Err(Error::refused("digest_not_sha_256")),
        Some(ListEntry::Item(item)) => {
            let sum = item.bare_item.as_byte_sequence().ok_or_else(bad)?;
            Ok(sum.to_vec())
        }
        Some(ListEntry::InnerList(_)) => Err(bad()),
    }
}

/// Compares without telling by its duration where the first difference is.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

pub(super) fn clock(node: &Node, received: &Received, terms: &Terms) -> Result<()> {
    let now = node.now();
    let window = now - PAST_MAX..=now + FUTURE_MAX;
    if let Some(value) = received.headers.get("date") {
        let date = date(as_text(value)?).ok_or_else(|| malformed("date_malformed"))?;
        if !window.contains(&date) {
            return Err(Error::refused("date_out_of_window"));
        }
    }
    if terms
        .created
        .is_some_and(|created| !window.contains(&created))
    {
        return Err(Error::refused("created_out_of_window"));
    }
    if terms.expires.is_some_and(|expires| expires < now) {
        return Err(Error::refused("signature_expired"));
    }
    Ok(())
}

/// Reads a date in the one form that senders may use (RFC 9110, IMF-fixdate); the two obsolete ones are
/// read differently by different programs.
fn date(text: &str) -> Option<Millis> {
    let date = httpdate::parse_http_date(text).ok()?;
    let since = date.duration_since(UNIX_EPOCH).ok()?;
    let plain = httpdate::fmt_http_date(date) == text;
    Millis::try_from(since.as_millis()).ok().filter(|_| plain)
}
