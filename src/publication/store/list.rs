//! Publications in lists: what a viewer may see of them, filtered, counted, in pieces.

use super::{audience_of, find_all, json, kind_of, verified_of};
use crate::base::db::list_of;
use crate::base::listing::{Cursor, Page};
use crate::base::{Error, Millis, Node, Result};
use crate::directory::{Viewer, uri};
use crate::publication::audience::visible_to;
use crate::publication::kind::Kind;
use crate::publication::{Listed, Producer, Publication};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::HashMap;

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this sort.
    pub kind: Option<Kind>,
    /// Only this network's, by our actor id.
    pub network: Option<String>,
    /// Only this network's, or this author's where there is no network, by our actor id.
    pub producer: Option<String>,
    /// Only this author's, by our actor id.
    pub author: Option<String>,
    /// Only in this language.
    pub language: Option<String>,
    /// Only what was published on this node.
    pub local: bool,
    /// Only what came from elsewhere.
    pub remote: bool,
    /// Only events that end from this moment on, soonest first.
    pub from: Option<Millis>,
    /// Only events that were over before this moment, latest first.
    pub until: Option<Millis>,
}

/// What a filter says in a statement: its clauses over `publication p`, the texts of the first
/// placeholders, and the moment that follows them, if the filter is about an agenda.
struct Narrowed {
    clauses: Vec<String>,
    texts: Vec<String>,
    moment: Option<Millis>,
}

impl Narrowed {
    fn of(viewer: &Viewer, filter: &Filter) -> Self {
        let (visible, home) = visible_to(viewer, 1);
        let mut clauses = vec![visible];
        let mut texts = vec![home];
        let equals = [
            ("p.kind", filter.kind.map(|kind| kind.code().to_owned())),
            ("p.network_id", filter.network.clone()),
            ("p.author_id", filter.author.clone()),
            ("p.language", filter.language.clone()),
        ];
        for (column, value) in equals {
            if let Some(value) = value {
                texts.push(value);
                clauses.push(format!("{column} = ${}", texts.len()));
            }
        }
        if let Some(producer) = filter.producer.clone() {
            texts.push(producer);
            let n = texts.len();
            clauses.push(format!(
                "(p.network_id = ${n} OR (p.network_id IS NULL AND p.author_id = ${n}))"
            ));
        }
        for (wanted, local) in [(filter.local, 1), (filter.remote, 0)] {
            if wanted {
                clauses.push(format!("p.local = {local}"));
            }
        }
        let moment = filter.from.or(filter.until);
        if moment.is_some() {
            let side = if filter.from.is_some() { ">=" } else { "<" };
            clauses.push(format!(
                "p.start_time IS NOT NULL AND COALESCE(p.end_time, p.start_time) {side} ${}",
                texts.len() + 1
            ));
        }
        Self {
            clauses,
            texts,
            moment,
        }
    }
}

const LISTED: &str = "SELECT p.id, p.uri, p.url, p.kind, p.local, p.audience, p.language, p.licence, t.name, t.summary, \
    p.published, p.updated, p.start_time, p.end_time, p.timezone, p.place, p.picture, p.verified, \
    a.id AS a_id, a.uri AS a_uri, a.name AS a_name, a.handle AS a_handle, a.host AS a_host, a.local AS a_local, a.kind AS a_kind, \
    n.id AS n_id, n.uri AS n_uri, n.name AS n_name, n.handle AS n_handle, n.host AS n_host, n.local AS n_local, n.kind AS n_kind \
    FROM publication p JOIN publication_text t ON t.publication_id = p.id AND t.original = 1 \
    JOIN actor a ON a.id = p.author_id LEFT JOIN actor n ON n.id = p.network_id";

fn producer(row: &AnyRow, prefix: &str) -> Result<Option<Producer>> {
    let column = |name: &str| format!("{prefix}_{name}");
    let Some(id) = row.try_get::<Option<String>, _>(column("id").as_str())? else {
        return Ok(None);
    };
    let handle: String = row.try_get(column("handle").as_str())?;
    let kind: String = row.try_get(column("kind").as_str())?;
    let local = row.try_get::<i64, _>(column("local").as_str())? == 1;
    Ok(Some(Producer {
        path: uri::actor_path(local, &kind, &id, &handle),
        uri: row.try_get(column("uri").as_str())?,
        name: row.try_get(column("name").as_str())?,
        host: row.try_get(column("host").as_str())?,
        handle,
        id,
    }))
}

fn read_listed(row: &AnyRow) -> Result<Listed> {
    Ok(Listed {
        id: row.try_get("id")?,
        uri: row.try_get("uri")?,
        url: row.try_get("url")?,
        kind: kind_of(row)?,
        local: row.try_get::<i64, _>("local")? == 1,
        audience: audience_of(row)?,
        language: row.try_get("language")?,
        licence: row.try_get("licence")?,
        name: row.try_get("name")?,
        summary: row.try_get("summary")?,
        published: row.try_get("published")?,
        updated: row.try_get("updated")?,
        start_time: row.try_get("start_time")?,
        end_time: row.try_get("end_time")?,
        timezone: row.try_get("timezone")?,
        place: json(row, "place")?,
        picture: json(row, "picture")?,
        verified: verified_of(row)?,
        author: producer(row, "a")?
            .ok_or_else(|| Error::internal("a publication without an author"))?,
        network: producer(row, "n")?,
    })
}

