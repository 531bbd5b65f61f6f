//! What proves a remote publication, as received, and what came of looking again.

use super::json;
use crate::base::db::list_of;
use crate::base::{Millis, Node, Result, Tx};
use crate::publication::evidence::{Document, Signed};
use crate::publication::{Publication, Verified};
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::HashSet;

/// How many rows of evidence are looked through at a time: each may be large.
const ROWS_AT_ONCE: i64 = 100;

/// What proves a remote publication: bytes as received, how they came, and the documents of those who vouch
/// for it, as held then.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The activity or object as received.
    pub body: String,
    /// How it was verified.
    pub method: String,
    /// The documents of author, network and sender.
    pub documents: Vec<Document>,
    /// What the sender signed, when it came in a signed request that proves it.
    pub signed: Option<Signed>,
    /// When it was received.
    pub at: Millis,
}

/// Keeps what proves a remote publication; the newest replaces the one before.
///
/// # Errors
/// When the database refuses.
pub async fn save_evidence(tx: &mut Tx, publication_id: &str, evidence: &Evidence) -> Result<()> {
    sqlx::query(
        "INSERT INTO evidence (publication_id, body, method, actor_document, documents, signed, at) VALUES ($1,$2,$3,'',$4,$5,$6) \
         ON CONFLICT (publication_id) DO UPDATE SET body = excluded.body, method = excluded.method, \
         actor_document = excluded.actor_document, documents = excluded.documents, signed = excluded.signed, \
         at = excluded.at, checked = NULL, checked_at = NULL",
    )
    .bind(publication_id)
    .bind(&evidence.body)
    .bind(&evidence.method)
    .bind(serde_json::to_string(&evidence.documents)?)
    .bind(evidence.signed.as_ref().map(serde_json::to_string).transpose()?)
    .bind(evidence.at)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Notes that what is held, word for word, is better proven than it was. Gives our id for it, or nothing
/// when it is not.
///
/// # Errors
/// When the database refuses.
pub async fn save_better_proven(tx: &mut Tx, p: &Publication) -> Result<Option<String>> {
    let weaker = p.verified.map_or(&[][..], Verified::weaker);
    if weaker.is_empty() {
        return Ok(None);
    }
    let sql = format!(
        "UPDATE publication SET verified = $1, verified_at = $2, proof = $3, changed_at = $4 WHERE uri = $5 AND author_id = $6 \
         AND digest = $7 AND version = $8 AND local = 0 AND state = 'published' AND verified IN ({}) RETURNING id",
        list_of(9, weaker.len())
    );
    let mut query = sqlx::query(AssertSqlSafe(sql))
        .bind(p.verified.map(Verified::code))
        .bind(p.verified_at)
        .bind(p.proof.as_deref())
        .bind(p.changed_at)
        .bind(&p.uri)
        .bind(&p.author_id)
        .bind(&p.digest)
        .bind(p.version());
    for one in weaker {
        query = query.bind(one.code());
    }
    let rows = query.fetch_all(tx.on()).await?;
    rows.first().map(|row| Ok(row.try_get("id")?)).transpose()
}

/// What proves a remote publication, if it is held.
///
/// # Errors
/// When the database refuses.
pub async fn find_evidence(node: &Node, publication_id: &str) -> Result<Option<Evidence>> {
    let row = sqlx::query(
        "SELECT e.body, e.method, e.actor_document, e.documents, e.signed, e.at, a.uri FROM evidence e \
         JOIN publication p ON p.id = e.publication_id JOIN actor a ON a.id = p.author_id WHERE e.publication_id = $1",
    )
    .bind(publication_id)
    .fetch_optional(node.db.read())
    .await?;
    row.map(|row| {
        let at = row.try_get("at")?;
        let documents = match json(&row, "documents")? {
            Some(documents) => documents,
            // Kept by an older version: the author's document alone.
            None => vec![Document {
                actor: row.try_get("uri")?,
                received: crate::base::clock::rfc3339(at),
                body: row.try_get("actor_document")?,
            }],
        };
        Ok(Evidence {
            body: row.try_get("body")?,
            method: row.try_get("method")?,
            documents,
            signed: json(&row, "signed")?,
            at,
        })
    })
    .transpose()
}

/// The URIs of all whose documents are kept as evidence.
///
/// # Errors
/// When the database refuses.
pub async fn list_vouching(node: &Node) -> Result<HashSet<String>> {
    let mut uris = HashSet::new();
    let mut last = String::new();
    loop {
        let rows = sqlx::query(
            "SELECT publication_id, documents FROM evidence WHERE publication_id > $1 ORDER BY publication_id LIMIT $2",
        )
        .bind(&last)
        .bind(ROWS_AT_ONCE)
        .fetch_all(node.db.read())
        .await?;
        let Some(row) = rows.last() else {
            return Ok(uris);
        };
        last = row.try_get("publication_id")?;
        for row in &rows {
            let documents: Option<Vec<Document>> = json(row, "documents")?;
            uris.extend(documents.into_iter().flatten().map(|held| held.actor));
        }
    }
}

/// Notes what came of looking again.
///
/// # Errors
/// When the database refuses.
pub async fn save_check(
    tx: &mut Tx,
    publication_id: &str,
    checked: &str,
    at: Millis,
) -> Result<()> {
    sqlx::query("UPDATE evidence SET checked = $1, checked_at = $2 WHERE publication_id = $3")
        .bind(checked)
        .bind(at)
        .bind(publication_id)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// What came of looking again the last time, if anybody did since it was received.
///
/// # Errors
/// When the database refuses.
pub async fn find_check(node: &Node, publication_id: &str) -> Result<Option<String>> {
    let row = sqlx::query("SELECT checked FROM evidence WHERE publication_id = $1")
        .bind(publication_id)
        .fetch_optional(node.db.read())
        .await?;
    Ok(row.map(|row| row.try_get("checked")).transpose()?.flatten())
}
