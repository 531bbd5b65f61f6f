//! What leaves: strictly what peers are known to understand.

use crate::base::clock::rfc3339;
use crate::base::{Error, Millis, Node, Result, text};
use crate::directory::uri::{self, PUBLIC};
use crate::directory::{Actor, keys};
use crate::federation::vocabulary::{PREFIX, document_context};
use crate::publication::draft::licence_url;
use crate::publication::{Audience, Kind, Place, Publication};
use crate::trust::proof;
use serde_json::{Map, Value, json};

/// Who gives a publication: needed to write it.
#[derive(Debug, Clone)]
pub struct Parties {
    /// Its author.
    pub author: Actor,
    /// Its network.
    pub network: Actor,
}

impl Parties {
    /// Who signs documents and activities about it: events the network, the rest the author (D10, D19).
    #[must_use]
    pub fn speaker(&self, kind: Kind) -> &Actor {
        if kind == Kind::Event {
            &self.network
        } else {
            &self.author
        }
    }

    /// Its `to` and `cc`.
    #[must_use]
    pub fn addressed(&self, kind: Kind, audience: Audience) -> (Vec<String>, Vec<String>) {
        let followers = |actor: &Actor| actor.followers.clone().unwrap_or_default();
        let (ours, theirs) = (followers(&self.network), followers(&self.author));
        match (audience, kind) {
            (Audience::Public, Kind::Event) => (vec![PUBLIC.into()], vec![ours]),
            (Audience::Public, _) => (
                vec![PUBLIC.into(), self.network.uri.clone()],
                vec![ours, theirs],
            ),
            (_, Kind::Event) => (vec![ours], vec![]),
            (_, _) => (vec![ours, theirs], vec![]),
        }
    }
}

/// The bare object, without context and proof, as it stands inside an activity.
#[must_use]
pub fn object(node: &Node, p: &Publication, parties: &Parties) -> Value {
    let kind = p.kind();
    let text = p.original();
    let (to, cc) = parties.addressed(kind, p.audience);
    let mut map = Map::new();
    let mut put = |key: &str, value: Value| {
        map.insert(key.to_owned(), value);
    };
    put("id", json!(p.uri));
    put("type", json!(kind.wire_type()));
    if kind == Kind::Event {
        put("actor", json!(parties.author.uri));
        put("attributedTo", json!(parties.network.uri));
    } else {
        put("attributedTo", json!(parties.author.uri));
        put("audience", json!(parties.network.uri));
    }
    put("to", json!(to));
    put("cc", json!(cc));
    put("name", json!(text.name));
    if !text.summary.is_empty() {
        put(
            "summary",
            json!(format!("<p>{}</p>", text::escape(&text.summary))),
        );
    }
    put("content", json!(text.html));
    put("contentMap", json!({ text.language.clone(): text.html }));
    put("nameMap", json!({ text.language.clone(): text.name }));
    put("mediaType", json!("text/html"));
    if let Some(source) = &text.source {
        put(
            "source",
            json!({"content": source, "mediaType": "text/markdown"}),
        );
    }
    put("inLanguage", json!(p.language));
    if let Some(url) = licence_url(&p.licence) {
        put("license", json!(url));
    }
    put("url", json!(p.url));
    put("published", json!(rfc3339(p.published)));
    if let Some(updated) = p.updated {
        put("updated", json!(rfc3339(updated)));
    }
    put("sensitive", json!(false));
    put("tag", json!([]));
    put_pictures(node, p, &mut put);
    if kind == Kind::Event {
        put_event(p, parties, &mut put);
    } else {
        put(
            "preview",
            json!({
                "type": "Note",
                "attributedTo": parties.author.uri,
                "content": format!("<p><strong>{}</strong></p><p>{}</p>", text::escape(&text.name), text::escape(&text.summary)),
            }),
        );
    }
    put("atelier:kind", json!(kind.code()));
    for (name, value) in p.detail.to_map() {
        put(&format!("{PREFIX}{name}"), value);
    }
    Value::Object(map)
}

