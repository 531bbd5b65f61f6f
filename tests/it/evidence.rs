//! Evidence that is kept, looked at again, taken along, and checked by somebody who has nothing else.

use crate::rig::{Alliance, Peer, TestNode, experience};
use atelier::base::Error;
use atelier::directory::keys;
use atelier::federation::evidence::{self, Answer};
use atelier::publication::evidence::{Broken, Strength, verify};
use atelier::publication::{Publication, Verified, publish, store};
use http::StatusCode;
use serde_json::{Value, json};
use std::process::Command;
use std::time::Duration;

async fn file(node: &TestNode, publication: &Publication) -> String {
    evidence::file(node, publication)
        .await
        .expect("a file")
        .to_string()
}

async fn copy_at(node: &TestNode, uri: &str) -> Publication {
    store::find_by_uri(node, uri)
        .await
        .expect("a look")
        .expect("a copy")
}

/// A node that holds one article of a peer, as the peer's request brought it.
async fn told_by_a_peer() -> (TestNode, Peer, Publication) {
    let [loos] = Alliance::of(["loos"]).await;
    let peer = Peer::on(&loos, "blog.test", "mastodon", "Person");
    loos.follows_peer(&peer).await;
    let article = peer.article("1", "From elsewhere");
    peer.serves(&format!("{}/articles/1", peer.origin), article.clone());
    let create = peer.activity("c1", "Create", article);
    assert_eq!(peer.says(&loos, &create).await, StatusCode::ACCEPTED);
    Alliance::settle(&[&loos]).await;
    let copy = copy_at(&loos, &format!("{}/articles/1", peer.origin)).await;
    (loos, peer, copy)
}

#[tokio::test]
async fn a_proven_copy_is_proven_for_ever() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    lille.follows(&loos).await;
    let published = loos.publishes(experience("A street")).await;
    Alliance::settle(&[&loos, &lille]).await;
    let copy = lille.copy_of(&published).await.expect("a copy");

    let verdict = verify(&file(&lille, &copy).await).expect("it holds");
    assert_eq!(verdict.strength, Strength::Proof);
    assert_eq!(verdict.subject, published.uri);
    let lilles = atelier::directory::home(&lille).await.expect("home");
    assert_eq!(verdict.keeper, lilles.network.uri);

    // Its author renews her keys, and its node goes away: the words stay proven by the key of then.
    let ana = actor(&loos, &loos.ana.actor_id).await;
    lille.clock.advance(Duration::from_secs(3600));
    loos.clock.advance(Duration::from_secs(3600));
    keys::renew(&loos, &ana).await.expect("renewed");
    Alliance::settle(&[&loos, &lille]).await;
    loos.is_down(true);
    let whole = file(&lille, &copy).await;
    let verdict = verify(&whole).expect("it holds");
    assert_eq!(verdict.strength, Strength::Proof);
    let key = verdict.key.expect("a key");
    assert_eq!(key.owner, ana.uri);
    assert!(key.last_seen < verdict.made, "an old key: {key:?}");
    let whole: Value = serde_json::from_str(&whole).expect("JSON");
    let hers = whole["keys"].as_array().expect("keys").iter();
    assert_eq!(
        hers.filter(|key| key["id"] == json!(key_id(&ana))).count(),
        2
    );
}

fn key_id(actor: &atelier::directory::Actor) -> String {
    format!("{}#ed25519-key", actor.uri)
}

async fn actor(node: &TestNode, id: &str) -> atelier::directory::Actor {
    atelier::directory::store::find_actor(node, id)
        .await
        .expect("a look")
        .expect("an actor")
}

