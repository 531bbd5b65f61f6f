//! Actors as documents: ours as we serve them, others' as we read and remember them.

use super::document::{id_of, limits, page_of, type_of};
use super::vocabulary::actor_context;
use crate::base::clock::{DAY, rfc3339};
use crate::base::{Error, Node, Result, text};
use crate::directory::keys::{MAIN_KEY, PROOF_KEY};
use crate::directory::store::{self, StoredKey};
use crate::directory::{Actor, ActorKind, home, keys, uri};
use crate::moderation;
use crate::publication::evidence::Document;
use crate::trust::fetch::{Fetched, get_object};
use crate::trust::key::{PublicKey, spki_pem};
use crate::trust::origin::{may_speak_for, same_id};
use crate::trust::{Budget, json};
use serde_json::{Map, Value, json as value};

const NAME_CHARS_MAX: usize = 300;
const SUMMARY_BYTES_MAX: usize = 50_000;
const HANDLE_CHARS_MAX: usize = 200;
const KEYS_MAX: usize = 16;
const KEY_ID_BYTES_MAX: usize = 1000;
/// Another's document is read again after this long when something of theirs comes.
const FRESH: i64 = 7 * DAY;

/// The document of one of our actors.
///
/// # Errors
/// When the database refuses.
pub async fn served(node: &Node, actor: &Actor) -> Result<Value> {
    let all = store::list_keys(node, &actor.id).await?;
    let public = |fragment: &str| {
        let id = actor.key_id(fragment);
        all.iter()
            .find(|key| key.id == id)
            .map(|key| key.public.clone())
            .ok_or_else(|| Error::internal("an actor without keys"))
    };
    let home = home(node).await.ok();
    let manual = match actor.kind {
        ActorKind::Group => home
            .as_ref()
            .is_some_and(|home| home.settings.approve_followers),
        ActorKind::Application => true,
        _ => false,
    };
    let mut map = Map::new();
    let mut put = |key: &str, value: Value| {
        map.insert(key.to_owned(), value);
    };
    put("@context", actor_context());
    put("id", value!(actor.uri));
    put("type", value!(actor.kind.code()));
    put("preferredUsername", value!(actor.handle));
    put("webfinger", value!(actor.address().trim_start_matches('@')));
    put("name", value!(actor.name));
    if !actor.summary.is_empty() {
        put("summary", value!(text::markdown_to_html(&actor.summary)));
    }
    put("url", value!(actor.url));
    put("published", value!(rfc3339(actor.created_at)));
    if actor.updated_at > actor.created_at {
        put("updated", value!(rfc3339(actor.updated_at)));
    }
    put("inbox", value!(actor.inbox));
    put("outbox", value!(actor.outbox));
    put("followers", value!(actor.followers));
    if actor.kind == ActorKind::Group {
        put("following", value!(format!("{}/following", actor.uri)));
        put("attributedTo", value!(format!("{}/moderators", actor.uri)));
        put("postingRestrictedToMods", value!(true));
    }
    put("endpoints", value!({"sharedInbox": actor.shared_inbox}));
    put("manuallyApprovesFollowers", value!(manual));
    put("discoverable", value!(actor.kind != ActorKind::Application));
    put("indexable", value!(actor.kind == ActorKind::Group));
    put("attributionDomains", value!([actor.host]));
    put(
        "publicKey",
        value!({"id": actor.key_id(MAIN_KEY), "owner": actor.uri, "publicKeyPem": public(MAIN_KEY)?}),
    );
    put(
        "assertionMethod",
        value!([{
            "id": actor.key_id(PROOF_KEY), "type": "Multikey", "controller": actor.uri, "publicKeyMultibase": public(PROOF_KEY)?,
        }]),
    );
    put(
        "generator",
        value!({"type": "Application", "id": uri::application(node), "name": "Atelier"}),
    );
    Ok(Value::Object(map))
}

/// The Application's signer: all reading is signed by the node itself, whose own document is served
/// unsigned, so that two nodes cannot wait for each other (D15).
///
/// # Errors
/// When the node has no key.
pub async fn node_signer(node: &Node) -> Result<crate::trust::Signer> {
    let application = store::find_actor_by_uri(node, &uri::application(node))
        .await?
        .ok_or(Error::NotFound)?;
    keys::signer(node, &application).await
}

/// Reads anything elsewhere, signed by the node.
///
/// # Errors
/// As [`get_object`].
pub async fn read_signed(node: &Node, url: &str, budget: &Budget) -> Result<Fetched> {
    moderation::refresh(node).await?;
    let signer = node_signer(node).await?;
    get_object(node, url, Some(&signer), budget).await
}