fn put_pictures(node: &Node, p: &Publication, put: &mut impl FnMut(&str, Value)) {
    let mut attachments = Vec::new();
    if let Some(picture) = &p.picture {
        let url = uri::media(node, &picture.src);
        let image = |kind: &str, name: &str| json!({"type": kind, "mediaType": picture.media_type, "url": url, "name": name});
        put("image", image("Image", &picture.alt));
        // Mobilizon knows an event's picture by this very name.
        attachments.push(if p.kind() == Kind::Event {
            image("Document", "Banner")
        } else {
            image("Image", &picture.alt)
        });
    }
    let website = p.detail.text("website");
    if p.kind() == Kind::Event {
        let href = if website.starts_with("https://") {
            &website
        } else {
            &p.url
        };
        attachments.push(
            json!({"type": "Link", "mediaType": "text/html", "href": href, "name": "Website"}),
        );
    }
    put("attachment", Value::Array(attachments));
}

fn put_event(p: &Publication, parties: &Parties, put: &mut impl FnMut(&str, Value)) {
    let timezone = p.timezone.as_deref().unwrap_or("UTC");
    let local = |at: Millis| in_zone(at, timezone).unwrap_or_else(|| rfc3339(at));
    if let Some(start) = p.start_time {
        put("startTime", json!(local(start)));
    }
    if let Some(end) = p.end_time {
        put("endTime", json!(local(end)));
    }
    put("timezone", json!(timezone));
    if let Some(place) = &p.place {
        put("location", place_json(place));
    }
    put("uuid", json!(p.id));
    put("category", json!("MEETING"));
    put("eventStatus", json!("EventScheduled"));
    put("status", json!("CONFIRMED"));
    put("isOnline", json!(p.place.is_none()));
    put("draft", json!(false));
    put("joinMode", json!("none"));
    put("maximumAttendeeCapacity", json!(0));
    put("anonymousParticipationEnabled", json!(false));
    put("commentsEnabled", json!(false));
    put("repliesModerationOption", json!("closed"));
    put("contacts", json!([parties.author.uri]));
}

fn in_zone(at: Millis, timezone: &str) -> Option<String> {
    let moment = jiff::Timestamp::from_millisecond(at)
        .ok()?
        .in_tz(timezone)
        .ok()?;
    Some(moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

fn place_json(place: &Place) -> Value {
    let mut map = Map::new();
    map.insert("type".into(), json!("Place"));
    let name = if place.name.is_empty() {
        place.line()
    } else {
        place.name.clone()
    };
    map.insert("name".into(), json!(name));
    // Floats always: a whole number would be read as none by some.
    if let (Some(latitude), Some(longitude)) = (place.latitude, place.longitude) {
        map.insert("latitude".into(), json!(latitude));
        map.insert("longitude".into(), json!(longitude));
    }
    let parts = [
        ("streetAddress", &place.street),
        ("postalCode", &place.postcode),
        ("addressLocality", &place.locality),
        ("addressRegion", &place.region),
        ("addressCountry", &place.country),
    ];
    let mut address = Map::new();
    for (key, value) in parts {
        if !value.is_empty() {
            address.insert(key.into(), json!(value));
        }
    }
    if !address.is_empty() {
        address.insert("type".into(), json!("PostalAddress"));
        map.insert("address".into(), Value::Object(address));
    }
    Value::Object(map)
}

/// A document with its context first, and its proof when it is public (FEP-8b32).
///
/// # Errors
/// When the key cannot be opened.
pub async fn signed(
    node: &Node,
    bare: Value,
    speaker: &Actor,
    public: bool,
    created: Millis,
) -> Result<Value> {
    let Value::Object(bare) = bare else {
        return Err(Error::internal("a document is an object"));
    };
    let mut map = Map::new();
    map.insert("@context".into(), document_context());
    map.extend(bare);
    let mut document = Value::Object(map);
    if public {
        let key = keys::proof_key(node, speaker).await?;
        proof::sign(&mut document, &key, &rfc3339(created))?;
    }
    Ok(document)
}

/// The document served at a publication's id.
///
/// # Errors
/// When the key cannot be opened.
pub async fn served(node: &Node, p: &Publication, parties: &Parties) -> Result<Value> {
    let public = p.audience == Audience::Public;
    signed(
        node,
        object(node, p, parties),
        parties.speaker(p.kind()),
        public,
        p.version(),
    )
    .await
}

/// What stands where a withdrawn publication stood.
#[must_use]
pub fn tombstone(p: &Publication) -> Value {
    json!({
        "id": p.uri,
        "type": "Tombstone",
        "formerType": p.wire_type,
        "deleted": rfc3339(p.version()),
    })
}
