//! What can be seen from inside: configuration, folder, database, keys, queue.

use super::Report;
use crate::base::clock::{HOUR, MINUTE};
use crate::base::db::Engine;
use crate::base::queue;
use crate::base::{Config, Node, setting};
use crate::cli::say::{Outcome, count, in_words};
use crate::directory::{found, store as directory};
use crate::follow::store as follows;
use crate::trust::key;
use std::os::unix::fs::PermissionsExt as _;

const SPACE_LOW: u64 = 1024 * 1024 * 1024;
const SPACE_OUT: u64 = 200 * 1024 * 1024;
const _: () = assert!(SPACE_OUT < SPACE_LOW);
const HOSTS_SHOWN: usize = 5;

pub(super) fn configuration(config: &Config, report: &mut Report) {
    let what = if config.dev {
        format!("{} (development: http, this machine only)", config.domain)
    } else {
        format!("{}, listening on {}", config.domain, config.listen)
    };
    report.ok("configuration", what);
    if config.dev {
        return;
    }
    if config.trusted_proxies.is_empty() {
        report.look(
            "proxy",
            "trusted_proxies is empty: all visitors seem to come from the proxy and share its limits of sign-in. \
             Name its addresses, for example trusted_proxies = [\"127.0.0.1\", \"::1\"]",
        );
    }
    if !config.allow_addresses.is_empty() {
        report.look(
            "allow_addresses",
            "requests may go to addresses that are not of the public internet: for tests, and for Allies \
             inside one building",
        );
    }
}

pub(super) fn folder(config: &Config, report: &mut Report) {
    let dir = &config.data_dir;
    let trial = dir.join(format!(".check-{}", std::process::id()));
    let wrote = std::fs::write(&trial, b"x").and_then(|()| std::fs::remove_file(&trial));
    if let Err(error) = wrote {
        report.fails(
            "folder",
            format!(
                "cannot write in {}: {error}. Give it to the one who runs atelier (chown)",
                dir.display()
            ),
        );
        return;
    }
    match rustix::fs::statvfs(dir) {
        Ok(space) => {
            let free = space.f_bavail.saturating_mul(space.f_frsize);
            let text = format!("{}: {} MiB free", dir.display(), free / (1024 * 1024));
            if free < SPACE_OUT {
                report.fails(
                    "folder",
                    format!("{text}: the node will soon take in nothing; make room"),
                );
            } else if free < SPACE_LOW {
                report.look("folder", format!("{text}: make room soon"));
            } else {
                report.ok("folder", text);
            }
        }
        Err(error) => report.look(
            "folder",
            format!(
                "{} can be written; how much is free is not known: {error}",
                dir.display()
            ),
        ),
    }
}

/// Whether the database can be worked with.
pub(super) async fn database(node: &Node, report: &mut Report) -> Outcome<bool> {
    let (known, applied) = node.db.migrations().await?;
    let engine = match node.db.engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    if applied < known {
        report.fails(
            "database",
            format!("{engine}, schema {applied} of {known}: run atelier migrate, or restart atelier serve"),
        );
        return Ok(false);
    }
    if applied > known {
        report.fails(
            "database",
            format!("{engine}, written by a newer Atelier (schema {applied}, this one knows {known}): install that version"),
        );
        return Ok(false);
    }
    report.ok("database", format!("{engine}, schema {known}"));
    if let Some(collation) = node.db.foreign_collation().await? {
        report.fails(
            "sorting",
            format!(
                "the database sorts by {collation}: lists differ from those of other nodes. Make one with \
                 createdb --template=template0 --encoding=UTF8 --locale=C and move with pg_dump"
            ),
        );
    }
    Ok(true)
}

/// Whether the key file is the database's.
pub(super) async fn keys(node: &Node, report: &mut Report) -> bool {
    if let Err(error) = found::prepare(node).await {
        report.fails("keys", in_words(&error));
        return false;
    }
    let path = node.config.secret_path();
    let mode = std::fs::metadata(&path).map_or(0, |meta| meta.permissions().mode() & 0o777);
    let print: String = key::fingerprint(node)
        .unwrap_or_default()
        .chars()
        .take(16)
        .collect();
    let text = format!("{} (mode {mode:03o}, fingerprint {print})", path.display());
    if mode & 0o077 == 0 {
        report.ok("keys", text);
    } else {
        report.look("keys", format!("{text}: others may read it; chmod 600"));
    }
    true
}

