//! What we serve as documents: actors, publications, activities, and the collections of an actor.

use super::actor::served as actor_json;
use super::document::{self, Parties};
use super::say;
use super::signed::{self, Question};
use super::store;
use super::vocabulary::{ACTIVITY_JSON, AS2};
use crate::base::listing::Cursor;
use crate::base::{Error, Node, Result};
use crate::directory::uri;
use crate::directory::{Actor, ActorKind, Viewer, home, store as directory};
use crate::follow::store as follows;
use crate::publication::store::{self as publications, Filter};
use crate::publication::{Audience, Kind, Publication};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use serde::Deserialize;
use serde_json::{Value, json};

const PAGE_DEFAULT: usize = 20;
const PAGE_MAX: usize = 200;

/// The doors of this file that answer with documents only. Those that share their URL with a page are
/// chosen by `Accept` in the composition.
pub fn routes() -> Router<Node> {
    Router::new()
        .route("/actor", get(application))
        .route("/actor/outbox", get(application_outbox))
        .route("/actor/followers", get(application_followers))
        .route("/groups/{handle}/outbox", get(outbox))
        .route("/users/{handle}/outbox", get(outbox))
        .route("/groups/{handle}/followers", get(followers))
        .route("/users/{handle}/followers", get(followers))
        .route("/groups/{handle}/following", get(following))
        .route("/groups/{handle}/moderators", get(moderators))
        .route("/activities/{id}", get(activity))
}

/// A document, as every peer's list of media types has it.
#[must_use]
pub fn answer(status: StatusCode, body: String) -> Response {
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(ACTIVITY_JSON),
    );
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Signature"));
    response
}

fn ok(value: &Value) -> Response {
    answer(StatusCode::OK, value.to_string())
}

async fn application(State(node): State<Node>) -> Result<Response> {
    let actor = directory::find_actor_by_uri(&node, &uri::application(&node))
        .await?
        .ok_or(Error::NotFound)?;
    Ok(ok(&actor_json(&node, &actor).await?))
}

/// An actor of ours as a document.
///
/// # Errors
/// [`Error::NotFound`] when there is none with this handle and kind.
pub async fn actor(node: &Node, kind: ActorKind, handle: &str) -> Result<Response> {
    let actor = find(node, kind, handle).await?;
    Ok(ok(&actor_json(node, &actor).await?))
}

async fn find(node: &Node, kind: ActorKind, handle: &str) -> Result<Actor> {
    directory::find_local_actor(node, handle)
        .await?
        .filter(|actor| actor.kind == kind)
        .ok_or(Error::NotFound)
}

/// A publication as a document: ours when it is public, or for those it is meant for when they ask signed;
/// its tombstone with 410 when it was withdrawn, a copy's original by 303 (D6).
///
/// # Errors
/// [`Error::NotFound`] when it is not for whoever asks.
pub async fn publication(node: &Node, id: &str, question: &Question) -> Result<Response> {
    let p = publications::find(node, id)
        .await?
        .filter(|p| !p.hidden)
        .ok_or(Error::NotFound)?;
    if p.local && p.audience == Audience::Followers {
        return for_followers(node, &p, question).await;
    }
    if p.audience != Audience::Public {
        return Err(Error::NotFound);
    }
    if !p.local {
        let to = HeaderValue::from_str(&p.uri).map_err(Error::internal)?;
        let mut response = StatusCode::SEE_OTHER.into_response();
        response.headers_mut().insert(header::LOCATION, to);
        response
            .headers_mut()
            .insert(header::VARY, HeaderValue::from_static("Accept"));
        return Ok(response);
    }
    let parties = say::parties(node, &p).await?;
    if p.withdrawn {
        let stone = document::signed(
            node,
            document::tombstone(&p),
            parties.speaker(p.kind()),
            true,
            p.version(),
        )
        .await?;
        return Ok(answer(StatusCode::GONE, stone.to_string()));
    }
    Ok(ok(&document::served(node, &p, &parties).await?))
}

