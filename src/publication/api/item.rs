//! A publication as programs read it: in a list, whole, and as it was at each revision.

use super::word::{AudienceWord, DetailMap, KindWord, Location, StatusWord, VerifiedWord};
use crate::base::clock::rfc3339;
use crate::base::{Error, Node, Result};
use crate::directory::api::ActorItem;
use crate::directory::{Member, Viewer, home, uri};
use crate::publication::store::{self, Revision, SavedDraft};
use crate::publication::{Audience, Draft, Listed, Picture, Producer, Publication, draft, publish};
use serde::Serialize;
use utoipa::ToSchema;

/// A picture.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Picture)]
pub struct PictureItem {
    /// Ours: the file's name, as `POST /media` gave it. Null for a picture that stays on another node.
    name: Option<String>,
    /// Where it is read.
    #[schema(format = "uri")]
    url: String,
    /// What it shows, for those who do not see it.
    alt: String,
    /// Its media type.
    media_type: String,
}

impl PictureItem {
    fn of(node: &Node, local: bool, picture: Picture) -> Self {
        Self {
            url: if local {
                uri::media(node, &picture.src)
            } else {
                picture.src.clone()
            },
            name: local.then_some(picture.src),
            alt: picture.alt,
            media_type: picture.media_type,
        }
    }
}

/// A publication in a list, of this node or a copy of another's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Publication)]
pub struct Item {
    /// Its id on this node; for what was published here, the last part of its URI.
    id: String,
    /// Its URI, which is what it is, everywhere.
    #[schema(format = "uri")]
    uri: String,
    /// Its page at its producer's.
    #[schema(format = "uri")]
    url: String,
    /// Where this node shows it; a draft to its writer only.
    #[schema(format = "uri")]
    page: String,
    /// Which sort it is.
    kind: KindWord,
    /// Its name, one line.
    name: String,
    /// Two sentences, plain.
    summary: String,
    /// The language it was written in (BCP 47).
    #[schema(example = "fr")]
    language: String,
    /// Its licence: an SPDX id, or the address of its text.
    #[schema(example = "CC-BY-SA-4.0")]
    licence: String,
    /// When it was first published; null for a draft.
    #[schema(format = DateTime)]
    published: Option<String>,
    /// When it was last edited, or a draft last saved.
    #[schema(format = DateTime)]
    updated: Option<String>,
    /// Whether it was published on this node.
    local: bool,
    /// Whom it is meant for.
    audience: AudienceWord,
    /// Who wrote it.
    attributed_to: Vec<ActorItem>,
    /// The network that gave it.
    network: Option<ActorItem>,
    /// How this node knows that a copy is its producer's; null for its own.
    verified: Option<VerifiedWord>,
    /// When an event starts.
    #[schema(format = DateTime)]
    start_time: Option<String>,
    /// When an event ends.
    #[schema(format = DateTime)]
    end_time: Option<String>,
    /// The time zone its times are meant in (IANA).
    #[schema(example = "Europe/Paris")]
    timezone: Option<String>,
    /// Where it takes place.
    location: Option<Location>,
    /// Its picture.
    picture: Option<PictureItem>,
    /// Whether others can see it.
    status: StatusWord,
    /// With `q`: a piece of its text, HTML, the words found in `<mark>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) snippet: Option<String>,
}

fn producer(producer: Producer) -> ActorItem {
    ActorItem {
        uri: producer.uri,
        name: producer.name,
        handle: producer.handle,
        host: producer.host,
    }
}

impl Item {
    /// Its id on this node.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// A card as an item.
    pub(super) fn of(node: &Node, listed: Listed) -> Self {
        let page = uri::publication_path(&listed.id);
        Self {
            uri: listed.uri,
            url: listed.url,
            page: format!("{}{page}", node.origin()),
            kind: KindWord(listed.kind.code().to_owned()),
            name: listed.name,
            summary: listed.summary,
            language: listed.language,
            licence: listed.licence,
            published: Some(rfc3339(listed.published)),
            updated: listed.updated.map(rfc3339),
            local: listed.local,
            audience: listed.audience.into(),
            attributed_to: vec![producer(listed.author)],
            network: listed.network.map(producer),
            verified: listed.verified.map(VerifiedWord::from),
            start_time: listed.start_time.map(rfc3339),
            end_time: listed.end_time.map(rfc3339),
            timezone: listed.timezone,
            location: listed.place.map(Location::from),
            picture: listed
                .picture
                .map(|picture| PictureItem::of(node, listed.local, picture)),
            status: StatusWord::Published,
            snippet: None,
            id: listed.id,
        }
    }
}

/// A publication's text in one language.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Text)]
pub struct TextItem {
    /// BCP 47.
    language: String,
    /// Whether it was written in this language.
    original: bool,
    /// Its name.
    name: String,
    /// Its summary.
    summary: String,
    /// Its text, HTML.
    content: String,
}

