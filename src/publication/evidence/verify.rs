//! Checking evidence from the file alone: what is proven, by which key, and what rests on whom.

use super::read::{id_of, layers, names_author};
use super::{FILE_BYTES_MAX, FORMAT, File, How, SeenKey, VERSION};
use crate::base::clock::parse_rfc3339;
use crate::trust::key::BASE64;
use crate::trust::origin::may_speak_for;
use crate::trust::{PublicKey, json, proof};
use base64::Engine as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// What the evidence is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// Proven by the proof that its author or network put into it.
    Proof,
    /// Proven by the request that its author's or network's node signed.
    Signature,
    /// Attested by the keeper alone: nothing that its author signed is in the file.
    Attested,
}

impl Strength {
    /// Whether anybody can see for themselves that its author's node signed it.
    #[must_use]
    pub fn is_proven(self) -> bool {
        self != Self::Attested
    }
}

/// The key that proves it, and since when the keeper saw it with its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Used {
    /// The key's id.
    pub id: String,
    /// Whose it is.
    pub owner: String,
    /// `rsa` or `ed25519`.
    pub algorithm: String,
    /// When it was first seen (RFC 3339).
    pub first_seen: String,
    /// When it was last seen.
    pub last_seen: String,
}

/// What a whole file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// What it is worth.
    pub strength: Strength,
    /// The publication's URI.
    pub subject: String,
    /// Its name.
    pub name: String,
    /// Its author's URI.
    pub author: String,
    /// Its network's URI.
    pub network: Option<String>,
    /// The key that proves it.
    pub key: Option<Used>,
    /// When the keeper received it.
    pub received: String,
    /// When the file was made.
    pub made: String,
    /// The keeper's URI.
    pub keeper: String,
    /// The keeper's name.
    pub keeper_name: String,
    /// The keeper's public key, by which the file as a whole was proven: to be compared with what the
    /// keeper shows at its address.
    pub keeper_key: String,
}

/// Why a file proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// It is no evidence file, or one of a version that we do not know.
    Unreadable(&'static str),
    /// Something in it does not hold.
    Tampered(&'static str),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Unreadable(why) | Self::Tampered(why)) = self;
        f.write_str(why)
    }
}

/// Checks a file. Asks nobody, and no clock.
///
/// # Errors
/// [`Broken`], with what does not hold.
pub fn verify(text: &str) -> Result<Verdict, Broken> {
    let no_file = Broken::Unreadable("this is no evidence file");
    if text.len() > FILE_BYTES_MAX {
        return Err(Broken::Unreadable("the file is too large"));
    }
    let value = json::parse(text).map_err(|_| no_file)?;
    if value.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(no_file);
    }
    if value.get("version").and_then(Value::as_u64) != Some(VERSION) {
        return Err(Broken::Unreadable(
            "the file is of a version that this program does not know",
        ));
    }
    let file: File = serde_json::from_value(value.clone())
        .map_err(|_| Broken::Tampered("the file is not complete"))?;
    let keeper_key = keeper(&value, &file)?;
    witnesses(&file)?;
    let body = json::parse(&file.body)
        .map_err(|_| Broken::Tampered("what was received cannot be read"))?;
    let layers = layers(&body, &file.subject);
    if layers.is_empty() {
        return Err(Broken::Tampered(
            "what was received is not the publication that the file names",
        ));
    }
    if !names_author(&layers, &file.author) {
        return Err(Broken::Tampered(
            "what was received does not name this author",
        ));
    }
    if !may_speak_for(&file.subject, &file.author) {
        return Err(Broken::Tampered("its author is of another origin"));
    }
    let (strength, key) = match file.how {
        How::Proof => (Strength::Proof, Some(proven(&file, &layers)?)),
        How::Signature => signed(&file, &body)?,
        How::Origin => (Strength::Attested, None),
    };
    Ok(Verdict {
        strength,
        key,
        keeper_key,
        subject: file.subject,
        name: file.name,
        author: file.author,
        network: file.network,
        received: file.received,
        made: file.made,
        keeper: file.keeper.actor,
        keeper_name: file.keeper.name,
    })
}

/// The file as a whole: proven by a key that the keeper's own document names.
fn keeper(value: &Value, file: &File) -> Result<String, Broken> {
    let broken = Broken::Tampered("the file was changed after its keeper made it");
    let method = proof::claimed_method(value).ok_or(broken)?;
    let document = json::parse(&file.keeper.document).map_err(|_| broken)?;
    let own = id_of(&document) == Some(&file.keeper.actor);
    if !own || !may_speak_for(&file.keeper.actor, &method) {
        return Err(broken);
    }
    let keys = document.get("assertionMethod").and_then(Value::as_array);
    let key = keys
        .into_iter()
        .flatten()
        .find(|key| {
            id_of(key) == Some(&method)
                && key.get("controller").and_then(Value::as_str) == Some(&file.keeper.actor)
        })
        .and_then(|key| key.get("publicKeyMultibase")?.as_str())
        .ok_or(broken)?;
    let public = PublicKey::from_multibase(key).map_err(|_| broken)?;
    proof::verify(value, &public).map_err(|_| broken)?;
    Ok(key.to_owned())
}

