//! What we say: the answers to facts. Each makes an activity's bytes once and one delivery for every
//! inbox that should hear it, in one transaction (D5, D10).

use super::actor;
use super::deliver::{self, Said};
use super::document::{self, Parties};
use super::host;
use super::store;
use super::vocabulary::document_context;
use crate::base::clock::rfc3339;
use crate::base::queue::{self, About, Job};
use crate::base::{Error, Millis, Node, Result, Tx};
use crate::directory::uri::{self, PUBLIC};
use crate::directory::{Actor, ActorKind, home, store as directory};
use crate::follow::{Ended, State, store as follows};
use crate::publication::publish::Changed;
use crate::publication::{Audience, Kind, Publication, store as publications};
use crate::trust::Budget;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Who gives a publication of ours.
///
/// # Errors
/// When the database refuses.
pub async fn parties(node: &Node, p: &Publication) -> Result<Parties> {
    let home = home(node).await?;
    let author = directory::find_actor(node, &p.author_id)
        .await?
        .ok_or_else(|| Error::internal("no author"))?;
    Ok(Parties {
        author,
        network: home.network.clone(),
    })
}

/// The activity about a publication: Create, Update or Delete, its id made of the publication's id, the
/// verb and the revision, so that saying it twice is saying it once.
///
/// # Errors
/// When the key cannot be opened.
pub async fn about(node: &Node, p: &Publication, parties: &Parties, verb: &str) -> Result<Value> {
    let kind = p.kind();
    let speaker = parties.speaker(kind);
    let (to, cc) = parties.addressed(kind, p.audience);
    let at = if verb == "Create" {
        p.published
    } else {
        p.version()
    };
    let object = if verb == "Delete" {
        document::tombstone(p)
    } else {
        document::object(node, p, parties)
    };
    let id = format!(
        "{}-{}-{}",
        p.id,
        verb.to_lowercase(),
        if verb == "Create" { 1 } else { p.revision }
    );
    let bare = json!({
        "id": uri::activity(node, &id),
        "type": verb,
        "actor": speaker.uri,
        "to": to,
        "cc": cc,
        "published": rfc3339(at),
        "object": object,
    });
    document::signed(
        node,
        bare,
        speaker,
        p.audience == Audience::Public,
        p.version(),
    )
    .await
}

/// The Group's Announce of an article: of its id, or of the whole activity for peers of FEP-1b12.
#[must_use]
pub fn announce(node: &Node, by: &Actor, id: &str, object: Value, at: Millis) -> Value {
    json!({
        "@context": document_context(),
        "id": uri::activity(node, id),
        "type": "Announce",
        "actor": by.uri,
        "to": [PUBLIC],
        "cc": [by.followers.clone().unwrap_or_default()],
        "published": rfc3339(at),
        "object": object,
    })
}

async fn sign_again(node: &Node, document: Value, by: &Actor, at: Millis) -> Result<Value> {
    let Value::Object(mut map) = document else {
        return Err(Error::internal("a document is an object"));
    };
    map.shift_remove("@context");
    document::signed(node, Value::Object(map), by, true, at).await
}

/// Answers `published`, `edited` and `withdrawn`.
///
/// # Errors
/// When the database refuses; the job then runs again.
pub async fn publication(node: &Node, job: &Job, verb: &str) -> Result<()> {
    let changed: Changed = job.payload()?;
    let Some(p) = publications::find(node, &changed.id).await? else {
        return Ok(());
    };
    // What was withdrawn since is not said any more; the Delete follows by itself.
    if p.audience == Audience::Members || !p.local || p.withdrawn != (verb == "Delete") {
        return Ok(());
    }
    // An edit that was edited again is said once, as it is now.
    let parties = parties(node, &p).await?;
    let said = about(node, &p, &parties, verb).await?;
    let mut all = Vec::new();
    if p.kind() == Kind::Event {
        say_event(node, &p, &parties, verb, said, &mut all).await?;
    } else {
        say_article(node, &p, &parties, verb, said, &mut all).await?;
    }
    let mut tx = node.db.write().await?;
    for one in &all {
        deliver::save(node, &mut tx, one).await?;
    }
    queue::finish_in(&mut tx, job).await?;
    tx.commit().await
}

fn inboxes(actors: &[Actor]) -> BTreeSet<String> {
    actors
        .iter()
        .filter(|actor| !actor.local && actor.gone_at.is_none())
        .map(|actor| actor.delivery_inbox().to_owned())
        .collect()
}

