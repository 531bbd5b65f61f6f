//! The directory's rows: actors, their keys, members, invitations.

mod keys;

pub use keys::*;

use super::{Actor, ActorKind, Home, Member, NetworkSettings, Role};
use crate::base::db::list_of;
use crate::base::listing::{Cursor, Page};
use crate::base::{Error, Millis, Node, Result, Tx, setting};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

const ACTOR: &str = "a.id, a.uri, a.kind, a.local, a.handle, a.host, a.name, a.summary, a.url, a.inbox, \
    a.shared_inbox, a.outbox, a.followers, a.approves, a.created_at, a.updated_at, a.fetched_at, a.gone_at";

fn read_actor(row: &AnyRow) -> Result<Actor> {
    let kind: String = row.try_get("kind")?;
    Ok(Actor {
        id: row.try_get("id")?,
        uri: row.try_get("uri")?,
        kind: ActorKind::from_code(&kind)
            .ok_or_else(|| Error::internal(format!("actor kind {kind}")))?,
        local: row.try_get::<i64, _>("local")? == 1,
        handle: row.try_get("handle")?,
        host: row.try_get("host")?,
        name: row.try_get("name")?,
        summary: row.try_get("summary")?,
        url: row.try_get("url")?,
        inbox: row.try_get("inbox")?,
        shared_inbox: row.try_get("shared_inbox")?,
        outbox: row.try_get("outbox")?,
        followers: row.try_get("followers")?,
        approves: row.try_get::<i64, _>("approves")? == 1,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        fetched_at: row.try_get("fetched_at")?,
        gone_at: row.try_get("gone_at")?,
    })
}

async fn find_one(node: &Node, clause: &'static str, value: &str) -> Result<Option<Actor>> {
    let sql = format!("SELECT {ACTOR} FROM actor a WHERE {clause}");
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(value)
        .fetch_optional(node.db.read())
        .await?;
    row.as_ref().map(read_actor).transpose()
}

/// An actor by our id.
///
/// # Errors
/// When the database refuses.
pub async fn find_actor(node: &Node, id: &str) -> Result<Option<Actor>> {
    find_one(node, "a.id = $1", id).await
}

/// An actor by URI.
///
/// # Errors
/// When the database refuses.
pub async fn find_actor_by_uri(node: &Node, uri: &str) -> Result<Option<Actor>> {
    find_one(node, "a.uri = $1", uri).await
}

/// An actor of ours by handle: network and members share one name space.
///
/// # Errors
/// When the database refuses.
pub async fn find_local_actor(node: &Node, handle: &str) -> Result<Option<Actor>> {
    find_one(
        node,
        "a.local = 1 AND a.kind IN ('Group', 'Person') AND a.handle = $1",
        handle,
    )
    .await
}

/// An actor by handle and host, as `handle@host` names them: a network rather than another of that name.
///
/// # Errors
/// When the database refuses.
pub async fn find_actor_by_address(node: &Node, handle: &str, host: &str) -> Result<Option<Actor>> {
    let sql = format!(
        "SELECT {ACTOR} FROM actor a WHERE a.host = $1 AND a.handle = $2 \
         ORDER BY CASE WHEN a.kind = 'Group' THEN 0 ELSE 1 END, a.id LIMIT 1"
    );
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(host)
        .bind(handle)
        .fetch_optional(node.db.read())
        .await?;
    row.as_ref().map(read_actor).transpose()
}

/// Several actors by our ids, in any order.
///
/// # Errors
/// When the database refuses.
pub async fn find_actors(node: &Node, ids: &[String]) -> Result<Vec<Actor>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {ACTOR} FROM actor a WHERE a.id IN ({})",
        list_of(1, ids.len())
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for id in ids {
        query = query.bind(id);
    }
    query
        .fetch_all(node.db.read())
        .await?
        .iter()
        .map(read_actor)
        .collect()
}

/// Saves an actor: new, or newer than what is held. An actor of ours is never changed by a remote
/// document (R8): a row keeps its `local`.
///
/// # Errors
/// When the database refuses.
pub async fn save_actor(tx: &mut Tx, actor: &Actor, document: Option<&str>) -> Result<String> {
    let row = sqlx::query(
        "INSERT INTO actor (id, uri, kind, local, handle, host, name, summary, url, inbox, shared_inbox, outbox, \
         followers, approves, document, created_at, updated_at, fetched_at, gone_at) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19) \
         ON CONFLICT (uri) DO UPDATE SET kind = excluded.kind, handle = excluded.handle, host = excluded.host, \
         name = excluded.name, summary = excluded.summary, url = excluded.url, inbox = excluded.inbox, \
         shared_inbox = excluded.shared_inbox, outbox = excluded.outbox, followers = excluded.followers, \
         approves = excluded.approves, document = excluded.document, updated_at = excluded.updated_at, \
         fetched_at = excluded.fetched_at, gone_at = excluded.gone_at \
         WHERE actor.local = excluded.local RETURNING id",
    )
    .bind(&actor.id)
    .bind(&actor.uri)
    .bind(actor.kind.code())
    .bind(i64::from(actor.local))
    .bind(&actor.handle)
    .bind(&actor.host)
    .bind(&actor.name)
    .bind(&actor.summary)
    .bind(&actor.url)
    .bind(&actor.inbox)
    .bind(actor.shared_inbox.as_deref())
    .bind(actor.outbox.as_deref())
    .bind(actor.followers.as_deref())
    .bind(i64::from(actor.approves))
    .bind(document)
    .bind(actor.created_at)
    .bind(actor.updated_at)
    .bind(actor.fetched_at)
    .bind(actor.gone_at)
    .fetch_all(tx.on())
    .await?;
    let row = row
        .first()
        .ok_or_else(|| Error::refused("actor_masquerade"))?;
    Ok(row.try_get("id")?)
}

