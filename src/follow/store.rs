//! Follows' rows, announces, and how far each history was read.

use super::{Follower, Following, Progress, State};
use crate::base::db::list_of;
use crate::base::{Error, Millis, Node, Result, Tx};
use crate::directory::{Actor, store as directory};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::HashMap;

const HOSTS_AT_ONCE: usize = 400;

/// Saves a follow that was asked for and not yet looked up.
///
/// # Errors
/// When the database refuses.
pub async fn save_asked(
    tx: &mut Tx,
    id: &str,
    uri: &str,
    follower_id: &str,
    target_text: &str,
    now: Millis,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO follow (id, uri, follower_id, target_text, state, created_at) VALUES ($1,$2,$3,$4,'looking',$5)",
    )
    .bind(id)
    .bind(uri)
    .bind(follower_id)
    .bind(target_text)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// The follow that was asked with these very words, unless it failed (a failed one makes room).
///
/// # Errors
/// When the database refuses.
pub async fn find_by_text(
    node: &Node,
    follower_id: &str,
    target_text: &str,
) -> Result<Option<String>> {
    let row = sqlx::query(
        "SELECT id FROM follow WHERE follower_id = $1 AND target_text = $2 AND state IN ('looking', 'pending', 'accepted')",
    )
    .bind(follower_id)
    .bind(target_text)
    .fetch_optional(node.db.read())
    .await?;
    Ok(row.map(|row| row.try_get("id")).transpose()?)
}

/// The bare row of a follow.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// The URI of the Follow.
    pub uri: String,
    /// Who follows, by our actor id.
    pub follower_id: String,
    /// Whom, by our actor id, once known.
    pub target_id: Option<String>,
    /// What was pasted.
    pub target_text: String,
    /// How it stands.
    pub state: State,
}

const ROW: &str = "SELECT id, uri, follower_id, target_id, target_text, state FROM follow";

fn read_row(row: &AnyRow) -> Result<Row> {
    let state: String = row.try_get("state")?;
    Ok(Row {
        id: row.try_get("id")?,
        uri: row.try_get("uri")?,
        follower_id: row.try_get("follower_id")?,
        target_id: row.try_get("target_id")?,
        target_text: row.try_get("target_text")?,
        state: State::from_code(&state).ok_or_else(|| Error::internal("follow state"))?,
    })
}

/// A follow by id.
///
/// # Errors
/// When the database refuses.
pub async fn find(node: &Node, id: &str) -> Result<Option<Row>> {
    let sql = sqlx::AssertSqlSafe(format!("{ROW} WHERE id = $1"));
    let row = sqlx::query(sql)
        .bind(id)
        .fetch_optional(node.db.read())
        .await?;
    row.as_ref().map(read_row).transpose()
}

/// The follow between two actors.
///
/// # Errors
/// When the database refuses.
pub async fn find_between(node: &Node, follower_id: &str, target_id: &str) -> Result<Option<Row>> {
    let sql = sqlx::AssertSqlSafe(format!("{ROW} WHERE follower_id = $1 AND target_id = $2"));
    let row = sqlx::query(sql)
        .bind(follower_id)
        .bind(target_id)
        .fetch_optional(node.db.read())
        .await?;
    row.as_ref().map(read_row).transpose()
}

