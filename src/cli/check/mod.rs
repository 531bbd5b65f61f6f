//! `atelier check`: a doctor for a node. Each line says how something is, and what to do about it.

mod health;
mod inside;
mod outside;

use super::say::{Failure, Outcome, say, say_json};
use super::{Place, open};
use crate::base::db::Engine;
use crate::publication::seek;
use clap::Args;
use serde::Serialize;
use serde_json::json;

/// Looks whether everything is in order.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Only ask the process on this machine whether it lives: for containers and watchdogs
    #[arg(long, conflicts_with = "reindex")]
    health: bool,
    /// Have every process make its search index anew, in the background
    #[arg(long)]
    reindex: bool,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mark {
    /// In order.
    Ok,
    /// It works; somebody should look at it.
    Look,
    /// It does not work.
    Fails,
}

/// One line of the report.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Finding {
    state: Mark,
    what: &'static str,
    text: String,
}

/// What the doctor found.
#[derive(Debug, Default)]
pub(super) struct Report {
    findings: Vec<Finding>,
    quiet: bool,
}

impl Report {
    fn add(&mut self, state: Mark, what: &'static str, text: impl Into<String>) {
        let finding = Finding {
            state,
            what,
            text: text.into(),
        };
        if !self.quiet {
            let mark = match state {
                Mark::Ok => "OK   ",
                Mark::Look => "look ",
                Mark::Fails => "FAILS",
            };
            say(format!("{mark}  {:<13} {}", finding.what, finding.text));
        }
        self.findings.push(finding);
    }

    pub(super) fn ok(&mut self, what: &'static str, text: impl Into<String>) {
        self.add(Mark::Ok, what, text);
    }

    pub(super) fn look(&mut self, what: &'static str, text: impl Into<String>) {
        self.add(Mark::Look, what, text);
    }

    pub(super) fn fails(&mut self, what: &'static str, text: impl Into<String>) {
        self.add(Mark::Fails, what, text);
    }

    fn number(&self, state: Mark) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.state == state)
            .count()
    }

    fn end(self, place: &Place) -> Outcome {
        let (look, fails) = (self.number(Mark::Look), self.number(Mark::Fails));
        if place.json {
            say_json(&json!({ "ok": fails == 0, "findings": self.findings }));
        } else {
            say(format!(
                "\n{} in order, {look} to look at, {fails} failing.",
                self.number(Mark::Ok)
            ));
        }
        if fails > 0 {
            return Err(Failure::new(1, ""));
        }
        Ok(())
    }
}

impl Check {
    pub(super) async fn run(self, place: &Place) -> Outcome {
        if self.health {
            return health::ask(place).await;
        }
        if self.reindex {
            let node = open::existing(place).await?;
            seek::reindex(&node).await?;
            node.db.close().await;
            say(
                "Every process with pages makes its search index anew; searching goes on meanwhile.",
            );
            return Ok(());
        }
        examine(place).await
    }
}

async fn examine(place: &Place) -> Outcome {
    let mut report = Report {
        quiet: place.json,
        ..Report::default()
    };
    open::must_exist(&open::nameless(&open::settings(place)?)?)?;
    let config = match open::config(place).await {
        Ok(config) => config,
        Err(failure) => {
            report.fails("configuration", failure.to_string());
            return report.end(place);
        }
    };
    open::log("error", config.log_format)?;
    inside::configuration(&config, &mut report);
    inside::folder(&config, &mut report);
    let node = match open::online(config).await {
        Ok(node) => node,
        Err(failure) => {
            report.fails("opening", failure.to_string());
            return report.end(place);
        }
    };
    let schema_fits = inside::database(&node, &mut report).await?;
    if schema_fits && inside::keys(&node, &mut report).await {
        inside::network(&node, &mut report).await?;
        inside::queue(&node, &mut report).await?;
        inside::hosts(&node, &mut report).await?;
        let runs = health::answers(&node.config.listen).await;
        match &runs {
            Ok(()) => report.ok("process", format!("answers on {}", node.config.listen)),
            Err(why) if node.db.engine == Engine::Postgres => report.look(
                "process",
                format!(
                    "none answers on {} ({why}); it may run on another machine",
                    node.config.listen
                ),
            ),
            Err(why) => report.fails(
                "process",
                format!(
                    "none answers on {} ({why}): start atelier serve",
                    node.config.listen
                ),
            ),
        }
        outside::examine(&node, &mut report).await?;
    }
    node.db.close().await;
    report.end(place)
}