/// Publications that a viewer may see: newest first, or for an agenda soonest first.
///
/// # Errors
/// When the database refuses.
pub async fn list(
    node: &Node,
    viewer: &Viewer,
    filter: &Filter,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page<Listed>> {
    let Narrowed {
        mut clauses,
        texts,
        moment,
    } = Narrowed::of(viewer, filter);
    let first = texts.len() + 1 + usize::from(moment.is_some());
    let start = match filter.from {
        Some(_) => Cursor {
            at: i64::MIN,
            id: String::new(),
        },
        None => Cursor::newest(),
    };
    let after = cursor.cloned().unwrap_or(start);
    let (key, side, down) = match (filter.from, filter.until) {
        (Some(_), _) => ("p.start_time", ">", ""),
        (None, Some(_)) => ("p.start_time", "<", " DESC"),
        (None, None) => ("p.published", "<", " DESC"),
    };
    clauses.push(format!("({key}, p.id) {side} (${first}, ${})", first + 1));
    let sql = format!(
        "{LISTED} WHERE {} ORDER BY {key}{down}, p.id{down} LIMIT ${}",
        clauses.join(" AND "),
        first + 2
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for text in &texts {
        query = query.bind(text);
    }
    if let Some(moment) = moment {
        query = query.bind(moment);
    }
    query = query
        .bind(after.at)
        .bind(after.id)
        .bind(i64::try_from(limit + 1).unwrap_or(i64::MAX));
    let rows = query.fetch_all(node.db.read()).await?;
    let items = rows.iter().map(read_listed).collect::<Result<Vec<_>>>()?;
    let agenda = moment.is_some();
    Ok(Page::cut(items, limit, |item| {
        (
            if agenda {
                item.start_time.unwrap_or_default()
            } else {
                item.published
            },
            item.id.clone(),
        )
    }))
}

/// The cards of these ids that a viewer may see, in the order of the ids: for search results.
///
/// # Errors
/// When the database refuses.
pub async fn list_by_ids(node: &Node, viewer: &Viewer, ids: &[String]) -> Result<Vec<Listed>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (visible, home) = visible_to(viewer, 1);
    let sql = format!(
        "{LISTED} WHERE {visible} AND p.id IN ({})",
        list_of(2, ids.len())
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(home);
    for id in ids {
        query = query.bind(id);
    }
    let rows = query.fetch_all(node.db.read()).await?;
    let mut items = rows.iter().map(read_listed).collect::<Result<Vec<_>>>()?;
    let place: HashMap<&String, usize> = ids.iter().enumerate().map(|(n, id)| (id, n)).collect();
    items.sort_by_key(|item| place.get(&item.id).copied());
    Ok(items)
}

/// Whole publications of one local actor for its outbox, as far as this viewer may see them, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_whole(
    node: &Node,
    viewer: &Viewer,
    filter: &Filter,
    cursor: &Cursor,
    limit: usize,
) -> Result<Page<Publication>> {
    let page = list(node, viewer, filter, Some(cursor), limit).await?;
    let ids: Vec<String> = page.items.iter().map(|item| item.id.clone()).collect();
    let mut items = find_all(node, &ids).await?;
    items.sort_by(|a, b| (b.published, &b.id).cmp(&(a.published, &a.id)));
    Ok(Page {
        items,
        next: page.next,
    })
}

/// How many publications a viewer may see, by sort.
///
/// # Errors
/// When the database refuses.
pub async fn count(node: &Node, viewer: &Viewer, filter: &Filter) -> Result<Vec<(Kind, i64)>> {
    let narrowed = Narrowed::of(viewer, filter);
    let sql = format!(
        "SELECT p.kind, COUNT(*) AS n FROM publication p WHERE {} GROUP BY p.kind",
        narrowed.clauses.join(" AND ")
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for text in &narrowed.texts {
        query = query.bind(text);
    }
    if let Some(moment) = narrowed.moment {
        query = query.bind(moment);
    }
    let rows = query.fetch_all(node.db.read()).await?;
    rows.iter()
        .map(|row| Ok((kind_of(row)?, row.try_get("n")?)))
        .collect()
}

/// The languages of what a viewer may see, for the filters.
///
/// # Errors
/// When the database refuses.
pub async fn list_languages(node: &Node, viewer: &Viewer) -> Result<Vec<String>> {
    let (visible, home) = visible_to(viewer, 1);
    let sql = format!(
        "SELECT DISTINCT p.language FROM publication p WHERE {visible} ORDER BY p.language"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(home)
        .fetch_all(node.db.read())
        .await?;
    Ok(rows
        .iter()
        .map(|row| row.try_get("language"))
        .collect::<sqlx::Result<_>>()?)
}

/// Networks whose publications a viewer may see, with how many, most first.
///
/// # Errors
/// When the database refuses.
pub async fn list_networks(node: &Node, viewer: &Viewer) -> Result<Vec<(Producer, i64)>> {
    let (visible, home) = visible_to(viewer, 1);
    let sql = format!(
        "SELECT n.id AS n_id, n.uri AS n_uri, n.name AS n_name, n.handle AS n_handle, n.host AS n_host, n.local AS n_local, \
         n.kind AS n_kind, COUNT(*) AS n FROM publication p JOIN actor n ON n.id = COALESCE(p.network_id, p.author_id) \
         WHERE {visible} GROUP BY n.id, n.uri, n.name, n.handle, n.host, n.local, n.kind ORDER BY n.local DESC, n.name"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(home)
        .fetch_all(node.db.read())
        .await?;
    rows.iter()
        .filter_map(|row| match producer(row, "n") {
            Ok(Some(producer)) => {
                Some(row.try_get("n").map(|n| (producer, n)).map_err(Error::from))
            }
            Ok(None) => None,
            Err(error) => Some(Err(error)),
        })
        .collect()
}
