//! `atelier init`: founds the network of a new node with its first steward, asking for what it was
//! not told.

use super::say::{Failure, Outcome, note, say, say_json};
use super::{Place, ask, open};
use crate::base::text;
use crate::directory::found::{self, Founding, NewMember};
use crate::directory::store as directory;
use clap::Args;
use serde_json::json;

/// Founds a network.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The network's handle: small letters, digits and _; permanent
    #[arg(long, value_name = "HANDLE")]
    handle: Option<String>,
    /// The network's name
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// The language of its pages: fr or en
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// The name of the first steward
    #[arg(long, value_name = "NAME")]
    steward: Option<String>,
    /// The steward's e-mail address, to sign in with
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Read the steward's password from standard input
    #[arg(long)]
    password_stdin: bool,
}

impl Init {
    pub(super) async fn run(self, place: &Place) -> Outcome {
        let place = with_domain(place)?;
        let config = open::config(&place).await?;
        open::log("warn", config.log_format)?;
        let node = open::closed(config).await?;
        open::begin(&node).await?;
        if let Some(home) = directory::find_home(&node).await? {
            return Err(Failure::in_the_way(format!(
                "{} is founded already: it is the node of {}",
                node.config.domain, home.network.name
            )));
        }
        let name = ask::line(self.name, "--name", "Name of the network", "")?;
        let handle = ask::line(
            self.handle,
            "--handle",
            "Its handle, permanent (others follow @handle@domain)",
            &text::slug(&name),
        )?;
        let language = ask::line(
            self.language,
            "--language",
            "Language of its pages, fr or en",
            "fr",
        )?;
        let founding = Founding {
            handle,
            name,
            language: language.clone(),
        };
        found::check_founding(&founding).or(())?;
        let steward = NewMember {
            name: ask::line(
                self.steward,
                "--steward",
                "Your name (you are the first steward)",
                "",
            )?,
            handle: String::new(),
            email: ask::line(self.email, "--email", "Your e-mail address", "")?,
            password: ask::password(self.password_stdin)?,
            language,
        };
        let network = founding.name.clone();
        let steward = found::found(&node, founding, steward).await?;
        let home = open::home(&node).await?;
        if place.json {
            say_json(
                &json!({ "network": home.network.uri, "address": home.network.address(),
                "steward": steward.handle, "domain": node.config.domain }),
            );
        } else {
            say(format!(
                "{network} is founded: {}, steward {} <{}>.\nNext: atelier serve, then open {}/",
                home.network.address(),
                steward.name,
                steward.email,
                node.origin()
            ));
        }
        node.db.close().await;
        Ok(())
    }
}

/// The domain is asked first, since it can never be changed.
fn with_domain(place: &Place) -> Outcome<Place> {
    let settings = open::settings(place)?;
    let mut place = place.clone();
    let dev = settings.dev.unwrap_or(false);
    if settings.domain.is_none() && !dev && ask::can_ask() {
        note(
            "The domain of a node is permanent: it becomes part of the address of everything you publish.\n\
             A sub-domain made for this is best, for example factory.your-network.org.",
        );
        place.domain = Some(ask::line(None, "--domain", "Domain", "")?);
    }
    Ok(place)
}