/// Notes whom a follow found. `false` when there is nothing to ask: that one is followed already (the
/// new row is removed), or the follow was ended while they were looked for.
///
/// # Errors
/// When the database refuses.
pub async fn set_target(tx: &mut Tx, id: &str, follower_id: &str, target_id: &str) -> Result<bool> {
    let held = sqlx::query(
        "SELECT id, state FROM follow WHERE follower_id = $1 AND target_id = $2 AND id <> $3",
    )
    .bind(follower_id)
    .bind(target_id)
    .bind(id)
    .fetch_optional(tx.on())
    .await?;
    if let Some(held) = held {
        let state: String = held.try_get("state")?;
        let loser: String = if matches!(state.as_str(), "rejected" | "failed") {
            held.try_get("id")?
        } else {
            id.to_owned()
        };
        sqlx::query("DELETE FROM follow WHERE id = $1")
            .bind(&loser)
            .execute(tx.on())
            .await?;
        if loser == id {
            return Ok(false);
        }
    }
    let done = sqlx::query("UPDATE follow SET target_id = $1, state = 'pending', error = NULL WHERE id = $2 AND state = 'looking'")
        .bind(target_id)
        .bind(id)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes why nobody was found, or that a try failed and is repeated (`failed` false).
///
/// # Errors
/// When the database refuses.
pub async fn set_error(tx: &mut Tx, id: &str, error: &str, failed: bool) -> Result<()> {
    let state = if failed { "failed" } else { "looking" };
    sqlx::query("UPDATE follow SET state = $1, error = $2 WHERE id = $3 AND state = 'looking'")
        .bind(state)
        .bind(error)
        .bind(id)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Saves a follow by somebody of one of ours; the same pair asking again renews it. Returns its id.
///
/// # Errors
/// When the database refuses.
pub async fn save_follower(tx: &mut Tx, new: &Row, now: Millis) -> Result<String> {
    let others = sqlx::query("SELECT id FROM follow WHERE uri = $1 AND follower_id <> $2")
        .bind(&new.uri)
        .bind(&new.follower_id)
        .fetch_optional(tx.on())
        .await?;
    if others.is_some() {
        return Err(Error::refused("follow_id_of_another"));
    }
    sqlx::query("DELETE FROM follow WHERE uri = $1 AND follower_id = $2 AND target_id <> $3")
        .bind(&new.uri)
        .bind(&new.follower_id)
        .bind(new.target_id.as_deref())
        .execute(tx.on())
        .await?;
    let rows = sqlx::query(
        "INSERT INTO follow (id, uri, follower_id, target_id, target_text, state, created_at, decided_at) \
         VALUES ($1,$2,$3,$4,'',$5,$6,$6) ON CONFLICT (follower_id, target_id) WHERE target_id IS NOT NULL \
         DO UPDATE SET uri = excluded.uri, state = excluded.state, decided_at = excluded.decided_at RETURNING id",
    )
    .bind(&new.id)
    .bind(&new.uri)
    .bind(&new.follower_id)
    .bind(new.target_id.as_deref())
    .bind(new.state.code())
    .bind(now)
    .fetch_all(tx.on())
    .await?;
    let row = rows
        .first()
        .ok_or_else(|| Error::internal("a follow was not saved"))?;
    Ok(row.try_get("id")?)
}

/// Decides a follow; `false` when there is none.
///
/// # Errors
/// When the database refuses.
pub async fn decide(tx: &mut Tx, id: &str, state: State, now: Millis) -> Result<bool> {
    let done = sqlx::query("UPDATE follow SET state = $1, decided_at = $2 WHERE id = $3")
        .bind(state.code())
        .bind(now)
        .bind(id)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes a follow of a follower; gives its URI and target.
///
/// # Errors
/// When the database refuses.
pub async fn remove(
    tx: &mut Tx,
    id: &str,
    follower_id: &str,
) -> Result<Option<(String, Option<String>)>> {
    let rows = sqlx::query(
        "DELETE FROM follow WHERE id = $1 AND follower_id = $2 RETURNING uri, target_id",
    )
    .bind(id)
    .bind(follower_id)
    .fetch_all(tx.on())
    .await?;
    rows.first()
        .map(|row| Ok((row.try_get("uri")?, row.try_get("target_id")?)))
        .transpose()
}

/// Removes the follow between two actors; whether there was one.
///
/// # Errors
/// When the database refuses.
pub async fn remove_between(tx: &mut Tx, follower_id: &str, target_id: &str) -> Result<bool> {
    let done = sqlx::query("DELETE FROM follow WHERE follower_id = $1 AND target_id = $2")
        .bind(follower_id)
        .bind(target_id)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// How another node answers.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct HostState {
    /// Its name, with port when unusual.
    pub name: String,
    /// What it runs, as its NodeInfo says.
    pub software: Option<String>,
    /// Failures in a row.
    pub failures: i64,
    /// When it is tried again.
    pub next_try_at: Millis,
    /// When it last took a delivery.
    pub last_success_at: Option<Millis>,
    /// When it last did not.
    pub last_failure_at: Option<Millis>,
    /// Why, in words.
    pub last_error: Option<String>,
    /// When it last sent us something.
    pub last_heard_at: Option<Millis>,
    /// How many deliveries wait for it.
    pub waiting: i64,
}

/// Every host we sent to or heard from, troubled ones first.
///
/// # Errors
/// When the database refuses.
pub async fn list_hosts(node: &Node) -> Result<Vec<HostState>> {
    let rows = sqlx::query(
        "SELECT h.name, h.software, h.failures, h.next_try_at, h.last_success_at, h.last_failure_at, h.last_error, \
         h.last_heard_at, COALESCE(w.n, 0) AS waiting FROM host h LEFT JOIN \
         (SELECT host, COUNT(*) AS n FROM delivery WHERE state = 'waiting' GROUP BY host) w ON w.host = h.name \
         ORDER BY h.failures DESC, h.name LIMIT 1000",
    )
    .fetch_all(node.db.read())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(HostState {
                name: row.try_get("name")?,
                software: row.try_get("software")?,
                failures: row.try_get("failures")?,
                next_try_at: row.try_get("next_try_at")?,
                last_success_at: row.try_get("last_success_at")?,
                last_failure_at: row.try_get("last_failure_at")?,
                last_error: row.try_get("last_error")?,
                last_heard_at: row.try_get("last_heard_at")?,
                waiting: row.try_get("waiting")?,
            })
        })
        .collect()
}

/// Whom a network follows, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_following(node: &Node, follower_id: &str) -> Result<Vec<Following>> {
    let rows = sqlx::query(
        "SELECT f.id, f.uri, f.target_text, f.target_id, f.state, f.error, f.created_at, \
         b.state AS b_state, b.done, b.total, h.last_heard_at, h.last_success_at FROM follow f \
         LEFT JOIN backfill b ON b.actor_id = f.target_id LEFT JOIN actor a ON a.id = f.target_id \
         LEFT JOIN host h ON h.name = a.host WHERE f.follower_id = $1 ORDER BY f.created_at DESC, f.id DESC LIMIT 1000",
    )
    .bind(follower_id)
    .fetch_all(node.db.read())
    .await?;
    let ids: Vec<String> = rows
        .iter()
        .filter_map(|row| row.try_get("target_id").ok().flatten())
        .collect();
    let mut actors: HashMap<String, Actor> = by_id(directory::find_actors(node, &ids).await?);
    rows.iter()
        .map(|row| read_following(row, &mut actors))
        .collect()
}

