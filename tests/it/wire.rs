//! What we send, kept as snapshots, and what real peers send, read without stumbling.

use crate::rig::{Alliance, event, experience};
use atelier::federation::document;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn snapshots() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../fixtures/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings
}

#[tokio::test]
async fn what_we_serve_is_what_we_meant() {
    let [loos] = Alliance::of(["loos"]).await;
    let experience = loos.publishes(experience("A street without cars")).await;
    let event = loos.publishes(event("Half a day to measure")).await;
    Alliance::settle(&[&loos]).await;
    let origin = loos.origin();
    let pages = [
        ("experience", experience.uri),
        ("event", event.uri),
        ("network", format!("{origin}/groups/loos")),
        ("member", format!("{origin}/users/ana")),
        ("node", format!("{origin}/actor")),
        (
            "network-outbox",
            format!("{origin}/groups/loos/outbox?page=first"),
        ),
        (
            "webfinger",
            format!("{origin}/.well-known/webfinger?resource=acct:loos@loos.test"),
        ),
        ("nodeinfo", format!("{origin}/nodeinfo/2.1")),
    ];
    for (name, url) in pages {
        let document = loos.document(&url).await;
        assert!(no_nulls(&document), "{name} holds a null");
        snapshots().bind(|| insta::assert_json_snapshot!(name, document));
    }
}

fn no_nulls(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().all(no_nulls),
        Value::Object(map) => map.values().all(no_nulls),
        _ => true,
    }
}

/// Real peers' payloads, kept beside the project; `ATELIER_SHARED` names another place.
fn payloads() -> Option<PathBuf> {
    let named = std::env::var_os("ATELIER_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|dir| dir.join("shared"))
        .find(|dir| dir.join("payloads").is_dir());
    named.or(beside).map(|dir| dir.join("payloads"))
}

fn all_json(dir: &Path, out: &mut Vec<PathBuf>) {
    for item in std::fs::read_dir(dir).expect("a folder") {
        let path = item.expect("an item").path();
        if path.is_dir() {
            all_json(&path, out);
        } else if path.extension().is_some_and(|ext| ext == "json") {
            out.push(path);
        }
    }
}

#[test]
fn what_peers_send_is_read_without_stumbling() {
    let Some(dir) = payloads() else {
        eprintln!(
            "SKIPPED: the payloads of real peers are absent; set ATELIER_SHARED to the folder that holds them"
        );
        return;
    };
    let mut paths = Vec::new();
    all_json(&dir, &mut paths);
    let (mut events, mut texts) = (0, 0);
    for path in &paths {
        let raw = std::fs::read_to_string(path).expect("a payload");
        let Ok(value) = atelier::trust::json::parse(&raw) else {
            continue;
        };
        for candidate in [
            Some(&value),
            value.get("object"),
            value.get("object").and_then(|o| o.get("object")),
        ]
        .into_iter()
        .flatten()
        {
            let speaker = value
                .get("actor")
                .and_then(document::id_of)
                .or(Some("https://speaker.example/1"));
            let read = document::read_said_by(candidate, speaker);
            if candidate["type"] == "Event" && read.is_err() {
                println!("{}: {:?}", path.display(), read.as_ref().err());
            }
            if let Ok(Some(read)) = read {
                assert!(
                    !read.texts.is_empty() && !read.texts[0].name.is_empty(),
                    "{} has a name",
                    path.display()
                );
                if read.detail.kind().code() == "event" {
                    events += 1;
                } else {
                    texts += 1;
                }
            }
        }
    }
    println!(
        "{} payloads, {events} events and {texts} texts among them",
        paths.len()
    );
    assert!(events > 30 && texts > 40, "{events} events, {texts} texts");
}

#[test]
fn a_mobilizon_event_is_read_with_its_place() {
    let Some(dir) = payloads() else {
        eprintln!(
            "SKIPPED: the payloads of real peers are absent; set ATELIER_SHARED to the folder that holds them"
        );
        return;
    };
    let raw = std::fs::read_to_string(dir.join("mobilizon/lemmytests_objects_event.json"))
        .expect("a payload");
    let value = atelier::trust::json::parse(&raw).expect("JSON");
    let event = document::read(&value)
        .expect("an object")
        .expect("an event");
    assert!(
        event.start_time.is_some() && event.place.is_some(),
        "{event:?}"
    );
    assert!(
        !event.networks.is_empty() || event.author.contains("/@"),
        "{event:?}"
    );
}
