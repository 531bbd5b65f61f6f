//! `atelier member`: the people who sign in on this node.

use super::say::{Failure, Outcome, say, say_json, table};
use super::{Place, ask, open};
use crate::base::listing::Cursor;
use crate::base::{Node, clock};
use crate::directory::found::{self, NewMember};
use crate::directory::{Member, Role, signin, store as directory};
use clap::{Subcommand, ValueEnum};
use serde_json::json;

const PAGE: usize = 200;

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RoleWord {
    /// Writes and publishes their own
    Member,
    /// Edits and withdraws what anybody of the network published
    Editor,
    /// Runs the node: members, follows, settings
    Steward,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Member => Self::Member,
            RoleWord::Editor => Self::Editor,
            RoleWord::Steward => Self::Steward,
        }
    }
}

/// What to do with members.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Welcome a member
    Add {
        /// Their name, as others see it
        name: String,
        /// Their e-mail address, to sign in with
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
        /// What they may do
        #[arg(long, value_enum, default_value = "member")]
        role: RoleWord,
        /// Their handle, permanent; made from the name when left out
        #[arg(long, value_name = "HANDLE")]
        handle: Option<String>,
        /// The language of their pages: fr or en
        #[arg(long, value_name = "CODE")]
        language: Option<String>,
        /// Read their password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// All members
    List,
    /// Change what a member may do
    Role {
        /// Name, handle or e-mail address
        member: String,
        /// What they may do from now on
        role: RoleWord,
    },
    /// Give a member a new password; their sessions and tokens end
    Password {
        /// Name, handle or e-mail address
        member: String,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// End a membership; what the member published stays, under their name
    Remove {
        /// Name, handle or e-mail address
        member: String,
        /// Do not ask again
        #[arg(long)]
        yes: bool,
    },
}

impl Command {
    pub(super) async fn run(self, place: &Place) -> Outcome {
        let node = open::existing(place).await?;
        match self {
            Self::Add {
                name,
                email,
                role,
                handle,
                language,
                password_stdin,
            } => {
                let home = open::home(&node).await?;
                let new = NewMember {
                    email: ask::line(email, "--email", "Their e-mail address", "")?,
                    handle: handle.unwrap_or_default(),
                    language: language.unwrap_or_else(|| home.settings.language.clone()),
                    password: ask::password(password_stdin)?,
                    name,
                };
                let member = found::add_member(&node, new, role.into()).await?;
                tell(place, &member, "is a member now");
            }
            Self::List => list(&node, place).await?,
            Self::Role { member, role } => {
                let member = open::member(&node, &member).await?;
                found::change_role(&node, &member, role.into()).await?;
                let changed = Member {
                    role: role.into(),
                    ..member
                };
                tell(place, &changed, "has a new role");
            }
            Self::Password {
                member,
                password_stdin,
            } => {
                let member = open::member(&node, &member).await?;
                signin::set_password(&node, &member.id, &ask::password(password_stdin)?).await?;
                tell(
                    place,
                    &member,
                    "has a new password; their sessions and tokens have ended",
                );
            }
            Self::Remove { member, yes } => {
                let member = open::member(&node, &member).await?;
                if !yes && !ask::yes(&format!("End the membership of {}?", member.name))? {
                    return Err(Failure::new(1, "nothing was changed"));
                }
                found::remove_member(&node, &member).await?;
                tell(
                    place,
                    &member,
                    "is no member any more; what they published stays",
                );
            }
        }
        node.db.close().await;
        Ok(())
    }
}

fn as_json(member: &Member) -> serde_json::Value {
    json!({ "id": member.id, "name": member.name, "handle": member.handle, "email": member.email,
            "role": member.role.code(), "language": member.language, "since": clock::rfc3339(member.created_at) })
}

fn tell(place: &Place, member: &Member, what: &str) {
    if place.json {
        say_json(&as_json(member));
    } else {
        say(format!(
            "{} (@{}, {}) {what}.",
            member.name,
            member.handle,
            member.role.code()
        ));
    }
}

async fn list(node: &Node, place: &Place) -> Outcome {
    let mut members = Vec::new();
    let mut cursor = Some(Cursor::newest());
    while let Some(from) = cursor {
        let page = directory::list_members(node, &from, PAGE).await?;
        members.extend(page.items);
        cursor = page.next;
    }
    members.reverse();
    if place.json {
        say_json(&json!({ "items": members.iter().map(as_json).collect::<Vec<_>>() }));
        return Ok(());
    }
    let rows: Vec<Vec<String>> = members
        .into_iter()
        .map(|member| {
            let since = clock::rfc3339(member.created_at).chars().take(10).collect();
            let handle = format!("@{}", member.handle);
            vec![
                handle,
                member.name,
                member.role.code().to_owned(),
                member.email,
                since,
            ]
        })
        .collect();
    say(table(&["HANDLE", "NAME", "ROLE", "E-MAIL", "SINCE"], &rows));
    Ok(())
}
