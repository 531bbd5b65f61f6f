//! From flags, variables and file to an open node.

use super::closed::Closed;
use super::lock;
use super::say::{Failure, Outcome};
use crate::base::config::{LogFormat, Settings, is_loopback_name};
use crate::base::db::Engine;
use crate::base::id::Chance;
use crate::base::{Config, Db, Error, Node, Outside, Surroundings, clock, setting};
use crate::cli::Place;
use crate::directory::found;
use crate::trust::SocketOutside;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

const FILE: &str = "atelier.toml";

/// What was set: flags over `ATELIER_*` over the file.
pub(super) fn settings(place: &Place) -> Outcome<Settings> {
    let flags = Settings {
        data_dir: place.data_dir.clone(),
        database_url: place.database_url.clone(),
        domain: place.domain.clone(),
        listen: place.listen.clone(),
        dev: place.dev.then_some(true),
        ..Settings::default()
    };
    let env = Settings::from_env(std::env::vars())?;
    let file = match &place.config {
        Some(path) if !path.exists() => {
            return Err(Failure::new(
                1,
                format!("there is no file {}", path.display()),
            ));
        }
        Some(path) => Settings::from_file(path)?,
        None => Settings::from_file(Path::new(FILE))?,
    };
    Ok(flags.over(env).over(file))
}

/// The file that [`settings`] reads, if it is there.
pub(super) fn file(place: &Place) -> Option<PathBuf> {
    let path = place.config.clone().unwrap_or_else(|| FILE.into());
    path.exists().then_some(path)
}

/// The complete configuration. A node that exists knows its domain: it need not be told again.
pub(super) async fn config(place: &Place) -> Outcome<Config> {
    let mut settings = settings(place)?;
    if settings.domain.is_none()
        && let Some(domain) = stored_domain(&settings).await
    {
        if is_loopback_name(&domain) {
            settings.dev = settings.dev.or(Some(true));
        }
        settings.domain = Some(domain);
    }
    Ok(settings.complete()?)
}

/// What is set, but for the domain: enough to find the database.
pub(super) fn nameless(settings: &Settings) -> Outcome<Config> {
    let asked = Settings {
        domain: Some("nobody.example".into()),
        dev: None,
        ..settings.clone()
    };
    Ok(asked.complete()?)
}

async fn stored_domain(settings: &Settings) -> Option<String> {
    let config = nameless(settings).ok()?;
    if sqlite_file(&config).is_some_and(|path| !path.exists()) {
        return None;
    }
    let db = Db::open(&config.database_url()).await.ok()?;
    let domain = setting::get_from(&db, "domain").await.ok().flatten();
    db.close().await;
    domain
}

/// The database's file, when it is SQLite.
pub(super) fn sqlite_file(config: &Config) -> Option<PathBuf> {
    let url = config.database_url();
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.split('?').next().unwrap_or(rest);
    Some(path.strip_prefix("//").unwrap_or(path).into())
}

/// The log goes to standard error.
pub(super) fn log(filter: &str, format: LogFormat) -> Outcome {
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| Failure::usage(format!("log = \"{filter}\": {error}")))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // An error says that there is a log already.
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    Ok(())
}

/// A database that knows its key file is never opened with a new one made in its place (D25).
async fn key_is_there(config: &Config) -> Outcome {
    let key = config.secret_path();
    let no_database = sqlite_file(config).is_some_and(|path| !path.exists());
    if key.exists() || no_database {
        return Ok(());
    }
    let db = Db::open(&config.database_url()).await?;
    let print = setting::get_from(&db, "secret_fingerprint").await;
    db.close().await;
    match print {
        Ok(Some(_)) => Err(Failure::in_the_way(format!(
            "the key file {} is missing: put it back, or name its place with ATELIER_SECRET_KEY_FILE. Without it \
             nobody can sign as this network. If it is lost for good: atelier keys renew --lost",
            key.display()
        ))),
        // An empty database has no settings yet.
        _ => Ok(()),
    }
}

async fn open(config: Config, outside: Arc<dyn Outside>) -> Outcome<Node> {
    key_is_there(&config).await?;
    assembled(config, outside).await
}

/// A node whose key file was lost: a new one is made where none is. The caller holds its lock.
pub(super) async fn keyless(config: Config) -> Outcome<Node> {
    let node = assembled(config, Arc::new(Closed)).await?;
    migrate(&node).await?;
    Ok(node)
}

async fn assembled(config: Config, outside: Arc<dyn Outside>) -> Outcome<Node> {
    let around = Surroundings {
        clock: clock::Clock::System,
        chance: Chance::system(),
        outside,
        rsa_pool: Vec::new(),
    };
    Ok(Node::open(config, around).await?)
}

