//! Two networks listen to each other.

use crate::rig::{Alliance, Peer, event, experience};
use atelier::follow::{State, store as follows};
use atelier::publication::{Verified, publish};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_follower_hears_of_a_new_experience() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    lille.follows(&loos).await;

    let published = loos
        .publishes(experience("A street without cars at school time"))
        .await;
    Alliance::settle(&[&loos, &lille]).await;

    assert_eq!(
        lille.timeline().await,
        ["A street without cars at school time"]
    );
    let copy = lille.copy_of(&published).await.expect("a copy");
    assert_eq!(copy.verified, Some(Verified::Proof));
    assert_eq!(copy.detail.text("scope"), "One street, one school year.");
    assert_eq!(
        (copy.licence.as_str(), copy.language.as_str()),
        ("CC-BY-SA-4.0", "en")
    );
}

#[tokio::test]
async fn an_edit_and_a_withdrawal_follow() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    lille.follows(&loos).await;
    let published = loos.publishes(experience("First words")).await;
    Alliance::settle(&[&loos, &lille]).await;

    let mut draft = publish::draft_of(&published);
    draft.name = "Better words".into();
    publish::edit(&loos, &loos.ana, &published.id, draft)
        .await
        .expect("edited");
    Alliance::settle(&[&loos, &lille]).await;
    assert_eq!(lille.timeline().await, ["Better words"]);

    publish::withdraw(&loos, &loos.ana, &published.id)
        .await
        .expect("withdrawn");
    Alliance::settle(&[&loos, &lille]).await;
    assert!(lille.timeline().await.is_empty());
    assert!(
        lille
            .copy_of(&published)
            .await
            .expect("its tombstone")
            .withdrawn
    );
    let answer = loos
        .get(
            &format!("/publications/{}", published.id),
            "application/activity+json",
        )
        .await;
    assert_eq!(answer.status(), 410);
    let words = loos
        .get(
            &format!("/activities/{}-create-1", published.id),
            "application/activity+json",
        )
        .await;
    assert_eq!(words.status(), 404, "what was said of it is withdrawn too");
}

#[tokio::test]
async fn an_event_comes_with_its_time_and_place() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    lille.follows(&loos).await;
    let published = loos.publishes(event("Half a day to measure")).await;
    Alliance::settle(&[&loos, &lille]).await;

    let copy = lille.copy_of(&published).await.expect("a copy");
    assert_eq!(copy.start_time, published.start_time);
    assert_eq!(copy.timezone.as_deref(), Some("Europe/Paris"));
    assert_eq!(copy.place.map(|place| place.name), Some("La Halle".into()));
    assert_eq!(copy.verified, Some(Verified::Proof));
}

#[tokio::test]
async fn who_follows_later_gets_the_history() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    let mut names = Vec::new();
    for n in 0..45 {
        let name = format!("Experience {n}");
        loos.publishes(experience(&name)).await;
        loos.clock.advance(Duration::from_secs(60));
        names.insert(0, name);
    }
    loos.publishes(event("An event among them")).await;
    names.insert(0, "An event among them".into());
    lille.clock.advance(Duration::from_secs(46 * 60));
    Alliance::settle(&[&loos]).await;

    lille.follows(&loos).await;
    Alliance::settle(&[&loos, &lille]).await;

    assert_eq!(lille.timeline().await, names);
    let home = atelier::directory::home(&lille).await.expect("home");
    let follow = &follows::list_following(&lille, &home.network.id)
        .await
        .expect("a list")[0];
    assert_eq!(follow.state, State::Accepted);
    let progress = follow.backfill.expect("a history");
    assert_eq!(
        (progress.done, progress.total, progress.running),
        (46, Some(46), false)
    );
}

