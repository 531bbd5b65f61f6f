//! The standard that follows the draft: HTTP Message Signatures (RFC 9421), as the fediverse uses
//! them: one signature a request, over the method, where it goes, and the digest of the body.

use super::{KeySort, Received, Terms, as_text, malformed};
use crate::base::clock::SECOND;
use crate::base::{Error, Millis, Node, Result};
use crate::trust::key::Signer;
use http::Method;
use sfv::{BareItem, Dictionary, FieldType as _, InnerList, Item, Key, List, ListEntry, Parser};
use std::collections::BTreeMap;
use url::Url;

const COVERED_MAX: usize = 32;
/// The name of our signature in the two headers.
const LABEL: &str = "sig1";
const ALGORITHM_RSA: &str = "rsa-v1_5-sha256";
const ALGORITHM_ED25519: &str = "ed25519";
/// The end of the ids of keys that sign requests.
const KEY_FRAGMENT: &str = "#main-key";
/// Where the terms as signed are kept among a signature's [`Terms`].
const PARAMS: &str = "@signature-params";

/// The one entry of a header that holds a dictionary.
fn only_entry(received: &Received, name: &'static str) -> Result<(Key, ListEntry)> {
    let bad = || malformed("signature_malformed");
    let value = received.headers.get(name).ok_or_else(bad)?;
    let entries: Dictionary = Parser::new(as_text(value)?).parse().map_err(|_| bad())?;
    let mut entries = entries.into_iter();
    match (entries.next(), entries.next()) {
        (Some(entry), None) => Ok(entry),
        (Some(_), Some(_)) => Err(malformed("signature_twice")),
        (None, _) => Err(bad()),
    }
}

/// What the one signature says of itself.
pub(super) fn terms(received: &Received) -> Result<Terms> {
    let bad = || malformed("signature_malformed");
    let (label, ListEntry::InnerList(list)) = only_entry(received, "signature-input")? else {
        return Err(bad());
    };
    let (name, ListEntry::Item(signature)) = only_entry(received, "signature")? else {
        return Err(bad());
    };
    let signature = signature.bare_item.as_byte_sequence().ok_or_else(bad)?;
    if name != label {
        return Err(bad());
    }
    let terms = terms_of(&list, signature.to_vec())?;
    let whole = terms.covers("content-digest") || !received.needs_digest();
    let fresh = terms.created.is_some();
    if !(terms.covers("@method") && covers_target(&terms, received) && whole && fresh) {
        return Err(Error::refused("signature_covers_too_little"));
    }
    Ok(terms)
}

/// Whether host, path and query are all signed, in one of the ways that the standard has for it.
fn covers_target(terms: &Terms, received: &Received) -> bool {
    let query = terms.covers("@query") || !received.path_and_query.contains('?');
    let path = terms.covers("@request-target") || (terms.covers("@path") && query);
    terms.covers("@target-uri") || (terms.covers("@authority") && path)
}

fn terms_of(list: &InnerList, signature: Vec<u8>) -> Result<Terms> {
    let param = |name: &str| list.params.get(name);
    let word = |name: &str| -> Result<Option<&str>> {
        let text = param(name).map(|value| value.as_string().map(sfv::StringRef::as_str));
        match text {
            None => Ok(None),
            Some(Some(text)) => Ok(Some(text)),
            Some(None) => Err(malformed("signature_malformed")),
        }
    };
    // A tag says for which other purpose something was signed; ours has none.
    if param("tag").is_some() {
        return Err(Error::refused("signature_tag_unknown"));
    }
    let sort = match word("alg")? {
        None => None,
        Some(ALGORITHM_RSA) => Some(KeySort::Rsa),
        Some(ALGORITHM_ED25519) => Some(KeySort::Ed25519),
        Some(_) => return Err(Error::refused("signature_algorithm_unknown")),
    };
    let key_id = word("keyid")?.filter(|id| !id.is_empty());
    let key_id = key_id.ok_or_else(|| malformed("signature_without_key_id"))?;
    let text: Option<String> = List::from([ListEntry::InnerList(list.clone())]).serialize();
    let text = text.ok_or_else(|| malformed("signature_malformed"))?;
    Ok(Terms {
        key_id: key_id.to_owned(),
        sort,
        signature,
        covered: covered(list)?,
        created: seconds(param("created"))?,
        expires: seconds(param("expires"))?,
        text: BTreeMap::from([(PARAMS, text)]),
    })
}

/// The names of what is signed. None of the standard's modifiers is taken: no peer uses one, and each
/// is another way to sign less than it seems.
fn covered(list: &InnerList) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for item in &list.items {
        let name = item.bare_item.as_string().map(sfv::StringRef::as_str);
        let name = name.ok_or_else(|| malformed("signature_malformed"))?;
        if !item.params.is_empty() {
            return Err(Error::refused("signature_component_unknown"));
        }
        if names.iter().any(|known| known == name) {
            return Err(malformed("signature_covers_twice"));
        }
        if name.bytes().any(|b| b.is_ascii_uppercase()) || names.len() == COVERED_MAX {
            return Err(malformed("signature_malformed"));
        }
        names.push(name.to_owned());
    }
    Ok(names)
}

