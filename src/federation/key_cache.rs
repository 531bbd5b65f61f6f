//! Keys of others, parsed once, and asked for at most once at a time (D15, R23).

use super::actor;
use crate::base::clock::{MINUTE, Millis};
use crate::base::{Error, Node, Result};
use crate::directory::uri::host_of;
use crate::directory::{Actor, store};
use crate::trust::Budget;
use crate::trust::key::PublicKey;
use crate::trust::origin::may_speak_for;
use crate::trust::policy::check_for;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::Semaphore;

const KEYS_MAX: usize = 20_000;
const WAITING_MAX: usize = 32;
const WAITING_PER_HOST_MAX: usize = 2;
const FAILED_FOR: Millis = 5 * MINUTE;
const ROTATED_AT_MOST_EVERY: Millis = 5 * MINUTE;

/// A key, parsed, and whose it is.
#[derive(Debug, Clone)]
pub struct Known {
    /// The key.
    pub key: PublicKey,
    /// Its owner's URI.
    pub owner: String,
}

struct Cache {
    known: Mutex<HashMap<String, Known>>,
    failed: Mutex<HashMap<String, Millis>>,
    rotated: Mutex<HashMap<String, Millis>>,
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
    flights: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    waiting: Semaphore,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            known: Mutex::default(),
            failed: Mutex::default(),
            rotated: Mutex::default(),
            hosts: Mutex::default(),
            flights: Mutex::default(),
            waiting: Semaphore::new(WAITING_MAX),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Keeps a map from growing without end: what is asked again is asked for again.
fn bounded<V>(map: &mut HashMap<String, V>) {
    if map.len() >= KEYS_MAX {
        map.clear();
    }
}

/// Forgets what was parsed of an actor whose document changed.
pub fn forget(node: &Node, owner: &str) {
    lock(&node.part::<Cache>().known).retain(|_, known| known.owner != owner);
}

/// A key that is remembered, without asking anybody.
///
/// # Errors
/// When the database refuses.
pub async fn remembered(node: &Node, key_id: &str) -> Result<Option<Known>> {
    let cache = node.part::<Cache>();
    if let Some(known) = lock(&cache.known).get(key_id) {
        return Ok(Some(known.clone()));
    }
    let Some((algorithm, public, owner)) = store::find_key(node, key_id).await? else {
        return Ok(None);
    };
    let key = if algorithm == "rsa" {
        PublicKey::from_pem(&public)?
    } else {
        PublicKey::from_multibase(&public)?
    };
    let known = Known { key, owner };
    let mut map = lock(&cache.known);
    bounded(&mut map);
    map.insert(key_id.to_owned(), known.clone());
    Ok(Some(known))
}

/// A key by id: remembered, else read at its owner's address. At most 32 wait for a reading, and two
/// for one host; a key that could not be had is not asked for again for five minutes.
///
/// # Errors
/// [`Error::Refused`] 401 when there is no such key, [`Error::Unavailable`] when its host does not
/// answer in time or too many wait: the sender tries again.
pub async fn find_or_read(node: &Node, key_id: &str) -> Result<Known> {
    if let Some(known) = remembered(node, key_id).await? {
        return Ok(known);
    }
    read(node, key_id, false).await
}

/// Reads a key again after it did not fit: its owner may have rotated it. Once in five minutes.
///
/// # Errors
/// As [`find_or_read`].
pub async fn read_rotated(node: &Node, key_id: &str) -> Result<Known> {
    let cache = node.part::<Cache>();
    {
        let mut rotated = lock(&cache.rotated);
        let now = node.now();
        if rotated
            .get(key_id)
            .is_some_and(|at| now - at < ROTATED_AT_MOST_EVERY)
        {
            return Err(Error::refused("signature_does_not_fit"));
        }
        bounded(&mut rotated);
        rotated.insert(key_id.to_owned(), now);
    }
    read(node, key_id, true).await
}

async fn read(node: &Node, key_id: &str, again: bool) -> Result<Known> {
    let cache = node.part::<Cache>();
    let now = node.now();
    if !again
        && lock(&cache.failed)
            .get(key_id)
            .is_some_and(|at| now - at < FAILED_FOR)
    {
        return Err(Error::refused("key_not_found"));
    }
    let busy = || Error::Unavailable {
        reason: "too many keys are being read".into(),
        retry_after_seconds: 10,
    };
    let host = host_of(key_id).ok_or_else(|| Error::refused("key_id_is_no_url"))?;
    // Where nobody may send us, nothing will be there later either: no reason to come again.
    check_for(node, key_id).map_err(|_| Error::refused("key_at_a_place_not_asked"))?;
    let flight = {
        let mut flights = lock(&cache.flights);
        // Whoever went away, or found the waiting room full, left its place behind.
        bounded(&mut flights);
        flights.entry(key_id.to_owned()).or_default().clone()
    };
    let lane = {
        let mut hosts = lock(&cache.hosts);
        bounded(&mut hosts);
        hosts
            .entry(host)
            .or_insert_with(|| Arc::new(Semaphore::new(WAITING_PER_HOST_MAX)))
            .clone()
    };
    let _turn = flight.lock().await;
    // Whoever flew before brought it along.
    if !again && let Some(known) = remembered(node, key_id).await? {
        return Ok(known);
    }
    let _node = cache.waiting.try_acquire().map_err(|_| busy())?;
    let _lane = lane.try_acquire().map_err(|_| busy())?;
    let outcome = read_owner(node, key_id).await;
    lock(&cache.flights).remove(key_id);
    match outcome {
        Ok(()) => {}
        Err(Error::NotFound | Error::Gone | Error::Refused { .. }) => {
            let mut failed = lock(&cache.failed);
            bounded(&mut failed);
            failed.insert(key_id.to_owned(), now);
            return Err(Error::refused("key_not_found"));
        }
        Err(error) => {
            return Err(Error::Unavailable {
                reason: format!("its key could not be read: {error}"),
                retry_after_seconds: 30,
            });
        }
    }
    lock(&cache.failed).remove(key_id);
    remembered(node, key_id)
        .await?
        .ok_or_else(|| Error::refused("key_not_in_its_owners_document"))
}

async fn read_owner(node: &Node, key_id: &str) -> Result<()> {
    let budget = Budget::one(node);
    let address = key_id.split('#').next().unwrap_or(key_id);
    let fetched = actor::read_signed(node, address, &budget).await?;
    // A key with a page of its own names its owner, whose document must name it back.
    let owner = fetched
        .value
        .get("owner")
        .or_else(|| fetched.value.get("controller"))
        .and_then(super::document::id_of);
    match owner.filter(|owner| fetched.value.get("inbox").is_none() && may_speak_for(key_id, owner))
    {
        Some(owner) => actor::read_again(node, owner, &budget).await.map(|_| ()),
        None => {
            let fetched = actor::at_its_own_address(node, fetched, &budget).await?;
            actor::remember(node, &fetched.value, &fetched.raw)
                .await
                .map(|_| ())
        }
    }
}

/// The owner of a key, once it was verified with it.
///
/// # Errors
/// [`Error::Refused`] when the owner is not remembered.
pub async fn owner(node: &Node, known: &Known) -> Result<Actor> {
    store::find_actor_by_uri(node, &known.owner)
        .await?
        .ok_or_else(|| Error::refused("key_without_owner"))
}
