//! What is owed: facts that deeds leave, and the jobs that answer them (D5). Nothing here is lost by
//! a crash: a job is leased, not taken, and runs again when its lease ends.

use super::Node;
use super::batch::{self, Row};
use super::clock::{DAY, Millis, SECOND};
use super::db::{Engine, Tx, rows_of};
use super::error::{Error, Result};
use super::setting;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Row as _};

const FACTS_AT_ONCE: i64 = 64;
/// How long a job is somebody's without a sign of life; who works on it gives one in time.
const LEASE: Millis = 30 * SECOND;
/// Tries after which a job gives up.
pub const ATTEMPTS_MAX: i64 = 24;
const BACKOFF_MIN: Millis = 2 * SECOND;
const BACKOFF_MAX: Millis = DAY / 2;
const _: () = assert!(BACKOFF_MIN < BACKOFF_MAX);
const JITTER: f64 = 0.2;
/// The moment that never comes: a job that gave up waits for it, so that it can be seen.
const NEVER: Millis = i64::MAX;

/// How long to wait after so many failures: 2 s, doubling, never beyond half a day, jittered by a
/// fifth so that a crowd does not come back at once (D30). Milliseconds.
#[must_use]
pub fn backoff(node: &Node, failures: i64) -> Millis {
    let doublings = u32::try_from(failures.clamp(1, 20) - 1).unwrap_or(0);
    let wait = BACKOFF_MIN.saturating_mul(1 << doublings).min(BACKOFF_MAX);
    let jitter = 1.0 + JITTER * (2.0 * node.chance.fraction() - 1.0);
    // The first retry comes within 2 s, jitter included.
    if failures <= 1 {
        wait * 8 / 10
    } else {
        scale(wait, jitter)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "at most half a day"
)]
fn scale(wait: Millis, by: f64) -> Millis {
    (wait as f64 * by) as Millis
}

/// Leaves a fact in the deed's own transaction.
///
/// # Errors
/// When the database refuses.
pub async fn push(node: &Node, tx: &mut Tx, name: &str, payload: &impl Serialize) -> Result<()> {
    sqlx::query("INSERT INTO fact (id, name, payload, created_at) VALUES ($1, $2, $3, $4)")
        .bind(node.new_id()?)
        .bind(name)
        .bind(serde_json::to_string(payload)?)
        .bind(node.now())
        .execute(tx.on())
        .await?;
    tx.wakes = true;
    Ok(())
}

/// Leaves one job, to run at a moment or soon after.
///
/// # Errors
/// When the database refuses.
pub async fn add(
    node: &Node,
    tx: &mut Tx,
    kind: &str,
    payload: &impl Serialize,
    run_at: Millis,
) -> Result<()> {
    add_all(
        node,
        tx,
        vec![(kind.to_owned(), serde_json::to_string(payload)?)],
        run_at,
    )
    .await
}

/// Leaves several jobs in one statement.
///
/// # Errors
/// When the database refuses.
pub async fn add_all(
    node: &Node,
    tx: &mut Tx,
    jobs: Vec<(String, String)>,
    run_at: Millis,
) -> Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO job (id, kind, payload, run_at, attempts, lease_until, created_at) VALUES {}",
        rows_of(jobs.len(), 7)
    );
    let now = node.now();
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for (kind, payload) in jobs {
        query = query
            .bind(node.new_id()?)
            .bind(kind)
            .bind(payload)
            .bind(run_at)
            .bind(0_i64)
            .bind(0_i64)
            .bind(now);
    }
    query.execute(tx.on()).await?;
    tx.wakes = true;
    Ok(())
}

