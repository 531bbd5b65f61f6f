//! What comes: every shape that real peers are known to send.

use super::limits::{self, ATTACHMENTS_READ, ID_BYTES_MAX, RECIPIENTS_READ, clip, short};
use crate::base::clock::parse_rfc3339;
use crate::base::{Error, Millis, Result, text};
use crate::directory::uri::PUBLIC;
use crate::federation::vocabulary::PREFIX;
use crate::publication::draft::{language_fits, licence_of_url};
use crate::publication::kind::FIELD_CHARS_MAX;
use crate::publication::{Audience, Detail, Kind, Picture, Place, Text};
use serde_json::{Map, Value, json};

const NAME_CHARS_MAX: usize = 300;
const SUMMARY_CHARS_MAX: usize = 1_000;
const HTML_BYTES_MAX: usize = 400_000;
const TEXTS_MAX: usize = 20;
const MEDIA_TYPE_CHARS_MAX: usize = 100;

/// A foreign object, read: who gives it is still a claim.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Its id.
    pub id: String,
    /// Its page.
    pub url: String,
    /// Its type.
    pub wire_type: String,
    /// Its author's URI.
    pub author: String,
    /// URIs that may be its network: its audience and who it is attributed to, of its own origin only. To be
    /// addressed is not enough: on a shared host anybody may mention a Group.
    pub networks: Vec<String>,
    /// Whom it is meant for.
    pub audience: Audience,
    /// Its language.
    pub language: String,
    /// Its licence.
    pub licence: String,
    /// When it starts.
    pub start_time: Option<Millis>,
    /// When it ends.
    pub end_time: Option<Millis>,
    /// In which zone.
    pub timezone: Option<String>,
    /// Where.
    pub place: Option<Place>,
    /// Its picture.
    pub picture: Option<Picture>,
    /// What only its kind has.
    pub detail: Detail,
    /// Its texts.
    pub texts: Vec<Text>,
    /// When it was published.
    pub published: Option<Millis>,
    /// When it was edited.
    pub updated: Option<Millis>,
}

/// The id of a value that is a URI or an object with one.
#[must_use]
pub fn id_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(id) => Some(id.as_str()),
        Value::Object(map) => map
            .get("id")
            .or_else(|| map.get("href"))
            .and_then(Value::as_str),
        Value::Array(items) => items.iter().find_map(id_of),
        _ => None,
    }
    .filter(|id| !id.is_empty())
}

/// All ids of a value that is one or many.
#[must_use]
pub fn ids_of(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::Array(items)) => items
            .iter()
            .take(RECIPIENTS_READ)
            .filter_map(id_of)
            .collect(),
        Some(value) => id_of(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The type of an object: the first one named that is plain.
#[must_use]
pub fn type_of(value: &Value) -> Option<&str> {
    match value.get("type")? {
        Value::String(name) => Some(name),
        Value::Array(names) => names.iter().find_map(Value::as_str),
        _ => None,
    }
}

fn words(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Object(map)) => words(map.get("@value")),
        _ => String::new(),
    }
}

fn time(value: Option<&Value>) -> Option<Millis> {
    value.and_then(Value::as_str).and_then(parse_rfc3339)
}

fn is_public(id: &str) -> bool {
    matches!(id, PUBLIC | "as:Public" | "Public")
}

/// Reads a foreign object; `None` when it is of a type we keep out.
///
/// # Errors
/// [`Error::Refused`] when it lacks what every object needs.
pub fn read(value: &Value) -> Result<Option<Incoming>> {
    read_said_by(value, None)
}