fn seconds(value: Option<&BareItem>) -> Result<Option<Millis>> {
    let Some(value) = value else {
        return Ok(None);
    };
    value
        .as_integer()
        .and_then(|seconds| i64::from(seconds).checked_mul(SECOND))
        .map(Some)
        .ok_or_else(|| malformed("signature_time_malformed"))
}

/// The texts that may have been signed. Whoever looks a key up may sign the key's whole id, of which the
/// part after the `#` never leaves their machine (Fedify's first request does); it asks for nothing else.
pub(super) fn bases(node: &Node, terms: &Terms, received: &Received) -> Result<Vec<String>> {
    let mut bases = vec![base(node, terms, received, "")?];
    if *received.method == Method::GET && terms.covers("@target-uri") {
        bases.push(base(node, terms, received, KEY_FRAGMENT)?);
    }
    Ok(bases)
}

/// One line for each thing covered, and the terms themselves.
fn base(node: &Node, terms: &Terms, received: &Received, fragment: &str) -> Result<String> {
    let target = received.path_and_query;
    let mut base = String::new();
    for name in &terms.covered {
        let value = match name.strip_prefix('@') {
            Some("method") => received.method.to_string(),
            Some("target-uri") => format!("{}{target}{fragment}", node.origin()),
            Some("authority") => node.config.domain.clone(),
            Some("scheme") => node
                .origin()
                .split(':')
                .next()
                .unwrap_or_default()
                .to_owned(),
            Some("request-target") => target.to_owned(),
            Some("path") => received.path().to_owned(),
            Some("query") => match target.split_once('?') {
                Some((_, query)) => format!("?{query}"),
                None => "?".to_owned(),
            },
            Some(_) => return Err(Error::refused("signature_component_unknown")),
            None => received
                .joined(name)
                .ok_or_else(|| Error::refused("signature_header_missing"))?,
        };
        base.push_str(&format!("\"{name}\": {value}\n"));
    }
    let params = terms
        .text
        .get(PARAMS)
        .map(String::as_str)
        .unwrap_or_default();
    Ok(format!("{base}\"{PARAMS}\": {params}"))
}

/// Adds `Signature-Input` and `Signature`, and `Content-Digest` for a body, to what will be sent.
pub(super) fn sign(
    node: &Node,
    method: &Method,
    url: &Url,
    body: Option<&[u8]>,
    signer: &Signer,
    values: &mut BTreeMap<String, String>,
) -> Result<()> {
    let broken = |what: &str| Error::internal(format!("a signature cannot be written: {what}"));
    let mut lines = vec![
        ("@method", method.to_string()),
        ("@target-uri", url.to_string()),
    ];
    if let Some(bytes) = body {
        let sum = ring::digest::digest(&ring::digest::SHA256, bytes);
        let digest = bytes_entry("sha-256", sum.as_ref()).ok_or_else(|| broken("digest"))?;
        values.insert("content-digest".to_owned(), digest.clone());
        lines.push(("content-digest", digest));
        let media_type = values.get("content-type").cloned().unwrap_or_default();
        lines.push(("content-type", media_type));
    }
    let word = |text: &str| {
        sfv::String::from_string(text.to_owned())
            .map(BareItem::String)
            .ok()
    };
    let mut list = InnerList::default();
    for (name, _) in &lines {
        let name = word(name).ok_or_else(|| broken("name"))?;
        list.items.push(Item::new(name));
    }
    let now = sfv::Integer::try_from(node.now().div_euclid(SECOND)).map_err(Error::internal)?;
    let params = [
        ("created", Some(BareItem::Integer(now))),
        ("keyid", word(&signer.key_id)),
        ("alg", word(ALGORITHM_RSA)),
    ];
    for (name, value) in params {
        let name = Key::from_string(name.to_owned()).map_err(|_| broken(name))?;
        list.params
            .insert(name, value.ok_or_else(|| broken("parameter"))?);
    }
    let text: Option<String> = List::from([ListEntry::InnerList(list)]).serialize();
    let text = text.ok_or_else(|| broken("parameters"))?;
    let mut base = String::new();
    for (name, value) in &lines {
        base.push_str(&format!("\"{name}\": {value}\n"));
    }
    base.push_str(&format!("\"{PARAMS}\": {text}"));
    let signature = signer.sign(base.as_bytes())?;
    let signature = bytes_entry(LABEL, &signature).ok_or_else(|| broken("bytes"))?;
    values.insert("signature-input".to_owned(), format!("{LABEL}={text}"));
    values.insert("signature".to_owned(), signature);
    Ok(())
}

/// `name=:bytes:`, as a header that holds a dictionary has it.
fn bytes_entry(name: &str, bytes: &[u8]) -> Option<String> {
    let name = Key::from_string(name.to_owned()).ok()?;
    let entry = ListEntry::Item(Item::new(BareItem::ByteSequence(bytes.to_vec())));
    Dictionary::from([(name, entry)]).serialize()
}
