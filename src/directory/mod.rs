//! Who: networks, members and nodes, ours and others'; founding a network, joining it, signing in.

pub mod api;
pub mod found;
pub mod keys;
pub mod page;
pub mod signin;
pub mod store;
pub mod uri;
pub mod visit;

use crate::base::{Error, Millis, Node, Result};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, RwLock};

pub use visit::{Viewer, Visit};

/// What an actor is, by its ActivityStreams type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActorKind {
    /// A network.
    Group,
    /// A person.
    Person,
    /// A node.
    Application,
    /// A body that publishes in its own name.
    Organization,
    /// A program that publishes.
    Service,
}

impl ActorKind {
    /// Its ActivityStreams type.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Group => "Group",
            Self::Person => "Person",
            Self::Application => "Application",
            Self::Organization => "Organization",
            Self::Service => "Service",
        }
    }

    /// Reads an ActivityStreams type.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Group,
            Self::Person,
            Self::Application,
            Self::Organization,
            Self::Service,
        ]
        .into_iter()
        .find(|kind| kind.code() == code)
    }
}

/// Somebody who can speak, here or elsewhere.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Our id for them.
    pub id: String,
    /// Their URI, which is who they are.
    pub uri: String,
    /// What they are.
    pub kind: ActorKind,
    /// Whether they live on this node.
    pub local: bool,
    /// Their handle, without host.
    pub handle: String,
    /// Their host, with port when unusual.
    pub host: String,
    /// The name they give themselves.
    pub name: String,
    /// How they present themselves: Markdown of ours, sanitised HTML of others.
    pub summary: String,
    /// Their own page.
    pub url: String,
    /// Where they receive.
    pub inbox: String,
    /// Where their whole node receives.
    pub shared_inbox: Option<String>,
    /// What they published.
    pub outbox: Option<String>,
    /// Their followers' collection.
    pub followers: Option<String>,
    /// Whether they approve followers by hand.
    pub approves: bool,
    /// When they came to be known.
    pub created_at: Millis,
    /// When what we hold of them last changed.
    pub updated_at: Millis,
    /// When their document was last read (others only).
    pub fetched_at: Millis,
    /// When they were found to be gone.
    pub gone_at: Option<Millis>,
}

impl Actor {
    /// `@handle@host`.
    #[must_use]
    pub fn address(&self) -> String {
        uri::address(&self.handle, &self.host)
    }

    /// The page on which this node shows them.
    #[must_use]
    pub fn path(&self) -> String {
        uri::actor_path(self.local, self.kind.code(), &self.id, &self.handle)
    }

    /// The one inbox to send to: the shared one when there is one.
    #[must_use]
    pub fn delivery_inbox(&self) -> &str {
        self.shared_inbox.as_deref().unwrap_or(&self.inbox)
    }

    /// The id of a key of theirs that we made: `#main-key` or `#ed25519-key`.
    #[must_use]
    pub fn key_id(&self, fragment: &str) -> String {
        format!("{}#{fragment}", self.uri)
    }
}

/// What a member may do: each role includes the ones below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Writes and publishes their own.
    Member,
    /// Edits and withdraws what anybody of the network published.
    Editor,
    /// Runs the node: members, follows, settings.
    Steward,
}

impl Role {
    /// As it is stored and typed.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Editor => "editor",
            Self::Steward => "steward",
        }
    }

    /// Reads it.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Member, Self::Editor, Self::Steward]
            .into_iter()
            .find(|role| role.code() == code)
    }
}

/// A person who signs in on this node.
#[derive(Debug, Clone)]
pub struct Member {
    /// Their member id.
    pub id: String,
    /// Their actor's id.
    pub actor_id: String,
    /// Their actor's handle.
    pub handle: String,
    /// The name they give themselves.
    pub name: String,
    /// Their e-mail address; never shown to others.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// The language of their pages.
    pub language: String,
    /// Since when.
    pub created_at: Millis,
}

/// What the network decided about its node; one JSON value among the settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NetworkSettings {
    /// The language of pages for visitors whose browser names none of ours.
    pub language: String,
    /// The licence proposed for new publications (SPDX id).
    pub licence: String,
    /// One line under the name.
    pub tagline: String,
    /// The time zone proposed for events (IANA).
    pub timezone: String,
    /// Legal notice, Markdown. Required before a production node publishes.
    pub legal: String,
    /// What is done with personal data, Markdown. Required likewise.
    pub privacy: String,
    /// How to reach the network, Markdown. Required likewise.
    pub contact: String,
    /// Whether stewards approve each follower.
    pub approve_followers: bool,
}

impl Default for NetworkSettings {
    fn default() -> Self {
        Self {
            language: "fr".into(),
            licence: "CC-BY-SA-4.0".into(),
            tagline: String::new(),
            timezone: "Europe/Paris".into(),
            legal: String::new(),
            privacy: String::new(),
            contact: String::new(),
            approve_followers: false,
        }
    }
}

impl NetworkSettings {
    /// Whether the law's pages are written: a production node publishes nothing before.
    #[must_use]
    pub fn legal_pages_ready(&self) -> bool {
        [&self.legal, &self.privacy, &self.contact]
            .iter()
            .all(|text| !text.trim().is_empty())
    }
}

/// The node's own two actors and what the network decided.
#[derive(Debug, Clone)]
pub struct Home {
    /// The network.
    pub network: Actor,
    /// The node.
    pub application: Actor,
    /// What the network decided.
    pub settings: NetworkSettings,
}

#[derive(Default)]
struct HomeCache(RwLock<Option<(Millis, Arc<Home>)>>);

/// Another process (the command line) may change the network's name: look again after this long.
const HOME_MAX_AGE: Millis = 5_000;

/// The node's home: its network and itself.
///
/// # Errors
/// [`Error::NotFound`] before the network was founded.
pub async fn home(node: &Node) -> Result<Arc<Home>> {
    let cache = node.part::<HomeCache>();
    let now = node.now();
    if let Ok(slot) = cache.0.read()
        && let Some((at, home)) = slot.as_ref()
        && now - at < HOME_MAX_AGE
    {
        return Ok(home.clone());
    }
    let home = Arc::new(store::find_home(node).await?.ok_or(Error::NotFound)?);
    if let Ok(mut slot) = cache.0.write() {
        *slot = Some((now, home.clone()));
    }
    Ok(home)
}

/// Forgets the cached home after a deed changed it.
pub fn home_changed(node: &Node) {
    if let Ok(mut slot) = node.part::<HomeCache>().0.write() {
        *slot = None;
    }
}