/// Reads a foreign object that may leave its author to the activity around it (wire: missing
/// `attributedTo`).
///
/// # Errors
/// As [`read`].
pub fn read_said_by(value: &Value, speaker: Option<&str>) -> Result<Option<Incoming>> {
    limits::check(value)?;
    let bad = Error::refused;
    let wire_type = type_of(value).ok_or_else(|| bad("object_without_type"))?;
    let word = value.get("atelier:kind").and_then(Value::as_str);
    let Some(kind) = Kind::of_foreign(word, wire_type) else {
        return Ok(None);
    };
    let id = value
        .get("id")
        .and_then(Value::as_str)
        .ok_or_else(|| bad("object_without_id"))?;
    let attributed = ids_of(value.get("attributedTo"));
    let actor = value.get("actor").and_then(id_of);
    let author = if kind == Kind::Event {
        actor.or(attributed.first().copied())
    } else {
        attributed.first().copied().or(actor)
    };
    let author = author
        .or(speaker)
        .ok_or_else(|| bad("object_without_author"))?;
    let addressed: Vec<&str> = ids_of(value.get("to"))
        .into_iter()
        .chain(ids_of(value.get("cc")))
        .collect();
    let mut networks: Vec<String> = Vec::new();
    for candidate in ids_of(value.get("audience")).into_iter().chain(attributed) {
        let foreign = !crate::trust::origin::may_speak_for(id, candidate);
        if candidate != author
            && !foreign
            && !is_public(candidate)
            && !networks.iter().any(|n| n == candidate)
        {
            networks.push(candidate.to_owned());
        }
    }
    networks.truncate(4);
    let audience = if addressed.iter().any(|id| is_public(id)) {
        Audience::Public
    } else {
        Audience::Followers
    };
    let texts = read_texts(value);
    let own = value.as_object().into_iter().flatten();
    let detail: Map<String, Value> = own
        .filter_map(|(key, value)| Some((key.strip_prefix(PREFIX)?.to_owned(), value.clone())))
        .filter(|(key, value)| key != "kind" && fits(value))
        .collect();
    let mut detail = Detail::read(kind, &detail);
    if kind == Kind::Event && detail.text("website").is_empty() {
        detail = with_website(value, detail);
    }
    let licence = value
        .get("license")
        .or_else(|| value.get("licence"))
        .and_then(id_of)
        .and_then(|licence| short(licence, ID_BYTES_MAX))
        .unwrap_or_default();
    Ok(Some(Incoming {
        url: page_of(value).unwrap_or_else(|| id.to_owned()),
        id: id.to_owned(),
        wire_type: wire_type.to_owned(),
        author: author.to_owned(),
        networks,
        audience,
        language: texts
            .first()
            .map(|text| text.language.clone())
            .unwrap_or_default(),
        licence: licence_of_url(licence).map_or_else(|| licence.to_owned(), str::to_owned),
        start_time: time(value.get("startTime")),
        end_time: time(value.get("endTime")),
        timezone: value
            .get("timezone")
            .and_then(Value::as_str)
            .filter(|zone| jiff::tz::TimeZone::get(zone).is_ok())
            .map(str::to_owned),
        place: value.get("location").and_then(read_place),
        picture: value.get("image").and_then(read_picture),
        detail,
        texts,
        published: time(value.get("published")),
        updated: time(value.get("updated")),
    }))
}

/// Whether a property of a kind is of a size that can be kept: as much as our own form takes.
fn fits(value: &Value) -> bool {
    match value {
        Value::String(text) => text.chars().count() <= FIELD_CHARS_MAX,
        Value::Array(_) | Value::Object(_) => value.to_string().len() <= FIELD_CHARS_MAX,
        _ => true,
    }
}

fn with_website(value: &Value, detail: Detail) -> Detail {
    let links = value
        .get("attachment")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .take(ATTACHMENTS_READ);
    let website = links
        .filter(|link| link.get("name").and_then(Value::as_str) == Some("Website"))
        .find_map(|link| link.get("href").and_then(Value::as_str))
        .filter(|href| href.starts_with("https://") && href.len() <= ID_BYTES_MAX);
    let Some(website) = website else {
        return detail;
    };
    let mut map = detail.to_map();
    map.insert("website".into(), json!(website));
    Detail::read(detail.kind(), &map)
}

/// The page of an object: `url` as text, a Link, or the HTML one of several.
#[must_use]
pub fn page_of(value: &Value) -> Option<String> {
    let html = |link: &Value| {
        link.get("mediaType")
            .and_then(Value::as_str)
            .is_none_or(|m| m.starts_with("text/html"))
    };
    let page = match value.get("url")? {
        Value::Array(links) => links
            .iter()
            .find(|link| html(link))
            .or(links.first())
            .and_then(id_of),
        one => id_of(one),
    }?;
    let on_the_web = page.starts_with("https://") || page.starts_with("http://");
    (on_the_web && page.len() <= ID_BYTES_MAX).then(|| page.to_owned())
}

