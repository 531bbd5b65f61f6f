//! Pictures for publications: one upload, turned upright, reduced, and rid of where it was taken.

use crate::base::{Error, Issues, Node, Result};
use crate::directory::uri;
use crate::directory::visit::Call;
use crate::publication::store;
use crate::web::api::{Json, NotRead, TokenNeeded, TooLarge, Unfit, Unreadable};
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::response::IntoResponse;
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

const ALT_BYTES_MAX: usize = 4 * 1024;

/// A picture that was stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stored {
    /// Its name: what a publication's `picture.name` takes.
    name: String,
    /// What it shows, as it was given.
    alt: String,
    /// Where it is read, once a publication shows it.
    #[schema(format = "uri")]
    url: String,
    /// `image/jpeg` or `image/png`.
    media_type: String,
    /// Width in pixels.
    width: u32,
    /// Height in pixels.
    height: u32,
}

/// The form of an upload.
#[derive(Serialize, ToSchema)]
pub struct Upload {
    /// The picture: JPEG, PNG, WebP or GIF.
    #[schema(value_type = String, format = Binary)]
    pub picture: Vec<u8>,
    /// What it shows, for those who do not see it.
    pub alt: String,
}

/// Upload a picture
///
/// It is decoded, turned upright, reduced to 2048 pixels and stored without its metadata. Name it then
/// in a publication's `picture`.
#[utoipa::path(
    post, path = "/api/v1/media", operation_id = "upload_picture", tag = "Publications",
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 201, description = "The picture was stored", body = Stored), Unreadable, TokenNeeded, TooLarge, NotRead, Unfit),
)]
pub(super) async fn upload(
    call: Call,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<impl IntoResponse> {
    let member = call.viewer.member()?;
    let multipart = multipart.map_err(|_| {
        Error::UnsupportedMediaType(
            "send a form, multipart/form-data, with the fields picture and alt".into(),
        )
    })?;
    let (file, alt) = read(&call.node, multipart).await?;
    let mut issues = Issues::default();
    if alt.trim().is_empty() {
        issues.add("alt", "issue-alt");
    }
    issues.or(())?;
    let picture = call.node.media.save_picture(file).await?;
    let name = picture.name();
    let mut tx = call.node.db.write().await?;
    store::save_media(&mut tx, &name, &member.id, &picture, call.node.now()).await?;
    tx.commit().await?;
    let stored = Stored {
        url: uri::media(&call.node, &name),
        alt,
        media_type: picture.media_type.to_owned(),
        width: picture.width,
        height: picture.height,
        name,
    };
    Ok((StatusCode::CREATED, Json(stored)))
}

async fn read(node: &Node, mut form: Multipart) -> Result<(Bytes, String)> {
    let (mut file, mut alt) = (None, String::new());
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("picture" | "file") => {
                file = Some(read_field(field, node.config.media_bytes_max).await?);
            }
            Some("alt") => {
                let bytes = read_field(field, ALT_BYTES_MAX).await?;
                alt = String::from_utf8_lossy(&bytes).trim().to_owned();
            }
            _ => {
                return Err(Error::BadRequest(
                    "the form has the fields picture (a file) and alt (what it shows)".into(),
                ));
            }
        }
    }
    let file = file.ok_or_else(|| {
        Error::BadRequest("the form has no field picture with a file in it".into())
    })?;
    Ok((file, alt))
}

async fn read_field(mut field: Field<'_>, bytes_max: usize) -> Result<Bytes> {
    let mut all = BytesMut::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        if all.len() + chunk.len() > bytes_max {
            return Err(Error::TooLarge(format!("at most {bytes_max} bytes here")));
        }
        all.extend_from_slice(&chunk);
    }
    Ok(all.freeze())
}

fn broken(_: MultipartError) -> Error {
    Error::BadRequest("the form broke off, or its boundary is not the one it names".into())
}
