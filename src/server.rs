//! Composition: every slice's routes, whether a URL answers as a page or as a document, which function
//! answers which fact, and the workers.

use crate::base::queue::{self, Handler, Job};
use crate::base::{Error, Node, Result};
use crate::directory::page::ActorPanels;
use crate::directory::{self, ActorKind, Visit};
use crate::federation::{
    backfill, deliver, discovery, host, inbox, outbox, page as federation_page, say,
    store as federation,
};
use crate::follow;
use crate::publication::page::{self, Panels};
use crate::publication::{panel, seek};
use crate::web::{layout, respond};
use axum::Router;
use axum::extract::{FromRequestParts as _, Path, Query, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::ServiceExt as _;

const JOBS_AT_ONCE: usize = 8;
const LANES_AT_ONCE: usize = 32;
const LOOK_EVERY: Duration = Duration::from_millis(250);
const INDEX_EVERY: Duration = Duration::from_millis(200);
const TIDY_EVERY: Duration = Duration::from_secs(600);
/// What a process that stops still gives the requests under way.
const FINISH_WITHIN: Duration = Duration::from_secs(15);
const BODIES_KEPT: i64 = 30 * crate::base::clock::DAY;

/// Which jobs answer which fact (D5).
#[must_use]
pub fn answers(fact: &str) -> &'static [&'static str] {
    match fact {
        crate::publication::publish::PUBLISHED => &["say_create"],
        crate::publication::publish::EDITED => &["say_update"],
        crate::publication::publish::WITHDRAWN => &["say_delete"],
        crate::follow::FOLLOW_ASKED => &["say_follow"],
        crate::follow::FOLLOW_ENDED => &["say_unfollow"],
        crate::follow::FOLLOWER_ANSWERED => &["say_follower"],
        crate::directory::found::ACTOR_CHANGED => &["say_presented"],
        _ => &[],
    }
}

fn handler(kind: &str) -> Option<Handler> {
    Some(match kind {
        "say_create" => |node, job| Box::pin(say::publication(node, job, "Create")),
        "say_update" => |node, job| Box::pin(say::publication(node, job, "Update")),
        "say_delete" => |node, job| Box::pin(say::publication(node, job, "Delete")),
        "say_follow" => |node, job| Box::pin(say::follow(node, job)),
        "say_unfollow" => |node, job| Box::pin(say::unfollow(node, job)),
        "say_follower" => |node, job| Box::pin(say::follower(node, job)),
        "say_presented" => |node, job| Box::pin(say::presented(node, job)),
        federation::RECEIVE => |node, job| Box::pin(inbox::work(node, job)),
        host::LEARN_HOST => |node, job| Box::pin(host::learn(node, job)),
        backfill::BACKFILL => |node, job| Box::pin(backfill::page(node, job)),
        _ => return None,
    })
}

/// Runs one job to its end: done, or put back with its reason.
async fn run(node: &Node, job: Job) -> Result<()> {
    let outcome = match handler(&job.kind) {
        Some(handler) => handler(node, &job).await,
        // A newer version left it: it stays for that version.
        None => Err(Error::internal(format!("no answer is called {}", job.kind))),
    };
    match outcome {
        Ok(()) => queue::finish(node, &job).await,
        Err(error) => {
            tracing::warn!(job = %job.kind, attempts = job.attempts, error = %error.with_causes(), "a job is tried again later");
            queue::retry(node, &job, &error).await
        }
    }
}

/// Does all that is due now, once: facts, jobs, deliveries. Returns how much was done. Tests settle with it.
///
/// # Errors
/// When the database refuses.
pub async fn work_once(node: &Node) -> Result<usize> {
    let mut done = queue::dispatch(node, answers).await?;
    let jobs = queue::claim(node, i64::try_from(JOBS_AT_ONCE).unwrap_or(8)).await?;
    done += jobs.len();
    for job in jobs {
        run(node, job).await?;
    }
    done += deliver::send_due(node, LANES_AT_ONCE).await?;
    Ok(done)
}

/// The work of a process: facts, jobs, deliveries, until it is told to stop. What is under way is
/// finished; what was leased and not begun is given back.
pub async fn work(node: Node, stop: watch::Receiver<bool>) {
    tokio::join!(
        dispatching(&node, stop.clone()),
        jobs(&node, stop.clone()),
        delivering(&node, stop.clone()),
        tidying(&node, stop),
    );
}

fn report(what: &str, outcome: Result<usize>) -> bool {
    match outcome {
        Ok(done) => done > 0,
        Err(error) => {
            tracing::error!(error = %error.with_causes(), "{what} failed and goes on");
            false
        }
    }
}

