//! What is kept beside publications: snapshots, drafts, pictures.

use super::json;
use crate::base::media::Picture;
use crate::base::{Millis, Node, Result, Tx};
use crate::directory::Viewer;
use crate::publication::Draft;
use crate::publication::audience::visible_to;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

/// Keeps a snapshot of what was published.
///
/// # Errors
/// When the database refuses.
pub async fn save_revision(
    tx: &mut Tx,
    id: &str,
    revision: i64,
    member_id: &str,
    body: &Draft,
    at: Millis,
) -> Result<()> {
    sqlx::query("INSERT INTO revision (publication_id, revision, member_id, body, at) VALUES ($1,$2,$3,$4,$5)")
        .bind(id)
        .bind(revision)
        .bind(member_id)
        .bind(serde_json::to_string(body)?)
        .bind(at)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// One snapshot.
#[derive(Debug, Clone)]
pub struct Revision {
    /// 1, 2, 3..
    pub revision: i64,
    /// Who published it, by name.
    pub by: String,
    /// When.
    pub at: Millis,
    /// What was published.
    pub body: Draft,
}

/// The snapshots of a publication of ours, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_revisions(node: &Node, id: &str) -> Result<Vec<Revision>> {
    let rows = sqlx::query(
        "SELECT r.revision, r.body, r.at, a.name FROM revision r JOIN member m ON m.id = r.member_id \
         JOIN actor a ON a.id = m.actor_id WHERE r.publication_id = $1 ORDER BY r.revision DESC LIMIT 500",
    )
    .bind(id)
    .fetch_all(node.db.read())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Revision {
                revision: row.try_get("revision")?,
                by: row.try_get("name")?,
                at: row.try_get("at")?,
                body: json(row, "body")?.unwrap_or_default(),
            })
        })
        .collect()
}

/// A draft as its writer sees it in a list.
#[derive(Debug, Clone)]
pub struct SavedDraft {
    /// The id it has, and its publication will have.
    pub id: String,
    /// What was written so far.
    pub body: Draft,
    /// When it was last saved.
    pub saved_at: Millis,
}

/// Keeps what somebody writes: the only thing autosave touches (D20).
///
/// # Errors
/// When the database refuses.
pub async fn save_draft(
    tx: &mut Tx,
    id: &str,
    member_id: &str,
    body: &Draft,
    at: Millis,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO draft (id, member_id, body, saved_at) VALUES ($1,$2,$3,$4) \
         ON CONFLICT (id, member_id) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at",
    )
    .bind(id)
    .bind(member_id)
    .bind(serde_json::to_string(body)?)
    .bind(at)
    .execute(tx.on())
    .await?;
    Ok(())
}

fn read_draft(row: &AnyRow) -> Result<SavedDraft> {
    Ok(SavedDraft {
        id: row.try_get("id")?,
        body: json(row, "body")?.unwrap_or_default(),
        saved_at: row.try_get("saved_at")?,
    })
}

/// A member's own draft.
///
/// # Errors
/// When the database refuses.
pub async fn find_draft(node: &Node, id: &str, member_id: &str) -> Result<Option<SavedDraft>> {
    let row = sqlx::query("SELECT id, body, saved_at FROM draft WHERE id = $1 AND member_id = $2")
        .bind(id)
        .bind(member_id)
        .fetch_optional(node.db.read())
        .await?;
    row.as_ref().map(read_draft).transpose()
}

/// A member's own drafts, last saved first.
///
/// # Errors
/// When the database refuses.
pub async fn list_drafts(node: &Node, member_id: &str) -> Result<Vec<SavedDraft>> {
    let rows = sqlx::query("SELECT id, body, saved_at FROM draft WHERE member_id = $1 ORDER BY saved_at DESC LIMIT 200")
        .bind(member_id)
        .fetch_all(node.db.read())
        .await?;
    rows.iter().map(read_draft).collect()
}

/// Removes a member's own draft.
///
/// # Errors
/// When the database refuses.
pub async fn remove_draft(tx: &mut Tx, id: &str, member_id: &str) -> Result<()> {
    sqlx::query("DELETE FROM draft WHERE id = $1 AND member_id = $2")
        .bind(id)
        .bind(member_id)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// A picture that a member uploaded; two members may upload the same one.
///
/// # Errors
/// When the database refuses.
pub async fn save_media(
    tx: &mut Tx,
    name: &str,
    member_id: &str,
    picture: &Picture,
    at: Millis,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO media (name, member_id, media_type, width, height, bytes, created_at) VALUES ($1,$2,$3,$4,$5,$6,$7) \
         ON CONFLICT (name, member_id) DO NOTHING",
    )
    .bind(name)
    .bind(member_id)
    .bind(picture.media_type)
    .bind(i64::from(picture.width))
    .bind(i64::from(picture.height))
    .bind(i64::try_from(picture.bytes).unwrap_or(0))
    .bind(at)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Whether a viewer may see a picture: some publication they may see shows it, or it is their own upload.
///
/// # Errors
/// When the database refuses.
pub async fn may_see_media(node: &Node, viewer: &Viewer, name: &str) -> Result<bool> {
    let own = viewer
        .member
        .as_ref()
        .map(|member| member.id.clone())
        .unwrap_or_default();
    let (visible, home) = visible_to(viewer, 1);
    let sql = format!(
        "SELECT m.name FROM media m WHERE m.name = $2 AND (m.member_id = $3 OR EXISTS \
         (SELECT 1 FROM publication p WHERE p.media_name = $2 AND {visible})) LIMIT 1"
    );
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(home)
        .bind(name)
        .bind(own)
        .fetch_optional(node.db.read())
        .await?;
    Ok(row.is_some())
}
