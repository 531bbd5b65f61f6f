//! Copies that are kept and not shown, because the host they came from is blocked.

use crate::base::db::list_of;
use crate::base::{Millis, Node, Result, Tx};
use sqlx::{AssertSqlSafe, Row as _};

const HOSTS_AT_ONCE: usize = 400;

/// How many copies from these hosts are in sight.
///
/// # Errors
/// When the database refuses.
pub async fn count_of_hosts(node: &Node, hosts: &[String]) -> Result<i64> {
    let mut count = 0;
    for chunk in hosts.chunks(HOSTS_AT_ONCE) {
        let sql = format!(
            "SELECT COUNT(*) AS n FROM publication p JOIN actor a ON a.id = p.author_id WHERE p.local = 0 \
             AND p.hidden = 0 AND p.state = 'published' AND a.host IN ({})",
            list_of(1, chunk.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for host in chunk {
            query = query.bind(host);
        }
        count += query
            .fetch_one(node.db.read())
            .await?
            .try_get::<i64, _>("n")?;
    }
    Ok(count)
}

/// Takes the copies from these hosts out of sight, or brings them back; the index follows. Gives how many
/// that stand.
///
/// # Errors
/// When the database refuses.
pub async fn hide_of_hosts(
    tx: &mut Tx,
    hosts: &[String],
    hidden: bool,
    now: Millis,
) -> Result<i64> {
    let mut count = 0;
    for chunk in hosts.chunks(HOSTS_AT_ONCE) {
        let sql = format!(
            "UPDATE publication SET hidden = $1, \
             changed_at = CASE WHEN changed_at < $2 THEN $2 ELSE changed_at + 1 END WHERE local = 0 AND hidden <> $1 AND author_id IN \
             (SELECT id FROM actor WHERE host IN ({})) RETURNING state",
            list_of(3, chunk.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(i64::from(hidden))
            .bind(now);
        for host in chunk {
            query = query.bind(host);
        }
        for row in query.fetch_all(tx.on()).await? {
            let state: String = row.try_get("state")?;
            count += i64::from(state == "published");
        }
    }
    Ok(count)
}
