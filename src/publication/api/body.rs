//! A publication as programs send it, turned into the same draft that the form makes.

use super::word::{AudienceWord, DetailMap, KindWord, Location, StatusWord};
use crate::base::{Error, Node, Result};
use crate::directory::{Viewer, home};
use crate::publication::kind::Kind;
use crate::publication::{Draft, Picture, store};
use crate::web::api::nearest;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// What to publish, or to keep as a draft. What is left out is empty or as the network proposes it; with
/// PUT it stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PublicationBody)]
pub struct Body {
    /// Which sort. Needed for something new; it cannot change later.
    pub(super) kind: Option<KindWord>,
    /// Its name, one line. Needed.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// Two sentences, plain.
    #[schema(max_length = 500)]
    summary: Option<String>,
    /// Its text, Markdown. Needed to publish.
    #[schema(max_length = 100_000)]
    content: Option<String>,
    /// The language it is written in (BCP 47); the network's when left out.
    language: Option<String>,
    /// Whom it is meant for; `public` when left out. It cannot change once published.
    pub(super) audience: Option<AudienceWord>,
    /// SPDX id; the network's when left out.
    licence: Option<String>,
    /// What only its kind has. An experience needs `scope` and `limits` to be published.
    detail: Option<DetailMap>,
    /// When an event starts: RFC 3339, or a local time `2026-12-05T14:00` meant in `timezone`.
    #[schema(example = "2026-12-05T14:00:00+01:00")]
    start_time: Option<String>,
    /// When it ends, likewise.
    end_time: Option<String>,
    /// The time zone its times are meant in (IANA); the network's when left out.
    timezone: Option<String>,
    /// Where it takes place.
    location: Option<Location>,
    /// Its picture, uploaded before with `POST /media`.
    picture: Option<PictureBody>,
    /// `published` when left out. With PUT: what it is now when left out.
    pub(super) status: Option<StatusWord>,
    /// With PUT on something published: the revision you read, so that nobody's edit in between is
    /// overwritten. Left out, your words go over whatever stands there now.
    pub(super) revision: Option<i64>,
}

/// A picture that was uploaded before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PictureBody {
    /// Its name, as `POST /media` gave it.
    name: String,
    /// What it shows, for those who do not see it.
    #[serde(default)]
    alt: String,
}

impl Body {
    /// The draft that these words are. `held` is what they replace, when they replace something.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for a detail or a picture that cannot be.
    pub(super) async fn into_draft(
        self,
        node: &Node,
        viewer: &Viewer,
        held: Option<&Draft>,
    ) -> Result<Draft> {
        let settings = &home(node).await?.settings;
        let or = |given: Option<String>, held: Option<&String>, proposed: &str| {
            given
                .or_else(|| held.filter(|text| !text.is_empty()).cloned())
                .unwrap_or_else(|| proposed.to_owned())
        };
        let audience = self.audience.map(|word| word.code().to_owned());
        let kind = or(self.kind.map(|kind| kind.0), held.map(|d| &d.kind), "");
        let detail = match (self.detail, held) {
            (Some(given), _) => given.0,
            (None, Some(held)) => held.detail.clone(),
            (None, None) => Map::new(),
        };
        let as_it_was = |given: Option<String>, held: Option<&String>| {
            given.or_else(|| held.cloned()).unwrap_or_default()
        };
        let picture = match self.picture {
            None => held.and_then(|held| held.picture.clone()),
            Some(picture) => Some(known_picture(node, viewer, picture).await?),
        };
        Ok(Draft {
            detail: known_detail(&kind, detail, held)?,
            name: as_it_was(self.name, held.map(|d| &d.name)),
            summary: as_it_was(self.summary, held.map(|d| &d.summary)),
            content: as_it_was(self.content, held.map(|d| &d.content)),
            language: or(self.language, held.map(|d| &d.language), &settings.language),
            audience: or(audience, held.map(|d| &d.audience), "public"),
            licence: or(self.licence, held.map(|d| &d.licence), &settings.licence),
            start_time: as_it_was(self.start_time, held.map(|d| &d.start_time)),
            end_time: as_it_was(self.end_time, held.map(|d| &d.end_time)),
            timezone: or(self.timezone, held.map(|d| &d.timezone), &settings.timezone),
            place: match self.location {
                Some(given) => given.into(),
                None => held.map(|held| held.place.clone()).unwrap_or_default(),
            },
            picture,
            revision: self
                .revision
                .or(held.map(|held| held.revision))
                .unwrap_or_default(),
            kind,
        })
    }
}

/// A detail is made of its kind's own fields, all texts; what an import brought besides may stay.
fn known_detail(
    kind: &str,
    detail: Map<String, Value>,
    held: Option<&Draft>,
) -> Result<Map<String, Value>> {
    // A kind we do not know is the draft's own issue to tell.
    let Some(kind) = Kind::from_code(kind) else {
        return Ok(Map::new());
    };
    let known: Vec<&str> = kind.fields().iter().map(|field| field.name).collect();
    for (name, value) in &detail {
        let was_there = held.is_some_and(|held| held.detail.get(name) == Some(value));
        if was_there {
            continue;
        }
        if !known.contains(&name.as_str()) {
            let near = nearest(name, &known)
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            return Err(Error::BadRequest(format!(
                "detail: a {} has no field `{}`{near}",
                kind.code(),
                crate::base::text::plain_line(name, 100),
            )));
        }
        if !(value.is_string() || value.is_null()) {
            return Err(Error::BadRequest(format!("detail.{name} is a text")));
        }
    }
    Ok(detail
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect())
}

async fn known_picture(node: &Node, viewer: &Viewer, picture: PictureBody) -> Result<Picture> {
    if !store::may_see_media(node, viewer, &picture.name).await? {
        return Err(Error::BadRequest(
            "picture.name: upload the picture with POST /api/v1/media first; the answer names it"
                .into(),
        ));
    }
    let media_type = match picture.name.rsplit('.').next() {
        Some("png") => "image/png",
        _ => "image/jpeg",
    };
    Ok(Picture {
        media_type: media_type.to_owned(),
        src: picture.name,
        alt: picture.alt,
    })
}
