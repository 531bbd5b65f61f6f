//! Publications' rows, ours and copies of others', side by side.

use super::audience::visible_to;
use super::kind::{Detail, Kind};
use super::{Audience, Draft, Listed, Producer, Publication, Text, Verified};
use crate::base::db::{list_of, rows_of};
use crate::base::listing::{Cursor, Page};
use crate::base::{Error, Millis, Node, Result, Tx};
use crate::directory::{Viewer, uri};
use serde_json::{Map, Value};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::HashMap;

const COLUMNS: &str = "p.id, p.uri, p.url, p.type, p.kind, p.local, p.author_id, p.network_id, p.audience, p.state, \
    p.language, p.licence, p.start_time, p.end_time, p.timezone, p.place, p.picture, p.detail, p.published, p.updated, \
    p.revision, p.digest, p.changed_at, p.received_at, p.verified, p.verified_at, p.proof";

fn json<T: serde::de::DeserializeOwned>(row: &AnyRow, column: &str) -> Result<Option<T>> {
    let text: Option<String> = row.try_get(column)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

fn kind_of(row: &AnyRow) -> Result<Kind> {
    let code: String = row.try_get("kind")?;
    Kind::from_code(&code).ok_or_else(|| Error::internal(format!("kind {code}")))
}

fn audience_of(row: &AnyRow) -> Result<Audience> {
    let code: String = row.try_get("audience")?;
    Audience::from_code(&code).ok_or_else(|| Error::internal("audience"))
}

fn verified_of(row: &AnyRow) -> Result<Option<Verified>> {
    let code: Option<String> = row.try_get("verified")?;
    Ok(code.as_deref().and_then(Verified::from_code))
}

fn read_publication(row: &AnyRow, texts: Vec<Text>) -> Result<Publication> {
    let detail: Map<String, Value> = json(row, "detail")?.unwrap_or_default();
    Ok(Publication {
        id: row.try_get("id")?,
        uri: row.try_get("uri")?,
        url: row.try_get("url")?,
        wire_type: row.try_get("type")?,
        local: row.try_get::<i64, _>("local")? == 1,
        author_id: row.try_get("author_id")?,
        network_id: row.try_get("network_id")?,
        audience: audience_of(row)?,
        withdrawn: row.try_get::<String, _>("state")? == "withdrawn",
        language: row.try_get("language")?,
        licence: row.try_get("licence")?,
        start_time: row.try_get("start_time")?,
        end_time: row.try_get("end_time")?,
        timezone: row.try_get("timezone")?,
        place: json(row, "place")?,
        picture: json(row, "picture")?,
        detail: Detail::read(kind_of(row)?, &detail),
        texts,
        published: row.try_get("published")?,
        updated: row.try_get("updated")?,
        revision: row.try_get("revision")?,
        digest: row.try_get("digest")?,
        changed_at: row.try_get("changed_at")?,
        received_at: row.try_get("received_at")?,
        verified: verified_of(row)?,
        verified_at: row.try_get("verified_at")?,
        proof: row.try_get("proof")?,
    })
}

fn read_text(row: &AnyRow) -> Result<Text> {
    Ok(Text {
        language: row.try_get("language")?,
        original: row.try_get::<i64, _>("original")? == 1,
        name: row.try_get("name")?,
        summary: row.try_get("summary")?,
        source: row.try_get("source")?,
        html: row.try_get("html")?,
    })
}

async fn with_texts(node: &Node, rows: Vec<AnyRow>) -> Result<Vec<Publication>> {
    let ids = rows
        .iter()
        .map(|row| row.try_get("id"))
        .collect::<sqlx::Result<Vec<String>>>()?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT publication_id, language, original, name, summary, source, html FROM publication_text \
         WHERE publication_id IN ({}) ORDER BY original DESC, language",
        list_of(1, ids.len())
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for id in &ids {
        query = query.bind(id);
    }
    let mut texts: HashMap<String, Vec<Text>> = HashMap::new();
    for row in query.fetch_all(node.db.read()).await? {
        texts
            .entry(row.try_get("publication_id")?)
            .or_default()
            .push(read_text(&row)?);
    }
    rows.iter()
        .zip(ids)
        .map(|(row, id)| read_publication(row, texts.remove(&id).unwrap_or_default()))
        .collect()
}

async fn find_where(node: &Node, clause: &str, value: &str) -> Result<Option<Publication>> {
    let sql = format!("SELECT {COLUMNS} FROM publication p WHERE {clause}");
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(value)
        .fetch_all(node.db.read())
        .await?;
    Ok(with_texts(node, rows).await?.into_iter().next())
}

/// A publication by our id, whoever may see it, withdrawn ones included: the caller asks the rule.
///
/// # Errors
/// When the database refuses.
pub async fn find(node: &Node, id: &str) -> Result<Option<Publication>> {
    find_where(node, "p.id = $1", id).await
}

/// A publication by its URI, likewise.
///
/// # Errors
/// When the database refuses.
pub async fn find_by_uri(node: &Node, uri: &str) -> Result<Option<Publication>> {
    find_where(node, "p.uri = $1", uri).await
}

/// A publication that this viewer may see.
///
/// # Errors
/// [`Error::NotFound`] when there is none for them, [`Error::Gone`] when it was withdrawn.
pub async fn find_visible(node: &Node, viewer: &Viewer, id: &str) -> Result<Publication> {
    let publication = find(node, id).await?.ok_or(Error::NotFound)?;
    // Only what everybody could see leaves a trace of having been there.
    if publication.withdrawn {
        return Err(if publication.audience == Audience::Public {
            Error::Gone
        } else {
            Error::NotFound
        });
    }
    let followed = followed(node, viewer, &publication).await?;
    if super::may_see(viewer, super::audience::Item::of(&publication, followed)) {
        Ok(publication)
    } else {
        Err(Error::NotFound)
    }
}

async fn followed(node: &Node, viewer: &Viewer, publication: &Publication) -> Result<bool> {
    let Some(home) = viewer
        .home_network
        .as_deref()
        .filter(|_| !publication.local)
    else {
        return Ok(false);
    };
    let row = sqlx::query(
        "SELECT id FROM follow WHERE state = 'accepted' AND follower_id = $1 AND target_id IN ($2, $3) LIMIT 1",
    )
    .bind(home)
    .bind(&publication.author_id)
    .bind(publication.network_id.as_deref().unwrap_or_default())
    .fetch_optional(node.db.read())
    .await?;
    Ok(row.is_some())
}

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

/// Whole publications of one local actor for its outbox: public, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_public(
    node: &Node,
    filter: &Filter,
    cursor: &Cursor,
    limit: usize,
) -> Result<Page<Publication>> {
    let page = list(node, &Viewer::stranger(), filter, Some(cursor), limit).await?;
    let ids: Vec<String> = page.items.iter().map(|item| item.id.clone()).collect();
    let mut items = find_all(node, &ids).await?;
    items.sort_by(|a, b| (b.published, &b.id).cmp(&(a.published, &a.id)));
    Ok(Page {
        items,
        next: page.next,
    })
}

