//! Evidence for programs: the file, and looking again.

use super::{Answer, Checked, page::download};
use crate::base::clock::rfc3339;
use crate::base::{Node, Result};
use crate::directory::visit::Call;
use crate::publication::evidence::Strength;
use crate::publication::store;
use crate::web::api::{Json, Missing, Withdrawn};
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// What the JSON doors of evidence say of themselves.
#[derive(OpenApi)]
#[openapi(paths(evidence, check), components(schemas(CheckItem)))]
pub struct Description;

/// The JSON doors of evidence.
pub fn routes() -> Router<Node> {
    Router::new()
        .route("/api/v1/publications/{id}/evidence", get(evidence))
        .route("/api/v1/publications/{id}/checks", post(check))
}

/// What came of looking again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Check)]
pub struct CheckItem {
    /// When; a moment ago at most when somebody else looked just before.
    #[schema(format = DateTime)]
    checked: String,
    /// What the evidence that is kept proves: `proof`, `signature`, `attested` (nothing its author signed is
    /// held), or `broken`.
    #[schema(example = "proof")]
    evidence: &'static str,
    /// The key that proves it.
    key: Option<String>,
    /// What its own node says now: `same`, `newer` (it was taken in), `different`, `gone`, `missing`, or
    /// `silent` (it was not reached).
    #[schema(example = "same")]
    origin: &'static str,
}

impl From<Checked> for CheckItem {
    fn from(checked: Checked) -> Self {
        Self {
            checked: rfc3339(checked.at),
            evidence: match checked.evidence {
                Some(Strength::Proof) => "proof",
                Some(Strength::Signature) => "signature",
                Some(Strength::Attested) => "attested",
                None => "broken",
            },
            key: checked.key,
            origin: match checked.answer {
                Answer::Same => "same",
                Answer::Newer => "newer",
                Answer::Different => "different",
                Answer::Gone => "gone",
                Answer::Missing => "missing",
                Answer::Silent => "silent",
            },
        }
    }
}

/// The evidence of a publication, as one file
///
/// `atelier verify` checks it from itself alone. Of what is not everybody's there is none.
#[utoipa::path(
    get, path = "/api/v1/publications/{id}/evidence", operation_id = "show_evidence", tag = "Publications",
    params(("id" = String, Path, description = "Its id on this node")),
    responses((status = 200, description = "The file, of the format `atelier-evidence`, version 1", body = serde_json::Value), Missing, Withdrawn),
    security((), ("token" = [])),
)]
async fn evidence(call: Call, Path(id): Path<String>) -> Result<Response> {
    let publication = store::find_visible(&call.node, &call.viewer, &id).await?;
    Ok(download(
        &id,
        &super::to_take_along(&call.node, &publication).await?,
    ))
}

/// Look again whether a copy still is what its node says
///
/// The evidence that is kept is checked, and the publication's own node is asked. Nothing is lost by it; newer
/// words there are taken in. What was published here is 404: there is nobody else to ask.
#[utoipa::path(
    post, path = "/api/v1/publications/{id}/checks", operation_id = "check_publication", tag = "Publications",
    params(("id" = String, Path, description = "Its id on this node")),
    responses((status = 200, description = "What came of it", body = CheckItem), Missing, Withdrawn),
    security((), ("token" = [])),
)]
async fn check(call: Call, Path(id): Path<String>) -> Result<Json<CheckItem>> {
    let publication = store::find_visible(&call.node, &call.viewer, &id).await?;
    Ok(Json(super::check(&call.node, &publication).await?.into()))
}