/// Turns facts into jobs, one for each answer that the composition names. Returns how many facts.
///
/// # Errors
/// When the database refuses; nothing is lost then.
pub async fn dispatch(node: &Node, answers: fn(&str) -> &'static [&'static str]) -> Result<usize> {
    let waiting = sqlx::query("SELECT id FROM fact LIMIT 1")
        .fetch_optional(node.db.read())
        .await?;
    if waiting.is_none() {
        return Ok(0);
    }
    let mut tx = node.db.write().await?;
    let sql = format!(
        "DELETE FROM fact WHERE id IN (SELECT id FROM fact ORDER BY id LIMIT $1{}) RETURNING name, payload",
        skip_locked(tx.engine())
    );
    let facts = sqlx::query(AssertSqlSafe(sql))
        .bind(FACTS_AT_ONCE)
        .fetch_all(tx.on())
        .await?;
    let mut jobs = Vec::new();
    for fact in &facts {
        let name: String = fact.try_get("name")?;
        for kind in answers(&name) {
            jobs.push(((*kind).to_owned(), fact.try_get("payload")?));
        }
    }
    add_all(node, &mut tx, jobs, node.now()).await?;
    tx.commit().await?;
    Ok(facts.len())
}

/// The one place where a claim differs between the engines.
#[must_use]
pub fn skip_locked(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => " FOR UPDATE SKIP LOCKED",
    }
}

/// A job somebody works on, for as long as its lease.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// Which function answers.
    pub kind: String,
    /// How often it was tried, this time included.
    pub attempts: i64,
    payload: String,
    /// Whose it is: what was leased anew by another is not ours to end.
    lease: String,
}

impl Job {
    /// What it is about.
    ///
    /// # Errors
    /// When it was written in another form, by an older version.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T> {
        Ok(serde_json::from_str(&self.payload)?)
    }
}

/// Leases up to `limit` jobs that are due; none while the node is in quarantine.
///
/// # Errors
/// When the database refuses.
pub async fn claim(node: &Node, limit: i64) -> Result<Vec<Job>> {
    let now = node.now();
    // Reading first keeps an idle node from writing.
    let due = sqlx::query("SELECT id FROM job WHERE run_at <= $1 AND lease_until <= $1 LIMIT 1")
        .bind(now)
        .fetch_optional(node.db.read())
        .await?;
    if due.is_none() || setting::in_quarantine(node).await? {
        return Ok(Vec::new());
    }
    let mut tx = node.db.write().await?;
    let sql = format!(
        "UPDATE job SET lease = $1, lease_until = $2, attempts = attempts + 1 WHERE id IN \
         (SELECT id FROM job WHERE run_at <= $3 AND lease_until <= $3 ORDER BY run_at, id LIMIT $4{}) \
         RETURNING id, kind, attempts, payload, lease",
        skip_locked(tx.engine())
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(node.chance.token()?)
        .bind(now + LEASE)
        .bind(now)
        .bind(limit)
        .fetch_all(tx.on())
        .await?;
    tx.commit().await?;
    let mut jobs = Vec::with_capacity(rows.len());
    for row in rows {
        jobs.push(Job {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            attempts: row.try_get("attempts")?,
            payload: row.try_get("payload")?,
            lease: row.try_get("lease")?,
        });
    }
    jobs.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(jobs)
}

/// A job, and the lease under which somebody holds it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Held {
    id: String,
    lease: String,
}

impl Held {
    /// The job that somebody works on.
    #[must_use]
    pub fn of(job: &Job) -> Self {
        Self {
            id: job.id.clone(),
            lease: job.lease.clone(),
        }
    }
}

/// The clause that means exactly these jobs under exactly these leases, numbered from `first`.
fn those_held(first: usize, count: usize) -> String {
    let all: Vec<String> = (0..count)
        .map(|n| {
            format!(
                "(id = ${} AND lease = ${})",
                first + 2 * n,
                first + 2 * n + 1
            )
        })
        .collect();
    all.join(" OR ")
}

const HELD_AT_ONCE: usize = 200;

struct Finished(Held);

