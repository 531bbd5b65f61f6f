//! Every JSON door: who gets through, and whether its description is complete and true.

use super::*;
use atelier::api;
use atelier::directory::Role;
use atelier::directory::found::add_member;
use std::collections::{BTreeMap, BTreeSet};

/// Where nobody in particular, a member and a steward get to.
const WHO: [&str; 3] = ["stranger", "member", "steward"];

#[tokio::test]
async fn each_door_asks_who_comes() {
    let [loos] = Alliance::of(["loos"]).await;
    let tokens = [
        String::new(),
        token(&loos, &loos.ana).await,
        token(&loos, &loos.steward).await,
    ];
    let writer = add_member(&loos, crate::rig::person("Max", "max"), Role::Member)
        .await
        .expect("a member");
    let max = token(&loos, &writer).await;
    let open = publish(&loos, &max, words("Open", "public")).await;
    let open = path_of(&open);
    let edit = |revision: i64| {
        let mut body = words("Open", "public");
        body["revision"] = json!(revision);
        body
    };
    let none = "/api/v1/following/none";
    let (evidence, checks) = (format!("{open}/evidence"), format!("{open}/checks"));
    let draft = json!({"kind": "paper", "name": "x", "status": "draft"});
    // What each gets: a stranger, a member who did not write it, a steward.
    let doors: Vec<(&str, &str, Option<Value>, [u16; 3])> = vec![
        ("GET", "/api/openapi.json", None, [200, 200, 200]),
        ("GET", "/api/v1/node", None, [200, 200, 200]),
        ("GET", "/api/v1/publications", None, [200, 200, 200]),
        ("POST", "/api/v1/publications", Some(draft), [401, 201, 201]),
        ("GET", &open, None, [200, 200, 200]),
        ("GET", "/api/v1/publications/none", None, [404, 404, 404]),
        ("GET", &evidence, None, [200, 200, 200]),
        // Of what was published here there is nobody else to ask.
        ("POST", &checks, None, [404, 404, 404]),
        ("PUT", &open, Some(edit(1)), [401, 403, 200]),
        ("DELETE", "/api/v1/publications/none", None, [401, 404, 404]),
        ("DELETE", &open, None, [401, 403, 204]),
        ("GET", &open, None, [410, 410, 410]),
        ("GET", "/api/v1/drafts", None, [401, 200, 200]),
        ("DELETE", "/api/v1/drafts/none", None, [401, 404, 404]),
        ("POST", "/api/v1/media", Some(json!({})), [401, 415, 415]),
        ("GET", "/api/v1/following", None, [200, 200, 200]),
        (
            "POST",
            "/api/v1/following",
            Some(json!({"target": "x"})),
            [401, 403, 400],
        ),
        (
            "DELETE",
            "/api/v1/following?target=x",
            None,
            [401, 403, 404],
        ),
        ("GET", none, None, [404, 404, 404]),
        ("DELETE", none, None, [401, 403, 404]),
        ("GET", "/api/v1/followers", None, [401, 403, 200]),
        (
            "POST",
            "/api/v1/followers/none",
            Some(json!({"accept": true})),
            [401, 403, 404],
        ),
        ("GET", "/api/v1/me", None, [401, 200, 200]),
        ("GET", "/api/v1/members", None, [401, 403, 200]),
        ("GET", "/api/v1/members/invitations", None, [401, 403, 200]),
        (
            "POST",
            "/api/v1/members/invitations",
            Some(json!({"role": "editor"})),
            [401, 403, 201],
        ),
        (
            "DELETE",
            "/api/v1/members/invitations/none",
            None,
            [401, 403, 204],
        ),
        ("GET", "/api/v1/deliveries", None, [401, 403, 200]),
        ("GET", "/api/v1/hosts", None, [401, 403, 200]),
        (
            "POST",
            "/api/v1/hosts/far.test:8080/again",
            None,
            [401, 403, 404],
        ),
        ("GET", "/api/v1/queue", None, [401, 403, 200]),
        ("GET", "/api/v1/blocks", None, [401, 403, 200]),
        (
            "POST",
            "/api/v1/blocks",
            Some(json!({"host": "evil.test", "reason": "It hurts"})),
            [401, 403, 200],
        ),
        ("DELETE", "/api/v1/blocks/evil.test", None, [401, 403, 204]),
    ];
    let revisions = get(&loos, "", &format!("{open}/revisions")).await;
    assert_eq!(revisions.status, 200);
    for (method, path, body, expected) in &doors {
        for ((who, token), status) in WHO.iter().zip(&tokens).zip(expected) {
            let answer = call(&loos, token, method, path, body.clone()).await;
            let said = format!("{who}: {method} {path}: {}", answer.body);
            assert_eq!(answer.status, *status, "{said}");
            let any = answer.headers.get("access-control-allow-origin");
            assert_eq!(any.is_some(), *method == "GET", "{said}");
            assert_eq!(answer.headers["vary"], "Authorization", "{said}");
            if *status >= 400 {
                answer.problem(*status);
            }
        }
    }
    let mut walked: BTreeSet<(String, String)> = doors
        .iter()
        .map(|(method, path, ..)| ((*method).to_owned(), template(path)))
        .collect();
    walked.insert(("GET".into(), template(&format!("{open}/revisions"))));
    assert_eq!(walked, described(), "every door is walked through");
    Alliance::settle(&[&loos]).await;
}

