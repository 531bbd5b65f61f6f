//! Those whom this node once read about and never had to do with: they are not kept for ever.

use super::store;
use crate::base::clock::DAY;
use crate::base::{Node, Result};
use crate::publication::store as publications;
use std::collections::HashSet;

/// Forgets who was only ever read, as for a signature that was wrong then: nothing refers to them, and they
/// were silent for a day.
///
/// # Errors
/// When the database refuses.
pub async fn forget(node: &Node) -> Result<()> {
    let before = node.now() - DAY;
    let mut last = String::new();
    let mut vouching = None;
    loop {
        let found = store::list_strangers(node, before, &last).await?;
        let Some((id, _)) = found.last() else {
            return Ok(());
        };
        last.clone_from(id);
        if vouching.is_none() {
            vouching = Some(publications::list_vouching(node).await?);
        }
        let kept = |uri: &String| vouching.as_ref().is_some_and(|all| all.contains(uri));
        let (ids, uris): (Vec<&str>, HashSet<String>) = found
            .iter()
            .filter(|(_, uri)| !kept(uri))
            .map(|(id, uri)| (id.as_str(), uri.clone()))
            .unzip();
        store::remove_strangers(node, &ids).await?;
        super::key_cache::forget_all(node, &uris);
    }
}
