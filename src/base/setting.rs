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
