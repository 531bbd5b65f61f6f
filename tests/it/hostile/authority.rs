//! Group B: authentic words about what is not the speaker's to decide.

use super::{Scene, UNKNOWN_KEY, attack};
use crate::rig::{Alliance, Peer, Says};
use atelier::follow;
use http::StatusCode;
use serde_json::{Value, json};

const MARK: &str = attack::MARK;

#[tokio::test]
async fn b20_what_is_embedded_is_read_where_it_lives() {
    let scene = Scene::new().await;
    let before = scene.loos.dump().await;
    let attacker = scene.attacker();
    let invented = attacker.article(&scene.theirs("articles/9"), &scene.good.actor);
    let genuine = attacker.article(&scene.theirs("articles/1"), &scene.good.actor);
    for (n, object) in [invented, genuine].into_iter().enumerate() {
        for verb in ["Create", "Announce"] {
            let said = scene
                .evil
                .activity(&format!("e{n}{verb}"), verb, object.clone());
            assert_eq!(scene.evil_says(&said).await, StatusCode::ACCEPTED);
        }
    }
    Alliance::settle(&[&scene.loos]).await;
    let asked = scene.good.script.take_asked();
    assert!(asked.contains(&"/articles/9".into()), "{asked:?}");
    scene.is_as(&before).await;

    // What its own origin has meanwhile is taken from there, not from the one who spoke of it.
    let later = scene.good.article("2", "Read at its origin");
    scene.good.serves(&scene.theirs("articles/2"), later);
    let other = attacker.article(&scene.theirs("articles/2"), &scene.good.actor);
    scene.passes_on("e9", other).await;
    let names = scene.names().await;
    assert!(names.contains(&"Read at its origin".into()), "{names:?}");
    assert!(!names.contains(&MARK.into()), "{names:?}");
}

#[tokio::test]
async fn b21_a_document_is_believed_only_at_its_own_address() {
    let scene = Scene::new().await;
    let attacker = scene.attacker();
    let forged = attacker.article(&scene.theirs("articles/7"), &scene.good.actor);
    let theirs = attacker.article(&scene.theirs("articles/1"), &scene.good.actor);
    let ours = attacker.article(&attacker.publication, &attacker.member);
    let mut nameless = attacker.article("x", &scene.evil.actor);
    nameless.as_object_mut().expect("an object").remove("id");
    let by_another = attacker.article(&scene.own("m5"), &scene.good.actor);
    let documents = [forged, theirs, ours, nameless, by_another];
    for (n, document) in documents.into_iter().enumerate() {
        scene
            .evil
            .serves(&scene.own(&format!("m{}", n + 1)), document);
    }
    // A redirect makes nobody another: what another's address leads to is not another's word.
    let swapped = attacker.article(&scene.own("m7"), &scene.good.actor);
    scene.evil.serves(&scene.own("m7"), swapped);
    let inward = Says::elsewhere(&attacker.publication);
    scene.evil.says_at(&scene.own("m6"), inward);
    let before = scene.loos.dump().await;
    for n in 1..8 {
        scene
            .passes_on(&format!("a{n}"), json!(scene.own(&format!("m{n}"))))
            .await;
        let create = scene.evil.activity(
            &format!("c{n}"),
            "Create",
            json!(scene.own(&format!("m{n}"))),
        );
        scene.evil_says(&create).await;
    }
    scene.is_as(&before).await;
}

