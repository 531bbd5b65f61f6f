//! The directory for programs: who I am, who the members are, whom stewards invite.

use super::store::Invitation;
use super::visit::Call;
use super::{Actor, Member, Role, found, store, uri};
use crate::base::clock::rfc3339;
use crate::base::id::sha256_hex;
use crate::base::{Error, Node, Result};
use crate::web::api::{Json, List, PagingQuery, Query, RoleNeeded, TokenNeeded, Unreadable};
use axum::Router;
use axum::extract::Path;
use axum::response::IntoResponse;
use axum::routing::{delete, get};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

/// What the JSON doors of the directory say of themselves.
#[derive(OpenApi)]
#[openapi(
    paths(me, list_members, list_invitations, invite, revoke_invitation),
    components(schemas(MemberItem, InvitationItem))
)]
pub struct Description;

/// The JSON doors of the directory.
pub fn routes() -> Router<Node> {
    Router::new()
        .route("/api/v1/me", get(me))
        .route("/api/v1/members", get(list_members))
        .route(
            "/api/v1/members/invitations",
            get(list_invitations).post(invite),
        )
        .route(
            "/api/v1/members/invitations/{id}",
            delete(revoke_invitation),
        )
}

/// Somebody who publishes or follows, here or elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Actor)]
pub struct ActorItem {
    /// Their URI, which is who they are.
    #[schema(format = "uri", example = "https://bassins.example/groups/bassins")]
    pub uri: String,
    /// The name they give themselves.
    pub name: String,
    /// Their handle, without host.
    #[schema(example = "bassins")]
    pub handle: String,
    /// Their host, with its port when that is unusual.
    #[schema(example = "bassins.example")]
    pub host: String,
}

impl From<&Actor> for ActorItem {
    fn from(actor: &Actor) -> Self {
        Self {
            uri: actor.uri.clone(),
            name: actor.name.clone(),
            handle: actor.handle.clone(),
            host: actor.host.clone(),
        }
    }
}

/// A member of this node, as the member and the stewards see them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub struct MemberItem {
    /// Their id on this node.
    id: String,
    /// The URI of their actor.
    #[schema(format = "uri")]
    uri: String,
    /// The name they give themselves.
    name: String,
    /// Their handle, without host.
    handle: String,
    /// This node.
    host: String,
    /// Their e-mail address, shown to themselves and to stewards only.
    email: String,
    /// What they may do.
    role: RoleWord,
    /// The language of their pages.
    language: String,
    /// Since when they are a member.
    #[schema(format = DateTime)]
    since: String,
}

/// What a member may do; each role includes the ones below it.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Role)]
pub enum RoleWord {
    /// Writes and publishes their own.
    #[default]
    Member,
    /// Edits and withdraws what anybody of the network published.
    Editor,
    /// Runs the node: members, follows, settings.
    Steward,
}

impl From<Role> for RoleWord {
    fn from(role: Role) -> Self {
        match role {
            Role::Member => Self::Member,
            Role::Editor => Self::Editor,
            Role::Steward => Self::Steward,
        }
    }
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Member => Self::Member,
            RoleWord::Editor => Self::Editor,
            RoleWord::Steward => Self::Steward,
        }
    }
}

fn shown(node: &Node, member: &Member) -> MemberItem {
    MemberItem {
        id: member.id.clone(),
        uri: uri::user(node, &member.handle),
        name: member.name.clone(),
        handle: member.handle.clone(),
        host: node.config.domain.clone(),
        email: member.email.clone(),
        role: member.role.into(),
        language: member.language.clone(),
        since: rfc3339(member.created_at),
    }
}

/// Whose token this is
///
/// Useful to see whether a token works, and what it may do.
#[utoipa::path(
    get, path = "/api/v1/me", operation_id = "show_me", tag = "Members",
    responses((status = 200, description = "The member", body = MemberItem), TokenNeeded),
)]
async fn me(call: Call) -> Result<Json<MemberItem>> {
    Ok(Json(shown(&call.node, call.viewer.member()?)))
}

