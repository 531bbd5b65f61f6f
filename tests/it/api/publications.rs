//! Publications through the JSON API: what is sent and read back, drafts, edits, withdrawals, lists.

use super::*;
use crate::rig::{event, experience};
use atelier::publication::seek;
use std::collections::BTreeSet;

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
    // What is left out stays; without a revision nobody's edit in between is looked for.
    let fourth = put(ana.clone(), json!({"name": "Only the name"}))
        .await
        .ok();
    assert_eq!(
        (&fourth["revision"], &fourth["name"]),
        (&json!(4), &json!("Only the name"))
    );
    assert_eq!(fourth["source"], third["source"]);
    assert_eq!(fourth["detail"], third["detail"]);

    let told = get(&loos, &ana, &format!("{path}/revisions")).await;
    assert_eq!(told.names(), ["Only the name", "Mine", "Second", "First"]);
    assert_eq!(told.body["items"][2]["by"], "Sol");
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
