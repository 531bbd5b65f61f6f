//! Publications for programs: the same deeds as the pages, in JSON.

mod body;
mod item;
mod list;
mod media;
mod word;

use crate::base::{Error, Node, Result};
use crate::directory::Member;
use crate::directory::visit::Call;
use crate::publication::store::SavedDraft;
use crate::publication::{Draft, Publication, publish, store};
use crate::web::api::{
    Changed, Json, List, Missing, RoleNeeded, TokenNeeded, Unfit, Unreadable, Withdrawn,
};
use crate::web::respond::{Failure, problem_with};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use body::Body;
use http::{StatusCode, header};
use item::{Item, RevisionItem, Whole, draft_item, whole, whole_draft};
use serde_json::Map;
use utoipa::OpenApi;
use word::StatusWord;

/// What the JSON doors of publications say of themselves.
#[derive(OpenApi)]
#[openapi(
    paths(
        list::list,
        create,
        show,
        replace,
        remove,
        revisions,
        drafts,
        discard,
        media::upload
    ),
    components(schemas(Item, RevisionItem))
)]
pub struct Description;

/// The JSON doors of publications.
pub fn routes() -> Router<Node> {
    Router::new()
        .route("/api/v1/publications", get(list::list).post(create))
        .route(
            "/api/v1/publications/{id}",
            get(show).put(replace).delete(remove),
        )
        .route("/api/v1/publications/{id}/revisions", get(revisions))
        .route("/api/v1/drafts", get(drafts))
        .route("/api/v1/drafts/{id}", delete(discard))
        .route(
            "/api/v1/media",
            // The door counts the bytes itself, as its operator decided.
            post(media::upload).layer(DefaultBodyLimit::disable()),
        )
}

/// Publish, or keep a draft
///
/// A draft needs a kind and a name. Publishing an experience needs its scope and limits.
#[utoipa::path(
    post, path = "/api/v1/publications", operation_id = "create_publication", tag = "Publications", request_body = Body,
    responses(
        (status = 201, description = "It was made", body = Whole, headers(("location" = String, description = "Where to read it again"))),
        Unreadable, TokenNeeded, Unfit,
    ),
)]
async fn create(call: Call, Json(body): Json<Body>) -> Result<Response> {
    let member = call.viewer.member()?;
    let keep = body.status == Some(StatusWord::Draft);
    let draft = body.into_draft(&call.node, &call.viewer, None).await?;
    let whole = if keep {
        let id = publish::keep(&call.node, member, None, &draft).await?;
        held_draft(&call.node, member, &id).await?
    } else {
        let publication = publish::publish(&call.node, member, None, draft).await?;
        whole(&call.node, &call.viewer, publication).await?
    };
    let place = format!(
        "{}/api/v1/publications/{}",
        call.node.origin(),
        whole.item.id()
    );
    let created = StatusCode::CREATED;
    Ok((created, [(header::LOCATION, place)], Json(whole)).into_response())
}

async fn find_draft(node: &Node, writer: &Member, id: &str) -> Result<SavedDraft> {
    store::find_draft(node, id, &writer.id)
        .await?
        .ok_or(Error::NotFound)
}

async fn held_draft(node: &Node, writer: &Member, id: &str) -> Result<Whole> {
    whole_draft(node, writer, find_draft(node, writer, id).await?).await
}

/// What an id names for the one who asks.
enum Held {
    Published(Box<Publication>),
    Draft(Box<SavedDraft>),
}

async fn find(call: &Call, id: &str) -> Result<Held> {
    match store::find_visible(&call.node, &call.viewer, id).await {
        Ok(publication) => Ok(Held::Published(Box::new(publication))),
        Err(Error::NotFound) => match &call.viewer.member {
            Some(member) => Ok(Held::Draft(Box::new(
                find_draft(&call.node, member, id).await?,
            ))),
            None => Err(Error::NotFound),
        },
        Err(error) => Err(error),
    }
}

/// One publication
///
/// Whoever may see it; a draft only its writer.
#[utoipa::path(
    get, path = "/api/v1/publications/{id}", operation_id = "show_publication", tag = "Publications",
    params(("id" = String, Path, description = "Its id on this node")),
    responses((status = 200, description = "The publication, whole", body = Whole), Missing, Withdrawn), security((), ("token" = [])),
)]
async fn show(call: Call, Path(id): Path<String>) -> Result<Json<Whole>> {
    Ok(Json(match find(&call, &id).await? {
        Held::Published(publication) => whole(&call.node, &call.viewer, *publication).await?,
        Held::Draft(saved) => whole_draft(&call.node, call.viewer.member()?, *saved).await?,
    }))
}

/// Edit it, or publish a draft
///
/// What is left out stays as it is; an empty text empties. `revision` is the one you read: where it is
/// not the newest any more, nothing is overwritten, and the problem holds both texts. Left out, your
/// words go over whatever stands there now; what stood there stays among the revisions.
#[utoipa::path(
    put, path = "/api/v1/publications/{id}", operation_id = "replace_publication", tag = "Publications", request_body = Body,
    params(("id" = String, Path, description = "Its id on this node")),
    responses(
        (status = 200, description = "The publication, whole", body = Whole),
        Unreadable, TokenNeeded, RoleNeeded, Missing, Changed, Withdrawn, Unfit,
    ),
)]
async fn replace(call: Call, Path(id): Path<String>, Json(body): Json<Body>) -> Result<Response> {
    let member = call.viewer.member()?;
    match find(&call, &id).await? {
        Held::Published(held) => edit(&call, member, &held, body).await,
        Held::Draft(saved) => {
            let publish = body.status == Some(StatusWord::Published);
            let draft = body
                .into_draft(&call.node, &call.viewer, Some(&saved.body))
                .await?;
            let whole = if publish {
                let made = publish::publish(&call.node, member, Some(&id), draft).await?;
                whole(&call.node, &call.viewer, made).await?
            } else {
                publish::keep(&call.node, member, Some(&id), &draft).await?;
                held_draft(&call.node, member, &id).await?
            };
            Ok(Json(whole).into_response())
        }
    }
}

