//! What we said, the bytes once; what is owed to whom; and how the hosts answer.

use super::ROWS_AT_ONCE;
use crate::base::batch::Row;
use crate::base::db::{Engine, list_of, rows_of};
use crate::base::listing::{Cursor, Page};
use crate::base::{Error, Millis, Node, Result, Tx, setting};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::BTreeSet;

const NEVER: Millis = i64::MAX;

/// One activity of ours.
pub struct Activity {
    /// Our id for it.
    pub id: String,
    /// Its id on the wire.
    pub uri: String,
    /// Who says it.
    pub actor_id: String,
    /// Its type.
    pub wire_type: String,
    /// What it is about.
    pub object_uri: String,
    /// Whether everybody may read it.
    pub public: bool,
    /// Its bytes.
    pub body: String,
}

/// Saves an activity once; gives our id for it, also when it was saved before.
///
/// # Errors
/// When the database refuses.
pub async fn save_activity(tx: &mut Tx, a: &Activity, now: Millis) -> Result<String> {
    sqlx::query(
        "INSERT INTO activity (id, uri, actor_id, type, object_uri, public, body, created_at) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8) ON CONFLICT (uri) DO NOTHING",
    )
    .bind(&a.id)
    .bind(&a.uri)
    .bind(&a.actor_id)
    .bind(&a.wire_type)
    .bind(&a.object_uri)
    .bind(i64::from(a.public))
    .bind(&a.body)
    .bind(now)
    .execute(tx.on())
    .await?;
    let row = sqlx::query("SELECT id FROM activity WHERE uri = $1")
        .bind(&a.uri)
        .fetch_one(tx.on())
        .await?;
    Ok(row.try_get("id")?)
}

/// The bytes of a public activity; of what was withdrawn since, only that it was.
///
/// # Errors
/// When the database refuses.
pub async fn find_public_activity(node: &Node, uri: &str) -> Result<Option<String>> {
    let row = sqlx::query(
        "SELECT a.body FROM activity a WHERE a.uri = $1 AND a.public = 1 AND (a.type = 'Delete' OR NOT EXISTS \
         (SELECT 1 FROM publication p WHERE p.uri = a.object_uri AND p.state = 'withdrawn'))",
    )
    .bind(uri)
    .fetch_optional(node.db.read())
    .await?;
    Ok(row.map(|row| row.try_get("body")).transpose()?)
}

