//! Who listens to whom: a network follows another one, and is followed. What was announced by whom,
//! and how far the history of a followed network was read.

pub mod api;
pub mod page;
pub mod store;

use crate::base::{Error, Millis, Node, Result, queue, text};
use crate::directory::{Actor, home, uri};
use serde::{Deserialize, Serialize};

/// The fact that a steward pasted somebody to follow.
pub const FOLLOW_ASKED: &str = "follow_asked";
/// The fact that a follow of ours was ended.
pub const FOLLOW_ENDED: &str = "follow_ended";
/// The fact that a follower was let in or turned away.
pub const FOLLOWER_ANSWERED: &str = "follower_answered";

const TARGET_CHARS_MAX: usize = 500;

/// How a follow stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// What was pasted is being looked up.
    Looking,
    /// The request was sent, and not answered.
    Pending,
    /// They let us in.
    Accepted,
    /// They turned us away.
    Rejected,
    /// Nobody was found there.
    Failed,
}

impl State {
    /// As it is stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Looking => "looking",
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
        }
    }

    /// Reads it.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Looking,
            Self::Pending,
            Self::Accepted,
            Self::Rejected,
            Self::Failed,
        ]
        .into_iter()
        .find(|state| state.code() == code)
    }

    /// The word of the API: what is looked for is still pending there, what was not found is rejected.
    #[must_use]
    pub fn in_api(self) -> &'static str {
        match self {
            Self::Looking | Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected | Self::Failed => "rejected",
        }
    }
}

/// How far a followed network's history was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// How many items were read.
    pub done: i64,
    /// How many there are, as far as they say.
    pub total: Option<i64>,
    /// Whether it goes on.
    pub running: bool,
    /// Whether it stopped before the end.
    pub failed: bool,
}

/// One follow of ours, with all a steward wants to see.
#[derive(Debug, Clone)]
pub struct Following {
    /// Its id.
    pub id: String,
    /// The URI of the Follow.
    pub uri: String,
    /// What was pasted.
    pub target_text: String,
    /// Whom it found.
    pub target: Option<Actor>,
    /// How it stands.
    pub state: State,
    /// Why it failed, in words.
    pub error: Option<String>,
    /// Since when.
    pub created_at: Millis,
    /// How far the history was read.
    pub backfill: Option<Progress>,
    /// When their node last reached us or answered.
    pub last_heard_at: Option<Millis>,
}

/// One follower of ours.
#[derive(Debug, Clone)]
pub struct Follower {
    /// The follow's id.
    pub id: String,
    /// Who follows.
    pub actor: Actor,
    /// How it stands.
    pub state: State,
    /// Since when.
    pub created_at: Millis,
    /// How their node answers.
    pub host: store::HostState,
}

/// Asks to follow whoever a pasted address, handle or page leads to. The looking-up and the sending
/// happen afterwards; what is returned is the follow's id.
///
/// # Errors
/// [`Error::BadRequest`] when the text can be no address.
pub async fn ask(node: &Node, target: &str) -> Result<String> {
    let target = text::plain_line(target, TARGET_CHARS_MAX);
    if !looks_like_target(&target) {
        return Err(Error::BadRequest(
            "paste an address like @loos@factory.example, or the address of their page".into(),
        ));
    }
    let home = home(node).await?;
    if let Some(held) = store::find_by_text(node, &home.network.id, &target).await? {
        return Ok(held);
    }
    let id = node.new_id()?;
    let mut tx = node.db.write().await?;
    store::save_asked(
        &mut tx,
        &id,
        &uri::activity(node, &id),
        &home.network.id,
        &target,
        node.now(),
    )
    .await?;
    queue::push(node, &mut tx, FOLLOW_ASKED, &queue::about(&id)).await?;
    tx.commit().await?;
    Ok(id)
}

fn looks_like_target(text: &str) -> bool {
    if text.starts_with("https://") || text.starts_with("http://") {
        return url::Url::parse(text).is_ok_and(|url| url.host_str().is_some());
    }
    let bare = text.trim_start_matches("acct:").trim_start_matches('@');
    match bare.split_once('@') {
        Some((handle, host)) => {
            !handle.is_empty() && !host.is_empty() && !host.contains(['/', '@', ' '])
        }
        None => bare.contains('.') && !bare.contains([' ', '/']),
    }
}

/// What the end of a follow carries.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ended {
    /// The URI of the Follow.
    pub uri: String,
    /// Who followed, by our actor id.
    pub follower_id: String,
    /// Whom, by our actor id.
    pub target_id: String,
}

/// Ends a follow of ours. What was received stays, and is not added to any more.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn end(node: &Node, id: &str) -> Result<()> {
    let home = home(node).await?;
    let mut tx = node.db.write().await?;
    let ended = store::remove(&mut tx, id, &home.network.id)
        .await?
        .ok_or(Error::NotFound)?;
    if let Some(target_id) = ended.1 {
        let fact = Ended {
            uri: ended.0,
            follower_id: home.network.id.clone(),
            target_id,
        };
        queue::push(node, &mut tx, FOLLOW_ENDED, &fact).await?;
    }
    tx.commit().await
}

/// Finds a follow of ours by its id, by what was pasted, or by the target's address or URI.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn find_mine(node: &Node, word: &str) -> Result<Following> {
    let home = home(node).await?;
    let bare = word.trim_start_matches('@');
    let all = store::list_following(node, &home.network.id).await?;
    all.into_iter()
        .find(|follow| {
            follow.id == word
                || follow.target_text.trim_start_matches('@') == bare
                || follow.target.as_ref().is_some_and(|target| {
                    target.uri == word || target.address().trim_start_matches('@') == bare
                })
        })
        .ok_or(Error::NotFound)
}

/// Lets a follower in, or turns them away.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn answer(node: &Node, id: &str, accepted: bool) -> Result<()> {
    let state = if accepted {
        State::Accepted
    } else {
        State::Rejected
    };
    // Only somebody who follows our network: a follow of ours is theirs to answer.
    let home = home(node).await?;
    let row = store::find(node, id).await?.ok_or(Error::NotFound)?;
    if row.target_id.as_ref() != Some(&home.network.id) {
        return Err(Error::NotFound);
    }
    let mut tx = node.db.write().await?;
    if !store::decide(&mut tx, id, state, node.now()).await? {
        return Err(Error::NotFound);
    }
    queue::push(node, &mut tx, FOLLOWER_ANSWERED, &queue::about(id)).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_any_usual_form_is_understood() {
        for good in [
            "@loos@localhost:8081",
            "loos@a.example",
            "acct:loos@a.example",
            "https://a.example/groups/x",
            "a.example",
        ] {
            assert!(looks_like_target(good), "{good}");
        }
        for bad in ["", "loos", "@", "loos@", "https://", "two words", "@a@b@c"] {
            assert!(!looks_like_target(bad), "{bad}");
        }
    }
}