/// A node that can speak to others. The caller holds its lock.
pub(super) async fn online(config: Config) -> Outcome<Node> {
    let outside = SocketOutside::new(&config)?;
    open(config, Arc::new(outside)).await
}

/// A node that asks nobody, without looking at its database.
pub(super) async fn closed(config: Config) -> Outcome<Node> {
    open(config, Arc::new(Closed)).await
}

/// The node that is there, for a command that runs a deed and ends.
pub(super) async fn existing(place: &Place) -> Outcome<Node> {
    must_exist(&nameless(&settings(place)?)?)?;
    let config = config(place).await?;
    log("warn", config.log_format)?;
    let node = closed(config).await?;
    up_to_date(&node).await?;
    found::prepare(&node).await?;
    Ok(node)
}

/// Refuses a place where no node was ever begun.
pub(super) fn must_exist(config: &Config) -> Outcome {
    match sqlite_file(config) {
        Some(path) if !path.exists() => Err(Failure::nothing(format!(
            "there is no node in {}: run atelier init or atelier serve first, or name another --data-dir",
            config.data_dir.display()
        ))),
        _ => Ok(()),
    }
}

async fn up_to_date(node: &Node) -> Outcome {
    let (known, applied) = node.db.migrations().await?;
    if applied == 0 {
        return Err(Failure::nothing(
            "the database of this node is empty: run atelier init or atelier serve first",
        ));
    }
    if applied < known {
        return Err(Failure::in_the_way(
            "the database is older than this program: run atelier migrate, or restart atelier serve",
        ));
    }
    Ok(())
}

/// Brings the database up to date. On SQLite a snapshot is taken before an existing one changes;
/// gives where it is.
pub(super) async fn migrate(node: &Node) -> Outcome<Option<PathBuf>> {
    let (known, applied) = node.db.migrations().await?;
    let mut snapshot = None;
    if node.db.engine == Engine::Sqlite && applied > 0 && applied < known {
        let name = format!("before-migration-{known}-{}.db", day_and_time(node));
        let path = node.config.data_dir.join(name);
        node.db.copy_to(&path).await?;
        snapshot = Some(path);
    }
    if applied != known {
        node.db.migrate().await?;
    }
    Ok(snapshot)
}

/// `2026-11-23-1833`, in UTC: for the names of files.
pub(super) fn day_and_time(node: &Node) -> String {
    let text = clock::rfc3339(node.now());
    text.chars()
        .take(16)
        .map(|c| if c == 'T' { '-' } else { c })
        .filter(|c| *c != ':')
        .collect()
}

/// Migrates and prepares a node for a command that begins one; holds the lock while the database
/// changes.
pub(super) async fn begin(node: &Node) -> Outcome {
    let (known, applied) = node.db.migrations().await?;
    let _lock = if node.db.engine == Engine::Sqlite && applied < known {
        Some(lock::take(&node.config.data_dir, lock::NODE)?)
    } else {
        None
    };
    migrate(node).await?;
    found::prepare(node).await?;
    Ok(())
}

/// A busy or impossible address, in words.
pub(super) async fn bind(address: &str) -> Outcome<tokio::net::TcpListener> {
    tokio::net::TcpListener::bind(address).await.map_err(|error| {
        let port = address.rsplit_once(':').map_or(address, |(_, port)| port);
        match error.kind() {
            std::io::ErrorKind::AddrInUse => Failure::in_the_way(format!(
                "port {port} is busy: another program listens on {address}. Stop it, or choose another address with --listen"
            )),
            std::io::ErrorKind::PermissionDenied => Failure::in_the_way(format!(
                "port {port} is not for everybody on this machine: listen on a port above 1023 (--listen 127.0.0.1:8080) and let a proxy stand in front"
            )),
            _ => Failure::new(1, format!("cannot listen on {address}: {error}")),
        }
    })
}

/// Makes the error of a missing member.
pub(super) fn no_member(word: &str) -> Failure {
    Failure::nothing(format!(
        "no member is called {word}: see atelier member list"
    ))
}

/// A member by name, handle or e-mail address.
pub(super) async fn member(node: &Node, word: &str) -> Outcome<crate::directory::Member> {
    crate::directory::store::find_member(node, word)
        .await?
        .ok_or_else(|| no_member(word))
}

/// The network of the node, or what to do to have one.
pub(super) async fn home(node: &Node) -> Outcome<Arc<crate::directory::Home>> {
    crate::directory::home(node)
        .await
        .map_err(|error| match error {
            Error::NotFound => Failure::nothing(
                "the network of this node is not founded yet: run atelier init, or open the set-up link that atelier serve printed",
            ),
            other => other.into(),
        })
}
