//! Blocked hosts for programs of stewards.

use super::{Block, store};
use crate::base::clock::rfc3339;
use crate::base::{Node, Result};
use crate::directory::Role;
use crate::directory::visit::Call;
use crate::web::api::{
    Json, List, Missing, PagingQuery, Query, RoleNeeded, TokenNeeded, Unfit, Unreadable,
};
use axum::Router;
use axum::extract::Path;
use axum::routing::{delete, get};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// What the JSON doors of moderation say of themselves.
#[derive(OpenApi)]
#[openapi(paths(list, add, end), components(schemas(BlockItem)))]
pub struct Description;

/// The JSON doors of moderation.
pub fn routes() -> Router<Node> {
    Router::new()
        .route("/api/v1/blocks", get(list).post(add))
        .route("/api/v1/blocks/{host}", delete(end))
}

/// A host that this node does not speak with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Block)]
pub struct BlockItem {
    /// Its name; its sub-domains are meant too.
    #[schema(example = "evil.example")]
    host: String,
    /// Why.
    reason: String,
    /// Who decided, by name; null when it was the command line.
    by: Option<String>,
    /// Since when.
    #[schema(format = DateTime)]
    since: String,
}

impl From<Block> for BlockItem {
    fn from(block: Block) -> Self {
        Self {
            host: block.host,
            reason: block.reason,
            by: block.by,
            since: rfc3339(block.at),
        }
    }
}

/// Blocked hosts
///
/// For stewards. Newest first.
#[utoipa::path(
    get, path = "/api/v1/blocks", operation_id = "list_blocks", tag = "Moderation", params(PagingQuery),
    responses(List<BlockItem>, Unreadable, TokenNeeded, RoleNeeded),
)]
async fn list(call: Call, Query(query): Query<PagingQuery>) -> Result<Json<List<BlockItem>>> {
    call.viewer.at_least(Role::Steward)?;
    let paging = query.read()?;
    let all = store::list(&call.node).await?;
    let page = paging.cut(all, |block| (block.at, block.host.clone()));
    Ok(Json(List::of(page, BlockItem::from)))
}

/// Which host to block, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BlockBody)]
pub struct BlockBody {
    /// A host, or an address of a page or of somebody there.
    #[schema(example = "evil.example")]
    host: String,
    /// Why, for the other stewards.
    #[schema(example = "Sends advertisements", max_length = 500)]
    reason: String,
}

/// Block a host
///
/// For stewards. Nothing comes in from it or its sub-domains, nothing is asked of it, nothing is sent to
/// it; follows in both directions end, and copies of what it gave go out of sight. Blocking it again
/// changes the reason.
#[utoipa::path(
    post, path = "/api/v1/blocks", operation_id = "block", tag = "Moderation", request_body = BlockBody,
    responses((status = 200, description = "It is blocked", body = BlockItem), Unreadable, Unfit, TokenNeeded, RoleNeeded),
)]
async fn add(call: Call, Json(body): Json<BlockBody>) -> Result<Json<BlockItem>> {
    let by = call.viewer.at_least(Role::Steward)?;
    let (block, _) = super::block(&call.node, &body.host, &body.reason, Some(by)).await?;
    Ok(Json(block.into()))
}

/// End a block
///
/// For stewards. Copies that were out of sight are shown again; follows stay ended.
#[utoipa::path(
    delete, path = "/api/v1/blocks/{host}", operation_id = "unblock", tag = "Moderation",
    params(("host" = String, Path, description = "The host, as the list gives it")),
    responses((status = 204, description = "Ended"), TokenNeeded, RoleNeeded, Missing),
)]
async fn end(call: Call, Path(host): Path<String>) -> Result<StatusCode> {
    call.viewer.at_least(Role::Steward)?;
    super::unblock(&call.node, &host).await?;
    Ok(StatusCode::NO_CONTENT)
}
