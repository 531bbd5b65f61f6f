//! The deeds of those who give: keep a draft, publish, edit, withdraw.

use super::draft::Ready;
use super::{Draft, Publication, Text, store};
use crate::base::{Error, Issues, Millis, Node, Result, Tx, queue, text};
use crate::directory::NetworkSettings;
use crate::directory::{Member, Role, home, store as directory, uri};
use serde::{Deserialize, Serialize};

/// The fact that something was published.
pub const PUBLISHED: &str = "published";
/// The fact that something published was edited.
pub const EDITED: &str = "edited";
/// The fact that something published was withdrawn.
pub const WITHDRAWN: &str = "withdrawn";

/// What the three facts carry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Changed {
    /// The form of this payload.
    pub version: u8,
    /// The publication.
    pub id: String,
    /// Which revision.
    pub revision: i64,
}

async fn push(node: &Node, tx: &mut Tx, fact: &str, id: &str, revision: i64) -> Result<()> {
    queue::push(
        node,
        tx,
        fact,
        &Changed {
            version: 1,
            id: id.to_owned(),
            revision,
        },
    )
    .await
}

/// Keeps a draft: a new one, or what a member writes on something published. Returns its id.
///
/// # Errors
/// [`Error::Invalid`] when it has neither name nor kind.
pub async fn keep(node: &Node, writer: &Member, id: Option<&str>, draft: &Draft) -> Result<String> {
    draft.check_draft().or(())?;
    keep_unfinished(node, writer, id, draft).await
}