/// An actor's document as it was received.
///
/// # Errors
/// When the database refuses.
pub async fn find_document(node: &Node, id: &str) -> Result<Option<String>> {
    let row = sqlx::query("SELECT document FROM actor WHERE id = $1")
        .bind(id)
        .fetch_optional(node.db.read())
        .await?;
    Ok(row
        .map(|row| row.try_get("document"))
        .transpose()?
        .flatten())
}

/// The hosts of all actors of other nodes that are known here.
///
/// # Errors
/// When the database refuses.
pub async fn list_remote_hosts(node: &Node) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT DISTINCT host FROM actor WHERE local = 0")
        .fetch_all(node.db.read())
        .await?;
    Ok(rows
        .iter()
        .map(|row| row.try_get("host"))
        .collect::<sqlx::Result<_>>()?)
}

/// Members of this node, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_members(node: &Node, cursor: &Cursor, limit: usize) -> Result<Page<Member>> {
    let sql = format!(
        "{MEMBER} WHERE m.removed_at IS NULL AND (m.created_at, m.id) < ($1, $2) \
         ORDER BY m.created_at DESC, m.id DESC LIMIT $3"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(cursor.at)
        .bind(&cursor.id)
        .bind(i64::try_from(limit + 1).unwrap_or(i64::MAX))
        .fetch_all(node.db.read())
        .await?;
    let members = rows.iter().map(read_member).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(members, limit, |m| (m.created_at, m.id.clone())))
}

const MEMBER: &str = "SELECT m.id, m.actor_id, a.handle, a.name, m.email, m.role, m.language, m.created_at \
    FROM member m JOIN actor a ON a.id = m.actor_id";

pub(super) fn read_member(row: &AnyRow) -> Result<Member> {
    let role: String = row.try_get("role")?;
    Ok(Member {
        id: row.try_get("id")?,
        actor_id: row.try_get("actor_id")?,
        handle: row.try_get("handle")?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        role: Role::from_code(&role).ok_or_else(|| Error::internal("member role"))?,
        language: row.try_get("language")?,
        created_at: row.try_get("created_at")?,
    })
}

/// A member by e-mail, handle or member id: what a person or the command line gives.
///
/// # Errors
/// When the database refuses.
pub async fn find_member(node: &Node, word: &str) -> Result<Option<Member>> {
    let sql = format!(
        "{MEMBER} WHERE m.removed_at IS NULL AND (m.id = $1 OR m.email = $2 OR a.handle = $3 OR a.name = $1) \
         ORDER BY m.created_at LIMIT 1"
    );
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(word)
        .bind(word.trim().to_lowercase())
        .bind(word.trim_start_matches('@').to_lowercase())
        .fetch_optional(node.db.read())
        .await?;
    row.as_ref().map(read_member).transpose()
}

/// Saves a member.
///
/// # Errors
/// [`Error::Conflict`] when the e-mail address is taken.
pub async fn save_member(tx: &mut Tx, member: &Member, password_hash: &str) -> Result<()> {
    let rows = sqlx::query(
        "INSERT INTO member (id, actor_id, email, role, password_hash, language, created_at) \
         VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT (email) DO NOTHING RETURNING id",
    )
    .bind(&member.id)
    .bind(&member.actor_id)
    .bind(&member.email)
    .bind(member.role.code())
    .bind(password_hash)
    .bind(&member.language)
    .bind(member.created_at)
    .fetch_all(tx.on())
    .await?;
    if rows.is_empty() {
        return Err(Error::Conflict(
            "a member with this e-mail address is already here".into(),
        ));
    }
    Ok(())
}

/// How many members, and how many of them are stewards.
///
/// # Errors
/// When the database refuses.
pub async fn count_members(node: &Node) -> Result<(i64, i64)> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS members, CAST(COALESCE(SUM(CASE WHEN role = 'steward' THEN 1 ELSE 0 END), 0) AS BIGINT) AS stewards \
         FROM member WHERE removed_at IS NULL",
    )
    .fetch_one(node.db.read())
    .await?;
    Ok((row.try_get("members")?, row.try_get("stewards")?))
}

