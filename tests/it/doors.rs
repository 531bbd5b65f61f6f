//! What a node refuses before it thinks: hosts its stewards blocked, senders that are too fast.

use crate::rig::{Alliance, Peer, TestNode, Wires, experience};
use atelier::base::outside::ExchangeLimits;
use atelier::directory::Viewer;
use atelier::federation::inbox::refusals;
use atelier::federation::store as federation;
use atelier::publication::seek::{self, Wanted};
use atelier::publication::store as publications;
use atelier::trust::signature::{self, Scheme};
use atelier::{follow, moderation, server};
use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt as _;
use url::Url;

/// The headers a peer signs a body with.
fn signs(peer: &Peer, node: &TestNode, body: &str) -> HeaderMap {
    let url = Url::parse(&format!("{}/inbox", node.origin())).expect("a URL");
    let content = Some((body.as_bytes(), "application/activity+json"));
    let (scheme, post) = (Scheme::Cavage, Method::POST);
    signature::sign(node, scheme, &post, &url, content, &peer.signer()).expect("signed")
}

fn refused(node: &TestNode, reason: &str) -> u64 {
    refusals(node).get(reason).copied().unwrap_or(0)
}

async fn block(node: &TestNode, host: &str) -> moderation::Effect {
    let (_, effect) = moderation::block(node, host, "It hurts", Some(&node.steward))
        .await
        .expect("blocked");
    Alliance::settle(&[node]).await;
    effect
}

async fn found(node: &TestNode, word: &str) -> usize {
    seek::catch_up(node).await.expect("indexed");
    let wanted = Wanted {
        text: word.into(),
        limit: 10,
        ..Wanted::default()
    };
    let hits = seek::seek(node, &Viewer::stranger(), wanted).await;
    hits.expect("hits").items.len()
}

async fn counted(node: &TestNode) -> i64 {
    let all = publications::count(node, &Viewer::stranger(), &Default::default()).await;
    all.expect("a count").iter().map(|(_, n)| n).sum()
}

