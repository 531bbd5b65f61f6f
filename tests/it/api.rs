//! The JSON API: who may do what, what is told to whom, how errors and lists look, and that its
//! description is true.

use crate::rig::{Alliance, event, experience};
use atelier::base::Node;
use atelier::directory::found::add_member;
use atelier::directory::{Member, Role, signin};
use atelier::publication::seek;
use atelier::{api, server};
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tower::ServiceExt as _;

/// What came back.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    /// Its items' names, in order.
    fn names(&self) -> Vec<&str> {
        let items = self.body["items"].as_array().expect("items");
        items
            .iter()
            .map(|item| item["name"].as_str().expect("a name"))
            .collect()
    }

    /// The body, if it went well.
    fn ok(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.body);
        self.body
    }

    /// The detail of a problem with this status, in the form of RFC 9457.
    fn problem(&self, status: u16) -> &str {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["type"], "about:blank");
        assert!(!self.body["title"].as_str().expect("a title").is_empty());
        self.body["detail"].as_str().unwrap_or_default()
    }
}

async fn send(node: &Node, request: Request<Body>) -> Answer {
    let response = server::router(node.clone())
        .oneshot(request)
        .await
        .expect("infallible");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1 << 24).await.expect("a body");
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned())),
    }
}

/// Asks a door; an empty token is none.
async fn call(node: &Node, token: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", &node.config.domain);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = match body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(Body::from(body.to_string())),
        None => request.body(Body::empty()),
    };
    send(node, request.expect("a request")).await
}

async fn get(node: &Node, token: &str, path: &str) -> Answer {
    call(node, token, "GET", path, None).await
}

async fn token(node: &Node, member: &Member) -> String {
    signin::create_token(node, member, "a test")
        .await
        .expect("a token")
}

fn words(name: &str, audience: &str) -> Value {
    json!({
        "kind": "experience", "name": name, "summary": "What happened.", "content": "We **tried** it.",
        "language": "en", "audience": audience,
        "detail": {"scope": "One street.", "limits": "Not measured in winter."},
    })
}

async fn publish(node: &Node, token: &str, body: Value) -> Value {
    call(node, token, "POST", "/api/v1/publications", Some(body))
        .await
        .ok()
}

fn path_of(item: &Value) -> String {
    format!(
        "/api/v1/publications/{}",
        item["id"].as_str().expect("an id")
    )
}

/// A multipart form with a picture and what it shows.
fn picture_form(alt: &str) -> (&'static str, Vec<u8>) {
    let mut file = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(8, 4)
        .write_to(&mut file, image::ImageFormat::Png)
        .expect("a picture");
    let mut form = format!(
        "--cut\r\ncontent-disposition: form-data; name=\"alt\"\r\n\r\n{alt}\r\n--cut\r\n\
         content-disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\n\
         content-type: image/png\r\n\r\n"
    )
    .into_bytes();
    form.extend(file.into_inner());
    form.extend(b"\r\n--cut--\r\n");
    ("multipart/form-data; boundary=cut", form)
}

async fn upload(node: &Node, token: &str, alt: &str) -> Answer {
    let (kind, form) = picture_form(alt);
    let mut request = Request::post("/api/v1/media")
        .header("host", &node.config.domain)
        .header("content-type", kind);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    send(node, request.body(Body::from(form)).expect("a request")).await
}