/// Saves what is owed: `(id, inbox, host)` each, and wakes the hosts' lanes.
///
/// # Errors
/// When the database refuses.
pub async fn save_deliveries(
    tx: &mut Tx,
    activity_id: &str,
    object_uri: &str,
    owed: &[(String, String, String)],
    now: Millis,
) -> Result<()> {
    for chunk in owed.chunks(ROWS_AT_ONCE) {
        let mut hosts: Vec<&String> = chunk.iter().map(|(_, _, host)| host).collect();
        hosts.sort();
        hosts.dedup();
        let sql = format!(
            "INSERT INTO delivery (id, activity_id, inbox, host, object_uri, state, attempts, next_at, created_at) VALUES {} \
             ON CONFLICT (activity_id, inbox) DO NOTHING",
            rows_of(chunk.len(), 9)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (id, inbox, host) in chunk {
            query = query
                .bind(id)
                .bind(activity_id)
                .bind(inbox)
                .bind(host)
                .bind(object_uri)
                .bind("waiting")
                .bind(0_i64)
                .bind(now)
                .bind(now);
        }
        query.execute(tx.on()).await?;
        let sql = format!(
            "INSERT INTO host (name, due_at) VALUES {} ON CONFLICT (name) DO UPDATE SET due_at = \
             CASE WHEN host.due_at < excluded.due_at THEN host.due_at \
             WHEN host.next_try_at > excluded.due_at THEN host.next_try_at ELSE excluded.due_at END",
            rows_of(hosts.len(), 2)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for host in hosts {
            query = query.bind(host).bind(now);
        }
        query.execute(tx.on()).await?;
        tx.wakes = true;
    }
    Ok(())
}

/// The inboxes that something about an object was sent to, or is owed.
///
/// # Errors
/// When the database refuses.
pub async fn list_told(node: &Node, object_uri: &str) -> Result<BTreeSet<String>> {
    let rows = sqlx::query(
        "SELECT DISTINCT inbox FROM delivery WHERE object_uri = $1 AND state IN ('waiting', 'delivered')",
    )
    .bind(object_uri)
    .fetch_all(node.db.read())
    .await?;
    Ok(rows
        .iter()
        .map(|row| row.try_get("inbox"))
        .collect::<sqlx::Result<_>>()?)
}

/// The inboxes that took anything an actor of ours said, or are owed it.
///
/// # Errors
/// When the database refuses.
pub async fn list_spoken_to(node: &Node, actor_id: &str) -> Result<BTreeSet<String>> {
    let rows = sqlx::query(
        "SELECT DISTINCT d.inbox FROM delivery d JOIN activity a ON a.id = d.activity_id \
         WHERE a.actor_id = $1 AND d.state IN ('waiting', 'delivered')",
    )
    .bind(actor_id)
    .fetch_all(node.db.read())
    .await?;
    Ok(rows
        .iter()
        .map(|row| row.try_get("inbox"))
        .collect::<sqlx::Result<_>>()?)
}

/// Hosts whose lane is free and has something due; none while the node is in quarantine.
///
/// # Errors
/// When the database refuses.
pub async fn due_hosts(node: &Node, limit: i64) -> Result<Vec<String>> {
    let rows = sqlx::query(
        "SELECT name FROM host WHERE due_at <= $1 AND lane_until <= $1 ORDER BY due_at LIMIT $2",
    )
    .bind(node.now())
    .bind(limit)
    .fetch_all(node.db.read())
    .await?;
    if rows.is_empty() || setting::in_quarantine(node).await? {
        return Ok(Vec::new());
    }
    Ok(rows
        .iter()
        .map(|row| row.try_get("name"))
        .collect::<sqlx::Result<_>>()?)
}

/// Takes a host's lane, unless another process has it. Gives its failures in a row.
///
/// # Errors
/// When the database refuses.
pub async fn take_lane(node: &Node, host: &str, token: &str, until: Millis) -> Result<Option<i64>> {
    let mut tx = node.db.write().await?;
    let rows = sqlx::query("UPDATE host SET lane = $1, lane_until = $2 WHERE name = $3 AND lane_until <= $4 AND due_at <= $4 RETURNING failures")
        .bind(token)
        .bind(until)
        .bind(host)
        .bind(node.now())
        .fetch_all(tx.on())
        .await?;
    tx.commit().await?;
    rows.first()
        .map(|row| row.try_get("failures").map_err(Error::from))
        .transpose()
}

/// Nothing older about the same object waits for the same inbox: `d` may go (D17).
const MAY_GO: &str = "NOT EXISTS (SELECT 1 FROM delivery o WHERE o.inbox = d.inbox \
    AND o.object_uri = d.object_uri AND o.state = 'waiting' AND o.id < d.id)";

/// Leaves a lane, and notes when it has something due again: what is held back by an older one is due
/// when that one is. The row is locked first, so that whoever adds deliveries meanwhile is either seen
/// or comes after.
///
/// # Errors
/// When the database refuses; the lease then ends by itself.
pub async fn leave_lane(node: &Node, host: &str, token: &str) -> Result<()> {
    let mut tx = node.db.write().await?;
    let mine =
        sqlx::query("UPDATE host SET lane = NULL, lane_until = 0 WHERE name = $1 AND lane = $2")
            .bind(host)
            .bind(token)
            .execute(tx.on())
            .await?;
    if mine.rows_affected() == 1 {
        let sql = format!(
            "SELECT MIN(d.next_at) AS at FROM delivery d WHERE d.host = $1 AND d.state = 'waiting' AND {MAY_GO}"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(host)
            .fetch_one(tx.on())
            .await?;
        let next: Option<Millis> = row.try_get("at")?;
        sqlx::query("UPDATE host SET due_at = CASE WHEN next_try_at > $1 THEN next_try_at ELSE $1 END WHERE name = $2")
            .bind(next.unwrap_or(NEVER))
            .bind(host)
            .execute(tx.on())
            .await?;
    }
    tx.wakes = true;
    tx.commit().await
}

/// Frees the lanes that a process left when it died; as [`crate::base::queue::take_over`].
///
/// # Errors
/// When the database refuses.
pub async fn take_over(node: &Node) -> Result<()> {
    if node.db.engine == Engine::Postgres {
        return Ok(());
    }
    let mut tx = node.db.write().await?;
    sqlx::query(
        "UPDATE host SET lane = NULL, lane_until = 0, due_at = $1 WHERE EXISTS \
         (SELECT 1 FROM delivery d WHERE d.host = host.name AND d.state = 'waiting') AND lane_until > 0",
    )
    .bind(node.now())
    .execute(tx.on())
    .await?;
    sqlx::query("UPDATE host SET lane = NULL, lane_until = 0 WHERE lane_until > 0")
        .execute(tx.on())
        .await?;
    tx.commit().await
}

/// One delivery to try.
pub struct Due {
    /// Its id.
    pub id: String,
    /// Where to.
    pub inbox: String,
    /// Who says it.
    pub actor_id: String,
    /// The bytes.
    pub body: String,
    /// How often it was tried.
    pub attempts: i64,
    /// What it was answered with the last time.
    pub last_status: Option<i64>,
    /// When it was first owed.
    pub created_at: Millis,
    /// The host's failures in a row.
    pub host_failures: i64,
}

/// What is due for a host, oldest first; nothing whose object has something older waiting for the
/// same inbox.
///
/// # Errors
/// When the database refuses.
pub async fn list_due(node: &Node, host: &str, limit: i64) -> Result<Vec<Due>> {
    let sql = format!(
        "SELECT d.id, d.inbox, d.attempts, d.status, d.created_at, a.actor_id, a.body, h.failures FROM delivery d \
         JOIN activity a ON a.id = d.activity_id JOIN host h ON h.name = d.host \
         WHERE d.host = $1 AND d.state = 'waiting' AND d.next_at <= $2 AND {MAY_GO} \
         ORDER BY d.next_at, d.id LIMIT $3"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(host)
        .bind(node.now())
        .bind(limit)
        .fetch_all(node.db.read())
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Due {
                id: row.try_get("id")?,
                inbox: row.try_get("inbox")?,
                actor_id: row.try_get("actor_id")?,
                body: row.try_get("body")?,
                attempts: row.try_get("attempts")?,
                last_status: row.try_get("status")?,
                created_at: row.try_get("created_at")?,
                host_failures: row.try_get("failures")?,
            })
        })
        .collect()
}

/// What became of a try; written in groups.
pub struct Outcome {
    /// The delivery.
    pub id: String,
    /// Its state now.
    pub state: &'static str,
    /// When it is tried again.
    pub next_at: Millis,
    /// The status it was answered with.
    pub status: Option<i64>,
    /// Why it was not taken.
    pub error: Option<String>,
}

impl Row for Outcome {
    fn write_all(node: &Node, rows: Vec<Self>) -> BoxFuture<'_, Result<()>> {
        async move {
            let now = node.now();
            let mut tx = node.db.write().await?;
            // Nearly all outcomes are alike, and alike ones share one statement.
            let (plain, other): (Vec<_>, Vec<_>) =
                rows.into_iter().partition(|row| row.state == "delivered" && row.error.is_none());
            for chunk in plain.chunks(ROWS_AT_ONCE) {
                let sql = format!(
                    "UPDATE delivery SET state = 'delivered', attempts = attempts + 1, status = 202, error = NULL, done_at = $1 WHERE id IN ({})",
                    list_of(2, chunk.len())
                );
                let mut query = sqlx::query(AssertSqlSafe(sql)).bind(now);
                for row in chunk {
                    query = query.bind(&row.id);
                }
                query.execute(tx.on()).await?;
            }
            for row in other {
                let done = (row.state != "waiting").then_some(now);
                sqlx::query(
                    "UPDATE delivery SET state = $1, attempts = attempts + 1, next_at = $2, status = $3, error = $4, done_at = $5 WHERE id = $6",
                )
                .bind(row.state)
                .bind(row.next_at)
                .bind(row.status)
                .bind(row.error)
                .bind(done)
                .bind(row.id)
                .execute(tx.on())
                .await?;
            }
            tx.commit().await
        }
        .boxed()
    }
}