/// Keeps whatever was typed so far, a name or not: autosave and preview lose nothing.
///
/// # Errors
/// [`Error::Forbidden`] when it is a draft on something the writer may not edit.
pub async fn keep_unfinished(
    node: &Node,
    writer: &Member,
    id: Option<&str>,
    draft: &Draft,
) -> Result<String> {
    let id = match id {
        Some(id) => {
            if let Some(held) = store::find(node, id).await? {
                may_edit(writer, &held)?;
            } else if store::find_draft(node, id, &writer.id).await?.is_none() {
                return Err(Error::NotFound);
            }
            id.to_owned()
        }
        None => node.new_id()?,
    };
    let mut tx = node.db.write().await?;
    store::save_draft(&mut tx, &id, &writer.id, draft, node.now()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Discards a member's own draft.
///
/// # Errors
/// When the database refuses.
pub async fn discard(node: &Node, writer: &Member, id: &str) -> Result<()> {
    let mut tx = node.db.write().await?;
    store::remove_draft(&mut tx, id, &writer.id).await?;
    tx.commit().await
}

/// Whether a member may edit or withdraw a publication: their own, or as an editor any of this node.
///
/// # Errors
/// [`Error::Forbidden`] when not; a remote publication is nobody's to edit here.
pub fn may_edit(member: &Member, publication: &Publication) -> Result<()> {
    let own = publication.author_id == member.actor_id;
    if publication.local && (own || member.role >= Role::Editor) {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}

fn legal_pages_first(node: &Node, settings: &NetworkSettings) -> Result<()> {
    if node.config.dev || settings.legal_pages_ready() {
        return Ok(());
    }
    let mut issues = Issues::default();
    issues.add("audience", "issue-legal-pages");
    Err(Error::Invalid(issues))
}

fn text_of(ready: &Ready) -> Text {
    Text {
        language: ready.language.clone(),
        original: true,
        name: ready.name.clone(),
        summary: ready.summary.clone(),
        source: Some(ready.source.clone()),
        html: text::markdown_to_html(&ready.source),
    }
}

/// Publishes something new, or a draft under its id.
///
/// # Errors
/// [`Error::Invalid`] with all that is missing.
pub async fn publish(
    node: &Node,
    author: &Member,
    id: Option<&str>,
    draft: Draft,
) -> Result<Publication> {
    publish_at(node, author, id, draft, node.now()).await
}

/// Publishes with the moment it was first published elsewhere: for imports.
///
/// # Errors
/// [`Error::Invalid`] with all that is missing.
pub async fn publish_at(
    node: &Node,
    author: &Member,
    id: Option<&str>,
    draft: Draft,
    published: Millis,
) -> Result<Publication> {
    let ready = draft.check().map_err(Error::Invalid)?;
    let home = home(node).await?;
    legal_pages_first(node, &home.settings)?;
    let id = match id {
        Some(id) => {
            store::find_draft(node, id, &author.id)
                .await?
                .ok_or(Error::NotFound)?;
            id.to_owned()
        }
        None => node.new_id()?,
    };
    let uri = uri::publication(node, &id);
    let publication = Publication {
        url: uri.clone(),
        uri,
        wire_type: ready.detail.kind().wire_type().to_owned(),
        local: true,
        author_id: author.actor_id.clone(),
        network_id: Some(home.network.id.clone()),
        audience: ready.audience,
        withdrawn: false,
        hidden: false,
        texts: vec![text_of(&ready)],
        language: ready.language,
        licence: ready.licence,
        start_time: ready.start_time,
        end_time: ready.end_time,
        timezone: ready.timezone,
        place: ready.place,
        picture: ready.picture,
        detail: ready.detail,
        published,
        updated: None,
        revision: 1,
        digest: String::new(),
        changed_at: node.now(),
        received_at: None,
        verified: None,
        verified_at: None,
        proof: None,
        id,
    };
    let mut tx = node.db.write().await?;
    if store::save_newer(&mut tx, &publication).await?.is_none() {
        return Err(Error::Conflict("this was published already".into()));
    }
    store::save_revision(&mut tx, &publication.id, 1, &author.id, &draft, node.now()).await?;
    store::remove_draft(&mut tx, &publication.id, &author.id).await?;
    push(node, &mut tx, PUBLISHED, &publication.id, 1).await?;
    tx.commit().await?;
    Ok(publication)
}

/// Publishes an edit. The audience stays as it was: those who hold a copy cannot be un-told.
///
/// # Errors
/// [`Error::Conflict`] when somebody else published an edit in between: what was typed is kept as a
/// draft, and both texts can be compared; [`Error::Invalid`] with all that is missing.
pub async fn edit(node: &Node, editor: &Member, id: &str, draft: Draft) -> Result<Publication> {
    let held = store::find(node, id).await?.ok_or(Error::NotFound)?;
    if held.withdrawn {
        return Err(Error::Gone);
    }
    may_edit(editor, &held)?;
    let draft = Draft {
        kind: held.kind().code().to_owned(),
        audience: held.audience.code().to_owned(),
        ..draft
    };
    let ready = draft.check().map_err(Error::Invalid)?;
    if draft.revision != held.revision {
        keep_unfinished(node, editor, Some(id), &draft).await?;
        return Err(Error::Conflict(format!(
            "revision {} was published while you edited revision {}: your text is kept as a draft",
            held.revision, draft.revision
        )));
    }
    let revision = held.revision + 1;
    let publication = Publication {
        texts: vec![text_of(&ready)],
        language: ready.language,
        licence: ready.licence,
        start_time: ready.start_time,
        end_time: ready.end_time,
        timezone: ready.timezone,
        place: ready.place,
        picture: ready.picture,
        detail: ready.detail,
        updated: Some(node.now().max(held.version() + 1)),
        revision,
        changed_at: node.now(),
        ..held
    };
    let mut tx = node.db.write().await?;
    if store::save_newer(&mut tx, &publication).await?.is_none() {
        return Err(Error::Conflict(
            "somebody published an edit at the same moment: try again".into(),
        ));
    }
    store::save_revision(&mut tx, id, revision, &editor.id, &draft, node.now())
        .await
        .map_err(|_| {
            Error::Conflict("somebody published an edit at the same moment: try again".into())
        })?;
    store::remove_draft(&mut tx, id, &editor.id).await?;
    push(node, &mut tx, EDITED, id, revision).await?;
    tx.commit().await?;
    Ok(publication)
}

/// Withdraws a publication: its page answers 410, and those who received it are told. The text goes
/// back to its author as a draft, so that nothing typed is lost.
///
/// # Errors
/// [`Error::Forbidden`] when it is not the member's to withdraw.
pub async fn withdraw(node: &Node, member: &Member, id: &str) -> Result<()> {
    let held = store::find(node, id).await?.ok_or(Error::NotFound)?;
    if held.withdrawn {
        return Err(Error::Gone);
    }
    may_edit(member, &held)?;
    let at = node.now().max(held.version() + 1);
    let draft = Draft {
        revision: 0,
        ..draft_of(&held)
    };
    let owner = directory::find_actor(node, &held.author_id)
        .await?
        .ok_or(Error::NotFound)?;
    let owner = directory::find_member(node, &owner.handle).await?;
    let draft_id = node.new_id()?;
    let mut tx = node.db.write().await?;
    if store::withdraw(&mut tx, id, at).await? {
        if let Some(owner) = owner {
            store::save_draft(&mut tx, &draft_id, &owner.id, &draft, node.now()).await?;
        }
        push(node, &mut tx, WITHDRAWN, id, held.revision).await?;
    }
    tx.commit().await
}

/// A publication as the draft that its form shows.
#[must_use]
pub fn draft_of(publication: &Publication) -> Draft {
    let text = publication.original();
    let time = |at: Option<Millis>| at.map(crate::base::clock::rfc3339).unwrap_or_default();
    Draft {
        kind: publication.kind().code().to_owned(),
        name: text.name.clone(),
        summary: text.summary.clone(),
        content: text.source.clone().unwrap_or_default(),
        language: publication.language.clone(),
        audience: publication.audience.code().to_owned(),
        licence: publication.licence.clone(),
        detail: publication.detail.to_map(),
        start_time: time(publication.start_time),
        end_time: time(publication.end_time),
        timezone: publication.timezone.clone().unwrap_or_default(),
        place: publication.place.clone().unwrap_or_default(),
        picture: publication.picture.clone(),
        revision: publication.revision,
    }
}
