//! Writing: begin, go on, keep, publish, edit, withdraw. Nothing typed is ever lost.

use super::form::{Filled, Sent, Upload, form, invitation, legal_pages};
use super::{card, history};
use crate::base::{Error, Issues, Node, Result, text};
use crate::directory::{Member, Viewer, Visit};
use crate::publication::store::{self, SavedDraft};
use crate::publication::{Draft, Kind, Picture, Publication, publish};
use crate::web::form::{self as fields, Confirm};
use crate::web::kit::{self, Tone};
use crate::web::respond::see_other_saying;
use crate::web::{Arg, see_other};
use axum::Json;
use axum::extract::{Form, Multipart, Path};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::HashMap;

const NAME_SHOWN_CHARS_MAX: usize = 80;

/// `GET /write`: what do you want to give, and what did you begin?
pub async fn choose(visit: Visit) -> Result<Response> {
    let member = visit.viewer.member()?;
    let drafts = store::list_drafts(&visit.node, &member.id).await?;
    let home = visit.home()?;
    let body = html! {
        (kit::page_head(&visit.t("write-title"), Some(&visit.t("write-lede")), html! {}))
        @if !visit.node.config.dev && !home.settings.legal_pages_ready() { (legal_pages(&visit)) }
        ul.kind-choices role="list" {
            @for kind in Kind::ALL { li { (invitation(&visit, *kind)) } }
        }
        (kit::section(&visit.t("write-drafts-title"), None, my_drafts(&visit, &drafts)))
    };
    Ok(visit.page(&visit.t("write-title"), body))
}

fn my_drafts(visit: &Visit, drafts: &[SavedDraft]) -> Markup {
    html! {
        @if drafts.is_empty() { p.quiet { (visit.t("write-drafts-empty")) } }
        ul.draft-list role="list" {
            @for draft in drafts {
                li {
                    div {
                        a href={ "/write/draft/" (draft.id) } { (shown_name(visit, &draft.body)) }
                        p.quiet {
                            @if let Some(kind) = draft.body.kind() { (card::kind_name(visit.locale, kind)) " · " }
                            (visit.locale.tn("write-draft-kept", &[("ago", Arg::from(
                                visit.locale.ago(draft.saved_at, visit.node.now())))]))
                        }
                    }
                    (discard_button(visit, &draft.id))
                }
            }
        }
    }
}

fn shown_name(visit: &Visit, draft: &Draft) -> String {
    let name = text::plain_line(&draft.name, NAME_SHOWN_CHARS_MAX);
    if name.is_empty() {
        visit.t("write-draft-nameless")
    } else {
        name
    }
}