/// The description's path for a path that was asked.
fn template(path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    let parts: Vec<&str> = path.split('/').collect();
    let parts: Vec<&str> = parts
        .iter()
        .enumerate()
        .map(|(n, part)| match (n, parts[n.saturating_sub(1)]) {
            (4, "publications" | "drafts" | "following" | "followers") => "{id}",
            (4, "hosts") => "{name}",
            (4, "blocks") => "{host}",
            (5, "invitations") => "{id}",
            _ => part,
        })
        .collect();
    parts.join("/")
}

fn description() -> Value {
    serde_json::to_value(api::document("http://loos.test")).expect("JSON")
}

/// Every method and path that the description names.
fn described() -> BTreeSet<(String, String)> {
    let document = description();
    let paths = document["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("an item").keys();
            methods.map(|method| (method.to_uppercase(), path.clone()))
        })
        .collect()
}

/// Every method and path that the sources of the JSON doors mount.
fn mounted() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for file in [
        "api.rs",
        "directory/api.rs",
        "publication/api/mod.rs",
        "follow/api.rs",
        "moderation/api.rs",
        "federation/api.rs",
        "federation/evidence/api.rs",
    ] {
        let path = format!("{}/src/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("a source");
        for route in text.split(".route(").skip(1) {
            let path = route.split('"').nth(1).expect("a path");
            let end = route.find(".route(").unwrap_or(route.len());
            let end = route.find("\n}").unwrap_or(end).min(end);
            for method in ["get", "put", "post", "delete"] {
                if route[..end].contains(&format!("{method}(")) {
                    found.insert((method.to_uppercase(), path.to_owned()));
                }
            }
        }
    }
    found
}

/// Every `$ref` in a value.
fn references(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(to)) = map.get("$ref") {
                out.insert(to.clone());
            }
            map.values().for_each(|value| references(value, out));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, out)),
        _ => {}
    }
}

#[test]
fn the_description_is_complete_and_true() {
    let document = description();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(described(), mounted());
    let mut named = BTreeSet::new();
    references(&document, &mut named);
    for to in &named {
        let pointer = to.strip_prefix('#').expect("inside");
        assert!(document.pointer(pointer).is_some(), "{to} leads nowhere");
    }
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    for name in schemas.keys() {
        let used = named.contains(&format!("#/components/schemas/{name}"));
        assert!(used, "{name} is used nowhere");
    }
    let mut ids = BTreeMap::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, door) in item.as_object().expect("an item") {
            let here = format!("{method} {path}");
            let other = ids.insert(door["operationId"].to_string(), here.clone());
            assert_eq!(other, None, "{here}");
            assert!(door["summary"].is_string(), "{here}");
            for (status, answer) in door["responses"].as_object().expect("responses") {
                if status.starts_with('2') {
                    continue;
                }
                let schema = &answer["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/Problem", "{here} {status}");
            }
            let needs = door.get("security").is_none();
            assert_eq!(needs, door["responses"].get("401").is_some(), "{here}");
            let named: BTreeSet<&str> = door["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|parameter| parameter["in"] == "path")
                .filter_map(|parameter| parameter["name"].as_str())
                .collect();
            let asked = path
                .split('{')
                .skip(1)
                .filter_map(|part| part.split('}').next());
            assert_eq!(named, asked.collect(), "{here}");
        }
    }
}

#[tokio::test]
async fn the_description_is_served() {
    let [loos] = Alliance::of(["loos"]).await;
    let served = get(&loos, "", "/api/openapi.json").await.ok();
    assert_eq!(served, description());
}