impl Row for Finished {
    fn write_all(node: &Node, rows: Vec<Self>) -> BoxFuture<'_, Result<()>> {
        async move {
            let mut tx = node.db.write().await?;
            for chunk in rows.chunks(HELD_AT_ONCE) {
                let sql = format!("DELETE FROM job WHERE {}", those_held(1, chunk.len()));
                let mut query = sqlx::query(AssertSqlSafe(sql));
                for Self(held) in chunk {
                    query = query.bind(&held.id).bind(&held.lease);
                }
                query.execute(tx.on()).await?;
            }
            tx.commit().await
        }
        .boxed()
    }
}

/// Marks a job done, unless its lease ended and another has it.
///
/// # Errors
/// When the database refuses; the job then runs again, which must do no harm.
pub async fn finish(node: &Node, job: &Job) -> Result<()> {
    batch::write(node, Finished(Held::of(job))).await
}

/// Marks a job done inside the transaction that holds its effect: together or not at all.
///
/// # Errors
/// When the database refuses, and when the lease ended and another has the job: then the effect is
/// theirs, and this transaction must not be committed.
pub async fn finish_in(tx: &mut Tx, job: &Job) -> Result<()> {
    let done = sqlx::query("DELETE FROM job WHERE id = $1 AND lease = $2")
        .bind(&job.id)
        .bind(&job.lease)
        .execute(tx.on())
        .await?;
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::internal(
            "the lease of a job ended before it was done",
        ))
    }
}

/// Puts a job back after a failure, unless another has it by now: later each time, and out of the way after many, where stewards
/// see it with its reason.
///
/// # Errors
/// When the database refuses; the lease then ends by itself.
pub async fn retry(node: &Node, job: &Job, error: &Error) -> Result<()> {
    let run_at = if job.attempts >= ATTEMPTS_MAX {
        NEVER
    } else {
        node.now() + backoff(node, job.attempts)
    };
    let mut tx = node.db.write().await?;
    sqlx::query(
        "UPDATE job SET run_at = $1, lease = NULL, lease_until = 0, error = $2 WHERE id = $3 AND lease = $4",
    )
    .bind(run_at)
    .bind(error.with_causes())
    .bind(&job.id)
    .bind(&job.lease)
    .execute(tx.on())
    .await?;
    tx.commit().await
}

/// The sign of life of whoever works on these jobs: their leases begin anew. Without it, as after a
/// `kill -9`, another process takes them within half a minute.
///
/// # Errors
/// When the database refuses; the leases then end, and the jobs run twice, which does no harm.
pub async fn keep(node: &Node, jobs: &[Held]) -> Result<()> {
    lease_until(node, jobs, node.now() + LEASE).await
}

async fn lease_until(node: &Node, jobs: &[Held], until: Millis) -> Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    let mut tx = node.db.write().await?;
    for chunk in jobs.chunks(HELD_AT_ONCE) {
        let sql = format!(
            "UPDATE job SET lease_until = $1 WHERE {}",
            those_held(2, chunk.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(until);
        for held in chunk {
            query = query.bind(&held.id).bind(&held.lease);
        }
        query.execute(tx.on()).await?;
    }
    tx.commit().await
}

/// Gives leased jobs back when the node stops before they were done.
///
/// # Errors
/// When the database refuses; the leases then end by themselves.
pub async fn give_back(node: &Node, jobs: &[Held]) -> Result<()> {
    lease_until(node, jobs, 0).await
}

/// Ends the leases that a process left when it died, where no other process can be at work: on SQLite,
/// whose data dir only one process holds (D27). On PostgreSQL they end by themselves.
///
/// # Errors
/// When the database refuses.
pub async fn take_over(node: &Node) -> Result<()> {
    if node.db.engine == Engine::Postgres {
        return Ok(());
    }
    let mut tx = node.db.write().await?;
    sqlx::query("UPDATE job SET lease = NULL, lease_until = 0 WHERE lease_until > 0")
        .execute(tx.on())
        .await?;
    tx.commit().await
}

/// How the queue stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Depth {
    /// Facts not yet turned into jobs.
    pub facts: i64,
    /// Jobs that wait or are worked on.
    pub jobs: i64,
    /// Jobs that gave up.
    pub given_up: i64,
    /// Age of the oldest job that should have run by now, in milliseconds.
    pub oldest_due: Millis,
}

