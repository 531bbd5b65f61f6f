//! Signed requests: who sent this, and did it arrive as it was sent?
//!
//! Two schemes are read and written: draft-cavage-12, which nearly all peers speak, and RFC 9421.
//! Reading is split in two. [`read`] checks all that needs no key; the caller then finds the key
//! the sender names, and [`Claim::verify`] checks the signature itself.

mod cavage;
mod checks;
mod rfc9421;

use super::key::{PublicKey, Signer};
use crate::base::{Error, Millis, Node, Result};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};
use url::Url;

/// A way of signing requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// draft-cavage-http-signatures-12: one `Signature` header, with `Digest`.
    Cavage,
    /// RFC 9421: `Signature-Input` and `Signature`, with `Content-Digest` (RFC 9530).
    Rfc9421,
}

impl Scheme {
    /// As it is stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Cavage => "cavage",
            Self::Rfc9421 => "rfc9421",
        }
    }

    /// Reads what was stored.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Cavage, Self::Rfc9421]
            .into_iter()
            .find(|scheme| scheme.code() == code)
    }

    /// The other one: what is tried when this one is refused.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Cavage => Self::Rfc9421,
            Self::Rfc9421 => Self::Cavage,
        }
    }
}

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

impl Received<'_> {
    fn path(&self) -> &str {
        let whole = self.path_and_query;
        whole.split('?').next().unwrap_or(whole)
    }

    /// Whether a digest of the body must be signed too.
    fn needs_digest(&self) -> bool {
        *self.method == Method::POST || !self.body.is_empty()
    }

    /// The values of a header, joined as both schemes say; none when it is absent or not text.
    fn joined(&self, name: &str) -> Option<String> {
        let values: Option<Vec<&str>> = self
            .headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().ok().map(str::trim))
            .collect();
        values
            .filter(|values| !values.is_empty())
            .map(|values| values.join(", "))
    }
}

/// What a request says of its sender: fresh, complete and meant for us, but not yet proven.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The id of the key that is said to have signed.
    pub key_id: String,
    scheme: Scheme,
    sort: Option<KeySort>,
    signature: Vec<u8>,
    /// The texts that may have been signed; more than one where senders differ in what they sign.
    bases: Vec<String>,
}

/// Who signed a request, and what shows it to others who have the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedBy {
    /// The id of the key.
    pub key_id: String,
    /// How it was signed.
    pub scheme: Scheme,
    /// The very text that was signed; it names the digest of the body.
    pub base: String,
    /// The signature of that text.
    pub signature: Vec<u8>,
}

/// What a signature says of itself, before any of it is believed.
struct Terms {
    key_id: String,
    sort: Option<KeySort>,
    signature: Vec<u8>,
    covered: Vec<String>,
    created: Option<Millis>,
    expires: Option<Millis>,
    /// The terms as they are part of the signed text.
    text: BTreeMap<&'static str, String>,
}

impl Terms {
    fn covers(&self, name: &str) -> bool {
        self.covered.iter().any(|covered| covered == name)
    }
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
    let scheme = scheme_of(received.headers)?;
    let terms = match scheme {
        Scheme::Cavage => cavage::terms(received)?,
        Scheme::Rfc9421 => rfc9421::terms(received)?,
    };
    checks::host(node, received)?;
    checks::digest(received, scheme)?;
    checks::clock(node, received, &terms)?;
    let bases = match scheme {
        Scheme::Cavage => cavage::bases(&terms, received)?,
        Scheme::Rfc9421 => rfc9421::bases(node, &terms, received)?,
    };
    Ok(Claim {
        key_id: terms.key_id,
        scheme,
        sort: terms.sort,
        signature: terms.signature,
        bases,
    })
}

