//! What others said to us, kept before it is answered.

use super::{ROWS_AT_ONCE, try_again};
use crate::base::batch::Row;
use crate::base::db::{list_of, rows_of};
use crate::base::id::sha256_hex;
use crate::base::{Millis, Node, Result, queue};
use crate::publication::evidence::Signed;
use crate::trust::Origin;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sqlx::{AssertSqlSafe, Row as _};

/// The kind of the job that works on what we heard.
pub const RECEIVE: &str = "receive";
/// How many actors that nothing refers to are forgotten at a time.
pub const STRANGERS_AT_ONCE: usize = 500;

/// One activity that came in, to be kept before it is answered.
pub struct Receipt {
    /// Our id for it.
    pub id: String,
    /// The origin of who says it.
    pub actor_origin: String,
    /// What it is known by: see [`known_as`].
    pub activity: String,
    /// Who says it.
    pub actor_uri: String,
    /// The host it came from.
    pub host: String,
    /// The bytes.
    pub body: String,
    /// What the sender signed.
    pub signed: Option<Signed>,
}

impl Row for Receipt {
    fn write_all(node: &Node, rows: Vec<Self>) -> BoxFuture<'_, Result<()>> {
        async move {
            let now = node.now();
            let mut heard: Vec<String> = rows.iter().map(|row| row.host.clone()).collect();
            heard.sort();
            heard.dedup();
            let mut tx = node.db.write().await?;
            for chunk in rows.chunks(ROWS_AT_ONCE) {
                let sql = format!(
                    "INSERT INTO inbound (id, actor_origin, activity, actor_uri, body, signed, received_at) VALUES {} \
                     ON CONFLICT (actor_origin, activity) DO NOTHING RETURNING id",
                    rows_of(chunk.len(), 7)
                );
                let mut query = sqlx::query(AssertSqlSafe(sql));
                for row in chunk {
                    query = query
                        .bind(&row.id)
                        .bind(&row.actor_origin)
                        .bind(&row.activity)
                        .bind(&row.actor_uri)
                        .bind(&row.body)
                        .bind(row.signed.as_ref().map(serde_json::to_string).transpose()?)
                        .bind(now);
                }
                // Only what is new leaves a job: what came twice has its effect once.
                let mut fresh: Vec<String> = Vec::new();
                for row in query.fetch_all(tx.on()).await? {
                    fresh.push(row.try_get("id")?);
                }
                let jobs = fresh.iter().map(|id| (RECEIVE.to_owned(), queue::about(id).to_string())).collect();
                queue::add_all(node, &mut tx, jobs, now).await?;
            }
            let sql = format!(
                "INSERT INTO host (name, last_heard_at) VALUES {} ON CONFLICT (name) DO UPDATE SET last_heard_at = excluded.last_heard_at",
                rows_of(heard.len(), 2)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for host in &heard {
                query = query.bind(host).bind(now);
            }
            query.execute(tx.on()).await?;
            let troubled = format!("SELECT name FROM host WHERE failures > 0 AND name IN ({})", list_of(1, heard.len()));
            let mut query = sqlx::query(AssertSqlSafe(troubled));
            for host in &heard {
                query = query.bind(host);
            }
            let troubled: Vec<String> =
                query.fetch_all(tx.on()).await?.iter().map(|row| row.try_get("name")).collect::<sqlx::Result<_>>()?;
            tx.commit().await?;
            for host in troubled {
                try_again(node, &host).await?;
            }
            Ok(())
        }
        .boxed()
    }
}

/// An activity that came in and was not worked on yet.
pub struct Waiting {
    /// Who said it.
    pub actor_uri: String,
    /// Its bytes.
    pub body: String,
    /// What the sender signed.
    pub signed: Option<Signed>,
}

/// What was kept of an activity that came in, unless it was worked on.
///
/// # Errors
/// When the database refuses.
pub async fn find_inbound(node: &Node, id: &str) -> Result<Option<Waiting>> {
    let row = sqlx::query(
        "SELECT actor_uri, body, signed FROM inbound WHERE id = $1 AND processed_at IS NULL",
    )
    .bind(id)
    .fetch_optional(node.db.read())
    .await?;
    row.map(|row| {
        let body: Option<String> = row.try_get("body")?;
        let signed: Option<String> = row.try_get("signed")?;
        Ok(Waiting {
            actor_uri: row.try_get("actor_uri")?,
            body: body.unwrap_or_default(),
            signed: signed.and_then(|text| serde_json::from_str(&text).ok()),
        })
    })
    .transpose()
}

/// What an activity is known by: who says it and its id, in one spelling, or its bytes when it has none. Of one
/// host, nobody uses up the ids of another (R2, D16).
#[must_use]
pub fn known_as(actor_uri: &str, id: Option<&str>, bytes: &[u8]) -> String {
    let one = |text: &str| url::Url::parse(text).map_or_else(|_| text.to_owned(), String::from);
    match id {
        Some(id) => sha256_hex(format!("{}\n{}", one(actor_uri), one(id)).as_bytes()),
        None => sha256_hex(bytes),
    }
}