#[tokio::test]
async fn a_node_that_was_down_hears_all_when_it_is_back() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    lille.follows(&loos).await;
    lille.is_down(true);
    for n in 0..5 {
        loos.publishes(experience(&format!("While away {n}"))).await;
    }
    atelier::server::work_once(&loos).await.expect("work");
    atelier::server::work_once(&loos).await.expect("work");
    assert!(lille.timeline().await.is_empty());

    lille.is_down(false);
    for _ in 0..12 {
        Alliance::time_passes(&[&loos, &lille], Duration::from_secs(60));
        Alliance::settle(&[&loos, &lille]).await;
    }
    assert_eq!(lille.timeline().await.len(), 5);
}

#[tokio::test]
async fn ending_a_follow_ends_what_comes() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    lille.follows(&loos).await;
    let mine = atelier::follow::find_mine(&lille, &loos.address().await)
        .await
        .expect("a follow");
    atelier::follow::end(&lille, &mine.id).await.expect("ended");
    Alliance::settle(&[&loos, &lille]).await;

    loos.publishes(experience("Not for Lille any more")).await;
    Alliance::settle(&[&loos, &lille]).await;
    assert!(lille.timeline().await.is_empty());
}

#[tokio::test]
async fn a_network_may_let_followers_in_by_hand() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    let mut settings = atelier::directory::home(&loos)
        .await
        .expect("home")
        .settings
        .clone();
    settings.approve_followers = true;
    atelier::directory::found::decide(&loos, &settings)
        .await
        .expect("decided");
    lille.follows(&loos).await;
    let home = atelier::directory::home(&loos).await.expect("home");
    let waiting = follows::list_followers(&loos, &home.network.id)
        .await
        .expect("followers");
    assert_eq!(waiting[0].state, State::Pending);

    atelier::follow::answer(&loos, &waiting[0].id, false)
        .await
        .expect("turned away");
    Alliance::settle(&[&loos, &lille]).await;
    let mine = atelier::follow::find_mine(&lille, &loos.address().await)
        .await
        .expect("a follow");
    assert_eq!(mine.state, State::Rejected);
}

#[tokio::test]
async fn a_publication_for_followers_reaches_them_and_nobody_else() {
    let [loos, lille, paris] = Alliance::of(["loos", "lille", "paris"]).await;
    lille.follows(&loos).await;
    let mut draft = experience("Among us");
    draft.audience = "followers".into();
    let published = loos.publishes(draft).await;
    Alliance::settle(&[&loos, &lille, &paris]).await;

    assert_eq!(lille.timeline().await, ["Among us"]);
    assert!(
        lille
            .names_for(&atelier::directory::Viewer::stranger())
            .await
            .is_empty()
    );
    assert!(paris.timeline().await.is_empty());
    let answer = loos
        .get(
            &format!("/publications/{}", published.id),
            "application/activity+json",
        )
        .await;
    assert_eq!(answer.status(), 404);
    let home = atelier::directory::home(&loos).await.expect("home");
    let outbox = loos
        .document(&format!("{}/outbox?page=first", home.network.uri))
        .await;
    assert_eq!(outbox["totalItems"], 0);
}

#[tokio::test]
async fn other_software_too_is_told_what_is_for_followers() {
    let [loos] = Alliance::of(["loos"]).await;
    let peer = Peer::on(&loos, "other.test", "mastodon", "Person");
    loos.is_followed_by(&peer).await;
    let mut draft = experience("Among us");
    draft.audience = "followers".into();
    loos.publishes(draft).await;
    Alliance::settle(&[&loos]).await;
    let said: Vec<_> = peer
        .received()
        .into_iter()
        .filter(|a| a["type"] == "Create")
        .collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(said[0]["object"]["name"], "Among us");
    assert!(said[0].get("proof").is_none());
}

