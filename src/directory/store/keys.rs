//! The rows of keys: which ones hold now, and every one that was ever seen.

use crate::base::{Millis, Node, Result, Tx};
use crate::directory::Actor;
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// Public keys of one actor that are remembered; the ones that were not seen for longest go first.
const HISTORY_MAX: i64 = 200;

/// A public key, and the sealed private half when it is ours.
#[derive(Debug, Clone)]
pub struct StoredKey {
    /// The key's id.
    pub id: String,
    /// Whose it is.
    pub actor_id: String,
    /// `rsa` or `ed25519`.
    pub algorithm: String,
    /// SPKI PEM, or Multikey text.
    pub public: String,
    /// The sealed private half.
    pub private: Option<String>,
    /// When it was first seen, or made.
    pub first_seen: Millis,
    /// When it was last seen in its owner's document.
    pub last_seen: Millis,
}

fn read_key(row: &AnyRow) -> Result<StoredKey> {
    Ok(StoredKey {
        id: row.try_get("id")?,
        actor_id: row.try_get("actor_id")?,
        algorithm: row.try_get("algorithm")?,
        public: row.try_get("public")?,
        private: row.try_get("private")?,
        first_seen: row.try_get("first_seen")?,
        last_seen: row.try_get("last_seen")?,
    })
}

/// The keys of an actor that its document names now.
///
/// # Errors
/// When the database refuses.
pub async fn list_keys(node: &Node, actor_id: &str) -> Result<Vec<StoredKey>> {
    let rows = sqlx::query(
        "SELECT k.id, k.actor_id, k.algorithm, k.public, k.private, k.first_seen, k.last_seen FROM actor_key k \
         JOIN actor a ON a.id = k.actor_id \
         WHERE k.actor_id = $1 AND (a.local = 1 OR k.last_seen >= a.fetched_at) ORDER BY k.id",
    )
    .bind(actor_id)
    .fetch_all(node.db.read())
    .await?;
    rows.iter().map(read_key).collect()
}

/// Every public key that an actor was ever seen with, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_key_history(node: &Node, actor_id: &str) -> Result<Vec<StoredKey>> {
    let rows = sqlx::query(
        "SELECT key_id AS id, actor_id, algorithm, public, CAST(NULL AS TEXT) AS private, first_seen, last_seen \
         FROM key_history WHERE actor_id = $1 ORDER BY first_seen, key_id",
    )
    .bind(actor_id)
    .fetch_all(node.db.read())
    .await?;
    rows.iter().map(read_key).collect()
}

/// Saves a key of another's. A key that is seen again with other bytes is replaced: its owner renewed it;
/// that it was seen stays in the history.
///
/// # Errors
/// When the database refuses.
pub async fn save_key(tx: &mut Tx, key: &StoredKey, now: Millis) -> Result<()> {
    let saved = sqlx::query(
        "INSERT INTO actor_key (id, actor_id, algorithm, public, private, first_seen, last_seen) \
         VALUES ($1,$2,$3,$4,$5,$6,$6) ON CONFLICT (id) DO UPDATE SET public = excluded.public, \
         first_seen = CASE WHEN actor_key.public = excluded.public THEN actor_key.first_seen ELSE excluded.first_seen END, \
         algorithm = excluded.algorithm, last_seen = excluded.last_seen \
         WHERE actor_key.actor_id = excluded.actor_id AND actor_key.private IS NULL",
    )
    .bind(&key.id)
    .bind(&key.actor_id)
    .bind(&key.algorithm)
    .bind(&key.public)
    .bind(key.private.as_deref())
    .bind(now)
    .execute(tx.on())
    .await?;
    if saved.rows_affected() == 1 {
        remember_key(tx, key, now).await?;
    }
    Ok(())
}