/// Counts what waits.
///
/// # Errors
/// When the database refuses.
pub async fn depth(node: &Node) -> Result<Depth> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM fact) AS facts, \
         (SELECT COUNT(*) FROM job WHERE run_at < $1) AS jobs, \
         (SELECT COUNT(*) FROM job WHERE run_at = $1) AS given_up, \
         (SELECT MIN(run_at) FROM job WHERE run_at <= $2) AS oldest",
    )
    .bind(NEVER)
    .bind(node.now())
    .fetch_one(node.db.read())
    .await?;
    let oldest: Option<Millis> = row.try_get("oldest")?;
    Ok(Depth {
        facts: row.try_get("facts")?,
        jobs: row.try_get("jobs")?,
        given_up: row.try_get("given_up")?,
        oldest_due: oldest.map_or(0, |at| node.now() - at),
    })
}

/// When the next job is due, if one waits: the moment to look again.
///
/// # Errors
/// When the database refuses.
pub async fn next_due(node: &Node) -> Result<Option<Millis>> {
    let row =
        sqlx::query("SELECT MIN(run_at) AS at FROM job WHERE run_at < $1 AND lease_until <= $2")
            .bind(NEVER)
            .bind(node.now())
            .fetch_one(node.db.read())
            .await?;
    Ok(row.try_get("at")?)
}

/// What a job handler returns by name, for the composition's table.
pub type Handler = for<'a> fn(&'a Node, &'a Job) -> BoxFuture<'a, Result<()>>;

/// The value of a payload that names one thing.
#[must_use]
pub fn about(id: &str) -> Value {
    serde_json::json!({ "id": id })
}

/// Reads what [`about`] wrote.
#[derive(Debug, serde::Deserialize)]
pub struct About {
    /// The thing's id.
    pub id: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn with_a_job() -> (Node, Job) {
        let node = Node::for_tests("a.example", |_, _| {}).await;
        node.db.migrate().await.expect("migrations");
        let mut tx = node.db.write().await.expect("a transaction");
        add(&node, &mut tx, "say", &about("x"), 0)
            .await
            .expect("a job");
        tx.commit().await.expect("kept");
        let job = claim(&node, 1).await.expect("a look").pop();
        (node, job.expect("a job"))
    }

    #[tokio::test]
    async fn who_lost_a_job_to_another_neither_ends_nor_keeps_it() {
        let (node, slow) = with_a_job().await;
        node.clock.advance(std::time::Duration::from_secs(31));
        let quick = claim(&node, 1).await.expect("a look").pop();
        let quick = quick.expect("its lease ended");
        assert_eq!(quick.id, slow.id);
        // The slow one comes back: whatever it does, the job stays with the other.
        finish(&node, &slow).await.expect("nothing happens");
        let error = Error::internal("late");
        retry(&node, &slow, &error).await.expect("nothing happens");
        keep(&node, &[Held::of(&slow)])
            .await
            .expect("nothing happens");
        give_back(&node, &[Held::of(&slow)])
            .await
            .expect("nothing happens");
        let mut tx = node.db.write().await.expect("a transaction");
        assert!(finish_in(&mut tx, &slow).await.is_err());
        drop(tx);
        assert_eq!(depth(&node).await.expect("a count").jobs, 1);
        assert!(
            claim(&node, 1).await.expect("a look").is_empty(),
            "it is leased"
        );
        // Who has it ends it, together with its effect.
        let mut tx = node.db.write().await.expect("a transaction");
        finish_in(&mut tx, &quick).await.expect("it is theirs");
        tx.commit().await.expect("kept");
        assert_eq!(depth(&node).await.expect("a count").jobs, 0);
    }
}