/// Waits until somebody leaves work, a while passes, or it is time to stop. `true` to stop.
async fn rest(node: &Node, stop: &mut watch::Receiver<bool>, at_most: Duration) -> bool {
    if *stop.borrow() {
        return true;
    }
    tokio::select! {
        () = node.db.woken() => {}
        () = tokio::time::sleep(at_most) => {}
        _ = stop.changed() => {}
    }
    *stop.borrow()
}

async fn dispatching(node: &Node, mut stop: watch::Receiver<bool>) {
    loop {
        if !report(
            "turning facts into jobs",
            queue::dispatch(node, answers).await,
        ) && rest(node, &mut stop, LOOK_EVERY).await
        {
            return;
        }
    }
}

async fn jobs(node: &Node, mut stop: watch::Receiver<bool>) {
    let mut running = FuturesUnordered::new();
    let begun: Arc<Mutex<HashSet<String>>> = Arc::default();
    loop {
        let free = JOBS_AT_ONCE.saturating_sub(running.len());
        let mut claimed = 0;
        if free > 0 && !*stop.borrow() {
            match queue::claim(node, i64::try_from(free).unwrap_or(1)).await {
                Ok(found) => {
                    claimed = found.len();
                    for job in found {
                        let (node, begun) = (node.clone(), begun.clone());
                        if let Ok(mut set) = begun.lock() {
                            set.insert(job.id.clone());
                        }
                        running.push(tokio::spawn(async move {
                            let id = job.id.clone();
                            if let Err(error) = run(&node, job).await {
                                tracing::error!(error = %error.with_causes(), "a job's end could not be written");
                            }
                            if let Ok(mut set) = begun.lock() {
                                set.remove(&id);
                            }
                        }));
                    }
                }
                Err(error) => {
                    tracing::error!(error = %error.with_causes(), "no jobs could be claimed");
                }
            }
        }
        if *stop.borrow() {
            let all = async { while running.next().await.is_some() {} };
            if tokio::time::timeout(Duration::from_secs(10), all)
                .await
                .is_err()
            {
                let left: Vec<String> = begun
                    .lock()
                    .map(|set| set.iter().cloned().collect())
                    .unwrap_or_default();
                if let Err(error) = queue::give_back(node, &left).await {
                    tracing::warn!(%error, "leased jobs were not given back and wait for their lease to end");
                }
            }
            return;
        }
        if claimed > 0 && claimed == free {
            running.next().await;
            continue;
        }
        tokio::select! {
            Some(_) = running.next(), if !running.is_empty() => {}
            _ = rest(node, &mut stop, LOOK_EVERY) => {}
        }
    }
}

async fn delivering(node: &Node, mut stop: watch::Receiver<bool>) {
    let mut flying = FuturesUnordered::new();
    let mut busy: HashSet<String> = HashSet::new();
    loop {
        if !*stop.borrow() {
            match federation::due_hosts(node, i64::try_from(LANES_AT_ONCE).unwrap_or(32)).await {
                Ok(hosts) => {
                    for host in hosts
                        .into_iter()
                        .take(LANES_AT_ONCE.saturating_sub(flying.len()))
                    {
                        if busy.insert(host.clone()) {
                            flying.push(async move {
                                let outcome = deliver::lane(node, &host).await;
                                (host, outcome)
                            });
                        }
                    }
                }
                Err(error) => {
                    tracing::error!(error = %error.with_causes(), "deliveries could not be read");
                }
            }
        } else if flying.is_empty() {
            return;
        }
        tokio::select! {
            Some((host, outcome)) = flying.next(), if !flying.is_empty() => {
                busy.remove(&host);
                report("a lane", outcome);
            }
            stopped = rest(node, &mut stop, LOOK_EVERY), if !*stop.clone().borrow() => {
                if stopped && flying.is_empty() { return; }
            }
        }
    }
}

async fn tidying(node: &Node, mut stop: watch::Receiver<bool>) {
    loop {
        let outcome = async {
            backfill::look_again(node).await?;
            federation::forget_inbound_bodies(node, node.now() - BODIES_KEPT).await?;
            node.db.checkpoint().await
        };
        report("tidying", outcome.await.map(|()| 0));
        tokio::select! {
            () = tokio::time::sleep(TIDY_EVERY) => {}
            _ = stop.changed() => {}
        }
        if *stop.borrow() {
            return;
        }
    }
}

/// Keeps the search index of a process with pages up to date.
pub async fn index(node: Node, mut stop: watch::Receiver<bool>) {
    loop {
        report("indexing", seek::catch_up(&node).await);
        tokio::select! {
            () = tokio::time::sleep(INDEX_EVERY) => {}
            _ = stop.changed() => {}
        }
        if *stop.borrow() {
            return;
        }
    }
}

