//! How our network and an actor listen to each other, as it stands on the actor's page.

use super::{history, state_badge};
use crate::base::{Node, Result};
use crate::directory::{Actor, Role, Visit};
use crate::follow::{State, store};
use crate::web::form::{self, Confirm};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use maud::{Markup, html};

/// Who listens to whom, and for stewards the buttons to change it.
pub fn state_panel<'a>(
    node: &'a Node,
    visit: &'a Visit,
    actor: &'a Actor,
) -> BoxFuture<'a, Result<Option<Markup>>> {
    async move {
        if actor.local {
            return own(node, visit, actor).await.map(Some);
        }
        let home = visit.home()?;
        let all = store::list_following(node, &home.network.id).await?;
        let held = all
            .into_iter()
            .find(|follow| follow.target.as_ref().is_some_and(|one| one.id == actor.id));
        let back = store::find_between(node, &actor.id, &home.network.id).await?;
        let listens = back.is_some_and(|row| row.state == State::Accepted);
        let steward = visit.viewer.at_least(Role::Steward).is_ok();
        let known = visit.viewer.is_member()
            || held.as_ref().is_some_and(|follow| follow.state == State::Accepted);
        let title = visit.t("following-title-one");
        Ok((known || listens).then(|| {
            html! {
                h2 { (title) }
                @if let Some(follow) = &held {
                    p { (state_badge(visit, follow.state)) }
                    @if let Some(progress) = follow.backfill { (history(visit, progress)) }
                } @else {
                    p.quiet { (visit.t("following-not")) }
                }
                @if listens { p.quiet { (visit.t("followers-this-one")) } }
                @if steward { (buttons(visit, actor, held.as_ref().map(|follow| follow.id.as_str()))) }
            }
        }))
    }
    .boxed()
}

async fn own(node: &Node, visit: &Visit, actor: &Actor) -> Result<Markup> {
    let (following, followers) = store::count(node, &actor.id).await?;
    let locale = visit.locale;
    let home = visit.home()?.network.id == actor.id;
    let steward = visit.viewer.at_least(Role::Steward).is_ok();
    let count = locale.tn("network-followers", &[("count", followers.into())]);
    Ok(html! {
        ul role="list" {
            li { @if home && steward { a href="/followers" { (count) } } @else { (count) } }
            @if home {
                li { a href="/following" {
                    (locale.tn("network-follows", &[("count", following.into())]))
                } }
            }
        }
    })
}

fn buttons(visit: &Visit, actor: &Actor, held: Option<&str>) -> Markup {
    let csrf = visit.csrf();
    html! {
        @if let Some(id) = held {
            (form::confirm(&Confirm {
                action: &format!("/following/{id}/end"),
                csrf: &csrf,
                summary: visit.t("network-unfollow"),
                text: visit.t("network-unfollow-text"),
                button: visit.t("network-unfollow"),
                hidden: &[],
                dangerous: true,
            }))
        } @else {
            (form::button_form("/following", &csrf, &visit.t("network-follow"), &[("target", &actor.uri)]))
        }
    }
}
