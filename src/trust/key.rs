//! The keys by which a node, its groups and its members are known to others: made, read, used.

pub use super::make::{make_ed25519, make_rsa};
pub use super::seal::{derive, fingerprint, open, seal};

use crate::base::{Error, Result};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use ring::rand::SystemRandom;
use ring::signature::{
    ED25519, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256,
    RsaKeyPair, UnparsedPublicKey,
};
use rsa::RsaPublicKey;
use rsa::pkcs1::{DecodeRsaPublicKey as _, EncodeRsaPublicKey as _};
use rsa::pkcs8::{DecodePublicKey as _, EncodePublicKey as _, LineEnding};
use rsa::traits::PublicKeyParts as _;
use std::fmt;
use std::sync::Arc;

/// The sizes of RSA keys that we take, in bits.
pub(super) const RSA_BITS_MIN: usize = 2048;
pub(super) const RSA_BITS_MAX: usize = 4096;
const _: () = assert!(RSA_BITS_MIN < RSA_BITS_MAX);

/// The multicodec of an Ed25519 public key.
const MULTICODEC_ED25519: [u8; 2] = [0xed, 0x01];
/// What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410).
const SPKI_ED25519: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// Base64 as peers write it: with or without padding.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn unusable(why: &str) -> Error {
    Error::Remote(format!("a public key cannot be used: {why}"))
}

/// A key that anybody may know, to check what its owner signed.
#[derive(Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// RSA: the PKCS#1 DER of the public key.
    Rsa(Arc<[u8]>),
    /// Ed25519: the 32 bytes of the point.
    Ed25519([u8; 32]),
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rsa(_) => "PublicKey::Rsa",
            Self::Ed25519(_) => "PublicKey::Ed25519",
        })
    }
}

impl PublicKey {
    /// Reads a PEM text: SPKI, or PKCS#1 as Mobilizon writes it.
    ///
    /// # Errors
    /// [`Error::Remote`] when it is neither, or RSA of less than 2048 or more than 4096 bits.
    pub fn from_pem(pem: &str) -> Result<Self> {
        let (label, der) = pem_contents(pem)?;
        if let Some(point) = ed25519_of_spki(&der) {
            return Ok(Self::Ed25519(point));
        }
        let key = rsa_of(&label, &der)?;
        let der = key
            .to_pkcs1_der()
            .map_err(|_| unusable("it does not encode"))?;
        Ok(Self::Rsa(der.as_bytes().into()))
    }

    /// Reads an Ed25519 key in the multibase form of a Multikey (`z6Mk..`).
    ///
    /// # Errors
    /// [`Error::Remote`] when it is of another form or another sort of key.
    pub fn from_multibase(text: &str) -> Result<Self> {
        let bytes = text
            .strip_prefix('z')
            .and_then(|text| bs58::decode(text).into_vec().ok())
            .ok_or_else(|| unusable("it is not base58"))?;
        let point = bytes
            .strip_prefix(&MULTICODEC_ED25519)
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .ok_or_else(|| unusable("it is not an Ed25519 key"))?;
        Ok(Self::Ed25519(point))
    }

    /// Reads a key as it is kept: PEM for `rsa`, Multikey text for `ed25519`.
    ///
    /// # Errors
    /// As the two others; also for another algorithm.
    pub fn read(algorithm: &str, public: &str) -> Result<Self> {
        match algorithm {
            "rsa" => Self::from_pem(public),
            "ed25519" => Self::from_multibase(public),
            _ => Err(unusable("it is of an unknown sort")),
        }
    }

    /// Whether the owner of this key signed the message.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rsa(der) => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der)
                .verify(message, signature)
                .is_ok(),
            Self::Ed25519(point) => UnparsedPublicKey::new(&ED25519, point)
                .verify(message, signature)
                .is_ok(),
        }
    }
}

