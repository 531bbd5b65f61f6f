//! Peers of other houses: what they get from us, and what we believe of what they say.

use crate::rig::{Alliance, Peer, event, experience};
use atelier::publication::{Verified, store as publications};
use http::StatusCode;
use serde_json::{Value, json};

fn types(peer: &Peer) -> Vec<(String, bool)> {
    let of = |a: &Value| {
        (
            a["type"].as_str().unwrap_or_default().to_owned(),
            a["object"].is_object(),
        )
    };
    peer.received()
        .iter()
        .filter(|a| a["type"] != "Accept")
        .map(of)
        .collect()
}

#[tokio::test]
async fn each_peer_hears_of_an_article_in_the_one_form_it_wants() {
    let [loos] = Alliance::of(["loos"]).await;
    let mastodon = Peer::on(&loos, "mastodon.test", "mastodon", "Person");
    let lemmy = Peer::on(&loos, "lemmy.test", "lemmy", "Person");
    loos.is_followed_by(&mastodon).await;
    loos.is_followed_by(&lemmy).await;
    let published = loos.publishes(experience("A street")).await;
    Alliance::settle(&[&loos]).await;

    assert_eq!(types(&mastodon), [("Announce".into(), false)]);
    assert_eq!(
        mastodon.received().last().expect("one")["object"],
        published.uri.as_str()
    );
    assert_eq!(types(&lemmy), [("Announce".into(), true)]);
    let whole = lemmy.received().pop().expect("one");
    assert_eq!(
        (&whole["object"]["type"], &whole["object"]["object"]["id"]),
        (&json!("Create"), &json!(published.uri))
    );

    atelier::publication::publish::withdraw(&loos, &loos.ana, &published.id)
        .await
        .expect("withdrawn");
    Alliance::settle(&[&loos]).await;
    assert_eq!(types(&mastodon).last(), Some(&("Delete".into(), true)));
    assert_eq!(
        lemmy.received().pop().expect("one")["object"]["type"],
        "Delete"
    );
}

#[tokio::test]
async fn an_event_is_sent_by_the_network_itself() {
    let [loos] = Alliance::of(["loos"]).await;
    let mobilizon = Peer::on(&loos, "mobilizon.test", "mobilizon", "Group");
    loos.is_followed_by(&mobilizon).await;
    loos.publishes(event("A gathering")).await;
    Alliance::settle(&[&loos]).await;
    let create = mobilizon.received().pop().expect("one");
    let group = format!("{}/groups/loos", loos.origin());
    assert_eq!(
        (&create["type"], &create["actor"]),
        (&json!("Create"), &json!(group))
    );
    let object = &create["object"];
    assert_eq!(
        (&object["attributedTo"], &object["type"]),
        (&json!(group), &json!("Event"))
    );
    assert_eq!(object["startTime"], "2027-03-18T14:00:00+01:00");
    assert!(object["location"]["latitude"].is_f64());
    assert!(object.get("proof").is_none() && create.get("proof").is_some());
}

#[tokio::test]
async fn a_foreign_article_becomes_a_paper_and_keeps_its_producer() {
    let [loos] = Alliance::of(["loos"]).await;
    let peer = Peer::on(&loos, "blog.test", "wordpress", "Person");
    loos.follows_peer(&peer).await;
    let create = peer.activity("c1", "Create", peer.article("1", "From elsewhere"));
    assert_eq!(peer.says(&loos, &create).await, StatusCode::ACCEPTED);
    // What comes twice has its effect once.
    assert_eq!(peer.says(&loos, &create).await, StatusCode::ACCEPTED);
    Alliance::settle(&[&loos]).await;
    assert_eq!(loos.timeline().await, ["From elsewhere"]);
    let uri = format!("{}/articles/1", peer.origin);
    let copy = atelier::publication::store::find_by_uri(&loos, &uri)
        .await
        .expect("a look")
        .expect("a copy");
    assert_eq!(
        (copy.kind().code(), copy.verified),
        ("paper", Some(Verified::Signature))
    );
}

