//! The hosts a node does not speak with, as every request that leaves asks for them. Who decides about
//! them stands higher up; here is only the list in memory, and what it covers.

use crate::base::config::is_loopback_name;
use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};
use url::{Host, Url};

/// The closed hosts of a node, in their normal form.
#[derive(Default)]
pub struct Closed(RwLock<Arc<HashSet<String>>>);

impl Closed {
    /// Puts another list in the place of this one.
    pub fn replace(&self, hosts: HashSet<String>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(hosts);
    }

    /// Whether a host is closed, by its own name or as a sub-domain. Ports do not matter.
    #[must_use]
    pub fn covers(&self, host: &str) -> bool {
        let hosts = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        !hosts.is_empty()
            && normal(host).is_some_and(|host| and_above(&host).any(|one| hosts.contains(one)))
    }

    /// Whether the host of an address is closed.
    #[must_use]
    pub fn covers_url(&self, url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| url.host_str().is_some_and(|host| self.covers(host)))
    }
}

/// A host and every domain it is part of: `a.b.c`, `b.c`, `c`.
pub fn and_above(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |host| {
        host.split_once('.').map(|(_, rest)| rest)
    })
}

/// The one spelling of a host: ASCII (punycode), lower case, without port and without a dot at its end.
#[must_use]
pub fn normal(host: &str) -> Option<String> {
    let bare = host.trim();
    // A port is digits after the last colon; the colons of an IPv6 address stand in brackets.
    let bare = match bare.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => bare,
    };
    let bare = bare.strip_suffix('.').unwrap_or(bare);
    match Host::parse(bare).ok()? {
        Host::Domain(name) if name.split('.').any(str::is_empty) => None,
        host => Some(host.to_string()),
    }
}

/// The host that a person means, who pastes a name, an address of the web or one of a person there.
/// `None` when it is none, or one that stands for half the world: a name needs a dot.
#[must_use]
pub fn meant(text: &str) -> Option<String> {
    let text = text.trim();
    let host = if text.contains("://") {
        Url::parse(text).ok()?.host_str()?.to_owned()
    } else {
        let bare = text.rsplit('@').next().unwrap_or(text);
        let bare = bare.split('/').next().unwrap_or(bare);
        bare.strip_prefix("*.").unwrap_or(bare).to_owned()
    };
    normal(&host).filter(|host| host.contains(['.', ':']) || is_loopback_name(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(hosts: &[&str]) -> Closed {
        let closed = Closed::default();
        closed.replace(hosts.iter().map(|host| (*host).to_owned()).collect());
        closed
    }

    #[test]
    fn a_host_is_closed_in_all_its_spellings_and_below() {
        let closed = closed(&["evil.example", "xn--bcher-kva.example", "10.0.0.1"]);
        for same in [
            "evil.example",
            "EVIL.Example",
            "evil.example.",
            "evil.example:8443",
            "Evil.Example.:443",
            "a.b.evil.example",
            "ｅvil.example",
            "bücher.example",
            "BÜCHER.example.",
            "xn--bcher-kva.example",
            "shop.bücher.example",
            "10.0.0.1:80",
        ] {
            assert!(closed.covers(same), "{same}");
        }
        for other in [
            "notevil.example",
            "evil.example.org",
            "example",
            "evilexample",
            "bucher.example",
            "",
            ".",
        ] {
            assert!(!closed.covers(other), "{other}");
        }
        assert!(closed.covers_url("https://x.EVIL.example.:99/a?b"));
        assert!(!closed.covers_url("https://good.example/?u=evil.example"));
        assert!(!super::Closed::default().covers("evil.example"));
    }

    #[test]
    fn what_a_person_pastes_is_one_host() {
        for text in [
            "evil.example",
            " Evil.Example. ",
            "https://evil.example/about",
            "http://evil.example:8080",
            "@troll@evil.example",
            "troll@evil.example",
            "evil.example/about",
            "*.evil.example",
        ] {
            assert_eq!(meant(text).as_deref(), Some("evil.example"), "{text}");
        }
        assert_eq!(
            meant("bücher.example").as_deref(),
            Some("xn--bcher-kva.example")
        );
        for none in [
            "",
            "org",
            ".",
            "two words.example",
            "evil.example:port",
            "https://",
            "@",
            "a..b",
        ] {
            assert_eq!(meant(none), None, "{none}");
        }
    }
}