/// The same public key as SPKI in PEM, the one form that all peers read.
///
/// # Errors
/// As [`PublicKey::from_pem`].
pub fn spki_pem(pem: &str) -> Result<String> {
    let (label, der) = pem_contents(pem)?;
    if ed25519_of_spki(&der).is_some() {
        let text = BASE64.encode(&der);
        return Ok(format!(
            "-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n"
        ));
    }
    rsa_of(&label, &der)?
        .to_public_key_pem(LineEnding::LF)
        .map_err(|_| unusable("it does not encode"))
}

fn ed25519_of_spki(der: &[u8]) -> Option<[u8; 32]> {
    der.strip_prefix(&SPKI_ED25519)?.try_into().ok()
}

/// The label and the bytes of the first PEM block; line ends and white space do not matter.
fn pem_contents(pem: &str) -> Result<(String, Vec<u8>)> {
    let block = || {
        let (_, rest) = pem.split_once("-----BEGIN ")?;
        let (label, rest) = rest.split_once("-----")?;
        let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
        let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        Some((label.to_owned(), BASE64.decode(body).ok()?))
    };
    block().ok_or_else(|| unusable("it is not PEM"))
}

fn rsa_of(label: &str, der: &[u8]) -> Result<RsaPublicKey> {
    let key = match label {
        "PUBLIC KEY" => RsaPublicKey::from_public_key_der(der).ok(),
        "RSA PUBLIC KEY" => RsaPublicKey::from_pkcs1_der(der).ok(),
        _ => None,
    };
    let key = key.ok_or_else(|| unusable("it is neither SPKI nor PKCS#1, or of a strange size"))?;
    let bits = key.n().bits();
    if (RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits) {
        Ok(key)
    } else {
        Err(unusable(&format!("RSA of {bits} bits")))
    }
}

/// A private RSA key and the id others look it up by; signs requests.
#[derive(Clone)]
pub struct Signer {
    /// The id that stands in the signature.
    pub key_id: String,
    key: Arc<RsaKeyPair>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.key_id)
    }
}

impl Signer {
    /// Reads a private key from PKCS#8 in PEM.
    ///
    /// # Errors
    /// [`Error::Internal`] when it is not ours: we made and stored it.
    pub fn from_pem(key_id: impl Into<String>, private_pem: &str) -> Result<Self> {
        let broken = |_| Error::internal("a private key of ours does not read");
        let (_, der) = pem_contents(private_pem).map_err(broken)?;
        let key = RsaKeyPair::from_pkcs8(&der)
            .map_err(|_| Error::internal("a private key of ours is refused"))?;
        Ok(Self {
            key_id: key_id.into(),
            key: Arc::new(key),
        })
    }

    /// Signs with RSASSA-PKCS1-v1_5 and SHA-256. Takes about a millisecond.
    ///
    /// # Errors
    /// Only when the cryptographic library refuses.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let mut out = vec![0; self.key.public().modulus_len()];
        // This padding uses no randomness; the library asks for a source all the same.
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut out)
            .map_err(|_| Error::internal("a signature could not be made"))?;
        Ok(out)
    }
}

/// A private Ed25519 key and the id others look it up by; makes proofs on documents.
#[derive(Clone)]
pub struct ProofKey {
    /// The id that stands in the proof.
    pub verification_method: String,
    key: Arc<Ed25519KeyPair>,
}

impl fmt::Debug for ProofKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProofKey({})", self.verification_method)
    }
}

impl ProofKey {
    /// Reads a key from its 32 bytes.
    ///
    /// # Errors
    /// [`Error::Internal`] when there are not 32: we made and stored them.
    pub fn from_seed(verification_method: impl Into<String>, seed: &[u8]) -> Result<Self> {
        let key = Ed25519KeyPair::from_seed_unchecked(seed)
            .map_err(|_| Error::internal("a seed of ours is refused"))?;
        Ok(Self {
            verification_method: verification_method.into(),
            key: Arc::new(key),
        })
    }