#[tokio::test]
async fn a_blocked_host_is_not_heard_not_asked_and_not_told() {
    let [loos] = Alliance::of(["loos"]).await;
    let evil = Peer::on(&loos, "evil.test", "mastodon", "Person");
    loos.follows_peer(&evil).await;
    loos.is_followed_by(&evil).await;
    let before = evil.activity("c1", "Create", evil.article("1", "Zanzibar"));
    assert_eq!(evil.says(&loos, &before).await, StatusCode::ACCEPTED);
    Alliance::settle(&[&loos]).await;
    assert_eq!(
        (found(&loos, "zanzibar").await, counted(&loos).await),
        (1, 1)
    );
    let held = publications::find_by_uri(&loos, &format!("{}/articles/1", evil.origin))
        .await
        .expect("a look")
        .expect("a copy");
    // Something waits for it while it is blocked.
    evil.refuses(Some((StatusCode::SERVICE_UNAVAILABLE, "later")));
    loos.publishes(experience("Ours")).await;
    server::work_once(&loos).await.expect("work");
    server::work_once(&loos).await.expect("work");
    evil.refuses(None);

    let heard = evil.received().len();
    assert_eq!(
        moderation::foresee(&loos, "evil.test")
            .await
            .expect("a look"),
        moderation::Effect {
            publications: 1,
            follows: 2
        }
    );
    let effect = block(&loos, " EVIL.test. ").await;
    assert_eq!((effect.publications, effect.follows), (1, 2));
    loos.traffic();
    // Out of sight everywhere.
    assert_eq!(
        (found(&loos, "zanzibar").await, counted(&loos).await),
        (0, 1)
    );
    assert_eq!(loos.timeline().await, ["Ours"]);
    for accept in ["text/html", "application/activity+json"] {
        let page = loos
            .get(&format!("/publications/{}", held.id), accept)
            .await;
        assert_eq!(page.status(), 404, "{accept}");
    }
    let known = loos
        .get(&format!("/known/{}", held.author_id), "text/html")
        .await;
    assert_eq!(known.status(), 404);
    // What waited has ended as refused; nothing more is sent.
    loos.publishes(experience("Ours too")).await;
    Alliance::time_passes(&[&loos], Duration::from_secs(3600));
    Alliance::settle(&[&loos]).await;
    assert_eq!(evil.received().len(), heard);
    let owed = federation::list_deliveries(
        &loos,
        Some("refused"),
        &atelier::base::listing::Cursor::newest(),
        10,
    )
    .await
    .expect("a list");
    assert_eq!(owed.items.len(), 1);
    assert_eq!(owed.items[0].error.as_deref(), Some("blocked"));
    // Nothing is heard, before anything is read or checked; nothing is asked.
    let after = evil.activity("c2", "Create", evil.article("2", "After"));
    assert_eq!(evil.says(&loos, &after).await, StatusCode::FORBIDDEN);
    let mut wrong = signs(&evil, &loos, "{}");
    wrong.insert("digest", "SHA-256=AAAA".parse().expect("a value"));
    assert_eq!(
        evil.posts(&loos, wrong, "no JSON at all".into()).await,
        StatusCode::FORBIDDEN
    );
    let nobody = http::HeaderMap::from_iter([(
        http::header::CONTENT_TYPE,
        "application/activity+json".parse().expect("a type"),
    )]);
    assert_eq!(
        evil.posts(&loos, nobody, after.to_string()).await,
        StatusCode::FORBIDDEN,
        "known by its actor"
    );
    assert_eq!(refused(&loos, "blocked"), 3);
    follow::ask(&loos, &evil.actor).await.expect("asked");
    Alliance::settle(&[&loos]).await;
    let mine = follow::find_mine(&loos, &evil.actor)
        .await
        .expect("it failed");
    assert_eq!(mine.state, follow::State::Failed);
    let traffic = loos.traffic();
    assert!(
        !traffic.iter().any(|line| line.contains("evil")),
        "nobody was asked, nobody was told: {traffic:?}"
    );

    // Blocking again changes the reason only; unblocking brings back what was held.
    let (again, effect) =
        moderation::block(&loos, "https://evil.test:99/x", "Another reason", None)
            .await
            .expect("again");
    assert_eq!(
        (again.host.as_str(), again.reason.as_str()),
        ("evil.test", "Another reason")
    );
    assert_eq!(again.by.as_deref(), Some("Sol"));
    assert_eq!(effect.publications, 0);
    Alliance::settle(&[&loos]).await;
    let back = moderation::unblock(&loos, "evil.test")
        .await
        .expect("unblocked");
    assert_eq!(back.publications, 1);
    assert_eq!(found(&loos, "zanzibar").await, 1);
    assert!(moderation::unblock(&loos, "evil.test").await.is_err());
    assert_eq!(evil.says(&loos, &after).await, StatusCode::ACCEPTED);
    Alliance::settle(&[&loos]).await;
}

#[tokio::test]
async fn a_blocked_host_does_not_come_in_by_another_door() {
    let [loos] = Alliance::of(["loos"]).await;
    let relay = Peer::on(&loos, "relay.test", "lemmy", "Group");
    loos.follows_peer(&relay).await;
    // One whose actor and keys are known already: its proofs would hold.
    loos.follows_peer(&Peer::on(&loos, "evil.test", "mastodon", "Person"))
        .await;
    block(&loos, "evil.test").await;
    for (n, host) in ["evil.test", "sub.evil.test", "EVIL.test."]
        .iter()
        .enumerate()
    {
        let evil = Peer::on(&loos, host, "mastodon", "Person");
        loos.traffic();
        let article = evil.article("1", &format!("From {host}"));
        evil.serves(article["id"].as_str().expect("an id"), article.clone());
        let proven = evil.proves(evil.activity("c1", "Create", article.clone()));
        for (m, passed) in [proven.clone(), article["id"].clone(), article.clone()]
            .into_iter()
            .enumerate()
        {
            let announce = relay.activity(&format!("a{n}{m}"), "Announce", passed);
            assert_eq!(relay.says(&loos, &announce).await, StatusCode::ACCEPTED);
        }
        // Forwarded whole, with its own proof, by somebody who may speak here.
        assert_eq!(relay.says(&loos, &proven).await, StatusCode::FORBIDDEN);
        assert_eq!(evil.says(&loos, &proven).await, StatusCode::FORBIDDEN);
        Alliance::settle(&[&loos]).await;
        assert!(loos.timeline().await.is_empty(), "{host}");
        assert!(loos.traffic().is_empty(), "{host} was not asked");
    }
}

