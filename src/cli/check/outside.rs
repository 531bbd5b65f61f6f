//! What can be seen from outside: the node asks itself by its public name, through whatever stands in
//! front of it, as another node would.

use super::Report;
use crate::base::clock::{MINUTE, Millis, SECOND};
use crate::base::outside::ExchangeLimits;
use crate::base::{Node, Result};
use crate::cli::say::Outcome;
use crate::directory::store as directory;
use crate::follow::store as follows;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use serde_json::Value;
use std::time::UNIX_EPOCH;

const LIMITS: ExchangeLimits = ExchangeLimits {
    total_seconds: 10,
    body_bytes_max: 256 * 1024,
};
/// What an inbox must take.
const BODY_BYTES: usize = 1024 * 1024;
/// Others refuse a signature that is five minutes ahead (D16).
const CLOCK_OUT: Millis = 4 * MINUTE;
const CLOCK_OFF: Millis = 30 * SECOND;
const _: () = assert!(CLOCK_OFF < CLOCK_OUT);

pub(super) async fn examine(node: &Node, report: &mut Report) -> Outcome {
    if !reachable(node, report).await {
        return Ok(());
    }
    names(node, report).await?;
    body(node, report).await;
    peer_clock(node, report).await?;
    Ok(())
}

async fn ask(node: &Node, method: Method, url: &str, body: Bytes) -> Result<Response<Bytes>> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = url
        .parse()
        .map_err(|error| crate::base::Error::internal(format!("{url}: {error}")))?;
    request.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/activity+json"),
    );
    node.outside.exchange(request, LIMITS).await
}

async fn reachable(node: &Node, report: &mut Report) -> bool {
    let url = format!("{}/health", node.origin());
    match ask(node, Method::GET, &url, Bytes::new()).await {
        Ok(answer) if answer.status() == StatusCode::OK && &answer.body()[..] == b"ok\n" => {
            report.ok("from outside", format!("{url} answers"));
            clock(node, &answer, "the public address", report);
            true
        }
        Ok(answer) => {
            report.fails(
                "from outside",
                format!(
                    "{url} answers {}, and not this node: does the proxy send {} here (to {})?",
                    answer.status(),
                    node.config.domain,
                    node.config.listen
                ),
            );
            false
        }
        Err(error) => {
            report.fails(
                "from outside",
                format!(
                    "{url} is not reached: {error}. Does the name lead to this machine, is the proxy running, are \
                     ports 80 and 443 open? (From inside some home networks the own public address is never \
                     reached: then try from elsewhere)"
                ),
            );
            false
        }
    }
}

fn clock(node: &Node, answer: &Response<Bytes>, whose: &str, report: &mut Report) {
    let date = answer
        .headers()
        .get(header::DATE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| httpdate::parse_http_date(text).ok())
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let Some(theirs) = date.and_then(|at| Millis::try_from(at.as_millis()).ok()) else {
        return;
    };
    let off = node.now() - theirs;
    let text = format!("{} s from the clock of {whose}", off.abs() / SECOND);
    if off.abs() >= CLOCK_OUT {
        report.fails(
            "clock",
            format!("{text}: others refuse what this node signs. Turn on time synchronisation (timedatectl set-ntp true)"),
        );
    } else if off.abs() >= CLOCK_OFF {
        report.look("clock", format!("{text}: turn on time synchronisation"));
    } else {
        report.ok("clock", text);
    }
}

/// WebFinger is how others find us; it answers only when the Host arrives as it was called.
async fn names(node: &Node, report: &mut Report) -> Outcome {
    let handle = match directory::find_home(node).await? {
        Some(home) => home.network.handle,
        None => "instance".to_owned(),
    };
    let account = format!("acct:{handle}@{}", node.config.domain);
    let url = format!(
        "{}/.well-known/webfinger?resource={}",
        node.origin(),
        account.replace('@', "%40")
    );
    match ask(node, Method::GET, &url, Bytes::new()).await {
        Ok(answer) if answer.status() == StatusCode::MISDIRECTED_REQUEST => report.fails(
            "host header",
            "the proxy changes the Host header, and signatures cover it. nginx: proxy_set_header Host $host; \
             Caddy keeps it by itself",
        ),
        Ok(answer) if answer.status() == StatusCode::OK => {
            let value: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
            if value.get("subject").and_then(Value::as_str) == Some(&account) {
                report.ok("webfinger", format!("{account} is found, the Host header arrives"));
            } else {
                report.fails(
                    "webfinger",
                    format!("{url} answers something else: another program answers under /.well-known/"),
                );
            }
        }
        Ok(answer) => report.fails(
            "webfinger",
            format!(
                "{url} answers {}: the proxy must send /.well-known/ here too",
                answer.status()
            ),
        ),
        Err(error) => report.fails("webfinger", format!("{url}: {error}")),
    }
    Ok(())
}

/// An inbox must take a large activity; unsigned, the node refuses it after reading it.
async fn body(node: &Node, report: &mut Report) {
    let url = format!("{}/inbox", node.origin());
    let mut text = String::with_capacity(BODY_BYTES);
    text.push('"');
    text.extend(std::iter::repeat_n(' ', BODY_BYTES - 2));
    text.push('"');
    match ask(node, Method::POST, &url, text.into()).await {
        Ok(answer) if answer.status() == StatusCode::PAYLOAD_TOO_LARGE => report.fails(
            "body size",
            "the proxy refuses a body of 1 MiB. nginx: client_max_body_size 20m; Caddy: request_body { max_size 20MB }",
        ),
        Ok(answer) if answer.headers().contains_key("x-request-id") => {
            report.ok("body size", "a body of 1 MiB comes through");
        }
        Ok(answer) => report.look(
            "body size",
            format!("{url} was answered {} by something in front of the node", answer.status()),
        ),
        Err(error) => report.look("body size", format!("a body of 1 MiB did not come through: {error}")),
    }
}

/// Our own address may show our own clock: a network we talk to anyway shows another one.
async fn peer_clock(node: &Node, report: &mut Report) -> Outcome {
    let mut hosts = follows::list_hosts(node).await?;
    hosts.retain(|host| host.failures == 0);
    hosts.sort_by_key(|host| std::cmp::Reverse(host.last_success_at.max(host.last_heard_at)));
    let Some(host) = hosts.first() else {
        return Ok(());
    };
    let scheme = if node.config.dev { "http" } else { "https" };
    let url = format!("{scheme}://{}/.well-known/nodeinfo", host.name);
    if let Ok(answer) = ask(node, Method::GET, &url, Bytes::new()).await {
        clock(node, &answer, &host.name, report);
    }
    Ok(())
}
