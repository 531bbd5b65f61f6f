//! What we owe to other nodes and how they answer, for stewards; and how far a publication would go,
//! for its author.

use super::store::{self, Shown};
use super::{inbox, say, unknown};
use crate::base::clock::{DAY, Millis};
use crate::base::listing::{Cursor, Page};
use crate::base::queue::{self, Depth};
use crate::base::{Error, Node, Result};
use crate::directory::page::steward_tabs;
use crate::directory::{Role, Visit, store as directory};
use crate::follow::store::{HostState, list_hosts};
use crate::publication::Draft;
use crate::web::form;
use crate::web::kit::{self, Tone};
use crate::web::respond::see_other_saying;
use crate::web::{Arg, Chrome, NavItem};
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Form, Router};
use futures_util::future::BoxFuture;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;

const HOSTS_SHOWN: usize = 40;
const DELIVERIES_AT_ONCE: usize = 50;
const REFRESH_SECONDS: u32 = 10;
const STATES: [&str; 5] = ["waiting", "delivered", "refused", "gone", "expired"];

/// The doors of this file.
pub fn routes() -> Router<Node> {
    Router::new()
        .route("/deliveries", get(show))
        .route("/deliveries/hosts/{name}/again", post(try_again))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    state: String,
    cursor: String,
    csrf: String,
}

async fn try_again(
    visit: Visit,
    Path(host): Path<String>,
    Form(asked): Form<Asked>,
) -> Result<Response> {
    visit.viewer.at_least(Role::Steward)?;
    visit.check_csrf(&asked.csrf)?;
    store::try_again(&visit.node, &host).await?;
    let config = &visit.node.config;
    Ok(see_other_saying(
        "/deliveries",
        Tone::Good,
        "deliveries-tried",
        config,
    ))
}

async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    visit.viewer.at_least(Role::Steward)?;
    let node = &visit.node;
    let state = STATES.into_iter().find(|state| *state == asked.state);
    let cursor = Cursor::decode(&asked.cursor).unwrap_or_else(Cursor::newest);
    let hosts = list_hosts(node).await?;
    let shown = store::list_deliveries(node, state, &cursor, DELIVERIES_AT_ONCE).await?;
    let depth = queue::depth(node).await?;
    let refusals = inbox::refusals(node);
    let unknown = unknown::counted(node);
    let waiting: i64 = hosts.iter().map(|host| host.waiting).sum();
    let title = visit.t("deliveries-title");
    let body = html! {
        (steward_tabs(&visit))
        (kit::page_head(&title, Some(&visit.t("deliveries-lede")), html! {}))
        (figures(&visit, waiting, &depth, &refusals))
        (kit::section(&visit.t("deliveries-hosts"), None, host_table(&visit, &hosts)))
        section.section #newest {
            div.section-head { h2 { (visit.t("deliveries-newest")) } }
            (filters(&visit, state))
            (delivery_table(&visit, &shown, state))
        }
        @if !refusals.is_empty() {
            (kit::section(&visit.t("deliveries-refusals"), None, html! {
                p { (visit.t("deliveries-refusals-hint")) }
                (count_table(&visit, "deliveries-refusals", "deliveries-reason", refusals.into_iter()))
            }))
        }
        @if !unknown.is_empty() {
            (kit::section(&visit.t("deliveries-unknown"), None, html! {
                p { (visit.t("deliveries-unknown-hint")) }
                (count_table(&visit, "deliveries-unknown", "deliveries-name", unknown.iter().map(|(name, n)| (name.as_str(), *n))))
            }))
        }
    };
    let chrome = Chrome {
        refresh_seconds: (waiting > 0 && asked.cursor.is_empty()).then_some(REFRESH_SECONDS),
        ..visit.chrome()
    };
    Ok(visit.page_in(&chrome, &title, body))
}