fn by_id(actors: Vec<Actor>) -> HashMap<String, Actor> {
    actors
        .into_iter()
        .map(|actor| (actor.id.clone(), actor))
        .collect()
}

fn read_following(row: &AnyRow, actors: &mut HashMap<String, Actor>) -> Result<Following> {
    let state: String = row.try_get("state")?;
    let target: Option<String> = row.try_get("target_id")?;
    let backfill: Option<String> = row.try_get("b_state")?;
    let heard: Option<Millis> = row.try_get("last_heard_at")?;
    let success: Option<Millis> = row.try_get("last_success_at")?;
    Ok(Following {
        id: row.try_get("id")?,
        uri: row.try_get("uri")?,
        target_text: row.try_get("target_text")?,
        target: target.and_then(|id| actors.remove(&id)),
        state: State::from_code(&state).ok_or_else(|| Error::internal("follow state"))?,
        error: row.try_get("error")?,
        created_at: row.try_get("created_at")?,
        backfill: match backfill {
            Some(state) => Some(Progress {
                done: row.try_get("done")?,
                total: row.try_get("total")?,
                running: state == "running",
                failed: state == "failed",
            }),
            None => None,
        },
        last_heard_at: heard.max(success),
    })
}

/// Who follows an actor of ours: those let in, and those who wait, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_followers(node: &Node, target_id: &str) -> Result<Vec<Follower>> {
    let rows = sqlx::query(
        "SELECT id, follower_id, state, created_at FROM follow WHERE target_id = $1 AND state IN ('pending', 'accepted') \
         ORDER BY created_at DESC, id DESC LIMIT 5000",
    )
    .bind(target_id)
    .fetch_all(node.db.read())
    .await?;
    let ids: Vec<String> = rows
        .iter()
        .map(|row| row.try_get("follower_id"))
        .collect::<sqlx::Result<_>>()?;
    let mut actors = by_id(directory::find_actors(node, &ids).await?);
    let mut hosts: HashMap<String, HostState> = list_hosts(node)
        .await?
        .into_iter()
        .map(|host| (host.name.clone(), host))
        .collect();
    let mut followers = Vec::with_capacity(rows.len());
    for (row, id) in rows.iter().zip(ids) {
        let Some(actor) = actors.remove(&id) else {
            continue;
        };
        let state: String = row.try_get("state")?;
        followers.push(Follower {
            id: row.try_get("id")?,
            state: State::from_code(&state).ok_or_else(|| Error::internal("follow state"))?,
            created_at: row.try_get("created_at")?,
            host: hosts.get_mut(&actor.host).cloned().unwrap_or_default(),
            actor,
        });
    }
    Ok(followers)
}

