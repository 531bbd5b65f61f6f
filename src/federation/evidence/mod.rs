//! Evidence of a publication: made into a file that outlives keys and nodes, and looked at again on the spot.

pub mod api;
mod check;
pub mod page;

pub use check::{Answer, Checked, check, last};

use super::{actor, document, say};
use crate::base::clock::rfc3339;
use crate::base::{Error, Node, Result};
use crate::directory::store::{StoredKey, list_key_history};
use crate::directory::{Actor, home, keys, store as directory};
use crate::publication::evidence::{FORMAT, File, How, Keeper, SeenKey, VERSION};
use crate::publication::store::{self as publications, Evidence};
use crate::publication::{Audience, Publication, Verified};
use crate::trust::proof;
use serde_json::{Value, json};

const CONTEXT: &str = "https://w3id.org/security/data-integrity/v2";

/// The evidence of a publication as one file, proven as a whole by this node's network.
///
/// # Errors
/// [`Error::NotFound`] when no evidence is held.
pub async fn file(node: &Node, publication: &Publication) -> Result<Value> {
    let (how, held) = if publication.local {
        own(node, publication).await?
    } else {
        let held = publications::find_evidence(node, &publication.id).await?;
        let held = held.ok_or(Error::NotFound)?;
        (how(&held), held)
    };
    let home = home(node).await?;
    let network = match &publication.network_id {
        Some(id) => directory::find_actor(node, id).await?,
        None => None,
    };
    let author = directory::find_actor(node, &publication.author_id)
        .await?
        .ok_or_else(|| Error::internal("no author"))?;
    let file = File {
        context: json!([CONTEXT]),
        format: FORMAT.into(),
        version: VERSION,
        made: rfc3339(node.now()),
        subject: publication.uri.clone(),
        name: publication.original().name.clone(),
        author: author.uri.clone(),
        network: network.map(|network| network.uri),
        how,
        received: rfc3339(held.at),
        body: held.body.clone(),
        signed: held.signed.clone(),
        keys: seen_keys(node, &held).await?,
        documents: held.documents,
        keeper: Keeper {
            actor: home.network.uri.clone(),
            name: home.network.name.clone(),
            document: actor::served(node, &home.network).await?.to_string(),
        },
    };
    let mut value = serde_json::to_value(file)?;
    let key = keys::proof_key_now(node, &home.network).await?;
    proof::sign(&mut value, &key, &rfc3339(node.now()))?;
    Ok(value)
}

fn how(held: &Evidence) -> How {
    match Verified::from_code(&held.method) {
        Some(Verified::Proof) => How::Proof,
        Some(Verified::Signature) => How::Signature,
        Some(Verified::Origin) | None => How::Origin,
    }
}

/// The file for somebody to take along. Of what is not everybody's there is none: nothing that could be shown
/// to others as proven leaves for a narrower audience (D13).
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn to_take_along(node: &Node, publication: &Publication) -> Result<Value> {
    if publication.audience == Audience::Public {
        file(node, publication).await
    } else {
        Err(Error::NotFound)
    }
}

/// What we serve of our own, which proves itself.
async fn own(node: &Node, publication: &Publication) -> Result<(How, Evidence)> {
    if publication.audience != Audience::Public {
        return Err(Error::NotFound);
    }
    let parties = say::parties(node, publication).await?;
    let held = Evidence {
        body: document::served(node, publication, &parties)
            .await?
            .to_string(),
        method: String::new(),
        documents: vec![
            actor::received_document(node, &parties.author).await?,
            actor::received_document(node, &parties.network).await?,
        ],
        signed: None,
        at: publication.version(),
    };
    Ok((How::Proof, held))
}

/// Every key that those who vouch for a publication were seen with: as the history has them, and those of the
/// documents kept with it that the history has lost.
async fn seen_keys(node: &Node, held: &Evidence) -> Result<Vec<SeenKey>> {
    let mut keys: Vec<SeenKey> = Vec::new();
    for document in &held.documents {
        if let Some(known) = directory::find_actor_by_uri(node, &document.actor).await? {
            let history = list_key_history(node, &known.id).await?;
            keys.extend(history.into_iter().map(|key| seen(&known, key)));
        }
        let Ok(value) = actor::parse(&document.body) else {
            continue;
        };
        for (id, algorithm, public) in actor::read_keys(&value, &document.actor) {
            if !keys.iter().any(|key| key.id == id && key.public == public) {
                keys.push(SeenKey {
                    id,
                    actor: document.actor.clone(),
                    algorithm: algorithm.to_owned(),
                    public,
                    first_seen: document.received.clone(),
                    last_seen: document.received.clone(),
                });
            }
        }
    }
    Ok(keys)
}

fn seen(actor: &Actor, key: StoredKey) -> SeenKey {
    SeenKey {
        id: key.id,
        actor: actor.uri.clone(),
        algorithm: key.algorithm,
        public: key.public,
        first_seen: rfc3339(key.first_seen),
        last_seen: rfc3339(key.last_seen),
    }
}
