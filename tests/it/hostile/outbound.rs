//! Group C: where a stranger's words may send us, and what may come back.

use super::{Scene, UNKNOWN_KEY};
use crate::rig::{Alliance, Peer, Says, Script, host};
use atelier::base::Outside as _;
use atelier::base::config::Settings;
use atelier::base::outside::ExchangeLimits;
use atelier::follow;
use atelier::server;
use atelier::trust::SocketOutside;
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Where nobody may send a node under the rules of production.
const FORBIDDEN: [&str; 30] = [
    "https://127.0.0.1/x",
    "https://2130706433/x",
    "https://0177.0.0.1/x",
    "https://0x7f.0.0.1/x",
    "https://0x7f000001/x",
    "https://127.1/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[fd00::1]/x",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/x",
    "https://0.0.0.0/x",
    "https://\u{ff11}\u{ff12}\u{ff17}.0.0.1/x",
    "https://localhost/x",
    "https://localhost:8080/x",
    "https://internal/x",
    "https://internal./x",
    "http://internal.test/x",
    "https://internal.test:22/x",
    "https://internal.test:6379/x",
    "https://internal.test:8443/x",
    "https://internal.test:0/x",
    "https://evil.test@internal.test/x",
    "https://evil.test:x@internal.test/x",
    "https://evil.test%2f@internal.test/x",
    "https://loos.test/users/ana",
    "https://LOOS.test./users/ana",
    "ftp://internal.test/x",
    "file:///etc/passwd",
    "data:application/activity+json,{}",
];
/// Addresses that look like another host, and are the attacker's own.
const TRICKS: [&str; 4] = [
    "https://evil.test#@internal.test/",
    "https://evil.test\\@internal.test/x",
    "https://evil.test/x\r\nhost: internal.test",
    "https://evil.test/x%0d%0ahost:%20internal.test",
];

/// Who was asked since the last time, but for the two hosts that may be.
fn astray(scene: &Scene) -> Vec<String> {
    let mut asked = scene.loos.traffic();
    asked.retain(|line| {
        let place = line.split_once(' ').map_or("", |(_, place)| place);
        !place.starts_with("evil.test/") && !place.starts_with("good.test/")
    });
    asked
}

#[tokio::test]
async fn c38_no_words_send_us_inside() {
    let scene = Scene::new().await;
    let before = scene.loos.dump().await;
    for (n, place) in FORBIDDEN.into_iter().chain(TRICKS).enumerate() {
        // Time passes between them, while what failed is tried again.
        let attacker = scene.attacker();
        let own = format!("{}/moved/{n}", scene.evil.origin);
        scene
            .evil
            .says_at(&own, Says::elsewhere(&place.replace(['\r', '\n'], "")));
        for (m, target) in [place, own.as_str()].into_iter().enumerate() {
            for verb in ["Announce", "Create"] {
                let said = scene
                    .evil
                    .activity(&format!("{verb}{n}-{m}"), verb, json!(target));
                assert_eq!(scene.evil_says(&said).await, StatusCode::ACCEPTED);
            }
            let mut said = scene.evil.activity(
                &format!("actor{n}-{m}"),
                "Create",
                scene.evil.article("z", "z"),
            );
            said["actor"] = json!(target);
            let status = scene.sends(&attacker.says(&said)).await;
            assert!(matches!(status.as_u16(), 400 | 401), "{target}: {status}");
            let sent = attacker.says_with_key(&said, target);
            let status = scene.sends(&sent).await;
            let direct = FORBIDDEN.contains(&target);
            assert!(
                !(direct && status == 503),
                "{target}: to come again is of no use"
            );
            assert!(
                matches!(status.as_u16(), 400 | 401 | 503),
                "{target}: {status}"
            );
        }
        scene.rests().await;
        let asked = astray(&scene);
        assert!(asked.is_empty(), "{place}: {asked:?}");
    }
    scene.is_as(&before).await;
}

#[tokio::test]
async fn c38_nor_does_what_an_actor_says_of_itself() {
    let scene = Scene::new().await;
    let before = scene.loos.dump().await;
    for (n, place) in FORBIDDEN.into_iter().enumerate() {
        let mut document = scene.evil.document(super::EVIL_KEY);
        let actor = format!("{}/actors/points{n}", scene.evil.origin);
        document["id"] = json!(actor);
        for key in ["inbox", "outbox", "followers", "icon", "image", "url"] {
            document[key] = json!(place);
        }
        document["endpoints"] = json!({"sharedInbox": place});
        scene.evil.serves(&actor, document);
        let outcome = follow::ask(&scene.loos, &actor).await;
        scene.rests().await;
        assert!(astray(&scene).is_empty(), "{place}: {outcome:?}");
        // What a member pastes is no better than what a stranger says.
        let pasted = follow::ask(&scene.loos, place).await;
        scene.rests().await;
        assert!(astray(&scene).is_empty(), "{place}: {pasted:?}");
    }
    let changes = scene.changes_since(&before).await;
    let followed = changes
        .iter()
        .any(|line| line.starts_with("+ follow ") && !line.contains("target_id=null"));
    assert!(!followed, "{changes:#?}");
}

