//! The home page: what is new here and in the networks followed, what happens soon, who is heard.

use super::card;
use crate::base::Result;
use crate::directory::{Home, Visit};
use crate::publication::store::{self, Filter};
use crate::publication::{Listed, Producer};
use crate::web::{Arg, icon, kit};
use axum::response::Response;
use maud::{Markup, html};

const SHOWN_HERE: usize = 6;
const SHOWN_ELSEWHERE: usize = 12;
const SHOWN_EVENTS: usize = 3;
const NETWORKS_MAX: usize = 24;

/// `GET /`
///
/// # Errors
/// When the database refuses.
pub async fn home_page(visit: Visit) -> Result<Response> {
    let Some(home) = visit.home.clone() else {
        let body = kit::empty_state(
            &visit.t("home-not-open-title"),
            &visit.t("home-not-open-text"),
            None,
        );
        return Ok(visit.page("Atelier", body));
    };
    let (node, viewer) = (&visit.node, &visit.viewer);
    let newest = |local: bool| Filter {
        local,
        remote: !local,
        ..Filter::default()
    };
    let soon = Filter {
        from: Some(node.now()),
        ..Filter::default()
    };
    let here = store::list(node, viewer, &newest(true), None, SHOWN_HERE).await?;
    let events = store::list(node, viewer, &soon, None, SHOWN_EVENTS).await?;
    let most = SHOWN_ELSEWHERE + SHOWN_EVENTS;
    let mut elsewhere = store::list(node, viewer, &newest(false), None, most).await?;
    let hears_nothing = elsewhere.items.is_empty();
    // What is announced above is not told twice.
    let announced = |item: &Listed| events.items.iter().any(|event| event.id == item.id);
    elsewhere.items.retain(|item| !announced(item));
    elsewhere.items.truncate(SHOWN_ELSEWHERE);
    let networks = store::list_networks(node, viewer).await?;
    let body = html! {
        (head(&visit, &home))
        @if here.items.is_empty() && hears_nothing { (nothing(&visit, &home)) }
        (shelf(&visit, "home-upcoming", Some("/agenda"), &events.items))
        // An aggregator has little of its own: what it hears comes first there.
        @let (first, second) = (
            shelf(&visit, "home-new-here", None, &here.items),
            shelf(&visit, "home-new-followed", Some("/experiences"), &elsewhere.items),
        );
        @if here.items.len() < SHOWN_EVENTS { (second) (first) } @else { (first) (second) }
        @if hears_nothing && visit.viewer.is_member() {
            (kit::notice(kit::Tone::Neutral, html! {
                p { (visit.t("home-follow-text")) " "
                    a href="/following" { (visit.t("following-follow")) } }
            }))
        }
        (heard(&visit, &networks))
    };
    let mut chrome = visit.chrome();
    chrome.description = Some(lede(&visit, &home));
    chrome.alternate = Some(home.network.uri.clone());
    chrome.creator = Some(home.network.address());
    Ok(visit.page_in(&chrome, &home.network.name, body))
}

fn lede(visit: &Visit, home: &Home) -> String {
    let name = [("network", Arg::from(&home.network.name))];
    visit.locale.tn("home-lede", &name)
}

fn head(visit: &Visit, home: &Home) -> Markup {
    let write = html! {
        @if visit.viewer.is_member() {
            a.button.primary href="/write" { (icon::plus()) (visit.t("nav-write")) }
        }
    };
    kit::page_head(&visit.t("home-welcome"), Some(&lede(visit, home)), write)
}

fn nothing(visit: &Visit, home: &Home) -> Markup {
    let title = visit.t("home-empty-title");
    if visit.viewer.is_member() {
        let action = visit.t("write-experience-title");
        return kit::empty_state(
            &title,
            &visit.t("home-empty-text"),
            Some(("/write/experience", &action)),
        );
    }
    let handle = [("handle", Arg::from(home.network.address()))];
    kit::empty_state(
        &title,
        &visit.locale.tn("home-empty-visitor", &handle),
        None,
    )
}

fn shelf(visit: &Visit, title: &str, more: Option<&str>, items: &[Listed]) -> Markup {
    if items.is_empty() {
        return html! {};
    }
    let label = visit.t("action-see-all");
    let more = more.map(|href| (href, label.as_str()));
    kit::section(&visit.t(title), more, card::cards(visit, items))
}

fn heard(visit: &Visit, networks: &[(Producer, i64)]) -> Markup {
    if networks.is_empty() {
        return html! {};
    }
    let label = visit.t("action-see-all");
    let list = html! {
        ul.network-list role="list" {
            @for (network, count) in networks.iter().take(NETWORKS_MAX) {
                li {
                    (kit::avatar(&network.name))
                    div {
                        a href=(network.path) { (network.name) }
                        p.quiet {
                            (network.host) " · "
                            (visit.locale.tn("home-count", &[("count", Arg::from(*count))]))
                        }
                    }
                }
            }
        }
    };
    kit::section(&visit.t("home-networks"), Some(("/networks", &label)), list)
}
