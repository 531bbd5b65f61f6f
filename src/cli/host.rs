//! `atelier host`: many nodes in one process, one sub-folder each. A network without an administrator
//! joins a friendly host this way, and leaves it by taking its folder along (D4).

use super::say::{Failure, Outcome, note};
use super::{Place, lock, open, serve};
use crate::base::config::Settings;
use crate::base::{Config, Node};
use crate::server::{self, Role};
use clap::Args;
use std::path::{Path, PathBuf};
use tokio::sync::watch;
use tokio::task::JoinSet;

const LISTEN: &str = "127.0.0.1:8080";

/// Runs many nodes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(super) struct Host {
    /// The folder whose sub-folders are the nodes
    dir: PathBuf,
}

const EXAMPLE: &str = "\
Each sub-folder is the data folder of one node, with an atelier.toml of its own if it needs one. A
folder without one is called like its domain:

  nodes/factory.valleys.example/
  nodes/bassins/atelier.toml        domain = \"factory.bassins.example\"

The proxy in front sends all these names to the one address (--listen, 127.0.0.1:8080 unless told
otherwise). A new folder is a new node after a restart; its set-up link is printed then. To move a
network to another machine, stop, copy its folder, point its domain there: nothing else changes.";

struct Hosted {
    node: Node,
    _lock: lock::Lock,
}

impl Host {
    pub(super) async fn run(self, place: &Place) -> Outcome {
        let shared = open::settings(place)?;
        let look = open::nameless(&shared)?;
        open::log(&look.log, look.log_format)?;
        let listen = shared.listen.clone().unwrap_or_else(|| LISTEN.into());
        let listener = open::bind(&listen).await?;
        let mut hosted: Vec<Hosted> = Vec::new();
        let mut failed = 0;
        for folder in folders(&self.dir)? {
            match begin(&folder, &shared, &hosted).await {
                Ok(one) => hosted.push(one),
                // One network's trouble is not its neighbours'.
                Err(failure) => {
                    failed += 1;
                    note(format!(
                        "atelier: {} does not run: {failure}",
                        folder.display()
                    ));
                }
            }
        }
        if hosted.is_empty() && failed > 0 {
            return Err(Failure::new(1, "no node runs"));
        }
        if hosted.is_empty() {
            return Err(Failure::nothing(format!(
                "no node runs: make a sub-folder of {} for each, called like its domain",
                self.dir.display()
            )));
        }
        let (tell, stop) = watch::channel(false);
        serve::on_signal(tell);
        let nodes: Vec<Node> = hosted.iter().map(|one| one.node.clone()).collect();
        let mut behind = JoinSet::new();
        for node in &nodes {
            serve::greet(node).await?;
            tracing::info!(domain = %node.config.domain, %listen, "the node is ready");
            behind.spawn(server::behind(node.clone(), Role::All, stop.clone()));
        }
        let (doors, limits) = (server::router_of_many(&nodes), server::Limits::of(&nodes));
        server::listen(listener, doors, limits, stop).await;
        while behind.join_next().await.is_some() {}
        for node in &nodes {
            serve::put_away(node).await;
        }
        Ok(())
    }
}

fn folders(dir: &Path) -> Outcome<Vec<PathBuf>> {
    let items = std::fs::read_dir(dir)
        .map_err(|error| Failure::nothing(format!("cannot read {}: {error}", dir.display())))?;
    let mut folders: Vec<PathBuf> = items
        .filter_map(|item| Some(item.ok()?.path()))
        .filter(|path| path.is_dir())
        .filter(|path| name_of(path).is_some_and(|name| !name.starts_with('.')))
        .collect();
    folders.sort();
    Ok(folders)
}

fn name_of(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

/// The configuration of one folder: its own file, and what holds for all of them below it.
fn config_of(folder: &Path, shared: &Settings) -> Outcome<Config> {
    let own = Settings::from_file(&folder.join("atelier.toml"))?;
    let inside = |path: PathBuf| folder.join(path);
    let own = Settings {
        domain: own.domain.or_else(|| name_of(folder).map(str::to_owned)),
        data_dir: Some(own.data_dir.map_or_else(|| folder.to_owned(), inside)),
        secret_key_file: own.secret_key_file.map(inside),
        ..own
    };
    let shared = Settings {
        domain: None,
        data_dir: None,
        database_url: None,
        secret_key_file: None,
        ..shared.clone()
    };
    Ok(own.over(shared).complete()?)
}

async fn begin(folder: &Path, shared: &Settings, others: &[Hosted]) -> Outcome<Hosted> {
    let config = config_of(folder, shared)?;
    if let Some(other) = others
        .iter()
        .find(|one| one.node.config.domain == config.domain)
    {
        return Err(Failure::in_the_way(format!(
            "{} has the same domain, {}",
            other.node.config.data_dir.display(),
            config.domain
        )));
    }
    let name = if open::sqlite_file(&config).is_some() {
        lock::NODE
    } else {
        lock::PAGES
    };
    let lock = lock::take(&config.data_dir, name)?;
    Ok(Hosted {
        node: serve::ready(config).await?,
        _lock: lock,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_a_node_by_its_file_or_its_name() {
        let dir = tempfile::tempdir().expect("a folder");
        for name in ["factory.valleys.example", "bassins", ".hidden"] {
            std::fs::create_dir(dir.path().join(name)).expect("made");
        }
        std::fs::write(
            dir.path().join("bassins/atelier.toml"),
            "domain = \"factory.bassins.example\"\nsecret_key_file = \"key\"\n",
        )
        .expect("written");
        let shared = Settings {
            domain: Some("not.this.example".into()),
            log: Some("warn".into()),
            ..Settings::default()
        };
        let configs: Vec<Config> = folders(dir.path())
            .expect("folders")
            .iter()
            .map(|folder| config_of(folder, &shared).expect("a configuration"))
            .collect();
        let domains: Vec<&str> = configs
            .iter()
            .map(|config| config.domain.as_str())
            .collect();
        assert_eq!(
            domains,
            ["factory.bassins.example", "factory.valleys.example"]
        );
        assert_eq!(configs[0].secret_path(), dir.path().join("bassins/key"));
        assert_eq!(
            configs[1].data_dir,
            dir.path().join("factory.valleys.example")
        );
        assert_eq!(configs[1].log, "warn");
    }
}
