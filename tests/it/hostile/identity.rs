//! Group A: who sent it, and did it arrive as it was sent.

use super::{EVIL_KEY, GOOD_KEY, Scene, UNKNOWN_KEY, attack};
use crate::rig::{Alliance, Peer, difference};
use atelier::follow;
use futures_util::future::join_all;
use http::StatusCode;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a01_a_genuine_follow_becomes_one_follow() {
    let scene = Scene::new().await;
    let group = scene.attacker().group;
    let before = scene.loos.dump().await;
    let wish = scene.evil.activity("f1", "Follow", json!(group));
    assert_eq!(scene.evil_says(&wish).await, StatusCode::ACCEPTED);
    Alliance::settle(&[&scene.loos]).await;
    let changes = difference(&before, &scene.loos.dump().await);
    let follows: Vec<&String> = changes
        .iter()
        .filter(|line| line.starts_with("+ follow "))
        .collect();
    assert_eq!(follows.len(), 1, "{changes:#?}");
    assert!(
        changes.iter().all(|line| line.starts_with('+')),
        "{changes:#?}"
    );
}

#[tokio::test]
async fn a02_a_changed_body_is_refused() {
    Scene::new().await.withstands(2).await;
}

#[tokio::test]
async fn a04_a_digest_that_says_nothing_is_refused() {
    Scene::new().await.withstands(4).await;
}

#[tokio::test]
async fn a05_a_signature_over_too_little_is_refused() {
    Scene::new().await.withstands(5).await;
}

#[tokio::test]
async fn a07_a_request_for_another_place_is_refused() {
    Scene::new().await.withstands(7).await;
}

#[tokio::test]
async fn a08_a_request_from_another_time_is_refused() {
    Scene::new().await.withstands(8).await;
}

#[tokio::test]
async fn a09_a_thousand_replays_have_one_effect() {
    let scene = Scene::new().await;
    let attacker = scene.attacker();
    let sent = attacker.says(&scene.evil.activity(
        "once",
        "Create",
        scene.evil.article("once", "Said once"),
    ));
    let before = scene.loos.dump().await;
    for _ in 0..10 {
        let all = join_all((0..100).map(|_| scene.sends(&sent))).await;
        assert!(
            all.iter()
                .all(|status| matches!(status.as_u16(), 202 | 409 | 429)),
            "{all:?}"
        );
    }
    Alliance::settle(&[&scene.loos]).await;
    let once = scene.loos.dump().await;
    let new = difference(&before, &once);
    let kept = |table: &str| {
        new.iter()
            .filter(|line| line.starts_with(&format!("+ {table} ")))
            .count()
    };
    assert_eq!((kept("publication"), kept("publication_text")), (1, 1));
    scene.sends(&sent).await;
    scene.is_as(&once).await;
}

#[tokio::test]
async fn a11_nobody_signs_for_another() {
    let scene = Scene::new().await;
    scene.withstands(11).await;
    assert!(scene.good.script.take_asked().len() <= 1);
}

#[tokio::test]
async fn a12_a_key_is_its_owners_only_by_the_owners_word() {
    Scene::new().await.withstands(12).await;
}

#[tokio::test]
async fn a14_a_key_at_another_place_is_nobodys() {
    let scene = Scene::new().await;
    scene.withstands(14).await;
    let genuine = scene.good.activity("w", "atelier:Wave", json!("x"));
    let status = scene.good.says(&scene.loos, &genuine).await;
    assert_eq!(status, StatusCode::ACCEPTED, "the honest key still counts");
    Alliance::settle(&[&scene.loos]).await;
}

