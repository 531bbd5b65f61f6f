//! Which function answers which fact, and the workers that do what is owed.

use crate::base::queue::{self, Handler, Held, Job};
use crate::base::{Error, Node, Result};
use crate::federation::{backfill, deliver, host, inbox, say, store as federation, strangers};
use crate::publication::seek;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;

const JOBS_AT_ONCE: usize = 8;
const LANES_AT_ONCE: usize = 32;
const SIGN_EVERY: Duration = Duration::from_secs(8);
const JOB_TAKES_MAX: Duration = Duration::from_secs(600);
const LOOK_EVERY: Duration = Duration::from_millis(250);
const INDEX_EVERY: Duration = Duration::from_millis(200);
const TIDY_EVERY: Duration = Duration::from_secs(600);
/// Rounds of tidying in a day.
const ROUNDS_A_DAY: u64 = 144;
const BODIES_KEPT: i64 = 30 * crate::base::clock::DAY;

/// Which jobs answer which fact (D5).
#[must_use]
pub fn answers(fact: &str) -> &'static [&'static str] {
    match fact {
        crate::publication::publish::PUBLISHED => &["say_create"],
        crate::publication::publish::EDITED => &["say_update"],
        crate::publication::publish::WITHDRAWN => &["say_delete"],
        crate::follow::FOLLOW_ASKED => &["say_follow"],
        crate::follow::FOLLOW_ENDED => &["say_unfollow"],
        crate::follow::FOLLOWER_ANSWERED => &["say_follower"],
        crate::moderation::HOST_BLOCKED => &["end_deliveries"],
        crate::directory::found::ACTOR_CHANGED => &["say_presented"],
        crate::directory::found::KEYS_RENEWED => &["say_keys"],
        _ => &[],
    }
}

fn handler(kind: &str) -> Option<Handler> {
    Some(match kind {
        "say_create" => |node, job| Box::pin(say::publication(node, job, "Create")),
        "say_update" => |node, job| Box::pin(say::publication(node, job, "Update")),
        "say_delete" => |node, job| Box::pin(say::publication(node, job, "Delete")),
        "say_follow" => |node, job| Box::pin(say::follow(node, job)),
        "say_unfollow" => |node, job| Box::pin(say::unfollow(node, job)),
        "say_follower" => |node, job| Box::pin(say::follower(node, job)),
        "say_presented" => |node, job| Box::pin(say::presented(node, job, false)),
        "say_keys" => |node, job| Box::pin(say::presented(node, job, true)),
        "end_deliveries" => |node, _| Box::pin(deliver::end_blocked(node)),
        federation::RECEIVE => |node, job| Box::pin(inbox::work(node, job)),
        host::LEARN_HOST => |node, job| Box::pin(host::learn(node, job)),
        backfill::BACKFILL => |node, job| Box::pin(backfill::page(node, job)),
        _ => return None,
    })
}

/// Runs one job to its end: done, or put back with its reason.
async fn run(node: &Node, job: Job) -> Result<()> {
    let outcome = match handler(&job.kind) {
        // Whoever worked on it never came back to say why: it does not get another chance to take all
        // the others with it.
        _ if job.attempts > queue::ATTEMPTS_MAX => {
            Err(Error::internal("it was begun too often and never ended"))
        }
        Some(handler) => handler(node, &job).await,
        // A newer version left it: it stays for that version.
        None => Err(Error::internal(format!("no answer is called {}", job.kind))),
    };
    match outcome {
        Ok(()) => queue::finish(node, &job).await,
        Err(error) => {
            tracing::warn!(job = %job.kind, attempts = job.attempts, error = %error.with_causes(), "a job is tried again later");
            queue::retry(node, &job, &error).await
        }
    }
}

/// Does all that is due now, once: facts, jobs, deliveries. Returns how much was done. Tests settle with it.
///
/// # Errors
/// When the database refuses.
pub async fn work_once(node: &Node) -> Result<usize> {
    let mut done = queue::dispatch(node, answers).await?;
    let jobs = queue::claim(node, i64::try_from(JOBS_AT_ONCE).unwrap_or(8)).await?;
    done += jobs.len();
    for job in jobs {
        run(node, job).await?;
    }
    done += deliver::send_due(node, LANES_AT_ONCE).await?;
    Ok(done)
}

/// The work of a process: facts, jobs, deliveries, until it is told to stop. What is under way is
/// finished; what was leased and not begun is given back.
pub async fn work(node: Node, stop: watch::Receiver<bool>) {
    let taken = async {
        queue::take_over(&node).await?;
        federation::take_over(&node).await
    };
    report(
        "taking over what a dead process left",
        taken.await.map(|()| 0),
    );
    tokio::join!(
        dispatching(&node, stop.clone()),
        jobs(&node, stop.clone()),
        delivering(&node, stop.clone()),
        tidying(&node, stop),
    );
}

fn report(what: &str, outcome: Result<usize>) -> bool {
    match outcome {
        Ok(done) => done > 0,
        Err(error) => {
            tracing::error!(error = %error.with_causes(), "{what} failed and goes on");
            false
        }
    }
}

/// Waits until somebody leaves work, a while passes, or it is time to stop. `true` to stop.
async fn rest(node: &Node, stop: &mut watch::Receiver<bool>, at_most: Duration) -> bool {
    if *stop.borrow() {
        return true;
    }
    tokio::select! {
        () = node.db.woken() => {}
        () = tokio::time::sleep(at_most) => {}
        _ = stop.changed() => {}
    }
    *stop.borrow()
}

