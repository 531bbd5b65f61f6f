//! `atelier restore`: brings a saved node back. It wakes in quarantine, so that an old state never
//! overwrites what others have learned since, and two copies never speak at once.

use super::backup::{CONFIG, DATABASE, FORMAT, KEY, MANIFEST, MEDIA, Manifest};
use super::say::{Failure, Outcome, say, say_json};
use super::{Place, lock, open};
use crate::base::{Db, setting};
use clap::Args;
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

const PARTIAL: &str = "restore.partial";
const MANIFEST_BYTES_MAX: u64 = 64 * 1024;

/// Brings a node back.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The file that atelier backup wrote
    #[arg(required_unless_present = "confirm", conflicts_with = "confirm")]
    file: Option<PathBuf>,
    /// End the quarantine of a restored node: it speaks and listens again
    #[arg(long)]
    confirm: bool,
}

impl Restore {
    pub(super) async fn run(self, place: &Place) -> Outcome {
        match self.file {
            Some(file) => restore(place, &file).await,
            None => confirm(place).await,
        }
    }
}

async fn confirm(place: &Place) -> Outcome {
    let node = open::existing(place).await?;
    if !setting::in_quarantine(&node).await? {
        return Err(Failure::in_the_way(
            "this node is not in quarantine: there is nothing to confirm",
        ));
    }
    let mut tx = node.db.write().await?;
    setting::set(&mut tx, setting::QUARANTINE, "0").await?;
    tx.commit().await?;
    node.db.close().await;
    if place.json {
        say_json(&json!({ "quarantine": false }));
    } else {
        say(
            "The quarantine has ended: what waited is sent as soon as the node runs, and it takes in what others send.\n\
             What it missed since the backup comes by itself: it reads again what the networks it follows published.",
        );
    }
    Ok(())
}

async fn restore(place: &Place, file: &Path) -> Outcome {
    let settings = open::settings(place)?;
    if settings
        .database_url
        .as_ref()
        .is_some_and(|url| !url.starts_with("sqlite:"))
    {
        return Err(Failure::in_the_way(
            "this node is set to PostgreSQL: bring the database back with pg_restore",
        ));
    }
    let dir = settings.data_dir.clone().unwrap_or_else(|| "./data".into());
    let _lock = lock::take(&dir, lock::NODE)?;
    must_be_empty(&dir)?;
    let partial = dir.join(PARTIAL);
    let _ = std::fs::remove_dir_all(&partial);
    let outcome = unpack_and_check(file, &partial).await;
    let manifest = match outcome {
        Ok(manifest) => manifest,
        Err(failure) => {
            let _ = std::fs::remove_dir_all(&partial);
            return Err(failure);
        }
    };
    for item in std::fs::read_dir(&partial)? {
        let item = item?;
        let to = dir.join(item.file_name());
        // A configuration that stands there already was put there by hand: it stays.
        let own_config = item.file_name() == CONFIG && to.exists();
        if to.is_dir() {
            std::fs::remove_dir(&to)?;
        }
        if !own_config {
            std::fs::rename(item.path(), to)?;
        }
    }
    std::fs::remove_dir_all(&partial)?;
    tell(place, &manifest, &dir);
    Ok(())
}

fn must_be_empty(dir: &Path) -> Outcome {
    for item in std::fs::read_dir(dir)? {
        let path = item?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let own = [lock::NODE, lock::PAGES, PARTIAL, CONFIG].contains(&name.as_str());
        let empty = path.is_dir() && std::fs::read_dir(&path)?.next().is_none();
        if !own && !empty {
            return Err(Failure::in_the_way(format!(
                "{} is not empty ({name} is there), and nothing is overwritten: restore into an empty folder with --data-dir",
                dir.display()
            )));
        }
    }
    Ok(())
}

