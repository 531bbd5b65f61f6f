//! The audience rule and its twin in the database are one.

use crate::rig::{Alliance, TestNode, experience};
use atelier::directory::Viewer;
use atelier::publication::audience::{Item, may_see};
use atelier::publication::store::{self, Filter};

async fn seen(node: &TestNode, viewer: &Viewer) -> Vec<String> {
    let page = store::list(node, viewer, &Filter::default(), None, 500)
        .await
        .expect("a list");
    let mut ids: Vec<String> = page.items.into_iter().map(|item| item.id).collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn the_rule_and_its_twin_agree() {
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    lille.follows(&loos).await;
    let mut ours = Vec::new();
    for node in [&loos, &lille] {
        for audience in ["public", "followers", "members"] {
            for n in 0..3 {
                let mut draft = experience(&format!("{audience} {n}"));
                draft.audience = audience.into();
                ours.push(node.publishes(draft).await.uri);
            }
        }
    }
    Alliance::settle(&[&loos, &lille]).await;
    let rows: Vec<_> = {
        let mut rows = Vec::new();
        for uri in &ours {
            rows.extend(store::find_by_uri(&lille, uri).await.expect("a look"));
        }
        rows
    };
    assert_eq!(rows.len(), 9 + 6);
    for (followed, unfollow) in [(true, false), (false, true)] {
        if unfollow {
            let mine = atelier::follow::find_mine(&lille, &loos.address().await)
                .await
                .expect("a follow");
            atelier::follow::end(&lille, &mine.id).await.expect("ended");
            Alliance::settle(&[&loos, &lille]).await;
        }
        for viewer in [Viewer::stranger(), lille.as_member().await] {
            let mut expected: Vec<String> = rows
                .iter()
                .filter(|row| may_see(&viewer, Item::of(row, followed && !row.local)))
                .map(|row| row.id.clone())
                .collect();
            expected.sort();
            assert_eq!(
                seen(&lille, &viewer).await,
                expected,
                "member: {}, followed: {followed}",
                viewer.is_member()
            );
        }
    }
}
