//! The pages on which people read, look for and write what Allies give.

mod bank;
pub mod card;
mod desk;
mod difference;
mod form;
mod history;
mod home;
mod media;
mod preview;
mod search;
mod sent;
mod show;
#[cfg(test)]
mod tests;
mod write;

use super::Draft;
use crate::base::{Error, Node, Result};
use crate::directory::Visit;
use crate::web::{Panel, component};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

pub use home::home_page;
pub use show::{Version, show};

/// The places on these pages that `server.rs` fills (D2).
#[derive(Clone, Copy)]
pub struct Panels {
    /// What an author learns before sending, above all who will receive it.
    pub before_sending: &'static [Panel<Visit, Draft>],
}

/// A form may carry a picture somewhat too large: it is read to its end, so that the form can come
/// back filled and say so.
const UPLOAD_FACTOR: usize = 3;
const TEXTS_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The doors of these pages; the home page and the page of a publication share their addresses with
/// documents, so `server.rs` opens them.
pub fn routes(node: &Node, panels: Panels) -> Router<Node> {
    let form_bytes_max = UPLOAD_FACTOR * node.config.media_bytes_max + TEXTS_BYTES_MAX;
    Router::new()
        .route("/write", get(write::choose).post(write::save))
        .layer(DefaultBodyLimit::max(form_bytes_max))
        .route("/write/{kind}", get(write::begin))
        .route("/write/autosave", post(write::autosave))
        .route("/write/draft/{id}", get(write::go_on))
        .route("/write/draft/{id}/preview", get(preview::preview))
        .route("/write/draft/{id}/discard", post(write::discard))
        .route("/publications/{id}/edit", get(write::edit))
        .route("/publications/{id}/withdrawal", post(write::withdraw))
        .route("/publications/{id}/revisions", get(history::revisions))
        .route("/experiences", get(bank::experiences))
        .route("/papers", get(bank::papers))
        .route("/agenda", get(bank::agenda))
        .route("/search", get(search::search))
        .route("/media/{name}", get(media::read))
        .route("/design", get(design))
        .layer(axum::Extension(panels))
}

/// The design kit, to look at while building.
async fn design(visit: Visit) -> Result<Response> {
    if !visit.node.config.dev {
        return Err(Error::NotFound);
    }
    Ok(component::component_page(&visit.chrome()).into_response())
}
