//! `atelier serve`: runs the node until it is told to stop.

use super::say::{Failure, Outcome, note};
use super::{Place, lock, open};
use crate::base::db::Engine;
use crate::base::{Config, Node, setting};
use crate::directory::{found, store as directory};
use crate::server::{self, Role};
use clap::{Args, ValueEnum};
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// What this process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    /// Pages, and the work behind them
    All,
    /// Pages only
    Web,
    /// The work behind the pages only: jobs and deliveries
    Worker,
}

impl From<Which> for Role {
    fn from(which: Which) -> Self {
        match which {
            Which::All => Self::All,
            Which::Web => Self::Web,
            Which::Worker => Self::Worker,
        }
    }
}

/// Runs the node.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// What this process does; with PostgreSQL several processes share the work
    #[arg(long, value_enum, default_value = "all")]
    role: Which,
}

impl Serve {
    pub(super) async fn run(self, place: &Place) -> Outcome {
        let role = Role::from(self.role);
        let config = open::config(place).await?;
        open::log(&config.log, config.log_format)?;
        if role != Role::All && open::sqlite_file(&config).is_some() {
            return Err(Failure::usage(
                "on SQLite one process does everything: leave --role out. To share the work, set database_url to a PostgreSQL database",
            ));
        }
        let _lock = hold(&config, role)?;
        let listener = open::bind(&config.listen).await?;
        let node = ready(config).await?;
        let (tell, stop) = watch::channel(false);
        on_signal(tell);
        let address = listener.local_addr()?;
        tracing::info!(domain = %node.config.domain, %address, ?role, version = env!("CARGO_PKG_VERSION"), "the node is ready");
        greet(&node).await?;
        server::serve(node.clone(), listener, role, stop).await;
        put_away(&node).await;
        Ok(())
    }
}

/// The lock that a process of this role holds.
fn hold(config: &Config, role: Role) -> Outcome<Option<lock::Lock>> {
    let name = match (open::sqlite_file(config), role) {
        (Some(_), _) => lock::NODE,
        (None, Role::All | Role::Web) => lock::PAGES,
        (None, Role::Worker) => return Ok(None),
    };
    lock::take(&config.data_dir, name).map(Some)
}

/// Opens a node that is about to serve: schema, keys, its own actor.
pub(super) async fn ready(config: Config) -> Outcome<Node> {
    let node = open::online(config).await?;
    if let Some(snapshot) = open::migrate(&node).await? {
        tracing::info!(snapshot = %snapshot.display(), "the database was brought up to date; a copy of how it was is kept");
    }
    found::prepare(&node).await?;
    if node.db.engine == Engine::Postgres
        && let Some(collation) = node.db.foreign_collation().await?
    {
        tracing::warn!(%collation, "this database does not sort by code: lists may be in another order than on other nodes; atelier check says what to do");
    }
    Ok(node)
}

/// What whoever starts a node should see at once, log or no log.
pub(super) async fn greet(node: &Node) -> Outcome {
    if directory::find_home(node).await?.is_none() {
        let link = found::setup_link(node).await?;
        note(format!(
            "\n  {} is new. Open this link once to found its network and name its first steward:\n\n    {link}\n\n  \
             The name {} is permanent: it becomes part of the address of everything you publish.\n  \
             A sub-domain made for this, such as factory.your-network.org, is best. To change it, stop now and\n  \
             start again with another ATELIER_DOMAIN and an empty data folder.\n",
            node.config.domain, node.config.domain
        ));
    }
    if setting::in_quarantine(node).await? {
        note(format!(
            "\n  {} was restored and is in quarantine: it sends nothing and takes nothing in.\n  \
             When you are sure that no other copy of it runs: atelier restore --confirm\n",
            node.config.domain
        ));
    }
    Ok(())
}

/// Folds the database together and closes it.
pub(super) async fn put_away(node: &Node) {
    if let Err(error) = node.db.checkpoint().await {
        tracing::warn!(%error, "the write-ahead log was not folded; the next start does it");
    }
    node.db.close().await;
    tracing::info!(domain = %node.config.domain, "stopped");
}

/// One Ctrl-C may reach us twice (from the terminal and from a parent): what comes at once is one.
const IMPATIENT_AFTER: Duration = Duration::from_secs(1);

/// Tells everybody to stop at the first signal; a later one ends the process.
pub(super) fn on_signal(tell: watch::Sender<bool>) {
    tokio::spawn(async move {
        let (Ok(mut term), Ok(mut int)) = (
            signal(SignalKind::terminate()),
            signal(SignalKind::interrupt()),
        ) else {
            // The sender must live as long as the node: nobody can be told any more.
            return std::future::pending().await;
        };
        let mut first: Option<Instant> = None;
        loop {
            tokio::select! {
                _ = term.recv() => {}
                _ = int.recv() => {}
            }
            match first {
                Some(at) if at.elapsed() > IMPATIENT_AFTER => std::process::exit(130),
                Some(_) => {}
                None => {
                    first = Some(Instant::now());
                    tracing::info!(
                        "stopping: requests under way are finished, leased jobs are given back"
                    );
                    let _ = tell.send(true);
                }
            }
        }
    });
}
