//! Sets of words that nobody chose by hand: in any order, and however often each is said, a node ends in
//! the same state. A set that does not is made smaller before it is shown.

use crate::fuzz::Chance;
use crate::rig::{Alliance, Peer, TestNode};
use atelier::trust::proof::canonical_digest;
use http::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// One thing that somebody says, once or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    /// The author publishes.
    Create,
    /// The author edits; the number is the moment.
    Update(u8),
    /// Another text of the same moment.
    Twin(u8),
    /// The author withdraws.
    Delete,
    /// The author is gone, by their own word.
    Gone,
    /// Somebody followed points at it.
    Announce,
    /// Points at it another time.
    AnnounceAgain,
    /// Passes it on whole, with its author's proof, as it was at that moment.
    PassOn(u8),
    /// Passes its withdrawal on, with its author's proof.
    PassOnDelete,
    /// Takes the first pointing back.
    UndoAnnounce,
    /// The author follows us.
    Follow,
    /// And does not any more.
    UndoFollow,
    /// The author lets us in, who asked.
    Accept,
}

const WORDS: [Word; 18] = [
    Word::Create,
    Word::Update(1),
    Word::Update(2),
    Word::Update(3),
    Word::Twin(1),
    Word::Twin(3),
    Word::Delete,
    Word::Gone,
    Word::Announce,
    Word::AnnounceAgain,
    Word::PassOn(0),
    Word::PassOn(2),
    Word::PassOn(3),
    Word::PassOnDelete,
    Word::UndoAnnounce,
    Word::Follow,
    Word::UndoFollow,
    Word::Accept,
];

/// Who speaks.
const AUTHOR: &str = "author.test";
const RELAY: &str = "relay.test";

/// A node that has forgotten everybody before each telling.
struct Stage {
    node: TestNode,
}

/// An author, somebody who passes things on, and one article.
struct Telling {
    author: Peer,
    relay: Peer,
    uri: String,
    follow: Value,
}

impl Telling {
    fn version(&self, n: u8, twin: bool) -> Value {
        let name = if twin {
            format!("Twin of {n}")
        } else {
            format!("Version {n}")
        };
        let mut article = self.author.article("1", &name);
        if n > 0 {
            article["updated"] = json!(format!("2026-11-2{n}T09:00:00Z"));
        }
        article
    }

    /// What its origin shows in the end: the newest of what was said, or that it is gone.
    fn stands(&self, words: &[Word]) {
        let gone = words
            .iter()
            .any(|word| matches!(word, Word::Delete | Word::PassOnDelete | Word::Gone));
        // Of two texts of one moment its origin shows the one that wins everywhere.
        let weight = |n: u8, twin: bool| {
            canonical_digest(&self.version(n, twin)).expect("a document has a digest")
        };
        let newest = words.iter().map(|word| match word {
            Word::Update(n) | Word::PassOn(n) => (*n, weight(*n, false), false),
            Word::Twin(n) => (*n, weight(*n, true), true),
            _ => (0, weight(0, false), false),
        });
        let (n, _, twin) = newest.max().unwrap_or_default();
        let outbox = format!("{}/outbox", self.author.actor);
        let create = self
            .author
            .activity("outbox", "Create", self.version(n, twin));
        let items = if gone { json!([]) } else { json!([create]) };
        let outbox_now = json!({"id": outbox, "type": "OrderedCollection", "orderedItems": items});
        self.author.serves(&outbox, outbox_now);
        let now = if gone {
            Value::Null
        } else {
            self.version(n, twin)
        };
        self.author.serves(&self.uri, now);
    }

