//! What the stewards of a node keep out: hosts that it does not speak with, and why. A blocked host is
//! blocked with all its sub-domains, in both directions, and what came from it before is kept out of sight.

pub mod api;
pub mod page;
pub mod store;

use crate::base::{Error, Issues, Millis, Node, Result, queue, text};
use crate::directory::{Member, store as directory};
use crate::follow::store as follows;
use crate::publication::store as publications;
use crate::trust::closed::{self, Closed};
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The fact that a host was blocked.
pub const HOST_BLOCKED: &str = "host_blocked";

const REASON_CHARS_MAX: usize = 500;
/// The list in memory is at most so old: another process may have changed it.
const FRESH: Duration = Duration::from_secs(1);

/// One blocked host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its name, in normal form.
    pub host: String,
    /// Why, in the stewards' words.
    pub reason: String,
    /// Who decided, by name; none when it was the command line.
    pub by: Option<String>,
    /// Since when.
    pub at: Millis,
}

/// What a block changes here, counted before or after.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// Copies of publications that go out of sight, or come back.
    pub publications: i64,
    /// Follows that end, in both directions.
    pub follows: i64,
}

#[derive(Default)]
struct Read(Mutex<Option<Instant>>);

/// Makes sure that the list in memory is fresh; every request that comes from, or goes to, another node
/// begins with it.
///
/// # Errors
/// When the database refuses.
pub async fn refresh(node: &Node) -> Result<()> {
    let read = node.part::<Read>();
    let fresh = read
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .is_some_and(|at| at.elapsed() < FRESH);
    if fresh {
        return Ok(());
    }
    let began = Instant::now();
    let hosts = store::list_hosts(node).await?;
    node.part::<Closed>().replace(hosts.into_iter().collect());
    *read.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(began);
    Ok(())
}

async fn read_anew(node: &Node) -> Result<()> {
    *node
        .part::<Read>()
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = None;
    refresh(node).await
}

/// Whether a host is blocked, by its own name or as a sub-domain.
///
/// # Errors
/// When the database refuses.
pub async fn is_blocked(node: &Node, host: &str) -> Result<bool> {
    refresh(node).await?;
    Ok(node.part::<Closed>().covers(host))
}

/// Whether an address is on a blocked host.
///
/// # Errors
/// When the database refuses.
pub async fn is_blocked_url(node: &Node, url: &str) -> Result<bool> {
    refresh(node).await?;
    Ok(node.part::<Closed>().covers_url(url))
}

/// The host that a steward means, if it can be blocked.
///
/// # Errors
/// [`Error::Invalid`] when it is no host, or one that includes this very node.
pub fn host_meant(node: &Node, text: &str) -> Result<String> {
    let mut issues = Issues::default();
    let host = closed::meant(text).unwrap_or_default();
    let own = closed::normal(&node.config.domain).unwrap_or_default();
    if host.is_empty() {
        issues.add("host", "issue-block-host");
    } else if closed::and_above(&own).any(|above| above == host) {
        issues.add("host", "issue-block-self");
    }
    issues.or(host)
}

/// The hosts known here that a block of this one covers.
async fn covered(node: &Node, host: &str) -> Result<Vec<String>> {
    let one = Closed::default();
    one.replace([host.to_owned()].into());
    let mut known = directory::list_remote_hosts(node).await?;
    known.retain(|known| one.covers(known));
    Ok(known)
}

/// What blocking a host would change here.
///
/// # Errors
/// When the database refuses.
pub async fn foresee(node: &Node, host: &str) -> Result<Effect> {
    let hosts = covered(node, host).await?;
    Ok(Effect {
        publications: publications::count_of_hosts(node, &hosts).await?,
        follows: follows::count_of_hosts(node, &hosts).await?,
    })
}

/// Blocks a host: from now on nothing comes in from it, nothing is asked of it, nothing is sent to it;
/// follows in both directions end, and copies of what it gave go out of sight. To block it again only
/// changes the reason.
///
/// # Errors
/// [`Error::Invalid`] when the host or the reason cannot be.
pub async fn block(
    node: &Node,
    host: &str,
    reason: &str,
    by: Option<&Member>,
) -> Result<(Block, Effect)> {
    let host = host_meant(node, host)?;
    let reason = text::plain_line(reason, REASON_CHARS_MAX);
    if reason.is_empty() {
        let mut issues = Issues::default();
        issues.add("reason", "issue-required");
        return Err(Error::Invalid(issues));
    }
    let block = Block {
        host: host.clone(),
        reason,
        by: by.map(|member| member.id.clone()),
        at: node.now(),
    };
    let hosts = covered(node, &host).await?;
    let mut tx = node.db.write().await?;
    store::save(&mut tx, &block).await?;
    let effect = Effect {
        publications: publications::hide_of_hosts(&mut tx, &hosts, true, node.now()).await?,
        follows: follows::remove_of_hosts(&mut tx, &hosts).await?,
    };
    queue::push(node, &mut tx, HOST_BLOCKED, &queue::about(&host)).await?;
    tx.commit().await?;
    read_anew(node).await?;
    tracing::info!(%host, reason = %block.reason, publications = effect.publications, follows = effect.follows, "a host is blocked");
    let saved = store::find(node, &host).await?.ok_or(Error::NotFound)?;
    Ok((saved, effect))
}

/// Ends a block: copies that were out of sight are shown again, unless another block covers them. Follows
/// stay ended.
///
/// # Errors
/// [`Error::NotFound`] when it was not blocked by this name.
pub async fn unblock(node: &Node, host: &str) -> Result<Effect> {
    let host = closed::meant(host).ok_or(Error::NotFound)?;
    let rest = Closed::default();
    let others = store::list_hosts(node).await?;
    rest.replace(others.into_iter().filter(|other| *other != host).collect());
    let mut hosts = covered(node, &host).await?;
    hosts.retain(|known| !rest.covers(known));
    let mut tx = node.db.write().await?;
    if !store::remove(&mut tx, &host).await? {
        return Err(Error::NotFound);
    }
    let publications = publications::hide_of_hosts(&mut tx, &hosts, false, node.now()).await?;
    tx.commit().await?;
    read_anew(node).await?;
    tracing::info!(%host, publications, "a host is not blocked any more");
    Ok(Effect {
        publications,
        follows: 0,
    })
}

/// Hides what was being taken in at the very moment of a block, and ends the follows that were being made.
///
/// # Errors
/// When the database refuses.
pub async fn sweep(node: &Node) -> Result<()> {
    read_anew(node).await?;
    let closed = node.part::<Closed>();
    let mut hosts = directory::list_remote_hosts(node).await?;
    hosts.retain(|host| closed.covers(host));
    let mut tx = node.db.write().await?;
    publications::hide_of_hosts(&mut tx, &hosts, true, node.now()).await?;
    follows::remove_of_hosts(&mut tx, &hosts).await?;
    tx.commit().await
}
