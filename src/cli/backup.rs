//! `atelier backup`: the whole node in one file, consistent although it goes on running.

use super::say::{Failure, Outcome, say, say_json};
use super::{Place, open};
use crate::base::db::Engine;
use crate::base::{Config, Node, clock};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// The form of the file: raised when an older program could not read it.
pub(super) const FORMAT: u32 = 1;
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const DATABASE: &str = "atelier.db";
pub(super) const CONFIG: &str = "atelier.toml";
pub(super) const KEY: &str = "secret.key";
pub(super) const MEDIA: &str = "media";

/// What a saved node says of itself.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The form of the file.
    pub(super) format: u32,
    /// The program that made it.
    pub(super) version: String,
    /// When.
    pub(super) at: String,
    /// Whose node it is.
    pub(super) domain: String,
    /// The database's schema.
    pub(super) schema: usize,
    /// Whether the key file is in it.
    pub(super) with_keys: bool,
}

/// Saves a node.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The file to write (a tar archive); it must not exist yet
    file: PathBuf,
    /// With the key file. Then whoever holds the backup can speak as your network: lock it away
    #[arg(long)]
    with_keys: bool,
}

impl Backup {
    pub(super) async fn run(self, place: &Place) -> Outcome {
        let node = open::existing(place).await?;
        if node.db.engine == Engine::Postgres {
            return Err(Failure::in_the_way(format!(
                "this node's database is PostgreSQL: save it with pg_dump --format=custom, and with it the folder {} and the key file",
                node.config.data_dir.join(MEDIA).display()
            )));
        }
        if self.file.exists() {
            return Err(Failure::in_the_way(format!(
                "{} exists already: name another file",
                self.file.display()
            )));
        }
        let manifest = Manifest {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").into(),
            at: clock::rfc3339(node.now()),
            domain: node.config.domain.clone(),
            schema: node.db.migrations().await?.1,
            with_keys: self.with_keys,
        };
        let copy = beside(&self.file, "db");
        let partial = beside(&self.file, "partial");
        let outcome = write(&node, &manifest, &copy, &partial, open::file(place)).await;
        let _ = std::fs::remove_file(&copy);
        let pictures = match outcome {
            Ok(pictures) => pictures,
            Err(failure) => {
                let _ = std::fs::remove_file(&partial);
                return Err(failure);
            }
        };
        std::fs::rename(&partial, &self.file)?;
        node.db.close().await;
        let bytes = std::fs::metadata(&self.file)?.len();
        if place.json {
            say_json(
                &json!({ "file": self.file, "bytes": bytes, "files": pictures, "with_keys": self.with_keys }),
            );
            return Ok(());
        }
        say(format!(
            "{} is saved: database and {pictures} files, {} KiB.",
            self.file.display(),
            bytes / 1024
        ));
        say(if self.with_keys {
            "The key file is in it: whoever holds this file can speak as your network. Lock it away."
                .to_owned()
        } else {
            format!(
                "The key file is not in it: keep a copy of {} in another place. Without it nobody can sign as your network again.",
                node.config.secret_path().display()
            )
        });
        Ok(())
    }
}

fn beside(file: &Path, what: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{what}-{}", std::process::id()));
    file.with_file_name(name)
}

async fn write(
    node: &Node,
    manifest: &Manifest,
    copy: &Path,
    partial: &Path,
    config_file: Option<PathBuf>,
) -> Outcome<usize> {
    // The database first: a picture is stored before the row that names it, so all are there.
    node.db.copy_to(copy).await?;
    let manifest = serde_json::to_vec_pretty(manifest)?;
    let with_keys = serde_json::from_slice::<Manifest>(&manifest)?.with_keys;
    let (config, copy, partial) = (node.config.clone(), copy.to_owned(), partial.to_owned());
    let at = u64::try_from(node.now() / 1000).unwrap_or(0);
    let work = move || {
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&partial)?;
        let mut tar = tar::Builder::new(file);
        let mut header = tar::Header::new_gnu();
        header.set_size(manifest.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(at);
        tar.append_data(&mut header, MANIFEST, manifest.as_slice())?;
        tar.append_path_with_name(&copy, DATABASE)?;
        if let Some(path) = config_file {
            tar.append_path_with_name(path, CONFIG)?;
        }
        if with_keys {
            tar.append_path_with_name(config.secret_path(), KEY)?;
        }
        let pictures = media(&config, &mut tar)?;
        tar.into_inner()?.sync_all()?;
        Ok::<_, std::io::Error>(pictures)
    };
    let done = tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Failure::new(1, error.to_string()))?;
    done.map_err(|error| Failure::new(1, format!("the backup could not be written: {error}")))
}

fn media(config: &Config, tar: &mut tar::Builder<File>) -> std::io::Result<usize> {
    let mut names: Vec<PathBuf> = std::fs::read_dir(config.data_dir.join(MEDIA))?
        .filter_map(|item| Some(item.ok()?.path()))
        .filter(|path| path.is_file())
        .collect();
    names.sort();
    let mut saved = 0;
    for path in names {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        // What is being written at this moment has a name with a # and is not named anywhere yet.
        if name.contains('#') {
            continue;
        }
        tar.append_path_with_name(&path, format!("{MEDIA}/{name}"))?;
        saved += 1;
    }
    Ok(saved)
}
