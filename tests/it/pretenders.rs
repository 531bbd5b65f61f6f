//! Those who speak for others: by their own outbox, from the same host, or because nobody answers.

use crate::rig::{Alliance, Peer};
use http::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn an_outbox_that_points_at_lies_is_believed_nothing_of_others() {
    let [loos] = Alliance::of(["loos"]).await;
    let good = Peer::on(&loos, "good.test", "mastodon", "Person");
    let evil = Peer::on(&loos, "evil.test", "mastodon", "Person");
    let genuine = good.article("1", "Genuine");
    let uri = genuine["id"].as_str().expect("an id").to_owned();
    good.serves(&uri, genuine.clone());
    let mut forged = genuine.clone();
    forged["name"] = json!("Forged");
    forged["updated"] = json!("2026-11-23T11:00:00Z");
    for (n, wrap) in ["Announce", "Create", "bare"].into_iter().enumerate() {
        let lie = format!("{}/lies/{n}", evil.origin);
        evil.serves(&lie, forged.clone());
        let item = match wrap {
            "bare" => json!(lie),
            verb => evil.activity(&format!("l{n}"), verb, json!(lie)),
        };
        let outbox = format!("{}/outbox", evil.actor);
        evil.serves(&outbox, json!({"id": outbox, "type": "OrderedCollection", "totalItems": 1, "orderedItems": [item]}));
        loos.follows_peer(&evil).await;
        let seen = loos.timeline().await;
        assert!(!seen.contains(&"Forged".to_owned()), "{wrap}: {seen:?}");
        let mine = atelier::follow::find_mine(&loos, &evil.actor)
            .await
            .expect("a follow");
        atelier::follow::end(&loos, &mine.id).await.expect("ended");
        Alliance::settle(&[&loos]).await;
    }
}

#[tokio::test]
async fn what_is_not_found_for_us_is_gone_only_when_it_was_everybodys() {
    let [loos] = Alliance::of(["loos"]).await;
    let author = Peer::on(&loos, "author.test", "mastodon", "Person");
    let relay = Peer::on(&loos, "relay.test", "lemmy", "Group");
    loos.follows_peer(&author).await;
    loos.follows_peer(&relay).await;
    let mut theirs = author.article("1", "Among us");
    theirs["to"] = json!([format!("{}/followers", author.actor)]);
    for object in [theirs, author.article("2", "For all")] {
        let create = author.activity(
            &format!("c{}", object["name"]).replace(['"', ' '], ""),
            "Create",
            object,
        );
        assert_eq!(author.says(&loos, &create).await, StatusCode::ACCEPTED);
    }
    Alliance::settle(&[&loos]).await;
    assert_eq!(loos.timeline().await.len(), 2);
    // Neither is to be found at its address: of what is for followers that says nothing.
    for n in ["1", "2"] {
        let id = format!("{}/articles/{n}", author.origin);
        let delete = json!({"id": format!("{id}/gone"), "type": "Delete", "actor": author.actor, "object": id});
        let announce = relay.activity(&format!("a{n}"), "Announce", delete);
        assert_eq!(relay.says(&loos, &announce).await, StatusCode::ACCEPTED);
        Alliance::settle(&[&loos]).await;
    }
    assert_eq!(loos.timeline().await, ["Among us"]);
}

/// Signs an activity as another actor of a peer's host.
async fn says_as(
    peer: &Peer,
    node: &crate::rig::TestNode,
    name: &str,
    activity: &Value,
) -> StatusCode {
    use atelier::trust::signature::{Scheme, sign};
    let actor = format!("{}/actors/{name}", peer.origin);
    let mut document = peer.document(2);
    for (place, value) in [
        ("/id", actor.clone()),
        ("/inbox", format!("{actor}/inbox")),
        ("/publicKey/id", format!("{actor}#main-key")),
        ("/publicKey/owner", actor.clone()),
    ] {
        *document.pointer_mut(place).expect(place) = json!(value);
    }
    peer.serves(&actor, document);
    let pem = crate::rig::keys().remove(2);
    let signer =
        atelier::trust::Signer::from_pem(format!("{actor}#main-key"), &pem).expect("a key");
    let body = activity.to_string();
    let url = url::Url::parse(&format!("{}/inbox", node.origin())).expect("a URL");
    let typed = Some((body.as_bytes(), "application/activity+json"));
    let headers = sign(
        node,
        Scheme::Cavage,
        &http::Method::POST,
        &url,
        typed,
        &signer,
    );
    peer.posts(node, headers.expect("signed"), body).await
}

#[tokio::test]
async fn of_one_host_nobody_uses_up_the_ids_of_another() {
    let [loos] = Alliance::of(["loos"]).await;
    let alice = Peer::on(&loos, "shared.test", "mastodon", "Person");
    loos.is_followed_by(&alice).await;
    let mallory = format!("{}/actors/mallory", alice.origin);
    let group = format!("{}/groups/loos", loos.origin());
    let followers = async || {
        let home = atelier::directory::home(&loos).await.expect("home");
        let all = atelier::follow::store::list_accepted(&loos, &home.network.id).await;
        all.expect("a list")
            .into_iter()
            .map(|actor| actor.uri)
            .collect::<Vec<_>>()
    };
    assert_eq!(followers().await, std::slice::from_ref(&alice.actor));
    // Mallory follows under the id of Alice's own Follow, in another spelling.
    let mut follow = alice.activity("follow", "Follow", json!(group));
    follow["actor"] = json!(mallory);
    follow["id"] = json!("http://SHARED.test:80/activities/follow");
    says_as(&alice, &loos, "mallory", &follow).await;
    Alliance::settle(&[&loos]).await;
    assert!(
        followers().await.contains(&alice.actor),
        "Alice still follows"
    );

    // Mallory says something under the id that Alice will use next.
    let mut early = alice.activity("next", "Like", json!(group));
    early["actor"] = json!(mallory);
    says_as(&alice, &loos, "mallory", &early).await;
    let undo = alice.activity(
        "next",
        "Undo",
        alice.activity("follow", "Follow", json!(group)),
    );
    assert_eq!(alice.says(&loos, &undo).await, StatusCode::ACCEPTED);
    Alliance::settle(&[&loos]).await;
    assert!(
        !followers().await.contains(&alice.actor),
        "what she said was heard"
    );
}

#[tokio::test]
async fn nobody_plants_a_key_under_anothers_name() {
    let [loos] = Alliance::of(["loos"]).await;
    let alice = Peer::on(&loos, "shared.test", "mastodon", "Person");
    let mallory = format!("{}/actors/mallory", alice.origin);
    let mut document = alice.document(2);
    document["id"] = json!(mallory);
    document["inbox"] = json!(format!("{mallory}/inbox"));
    document["publicKey"] = json!({"id": format!("{}#main-key", alice.actor),
        "publicKeyPem": document["publicKey"]["publicKeyPem"]});
    alice.serves(&mallory, document);
    let budget = atelier::trust::Budget::small(&loos);
    let _ = atelier::federation::actor::read_again(&loos, &mallory, &budget).await;
    loos.is_followed_by(&alice).await;
    let home = atelier::directory::home(&loos).await.expect("home");
    let all = atelier::follow::store::list_accepted(&loos, &home.network.id).await;
    assert_eq!(
        all.expect("a list").len(),
        1,
        "Alice is heard with her own key"
    );
}
