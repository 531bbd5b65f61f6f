//! Where a node may be sent by others: which schemes, ports and hosts (D14, R9).

use super::address;
use super::closed::Closed;
use super::origin::Origin;
use crate::base::config::is_loopback_name;
use crate::base::{Config, Error, Node, Result};
use http::StatusCode;
use std::net::IpAddr;
use url::Url;

const URL_BYTES_MAX: usize = 2048;
const PORT_HTTPS: u16 = 443;

/// The rules for every request that leaves a node.
#[derive(Debug, Clone)]
pub struct NetPolicy {
    /// The schemes that are allowed.
    pub schemes: &'static [&'static str],
    /// The ports that are allowed; empty means all.
    pub ports: &'static [u16],
    /// Addresses that are allowed although they are not of the public internet.
    pub allow: Vec<IpAddr>,
    /// Whether this machine itself may be asked: development only.
    pub loopback: bool,
}

impl NetPolicy {
    /// The rules that follow from a node's configuration.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let allow = config.allow_addresses.clone();
        if config.dev {
            return Self {
                schemes: &["https", "http"],
                ports: &[],
                allow,
                loopback: true,
            };
        }
        Self {
            schemes: &["https"],
            ports: &[PORT_HTTPS],
            allow,
            loopback: false,
        }
    }

    /// Whether this address may be reached. Asked at the moment of connecting, so that a second answer
    /// of the name service changes nothing.
    #[must_use]
    pub fn may_connect(&self, address: IpAddr) -> bool {
        address::is_public(address)
            || (self.loopback && address.is_loopback())
            || self.allow.contains(&address)
    }

    /// Whether a name means this machine, at 127.0.0.1, where nodes in development listen.
    #[must_use]
    pub fn is_local_name(&self, host: &str) -> bool {
        self.loopback && is_loopback_name(host)
    }
}

/// Reads an address that somebody gave us, if a request may go there. The fragment is dropped.
///
/// # Errors
/// [`Error::Unusable`] that says why not.
pub fn check_url(policy: &NetPolicy, url: &str) -> Result<Url> {
    let refuse = |why: &str| {
        let shown: String = url.chars().take(200).collect();
        Error::Unusable(format!("no request goes to {shown}: {why}"))
    };
    if url.len() > URL_BYTES_MAX {
        return Err(refuse("the address is too long"));
    }
    let mut parsed = Url::parse(url).map_err(|_| refuse("it is not an address"))?;
    let origin = Origin::of(&parsed)
        .ok_or_else(|| refuse("it is not a plain web address without a user name"))?;
    if !policy.schemes.contains(&origin.scheme()) {
        return Err(refuse(&format!(
            "only {} is allowed",
            policy.schemes.join(" and ")
        )));
    }
    if origin.is_ip_literal() {
        return Err(refuse("a number is not a host name"));
    }
    if !policy.ports.is_empty() && !policy.ports.contains(&origin.port()) {
        return Err(refuse(&format!("port {} is not allowed", origin.port())));
    }
    let dotless = !origin.host().contains('.');
    if dotless && !policy.is_local_name(origin.host()) {
        return Err(refuse("the host has no domain"));
    }
    parsed.set_fragment(None);
    Ok(parsed)
}

/// As [`check_url`] with the rules of this node, never a host it does not speak with, and never the node
/// itself: what is ours is in the database, and a request to ourselves may wait for itself.
///
/// # Errors
/// As [`check_url`]; [`Error::Refused`] `blocked` for a closed host.
pub fn check_for(node: &Node, url: &str) -> Result<Url> {
    let parsed = check_url(&NetPolicy::of(&node.config), url)?;
    if node
        .part::<Closed>()
        .covers(parsed.host_str().unwrap_or_default())
    {
        return Err(Error::Refused {
            status: StatusCode::FORBIDDEN,
            reason: "blocked",
        });
    }
    if Origin::of(&parsed) == Origin::parse(&node.origin()) {
        return Err(Error::Unusable(format!(
            "no request goes to {parsed}: it is this node itself"
        )));
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn strangers_send_a_node_to_the_public_web_only() {
        let node = Node::for_tests("a.example", |config, _| {
            config.allow_addresses = vec!["10.0.0.7".parse().expect("an address")];
        })
        .await;
        for good in ["https://b.example/users/x?y=z", "https://b.example:443/"] {
            assert!(check_for(&node, good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("http://b.example/", "only https"),
            ("ftp://b.example/", "plain web address"),
            ("https://b.example:8443/", "port 8443"),
            ("https://u@b.example/", "plain web address"),
            ("https://93.184.216.34/", "a number"),
            ("https://[2606:4700::1]/", "a number"),
            ("https://0x7f000001/", "a number"),
            ("https://localhost/", "no domain"),
            ("https://a.example/users/me", "this node itself"),
            ("https://A.example.:443/", "this node itself"),
            ("not an address", "not an address"),
        ] {
            let error = check_for(&node, bad).expect_err(bad).to_string();
            assert!(error.contains(why), "{bad}: {error}");
        }
        let long = |bytes: usize| format!("https://b.example/{}", "x".repeat(bytes - 18));
        assert!(check_for(&node, &long(2_048)).is_ok() && check_for(&node, &long(2_049)).is_err());
        assert!(check_for(&node, &long(9_000)).is_err());
        let url = check_for(&node, "https://b.example/u#main-key").expect("fine");
        assert_eq!(url.as_str(), "https://b.example/u");
        let policy = NetPolicy::of(&node.config);
        let at = |address: &str| policy.may_connect(address.parse().expect("an address"));
        assert!(at("9.9.9.9") && at("10.0.0.7"));
        assert!(!at("10.0.0.8") && !at("127.0.0.1") && !at("::ffff:10.0.0.7"));
    }

    #[tokio::test]
    async fn in_development_neighbours_on_this_machine_are_reached() {
        let node = Node::for_tests("localhost:8081", |_, _| {}).await;
        assert!(check_for(&node, "http://localhost:8082/x").is_ok());
        assert!(check_for(&node, "https://b.example/x").is_ok());
        assert!(check_for(&node, "http://localhost:8081/x").is_err());
        assert!(check_for(&node, "http://127.0.0.1:8082/x").is_err());
        let policy = NetPolicy::of(&node.config);
        let at = |address: &str| policy.may_connect(address.parse().expect("one"));
        assert!(at("127.0.0.1") && at("9.9.9.9") && !at("192.168.1.1") && !at("169.254.169.254"));
    }
}
