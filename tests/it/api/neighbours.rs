//! Follows, pictures, members and invitations through the JSON API.

use super::*;

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
    // A follow of one's own is not one's own to answer; a follower's is.
    let mine = made.body["id"].as_str().expect("an id");
    let theirs = followers["items"][0]["id"].as_str().expect("an id");
    let away = Some(json!({"accept": false}));
    let door = |id: &str| format!("/api/v1/followers/{id}");
    call(&lille, &sol, "POST", &door(mine), away.clone())
        .await
        .problem(404);
    let told = call(&loos, &sol_there, "POST", &door(theirs), away).await;
    assert_eq!(told.status, 204);
    Alliance::settle(&[&loos, &lille]).await;
    assert_eq!(get(&lille, &ana, &path).await.ok()["state"], "rejected");
    get(&lille, "", &path).await.problem(404);
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
