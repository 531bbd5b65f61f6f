//! WebFinger, both ways: what strangers ask of us, and what they answer when we ask them.

use super::world;
use atelier::base::Error;
use atelier::directory::uri::address;
use atelier::federation::discovery;
use atelier::trust::Budget;
use atelier::trust::origin::may_speak_for;
use axum::body::{Body, to_bytes};
use http::Request;
use serde_json::Value;
use std::net::IpAddr;
use tower::ServiceExt as _;
use url::Url;

/// `> ` and a resource somebody asks for; anything else is an answer we get (without `< `).
pub fn body(data: &[u8]) {
    if let Some(resource) = data.strip_prefix(b"> ") {
        asked(&String::from_utf8_lossy(resource));
    } else {
        answered(data.strip_prefix(b"< ").unwrap_or(data));
    }
}

fn ask(resource: &str) -> (u16, Value) {
    let encoded: String = url::form_urlencoded::byte_serialize(resource.as_bytes()).collect();
    let world = world();
    let request = Request::get(format!("/.well-known/webfinger?resource={encoded}"))
        .header("host", super::DOMAIN)
        .body(Body::empty())
        .expect("a request");
    world.runtime.block_on(async {
        let router = discovery::routes().with_state(world.node.clone());
        let answer = router.oneshot(request).await.expect("an answer");
        let status = answer.status().as_u16();
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    })
}

fn asked(resource: &str) {
    let (status, found) = ask(resource);
    assert!(matches!(status, 200 | 400 | 404), "{status}");
    if status == 200 {
        let subject = found["subject"].as_str().expect("a subject");
        assert_eq!(
            ask(subject),
            (200, found.clone()),
            "it comes back to itself"
        );
        let own = found["links"].as_array().into_iter().flatten();
        let own = own.filter(|link| link["rel"] == "self");
        let hrefs: Vec<&str> = own.filter_map(|link| link["href"].as_str()).collect();
        assert!(!hrefs.is_empty());
        for href in hrefs {
            assert!(may_speak_for(&world().node.origin(), href), "{href}");
        }
    }
}

fn answered(answer: &[u8]) {
    let world = world();
    {
        let mut says = world.says.lock().expect("nobody panicked");
        says.webfinger = answer.to_owned();
        says.asked.clear();
    }
    let budget = Budget::small(&world.node);
    let found = discovery::resolve(&world.node, "@one@peer.example", &budget);
    let found = world.runtime.block_on(found);
    let asked = std::mem::take(&mut world.says.lock().expect("nobody panicked").asked);
    assert!(asked.len() <= 20, "{asked:?}");
    for place in asked {
        let url = Url::parse(&place).expect("an address");
        let host = url.host_str().expect("a host");
        let number = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        assert!(url.scheme() == "https" && !number, "{url} was asked");
        assert_eq!(url.port_or_known_default(), Some(443), "{url}");
        assert!(!may_speak_for(&world.node.origin(), &place), "{url}");
    }
    match found {
        Ok(actor) => {
            let subject: Value = serde_json::from_slice(answer).unwrap_or(Value::Null);
            let subject = subject["subject"].as_str().unwrap_or_default();
            let named = address(&actor.handle, &actor.host).replacen('@', "acct:", 1);
            assert!(
                may_speak_for("https://peer.example/", &actor.uri)
                    || subject.eq_ignore_ascii_case(&named),
                "{} is somebody else than {subject}",
                actor.uri
            );
        }
        Err(Error::Internal(why)) => panic!("a fault of ours: {why}"),
        Err(_) => {}
    }
}
