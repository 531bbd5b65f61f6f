//! Somebody wants to hear from one of ours.

use super::{Context, Heard, node_of, spoken};
use crate::base::Result;
use crate::base::{Error, Node, queue};
use crate::directory::uri::{self, Local};
use crate::directory::{ActorKind, home, store as directory};
use crate::federation::document::id_of;
use crate::follow::store::{self, Row};
use crate::follow::{FOLLOWER_ANSWERED, State};
use activitypub_federation::traits::Activity;
use serde_json::Value;

/// Somebody wants to hear from one of ours.
#[derive(Debug)]
pub struct Follow(pub(super) Heard);

#[async_trait::async_trait]
impl Activity for Follow {
    spoken!();

    async fn verify(&self, context: &Context) -> Result<()> {
        let node = node_of(context)?;
        match uri::read(&node, self.0.object_id()?) {
            Some(Local::Group(_) | Local::User(_) | Local::Application) => Ok(()),
            _ => Err(Error::refused("follow_of_nobody_here")),
        }
    }

    async fn receive(self, context: &Context) -> Result<()> {
        let node = node_of(context)?;
        let Heard { id, by, value, .. } = self.0;
        let target = id_of(value.get("object").unwrap_or(&Value::Null)).unwrap_or_default();
        let Some(target) = directory::find_actor_by_uri(&node, target)
            .await?
            .filter(|actor| actor.local)
        else {
            return Ok(());
        };
        let home = home(&node).await?;
        let held = store::find_between(&node, &by.id, &target.id).await?;
        let already_in = held.is_some_and(|row| row.state == State::Accepted);
        let by_hand =
            home.settings.approve_followers && target.kind == ActorKind::Group && !already_in;
        let row = Row {
            id: node.new_id()?,
            uri: id.to_string(),
            follower_id: by.id.clone(),
            target_id: Some(target.id),
            target_text: String::new(),
            state: if by_hand {
                State::Pending
            } else {
                State::Accepted
            },
        };
        let mut tx = node.db.write().await?;
        // Its Undo may have come first (D17).
        if store::was_undone(&mut tx, &row.uri, &[&by.uri]).await? {
            return Ok(());
        }
        let id = store::save_follower(&mut tx, &row, node.now()).await?;
        if !by_hand {
            queue::push(&node, &mut tx, FOLLOWER_ANSWERED, &queue::about(&id)).await?;
        }
        tx.commit().await
    }
}

/// The follow of ours that somebody answers: known by its id, and asked of that very somebody.
pub(super) async fn find_ours(node: &Node, heard: &Heard) -> Result<Row> {
    let bad = || Error::refused("answer_to_a_follow_never_sent");
    let Some(Local::Activity(id)) = uri::read(node, heard.object_id()?) else {
        return Err(bad());
    };
    let row = store::find(node, &id).await?.ok_or_else(bad)?;
    if row.target_id.as_ref() == Some(&heard.by.id) {
        Ok(row)
    } else {
        Err(bad())
    }
}