#[tokio::test]
async fn a_plain_delivery_is_proven_by_the_request_that_brought_it() {
    let (loos, mut peer, copy) = told_by_a_peer().await;
    assert_eq!(copy.verified, Some(Verified::Signature));
    let verdict = verify(&file(&loos, &copy).await).expect("it holds");
    assert_eq!(verdict.strength, Strength::Signature);
    assert_eq!(verdict.key.expect("a key").owner, peer.actor);

    peer.renews(4);
    let update = peer.activity("u1", "Update", json!(peer.actor));
    assert_eq!(peer.says(&loos, &update).await, StatusCode::ACCEPTED);
    Alliance::settle(&[&loos]).await;
    peer.serves(&peer.actor.clone(), Value::Null);
    let whole = file(&loos, &copy).await;
    let verdict = verify(&whole).expect("it holds");
    assert_eq!(verdict.strength, Strength::Signature);
    let lie = whole.replace("From elsewhere", "From nowhere");
    assert!(matches!(verify(&lie), Err(Broken::Tampered(_))));
}

#[tokio::test]
async fn what_was_only_read_is_attested_and_not_called_proven() {
    let [loos] = Alliance::of(["loos"]).await;
    let author = Peer::on(&loos, "author.test", "mastodon", "Person");
    let relay = Peer::on(&loos, "relay.test", "lemmy", "Group");
    loos.follows_peer(&relay).await;
    let uri = format!("{}/articles/3", author.origin);
    author.serves(&uri, author.article("3", "Read at its origin"));
    let announce = relay.activity("a3", "Announce", json!(uri));
    assert_eq!(relay.says(&loos, &announce).await, StatusCode::ACCEPTED);
    Alliance::settle(&[&loos]).await;
    let copy = copy_at(&loos, &uri).await;
    let verdict = verify(&file(&loos, &copy).await).expect("it holds");
    assert_eq!((verdict.strength, verdict.key), (Strength::Attested, None));
}

#[tokio::test]
async fn what_stood_in_an_outbox_was_read_and_not_sent() {
    let [loos] = Alliance::of(["loos"]).await;
    let peer = Peer::on(&loos, "blog.test", "mastodon", "Person");
    let create = peer.activity("c1", "Create", peer.article("1", "Said before"));
    let outbox = format!("{}/outbox", peer.actor);
    let items = json!({"id": outbox, "type": "OrderedCollection", "totalItems": 1, "orderedItems": [create]});
    peer.serves(&outbox, items);
    loos.follows_peer(&peer).await;
    let copy = copy_at(&loos, &format!("{}/articles/1", peer.origin)).await;
    assert_eq!(copy.verified, Some(Verified::Origin));
    let verdict = verify(&file(&loos, &copy).await).expect("it holds");
    assert_eq!(verdict.strength, Strength::Attested);
}

#[tokio::test]
async fn our_own_words_are_proven_by_our_own_proof_and_followers_words_by_none() {
    let [loos] = Alliance::of(["loos"]).await;
    let public = loos.publishes(experience("For all")).await;
    let verdict = verify(&file(&loos, &public).await).expect("it holds");
    assert_eq!(verdict.strength, Strength::Proof);
    let mut draft = experience("Among us");
    draft.audience = "followers".into();
    let among_us = loos.publishes(draft).await;
    assert!(evidence::file(&loos, &among_us).await.is_err());
    Alliance::settle(&[&loos]).await;
    assert!(matches!(
        evidence::check(&loos, &public).await,
        Err(Error::NotFound)
    ));
}

async fn looks(node: &TestNode, copy: &Publication) -> evidence::Checked {
    node.clock.advance(Duration::from_secs(61));
    evidence::check(node, copy).await.expect("a check")
}

