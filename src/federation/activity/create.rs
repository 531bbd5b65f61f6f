//! Somebody published something.

use super::{Context, Heard, node_of, spoken};
use crate::base::Node;
use crate::base::Result;
use crate::federation::receive::{self, Arrived, Came, Why};
use crate::trust::Budget;
use activitypub_federation::traits::Activity;

/// Somebody published something.
#[derive(Debug)]
pub struct Create(pub(super) Heard);

#[async_trait::async_trait]
impl Activity for Create {
    spoken!();

    async fn verify(&self, context: &Context) -> Result<()> {
        node_of(context)?;
        self.0.object_id().map(|_| ())
    }

    async fn receive(self, context: &Context) -> Result<()> {
        let node = node_of(context)?;
        take(&node, &self.0).await
    }
}

/// Takes the object of a Create or an Update in; newer wins, so one function serves both.
pub(super) async fn take(node: &Node, heard: &Heard) -> Result<()> {
    let budget = Budget::small(node);
    let object = heard.object();
    if object.is_object() {
        let arrived = Arrived {
            object,
            raw: &heard.raw,
            by: Some(&heard.by),
            came: Came::Sent(heard.signed.as_ref()),
            around: Some(&heard.value),
            why: Why::Followed,
        };
        return receive::take(node, arrived, &budget).await.map(|_| ());
    }
    receive::read_and_take(node, heard.object_id()?, Why::Followed, &budget)
        .await
        .map(|_| ())
}
