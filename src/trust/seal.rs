//! Keys at rest: every private key in the database is sealed under the node's key file (D25).

use crate::base::{Error, Node, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use std::fmt::Write as _;

const VERSION: &str = "v1";
const LABEL_ACTOR_KEYS: &[u8] = b"actor-keys";
const LABEL_FINGERPRINT: &[u8] = b"fingerprint";
const FINGERPRINT_BYTES: usize = 16;

/// A key of 32 bytes for one purpose, named by its label. Two labels give keys that tell nothing
/// of each other, nor of the key file.
///
/// # Errors
/// Only when the cryptographic library refuses; then nothing works.
pub fn derive(node: &Node, label: &[u8]) -> Result<[u8; 32]> {
    let mut out = [0; 32];
    Salt::new(HKDF_SHA256, b"atelier")
        .extract(&node.secret.0)
        .expand(&[label], HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut out))
        .map_err(|_| Error::internal("a key could not be derived"))?;
    Ok(out)
}

/// What the key file can be known by without telling it: 32 hexadecimal digits.
///
/// # Errors
/// As [`derive()`].
pub fn fingerprint(node: &Node) -> Result<String> {
    let mut text = String::new();
    for byte in &derive(node, LABEL_FINGERPRINT)?[..FINGERPRINT_BYTES] {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

/// Seals a private key as text for the database. It opens only under the same key file, key id and
/// algorithm, so rows cannot be swapped.
///
/// # Errors
/// When the machine gives no randomness.
pub fn seal(node: &Node, key_id: &str, algorithm: &str, plain: &[u8]) -> Result<String> {
    let mut nonce = [0; NONCE_LEN];
    nonce.copy_from_slice(&node.chance.bytes32()?[..NONCE_LEN]);
    let mut sealed = plain.to_vec();
    cipher(node)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(belongs_to(key_id, algorithm)),
            &mut sealed,
        )
        .map_err(|_| Error::internal("a key could not be sealed"))?;
    let mut bytes = nonce.to_vec();
    bytes.extend(sealed);
    Ok(format!("{VERSION}:{}", STANDARD.encode(bytes)))
}

/// Opens what [`seal`] sealed.
///
/// # Errors
/// [`Error::Operator`] when it was sealed under another key file, or for another key, or was
/// damaged: these cannot be told apart.
pub fn open(node: &Node, key_id: &str, algorithm: &str, sealed: &str) -> Result<Vec<u8>> {
    let refuse = || {
        Error::Operator(format!(
            "the private key of {key_id} does not open: is {} the key file it was sealed with?",
            node.config.secret_path().display()
        ))
    };
    let (version, text) = sealed.split_once(':').ok_or_else(refuse)?;
    let mut bytes = STANDARD.decode(text).map_err(|_| refuse())?;
    if version != VERSION || bytes.len() < NONCE_LEN {
        return Err(refuse());
    }
    let mut inside = bytes.split_off(NONCE_LEN);
    let nonce = Nonce::try_assume_unique_for_key(&bytes).map_err(|_| refuse())?;
    let aad = Aad::from(belongs_to(key_id, algorithm));
    let plain = cipher(node)?
        .open_in_place(nonce, aad, &mut inside)
        .map_err(|_| refuse())?;
    Ok(plain.to_vec())
}

fn cipher(node: &Node) -> Result<LessSafeKey> {
    let key = derive(node, LABEL_ACTOR_KEYS)?;
    UnboundKey::new(&AES_256_GCM, &key)
        .map(LessSafeKey::new)
        .map_err(|_| Error::internal("a sealing key could not be made"))
}

/// The associated data; lengths stand before texts, so that no two pairs read alike.
fn belongs_to(key_id: &str, algorithm: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for part in [VERSION, algorithm, key_id] {
        out.extend((part.len() as u64).to_be_bytes());
        out.extend(part.as_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::Chance;

    #[tokio::test]
    async fn a_sealed_key_opens_only_where_it_belongs() {
        let node = Node::for_tests("a.example", |_, _| {}).await;
        let sealed = seal(&node, "k#main-key", "rsa", b"private").expect("sealed");
        assert!(sealed.starts_with("v1:") && !sealed.contains("private"));
        let opened = |id, algorithm, text: &str| open(&node, id, algorithm, text);
        assert_eq!(
            opened("k#main-key", "rsa", &sealed).expect("opens"),
            b"private"
        );
        assert!(opened("k#other", "rsa", &sealed).is_err());
        assert!(opened("k#main-key", "ed25519", &sealed).is_err());
        assert!(opened("k#main-key", "rsa", &sealed.replace("v1", "v2")).is_err());
        assert!(opened("k#main-key", "rsa", "v1:AAAA").is_err());
        for at in 3..sealed.len() - 2 {
            let mut letters: Vec<char> = sealed.chars().collect();
            letters[at] = if letters[at] == 'A' { 'B' } else { 'A' };
            let damaged: String = letters.into_iter().collect();
            assert!(opened("k#main-key", "rsa", &damaged).is_err(), "{at}");
        }
        let again = seal(&node, "k#main-key", "rsa", b"private").expect("sealed");
        assert_ne!(sealed, again, "each sealing has its own nonce");
    }

    #[tokio::test]
    async fn another_key_file_has_another_fingerprint_and_opens_nothing() {
        let ours = Node::for_tests("a.example", |_, _| {}).await;
        let theirs = Node::for_tests("a.example", |_, around| {
            around.chance = Chance::seeded(2);
        })
        .await;
        let print = fingerprint(&ours).expect("a fingerprint");
        assert_eq!(print.len(), 32);
        assert_eq!(print, fingerprint(&ours).expect("a fingerprint"));
        assert_ne!(print, fingerprint(&theirs).expect("a fingerprint"));
        let sealed = seal(&ours, "k", "rsa", b"private").expect("sealed");
        assert!(open(&theirs, "k", "rsa", &sealed).is_err());
        assert_ne!(
            derive(&ours, b"csrf").expect("a key"),
            derive(&ours, b"totp").expect("a key")
        );
    }
}