fn limits() -> ExchangeLimits {
    ExchangeLimits {
        total_seconds: 1,
        body_bytes_max: 64 * 1024,
    }
}

async fn asks(outside: &SocketOutside, url: &str) -> Result<http::Response<Bytes>, String> {
    let request = http::Request::get(url)
        .body(Bytes::new())
        .expect("a request");
    outside
        .exchange(request, limits())
        .await
        .map_err(|error| error.to_string())
}

#[tokio::test]
async fn c39_slow_and_endless_answers_are_cut_off() {
    let script = Arc::new(Script::default());
    let origin = host(script.clone()).await;
    let raw = |headers: Vec<(&'static str, String)>, body: Vec<u8>| Says::Raw {
        status: 200,
        headers,
        body,
    };
    let kind = || ("content-type", "application/activity+json".to_owned());
    script.at("/drip", Says::Drip);
    script.at("/endless", Says::Endless);
    script.at("/never", Says::Never);
    script.at(
        "/headers",
        raw(
            vec![kind(), ("x-long", "x".repeat(1 << 20))],
            b"{}".to_vec(),
        ),
    );
    let many = (0..500)
        .map(|_| ("x-many", "x".to_owned()))
        .chain([kind()])
        .collect();
    script.at("/many", raw(many, b"{}".to_vec()));
    script.at("/large", raw(vec![kind()], vec![b' '; 65 * 1024]));
    let settings = Settings {
        domain: Some("localhost:1".into()),
        dev: Some(true),
        ..Settings::default()
    };
    let outside = SocketOutside::new(&settings.complete().expect("settings")).expect("a way out");
    for (path, why) in [
        ("/drip", "did not answer within 1 seconds"),
        ("/never", "did not answer within 1 seconds"),
        ("/endless", "sent more than"),
        ("/large", "sent more than"),
        ("/headers", "localhost"),
        ("/many", "localhost"),
    ] {
        let error = asks(&outside, &format!("{origin}{path}"))
            .await
            .expect_err(path);
        assert!(error.contains(why), "{path}: {error}");
    }
    // What was taken of what has no end is what fits into a socket, not what was offered.
    let given = script.given();
    assert!(given < 16 * 1024 * 1024, "{given}");
}

#[tokio::test]
async fn c39_what_is_packed_is_not_unpacked() {
    let scene = Scene::new().await;
    let before = scene.loos.dump().await;
    let uri = format!("{}/articles/bomb", scene.evil.origin);
    let headers = vec![
        ("content-type", "application/activity+json".to_owned()),
        ("content-encoding", "gzip".to_owned()),
    ];
    let body = include_bytes!("../../fixtures/bomb.json.gz").to_vec();
    let packed = Says::Raw {
        status: 200,
        headers,
        body,
    };
    scene.evil.says_at(&uri, packed);
    let huge = format!("{}/articles/huge", scene.evil.origin);
    scene.evil.says_at(&huge, Says::Endless);
    let round = format!("{}/articles/round", scene.evil.origin);
    scene.evil.says_at(&round, Says::elsewhere(&round));
    for (n, uri) in [uri, huge, round].into_iter().enumerate() {
        let said = scene
            .evil
            .activity(&format!("bomb{n}"), "Announce", json!(uri));
        assert_eq!(scene.evil_says(&said).await, StatusCode::ACCEPTED);
    }
    scene.is_as(&before).await;
}

/// Works until nothing is due now, without waiting for what is tried again later.
async fn works_now(scene: &Scene) {
    while server::work_once(&scene.loos).await.expect("work") > 0 {}
}

#[tokio::test]
async fn c41_what_points_at_each_other_comes_to_an_end() {
    // Two of our own, each the other's stranger, at the same moment.
    let [loos, lille] = Alliance::of(["loos", "lille"]).await;
    let both = async {
        let (a, b) = (loos.address().await, lille.address().await);
        follow::ask(&loos, &b).await.expect("asked");
        follow::ask(&lille, &a).await.expect("asked");
        for _ in 0..20 {
            let (a, b) = tokio::join!(server::work_once(&loos), server::work_once(&lille));
            a.and(b).expect("work");
        }
        Alliance::settle(&[&loos, &lille]).await;
    };
    tokio::time::timeout(Duration::from_secs(30), both)
        .await
        .expect("they do not wait for each other");
    for (node, other) in [(&loos, &lille), (&lille, &loos)] {
        let mine = follow::find_mine(node, &other.address().await)
            .await
            .expect("one");
        assert_eq!(mine.state, follow::State::Accepted);
    }
}

