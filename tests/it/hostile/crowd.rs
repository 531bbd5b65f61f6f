//! The cases that need a real connection: slow, endless and idle ones, and requests with two ends. While
//! they stand, everybody else is served.

use super::attack::{Attacker, wire};
use crate::rig::{Live, Says, Script, host, keys, public_pem};
use atelier::trust::Signer;
use futures_util::future::join_all;
use serde_json::json;
use std::sync::Arc;

const CROWD: usize = 300;

struct Street {
    live: Live,
    attacker: Attacker,
}

impl Street {
    async fn new() -> Self {
        let live = Live::called("loos").await;
        let script = Arc::new(Script::default());
        let origin = host(script.clone()).await;
        let actor = format!("{origin}/actors/one");
        let keys = keys();
        let signer = |id: String, n: usize| Signer::from_pem(id, &keys[n - 1]).expect("a key");
        script.at("/actors/one", Says::Document(json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": actor, "type": "Person", "preferredUsername": "one",
            "inbox": format!("{actor}/inbox"),
            "publicKey": {"id": format!("{actor}#main-key"), "owner": actor, "publicKeyPem": public_pem(2)},
        })));
        let target = live.node.origin();
        let attacker = Attacker {
            domain: live.node.config.domain.clone(),
            group: format!("{target}/groups/loos"),
            member: format!("{target}/users/ana"),
            publication: format!("{target}/publications/none"),
            target,
            signer: signer(format!("{actor}#main-key"), 2),
            unknown: signer("nobody".into(), 3),
            unknown_pem: public_pem(3),
            origin,
            actor,
            good: "http://good.test".into(),
            victim: "http://good.test/actors/one".into(),
            article: "http://good.test/articles/1".into(),
            now: live.node.now(),
        };
        Self { live, attacker }
    }

    /// Somebody honest is served: a page is shown, and what is said is taken.
    async fn serves(&self, n: u8) {
        let (to, domain) = (self.live.address, &self.attacker.domain);
        let seen = wire::get(to, domain, "/health", "*/*")
            .await
            .expect("an answer");
        assert_eq!(seen.status(), 200, "{}", seen.text());
        let wave = self
            .attacker
            .activity(&format!("w{n}"), "atelier:Wave", json!("x"));
        let heard = wire::post(to, &self.attacker.says(&wave))
            .await
            .expect("an answer");
        assert_eq!(heard.status(), 202, "{}", heard.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d45_a_body_without_end_is_cut_off() {
    let street = Street::new().await;
    let (to, domain) = (street.live.address, street.attacker.domain.clone());
    let endless = wire::endless(to, &domain).await.expect("an end");
    assert!(matches!(endless.status(), 0 | 413), "{}", endless.text());
    let ended = wire::short(to, &domain, true).await.expect("an end");
    assert!(
        matches!(ended.status(), 0 | 400 | 408 | 413),
        "{}",
        ended.text()
    );
    let waits = wire::short(to, &domain, false).await.expect("an end");
    assert!(matches!(waits.status(), 0 | 408), "{}", waits.text());
    street.serves(1).await;
    street.live.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d46_a_silent_crowd_keeps_nobody_out() {
    let street = Street::new().await;
    let (to, domain) = (street.live.address, street.attacker.domain.clone());
    // Whoever is known here has a share that no crowd uses, even from the same address.
    street.serves(0).await;
    let crowd = wire::crowd(to, &domain, CROWD).await;
    street.serves(1).await;
    let resets = wire::rapid_resets(to).await.expect("an end");
    assert!(resets.answers() <= 1, "{}", resets.text());
    street.serves(2).await;
    drop(crowd);
    street.live.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d47_one_request_is_never_two() {
    let street = Street::new().await;
    let (to, domain) = (street.live.address, street.attacker.domain.clone());
    let tried = wire::smuggled(&domain)
        .into_iter()
        .map(|(what, bytes)| async move {
            let heard = wire::say(to, &bytes).await.expect(what);
            assert!(heard.answers() <= 1, "{what}: {}", heard.text());
            assert_ne!(heard.status(), 200, "{what}: {}", heard.text());
        });
    join_all(tried).await;
    // What comes behind one before its answer is none, even where all would agree on it.
    let line = format!("GET /health HTTP/1.1\r\nhost: {domain}\r\n\r\n");
    let heard = wire::say(to, line.repeat(2).as_bytes())
        .await
        .expect("an answer");
    assert_eq!(heard.answers(), 1, "{}", heard.text());
    street.live.ends().await;
}
