//! Follows for programs: whom this network follows, who follows it.

use super::{Follower, Following, Progress, State, store};
use crate::base::clock::rfc3339;
use crate::base::{Error, Node, Result};
use crate::directory::visit::Call;
use crate::directory::{Role, home};
use crate::web::api::{
    Json, List, Missing, PagingQuery, Query, RoleNeeded, TokenNeeded, Unreadable,
};
use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

/// What the JSON doors of follows say of themselves.
#[derive(OpenApi)]
#[openapi(
    paths(list_following, ask, show, end, end_by_target, list_followers, answer),
    components(schemas(FollowingItem, FollowerItem))
)]
pub struct Description;

/// The JSON doors of follows.
pub fn routes() -> Router<Node> {
    Router::new()
        .route(
            "/api/v1/following",
            get(list_following).post(ask).delete(end_by_target),
        )
        .route("/api/v1/following/{id}", get(show).delete(end))
        .route("/api/v1/followers", get(list_followers))
        .route("/api/v1/followers/{id}", post(answer))
}

/// How a follow stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = FollowState)]
pub enum StateWord {
    /// It is looked for, or asked and not answered yet.
    Pending,
    /// They let us in.
    Accepted,
    /// They turned us away, or nobody was found: `error` says why.
    Rejected,
}

impl From<State> for StateWord {
    fn from(state: State) -> Self {
        match state {
            State::Looking | State::Pending => Self::Pending,
            State::Accepted => Self::Accepted,
            State::Rejected | State::Failed => Self::Rejected,
        }
    }
}

/// How far a followed network's history was read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Backfill)]
pub struct BackfillItem {
    /// How many items were read.
    done: i64,
    /// How many there are, as far as they say.
    total: Option<i64>,
    /// Whether it goes on.
    running: bool,
}

impl From<Progress> for BackfillItem {
    fn from(progress: Progress) -> Self {
        Self {
            done: progress.done,
            total: progress.total,
            running: progress.running,
        }
    }
}

/// A network that this one follows, or asked to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Following)]
pub struct FollowingItem {
    /// Its id on this node.
    id: String,
    /// The URI of who is followed; null until it is found.
    #[schema(format = "uri")]
    actor: Option<String>,
    /// Their name; null until it is found.
    name: Option<String>,
    /// `@handle@host`; until it is found, what was asked for.
    #[schema(example = "@loos@localhost:8081")]
    handle: String,
    /// What was asked for.
    target: String,
    /// How it stands.
    state: StateWord,
    /// Why it does not get on, in words.
    error: Option<String>,
    /// When it was asked for.
    #[schema(format = DateTime)]
    since: String,
    /// How far their history was read; null before it begins.
    backfill: Option<BackfillItem>,
    /// When their node last reached this one or answered it.
    #[schema(format = DateTime)]
    last_heard: Option<String>,
}

/// What stewards pasted, and what failed, is for members; that a network is followed is for all.
fn following_shown(follow: Following, to_member: bool) -> FollowingItem {
    let address = follow.target.as_ref().map(crate::directory::Actor::address);
    let handle = address.unwrap_or_else(|| follow.target_text.clone());
    FollowingItem {
        id: follow.id,
        actor: follow.target.as_ref().map(|actor| actor.uri.clone()),
        name: follow.target.map(|actor| actor.name),
        target: if to_member {
            follow.target_text
        } else {
            handle.clone()
        },
        handle,
        state: follow.state.into(),
        error: follow.error.filter(|_| to_member),
        since: rfc3339(follow.created_at),
        backfill: follow.backfill.map(BackfillItem::from),
        last_heard: follow.last_heard_at.map(rfc3339),
    }
}

fn may_see(call: &Call, follow: &Following) -> bool {
    call.viewer.is_member() || follow.state == State::Accepted
}

async fn find(call: &Call, word: &str) -> Result<Following> {
    let follow = super::find_mine(&call.node, word).await?;
    if may_see(call, &follow) {
        Ok(follow)
    } else {
        Err(Error::NotFound)
    }
}

/// Whom this network follows
///
/// Newest first. Without a token only those who accepted.
#[utoipa::path(
    get, path = "/api/v1/following", tag = "Following", params(PagingQuery),
    responses(List<FollowingItem>, Unreadable), security((), ("token" = [])),
)]
async fn list_following(
    call: Call,
    Query(query): Query<PagingQuery>,
) -> Result<Json<List<FollowingItem>>> {
    let paging = query.read()?;
    let home = home(&call.node).await?;
    let mut all = store::list_following(&call.node, &home.network.id).await?;
    all.retain(|follow| may_see(&call, follow));
    let page = paging.cut(all, |follow| (follow.created_at, follow.id.clone()));
    let member = call.viewer.is_member();
    Ok(Json(List::of(page, |follow| {
        following_shown(follow, member)
    })))
}

/// Whom to follow.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FollowBody)]
pub struct AskBody {
    /// An address `@handle@host`, a host, or the address of a page: the network's or a publication's.
    #[schema(example = "@loos@localhost:8081", max_length = 500)]
    target: String,
}

