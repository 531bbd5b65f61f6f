//! Somebody we asked lets us in: we read their history, and hear them from now on.

use super::follow::find_ours as find;
use super::{Context, Heard, node_of, spoken};
use crate::base::Result;
use crate::federation::backfill;
use crate::follow::State;
use crate::follow::store;
use activitypub_federation::traits::Activity;

/// Somebody we asked lets us in: we read their history, and hear them from now on.
#[derive(Debug)]
pub struct Accept(pub(super) Heard);

#[async_trait::async_trait]
impl Activity for Accept {
    spoken!();

    async fn verify(&self, context: &Context) -> Result<()> {
        let node = node_of(context)?;
        find(&node, &self.0).await.map(|_| ())
    }

    async fn receive(self, context: &Context) -> Result<()> {
        let node = node_of(context)?;
        let row = find(&node, &self.0).await?;
        let mut tx = node.db.write().await?;
        store::decide(&mut tx, &row.id, State::Accepted, node.now()).await?;
        if row.state != State::Accepted {
            backfill::start(&node, &mut tx, &self.0.by.id).await?;
        }
        tx.commit().await
    }
}
