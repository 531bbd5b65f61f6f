//! Requests that wait for a key which does not come leave room for the others.

use crate::rig::{Alliance, Peer, Says, TestNode, keys};
use atelier::federation::key_cache::{self, Errand};
use atelier::trust::Signer;
use futures_util::FutureExt as _;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use http::StatusCode;
use serde_json::json;
use std::time::Duration;

/// Longer than anything here should take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Goes on until so many of these requests were turned away and so many readings began at silent hosts; no
/// other is answered.
async fn stands<F: Future<Output = bool>>(
    loos: &TestNode,
    waiting: &mut FuturesUnordered<F>,
    away: usize,
    reading: usize,
) {
    let (mut turned_away, mut asked) = (0, 0);
    let counting = async {
        while turned_away < away || asked < reading {
            tokio::select! {
                Some(was) = waiting.next() => {
                    assert!(was, "it was answered otherwise");
                    turned_away += 1;
                }
                () = tokio::task::yield_now() => {}
            }
            let seen = loos.traffic();
            asked += seen.iter().filter(|line| line.contains("slow")).count();
        }
    };
    let outcome = tokio::time::timeout(PATIENCE, counting).await;
    assert!(outcome.is_ok(), "{turned_away} turned away, {asked} read");
    assert_eq!((turned_away, asked), (away, reading));
    assert!(waiting.next().now_or_never().is_none());
}

fn silent(loos: &TestNode, host: &str) -> Peer {
    let peer = Peer::on(loos, host, "mastodon", "Person");
    peer.says_at(&peer.actor, Says::Never);
    peer
}

#[tokio::test]
async fn letters_that_wait_for_one_host_leave_room_for_others() {
    let [loos] = Alliance::of(["loos"]).await;
    let slow = silent(&loos, "slow.test");
    let other = Peer::on(&loos, "other.test", "mastodon", "Person");
    let mut waiting: FuturesUnordered<_> = (0..40)
        .map(|n| {
            let (slow, loos) = (&slow, &loos);
            async move {
                let like = slow.activity(&format!("s{n}"), "Like", json!("x"));
                slow.says(loos, &like).await == StatusCode::SERVICE_UNAVAILABLE
            }
        })
        .collect();
    // Four wait, the others are told to come again.
    stands(&loos, &mut waiting, 36, 1).await;
    let like = other.activity("1", "Like", json!("x"));
    assert_eq!(other.says(&loos, &like).await, StatusCode::ACCEPTED);
    drop(waiting);
    Alliance::settle(&[&loos]).await;

    // Who went away left a place.
    let again = slow.activity("again", "Like", json!("x"));
    slow.serves(&slow.actor, slow.document(1));
    assert_eq!(slow.says(&loos, &again).await, StatusCode::ACCEPTED);
    Alliance::settle(&[&loos]).await;
}

#[tokio::test]
async fn questions_have_a_small_share_and_read_one_at_a_time() {
    let [loos] = Alliance::of(["loos"]).await;
    let peers: Vec<Peer> = (0..6)
        .map(|n| silent(&loos, &format!("slow{n}.test")))
        .collect();
    let wants = |peer: &Peer, name: &str, errand: Errand| {
        let key = format!("{}{name}#main-key", peer.actor);
        let loos = &loos;
        async move {
            let speaker = key.split('#').next().unwrap_or_default();
            let found = key_cache::find_or_read(loos, &key, speaker, errand).await;
            matches!(found, Err(atelier::base::Error::Unavailable { .. }))
        }
    };
    for peer in &peers {
        for name in ["a", "b", "c"] {
            peer.says_at(&format!("{}{name}", peer.actor), Says::Never);
        }
    }
    // One reading at a time for a host: the second of two keys is turned away, a letter is not.
    let one = &peers[0];
    let mut waiting: FuturesUnordered<_> = [
        wants(one, "a", Errand::Question),
        wants(one, "b", Errand::Question),
    ]
    .into_iter()
    .collect();
    stands(&loos, &mut waiting, 1, 1).await;
    waiting.push(wants(one, "c", Errand::Letter));
    stands(&loos, &mut waiting, 0, 1).await;
    drop(waiting);

    // Four questions in all, whatever the hosts: the others are turned away; letters have the rest.
    let mut waiting: FuturesUnordered<_> = peers
        .iter()
        .map(|peer| wants(peer, "", Errand::Question))
        .collect();
    stands(&loos, &mut waiting, 2, 4).await;
    let letter = Peer::on(&loos, "other.test", "mastodon", "Person");
    let like = letter.activity("1", "Like", json!("x"));
    assert_eq!(letter.says(&loos, &like).await, StatusCode::ACCEPTED);
    drop(waiting);
    Alliance::settle(&[&loos]).await;
}

#[tokio::test]
async fn a_signed_question_is_one_of_the_few() {
    let [loos] = Alliance::of(["loos"]).await;
    let follower = Peer::on(&loos, "follower.test", "mastodon", "Person");
    loos.is_followed_by(&follower).await;
    let peers: Vec<Peer> = (0..4)
        .map(|n| silent(&loos, &format!("slow{n}.test")))
        .collect();
    let mut waiting: FuturesUnordered<_> = peers
        .iter()
        .map(|peer| {
            let key = format!("{}#main-key", peer.actor);
            let (loos, speaker) = (&loos, &peer.actor);
            async move {
                let errand = Errand::Question;
                let found = key_cache::find_or_read(loos, &key, speaker, errand).await;
                found.is_err()
            }
        })
        .collect();
    stands(&loos, &mut waiting, 0, 4).await;
    let pem = keys().swap_remove(3);
    let key = format!("{}/actors/two#main-key", follower.origin);
    let by = Signer::from_pem(key, &pem).expect("a key");
    let home = atelier::directory::home(&loos).await.expect("home");
    let url = url::Url::parse(&format!("{}/outbox", home.network.uri)).expect("a URL");
    let scheme = atelier::trust::signature::Scheme::Cavage;
    let sign = atelier::trust::signature::sign;
    let mut headers = sign(&loos, scheme, &http::Method::GET, &url, None, &by).expect("signed");
    let kind = "application/activity+json".parse().expect("a type");
    headers.insert("accept", kind);
    loos.traffic();
    let asks = async |status: u16| {
        let answer = loos.get_with(url.path(), headers.clone()).await;
        assert_eq!(answer.status(), status);
        let seen = loos.traffic();
        seen.iter().any(|line| line.contains("/actors/two"))
    };
    assert!(!asks(503).await, "no place is left to ask who that is");
    drop(waiting);
    assert!(asks(200).await, "now there is");
}
