//! What every part stands on; no word of the Charter and none of ActivityPub.

pub mod batch;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod id;
pub mod listing;
pub mod media;
pub mod outside;
pub mod queue;
pub mod search;
pub mod setting;
pub mod text;

pub use clock::Millis;
pub use config::Config;
pub use db::{Db, Tx};
pub use error::{Error, Issues, Result};
pub use outside::Outside;

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, Weak};

/// One running installation, handed to everything. A process may hold many (D4).
#[derive(Clone)]
pub struct Node(Arc<Parts>);

/// A node held weakly, for what the node itself holds.
#[derive(Clone)]
pub struct NodeRef(Weak<Parts>);

impl NodeRef {
    /// The node, unless it was closed.
    #[must_use]
    pub fn node(&self) -> Option<Node> {
        self.0.upgrade().map(Node)
    }
}

/// What a node is made of.
pub struct Parts {
    /// What its operator decided.
    pub config: Config,
    /// Its database.
    pub db: Db,
    /// Its time.
    pub clock: clock::Clock,
    /// Its chance.
    pub chance: id::Chance,
    /// Its way out.
    pub outside: Arc<dyn Outside>,
    /// Its files.
    pub media: media::MediaStore,
    /// The 32 bytes that every key at rest is sealed under (D25).
    pub secret: Secret,
    /// RSA keys to take instead of making new ones: tests only (D25).
    pub rsa_pool: Mutex<Vec<String>>,
    /// Values of higher modules that live as long as the node: caches and counters.
    ext: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

/// The key file's 32 bytes; never printed.
pub struct Secret(pub [u8; 32]);

impl Deref for Node {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Node({})", self.config.domain)
    }
}

/// What a node needs from outside itself; the rest comes from its configuration.
pub struct Surroundings {
    /// Its time.
    pub clock: clock::Clock,
    /// Its chance.
    pub chance: id::Chance,
    /// Its way out.
    pub outside: Arc<dyn Outside>,
    /// RSA keys to take instead of making new ones.
    pub rsa_pool: Vec<String>,
}

impl Node {
    /// Opens the database, files and secret of a node; migrations are the caller's.
    ///
    /// # Errors
    /// When the data dir, the secret or the database cannot be opened; the text says what to do.
    pub async fn open(config: Config, around: Surroundings) -> Result<Self> {
        std::fs::create_dir_all(&config.data_dir).map_err(|error| {
            Error::Operator(format!(
                "cannot create the data directory {}: {error}",
                config.data_dir.display()
            ))
        })?;
        let secret = config::read_or_make_secret(&config, &around.chance)?;
        let db = Db::open(&config.database_url()).await?;
        let media = media::MediaStore::open(&config.data_dir.join("media"))?;
        Ok(Self(Arc::new(Parts {
            db,
            media,
            secret,
            clock: around.clock,
            chance: around.chance,
            outside: around.outside,
            rsa_pool: Mutex::new(around.rsa_pool),
            ext: Mutex::default(),
            config,
        })))
    }

    /// A value of a higher module that lives as long as the node, made at first use.
    #[must_use]
    pub fn part<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut ext = self
            .0
            .ext
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let any = ext
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Arc::new(T::default()))
            .clone();
        drop(ext);
        any.downcast::<T>().unwrap_or_default()
    }

    /// This node, held weakly.
    #[must_use]
    pub fn weak(&self) -> NodeRef {
        NodeRef(Arc::downgrade(&self.0))
    }

    /// Now, in milliseconds UTC.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// A new UUIDv7 for now.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn new_id(&self) -> Result<String> {
        self.chance.uuid(self.now())
    }

    /// The scheme, host and port all of this node's URLs begin with, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> String {
        self.config.origin()
    }

    /// Where the search index of this process lives.
    #[must_use]
    pub fn search_dir(&self) -> PathBuf {
        self.config.data_dir.join("search")
    }
}

#[cfg(test)]
impl Node {
    /// A node for unit tests: a folder that goes away with it, a clock that stands still at
    /// 2026-11-23T18:33:20Z, repeatable chance, and a way out that refuses. `change` may alter both.
    pub async fn for_tests(
        domain: &str,
        change: impl FnOnce(&mut Config, &mut Surroundings),
    ) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let settings = config::Settings {
            domain: Some(domain.into()),
            dev: Some(config::is_loopback_name(domain) && domain.contains(':')),
            data_dir: Some(dir.path().to_path_buf()),
            ..config::Settings::default()
        };
        let mut config = settings.complete().expect("a configuration");
        let mut around = Surroundings {
            clock: clock::Clock::fixed(1_795_458_800_000),
            chance: id::Chance::seeded(1),
            outside: Arc::new(outside::NoWayOut),
            rsa_pool: Vec::new(),
        };
        change(&mut config, &mut around);
        let node = Self::open(config, around).await.expect("a node");
        let mut ext = node.ext.lock().expect("nobody panicked");
        ext.insert(TypeId::of::<tempfile::TempDir>(), Arc::new(dir));
        drop(ext);
        node
    }
}
