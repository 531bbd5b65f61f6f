//! Keys of others, parsed once, and asked for at most once at a time (D15, R7, R23).
//!
//! What is asked again is counted by actor, not by key: whoever names a new key each time, or signs wrongly
//! each time, makes us read its actor once in five minutes. Only a reading of an actor's own document says
//! anything of that actor: pages beside it, which a stranger may choose, are counted apart.

use super::actor;
pub use super::waiting::Errand;
use super::waiting::{Room, busy};
use crate::base::clock::{MINUTE, Millis, SECOND};
use crate::base::{Error, Node, Result};
use crate::directory::uri::host_of;
use crate::directory::{Actor, store};
use crate::trust::Budget;
use crate::trust::key::PublicKey;
use crate::trust::origin::may_speak_for;
use crate::trust::policy::check_for;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

const KEYS_MAX: usize = 20_000;
/// A key that its owner did not show, or that still did not fit, is not asked for again for so long.
const SETTLED_FOR: Millis = 5 * MINUTE;
/// A host that did not answer is asked again after this.
const UNREACHED_FOR: Millis = 30 * SECOND;
/// A parsed key is looked up again after this: another process may know better.
const PARSED_FOR: Millis = MINUTE;

/// A key, parsed, and whose it is.
#[derive(Debug, Clone)]
pub struct Known {
    /// The key.
    pub key: PublicKey,
    /// Its owner's URI.
    pub owner: String,
    /// Whether it was read for this very request: to read it once more would bring nothing new.
    pub fresh: bool,
    at: Millis,
}

/// Why somebody is not asked again before a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// It was read, and did not help: the signature is wrong.
    Answered,
    /// It could not be read: nobody knows yet.
    Unreached,
}