#[tokio::test]
async fn a_blocked_host_is_known_however_it_writes_its_key() {
    let [loos] = Alliance::of(["loos"]).await;
    let good = Peer::on(&loos, "good.test", "mastodon", "Person");
    let evil = Peer::on(&loos, "evil.test", "mastodon", "Person");
    // The keys of both are remembered: nobody need be asked for them.
    loos.follows_peer(&good).await;
    loos.follows_peer(&evil).await;
    block(&loos, "evil.test").await;
    let bare = |mut headers: HeaderMap| {
        let key_id = evil.signer().key_id;
        let said = headers["signature"].to_str().expect("text");
        let bare = said.replace(&format!("\"{key_id}\""), &key_id);
        assert_ne!(said, bare);
        headers.insert("signature", bare.parse().expect("a value"));
        headers
    };
    // It passes on what another said, and proved.
    let proven = good.proves(good.activity("c1", "Create", good.article("1", "Passed on")));
    let body = proven.to_string();
    let passed_on = bare(signs(&evil, &loos, &body));
    assert_eq!(
        evil.posts(&loos, passed_on, body).await,
        StatusCode::FORBIDDEN
    );
    // Its signature is not even checked.
    let other = bare(signs(&evil, &loos, "{}"));
    let mut wrong = bare(signs(&evil, &loos, &proven.to_string()));
    let signature = |headers: &HeaderMap| {
        let said = headers["signature"].to_str().expect("text").to_owned();
        said.split_once("signature=").expect("one").1.to_owned()
    };
    let said = wrong["signature"].to_str().expect("text");
    let swapped = said.replace(&signature(&wrong), &signature(&other));
    wrong.insert("signature", swapped.parse().expect("a value"));
    let body = proven.to_string();
    assert_eq!(evil.posts(&loos, wrong, body).await, StatusCode::FORBIDDEN);
    assert_eq!(refused(&loos, "blocked"), 2);
    let path = "/groups/loos/outbox";
    let url = Url::parse(&format!("{}{path}", loos.origin())).expect("a URL");
    for (peer, status) in [(&evil, 404), (&good, 200)] {
        let signer = peer.signer();
        let mut asks = signature::sign(&loos, Scheme::Cavage, &Method::GET, &url, None, &signer)
            .expect("signed");
        if status == 404 {
            asks = bare(asks);
        }
        asks.insert("accept", "application/activity+json".parse().expect("one"));
        assert_eq!(loos.get_with(path, asks).await.status(), status);
    }
}

#[tokio::test]
async fn what_was_heard_before_a_block_has_no_effect_after_it() {
    let [loos] = Alliance::of(["loos"]).await;
    let evil = Peer::on(&loos, "evil.test", "mastodon", "Person");
    loos.follows_peer(&evil).await;
    let create = evil.activity("c1", "Create", evil.article("1", "Too late"));
    assert_eq!(evil.says(&loos, &create).await, StatusCode::ACCEPTED);
    block(&loos, "evil.test").await;
    assert_eq!(
        publications::find_by_uri(&loos, &format!("{}/articles/1", evil.origin))
            .await
            .expect("a look")
            .map(|p| p.id),
        None
    );
}

