//! Who asks signed gets what is theirs to see, and nobody else learns that it is there.

use crate::rig::{Alliance, Peer, TestNode, experience};
use atelier::directory::{home, keys, store as directory};
use atelier::federation::actor::node_signer;
use atelier::publication::Publication;
use atelier::trust::Signer;
use atelier::trust::signature::{self, Scheme};
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use url::Url;

const SCHEMES: [Scheme; 2] = [Scheme::Cavage, Scheme::Rfc9421];

async fn meant_for(node: &TestNode, audience: &str, name: &str) -> Publication {
    let mut draft = experience(name);
    draft.audience = audience.into();
    let publication = node.publishes(draft).await;
    Alliance::settle(&[node]).await;
    publication
}

/// Asks for a document of a node as another one would.
async fn asks(of: &TestNode, url: &str, by: &Signer, scheme: Scheme) -> Response<Bytes> {
    let target = Url::parse(url).expect("a URL");
    let mut headers = signature::sign(of, scheme, &Method::GET, &target, None, by).expect("signed");
    headers.insert(
        "accept",
        "application/activity+json".parse().expect("a type"),
    );
    of.get_with(
        url.strip_prefix(&of.origin()).expect("one of its own"),
        headers,
    )
    .await
}

async fn total(of: &TestNode, by: Option<&Signer>) -> (i64, usize) {
    let outbox = format!("{}/groups/loos/outbox", of.origin());
    let mut found = Vec::new();
    for url in [outbox.clone(), format!("{outbox}?page=first")] {
        let answer = match by {
            Some(by) => asks(of, &url, by, Scheme::Cavage).await,
            None => {
                of.get(&url[of.origin().len()..], "application/activity+json")
                    .await
            }
        };
        assert_eq!(answer.status(), 200);
        found.push(serde_json::from_slice::<serde_json::Value>(answer.body()).expect("JSON"));
    }
    let items = found[1]["orderedItems"].as_array().expect("items").len();
    (found[0]["totalItems"].as_i64().expect("a number"), items)
}

#[tokio::test]
async fn a_follower_who_asks_signed_gets_what_is_meant_for_followers() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    lille.follows(&loos).await;
    let theirs = meant_for(&loos, "followers", "Among us").await;
    let inside = meant_for(&loos, "members", "At home").await;
    let group = home(&lille).await.expect("home").network.clone();
    let node = node_signer(&lille).await.expect("a key");
    let group = keys::signer(&lille, &group).await.expect("a key");
    let ana = directory::find_actor(&lille, &lille.ana.actor_id).await;
    let ana = ana.expect("a look").expect("Ana");
    let ana = keys::signer(&lille, &ana).await.expect("a key");
    let stranger = Peer::on(&loos, "stranger.test", "mastodon", "Person");

    for scheme in SCHEMES {
        for by in [&node, &group] {
            let answer = asks(&loos, &theirs.uri, by, scheme).await;
            assert_eq!(answer.status(), 200, "{}", by.key_id);
            assert_eq!(answer.headers()["cache-control"], "private, no-store");
            let text = std::str::from_utf8(answer.body()).expect("text");
            assert!(text.contains("Among us") && !text.contains("proofValue"));
            assert!(
                !text.contains("#Public"),
                "nobody is told that it is everybody's"
            );
        }
        // A member there follows nothing in their own name; a stranger follows nothing at all.
        for by in [&ana, &stranger.signer()] {
            let answer = asks(&loos, &theirs.uri, by, scheme).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{}", by.key_id);
        }
        let answer = asks(&loos, &inside.uri, &group, scheme).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "what stays at home");
    }
    let path = &theirs.uri[loos.origin().len()..];
    let unsigned = loos.get(path, "application/activity+json").await;
    assert_eq!(unsigned.status(), StatusCode::NOT_FOUND);

    // The signature of another question opens nothing.
    let url = Url::parse(&inside.uri).expect("a URL");
    let mut headers =
        signature::sign(&loos, Scheme::Cavage, &Method::GET, &url, None, &node).expect("signed");
    headers.insert(
        "accept",
        "application/activity+json".parse().expect("a type"),
    );
    assert_eq!(
        loos.get_with(path, headers).await.status(),
        StatusCode::NOT_FOUND
    );

    assert_eq!(total(&loos, None).await, (0, 0));
    assert_eq!(total(&loos, Some(&stranger.signer())).await, (0, 0));
    assert_eq!(total(&loos, Some(&node)).await, (1, 1));

    // Who has left is a stranger again.
    let mine = atelier::follow::find_mine(&lille, &loos.address().await)
        .await
        .expect("a follow");
    atelier::follow::end(&lille, &mine.id).await.expect("ended");
    Alliance::settle(&[&loos, &lille]).await;
    assert_eq!(
        asks(&loos, &theirs.uri, &node, Scheme::Cavage)
            .await
            .status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(total(&loos, Some(&node)).await, (0, 0));
}

#[tokio::test]
async fn who_follows_later_reads_what_was_meant_for_followers_before() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    meant_for(&loos, "followers", "Among us").await;
    meant_for(&loos, "public", "For all").await;
    meant_for(&loos, "members", "At home").await;
    lille.follows(&loos).await;
    let mut read = lille.timeline().await;
    read.sort();
    assert_eq!(read, ["Among us", "For all"]);
    let stranger = atelier::directory::Viewer::stranger();
    assert_eq!(lille.names_for(&stranger).await, ["For all"]);
}

#[tokio::test]
async fn a_signed_question_makes_nobody_ask_about_strangers() {
    let [loos] = Alliance::of(["loos"]).await;
    let theirs = meant_for(&loos, "followers", "Among us").await;
    let stranger = Peer::on(&loos, "stranger.test", "mastodon", "Person");
    loos.traffic();
    asks(&loos, &theirs.uri, &stranger.signer(), Scheme::Cavage).await;
    let asked: Vec<String> = loos.traffic();
    assert!(
        !asked.iter().any(|line| line.contains("stranger.test")),
        "{asked:?}"
    );
}