/// Whether an `Accept` asks for an ActivityPub document rather than a page: whichever is named with
/// the higher weight, a page when both are equal.
#[must_use]
pub fn wants_document(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let (mut document, mut page) = (0.0_f32, 0.0_f32);
    for part in accept.split(',') {
        let Ok(kind) = part.trim().parse::<mime::Mime>() else {
            continue;
        };
        let weight = kind
            .get_param("q")
            .and_then(|q| q.as_str().parse().ok())
            .unwrap_or(1.0_f32);
        match kind.essence_str() {
            "application/activity+json" | "application/ld+json" => document = document.max(weight),
            "text/html" | "application/xhtml+xml" => page = page.max(weight),
            _ => {}
        }
    }
    document > page
}

/// Which panels stand on the pages of publications (D2).
const PANELS: Panels = Panels {
    before_sending: &[federation_page::reach],
};

/// All doors of a node.
pub fn router(node: Node) -> Router {
    Router::new()
        .merge(discovery::routes())
        .merge(inbox::routes())
        .merge(outbox::routes())
        .merge(layout::routes())
        .merge(page::routes(&node, PANELS))
        .merge(directory::page::routes())
        .merge(follow::page::routes())
        .merge(federation_page::routes())
        .route("/", get(root))
        .route("/known/{id}", get(known))
        .merge(crate::api::routes())
        .route("/health", get(|| async { "ok\n" }))
        .route("/ready", get(ready))
        .route("/groups/{handle}", get(group))
        .route("/users/{handle}", get(user))
        .route("/publications/{id}", get(publication))
        .fallback(|| async { Error::NotFound })
        .layer(middleware::from_fn_with_state(node.clone(), around))
        .with_state(node)
}

/// Which work a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Pages and what goes on behind them.
    All,
    /// Pages only.
    Web,
    /// Jobs and deliveries only.
    Worker,
}

/// The doors of a process that shows no pages: whether it lives, and what waits.
fn worker_router(node: Node) -> Router {
    Router::new()
        .route("/health", get(|| async { "ok\n" }))
        .route("/ready", get(ready))
        .fallback(|| async {
            (
                StatusCode::NOT_FOUND,
                "this process works behind the pages\n",
            )
        })
        .with_state(node)
}

/// The doors of several nodes behind one address: the Host header chooses.
pub fn router_of_many(nodes: &[Node]) -> Router {
    let doors: HashMap<String, Router> = nodes
        .iter()
        .map(|node| (node.config.domain.clone(), router(node.clone())))
        .collect();
    let doors = Arc::new(doors);
    let choose = move |request: Request| {
        let host = request.headers().get(header::HOST);
        let host = host.and_then(|value| value.to_str().ok());
        let door = doors
            .get(&host.unwrap_or_default().to_ascii_lowercase())
            .cloned();
        async move {
            match door {
                Some(door) => door.oneshot(request).await.into_response(),
                None => (StatusCode::MISDIRECTED_REQUEST, "no such node here\n").into_response(),
            }
        }
    };
    Router::new()
        .route("/health", get(|| async { "ok\n" }))
        .fallback(choose)
}

/// Answers requests until it is told to stop; what is under way then may take another 15 seconds.
///
/// # Errors
/// When the socket fails.
pub async fn listen(
    listener: TcpListener,
    doors: Router,
    mut stop: watch::Receiver<bool>,
) -> Result<()> {
    let mut told = stop.clone();
    let serving = axum::serve(
        listener,
        doors.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(async move {
        let _ = told.wait_for(|stop| *stop).await;
    });
    let patience = async move {
        let _ = stop.wait_for(|stop| *stop).await;
        tokio::time::sleep(FINISH_WITHIN).await;
    };
    tokio::select! {
        outcome = serving => Ok(outcome?),
        () = patience => Ok(()),
    }
}

/// What a node does behind its doors, by role, until it is told to stop.
pub async fn behind(node: Node, role: Role, stop: watch::Receiver<bool>) {
    let mut tasks = tokio::task::JoinSet::new();
    if role != Role::Web {
        tasks.spawn(work(node.clone(), stop.clone()));
    }
    if role != Role::Worker {
        tasks.spawn(index(node, stop));
    }
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a part of the work ended badly");
        }
    }
}

/// Runs one node until it is told to stop, and comes back when all its work is put down.
///
/// # Errors
/// When the socket fails.
pub async fn serve(
    node: Node,
    listener: TcpListener,
    role: Role,
    stop: watch::Receiver<bool>,
) -> Result<()> {
    let doors = match role {
        Role::Worker => worker_router(node.clone()),
        Role::All | Role::Web => router(node.clone()),
    };
    let (served, ()) = tokio::join!(
        listen(listener, doors, stop.clone()),
        behind(node, role, stop)
    );
    served
}