/// Whether an actor said an activity with this id to us.
///
/// # Errors
/// When the database refuses.
pub async fn was_heard(node: &Node, actor_uri: &str, activity_uri: &str) -> Result<bool> {
    let Some(origin) = Origin::parse(actor_uri) else {
        return Ok(false);
    };
    let row = sqlx::query(
        "SELECT id FROM inbound WHERE actor_origin = $1 AND activity = $2 AND actor_uri = $3",
    )
    .bind(origin.to_string())
    .bind(known_as(actor_uri, Some(activity_uri), &[]))
    .bind(actor_uri)
    .fetch_optional(node.db.read())
    .await?;
    Ok(row.is_some())
}

/// Marks an activity worked on, with what became of it; its job ends in the same transaction.
///
/// # Errors
/// When the database refuses.
pub async fn inbound_done(node: &Node, job: &queue::Job, id: &str, outcome: &str) -> Result<()> {
    let mut tx = node.db.write().await?;
    sqlx::query("UPDATE inbound SET processed_at = $1, outcome = $2 WHERE id = $3")
        .bind(node.now())
        .bind(outcome)
        .bind(id)
        .execute(tx.on())
        .await?;
    queue::finish_in(&mut tx, job).await?;
    tx.commit().await
}

/// Forgets what need not be kept: the bytes of what was heard and worked on before a moment (that it came is
/// kept for ever, D16), the words we sent of what was withdrawn before it, and finished deliveries. Who was
/// told of a publication that still stands is kept, so that its withdrawal can follow it.
///
/// # Errors
/// When the database refuses.
pub async fn forget(node: &Node, before: Millis) -> Result<()> {
    let mut tx = node.db.write().await?;
    for sql in [
        "UPDATE inbound SET body = NULL, signed = NULL WHERE processed_at IS NOT NULL AND received_at < $1 AND body IS NOT NULL",
        "DELETE FROM delivery WHERE state <> 'waiting' AND done_at < $1 AND NOT EXISTS \
         (SELECT 1 FROM publication p WHERE p.uri = delivery.object_uri AND p.state = 'published')",
        "UPDATE activity SET body = '' WHERE type <> 'Delete' AND body <> '' AND EXISTS \
         (SELECT 1 FROM publication p WHERE p.uri = activity.object_uri AND p.state = 'withdrawn' AND p.changed_at < $1) \
         AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.activity_id = activity.id AND d.state = 'waiting')",
    ] {
        sqlx::query(sql).bind(before).execute(tx.on()).await?;
    }
    tx.commit().await
}

/// Actors of others that nothing here refers to and that were neither seen first nor read since a moment, nor
/// spoke to us since: a batch of those after one id. Gives their ids and URIs.
///
/// # Errors
/// When the database refuses.
pub async fn list_strangers(
    node: &Node,
    before: Millis,
    after: &str,
) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query(
        "SELECT a.id, a.uri FROM actor a WHERE a.id > $1 AND a.local = 0 AND a.created_at < $2 AND a.fetched_at < $2 \
         AND NOT EXISTS (SELECT 1 FROM follow f WHERE f.follower_id = a.id) \
         AND NOT EXISTS (SELECT 1 FROM follow f WHERE f.target_id = a.id) \
         AND NOT EXISTS (SELECT 1 FROM publication p WHERE p.author_id = a.id) \
         AND NOT EXISTS (SELECT 1 FROM publication p WHERE p.network_id = a.id) \
         AND NOT EXISTS (SELECT 1 FROM announce n WHERE n.actor_id = a.id) \
         AND NOT EXISTS (SELECT 1 FROM backfill b WHERE b.actor_id = a.id) \
         AND NOT EXISTS (SELECT 1 FROM activity y WHERE y.actor_id = a.id) \
         AND a.uri NOT IN (SELECT i.actor_uri FROM inbound i WHERE i.received_at >= $2) \
         AND a.uri NOT IN (SELECT i.actor_uri FROM inbound i WHERE i.processed_at IS NULL) \
         ORDER BY a.id LIMIT $3",
    )
    .bind(after)
    .bind(before)
    .bind(i64::try_from(STRANGERS_AT_ONCE).unwrap_or(500))
    .fetch_all(node.db.read())
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("id")?, row.try_get("uri")?)))
        .collect()
}

/// Forgets these actors and their keys. When something refers to one of them since they were listed, all stay.
///
/// # Errors
/// When the database refuses.
pub async fn remove_strangers(node: &Node, ids: &[&str]) -> Result<()> {
    let mut tx = node.db.write().await?;
    for rows in [
        "actor_key WHERE actor_id",
        "key_history WHERE actor_id",
        "actor WHERE id",
    ] {
        for chunk in ids.chunks(ROWS_AT_ONCE) {
            let sql = format!("DELETE FROM {rows} IN ({})", list_of(1, chunk.len()));
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for id in chunk {
                query = query.bind(*id);
            }
            query.execute(tx.on()).await?;
        }
    }
    tx.commit().await
}
