//! The signature scheme that nearly all peers speak (draft-cavage-http-signatures-12).

use super::{Claim, Received, malformed};
use crate::base::{Error, Node, Result};
use crate::trust::key::{BASE64, Signer};
use base64::Engine as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use http_signature_normalization::{Config, verify::ParsedHeader};
use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, UNIX_EPOCH};
use url::Url;

const PARAMS_MAX: usize = 16;
/// The crate compares dates with the machine's clock; ours were compared with the node's before,
/// so its own window is a century.
const CRATE_WINDOW: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// The named parts of a signature header.
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        Some(value)
    }
}

/// Reads `name="value",name=value`, with or without space around the commas.
pub(super) fn params(text: &str) -> Result<Params> {
    let bad = || malformed("signature_malformed");
    let mut found: Vec<(String, String)> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or_else(bad)?;
        let (name, after) = (name.trim(), after.trim_start());
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or_else(bad)?,
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(more) if !more.trim().is_empty() => more.trim_start(),
            None if after.is_empty() => "",
            _ => return Err(bad()),
        };
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
        if !is_name || value.contains('\\') || found.len() == PARAMS_MAX {
            return Err(bad());
        }
        if found
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
        {
            return Err(malformed("signature_parameter_repeated"));
        }
        found.push((name.to_owned(), value.trim().to_owned()));
    }
    Ok(Params(found))
}

pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}

/// The text that was signed, if the request target is `target`.
pub(super) fn canonical(claim: &Claim, received: &Received, target: &str) -> Result<String> {
    let mut values = BTreeMap::new();
    for name in &claim.covered {
        let value = match name.as_str() {
            "(request-target)" => continue,
            "(created)" => claim.created.clone(),
            "(expires)" => claim.expires.clone(),
            _ => joined(received.headers, name),
        };
        let value = value.ok_or_else(|| Error::refused("signature_header_missing"))?;
        values.insert(name.clone(), value);
    }
    // The crate's reader of this header is narrower than ours and asks the machine's clock, so it
    // is given only the list of names; the values stand in the map.
    let header = format!(
        "keyId=\"-\",signature=\"-\",headers=\"{}\"",
        claim.covered.join(" ")
    );
    let broken = || malformed("signature_malformed");
    let parsed: ParsedHeader = header.parse().map_err(|_| broken())?;
    let unverified = parsed
        .into_unvalidated(
            received.method.as_str(),
            target,
            &mut values,
            HashSet::new(),
        )
        .map_err(|_| Error::refused("signature_header_missing"))?
        .validate(CRATE_WINDOW)
        .map_err(|_| Error::refused("date_out_of_window"))?;
    Ok(unverified.signing_string().to_owned())
}

/// The values of a header, joined as the draft says; none when one is not text.
fn joined(headers: &HeaderMap, name: &str) -> Option<String> {
    let values: Option<Vec<&str>> = headers
        .get_all(name)
        .iter()
        .map(|value| value.to_str().ok().map(str::trim))
        .collect();
    values
        .filter(|values| !values.is_empty())
        .map(|values| values.join(", "))
}

/// The headers that make a request ours: `Host`, `Date` and `Signature`, and for a body also
/// `Digest` and `Content-Type`. All of them and the request target are signed.
///
/// # Errors
/// When the address has no host, or the library refuses to sign.
pub fn sign(
    node: &Node,
    method: &Method,
    url: &Url,
    body: Option<(&[u8], &str)>,
    signer: &Signer,
) -> Result<HeaderMap> {
    let mut values = BTreeMap::new();
    values.insert("host".to_owned(), host_of(url)?);
    let now = UNIX_EPOCH + Duration::from_millis(u64::try_from(node.now()).unwrap_or(0));
    values.insert("date".to_owned(), httpdate::fmt_http_date(now));
    if let Some((bytes, media_type)) = body {
        let sum = ring::digest::digest(&ring::digest::SHA256, bytes);
        let digest = format!("SHA-256={}", BASE64.encode(sum));
        values.insert("digest".to_owned(), digest);
        values.insert("content-type".to_owned(), media_type.to_owned());
    }
    let signature = Config::new()
        .mastodon_compat()
        .begin_sign(method.as_str(), &target_of(url), values.clone())
        .map_err(Error::internal)?
        .sign(signer.key_id.clone(), |text| {
            signer
                .sign(text.as_bytes())
                .map(|bytes| BASE64.encode(bytes))
        })?
        .signature_header();
    values.insert("signature".to_owned(), signature);
    let mut headers = HeaderMap::new();
    for (name, value) in values {
        let name: HeaderName = name.parse().map_err(Error::internal)?;
        headers.insert(name, HeaderValue::try_from(value).map_err(Error::internal)?);
    }
    debug_assert!(headers.contains_key(header::HOST));
    Ok(headers)
}

/// The host as it stands in a request: with its port where that is not the usual one.
fn host_of(url: &Url) -> Result<String> {
    let host = url
        .host_str()
        .ok_or_else(|| Error::Remote(format!("{url} has no host")))?;
    Ok(url
        .port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

fn target_of(url: &Url) -> String {
    url.query().map_or_else(
        || url.path().to_owned(),
        |query| format!("{}?{query}", url.path()),
    )
}
