//! The rows of blocked hosts.

use super::Block;
use crate::base::{Node, Result, Tx};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

const BLOCK: &str = "SELECT b.host, b.reason, b.blocked_at, a.name AS by_name FROM blocked_host b \
    LEFT JOIN member m ON m.id = b.blocked_by LEFT JOIN actor a ON a.id = m.actor_id";

fn read_block(row: &AnyRow) -> Result<Block> {
    Ok(Block {
        host: row.try_get("host")?,
        reason: row.try_get("reason")?,
        by: row.try_get("by_name")?,
        at: row.try_get("blocked_at")?,
    })
}

/// The names of all blocked hosts.
///
/// # Errors
/// When the database refuses.
pub async fn list_hosts(node: &Node) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT host FROM blocked_host")
        .fetch_all(node.db.read())
        .await?;
    Ok(rows
        .iter()
        .map(|row| row.try_get("host"))
        .collect::<sqlx::Result<_>>()?)
}

/// All blocks, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list(node: &Node) -> Result<Vec<Block>> {
    let sql = format!("{BLOCK} ORDER BY b.blocked_at DESC, b.host DESC");
    let rows = sqlx::query(AssertSqlSafe(sql))
        .fetch_all(node.db.read())
        .await?;
    rows.iter().map(read_block).collect()
}

/// The block of exactly this host.
///
/// # Errors
/// When the database refuses.
pub async fn find(node: &Node, host: &str) -> Result<Option<Block>> {
    let sql = format!("{BLOCK} WHERE b.host = $1");
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(host)
        .fetch_optional(node.db.read())
        .await?;
    row.as_ref().map(read_block).transpose()
}

/// Saves a block, whose `by` is a member's id; of one that stands, only the reason changes.
///
/// # Errors
/// When the database refuses.
pub async fn save(tx: &mut Tx, block: &Block) -> Result<()> {
    sqlx::query(
        "INSERT INTO blocked_host (host, reason, blocked_by, blocked_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (host) DO UPDATE SET reason = excluded.reason",
    )
    .bind(&block.host)
    .bind(&block.reason)
    .bind(block.by.as_deref())
    .bind(block.at)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Removes a block; whether it stood.
///
/// # Errors
/// When the database refuses.
pub async fn remove(tx: &mut Tx, host: &str) -> Result<bool> {
    let done = sqlx::query("DELETE FROM blocked_host WHERE host = $1")
        .bind(host)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}
