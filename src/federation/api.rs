//! The federation's state for programs of stewards: what is owed to whom, how other nodes answer, what
//! waits in the queue.

use super::{inbox, store, unknown};
use crate::base::clock::rfc3339;
use crate::base::{Error, Millis, Node, Result, queue};
use crate::directory::Role;
use crate::directory::visit::Call;
use crate::follow::store::{HostState, list_hosts};
use crate::web::api::{
    Json, List, Missing, Paging, Query, RoleNeeded, TokenNeeded, Unreadable, given,
};
use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, OpenApi, ToSchema};

/// What the JSON doors of the federation say of themselves.
#[derive(OpenApi)]
#[openapi(
    paths(list_deliveries, hosts, again, depth),
    components(schemas(DeliveryItem, HostItem))
)]
pub struct Description;

/// The JSON doors of the federation.
pub fn routes() -> Router<Node> {
    Router::new()
        .route("/api/v1/deliveries", get(list_deliveries))
        .route("/api/v1/hosts", get(hosts))
        .route("/api/v1/hosts/{name}/again", post(again))
        .route("/api/v1/queue", get(depth))
}

const STATES: [&str; 5] = ["waiting", "delivered", "refused", "gone", "expired"];

/// A moment that is not the end of time.
fn moment(at: Millis) -> Option<String> {
    Some(at)
        .filter(|at| (1..Millis::MAX).contains(at))
        .map(rfc3339)
}

/// Which deliveries to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveriesQuery {
    /// Only in this state: `waiting`, `delivered`, `refused`, `gone` or `expired`.
    state: Option<String>,
    /// How many items at most: 1 to 200, 50 when left out.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
    /// The `next` of the piece before.
    cursor: Option<String>,
}

/// One activity owed to one inbox.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryItem {
    /// Its id.
    id: String,
    /// The activity's type.
    #[serde(rename = "type")]
    #[schema(example = "Create")]
    kind: String,
    /// What it is about.
    #[schema(format = "uri")]
    object: String,
    /// Where to.
    #[schema(format = "uri")]
    inbox: String,
    /// Which host.
    host: String,
    /// `waiting`, `delivered`, `refused`, `gone` or `expired`.
    state: String,
    /// How often it was tried.
    attempts: i64,
    /// When it is tried again; null when it is not.
    #[schema(format = DateTime)]
    next_try: Option<String>,
    /// The last HTTP status.
    status: Option<i64>,
    /// Why it was not taken.
    error: Option<String>,
    /// When it was first owed.
    #[schema(format = DateTime)]
    since: String,
}

fn delivery_shown(shown: store::Shown) -> DeliveryItem {
    DeliveryItem {
        id: shown.id,
        kind: shown.wire_type,
        object: shown.object,
        inbox: shown.inbox,
        host: shown.host,
        attempts: shown.attempts,
        next_try: moment(shown.next_at).filter(|_| shown.state == "waiting"),
        state: shown.state,
        status: shown.status,
        error: shown.error,
        since: rfc3339(shown.created_at),
    }
}

/// What is owed to other nodes
///
/// For stewards. Newest first.
#[utoipa::path(
    get, path = "/api/v1/deliveries", tag = "Federation", params(DeliveriesQuery),
    responses(List<DeliveryItem>, Unreadable, TokenNeeded, RoleNeeded),
)]
async fn list_deliveries(
    call: Call,
    Query(query): Query<DeliveriesQuery>,
) -> Result<Json<List<DeliveryItem>>> {
    call.viewer.at_least(Role::Steward)?;
    let paging = Paging::read(query.limit.as_ref(), query.cursor.as_ref())?;
    let state = given(query.state.as_ref());
    if state.is_some_and(|state| !STATES.contains(&state)) {
        return Err(Error::BadRequest(format!(
            "state is one of {}",
            STATES.join(", ")
        )));
    }
    let page =
        store::list_deliveries(&call.node, state, &paging.newest_first(), paging.limit).await?;
    Ok(Json(List::of(page, delivery_shown)))
}

