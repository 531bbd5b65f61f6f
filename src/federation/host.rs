//! What other nodes run, as their NodeInfo says, and which manner of speaking suits them (D10).

use super::store;
use crate::base::clock::DAY;
use crate::base::queue::{About, Job};
use crate::base::{Node, Result};
use crate::trust::Budget;
use crate::trust::fetch::get_json;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The kind of the job that reads a host's NodeInfo.
pub const LEARN_HOST: &str = "learn_host";
/// The name of our own software in NodeInfo.
pub const SOFTWARE: &str = "atelier";
const ASK_AGAIN_AFTER: i64 = 7 * DAY;

/// How a follower of a network hears of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// The author's own activity.
    Atelier,
    /// The network announces the whole activity (FEP-1b12).
    WholeAnnounce,
    /// The network announces the article's id.
    AnnounceId,
}

/// The manner for a software.
#[must_use]
pub fn manner(software: Option<&str>) -> Manner {
    match software {
        Some(SOFTWARE) => Manner::Atelier,
        Some("lemmy" | "piefed" | "nodebb" | "mbin" | "kbin" | "ghost") => Manner::WholeAnnounce,
        _ => Manner::AnnounceId,
    }
}

/// What these hosts run, as far as known.
///
/// # Errors
/// When the database refuses.
pub async fn software_of(
    node: &Node,
    hosts: &BTreeSet<String>,
) -> Result<BTreeMap<String, String>> {
    let hosts: Vec<String> = hosts.iter().cloned().collect();
    let known = store::list_software(node, &hosts).await?;
    Ok(known
        .into_iter()
        .filter_map(|(host, (software, _))| Some((host, software?)))
        .collect())
}

/// Reads what a host runs. A host without NodeInfo is one that says nothing.
///
/// # Errors
/// When the host does not answer; the job then runs again.
pub async fn learn(node: &Node, job: &Job) -> Result<()> {
    let host: About = job.payload()?;
    let host = host.id;
    let known = store::list_software(node, std::slice::from_ref(&host)).await?;
    if known
        .get(&host)
        .is_some_and(|(_, at)| node.now() - at < ASK_AGAIN_AFTER)
    {
        return Ok(());
    }
    let software = match read_software(node, &host).await {
        Ok(software) => software,
        Err(_) if job.attempts >= 3 => None,
        Err(error) => return Err(error),
    };
    let mut tx = node.db.write().await?;
    store::save_software(&mut tx, &host, software.as_deref(), node.now()).await?;
    tx.commit().await
}

/// Asks a host what it runs (NodeInfo); nothing when it does not say.
///
/// # Errors
/// When the host does not answer.
pub async fn read_software(node: &Node, host: &str) -> Result<Option<String>> {
    const ACCEPT: &str = "application/json";
    crate::moderation::refresh(node).await?;
    let budget = Budget::small(node);
    let root = super::discovery::root_of(node, host);
    let index = get_json(
        node,
        &format!("{root}/.well-known/nodeinfo"),
        ACCEPT,
        &budget,
    )
    .await?;
    let links = index
        .value
        .get("links")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let href = links
        .filter(|link| {
            link.get("rel")
                .and_then(Value::as_str)
                .is_some_and(|rel| rel.contains("nodeinfo.diaspora.software/ns/schema/2"))
        })
        .filter_map(|link| link.get("href").and_then(Value::as_str))
        .next_back();
    let Some(href) = href.filter(|href| crate::trust::origin::may_speak_for(&root, href)) else {
        return Ok(None);
    };
    let info = get_json(node, href, ACCEPT, &budget).await?;
    let name = info
        .value
        .get("software")
        .and_then(|software| software.get("name"))
        .and_then(Value::as_str);
    Ok(name.map(|name| name.chars().take(60).collect::<String>().to_lowercase()))
}
