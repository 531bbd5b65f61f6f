//! The pages of who speaks: our network, our members, and those of other nodes, whose own pages come
//! first.

use super::settings::rendered;
use super::signin;
use crate::base::{Error, Node, Result, text};
use crate::directory::{Actor, ActorKind, Viewer, Visit, store};
use crate::web::kit::{self, Tone};
use crate::web::panel::{self, Panel};
use crate::web::respond::see_other;
use crate::web::{Chrome, icon};
use axum::response::Response;
use maud::{Markup, PreEscaped, html};

const DESCRIPTION_CHARS_MAX: usize = 200;

/// What higher slices show on an actor's page, by its two places; `server.rs` fills them (D2).
#[derive(Clone, Copy)]
pub struct ActorPanels {
    /// Beside the presentation.
    pub aside: &'static [Panel<Visit, Actor>],
    /// Below it.
    pub main: &'static [Panel<Visit, Actor>],
}

async fn local(node: &Node, kind: ActorKind, handle: &str) -> Result<Actor> {
    let actor = store::find_local_actor(node, handle).await?;
    actor
        .filter(|actor| actor.kind == kind)
        .ok_or(Error::NotFound)
}

/// The page of our network.
///
/// # Errors
/// [`Error::NotFound`] when the handle is not its own.
pub async fn group(visit: &Visit, handle: &str, panels: ActorPanels) -> Result<Response> {
    let actor = local(&visit.node, ActorKind::Group, handle).await?;
    let own = html! { p { (kit::badge(Tone::Accent, &visit.t("network-here"))) } };
    Ok(page(visit, &actor, own, html! {}, panels).await)
}

/// The page of one of our members; it stays when a membership ends, as what they published does.
///
/// # Errors
/// [`Error::NotFound`] when nobody has this handle.
pub async fn user(visit: &Visit, handle: &str, panels: ActorPanels) -> Result<Response> {
    let actor = local(&visit.node, ActorKind::Person, handle).await?;
    let home = visit.home()?;
    let active = signin::is_active(&visit.node, &actor).await?;
    let of = [("network", home.network.name.as_str().into())];
    let text = visit
        .locale
        .tn(if active { "member-of" } else { "member-was-of" }, &of);
    let own = html! { p.lede { a href=(home.network.path()) { (text) } } };
    let action = html! {
        @if is(&visit.viewer, &actor) { a.button href="/account" { (icon::pencil()) (visit.t("member-edit")) } }
    };
    Ok(page(visit, &actor, own, action, panels).await)
}

fn is(viewer: &Viewer, actor: &Actor) -> bool {
    let member = viewer.member.as_ref();
    member.is_some_and(|member| member.actor_id == actor.id)
}

/// What this node knows of somebody of another node.
///
/// # Errors
/// [`Error::NotFound`] when we know nobody by this id.
pub async fn known(visit: &Visit, id: &str, panels: ActorPanels) -> Result<Response> {
    let actor = store::find_actor(&visit.node, id).await?;
    let actor = actor.ok_or(Error::NotFound)?;
    if actor.local {
        return Ok(see_other(&actor.path()));
    }
    let key = if actor.kind == ActorKind::Group {
        "network-visit"
    } else {
        "actor-visit"
    };
    let label = visit
        .locale
        .tn(key, &[("host", actor.host.as_str().into())]);
    let there = their_page(&actor);
    let action = html! {
        a.button.primary href=(there) rel="external" { (icon::outward()) (label) }
    };
    let own = html! {
        @if actor.gone_at.is_some() {
            (kit::notice(Tone::Warning, html! { p { (visit.t("actor-gone")) } }))
        }
        p.quiet { (visit.t("actor-copy")) }
    };
    Ok(page(visit, &actor, own, action, panels).await)
}

/// Their own page, if it is a web address; else who they are.
fn their_page(actor: &Actor) -> &str {
    let web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    [&actor.url, &actor.uri]
        .into_iter()
        .find(|url| web(url))
        .map_or("#", String::as_str)
}

async fn page(
    visit: &Visit,
    actor: &Actor,
    own: Markup,
    action: Markup,
    panels: ActorPanels,
) -> Response {
    let node = &visit.node;
    let beside = panel::show(panels.aside, node, visit, actor).await;
    let below = panel::show(panels.main, node, visit, actor).await;
    let summary = if actor.local {
        rendered(&actor.summary)
    } else {
        PreEscaped(text::sanitise(&actor.summary))
    };
    let main = html! {
        (kit::page_head(&actor.name, None, action))
        (own)
        @if !actor.summary.trim().is_empty() { (kit::prose(summary.clone(), None)) }
    };
    let body = html! {
        (kit::with_aside(main, &visit.t("publication-facts"), html! {
            (kit::facts(&facts(visit, actor)))
            (beside)
        }))
        (below)
    };
    let description = text::plain(&summary.into_string(), DESCRIPTION_CHARS_MAX);
    let chrome = Chrome {
        alternate: Some(actor.uri.clone()),
        description: Some(description).filter(|text| !text.is_empty()),
        ..visit.chrome()
    };
    visit.page_in(&chrome, &actor.name, body)
}

fn facts(visit: &Visit, actor: &Actor) -> Vec<(String, Markup)> {
    let locale = visit.locale;
    let label = match actor.kind {
        ActorKind::Group => "network-address",
        _ => "member-address",
    };
    let mut facts = vec![(visit.t(label), html! { span.address { (actor.address()) } })];
    if actor.kind == ActorKind::Group {
        facts[0].1 = html! { (facts[0].1) p.field-hint { (visit.t("network-address-hint")) } };
    }
    if !actor.local {
        facts.push((
            visit.t("publication-node"),
            html! { a href=(their_page(actor)) rel="external" { (actor.host) } },
        ));
        let now = visit.node.now();
        let read = locale.ago(actor.fetched_at, now);
        facts.push((visit.t("actor-read"), html! { (read) }));
    }
    let since = if actor.local {
        "actor-since"
    } else {
        "actor-known-since"
    };
    facts.push((visit.t(since), html! { (locale.date(actor.created_at)) }));
    facts
}