/// Whole publications by our ids, in any order.
///
/// # Errors
/// When the database refuses.
pub async fn find_all(node: &Node, ids: &[String]) -> Result<Vec<Publication>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM publication p WHERE p.id IN ({})",
        list_of(1, ids.len())
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for id in ids {
        query = query.bind(id);
    }
    let rows = query.fetch_all(node.db.read()).await?;
    with_texts(node, rows).await
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

/// Saves a publication of ours: its row and its texts.
///
/// # Errors
/// When the database refuses.
pub async fn save(tx: &mut Tx, publication: &Publication) -> Result<()> {
    save_newer(tx, publication).await?;
    Ok(())
}

/// Saves a publication if it is new, or newer than what is held: a newer moment wins, then the larger
/// digest; what was withdrawn stays so; nobody but its author brings it (D17, R11). Returns our id for
/// it when it was saved.
///
/// # Errors
/// When the database refuses.
pub async fn save_newer(tx: &mut Tx, p: &Publication) -> Result<Option<String>> {
    let rows = sqlx::query(
        "INSERT INTO publication (id, uri, url, type, kind, local, author_id, network_id, audience, state, language, licence, \
         start_time, end_time, timezone, place, picture, detail, published, updated, version, revision, digest, changed_at, \
         received_at, verified, verified_at, proof, media_name) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,'published',$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28) \
         ON CONFLICT (uri) DO UPDATE SET url = excluded.url, type = excluded.type, kind = excluded.kind, \
         network_id = excluded.network_id, audience = excluded.audience, language = excluded.language, licence = excluded.licence, \
         start_time = excluded.start_time, end_time = excluded.end_time, timezone = excluded.timezone, place = excluded.place, \
         picture = excluded.picture, detail = excluded.detail, published = excluded.published, updated = excluded.updated, \
         version = excluded.version, revision = excluded.revision, digest = excluded.digest, changed_at = excluded.changed_at, \
         verified = excluded.verified, verified_at = excluded.verified_at, proof = excluded.proof, media_name = excluded.media_name \
         WHERE publication.local = excluded.local AND publication.author_id = excluded.author_id \
         AND publication.state = 'published' AND (excluded.version > publication.version \
         OR (excluded.version = publication.version AND excluded.digest > publication.digest)) \
         RETURNING id",
    )
    .bind(&p.id)
    .bind(&p.uri)
    .bind(&p.url)
    .bind(&p.wire_type)
    .bind(p.kind().code())
    .bind(i64::from(p.local))
    .bind(&p.author_id)
    .bind(p.network_id.as_deref())
    .bind(p.audience.code())
    .bind(&p.language)
    .bind(&p.licence)
    .bind(p.start_time)
    .bind(p.end_time)
    .bind(p.timezone.as_deref())
    .bind(p.place.as_ref().map(serde_json::to_string).transpose()?)
    .bind(p.picture.as_ref().map(serde_json::to_string).transpose()?)
    .bind(Value::Object(p.detail.to_map()).to_string())
    .bind(p.published)
    .bind(p.updated)
    .bind(p.version())
    .bind(p.revision)
    .bind(&p.digest)
    .bind(p.changed_at)
    .bind(p.received_at)
    .bind(p.verified.map(Verified::code))
    .bind(p.verified_at)
    .bind(p.proof.as_deref())
    .bind(p.picture.as_ref().filter(|_| p.local).map(|picture| picture.src.clone()))
    .fetch_all(tx.on())
    .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let id: String = row.try_get("id")?;
    save_texts(tx, &id, &p.texts).await?;
    Ok(Some(id))
}