#[tokio::test]
async fn c41_a_maze_is_left_after_a_few_steps() {
    let scene = Scene::new().await;
    let other = Peer::keyed(&scene.loos, "maze.test", "mastodon", "Person", UNKNOWN_KEY);
    let before = scene.loos.dump().await;
    let (here, there) = (&scene.evil.origin, &other.origin);
    for n in 0..60 {
        let next = |origin: &str, n: i32| format!("{origin}/maze/{n}");
        let named = |id: String| {
            json!({"id": id, "type": "Article", "attributedTo": format!("{here}/maze/{n}"),
            "audience": [next(there, n + 1), next(here, n + 1)], "name": "x", "content": "x", "to": [super::attack::PUBLIC]})
        };
        scene.evil.serves(&next(here, n), named(next(there, n)));
        other.serves(&next(there, n), named(next(here, n + 1)));
    }
    let knot = json!({"id": format!("{here}/keys/a"), "owner": format!("{here}/keys/b"), "publicKeyPem": "x"});
    let back = json!({"id": format!("{here}/keys/b"), "owner": format!("{here}/keys/a"), "publicKeyPem": "x"});
    scene.evil.serves(&format!("{here}/keys/a"), knot);
    scene.evil.serves(&format!("{here}/keys/b"), back);
    scene.loos.traffic();
    for (n, start) in [format!("{here}/maze/0"), format!("{there}/maze/0")]
        .into_iter()
        .enumerate()
    {
        let said = scene
            .evil
            .activity(&format!("maze{n}"), "Announce", json!(start));
        scene.evil_says(&said).await;
        works_now(&scene).await;
        let asked = scene.loos.traffic();
        assert!(asked.len() <= 20, "{} requests: {asked:?}", asked.len());
    }
    let attacker = scene.attacker();
    let said = scene
        .evil
        .activity("knot", "Create", scene.evil.article("k", "k"));
    let status = scene
        .sends(&attacker.says_with_key(&said, &format!("{here}/keys/a")))
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let asked = scene.loos.traffic();
    // Whoever speaks is known: their own document is read first, then the page and the one it names.
    assert!(asked.len() <= 3, "{asked:?}");
    let mut changes = scene.changes_since(&before).await;
    changes.retain(|line| !line.contains(there.as_str()));
    assert!(changes.is_empty(), "{changes:#?}");
}

#[tokio::test]
async fn c42_an_address_that_answers_for_another_is_not_followed() {
    let scene = Scene::new().await;
    let jrd = |subject: &str, href: &str| json!({"subject": subject, "links": [{"rel": "self", "type": "application/activity+json", "href": href}]});
    let (evil, good) = (scene.evil.actor.clone(), scene.good.actor.clone());
    let mut many = jrd("acct:one@evil.test", &evil);
    let links = many["links"].as_array_mut().expect("links");
    for n in 0..500 {
        links.insert(
            0,
            json!({"rel": "x", "href": format!("https://evil.test/{n}")}),
        );
    }
    let mut large = jrd("acct:one@evil.test", &evil);
    large["x"] = json!("x".repeat(5 * 1024 * 1024));
    let answers = [
        ("somebody else's actor", jrd("acct:one@evil.test", &good)),
        ("another of its own host", jrd("acct:two@evil.test", &evil)),
        (
            "another of another host",
            jrd("acct:one@elsewhere.test", &evil),
        ),
        (
            "our own",
            jrd("acct:ana@loos.test", "https://loos.test/users/ana"),
        ),
        (
            "inside",
            jrd("acct:one@evil.test", "https://127.0.0.1/actors/one"),
        ),
        ("five hundred links", many),
        ("five megabytes", large),
        ("no links", json!({"subject": "acct:one@evil.test"})),
        ("a list", json!([])),
    ];
    follow_ends(&scene).await;
    let before = scene.loos.dump().await;
    let place = format!("{}/.well-known/webfinger", scene.evil.origin);
    for (what, answer) in answers {
        scene.evil.serves(&place, answer);
        let heard = (scene.evil.received().len(), scene.good.received().len());
        let outcome = follow::ask(&scene.loos, "@one@evil.test").await;
        let changes = scene.changes_since(&before).await;
        let followed = changes
            .iter()
            .any(|line| line.starts_with("+ follow ") && !line.contains("target_id=null"));
        assert!(!followed, "{what}: {outcome:?} {changes:#?}");
        assert_eq!(
            heard,
            (scene.evil.received().len(), scene.good.received().len()),
            "{what}"
        );
        assert!(astray(&scene).is_empty(), "{what}");
    }
    // The same address, answered as it should be.
    scene.evil.serves(&place, jrd("acct:one@evil.test", &evil));
    follow::ask(&scene.loos, "@one@evil.test")
        .await
        .expect("asked");
    scene.rests().await;
    let asked: Vec<Value> = scene.evil.received();
    assert_eq!(
        asked.last().map(|said| said["type"].clone()),
        Some(json!("Follow"))
    );
}

/// The two that a scene follows are let go, so that following them again would be seen.
async fn follow_ends(scene: &Scene) {
    for actor in [&scene.evil.actor, &scene.good.actor] {
        let mine = follow::find_mine(&scene.loos, actor).await.expect("one");
        follow::end(&scene.loos, &mine.id).await.expect("ended");
    }
    scene.rests().await;
}
