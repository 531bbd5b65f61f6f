//! Looking again, on the spot: does the evidence that is kept still hold, and does the publication's own node
//! still say the same? Nothing is lost by looking; what is newer there is taken in as ever.

use crate::base::clock::MINUTE;
use crate::base::{Error, Millis, Node, Result};
use crate::federation::actor::{at_its_own_address, read_signed};
use crate::federation::document::{self, Incoming, type_of};
use crate::federation::receive::{self, Arrived, Came, Why};
use crate::publication::evidence::{Strength, Verdict, verify};
use crate::publication::store::{self as publications, save_check};
use crate::publication::{Audience, Publication, Text};
use crate::trust::Budget;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

/// Another node is not asked about one publication more often than this, whoever looks.
const ASK_EVERY: Millis = MINUTE;
const ASKING_MAX: usize = 4;

/// What a publication's own node says of it now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// The same words.
    Same,
    /// Newer words: they were taken in.
    Newer,
    /// Other words, without saying that they are newer: ours stay.
    Different,
    /// That it was taken away.
    Gone,
    /// That there is nothing at its address, or nothing for us.
    Missing,
    /// Nothing: it did not answer, or not with something that can be believed.
    Silent,
}

/// What came of looking again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// When.
    pub at: Millis,
    /// What the evidence that is kept proves; nothing when it does not hold.
    pub evidence: Option<Strength>,
    /// The key that proves it.
    pub key: Option<String>,
    /// What its own node said.
    pub answer: Answer,
}

struct Asking(Semaphore);

impl Default for Asking {
    fn default() -> Self {
        Self(Semaphore::new(ASKING_MAX))
    }
}

/// What came of looking the last time, if anybody did since this text was received.
///
/// # Errors
/// When the database refuses.
pub async fn last(node: &Node, publication: &Publication) -> Result<Option<Checked>> {
    let held = publications::find_check(node, &publication.id).await?;
    Ok(held.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Looks again: the evidence, then its own node, with one small budget. What somebody saw a moment ago is
/// given as it was.
///
/// # Errors
/// [`Error::NotFound`] for what was written here, [`Error::Unavailable`] when many look at once.
pub async fn check(node: &Node, publication: &Publication) -> Result<Checked> {
    if publication.local {
        return Err(Error::NotFound);
    }
    if let Some(last) = last(node, publication).await?
        && node.now() - last.at < ASK_EVERY
    {
        return Ok(last);
    }
    let asking = node.part::<Asking>();
    let _place = asking.0.try_acquire().map_err(|_| Error::Unavailable {
        reason: "many look again at this moment".into(),
        retry_after_seconds: 5,
    })?;
    let answer = ask(node, publication).await?;
    let verdict = prove(node, publication).await?;
    let checked = Checked {
        at: node.now(),
        evidence: verdict.as_ref().map(|verdict| verdict.strength),
        key: verdict.and_then(|verdict| verdict.key).map(|key| key.id),
        answer,
    };
    let mut tx = node.db.write().await?;
    let text = serde_json::to_string(&checked)?;
    save_check(&mut tx, &publication.id, &text, checked.at).await?;
    tx.commit().await?;
    Ok(checked)
}

/// What the evidence that is kept proves, by the very function that a stranger uses on the file.
async fn prove(node: &Node, publication: &Publication) -> Result<Option<Verdict>> {
    let file = super::file(node, publication).await?.to_string();
    Ok(match verify(&file) {
        Ok(verdict) => Some(verdict),
        Err(broken) => {
            tracing::warn!(publication = %publication.uri, %broken, "evidence does not hold");
            None
        }
    })
}

async fn ask(node: &Node, publication: &Publication) -> Result<Answer> {
    let budget = Budget::small(node);
    let read = async {
        let fetched = read_signed(node, &publication.uri, &budget).await?;
        at_its_own_address(node, fetched, &budget).await
    };
    let fetched = match read.await {
        Ok(fetched) if type_of(&fetched.value) == Some("Tombstone") => return Ok(Answer::Gone),
        Ok(fetched) => fetched,
        Err(Error::Gone) => return Ok(Answer::Gone),
        Err(Error::NotFound) => return Ok(Answer::Missing),
        Err(_) => return Ok(Answer::Silent),
    };
    let incoming = match document::read(&fetched.value) {
        Ok(Some(incoming)) if incoming.id == publication.uri => incoming,
        _ => return Ok(Answer::Silent),
    };
    if says_the_same(&incoming, publication) {
        return Ok(Answer::Same);
    }
    let why = if publication.audience == Audience::Public {
        Why::Vouched
    } else {
        Why::Followed
    };
    let arrived = Arrived {
        object: &fetched.value,
        raw: &fetched.raw,
        by: None,
        came: Came::At(&fetched.url),
        around: None,
        why,
    };
    Ok(match receive::take(node, arrived, &budget).await {
        Ok(Some(_)) => Answer::Newer,
        Ok(None) => Answer::Different,
        Err(error @ (Error::Unavailable { .. } | Error::Internal(_))) => return Err(error),
        Err(_) => Answer::Silent,
    })
}

/// Whether all that we show of a publication stands in what was read: documents also hold what changes by
/// itself, as counts do.
fn says_the_same(incoming: &Incoming, held: &Publication) -> bool {
    let sorted = |texts: &[Text]| {
        let mut texts = texts.to_vec();
        texts.sort_by(|a, b| a.language.cmp(&b.language));
        texts
    };
    sorted(&incoming.texts) == sorted(&held.texts)
        && incoming.licence == held.licence
        && (incoming.start_time, incoming.end_time) == (held.start_time, held.end_time)
        && incoming.place == held.place
        && incoming.picture == held.picture
        && incoming.detail == held.detail
        && incoming.updated.unwrap_or(0) <= held.version()
}
