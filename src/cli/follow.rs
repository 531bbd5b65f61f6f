//! `atelier follow`, `unfollow`, `following`: whom this node listens to. The command leaves the wish;
//! the process that runs the node carries it out (D27).

use super::say::{Failure, Outcome, say, say_json, table};
use super::{Place, lock, open};
use crate::base::db::Engine;
use crate::base::{Error, Node, clock};
use crate::follow::{self, Following, State, store};
use clap::Args;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const WAIT: Duration = Duration::from_secs(15);
const LOOK_EVERY: Duration = Duration::from_millis(150);

/// Whom to follow, or not any more.
#[derive(Debug, Args)]
pub(super) struct Follow {
    /// @handle@host, or the address of their page
    target: String,
}

impl Follow {
    pub(super) async fn begin(self, place: &Place) -> Outcome {
        let node = open::existing(place).await?;
        open::home(&node).await?;
        let id = follow::ask(&node, &self.target).await?;
        let runs =
            node.db.engine == Engine::Postgres || lock::is_held(&node.config.data_dir, lock::NODE);
        let until = Instant::now() + WAIT;
        let mut row = find(&node, &id).await?;
        while runs && Instant::now() < until && matches!(row.state, State::Looking | State::Pending)
        {
            tokio::time::sleep(LOOK_EVERY).await;
            row = find(&node, &id).await?;
        }
        if place.json {
            say_json(&as_json(&row));
        }
        let text = outcome(&row, runs);
        node.db.close().await;
        match row.state {
            State::Rejected | State::Failed => Err(Failure::new(1, text)),
            _ if place.json => Ok(()),
            _ => {
                say(text);
                Ok(())
            }
        }
    }

    pub(super) async fn end(self, place: &Place) -> Outcome {
        let node = open::existing(place).await?;
        open::home(&node).await?;
        let none = |error| match error {
            Error::NotFound => Failure::nothing(format!(
                "this node does not follow {}: see atelier following",
                self.target
            )),
            other => Failure::from(other),
        };
        let row = follow::find_mine(&node, &self.target).await.map_err(none)?;
        follow::end(&node, &row.id).await?;
        node.db.close().await;
        if place.json {
            say_json(&json!({ "ended": name(&row) }));
        } else {
            say(format!(
                "{} is not followed any more. What was received stays; they are told when the node runs.",
                name(&row)
            ));
        }
        Ok(())
    }
}

async fn find(node: &Node, id: &str) -> Outcome<Following> {
    follow::find_mine(node, id).await.map_err(|error| match error {
        // The target was followed already under another spelling, and the two were made one.
        Error::NotFound => Failure::in_the_way(
            "this network is followed already, or the follow was just ended: see atelier following",
        ),
        other => other.into(),
    })
}

fn name(row: &Following) -> String {
    match &row.target {
        Some(actor) => actor.address(),
        None => row.target_text.clone(),
    }
}

fn outcome(row: &Following, runs: bool) -> String {
    let name = name(row);
    let why = row
        .error
        .as_ref()
        .map(|error| format!(": {error}"))
        .unwrap_or_default();
    match row.state {
        State::Accepted => {
            format!("{name} is followed. What they published is being read; see atelier following.")
        }
        State::Rejected => format!("{name} does not let this network follow{why}"),
        State::Failed => format!("nobody to follow was found at {name}{why}"),
        State::Pending if runs => {
            format!(
                "{name} was asked and has not answered yet: their stewards may decide by hand. See atelier following."
            )
        }
        State::Looking if runs => {
            format!(
                "{name} was not reached yet{why}. The node goes on trying; see atelier following."
            )
        }
        _ => format!("Noted. {name} will be asked as soon as the node runs (atelier serve)."),
    }
}

fn as_json(row: &Following) -> Value {
    json!({
        "id": row.id,
        "target": row.target_text,
        "actor": row.target.as_ref().map(|actor| actor.uri.clone()),
        "handle": row.target.as_ref().map(crate::directory::Actor::address),
        "name": row.target.as_ref().map(|actor| actor.name.clone()),
        "state": row.state.in_api(),
        "error": row.error,
        "backfill": row.backfill.map(|progress| json!({ "done": progress.done, "total": progress.total })),
        "since": clock::rfc3339(row.created_at),
    })
}

pub(super) async fn list(place: &Place) -> Outcome {
    let node = open::existing(place).await?;
    let home = open::home(&node).await?;
    let rows = store::list_following(&node, &home.network.id).await?;
    node.db.close().await;
    if place.json {
        say_json(&json!({ "items": rows.iter().map(as_json).collect::<Vec<_>>() }));
        return Ok(());
    }
    if rows.is_empty() {
        say("This node follows nobody yet: atelier follow @handle@host");
        return Ok(());
    }
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let read = row.backfill.map_or_else(String::new, |p| {
                let total = p.total.map_or_else(|| "?".to_owned(), |n| n.to_string());
                let rest = match (p.running, p.failed) {
                    (true, _) => ", reading",
                    (_, true) => ", stopped",
                    _ => "",
                };
                format!("{}/{total}{rest}", p.done)
            });
            vec![
                name(row),
                row.state.code().to_owned(),
                read,
                row.error.clone().unwrap_or_default(),
            ]
        })
        .collect();
    say(table(&["NETWORK", "STATE", "READ", "REMARK"], &cells));
    Ok(())
}
