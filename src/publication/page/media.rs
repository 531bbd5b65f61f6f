//! Pictures, for those who may see a publication that shows them (D28).

use crate::base::{Error, Result};
use crate::directory::{Viewer, Visit};
use crate::publication::store;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::header;

/// A picture's name never means other bytes; but a withdrawn one must leave the caches within a day.
const FOR_ALL: &str = "public, max-age=86400, immutable";
const FOR_ONE: &str = "private, max-age=86400, immutable";

/// `GET /media/{name}`
pub async fn read(visit: Visit, Path(name): Path<String>) -> Result<Response> {
    // A thumbnail follows the rule of its picture.
    let whole = name.replacen(".thumb.", ".", 1);
    let node = &visit.node;
    let cache = if store::may_see_media(node, &Viewer::stranger(), &whole).await? {
        FOR_ALL
    } else if store::may_see_media(node, &visit.viewer, &whole).await? {
        FOR_ONE
    } else {
        return Err(Error::NotFound);
    };
    let (bytes, media_type) = node.media.read(&name).await?;
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, cache),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "sandbox; default-src 'none'",
        ),
    ];
    Ok((headers, bytes).into_response())
}