async fn save_texts(tx: &mut Tx, id: &str, texts: &[Text]) -> Result<()> {
    sqlx::query("DELETE FROM publication_text WHERE publication_id = $1")
        .bind(id)
        .execute(tx.on())
        .await?;
    if texts.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO publication_text (publication_id, language, original, name, summary, source, html) VALUES {}",
        rows_of(texts.len(), 7)
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for text in texts {
        query = query
            .bind(id)
            .bind(&text.language)
            .bind(i64::from(text.original))
            .bind(&text.name)
            .bind(&text.summary)
            .bind(text.source.as_deref())
            .bind(&text.html);
    }
    query.execute(tx.on()).await?;
    Ok(())
}

/// Withdraws a publication: its text, detail and evidence go, a tombstone stays for ever.
/// Returns whether it stood before.
///
/// # Errors
/// When the database refuses.
pub async fn withdraw(tx: &mut Tx, id: &str, at: Millis) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE publication SET state = 'withdrawn', detail = '{}', picture = NULL, media_name = NULL, place = NULL, proof = NULL, \
         updated = $1, version = $1, changed_at = $1 WHERE id = $2 AND state = 'published'",
    )
    .bind(at)
    .bind(id)
    .execute(tx.on())
    .await?;
    for sql in [
        "DELETE FROM publication_text WHERE publication_id = $1",
        "DELETE FROM revision WHERE publication_id = $1",
        "DELETE FROM evidence WHERE publication_id = $1",
        "DELETE FROM draft WHERE id = $1",
    ] {
        sqlx::query(sql).bind(id).execute(tx.on()).await?;
    }
    Ok(done.rows_affected() == 1)
}

