//! Keys are renewed, theirs and ours, and nothing is lost; wrong ones make nobody busy.

use crate::rig::{Alliance, Peer, TestNode, experience};
use atelier::directory::{home, keys, store as directory};
use atelier::publication::Verified;
use http::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;

/// How often a node read a peer's actor since the last time.
fn readings(node: &TestNode, peer: &Peer) -> usize {
    let asked = peer.actor.replace("http://", "GET ");
    node.traffic().iter().filter(|line| **line == asked).count()
}

async fn says(node: &TestNode, peer: &Peer, id: &str) -> StatusCode {
    let like = peer.activity(id, "Like", json!(format!("{}/x", node.origin())));
    let status = peer.says(node, &like).await;
    Alliance::settle(&[node]).await;
    status
}

#[tokio::test]
async fn a_peers_new_key_is_read_once_and_wrong_ones_make_nobody_busy() {
    let [loos] = Alliance::of(["loos"]).await;
    let mut peer = Peer::on(&loos, "blog.test", "mastodon", "Person");
    loos.follows_peer(&peer).await;
    peer.renews(3);
    loos.traffic();
    assert_eq!(says(&loos, &peer, "1").await, StatusCode::ACCEPTED);
    assert_eq!(readings(&loos, &peer), 1);

    // Within five minutes nobody is asked again: neither for the same key, nor for others by new names.
    for (n, fragment) in ["main-key", "second", "third"].into_iter().enumerate() {
        peer.signs_as(fragment, 4);
        let id = format!("w{n}");
        assert_eq!(says(&loos, &peer, &id).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(readings(&loos, &peer), 0);

    loos.clock.advance(Duration::from_secs(301));
    peer.signs_as("fourth", 4);
    assert_eq!(says(&loos, &peer, "w4").await, StatusCode::UNAUTHORIZED);
    assert_eq!(readings(&loos, &peer), 1);
    peer.signs_as("fifth", 4);
    assert_eq!(says(&loos, &peer, "w5").await, StatusCode::UNAUTHORIZED);
    peer.renews(3);
    assert_eq!(says(&loos, &peer, "2").await, StatusCode::ACCEPTED);
    assert_eq!(readings(&loos, &peer), 0);
}

#[tokio::test]
async fn a_stranger_whose_key_does_not_fit_is_read_once() {
    let [loos] = Alliance::of(["loos"]).await;
    let mut peer = Peer::on(&loos, "blog.test", "mastodon", "Person");
    peer.signs_as("main-key", 4);
    loos.traffic();
    assert_eq!(says(&loos, &peer, "1").await, StatusCode::UNAUTHORIZED);
    assert_eq!(readings(&loos, &peer), 1);
    // A key that its document does not name, then others: it was looked for.
    peer.signs_as("other", 4);
    assert_eq!(says(&loos, &peer, "2").await, StatusCode::UNAUTHORIZED);
    assert_eq!(readings(&loos, &peer), 1);
    peer.signs_as("another", 4);
    assert_eq!(says(&loos, &peer, "3").await, StatusCode::UNAUTHORIZED);
    assert_eq!(readings(&loos, &peer), 0);
}

#[tokio::test]
async fn a_key_that_cannot_be_read_now_is_no_wrong_key() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    let mut peer = Peer::on(&loos, "blog.test", "mastodon", "Person");
    loos.follows_peer(&peer).await;
    peer.renews(3);
    loos.goes_silent("blog.test", true);
    loos.traffic();
    for id in ["1", "2"] {
        assert_eq!(
            says(&loos, &peer, id).await,
            StatusCode::SERVICE_UNAVAILABLE
        );
    }
    assert_eq!(readings(&loos, &peer), 1);
    loos.goes_silent("blog.test", false);
    loos.clock.advance(Duration::from_secs(31));
    assert_eq!(says(&loos, &peer, "1").await, StatusCode::ACCEPTED);
    drop(lille);
}

#[tokio::test]
async fn an_actor_that_is_gone_is_asked_for_once() {
    let [loos] = Alliance::of(["loos"]).await;
    let peer = Peer::on(&loos, "blog.test", "mastodon", "Person");
    peer.serves(&peer.actor.clone(), Value::Null);
    loos.traffic();
    for id in ["1", "2", "3"] {
        assert_eq!(says(&loos, &peer, id).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(readings(&loos, &peer), 1);
}

#[tokio::test]
async fn a_proof_by_a_new_key_makes_its_author_be_read_again_once() {
    let [loos] = Alliance::of(["loos"]).await;
    let mut author = Peer::on(&loos, "author.test", "mastodon", "Person");
    let relay = Peer::on(&loos, "relay.test", "lemmy", "Group");
    loos.follows_peer(&relay).await;
    let pass = async |author: &Peer, n: &str| {
        let words = author.article(n, &format!("Words {n}"));
        let proven = author.proves(author.activity(&format!("c{n}"), "Create", words));
        let announce = relay.activity(&format!("a{n}"), "Announce", proven);
        assert_eq!(relay.says(&loos, &announce).await, StatusCode::ACCEPTED);
        Alliance::settle(&[&loos]).await;
    };
    pass(&author, "1").await;
    author.renews(3);
    loos.traffic();
    pass(&author, "2").await;
    assert_eq!(readings(&loos, &author), 1);
    let uri = format!("{}/articles/2", author.origin);
    let copy = atelier::publication::store::find_by_uri(&loos, &uri).await;
    let copy = copy.expect("a look").expect("a copy");
    assert_eq!(copy.verified, Some(Verified::Proof));
    // Another change at once is as if there were no proof: nobody is read a second time.
    author.renews(4);
    pass(&author, "3").await;
    assert_eq!(readings(&loos, &author), 0);
    assert_eq!(loos.timeline().await.len(), 2);
}

#[tokio::test]
async fn our_new_keys_are_told_to_all_we_spoke_to_and_nothing_is_lost() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    let peer = Peer::on(&loos, "blog.test", "mastodon", "Person");
    loos.is_followed_by(&peer).await;
    let undo = peer.activity(
        "undo",
        "Undo",
        peer.activity("follow", "Follow", json!("x")),
    );
    peer.says(&loos, &undo).await;
    lille.follows(&loos).await;
    loos.publishes(experience("Before")).await;
    Alliance::settle(&[&loos, &lille]).await;

    let network = home(&loos).await.expect("home").network.clone();
    let old = directory::list_keys(&loos, &network.id)
        .await
        .expect("keys");
    keys::renew(&loos, &network).await.expect("renewed");
    // Something is already on its way when the keys change.
    loos.publishes(experience("At that moment")).await;
    Alliance::settle(&[&loos, &lille]).await;
    loos.publishes(experience("After")).await;
    Alliance::settle(&[&loos, &lille]).await;
    let mut names = lille.timeline().await;
    names.sort();
    assert_eq!(names, ["After", "At that moment", "Before"]);

    let new = directory::list_keys(&loos, &network.id)
        .await
        .expect("keys");
    for (old, new) in old.iter().zip(&new) {
        assert_eq!(old.id, new.id);
        assert!(old.public != new.public && old.private != new.private);
    }
    let history = directory::list_key_history(&loos, &network.id).await;
    let history = history.expect("a history");
    assert_eq!(history.len(), 4);
    assert!(history.iter().all(|key| key.private.is_none()));
    let update = peer
        .received()
        .pop()
        .expect("it was told, though it follows no more");
    assert_eq!(
        (&update["type"], &update["object"]["id"]),
        (&json!("Update"), &json!(network.uri))
    );
    let told = update["object"]["publicKey"]["publicKeyPem"].as_str();
    let main = new.iter().find(|key| key.algorithm == "rsa").expect("one");
    assert_eq!(told, Some(main.public.as_str()));
    let theirs = directory::find_actor_by_uri(&lille, &network.uri).await;
    let theirs = theirs.expect("a look").expect("known");
    let known = directory::list_key_history(&lille, &theirs.id).await;
    assert_eq!(known.expect("a history").len(), 4);
}

#[tokio::test]
async fn a_running_node_takes_up_keys_that_another_process_made() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    lille.follows(&loos).await;
    let network = home(&loos).await.expect("home").network.clone();
    let signer = async || keys::proof_key(&loos, &network).await.expect("a key");
    let before = signer().await.public_multibase();
    let beside = loos.beside().await;
    keys::renew(&beside, &network).await.expect("renewed");
    loos.clock.advance(Duration::from_secs(15));
    assert_ne!(signer().await.public_multibase(), before);
    Alliance::settle(&[&loos, &lille]).await;
}

#[tokio::test]
async fn whoever_presents_themselves_anew_tells_their_followers() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    lille.follows(&loos).await;
    let network = home(&loos).await.expect("home").network.clone();
    atelier::directory::found::present(&loos, &network, "Loos, anew", "Who we are.")
        .await
        .expect("presented");
    Alliance::settle(&[&loos, &lille]).await;
    let theirs = directory::find_actor_by_uri(&lille, &network.uri).await;
    assert_eq!(theirs.expect("a look").expect("known").name, "Loos, anew");
}

