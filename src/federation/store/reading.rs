//! What other nodes run, and how far their histories were read.

use super::ROWS_AT_ONCE;
use crate::base::db::list_of;
use crate::base::{Millis, Node, Result, Tx};
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::BTreeMap;

/// What hosts run, as far as their NodeInfo was read, and when it was.
///
/// # Errors
/// When the database refuses.
pub async fn list_software(
    node: &Node,
    hosts: &[String],
) -> Result<BTreeMap<String, (Option<String>, Millis)>> {
    let mut known = BTreeMap::new();
    for chunk in hosts.chunks(ROWS_AT_ONCE) {
        let sql = format!(
            "SELECT name, software, software_at FROM host WHERE name IN ({})",
            list_of(1, chunk.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for host in chunk {
            query = query.bind(host);
        }
        for row in query.fetch_all(node.db.read()).await? {
            known.insert(
                row.try_get("name")?,
                (row.try_get("software")?, row.try_get("software_at")?),
            );
        }
    }
    Ok(known)
}

/// Notes what a host runs.
///
/// # Errors
/// When the database refuses.
pub async fn save_software(
    tx: &mut Tx,
    host: &str,
    software: Option<&str>,
    now: Millis,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO host (name, software, software_at) VALUES ($1,$2,$3) \
         ON CONFLICT (name) DO UPDATE SET software = excluded.software, software_at = excluded.software_at",
    )
    .bind(host)
    .bind(software)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// How far a history was read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The page to read next.
    pub next_url: Option<String>,
    /// How many items were read.
    pub done: i64,
    /// How many pages were read.
    pub pages: i64,
    /// Whether it was once read to its first item.
    pub full_once: bool,
    /// When it last went on.
    pub updated_at: Millis,
    /// Whether it goes on.
    pub running: bool,
}

/// The reading of an actor's history.
///
/// # Errors
/// When the database refuses.
pub async fn find_reading(node: &Node, actor_id: &str) -> Result<Option<Reading>> {
    let row = sqlx::query("SELECT state, next_url, done, pages, full_once, updated_at FROM backfill WHERE actor_id = $1")
        .bind(actor_id)
        .fetch_optional(node.db.read())
        .await?;
    row.map(|row| {
        Ok(Reading {
            next_url: row.try_get("next_url")?,
            done: row.try_get("done")?,
            pages: row.try_get("pages")?,
            full_once: row.try_get::<i64, _>("full_once")? == 1,
            updated_at: row.try_get("updated_at")?,
            running: row.try_get::<String, _>("state")? == "running",
        })
    })
    .transpose()
}

/// Starts a reading, or starts it over; `full_once` is remembered.
///
/// # Errors
/// When the database refuses.
pub async fn start_reading(tx: &mut Tx, actor_id: &str, now: Millis) -> Result<()> {
    sqlx::query(
        "INSERT INTO backfill (actor_id, state, done, pages, started_at, updated_at) VALUES ($1,'running',0,0,$2,$2) \
         ON CONFLICT (actor_id) DO UPDATE SET state = 'running', next_url = NULL, pages = 0, \
         done = 0, error = NULL, updated_at = excluded.updated_at",
    )
    .bind(actor_id)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Notes how far a reading came.
///
/// # Errors
/// When the database refuses.
pub async fn save_reading(
    tx: &mut Tx,
    actor_id: &str,
    reading: &Reading,
    total: Option<i64>,
    state: &str,
    now: Millis,
) -> Result<()> {
    sqlx::query(
        "UPDATE backfill SET state = $1, next_url = $2, done = $3, total = COALESCE($4, total), pages = $5, full_once = $6, \
         error = NULL, updated_at = $7 WHERE actor_id = $8",
    )
    .bind(state)
    .bind(reading.next_url.as_deref())
    .bind(reading.done)
    .bind(total)
    .bind(reading.pages)
    .bind(i64::from(reading.full_once))
    .bind(now)
    .bind(actor_id)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Notes why a reading stopped.
///
/// # Errors
/// When the database refuses.
pub async fn reading_failed(node: &Node, actor_id: &str, error: &str) -> Result<()> {
    let mut tx = node.db.write().await?;
    sqlx::query(
        "UPDATE backfill SET state = 'failed', error = $1, updated_at = $2 WHERE actor_id = $3",
    )
    .bind(error)
    .bind(node.now())
    .bind(actor_id)
    .execute(tx.on())
    .await?;
    tx.commit().await
}

/// Followed actors whose history was last looked at before a moment.
///
/// # Errors
/// When the database refuses.
pub async fn list_stale_readings(node: &Node, before: Millis) -> Result<Vec<String>> {
    let rows = sqlx::query(
        "SELECT b.actor_id FROM backfill b JOIN follow f ON f.target_id = b.actor_id AND f.state = 'accepted' \
         JOIN actor a ON a.id = f.follower_id AND a.local = 1 WHERE b.state <> 'running' AND b.updated_at < $1 LIMIT 100",
    )
    .bind(before)
    .fetch_all(node.db.read())
    .await?;
    Ok(rows
        .iter()
        .map(|row| row.try_get("actor_id"))
        .collect::<sqlx::Result<_>>()?)
}
