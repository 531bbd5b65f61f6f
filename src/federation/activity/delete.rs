//! Somebody withdrew what they published, or is gone.

use super::{Context, Heard, node_of, spoken};
use crate::base::Result;
use crate::federation::receive;
use activitypub_federation::traits::Activity;

/// Somebody withdrew what they published, or is gone.
#[derive(Debug)]
pub struct Delete(pub(super) Heard);

#[async_trait::async_trait]
impl Activity for Delete {
    spoken!();

    async fn verify(&self, context: &Context) -> Result<()> {
        node_of(context)?;
        self.0.object_id().map(|_| ())
    }

    async fn receive(self, context: &Context) -> Result<()> {
        let node = node_of(context)?;
        let heard = self.0;
        let object = heard.object_id()?;
        if object == heard.by.uri {
            return receive::forget_actor(&node, &heard.by).await;
        }
        receive::withdraw(&node, object, &heard.by).await
    }
}
