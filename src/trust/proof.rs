//! Proofs inside documents: whoever carries them, they say who wrote them (FEP-8b32,
//! `eddsa-jcs-2022`). The caller makes sure that the key belongs to the author.

use super::json::is_exact;
use super::key::{ProofKey, PublicKey};
use crate::base::id::sha256_hex;
use crate::base::{Error, Result};
use ring::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

const TYPE: &str = "DataIntegrityProof";
const CRYPTOSUITE: &str = "eddsa-jcs-2022";
const PURPOSE: &str = "assertionMethod";

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
    if !all_exact(proof) || !object.values().all(all_exact) {
        return Err("proof_number_too_large");
    }
    let canonical = |result: serde_json::Result<Vec<u8>>| result.map_err(|_| "proof_malformed");
    let proof = canonical(serde_jcs::to_vec(proof))?;
    let object = canonical(serde_jcs::to_vec(object))?;
    let mut out = digest(&SHA256, &proof).as_ref().to_vec();
    out.extend(digest(&SHA256, &object).as_ref());
    Ok(out)
}

fn all_exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => is_exact(number),
        Value::Array(items) => items.iter().all(all_exact),
        Value::Object(map) => map.values().all(all_exact),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

/// The SHA-256 of a document in the one form that all readers agree on, whatever proves it and whoever
/// brought it.
///
/// # Errors
/// [`Error::Refused`] when it has no such form.
pub fn canonical_digest(document: &Value) -> Result<String> {
    let mut document = document.clone();
    if let Some(map) = document.as_object_mut() {
        map.shift_remove("proof");
        map.shift_remove("@context");
    }
    let bytes = serde_jcs::to_vec(&document).map_err(|_| Error::refused("no_canonical_form"))?;
    Ok(sha256_hex(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::vectors::text;

    fn document() -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", {"a": "tag:a"}],
            "id": "https://a.example/1",
            "object": {"content": "été", "latitude": 48.856614400000005, "n": 48.0},
        })
    }

    fn key() -> ProofKey {
        ProofKey::from_seed("https://a.example/u#ed25519-key", &[3; 32]).expect("a key")
    }

    fn why(document: &Value) -> &'static str {
        match verify(document, &key().public()) {
            Ok(()) => "",
            Err(Error::Refused { reason, .. }) => reason,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_signed_document_is_believed_and_a_changed_one_is_not() {
        let mut signed = document();
        sign(&mut signed, &key(), "2026-11-23T18:33:20Z").expect("signed");
        assert_eq!(
            claimed_method(&signed).as_deref(),
            Some("https://a.example/u#ed25519-key")
        );
        assert_eq!(why(&signed), "");
        let again = super::super::json::parse(&signed.to_string()).expect("it reads");
        assert_eq!(why(&again), "", "also after it was sent");
        let mut forwarded = signed.clone();
        forwarded["signature"] = json!({"type": "RsaSignature2017"});
        forwarded["object"]["n"] = json!(48);
        assert_eq!(why(&forwarded), "");

        let changes: [(&str, Value, &str); 9] = [
            ("/object/content", json!("ete"), "proof_wrong"),
            ("/object/latitude", json!(48.8566144), "proof_wrong"),
            ("/id", json!("https://a.example/2"), "proof_wrong"),
            (
                "/proof/created",
                json!("2026-11-23T18:33:21Z"),
                "proof_wrong",
            ),
            ("/proof/proofValue", json!("z1"), "proof_malformed"),
            (
                "/proof/proofPurpose",
                json!("authentication"),
                "proof_of_another_sort",
            ),
            (
                "/proof/cryptosuite",
                json!("eddsa-rdfc-2022"),
                "proof_of_another_sort",
            ),
            (
                "/@context/1",
                json!({"a": "tag:b"}),
                "proof_context_differs",
            ),
            (
                "/object/n",
                json!(9_007_199_254_740_993_u64),
                "proof_number_too_large",
            ),
        ];
        for (place, value, reason) in changes {
            let mut changed = signed.clone();
            *changed.pointer_mut(place).expect(place) = value;
            assert_eq!(why(&changed), reason, "{place}");
        }
        let mut added = signed.clone();
        added["extra"] = Value::Null;
        assert_eq!(why(&added), "proof_wrong");
        let other = ProofKey::from_seed("", &[4; 32]).expect("a key").public();
        assert!(verify(&signed, &other).is_err());
        let rsa = PublicKey::from_pem(&crate::trust::vectors::rsa_pair().1).expect("a key");
        assert!(verify(&signed, &rsa).is_err());
        signed["proof"] = json!([{"cryptosuite": "mldsa44-jcs-2024"}, signed["proof"]]);
        assert_eq!(why(&signed), "", "the first we can read of several");
        assert_eq!(why(&document()), "proof_missing");
        assert_eq!(claimed_method(&document()), None);
    }

    #[test]
    fn one_text_has_one_digest_whoever_brought_it() {
        let mut brought = document();
        sign(&mut brought, &key(), "2026-11-23T18:33:20Z").expect("signed");
        let digest = |document: &Value| canonical_digest(document).expect("a digest");
        assert_eq!(digest(&brought), digest(&document()));
        let bare = r#"{"object":{"n":48,"latitude":48.856614400000005,"content":"été"},"id":"https://a.example/1"}"#;
        assert_eq!(digest(&json!({"@context": "x"})), sha256_hex(b"{}"));
        assert_eq!(
            digest(&serde_json::from_str(bare).expect("JSON")),
            digest(&document())
        );
        brought["object"]["n"] = json!(49);
        assert_ne!(digest(&brought), digest(&document()));
    }

    #[test]
    fn only_a_document_others_can_check_is_signed() {
        for bad in [
            json!([]),
            json!({"id": "x"}),
            json!({"@context": "https://www.w3.org/ns/activitystreams"}),
            json!({"@context": [], "n": u64::MAX}),
        ] {
            let mut bad = bad;
            assert!(
                sign(&mut bad, &key(), "2026-11-23T18:33:20Z").is_err(),
                "{bad}"
            );
        }
        let mut once = document();
        sign(&mut once, &key(), "2026-11-23T18:33:20Z").expect("signed");
        let mut twice = once.clone();
        sign(&mut twice, &key(), "2026-11-23T18:33:20Z").expect("signed");
        assert_eq!(once, twice, "a proof is replaced, and is always the same");
    }

    #[test]
    fn a_proof_without_a_context_is_read_too() {
        let mut signed = document();
        let proof = json!({
            "type": TYPE, "cryptosuite": CRYPTOSUITE, "proofPurpose": PURPOSE,
            "verificationMethod": "k", "created": "2026-11-23T18:33:20Z",
        });
        let hashes = hashes(&proof, signed.as_object().expect("one")).expect("hashes");
        signed["proof"] = proof;
        let value = bs58::encode(key().sign(&hashes)).into_string();
        signed["proof"]["proofValue"] = json!(format!("z{value}"));
        assert_eq!(why(&signed), "");
    }

    fn key_of_the_vectors() -> ProofKey {
        let secret = "3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq";
        let bytes = bs58::decode(secret).into_vec().expect("base58");
        let id = "https://server.example/users/alice#ed25519-key";
        ProofKey::from_seed(id, &bytes[2..]).expect("a key")
    }

    #[test]
    fn the_vectors_of_fep_8b32_and_the_w3c_verify() {
        let key = key_of_the_vectors();
        assert_eq!(
            key.public_multibase(),
            "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
        );
        let read = |name: &str| -> Option<Value> {
            let text = text(&format!("payloads/vectors/{name}"))?;
            Some(super::super::json::parse(&text).expect("it reads"))
        };
        if let (Some(mut unsigned), Some(signed)) =
            (read("fep8b32_unsigned.json"), read("fep8b32_signed.json"))
        {
            verify(&signed, &key.public()).expect("the FEP's own document");
            sign(&mut unsigned, &key, "2023-02-24T23:36:38Z").expect("signed");
            assert_eq!(unsigned, signed);
        }
        if let Some(signed) = read("di-eddsa_TestVectors_eddsa-jcs-2022_signedJCS.json") {
            verify(&signed, &key.public()).expect("the W3C's own document");
        }
    }

    #[test]
    fn the_vectors_of_canonical_json_agree() {
        for name in [
            "arrays",
            "french",
            "structures",
            "unicode",
            "values",
            "weird",
        ] {
            let read = |part| text(&format!("payloads/vectors/jcs_testdata_{part}_{name}.json"));
            if let (Some(given), Some(wanted)) = (read("input"), read("output")) {
                let value: Value = serde_json::from_str(&given).expect("it reads");
                let ours = serde_jcs::to_string(&value).expect("it encodes");
                assert_eq!(ours, wanted.trim_end_matches('\n'), "{name}");
            }
        }
    }
}