async fn dispatching(node: &Node, mut stop: watch::Receiver<bool>) {
    loop {
        if !report(
            "turning facts into jobs",
            queue::dispatch(node, answers).await,
        ) && rest(node, &mut stop, LOOK_EVERY).await
        {
            return;
        }
    }
}

/// The jobs that this process works on, and since when.
type Begun = Arc<Mutex<HashMap<Held, Instant>>>;

fn under_way(begun: &Begun, younger_than: Duration) -> Vec<Held> {
    let map = begun
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    map.iter()
        .filter(|(_, since)| since.elapsed() < younger_than)
        .map(|(held, _)| held.clone())
        .collect()
}

/// Keeps the leases of what is under way; what takes longer than any job should is let go.
async fn signs_of_life(node: Node, begun: Begun) {
    loop {
        tokio::time::sleep(SIGN_EVERY).await;
        let kept = queue::keep(&node, &under_way(&begun, JOB_TAKES_MAX)).await;
        report("keeping leases", kept.map(|()| 0));
    }
}

async fn jobs(node: &Node, mut stop: watch::Receiver<bool>) {
    let mut running = FuturesUnordered::new();
    let begun: Begun = Arc::default();
    let mut signs = JoinSet::new();
    signs.spawn(signs_of_life(node.clone(), begun.clone()));
    loop {
        let free = JOBS_AT_ONCE.saturating_sub(running.len());
        let mut claimed = 0;
        if free > 0 && !*stop.borrow() {
            match queue::claim(node, i64::try_from(free).unwrap_or(1)).await {
                Ok(found) => {
                    claimed = found.len();
                    for job in found {
                        let (node, begun) = (node.clone(), begun.clone());
                        if let Ok(mut map) = begun.lock() {
                            map.insert(Held::of(&job), Instant::now());
                        }
                        running.push(tokio::spawn(async move {
                            let held = Held::of(&job);
                            if let Err(error) = run(&node, job).await {
                                tracing::error!(error = %error.with_causes(), "a job's end could not be written");
                            }
                            if let Ok(mut map) = begun.lock() {
                                map.remove(&held);
                            }
                        }));
                    }
                }
                Err(error) => {
                    tracing::error!(error = %error.with_causes(), "no jobs could be claimed");
                }
            }
        }
        if *stop.borrow() {
            let all = async { while running.next().await.is_some() {} };
            if tokio::time::timeout(Duration::from_secs(10), all)
                .await
                .is_err()
            {
                let left = under_way(&begun, Duration::MAX);
                if let Err(error) = queue::give_back(node, &left).await {
                    tracing::warn!(%error, "leased jobs were not given back and wait for their lease to end");
                }
            }
            return;
        }
        if claimed > 0 && claimed == free {
            running.next().await;
            continue;
        }
        tokio::select! {
            Some(_) = running.next(), if !running.is_empty() => {}
            _ = rest(node, &mut stop, LOOK_EVERY) => {}
        }
    }
}

/// Each lane is a task of its own: one that waits for the database must not keep the others, or this
/// loop, from giving back what they hold of it.
async fn delivering(node: &Node, mut stop: watch::Receiver<bool>) {
    let mut lanes: JoinSet<String> = JoinSet::new();
    let mut busy: HashSet<String> = HashSet::new();
    loop {
        if *stop.borrow() {
            while lanes.join_next().await.is_some() {}
            return;
        }
        if lanes.is_empty() {
            // A lane that broke off did not say which host it left.
            busy.clear();
        }
        let free = LANES_AT_ONCE.saturating_sub(lanes.len());
        match federation::due_hosts(node, i64::try_from(LANES_AT_ONCE).unwrap_or(32)).await {
            Ok(hosts) => {
                for host in hosts.into_iter().take(free) {
                    if busy.insert(host.clone()) {
                        let node = node.clone();
                        lanes.spawn(async move {
                            report("a lane", deliver::lane(&node, &host).await);
                            host
                        });
                    }
                }
            }
            Err(error) => {
                tracing::error!(error = %error.with_causes(), "deliveries could not be read");
            }
        }
        tokio::select! {
            Some(done) = lanes.join_next(), if !lanes.is_empty() => {
                if let Ok(host) = done {
                    busy.remove(&host);
                }
            }
            _ = rest(node, &mut stop, LOOK_EVERY) => {}
        }
    }
}

async fn tidying(node: &Node, mut stop: watch::Receiver<bool>) {
    let mut round = 0_u64;
    loop {
        let outcome = async {
            backfill::look_again(node).await?;
            federation::forget(node, node.now() - BODIES_KEPT).await?;
            if round.is_multiple_of(ROUNDS_A_DAY) {
                strangers::forget(node).await?;
            }
            node.db.checkpoint_passively().await
        };
        report("tidying", outcome.await.map(|()| 0));
        round += 1;
        tokio::select! {
            () = tokio::time::sleep(TIDY_EVERY) => {}
            _ = stop.changed() => {}
        }
        if *stop.borrow() {
            return;
        }
    }
}

/// Keeps the search index of a process with pages up to date.
pub async fn index(node: Node, mut stop: watch::Receiver<bool>) {
    loop {
        report("indexing", seek::catch_up(&node).await);
        tokio::select! {
            () = tokio::time::sleep(INDEX_EVERY) => {}
            _ = stop.changed() => {}
        }
        if *stop.borrow() {
            return;
        }
    }
}
