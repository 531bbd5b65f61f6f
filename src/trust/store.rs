//! What the way out remembers of other hosts: in which scheme each wants requests signed.

use super::signature::Scheme;
use crate::base::{Node, Result};
use sqlx::Row as _;

/// The scheme a host was found to take, if anything was found out.
///
/// # Errors
/// When the database refuses.
pub(super) async fn find_scheme(node: &Node, host: &str) -> Result<Option<Scheme>> {
    let row = sqlx::query("SELECT signature FROM host WHERE name = $1")
        .bind(host)
        .fetch_optional(node.db.read())
        .await?;
    let code: Option<String> = match row {
        Some(row) => row.try_get("signature")?,
        None => None,
    };
    Ok(code.as_deref().and_then(Scheme::from_code))
}

/// Remembers the scheme that a host takes.
///
/// # Errors
/// When the database refuses.
pub(super) async fn save_scheme(node: &Node, host: &str, scheme: Scheme) -> Result<()> {
    let mut tx = node.db.write().await?;
    sqlx::query(
        "INSERT INTO host (name, signature) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET signature = excluded.signature",
    )
    .bind(host)
    .bind(scheme.code())
    .execute(tx.on())
    .await?;
    tx.commit().await
}
