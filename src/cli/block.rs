//! `atelier block`, `unblock`, `blocks`: hosts that this node does not speak with.

use super::say::{Failure, Outcome, say, say_json, table};
use super::{Place, open};
use crate::base::{Error, clock};
use crate::moderation::{self, store};
use clap::Args;
use serde_json::{Value, json};

/// A host to block, and why.
#[derive(Debug, Args)]
pub(super) struct Add {
    /// The host, or an address of a page or of somebody there; its sub-domains are meant too
    host: String,
    /// Why, for the stewards
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// A host to speak with again.
#[derive(Debug, Args)]
pub(super) struct End {
    /// The host, as `atelier blocks` shows it
    host: String,
}

impl Add {
    pub(super) async fn run(self, place: &Place) -> Outcome {
        let node = open::existing(place).await?;
        let done = moderation::block(&node, &self.host, &self.reason, None).await;
        let (block, effect) = done.map_err(|error| match error {
            Error::Invalid(issues) if issues.of("host") == Some("issue-block-self") => {
                Failure::in_the_way(format!("{} includes this very node", self.host))
            }
            Error::Invalid(issues) if issues.of("host").is_some() => Failure::new(
                2,
                format!(
                    "{} is no host name: give for example evil.example",
                    self.host
                ),
            ),
            Error::Invalid(_) => Failure::new(2, "give a reason: --reason TEXT"),
            other => other.into(),
        })?;
        node.db.close().await;
        if place.json {
            say_json(&json!({ "host": block.host, "reason": block.reason, "effect": effect }));
        } else {
            say(format!(
                "{} and its sub-domains are blocked. Out of sight: {} publication(s); ended: {} follow(s). \
                 What waits for it is not sent any more.",
                block.host, effect.publications, effect.follows
            ));
        }
        Ok(())
    }
}

impl End {
    pub(super) async fn run(self, place: &Place) -> Outcome {
        let node = open::existing(place).await?;
        let done = moderation::unblock(&node, &self.host).await;
        let effect = done.map_err(|error| match error {
            Error::NotFound => {
                Failure::nothing(format!("{} is not blocked: see atelier blocks", self.host))
            }
            other => other.into(),
        })?;
        node.db.close().await;
        if place.json {
            say_json(&json!({ "unblocked": self.host, "effect": effect }));
        } else {
            say(format!(
                "{} is not blocked any more. Back in sight: {} publication(s). Follows stay ended.",
                self.host, effect.publications
            ));
        }
        Ok(())
    }
}

pub(super) async fn list(place: &Place) -> Outcome {
    let node = open::existing(place).await?;
    let blocks = store::list(&node).await?;
    node.db.close().await;
    if place.json {
        let items: Vec<Value> = blocks
            .iter()
            .map(|block| {
                json!({ "host": block.host, "reason": block.reason, "by": block.by, "since": clock::rfc3339(block.at) })
            })
            .collect();
        say_json(&json!({ "items": items }));
        return Ok(());
    }
    if blocks.is_empty() {
        say("This node speaks with everybody.");
        return Ok(());
    }
    let cells: Vec<Vec<String>> = blocks
        .into_iter()
        .map(|block| {
            vec![
                block.host,
                clock::rfc3339(block.at).chars().take(10).collect(),
                block.by.unwrap_or_else(|| "command line".into()),
                block.reason,
            ]
        })
        .collect();
    say(table(&["HOST", "SINCE", "BY", "REASON"], &cells));
    Ok(())
}
