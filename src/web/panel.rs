//! Named places on a page, which `server.rs` fills (D2): a low page shows what it cannot name.

use crate::base::{Node, Result};
use futures_util::future::BoxFuture;
use maud::{Markup, html};

/// What one higher part shows on a page of a lower one: for this viewer `V`, about this item `T`.
/// `None` when it has nothing to show.
pub type Panel<V, T> = for<'a> fn(&'a Node, &'a V, &'a T) -> BoxFuture<'a, Result<Option<Markup>>>;

/// The panels of one place, in the order they were listed. One that fails is logged and left out:
/// the page itself must still be readable.
pub async fn show<V, T>(panels: &[Panel<V, T>], node: &Node, viewer: &V, item: &T) -> Markup {
    let mut shown = Vec::with_capacity(panels.len());
    for panel in panels {
        match panel(node, viewer, item).await {
            Ok(Some(markup)) => shown.push(markup),
            Ok(None) => {}
            Err(error) => {
                tracing::error!(error = %error.with_causes(), "a panel could not be shown");
            }
        }
    }
    html! { @for panel in shown { (panel) } }
}