/// An actor by URI: as remembered when fresh, else read at its own address. Who was said to be gone is
/// gone until their own address says otherwise.
///
/// # Errors
/// When it is neither remembered nor readable.
pub async fn find_or_read(node: &Node, uri: &str, budget: &Budget) -> Result<Actor> {
    let held = store::find_actor_by_uri(node, uri).await?;
    match held {
        Some(actor) if actor.local => Ok(actor),
        Some(actor) if actor.gone_at.is_some() => read_again(node, uri, budget).await,
        Some(actor) if node.now() - actor.fetched_at < FRESH => Ok(actor),
        Some(actor) => Ok(read_again(node, uri, budget).await.unwrap_or(actor)),
        None => read_again(node, uri, budget).await,
    }
}

/// Reads an actor at its own address and remembers it.
///
/// # Errors
/// When it cannot be read, or is not who it says.
pub async fn read_again(node: &Node, uri: &str, budget: &Budget) -> Result<Actor> {
    let fetched = read_signed(node, uri, budget).await?;
    let fetched = at_its_own_address(node, fetched, budget).await?;
    remember(node, &fetched.value, &fetched.raw).await
}

/// A document is believed only at its own address: what names another id is read there, once (R1).
///
/// # Errors
/// [`Error::Refused`] when its own address says otherwise.
pub async fn at_its_own_address(node: &Node, fetched: Fetched, budget: &Budget) -> Result<Fetched> {
    let id = fetched
        .value
        .get("id")
        .and_then(Value::as_str)
        .ok_or_else(|| Error::refused("document_without_id"))?;
    if same_id(id, fetched.url.as_str()) {
        return Ok(fetched);
    }
    if may_speak_for(&node.origin(), id) {
        return Err(Error::refused("document_with_an_id_of_ours"));
    }
    let id = id.to_owned();
    let again = read_signed(node, &id, &budget.deeper()?).await?;
    if again.value.get("id").and_then(Value::as_str) == Some(&id)
        && may_speak_for(again.url.as_str(), &id)
    {
        Ok(again)
    } else {
        Err(Error::refused("document_at_another_address"))
    }
}

/// Remembers an actor and its keys from a document that its own origin gave.
///
/// # Errors
/// [`Error::Refused`] when the document is no actor's.
pub async fn remember(node: &Node, document: &Value, raw: &str) -> Result<Actor> {
    let bad = Error::refused;
    let now = node.now();
    limits::check(document)?;
    let text_at = |key: &str| document.get(key).and_then(Value::as_str);
    let id = text_at("id").ok_or_else(|| bad("actor_without_id"))?;
    if may_speak_for(&node.origin(), id) {
        return Err(bad("actor_masquerade"));
    }
    let kind = type_of(document)
        .and_then(ActorKind::from_code)
        .ok_or_else(|| bad("not_an_actor"))?;
    let host = uri::host_of(id).ok_or_else(|| bad("actor_without_host"))?;
    let own = |value: Option<&Value>| {
        value
            .and_then(id_of)
            .filter(|url| may_speak_for(id, url))
            .map(str::to_owned)
    };
    let inbox = own(document.get("inbox")).ok_or_else(|| bad("actor_without_inbox"))?;
    let shared = document
        .get("endpoints")
        .and_then(|e| e.get("sharedInbox"))
        .or_else(|| document.get("sharedInbox"));
    let handle = text::plain_line(
        text_at("preferredUsername").unwrap_or_default(),
        HANDLE_CHARS_MAX,
    );
    let name = text::plain_line(
        &text::plain(text_at("name").unwrap_or_default(), NAME_CHARS_MAX),
        NAME_CHARS_MAX,
    );
    let handle = if handle.is_empty() {
        host.clone()
    } else {
        handle
    };
    let held = store::find_actor_by_uri(node, id).await?;
    let actor = Actor {
        id: held
            .as_ref()
            .map_or_else(|| node.new_id(), |held| Ok(held.id.clone()))?,
        uri: id.to_owned(),
        kind,
        local: false,
        name: if name.is_empty() {
            handle.clone()
        } else {
            name
        },
        handle,
        host,
        summary: text::sanitise(limits::clip(
            text_at("summary").unwrap_or_default(),
            SUMMARY_BYTES_MAX,
        )),
        url: page_of(document).unwrap_or_else(|| id.to_owned()),
        inbox,
        shared_inbox: own(shared),
        outbox: own(document.get("outbox")),
        followers: own(document.get("followers")),
        approves: document
            .get("manuallyApprovesFollowers")
            .and_then(Value::as_bool)
            .unwrap_or(false),
        created_at: held.as_ref().map_or(now, |held| held.created_at),
        updated_at: now,
        fetched_at: now,
        gone_at: None,
    };
    let found = read_keys(document, id);
    let mut tx = node.db.write().await?;
    let saved = store::save_actor(&mut tx, &actor, Some(raw)).await?;
    for (key_id, algorithm, public) in found {
        let key = StoredKey {
            id: key_id,
            actor_id: saved.clone(),
            algorithm: algorithm.into(),
            public,
            private: None,
            first_seen: now,
            last_seen: now,
        };
        store::save_key(&mut tx, &key, now).await?;
    }
    tx.commit().await?;
    super::key_cache::forget(node, id);
    Ok(Actor { id: saved, ..actor })
}