fn figures(visit: &Visit, waiting: i64, depth: &Depth, refusals: &BTreeMap<&str, u64>) -> Markup {
    let locale = visit.locale;
    let refused = i64::try_from(refusals.values().sum::<u64>()).unwrap_or(i64::MAX);
    let number = |key: &str, n: i64| (visit.t(key), locale.number(n));
    let waits = locale.tn("deliveries-count", &[("count", waiting.into())]);
    html! {
        p { @if waiting == 0 { (visit.t("deliveries-all-done")) } @else { (waits) } }
        (kit::figures(&[
            number("deliveries-waiting", waiting),
            number("deliveries-jobs", depth.facts + depth.jobs),
            number("deliveries-given-up", depth.given_up),
            number("deliveries-refused-here", refused),
        ]))
        @if depth.given_up > 0 {
            (kit::notice(Tone::Warning, html! { p { (visit.t("deliveries-given-up-hint")) } }))
        }
    }
}

fn host_table(visit: &Visit, hosts: &[HostState]) -> Markup {
    if hosts.is_empty() {
        return html! { p.quiet { (visit.t("deliveries-no-host")) } };
    }
    let heads = [
        "deliveries-node",
        "deliveries-software",
        "deliveries-state",
        "deliveries-waiting",
        "deliveries-last-success",
        "following-last-received",
        "deliveries-next-try",
    ]
    .map(|key| visit.t(key));
    let rows: Vec<Vec<Markup>> = hosts.iter().map(|host| host_row(visit, host)).collect();
    kit::table(&visit.t("deliveries-hosts"), &heads, &rows)
}

fn host_row(visit: &Visit, host: &HostState) -> Vec<Markup> {
    let locale = visit.locale;
    let now = visit.node.now();
    let ago =
        |at: Option<Millis>| at.map_or_else(|| visit.t("common-never"), |at| locale.ago(at, now));
    let software = host
        .software
        .clone()
        .unwrap_or_else(|| visit.t("common-unknown"));
    let action = format!("/deliveries/hosts/{}/again", host.name);
    let later = host.failures > 0 && host.next_try_at > now;
    vec![
        html! { (host.name) },
        html! { (software) },
        health(visit, host),
        html! { (locale.number(host.waiting)) },
        html! { (ago(host.last_success_at)) },
        html! { (ago(host.last_heard_at)) },
        html! {
            @if later { (in_a_while(visit, host.next_try_at - now)) }
            @if host.failures > 0 || host.waiting > 0 {
                (form::button_form(&action, &visit.csrf(), &visit.t("action-retry"), &[]))
            } @else { "–" }
        },
    ]
}

fn health(visit: &Visit, host: &HostState) -> Markup {
    let locale = visit.locale;
    let since = host
        .last_success_at
        .or(host.last_heard_at)
        .or(host.last_failure_at);
    let (tone, text) = match (host.failures, since) {
        (0, _) => (Tone::Good, visit.t("deliveries-state-well")),
        (1..=3, _) | (_, None) => (Tone::Warning, visit.t("deliveries-state-slow")),
        (_, Some(at)) => {
            let date = [("date", locale.date(at).into())];
            (Tone::Bad, locale.tn("deliveries-state-silent", &date))
        }
    };
    html! {
        (kit::badge(tone, &text))
        @if host.failures > 0 {
            p.quiet {
                (locale.tn("deliveries-failures", &[("count", host.failures.into())]))
                @if let Some(error) = &host.last_error { br; span lang="en" { (error) } }
            }
        }
    }
}

/// How long until something, in the largest unit that fits.
fn in_a_while(visit: &Visit, wait: Millis) -> String {
    let seconds = wait / 1000 + 1;
    let (key, count) = match seconds {
        ..120 => ("in-seconds", seconds),
        120..7_200 => ("in-minutes", seconds / 60),
        _ if wait < 2 * DAY => ("in-hours", seconds / 3_600),
        _ => ("in-days", wait / DAY),
    };
    visit.locale.tn(key, &[("count", count.into())])
}

fn filters(visit: &Visit, state: Option<&str>) -> Markup {
    let mut items = vec![NavItem {
        href: "/deliveries#newest".into(),
        label: visit.t("common-all"),
        current: state.is_none(),
    }];
    items.extend(STATES.map(|one| NavItem {
        href: format!("/deliveries?state={one}#newest"),
        label: visit.t(&format!("deliveries-is-{one}")),
        current: state == Some(one),
    }));
    kit::filters(&visit.t("deliveries-state"), &items)
}