    fn says(&self, node: &TestNode, word: Word) -> (&Peer, Value) {
        let (author, relay) = (&self.author, &self.relay);
        let proven =
            |id: &str, verb: &str, object: Value| author.proves(author.activity(id, verb, object));
        let announce = || relay.activity("announce", "Announce", json!(self.uri));
        let group = format!("{}/groups/loos", node.origin());
        let follow = || author.activity("follow", "Follow", json!(group));
        match word {
            Word::Create => (
                author,
                author.activity("create", "Create", self.version(0, false)),
            ),
            Word::Update(n) => (
                author,
                author.activity(&format!("u{n}"), "Update", self.version(n, false)),
            ),
            Word::Twin(n) => (
                author,
                author.activity(&format!("t{n}"), "Update", self.version(n, true)),
            ),
            Word::Delete => (author, author.activity("delete", "Delete", json!(self.uri))),
            Word::Gone => (
                author,
                author.activity("gone", "Delete", json!(author.actor)),
            ),
            Word::Announce => (relay, announce()),
            Word::AnnounceAgain => (relay, relay.activity("again", "Announce", json!(self.uri))),
            Word::PassOn(n) => {
                let verb = if n == 0 { "Create" } else { "Update" };
                let inner = proven(&format!("p{n}"), verb, self.version(n, false));
                (
                    relay,
                    relay.activity(&format!("pass{n}"), "Announce", inner),
                )
            }
            Word::PassOnDelete => {
                let inner = proven("delete", "Delete", json!(self.uri));
                (relay, relay.activity("pass-delete", "Announce", inner))
            }
            Word::UndoAnnounce => (relay, relay.activity("undo", "Undo", announce())),
            Word::Follow => (author, follow()),
            Word::UndoFollow => (author, author.activity("unfollow", "Undo", follow())),
            Word::Accept => (
                author,
                author.activity("accept", "Accept", self.follow.clone()),
            ),
        }
    }
}

impl Stage {
    async fn set() -> Self {
        let [node] = Alliance::of(["loos"]).await;
        Self { node }
    }

    /// Tells a set in this order, to a node that has never heard of those who speak; gives the end.
    async fn tells(&self, order: &[Word]) -> BTreeSet<String> {
        self.forgets().await;
        let author = Peer::on(&self.node, AUTHOR, "mastodon", "Person");
        let relay = Peer::on(&self.node, RELAY, "lemmy", "Group");
        self.node.follows_peer(&relay).await;
        let mut telling = Telling {
            uri: format!("{}/articles/1", author.origin),
            follow: Value::Null,
            author,
            relay,
        };
        telling.stands(order);
        if order.contains(&Word::Accept) {
            atelier::follow::ask(&self.node, &telling.author.actor)
                .await
                .expect("asked");
            Alliance::settle(&[&self.node]).await;
            let heard = telling.author.received();
            telling.follow = heard
                .into_iter()
                .rfind(|said| said["type"] == "Follow")
                .expect("a Follow");
        }
        let mut gone = false;
        for word in order {
            let (peer, activity) = telling.says(&self.node, *word);
            let status = peer.says(&self.node, &activity).await;
            // Whoever is gone has no key any more: what comes late is refused.
            let late = gone && peer.origin == telling.author.origin;
            let taken = status == StatusCode::ACCEPTED;
            assert!(taken || late, "{word:?}: {status}");
            if *word == Word::Gone {
                gone = true;
                telling.author.serves(&telling.author.actor, Value::Null);
            }
            Alliance::settle(&[&self.node]).await;
        }
        self.lines().await
    }

    /// Takes everything out of the node that came from elsewhere.
    async fn forgets(&self) {
        // A key that could not be had is not asked for again for five minutes.
        Alliance::time_passes(&[&self.node], Duration::from_secs(301));
        for sql in [
            "DELETE FROM announce",
            "DELETE FROM publication_text",
            "DELETE FROM evidence",
            "DELETE FROM publication",
            "DELETE FROM follow",
            "DELETE FROM backfill",
            "DELETE FROM undone",
            "DELETE FROM inbound",
            "DELETE FROM key_history",
            "DELETE FROM actor_key WHERE private IS NULL",
            "DELETE FROM actor WHERE local = 0",
        ] {
            let mut tx = self.node.db.write().await.expect("a writer");
            sqlx::query(sql).execute(tx.on()).await.expect(sql);
            tx.commit().await.expect("forgotten");
        }
        for host in [AUTHOR, RELAY] {
            let actor = format!("http://{host}/actors/one");
            atelier::federation::key_cache::forget(&self.node, &actor);
        }
    }