/// What is meant for followers, for a follower who asks signed. It carries no proof, as nothing does that is
/// not everybody's, and no cache between us keeps it.
async fn for_followers(node: &Node, p: &Publication, question: &Question) -> Result<Response> {
    let parties = say::parties(node, p).await?;
    let given_by = [parties.author.id.as_str(), parties.network.id.as_str()];
    let viewer = signed::asker(node, question, &given_by).await?;
    let p = publications::find_visible(node, &viewer, &p.id).await?;
    let document = document::served(node, &p, &parties).await?;
    Ok(private(ok(&document)))
}

fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    headers.insert(
        header::VARY,
        HeaderValue::from_static("Accept, Authorization, Signature, Signature-Input"),
    );
    response
}

async fn activity(State(node): State<Node>, Path(id): Path<String>) -> Result<Response> {
    let body = store::find_public_activity(&node, &uri::activity(&node, &id))
        .await?
        .ok_or(Error::NotFound)?;
    Ok(answer(StatusCode::OK, body))
}

#[derive(Deserialize)]
struct Paging {
    page: Option<String>,
    limit: Option<usize>,
}

impl Paging {
    fn limit(&self) -> usize {
        self.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX)
    }

    /// The cursor asked for: `first`, or one that a page gave.
    fn cursor(&self) -> Result<Option<Cursor>> {
        match self.page.as_deref() {
            None => Ok(None),
            Some("first" | "true") => Ok(Some(Cursor::newest())),
            Some(word) => Cursor::decode(word).map(Some).ok_or_else(|| {
                Error::BadRequest("this page does not exist: begin at ?page=first".into())
            }),
        }
    }
}

fn collection(id: &str, total: i64, limit: Option<usize>) -> Value {
    let suffix = limit
        .map(|limit| format!("&limit={limit}"))
        .unwrap_or_default();
    json!({
        "@context": AS2,
        "id": id,
        "type": "OrderedCollection",
        "totalItems": total,
        "first": format!("{id}?page=first{suffix}"),
    })
}