fn read_texts(value: &Value) -> Vec<Text> {
    let map = |key: &str| value.get(key).and_then(Value::as_object);
    let (names, contents, summaries) = (map("nameMap"), map("contentMap"), map("summaryMap"));
    let content = words(value.get("content"));
    let named = value
        .get("inLanguage")
        .and_then(Value::as_str)
        .map(str::to_owned);
    // The language whose text is the content itself, else the first key (Mastodon's reading).
    let by_value = contents.and_then(|c| {
        c.iter()
            .find(|(_, html)| html.as_str() == Some(&content))
            .map(|(k, _)| k.clone())
    });
    let first = contents.or(names).and_then(|c| c.keys().next().cloned());
    let original = by_value
        .or(named)
        .or(first)
        .filter(|code| language_fits(code))
        .unwrap_or_else(|| "und".into());
    let text = |language: &str, is_original: bool| -> Text {
        let pick = |map: Option<&Map<String, Value>>, plain: &str| {
            let here = map
                .and_then(|map| map.get(language))
                .map(|value| words(Some(value)));
            here.or_else(|| is_original.then(|| words(value.get(plain))))
                .unwrap_or_default()
        };
        let html = pick(contents, "content");
        let html = clip(&html, HTML_BYTES_MAX);
        Text {
            language: language.to_owned(),
            original: is_original,
            name: text::plain_line(
                &text::plain(&pick(names, "name"), NAME_CHARS_MAX),
                NAME_CHARS_MAX,
            ),
            summary: text::plain(
                clip(&pick(summaries, "summary"), HTML_BYTES_MAX),
                SUMMARY_CHARS_MAX,
            ),
            source: None,
            html: text::sanitise(html),
        }
    };
    let mut texts = vec![text(&original, true)];
    if let Some(first) = texts.first_mut().filter(|text| text.name.is_empty()) {
        first.name = text::plain(&first.html, 80);
        if first.name.is_empty() {
            first.name = "…".into();
        }
    }
    let others = contents
        .map(|map| map.keys().cloned().collect::<Vec<_>>())
        .unwrap_or_default();
    for language in others
        .iter()
        .filter(|code| **code != original && language_fits(code))
        .take(TEXTS_MAX)
    {
        let mut other = text(language, false);
        if other.name.is_empty() {
            other.name = texts
                .first()
                .map(|text| text.name.clone())
                .unwrap_or_default();
        }
        texts.push(other);
    }
    texts
}

fn read_picture(value: &Value) -> Option<Picture> {
    let image = match value {
        Value::Array(images) => images.last()?,
        one => one,
    };
    let src = match image {
        Value::String(url) => url.clone(),
        image => page_of(image)
            .or_else(|| image.get("href").and_then(Value::as_str).map(str::to_owned))?,
    };
    (src.starts_with("https://") && src.len() <= ID_BYTES_MAX).then(|| Picture {
        src,
        alt: text::plain_line(&words(image.get("name")), NAME_CHARS_MAX),
        media_type: text::plain_line(
            &words(image.get("mediaType").or_else(|| image.get("mimeType"))),
            MEDIA_TYPE_CHARS_MAX,
        ),
    })
}

fn read_place(value: &Value) -> Option<Place> {
    let line = |value: Option<&Value>| text::plain_line(&words(value), NAME_CHARS_MAX);
    match value {
        Value::Array(places) => places.iter().find_map(read_place),
        Value::String(name) => Some(Place {
            name: text::plain_line(name, NAME_CHARS_MAX),
            ..Place::default()
        }),
        Value::Object(map) => {
            let address = map.get("address");
            let part = |key: &str| line(address.and_then(|address| address.get(key)));
            let place = Place {
                name: line(map.get("name")),
                street: match address {
                    Some(Value::String(text)) => text::plain_line(text, NAME_CHARS_MAX),
                    _ => part("streetAddress"),
                },
                postcode: part("postalCode"),
                locality: part("addressLocality"),
                region: part("addressRegion"),
                country: part("addressCountry"),
                latitude: map
                    .get("latitude")
                    .and_then(Value::as_f64)
                    .filter(|d| d.abs() <= 90.0),
                longitude: map
                    .get("longitude")
                    .and_then(Value::as_f64)
                    .filter(|d| d.abs() <= 180.0),
            };
            (!place.is_empty()).then_some(place)
        }
        _ => None,
    }
}