/// The hosts for which something waits.
///
/// # Errors
/// When the database refuses.
pub async fn list_waiting_hosts(node: &Node) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT DISTINCT host FROM delivery WHERE state = 'waiting'")
        .fetch_all(node.db.read())
        .await?;
    Ok(rows
        .iter()
        .map(|row| row.try_get("host"))
        .collect::<sqlx::Result<_>>()?)
}

/// Ends what waits for these hosts, for a reason.
///
/// # Errors
/// When the database refuses.
pub async fn refuse_waiting(
    tx: &mut Tx,
    hosts: &[String],
    reason: &str,
    now: Millis,
) -> Result<()> {
    for chunk in hosts.chunks(ROWS_AT_ONCE) {
        let sql = format!(
            "UPDATE delivery SET state = 'refused', error = $1, done_at = $2 WHERE state = 'waiting' AND host IN ({})",
            list_of(3, chunk.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(reason).bind(now);
        for host in chunk {
            query = query.bind(host);
        }
        query.execute(tx.on()).await?;
    }
    Ok(())
}

/// Notes that a host is in trouble, and leaves it alone for a while.
///
/// # Errors
/// When the database refuses.
pub async fn host_failed(node: &Node, host: &str, wait: Millis, error: &str) -> Result<()> {
    let now = node.now();
    let mut tx = node.db.write().await?;
    sqlx::query(
        "UPDATE host SET failures = failures + 1, next_try_at = $1, due_at = $1, last_failure_at = $2, last_error = $3 WHERE name = $4",
    )
    .bind(now + wait)
    .bind(now)
    .bind(error)
    .bind(host)
    .execute(tx.on())
    .await?;
    tx.commit().await
}

/// Notes that a host answered as it should.
///
/// # Errors
/// When the database refuses.
pub async fn host_answered(node: &Node, host: &str) -> Result<()> {
    let mut tx = node.db.write().await?;
    sqlx::query("UPDATE host SET failures = 0, next_try_at = 0, last_success_at = $1, last_error = NULL WHERE name = $2")
        .bind(node.now())
        .bind(host)
        .execute(tx.on())
        .await?;
    tx.commit().await
}

/// A host speaks to us, or a steward asks: it is tried again at once.
///
/// # Errors
/// When the database refuses.
pub async fn try_again(node: &Node, host: &str) -> Result<()> {
    let now = node.now();
    let mut tx = node.db.write().await?;
    sqlx::query(
        "UPDATE delivery SET next_at = $1 WHERE host = $2 AND state = 'waiting' AND next_at > $1",
    )
    .bind(now)
    .bind(host)
    .execute(tx.on())
    .await?;
    sqlx::query("UPDATE host SET next_try_at = 0, due_at = CASE WHEN EXISTS (SELECT 1 FROM delivery d WHERE d.host = $1 AND d.state = 'waiting') THEN $2 ELSE due_at END WHERE name = $1")
        .bind(host)
        .bind(now)
        .execute(tx.on())
        .await?;
    tx.wakes = true;
    tx.commit().await
}

/// One delivery as stewards see it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Shown {
    /// Its id.
    pub id: String,
    /// The activity's type.
    #[serde(rename = "type")]
    pub wire_type: String,
    /// What it is about.
    pub object: String,
    /// Where to.
    pub inbox: String,
    /// Which host.
    pub host: String,
    /// `waiting`, `delivered`, `refused`, `gone` or `expired`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried again.
    pub next_at: Millis,
    /// The last status.
    pub status: Option<i64>,
    /// Why it was not taken.
    pub error: Option<String>,
    /// When it was first owed.
    pub created_at: Millis,
}

/// Deliveries, newest first; only those of a state when one is given.
///
/// # Errors
/// When the database refuses.
pub async fn list_deliveries(
    node: &Node,
    state: Option<&str>,
    cursor: &Cursor,
    limit: usize,
) -> Result<Page<Shown>> {
    let rows = sqlx::query(
        "SELECT d.id, a.type, d.object_uri, d.inbox, d.host, d.state, d.attempts, d.next_at, d.status, d.error, d.created_at \
         FROM delivery d JOIN activity a ON a.id = d.activity_id WHERE ($1 = '' OR d.state = $1) \
         AND (d.created_at, d.id) < ($2, $3) ORDER BY d.created_at DESC, d.id DESC LIMIT $4",
    )
    .bind(state.unwrap_or_default())
    .bind(cursor.at)
    .bind(&cursor.id)
    .bind(i64::try_from(limit + 1).unwrap_or(i64::MAX))
    .fetch_all(node.db.read())
    .await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        items.push(Shown {
            id: row.try_get("id")?,
            wire_type: row.try_get("type")?,
            object: row.try_get("object_uri")?,
            inbox: row.try_get("inbox")?,
            host: row.try_get("host")?,
            state: row.try_get("state")?,
            attempts: row.try_get("attempts")?,
            next_at: row.try_get("next_at")?,
            status: row.try_get("status")?,
            error: row.try_get("error")?,
            created_at: row.try_get("created_at")?,
        });
    }
    Ok(Page::cut(items, limit, |item| {
        (item.created_at, item.id.clone())
    }))
}
