//! What happens in the demonstration: three networks are founded, two publish, all follow each other
//! over the network, and what is published then arrives by itself.

use super::cast::{CAST, PASSWORD, Part};
use crate::base::clock::{DAY, Millis};
use crate::base::{Node, queue, setting};
use crate::cli::front;
use crate::cli::import::{Done, bring_in, usual};
use crate::cli::open;
use crate::cli::say::{Failure, Outcome, count, note, say};
use crate::directory::found::{self, Founding, NewMember};
use crate::directory::{NetworkSettings, Role, Viewer, home, store as directory};
use crate::follow::{self, State, store as follows};
use crate::publication::store::{self, Filter};
use std::time::{Duration, Instant};

/// The setting of a node whose story was told to the end.
const TOLD: &str = "demo_told";
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Who follows whom, by their places in the cast.
const FOLLOWS: [(usize, usize); 4] = [(0, 1), (0, 2), (1, 2), (2, 1)];

/// Tells the story, or the rest of it.
pub(super) async fn tell(nodes: &[Node]) -> Outcome {
    let mut told = 0;
    for node in nodes {
        told += usize::from(setting::get(node, TOLD).await?.is_some());
    }
    if told == nodes.len() {
        say("Everything is there from the last time; nothing is loaded again.");
        return Ok(());
    }
    let founding: Vec<_> = nodes
        .iter()
        .zip(&CAST)
        .map(|(node, part)| tokio::spawn(found_network(node.clone(), part)))
        .collect();
    for task in founding {
        task.await
            .map_err(|error| Failure::new(1, error.to_string()))??;
    }
    for (node, part) in nodes.iter().zip(&CAST) {
        let number = publish(node, part.before, newest()).await?;
        let published = match number {
            0 => "no publication of its own: it listens".to_owned(),
            _ => count(number, "publication", "publications"),
        };
        say(format!(
            "{:<10} {} is founded, with {published}",
            part.handle, part.name
        ));
    }
    for (from, to) in FOLLOWS {
        let address = format!("@{}@{}", CAST[to].handle, nodes[to].config.domain);
        follow::ask(&nodes[from], &address).await?;
    }
    for (from, to) in FOLLOWS {
        follow_settles(nodes, from, to).await?;
    }
    push_the_rest(nodes).await?;
    for node in nodes {
        quiet(node).await?;
        let mut tx = node.db.write().await?;
        setting::set(&mut tx, TOLD, "1").await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn found_network(node: Node, part: &'static Part) -> Outcome {
    let person = |(handle, name): (&str, &str), email: String| NewMember {
        name: name.to_owned(),
        handle: handle.to_owned(),
        email,
        password: PASSWORD.to_owned(),
        language: part.language.to_owned(),
    };
    if directory::find_home(&node).await?.is_none() {
        let founding = Founding {
            handle: part.handle.to_owned(),
            name: part.name.to_owned(),
            language: part.language.to_owned(),
        };
        let steward = person(part.steward, part.email("steward"));
        found::found(&node, founding, steward).await?;
        let (legal, privacy, contact) = law(part.language);
        let settings = NetworkSettings {
            language: part.language.to_owned(),
            tagline: part.tagline.to_owned(),
            legal: legal.to_owned(),
            privacy: privacy.to_owned(),
            contact: contact.to_owned(),
            ..NetworkSettings::default()
        };
        found::decide(&node, &settings).await?;
        let network = home(&node).await?.network.clone();
        found::present(&node, &network, part.name, part.summary).await?;
    }
    for &(handle, name) in part.members {
        if directory::find_local_actor(&node, handle).await?.is_none() {
            let new = person((handle, name), part.email(handle));
            found::add_member(&node, new, Role::Member).await?;
        }
    }
    Ok(())
}

fn law(language: &str) -> (&'static str, &'static str, &'static str) {
    if language == "fr" {
        (
            "Ce nœud est une démonstration sur une seule machine ; personne ne l’édite.",
            "Rien de ce qui est écrit ici ne quitte cette machine.",
            "Personne ne répond : ce réseau est inventé.",
        )
    } else {
        (
            "This node is a demonstration on one machine; nobody publishes it.",
            "Nothing written here leaves this machine.",
            "Nobody answers: this network is invented.",
        )
    }
}

/// The newest day among the samples: where the clock is behind it, all of them move back together.
fn newest() -> Millis {
    let any = front::Usual {
        language: "en".into(),
        licence: String::new(),
        timezone: "Europe/Paris".into(),
    };
    CAST.iter()
        .flat_map(|part| part.before.iter().chain(part.after))
        .filter_map(|text| front::read(text, &any).ok()?.published)
        .max()
        .unwrap_or(0)
}

/// Publishes samples that are not there yet, by the same way as `atelier import`.
async fn publish(node: &Node, texts: &[&str], newest: Millis) -> Outcome<usize> {
    let home = open::home(node).await?;
    let back = if newest > node.now() {
        newest - node.now() + DAY
    } else {
        0
    };
    let mut published_now = 0;
    for text in texts {
        let file = front::read(text, &usual(&home))
            .map_err(|wrong| Failure::new(1, format!("a sample is not right: {wrong:?}")))?;
        let author = file.author.clone().unwrap_or_default();
        let author = open::member(node, &author).await?;
        let published = file.published.unwrap_or_else(|| node.now()) - back;
        let (done, _) = bring_in(node, &author, &file, published, false).await?;
        // What was there before an interruption counts too: it is published.
        published_now += usize::from(done != Done::Kept);
    }
    Ok(published_now)
}

/// Waits for something, for a minute at most. `false` when it did not come.
async fn comes<F>(mut is_there: impl FnMut() -> F) -> Outcome<bool>
where
    F: Future<Output = Outcome<bool>>,
{
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if is_there().await? {
            return Ok(true);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(false)
}

async fn follow_settles(nodes: &[Node], from: usize, to: usize) -> Outcome {
    let (node, whom) = (&nodes[from], &CAST[to]);
    let find = async || -> Outcome<Option<follow::Following>> {
        let home = home(node).await?;
        let all = follows::list_following(node, &home.network.id).await?;
        let host = &nodes[to].config.domain;
        Ok(all
            .into_iter()
            .find(|row| row.target_text.ends_with(host.as_str())))
    };
    let settled = comes(async || {
        Ok(find().await?.is_some_and(|row| {
            matches!(row.state, State::Rejected | State::Failed)
                || row.state == State::Accepted && row.backfill.is_some_and(|read| !read.running)
        }))
    })
    .await?;
    let row = find().await?;
    let state = row.as_ref().map_or("missing", |row| row.state.code());
    let read = row
        .as_ref()
        .and_then(|row| row.backfill)
        .map_or_else(String::new, |read| {
            let total = read.total.unwrap_or(read.done);
            format!(", {} of {total} publications read", read.done)
        });
    say(format!(
        "{:<10} follows {}: {state}{read}",
        CAST[from].handle, whom.handle
    ));
    if !settled {
        let why = row.and_then(|row| row.error).unwrap_or_default();
        note(format!(
            "           this takes longer than a minute; it goes on in the background. {why}"
        ));
    }
    Ok(())
}

/// How many publications of a network another node holds.
async fn held(node: &Node, network: &str) -> Outcome<usize> {
    let Some(actor) = directory::find_actor_by_uri(node, network).await? else {
        return Ok(0);
    };
    let filter = Filter {
        network: Some(actor.id),
        ..Filter::default()
    };
    let counts = store::count(node, &Viewer::stranger(), &filter).await?;
    let sum: i64 = counts.iter().map(|(_, number)| number).sum();
    Ok(usize::try_from(sum).unwrap_or(0))
}

/// The rest is published now that others listen: it is pushed to them, not fetched.
async fn push_the_rest(nodes: &[Node]) -> Outcome {
    let started = Instant::now();
    for (node, part) in nodes.iter().zip(&CAST) {
        let number = publish(node, part.after, newest()).await?;
        if number > 0 {
            let more = count(number, "more publication", "more publications");
            say(format!(
                "{:<10} publishes {more}, now that others listen",
                part.handle
            ));
        }
    }
    for (from, to) in FOLLOWS {
        let network = home(&nodes[to]).await?.network.uri.clone();
        let all = CAST[to].before.len() + CAST[to].after.len();
        let here = comes(async || Ok(held(&nodes[from], &network).await? >= all)).await?;
        let number = held(&nodes[from], &network).await?;
        let time = if here {
            format!(", after {} ms", started.elapsed().as_millis())
        } else {
            " so far; the rest comes in the background".to_owned()
        };
        say(format!(
            "{:<10} holds {number} of {all} of {}{time}",
            CAST[from].handle, CAST[to].handle
        ));
    }
    Ok(())
}

/// Waits until a node owes nothing to anybody.
async fn quiet(node: &Node) -> Outcome {
    comes(async || {
        let depth = queue::depth(node).await?;
        let hosts = follows::list_hosts(node).await?;
        let owed: i64 = hosts.iter().map(|host| host.waiting).sum();
        Ok(depth.facts + owed == 0 && depth.oldest_due == 0)
    })
    .await?;
    Ok(())
}

/// What to open, and how to come in.
pub(super) fn invite(nodes: &[Node], took: Duration) {
    let mut out = format!(
        "\nReady after {}.{} s. Open\n\n",
        took.as_secs(),
        took.subsec_millis() / 100
    );
    for (node, part) in nodes.iter().zip(&CAST) {
        let what = if part.before.is_empty() {
            "the crossroads: what both networks publish, each with its name"
        } else {
            "a network"
        };
        let line = format!("  {}/  {} ({what})\n", node.origin(), part.name);
        out.push_str(&line);
    }
    out.push_str("\nSign in there, for example at ");
    out.push_str(&format!("{}/sign-in, as\n\n", nodes[1].origin()));
    for part in &CAST {
        out.push_str(&format!("  {:<28} steward\n", part.email("steward")));
        for (handle, _) in part.members {
            out.push_str(&format!("  {:<28} member\n", part.email(handle)));
        }
    }
    out.push_str(&format!(
        "\neverybody with the password  {PASSWORD}\n\nPublish something on one node and look at another: it is there within \
         a second.\nCtrl-C ends the demonstration."
    ));
    say(out);
}