/// The accepted followers of an actor of ours, for fan-out and for the collection.
///
/// # Errors
/// When the database refuses.
pub async fn list_accepted(node: &Node, target_id: &str) -> Result<Vec<Actor>> {
    let rows = sqlx::query("SELECT follower_id FROM follow WHERE target_id = $1 AND state = 'accepted' ORDER BY created_at")
        .bind(target_id)
        .fetch_all(node.db.read())
        .await?;
    let ids: Vec<String> = rows
        .iter()
        .map(|row| row.try_get("follower_id"))
        .collect::<sqlx::Result<_>>()?;
    let mut actors = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        actors.extend(directory::find_actors(node, chunk).await?);
    }
    Ok(actors)
}

/// How many an actor follows, and how many follow it.
///
/// # Errors
/// When the database refuses.
pub async fn count(node: &Node, actor_id: &str) -> Result<(i64, i64)> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM follow WHERE follower_id = $1 AND state = 'accepted') AS following, \
         (SELECT COUNT(*) FROM follow WHERE target_id = $1 AND state = 'accepted') AS followers",
    )
    .bind(actor_id)
    .fetch_one(node.db.read())
    .await?;
    Ok((row.try_get("following")?, row.try_get("followers")?))
}

/// Whether any of these actors is followed by this node's network, and let it in.
///
/// # Errors
/// When the database refuses.
pub async fn follows_any(node: &Node, follower_id: &str, targets: &[&str]) -> Result<bool> {
    for target in targets {
        if find_between(node, follower_id, target)
            .await?
            .is_some_and(|row| row.state == State::Accepted)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Followers at a host whom one of these actors let in: id and URI.
///
/// # Errors
/// When the database refuses.
pub async fn list_followers_at(
    node: &Node,
    host: &str,
    targets: &[&str],
) -> Result<Vec<(String, String)>> {
    let sql = format!(
        "SELECT DISTINCT a.id, a.uri FROM follow f JOIN actor a ON a.id = f.follower_id \
         WHERE f.state = 'accepted' AND a.host = $1 AND f.target_id IN ({}) ORDER BY a.id",
        list_of(2, targets.len())
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(host);
    for target in targets {
        query = query.bind(*target);
    }
    let rows = query.fetch_all(node.db.read()).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("id")?, row.try_get("uri")?)))
        .collect()
}

