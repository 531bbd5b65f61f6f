//! Every shape in which real peers were seen to write an object: each is read, and reads as the plain
//! one does.

use super::{Incoming, id_of, ids_of, page_of, read, type_of};
use crate::base::Node;
use crate::federation::actor;
use crate::publication::Audience;
use serde_json::{Value, json};

const AUTHOR: &str = "https://a.example/users/x";
const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

fn plain() -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": "https://a.example/1", "type": "Article",
        "attributedTo": AUTHOR, "name": "A name", "content": "<p>Words</p>", "to": [PUBLIC],
        "published": "2026-11-20T09:00:00Z", "url": "https://a.example/page",
    })
}

fn with(changes: Value) -> Value {
    let mut object = plain();
    let Value::Object(changes) = changes else {
        return object;
    };
    for (key, value) in changes {
        object[key] = value;
    }
    object
}

fn reading(object: &Value) -> Incoming {
    read(object)
        .unwrap_or_else(|error| panic!("{error}: {object}"))
        .unwrap_or_else(|| panic!("kept out: {object}"))
}

#[test]
fn every_shape_of_an_object_is_read_as_the_plain_one() {
    let link = json!({"type": "Link", "href": "https://a.example/page", "mediaType": "text/html"});
    let same = [
        // An id, an object with an id, several of either.
        json!({"attributedTo": {"type": "Person", "id": AUTHOR}}),
        json!({"attributedTo": [AUTHOR]}),
        json!({"attributedTo": [{"type": "Person", "id": AUTHOR}, {"type": "Group", "id": "https://b.example/g"}]}),
        json!({"attributedTo": null, "actor": {"id": AUTHOR, "type": "Person"}}),
        json!({"url": link}),
        json!({"url": [{"type": "Link", "href": "https://a.example/v", "mediaType": "video/mp4"}, link]}),
        json!({"url": ["https://a.example/page", "https://a.example/other"]}),
        json!({"audience": {"type": "Group", "id": "https://b.example/g"}}),
        json!({"context": "https://a.example/c"}),
        json!({"context": {"id": "https://a.example/c"}}),
        json!({"generator": {"type": "Application", "name": "x"}}),
        json!({"replies": {"type": "Collection", "first": {"items": []}}}),
        json!({"replies": "https://a.example/1/replies"}),
        json!({"icon": ["https://a.example/i.png"]}),
        // One or many.
        json!({"to": PUBLIC}),
        json!({"to": "as:Public"}),
        json!({"to": ["Public"]}),
        json!({"to": [], "cc": PUBLIC}),
        json!({"to": {"id": PUBLIC}}),
        json!({"cc": null, "bto": [], "bcc": "https://a.example/f"}),
        json!({"tag": {"type": "Hashtag", "name": "#x"}}),
        json!({"tag": [{"type": "Hashtag", "name": "#x"}, "odd", null]}),
        json!({"attachment": {"type": "Image", "url": "https://a.example/i.png"}}),
        json!({"attachment": [null, "odd", {"type": "PropertyValue", "name": "n", "value": "v"}]}),
        json!({"type": ["Article", "https://schema.org/Article"]}),
        json!({"@context": [PUBLIC, {"x": "y"}]}),
        json!({"@context": null}),
        // Nothing, said aloud.
        json!({"summary": null, "inReplyTo": null, "sensitive": null, "icon": null, "location": null, "image": null}),
        json!({"updated": null, "startTime": null, "license": null}),
        // Texts in the manner of JSON-LD, and words where truth is meant.
        json!({"name": {"@value": "A name"}}),
        json!({"name": {"@value": "A name", "@language": "en"}, "summary": {"@value": ""}}),
        json!({"sensitive": "true"}),
        // Moments with parts of a second, and of another place.
        json!({"published": "2026-11-20T09:00:00.000000000Z"}),
        json!({"published": "2026-11-20T10:00:00+01:00"}),
        json!({"published": " 2026-11-20T09:00:00.000+00:00 "}),
    ];
    let expected = reading(&plain());
    for changes in same {
        let got = reading(&with(changes.clone()));
        assert_eq!(got.author, expected.author, "{changes}");
        assert_eq!(got.audience, Audience::Public, "{changes}");
        assert_eq!(got.url, expected.url, "{changes}");
        assert_eq!(got.published, expected.published, "{changes}");
        assert_eq!(got.texts, expected.texts, "{changes}");
        assert_eq!(got.picture, None, "{changes}");
    }
}

