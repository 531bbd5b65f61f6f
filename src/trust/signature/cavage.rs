//! The signature scheme that nearly all peers speak (draft-cavage-http-signatures-12).

use super::{KeySort, Received, Terms, as_text, malformed};
use crate::base::clock::SECOND;
use crate::base::{Error, Millis, Result};
use crate::trust::key::{BASE64, Signer};
use base64::Engine as _;
use http::{Method, header};
use http_signature_normalization::{Config, verify::ParsedHeader};
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;
use url::Url;

const PARAMS_MAX: usize = 16;
/// The crate compares dates with the machine's clock; ours are compared with the node's, so its own
/// window is a century.
const CRATE_WINDOW: Duration = Duration::from_secs(3_155_760_000);

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

/// What the one signature says of itself, whichever of two headers it stands in.
pub(super) fn terms(received: &Received) -> Result<Terms> {
    let headers = received.headers;
    let text = match headers.get("signature") {
        Some(value) => as_text(value)?,
        None => {
            let value = headers
                .get(header::AUTHORIZATION)
                .map(as_text)
                .transpose()?;
            value
                .and_then(|text| text.split_once(' '))
                .map_or("", |(_, rest)| rest)
        }
    };
    let terms = terms_of(&params(text)?)?;
    let fresh = terms.covers("date") || terms.covers("(created)");
    let whole = terms.covers("digest") || !received.needs_digest();
    if !(terms.covers("(request-target)") && terms.covers("host") && fresh && whole) {
        return Err(Error::refused("signature_covers_too_little"));
    }
    Ok(terms)
}

fn terms_of(params: &Params) -> Result<Terms> {
    let sort = match params.get("algorithm").map(str::to_ascii_lowercase) {
        None => None,
        Some(name) => match name.as_str() {
            "hs2019" => None,
            "rsa-sha256" => Some(KeySort::Rsa),
            "ed25519" => Some(KeySort::Ed25519),
            _ => return Err(Error::refused("signature_algorithm_unknown")),
        },
    };
    let needed = |name| params.get(name).filter(|value| !value.is_empty());
    let key_id = needed("keyId").ok_or_else(|| malformed("signature_without_key_id"))?;
    let signature = needed("signature").and_then(|text| BASE64.decode(text).ok());
    let mut covered: Vec<String> = Vec::new();
    for name in params.get("headers").unwrap_or_default().split_whitespace() {
        let name = name.to_ascii_lowercase();
        if covered.contains(&name) {
            return Err(malformed("signature_covers_twice"));
        }
        covered.push(name);
    }
    let mut text = BTreeMap::new();
    for name in ["created", "expires"] {
        if let Some(value) = params.get(name) {
            text.insert(name, value.to_owned());
        }
    }
    Ok(Terms {
        key_id: key_id.to_owned(),
        sort,
        signature: signature.ok_or_else(|| malformed("signature_malformed"))?,
        covered,
        created: seconds(params.get("created"))?,
        expires: seconds(params.get("expires"))?,
        text,
    })
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

/// The texts that may have been signed: with the path as it came, and, of what only reads, without its
/// query, as some do.
pub(super) fn bases(terms: &Terms, received: &Received) -> Result<Vec<String>> {
    let mut values = BTreeMap::new();
    for name in &terms.covered {
        let value = match name.as_str() {
            "(request-target)" => continue,
            "(created)" => terms.text.get("created").cloned(),
            "(expires)" => terms.text.get("expires").cloned(),
            _ => received.joined(name),
        };
        let value = value.ok_or_else(|| Error::refused("signature_header_missing"))?;
        values.insert(name.clone(), value);
    }
    let mut targets = vec![received.path_and_query];
    if *received.method == Method::GET && received.path() != received.path_and_query {
        targets.push(received.path());
    }
    targets
        .into_iter()
        .map(|target| base(terms, received, target, &values))
        .collect()
}

fn base(
    terms: &Terms,
    received: &Received,
    target: &str,
    values: &BTreeMap<String, String>,
) -> Result<String> {
    // The crate's reader of this header is narrower than ours and asks the machine's clock, so it
    // is given only the list of names; the values stand in the map.
    let header = format!(
        "keyId=\"-\",signature=\"-\",headers=\"{}\"",
        terms.covered.join(" ")
    );
    let broken = || malformed("signature_malformed");
    let parsed: ParsedHeader = header.parse().map_err(|_| broken())?;
    let method = received.method.as_str();
    let mut values = values.clone();
    let unverified = parsed
        .into_unvalidated(method, target, &mut values, HashSet::new())
        .map_err(|_| Error::refused("signature_header_missing"))?
        .validate(CRATE_WINDOW)
        .map_err(|_| Error::refused("date_out_of_window"))?;
    Ok(unverified.signing_string().to_owned())
}

/// Adds `Signature`, and `Digest` for a body, to what will be sent.
pub(super) fn sign(
    method: &Method,
    url: &Url,
    body: Option<&[u8]>,
    signer: &Signer,
    values: &mut BTreeMap<String, String>,
) -> Result<()> {
    if let Some(bytes) = body {
        let sum = ring::digest::digest(&ring::digest::SHA256, bytes);
        let digest = format!("SHA-256={}", BASE64.encode(sum));
        values.insert("digest".to_owned(), digest);
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
    Ok(())
}

fn target_of(url: &Url) -> String {
    url.query().map_or_else(
        || url.path().to_owned(),
        |query| format!("{}?{query}", url.path()),
    )
}