#[tokio::test]
async fn looking_again_asks_its_node_and_loses_nothing() {
    let (loos, peer, copy) = told_by_a_peer().await;
    let uri = copy.uri.clone();
    let checked = looks(&loos, &copy).await;
    assert_eq!(
        (checked.evidence, checked.answer),
        (Some(Strength::Signature), Answer::Same)
    );
    assert_eq!(
        evidence::last(&loos, &copy).await.expect("a look"),
        Some(checked)
    );

    // Counts change by themselves: the words are the same.
    let mut counted = peer.article("1", "From elsewhere");
    counted["likes"] = json!({"type": "Collection", "totalItems": 7});
    peer.serves(&uri, counted);
    assert_eq!(looks(&loos, &copy).await.answer, Answer::Same);
    peer.serves(&uri, Value::Null);
    assert_eq!(looks(&loos, &copy).await.answer, Answer::Gone);
    peer.serves(&uri, json!({"id": uri, "type": "Tombstone"}));
    assert_eq!(looks(&loos, &copy).await.answer, Answer::Gone);
    let mut other = peer.article("1", "Nothing to do with it");
    other["id"] = json!(format!("{uri}-other"));
    peer.serves(&format!("{uri}-other"), other.clone());
    peer.serves(&uri, other);
    let checked = looks(&loos, &copy).await;
    assert_eq!(
        (checked.evidence, checked.answer),
        (Some(Strength::Signature), Answer::Silent)
    );
    assert_eq!(copy_at(&loos, &uri).await, copy, "nothing was lost");

    let mut newer = peer.article("1", "Better words");
    newer["updated"] = json!("2026-11-21T09:00:00Z");
    peer.serves(&uri, newer);
    let checked = looks(&loos, &copy).await;
    assert_eq!(checked.answer, Answer::Newer);
    assert_eq!(loos.timeline().await, ["Better words"]);
}

#[tokio::test]
async fn another_node_is_asked_once_a_minute_whoever_looks() {
    let (loos, _peer, copy) = told_by_a_peer().await;
    loos.traffic();
    let first = evidence::check(&loos, &copy).await.expect("a check");
    assert_eq!(loos.traffic().len(), 1);
    loos.clock.advance(Duration::from_secs(59));
    let again = evidence::check(&loos, &copy).await.expect("a check");
    assert_eq!((again, loos.traffic().len()), (first, 0));
    looks(&loos, &copy).await;
    assert_eq!(loos.traffic().len(), 1);
}

#[tokio::test]
async fn evidence_that_was_damaged_is_said_to_be() {
    let (loos, _peer, copy) = told_by_a_peer().await;
    let mut tx = loos.db.write().await.expect("a transaction");
    let sql = "UPDATE evidence SET body = REPLACE(body, 'From elsewhere', 'From nowhere') WHERE publication_id = $1";
    let done = sqlx::query(sql).bind(&copy.id).execute(tx.on()).await;
    assert_eq!(done.expect("changed").rows_affected(), 1);
    tx.commit().await.expect("committed");
    let checked = looks(&loos, &copy).await;
    assert_eq!((checked.evidence, checked.answer), (None, Answer::Same));
    let broken = verify(&file(&loos, &copy).await).expect_err("broken");
    assert!(broken.to_string().contains("other bytes"), "{broken}");
}

#[tokio::test]
async fn the_evidence_is_for_those_who_may_read_the_publication() {
    let [loos] = Alliance::of(["loos"]).await;
    let mut draft = experience("Among us");
    draft.audience = "members".into();
    let hidden = loos.publishes(draft).await;
    let open = loos.publishes(experience("For all")).await;
    Alliance::settle(&[&loos]).await;
    for start in ["/publications", "/api/v1/publications"] {
        let path = format!("{start}/{}/evidence", hidden.id);
        assert_eq!(loos.get(&path, "*/*").await.status(), 404, "{path}");
        let path = format!("{start}/{}/evidence", open.id);
        let answer = loos.get(&path, "*/*").await;
        assert_eq!(answer.status(), 200);
        let place = answer.headers()["content-disposition"]
            .to_str()
            .expect("text");
        assert!(
            place.starts_with("attachment; filename=\"evidence-"),
            "{place}"
        );
        let text = std::str::from_utf8(answer.body()).expect("text");
        assert_eq!(verify(text).expect("it holds").strength, Strength::Proof);
    }
    publish::withdraw(&loos, &loos.ana, &open.id)
        .await
        .expect("withdrawn");
    Alliance::settle(&[&loos]).await;
    let path = format!("/publications/{}/evidence", open.id);
    assert_eq!(loos.get(&path, "*/*").await.status(), 410);
}