#[tokio::test]
async fn a_follow_taken_back_late_leaves_a_newer_one() {
    let [loos] = Alliance::of(["loos"]).await;
    let peer = Peer::on(&loos, "other.test", "mastodon", "Person");
    let home = atelier::directory::home(&loos).await.expect("home");
    let first = peer.activity("follow-1", "Follow", json!(home.network.uri));
    let undo = peer.activity("undo-1", "Undo", first.clone());
    let second = peer.activity("follow-2", "Follow", json!(home.network.uri));
    for activity in [&first, &second, &undo] {
        peer.says(&loos, activity).await;
        Alliance::settle(&[&loos]).await;
    }
    let left = follows::list_accepted(&loos, &home.network.id).await;
    assert_eq!(left.expect("followers").len(), 1);

    // Whoever names its Follow anew when it takes it back is understood by the pair.
    let renamed = peer.activity("follow-3", "Follow", json!(home.network.uri));
    let undo = peer.activity("undo-2", "Undo", renamed);
    peer.says(&loos, &undo).await;
    Alliance::settle(&[&loos]).await;
    let left = follows::list_accepted(&loos, &home.network.id).await;
    assert!(left.expect("followers").is_empty());
}

#[tokio::test]
async fn a_follow_ended_while_its_target_is_looked_for_asks_nobody() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    lille.is_down(true);
    let id = atelier::follow::ask(&loos, &lille.address().await)
        .await
        .expect("asked");
    for _ in 0..2 {
        atelier::server::work_once(&loos).await.expect("work");
    }
    atelier::follow::end(&loos, &id).await.expect("ended");
    lille.is_down(false);
    Alliance::settle(&[&loos, &lille]).await;
    let home = atelier::directory::home(&lille).await.expect("home");
    let asked = follows::list_followers(&lille, &home.network.id).await;
    assert!(asked.expect("followers").is_empty());
}

#[tokio::test]
async fn who_follows_no_more_still_hears_of_a_withdrawal() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    lille.follows(&loos).await;
    let first = loos.publishes(experience("Given, then taken back")).await;
    let second = loos.publishes(event("A gathering, then none")).await;
    Alliance::settle(&[&loos, &lille]).await;
    let mine = atelier::follow::find_mine(&lille, &loos.address().await)
        .await
        .expect("a follow");
    atelier::follow::end(&lille, &mine.id).await.expect("ended");
    Alliance::settle(&[&loos, &lille]).await;
    for publication in [&first, &second] {
        publish::withdraw(&loos, &loos.ana, &publication.id)
            .await
            .expect("withdrawn");
    }
    Alliance::settle(&[&loos, &lille]).await;
    for publication in [&first, &second] {
        let copy = lille.copy_of(publication).await.expect("its tombstone");
        assert!(copy.withdrawn);
    }
}

#[tokio::test]
async fn the_words_of_what_was_withdrawn_are_forgotten_in_time() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    lille.follows(&loos).await;
    let stays = loos.publishes(experience("It stays")).await;
    let goes = loos.publishes(experience("It goes")).await;
    Alliance::settle(&[&loos, &lille]).await;
    publish::withdraw(&loos, &loos.ana, &goes.id)
        .await
        .expect("withdrawn");
    Alliance::settle(&[&loos, &lille]).await;

    Alliance::time_passes(&[&loos, &lille], Duration::from_secs(31 * 24 * 3600));
    let before = loos.now() - 30 * 24 * 3600 * 1000;
    atelier::federation::store::forget(&loos, before)
        .await
        .expect("forgotten");
    let words = "SELECT COUNT(*) AS n FROM activity WHERE body LIKE $1";
    for (name, left) in [("%It goes%", 0_i64), ("%It stays%", 1)] {
        let row = sqlx::query(words)
            .bind(name)
            .fetch_one(loos.db.read())
            .await
            .expect("a count");
        assert_eq!(sqlx::Row::get::<i64, _>(&row, "n"), left, "{name}");
    }
    // Who was told of what stands is still known: a late withdrawal reaches them.
    publish::withdraw(&loos, &loos.ana, &stays.id)
        .await
        .expect("withdrawn");
    Alliance::settle(&[&loos, &lille]).await;
    assert!(lille.timeline().await.is_empty());
}