#[tokio::test]
async fn who_reads_in_the_name_of_a_blocked_host_finds_nothing() {
    let [loos] = Alliance::of(["loos"]).await;
    let published = loos.publishes(experience("For everybody")).await;
    Alliance::settle(&[&loos]).await;
    let ask = async |host: &str| {
        let request = Request::get(format!("/publications/{}", published.id))
            .header("host", &loos.config.domain)
            .header("accept", "application/activity+json")
            .header(
                "signature",
                format!("keyId=\"https://{host}/actor#main-key\",signature=\"AA==\""),
            )
            .body(Body::empty())
            .expect("a request");
        let doors = server::router(atelier::base::Node::clone(&loos));
        doors.oneshot(request).await.expect("infallible").status()
    };
    assert_eq!(ask("deep.evil.test").await, 200);
    block(&loos, "evil.test").await;
    assert_eq!(ask("deep.evil.test").await, 404);
    assert_eq!(ask("good.test").await, 200);
}

#[tokio::test]
async fn a_node_cannot_block_itself_or_half_the_world() {
    let [loos] = Alliance::of(["loos"]).await;
    for bad in [
        "loos.test",
        "LOOS.test.",
        "https://loos.test/about",
        "org",
        "",
        "two words.org",
    ] {
        assert!(
            moderation::block(&loos, bad, "Why not", None)
                .await
                .is_err(),
            "{bad}"
        );
    }
    assert!(
        moderation::block(&loos, "evil.test", "  ", None)
            .await
            .is_err()
    );
    assert!(
        moderation::store::list(&loos)
            .await
            .expect("a list")
            .is_empty()
    );
}

#[tokio::test]
async fn who_sends_too_fast_is_told_to_wait_and_loses_nothing() {
    let wires = Arc::new(Wires::default());
    let loos = TestNode::on_with(&wires, "loos", |settings| {
        settings.inbox_per_host_per_second = Some(2);
        settings.inbox_per_second = Some(8);
    })
    .await;
    let peer = Peer::on(&loos, "fast.test", "mastodon", "Person");
    let say = async |peer: &Peer, n: usize| {
        let activity = peer.activity(
            &format!("l{n}"),
            "Like",
            json!(format!("{}/x", loos.origin())),
        );
        peer.says(&loos, &activity).await
    };
    let mut taken = 0;
    for n in 0..12 {
        taken += usize::from(say(&peer, n).await == StatusCode::ACCEPTED);
    }
    assert_eq!(
        taken, 11,
        "one as a stranger, then five seconds' worth at once"
    );
    assert_eq!(refused(&loos, "too_many_from_host"), 1);
    // Another host is another matter, until the node has enough.
    let other = Peer::on(&loos, "other.test", "mastodon", "Person");
    assert_eq!(say(&other, 0).await, StatusCode::ACCEPTED);
    Alliance::time_passes(&[&loos], Duration::from_millis(500));
    assert_eq!(say(&peer, 12).await, StatusCode::ACCEPTED);
    assert_eq!(say(&peer, 13).await, StatusCode::TOO_MANY_REQUESTS);
    let answer = loos_answers(&wires, &loos, &peer).await;
    assert_eq!(answer.0, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.1.as_deref(), Some("1"));
    // One address may use a quarter of what strangers have, whatever names it gives.
    let mut from_here = 0;
    for n in 0..40 {
        let one = Peer::on(&loos, &format!("n{n}.test"), "mastodon", "Person");
        from_here += usize::from(say(&one, 0).await == StatusCode::ACCEPTED);
    }
    assert!(from_here < 5, "{from_here}");
    assert!(refused(&loos, "too_many_from_address") > 0);
    Alliance::settle(&[&loos]).await;
}