    /// All that is held of others, but when and how it came.
    async fn lines(&self) -> BTreeSet<String> {
        const STANDING: &str = "SELECT 'publication ' || p.uri || ' ' || p.url || ' ' || p.type || ' ' || p.kind || ' ' || p.audience || ' ' || \
            p.language || ' ' || p.licence || ' ' || p.detail || ' ' || CAST(p.published AS TEXT) || ' ' || CAST(p.version AS TEXT) || ' ' || \
            CAST(COALESCE(p.updated, 0) AS TEXT) || ' ' || p.digest || ' ' || a.uri || ' ' || t.language || ' ' || t.name || ' ' || t.summary || ' ' || t.html \
            AS line FROM publication p JOIN actor a ON a.id = p.author_id JOIN publication_text t ON t.publication_id = p.id \
            WHERE p.state = 'published'";
        const ANNOUNCED: &str = "SELECT 'announce ' || n.uri || ' ' || a.uri || ' ' || p.uri AS line FROM announce n JOIN actor a ON a.id = n.actor_id \
            JOIN publication p ON p.id = n.publication_id WHERE p.state = 'published'";
        const FOLLOWS: &str = "SELECT 'follow ' || f.state || ' ' || b.uri || ' ' || t.uri AS line FROM follow f JOIN actor b ON b.id = f.follower_id \
            JOIN actor t ON t.id = f.target_id";
        let mut lines = BTreeSet::new();
        for sql in [STANDING, ANNOUNCED, FOLLOWS] {
            let rows = sqlx::query(sql).fetch_all(self.node.db.read()).await;
            let line = |row| sqlx::Row::get::<String, _>(row, "line");
            lines.extend(rows.expect("rows").iter().map(line));
        }
        lines
    }

    /// Leaves out of two tellings whatever is not needed for their ends to differ.
    async fn shrinks(&self, mut one: Vec<Word>, mut other: Vec<Word>) -> String {
        loop {
            let mut smaller = false;
            for word in WORDS {
                let without = |order: &[Word]| {
                    order
                        .iter()
                        .copied()
                        .filter(|w| *w != word)
                        .collect::<Vec<_>>()
                };
                let (a, b) = (without(&one), without(&other));
                if a.len() < one.len() && self.tells(&a).await != self.tells(&b).await {
                    (one, other, smaller) = (a, b, true);
                }
            }
            if !smaller {
                let (a, b) = (self.tells(&one).await, self.tells(&other).await);
                return format!("{one:?} ends in\n{a:#?}\n{other:?} ends in\n{b:#?}");
            }
        }
    }
}

fn shuffled(chance: &mut Chance, words: &[Word]) -> Vec<Word> {
    let mut order = words.to_vec();
    for _ in 0..chance.below(3) {
        order.push(*chance.pick(words));
    }
    for n in (1..order.len()).rev() {
        order.swap(n, chance.below(n + 1));
    }
    order
}

#[tokio::test]
async fn any_set_in_any_order_ends_in_the_same_state() {
    let seed = crate::fuzz::number("FUZZ_SEED", 20_261_123);
    let sets = crate::fuzz::number("ORDER_SETS", 12);
    let mut chance = Chance::new(seed);
    let stage = Stage::set().await;
    for n in 0..sets {
        let mut words: Vec<Word> = Vec::new();
        for _ in 0..3 + chance.below(5) {
            let word = *chance.pick(&WORDS);
            if !words.contains(&word) {
                words.push(word);
            }
        }
        let first = stage.tells(&words).await;
        for _ in 0..4 {
            let order = shuffled(&mut chance, &words);
            if stage.tells(&order).await != first {
                let shown = stage.shrinks(words, order).await;
                panic!("FUZZ_SEED={seed}, set {n}:\n{shown}");
            }
        }
    }
}
