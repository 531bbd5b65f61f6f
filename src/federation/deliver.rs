//! What is owed to whom: each activity's bytes once, one delivery an inbox, sent in lanes, one lane a
//! host, again and again until it is taken, refused for good, or thirty days old (D5, D30, R22).

use super::store::{self, Due, Outcome};
use crate::base::clock::{DAY, MINUTE, Millis, SECOND};
use crate::base::queue::backoff;
use crate::base::text::plain_line;
use crate::base::{Error, Node, Result, Tx, batch};
use crate::directory::uri::host_of;
use crate::directory::{Actor, keys, store as directory};
use crate::moderation;
use crate::trust::closed::Closed;
use crate::trust::fetch::{Answer, post_activity};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::Value;
use std::collections::BTreeSet;

const LANE_LEASE: Millis = MINUTE;
/// A lane begins nothing new after this long, so that what flies lands within its lease.
const LANE_BEGINS_FOR: Millis = 30 * SECOND;
const CLAIM_MAX: i64 = 64;
const PARALLEL_PER_HOST_MAX: usize = 4;
const EXPIRES_AFTER: Millis = 30 * DAY;
const NOT_FOUND_FOR: Millis = 7 * DAY;
const REFUSALS_MAX: i64 = 4;
/// Others, like us, read a key again once in five minutes.
const REFUSED_AGAIN_AFTER: Millis = 6 * MINUTE;
const RETRY_AFTER_MAX: Millis = DAY;
const REASON_CHARS_MAX: usize = 300;
/// Failures in a row after which a host is asked with one delivery at a time.
const SHY_AFTER: i64 = 1;

/// An activity and the inboxes that should hear it.
pub struct Said {
    actor_id: String,
    document: Value,
    object_uri: String,
    public: bool,
    inboxes: BTreeSet<String>,
}

impl Said {
    /// An activity by one of our actors about an object.
    #[must_use]
    pub fn new(
        by: &Actor,
        document: Value,
        object_uri: &str,
        public: bool,
        inboxes: BTreeSet<String>,
    ) -> Self {
        Self {
            actor_id: by.id.clone(),
            document,
            object_uri: object_uri.to_owned(),
            public,
            inboxes,
        }
    }
}