/// Changes what a member may do.
///
/// # Errors
/// When the database refuses.
pub async fn set_role(tx: &mut Tx, member_id: &str, role: Role) -> Result<()> {
    sqlx::query("UPDATE member SET role = $1 WHERE id = $2")
        .bind(role.code())
        .bind(member_id)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Changes the language of a member's pages.
///
/// # Errors
/// When the database refuses.
pub async fn set_language(tx: &mut Tx, member_id: &str, language: &str) -> Result<()> {
    sqlx::query("UPDATE member SET language = $1 WHERE id = $2")
        .bind(language)
        .bind(member_id)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Ends a membership: the row stays, since what was published stays, but nobody signs in with it.
///
/// # Errors
/// When the database refuses.
pub async fn remove_member(tx: &mut Tx, member_id: &str, at: Millis) -> Result<()> {
    // The address is freed, so that the same person may be invited again.
    sqlx::query("UPDATE member SET removed_at = $1, password_hash = '', email = id WHERE id = $2")
        .bind(at)
        .bind(member_id)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// What the network decided, read from the settings.
///
/// # Errors
/// When the database refuses.
pub async fn find_settings(node: &Node) -> Result<NetworkSettings> {
    let text = setting::get(node, "network").await?;
    Ok(text
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

/// The node's own actors, once the network was founded.
///
/// # Errors
/// When the database refuses.
pub async fn find_home(node: &Node) -> Result<Option<Home>> {
    let Some(network) = find_one(node, "a.local = 1 AND a.kind = $1", "Group").await? else {
        return Ok(None);
    };
    let Some(application) = find_one(node, "a.local = 1 AND a.kind = $1", "Application").await?
    else {
        return Ok(None);
    };
    Ok(Some(Home {
        network,
        application,
        settings: find_settings(node).await?,
    }))
}

/// An invitation to join, known by the hash of its token.
///
/// # Errors
/// When the database refuses.
pub async fn save_invitation(
    tx: &mut Tx,
    token_hash: &str,
    role: Role,
    note: &str,
    created_by: &str,
    now: Millis,
    expires_at: Millis,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO invitation (token_hash, role, note, created_by, created_at, expires_at) VALUES ($1,$2,$3,$4,$5,$6)",
    )
    .bind(token_hash)
    .bind(role.code())
    .bind(note)
    .bind(created_by)
    .bind(now)
    .bind(expires_at)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// An invitation as stewards see it.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// The hash of its token: enough to take it back, not enough to use it.
    pub token_hash: String,
    /// The role it gives.
    pub role: Role,
    /// Whom it is meant for, in the steward's words.
    pub note: String,
    /// Who invites, by name.
    pub by: String,
    /// Until when it can be used.
    pub expires_at: Millis,
}

const INVITATION: &str = "SELECT i.token_hash, i.role, i.note, i.expires_at, COALESCE(a.name, '') AS by_name FROM invitation i \
    LEFT JOIN member m ON m.id = i.created_by LEFT JOIN actor a ON a.id = m.actor_id";

fn read_invitation(row: &AnyRow) -> Result<Invitation> {
    let role: String = row.try_get("role")?;
    Ok(Invitation {
        token_hash: row.try_get("token_hash")?,
        role: Role::from_code(&role).unwrap_or(Role::Member),
        note: row.try_get("note")?,
        by: row.try_get("by_name")?,
        expires_at: row.try_get("expires_at")?,
    })
}

/// Invitations that can still be used, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_invitations(node: &Node) -> Result<Vec<Invitation>> {
    let sql = format!(
        "{INVITATION} WHERE i.used_at IS NULL AND i.expires_at > $1 ORDER BY i.created_at DESC LIMIT 200"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(node.now())
        .fetch_all(node.db.read())
        .await?;
    rows.iter().map(read_invitation).collect()
}

/// A usable invitation by the hash of its token.
///
/// # Errors
/// When the database refuses.
pub async fn find_invitation(node: &Node, token_hash: &str) -> Result<Option<Invitation>> {
    let sql =
        format!("{INVITATION} WHERE i.token_hash = $1 AND i.used_at IS NULL AND i.expires_at > $2");
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(token_hash)
        .bind(node.now())
        .fetch_optional(node.db.read())
        .await?;
    row.as_ref().map(read_invitation).transpose()
}

/// Uses an invitation up; `false` when somebody else just did.
///
/// # Errors
/// When the database refuses.
pub async fn use_invitation(tx: &mut Tx, token_hash: &str, now: Millis) -> Result<bool> {
    let done = sqlx::query("UPDATE invitation SET used_at = $1 WHERE token_hash = $2 AND used_at IS NULL AND expires_at > $1")
        .bind(now)
        .bind(token_hash)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that an actor is gone.
///
/// # Errors
/// When the database refuses.
pub async fn set_gone(tx: &mut Tx, actor_id: &str, at: Millis) -> Result<()> {
    sqlx::query("UPDATE actor SET gone_at = $1 WHERE id = $2 AND local = 0")
        .bind(at)
        .bind(actor_id)
        .execute(tx.on())
        .await?;
    Ok(())
}
