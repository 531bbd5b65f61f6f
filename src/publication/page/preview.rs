//! Before it goes out: how it will look, who will receive it, and what cannot be undone.

use super::show::{Shown, article, facts, with_producers};
use super::{Panels, form::legal_pages};
use crate::base::{Error, Node, Result, text};
use crate::directory::{Home, Member, Visit, uri};
use crate::publication::draft::Ready;
use crate::publication::{Audience, Draft, Publication, Text, store};
use crate::web::form as fields;
use crate::web::kit::{self, Tone};
use crate::web::{panel, see_other};
use axum::Extension;
use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};

/// `GET /write/draft/{id}/preview`
pub async fn preview(
    visit: Visit,
    Extension(panels): Extension<Panels>,
    Path(id): Path<String>,
) -> Result<Response> {
    let member = visit.viewer.member()?;
    let kept = store::find_draft(&visit.node, &id, &member.id)
        .await?
        .ok_or(Error::NotFound)?;
    let Ok(ready) = kept.body.check() else {
        return Ok(see_other(&format!("/write/draft/{id}")));
    };
    let home = visit.home()?;
    let audience = ready.audience;
    let held = store::find(&visit.node, &id).await?;
    let publication = looks(&visit.node, home, member, &id, ready, held.as_ref());
    let shown = Shown {
        unsent: true,
        ..with_producers(&visit, publication).await?
    };
    let reach = if audience == Audience::Members {
        html! {}
    } else {
        panel::show(panels.before_sending, &visit.node, &visit, &kept.body).await
    };
    let title = visit.t("preview-title");
    let body = html! {
        (kit::page_head(&title, Some(&visit.t("preview-lede")), html! {}))
        div.preview { (article(&visit, &shown, shown.publication.original())) }
        (kit::section(&visit.t("publication-facts"), None,
            kit::facts(&facts(&visit, &shown.publication))))
        (kit::section(&visit.t("preview-who"), None, receivers(&visit, audience, reach)))
        @if !visit.node.config.dev && !home.settings.legal_pages_ready() { (legal_pages(&visit)) }
        (buttons(&visit, &id, &kept.body, kept.saved_at))
    };
    Ok(visit.page(&title, body))
}

fn receivers(visit: &Visit, audience: Audience, reach: Markup) -> Markup {
    let key = match audience {
        Audience::Public => "preview-public",
        Audience::Followers => "audience-followers-hint",
        Audience::Members => "preview-members",
    };
    html! {
        p { (visit.t(key)) }
        (reach)
        @if audience != Audience::Members {
            (kit::notice(Tone::Warning, html! { p { (visit.t("preview-recall")) } }))
        }
    }
}

fn buttons(visit: &Visit, id: &str, draft: &Draft, saved_at: crate::base::Millis) -> Markup {
    let publish = if draft.revision > 0 {
        "preview-update"
    } else {
        "preview-publish"
    };
    html! {
        form method="post" action="/write" enctype="multipart/form-data" {
            (fields::csrf_field(&visit.csrf()))
            (fields::hidden("draft", id))
            (fields::hidden("seen", &saved_at.to_string()))
            (fields::actions(html! {
                button.primary type="submit" name="action" value="publish" { (visit.t(publish)) }
                a.button href={ "/write/draft/" (id) } { (visit.t("preview-back")) }
            }))
        }
    }
}

/// The publication that this draft would become.
fn looks(
    node: &Node,
    home: &Home,
    member: &Member,
    id: &str,
    ready: Ready,
    held: Option<&Publication>,
) -> Publication {
    let uri = uri::publication(node, id);
    let text = Text {
        language: ready.language.clone(),
        original: true,
        name: ready.name,
        summary: ready.summary,
        html: text::markdown_to_html(&ready.source),
        source: Some(ready.source),
    };
    Publication {
        id: id.to_owned(),
        url: uri.clone(),
        uri,
        wire_type: ready.detail.kind().wire_type().to_owned(),
        local: true,
        author_id: held.map_or_else(|| member.actor_id.clone(), |held| held.author_id.clone()),
        network_id: Some(home.network.id.clone()),
        audience: ready.audience,
        withdrawn: false,
        hidden: false,
        language: ready.language,
        licence: ready.licence,
        start_time: ready.start_time,
        end_time: ready.end_time,
        timezone: ready.timezone,
        place: ready.place,
        picture: ready.picture,
        detail: ready.detail,
        texts: vec![text],
        published: held.map_or_else(|| node.now(), |held| held.published),
        updated: None,
        revision: held.map_or(1, |held| held.revision + 1),
        digest: String::new(),
        changed_at: node.now(),
        received_at: None,
        verified: None,
        verified_at: None,
        proof: None,
    }
}