/// Notes that somebody announced a publication.
///
/// # Errors
/// When the database refuses.
pub async fn save_announce(
    tx: &mut Tx,
    uri: &str,
    actor_id: &str,
    publication_id: &str,
    at: Millis,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO announce (uri, actor_id, publication_id, at) VALUES ($1,$2,$3,$4) ON CONFLICT (uri) DO NOTHING",
    )
    .bind(uri)
    .bind(actor_id)
    .bind(publication_id)
    .bind(at)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Takes an announce back.
///
/// # Errors
/// When the database refuses.
pub async fn remove_announce(tx: &mut Tx, uri: &str, actor_id: &str) -> Result<()> {
    sqlx::query("DELETE FROM announce WHERE uri = $1 AND actor_id = $2")
        .bind(uri)
        .bind(actor_id)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Notes what somebody took back before it came (D17).
///
/// # Errors
/// When the database refuses.
pub async fn save_undone(tx: &mut Tx, uri: &str, actor_uri: &str, at: Millis) -> Result<()> {
    tx.hold(uri).await?;
    sqlx::query("INSERT INTO undone (uri, actor_uri, at) VALUES ($1,$2,$3) ON CONFLICT (uri, actor_uri) DO NOTHING")
        .bind(uri)
        .bind(actor_uri)
        .bind(at)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Whether one of these speakers took it back already.
///
/// # Errors
/// When the database refuses.
pub async fn was_undone(tx: &mut Tx, uri: &str, actor_uris: &[&str]) -> Result<bool> {
    tx.hold(uri).await?;
    for actor_uri in actor_uris {
        let row = sqlx::query("SELECT uri FROM undone WHERE uri = $1 AND actor_uri = $2")
            .bind(uri)
            .bind(*actor_uri)
            .fetch_optional(tx.on())
            .await?;
        if row.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Removes a follow by its URI, if that follower asked it.
///
/// # Errors
/// When the database refuses.
pub async fn remove_by_uri(tx: &mut Tx, uri: &str, follower_id: &str) -> Result<()> {
    sqlx::query("DELETE FROM follow WHERE uri = $1 AND follower_id = $2")
        .bind(uri)
        .bind(follower_id)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Removes every follow of and by an actor.
///
/// # Errors
/// When the database refuses.
pub async fn remove_all(tx: &mut Tx, actor_id: &str) -> Result<()> {
    sqlx::query("DELETE FROM follow WHERE follower_id = $1 OR target_id = $1")
        .bind(actor_id)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// How many follows of and by actors of these hosts there are.
///
/// # Errors
/// When the database refuses.
pub async fn count_of_hosts(node: &Node, hosts: &[String]) -> Result<i64> {
    let mut count = 0;
    for chunk in hosts.chunks(HOSTS_AT_ONCE) {
        let sql = format!("SELECT COUNT(*) AS n FROM follow WHERE {}", of_hosts(chunk));
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
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

/// Removes every follow of and by actors of these hosts; gives how many.
///
/// # Errors
/// When the database refuses.
pub async fn remove_of_hosts(tx: &mut Tx, hosts: &[String]) -> Result<i64> {
    let mut count = 0;
    for chunk in hosts.chunks(HOSTS_AT_ONCE) {
        let sql = format!("DELETE FROM follow WHERE {}", of_hosts(chunk));
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for host in chunk {
            query = query.bind(host);
        }
        let done = query.execute(tx.on()).await?;
        count += i64::try_from(done.rows_affected()).unwrap_or(i64::MAX);
    }
    Ok(count)
}

fn of_hosts(hosts: &[String]) -> String {
    let theirs = format!(
        "(SELECT id FROM actor WHERE local = 0 AND host IN ({}))",
        list_of(1, hosts.len())
    );
    format!("follower_id IN {theirs} OR target_id IN {theirs}")
}
