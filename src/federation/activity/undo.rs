//! Somebody takes back what they said: a Follow, an Announce.

use super::{Context, Heard, node_of, spoken};
use crate::base::Error;
use crate::base::Result;
use crate::directory::store as directory;
use crate::federation::document::{id_of, type_of};
use crate::federation::store::was_heard;
use crate::follow::store;
use crate::trust::origin::may_speak_for;
use activitypub_federation::traits::Activity;

/// Somebody takes back what they said: a Follow, an Announce.
#[derive(Debug)]
pub struct Undo(pub(super) Heard);

#[async_trait::async_trait]
impl Activity for Undo {
    spoken!();

    async fn verify(&self, context: &Context) -> Result<()> {
        node_of(context)?;
        let object = self.0.object_id()?;
        let inner = self.0.object().get("actor").and_then(id_of);
        let own = inner.is_none_or(|actor| actor == self.0.by.uri)
            && may_speak_for(&self.0.by.uri, object);
        if own {
            Ok(())
        } else {
            Err(Error::refused("undo_of_another"))
        }
    }

    async fn receive(self, context: &Context) -> Result<()> {
        let node = node_of(context)?;
        let heard = self.0;
        let undone = heard.object_id()?.to_owned();
        let target = match heard.object().get("object").and_then(id_of) {
            Some(target) if type_of(heard.object()) == Some("Follow") => {
                directory::find_actor_by_uri(&node, target).await?
            }
            _ => None,
        };
        // Some name a Follow of theirs anew when they take it back: then the pair says which is meant.
        // One that we heard is known by its id, and a later one of the same pair stays (D17).
        let target = match target {
            Some(target) if !was_heard(&node, &heard.by.uri, &undone).await? => Some(target),
            _ => None,
        };
        let mut tx = node.db.write().await?;
        store::save_undone(&mut tx, &undone, &heard.by.uri, node.now()).await?;
        store::remove_announce(&mut tx, &undone, &heard.by.id).await?;
        store::remove_by_uri(&mut tx, &undone, &heard.by.id).await?;
        if let Some(target) = target {
            store::remove_between(&mut tx, &heard.by.id, &target.id).await?;
        }
        tx.commit().await
    }
}