async fn say_event(
    node: &Node,
    p: &Publication,
    parties: &Parties,
    verb: &str,
    said: Value,
    all: &mut Vec<Said>,
) -> Result<()> {
    let to = inboxes(&follows::list_accepted(node, &parties.network.id).await?);
    let home = home(node).await?;
    let watchers = inboxes(&follows::list_accepted(node, &home.application.id).await?);
    if p.audience == Audience::Public && verb == "Create" {
        let only: BTreeSet<String> = watchers.difference(&to).cloned().collect();
        let note = announce(
            node,
            &home.application,
            &format!("{}-announce-1", p.id),
            json!(p.uri),
            p.published,
        );
        let note = sign_again(node, note, &home.application, p.published).await?;
        all.push(Said::new(&home.application, note, &p.uri, true, only));
    }
    let mut to = to;
    if verb != "Create" {
        // Whoever fetched it after the announce hears of its changes too.
        to.extend(watchers);
    }
    if verb == "Delete" {
        to.extend(store::list_told(node, &p.uri).await?);
    }
    all.push(Said::new(
        &parties.network,
        said,
        &p.uri,
        p.audience == Audience::Public,
        to,
    ));
    Ok(())
}

async fn say_article(
    node: &Node,
    p: &Publication,
    parties: &Parties,
    verb: &str,
    said: Value,
    all: &mut Vec<Said>,
) -> Result<()> {
    let public = p.audience == Audience::Public;
    let mut direct = inboxes(&follows::list_accepted(node, &parties.author.id).await?);
    let followers = follows::list_accepted(node, &parties.network.id).await?;
    let hosts: BTreeSet<String> = followers.iter().map(|actor| actor.host.clone()).collect();
    let software = host::software_of(node, &hosts).await?;
    let (mut whole, mut by_id) = (BTreeSet::new(), BTreeSet::new());
    for follower in followers
        .iter()
        .filter(|actor| !actor.local && actor.gone_at.is_none())
    {
        let inbox = follower.delivery_inbox().to_owned();
        match host::manner(software.get(&follower.host).map(String::as_str)) {
            host::Manner::Atelier => direct.insert(inbox),
            host::Manner::WholeAnnounce => whole.insert(inbox),
            host::Manner::AnnounceId => by_id.insert(inbox),
        };
    }
    // Every inbox gets one form. A change goes to all who may hold a copy; only its author signs it. What
    // is for followers is never announced: it comes from its author too.
    if verb != "Create" || !public {
        direct.append(&mut by_id);
    }
    if verb == "Delete" {
        // Whoever was told once is told of the end, also those who follow no more.
        let told = store::list_told(node, &p.uri).await?;
        direct.extend(told.difference(&whole).cloned());
    }
    whole.retain(|inbox| !direct.contains(inbox));
    by_id.retain(|inbox| !direct.contains(inbox) && !whole.contains(inbox));
    if public && !whole.is_empty() {
        let id = format!("{}-announce-{}-{}", p.id, verb.to_lowercase(), p.revision);
        let note = announce(node, &parties.network, &id, said.clone(), p.version());
        let note = sign_again(node, note, &parties.network, p.version()).await?;
        all.push(Said::new(&parties.network, note, &p.uri, true, whole));
    }
    if public && verb == "Create" && !by_id.is_empty() {
        let note = announce(
            node,
            &parties.network,
            &format!("{}-announce-1", p.id),
            json!(p.uri),
            p.published,
        );
        let note = sign_again(node, note, &parties.network, p.published).await?;
        all.push(Said::new(&parties.network, note, &p.uri, true, by_id));
    }
    all.push(Said::new(&parties.author, said, &p.uri, public, direct));
    Ok(())
}

/// How many inboxes a publication will reach, and what they run: said to its author before sending.
///
/// # Errors
/// When the database refuses.
pub async fn reach(node: &Node, author: &Actor) -> Result<BTreeMap<String, usize>> {
    let home = home(node).await?;
    let mut by_host = BTreeMap::new();
    for target in [&home.network.id, &author.id] {
        for follower in follows::list_accepted(node, target).await? {
            *by_host.entry(follower.host).or_insert(0) += 1;
        }
    }
    Ok(by_host)
}

/// Answers `follow_asked`: finds whom the pasted text means, and asks them.
///
/// # Errors
/// When nobody answers for the moment; the job then runs again.
pub async fn follow(node: &Node, job: &Job) -> Result<()> {
    let about: About = job.payload()?;
    let Some(row) = follows::find(node, &about.id)
        .await?
        .filter(|row| row.state == State::Looking)
    else {
        return Ok(());
    };
    let budget = Budget::small(node);
    let target = match super::discovery::resolve(node, &row.target_text, &budget).await {
        Ok(target) => target,
        Err(error) => {
            // What the world cannot answer now may be answered later; what is wrong stays wrong.
            let hopeless = matches!(
                error,
                Error::NotFound
                    | Error::Gone
                    | Error::BadRequest(_)
                    | Error::Unusable(_)
                    | Error::Refused { .. }
            ) || job.attempts >= 8;
            let text = if matches!(error, Error::NotFound) {
                "nobody was found at this address".to_owned()
            } else {
                error.to_string()
            };
            let mut tx = node.db.write().await?;
            follows::set_error(&mut tx, &row.id, &text, hopeless).await?;
            tx.commit().await?;
            return if hopeless { Ok(()) } else { Err(error) };
        }
    };
    let home = home(node).await?;
    let said = json!({
        "@context": document_context(),
        "id": row.uri,
        "type": "Follow",
        "actor": home.network.uri,
        "object": target.uri,
        "to": [target.uri],
    });
    let mut tx = node.db.write().await?;
    if follows::set_target(&mut tx, &row.id, &home.network.id, &target.id).await? {
        let said = Said::new(
            &home.network,
            said,
            &row.uri,
            false,
            [target.inbox.clone()].into(),
        );
        first_word(node, &mut tx, &said, &target.host).await?;
    }
    queue::finish_in(&mut tx, job).await?;
    tx.commit().await
}