#[tokio::test]
async fn b23_a_document_has_the_type_of_a_document() {
    let scene = Scene::new().await;
    let before = scene.loos.dump().await;
    let kinds = [
        "text/html",
        "text/plain",
        "application/json",
        "application/json; charset=utf-8",
        "image/png",
        "application/octet-stream",
        "application/ld+json",
        "application/ld+json; profile=\"https://example.org/\"",
        "application/activity+json+x",
        "text/html; x=application/activity+json",
        "",
    ];
    for (n, kind) in kinds.into_iter().enumerate() {
        let uri = scene.own(&format!("articles/t{n}"));
        let article = scene.attacker().article(&uri, &scene.evil.actor);
        scene.evil.says_at(&uri, Says::under(kind, &article));
        scene.passes_on(&format!("t{n}"), json!(uri)).await;
    }
    scene.is_as(&before).await;
    for (n, kind) in [
        "application/activity+json; charset=utf-8",
        "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
    ]
    .into_iter()
    .enumerate()
    {
        let uri = scene.own(&format!("articles/g{n}"));
        let article = scene
            .evil
            .article(&format!("g{n}"), &format!("Well typed {n}"));
        scene.evil.says_at(&uri, Says::under(kind, &article));
        scene.passes_on(&format!("g{n}"), json!(uri)).await;
        assert!(
            scene.names().await.contains(&format!("Well typed {n}")),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn b25_nobody_edits_what_is_anothers() {
    let scene = Scene::new().await;
    scene.withstands(25).await;
    // Nor does a neighbour on the same host.
    let before = scene.loos.dump().await;
    let neighbour = scene.neighbour("two");
    let mut object = scene
        .attacker()
        .article(&scene.theirs("articles/1"), &neighbour);
    object["audience"] = json!(scene.good.actor);
    scene.neighbour_says("two", "Update", object).await;
    let object = json!({"id": scene.good.actor, "type": "Person", "name": MARK, "inbox": format!("{neighbour}/inbox")});
    scene.neighbour_says("two", "Update", object).await;
    scene.is_as_but_for(&before, &neighbour).await;
}

impl Scene {
    /// Another actor on the honest host, with a key of its own.
    fn neighbour(&self, name: &str) -> String {
        let actor = format!("{}/actors/{name}", self.good.origin);
        let mut document = self.good.document(UNKNOWN_KEY);
        document["id"] = json!(actor);
        document["preferredUsername"] = json!(name);
        document["publicKey"]["id"] = json!(format!("{actor}#main-key"));
        document["publicKey"]["owner"] = json!(actor);
        document["inbox"] = json!(format!("{actor}/inbox"));
        document["assertionMethod"] = json!([]);
        self.good.serves(&actor, document);
        actor
    }

    async fn neighbour_says(&self, name: &str, verb: &str, object: Value) {
        let mut attacker = self.attacker();
        attacker.actor = format!("{}/actors/{name}", self.good.origin);
        attacker.origin = self.good.origin.clone();
        attacker.unknown.key_id = format!("{}#main-key", attacker.actor);
        attacker.signer = attacker.unknown.clone();
        let id = atelier::base::id::sha256_hex(format!("{verb}{object}").as_bytes());
        let said = attacker.activity(&id, verb, object);
        let status = self.sends(&attacker.says(&said)).await;
        assert_eq!(status, StatusCode::ACCEPTED);
        Alliance::settle(&[&self.loos]).await;
    }

    /// Nothing changed but that somebody is known now.
    async fn is_as_but_for(&self, before: &crate::rig::Dump, known: &str) {
        let mut changes = self.changes_since(before).await;
        changes.retain(|line| {
            let actor = line.starts_with("+ actor ") && line.contains(&format!(" uri={known} "));
            let key = line.starts_with("+ key_history ") || line.starts_with("+ actor_key ");
            !(actor || key && line.contains(&format!("id={known}#")))
        });
        assert!(changes.is_empty(), "{changes:#?}");
    }
}

#[tokio::test]
async fn b26_nobody_removes_what_is_anothers() {
    let scene = Scene::new().await;
    scene.withstands(26).await;
    let before = scene.loos.dump().await;
    let neighbour = scene.neighbour("three");
    for object in [
        json!(scene.theirs("articles/1")),
        json!(scene.good.actor),
        json!({"id": scene.theirs("articles/1"), "type": "Tombstone"}),
    ] {
        scene.neighbour_says("three", "Delete", object).await;
    }
    let follow = json!({"id": scene.theirs("activities/follow"), "type": "Follow", "actor": scene.good.actor,
        "object": scene.attacker().group});
    scene.neighbour_says("three", "Undo", follow).await;
    scene
        .neighbour_says("three", "Undo", json!(scene.theirs("activities/follow")))
        .await;
    let mut changes = scene.changes_since(&before).await;
    // That somebody took back what they may not is noted for them alone.
    changes.retain(|line| !(line.starts_with("+ undone ") && line.contains(&neighbour)));
    let known = ["+ actor ", "+ actor_key ", "+ key_history "];
    changes
        .retain(|line| !(known.iter().any(|k| line.starts_with(k)) && line.contains(&neighbour)));
    assert!(changes.is_empty(), "{changes:#?}");
    assert!(scene.names().await.contains(&"Genuine".into()));
}

#[tokio::test]
async fn b28_nobody_moves_anybody() {
    Scene::new().await.withstands(28).await;
}

#[tokio::test]
async fn b29_answers_count_only_from_those_who_were_asked() {
    let scene = Scene::new().await;
    scene.withstands(29).await;
    let asked = Peer::keyed(&scene.loos, "asked.test", "mastodon", "Person", UNKNOWN_KEY);
    follow::ask(&scene.loos, &asked.actor).await.expect("asked");
    Alliance::settle(&[&scene.loos]).await;
    let wish = asked.received().pop().expect("a wish");
    let before = scene.loos.dump().await;
    for (n, verb) in ["Accept", "Reject"].into_iter().enumerate() {
        for (m, object) in [wish.clone(), wish["id"].clone()].into_iter().enumerate() {
            let said = scene.evil.activity(&format!("answer{n}{m}"), verb, object);
            assert_eq!(scene.evil_says(&said).await, StatusCode::ACCEPTED);
        }
    }
    scene.is_as(&before).await;
    // Another wish than the one that was sent is not answered by its likes.
    let mut other = wish.clone();
    other["id"] = json!(format!("{}/activities/another", scene.loos.origin()));
    let said = asked.activity("other", "Accept", other);
    asked.says(&scene.loos, &said).await;
    scene.is_as(&before).await;
    let said = asked.activity("right", "Accept", wish);
    asked.says(&scene.loos, &said).await;
    Alliance::settle(&[&scene.loos]).await;
    let mine = follow::find_mine(&scene.loos, &asked.actor)
        .await
        .expect("one");
    assert_eq!(mine.state, follow::State::Accepted);
}
