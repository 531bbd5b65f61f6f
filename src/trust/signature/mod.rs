//! Signed requests: who sent this, and did it arrive as it was sent?
//!
//! Reading is split in two. [`read`] checks all that needs no key; the caller then finds the key
//! the sender names, and [`verify`] checks the signature itself.

mod cavage;
mod checks;

pub use cavage::sign;

use super::key::PublicKey;
use crate::base::{Error, Node, Result};
use http::{HeaderMap, Method, StatusCode};

/// A request as it came from the socket.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path, and the query after a question mark if there is one, as sent.
    pub path_and_query: &'a str,
    /// All headers.
    pub headers: &'a HeaderMap,
    /// The raw body, before any decoding.
    pub body: &'a [u8],
}

/// What a request says of its sender: fresh, complete and meant for us, but not yet proven.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The id of the key that is said to have signed.
    pub key_id: String,
    signature: Vec<u8>,
    covered: Vec<String>,
    created: Option<String>,
    expires: Option<String>,
    sort: Option<KeySort>,
}

/// The sort of key that a signature's algorithm needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeySort {
    Rsa,
    Ed25519,
}

/// Checks all that needs no key: each header once, what is signed, host, digest and clock.
///
/// # Errors
/// [`Error::Refused`] with a named reason: status 400 when the request is malformed, else 401.
pub fn read(node: &Node, received: &Received) -> Result<Claim> {
    checks::once_each(received)?;
    let params = cavage::params(signature_text(received.headers)?)?;
    let claim = claim_of(&params)?;
    checks::coverage(received, &claim)?;
    checks::host(node, received)?;
    checks::digest(received)?;
    checks::clock(node, received, &claim)?;
    Ok(claim)
}

/// Checks that the owner of `key` signed this request. The path is tried as it came, then without
/// its query, as some sign it.
///
/// # Errors
/// [`Error::Refused`] with status 401: `signature_key_of_another_sort`, `signature_wrong`, or
/// `signature_header_missing` when something it signed is not there.
pub fn verify(claim: &Claim, received: &Received, key: &PublicKey) -> Result<()> {
    let sort = match key {
        PublicKey::Rsa(_) => KeySort::Rsa,
        PublicKey::Ed25519(_) => KeySort::Ed25519,
    };
    if claim.sort.is_some_and(|wanted| wanted != sort) {
        return Err(Error::refused("signature_key_of_another_sort"));
    }
    let whole = received.path_and_query;
    let path = whole.split('?').next().unwrap_or(whole);
    let mut targets = vec![whole];
    if path != whole {
        targets.push(path);
    }
    for target in targets {
        let text = cavage::canonical(claim, received, target)?;
        if key.verify(text.as_bytes(), &claim.signature) {
            return Ok(());
        }
    }
    Err(Error::refused("signature_wrong"))
}

/// The text of the one signature, whichever of two headers it stands in.
fn signature_text(headers: &HeaderMap) -> Result<&str> {
    if headers.contains_key("signature-input") {
        return Err(Error::refused("signature_scheme_unknown"));
    }
    let authorization = headers.get(http::header::AUTHORIZATION);
    let text = match (headers.get("signature"), authorization) {
        (Some(_), Some(_)) => return Err(malformed("signature_twice")),
        (None, None) => return Err(Error::refused("signature_missing")),
        (Some(value), None) => as_text(value)?,
        (None, Some(value)) => match as_text(value)?.split_once(' ') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("signature") => rest,
            _ => return Err(Error::refused("signature_missing")),
        },
    };
    Ok(text)
}

fn claim_of(params: &cavage::Params) -> Result<Claim> {
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
    let signature = needed("signature").and_then(cavage::decode);
    let mut covered: Vec<String> = Vec::new();
    for name in params.get("headers").unwrap_or_default().split_whitespace() {
        let name = name.to_ascii_lowercase();
        if covered.contains(&name) {
            return Err(malformed("signature_covers_twice"));
        }
        covered.push(name);
    }
    Ok(Claim {
        key_id: key_id.to_owned(),
        signature: signature.ok_or_else(|| malformed("signature_malformed"))?,
        covered,
        created: params.get("created").map(str::to_owned),
        expires: params.get("expires").map(str::to_owned),
        sort,
    })
}

impl Claim {
    fn covers(&self, name: &str) -> bool {
        self.covered.iter().any(|covered| covered == name)
    }
}

fn malformed(reason: &'static str) -> Error {
    Error::Refused {
        status: StatusCode::BAD_REQUEST,
        reason,
    }
}

fn as_text(value: &http::HeaderValue) -> Result<&str> {
    value.to_str().map_err(|_| malformed("header_not_text"))
}

#[cfg(test)]
mod tests;
