//! Small facts about the node itself, by name.

use super::Node;
use super::db::{Db, Tx};
use super::error::Result;
use sqlx::Row as _;

/// Reads a setting of this node.
///
/// # Errors
/// When the database refuses.
pub async fn get(node: &Node, name: &str) -> Result<Option<String>> {
    get_from(&node.db, name).await
}

/// Reads a setting straight from a database, before there is a node.
///
/// # Errors
/// When the database refuses.
pub async fn get_from(db: &Db, name: &str) -> Result<Option<String>> {
    let row = sqlx::query("SELECT value FROM setting WHERE name = $1")
        .bind(name)
        .fetch_optional(db.read())
        .await?;
    Ok(row.map(|row| row.try_get("value")).transpose()?)
}

/// Writes a setting of this node.
///
/// # Errors
/// When the database refuses.
pub async fn set(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    sqlx::query("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(name)
        .bind(value)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The setting of a node that was restored and not confirmed: it sends nothing and hears nothing, so
/// that what happened since its backup is not said twice (F-11).
pub const QUARANTINE: &str = "quarantine";

/// Whether the node waits for its operator after a restore.
///
/// # Errors
/// When the database refuses.
pub async fn in_quarantine(node: &Node) -> Result<bool> {
    Ok(get(node, QUARANTINE)
        .await?
        .is_some_and(|value| value == "1"))
}