pub(super) async fn network(node: &Node, report: &mut Report) -> Outcome {
    if setting::in_quarantine(node).await? {
        report.look(
            "quarantine",
            "this node was restored: it sends nothing and takes nothing in until atelier restore --confirm",
        );
    }
    let Some(home) = directory::find_home(node).await? else {
        report.look(
            "network",
            "not founded yet: run atelier init, or open the link that atelier serve prints",
        );
        return Ok(());
    };
    let (members, stewards) = directory::count_members(node).await?;
    let people = count(usize::try_from(members).unwrap_or(0), "member", "members");
    report.ok(
        "network",
        format!(
            "{} ({}), {people}",
            home.network.name,
            home.network.address()
        ),
    );
    if stewards == 0 {
        report.fails(
            "stewards",
            "nobody may run this node: atelier member add NAME --role steward",
        );
    }
    if home.settings.legal_pages_ready() {
        report.ok("legal pages", "written");
    } else if node.config.dev {
        report.ok("legal pages", "not written; in development none are needed");
    } else {
        report.look(
            "legal pages",
            format!("legal notice, privacy and contact must be written before anything is published: {}/settings", node.origin()),
        );
    }
    Ok(())
}

pub(super) async fn queue(node: &Node, report: &mut Report) -> Outcome {
    let depth = queue::depth(node).await?;
    let text = format!(
        "{} waiting, the oldest due for {} s",
        count(
            usize::try_from(depth.jobs + depth.facts).unwrap_or(0),
            "job",
            "jobs"
        ),
        depth.oldest_due / 1000
    );
    if depth.oldest_due > HOUR {
        report.fails(
            "queue",
            format!("{text}: nobody works on it; start atelier serve (or --role worker)"),
        );
    } else if depth.oldest_due > 10 * MINUTE {
        report.look(
            "queue",
            format!("{text}: the workers do not keep up, or none runs"),
        );
    } else {
        report.ok("queue", text);
    }
    if depth.given_up > 0 {
        report.look(
            "given up",
            format!(
                "{} failed two dozen times and rest now; the log says why",
                count(usize::try_from(depth.given_up).unwrap_or(0), "job", "jobs")
            ),
        );
    }
    Ok(())
}

pub(super) async fn hosts(node: &Node, report: &mut Report) -> Outcome {
    let hosts = follows::list_hosts(node).await?;
    let (mut trouble, mut waiting) = (0, 0);
    for host in &hosts {
        waiting += host.waiting;
        if host.failures == 0 {
            continue;
        }
        trouble += 1;
        if trouble <= HOSTS_SHOWN {
            report.look(
                "host",
                format!(
                    "{} failed {} in a row, {} waiting for it: {}",
                    host.name,
                    count(usize::try_from(host.failures).unwrap_or(0), "time", "times"),
                    count(
                        usize::try_from(host.waiting).unwrap_or(0),
                        "delivery is",
                        "deliveries are"
                    ),
                    host.last_error.as_deref().unwrap_or("no reason given")
                ),
            );
        }
    }
    if trouble > HOSTS_SHOWN {
        report.look("host", format!("and {} more", trouble - HOSTS_SHOWN));
    }
    if trouble == 0 {
        report.ok(
            "hosts",
            format!(
                "{} known, none in trouble, {waiting} deliveries waiting",
                hosts.len()
            ),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_written_fails() {
        let dir = tempfile::tempdir().expect("a folder");
        let settings = crate::base::config::Settings {
            domain: Some("a.example".into()),
            data_dir: Some(dir.path().join("nowhere")),
            ..Default::default()
        };
        let config = settings.complete().expect("a configuration");
        let mut report = Report {
            quiet: true,
            ..Report::default()
        };
        folder(&config, &mut report);
        assert_eq!(report.findings[0].state, super::super::Mark::Fails);
        assert!(crate::cli::open::must_exist(&config).is_err());
    }
}
