//! Group B, the rest: what is not for everybody, proofs that prove nothing, words nobody knows, hosts that
//! are blocked.

use super::{Scene, UNKNOWN_KEY, attack};
use crate::rig::Peer;
use atelier::directory::Viewer;
use atelier::federation::inbox::refusals;
use atelier::moderation;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

const MARK: &str = attack::MARK;

#[tokio::test]
async fn b31_what_is_among_us_is_nowhere_to_be_found() {
    let scene = Scene::new().await;
    let before = scene.loos.dump().await;
    let path = scene.quiet.uri.replace(&scene.loos.origin(), "");
    for accept in ["application/activity+json", "text/html"] {
        let (status, text) = scene.shows(&path, accept).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{accept}");
        assert!(!text.contains("A quiet one"), "{accept}");
    }
    let nobody = scene
        .loos
        .get("/publications/none", "application/activity+json")
        .await;
    let hidden = scene.loos.get(&path, "application/activity+json").await;
    assert_eq!(hidden.headers().get("etag"), nobody.headers().get("etag"));
    for path in [
        "/",
        "/experiences",
        "/search?q=quiet",
        "/groups/loos",
        "/groups/loos/outbox",
        "/groups/loos/outbox?page=1",
        "/users/ana",
        "/users/ana/outbox",
        "/nodeinfo/2.1",
        "/api/v1/publications",
        "/actor/outbox",
    ] {
        for accept in ["application/activity+json", "text/html", "application/json"] {
            let (_, text) = scene.shows(path, accept).await;
            assert!(!text.contains("A quiet one"), "{path} as {accept}");
            assert!(!text.contains(&scene.quiet.id), "{path} as {accept}");
        }
    }
    let (_, info) = scene.shows("/nodeinfo/2.1", "application/json").await;
    let info: Value = serde_json::from_str(&info).expect("JSON");
    assert_eq!(
        info["usage"]["localPosts"], 2,
        "the quiet one is not counted"
    );
    // Signed by somebody who does not follow us: no more than anybody sees.
    let status = scene.evil_asks(&path).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // Pointing at it, ours or another's, brings nothing into the open.
    scene.passes_on("q1", json!(scene.quiet.uri)).await;
    scene.is_as(&before).await;
    let mut theirs = scene.good.article("quiet", MARK);
    theirs["to"] = json!([format!("{}/followers", scene.good.actor)]);
    scene
        .good
        .serves(&scene.theirs("articles/quiet"), theirs.clone());
    scene.passes_on("q2", theirs).await;
    let seen = scene.loos.names_for(&Viewer::stranger()).await;
    assert!(
        !seen
            .iter()
            .any(|name| name == MARK || name.contains("quiet")),
        "{seen:?}"
    );
}

impl Scene {
    /// A document asked for with the attacker's signature.
    async fn evil_asks(&self, path: &str) -> StatusCode {
        let url = url::Url::parse(&format!("{}{path}", self.loos.origin())).expect("a URL");
        let signer = self.evil.signer();
        let headers = atelier::trust::signature::sign(
            &self.loos,
            atelier::trust::signature::Scheme::Cavage,
            &http::Method::GET,
            &url,
            None,
            &signer,
        );
        let mut request = Request::get(path)
            .header("accept", "application/activity+json")
            .body(axum::body::Body::empty())
            .expect("a request");
        request.headers_mut().extend(headers.expect("signed"));
        let answer = self.loos.doors().oneshot(request).await;
        answer.expect("infallible").status()
    }
}