async fn unpack_and_check(file: &Path, into: &Path) -> Outcome<Manifest> {
    let (from, to) = (file.to_owned(), into.to_owned());
    let shown = file.display().to_string();
    let manifest = tokio::task::spawn_blocking(move || unpack(&from, &to))
        .await
        .map_err(|error| Failure::new(1, error.to_string()))?
        .map_err(|error| Failure::new(1, format!("{shown}: {error}")))?;
    if manifest.format > FORMAT {
        return Err(Failure::in_the_way(format!(
            "{shown} was made by Atelier {}, which is newer: install that version",
            manifest.version
        )));
    }
    let path = into.join(DATABASE);
    if !path.exists() {
        return Err(Failure::new(1, format!("{shown} holds no database")));
    }
    let db = Db::open(&format!("sqlite://{}?mode=rw", path.display())).await?;
    let held = setting::get_from(&db, "domain").await?;
    if held.as_ref() != Some(&manifest.domain) {
        return Err(Failure::new(
            1,
            format!(
                "{shown} is damaged: its database is not that of {}",
                manifest.domain
            ),
        ));
    }
    let mut tx = db.write().await?;
    setting::set(&mut tx, setting::QUARANTINE, "1").await?;
    tx.commit().await?;
    db.checkpoint().await?;
    db.close().await;
    for rest in ["atelier.db-wal", "atelier.db-shm"] {
        let _ = std::fs::remove_file(into.join(rest));
    }
    Ok(manifest)
}

/// Where a name of the archive goes, if it is one that a backup has.
fn place_of(name: &Path) -> Option<PathBuf> {
    let text = name.to_str()?;
    if [MANIFEST, DATABASE, CONFIG, KEY].contains(&text) {
        return Some(text.into());
    }
    let file = text.strip_prefix(MEDIA)?.strip_prefix('/')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '.';
    (!file.is_empty() && file.chars().all(plain) && !file.starts_with('.')).then(|| text.into())
}

fn unpack(file: &Path, into: &Path) -> std::io::Result<Manifest> {
    let bad = |text: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, text.to_owned());
    std::fs::create_dir_all(into.join(MEDIA))?;
    let mut archive = tar::Archive::new(File::open(file)?);
    let mut manifest = None;
    for entry in archive.entries()? {
        let mut entry = entry?;
        let name = entry.path()?.into_owned();
        let place = place_of(&name)
            .filter(|_| entry.header().entry_type().is_file())
            .ok_or_else(|| bad(&format!("{} has no place in a backup", name.display())))?;
        if place.as_os_str() == MANIFEST {
            let mut text = String::new();
            (&mut entry)
                .take(MANIFEST_BYTES_MAX)
                .read_to_string(&mut text)?;
            manifest = Some(serde_json::from_str(&text)?);
            continue;
        }
        let mut out = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(into.join(&place))?;
        std::io::copy(&mut entry, &mut out)?;
        out.sync_all()?;
    }
    manifest.ok_or_else(|| bad("this is no backup of a node: it has no manifest"))
}

fn tell(place: &Place, manifest: &Manifest, dir: &Path) {
    if place.json {
        say_json(
            &json!({ "domain": manifest.domain, "saved_at": manifest.at, "version": manifest.version,
            "with_keys": manifest.with_keys, "data_dir": dir, "quarantine": true }),
        );
        return;
    }
    say(format!(
        "{} is back in {}, as it was at {}.\n",
        manifest.domain,
        dir.display(),
        manifest.at
    ));
    if !manifest.with_keys {
        say(format!(
            "1. Put the key file of this node back as {} (mode 0600): without it the node does not start.",
            dir.join(KEY).display()
        ));
    }
    say(
        "It is in quarantine. Started with atelier serve, it shows its pages, sends nothing, and answers others\n\
         that they should come again later. What it owed at the time of the backup stays waiting; some of it was\n\
         sent since, and those who hold it already will notice.\n\n\
         When you have looked around, and no other copy of this node runs anywhere: atelier restore --confirm",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_backup_has_is_unpacked() {
        for good in [
            "manifest.json",
            "atelier.db",
            "secret.key",
            "media/ab12.thumb.jpg",
        ] {
            assert!(place_of(Path::new(good)).is_some(), "{good}");
        }
        for bad in [
            "/etc/passwd",
            "../x",
            "media/../x",
            "media/a/b",
            "media/.x",
            "other",
            "media/",
            "mediax",
        ] {
            assert!(place_of(Path::new(bad)).is_none(), "{bad}");
        }
    }
}