#[tokio::test]
async fn what_nobody_here_follows_is_not_stored() {
    let [loos] = Alliance::of(["loos"]).await;
    let peer = Peer::on(&loos, "blog.test", "wordpress", "Person");
    let create = peer.activity("c1", "Create", peer.article("1", "Unasked"));
    assert_eq!(peer.says(&loos, &create).await, StatusCode::ACCEPTED);
    Alliance::settle(&[&loos]).await;
    assert!(loos.timeline().await.is_empty());
}

#[tokio::test]
async fn a_copy_passed_on_is_believed_by_its_authors_proof() {
    let [loos] = Alliance::of(["loos"]).await;
    let author = Peer::on(&loos, "author.test", "mastodon", "Person");
    let relay = Peer::on(&loos, "relay.test", "lemmy", "Group");
    loos.follows_peer(&relay).await;
    let proven = author.proves(author.activity("c1", "Create", author.article("1", "Proven")));
    assert_eq!(
        relay
            .says(&loos, &relay.activity("a1", "Announce", proven))
            .await,
        StatusCode::ACCEPTED
    );
    // Without a proof it is read where it lives; where it does not live, it is not stored.
    let bare = author.activity("c2", "Create", author.article("2", "Invented by the relay"));
    assert_eq!(
        relay
            .says(&loos, &relay.activity("a2", "Announce", bare))
            .await,
        StatusCode::ACCEPTED
    );
    let uri = format!("{}/articles/3", author.origin);
    author.serves(&uri, author.article("3", "Read at its origin"));
    assert_eq!(
        relay
            .says(&loos, &relay.activity("a3", "Announce", json!(uri)))
            .await,
        StatusCode::ACCEPTED
    );
    Alliance::settle(&[&loos]).await;
    let mut names = loos.timeline().await;
    names.sort();
    assert_eq!(names, ["Proven", "Read at its origin"]);
}

#[tokio::test]
async fn a_goodbye_from_somebody_unknown_asks_nobody() {
    let [loos] = Alliance::of(["loos"]).await;
    let peer = Peer::on(&loos, "big.test", "mastodon", "Person");
    loos.traffic();
    let delete = peer.activity("d", "Delete", json!(peer.actor));
    assert_eq!(peer.says(&loos, &delete).await, StatusCode::ACCEPTED);
    assert!(loos.traffic().is_empty(), "nobody was asked");
}

#[tokio::test]
async fn what_waits_behind_an_older_one_does_not_keep_its_lane_busy() {
    let [loos] = Alliance::of(["loos"]).await;
    let peer = Peer::on(&loos, "other.test", "atelier", "Group");
    loos.is_followed_by(&peer).await;
    peer.refuses(Some((StatusCode::NOT_FOUND, "nobody\0 here")));
    let published = loos.publishes(experience("A street")).await;
    for _ in 0..3 {
        atelier::server::work_once(&loos).await.expect("work");
    }
    Alliance::time_passes(&[&loos], std::time::Duration::from_millis(500));
    let mut draft = atelier::publication::publish::draft_of(&published);
    draft.name = "A street, again".into();
    atelier::publication::publish::edit(&loos, &loos.ana, &published.id, draft)
        .await
        .expect("edited");
    let mut quiet = false;
    for _ in 0..8 {
        quiet = atelier::server::work_once(&loos).await.expect("work") == 0;
    }
    let due = atelier::federation::store::due_hosts(&loos, 10)
        .await
        .expect("a look");
    assert!(quiet && due.is_empty(), "{due:?}");

    peer.refuses(None);
    for _ in 0..3 {
        Alliance::time_passes(&[&loos], std::time::Duration::from_secs(60));
        Alliance::settle(&[&loos]).await;
    }
    let said: Vec<String> = types(&peer).into_iter().map(|(verb, _)| verb).collect();
    assert_eq!(said, ["Create", "Update"]);
}

