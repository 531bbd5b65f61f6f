//! `atelier verify`: what an evidence file proves, and what rests on whose word. It needs nothing but the file:
//! no node, no network, no clock.

use super::Place;
use super::say::{Failure, Outcome, say, say_json};
use crate::publication::evidence::{Broken, FILE_BYTES_MAX, Strength, Used, Verdict, verify};
use clap::Args;
use serde_json::json;
use std::io::Read as _;
use std::path::PathBuf;

/// The exit code of a file that is whole, and holds nothing that its author signed.
const ATTESTED_ONLY: u8 = 5;

const CODES: &str = "\
Exit codes: 0 proven by what its author's node signed; 5 attested by the keeper only;
1 broken or changed; 2 no evidence file; 3 there is no such file.";

/// Which file to check.
#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub(super) struct Verify {
    /// The file, as downloaded from the page of a publication; - reads standard input
    file: PathBuf,
}

impl Verify {
    pub(super) fn run(self, place: &Place) -> Outcome {
        let text = self.read()?;
        let verdict = verify(&text).map_err(|broken| match broken {
            Broken::Unreadable(why) => Failure::usage(why),
            Broken::Tampered(why) => Failure::new(1, format!("BROKEN: {why}")),
        })?;
        if place.json {
            say_json(&json!({ "proven": verdict.strength.is_proven(), "verdict": verdict }));
        } else {
            say(in_words(&verdict));
        }
        if verdict.strength.is_proven() {
            Ok(())
        } else {
            Err(Failure::said(ATTESTED_ONLY))
        }
    }

    fn read(&self) -> Outcome<String> {
        let mut text = String::new();
        let limit = FILE_BYTES_MAX as u64 + 1;
        let name = self.file.display();
        let read = if self.file.as_os_str() == "-" {
            std::io::stdin()
                .lock()
                .take(limit)
                .read_to_string(&mut text)
        } else {
            let file = std::fs::File::open(&self.file).map_err(|error| {
                let text = format!("cannot read {name}: {error}");
                if error.kind() == std::io::ErrorKind::NotFound {
                    Failure::nothing(text)
                } else {
                    Failure::new(1, text)
                }
            })?;
            file.take(limit).read_to_string(&mut text)
        };
        // What is not text is no evidence file.
        read.map_err(|error| Failure::usage(format!("cannot read {name}: {error}")))?;
        Ok(text)
    }
}

fn in_words(verdict: &Verdict) -> String {
    let network = verdict
        .network
        .as_ref()
        .map(|network| format!("\nof       {network}"))
        .unwrap_or_default();
    let keeper = format!("{} ({})", one_line(&verdict.keeper_name), verdict.keeper);
    format!(
        "{}\n\ntext     {}\nname     {}\nby       {}{network}\nreceived {}\n\n{}\nThe file as a whole is signed by {keeper}, on {}.\n\
         That this is its own signature rests on this key being the one it shows at its address:\n  {}",
        headline(verdict),
        verdict.subject,
        one_line(&verdict.name),
        verdict.author,
        verdict.received,
        what_rests_on_whom(verdict, &keeper),
        verdict.made,
        verdict.keeper_key,
    )
}

/// A stranger's name, without what a terminal would obey.
fn one_line(text: &str) -> String {
    crate::base::text::plain_line(text, 200)
}

fn headline(verdict: &Verdict) -> &'static str {
    match (verdict.strength, owner_is_author(verdict)) {
        (Strength::Proof, true) => "PROVEN by the author's own proof.",
        (Strength::Proof, false) => "PROVEN by the network's own proof.",
        (Strength::Signature, true) => "PROVEN by the author's signed request.",
        (Strength::Signature, false) => "PROVEN by a signed request of the author's own node.",
        (Strength::Attested, _) => "ATTESTED only.",
    }
}

fn owner_is_author(verdict: &Verdict) -> bool {
    verdict
        .key
        .as_ref()
        .is_some_and(|key| key.owner == verdict.author)
}

fn what_rests_on_whom(verdict: &Verdict, keeper: &str) -> String {
    match &verdict.key {
        None => format!(
            "Nothing that its author signed is in the file. That these are the author's words is the word of\n\
             {keeper} alone, who had them from the author's node.\n"
        ),
        Some(key) => with_key(key, keeper),
    }
}

fn with_key(key: &Used, keeper: &str) -> String {
    format!(
        "The very words in the file were signed with the key\n  {} ({})\nThat it was the key of {} is the word of {keeper}, who saw it\n\
         there from {} to {}.\n",
        key.id, key.algorithm, key.owner, key.first_seen, key.last_seen,
    )
}