/// Puts a new key of ours in the place of one that is there. Its private half is gone with that; its
/// public half stays in the history, seen until now.
///
/// # Errors
/// When the database refuses.
pub async fn replace_key(tx: &mut Tx, key: &StoredKey, now: Millis) -> Result<()> {
    sqlx::query(
        "UPDATE key_history SET last_seen = $1 WHERE actor_id = $2 AND key_id = $3 AND public = \
         (SELECT k.public FROM actor_key k WHERE k.id = $3)",
    )
    .bind(now)
    .bind(&key.actor_id)
    .bind(&key.id)
    .execute(tx.on())
    .await?;
    sqlx::query(
        "INSERT INTO actor_key (id, actor_id, algorithm, public, private, first_seen, last_seen) \
         VALUES ($1,$2,$3,$4,$5,$6,$6) ON CONFLICT (id) DO UPDATE SET public = excluded.public, private = excluded.private, \
         algorithm = excluded.algorithm, first_seen = excluded.first_seen, last_seen = excluded.last_seen \
         WHERE actor_key.actor_id = excluded.actor_id",
    )
    .bind(&key.id)
    .bind(&key.actor_id)
    .bind(&key.algorithm)
    .bind(&key.public)
    .bind(key.private.as_deref())
    .bind(now)
    .execute(tx.on())
    .await?;
    remember_key(tx, key, now).await
}

async fn remember_key(tx: &mut Tx, key: &StoredKey, now: Millis) -> Result<()> {
    sqlx::query(
        "INSERT INTO key_history (actor_id, key_id, algorithm, public, first_seen, last_seen) VALUES ($1,$2,$3,$4,$5,$5) \
         ON CONFLICT (actor_id, key_id, public) DO UPDATE SET last_seen = excluded.last_seen",
    )
    .bind(&key.actor_id)
    .bind(&key.id)
    .bind(&key.algorithm)
    .bind(&key.public)
    .bind(now)
    .execute(tx.on())
    .await?;
    sqlx::query(
        "DELETE FROM key_history WHERE actor_id = $1 AND last_seen < \
         (SELECT h.last_seen FROM key_history h WHERE h.actor_id = $1 ORDER BY h.last_seen DESC LIMIT 1 OFFSET $2)",
    )
    .bind(&key.actor_id)
    .bind(HISTORY_MAX)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// A key by id, if its owner's document names it now: algorithm, public half, owner's URI.
///
/// # Errors
/// When the database refuses.
pub async fn find_key(node: &Node, key_id: &str) -> Result<Option<(String, String, String)>> {
    let row = sqlx::query(
        "SELECT k.algorithm, k.public, a.uri FROM actor_key k JOIN actor a ON a.id = k.actor_id \
         WHERE k.id = $1 AND a.gone_at IS NULL AND (a.local = 1 OR k.last_seen >= a.fetched_at)",
    )
    .bind(key_id)
    .fetch_optional(node.db.read())
    .await?;
    row.map(|row| {
        Ok((
            row.try_get("algorithm")?,
            row.try_get("public")?,
            row.try_get("uri")?,
        ))
    })
    .transpose()
}

/// Notes that what an actor of ours serves has changed, at a moment later than the one before.
///
/// # Errors
/// When the database refuses.
pub async fn set_updated(tx: &mut Tx, actor_id: &str, now: Millis) -> Result<()> {
    sqlx::query(
        "UPDATE actor SET updated_at = CASE WHEN updated_at < $1 THEN $1 ELSE updated_at + 1 END WHERE id = $2",
    )
    .bind(now)
    .bind(actor_id)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Our own actors: the node, its network, its members, those who left included.
///
/// # Errors
/// When the database refuses.
pub async fn list_own_actors(node: &Node) -> Result<Vec<Actor>> {
    let sql = format!(
        "SELECT {} FROM actor a WHERE a.local = 1 ORDER BY a.created_at, a.id",
        super::ACTOR
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .fetch_all(node.db.read())
        .await?;
    rows.iter().map(super::read_actor).collect()
}