#[test]
fn pictures_and_places_come_in_many_shapes() {
    let src = "https://a.example/i.png";
    for image in [
        json!(src),
        json!({"type": "Image", "url": src, "mediaType": "image/png"}),
        json!({"type": "Image", "url": src, "mimeType": "image/png"}),
        json!({"type": "Image", "url": {"type": "Link", "href": src}}),
        json!({"type": "Link", "href": src}),
        json!([{"type": "Image", "url": "https://a.example/small.png"}, {"type": "Image", "url": [{"href": src}]}]),
    ] {
        let got = reading(&with(json!({"image": image.clone()})));
        assert_eq!(got.picture.map(|p| p.src).as_deref(), Some(src), "{image}");
    }
    for place in [
        json!("La Halle"),
        json!({"type": "Place", "name": "La Halle"}),
        json!({"type": ["Place", "geojson:Feature"], "name": "La Halle", "address": null}),
        json!({"type": "Place", "name": {"@value": "La Halle"}, "address": "1, rue X"}),
        json!([{"type": "VirtualLocation", "url": "https://a.example"}, {"type": "Place", "name": "La Halle"}]),
    ] {
        let got = reading(&with(json!({"type": "Event", "location": place.clone()})));
        assert_eq!(
            got.place.map(|p| p.name).as_deref(),
            Some("La Halle"),
            "{place}"
        );
    }
}

#[test]
fn of_many_objects_the_first_is_meant() {
    let flag = json!({"type": "Flag", "object": ["https://a.example/u", "https://a.example/1"]});
    assert_eq!(id_of(&flag["object"]), Some("https://a.example/u"));
    assert_eq!(
        id_of(&json!([null, 3, {"id": "https://a.example/1"}])),
        Some("https://a.example/1")
    );
    assert_eq!(id_of(&json!([])), None);
    assert_eq!(type_of(&json!({"type": [null, "Flag"]})), Some("Flag"));
    assert_eq!(type_of(&json!({"type": {"odd": 1}})), None);
    assert_eq!(page_of(&json!({"url": 3})), None);
    assert_eq!(
        page_of(&json!({"url": format!("https://a.example/{}", "x".repeat(3_000))})),
        None
    );
}

#[test]
fn what_is_long_is_read_as_far_as_it_is_useful() {
    let many: Vec<String> = (0..1_000)
        .map(|n| format!("https://a.example/u{n}"))
        .collect();
    assert_eq!(ids_of(Some(&json!(many))).len(), 100);
    let long = reading(&with(json!({
        "name": "é".repeat(10_000), "summary": "s".repeat(100_000),
        "content": format!("<p>{}</p>", "é".repeat(300_000)), "license": "l".repeat(9_000),
        "atelier:scope": "x".repeat(20_000), "image": format!("https://a.example/{}", "x".repeat(3_000)),
    })));
    let text = &long.texts[0];
    assert!(text.name.chars().count() <= 300 && text.summary.chars().count() <= 1_000);
    assert!(text.html.len() <= 500_000);
    assert!(long.licence.is_empty() && long.picture.is_none());
    assert!(long.detail.to_map().is_empty());
}

#[tokio::test]
async fn every_shape_of_an_actor_is_remembered() {
    let node = Node::for_tests("us.example", |_, _| {}).await;
    node.db.migrate().await.expect("migrations");
    let plain = json!({"id": AUTHOR, "type": "Person", "preferredUsername": "x", "inbox": "https://a.example/inbox"});
    let key = json!({"id": format!("{AUTHOR}#main-key"), "owner": AUTHOR, "publicKeyPem": include_str!("../../../tests/fixtures/keys/rsa-1.pub.pem")});
    for changes in [
        json!({}),
        json!({"publicKey": key}),
        json!({"publicKey": [key]}),
        json!({"publicKey": "https://a.example/users/x/key"}),
        json!({"endpoints": "https://a.example/endpoints"}),
        json!({"endpoints": {"sharedInbox": "https://a.example/shared"}}),
        json!({"name": null, "summary": null, "icon": null, "image": null, "url": null, "tag": null}),
        json!({"name": {"@value": "odd"}, "tag": {"type": "Emoji"}, "attachment": {"type": "Note"}}),
        json!({"url": ["https://a.example/@x"], "icon": [{"type": "Image"}]}),
        json!({"type": ["Person", "https://schema.org/Person"], "generator": {"type": "Application"}}),
    ] {
        let mut document = plain.clone();
        for (name, value) in changes.as_object().expect("an object") {
            document[name] = value.clone();
        }
        let got = actor::remember(&node, &document, &document.to_string()).await;
        let got = got.unwrap_or_else(|error| panic!("{error}: {document}"));
        assert_eq!(got.handle, "x", "{document}");
    }
}