/// The documents and keys of those who speak: each of its own actor, each of the publication's origin or of
/// nobody who counts.
fn witnesses(file: &File) -> Result<(), Broken> {
    for document in &file.documents {
        let read = json::parse(&document.body).ok();
        if read.as_ref().and_then(id_of) != Some(&document.actor) {
            return Err(Broken::Tampered("a document is not its actor's"));
        }
    }
    for key in &file.keys {
        let times = (
            parse_rfc3339(&key.first_seen),
            parse_rfc3339(&key.last_seen),
        );
        let ordered = matches!(times, (Some(first), Some(last)) if first <= last);
        if !ordered || !may_speak_for(&key.actor, &key.id) {
            return Err(Broken::Tampered("a key is not its actor's"));
        }
    }
    Ok(())
}

/// The keys with an id that may prove this publication: of an actor of its own origin.
fn keys_called<'a>(file: &'a File, id: &'a str) -> impl Iterator<Item = &'a SeenKey> {
    file.keys
        .iter()
        .filter(move |key| key.id == id && may_speak_for(&key.actor, &file.subject))
}

/// Whether a key is of somebody who gives this publication.
fn gives(file: &File, key: &SeenKey) -> bool {
    key.actor == file.author || Some(&key.actor) == file.network.as_ref()
}

fn used(key: &SeenKey) -> Used {
    Used {
        id: key.id.clone(),
        owner: key.actor.clone(),
        algorithm: key.algorithm.clone(),
        first_seen: key.first_seen.clone(),
        last_seen: key.last_seen.clone(),
    }
}

/// A proof on the publication or on an activity around it, by a key that its author or network was seen with.
fn proven(file: &File, layers: &[&Value]) -> Result<Used, Broken> {
    for layer in layers {
        let Some(method) = proof::claimed_method(layer) else {
            continue;
        };
        let Some(id) = id_of(layer) else { continue };
        for key in keys_called(file, &method) {
            if gives(file, key)
                && may_speak_for(&key.actor, id)
                && let Ok(public) = PublicKey::read(&key.algorithm, &key.public)
                && proof::verify(layer, &public).is_ok()
            {
                return Ok(used(key));
            }
        }
    }
    Err(Broken::Tampered(
        "the proof in it does not hold with any key that its author or network was seen with",
    ))
}

/// The request that brought it: its signature holds, and it was over the digest of these very bytes.
fn signed(file: &File, body: &Value) -> Result<(Strength, Option<Used>), Broken> {
    let Some(signed) = &file.signed else {
        return Ok((Strength::Attested, None));
    };
    let sum = ring::digest::digest(&ring::digest::SHA256, file.body.as_bytes());
    let about_these = match digests(&signed.base).as_slice() {
        [digest] => BASE64.decode(digest).is_ok_and(|d| d == sum.as_ref()),
        _ => false,
    };
    if !about_these {
        return Err(Broken::Tampered(
            "the signed request was about other bytes than these",
        ));
    }
    let signature = BASE64
        .decode(&signed.signature)
        .map_err(|_| Broken::Tampered("the signature of the request cannot be read"))?;
    let speaker = body.get("actor").and_then(id_of);
    let speaks = |key: &&SeenKey| gives(file, key) && Some(key.actor.as_str()) == speaker;
    for key in keys_called(file, &signed.key_id).filter(speaks) {
        if PublicKey::read(&key.algorithm, &key.public)
            .is_ok_and(|public| public.verify(signed.base.as_bytes(), &signature))
        {
            return Ok((Strength::Signature, Some(used(key))));
        }
    }
    Err(Broken::Tampered(
        "the signature of the request does not hold with any key that its sender was seen with",
    ))
}

/// The SHA-256 sums of the body that a signed text holds, in either scheme:
/// `digest: SHA-256=..`, or `"content-digest": sha-256=:..:`.
fn digests(base: &str) -> Vec<&str> {
    let mut sums = Vec::new();
    for line in base.lines() {
        let Some((name, value)) = line.split_once(": ") else {
            continue;
        };
        let draft = name == "digest";
        if !draft && name != "\"content-digest\"" {
            continue;
        }
        for part in value.split(',') {
            let Some((algorithm, sum)) = part.trim().split_once('=') else {
                continue;
            };
            if algorithm.eq_ignore_ascii_case("sha-256") {
                sums.push(if draft {
                    sum.trim()
                } else {
                    sum.trim().trim_matches(':')
                });
            }
        }
    }
    sums
}
