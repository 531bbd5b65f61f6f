//! Finding publications by their words. The index follows the database by itself (D21): a deed knows
//! nothing of it, and it can be thrown away and made again.

use super::{Audience, Publication, Text, store};
use crate::base::clock::SECOND;
use crate::base::listing::Cursor;
use crate::base::search::{Entry, Hits, Query, Search, SeenBy};
use crate::base::{Error, Millis, Node, Result, setting, text};
use crate::directory::{Viewer, store as directory};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// PostgreSQL commits out of order: look back this far.
const OVERLAP: Millis = 10 * SECOND;
const BATCH: i64 = 500;
const EPOCH: &str = "search_epoch";

#[derive(Default)]
struct Index {
    search: RwLock<Option<Arc<Search>>>,
    /// What the last look saw, so that the overlap is not indexed again and again.
    seen: tokio::sync::Mutex<HashMap<String, (Millis, i64)>>,
}

/// The index of this process, opened at first use.
///
/// # Errors
/// When its folder cannot be used.
pub fn index(node: &Node) -> Result<Arc<Search>> {
    let part = node.part::<Index>();
    let mut slot = part.search.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(search) = slot.as_ref() {
        return Ok(search.clone());
    }
    let opened = Arc::new(Search::open(&node.search_dir())?);
    *slot = Some(opened.clone());
    Ok(opened)
}

/// Begins the index of this process anew: the database asked for it.
async fn begin_anew(node: &Node, epoch: i64) -> Result<Arc<Search>> {
    let dir = node.search_dir();
    let made = tokio::task::spawn_blocking(move || {
        let made = Search::anew(&dir)?;
        made.replace(Vec::new(), Vec::new(), 0, epoch)?;
        Ok::<_, Error>(Arc::new(made))
    })
    .await??;
    *node
        .part::<Index>()
        .search
        .write()
        .unwrap_or_else(PoisonError::into_inner) = Some(made.clone());
    Ok(made)
}

/// Asks every process to make its index anew.
///
/// # Errors
/// When the database refuses.
pub async fn reindex(node: &Node) -> Result<()> {
    let epoch = current_epoch(node).await? + 1;
    let mut tx = node.db.write().await?;
    setting::set(&mut tx, EPOCH, &epoch.to_string()).await?;
    tx.commit().await
}

async fn current_epoch(node: &Node) -> Result<i64> {
    Ok(setting::get(node, EPOCH)
        .await?
        .and_then(|text| text.parse().ok())
        .unwrap_or(0))
}

/// Takes what changed in the database into the index. Returns how many entries changed.
///
/// # Errors
/// When the database or the index refuses; the next look tries again.
pub async fn catch_up(node: &Node) -> Result<usize> {
    let mut search = index(node)?;
    let part = node.part::<Index>();
    let mut seen = part.seen.lock().await;
    let epoch = current_epoch(node).await?;
    if search.epoch() != epoch {
        search = begin_anew(node, epoch).await?;
        seen.clear();
    }
    let mut changed = 0;
    // The overlap is passed once a look, in pieces: more than one piece may have changed within it.
    let mut after = Cursor {
        at: search.cursor() - OVERLAP,
        id: String::new(),
    };
    loop {
        let rows = store::list_changed(node, &after, BATCH).await?;
        let full = i64::try_from(rows.len()).unwrap_or(0) == BATCH;
        let Some((id, at, _)) = rows.last().cloned() else {
            break;
        };
        after = Cursor { at, id };
        let newest = search.cursor().max(at);
        let unseen: Vec<String> = rows
            .into_iter()
            .filter(|(id, at, revision)| seen.get(id) != Some(&(*at, *revision)))
            .map(|(id, _, _)| id)
            .collect();
        if unseen.is_empty() {
            if full {
                continue;
            }
            break;
        }
        let fresh = store::find_all(node, &unseen).await?;
        changed += fresh.len();
        for row in &fresh {
            seen.insert(row.id.clone(), (row.changed_at, row.revision));
        }
        seen.retain(|_, (at, _)| *at > newest - 2 * OVERLAP);
        let names = producers_of(node, &fresh).await?;
        let (gone, kept): (Vec<_>, Vec<_>) =
            fresh.iter().partition(|row| row.withdrawn || row.hidden);
        let removed = gone.iter().map(|row| row.id.clone()).collect();
        let entries = kept.iter().map(|row| entry(row, &names)).collect();
        let search = search.clone();
        tokio::task::spawn_blocking(move || search.replace(entries, removed, newest, epoch))
            .await??;
        if !full {
            break;
        }
    }
    Ok(changed)
}