#[tokio::test]
async fn what_is_for_followers_is_nobodys_to_pass_on() {
    let [loos] = Alliance::of(["loos"]).await;
    let author = Peer::on(&loos, "author.test", "mastodon", "Person");
    let relay = Peer::on(&loos, "relay.test", "lemmy", "Group");
    loos.follows_peer(&relay).await;
    let mut object = author.article("1", "Among us");
    object["to"] = json!([format!("{}/followers", author.actor)]);
    let proven = author.proves(author.activity("c1", "Create", object.clone()));
    author.serves(object["id"].as_str().expect("an id"), object.clone());
    for (n, passed) in [proven, object["id"].clone()].into_iter().enumerate() {
        relay
            .says(&loos, &relay.activity(&format!("a{n}"), "Announce", passed))
            .await;
    }
    Alliance::settle(&[&loos]).await;
    let uri = object["id"].as_str().expect("an id");
    let held = atelier::publication::store::find_by_uri(&loos, uri).await;
    assert!(held.expect("a look").is_none());
}

#[tokio::test]
async fn who_is_gone_takes_along_what_they_gave() {
    let [loos] = Alliance::of(["loos"]).await;
    let peer = Peer::on(&loos, "blog.test", "wordpress", "Person");
    loos.follows_peer(&peer).await;
    let create = peer.activity("c1", "Create", peer.article("1", "For a while"));
    peer.says(&loos, &create).await;
    Alliance::settle(&[&loos]).await;
    assert_eq!(loos.timeline().await, ["For a while"]);
    let delete = peer.activity("d1", "Delete", json!(peer.actor));
    assert_eq!(peer.says(&loos, &delete).await, StatusCode::ACCEPTED);
    Alliance::settle(&[&loos]).await;
    assert!(loos.timeline().await.is_empty());
    assert!(
        atelier::follow::find_mine(&loos, &peer.actor)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn to_mention_a_network_is_not_to_speak_for_it() {
    let [loos] = Alliance::of(["loos"]).await;
    let network = Peer::on(&loos, "shared.test", "lemmy", "Group");
    loos.follows_peer(&network).await;
    let other = format!("{}/actors/other", network.origin);
    let mut article = network.article("1", "Only addressed");
    article["attributedTo"] = json!(other);
    article["to"] = json!([
        network.actor,
        "https://www.w3.org/ns/activitystreams#Public"
    ]);
    let read = atelier::federation::document::read(&article)
        .expect("an object")
        .expect("an article");
    assert!(read.networks.is_empty(), "{:?}", read.networks);
    article["audience"] = json!(network.actor);
    let read = atelier::federation::document::read(&article)
        .expect("an object")
        .expect("an article");
    assert_eq!(read.networks.first(), Some(&network.actor));
}

#[tokio::test]
async fn what_was_read_first_and_proven_later_is_proven() {
    let [loos] = Alliance::of(["loos"]).await;
    let peer = Peer::on(&loos, "blog.test", "wordpress", "Person");
    let create = peer.activity("c1", "Create", peer.article("1", "From elsewhere"));
    let outbox = format!("{}/outbox", peer.actor);
    let history = json!({"id": outbox, "type": "OrderedCollection", "totalItems": 1, "orderedItems": [create]});
    peer.serves(&outbox, history);
    loos.follows_peer(&peer).await;
    let uri = format!("{}/articles/1", peer.origin);
    let verified = async || {
        let held = atelier::publication::store::find_by_uri(&loos, &uri).await;
        held.expect("a look").expect("a copy").verified
    };
    assert_eq!(verified().await, Some(Verified::Origin));
    // Each says more to others than the one before; one that says less changes nothing.
    let proven = peer.proves(peer.activity("c3", "Create", create["object"].clone()));
    for (activity, wanted) in [
        (create.clone(), Verified::Signature),
        (proven, Verified::Proof),
        (
            peer.activity("c4", "Create", create["object"].clone()),
            Verified::Proof,
        ),
    ] {
        assert_eq!(peer.says(&loos, &activity).await, StatusCode::ACCEPTED);
        Alliance::settle(&[&loos]).await;
        assert_eq!(verified().await, Some(wanted));
    }
    assert_eq!(loos.timeline().await, ["From elsewhere"]);
}

#[tokio::test]
async fn who_does_not_know_our_new_key_yet_is_asked_again_when_it_may_know() {
    let [loos] = Alliance::of(["loos"]).await;
    let peer = Peer::on(&loos, "blog.test", "wordpress", "Person");
    loos.is_followed_by(&peer).await;
    peer.refuses(Some((StatusCode::UNAUTHORIZED, "who are you?")));
    loos.publishes(event("A gathering")).await;
    for _ in 0..20 {
        atelier::server::work_once(&loos).await.expect("work");
        Alliance::time_passes(&[&loos], std::time::Duration::from_secs(15));
    }
    let heard = peer.received().len();
    peer.refuses(None);
    Alliance::time_passes(&[&loos], std::time::Duration::from_secs(120));
    Alliance::settle(&[&loos]).await;
    assert_eq!(
        peer.received().len(),
        heard + 1,
        "five minutes later it is told all the same"
    );
}

#[tokio::test]
async fn whom_nothing_refers_to_is_forgotten_after_a_day() {
    let [loos] = Alliance::of(["loos"]).await;
    let on = |host: &str, kind: &str| Peer::on(&loos, host, "mastodon", kind);
    let (followed, follower) = (on("followed.test", "Person"), on("follower.test", "Person"));
    let (relay, author) = (on("relay.test", "Group"), on("author.test", "Person"));
    let (forger, waver) = (on("forger.test", "Person"), on("waver.test", "Person"));
    loos.follows_peer(&followed).await;
    loos.is_followed_by(&follower).await;
    loos.follows_peer(&relay).await;
    let words = author.article("1", "Words");
    let proven = author.proves(author.activity("c1", "Create", words));
    let announce = relay.activity("a1", "Announce", proven);
    assert_eq!(relay.says(&loos, &announce).await, StatusCode::ACCEPTED);
    forger.signs_with(4);
    let like = |peer: &Peer, id: &str| peer.activity(id, "Like", json!("x"));
    let forged = forger.says(&loos, &like(&forger, "1")).await;
    assert_eq!(forged, StatusCode::UNAUTHORIZED);
    assert_eq!(
        waver.says(&loos, &like(&waver, "1")).await,
        StatusCode::ACCEPTED
    );
    Alliance::settle(&[&loos]).await;
    assert_eq!(loos.timeline().await, ["Words"]);

    // Somebody whose document is kept with a publication, and nothing else of them.
    let witness = on("witness.test", "Person");
    assert_eq!(
        witness.says(&loos, &like(&witness, "1")).await,
        StatusCode::ACCEPTED
    );
    Alliance::settle(&[&loos]).await;
    let copy = publications::find_by_uri(&loos, &format!("{}/articles/1", author.origin)).await;
    let id = copy.expect("a look").expect("a copy").id;
    let held = publications::find_evidence(&loos, &id).await;
    let mut held = held.expect("a look").expect("evidence");
    let mut document = held.documents[0].clone();
    document.actor.clone_from(&witness.actor);
    held.documents.push(document);
    let mut tx = loos.db.write().await.expect("a transaction");
    let saved = publications::save_evidence(&mut tx, &id, &held).await;
    saved.expect("saved");
    tx.commit().await.expect("committed");

    let kept = async |peer: &Peer| {
        let held = atelier::directory::store::find_actor_by_uri(&loos, &peer.actor).await;
        held.expect("a look").is_some()
    };
    let forget = async || {
        let outcome = atelier::federation::strangers::forget(&loos).await;
        outcome.expect("forgotten");
    };
    forget().await;
    assert!(kept(&forger).await && kept(&waver).await);
    let day = std::time::Duration::from_secs(24 * 60 * 60 + 1);
    loos.clock.advance(day);
    // Who spoke a moment ago stays a day longer; who signed wrongly does not.
    assert_eq!(
        waver.says(&loos, &like(&waver, "2")).await,
        StatusCode::ACCEPTED
    );
    Alliance::settle(&[&loos]).await;
    forget().await;
    assert!(!kept(&forger).await && kept(&waver).await);
    loos.clock.advance(day);
    forget().await;
    assert!(!kept(&waver).await);
    for peer in [&followed, &follower, &relay, &author, &witness] {
        assert!(kept(peer).await, "{}", peer.actor);
    }
    // Whoever was forgotten may come again.
    assert_eq!(
        waver.says(&loos, &like(&waver, "3")).await,
        StatusCode::ACCEPTED
    );
    Alliance::settle(&[&loos]).await;
    assert_eq!(loos.timeline().await, ["Words"]);
}
