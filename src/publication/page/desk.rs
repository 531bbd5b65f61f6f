//! The desk of a member who writes: what lies on it, and the pages that show it.

use super::form::{Filled, form};
use super::history;
use super::sent::{Sent, Upload};
use crate::base::{Error, Issues, Node, Result, text};
use crate::directory::{Member, Visit};
use crate::publication::{Draft, Kind, Picture, Publication, publish, store};
use crate::web::Arg;
use crate::web::form::{self as fields, Confirm};
use crate::web::kit::{self, Tone};
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};

const NAME_SHOWN_CHARS_MAX: usize = 80;

/// What lies in front of a member who writes.
pub struct Desk {
    /// What was written so far.
    pub draft: Draft,
    /// Its sort.
    pub kind: Kind,
    /// The id it was kept under.
    pub id: Option<String>,
    /// Whether it was kept before.
    pub kept: bool,
    /// What it edits, as it is now.
    pub held: Option<Publication>,
}

impl Desk {
    /// Something just begun.
    pub fn new(draft: Draft, kind: Kind) -> Self {
        Self {
            draft,
            kind,
            id: None,
            kept: false,
            held: None,
        }
    }

    /// What a browser sent, over what is held of it; with what is wrong with its picture.
    pub async fn of(visit: &Visit, member: &Member, sent: &Sent) -> Result<(Self, Issues)> {
        let id = Some(sent.get("draft").to_owned()).filter(|id| !id.is_empty());
        let (mut kept, mut held) = (None, None);
        if let Some(id) = &id {
            kept = store::find_draft(&visit.node, id, &member.id).await?;
            held = store::find(&visit.node, id).await?;
            if let Some(held) = &held {
                publish::may_edit(member, held)?;
            }
        }
        let base = match (&kept, &held) {
            (Some(kept), _) => kept.body.clone(),
            (None, Some(held)) => publish::draft_of(held),
            (None, None) => Draft::default(),
        };
        let held_before = base.picture.clone();
        let mut draft = sent.draft(base);
        let kind = draft
            .kind()
            .ok_or_else(|| Error::BadRequest("a publication needs a kind".into()))?;
        // No draft shows a picture that its writer may not see.
        if let Some(picture) = &draft.picture
            && held_before.is_none_or(|before| before.src != picture.src)
            && !store::may_see_media(&visit.node, &visit.viewer, &picture.src).await?
        {
            draft.picture = None;
        }
        let issues = take_picture(&visit.node, member, sent, &mut draft).await?;
        // A draft discarded or withdrawn in another window begins anew rather than being lost.
        let alive = kept.is_some() || held.as_ref().is_some_and(|held| !held.withdrawn);
        let desk = Self {
            draft,
            kind,
            id: id.filter(|_| alive),
            kept: kept.is_some(),
            held: held.filter(|held| !held.withdrawn),
        };
        Ok((desk, issues))
    }

    /// Keeps what was written, complete or not.
    pub async fn keep(&mut self, node: &Node, member: &Member) -> Result<String> {
        let id = publish::keep_unfinished(node, member, self.id.as_deref(), &self.draft).await?;
        self.id = Some(id.clone());
        self.kept = true;
        Ok(id)
    }

    fn title(&self, visit: &Visit) -> String {
        if self.draft.revision > 0 {
            let name = match &self.held {
                Some(held) => held.original().name.clone(),
                None => shown_name(visit, &self.draft),
            };
            return visit
                .locale
                .tn("write-edit-title", &[("name", Arg::from(name))]);
        }
        visit.t(&format!("write-{}-title", self.kind.code()))
    }

    fn form(&self, visit: &Visit, issues: &Issues) -> Markup {
        html! {
            (form(visit, &Filled {
                draft: &self.draft,
                kind: self.kind,
                id: self.id.as_deref(),
                issues,
            }))
            @if let (true, Some(id)) = (self.kept, &self.id) { (discard_button(visit, id)) }
        }
    }

    /// The page of the form.
    pub fn page(&self, visit: &Visit, issues: &Issues, status: StatusCode) -> Response {
        let title = self.title(visit);
        let lede = visit.t(&format!("kind-{}-hint", self.kind.code()));
        let write = visit.t("nav-write");
        let body = html! {
            (kit::breadcrumb(visit.locale, &[("/write", &write)], &title))
            (kit::page_head(&title, Some(&lede), html! {}))
            @if self.kept && self.held.is_some() && issues.0.is_empty() {
                (kit::notice(Tone::Neutral, html! { p { (visit.t("write-edit-kept")) } }))
            }
            (self.form(visit, issues))
        };
        let mut response = visit.page(&title, body);
        *response.status_mut() = status;
        response
    }

    /// Somebody else published in between: both texts, and the form with the writer's own.
    pub fn conflict(&self, visit: &Visit, held: &Publication, status: StatusCode) -> Response {
        let theirs = publish::draft_of(held);
        let title = visit.t("write-conflict-title");
        let again = Self {
            draft: Draft {
                revision: held.revision,
                audience: held.audience.code().to_owned(),
                ..self.draft.clone()
            },
            kind: self.kind,
            id: self.id.clone(),
            kept: true,
            held: None,
        };
        let body = html! {
            (kit::page_head(&title, Some(&visit.t("write-conflict-text")), html! {}))
            (kit::section(&visit.t("write-conflict-theirs"), None, history::whole(visit, &theirs)))
            (kit::section(&visit.t("write-conflict-changes"), None,
                history::changes(visit, &theirs, &self.draft)))
            (kit::section(&visit.t("write-conflict-yours"), None,
                again.form(visit, &Issues::default())))
        };
        let mut response = visit.page(&title, body);
        *response.status_mut() = status;
        response
    }
}

/// Keeps an uploaded picture; what is wrong with it is said beside its field.
async fn take_picture(
    node: &Node,
    member: &Member,
    sent: &Sent,
    draft: &mut Draft,
) -> Result<Issues> {
    let mut issues = Issues::default();
    let bytes = match &sent.picture {
        Upload::None => return Ok(issues),
        Upload::TooLarge => {
            issues.add("picture", "issue-file-size");
            return Ok(issues);
        }
        Upload::Bytes(bytes) => bytes.clone(),
    };
    match node.media.save_picture(bytes).await {
        Ok(made) => {
            let mut tx = node.db.write().await?;
            store::save_media(&mut tx, &made.name(), &member.id, &made, node.now()).await?;
            tx.commit().await?;
            draft.picture = Some(Picture {
                src: made.name(),
                alt: sent.get("alt").trim().to_owned(),
                media_type: made.media_type.to_owned(),
            });
        }
        Err(Error::BadRequest(_)) => issues.add("picture", "issue-file-type"),
        Err(Error::TooLarge(_)) => issues.add("picture", "issue-file-size"),
        Err(error) => return Err(error),
    }
    Ok(issues)
}

/// What a draft is called in a list.
pub fn shown_name(visit: &Visit, draft: &Draft) -> String {
    let name = text::plain_line(&draft.name, NAME_SHOWN_CHARS_MAX);
    if name.is_empty() {
        visit.t("write-draft-nameless")
    } else {
        name
    }
}

/// The button that throws a draft away.
pub fn discard_button(visit: &Visit, id: &str) -> Markup {
    fields::confirm(&Confirm {
        action: &format!("/write/draft/{id}/discard"),
        csrf: &visit.csrf(),
        summary: visit.t("write-draft-delete"),
        text: visit.t("write-draft-delete-text"),
        button: visit.t("write-draft-delete"),
        hidden: &[],
        dangerous: true,
    })
}
