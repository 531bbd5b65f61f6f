//! `atelier import`: publishes Markdown files with front matter. A file imported twice is published
//! once.

use super::front::{self, File, Usual, Wrong};
use super::say::{Failure, Outcome, count, in_words, issue, note, say, say_json};
use super::{Place, open};
use crate::base::{Error, Millis, Node};
use crate::directory::{Home, Member, store as directory};
use crate::publication::{publish, store};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// Files to publish.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(super) struct Import {
    /// Markdown files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Publish in this member's name, whoever the files name (name, handle or e-mail address)
    #[arg(long = "as", value_name = "MEMBER")]
    writer: Option<String>,
    /// Keep them as drafts of that member, to be looked at before they are published
    #[arg(long)]
    draft: bool,
}

const EXAMPLE: &str = "\
A file begins with what it is, between two lines of three hyphens; its text stands below:

  ---
  kind: experience            or event, paper
  name: A street without cars
  summary: What happened when we closed it for a year.
  author: amina               the handle of a member
  published: 2026-03-12       now, when left out
  language: en
  scope: One street, one school year.
  limits: Not measured in winter.
  ---

  We closed the street ...

Other keys: licence, audience (public, followers, members), those of the kind (territory, period,
results, lessons, sources, website), and for an event start_time, end_time, timezone and location
(name, street, postcode, locality, region, country, latitude, longitude).";

/// What became of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    /// It is published now.
    Published,
    /// It is kept as a draft.
    Kept,
    /// It was there already.
    Held,
}

impl Import {
    pub(super) async fn run(self, place: &Place) -> Outcome {
        let node = open::existing(place).await?;
        let home = open::home(&node).await?;
        let writer = match &self.writer {
            Some(word) => Some(open::member(&node, word).await?),
            None => None,
        };
        let (mut items, mut failed, mut fresh) = (Vec::new(), 0, 0);
        for path in &self.files {
            let shown = path.display().to_string();
            let outcome = match std::fs::read_to_string(path) {
                Ok(text) => one(&node, &home, writer.as_ref(), &text, self.draft).await,
                Err(error) => Err(vec![Wrong {
                    line: 0,
                    text: error.to_string(),
                }]),
            };
            match outcome {
                Ok((done, id, name)) => {
                    fresh += usize::from(done != Done::Held);
                    let word = match done {
                        Done::Published => "published",
                        Done::Kept => "kept as a draft",
                        Done::Held => "there already",
                    };
                    if !place.json {
                        say(format!("{shown}: {word}: {name}"));
                    }
                    items.push(json!({ "file": shown, "outcome": word, "id": id }));
                }
                Err(wrong) => {
                    failed += 1;
                    for fault in &wrong {
                        note(format!("{shown}:{}: {}", fault.line.max(1), fault.text));
                    }
                    let faults: Vec<_> = wrong
                        .iter()
                        .map(|fault| json!({ "line": fault.line, "text": fault.text }))
                        .collect();
                    items.push(json!({ "file": shown, "outcome": "failed", "faults": faults }));
                }
            }
        }
        node.db.close().await;
        if place.json {
            say_json(&json!({ "items": items }));
        }
        if failed > 0 {
            let failed = count(failed, "file was", "files were");
            return Err(Failure::new(
                1,
                format!(
                    "{failed} not taken; {fresh} taken. Mend and import again: what is there already is passed over."
                ),
            ));
        }
        Ok(())
    }
}

/// What files leave out is as the network decided.
pub(super) fn usual(home: &Home) -> Usual {
    Usual {
        language: home.settings.language.clone(),
        licence: home.settings.licence.clone(),
        timezone: home.settings.timezone.clone(),
    }
}

async fn one(
    node: &Node,
    home: &Home,
    writer: Option<&Member>,
    text: &str,
    draft: bool,
) -> Result<(Done, String, String), Vec<Wrong>> {
    let file = front::read(text, &usual(home))?;
    let fault = |line: usize, text: String| vec![Wrong { line, text }];
    let writer = match (writer, &file.author) {
        (Some(writer), _) => writer.clone(),
        (None, Some(handle)) => directory::find_member(node, handle)
            .await
            .map_err(|error| fault(0, in_words(&error)))?
            .ok_or_else(|| {
                fault(
                    file.line("author"),
                    format!("author: no member has the handle {handle}; add one, or import with --as MEMBER"),
                )
            })?,
        (None, None) => {
            return Err(fault(
                1,
                "nobody is named: add a line author: HANDLE, or import with --as MEMBER".into(),
            ));
        }
    };
    let published = file.published.unwrap_or_else(|| node.now());
    if published > node.now() && !draft {
        return Err(fault(
            file.line("published"),
            "published: this day is still to come".into(),
        ));
    }
    let name = file.draft.name.clone();
    match bring_in(node, &writer, &file, published, draft).await {
        Ok((done, id)) => Ok((done, id, name)),
        Err(Error::Invalid(issues)) => Err(file.wrong(&issues, issue)),
        Err(error) => Err(fault(0, in_words(&error))),
    }
}

/// Brings one file in, once: its id follows from what it is.
pub(super) async fn bring_in(
    node: &Node,
    writer: &Member,
    file: &File,
    published: Millis,
    as_draft: bool,
) -> crate::base::Result<(Done, String)> {
    let id = file.id(&writer.id, writer.created_at);
    if store::find(node, &id).await?.is_some() {
        return Ok((Done::Held, id));
    }
    if as_draft {
        file.draft.check_draft().or(())?;
        if store::find_draft(node, &id, &writer.id).await?.is_some() {
            return Ok((Done::Held, id));
        }
    } else {
        file.draft.check().map_err(Error::Invalid)?;
    }
    let mut tx = node.db.write().await?;
    store::save_draft(&mut tx, &id, &writer.id, &file.draft, node.now()).await?;
    tx.commit().await?;
    if as_draft {
        return Ok((Done::Kept, id));
    }
    publish::publish_at(node, writer, Some(&id), file.draft.clone(), published).await?;
    Ok((Done::Published, id))
}
