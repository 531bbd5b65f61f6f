//! The keys of our own actors: made at their birth, sealed at rest, opened once.

use super::store::{self, StoredKey};
use super::{Actor, found, home_changed};
use crate::base::clock::{Millis, SECOND};
use crate::base::{Error, Node, Result, Tx, queue, setting};
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
                first_seen: node.now(),
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

/// Makes both keys of one of our actors anew, under the ids they had: others read them again when the first
/// signature does not fit (F-14). The old private halves are gone, the public ones stay in the history.
///
/// # Errors
/// When the machine gives no randomness, or the database refuses; then nothing changed.
pub async fn renew(node: &Node, actor: &Actor) -> Result<()> {
    let made = make(node, actor).await?;
    let mut tx = node.db.write().await?;
    replace(node, &mut tx, actor, &made).await?;
    tx.commit().await?;
    forget(node, &actor.id);
    home_changed(node);
    Ok(())
}

/// Makes the keys of all our actors anew after the key file was lost or replaced, and takes the key file that
/// is there for the node's own (F-13, D25). Gives the actors.
///
/// # Errors
/// As [`renew`].
pub async fn renew_lost(node: &Node) -> Result<Vec<Actor>> {
    let print = key::fingerprint(node)?;
    let actors = store::list_own_actors(node).await?;
    let mut made = Vec::with_capacity(actors.len());
    for actor in &actors {
        made.push(make(node, actor).await?);
    }
    let mut tx = node.db.write().await?;
    for (actor, keys) in actors.iter().zip(&made) {
        replace(node, &mut tx, actor, keys).await?;
    }
    setting::set(&mut tx, found::SECRET_FINGERPRINT, &print).await?;
    tx.commit().await?;
    for actor in &actors {
        forget(node, &actor.id);
    }
    home_changed(node);
    Ok(actors)
}

async fn replace(node: &Node, tx: &mut Tx, actor: &Actor, keys: &NewKeys) -> Result<()> {
    let now = node.now();
    for key in &keys.0 {
        store::replace_key(tx, key, now).await?;
    }
    store::set_updated(tx, &actor.id, now).await?;
    queue::push(node, tx, found::KEYS_RENEWED, &queue::about(&actor.id)).await
}

/// An opened key is looked up again after this long: another process may have renewed it. What is under way
/// with the old one ends within a minute.
const OPENED_FOR: Millis = 15 * SECOND;

/// A key that was opened, and when.
type Held<T> = Mutex<HashMap<String, (Millis, T)>>;

#[derive(Default)]
struct Opened {
    signers: Held<Signer>,
    proofs: Held<ProofKey>,
}

fn held<T: Clone>(node: &Node, map: &Held<T>, actor: &Actor) -> Option<T> {
    let map = map.lock().ok()?;
    let (at, key) = map.get(&actor.id)?;
    (node.now() - at < OPENED_FOR).then(|| key.clone())
}

fn hold<T>(node: &Node, map: &Held<T>, actor: &Actor, key: T) {
    if let Ok(mut map) = map.lock() {
        map.insert(actor.id.clone(), (node.now(), key));
    }
}

fn forget(node: &Node, actor_id: &str) {
    let opened = node.part::<Opened>();
    if let Ok(mut map) = opened.signers.lock() {
        map.remove(actor_id);
    }
    if let Ok(mut map) = opened.proofs.lock() {
        map.remove(actor_id);
    }
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
    if let Some(found) = held(node, &opened.signers, actor) {
        return Ok(found);
    }
    let (id, plain) = open(node, actor, RSA).await?;
    let pem = String::from_utf8(plain).map_err(|_| Error::internal("a sealed key is not PEM"))?;
    let made = Signer::from_pem(&id, &pem)?;
    hold(node, &opened.signers, actor, made.clone());
    Ok(made)
}

/// What signs documents in the name of one of our actors (FEP-8b32).
///
/// # Errors
/// When the key is missing or cannot be opened.
pub async fn proof_key(node: &Node, actor: &Actor) -> Result<ProofKey> {
    let opened = node.part::<Opened>();
    if let Some(found) = held(node, &opened.proofs, actor) {
        return Ok(found);
    }
    let made = proof_key_now(node, actor).await?;
    hold(node, &opened.proofs, actor, made.clone());
    Ok(made)
}

/// The same, as the database has it at this moment: for documents that hold the public half too.
///
/// # Errors
/// As [`proof_key`].
pub async fn proof_key_now(node: &Node, actor: &Actor) -> Result<ProofKey> {
    let (id, plain) = open(node, actor, ED25519).await?;
    ProofKey::from_seed(&id, &plain)
}
