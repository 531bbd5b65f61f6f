//! Somebody we asked turns us away, or shows us out again.

use super::follow::find_ours as find;
use super::{Context, Heard, node_of, spoken};
use crate::base::Result;
use crate::follow::State;
use crate::follow::store;
use activitypub_federation::traits::Activity;

/// Somebody we asked turns us away, or shows us out again.
#[derive(Debug)]
pub struct Reject(pub(super) Heard);

#[async_trait::async_trait]
impl Activity for Reject {
    spoken!();

    async fn verify(&self, context: &Context) -> Result<()> {
        let node = node_of(context)?;
        find(&node, &self.0).await.map(|_| ())
    }

    async fn receive(self, context: &Context) -> Result<()> {
        let node = node_of(context)?;
        let row = find(&node, &self.0).await?;
        let mut tx = node.db.write().await?;
        store::decide(&mut tx, &row.id, State::Rejected, node.now()).await?;
        tx.commit().await
    }
}