/// Saves an activity's bytes and its deliveries; saying the same thing twice changes nothing.
///
/// # Errors
/// When the database refuses.
pub async fn save(node: &Node, tx: &mut Tx, said: &Said) -> Result<()> {
    let field = |name: &str| {
        said.document
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let uri = field("id");
    let body = serde_json::to_string(&said.document)?;
    let row = store::Activity {
        id: node.new_id()?,
        actor_id: said.actor_id.clone(),
        wire_type: field("type"),
        object_uri: said.object_uri.clone(),
        public: said.public,
        uri,
        body,
    };
    let id = store::save_activity(tx, &row, node.now()).await?;
    let mut owed = Vec::new();
    for inbox in &said.inboxes {
        let host = host_of(inbox).ok_or_else(|| Error::internal("an inbox without host"))?;
        owed.push((node.new_id()?, inbox.clone(), host));
    }
    store::save_deliveries(tx, &id, &said.object_uri, &owed, node.now()).await
}

/// Sends what is due, each host in its own lane. Returns how many deliveries were tried.
///
/// # Errors
/// When the database refuses; what was claimed is due again when the lane's lease ends.
pub async fn send_due(node: &Node, lanes_max: usize) -> Result<usize> {
    let hosts = store::due_hosts(node, i64::try_from(lanes_max).unwrap_or(8)).await?;
    let mut lanes: FuturesUnordered<_> = hosts.iter().map(|host| lane(node, host)).collect();
    let mut tried = 0;
    while let Some(outcome) = lanes.next().await {
        tried += outcome?;
    }
    Ok(tried)
}

/// Answers `host_blocked`: what waited for a blocked host is not sent any more.
///
/// # Errors
/// When the database refuses; the job then runs again.
pub async fn end_blocked(node: &Node) -> Result<()> {
    moderation::sweep(node).await?;
    let closed = node.part::<Closed>();
    let mut hosts = store::list_waiting_hosts(node).await?;
    hosts.retain(|host| closed.covers(host));
    let mut tx = node.db.write().await?;
    store::refuse_waiting(&mut tx, &hosts, "blocked", node.now()).await?;
    tx.commit().await
}

/// Sends what is due to one host, unless another process is at it.
///
/// # Errors
/// When the database refuses.
pub async fn lane(node: &Node, host: &str) -> Result<usize> {
    moderation::refresh(node).await?;
    let token = node.chance.token()?;
    let Some(failures) = store::take_lane(node, host, &token, node.now() + LANE_LEASE).await?
    else {
        return Ok(0);
    };
    let outcome = run_lane(node, host, failures).await;
    store::leave_lane(node, host, &token).await?;
    outcome
}

async fn run_lane(node: &Node, host: &str, failures: i64) -> Result<usize> {
    // A host in trouble is asked with one delivery first, a well one with many.
    let limit = if failures >= SHY_AFTER { 1 } else { CLAIM_MAX };
    let due = store::list_due(node, host, limit).await?;
    let mut tried = 0;
    let mut waiting = due.into_iter();
    let mut flying = FuturesUnordered::new();
    let mut down: Option<(Millis, String)> = None;
    let until = node.now() + LANE_BEGINS_FOR;
    loop {
        while down.is_none() && flying.len() < PARALLEL_PER_HOST_MAX && node.now() < until {
            let Some(next) = waiting.next() else { break };
            flying.push(try_one(node, next));
        }
        let Some(outcome) = flying.next().await else {
            break;
        };
        tried += 1;
        if let Some(trouble) = outcome? {
            down.get_or_insert(trouble);
        }
    }
    match down {
        Some((wait, error)) => store::host_failed(node, host, wait, &error).await?,
        None if tried > 0 => store::host_answered(node, host).await?,
        None => {}
    }
    Ok(tried)
}

/// Tries one delivery. Gives how long to leave the host alone, when the trouble is the host's.
async fn try_one(node: &Node, due: Due) -> Result<Option<(Millis, String)>> {
    let actor = directory::find_actor(node, &due.actor_id)
        .await?
        .ok_or_else(|| Error::internal("an activity without actor"))?;
    let signer = keys::signer(node, &actor).await?;
    let answer = post_activity(node, &due.inbox, &due.body, &signer).await;
    let (outcome, trouble) = judge(node, &due, answer);
    batch::write(node, outcome).await?;
    Ok(trouble)
}

/// Whether a status says that the receiver does not want this, rather than that it is in trouble.
fn refuses(status: Option<i64>) -> bool {
    status.is_some_and(|status| !matches!(status, 404 | 408 | 425 | 429 | 500..=599))
}

fn judge(node: &Node, due: &Due, answer: Result<Answer>) -> (Outcome, Option<(Millis, String)>) {
    let now = node.now();
    let old = now - due.created_at;
    let failures = due.attempts + 1;
    let done = |state: &'static str, status: Option<u16>, error: Option<String>| Outcome {
        id: due.id.clone(),
        state,
        next_at: now,
        status: status.map(i64::from),
        error,
    };
    let later = |wait: Millis, status: Option<u16>, error: String| Outcome {
        id: due.id.clone(),
        state: if old > EXPIRES_AFTER {
            "expired"
        } else {
            "waiting"
        },
        next_at: now + wait,
        status: status.map(i64::from),
        error: Some(error),
    };
    let answer = match answer {
        Ok(answer) => answer,
        // A host that this node blocks is owed nothing any more.
        Err(Error::Refused {
            reason: "blocked", ..
        }) => {
            return (done("refused", None, Some("blocked".into())), None);
        }
        Err(error @ Error::Unusable(_)) => {
            return (done("refused", None, Some(error.to_string())), None);
        }
        Err(error) => {
            let text = error.to_string();
            let wait = backoff(node, due.host_failures + 1);
            return (later(wait, None, text.clone()), Some((wait, text)));
        }
    };
    let status = Some(answer.status);
    // A stranger's words: no zero that PostgreSQL refuses, no line that a log would take for its own.
    let said = match plain_line(&answer.body, REASON_CHARS_MAX) {
        words if words.is_empty() => words,
        words => format!(": {words}"),
    };
    let text = format!("answered {}{said}", answer.status);
    match answer.status {
        200..=299 => (done("delivered", status, None), None),
        410 => (done("gone", status, Some(text)), None),
        404 if old > NOT_FOUND_FOR => (done("expired", status, Some(text)), None),
        404 => (later(backoff(node, failures), status, text), None),
        408 | 425 | 429 | 500..=599 => {
            let asked = answer
                .retry_after_seconds
                .and_then(|s| Millis::try_from(s).ok())
                .map(|s| s.saturating_mul(SECOND).clamp(SECOND, RETRY_AFTER_MAX));
            let wait = asked.unwrap_or_else(|| backoff(node, due.host_failures + 1));
            (later(wait, status, text.clone()), Some((wait, text)))
        }
        // Tries that failed for other reasons, as during an outage, are no refusals.
        _ if failures >= REFUSALS_MAX && refuses(due.last_status) => {
            (done("refused", status, Some(text)), None)
        }
        // It may have read our key just before we renewed it, and read it again in a while only.
        401 | 403 => {
            let wait = backoff(node, failures).max(REFUSED_AGAIN_AFTER);
            (later(wait, status, text), None)
        }
        _ => (later(backoff(node, failures), status, text), None),
    }
}