/// The keys a document may name: of its own origin, owned by itself (R7). Id, algorithm, public half.
#[must_use]
pub fn read_keys(document: &Value, id: &str) -> Vec<(String, &'static str, String)> {
    let list = |key: &str| match document.get(key) {
        Some(Value::Array(items)) => items.iter().take(KEYS_MAX).cloned().collect(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    let mut keys = Vec::new();
    for key in list("publicKey") {
        let text_at = |name: &str| key.get(name).and_then(Value::as_str);
        let (Some(key_id), Some(pem)) = (text_at("id"), text_at("publicKeyPem")) else {
            continue;
        };
        let owned = key
            .get("owner")
            .or_else(|| key.get("controller"))
            .and_then(id_of)
            .is_none_or(|owner| owner == id);
        if owned
            && is_own_key(key_id, id, key.get("owner").is_some())
            && let Ok(pem) = spki_pem(pem)
        {
            keys.push((key_id.to_owned(), "rsa", pem));
        }
    }
    for key in list("assertionMethod") {
        let text_at = |name: &str| key.get(name).and_then(Value::as_str);
        let (Some(key_id), Some(multibase)) = (text_at("id"), text_at("publicKeyMultibase")) else {
            continue;
        };
        let owned = text_at("controller") == Some(id);
        if owned && is_own_key(key_id, id, true) && PublicKey::from_multibase(multibase).is_ok() {
            keys.push((key_id.to_owned(), "ed25519", multibase.to_owned()));
        }
    }
    keys
}

/// Whether an actor may have a key of this id: on its own document, or on a page of its origin when the key
/// names its owner. Nobody takes the place of another's key.
fn is_own_key(key_id: &str, id: &str, names_owner: bool) -> bool {
    let own = match key_id.split_once('#') {
        Some((page, _)) => same_id(page, id),
        None => names_owner,
    };
    own && key_id.len() <= KEY_ID_BYTES_MAX && may_speak_for(id, key_id)
}

/// Whether a document's proof holds for this author: by any key its own document names for that (D19).
/// Gives the key's id.
///
/// # Errors
/// When the database refuses.
pub async fn proof_of(node: &Node, document: &Value, author: &Actor) -> Result<Option<String>> {
    let Some(method) = crate::trust::proof::claimed_method(document) else {
        return Ok(None);
    };
    let keys = store::list_keys(node, &author.id).await?;
    let Some(key) = keys
        .iter()
        .find(|key| key.id == method && key.algorithm == "ed25519")
    else {
        return Ok(None);
    };
    let public = PublicKey::from_multibase(&key.public)?;
    Ok(crate::trust::proof::verify(document, &public)
        .is_ok()
        .then_some(method))
}

/// As [`proof_of`]; where a proof does not fit what is remembered of its author, their document is read again
/// first: the key may have been renewed. Once in five minutes, like for requests (D15).
///
/// # Errors
/// When the database refuses.
pub async fn proof_of_renewed(
    node: &Node,
    document: &Value,
    author: &Actor,
) -> Result<Option<String>> {
    let found = proof_of(node, document, author).await?;
    let theirs = crate::trust::proof::claimed_method(document)
        .is_some_and(|method| may_speak_for(&author.uri, &method));
    if found.is_some() || author.local || !theirs {
        return Ok(found);
    }
    match super::key_cache::read_again(node, &author.uri).await {
        Ok(()) => proof_of(node, document, author).await,
        // Then the proof is as if it were not there.
        Err(_) => Ok(None),
    }
}

/// The document of an actor as it was received, and when; of one of ours, as it is served now.
///
/// # Errors
/// When the database refuses.
pub async fn received_document(node: &Node, actor: &Actor) -> Result<Document> {
    let (body, at) = if actor.local {
        (served(node, actor).await?.to_string(), node.now())
    } else {
        let held = store::find_document(node, &actor.id).await?;
        (held.unwrap_or_default(), actor.fetched_at)
    };
    Ok(Document {
        actor: actor.uri.clone(),
        received: rfc3339(at),
        body,
    })
}

/// Parses what was stored as received.
///
/// # Errors
/// When it is not JSON as we accept it.
pub fn parse(raw: &str) -> Result<Value> {
    json::parse(raw)
}