/// Keeps a snapshot of what was published.
///
/// # Errors
/// When the database refuses.
pub async fn save_revision(
    tx: &mut Tx,
    id: &str,
    revision: i64,
    member_id: &str,
    body: &Draft,
    at: Millis,
) -> Result<()> {
    sqlx::query("INSERT INTO revision (publication_id, revision, member_id, body, at) VALUES ($1,$2,$3,$4,$5)")
        .bind(id)
        .bind(revision)
        .bind(member_id)
        .bind(serde_json::to_string(body)?)
        .bind(at)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// One snapshot.
#[derive(Debug, Clone)]
pub struct Revision {
    /// 1, 2, 3..
    pub revision: i64,
    /// Who published it, by name.
    pub by: String,
    /// When.
    pub at: Millis,
    /// What was published.
    pub body: Draft,
}

/// The snapshots of a publication of ours, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_revisions(node: &Node, id: &str) -> Result<Vec<Revision>> {
    let rows = sqlx::query(
        "SELECT r.revision, r.body, r.at, a.name FROM revision r JOIN member m ON m.id = r.member_id \
         JOIN actor a ON a.id = m.actor_id WHERE r.publication_id = $1 ORDER BY r.revision DESC LIMIT 500",
    )
    .bind(id)
    .fetch_all(node.db.read())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Revision {
                revision: row.try_get("revision")?,
                by: row.try_get("name")?,
                at: row.try_get("at")?,
                body: json(row, "body")?.unwrap_or_default(),
            })
        })
        .collect()
}

/// A draft as its writer sees it in a list.
#[derive(Debug, Clone)]
pub struct SavedDraft {
    /// The id it has, and its publication will have.
    pub id: String,
    /// What was written so far.
    pub body: Draft,
    /// When it was last saved.
    pub saved_at: Millis,
}

/// Keeps what somebody writes: the only thing autosave touches (D20).
///
/// # Errors
/// When the database refuses.
pub async fn save_draft(
    tx: &mut Tx,
    id: &str,
    member_id: &str,
    body: &Draft,
    at: Millis,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO draft (id, member_id, body, saved_at) VALUES ($1,$2,$3,$4) \
         ON CONFLICT (id, member_id) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at",
    )
    .bind(id)
    .bind(member_id)
    .bind(serde_json::to_string(body)?)
    .bind(at)
    .execute(tx.on())
    .await?;
    Ok(())
}

fn read_draft(row: &AnyRow) -> Result<SavedDraft> {
    Ok(SavedDraft {
        id: row.try_get("id")?,
        body: json(row, "body")?.unwrap_or_default(),
        saved_at: row.try_get("saved_at")?,
    })
}

/// A member's own draft.
///
/// # Errors
/// When the database refuses.
pub async fn find_draft(node: &Node, id: &str, member_id: &str) -> Result<Option<SavedDraft>> {
    let row = sqlx::query("SELECT id, body, saved_at FROM draft WHERE id = $1 AND member_id = $2")
        .bind(id)
        .bind(member_id)
        .fetch_optional(node.db.read())
        .await?;
    row.as_ref().map(read_draft).transpose()
}

/// A member's own drafts, last saved first.
///
/// # Errors
/// When the database refuses.
pub async fn list_drafts(node: &Node, member_id: &str) -> Result<Vec<SavedDraft>> {
    let rows = sqlx::query("SELECT id, body, saved_at FROM draft WHERE member_id = $1 ORDER BY saved_at DESC LIMIT 200")
        .bind(member_id)
        .fetch_all(node.db.read())
        .await?;
    rows.iter().map(read_draft).collect()
}

/// Removes a member's own draft.
///
/// # Errors
/// When the database refuses.
pub async fn remove_draft(tx: &mut Tx, id: &str, member_id: &str) -> Result<()> {
    sqlx::query("DELETE FROM draft WHERE id = $1 AND member_id = $2")
        .bind(id)
        .bind(member_id)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// What proves a remote publication: bytes as received, and its producer's document then.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The activity or object as received.
    pub body: String,
    /// How it was verified.
    pub method: String,
    /// The author's document as held then.
    pub actor_document: String,
    /// When.
    pub at: Millis,
}