/// The members of this node
///
/// For stewards. Newest first.
#[utoipa::path(
    get, path = "/api/v1/members", tag = "Members", params(PagingQuery),
    responses(List<MemberItem>, Unreadable, TokenNeeded, RoleNeeded),
)]
async fn list_members(
    call: Call,
    Query(query): Query<PagingQuery>,
) -> Result<Json<List<MemberItem>>> {
    call.viewer.at_least(Role::Steward)?;
    let paging = query.read()?;
    let page = store::list_members(&call.node, &paging.newest_first(), paging.limit).await?;
    Ok(Json(List::of(page, |member| shown(&call.node, &member))))
}

/// An invitation that can still be used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invitation)]
pub struct InvitationItem {
    /// Its id: enough to take it back, not enough to use it.
    id: String,
    /// The role it gives.
    role: RoleWord,
    /// Whom it is meant for, in the steward's words.
    note: String,
    /// Until when it can be used.
    #[schema(format = DateTime)]
    expires: String,
    /// The link to hand over: only in the answer that makes it, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri", nullable = false)]
    url: Option<String>,
}

fn invitation_shown(invitation: Invitation) -> InvitationItem {
    InvitationItem {
        id: invitation.token_hash,
        role: invitation.role.into(),
        note: invitation.note,
        expires: rfc3339(invitation.expires_at),
        url: None,
    }
}

/// Invitations that wait
///
/// For stewards. Newest first, 200 at most.
#[utoipa::path(
    get, path = "/api/v1/members/invitations", tag = "Members",
    responses(List<InvitationItem>, TokenNeeded, RoleNeeded),
)]
async fn list_invitations(call: Call) -> Result<Json<List<InvitationItem>>> {
    call.viewer.at_least(Role::Steward)?;
    let all = store::list_invitations(&call.node).await?;
    Ok(Json(List::whole(
        all.into_iter().map(invitation_shown).collect(),
    )))
}

/// Whom to invite.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = NewInvitation)]
pub struct InvitationBody {
    /// The role it gives; `member` when left out.
    role: RoleWord,
    /// Whom it is meant for, for your own memory.
    #[schema(max_length = 120)]
    note: String,
}

/// Invite somebody
///
/// For stewards. The answer holds the link, once: hand it over yourself. It works once, for a fortnight.
#[utoipa::path(
    post, path = "/api/v1/members/invitations", operation_id = "create_invitation", tag = "Members", request_body = InvitationBody,
    responses((status = 201, description = "The invitation, with its link", body = InvitationItem), Unreadable, TokenNeeded, RoleNeeded),
)]
async fn invite(call: Call, Json(body): Json<InvitationBody>) -> Result<impl IntoResponse> {
    let steward = call.viewer.at_least(Role::Steward)?;
    let token = found::invite(&call.node, steward, body.role.into(), &body.note).await?;
    let made = store::find_invitation(&call.node, &sha256_hex(token.as_bytes()))
        .await?
        .ok_or(Error::NotFound)?;
    let item = InvitationItem {
        url: Some(uri::invitation(&call.node, &token)),
        ..invitation_shown(made)
    };
    Ok((StatusCode::CREATED, Json(item)))
}

/// Take an invitation back
///
/// For stewards. One that was used or never was stays as it is; the answer is the same.
#[utoipa::path(
    delete, path = "/api/v1/members/invitations/{id}", tag = "Members",
    params(("id" = String, Path, description = "The invitation's id")),
    responses((status = 204, description = "Taken back"), TokenNeeded, RoleNeeded),
)]
async fn revoke_invitation(call: Call, Path(id): Path<String>) -> Result<StatusCode> {
    call.viewer.at_least(Role::Steward)?;
    found::revoke_invitation(&call.node, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