/// Says something to a host we begin to deal with, and has its software learned.
async fn first_word(node: &Node, tx: &mut Tx, said: &Said, host: &str) -> Result<()> {
    deliver::save(node, tx, said).await?;
    let about = queue::about(host);
    queue::add(node, tx, host::LEARN_HOST, &about, node.now()).await
}

/// Answers `follow_ended`: takes the Follow back.
///
/// # Errors
/// When the database refuses; the job then runs again.
pub async fn unfollow(node: &Node, job: &Job) -> Result<()> {
    let ended: Ended = job.payload()?;
    let target = directory::find_actor(node, &ended.target_id).await?;
    let follower = directory::find_actor(node, &ended.follower_id).await?;
    let (Some(target), Some(follower)) = (target, follower) else {
        return Ok(());
    };
    let said = json!({
        "@context": document_context(),
        "id": format!("{}-undo", ended.uri),
        "type": "Undo",
        "actor": follower.uri,
        "to": [target.uri],
        "object": {"id": ended.uri, "type": "Follow", "actor": follower.uri, "object": target.uri},
    });
    let mut tx = node.db.write().await?;
    let said = Said::new(
        &follower,
        said,
        &ended.uri,
        false,
        [target.inbox.clone()].into(),
    );
    deliver::save(node, &mut tx, &said).await?;
    queue::finish_in(&mut tx, job).await?;
    tx.commit().await
}

/// Answers `follower_answered`: says Accept or Reject.
///
/// # Errors
/// When the database refuses; the job then runs again.
pub async fn follower(node: &Node, job: &Job) -> Result<()> {
    let about: About = job.payload()?;
    let Some(row) = follows::find(node, &about.id).await? else {
        return Ok(());
    };
    let Some(target) =
        directory::find_actor(node, row.target_id.as_deref().unwrap_or_default()).await?
    else {
        return Ok(());
    };
    let Some(follower) = directory::find_actor(node, &row.follower_id).await? else {
        return Ok(());
    };
    let verb = if row.state == State::Accepted {
        "Accept"
    } else {
        "Reject"
    };
    let id = format!("{}-{}-{}", row.id, verb.to_lowercase(), job.id);
    let said = json!({
        "@context": document_context(),
        "id": uri::activity(node, &id),
        "type": verb,
        "actor": target.uri,
        "to": [follower.uri],
        "object": {"id": row.uri, "type": "Follow", "actor": follower.uri, "object": target.uri},
    });
    let mut tx = node.db.write().await?;
    let said = Said::new(
        &target,
        said,
        &row.uri,
        false,
        [follower.inbox.clone()].into(),
    );
    first_word(node, &mut tx, &said, &follower.host).await?;
    queue::finish_in(&mut tx, job).await?;
    tx.commit().await
}

/// Answers `actor_changed`: an actor of ours presents itself anew to its followers. And `keys_renewed`: then
/// also to every inbox that it ever spoke to, so that nobody waits for a signature that does not fit.
///
/// # Errors
/// When the database refuses; the job then runs again.
pub async fn presented(node: &Node, job: &Job, to_all: bool) -> Result<()> {
    let about: About = job.payload()?;
    let Some(one) = directory::find_actor(node, &about.id).await? else {
        return Ok(());
    };
    let mut to = inboxes(&follows::list_accepted(node, &one.id).await?);
    if one.kind == ActorKind::Person {
        let home = home(node).await?;
        to.extend(inboxes(
            &follows::list_accepted(node, &home.network.id).await?,
        ));
    }
    if to_all {
        to.extend(store::list_spoken_to(node, &one.id).await?);
    }
    let mut object = actor::served(node, &one).await?;
    if let Some(map) = object.as_object_mut() {
        map.shift_remove("@context");
    }
    let bare = json!({
        "id": uri::activity(node, &format!("{}-update-{}", one.id, one.updated_at)),
        "type": "Update",
        "actor": one.uri,
        "to": [PUBLIC],
        "cc": [one.followers.clone().unwrap_or_default()],
        "object": object,
    });
    let said = document::signed(node, bare, &one, true, one.updated_at).await?;
    let mut tx = node.db.write().await?;
    deliver::save(node, &mut tx, &Said::new(&one, said, &one.uri, true, to)).await?;
    queue::finish_in(&mut tx, job).await?;
    tx.commit().await
}