#[tokio::test]
async fn the_page_offers_to_look_again_and_says_what_came_of_it() {
    let (loos, _peer, copy) = told_by_a_peer().await;
    let path = format!("/publications/{}", copy.id);
    let page = loos.get(&path, "text/html").await;
    let text = String::from_utf8_lossy(page.body()).into_owned();
    assert!(text.contains(&format!("action=\"{path}/check\"")), "{text}");
    assert!(
        text.contains(&format!("href=\"{path}/evidence\"")),
        "{text}"
    );
    let cookie = page.headers()["set-cookie"].to_str().expect("text");
    let cookie = cookie.split(';').next().expect("a cookie").to_owned();
    let csrf = text
        .split("name=\"csrf\" value=\"")
        .nth(1)
        .expect("a token");
    let csrf = csrf.split('"').next().expect("a token").to_owned();

    loos.traffic();
    let forged = loos.post(&format!("{path}/check"), &cookie, "csrf=x").await;
    assert_eq!(forged.status(), 403);
    assert_eq!(loos.traffic().len(), 1, "nobody was asked");
    let done = loos
        .post(&format!("{path}/check"), &cookie, &format!("csrf={csrf}"))
        .await;
    assert_eq!(done.status(), 303);
    let page = loos.get(&path, "text/html").await;
    let text = String::from_utf8_lossy(page.body()).into_owned();
    let said = "disait toujours la même chose";
    let said_in_english = "still said the same.";
    assert!(
        text.contains(said) || text.contains(said_in_english),
        "{text}"
    );
}

#[tokio::test]
async fn the_program_checks_a_file_without_any_node() {
    let (loos, peer, copy) = told_by_a_peer().await;
    let own = loos.publishes(experience("For all")).await;
    Alliance::settle(&[&loos]).await;
    let other = peer.article("2", "Read where it lives");
    let url = other["id"].as_str().expect("an id").to_owned();
    peer.serves(&url, other);
    peer.says(&loos, &peer.activity("a2", "Announce", url.clone().into()))
        .await;
    Alliance::settle(&[&loos]).await;
    let read = atelier::publication::store::find_by_uri(&loos, &url).await;
    let read = read.expect("a look").expect("a copy");
    let signed = file(&loos, &copy).await;
    let broken = signed.replace("From elsewhere", "From nowhere");
    let files = [
        (
            file(&loos, &own).await,
            0,
            "PROVEN by the author's own proof.",
        ),
        (signed, 0, "PROVEN by the author's signed request."),
        (file(&loos, &read).await, 5, "ATTESTED only."),
        (broken, 1, "BROKEN: "),
        ("{}".to_owned(), 2, "no evidence file"),
    ];
    let dir = tempfile::tempdir().expect("a folder");
    for (text, code, words) in files {
        let path = dir.path().join("evidence.json");
        std::fs::write(&path, text).expect("written");
        let output = Command::new(env!("CARGO_BIN_EXE_atelier"))
            .env_clear()
            .current_dir(dir.path())
            .arg("verify")
            .arg(&path)
            .output()
            .expect("it runs");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(said.contains(words), "{words}: {said}");
        assert_eq!(output.status.code(), Some(code), "{said}");
    }
    let none = Command::new(env!("CARGO_BIN_EXE_atelier"))
        .args(["verify", "no-such-file.json"])
        .current_dir(dir.path())
        .output()
        .expect("it runs");
    assert_eq!(none.status.code(), Some(3));
    let left = std::fs::read_dir(dir.path()).expect("a folder").count();
    assert_eq!(left, 1, "it made nothing beside the file");
}
