//! What federation shows on the pages of others: who will receive what is about to be published.

use super::say;
use crate::base::{Error, Node, Result};
use crate::directory::{Visit, store as directory};
use crate::publication::Draft;
use crate::web::Arg;
use futures_util::future::BoxFuture;
use maud::{Markup, html};

const HOSTS_SHOWN: usize = 40;

/// The nodes that will receive a publication, by host: a panel of the preview.
#[must_use]
pub fn reach<'a>(
    node: &'a Node,
    visit: &'a Visit,
    _draft: &'a Draft,
) -> BoxFuture<'a, Result<Option<Markup>>> {
    Box::pin(async move {
        let member = visit.viewer.member()?;
        let author = directory::find_actor(node, &member.actor_id)
            .await?
            .ok_or(Error::NotFound)?;
        let hosts = say::reach(node, &author).await?;
        let count = [("count", Arg::from(hosts.len()))];
        let more = hosts.len().saturating_sub(HOSTS_SHOWN);
        Ok(Some(html! {
            p { strong { (visit.locale.tn("preview-networks", &count)) } }
            ul.host-list role="list" {
                @for (host, followers) in hosts.iter().take(HOSTS_SHOWN) {
                    li {
                        strong { (host) } " "
                        span.quiet {
                            (visit.locale.tn("network-followers", &[("count", Arg::from(*followers))]))
                        }
                    }
                }
                @if more > 0 { li { (visit.locale.tn("preview-more-nodes", &[("count", Arg::from(more))])) } }
            }
        }))
    })
}