#[derive(Default)]
struct Cache {
    known: Mutex<HashMap<String, Known>>,
    /// Actors, or addresses of keys, that are not asked again before a moment.
    settled: Mutex<HashMap<String, (Millis, Why)>>,
    flights: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    room: Arc<Room>,
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

/// Forgets what was parsed of actors who are not remembered any more.
pub fn forget_all(node: &Node, owners: &HashSet<String>) {
    lock(&node.part::<Cache>().known).retain(|_, known| !owners.contains(&known.owner));
}

/// A key that is remembered, without asking anybody.
///
/// # Errors
/// When the database refuses.
pub async fn remembered(node: &Node, key_id: &str) -> Result<Option<Known>> {
    let cache = node.part::<Cache>();
    let now = node.now();
    if let Some(known) = lock(&cache.known).get(key_id)
        && now - known.at < PARSED_FOR
    {
        return Ok(Some(known.clone()));
    }
    let Some((algorithm, public, owner)) = store::find_key(node, key_id).await? else {
        lock(&cache.known).remove(key_id);
        return Ok(None);
    };
    let key = PublicKey::read(&algorithm, &public)?;
    let known = Known {
        key,
        owner,
        fresh: false,
        at: now,
    };
    let mut map = lock(&cache.known);
    bounded(&mut map);
    map.insert(key_id.to_owned(), known.clone());
    Ok(Some(known))
}

/// A key by id: remembered, else read at its owner's address. A new key of an actor that is known counts as
/// reading it again. `speaker` is who the activity says it is by.
///
/// # Errors
/// [`Error::Refused`] 401 when there is no such key, [`Error::Unavailable`] when its host does not
/// answer in time or too many wait: the sender tries again.
pub async fn find_or_read(
    node: &Node,
    key_id: &str,
    speaker: &str,
    errand: Errand,
) -> Result<Known> {
    if let Some(known) = remembered(node, key_id).await? {
        return Ok(known);
    }
    let address = address_of(key_id);
    let is_known = async |uri: &str| {
        let found = store::find_actor_by_uri(node, uri).await?;
        Ok::<_, Error>(found.is_some())
    };
    let again = is_known(address).await?;
    let of_speaker = !again && may_speak_for(speaker, key_id) && is_known(speaker).await?;
    let whose = if of_speaker {
        // Their own document names their keys, wherever these have pages: it is read first.
        match fly(node, speaker, speaker, true, errand).await {
            Ok(flew) => {
                if let Some(known) = remembered(node, key_id).await? {
                    return Ok(Known {
                        fresh: flew,
                        ..known
                    });
                }
            }
            // It was read a moment ago: another of their host may have signed.
            Err(Error::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
        // Pages beside it are as many as whoever writes likes: one in five minutes for all of them.
        format!("{speaker} pages")
    } else {
        address.to_owned()
    };
    let flew = fly(node, &whose, address, again || of_speaker, errand).await?;
    match remembered(node, key_id).await? {
        Some(known) => Ok(Known {
            fresh: flew,
            ..known
        }),
        None if flew => {
            settle(node, &whose, Why::Answered);
            Err(Error::refused("key_not_found"))
        }
        // Somebody else was to bring it, and went away before.
        None => may_ask(node, &whose).and(Err(unreached(SECOND, "nobody brought it"))),
    }
}

/// Reads the owner of a key again after it did not fit: it may have renewed it. Once in five minutes.
///
/// # Errors
/// As [`find_or_read`].
pub async fn read_rotated(
    node: &Node,
    key_id: &str,
    known: &Known,
    errand: Errand,
) -> Result<Known> {
    fly(node, &known.owner, &known.owner, true, errand).await?;
    remembered(node, key_id)
        .await?
        .ok_or_else(|| Error::refused("key_not_found"))
}

/// Reads an actor again because something of theirs did not fit what is remembered. Once in five minutes.
///
/// # Errors
/// As [`find_or_read`]; also when it was read a moment ago.
pub async fn read_again(node: &Node, actor: &str) -> Result<()> {
    fly(node, actor, actor, true, Errand::Letter)
        .await
        .map(|_| ())
}

fn address_of(key_id: &str) -> &str {
    key_id.split('#').next().unwrap_or(key_id)
}

fn settle(node: &Node, whose: &str, why: Why) {
    let until = node.now()
        + match why {
            Why::Answered => SETTLED_FOR,
            Why::Unreached => UNREACHED_FOR,
        };
    let cache = node.part::<Cache>();
    let mut settled = lock(&cache.settled);
    bounded(&mut settled);
    settled.insert(whose.to_owned(), (until, why));
}

/// Whether somebody may be asked now.
fn may_ask(node: &Node, whose: &str) -> Result<()> {
    let now = node.now();
    let held = lock(&node.part::<Cache>().settled).get(whose).copied();
    match held.filter(|(until, _)| *until > now) {
        None => Ok(()),
        Some((_, Why::Answered)) => Err(Error::refused("signature_does_not_fit")),
        Some((until, Why::Unreached)) => Err(unreached(until - now, "its host did not answer")),
    }
}

fn unreached(wait: Millis, why: &str) -> Error {
    Error::Unavailable {
        reason: format!("its key cannot be read now: {why}"),
        retry_after_seconds: u64::try_from(wait.div_euclid(SECOND)).unwrap_or(0).max(1),
    }
}

/// Reads an address in the name of somebody: one at a time for each, as many waiting and as many readings to
/// a host as the room allows. Those who waited for the one before do not read again: gives whether it was
/// read now.
async fn fly(node: &Node, whose: &str, address: &str, again: bool, errand: Errand) -> Result<bool> {
    let cache = node.part::<Cache>();
    may_ask(node, whose)?;
    let host = host_of(address).ok_or_else(|| Error::refused("key_id_is_no_url"))?;
    // Where nobody may send us, nothing will be there later either: no reason to come again.
    check_for(node, address).map_err(|_| Error::refused("key_at_a_place_not_asked"))?;
    let mut place = cache.room.enter(&host, errand).ok_or_else(busy)?;
    let flight = {
        let mut flights = lock(&cache.flights);
        // Whoever went away left its place behind.
        bounded(&mut flights);
        flights.entry(whose.to_owned()).or_default().clone()
    };
    let waited = flight.try_lock().is_err();
    let _turn = flight.lock().await;
    if waited {
        // Whoever flew before brought it along, or learned that there is nothing to bring.
        return match may_ask(node, whose) {
            Err(error @ Error::Unavailable { .. }) => Err(error),
            _ => Ok(false),
        };
    }
    may_ask(node, whose)?;
    if !place.reads() {
        return Err(busy());
    }
    let outcome = read_owner(node, address).await;
    lock(&cache.flights).remove(whose);
    match outcome {
        Ok(()) => {
            if again {
                settle(node, whose, Why::Answered);
            }
            Ok(true)
        }
        Err(Error::NotFound | Error::Gone | Error::Unusable(_) | Error::Refused { .. }) => {
            settle(node, whose, Why::Answered);
            Err(Error::refused("key_not_found"))
        }
        Err(error) => {
            settle(node, whose, Why::Unreached);
            Err(unreached(UNREACHED_FOR, &error.to_string()))
        }
    }
}

async fn read_owner(node: &Node, address: &str) -> Result<()> {
    let budget = Budget::one(node);
    let fetched = actor::read_signed(node, address, &budget).await?;
    // A key with a page of its own names its owner, whose document must name it back.
    let owner = fetched
        .value
        .get("owner")
        .or_else(|| fetched.value.get("controller"))
        .and_then(super::document::id_of);
    match owner
        .filter(|owner| fetched.value.get("inbox").is_none() && may_speak_for(address, owner))
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