#[tokio::test]
async fn strangers_who_send_garbage_take_nothing_from_those_who_are_known() {
    let wires = Arc::new(Wires::default());
    let loos = TestNode::on_with(&wires, "loos", |settings| {
        settings.inbox_per_host_per_second = Some(2);
        settings.inbox_per_second = Some(8);
    })
    .await;
    let friend = Peer::on(&loos, "friend.test", "mastodon", "Person");
    let from = async |n: u8, headers: HeaderMap, body: String| {
        let mut request = Request::post("/inbox").body(Body::from(body)).expect("one");
        *request.headers_mut() = headers;
        let address = std::net::SocketAddr::from(([192, 0, 2, n], 4_000));
        request.extensions_mut().insert(ConnectInfo(address));
        let doors = server::router(atelier::base::Node::clone(&loos));
        doors.oneshot(request).await.expect("infallible").status()
    };
    let says = async |n: u8, id: &str| {
        let body = friend.activity(id, "Like", json!("x")).to_string();
        from(n, signs(&friend, &loos, &body), body).await
    };
    // Garbage that claims to be the friend's, until nothing of it is let in any more.
    let garbage = async |addresses: std::ops::Range<u8>| {
        let mut let_in = Vec::new();
        for n in addresses {
            let mut here = 0;
            for _ in 0..10 {
                let mut headers = signs(&friend, &loos, "{}");
                headers.insert("digest", "SHA-256=AAAA".parse().expect("a value"));
                let status = from(n, headers, "{}".into()).await;
                here += usize::from(status != StatusCode::TOO_MANY_REQUESTS);
            }
            let_in.push(here);
        }
        let_in
    };
    assert_eq!(says(1, "before").await, StatusCode::ACCEPTED);
    // Five seconds' worth of four a second, one of which the friend took; a quarter of it an address.
    assert_eq!(garbage(2..8).await, [5, 5, 5, 4, 0, 0]);
    assert_eq!(says(9, "elsewhere").await, StatusCode::TOO_MANY_REQUESTS);
    for n in 0..10 {
        assert_eq!(says(1, &format!("l{n}")).await, StatusCode::ACCEPTED);
    }
    assert_eq!(says(1, "too fast").await, StatusCode::TOO_MANY_REQUESTS);
    // After an hour of silence they are strangers as all are.
    Alliance::time_passes(&[&loos], Duration::from_secs(3600));
    assert_eq!(garbage(2..8).await, [5, 5, 5, 5, 0, 0]);
    assert_eq!(says(1, "after").await, StatusCode::TOO_MANY_REQUESTS);
    Alliance::settle(&[&loos]).await;
}

/// What a peer is answered: the status, and how long to wait.
async fn loos_answers(
    wires: &Arc<Wires>,
    loos: &TestNode,
    peer: &Peer,
) -> (StatusCode, Option<String>) {
    let body = peer.activity("w", "Like", json!("x")).to_string();
    let mut request = Request::post(format!("{}/inbox", loos.origin()))
        .body(Bytes::from(body.clone()))
        .expect("a request");
    *request.headers_mut() = signs(peer, loos, &body);
    let limits = ExchangeLimits {
        total_seconds: 5,
        body_bytes_max: 1 << 20,
    };
    let answer = wires.exchange(request, limits).await;
    let wait = answer.headers().get("retry-after");
    (
        answer.status(),
        wait.and_then(|v| v.to_str().ok()).map(str::to_owned),
    )
}

#[tokio::test]
async fn a_neighbour_that_catches_up_faster_than_we_take_brings_everything() {
    let wires = Arc::new(Wires::default());
    let loos = TestNode::on_with(&wires, "loos", |_| ()).await;
    let lille = TestNode::on_with(&wires, "lille", |settings| {
        settings.inbox_per_host_per_second = Some(2);
        settings.inbox_per_second = Some(4);
    })
    .await;
    lille.follows(&loos).await;
    lille.is_down(true);
    for n in 0..30 {
        loos.publishes(experience(&format!("Number {n}"))).await;
    }
    for _ in 0..4 {
        server::work_once(&loos).await.expect("work");
    }
    lille.is_down(false);
    let mut rounds = 0;
    while lille.timeline().await.len() < 30 {
        Alliance::time_passes(&[&loos, &lille], Duration::from_secs(5));
        Alliance::settle(&[&loos, &lille]).await;
        rounds += 1;
        assert!(rounds < 60, "{} arrived", lille.timeline().await.len());
    }
    assert!(refused(&lille, "too_many_from_host") > 0, "it was too fast");
    Alliance::settle(&[&loos, &lille]).await;
}