    /// Signs; the same message gives the same 64 bytes.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(message).as_ref().to_vec()
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        let mut point = [0; 32];
        point.copy_from_slice(self.key.public_key().as_ref());
        PublicKey::Ed25519(point)
    }

    /// The public half in the multibase form of a Multikey.
    #[must_use]
    pub fn public_multibase(&self) -> String {
        let mut bytes = MULTICODEC_ED25519.to_vec();
        bytes.extend(self.key.public_key().as_ref());
        format!("z{}", bs58::encode(bytes).into_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Node;
    use crate::trust::vectors::rsa_pair;

    #[tokio::test]
    async fn an_ed25519_key_is_read_back_from_its_multibase() {
        let node = Node::for_tests("a.example", |_, _| {}).await;
        let (seed, public) = make_ed25519(&node).expect("a key");
        assert!(public.starts_with("z6Mk"), "{public}");
        let key = ProofKey::from_seed("k", &seed).expect("a key");
        let read = PublicKey::from_multibase(&public).expect("a key");
        assert!(read == key.public() && read.verify(b"x", &key.sign(b"x")));
        assert!(!read.verify(b"y", &key.sign(b"x")) && !read.verify(b"x", b""));
        for bad in [
            "",
            "z",
            "6Mk",
            "z6Mk",
            "m6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
        ] {
            assert!(PublicKey::from_multibase(bad).is_err(), "{bad}");
        }
        assert!(ProofKey::from_seed("k", b"short").is_err());
    }

    #[test]
    fn all_spellings_of_a_public_key_become_one() {
        let (_, spki) = rsa_pair();
        let key = RsaPublicKey::from_public_key_pem(spki).expect("a key");
        let pkcs1 = key.to_pkcs1_pem(LineEnding::LF).expect("it encodes");
        assert!(pkcs1.starts_with("-----BEGIN RSA PUBLIC KEY-----"));
        let spellings = [
            spki.clone(),
            spki.replace('\n', "\r\n"),
            spki.trim_end().to_owned(),
            format!("\n{spki}\n\n"),
            spki.replace('\n', ""),
            pkcs1.clone(),
            pkcs1.trim().to_owned(),
        ];
        for text in spellings {
            assert_eq!(&spki_pem(&text).expect(&text), spki);
            assert_eq!(
                PublicKey::from_pem(&text).expect(&text),
                PublicKey::from_pem(spki).expect("a key")
            );
        }
        let ed25519 = "-----BEGIN PUBLIC KEY-----\n\
            MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";
        assert_eq!(spki_pem(ed25519).expect("a key"), ed25519);
        assert!(matches!(
            PublicKey::from_pem(ed25519),
            Ok(PublicKey::Ed25519(_))
        ));
    }

    #[test]
    fn what_is_kept_is_read_by_its_name() {
        let (_, spki) = rsa_pair();
        let read = |algorithm: &str, text: &str| PublicKey::read(algorithm, text).ok();
        assert!(matches!(read("rsa", spki), Some(PublicKey::Rsa(_))));
        let multikey = ProofKey::from_seed("k", &[3; 32]).expect("a key");
        let public = multikey.public_multibase();
        assert_eq!(read("ed25519", &public), Some(multikey.public()));
        assert!(read("rsa", &public).is_none() && read("ed25519", spki).is_none());
        assert!(read("hmac", spki).is_none());
    }

    #[test]
    fn weak_and_mislabelled_keys_are_refused() {
        let weak = "-----BEGIN PUBLIC KEY-----\n\
            MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3\n\
            6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6\n\
            Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw\n\
            oYi+1hqp1fIekaxsyQIDAQAB\n-----END PUBLIC KEY-----\n";
        let mislabelled = rsa_pair().1.replace("PUBLIC KEY", "RSA PUBLIC KEY");
        for bad in [
            weak,
            &mislabelled,
            &rsa_pair().0,
            "",
            "-----BEGIN PUBLIC KEY-----",
        ] {
            assert!(
                PublicKey::from_pem(bad).is_err() && spki_pem(bad).is_err(),
                "{bad}"
            );
        }
        let why = spki_pem(weak).expect_err("refused").to_string();
        assert!(why.contains("1024 bits"), "{why}");
        assert!(Signer::from_pem("k", &rsa_pair().1).is_err());
    }
}
