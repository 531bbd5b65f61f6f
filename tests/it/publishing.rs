//! A member gives something, and it is served as it should be read.

use crate::rig::{Alliance, event, experience};
use atelier::publication::{publish, store};

#[tokio::test]
async fn every_public_document_carries_its_authors_proof() {
    let [loos] = Alliance::of(["loos"]).await;
    let experience = loos.publishes(experience("A street")).await;
    let event = loos.publishes(event("A gathering")).await;
    Alliance::settle(&[&loos]).await;
    for (uri, speaker) in [
        (&experience.uri, "/users/ana"),
        (&event.uri, "/groups/loos"),
    ] {
        let document = loos.document(uri).await;
        let method = document["proof"]["verificationMethod"]
            .as_str()
            .expect("a method");
        assert_eq!(method, format!("{}{speaker}#ed25519-key", loos.origin()));
        let actor = loos.document(&format!("{}{speaker}", loos.origin())).await;
        let key = actor["assertionMethod"][0]["publicKeyMultibase"]
            .as_str()
            .expect("a key");
        let key = atelier::trust::PublicKey::from_multibase(key).expect("Ed25519");
        atelier::trust::proof::verify(&document, &key).expect("the proof holds");
        // The same revision is the same bytes.
        assert_eq!(document, loos.document(uri).await);
    }
}

#[tokio::test]
async fn a_withdrawn_text_goes_back_to_its_author() {
    let [loos] = Alliance::of(["loos"]).await;
    let published = loos.publishes(experience("Too early")).await;
    publish::withdraw(&loos, &loos.ana, &published.id)
        .await
        .expect("withdrawn");
    Alliance::settle(&[&loos]).await;
    let drafts = store::list_drafts(&loos, &loos.ana.id)
        .await
        .expect("drafts");
    assert_eq!(drafts[0].body.name, "Too early");
    assert!(
        store::list_revisions(&loos, &published.id)
            .await
            .expect("revisions")
            .is_empty()
    );
}

#[tokio::test]
async fn two_editors_at_once_lose_nothing() {
    let [loos] = Alliance::of(["loos"]).await;
    let published = loos.publishes(experience("As it was")).await;
    let mut first = publish::draft_of(&published);
    let mut second = first.clone();
    first.name = "First".into();
    second.name = "Second".into();
    publish::edit(&loos, &loos.ana, &published.id, first)
        .await
        .expect("edited");
    let error = publish::edit(&loos, &loos.ana, &published.id, second)
        .await
        .expect_err("too late");
    assert_eq!(error.status(), 409);
    let kept = store::find_draft(&loos, &published.id, &loos.ana.id)
        .await
        .expect("a look")
        .expect("kept");
    assert_eq!(kept.body.name, "Second");
    Alliance::settle(&[&loos]).await;
}

#[tokio::test]
async fn a_thousand_changes_at_one_moment_are_all_found() {
    let [loos] = Alliance::of(["loos"]).await;
    let one = loos.publishes(experience("One of very many")).await;
    Alliance::settle(&[&loos]).await;
    let mut tx = loos.db.write().await.expect("a writer");
    for n in 0..1_006 {
        let copy = atelier::publication::Publication {
            id: format!("many-{n:04}"),
            uri: format!("{}/publications/many-{n:04}", loos.origin()),
            ..one.clone()
        };
        atelier::publication::store::save_newer(&mut tx, &copy)
            .await
            .expect("saved");
    }
    tx.commit().await.expect("kept");
    let changed = atelier::publication::seek::catch_up(&loos).await;
    assert_eq!(changed.expect("an index"), 1_007);
    let changed = atelier::publication::seek::catch_up(&loos).await;
    assert_eq!(changed.expect("an index"), 0);
}

#[tokio::test]
async fn a_character_that_cannot_be_kept_is_said_so() {
    let [loos] = Alliance::of(["loos"]).await;
    match atelier::directory::store::find_member(&loos, "a\u{0}b").await {
        Ok(found) => assert!(found.is_none()),
        Err(error) => assert_eq!(error.status(), 400, "{error}"),
    }
}