fn discard_button(visit: &Visit, id: &str) -> Markup {
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

/// `GET /write/{kind}`
pub async fn begin(visit: Visit, Path(kind): Path<String>) -> Result<Response> {
    let member = visit.viewer.member()?;
    let kind = Kind::from_code(&kind).ok_or(Error::NotFound)?;
    let settings = &visit.home()?.settings;
    let draft = Draft {
        kind: kind.code().to_owned(),
        language: member.language.clone(),
        licence: settings.licence.clone(),
        timezone: settings.timezone.clone(),
        audience: "public".to_owned(),
        ..Draft::default()
    };
    Ok(Desk::new(draft, kind).page(&visit, &Issues::default(), StatusCode::OK))
}

/// `GET /write/draft/{id}`
pub async fn go_on(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let member = visit.viewer.member()?;
    let kept = store::find_draft(&visit.node, &id, &member.id)
        .await?
        .ok_or(Error::NotFound)?;
    if store::find(&visit.node, &id).await?.is_some() {
        return Ok(see_other(&format!("/publications/{id}/edit")));
    }
    let kind = kept.body.kind().ok_or(Error::NotFound)?;
    let desk = Desk {
        id: Some(id),
        kept: true,
        ..Desk::new(kept.body, kind)
    };
    Ok(desk.page(&visit, &Issues::default(), StatusCode::OK))
}

/// `GET /publications/{id}/edit`
pub async fn edit(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let member = visit.viewer.member()?;
    let held = store::find_visible(&visit.node, &visit.viewer, &id).await?;
    publish::may_edit(member, &held)?;
    let kept = store::find_draft(&visit.node, &id, &member.id).await?;
    let desk = Desk {
        kept: kept.is_some(),
        id: Some(id),
        ..Desk::new(
            kept.map_or_else(|| publish::draft_of(&held), |kept| kept.body),
            held.kind(),
        )
    };
    if desk.draft.revision != held.revision {
        return Ok(desk.conflict(&visit, &held, StatusCode::OK));
    }
    let desk = Desk {
        held: Some(held),
        ..desk
    };
    Ok(desk.page(&visit, &Issues::default(), StatusCode::OK))
}

/// `POST /write`: the buttons of the form and of the preview.
pub async fn save(visit: Visit, parts: Multipart) -> Result<Response> {
    let member = visit.viewer.member()?.clone();
    let sent = Sent::read(parts, visit.node.config.media_bytes_max).await?;
    visit.check_csrf(sent.get("csrf"))?;
    if sent.get("action") == "publish" {
        return publish_kept(&visit, &member, &sent).await;
    }
    let (mut desk, mut issues) = Desk::of(&visit, &member, &sent).await?;
    if sent.get("action") == "save" {
        issues.0.extend(desk.draft.check_draft().0);
        if !issues.0.is_empty() {
            return Ok(desk.page(&visit, &issues, StatusCode::UNPROCESSABLE_ENTITY));
        }
        let id = desk.keep(&visit.node, &member).await?;
        let path = format!("/write/draft/{id}");
        return Ok(see_other_saying(
            &path,
            Tone::Good,
            "write-draft-saved",
            &visit.node.config,
        ));
    }
    let id = desk.keep(&visit.node, &member).await?;
    if let Err(found) = desk.draft.check() {
        issues.0.extend(found.0);
    }
    if issues.0.is_empty() {
        return Ok(see_other(&format!("/write/draft/{id}/preview")));
    }
    Ok(desk.page(&visit, &issues, StatusCode::UNPROCESSABLE_ENTITY))
}

/// Publishes what was kept and previewed.
async fn publish_kept(visit: &Visit, member: &Member, sent: &Sent) -> Result<Response> {
    let (node, id) = (&visit.node, sent.get("draft"));
    let kept = store::find_draft(node, id, &member.id)
        .await?
        .ok_or(Error::NotFound)?;
    if sent.get("seen") != kept.saved_at.to_string() {
        let path = format!("/write/draft/{id}/preview");
        return Ok(see_other_saying(
            &path,
            Tone::Warning,
            "preview-changed",
            &node.config,
        ));
    }
    let held = store::find(node, id).await?;
    let done = match &held {
        Some(_) => publish::edit(node, member, id, kept.body.clone()).await,
        None => publish::publish(node, member, Some(id), kept.body.clone()).await,
    };
    let kind = kept.body.kind().ok_or(Error::NotFound)?;
    let desk = Desk {
        id: Some(id.to_owned()),
        kept: true,
        ..Desk::new(kept.body, kind)
    };
    match done {
        Ok(_) => {
            let path = format!("/publications/{id}");
            let said = if held.is_some() {
                "preview-updated"
            } else {
                "preview-published"
            };
            Ok(see_other_saying(&path, Tone::Good, said, &node.config))
        }
        Err(Error::Invalid(issues)) => {
            Ok(desk.page(visit, &issues, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(Error::Conflict(_)) => {
            let held = store::find_visible(node, &visit.viewer, id).await?;
            Ok(desk.conflict(visit, &held, StatusCode::CONFLICT))
        }
        Err(error) => Err(error),
    }
}

/// `POST /write/autosave`: the script keeps what is typed, every few seconds.
pub async fn autosave(
    visit: Visit,
    Form(values): Form<HashMap<String, String>>,
) -> Result<Response> {
    let member = visit.viewer.member()?.clone();
    let sent = Sent::from(values);
    visit.check_csrf(sent.get("csrf"))?;
    let (mut desk, _) = Desk::of(&visit, &member, &sent).await?;
    let id = desk.keep(&visit.node, &member).await?;
    Ok(Json(serde_json::json!({ "fields": { "draft": id } })).into_response())
}

/// A form that only says yes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Yes {
    csrf: String,
}

/// `POST /write/draft/{id}/discard`
pub async fn discard(
    visit: Visit,
    Path(id): Path<String>,
    Form(yes): Form<Yes>,
) -> Result<Response> {
    let member = visit.viewer.member()?;
    visit.check_csrf(&yes.csrf)?;
    publish::discard(&visit.node, member, &id).await?;
    Ok(see_other_saying(
        "/write",
        Tone::Good,
        "write-draft-discarded",
        &visit.node.config,
    ))
}

/// `POST /publications/{id}/withdrawal`
pub async fn withdraw(
    visit: Visit,
    Path(id): Path<String>,
    Form(yes): Form<Yes>,
) -> Result<Response> {
    let member = visit.viewer.member()?;
    visit.check_csrf(&yes.csrf)?;
    // What a member may not see is not found, whatever they ask of it.
    store::find_visible(&visit.node, &visit.viewer, &id).await?;
    publish::withdraw(&visit.node, member, &id).await?;
    Ok(see_other_saying(
        "/write",
        Tone::Good,
        "preview-withdrawn",
        &visit.node.config,
    ))
}

/// What lies in front of a member who writes.
struct Desk {
    draft: Draft,
    kind: Kind,
    id: Option<String>,
    /// Whether it was kept before.
    kept: bool,
    /// What it edits, as it is now.
    held: Option<Publication>,
}

impl Desk {
    fn new(draft: Draft, kind: Kind) -> Self {
        Self {
            draft,
            kind,
            id: None,
            kept: false,
            held: None,
        }
    }

    /// What a browser sent, over what is held of it; with what is wrong with its picture.
    async fn of(visit: &Visit, member: &Member, sent: &Sent) -> Result<(Self, Issues)> {
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
        let mut draft = sent.draft(base);
        let kind = draft
            .kind()
            .ok_or_else(|| Error::BadRequest("a publication needs a kind".into()))?;
        let issues = take_picture(visit, member, sent, &mut draft).await?;
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

    async fn keep(&mut self, node: &Node, member: &Member) -> Result<String> {
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

    fn page(&self, visit: &Visit, issues: &Issues, status: StatusCode) -> Response {
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
    fn conflict(&self, visit: &Visit, held: &Publication, status: StatusCode) -> Response {
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

/// Keeps an uploaded picture, and lets no draft show a picture that its writer may not see.
async fn take_picture(
    visit: &Visit,
    member: &Member,
    sent: &Sent,
    draft: &mut Draft,
) -> Result<Issues> {
    let mut issues = Issues::default();
    let node = &visit.node;
    if let Some(picture) = &draft.picture
        && !may_show(node, &visit.viewer, picture).await?
    {
        draft.picture = None;
    }
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

async fn may_show(node: &Node, viewer: &Viewer, picture: &Picture) -> Result<bool> {
    store::may_see_media(node, viewer, &picture.src).await
}