#[tokio::test]
async fn what_we_do_not_know_is_kept_out_politely_and_counted_by_name() {
    let [loos] = Alliance::of(["loos"]).await;
    let peer = Peer::on(&loos, "other.test", "mastodon", "Person");
    loos.follows_peer(&peer).await;
    let mut video = peer.article("1", "A film");
    video["type"] = json!("Video");
    let said = [
        peer.activity("l", "Like", json!("https://x.test/1")),
        peer.activity("m", "Like", json!("https://x.test/2")),
        peer.activity("v", "Create", video),
        peer.activity(
            "f",
            "Flag",
            json!(["https://x.test/1", {"id": "https://x.test/2"}]),
        ),
    ];
    for activity in &said {
        assert_eq!(peer.says(&loos, activity).await, StatusCode::ACCEPTED);
    }
    Alliance::settle(&[&loos]).await;
    let counted = atelier::federation::unknown::counted(&loos);
    let of = |name: &str| counted.get(name).copied();
    assert_eq!(
        (of("Like"), of("Video"), of("Flag")),
        (Some(2), Some(1), Some(1))
    );
    assert!(loos.timeline().await.is_empty());
}

#[tokio::test]
async fn what_is_beyond_measure_is_refused_at_once() {
    let [loos] = Alliance::of(["loos"]).await;
    let peer = Peer::on(&loos, "other.test", "mastodon", "Person");
    loos.follows_peer(&peer).await;
    let many = |n: usize| json!(vec![json!("https://x.test/1"); n]);
    let mut wide = peer.activity("w", "Create", peer.article("1", "To all the world"));
    wide["to"] = many(1_001);
    let long = format!("https://x.test/{}", "x".repeat(2_048));
    for (reason, activity) in [
        ("list_too_long", wide.clone()),
        ("list_too_long", peer.activity("o", "Flag", many(10_000))),
        ("list_too_long", {
            let mut inside = peer.article("2", "Tags");
            inside["tag"] = many(1_001);
            peer.activity("i", "Create", inside)
        }),
        ("id_too_long", peer.activity("l", "Announce", json!(long))),
    ] {
        let before = refused(&loos, reason);
        assert_eq!(peer.says(&loos, &activity).await, StatusCode::BAD_REQUEST);
        assert_eq!(refused(&loos, reason), before + 1);
    }
    wide["to"] = many(1_000);
    wide["cc"] = json!("as:Public");
    assert_eq!(peer.says(&loos, &wide).await, StatusCode::ACCEPTED);
    Alliance::settle(&[&loos]).await;
    assert_eq!(loos.timeline().await, ["To all the world"]);
}

#[tokio::test]
async fn asking_whether_a_node_is_ready_writes_once_a_second() {
    let [loos] = Alliance::of(["loos"]).await;
    let written = async || {
        atelier::base::setting::get(&loos, "ready_at")
            .await
            .expect("a look")
    };
    let ask = async || loos.get("/ready", "text/plain").await;
    let first = ask().await;
    assert_eq!(first.status(), 200);
    let at = written().await.expect("written");
    Alliance::time_passes(&[&loos], Duration::from_millis(900));
    for _ in 0..20 {
        assert_eq!(ask().await.body(), first.body());
    }
    assert_eq!(written().await.as_ref(), Some(&at));
    Alliance::time_passes(&[&loos], Duration::from_millis(200));
    ask().await;
    assert_ne!(written().await, Some(at));
}