/// Keeps what proves a remote publication; the newest replaces the one before.
///
/// # Errors
/// When the database refuses.
pub async fn save_evidence(tx: &mut Tx, publication_id: &str, evidence: &Evidence) -> Result<()> {
    sqlx::query(
        "INSERT INTO evidence (publication_id, body, method, actor_document, at) VALUES ($1,$2,$3,$4,$5) \
         ON CONFLICT (publication_id) DO UPDATE SET body = excluded.body, method = excluded.method, \
         actor_document = excluded.actor_document, at = excluded.at",
    )
    .bind(publication_id)
    .bind(&evidence.body)
    .bind(&evidence.method)
    .bind(&evidence.actor_document)
    .bind(evidence.at)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// What proves a remote publication, if it is held.
///
/// # Errors
/// When the database refuses.
pub async fn find_evidence(node: &Node, publication_id: &str) -> Result<Option<Evidence>> {
    let row = sqlx::query(
        "SELECT body, method, actor_document, at FROM evidence WHERE publication_id = $1",
    )
    .bind(publication_id)
    .fetch_optional(node.db.read())
    .await?;
    row.map(|row| {
        Ok(Evidence {
            body: row.try_get("body")?,
            method: row.try_get("method")?,
            actor_document: row.try_get("actor_document")?,
            at: row.try_get("at")?,
        })
    })
    .transpose()
}

/// What changed after a place in the order of changes, withdrawn ones included, oldest change first:
/// ids, moments and revisions, for the index (D21).
///
/// # Errors
/// When the database refuses.
pub async fn list_changed(
    node: &Node,
    after: &Cursor,
    limit: i64,
) -> Result<Vec<(String, Millis, i64)>> {
    let rows = sqlx::query(
        "SELECT id, changed_at, revision FROM publication WHERE (changed_at, id) > ($1, $2) \
         ORDER BY changed_at, id LIMIT $3",
    )
    .bind(after.at)
    .bind(&after.id)
    .bind(limit)
    .fetch_all(node.db.read())
    .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get("id")?,
                row.try_get("changed_at")?,
                row.try_get("revision")?,
            ))
        })
        .collect()
}

/// A picture that a member uploaded; two members may upload the same one.
///
/// # Errors
/// When the database refuses.
pub async fn save_media(
    tx: &mut Tx,
    name: &str,
    member_id: &str,
    picture: &crate::base::media::Picture,
    at: Millis,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO media (name, member_id, media_type, width, height, bytes, created_at) VALUES ($1,$2,$3,$4,$5,$6,$7) \
         ON CONFLICT (name, member_id) DO NOTHING",
    )
    .bind(name)
    .bind(member_id)
    .bind(picture.media_type)
    .bind(i64::from(picture.width))
    .bind(i64::from(picture.height))
    .bind(i64::try_from(picture.bytes).unwrap_or(0))
    .bind(at)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Whether a viewer may see a picture: some publication they may see shows it, or it is their own upload.
///
/// # Errors
/// When the database refuses.
pub async fn may_see_media(node: &Node, viewer: &Viewer, name: &str) -> Result<bool> {
    let own = viewer
        .member
        .as_ref()
        .map(|member| member.id.clone())
        .unwrap_or_default();
    let (visible, home) = visible_to(viewer, 1);
    let sql = format!(
        "SELECT m.name FROM media m WHERE m.name = $2 AND (m.member_id = $3 OR EXISTS \
         (SELECT 1 FROM publication p WHERE p.media_name = $2 AND {visible})) LIMIT 1"
    );
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(home)
        .bind(name)
        .bind(own)
        .fetch_optional(node.db.read())
        .await?;
    Ok(row.is_some())
}

/// The actors that a network follows and was accepted by, by our actor ids.
///
/// # Errors
/// When the database refuses.
pub async fn list_followed(node: &Node, follower_id: &str) -> Result<Vec<String>> {
    let rows = sqlx::query(
        "SELECT target_id FROM follow WHERE follower_id = $1 AND state = 'accepted' AND target_id IS NOT NULL",
    )
    .bind(follower_id)
    .fetch_all(node.db.read())
    .await?;
    Ok(rows
        .iter()
        .map(|row| row.try_get("target_id"))
        .collect::<sqlx::Result<_>>()?)
}