async fn ready(State(node): State<Node>) -> Result<Response> {
    let depth = queue::depth(&node).await?;
    let mut tx = node.db.write().await?;
    crate::base::setting::set(&mut tx, "ready_at", &node.now().to_string()).await?;
    tx.commit().await?;
    Ok(axum::Json(depth).into_response())
}

/// What stands on an actor's page (D2).
const ON_ACTOR: ActorPanels = ActorPanels {
    aside: &[follow::page::state_panel],
    main: &[panel::by_actor],
};

async fn group(
    State(node): State<Node>,
    headers: HeaderMap,
    Path(handle): Path<String>,
    visit: Visit,
) -> Result<Response> {
    if wants_document(&headers) {
        return outbox::actor(&node, ActorKind::Group, &handle).await;
    }
    directory::page::group(&visit, &handle, ON_ACTOR).await
}

async fn user(
    State(node): State<Node>,
    headers: HeaderMap,
    Path(handle): Path<String>,
    visit: Visit,
) -> Result<Response> {
    if wants_document(&headers) {
        return outbox::actor(&node, ActorKind::Person, &handle).await;
    }
    directory::page::user(&visit, &handle, ON_ACTOR).await
}

async fn known(Path(id): Path<String>, visit: Visit) -> Result<Response> {
    directory::page::known(&visit, &id, ON_ACTOR).await
}

async fn root(State(node): State<Node>, headers: HeaderMap, visit: Visit) -> Result<Response> {
    if wants_document(&headers) {
        return outbox::root(&node).await;
    }
    page::home_page(visit).await
}

async fn publication(
    State(node): State<Node>,
    headers: HeaderMap,
    Path(id): Path<String>,
    version: Query<page::Version>,
    visit: Visit,
) -> Result<Response> {
    if wants_document(&headers) {
        return outbox::publication(&node, &id).await;
    }
    page::show(visit, Path(id), version).await
}

/// Whether a page has to wait until the network is founded: all but those that founding needs.
async fn waits(node: &Node, path: &str) -> bool {
    let needed = ["/setup", "/static/", "/language/", "/favicon.ico"];
    !needed.iter().any(|start| path.starts_with(start))
        && matches!(directory::home(node).await, Err(Error::NotFound))
}

async fn not_founded(node: &Node, seen: &mut http::request::Parts) -> Response {
    let program = seen.uri.path().starts_with("/api/") || wants_document(&seen.headers);
    match Visit::from_request_parts(seen, node).await {
        Ok(visit) if !program => directory::page::waiting(&visit),
        _ => Error::Unavailable {
            reason: "the network of this node is not founded yet".into(),
            retry_after_seconds: 60,
        }
        .into_response(),
    }
}

/// What surrounds every answer: a request id, the log, the right Host, error pages in the visitor's
/// language, security headers.
async fn around(State(node): State<Node>, request: Request, next: Next) -> Response {
    let id = node.new_id().unwrap_or_default();
    let started = std::time::Instant::now();
    let (method, uri, headers) = (
        request.method().clone(),
        request.uri().clone(),
        request.headers().clone(),
    );
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let internal = matches!(uri.path(), "/health" | "/ready");
    let (parts, body) = request.into_parts();
    let mut seen = parts.clone();
    let ours = host.eq_ignore_ascii_case(&node.config.domain) || internal;
    let mut response = if ours && !internal && waits(&node, uri.path()).await {
        not_founded(&node, &mut seen).await
    } else if ours {
        next.run(Request::from_parts(parts, body)).await
    } else {
        // 421 Misdirected Request (RFC 9110): a Host that is not ours reached us (D29).
        (
            StatusCode::MISDIRECTED_REQUEST,
            format!("this node is {}\n", node.config.domain),
        )
            .into_response()
    };
    if let Some(failure) = response.extensions().get::<respond::Failure>().cloned() {
        let program = uri.path().starts_with("/api/")
            || wants_document(&headers)
            || method == http::Method::POST && uri.path().ends_with("/inbox");
        response = if program {
            respond::problem(&failure)
        } else if failure.status == StatusCode::UNAUTHORIZED && method == http::Method::GET {
            let asked = uri.path_and_query().map_or("/", |path| path.as_str());
            respond::see_other(&format!("/sign-in?back={}", respond::back_query(asked)))
        } else {
            match Visit::from_request_parts(&mut seen, &node).await {
                Ok(visit) => (
                    failure.status,
                    [
                        (header::CACHE_CONTROL, "private, no-store"),
                        (header::VARY, "Accept, Accept-Language, Cookie"),
                    ],
                    respond::error_page(&visit.chrome(), &failure),
                )
                    .into_response(),
                Err(_) => respond::problem(&failure),
            }
        };
    }
    respond::security_headers(&mut response, !node.config.dev);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    let millis = started.elapsed().as_millis();
    tracing::info!(request = %id, %method, path = uri.path(), status = response.status().as_u16(), %millis);
    response
}