#[tokio::test]
async fn pages_that_a_stranger_names_say_nothing_of_an_actor() {
    let [loos] = Alliance::of(["loos"]).await;
    let mut alice = Peer::on(&loos, "blog.test", "mastodon", "Person");
    let neighbour = format!("{}/actors/two", alice.origin);
    loos.follows_peer(&alice).await;
    loos.clock.advance(Duration::from_secs(301));
    let forger = |key_id: String| {
        let pem = crate::rig::keys().swap_remove(3);
        atelier::trust::Signer::from_pem(key_id, &pem).expect("a key")
    };
    let forged = async |n: usize, key_id: String| {
        let like = alice.activity(&format!("f{n}"), "Like", json!("x"));
        let status = alice.says_as(&loos, &like, &forger(key_id)).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    };
    loos.traffic();
    for n in 0..3 {
        forged(n, format!("{}/nope-{n}#k", alice.origin)).await;
    }
    // Her own document was read once, and one page in all.
    assert_eq!(readings(&loos, &alice), 1);
    loos.clock.advance(Duration::from_secs(301));
    loos.traffic();
    forged(3, format!("{}/nope-3#k", alice.origin)).await;
    let pages = loos.traffic();
    let pages = pages.iter().filter(|line| line.contains("/nope-")).count();
    assert!(
        (1..=2).contains(&pages),
        "each page is asked for in both schemes at most"
    );
    forged(4, format!("{}/nope-4#k", alice.origin)).await;
    assert!(!loos.traffic().iter().any(|line| line.contains("/nope-")));

    // Somebody nobody here knows is not settled by what a page beside them says.
    loos.clock.advance(Duration::from_secs(301));
    let mut document = alice.document(3);
    let text = document.to_string().replace(&alice.actor, &neighbour);
    document = serde_json::from_str(&text).expect("JSON");
    alice.serves(&neighbour, document);
    let mut like = alice.activity("n1", "Like", json!("x"));
    like["actor"] = json!(neighbour);
    let wrong = forger(format!("{}#other", alice.actor));
    assert_eq!(
        alice.says_as(&loos, &like, &wrong).await,
        StatusCode::UNAUTHORIZED
    );
    let pem = crate::rig::keys().swap_remove(2);
    let right = atelier::trust::Signer::from_pem(format!("{neighbour}#main-key"), &pem);
    let right = right.expect("a key");
    assert_eq!(
        alice.says_as(&loos, &like, &right).await,
        StatusCode::ACCEPTED
    );
    Alliance::settle(&[&loos]).await;

    // A page of hers is settled, she is not: what she renews is read.
    loos.clock.advance(Duration::from_secs(301));
    alice.signs_as("never", 1);
    let page = format!("{}/keys/new", alice.origin);
    let mut document = alice.document(3);
    document["publicKey"]["id"] = json!(page);
    alice.serves(&alice.actor.clone(), document);
    let pem = crate::rig::keys().swap_remove(2);
    let new = atelier::trust::Signer::from_pem(page, &pem).expect("a key");
    let like = alice.activity("new", "Like", json!("x"));
    assert_eq!(
        alice.says_as(&loos, &like, &new).await,
        StatusCode::ACCEPTED
    );
    Alliance::settle(&[&loos]).await;
}

#[tokio::test]
async fn a_document_read_for_a_key_is_small() {
    let [loos] = Alliance::of(["loos"]).await;
    let peer = Peer::on(&loos, "blog.test", "mastodon", "Person");
    let mut document = peer.document(1);
    document["padding"] = json!("x".repeat(260 * 1024));
    peer.serves(&peer.actor, document.clone());
    assert_eq!(
        says(&loos, &peer, "1").await,
        StatusCode::SERVICE_UNAVAILABLE
    );
    let held = directory::find_actor_by_uri(&loos, &peer.actor).await;
    assert!(held.expect("a look").is_none());
    document["padding"] = json!("x".repeat(200 * 1024));
    peer.serves(&peer.actor, document);
    loos.clock.advance(Duration::from_secs(31));
    assert_eq!(says(&loos, &peer, "1").await, StatusCode::ACCEPTED);
}