#[tokio::test]
async fn what_is_sent_is_what_is_read() {
    let [loos] = Alliance::of(["loos"]).await;
    let ana = token(&loos, &loos.ana).await;
    let sent = json!({
        "kind": "event", "name": "A meeting", "content": "Come.", "start_time": "2027-03-18T14:00",
        "end_time": "2027-03-18T16:30:00Z", "location": {"name": "La Halle", "latitude": 50.45},
        "detail": {"website": "https://a.example/"},
    });
    let made = call(&loos, &ana, "POST", "/api/v1/publications", Some(sent)).await;
    assert_eq!(made.status, 201);
    let place = made.headers["location"]
        .to_str()
        .expect("a place")
        .to_owned();
    let item = made.ok();
    assert_eq!(place, format!("{}{}", loos.origin(), path_of(&item)));
    let id = item["id"].as_str().expect("an id");
    let uri = item["uri"].as_str().expect("a URI");
    assert_eq!(
        uri.rsplit('/').next(),
        Some(id),
        "the id is the URI's last part"
    );
    // What was left out is as the network proposes it; times are meant in its zone.
    for (field, value) in [
        ("kind", json!("event")),
        ("status", json!("published")),
        ("audience", json!("public")),
        ("language", json!("fr")),
        ("licence", json!("CC-BY-SA-4.0")),
        ("timezone", json!("Europe/Paris")),
        ("start_time", json!("2027-03-18T13:00:00Z")),
        ("end_time", json!("2027-03-18T16:30:00Z")),
        ("published", json!("2026-11-23T12:00:00Z")),
        ("updated", Value::Null),
        ("verified", Value::Null),
        ("local", json!(true)),
        ("revision", json!(1)),
        ("source", json!("Come.")),
        ("content", json!("<p>Come.</p>\n")),
        ("detail", json!({"website": "https://a.example/"})),
        (
            "attributed_to",
            json!([{"uri": "http://loos.test/users/ana", "name": "Ana", "handle": "ana", "host": "loos.test"}]),
        ),
        (
            "network",
            json!({"uri": "http://loos.test/groups/loos", "name": "Réseau loos", "handle": "loos", "host": "loos.test"}),
        ),
    ] {
        assert_eq!(item[field], value, "{field}");
    }
    assert_eq!(item["location"]["name"], "La Halle");
    assert_eq!(item["page"], format!("{}/publications/{id}", loos.origin()));
    let read = get(&loos, "", &path_of(&item)).await.ok();
    assert_eq!(
        read["source"],
        Value::Null,
        "what was typed is its writer's"
    );
    assert_eq!(read["uri"], item["uri"]);
    let soonest = get(&loos, "", "/api/v1/publications?sort=soonest").await;
    assert_eq!(soonest.names(), ["A meeting"]);
    Alliance::settle(&[&loos]).await;
}

#[tokio::test]
async fn what_nobody_allowed_is_in_no_list_no_count_no_search() {
    let [loos] = Alliance::of(["loos"]).await;
    let ana = token(&loos, &loos.ana).await;
    let mut items = Vec::new();
    for audience in ["public", "followers", "members"] {
        items.push(publish(&loos, &ana, words(&format!("Street, {audience}"), audience)).await);
        loos.clock.advance(std::time::Duration::from_secs(1));
    }
    seek::catch_up(&loos).await.expect("an index");
    let all = ["Street, members", "Street, followers", "Street, public"];
    for (who, sees) in [("", &all[2..]), (ana.as_str(), &all[..])] {
        for path in [
            "?limit=10",
            "?q=street&sort=newest",
            "?network=loos@loos.test",
            "?kind=experience&language=en",
        ] {
            let list = get(&loos, who, &format!("/api/v1/publications{path}")).await;
            assert_eq!(list.names(), sees, "{path}");
            assert_eq!(list.body["next"], Value::Null);
        }
        let counts = &get(&loos, who, "/api/v1/node").await.ok()["counts"];
        for name in ["publications", "local", "experiences"] {
            assert_eq!(counts[name], sees.len(), "{name}");
        }
        for item in &items {
            let mine = sees.contains(&item["name"].as_str().expect("a name"));
            for path in [path_of(item), format!("{}/revisions", path_of(item))] {
                let read = get(&loos, who, &path).await;
                assert_eq!(read.status, if mine { 200 } else { 404 }, "{path}");
            }
        }
    }
    // Once withdrawn, only what everybody could see leaves a trace.
    for (item, left) in items.iter().zip([410, 404, 404]) {
        let gone = call(&loos, &ana, "DELETE", &path_of(item), None).await;
        assert_eq!(gone.status, 204);
        for who in ["", &ana] {
            get(&loos, who, &path_of(item)).await.problem(left);
        }
    }
    Alliance::settle(&[&loos]).await;
}

