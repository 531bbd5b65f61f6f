//! What strangers with bad intentions try, case by case: what they are answered, and that the node then
//! holds what it held before. The list of attacks is shared with the example `hostile`.

mod attack;
mod authority;
mod belief;
mod crowd;
mod identity;
mod outbound;
mod parsing;

use crate::rig::{
    Alliance, Dump, Peer, Says, TestNode, difference, event, experience, keys, public_pem,
};
use atelier::base::queue;
use atelier::publication::Publication;
use atelier::server;
use atelier::trust::Signer;
use attack::{Attack, Attacker, Sent};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use tower::ServiceExt as _;

/// A node under the rules of production that follows somebody honest and somebody who is not, and holds
/// something of the honest one.
struct Scene {
    loos: TestNode,
    good: Peer,
    evil: Peer,
    /// Public, by a member of ours.
    ours: Publication,
    /// For followers only, by the same.
    quiet: Publication,
}

const ROUNDS_MAX: usize = 1_000;
const GOOD_KEY: usize = 1;
const EVIL_KEY: usize = 2;
const UNKNOWN_KEY: usize = 3;

impl Scene {
    async fn new() -> Self {
        let loos = TestNode::strict("loos").await;
        let good = Peer::keyed(&loos, "good.test", "mastodon", "Person", GOOD_KEY);
        let evil = Peer::keyed(&loos, "evil.test", "mastodon", "Person", EVIL_KEY);
        loos.follows_peer(&good).await;
        loos.follows_peer(&evil).await;
        loos.is_followed_by(&good).await;
        let article = good.article("1", "Genuine");
        good.serves(&format!("{}/articles/1", good.origin), article.clone());
        let create = good.activity("c1", "Create", article);
        assert_eq!(good.says(&loos, &create).await, StatusCode::ACCEPTED);
        let ours = loos.publishes(experience("A street of ours")).await;
        loos.publishes(event("A gathering of ours")).await;
        let mut among_us = experience("A quiet one among us");
        among_us.audience = "followers".into();
        let quiet = loos.publishes(among_us).await;
        Alliance::settle(&[&loos]).await;
        loos.traffic();
        good.script.take_asked();
        evil.script.take_asked();
        Self {
            loos,
            good,
            evil,
            ours,
            quiet,
        }
    }

    fn attacker(&self) -> Attacker {
        let pem = keys().swap_remove(UNKNOWN_KEY - 1);
        let attacker = Attacker {
            target: self.loos.origin(),
            domain: self.loos.config.domain.clone(),
            group: format!("{}/groups/loos", self.loos.origin()),
            member: format!("{}/users/ana", self.loos.origin()),
            publication: self.ours.uri.clone(),
            origin: self.evil.origin.clone(),
            actor: self.evil.actor.clone(),
            signer: self.evil.signer(),
            unknown: Signer::from_pem("nobody", &pem).expect("a key"),
            unknown_pem: public_pem(UNKNOWN_KEY),
            good: self.good.origin.clone(),
            victim: self.good.actor.clone(),
            article: format!("{}/articles/1", self.good.origin),
            now: self.loos.now(),
        };
        for (path, document) in attacker.documents() {
            self.evil.script.at(&path, Says::Document(document));
        }
        attacker
    }

    /// Sends a request as it stands; gives the status.
    async fn sends(&self, sent: &Sent) -> StatusCode {
        send(&self.loos, sent).await
    }

    /// Tries every attack of a case: each is answered as it should be, and nothing changes.
    async fn withstands(&self, case: u8) {
        let attacker = self.attacker();
        let attacks = attacker.attacks(case);
        assert!(!attacks.is_empty(), "attacks for case {case}");
        self.withstands_all(attacks).await;
    }

    async fn withstands_all(&self, attacks: Vec<Attack>) {
        let before = self.loos.dump().await;
        for attack in &attacks {
            let status = self.sends(&attack.sent).await.as_u16();
            assert!(
                attack.answers.contains(&status),
                "{}: answered {status}",
                attack.what
            );
        }
        self.is_as(&before).await;
    }

