//! `atelier token`: what programs show instead of a password.

use super::say::{Failure, Outcome, say, say_json, table};
use super::{Place, open};
use crate::base::{Error, clock};
use crate::directory::signin;
use clap::Subcommand;
use serde_json::json;

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a token and print it, alone, this once
    Create {
        /// Whose: name, handle or e-mail address
        #[arg(long, value_name = "NAME")]
        member: String,
        /// What it is for
        #[arg(long, value_name = "TEXT", default_value = "command line")]
        name: String,
    },
    /// Tokens that work
    List {
        /// Only this member's
        #[arg(long, value_name = "NAME")]
        member: Option<String>,
    },
    /// End a token
    Revoke {
        /// Its id, as list shows it
        id: String,
    },
}

impl Command {
    pub(super) async fn run(self, place: &Place) -> Outcome {
        let node = open::existing(place).await?;
        match self {
            Self::Create { member, name } => {
                let member = open::member(&node, &member).await?;
                let token = signin::create_token(&node, &member, &name).await?;
                if place.json {
                    say_json(&json!({ "token": token, "member": member.handle, "name": name }));
                } else {
                    say(token);
                }
            }
            Self::List { member } => {
                let member = match member {
                    Some(word) => Some(open::member(&node, &word).await?),
                    None => None,
                };
                let id = member.as_ref().map(|member| member.id.as_str());
                show(place, &signin::list_tokens(&node, id).await?);
            }
            Self::Revoke { id } => {
                signin::revoke_token(&node, &id, None)
                    .await
                    .map_err(|error| match error {
                        Error::NotFound => Failure::nothing(format!(
                            "no token that works has the id {id}: see atelier token list"
                        )),
                        other => other.into(),
                    })?;
                if place.json {
                    say_json(&json!({ "revoked": id }));
                } else {
                    say(format!("{id} does not work any more."));
                }
            }
        }
        node.db.close().await;
        Ok(())
    }
}

fn show(place: &Place, tokens: &[signin::Token]) {
    let day = |at| clock::rfc3339(at).chars().take(10).collect::<String>();
    if place.json {
        let items: Vec<_> = tokens
            .iter()
            .map(|token| {
                json!({ "id": token.id, "name": token.name, "member": token.member,
                    "created": clock::rfc3339(token.created_at), "last_used": token.last_used_at.map(clock::rfc3339) })
            })
            .collect();
        say_json(&json!({ "items": items }));
        return;
    }
    let rows: Vec<Vec<String>> = tokens
        .iter()
        .map(|token| {
            vec![
                token.id.clone(),
                format!("@{}", token.member),
                token.name.clone(),
                day(token.created_at),
                token.last_used_at.map_or_else(|| "never".to_owned(), day),
            ]
        })
        .collect();
    say(table(&["ID", "MEMBER", "NAME", "MADE", "LAST USED"], &rows));
}
