//! Whatever the order in which a peer's words arrive, and however often, a node ends in the same state.

use crate::rig::{Alliance, Peer, TestNode};
use atelier::publication::store as publications;
use http::StatusCode;
use serde_json::{Value, json};
use sqlx::Row as _;

/// All orders of the first `n` numbers.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(n - 1);
    (0..n)
        .flat_map(|place| {
            shorter.iter().map(move |order| {
                let mut order = order.clone();
                order.insert(place, n - 1);
                order
            })
        })
        .collect()
}

struct Stage {
    loos: TestNode,
    author: Peer,
    relay: Peer,
}

impl Stage {
    async fn set() -> Self {
        let [loos] = Alliance::of(["loos"]).await;
        let author = Peer::on(&loos, "author.test", "mastodon", "Person");
        let relay = Peer::on(&loos, "relay.test", "lemmy", "Group");
        loos.follows_peer(&author).await;
        loos.follows_peer(&relay).await;
        Self {
            loos,
            author,
            relay,
        }
    }

    fn version(&self, case: &str, n: usize) -> Value {
        let mut article = self.author.article(case, &format!("Version {n}"));
        if n > 0 {
            article["updated"] = json!(format!("2026-11-2{n}T09:00:00Z"));
        }
        article
    }

    /// Create, Updates, an Announce, and the last word: its Undo, or the Delete of the article.
    fn words(&self, case: &str, withdrawn: bool) -> Vec<(&Peer, Value)> {
        let uri = format!("{}/articles/{case}", self.author.origin);
        let says = |verb: &str, n| {
            self.author
                .activity(&format!("{case}-{n}"), verb, self.version(case, n))
        };
        let announce = self
            .relay
            .activity(&format!("{case}-announce"), "Announce", json!(uri));
        let last = if withdrawn {
            self.author.serves(&uri, Value::Null);
            let delete = format!("{case}-delete");
            (
                &self.author,
                self.author.activity(&delete, "Delete", json!(uri)),
            )
        } else {
            self.author.serves(&uri, self.version(case, 2));
            let undo = format!("{case}-undo");
            (
                &self.relay,
                self.relay.activity(&undo, "Undo", announce.clone()),
            )
        };
        let mut words = vec![
            (&self.author, says("Create", 0)),
            (&self.author, says("Update", 2)),
            (&self.relay, announce),
            last,
        ];
        if withdrawn {
            words.insert(1, (&self.author, says("Update", 1)));
        }
        words
    }

    async fn hears(&self, peer: &Peer, activity: &Value) {
        assert_eq!(peer.says(&self.loos, activity).await, StatusCode::ACCEPTED);
        atelier::server::work_once(&self.loos).await.expect("work");
    }

    /// Says all in this order, then some of it once more under other ids.
    async fn plays(&self, case: &str, order: &[usize], withdrawn: bool) -> (Vec<String>, i64) {
        let words = self.words(case, withdrawn);
        for n in order {
            let (peer, activity) = &words[*n];
            self.hears(peer, activity).await;
        }
        // Whoever says it under another id says it anew: only what it says can be recognised.
        for n in [order[0], order[2]]
            .into_iter()
            .filter(|n| *n < words.len() - 2)
        {
            let (peer, mut activity) = words[n].clone();
            activity["id"] = json!(format!("{}/activities/{case}-again-{n}", peer.origin));
            self.hears(peer, &activity).await;
        }
        let uri = format!("{}/articles/{case}", self.author.origin);
        let held = publications::find_by_uri(&self.loos, &uri)
            .await
            .expect("a look")
            .filter(|held| !held.withdrawn);
        let announced = sqlx::query("SELECT COUNT(*) AS n FROM announce WHERE uri LIKE $1")
            .bind(format!("%/{case}-announce"))
            .fetch_one(self.loos.db.read())
            .await
            .expect("a count")
            .get("n");
        let names = held.into_iter().map(|held| held.original().name.clone());
        (names.collect(), announced)
    }
}

#[tokio::test]
async fn any_order_of_edits_and_announces_ends_with_the_newest_words() {
    let stage = Stage::set().await;
    for (n, order) in orders(4).iter().enumerate() {
        let end = stage.plays(&format!("e{n}"), order, false).await;
        assert_eq!(end, (vec!["Version 2".to_owned()], 0), "{order:?}");
    }
    Alliance::settle(&[&stage.loos]).await;
}

#[tokio::test]
async fn any_order_with_a_withdrawal_ends_with_nothing() {
    let stage = Stage::set().await;
    for (n, order) in orders(5).iter().enumerate() {
        let (names, _) = stage.plays(&format!("w{n}"), order, true).await;
        assert!(names.is_empty(), "{order:?}: {names:?}");
    }
    Alliance::settle(&[&stage.loos]).await;
}

#[tokio::test]
async fn of_two_texts_of_one_moment_every_node_keeps_the_same() {
    let nodes = Alliance::of(["loos", "lille", "paris", "lyon"]).await;
    let author = Peer::on(&nodes[0], "author.test", "mastodon", "Person");
    let mut kept = Vec::new();
    for (n, node) in nodes.iter().enumerate() {
        node.follows_peer(&author).await;
        let mut names = ["One text", "Another text"];
        names.rotate_left(n % 2);
        for (m, name) in names.into_iter().enumerate() {
            // What carries it differs from node to node.
            let update = author.activity(&format!("{n}-{m}"), "Update", author.article("1", name));
            assert_eq!(author.says(node, &update).await, StatusCode::ACCEPTED);
            Alliance::settle(&[node]).await;
        }
        kept.push(node.timeline().await);
    }
    kept.dedup();
    assert_eq!(kept.len(), 1, "{kept:?}");
}
