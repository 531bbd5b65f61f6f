//! `atelier migrate`: brings the database up to date.

use super::say::{Outcome, say, say_json};
use super::{Place, lock, open};
use serde_json::json;

pub(super) async fn run(place: &Place) -> Outcome {
    open::must_exist(&open::nameless(&open::settings(place)?)?)?;
    let config = open::config(place).await?;
    open::log("warn", config.log_format)?;
    let _lock = match open::sqlite_file(&config) {
        Some(_) => Some(lock::take(&config.data_dir, lock::NODE)?),
        None => None,
    };
    let node = open::closed(config).await?;
    let (known, before) = node.db.migrations().await?;
    let snapshot = open::migrate(&node).await?;
    if place.json {
        say_json(
            &json!({ "applied": known.saturating_sub(before), "schema": known, "snapshot": snapshot }),
        );
        return Ok(());
    }
    if before == known {
        say(format!(
            "The database is up to date (schema {known}); nothing was done."
        ));
        return Ok(());
    }
    say(format!(
        "The database went from schema {before} to {known}."
    ));
    if let Some(path) = snapshot {
        say(format!(
            "How it was before is kept in {}: delete it when all is well.",
            path.display()
        ));
    }
    Ok(())
}