#[tokio::test]
async fn an_edit_that_comes_too_late_is_answered_with_both_texts() {
    let [loos] = Alliance::of(["loos"]).await;
    let (ana, sol) = (
        token(&loos, &loos.ana).await,
        token(&loos, &loos.steward).await,
    );
    let item = publish(&loos, &ana, words("First", "followers")).await;
    let path = path_of(&item);
    let put = |who: String, body: Value| {
        let (loos, path) = (&loos, &path);
        async move { call(loos, &who, "PUT", path, Some(body)).await }
    };
    let with = |name: &str, more: Value| {
        let mut body = words(name, "followers");
        for (key, value) in more.as_object().expect("an object") {
            body[key] = value.clone();
        }
        body
    };
    assert!(
        put(ana.clone(), with("x", json!({})))
            .await
            .problem(400)
            .starts_with("revision")
    );
    assert!(
        put(
            ana.clone(),
            with("x", json!({"revision": 1, "audience": "public"}))
        )
        .await
        .problem(400)
        .starts_with("audience")
    );
    assert!(
        put(
            ana.clone(),
            with("x", json!({"revision": 1, "status": "draft"}))
        )
        .await
        .problem(400)
        .starts_with("status")
    );
    let second = put(sol.clone(), with("Second", json!({"revision": 1})))
        .await
        .ok();
    assert_eq!(
        (&second["revision"], &second["name"]),
        (&json!(2), &json!("Second"))
    );
    let late = put(ana.clone(), with("Mine", json!({"revision": 1}))).await;
    assert!(late.problem(409).contains("revision 2"));
    assert_eq!(late.body["current"]["name"], "Second");
    assert_eq!(late.body["current"]["revision"], 2);
    assert_eq!(late.body["yours"]["name"], "Mine");
    assert_eq!(late.body["yours"]["source"], "We **tried** it.");
    // It is kept as a draft, and nothing was overwritten.
    assert_eq!(get(&loos, &ana, "/api/v1/drafts").await.names(), ["Mine"]);
    assert_eq!(get(&loos, &ana, &path).await.ok()["name"], "Second");
    let third = put(ana.clone(), with("Mine", json!({"revision": 2})))
        .await
        .ok();
    assert_eq!(third["revision"], 3);
    assert_eq!(get(&loos, &ana, "/api/v1/drafts").await.names(), [""; 0]);
    let told = get(&loos, &ana, &format!("{path}/revisions")).await;
    assert_eq!(told.names(), ["Mine", "Second", "First"]);
    assert_eq!(told.body["items"][1]["by"], "Sol");
    Alliance::settle(&[&loos]).await;
}

#[tokio::test]
async fn a_draft_is_its_writers_until_it_is_published() {
    let [loos] = Alliance::of(["loos"]).await;
    let (ana, sol) = (
        token(&loos, &loos.ana).await,
        token(&loos, &loos.steward).await,
    );
    let draft = json!({"kind": "experience", "name": "To be told", "status": "draft"});
    let made = publish(&loos, &ana, draft.clone()).await;
    assert_eq!(
        (&made["status"], &made["published"]),
        (&json!("draft"), &Value::Null)
    );
    let path = path_of(&made);
    for who in ["", &sol] {
        get(&loos, who, &path).await.problem(404);
    }
    call(&loos, &sol, "DELETE", &path, None).await.problem(404);
    assert_eq!(
        get(&loos, &ana, "/api/v1/publications").await.names(),
        [""; 0]
    );
    // It stays a draft until it is asked otherwise, and lacks what publishing needs.
    let longer = json!({"name": "To be told", "content": "More."});
    assert_eq!(
        call(&loos, &ana, "PUT", &path, Some(longer)).await.ok()["status"],
        "draft"
    );
    let mut full = json!({"name": "Told", "content": "All.", "status": "published"});
    let lacking = call(&loos, &ana, "PUT", &path, Some(full.clone())).await;
    lacking.problem(422);
    let issues = lacking.body["issues"].as_array().expect("issues");
    let fields: Vec<&str> = issues
        .iter()
        .filter_map(|issue| issue["field"].as_str())
        .collect();
    assert_eq!(fields, ["scope", "limits"]);
    assert!(issues.iter().all(|issue| {
        issue["message"]
            .as_str()
            .is_some_and(|text| text.contains(' '))
    }));
    full["detail"] = json!({"scope": "A street.", "limits": "Few."});
    let told = call(&loos, &ana, "PUT", &path, Some(full)).await.ok();
    assert_eq!(
        (&told["status"], &told["id"]),
        (&json!("published"), &made["id"])
    );
    assert_eq!(get(&loos, "", &path).await.ok()["name"], "Told");
    // Another one is discarded.
    let other = publish(&loos, &ana, draft).await;
    assert_eq!(
        call(&loos, &ana, "DELETE", &path_of(&other), None)
            .await
            .status,
        204
    );
    get(&loos, &ana, &path_of(&other)).await.problem(404);
    Alliance::settle(&[&loos]).await;
}

