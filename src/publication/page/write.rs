//! Writing: begin, go on, keep, publish, edit, withdraw. Nothing typed is ever lost.

use super::card;
use super::desk::{Desk, discard_button, shown_name};
use super::form::{invitation, legal_pages};
use super::sent::Sent;
use crate::base::{Error, Issues, Result};
use crate::directory::{Member, Visit};
use crate::publication::store::{self, SavedDraft};
use crate::publication::{Draft, Kind, publish};
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
    let Some(kept) = store::find_draft(node, id, &member.id).await? else {
        // The button was pressed twice: the first time did it.
        store::find_visible(node, &visit.viewer, id).await?;
        return Ok(see_other(&format!("/publications/{id}")));
    };
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
