//! One process at a time holds a data folder: the system takes the lock back however the process
//! ends (D27).

use super::say::{Failure, Outcome};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

/// Held by whoever works with a data folder alone.
pub(super) const NODE: &str = "atelier.lock";
/// Held by a process with pages when the database is PostgreSQL: its search index is in the folder.
pub(super) const PAGES: &str = "pages.lock";

/// A lock, until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

fn open(dir: &Path, name: &str) -> std::io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(dir.join(name))
}

/// Takes a lock in a data folder, making the folder if need be.
pub(super) fn take(dir: &Path, name: &str) -> Outcome<Lock> {
    let refused = |error: &dyn std::fmt::Display| {
        Failure::new(1, format!("cannot lock {}: {error}", dir.display()))
    };
    std::fs::create_dir_all(dir).map_err(|error| refused(&error))?;
    let mut file = open(dir, name).map_err(|error| refused(&error))?;
    match file.try_lock() {
        Ok(()) => {
            // Only a hint for people: the lock is the system's, not what is written here.
            let _ = file
                .set_len(0)
                .and_then(|()| writeln!(file, "{}", std::process::id()));
            Ok(Lock { _file: file })
        }
        Err(TryLockError::WouldBlock) => Err(busy(dir, name, &mut file)),
        Err(TryLockError::Error(error)) => Err(refused(&error)),
    }
}

fn busy(dir: &Path, name: &str, file: &mut File) -> Failure {
    let mut held = String::new();
    let _ = file.rewind().and_then(|()| file.read_to_string(&mut held));
    let who = match held.trim() {
        "" => "another process".to_owned(),
        pid => format!("process {pid}"),
    };
    let place = dir.display();
    Failure::in_the_way(if name == PAGES {
        format!(
            "{who} shows pages from the data folder {place}, where its search index is: \
             give this one a --data-dir of its own, with the same key file (ATELIER_SECRET_KEY_FILE)"
        )
    } else {
        format!(
            "{who} works with the data folder {place}: a node on SQLite runs in one process. \
             Stop the other one first (several processes can share a node on PostgreSQL)"
        )
    })
}

/// Whether somebody holds a lock of this folder.
pub(super) fn is_held(dir: &Path, name: &str) -> bool {
    if !dir.join(name).exists() {
        return false;
    }
    open(dir, name).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_one_is_told_who_is_there() {
        let dir = tempfile::tempdir().expect("a folder");
        assert!(!is_held(dir.path(), NODE));
        let first = take(dir.path(), NODE).expect("free");
        assert!(is_held(dir.path(), NODE));
        let failure = take(dir.path(), NODE).expect_err("held");
        assert_eq!(failure.code, 4);
        let me = format!("process {}", std::process::id());
        assert!(failure.to_string().contains(&me), "{failure}");
        drop(first);
        take(dir.path(), NODE).expect("free again");
    }
}