#[tokio::test]
async fn a15_a_new_key_is_read_once_and_a_wrong_one_not_again() {
    let scene = Scene::new().await;
    let good = &scene.good;
    let wave = |n: u8| good.activity(&format!("w{n}"), "atelier:Wave", json!("x"));
    good.serves(&good.actor, good.document(UNKNOWN_KEY));
    good.signs_with(UNKNOWN_KEY);
    good.script.take_asked();
    let rotated = good.says(&scene.loos, &wave(1)).await;
    assert_eq!(rotated, StatusCode::ACCEPTED);
    assert_eq!(good.script.take_asked(), ["/actors/one"]);

    good.signs_with(EVIL_KEY);
    Alliance::settle(&[&scene.loos]).await;
    let before = scene.loos.dump().await;
    for n in 2..6 {
        let wrong = good.says(&scene.loos, &wave(n)).await;
        assert_eq!(wrong, StatusCode::UNAUTHORIZED);
    }
    assert!(good.script.take_asked().is_empty(), "nobody is asked again");
    // The old key is not the key any more.
    good.signs_with(GOOD_KEY);
    let old = good.says(&scene.loos, &wave(7)).await;
    assert_eq!(old, StatusCode::UNAUTHORIZED);
    scene.is_as(&before).await;

    // Later it may have changed again: asked once more, not more often.
    scene.loos.clock.advance(Duration::from_secs(6 * 60));
    good.signs_with(EVIL_KEY);
    for n in 8..12 {
        let wrong = good.says(&scene.loos, &wave(n)).await;
        assert_eq!(wrong, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(good.script.take_asked(), ["/actors/one"]);
    good.signs_with(UNKNOWN_KEY);
    assert_eq!(
        good.says(&scene.loos, &wave(13)).await,
        StatusCode::ACCEPTED
    );
    Alliance::settle(&[&scene.loos]).await;
}

#[tokio::test]
async fn a16_algorithms_and_keys_nobody_should_use_are_refused() {
    let scene = Scene::new().await;
    scene.withstands(16).await;
    let held = scene.loos.dump().await;
    let kept = |name: &str| {
        let id = format!("id={}/actors/{name}#", scene.evil.origin);
        held.iter()
            .any(|line| line.contains(&id) && line.contains("_key"))
    };
    assert!(
        !kept("small") && !kept("huge"),
        "no such key is even remembered"
    );
}

#[tokio::test]
async fn a17_a_message_signature_counts_whole_or_not_at_all() {
    let scene = Scene::new().await;
    scene.withstands(17).await;
    // Whole, it counts: we say that we take it.
    let attacker = scene.attacker();
    let wave = scene.evil.activity("w17", "atelier:Wave", json!("x"));
    let sent = attacker.says_by_message_signature(&wave.to_string());
    assert_eq!(scene.sends(&sent).await, StatusCode::ACCEPTED);
    let mut mixed = attacker.says_by_message_signature(&attacker.create(17));
    mixed.headers.push(("digest", attack::digest(b"{}")));
    let status = scene.sends(&mixed).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "two digests that differ");
    Alliance::settle(&[&scene.loos]).await;
}

#[tokio::test]
async fn a18_nobody_wears_our_name() {
    let scene = Scene::new().await;
    scene.withstands(18).await;
    // A look-alike is somebody else, and stays so: it is heard as itself and touches nothing of ours.
    let before = scene.loos.dump().await;
    let cyrillic = url::Url::parse("https://l\u{43e}\u{43e}s.test").expect("a URL");
    let twin = Peer::keyed(
        &scene.loos,
        cyrillic.host_str().expect("a host"),
        "mastodon",
        "Person",
        UNKNOWN_KEY,
    );
    let mut document = twin.document(UNKNOWN_KEY);
    document["preferredUsername"] = json!("ana");
    document["name"] = json!("Ana");
    document["url"] = json!(format!("{}/users/ana", scene.loos.origin()));
    twin.serves(&twin.actor, document);
    let wish = twin.activity("f", "Follow", json!(scene.attacker().group));
    assert_eq!(twin.says(&scene.loos, &wish).await, StatusCode::ACCEPTED);
    let wish = twin.activity(
        "r",
        "Accept",
        json!(format!("{}/activities/x", scene.loos.origin())),
    );
    twin.says(&scene.loos, &wish).await;
    Alliance::settle(&[&scene.loos]).await;
    let changes = difference(&before, &scene.loos.dump().await);
    let touched: Vec<&String> = changes
        .iter()
        .filter(|line| line.starts_with('-') || line.contains("local=1"))
        .collect();
    assert!(touched.is_empty(), "{touched:#?}");
    let ana = follow::find_mine(&scene.loos, &format!("{}/users/ana", scene.loos.origin())).await;
    assert!(ana.is_err());
}