async fn edit(call: &Call, member: &Member, held: &Publication, body: Body) -> Result<Response> {
    publish::may_edit(member, held)?;
    let stays = |what: &str| Error::BadRequest(format!("{what}: leave it out, or as it was"));
    if body.status == Some(StatusWord::Draft) {
        return Err(Error::BadRequest(
            "status: what is published cannot become a draft again; DELETE withdraws it".into(),
        ));
    }
    if (body.kind.as_ref()).is_some_and(|kind| kind.0 != held.kind().code()) {
        return Err(stays("kind"));
    }
    if (body.audience).is_some_and(|word| word.code() != held.audience.code()) {
        return Err(stays("audience"));
    }
    let before = publish::draft_of(held);
    let draft = body
        .into_draft(&call.node, &call.viewer, Some(&before))
        .await?;
    match publish::edit(&call.node, member, &held.id, draft.clone()).await {
        Ok(publication) => {
            let whole = whole(&call.node, &call.viewer, publication).await?;
            Ok(Json(whole).into_response())
        }
        Err(error @ Error::Conflict(_)) => both_texts(call, member, &held.id, draft, &error).await,
        Err(error) => Err(error),
    }
}

/// Somebody was faster: the problem holds how it stands now, and what was sent.
async fn both_texts(
    call: &Call,
    member: &Member,
    id: &str,
    draft: Draft,
    error: &Error,
) -> Result<Response> {
    let now = store::find_visible(&call.node, &call.viewer, id).await?;
    let current = whole(&call.node, &call.viewer, now).await?;
    let sent = SavedDraft {
        id: id.to_owned(),
        body: draft,
        saved_at: call.node.now(),
    };
    let yours = whole_draft(&call.node, member, sent).await?;
    let mut members = Map::new();
    members.insert("current".into(), serde_json::to_value(current)?);
    members.insert("yours".into(), serde_json::to_value(yours)?);
    Ok(problem_with(&Failure::from(error), members))
}

/// Withdraw it, or discard a draft
///
/// Those who received it are told; what another node does with its copy is up to that node.
#[utoipa::path(
    delete, path = "/api/v1/publications/{id}", operation_id = "remove_publication", tag = "Publications",
    params(("id" = String, Path, description = "Its id on this node")),
    responses((status = 204, description = "Withdrawn, or discarded"), TokenNeeded, RoleNeeded, Missing, Withdrawn),
)]
async fn remove(call: Call, Path(id): Path<String>) -> Result<StatusCode> {
    let member = call.viewer.member()?;
    match find(&call, &id).await? {
        Held::Published(_) => publish::withdraw(&call.node, member, &id).await?,
        Held::Draft(_) => publish::discard(&call.node, member, &id).await?,
    }
    Ok(StatusCode::NO_CONTENT)
}

/// What it said at each edit
///
/// Newest first, 500 at most. The history of a copy is its producer's to tell: ask their node.
#[utoipa::path(
    get, path = "/api/v1/publications/{id}/revisions", operation_id = "list_revisions", tag = "Publications",
    params(("id" = String, Path, description = "Its id on this node")),
    responses(List<RevisionItem>, Missing, Withdrawn), security((), ("token" = [])),
)]
async fn revisions(call: Call, Path(id): Path<String>) -> Result<Json<List<RevisionItem>>> {
    let publication = store::find_visible(&call.node, &call.viewer, &id).await?;
    if !publication.local {
        return Err(Error::NotFound);
    }
    let all = store::list_revisions(&call.node, &publication.id).await?;
    Ok(Json(List::whole(
        all.into_iter().map(RevisionItem::from).collect(),
    )))
}

/// My drafts
///
/// Last saved first, 200 at most. Among them what an edit left that came too late: it has the id of
/// its publication.
#[utoipa::path(
    get, path = "/api/v1/drafts", operation_id = "list_drafts", tag = "Publications",
    responses(List<Item>, TokenNeeded),
)]
async fn drafts(call: Call) -> Result<Json<List<Item>>> {
    let member = call.viewer.member()?;
    let mut items = Vec::new();
    for saved in store::list_drafts(&call.node, &member.id).await? {
        items.push(draft_item(&call.node, member, saved).await?);
    }
    Ok(Json(List::whole(items)))
}

/// Discard a draft of mine
///
/// What is published under the same id stays.
#[utoipa::path(
    delete, path = "/api/v1/drafts/{id}", operation_id = "discard_draft", tag = "Publications",
    params(("id" = String, Path, description = "The draft's id")),
    responses((status = 204, description = "Discarded"), TokenNeeded, Missing),
)]
async fn discard(call: Call, Path(id): Path<String>) -> Result<StatusCode> {
    let member = call.viewer.member()?;
    find_draft(&call.node, member, &id).await?;
    publish::discard(&call.node, member, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
