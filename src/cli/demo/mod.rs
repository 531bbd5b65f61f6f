//! `atelier demo`: three nodes in one process, each with its own database, speaking to each other as
//! strangers on the network do.

mod cast;
mod stage;
mod story;

use super::say::{Outcome, say};
use super::{Place, open, serve};
use crate::base::db;
use clap::Args;
use stage::Playing;
use std::path::{Path, PathBuf};
use std::time::Instant;
use tokio::sync::watch;

/// Three nodes on this machine.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Keep everything in this folder, and find it again at the next start; else it is thrown away
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Use this PostgreSQL database, with a schema for each node, instead of SQLite
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// The port of the crossroads; the two networks take the next two
    #[arg(long, value_name = "N", default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..=65533))]
    port: u16,
}

impl Demo {
    pub(super) async fn run(self, place: &Place) -> Outcome {
        let started = Instant::now();
        let filter = std::env::var("ATELIER_LOG").unwrap_or_else(|_| "warn".into());
        open::log(&filter, crate::base::config::LogFormat::Text)?;
        let listeners = stage::listeners(self.port).await?;
        let data = self.data.or_else(|| place.data_dir.clone());
        let folder = Folder::make(data)?;
        say(format!(
            "Atelier, a demonstration: three nodes on this machine, {}.",
            folder.told()
        ));
        let (tell, stop) = watch::channel(false);
        serve::on_signal(tell);
        let mut set = stage::Set {
            postgres: self.postgres.clone(),
            port: self.port,
            schemas: Vec::new(),
        };
        let outcome = play(&mut set, &folder.path, listeners, started, stop).await;
        if let Some(url) = self.postgres.filter(|_| folder.passing) {
            for schema in &set.schemas {
                db::drop_schema(&url, schema).await?;
            }
        }
        folder.clean()?;
        outcome
    }
}

async fn play(
    set: &mut stage::Set,
    folder: &Path,
    listeners: Vec<tokio::net::TcpListener>,
    started: Instant,
    stop: watch::Receiver<bool>,
) -> Outcome {
    let Playing {
        nodes,
        mut tasks,
        _locks,
    } = set.raise(folder, listeners, &stop).await?;
    let mut told = stop.clone();
    let outcome = tokio::select! {
        outcome = story::tell(&nodes) => outcome,
        _ = told.wait_for(|stop| *stop) => Ok(()),
    };
    if outcome.is_ok() && !*stop.borrow() {
        story::invite(&nodes, started.elapsed());
        let _ = told.wait_for(|stop| *stop).await;
    }
    if outcome.is_err() {
        // Nobody will look at a stage on which the play failed.
        tasks.abort_all();
    } else {
        say("\nStopping ...");
    }
    while tasks.join_next().await.is_some() {}
    for node in &nodes {
        serve::put_away(node).await;
    }
    outcome
}

/// Where the three keep what they have.
struct Folder {
    path: PathBuf,
    passing: bool,
}

impl Folder {
    fn make(asked: Option<PathBuf>) -> Outcome<Self> {
        let passing = asked.is_none();
        let path = match asked {
            Some(path) => path,
            None => {
                let token = crate::base::id::Chance::system().token()?;
                let short: String = token
                    .chars()
                    .filter(char::is_ascii_alphanumeric)
                    .take(8)
                    .collect();
                std::env::temp_dir().join(format!("atelier-demo-{short}"))
            }
        };
        std::fs::create_dir_all(&path)?;
        Ok(Self { path, passing })
    }

    fn told(&self) -> String {
        if self.passing {
            "in a temporary folder that goes away at the end".into()
        } else {
            format!("kept in {}", self.path.display())
        }
    }

    fn clean(&self) -> Outcome {
        if self.passing {
            std::fs::remove_dir_all(&self.path)?;
        }
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.passing {
            // Also when the play failed; what is gone already is gone.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