/// Follow a network
///
/// For stewards. The looking-up and the asking happen afterwards: read the item again to see how it
/// stands. Asking twice gives the same item.
#[utoipa::path(
    post, path = "/api/v1/following", operation_id = "follow", tag = "Following", request_body = AskBody,
    responses(
        (status = 202, description = "It is asked for", body = FollowingItem, headers(("location" = String, description = "Where to see how it stands"))),
        Unreadable, TokenNeeded, RoleNeeded,
    ),
)]
async fn ask(call: Call, Json(body): Json<AskBody>) -> Result<Response> {
    call.viewer.at_least(Role::Steward)?;
    let id = super::ask(&call.node, &body.target).await?;
    let follow = super::find_mine(&call.node, &id).await?;
    let place = format!("{}/api/v1/following/{id}", call.node.origin());
    let item = Json(following_shown(follow, true));
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, place)], item).into_response())
}

/// One follow, and how it stands
#[utoipa::path(
    get, path = "/api/v1/following/{id}", operation_id = "show_following", tag = "Following",
    params(("id" = String, Path, description = "Its id, as the list gives it")),
    responses((status = 200, description = "The follow", body = FollowingItem), Missing), security((), ("token" = [])),
)]
async fn show(call: Call, Path(id): Path<String>) -> Result<Json<FollowingItem>> {
    let follow = find(&call, &id).await?;
    Ok(Json(following_shown(follow, call.viewer.is_member())))
}

/// Follow no more
///
/// For stewards. What was received stays, and is not added to.
#[utoipa::path(
    delete, path = "/api/v1/following/{id}", operation_id = "end_following", tag = "Following",
    params(("id" = String, Path, description = "Its id, as the list gives it")),
    responses((status = 204, description = "Ended"), TokenNeeded, RoleNeeded, Missing),
)]
async fn end(call: Call, Path(id): Path<String>) -> Result<StatusCode> {
    call.viewer.at_least(Role::Steward)?;
    let follow = super::find_mine(&call.node, &id).await?;
    super::end(&call.node, &follow.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whom to follow no more.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TargetQuery {
    /// What was asked for, or the address or URI of who is followed.
    #[param(example = "@loos@localhost:8081")]
    target: String,
}

/// Follow no more, by name
///
/// For stewards. The same as by id, for programs that know whom and not the id.
#[utoipa::path(
    delete, path = "/api/v1/following", operation_id = "end_following_of", tag = "Following", params(TargetQuery),
    responses((status = 204, description = "Ended"), Unreadable, TokenNeeded, RoleNeeded, Missing),
)]
async fn end_by_target(call: Call, Query(query): Query<TargetQuery>) -> Result<StatusCode> {
    call.viewer.at_least(Role::Steward)?;
    let follow = super::find_mine(&call.node, query.target.trim()).await?;
    super::end(&call.node, &follow.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody who follows this network, or asks to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Follower)]
pub struct FollowerItem {
    /// Its id on this node: what an answer names.
    id: String,
    /// The URI of who follows.
    #[schema(format = "uri")]
    actor: String,
    /// Their name.
    name: String,
    /// `@handle@host`.
    handle: String,
    /// `accepted`, or `pending` when a steward should answer.
    state: StateWord,
    /// Since when.
    #[schema(format = DateTime)]
    since: String,
    /// Deliveries to their node that failed in a row; 0 when all is well.
    failures: i64,
    /// Why the last one failed, in words.
    error: Option<String>,
}

fn follower_shown(follower: Follower) -> FollowerItem {
    FollowerItem {
        id: follower.id,
        handle: follower.actor.address(),
        actor: follower.actor.uri,
        name: follower.actor.name,
        state: follower.state.into(),
        since: rfc3339(follower.created_at),
        failures: follower.host.failures,
        error: follower.host.last_error,
    }
}

/// Who follows this network
///
/// For stewards. Newest first, those who wait for an answer among them.
#[utoipa::path(
    get, path = "/api/v1/followers", tag = "Following", params(PagingQuery),
    responses(List<FollowerItem>, Unreadable, TokenNeeded, RoleNeeded),
)]
async fn list_followers(
    call: Call,
    Query(query): Query<PagingQuery>,
) -> Result<Json<List<FollowerItem>>> {
    call.viewer.at_least(Role::Steward)?;
    let paging = query.read()?;
    let home = home(&call.node).await?;
    let all = store::list_followers(&call.node, &home.network.id).await?;
    let page = paging.cut(all, |follower| (follower.created_at, follower.id.clone()));
    Ok(Json(List::of(page, follower_shown)))
}

/// The answer to a follower.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerBody {
    /// Whether to let them in.
    accept: bool,
}

/// Let a follower in, or turn them away
///
/// For stewards. They are told; one who was let in may be turned away later.
#[utoipa::path(
    post, path = "/api/v1/followers/{id}", operation_id = "answer_follower", tag = "Following", request_body = AnswerBody,
    params(("id" = String, Path, description = "The follower's id, as the list gives it")),
    responses((status = 204, description = "Answered"), Unreadable, TokenNeeded, RoleNeeded, Missing),
)]
async fn answer(
    call: Call,
    Path(id): Path<String>,
    Json(body): Json<AnswerBody>,
) -> Result<StatusCode> {
    call.viewer.at_least(Role::Steward)?;
    super::answer(&call.node, &id, body.accept).await?;
    Ok(StatusCode::NO_CONTENT)
}
