//! `atelier keys`: the keys by which this node, its network and its members are known to others; new ones.

use super::say::{Failure, Outcome, note, say, say_json, table};
use super::{Place, ask, lock, open};
use crate::base::{clock, setting};
use crate::directory::store::{list_keys, list_own_actors};
use crate::directory::{Actor, found, keys};
use crate::trust::key;
use clap::{Args, Subcommand};
use serde_json::json;

/// The keys of this node; without a further word, they are listed.
#[derive(Debug, Args)]
pub(super) struct Keys {
    #[command(subcommand)]
    command: Option<Command>,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
enum Command {
    /// Make new keys, under the same ids: others read them again when the first signature does not fit
    Renew(Renew),
}

/// Whose keys to renew.
#[derive(Debug, Args)]
struct Renew {
    /// The handle of the network or of a member; "instance" is the node itself
    #[arg(required_unless_present_any = ["all", "lost"])]
    handle: Option<String>,
    /// The keys of the node, its network and all its members
    #[arg(long, conflicts_with = "handle")]
    all: bool,
    /// The key file was lost or replaced: make all keys anew under the one that is there, or a new one
    #[arg(long, conflicts_with = "handle")]
    lost: bool,
}

impl Keys {
    pub(super) async fn run(self, place: &Place) -> Outcome {
        match self.command {
            None => list(place).await,
            Some(Command::Renew(renew)) if renew.lost => renew_lost(place).await,
            Some(Command::Renew(renew)) => renew.run(place).await,
        }
    }
}

fn day(at: clock::Millis) -> String {
    clock::rfc3339(at).chars().take(10).collect()
}

async fn list(place: &Place) -> Outcome {
    let node = open::existing(place).await?;
    let mut rows = Vec::new();
    let mut items = Vec::new();
    for actor in list_own_actors(&node).await? {
        for key in list_keys(&node, &actor.id).await? {
            items.push(json!({ "actor": actor.uri, "handle": actor.handle, "key": key.id,
                "algorithm": key.algorithm, "since": clock::rfc3339(key.first_seen), "public": key.public }));
            rows.push(vec![
                actor.handle.clone(),
                key.id,
                key.algorithm,
                day(key.first_seen),
            ]);
        }
    }
    node.db.close().await;
    if place.json {
        say_json(&json!({ "items": items }));
    } else {
        say(table(&["ACTOR", "KEY", "ALGORITHM", "SINCE"], &rows));
    }
    Ok(())
}

impl Renew {
    async fn run(self, place: &Place) -> Outcome {
        let node = open::existing(place).await?;
        let all = list_own_actors(&node).await?;
        let handle = self
            .handle
            .as_deref()
            .map(|handle| handle.trim_start_matches('@'));
        let whose: Vec<Actor> = all
            .into_iter()
            .filter(|actor| handle.is_none_or(|handle| handle == actor.handle))
            .collect();
        if whose.is_empty() {
            return Err(Failure::nothing(format!(
                "nobody here has the handle {}: see atelier keys",
                handle.unwrap_or_default()
            )));
        }
        for actor in &whose {
            keys::renew(&node, actor).await?;
        }
        node.db.close().await;
        told(place, &whose);
        if !place.json {
            say(
                "Other nodes are told as soon as the node runs, and read the new keys when the first signature does not fit.\n\
                 What was signed before can still be checked with the old public keys, where others kept them.",
            );
        }
        Ok(())
    }
}

fn told(place: &Place, whose: &[Actor]) {
    let handles: Vec<&str> = whose.iter().map(|actor| actor.handle.as_str()).collect();
    if place.json {
        say_json(&json!({ "renewed": handles }));
    } else {
        say(format!("New keys: {}", handles.join(", ")));
    }
}

const LOST: &str = "\
All private keys of this node were sealed with a key file that is not there any more: nobody can open them.
New keys are made for the node, its network and all its members. What was signed with the old ones stays as
it is, but nothing new can be signed with them; other nodes read the new keys when the first signature does
not fit, without their stewards doing anything. Members who are signed in keep their sessions.";

/// Makes everything anew under the key file that is there; without one, under a new one.
async fn renew_lost(place: &Place) -> Outcome {
    let config = open::config(place).await?;
    open::must_exist(&config)?;
    open::log("warn", config.log_format)?;
    // A node that runs holds the old key file in memory, and would sign on with it.
    let held = match open::sqlite_file(&config) {
        Some(_) => lock::NODE,
        None => lock::PAGES,
    };
    let _lock = lock::take(&config.data_dir, held)?;
    let mut node = None;
    if config.secret_path().exists() {
        let opened = open::keyless(config.clone()).await?;
        let known = setting::get(&opened, found::SECRET_FINGERPRINT).await?;
        if known.is_none() || known == Some(key::fingerprint(&opened)?) {
            return Err(Failure::in_the_way(
                "the key file is the one of this database: nothing is lost. For new keys: atelier keys renew --all",
            ));
        }
        node = Some(opened);
    }
    note(LOST);
    if !ask::yes("Make all keys anew?")? {
        return Err(Failure::new(1, "stopped; nothing was changed"));
    }
    let node = match node {
        Some(node) => node,
        None => open::keyless(config).await?,
    };
    let whose = keys::renew_lost(&node).await?;
    node.db.close().await;
    told(place, &whose);
    if !place.json {
        say(
            "Now run the node again (atelier serve), and keep a copy of the key file in a safe place.",
        );
    }
    Ok(())
}
