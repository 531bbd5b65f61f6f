//! Publications' rows, ours and copies of others', side by side.

mod evidence;
mod hidden;
mod kept;
mod list;

pub use evidence::*;
pub use hidden::*;
pub use kept::*;
pub use list::*;

use super::kind::{Detail, Kind};
use super::{Audience, Publication, Text, Verified};
use crate::base::db::{list_of, rows_of};
use crate::base::listing::Cursor;
use crate::base::{Error, Millis, Node, Result, Tx};
use crate::directory::Viewer;
use serde_json::{Map, Value};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::HashMap;

const COLUMNS: &str = "p.id, p.uri, p.url, p.type, p.kind, p.local, p.author_id, p.network_id, p.audience, p.state, \
    p.language, p.licence, p.start_time, p.end_time, p.timezone, p.place, p.picture, p.detail, p.published, p.updated, \
    p.revision, p.digest, p.changed_at, p.received_at, p.verified, p.verified_at, p.proof, p.hidden";

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
        hidden: row.try_get::<i64, _>("hidden")? == 1,
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
    let publication = find(node, id)
        .await?
        .filter(|publication| !publication.hidden)
        .ok_or(Error::NotFound)?;
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
    let side = match publication.local {
        true => viewer.follower.as_deref(),
        false => viewer.home_network.as_deref(),
    };
    let Some(side) = side else {
        return Ok(false);
    };
    let row = sqlx::query(
        "SELECT id FROM follow WHERE state = 'accepted' AND follower_id = $1 AND target_id IN ($2, $3) LIMIT 1",
    )
    .bind(side)
    .bind(&publication.author_id)
    .bind(publication.network_id.as_deref().unwrap_or_default())
    .fetch_optional(node.db.read())
    .await?;
    Ok(row.is_some())
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

/// What a remote actor gave, or what was given in its name, and still stands: our ids.
///
/// # Errors
/// When the database refuses.
pub async fn list_given(node: &Node, actor_id: &str) -> Result<Vec<String>> {
    let rows = sqlx::query(
        "SELECT id FROM publication WHERE local = 0 AND state = 'published' AND (author_id = $1 OR network_id = $1)",
    )
    .bind(actor_id)
    .fetch_all(node.db.read())
    .await?;
    Ok(rows
        .iter()
        .map(|row| row.try_get("id"))
        .collect::<sqlx::Result<_>>()?)
}