async fn outbox(
    State(node): State<Node>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    Path(handle): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Response> {
    let kind = if uri.path().starts_with("/groups/") {
        ActorKind::Group
    } else {
        ActorKind::Person
    };
    let actor = find(&node, kind, &handle).await?;
    let filter = match kind {
        ActorKind::Group => Filter {
            network: Some(actor.id.clone()),
            local: true,
            ..Filter::default()
        },
        _ => Filter {
            author: Some(actor.id.clone()),
            local: true,
            ..Filter::default()
        },
    };
    let question = Question {
        method,
        uri,
        headers,
    };
    let viewer = signed::asker(&node, &question, &[&actor.id]).await?;
    serve_outbox(&node, &actor, &viewer, filter, &paging).await
}

async fn application_outbox(
    State(node): State<Node>,
    Query(paging): Query<Paging>,
) -> Result<Response> {
    let actor = directory::find_actor_by_uri(&node, &uri::application(&node))
        .await?
        .ok_or(Error::NotFound)?;
    let filter = Filter {
        kind: Some(Kind::Event),
        local: true,
        ..Filter::default()
    };
    serve_outbox(&node, &actor, &Viewer::stranger(), filter, &paging).await
}

async fn serve_outbox(
    node: &Node,
    actor: &Actor,
    viewer: &Viewer,
    filter: Filter,
    paging: &Paging,
) -> Result<Response> {
    let id = actor.outbox.clone().unwrap_or_default();
    let counts = publications::count(node, viewer, &filter).await?;
    let wanted = |kind: &Kind| filter.kind.is_none_or(|only| only == *kind);
    let total: i64 = counts
        .iter()
        .filter(|(kind, _)| wanted(kind))
        .map(|(_, n)| n)
        .sum();
    let Some(cursor) = paging.cursor()? else {
        return Ok(seen_by(viewer, ok(&collection(&id, total, paging.limit))));
    };
    let page = publications::list_whole(node, viewer, &filter, &cursor, paging.limit()).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for publication in &page.items {
        items.push(outbox_item(node, actor, publication).await?);
    }
    let suffix = paging
        .limit
        .map(|limit| format!("&limit={limit}"))
        .unwrap_or_default();
    let mut value = json!({
        "@context": document_context_of(&items),
        "id": format!("{id}?page={}{suffix}", paging.page.as_deref().unwrap_or("first")),
        "type": "OrderedCollectionPage",
        "partOf": id,
        "totalItems": total,
        "orderedItems": items,
    });
    if let (Some(next), Some(map)) = (page.next, value.as_object_mut()) {
        map.insert(
            "next".into(),
            json!(format!("{id}?page={}{suffix}", next.encode())),
        );
    }
    Ok(seen_by(viewer, ok(&value)))
}

fn seen_by(viewer: &Viewer, response: Response) -> Response {
    if viewer.follower.is_some() {
        private(response)
    } else {
        response
    }
}

fn document_context_of(items: &[Value]) -> Value {
    if items.is_empty() {
        json!(AS2)
    } else {
        super::vocabulary::document_context()
    }
}

/// One item of an outbox (D11): the author's Create, which the network announces; an event's Create by the
/// network, which the node announces. The Create shows the publication as it is now, with its proof.
async fn outbox_item(node: &Node, actor: &Actor, p: &Publication) -> Result<Value> {
    let parties: Parties = say::parties(node, p).await?;
    let create = say::about(node, p, &parties, "Create").await?;
    // What is not everybody's is nobody's to announce (R12).
    if parties.speaker(p.kind()).id == actor.id || p.audience != Audience::Public {
        return Ok(create);
    }
    let id = format!("{}-announce-create-1", p.id);
    let mut item = say::announce(node, actor, &id, create, p.published);
    if let Some(map) = item.as_object_mut() {
        map.shift_remove("@context");
    }
    Ok(item)
}

async fn followers(
    State(node): State<Node>,
    uri: Uri,
    Path(handle): Path<String>,
) -> Result<Response> {
    let kind = if uri.path().starts_with("/groups/") {
        ActorKind::Group
    } else {
        ActorKind::Person
    };
    serve_followers(&node, &find(&node, kind, &handle).await?).await
}

async fn application_followers(State(node): State<Node>) -> Result<Response> {
    let actor = directory::find_actor_by_uri(&node, &uri::application(&node))
        .await?
        .ok_or(Error::NotFound)?;
    serve_followers(&node, &actor).await
}

/// Who follows is not published: how many is enough.
async fn serve_followers(node: &Node, actor: &Actor) -> Result<Response> {
    let (_, followers) = follows::count(node, &actor.id).await?;
    let id = actor.followers.clone().unwrap_or_default();
    Ok(ok(
        &json!({"@context": AS2, "id": id, "type": "OrderedCollection", "totalItems": followers}),
    ))
}

/// Which networks a network follows is public: this is how others find their way.
async fn following(State(node): State<Node>, Path(handle): Path<String>) -> Result<Response> {
    let actor = find(&node, ActorKind::Group, &handle).await?;
    let follows = follows::list_following(&node, &actor.id).await?;
    let accepted = follows
        .iter()
        .filter(|follow| follow.state == crate::follow::State::Accepted);
    let items: Vec<&str> = accepted
        .filter_map(|follow| follow.target.as_ref().map(|target| target.uri.as_str()))
        .collect();
    let id = format!("{}/following", actor.uri);
    Ok(ok(
        &json!({"@context": AS2, "id": id, "type": "OrderedCollection", "totalItems": items.len(), "orderedItems": items}),
    ))
}

/// Who moderates a Group (FEP-1b12): the node itself, in the network's name.
async fn moderators(State(node): State<Node>, Path(handle): Path<String>) -> Result<Response> {
    let actor = find(&node, ActorKind::Group, &handle).await?;
    let id = format!("{}/moderators", actor.uri);
    Ok(ok(
        &json!({"@context": AS2, "id": id, "type": "OrderedCollection", "totalItems": 0, "orderedItems": []}),
    ))
}

/// What a node says of itself at its root to those who ask for a document: its network.
///
/// # Errors
/// [`Error::NotFound`] before the network was founded.
pub async fn root(node: &Node) -> Result<Response> {
    let home = home(node).await?;
    let to = HeaderValue::from_str(&home.network.uri).map_err(Error::internal)?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, to);
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}
