//! Every URL of a node is minted and read here, and nowhere else (D6).

use crate::base::Node;
use url::Url;

/// The audience of everybody (ActivityStreams 2.0).
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// The network's actor.
#[must_use]
pub fn group(node: &Node, handle: &str) -> String {
    format!("{}/groups/{handle}", node.origin())
}

/// A member's actor.
#[must_use]
pub fn user(node: &Node, handle: &str) -> String {
    format!("{}/users/{handle}", node.origin())
}

/// The node's own actor.
#[must_use]
pub fn application(node: &Node) -> String {
    format!("{}/actor", node.origin())
}

/// The inbox shared by all actors of the node.
#[must_use]
pub fn shared_inbox(node: &Node) -> String {
    format!("{}/inbox", node.origin())
}

/// A publication's id, which is its page too.
#[must_use]
pub fn publication(node: &Node, id: &str) -> String {
    format!("{}/publications/{id}", node.origin())
}

/// An activity's id.
#[must_use]
pub fn activity(node: &Node, id: &str) -> String {
    format!("{}/activities/{id}", node.origin())
}

/// A file.
#[must_use]
pub fn media(node: &Node, name: &str) -> String {
    format!("{}/media/{name}", node.origin())
}

/// The link of an invitation.
#[must_use]
pub fn invitation(node: &Node, token: &str) -> String {
    format!("{}/join?token={token}", node.origin())
}

/// The path of a publication's page on this node, be it ours or a copy.
#[must_use]
pub fn publication_path(id: &str) -> String {
    format!("/publications/{id}")
}

/// The path of the page on which this node shows an actor, ours or another's.
#[must_use]
pub fn actor_path(local: bool, kind: &str, id: &str, handle: &str) -> String {
    match (local, kind) {
        (true, "Group") => format!("/groups/{handle}"),
        (true, "Person") => format!("/users/{handle}"),
        (true, _) => "/about".to_owned(),
        (false, _) => format!("/known/{id}"),
    }
}

/// What a URL of ours names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Local {
    /// The network with this handle.
    Group(String),
    /// The member with this handle.
    User(String),
    /// The node.
    Application,
    /// The publication with this id.
    Publication(String),
    /// The activity with this id.
    Activity(String),
}

/// Reads a URL of ours; `None` when it is another's or names nothing.
#[must_use]
pub fn read(node: &Node, uri: &str) -> Option<Local> {
    let rest = uri.strip_prefix(&node.origin())?.strip_prefix('/')?;
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let mut parts = rest.split('/');
    let read = match (parts.next()?, parts.next()) {
        ("actor", None) => Local::Application,
        ("groups", Some(handle)) => Local::Group(handle.to_owned()),
        ("users", Some(handle)) => Local::User(handle.to_owned()),
        ("publications", Some(id)) => Local::Publication(id.to_owned()),
        ("activities", Some(id)) => Local::Activity(id.to_owned()),
        _ => return None,
    };
    parts.next().is_none().then_some(read)
}

/// The host of a URL as people write it: with its port when that is not the usual one.
#[must_use]
pub fn host_of(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    let host = url.host_str()?.trim_end_matches('.').to_owned();
    Some(
        url.port()
            .map_or(host.clone(), |port| format!("{host}:{port}")),
    )
}

/// `@handle@host`, as people paste it.
#[must_use]
pub fn address(handle: &str, host: &str) -> String {
    format!("@{handle}@{host}")
}