async fn producers_of(node: &Node, rows: &[Publication]) -> Result<HashMap<String, String>> {
    let mut ids: Vec<String> = rows
        .iter()
        .flat_map(|row| std::iter::once(row.author_id.clone()).chain(row.network_id.clone()))
        .collect();
    ids.sort();
    ids.dedup();
    let actors = directory::find_actors(node, &ids).await?;
    Ok(actors
        .into_iter()
        .map(|actor| (actor.id, actor.name))
        .collect())
}

fn entry(row: &Publication, names: &HashMap<String, String>) -> Entry {
    let join = |pick: fn(&Text) -> &str| {
        let all: Vec<&str> = row.texts.iter().map(pick).collect();
        all.join("\n")
    };
    let detail: Vec<String> = row
        .detail
        .to_map()
        .into_iter()
        .filter_map(|(_, value)| value.as_str().map(str::to_owned))
        .collect();
    let body: Vec<String> = row
        .texts
        .iter()
        .map(|t| text::plain(&t.html, usize::MAX))
        .chain(detail)
        .collect();
    let name_of = |id: &String| names.get(id).cloned().unwrap_or_default();
    Entry {
        id: row.id.clone(),
        kind: row.kind().code().to_owned(),
        network: row
            .network_id
            .clone()
            .unwrap_or_else(|| row.author_id.clone()),
        author: row.author_id.clone(),
        language: row.language.clone(),
        audience: match row.audience {
            Audience::Public => "public".into(),
            Audience::Followers => "followers".into(),
            Audience::Members => "members".into(),
        },
        local: row.local,
        published: row.published,
        start: row.start_time,
        name: join(|t| &t.name),
        summary: join(|t| &t.summary),
        body: body.join("\n"),
        place: row
            .place
            .as_ref()
            .map(super::Place::line)
            .unwrap_or_default(),
        people: format!(
            "{} {}",
            name_of(&row.author_id),
            row.network_id.as_ref().map(name_of).unwrap_or_default()
        ),
    }
}

/// What somebody looks for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The words.
    pub text: String,
    /// Only this sort, by code.
    pub kind: Option<String>,
    /// Only this network, by our actor id.
    pub network: Option<String>,
    /// Only this language.
    pub language: Option<String>,
    /// Newest first instead of best first.
    pub newest_first: bool,
    /// How many at most.
    pub limit: usize,
    /// How many to pass over.
    pub offset: usize,
}

/// Finds what a viewer may see.
///
/// # Errors
/// When the index refuses.
pub async fn seek(node: &Node, viewer: &Viewer, wanted: Wanted) -> Result<Hits> {
    let search = index(node)?;
    let seen_by = match (&viewer.home_network, viewer.is_member()) {
        (Some(home), true) => SeenBy::Member {
            followed_networks: store::list_followed(node, home).await?,
        },
        _ => SeenBy::Anyone,
    };
    let query = Query {
        text: wanted.text,
        kind: wanted.kind,
        network: wanted.network,
        language: wanted.language,
        newest_first: wanted.newest_first,
        limit: wanted.limit,
        offset: wanted.offset,
        seen_by,
    };
    tokio::task::spawn_blocking(move || search.find(&query)).await?
}