impl Claim {
    /// Checks that the owner of `key` signed the request.
    ///
    /// # Errors
    /// [`Error::Refused`] with status 401: `signature_key_of_another_sort` or `signature_wrong`.
    pub fn verify(&self, key: &PublicKey) -> Result<SignedBy> {
        let sort = match key {
            PublicKey::Rsa(_) => KeySort::Rsa,
            PublicKey::Ed25519(_) => KeySort::Ed25519,
        };
        if self.sort.is_some_and(|wanted| wanted != sort) {
            return Err(Error::refused("signature_key_of_another_sort"));
        }
        let base = self
            .bases
            .iter()
            .find(|base| key.verify(base.as_bytes(), &self.signature))
            .ok_or_else(|| Error::refused("signature_wrong"))?;
        Ok(SignedBy {
            key_id: self.key_id.clone(),
            scheme: self.scheme,
            base: base.clone(),
            signature: self.signature.clone(),
        })
    }
}

/// Whether a request claims to be signed.
#[must_use]
pub fn is_signed(headers: &HeaderMap) -> bool {
    !matches!(
        scheme_of(headers),
        Err(Error::Refused {
            reason: "signature_missing",
            ..
        })
    )
}

/// Which scheme a request is signed in, by the headers it has.
fn scheme_of(headers: &HeaderMap) -> Result<Scheme> {
    let authorization = headers.get(header::AUTHORIZATION).is_some_and(|value| {
        value
            .as_bytes()
            .to_ascii_lowercase()
            .starts_with(b"signature ")
    });
    let in_its_header = headers.contains_key("signature");
    match (headers.contains_key("signature-input"), in_its_header) {
        (true, _) | (false, true) if authorization => Err(malformed("signature_twice")),
        (true, true) => Ok(Scheme::Rfc9421),
        (true, false) => Err(malformed("signature_malformed")),
        (false, true) => Ok(Scheme::Cavage),
        (false, false) if authorization => Ok(Scheme::Cavage),
        (false, false) => Err(Error::refused("signature_missing")),
    }
}

/// The headers that make a request ours, all of them signed: of draft-cavage `Host`, `Date` and
/// `Signature`, and for a body also `Digest` and `Content-Type`; of RFC 9421 `Signature-Input` and
/// `Signature`, and for a body also `Content-Digest` and `Content-Type`.
///
/// # Errors
/// When the address has no host, or the library refuses to sign.
pub fn sign(
    node: &Node,
    scheme: Scheme,
    method: &Method,
    url: &Url,
    body: Option<(&[u8], &str)>,
    signer: &Signer,
) -> Result<HeaderMap> {
    let mut values = BTreeMap::new();
    values.insert("host".to_owned(), host_of(url)?);
    let now = UNIX_EPOCH + Duration::from_millis(u64::try_from(node.now()).unwrap_or(0));
    values.insert("date".to_owned(), httpdate::fmt_http_date(now));
    if let Some((_, media_type)) = body {
        values.insert("content-type".to_owned(), media_type.to_owned());
    }
    let body = body.map(|(bytes, _)| bytes);
    match scheme {
        Scheme::Cavage => cavage::sign(method, url, body, signer, &mut values)?,
        Scheme::Rfc9421 => rfc9421::sign(node, method, url, body, signer, &mut values)?,
    }
    let mut headers = HeaderMap::new();
    for (name, value) in values {
        let name: HeaderName = name.parse().map_err(Error::internal)?;
        headers.insert(name, HeaderValue::try_from(value).map_err(Error::internal)?);
    }
    debug_assert!(headers.contains_key(header::HOST));
    Ok(headers)
}

/// The host as it stands in a request: with its port where that is not the usual one.
pub(super) fn host_of(url: &Url) -> Result<String> {
    let host = url
        .host_str()
        .ok_or_else(|| Error::Remote(format!("{url} has no host")))?;
    Ok(url
        .port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

fn malformed(reason: &'static str) -> Error {
    Error::Refused {
        status: StatusCode::BAD_REQUEST,
        reason,
    }
}

fn as_text(value: &HeaderValue) -> Result<&str> {
    value.to_str().map_err(|_| malformed("header_not_text"))
}

#[cfg(test)]
mod captures;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod mutants;
#[cfg(test)]
mod tests;