#[tokio::test]
async fn b32_only_the_authors_own_proof_counts() {
    let scene = Scene::new().await;
    let attacker = scene.attacker();
    let forged = attacker.article(&scene.theirs("articles/5"), &scene.good.actor);
    let mut said = scene.good.activity("p5", "Create", forged);
    said["@context"] = json!([
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/data-integrity/v2"
    ]);
    let mut as_evil = scene.evil.proves(said.clone());
    let mut as_good = as_evil.clone();
    as_good["proof"]["verificationMethod"] = json!(format!("{}#ed", scene.good.actor));
    let mut changed = scene.good.proves(said.clone());
    changed["object"]["content"] = json!("<p>Changed</p>");
    let mut linked = said.clone();
    linked["signature"] = json!({"type": "RsaSignature2017", "creator": format!("{}#main-key", scene.good.actor),
        "created": "2026-11-23T12:00:00Z", "signatureValue": "AAAA"});
    let mut inner = said.clone();
    inner["object"]["@context"] = said["@context"].clone();
    inner["object"] = scene.evil.proves(inner["object"].clone());
    as_evil["id"] = json!(scene.theirs("activities/p6"));
    let before = scene.loos.dump().await;
    for (n, document) in [as_evil, as_good, changed, linked, inner]
        .into_iter()
        .enumerate()
    {
        // Passed on in an Announce: read at its origin, where it is not.
        scene.passes_on(&format!("p{n}"), document.clone()).await;
        // Forwarded as it is: the one who signed the request is not the one who speaks.
        assert_eq!(
            scene.evil_says(&document).await,
            StatusCode::UNAUTHORIZED,
            "{n}"
        );
    }
    scene.is_as(&before).await;
    assert!(refusals(&scene.loos)["signer_is_not_the_actor"] >= 5);
    // The author's own proof counts, whoever brings it.
    let mut genuine = scene
        .good
        .activity("p9", "Create", scene.good.article("9", "Proven"));
    genuine["@context"] = json!([
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/data-integrity/v2"
    ]);
    scene.passes_on("p9", scene.good.proves(genuine)).await;
    assert!(scene.names().await.contains(&"Proven".into()));
}

#[tokio::test]
async fn b33_words_nobody_knows_have_no_effect_and_are_counted() {
    let scene = Scene::new().await;
    scene.withstands(33).await;
    assert!(refusals(&scene.loos)["verb_unknown"] > 0);
}

#[tokio::test]
async fn b34_a_blocked_host_comes_in_by_no_door() {
    let scene = Scene::new().await;
    let below = Peer::keyed(
        &scene.loos,
        "deep.evil.test",
        "mastodon",
        "Person",
        UNKNOWN_KEY,
    );
    moderation::block(&scene.loos, "evil.test", "It hurts", None)
        .await
        .expect("blocked");
    scene.rests().await;
    let before = scene.loos.dump().await;
    let own = scene.own("articles/34");
    let article = scene.attacker().article(&own, &scene.evil.actor);
    scene.evil.serves(&own, article.clone());
    let said = scene.evil.activity("34", "Create", article);
    assert_eq!(scene.evil_says(&said).await, StatusCode::FORBIDDEN);

    // Its name spelled otherwise is its name.
    let attacker = scene.attacker();
    for actor in [
        "https://EVIL.test/actors/one",
        "https://evil.test./actors/one",
        "https://evil.test:443/actors/one",
        "https://\u{ff45}vil.test/actors/one",
        "https://evil\u{3002}test/actors/one",
    ] {
        let mut masked = said.clone();
        masked["actor"] = json!(actor);
        let sent = attacker.says_with_key(
            &masked,
            &format!("{actor}#main-key")
                .replace('\u{ff45}', "e")
                .replace('\u{3002}', "."),
        );
        let status = scene.sends(&sent).await.as_u16();
        assert!(matches!(status, 400 | 401 | 403), "{actor}: {status}");
    }

    // What stands below it is as blocked as it is.
    let theirs = below.activity("34", "Create", below.article("34", MARK));
    let status = below.says(&scene.loos, &theirs).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "a sub-domain");

    // Nor does somebody honest bring it along: by its id, whole, or proven.
    let mut whole = said.clone();
    whole["@context"] = json!([
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/data-integrity/v2"
    ]);
    let proven = scene.evil.proves(whole.clone());
    let spelled = own.replace("evil.test", "EVIL.test.");
    for (n, object) in [json!(own), json!(spelled), whole, proven.clone()]
        .into_iter()
        .enumerate()
    {
        let announce = scene.good.activity(&format!("34-{n}"), "Announce", object);
        let status = scene.good.says(&scene.loos, &announce).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{n}");
        scene.rests().await;
    }
    let status = scene.good.says(&scene.loos, &proven).await.as_u16();
    assert!(matches!(status, 401 | 403), "forwarded: {status}");
    scene.loos.traffic();
    scene.is_as(&before).await;
    assert!(!scene.names().await.contains(&MARK.into()));
}