/// A publication with all that is known of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WholePublication)]
pub struct Whole {
    /// What a list says of it.
    #[serde(flatten)]
    pub(super) item: Item,
    /// Its text, HTML, safe to show.
    content: String,
    /// Its text as it was typed, Markdown; null unless you may edit it.
    source: Option<String>,
    /// What only its kind has.
    detail: DetailMap,
    /// 1, 2, 3..: send it back with an edit. 0 for a draft.
    revision: i64,
    /// Its texts, the original first.
    texts: Vec<TextItem>,
}

/// A publication that a viewer may see, whole.
///
/// # Errors
/// [`Error::NotFound`] when there is none for them.
pub(super) async fn whole(node: &Node, viewer: &Viewer, publication: Publication) -> Result<Whole> {
    let ids = [publication.id.clone()];
    let listed = store::list_by_ids(node, viewer, &ids).await?;
    let listed = listed.into_iter().next().ok_or(Error::NotFound)?;
    let mine = viewer
        .member
        .as_ref()
        .is_some_and(|member| publish::may_edit(member, &publication).is_ok());
    Ok(Whole {
        item: Item::of(node, listed),
        content: publication.original().html.clone(),
        source: publication.original().source.clone().filter(|_| mine),
        detail: DetailMap(publication.detail.to_map()),
        revision: publication.revision,
        texts: publication
            .texts
            .into_iter()
            .map(|text| TextItem {
                language: text.language,
                original: text.original,
                name: text.name,
                summary: text.summary,
                content: text.html,
            })
            .collect(),
    })
}

/// A member's own draft, whole.
///
/// # Errors
/// When the database refuses.
pub(super) async fn whole_draft(node: &Node, writer: &Member, saved: SavedDraft) -> Result<Whole> {
    let content = crate::base::text::markdown_to_html(&saved.body.content);
    let text = TextItem {
        language: saved.body.language.clone(),
        original: true,
        name: saved.body.name.clone(),
        summary: saved.body.summary.clone(),
        content: content.clone(),
    };
    Ok(Whole {
        content,
        source: Some(saved.body.content.clone()),
        detail: DetailMap(saved.body.detail.clone()),
        revision: saved.body.revision,
        texts: vec![text],
        item: draft_item(node, writer, saved).await?,
    })
}

/// A member's own draft as an item.
///
/// # Errors
/// When the database refuses.
pub(super) async fn draft_item(node: &Node, writer: &Member, saved: SavedDraft) -> Result<Item> {
    let home = home(node).await?;
    let body = saved.body;
    let at = |text: &str| draft::read_time(text, &body.timezone).map(rfc3339);
    let uri = uri::publication(node, &saved.id);
    Ok(Item {
        url: uri.clone(),
        uri,
        page: format!("{}/write/draft/{}", node.origin(), saved.id),
        published: None,
        updated: Some(rfc3339(saved.saved_at)),
        local: true,
        audience: Audience::from_code(&body.audience)
            .unwrap_or(Audience::Public)
            .into(),
        attributed_to: vec![ActorItem {
            uri: uri::user(node, &writer.handle),
            name: writer.name.clone(),
            handle: writer.handle.clone(),
            host: node.config.domain.clone(),
        }],
        network: Some(ActorItem::from(&home.network)),
        verified: None,
        start_time: at(&body.start_time),
        end_time: at(&body.end_time),
        timezone: Some(body.timezone).filter(|zone| !zone.is_empty()),
        location: Some(body.place)
            .filter(|place| !place.is_empty())
            .map(Location::from),
        picture: body
            .picture
            .map(|picture| PictureItem::of(node, true, picture)),
        status: StatusWord::Draft,
        snippet: None,
        kind: KindWord(body.kind),
        name: body.name,
        summary: body.summary,
        language: body.language,
        licence: body.licence,
        id: saved.id,
    })
}

/// A publication as it was published at one moment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Revision)]
pub struct RevisionItem {
    /// 1, 2, 3..
    revision: i64,
    /// Who published it, by name.
    by: String,
    /// When.
    #[schema(format = DateTime)]
    published: String,
    /// Its name then.
    name: String,
    /// Its summary then.
    summary: String,
    /// Its text then, Markdown.
    source: String,
    /// Its language then.
    language: String,
    /// Its licence then.
    licence: String,
    /// What only its kind has, then.
    detail: DetailMap,
}

impl From<Revision> for RevisionItem {
    fn from(held: Revision) -> Self {
        let Draft {
            name,
            summary,
            content,
            language,
            licence,
            detail,
            ..
        } = held.body;
        Self {
            revision: held.revision,
            by: held.by,
            published: rfc3339(held.at),
            name,
            summary,
            source: content,
            language,
            licence,
            detail: DetailMap(detail),
        }
    }
}