fn delivery_table(visit: &Visit, shown: &Page<Shown>, state: Option<&str>) -> Markup {
    if shown.items.is_empty() {
        return html! { p.quiet { (visit.t("deliveries-none")) } };
    }
    let heads = [
        "deliveries-what",
        "deliveries-to",
        "deliveries-state",
        "deliveries-tries",
        "deliveries-since",
    ]
    .map(|key| visit.t(key));
    let rows: Vec<Vec<Markup>> = shown
        .items
        .iter()
        .map(|one| delivery_row(visit, one))
        .collect();
    let next = shown.next.as_ref().map(|next| {
        format!(
            "/deliveries?state={}&cursor={}#newest",
            state.unwrap_or_default(),
            next.encode()
        )
    });
    html! {
        (kit::table(&visit.t("deliveries-newest"), &heads, &rows))
        (kit::pagination(next.as_deref(), &visit.t("action-older")))
    }
}

fn delivery_row(visit: &Visit, one: &Shown) -> Vec<Markup> {
    let locale = visit.locale;
    let now = visit.node.now();
    let tone = match one.state.as_str() {
        "delivered" => Tone::Good,
        "waiting" if one.attempts == 0 => Tone::Neutral,
        "waiting" => Tone::Warning,
        _ => Tone::Bad,
    };
    let web = one.object.starts_with("http");
    vec![
        html! {
            (activity(visit, &one.wire_type))
            p.quiet { @if web { a href=(one.object) { (one.object) } } @else { (one.object) } }
        },
        html! { (one.host) },
        html! {
            (kit::badge(tone, &visit.t(&format!("deliveries-is-{}", one.state))))
            @if let Some(status) = one.status { " " span.quiet { (status) } }
            @if let Some(error) = &one.error { p.quiet { span lang="en" { (error) } } }
            @if one.state == "waiting" && one.next_at > now {
                p.quiet { (visit.t("deliveries-next-try")) " " (in_a_while(visit, one.next_at - now)) }
            }
        },
        html! { (locale.number(one.attempts)) },
        html! { (locale.ago(one.created_at, now)) },
    ]
}

/// What an activity does, in words; its type when we have none for it.
fn activity(visit: &Visit, wire_type: &str) -> String {
    let key = format!("deliveries-what-{}", wire_type.to_lowercase());
    if visit.locale.has(&key) {
        visit.t(&key)
    } else {
        wire_type.to_owned()
    }
}

fn count_table<'a>(
    visit: &Visit,
    caption: &str,
    head: &str,
    counts: impl Iterator<Item = (&'a str, u64)>,
) -> Markup {
    let heads = [visit.t(head), visit.t("deliveries-times")];
    let rows: Vec<Vec<Markup>> = counts
        .map(|(name, count)| {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            vec![
                html! { code { (name) } },
                html! { (visit.locale.number(count)) },
            ]
        })
        .collect();
    kit::table(&visit.t(caption), &heads, &rows)
}

/// The nodes that will receive a publication, by host: a panel of the preview.
#[must_use]
pub fn reach<'a>(
    node: &'a Node,
    visit: &'a Visit,
    _draft: &'a Draft,
) -> BoxFuture<'a, Result<Option<Markup>>> {
    Box::pin(async move {
        let member = visit.viewer.member()?;
        let author = directory::find_actor(node, &member.actor_id)
            .await?
            .ok_or(Error::NotFound)?;
        let hosts = say::reach(node, &author).await?;
        let count = [("count", Arg::from(hosts.len()))];
        let more = hosts.len().saturating_sub(HOSTS_SHOWN);
        Ok(Some(html! {
            p { strong { (visit.locale.tn("preview-networks", &count)) } }
            ul.host-list role="list" {
                @for (host, followers) in hosts.iter().take(HOSTS_SHOWN) {
                    li {
                        strong { (host) } " "
                        span.quiet {
                            (visit.locale.tn("network-followers", &[("count", Arg::from(*followers))]))
                        }
                    }
                }
                @if more > 0 { li { (visit.locale.tn("preview-more-nodes", &[("count", Arg::from(more))])) } }
            }
        }))
    })
}
