//! The room in which requests wait for keys of others: so many in all, few for one host, fewer for questions,
//! so that one slow host keeps nobody else out (R23).

use crate::base::Error;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const WAITING_MAX: usize = 32;
const WAITING_PER_HOST_MAX: usize = 4;
const ASKING_MAX: usize = 4;
const READING_PER_HOST_MAX: usize = 2;
const READING_TO_ANSWER_PER_HOST_MAX: usize = 1;

/// What a key is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errand {
    /// Something was sent to us: its sender tries again.
    Letter,
    /// Somebody asks: they have fewer places, and come again too.
    Question,
}

/// Who waits for a host, and how many of them read there now.
#[derive(Debug, Default)]
struct Queue {
    waiting: usize,
    reading: usize,
    reading_to_answer: usize,
}

#[derive(Debug, Default)]
struct Counts {
    waiting: usize,
    asking: usize,
    /// Only hosts that somebody waits for.
    hosts: HashMap<String, Queue>,
}

/// All who wait.
#[derive(Debug, Default)]
pub struct Room {
    counts: Mutex<Counts>,
}

/// One of those who wait. Dropped, it is free again.
#[derive(Debug)]
pub struct Place {
    room: Arc<Room>,
    host: String,
    errand: Errand,
    reads: bool,
}

/// The answer to whoever finds no place: come again.
#[must_use]
pub fn busy() -> Error {
    Error::Unavailable {
        reason: "too many keys are being read".into(),
        retry_after_seconds: 10,
    }
}

impl Room {
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place to wait for a host, if there is one: first its share is looked at, then the room.
    #[must_use]
    pub fn enter(self: &Arc<Self>, host: &str, errand: Errand) -> Option<Place> {
        let mut counts = self.lock();
        let asks = errand == Errand::Question;
        let there = counts.hosts.get(host).map_or(0, |queue| queue.waiting);
        if there >= WAITING_PER_HOST_MAX
            || counts.waiting >= WAITING_MAX
            || (asks && counts.asking >= ASKING_MAX)
        {
            return None;
        }
        counts.waiting += 1;
        counts.asking += usize::from(asks);
        counts.hosts.entry(host.to_owned()).or_default().waiting += 1;
        Some(Place {
            room: self.clone(),
            host: host.to_owned(),
            errand,
            reads: false,
        })
    }
}

impl Place {
    /// Whether its host may be read by it now; it then counts as reading until it is free.
    pub fn reads(&mut self) -> bool {
        let asks = self.errand == Errand::Question;
        let mut counts = self.room.lock();
        let queue = counts.hosts.entry(self.host.clone()).or_default();
        if queue.reading >= READING_PER_HOST_MAX
            || (asks && queue.reading_to_answer >= READING_TO_ANSWER_PER_HOST_MAX)
        {
            return false;
        }
        queue.reading += 1;
        queue.reading_to_answer += usize::from(asks);
        self.reads = true;
        true
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let asks = usize::from(self.errand == Errand::Question);
        let mut counts = self.room.lock();
        counts.waiting = counts.waiting.saturating_sub(1);
        counts.asking = counts.asking.saturating_sub(asks);
        let Some(queue) = counts.hosts.get_mut(&self.host) else {
            return;
        };
        queue.waiting = queue.waiting.saturating_sub(1);
        if self.reads {
            queue.reading = queue.reading.saturating_sub(1);
            queue.reading_to_answer = queue.reading_to_answer.saturating_sub(asks);
        }
        if queue.waiting == 0 {
            counts.hosts.remove(&self.host);
        }
    }
}
