//! New keys for a node, its groups and its members.

use super::key::{ProofKey, RSA_BITS_MAX, RSA_BITS_MIN};
use crate::base::{Error, Node, Result};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, EncodePublicKey as _, LineEnding};
use rsa::rand_core::{CryptoRng, RngCore};

/// The size of the RSA keys we make, in bits; peers refuse smaller ones.
const RSA_BITS: usize = 2048;
const _: () = assert!(RSA_BITS_MIN <= RSA_BITS && RSA_BITS <= RSA_BITS_MAX);

/// Makes an Ed25519 key: its 32 secret bytes, and the public half in multibase.
///
/// # Errors
/// When the machine gives no randomness.
pub fn make_ed25519(node: &Node) -> Result<(Vec<u8>, String)> {
    let seed = node.chance.bytes32()?;
    let public = ProofKey::from_seed("", &seed)?.public_multibase();
    Ok((seed.to_vec(), public))
}

/// Makes an RSA key of 2048 bits: the private half as PKCS#8 and the public one as SPKI, both PEM.
/// Takes a third of a second on a thread of its own, or nothing when a test left keys in the pool.
///
/// # Errors
/// When the machine gives no randomness, or a key in the pool does not read.
pub async fn make_rsa(node: &Node) -> Result<(String, String)> {
    let ready = node
        .rsa_pool
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .pop();
    let seed = node.chance.bytes32()?;
    tokio::task::spawn_blocking(move || pair_of(seed, ready)).await?
}

/// Both halves of a key as PEM: of the private one that is given, or of a new one.
pub(super) fn pair_of(seed: [u8; 32], ready: Option<String>) -> Result<(String, String)> {
    let unencodable = || Error::internal("an RSA key does not encode");
    let key = match ready {
        Some(pem) => RsaPrivateKey::from_pkcs8_pem(&pem)
            .map_err(|_| Error::internal("a key in the pool does not read"))?,
        None => RsaPrivateKey::new(&mut Stream::of(seed), RSA_BITS)
            .map_err(|_| Error::internal("an RSA key could not be made"))?,
    };
    let private = key.to_pkcs8_pem(LineEnding::LF);
    let public = key.to_public_key().to_public_key_pem(LineEnding::LF);
    Ok((
        private.map_err(|_| unencodable())?.to_string(),
        public.map_err(|_| unencodable())?,
    ))
}

/// Randomness without end from 256 bits of it: the SHA-256 of the seed and a counter. The `rsa`
/// crate takes only sources that cannot fail, so ours is asked once, before.
struct Stream {
    seed: [u8; 32],
    counter: u64,
    left: Vec<u8>,
}

impl Stream {
    fn of(seed: [u8; 32]) -> Self {
        Self {
            seed,
            counter: 0,
            left: Vec::new(),
        }
    }
}

impl RngCore for Stream {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_be_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_be_bytes(bytes)
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        for byte in dest {
            if self.left.is_empty() {
                let mut input = self.seed.to_vec();
                input.extend(self.counter.to_be_bytes());
                self.counter += 1;
                let block = ring::digest::digest(&ring::digest::SHA256, &input);
                self.left = block.as_ref().to_vec();
            }
            *byte = self.left.pop().unwrap_or_default();
        }
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.fill_bytes(dest);
        Ok(())
    }
}

impl CryptoRng for Stream {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::key::{PublicKey, Signer};
    use crate::trust::vectors::rsa_pair;

    #[tokio::test]
    async fn a_new_key_signs_and_its_public_half_agrees() {
        let node = Node::for_tests("a.example", |_, around| {
            around.rsa_pool.push(rsa_pair().0.clone());
        })
        .await;
        let (private, public) = make_rsa(&node).await.expect("from the pool");
        assert_eq!((&private, &public), (&rsa_pair().0, &rsa_pair().1));
        assert!(private.starts_with("-----BEGIN PRIVATE KEY-----\n"));
        assert!(public.starts_with("-----BEGIN PUBLIC KEY-----\n"));
        let signer = Signer::from_pem("k", &private).expect("a signer");
        let signature = signer.sign(b"hello").expect("signed");
        assert_eq!(signature, signer.sign(b"hello").expect("signed"));
        let key = PublicKey::from_pem(&public).expect("a key");
        assert!(key.verify(b"hello", &signature) && !key.verify(b"hullo", &signature));
        let (_, other) = make_rsa(&node).await.expect("a new one");
        assert!(
            !PublicKey::from_pem(&other)
                .expect("a key")
                .verify(b"hello", &signature)
        );
    }
}
