//! What becomes of a publication from elsewhere: whose it is, how we know, whether we want it.

use super::actor;
use super::document::{self, Incoming};
use super::unknown;
use crate::base::clock::MINUTE;
use crate::base::{Error, Millis, Node, Result};
use crate::directory::{Actor, ActorKind, home, store as directory};
use crate::follow::store as follows;
use crate::moderation;
use crate::publication::evidence::{Document, Signed};
use crate::publication::store::{self as publications, Evidence};
use crate::publication::{Audience, Kind, Publication, Verified};
use crate::trust::Budget;
use crate::trust::origin::may_speak_for;
use crate::trust::proof::canonical_digest;
use serde_json::Value;
use url::Url;

/// How far another's clock may be ahead of ours (D16).
const SKEW: Millis = 5 * MINUTE;

/// Why a publication is let in besides its author being followed (D12b).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its author or its network must be followed.
    Followed,
    /// Somebody followed announced it, or their history is being read.
    Vouched,
}

/// How an object reached us.
#[derive(Debug, Clone, Copy)]
pub enum Came<'a> {
    /// In a signed request; with what was signed, as far as that was kept.
    Sent(Option<&'a Signed>),
    /// It stood in a collection that we read.
    Listed,
    /// We read it, in the end at this address.
    At(&'a Url),
}

/// An object and how it reached us.
pub struct Arrived<'a> {
    /// The object.
    pub object: &'a Value,
    /// The bytes that prove it: the activity, or the object as read.
    pub raw: &'a str,
    /// The actor who signed the request, or whose collection was read; none when it was read at its
    /// own address.
    pub by: Option<&'a Actor>,
    /// Whether it was sent or read.
    pub came: Came<'a>,
    /// The activity around it, whose proof may count.
    pub around: Option<&'a Value>,
    /// Why it is let in.
    pub why: Why,
}

/// Takes an object in. Gives our id for the publication, or nothing when it is not wanted, not newer,
/// or of a type we keep out.
///
/// # Errors
/// [`Error::Refused`] when its origin does not hold.
pub async fn take(node: &Node, arrived: Arrived<'_>, budget: &Budget) -> Result<Option<String>> {
    let speaker = arrived
        .around
        .and_then(|around| around.get("actor"))
        .and_then(document::id_of);
    let Some(incoming) = document::read_said_by(arrived.object, speaker)? else {
        unknown::note(node, document::type_of(arrived.object).unwrap_or_default());
        return Ok(None);
    };
    if may_speak_for(&node.origin(), &incoming.id) {
        return Err(Error::refused("object_of_ours"));
    }
    // Whoever passes it on: what a blocked host gave does not come in.
    if moderation::is_blocked_url(node, &incoming.id).await? {
        return Err(Error::refused("blocked"));
    }
    if !may_speak_for(&incoming.id, &incoming.author) {
        return Err(Error::refused("author_of_another_origin"));
    }
    // What is not everybody's is nobody's to pass on: only its own author's or network's word lets it in.
    let passed_on = arrived.why == Why::Vouched && incoming.audience == Audience::Public;
    if !passed_on && !wanted(node, &incoming).await? {
        return Ok(None);
    }
    let author = actor::find_or_read(node, &incoming.author, budget).await?;
    let network = find_network(node, &incoming, &author, budget).await?;
    // An event is given by the network it is attributed to, all else by its author (D19, R11).
    let attributed = document::ids_of(arrived.object.get("attributedTo"));
    let by_network = network.iter().filter(|network| {
        incoming.detail.kind() == Kind::Event && attributed.contains(&network.uri.as_str())
    });
    let givers: Vec<&Actor> = [&author].into_iter().chain(by_network).collect();
    let Some(found) = verify(node, &arrived, &incoming, &givers).await? else {
        // Neither its origin nor a proof speaks for it: read it where it lives (D12).
        return Box::pin(read_and_take(
            node,
            &incoming.id,
            arrived.why,
            &budget.deeper()?,
        ))
        .await;
    };
    // The same words weigh the same, whichever way they came (D17).
    let digest = canonical_digest(arrived.object)?;
    let evidence = evidence(node, &arrived, &author, network.as_ref(), found.0).await?;
    save(node, incoming, (evidence, digest), author, network, found).await
}

