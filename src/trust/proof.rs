//! Proofs inside documents: whoever carries them, they say who wrote them (FEP-8b32,
//! `eddsa-jcs-2022`). The caller makes sure that the key belongs to the author.

use super::json::is_exact;
use super::key::{ProofKey, PublicKey};
use crate::base::{Error, Result};
use ring::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

const TYPE: &str = "DataIntegrityProof";
const CRYPTOSUITE: &str = "eddsa-jcs-2022";
const PURPOSE: &str = "assertionMethod";
const DEPTH_MAX: usize = super::json::DEPTH_MAX;

/// Adds a proof made at `created` (RFC 3339) to a document; one that is there is replaced. The
/// same document, key and moment give the same proof.
///
/// # Errors
/// [`Error::Internal`] when the document is not an object, its `@context` is not a list, or it
/// holds a number beyond 2^53: then others could not check the proof.
pub fn sign(document: &mut Value, key: &ProofKey, created: &str) -> Result<()> {
    let object = document
        .as_object_mut()
        .ok_or_else(|| Error::internal("a document to be signed is not an object"))?;
    let context = match object.get("@context") {
        Some(context @ Value::Array(_)) => context.clone(),
        _ => {
            return Err(Error::internal(
                "a document to be signed has no context list",
            ));
        }
    };
    object.remove("proof");
    let mut proof = json!({
        "@context": context,
        "type": TYPE,
        "cryptosuite": CRYPTOSUITE,
        "verificationMethod": key.verification_method,
        "proofPurpose": PURPOSE,
        "created": created,
    });
    let hashes = hashes(&proof, object).map_err(Error::internal)?;
    let value = bs58::encode(key.sign(&hashes)).into_string();
    proof["proofValue"] = Value::String(format!("z{value}"));
    object.insert("proof".to_owned(), proof);
    Ok(())
}

/// The id of the key that is said to have made the document's proof; none when it has no proof of
/// a sort we read.
#[must_use]
pub fn claimed_method(document: &Value) -> Option<String> {
    let method = proof_of(document)?.get("verificationMethod")?;
    method.as_str().map(str::to_owned)
}

/// Checks the document's own proof with a key. A `signature` of the older sort is left out, and
/// so are proofs inside embedded objects. Both forms are read: with and without a context in the proof.
///
/// # Errors
/// [`Error::Refused`] with status 401: `proof_missing`, `proof_of_another_sort`,
/// `proof_context_differs`, `proof_malformed`, `proof_number_too_large` or `proof_wrong`.
pub fn verify(document: &Value, key: &PublicKey) -> Result<()> {
    let refused = Error::refused;
    let mut proof = proof_of(document)
        .ok_or_else(|| refused("proof_missing"))?
        .clone();
    let is = |name: &str, wanted: &str| proof.get(name).and_then(Value::as_str) == Some(wanted);
    let ours = is("type", TYPE) && is("cryptosuite", CRYPTOSUITE) && is("proofPurpose", PURPOSE);
    if !ours || !matches!(key, PublicKey::Ed25519(_)) {
        return Err(refused("proof_of_another_sort"));
    }
    let mut object = document.as_object().cloned().unwrap_or_default();
    object.remove("proof");
    object.remove("signature");
    // The context is part of what was signed; a proof made under another one is not of this text.
    if proof
        .get("@context")
        .is_some_and(|context| Some(context) != object.get("@context"))
    {
        return Err(refused("proof_context_differs"));
    }
    let signature = match proof.remove("proofValue") {
        Some(Value::String(text)) => text
            .strip_prefix('z')
            .and_then(|text| bs58::decode(text).into_vec().ok())
            .filter(|bytes| bytes.len() == 64),
        _ => None,
    };
    let signature = signature.ok_or_else(|| refused("proof_malformed"))?;
    let hashes = hashes(&Value::Object(proof), &object).map_err(refused)?;
    if key.verify(&hashes, &signature) {
        Ok(())
    } else {
        Err(refused("proof_wrong"))
    }
}

/// The proof at the top of a document: the only one, or the first of a list that we can read.
fn proof_of(document: &Value) -> Option<&Map<String, Value>> {
    match document.get("proof")? {
        Value::Object(proof) => Some(proof),
        Value::Array(proofs) => proofs
            .iter()
            .filter_map(Value::as_object)
            .find(|proof| proof.get("cryptosuite").and_then(Value::as_str) == Some(CRYPTOSUITE)),
        _ => None,
    }
}

/// What is signed: the hash of the proof without its value, then that of the document without its
/// proof, both in canonical form (RFC 8785).
fn hashes(proof: &Value, object: &Map<String, Value>) -> Result<Vec<u8>, &'static str> {
    let exact = |value: &Value| all_exact(value, DEPTH_MAX);
    if !exact(proof) || !object.values().all(exact) {
        return Err("proof_number_too_large");
    }
    let canonical = |result: serde_json::Result<Vec<u8>>| result.map_err(|_| "proof_malformed");
    let proof = canonical(serde_jcs::to_vec(proof))?;
    let object = canonical(serde_jcs::to_vec(object))?;
    let mut out = digest(&SHA256, &proof).as_ref().to_vec();
    out.extend(digest(&SHA256, &object).as_ref());
    Ok(out)
}

fn all_exact(value: &Value, depth: usize) -> bool {
    match value {
        Value::Number(number) => is_exact(number),
        Value::Array(items) => depth > 0 && items.iter().all(|item| all_exact(item, depth - 1)),
        Value::Object(map) => depth > 0 && map.values().all(|item| all_exact(item, depth - 1)),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}