    /// What the attacker says, signed as it should be.
    async fn evil_says(&self, activity: &Value) -> StatusCode {
        self.evil.says(&self.loos, activity).await
    }

    /// Lets everything happen, also what is tried again and again for hours.
    async fn rests(&self) {
        for _ in 0..ROUNDS_MAX {
            while server::work_once(&self.loos).await.expect("work") > 0 {}
            let Some(at) = queue::next_due(&self.loos).await.expect("a look") else {
                return;
            };
            let wait = u64::try_from(at - self.loos.now()).unwrap_or(0) + 1_000;
            self.loos.clock.advance(Duration::from_millis(wait));
        }
        panic!("the attacker keeps the node busy");
    }

    /// Lets everything happen; nothing may have changed.
    async fn is_as(&self, before: &Dump) {
        let changes = self.changes_since(before).await;
        assert!(changes.is_empty(), "{changes:#?}");
    }

    /// What changed, but for what the attacker may do as anybody may: be known by its own documents, point
    /// at what is public, take back what it said itself.
    async fn changes_since(&self, before: &Dump) -> Vec<String> {
        self.rests().await;
        let own = &self.evil.origin;
        let starts = [
            format!("+ actor_key id={own}/"),
            format!("+ announce uri={own}/"),
        ];
        let holds = [
            ("+ actor ", format!(" uri={own}/")),
            ("+ undone ", format!(" actor_uri={own}/")),
            ("+ key_history ", format!(" key_id={own}/")),
        ];
        let mut changes = difference(before, &self.loos.dump().await);
        changes.retain(|line| {
            let started = starts.iter().any(|start| line.starts_with(start));
            let held = holds
                .iter()
                .any(|(start, text)| line.starts_with(start) && line.contains(text));
            !started && !held
        });
        changes
    }

    /// The same request that the list varies is believed when nothing is varied: else it proves nothing.
    async fn believes_the_genuine(&self) {
        let attacker = self.attacker();
        let wave = attacker.activity("wave", "atelier:Wave", json!(attacker.group));
        assert_eq!(
            self.sends(&attacker.says(&wave)).await,
            StatusCode::ACCEPTED
        );
    }
}

impl Scene {
    /// The attacker passes something on; everything happens.
    async fn passes_on(&self, n: &str, object: Value) {
        let announce = self.evil.activity(n, "Announce", object);
        assert_eq!(self.evil_says(&announce).await, StatusCode::ACCEPTED);
        self.rests().await;
    }

    async fn names(&self) -> Vec<String> {
        self.loos.timeline().await
    }

    fn own(&self, path: &str) -> String {
        format!("{}/{path}", self.evil.origin)
    }

    fn theirs(&self, path: &str) -> String {
        format!("{}/{path}", self.good.origin)
    }

    /// What a door answers to somebody who is nobody here.
    async fn shows(&self, path: &str, accept: &str) -> (StatusCode, String) {
        let answer = self.loos.get(path, accept).await;
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        (answer.status(), text)
    }
}

async fn send(node: &TestNode, sent: &Sent) -> StatusCode {
    let mut headers = HeaderMap::new();
    for (name, value) in &sent.headers {
        headers.append(*name, value.parse().expect("a value"));
    }
    let mut request = http::Request::post(&sent.path)
        .body(axum::body::Body::from(sent.body.clone()))
        .expect("a request");
    *request.headers_mut() = headers;
    let answer = node.doors().oneshot(request).await.expect("infallible");
    answer.status()
}

#[tokio::test]
async fn every_case_of_the_list_has_attacks() {
    let scene = Scene::new().await;
    scene.believes_the_genuine().await;
    for case in attack::CASES {
        assert!(!scene.attacker().attacks(case).is_empty(), "{case}");
    }
    Alliance::settle(&[&scene.loos]).await;
}