/// Reads a publication where it lives, and takes it in.
///
/// # Errors
/// When it cannot be read, or is not what it says.
pub async fn read_and_take(
    node: &Node,
    id: &str,
    why: Why,
    budget: &Budget,
) -> Result<Option<String>> {
    if may_speak_for(&node.origin(), id) {
        return Ok(None);
    }
    let fetched = actor::read_signed(node, id, budget).await?;
    let fetched = actor::at_its_own_address(node, fetched, budget).await?;
    take(
        node,
        Arrived {
            object: &fetched.value,
            raw: &fetched.raw,
            by: None,
            came: Came::At(&fetched.url),
            around: None,
            why,
        },
        budget,
    )
    .await
}

type Found = (Verified, Option<String>);

async fn verify(
    node: &Node,
    arrived: &Arrived<'_>,
    incoming: &Incoming,
    givers: &[&Actor],
) -> Result<Option<Found>> {
    for speaker in givers {
        for document in [Some(arrived.object), arrived.around].into_iter().flatten() {
            let speaks =
                document::id_of(document).is_some_and(|id| may_speak_for(&speaker.uri, id));
            if speaks && let Some(key) = actor::proof_of_renewed(node, document, speaker).await? {
                return Ok(Some((Verified::Proof, Some(key))));
            }
        }
    }
    Ok(match (arrived.by, arrived.came) {
        // Of one host, each speaks for themselves (R11).
        (Some(by), Came::Sent(_)) => {
            let theirs = givers.iter().any(|giver| giver.id == by.id);
            theirs.then_some((Verified::Signature, None))
        }
        // What a collection lists was read where it lives, too.
        (Some(by), Came::Listed) => {
            may_speak_for(&by.uri, &incoming.id).then_some((Verified::Origin, None))
        }
        (_, Came::At(url)) => {
            may_speak_for(url.as_str(), &incoming.id).then_some((Verified::Origin, None))
        }
        (None, Came::Sent(_) | Came::Listed) => None,
    })
}

