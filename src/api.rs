//! The JSON API as a whole: all its doors, what the node says of itself, and the description that
//! programs read (OpenAPI 3.1).

use crate::base::{Node, Result};
use crate::directory::visit::Call;
use crate::directory::{self, api::ActorItem, home, store as members};
use crate::publication::kind::Kind;
use crate::publication::store::{self as publications, Filter};
use crate::web::api::{Json, Otherwise, Problem, around};
use crate::{federation, follow, moderation, publication};
use axum::Router;
use axum::extract::State;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header;
use serde::Serialize;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, SecurityRequirement, Server};
use utoipa::{IntoResponses as _, OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Atelier",
        description = "The JSON API of a node of the Transition Factory Alliance: the same deeds as its \
                       pages, for programs. Lists come in pieces `{items, next}`; give `next` back as \
                       `cursor`. Moments are RFC 3339. Errors are problems (RFC 9457). See docs/API.md.",
    ),
    paths(node, openapi),
    components(schemas(Problem)),
    tags(
        (name = "Node", description = "The node itself"),
        (name = "Publications", description = "What Allies give: experiences, events, papers"),
        (name = "Following", description = "Who listens to whom"),
        (name = "Members", description = "Those who sign in on this node"),
        (name = "Moderation", description = "What stewards keep out"),
        (name = "Federation", description = "What is owed to other nodes, for stewards"),
    ),
)]
struct Description;

/// All JSON doors of a node.
pub fn routes() -> Router<Node> {
    Router::new()
        .route("/api/openapi.json", get(openapi))
        .route("/api/v1/node", get(node))
        .merge(publication::api::routes())
        .merge(follow::api::routes())
        .merge(moderation::api::routes())
        .merge(directory::api::routes())
        .merge(federation::api::routes())
        .merge(federation::evidence::api::routes())
        .layer(middleware::from_fn(around))
}

/// How many of each there are, as far as the one who asks may see them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Counts {
    /// Publications, of this node and copies of others'.
    publications: i64,
    /// Those published on this node.
    local: i64,
    /// Experiences.
    experiences: i64,
    /// Events.
    events: i64,
    /// Papers.
    papers: i64,
    /// Networks this one follows, and was accepted by.
    following: i64,
    /// Those who follow this one.
    followers: i64,
    /// Members of this node.
    members: i64,
}

/// A node.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Node)]
pub struct NodeItem {
    /// Its network's name.
    name: String,
    /// What it runs.
    #[schema(example = "atelier")]
    software: &'static str,
    /// In which version.
    version: &'static str,
    /// Its host, with its port when that is unusual.
    domain: String,
    /// Its network.
    network: ActorItem,
    /// How many of each there are.
    counts: Counts,
}

/// The node, its network, and how much there is
#[utoipa::path(
    get, path = "/api/v1/node", operation_id = "show_node", tag = "Node",
    responses((status = 200, description = "The node", body = NodeItem)), security((), ("token" = [])),
)]
async fn node(call: Call) -> Result<Json<NodeItem>> {
    let home = home(&call.node).await?;
    let all = publications::count(&call.node, &call.viewer, &Filter::default()).await?;
    let local = Filter {
        local: true,
        ..Filter::default()
    };
    let local = publications::count(&call.node, &call.viewer, &local).await?;
    let of = |kind: Kind| all.iter().filter(|(k, _)| *k == kind).map(|(_, n)| n).sum();
    let (following, followers) = follow::store::count(&call.node, &home.network.id).await?;
    let (members, _) = members::count_members(&call.node).await?;
    Ok(Json(NodeItem {
        name: home.network.name.clone(),
        software: federation::host::SOFTWARE,
        version: env!("CARGO_PKG_VERSION"),
        domain: call.node.config.domain.clone(),
        network: ActorItem::from(&home.network),
        counts: Counts {
            publications: all.iter().map(|(_, n)| n).sum(),
            local: local.iter().map(|(_, n)| n).sum(),
            experiences: of(Kind::Experience),
            events: of(Kind::Event),
            papers: of(Kind::Paper),
            following,
            followers,
            members,
        },
    }))
}

/// This description
#[utoipa::path(
    get, path = "/api/openapi.json", operation_id = "show_description", tag = "Node",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json")),
    security(()),
)]
async fn openapi(State(node): State<Node>) -> Result<Response> {
    let text = document(&node.origin()).to_json()?;
    let json = [(header::CONTENT_TYPE, "application/json")];
    Ok((json, text).into_response())
}

/// The description of every JSON door.
#[must_use]
pub fn document(origin: &str) -> Document {
    let mut document = Description::openapi();
    for part in [
        publication::api::Description::openapi(),
        follow::api::Description::openapi(),
        moderation::api::Description::openapi(),
        directory::api::Description::openapi(),
        federation::api::Description::openapi(),
        federation::evidence::api::Description::openapi(),
    ] {
        document.merge(part);
    }
    document.servers = Some(vec![Server::new(origin)]);
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "A token of a member: `atelier token create --member NAME` prints one.",
        ))
        .build();
    if let Some(components) = document.components.as_mut() {
        components.add_security_scheme("token", SecurityScheme::Http(token));
    }
    // Where a door says nothing, it needs a token.
    document.security = Some(vec![SecurityRequirement::new(
        "token",
        Vec::<String>::new(),
    )]);
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            operation.responses.responses.extend(Otherwise::responses());
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
    ]
    .into_iter()
    .flatten()
}
