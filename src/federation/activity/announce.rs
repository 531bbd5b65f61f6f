//! Somebody followed points at what others published, or passes it on whole (FEP-1b12).

use super::{Context, Heard, node_of, spoken};
use crate::base::Result;
use crate::base::{Error, Node};
use crate::directory::home;
use crate::federation::actor;
use crate::federation::document::{id_of, type_of};
use crate::federation::receive::{self, Arrived, Came, Why};
use crate::follow::store as follows;
use crate::publication::store as publications;
use crate::trust::Budget;
use crate::trust::origin::may_speak_for;
use activitypub_federation::traits::Activity;

/// Somebody followed points at what others published, or passes it on whole (FEP-1b12).
#[derive(Debug)]
pub struct Announce(pub(super) Heard);

#[async_trait::async_trait]
impl Activity for Announce {
    spoken!();

    async fn verify(&self, context: &Context) -> Result<()> {
        node_of(context)?;
        self.0.object_id().map(|_| ())
    }

    async fn receive(self, context: &Context) -> Result<()> {
        let node = node_of(context)?;
        let heard = self.0;
        let home = home(&node).await?;
        if !follows::follows_any(&node, &home.network.id, &[&heard.by.id]).await? {
            return Ok(());
        }
        let budget = Budget::small(&node);
        let object = heard.object();
        let id = match type_of(object) {
            Some("Delete") => return withdraw(&node, &heard, &budget).await,
            Some("Create" | "Update") => passed_on(&node, &heard, &budget).await?,
            _ => receive::read_and_take(&node, heard.object_id()?, Why::Vouched, &budget).await?,
        };
        let inner = match type_of(object) {
            Some("Create" | "Update") => object.get("object").and_then(id_of),
            _ => id_of(object),
        };
        let id = match (id, inner) {
            (Some(id), _) => publications::find(&node, &id)
                .await?
                .filter(receive::is_public)
                .map(|p| p.id),
            // Known already: the announce is noted all the same.
            (None, Some(uri)) => publications::find_by_uri(&node, uri)
                .await?
                .filter(receive::is_public)
                .map(|p| p.id),
            (None, None) => None,
        };
        let Some(id) = id else { return Ok(()) };
        let mut tx = node.db.write().await?;
        if !follows::was_undone(&mut tx, heard.id.as_str(), &[&heard.by.uri]).await? {
            follows::save_announce(&mut tx, heard.id.as_str(), &heard.by.id, &id, node.now())
                .await?;
        }
        tx.commit().await
    }
}

/// An activity passed on whole: believed by its author's proof, else read where it lives (D12).
async fn passed_on(node: &Node, heard: &Heard, budget: &Budget) -> Result<Option<String>> {
    let inner = heard.object();
    let object = inner.get("object").unwrap_or(inner);
    let Some(id) = id_of(object) else {
        return Err(Error::refused("activity_without_object"));
    };
    if !object.is_object() {
        return receive::read_and_take(node, id, Why::Vouched, budget).await;
    }
    let arrived = Arrived {
        object,
        raw: &heard.raw,
        by: Some(&heard.by),
        came: Came::Sent(heard.signed.as_ref()),
        around: Some(inner),
        why: Why::Vouched,
    };
    receive::take(node, arrived, budget).await
}

/// A Delete passed on counts with its author's proof, or when its origin says that it is gone (D12).
async fn withdraw(node: &Node, heard: &Heard, budget: &Budget) -> Result<()> {
    let inner = heard.object();
    let author = inner
        .get("actor")
        .and_then(id_of)
        .ok_or_else(|| Error::refused("activity_without_actor"))?;
    let object = inner
        .get("object")
        .and_then(id_of)
        .ok_or_else(|| Error::refused("activity_without_object"))?;
    if may_speak_for(&node.origin(), author) || may_speak_for(&node.origin(), object) {
        return Err(Error::refused("delete_of_ours"));
    }
    // It may come before what it withdraws, and before anybody here has heard of the author.
    if inner.get("proof").is_some() {
        let author = actor::find_or_read(node, author, budget).await?;
        if actor::proof_of_renewed(node, inner, &author)
            .await?
            .is_some()
        {
            return receive::withdraw(node, object, &author).await;
        }
    }
    if receive::is_gone(node, object, budget).await? {
        return receive::withdraw_gone(node, object).await;
    }
    Err(Error::refused("delete_passed_on_without_proof"))
}
