//! Evidence that can be taken along: one file that shows who wrote a publication, and how anybody can check
//! it without asking anybody, even when the keys were renewed or the nodes are gone (D19).
//!
//! [`verify()`] asks nobody: the page that checks again and `atelier verify` both rely on it.

mod read;
mod verify;

pub use verify::{Broken, Strength, Used, Verdict, verify};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The name of the format, in every file.
pub const FORMAT: &str = "atelier-evidence";
/// The version of the format that we write and read.
pub const VERSION: u64 = 1;
/// The largest file that is looked at, in bytes.
pub const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How a publication reached the node that keeps the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// It carries its author's or network's own proof (FEP-8b32).
    Proof,
    /// Its author's or network's node sent it in a signed request.
    Signature,
    /// It was read at its own address, or among what its network says it published.
    Origin,
}

/// What a sender signed: enough to check its signature again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The id of the key.
    pub key_id: String,
    /// The scheme: the draft that most speak (`cavage`), or `rfc9421`.
    pub scheme: String,
    /// The very text that was signed; it holds the digest of the body.
    pub base: String,
    /// The signature, base64.
    pub signature: String,
}

/// An actor's document, byte for byte, and when it was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Whose it is.
    pub actor: String,
    /// When it was received (RFC 3339).
    pub received: String,
    /// Its text.
    pub body: String,
}

/// A public key that an actor was seen with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenKey {
    /// The key's id.
    pub id: String,
    /// Whose it is.
    pub actor: String,
    /// `rsa` or `ed25519`.
    pub algorithm: String,
    /// SPKI in PEM for RSA, Multikey text for Ed25519.
    pub public: String,
    /// When it was first seen (RFC 3339).
    pub first_seen: String,
    /// When it was last seen.
    pub last_seen: String,
}

/// The network that keeps the evidence, and vouches for the file as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keeper {
    /// Its actor.
    pub actor: String,
    /// Its name.
    pub name: String,
    /// Its actor's document, as it serves it.
    pub document: String,
}

/// The whole file. Its `proof`, by the keeper's key, stands over all the rest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct File {
    /// The contexts that a proof needs.
    #[serde(rename = "@context")]
    pub context: Value,
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u64,
    /// When the file was made (RFC 3339).
    pub made: String,
    /// The publication's URI.
    pub subject: String,
    /// Its name, for people.
    pub name: String,
    /// Its author's URI.
    pub author: String,
    /// Its network's URI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// How it was received.
    pub how: How,
    /// When it was received (RFC 3339).
    pub received: String,
    /// The bytes as received: the activity that brought it, or the publication itself.
    pub body: String,
    /// What its sender signed, if it came in a signed request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signed>,
    /// The documents of author, network and sender, as received.
    pub documents: Vec<Document>,
    /// Every key they were seen with.
    pub keys: Vec<SeenKey>,
    /// Who keeps the evidence.
    pub keeper: Keeper,
}

#[cfg(test)]
mod tests;
