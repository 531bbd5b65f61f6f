//! Who may speak for an address: only what comes from the same scheme, host and port (FEP-fe34).

use std::fmt;
use url::{Host, Url};

/// The scheme, host and port of an address: what one operator controls.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

impl Origin {
    /// The origin of an address. None for other schemes than http and https, and for addresses
    /// with a user name: those are made to look like somebody else's.
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        if !matches!(url.scheme(), "http" | "https")
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return None;
        }
        let host = url.host_str()?.to_ascii_lowercase();
        let host = host.strip_suffix('.').unwrap_or(&host);
        if host.is_empty() || host.ends_with('.') {
            return None;
        }
        Some(Self {
            scheme: url.scheme().to_owned(),
            host: host.to_owned(),
            port: url.port_or_known_default()?,
        })
    }

    /// The origin of an address written as text; none when it is not an address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::of(&Url::parse(text).ok()?)
    }

    /// `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The host in lower-case ASCII, without a dot at its end.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, also where it is the usual one.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether the host is written as a number instead of a name.
    #[must_use]
    pub fn is_ip_literal(&self) -> bool {
        matches!(
            Host::parse(&self.host),
            Ok(Host::Ipv4(_) | Host::Ipv6(_)) | Err(_)
        )
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usual = if self.scheme == "https" { 443 } else { 80 };
        write!(f, "{}://{}", self.scheme, self.host)?;
        if self.port == usual {
            Ok(())
        } else {
            write!(f, ":{}", self.port)
        }
    }
}

/// Whether one who proved to be `signer` may say what stands at `url`. Every decision of this sort
/// goes through here.
#[must_use]
pub fn may_speak_for(signer: &str, url: &str) -> bool {
    match (Origin::parse(signer), Origin::parse(url)) {
        (Some(signer), Some(url)) => signer == url,
        _ => false,
    }
}

/// Whether two texts are one id: equal after being read as addresses, or as they stand when they
/// are none.
#[must_use]
pub fn same_id(a: &str, b: &str) -> bool {
    match (Url::parse(a), Url::parse(b)) {
        (Ok(a), Ok(b)) => a == b,
        (Err(_), Err(_)) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_origin_has_many_spellings() {
        let plain = Origin::parse("https://fabrique.example").expect("an origin");
        let parts = (plain.scheme(), plain.host(), plain.port());
        assert_eq!(parts, ("https", "fabrique.example", 443));
        for same in [
            "https://fabrique.example/",
            "https://FABRIQUE.Example/users/a?b#c",
            "https://fabrique.example./x",
            "https://fabrique.example:443/x",
            "HTTPS://fabrique.example",
            " https://fabrique.example/x ",
        ] {
            assert_eq!(Origin::parse(same).as_ref(), Some(&plain), "{same}");
        }
        for other in [
            "http://fabrique.example/",
            "https://fabrique.example:8443/",
            "https://fabrique.example.evil.example/",
            "https://sub.fabrique.example/",
            "https://fabrique.examp1e/",
            "https://fabriquе.example/", // the e is Cyrillic
        ] {
            let origin = Origin::parse(other).expect(other);
            assert_ne!(origin, plain, "{other}");
        }
        assert_eq!(
            Origin::parse("https://bücher.example/"),
            Origin::parse("https://xn--bcher-kva.example/")
        );
        assert_eq!(plain.to_string(), "https://fabrique.example");
        let dev = Origin::parse("http://LOCALHOST:8080/x").expect("an origin");
        assert_eq!(dev.to_string(), "http://localhost:8080");
    }

    #[test]
    fn what_is_no_web_address_has_no_origin() {
        for none in [
            "https://fabrique.example@evil.example/",
            "https://:pw@evil.example/",
            "ftp://fabrique.example/",
            "acct:a@fabrique.example",
            "did:key:z6Mk",
            "ap://did:key:z6Mk/x",
            "/users/a",
            "fabrique.example",
            "https://./",
            "https://fabrique.example../",
            "",
        ] {
            assert_eq!(Origin::parse(none), None, "{none}");
        }
        for number in ["https://127.1/", "https://0x7f.1/", "https://[::1]:4/"] {
            assert!(Origin::parse(number).expect(number).is_ip_literal());
        }
    }

    #[test]
    fn only_the_same_origin_speaks_for_an_address() {
        let speaks = may_speak_for;
        assert!(speaks(
            "https://a.example/users/x",
            "https://A.example:443/notes/1"
        ));
        assert!(!speaks(
            "https://a.example/users/x",
            "https://b.example/notes/1"
        ));
        assert!(!speaks(
            "https://a.example/users/x",
            "http://a.example/notes/1"
        ));
        assert!(!speaks("urn:a", "urn:a"));
        assert!(same_id("https://a.example", "https://A.example:443/"));
        assert!(!same_id("https://a.example/x", "https://a.example/X"));
        assert!(!same_id("https://a.example/x", "https://a.example/x#y"));
        assert!(same_id("no address", "no address") && !same_id("no address", "another"));
        assert!(!same_id("no address", "https://a.example/x"));
    }
}