/// Whether this node wants it: its author or network is followed here, and let us in (D12b).
async fn wanted(node: &Node, incoming: &Incoming) -> Result<bool> {
    let home = home(node).await?;
    for uri in incoming.networks.iter().chain([&incoming.author]) {
        if let Some(actor) = directory::find_actor_by_uri(node, uri).await?
            && follows::follows_any(node, &home.network.id, &[&actor.id]).await?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn find_network(
    node: &Node,
    incoming: &Incoming,
    author: &Actor,
    budget: &Budget,
) -> Result<Option<Actor>> {
    if author.kind == ActorKind::Group {
        return Ok(Some(author.clone()));
    }
    for uri in &incoming.networks {
        // A followers' collection stands among the addresses too: whoever is no Group is passed over.
        let held = directory::find_actor_by_uri(node, uri).await?;
        let found = match held {
            Some(actor) => Some(actor),
            None if uri.ends_with("/followers") => None,
            None => actor::read_again(node, uri, budget).await.ok(),
        };
        if let Some(actor) = found.filter(|actor| actor.kind == ActorKind::Group) {
            return Ok(Some(actor));
        }
    }
    Ok(None)
}

/// What will prove it, also when nobody can be asked any more.
async fn evidence(
    node: &Node,
    arrived: &Arrived<'_>,
    author: &Actor,
    network: Option<&Actor>,
    verified: Verified,
) -> Result<Evidence> {
    let signed = match arrived.came {
        Came::Sent(signed) if verified == Verified::Signature => signed.cloned(),
        _ => None,
    };
    let sender = arrived.by.filter(|_| signed.is_some());
    let mut documents: Vec<Document> = Vec::new();
    for actor in [Some(author), network, sender].into_iter().flatten() {
        if !documents.iter().any(|held| held.actor == actor.uri) {
            documents.push(actor::received_document(node, actor).await?);
        }
    }
    Ok(Evidence {
        body: arrived.raw.to_owned(),
        method: verified.code().to_owned(),
        documents,
        signed,
        at: node.now(),
    })
}

async fn save(
    node: &Node,
    incoming: Incoming,
    (evidence, digest): (Evidence, String),
    author: Actor,
    network: Option<Actor>,
    (verified, proof): Found,
) -> Result<Option<String>> {
    let now = node.now();
    // Nothing comes from the future, but for clocks that differ: what claims so is as new as may be.
    let newest = now + SKEW;
    let published = incoming
        .published
        .or(incoming.updated)
        .unwrap_or(now)
        .min(newest);
    let publication = Publication {
        id: node.new_id()?,
        uri: incoming.id,
        url: incoming.url,
        wire_type: incoming.wire_type,
        local: false,
        network_id: network.as_ref().map(|network| network.id.clone()),
        audience: incoming.audience,
        withdrawn: false,
        hidden: false,
        language: incoming.language,
        licence: incoming.licence,
        start_time: incoming.start_time,
        end_time: incoming.end_time,
        timezone: incoming.timezone,
        place: incoming.place,
        picture: incoming.picture,
        detail: incoming.detail,
        texts: incoming.texts,
        published,
        updated: incoming
            .updated
            .filter(|updated| *updated > published)
            .map(|updated| updated.min(newest)),
        revision: 1,
        digest,
        changed_at: now,
        received_at: Some(now),
        verified: Some(verified),
        verified_at: Some(now),
        proof,
        author_id: author.id.clone(),
    };
    let mut speakers = vec![author.uri.as_str()];
    speakers.extend(network.as_ref().map(|network| network.uri.as_str()));
    let mut tx = node.db.write().await?;
    if follows::was_undone(&mut tx, &publication.uri, &speakers).await? {
        return Ok(None);
    }
    let saved = match publications::save_newer(&mut tx, &publication).await? {
        None => publications::save_better_proven(&mut tx, &publication).await?,
        saved => saved,
    };
    if let Some(id) = &saved {
        publications::save_evidence(&mut tx, id, &evidence).await?;
    }
    tx.commit().await?;
    Ok(saved)
}

/// Withdraws what its own author or network withdrew; a Delete that comes first leaves a mark (D17).
///
/// # Errors
/// [`Error::Refused`] when it is not theirs.
pub async fn withdraw(node: &Node, uri: &str, by: &Actor) -> Result<()> {
    if !may_speak_for(&by.uri, uri) {
        return Err(Error::refused("delete_of_another_origin"));
    }
    // The mark first, then the look: a copy that is being taken in at this moment is either seen here,
    // or sees the mark.
    let mut tx = node.db.write().await?;
    follows::save_undone(&mut tx, uri, &by.uri, node.now()).await?;
    if let Some(held) = publications::find_by_uri(node, uri).await? {
        if held.local {
            return Err(Error::refused("delete_of_ours"));
        }
        if held.author_id != by.id && held.network_id.as_ref() != Some(&by.id) {
            return Err(Error::refused("delete_by_another"));
        }
        let at = node.now().max(held.version() + 1);
        publications::withdraw(&mut tx, &held.id, at).await?;
    }
    tx.commit().await
}

/// Whether the origin of an object says that it is gone. What is not everybody's is *not found* for most, also
/// while it stands: of that only a plain word counts.
///
/// # Errors
/// When it does not answer; it is asked again later.
pub async fn is_gone(node: &Node, uri: &str, budget: &Budget) -> Result<bool> {
    let held = publications::find_by_uri(node, uri).await?;
    let open = held.is_some_and(|held| held.audience == Audience::Public);
    match actor::read_signed(node, uri, budget).await {
        Ok(fetched) => Ok(document::type_of(&fetched.value) == Some("Tombstone")
            && document::id_of(&fetched.value) == Some(uri)
            && may_speak_for(fetched.url.as_str(), uri)),
        Err(Error::Gone) => Ok(true),
        Err(Error::NotFound) => Ok(open),
        Err(error) => Err(error),
    }
}

/// Withdraws the copy of what its origin says is gone.
///
/// # Errors
/// When the database refuses.
pub async fn withdraw_gone(node: &Node, uri: &str) -> Result<()> {
    let Some(held) = publications::find_by_uri(node, uri).await? else {
        return Ok(());
    };
    match directory::find_actor(node, &held.author_id).await? {
        Some(author) => withdraw(node, uri, &author).await,
        None => Ok(()),
    }
}

/// Whether a publication may be announced or listed: what is not everybody's is nobody's to pass on (R12).
#[must_use]
pub fn is_public(publication: &Publication) -> bool {
    publication.audience == Audience::Public && !publication.withdrawn && !publication.hidden
}

/// Somebody is gone, by their own word: what they gave goes with them, and nobody follows them any more.
///
/// # Errors
/// When the database refuses.
pub async fn forget_actor(node: &Node, actor: &Actor) -> Result<()> {
    let given = publications::list_given(node, &actor.id).await?;
    let now = node.now();
    let mut tx = node.db.write().await?;
    for id in &given {
        publications::withdraw(&mut tx, id, now).await?;
    }
    follows::remove_all(&mut tx, &actor.id).await?;
    directory::set_gone(&mut tx, &actor.id, now).await?;
    tx.commit().await?;
    super::key_cache::forget(node, &actor.uri);
    Ok(())
}
