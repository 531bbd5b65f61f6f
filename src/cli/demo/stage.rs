//! The three nodes of the demonstration, opened and answering.

use super::cast::CAST;
use crate::base::config::{Settings, read_or_make_secret};
use crate::base::db;
use crate::base::id::{Chance, sha256_hex};
use crate::base::{Config, Node};
use crate::cli::say::{Failure, Outcome};
use crate::cli::{lock, serve};
use crate::server::{self, Role};
use std::path::Path;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How the three are set up.
pub(super) struct Set {
    pub(super) postgres: Option<String>,
    pub(super) port: u16,
    /// The schemas that were made.
    pub(super) schemas: Vec<String>,
}

/// The three, running.
pub(super) struct Playing {
    pub(super) nodes: Vec<Node>,
    pub(super) tasks: JoinSet<()>,
    pub(super) _locks: Vec<lock::Lock>,
}

/// All three ports, or which one is busy.
pub(super) async fn listeners(first: u16) -> Outcome<Vec<TcpListener>> {
    let mut listeners = Vec::with_capacity(CAST.len());
    for port in (first..).take(CAST.len()) {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| {
            match error.kind() {
                std::io::ErrorKind::AddrInUse => Failure::in_the_way(format!(
                    "port {port} is busy: another program listens there. Choose other ports with --port, for \
                     example: atelier demo --port {}",
                    if first < 60_000 { first + 1000 } else { 9080 }
                )),
                _ => Failure::new(1, format!("cannot listen on port {port}: {error}")),
            }
        })?;
        listeners.push(listener);
    }
    Ok(listeners)
}

impl Set {
    /// Opens the three side by side and lets them answer.
    pub(super) async fn raise(
        &mut self,
        folder: &Path,
        listeners: Vec<TcpListener>,
        stop: &watch::Receiver<bool>,
    ) -> Outcome<Playing> {
        let mut locks = Vec::new();
        let mut opening = Vec::new();
        for (index, part) in CAST.iter().enumerate() {
            let dir = folder.join(part.handle);
            locks.push(lock::take(&dir, lock::NODE)?);
            let port = self.port + u16::try_from(index).unwrap_or(0);
            let config = self.config(&dir, part.handle, port).await?;
            opening.push(tokio::spawn(serve::ready(config)));
        }
        let mut nodes = Vec::with_capacity(opening.len());
        for task in opening {
            let node = task
                .await
                .map_err(|error| Failure::new(1, error.to_string()))?;
            nodes.push(node?);
        }
        let mut tasks = JoinSet::new();
        for (node, listener) in nodes.iter().zip(listeners) {
            let (node, stop) = (node.clone(), stop.clone());
            tasks.spawn(async move {
                server::serve(node, listener, Role::All, stop).await;
            });
        }
        Ok(Playing {
            nodes,
            tasks,
            _locks: locks,
        })
    }

    async fn config(&mut self, dir: &Path, handle: &str, port: u16) -> Outcome<Config> {
        let settings = Settings {
            data_dir: Some(dir.to_owned()),
            domain: Some(format!("localhost:{port}")),
            dev: Some(true),
            ..Settings::default()
        };
        let mut config = settings.complete()?;
        if let Some(url) = &self.postgres {
            // The key file names the schema: a folder finds its own again, and no other's.
            let secret = read_or_make_secret(&config, &Chance::system())?;
            let print = sha256_hex(&[b"demo".as_slice(), &secret.0].concat());
            let schema = format!("atelier_demo_{}_{handle}", &print[..10]);
            config.database_url = Some(db::schema_url(url, &schema).await?);
            self.schemas.push(schema);
        }
        Ok(config)
    }
}
