//! Somebody edited what they published, or presents themselves anew.

use super::{Context, Heard, node_of, spoken};
use crate::base::Result;
use crate::federation::actor;
use crate::federation::document::id_of;
use crate::trust::Budget;
use activitypub_federation::traits::Activity;

/// Somebody edited what they published, or presents themselves anew.
#[derive(Debug)]
pub struct Update(pub(super) Heard);

#[async_trait::async_trait]
impl Activity for Update {
    spoken!();

    async fn verify(&self, context: &Context) -> Result<()> {
        node_of(context)?;
        self.0.object_id().map(|_| ())
    }

    async fn receive(self, context: &Context) -> Result<()> {
        let node = node_of(context)?;
        let heard = self.0;
        let object = heard.object();
        if id_of(object) == Some(heard.by.uri.as_str()) {
            // Who somebody is, is read where they live.
            return actor::read_again(&node, &heard.by.uri, &Budget::small(&node))
                .await
                .map(|_| ());
        }
        super::create::take(&node, &heard).await
    }
}