/// How another node answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Host)]
pub struct HostItem {
    /// Its name, with its port when that is unusual.
    name: String,
    /// What it runs, as it says.
    software: Option<String>,
    /// Failures in a row; 0 when all is well.
    failures: i64,
    /// When it is tried again; null when nothing keeps it waiting.
    #[schema(format = DateTime)]
    next_try: Option<String>,
    /// When it last took a delivery.
    #[schema(format = DateTime)]
    last_success: Option<String>,
    /// When it last did not.
    #[schema(format = DateTime)]
    last_failure: Option<String>,
    /// Why, in words.
    error: Option<String>,
    /// When it last sent something here.
    #[schema(format = DateTime)]
    last_heard: Option<String>,
    /// How many deliveries wait for it.
    waiting: i64,
}

fn host_shown(host: HostState) -> HostItem {
    HostItem {
        name: host.name,
        software: host.software,
        failures: host.failures,
        next_try: moment(host.next_try_at),
        last_success: host.last_success_at.map(rfc3339),
        last_failure: host.last_failure_at.map(rfc3339),
        error: host.last_error,
        last_heard: host.last_heard_at.map(rfc3339),
        waiting: host.waiting,
    }
}

/// How other nodes answer
///
/// For stewards. Those in trouble first, 1000 at most.
#[utoipa::path(
    get, path = "/api/v1/hosts", operation_id = "list_hosts", tag = "Federation",
    responses(List<HostItem>, TokenNeeded, RoleNeeded),
)]
async fn hosts(call: Call) -> Result<Json<List<HostItem>>> {
    call.viewer.at_least(Role::Steward)?;
    let all = list_hosts(&call.node).await?;
    Ok(Json(List::whole(all.into_iter().map(host_shown).collect())))
}

/// Try a node again now
///
/// For stewards. What waits for it is due at once.
#[utoipa::path(
    post, path = "/api/v1/hosts/{name}/again", operation_id = "try_host_again", tag = "Federation",
    params(("name" = String, Path, description = "The host's name, as the list gives it")),
    responses((status = 204, description = "It is tried again"), TokenNeeded, RoleNeeded, Missing),
)]
async fn again(call: Call, Path(name): Path<String>) -> Result<StatusCode> {
    call.viewer.at_least(Role::Steward)?;
    let known = list_hosts(&call.node).await?;
    if !known.iter().any(|host| host.name == name) {
        return Err(Error::NotFound);
    }
    store::try_again(&call.node, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How the queue of this node stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Queue {
    /// Facts not yet turned into jobs.
    facts: i64,
    /// Jobs that wait or are worked on.
    jobs: i64,
    /// Jobs that gave up; the log says why.
    given_up: i64,
    /// Age of the oldest job that should have run by now, in seconds.
    oldest_due_seconds: i64,
    /// How often an activity from elsewhere was refused since the start, by reason.
    refusals: BTreeMap<String, u64>,
    /// How often a verb or a type that this node does not know came in since the start, by name; a
    /// hundred names at most.
    unknown: BTreeMap<String, u64>,
}

/// What waits in the queue
///
/// For stewards.
#[utoipa::path(
    get, path = "/api/v1/queue", operation_id = "show_queue", tag = "Federation",
    responses((status = 200, description = "The queue", body = Queue), TokenNeeded, RoleNeeded),
)]
async fn depth(call: Call) -> Result<Json<Queue>> {
    call.viewer.at_least(Role::Steward)?;
    let depth = queue::depth(&call.node).await?;
    let refusals = inbox::refusals(&call.node)
        .into_iter()
        .map(|(reason, count)| (reason.to_owned(), count))
        .collect();
    Ok(Json(Queue {
        facts: depth.facts,
        jobs: depth.jobs,
        given_up: depth.given_up,
        oldest_due_seconds: depth.oldest_due / crate::base::clock::SECOND,
        refusals,
        unknown: unknown::counted(&call.node),
    }))
}
