//! The keys of our own actors: made at their birth, sealed at rest, opened once.

use super::Actor;
use super::store::{self, StoredKey};
use crate::base::{Error, Node, Result, Tx};
use crate::trust::key::{self, ProofKey, Signer};
use std::collections::HashMap;
use std::sync::Mutex;

const RSA: &str = "rsa";
const ED25519: &str = "ed25519";

/// The fragment of an actor's RSA key id, which signs requests.
pub const MAIN_KEY: &str = "main-key";
/// The fragment of an actor's Ed25519 key id, which signs documents.
pub const PROOF_KEY: &str = "ed25519-key";

/// Both keys of an actor to be, ready to be saved with it.
pub struct NewKeys(Vec<StoredKey>);

/// Makes both keys of an actor. Slow (a third of a second): never inside a transaction.
///
/// # Errors
/// When the machine gives no randomness.
pub async fn make(node: &Node, actor: &Actor) -> Result<NewKeys> {
    let (rsa_private, rsa_public) = key::make_rsa(node).await?;
    let (seed, multibase) = key::make_ed25519(node)?;
    let stored =
        |fragment: &str, algorithm: &str, public: String, private: &[u8]| -> Result<StoredKey> {
            let id = actor.key_id(fragment);
            Ok(StoredKey {
                private: Some(key::seal(node, &id, algorithm, private)?),
                id,
                actor_id: actor.id.clone(),
                algorithm: algorithm.to_owned(),
                public,
                last_seen: node.now(),
            })
        };
    Ok(NewKeys(vec![
        stored(MAIN_KEY, RSA, rsa_public, rsa_private.as_bytes())?,
        stored(PROOF_KEY, ED25519, multibase, &seed)?,
    ]))
}

/// Saves the keys with their actor.
///
/// # Errors
/// When the database refuses.
pub async fn save(node: &Node, tx: &mut Tx, keys: &NewKeys) -> Result<()> {
    for key in &keys.0 {
        store::save_key(tx, key, node.now()).await?;
    }
    Ok(())
}

#[derive(Default)]
struct Opened {
    signers: Mutex<HashMap<String, Signer>>,
    proofs: Mutex<HashMap<String, ProofKey>>,
}

async fn open(node: &Node, actor: &Actor, algorithm: &str) -> Result<(String, Vec<u8>)> {
    let keys = store::list_keys(node, &actor.id).await?;
    let stored = keys
        .into_iter()
        .find(|key| key.algorithm == algorithm && key.private.is_some())
        .ok_or_else(|| Error::internal(format!("no {algorithm} key of {}", actor.uri)))?;
    let sealed = stored.private.unwrap_or_default();
    let plain = key::open(node, &stored.id, algorithm, &sealed)?;
    Ok((stored.id, plain))
}

/// What signs requests in the name of one of our actors.
///
/// # Errors
/// When the key is missing or cannot be opened.
pub async fn signer(node: &Node, actor: &Actor) -> Result<Signer> {
    let opened = node.part::<Opened>();
    if let Some(found) = opened
        .signers
        .lock()
        .ok()
        .and_then(|map| map.get(&actor.id).cloned())
    {
        return Ok(found);
    }
    let (id, plain) = open(node, actor, RSA).await?;
    let pem = String::from_utf8(plain).map_err(|_| Error::internal("a sealed key is not PEM"))?;
    let made = Signer::from_pem(&id, &pem)?;
    if let Ok(mut map) = opened.signers.lock() {
        map.insert(actor.id.clone(), made.clone());
    }
    Ok(made)
}

/// What signs documents in the name of one of our actors (FEP-8b32).
///
/// # Errors
/// When the key is missing or cannot be opened.
pub async fn proof_key(node: &Node, actor: &Actor) -> Result<ProofKey> {
    let opened = node.part::<Opened>();
    if let Some(found) = opened
        .proofs
        .lock()
        .ok()
        .and_then(|map| map.get(&actor.id).cloned())
    {
        return Ok(found);
    }
    let (id, plain) = open(node, actor, ED25519).await?;
    let made = ProofKey::from_seed(&id, &plain)?;
    if let Ok(mut map) = opened.proofs.lock() {
        map.insert(actor.id.clone(), made.clone());
    }
    Ok(made)
}
