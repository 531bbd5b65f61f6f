//! Addresses: whoever writes them, they mean one origin or none, and nobody is sent where they must
//! not go.

use super::{DOMAIN, world};
use atelier::directory::uri;
use atelier::trust::fetch::check_url;
use atelier::trust::origin::{may_speak_for, same_id};
use atelier::trust::{NetPolicy, Origin};
use atelier::web::respond::local_path;
use std::net::IpAddr;
use url::{Host, Url};

/// Two addresses, one a line.
pub fn body(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (a, b) = text.split_once('\n').unwrap_or((text, text));
    for one in [a, b] {
        an_origin_is_its_own(one);
        nobody_is_sent_astray(one);
        ours_is_ours(one);
        a_path_stays_here(one);
    }
    let (first, second) = (Origin::parse(a), Origin::parse(b));
    assert_eq!(may_speak_for(a, b), may_speak_for(b, a), "both ways alike");
    assert_eq!(
        may_speak_for(a, b),
        first.is_some() && first == second,
        "who speaks for whom is decided by the origin"
    );
    assert_eq!(same_id(a, b), same_id(b, a), "the same both ways");
    if same_id(a, b) && first.is_some() {
        assert!(may_speak_for(a, b), "one id, two origins");
    }
}

fn an_origin_is_its_own(text: &str) {
    assert!(same_id(text, text));
    let Some(origin) = Origin::parse(text) else {
        assert!(!may_speak_for(text, text), "no origin speaks");
        return;
    };
    assert!(may_speak_for(text, text));
    let said = origin.to_string();
    assert_eq!(Origin::parse(&said), Some(origin.clone()), "{said}");
    assert!(matches!(origin.scheme(), "http" | "https"), "{said}");
    let host = origin.host();
    assert!(host.is_ascii() && !host.is_empty(), "{said}");
    assert!(!host.bytes().any(|b| b.is_ascii_uppercase()), "{said}");
    assert!(!host.ends_with('.') && !host.contains('@'), "{said}");
}

fn nobody_is_sent_astray(text: &str) {
    let policy = NetPolicy::of(&world().node.config);
    let Ok(url) = check_url(&policy, text) else {
        return;
    };
    assert_eq!(url.scheme(), "https", "{url}");
    assert!(
        url.username().is_empty() && url.password().is_none(),
        "{url}"
    );
    assert_eq!(url.port_or_known_default(), Some(443), "{url}");
    assert!(url.fragment().is_none(), "{url}");
    let Some(Host::Domain(host)) = url.host() else {
        panic!("{url} is a number");
    };
    let bare = host.trim_end_matches('.');
    assert!(
        bare.contains('.') && bare.parse::<IpAddr>().is_err(),
        "{url}"
    );
    let last = bare.rsplit('.').next().unwrap_or_default();
    let number = last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x");
    assert!(!number, "{url} ends in a number");
    assert!(!url.as_str().contains(['\r', '\n', ' ', '\t']), "{url}");
    let again = check_url(&policy, url.as_str()).expect("what passed passes");
    assert_eq!(again, url);
}

fn ours_is_ours(text: &str) {
    let node = &world().node;
    if uri::read(node, text).is_some() {
        assert!(may_speak_for(&node.origin(), text), "{text} is not ours");
    }
    if let Some(host) = uri::host_of(text) {
        assert!(!host.contains(['/', '@', '?', '#']), "{host}");
        let ours = may_speak_for(&node.origin(), text);
        assert!(!ours || host == DOMAIN, "{host}");
    }
}

fn a_path_stays_here(text: &str) {
    let Some(path) = local_path(text) else {
        return;
    };
    let here = Url::parse("https://us.example/a/b").expect("an address");
    let there = here.join(path).expect("a path");
    assert_eq!(there.origin(), here.origin(), "{path} leads away");
}