#[tokio::test]
async fn a_long_list_comes_in_pieces() {
    let [loos] = Alliance::of(["loos"]).await;
    let ana = token(&loos, &loos.ana).await;
    for n in 1..=5 {
        loos.publishes(experience(&format!("Street {n}"))).await;
        loos.publishes(event(&format!("Party {n}"))).await;
    }
    seek::catch_up(&loos).await.expect("an index");
    for (base, expected) in [
        ("/api/v1/publications?limit=3", 10),
        ("/api/v1/publications?limit=2&kind=event&sort=soonest", 5),
        ("/api/v1/publications?limit=2&q=party", 5),
        ("/api/v1/publications?limit=2&q=party&sort=newest", 5),
    ] {
        let (mut seen, mut path) = (BTreeSet::new(), base.to_owned());
        loop {
            let piece = get(&loos, &ana, &path).await.ok();
            let items = piece["items"].as_array().expect("items");
            assert!(items.len() <= 3);
            for item in items {
                assert!(seen.insert(item["id"].to_string()), "twice: {item}");
                assert_eq!(item.get("snippet").is_some(), base.contains("q="));
            }
            match piece["next"].as_str() {
                Some(next) => path = format!("{base}&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), expected, "{base}");
    }
    let all = get(
        &loos,
        "",
        "/api/v1/publications?kind=&network=&q=&limit=&cursor=",
    )
    .await;
    assert_eq!(all.names().len(), 10, "an empty filter says nothing");
    assert_eq!(
        get(&loos, "", "/api/v1/publications?network=nobody@far.test")
            .await
            .names(),
        [""; 0]
    );
    Alliance::settle(&[&loos]).await;
}

#[tokio::test]
async fn a_mistake_is_told_with_what_to_do() {
    let [loos] = Alliance::of(["loos"]).await;
    let ana = token(&loos, &loos.ana).await;
    let post = |body: Value| {
        let (loos, ana) = (&loos, &ana);
        async move { call(loos, ana, "POST", "/api/v1/publications", Some(body)).await }
    };
    for (body, says) in [
        (
            json!({"kind": "paper", "nmae": "x"}),
            "did you mean `name`?",
        ),
        (
            json!({"kind": "paper", "name": "x", "location": {"town": "y"}}),
            "`locality`",
        ),
        (json!({"kind": "paper", "name": 3}), "name: invalid type"),
        (
            json!({"kind": "paper", "name": "x", "audience": "publik"}),
            "did you mean `public`?",
        ),
        (
            json!({"kind": "experience", "name": "x", "detail": {"limit": "y"}}),
            "did you mean `limits`?",
        ),
        (
            json!({"kind": "experience", "name": "x", "detail": {"limits": 3}}),
            "detail.limits is a text",
        ),
        (
            json!({"kind": "paper", "name": "x", "picture": {"name": "y.png", "alt": "z"}}),
            "POST /api/v1/media",
        ),
        (json!([1, 2]), "invalid type"),
    ] {
        let answer = post(body.clone()).await;
        assert!(
            answer.problem(400).contains(says),
            "{body}: {}",
            answer.body
        );
    }
    post(json!({"kind": "papre", "name": "x"}))
        .await
        .problem(422);
    for (query, says) in [
        ("?kidn=event", "did you mean `kind`?"),
        ("?kind=evnt", "did you mean `event`?"),
        ("?sort=oldest", "newest, relevance, soonest"),
        ("?sort=relevance", "goes with q"),
        ("?limit=201", "1 to 200"),
        ("?limit=0", "1 to 200"),
        ("?cursor=abc", "cursor"),
        ("?q=x&cursor=MS54", "another list"),
    ] {
        let answer = get(&loos, "", &format!("/api/v1/publications{query}")).await;
        assert!(
            answer.problem(400).contains(says),
            "{query}: {}",
            answer.body
        );
    }
    let request = |token: &str, kind: &str, body: &'static str| {
        Request::post("/api/v1/publications")
            .header("host", &loos.config.domain)
            .header("authorization", token)
            .header("content-type", kind)
            .body(Body::from(body))
            .expect("a request")
    };
    let bearer = format!("Bearer {ana}");
    let broken = send(&loos, request(&bearer, "application/json", "{\"name\": ")).await;
    assert!(broken.problem(400).contains("line 1"), "{}", broken.body);
    let other = send(&loos, request(&bearer, "text/plain", "{}")).await;
    assert!(other.problem(415).contains("application/json"));
    for wrong in ["Bearer nothing", "Basic YTpi", "Bearer"] {
        let answer = send(&loos, request(wrong, "application/json", "{}")).await;
        assert!(answer.problem(401).contains("atelier token create"));
        assert!(
            answer.headers["www-authenticate"]
                .to_str()
                .expect("text")
                .starts_with("Bearer")
        );
    }
    let patch = call(&loos, &ana, "PATCH", "/api/v1/publications/x", None).await;
    assert!(patch.problem(405).contains("Allow"), "{}", patch.body);
    assert!(
        patch.headers["allow"]
            .to_str()
            .expect("text")
            .contains("DELETE")
    );
    for path in ["/api/v1/nothing", "/api/v2/publications", "/api/v1/"] {
        get(&loos, "", path).await.problem(404);
    }
    get(&loos, "", "/api/v1/publications/%FF")
        .await
        .problem(400);
}

#[tokio::test]
async fn a_network_is_followed_and_read_through_the_api() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    let (sol, ana) = (
        token(&lille, &lille.steward).await,
        token(&lille, &lille.ana).await,
    );
    let ana_there = token(&loos, &loos.ana).await;
    publish(&loos, &ana_there, words("Before", "public")).await;
    let asked = json!({"target": "@loos@loos.test"});
    let made = call(
        &lille,
        &sol,
        "POST",
        "/api/v1/following",
        Some(asked.clone()),
    )
    .await;
    assert_eq!(made.status, 202);
    assert_eq!(made.body["state"], "pending");
    assert_eq!(made.body["actor"], Value::Null);
    assert_eq!(made.body["handle"], "@loos@loos.test");
    let place = made.headers["location"]
        .to_str()
        .expect("a place")
        .to_owned();
    let path = place
        .strip_prefix(&lille.origin())
        .expect("its own")
        .to_owned();
    get(&lille, "", &path).await.problem(404);
    assert_eq!(
        get(&lille, "", "/api/v1/following").await.ok()["items"],
        json!([])
    );
    assert_eq!(get(&lille, &ana, &path).await.ok()["state"], "pending");
    Alliance::settle(&[&loos, &lille]).await;

    for who in ["", &ana] {
        let item = get(&lille, who, &path).await.ok();
        assert_eq!(item["state"], "accepted");
        assert_eq!(item["actor"], "http://loos.test/groups/loos");
        assert_eq!(
            item["backfill"],
            json!({"done": 1, "total": 1, "running": false})
        );
    }
    let again = call(&lille, &sol, "POST", "/api/v1/following", Some(asked)).await;
    assert_eq!(
        again.body["id"], made.body["id"],
        "asking twice gives the same"
    );
    publish(&loos, &ana_there, words("After", "followers")).await;
    Alliance::settle(&[&loos, &lille]).await;
    for network in [
        "@loos@loos.test",
        "loos@LOOS.test",
        "http://loos.test/groups/loos",
    ] {
        let list = get(
            &lille,
            &ana,
            &format!("/api/v1/publications?network={network}"),
        )
        .await;
        assert_eq!(list.names(), ["After", "Before"], "{network}");
        let item = &list.body["items"][1];
        assert_eq!(
            (&item["local"], &item["network"]["handle"]),
            (&json!(false), &json!("loos"))
        );
        assert!(item["verified"].is_string());
        assert_eq!(
            item["attributed_to"][0]["uri"],
            "http://loos.test/users/ana"
        );
        // A copy is nobody's to edit here.
        let body = json!({"name": "x", "revision": 1});
        call(&lille, &sol, "PUT", &path_of(item), Some(body))
            .await
            .problem(403);
        call(&lille, &sol, "DELETE", &path_of(item), None)
            .await
            .problem(403);
        get(&lille, &sol, &format!("{}/revisions", path_of(item)))
            .await
            .problem(404);
    }
    assert_eq!(
        get(&lille, "", "/api/v1/publications?network=loos@loos.test")
            .await
            .names(),
        ["Before"]
    );

    let sol_there = token(&loos, &loos.steward).await;
    let followers = get(&loos, &sol_there, "/api/v1/followers").await.ok();
    assert_eq!(followers["items"][0]["handle"], "@lille@lille.test");
    let deliveries = get(&loos, &sol_there, "/api/v1/deliveries?state=delivered")
        .await
        .ok();
    assert_eq!(deliveries["items"][0]["host"], "lille.test");
    assert_eq!(deliveries["items"][0]["next_try"], Value::Null);
    let ended = call(
        &lille,
        &sol,
        "DELETE",
        "/api/v1/following?target=loos@loos.test",
        None,
    )
    .await;
    assert_eq!(ended.status, 204);
    Alliance::settle(&[&loos, &lille]).await;
    assert_eq!(
        get(&loos, &sol_there, "/api/v1/followers").await.ok()["items"],
        json!([])
    );
}

#[tokio::test]
async fn a_picture_is_uploaded_and_then_named() {
    let [loos] = Alliance::of(["loos"]).await;
    let ana = token(&loos, &loos.ana).await;
    upload(&loos, "", "A street").await.problem(401);
    upload(&loos, &ana, " ").await.problem(422);
    let stored = upload(&loos, &ana, "A street").await;
    assert_eq!(stored.status, 201, "{}", stored.body);
    assert_eq!(
        (&stored.body["width"], &stored.body["height"]),
        (&json!(8), &json!(4))
    );
    let mut body = words("With a picture", "public");
    body["picture"] = json!({"name": stored.body["name"], "alt": "A street"});
    let item = publish(&loos, &ana, body).await;
    assert_eq!(item["picture"]["url"], stored.body["url"]);
    assert_eq!(item["picture"]["media_type"], stored.body["media_type"]);
    let not_a_form = call(&loos, &ana, "POST", "/api/v1/media", Some(json!({}))).await;
    not_a_form.problem(415);
    Alliance::settle(&[&loos]).await;
}

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
    let draft = json!({"kind": "paper", "name": "x", "status": "draft"});
    // What each gets: a stranger, a member who did not write it, a steward.
    let doors: Vec<(&str, &str, Option<Value>, [u16; 3])> = vec![
        ("GET", "/api/openapi.json", None, [200, 200, 200]),
        ("GET", "/api/v1/node", None, [200, 200, 200]),
        ("GET", "/api/v1/publications", None, [200, 200, 200]),
        ("POST", "/api/v1/publications", Some(draft), [401, 201, 201]),
        ("GET", &open, None, [200, 200, 200]),
        ("GET", "/api/v1/publications/none", None, [404, 404, 404]),
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

#[tokio::test]
async fn members_and_invitations_are_for_stewards() {
    let [loos] = Alliance::of(["loos"]).await;
    let sol = token(&loos, &loos.steward).await;
    let me = get(&loos, &sol, "/api/v1/me").await.ok();
    assert_eq!(
        (&me["handle"], &me["role"]),
        (&json!("sol"), &json!("steward"))
    );
    let piece = get(&loos, &sol, "/api/v1/members?limit=1").await.ok();
    let next = piece["next"].as_str().expect("one more");
    let rest = get(
        &loos,
        &sol,
        &format!("/api/v1/members?limit=1&cursor={next}"),
    )
    .await
    .ok();
    assert_ne!(piece["items"][0]["id"], rest["items"][0]["id"]);
    assert_eq!(rest["next"], Value::Null);
    let body = json!({"role": "editor", "note": "Lou"});
    let path = "/api/v1/members/invitations";
    let made = call(&loos, &sol, "POST", path, Some(body)).await.ok();
    assert!(
        made["url"]
            .as_str()
            .expect("a link")
            .starts_with(&loos.origin())
    );
    let waiting = get(&loos, &sol, path).await.ok();
    assert_eq!(waiting["items"][0]["note"], "Lou");
    assert_eq!(
        waiting["items"][0].get("url"),
        None,
        "the link is told once"
    );
    let id = made["id"].as_str().expect("an id");
    call(&loos, &sol, "DELETE", &format!("{path}/{id}"), None)
        .await
        .ok();
    assert_eq!(get(&loos, &sol, path).await.ok()["items"], json!([]));
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
        "federation/api.rs",
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
