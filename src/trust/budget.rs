//! What one cause may make us fetch: a stranger's message must not keep a node busy for long (R14).

use crate::base::clock::SECOND;
use crate::base::{Error, Millis, Node, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
const DEPTH_MAX: u8 = 5;

/// Fetches, bytes and time that are left for one cause. Clones share them.
#[derive(Debug, Clone)]
pub struct Budget {
    shared: Arc<Shared>,
    depth: u8,
}

#[derive(Debug)]
struct Shared {
    fetches_left: AtomicU64,
    bytes_left: AtomicU64,
    until: Millis,
    body_bytes_max: u64,
}

impl Budget {
    /// For what one activity or one visitor's wish leads to: 20 fetches, 5 MiB, 30 seconds.
    #[must_use]
    pub fn small(node: &Node) -> Self {
        Self::of(node, 20, 5 * MIB, 30, MIB)
    }

    /// For one key that is looked up while its owner waits: its page and its owner's, each asked in both
    /// schemes; 4 fetches, 1 MiB, 5 seconds. One document may have 256 KiB: it is kept, whoever asked for it.
    #[must_use]
    pub fn one(node: &Node) -> Self {
        Self::of(node, 4, MIB, 5, 256 * KIB)
    }

    /// For one page of a history and what it names: 300 fetches, 20 MiB, 120 seconds; the page
    /// itself may have 2 MiB.
    #[must_use]
    pub fn page(node: &Node) -> Self {
        Self::of(node, 300, 20 * MIB, 120, 2 * MIB)
    }

    fn of(node: &Node, fetches: u64, bytes: u64, seconds: i64, body_bytes_max: u64) -> Self {
        Self {
            shared: Arc::new(Shared {
                fetches_left: AtomicU64::new(fetches),
                bytes_left: AtomicU64::new(bytes),
                until: node.now() + seconds * SECOND,
                body_bytes_max,
            }),
            depth: 0,
        }
    }

    /// The same budget one step further from its cause: at most 5 steps.
    ///
    /// # Errors
    /// [`Error::Remote`] when the chain is too long.
    pub fn deeper(&self) -> Result<Self> {
        if self.depth >= DEPTH_MAX {
            return Err(used_up("the chain of references is too long"));
        }
        Ok(Self {
            shared: self.shared.clone(),
            depth: self.depth + 1,
        })
    }

    /// Fetches that are left.
    #[must_use]
    pub fn fetches_left(&self) -> u64 {
        self.shared.fetches_left.load(Ordering::SeqCst)
    }

    /// Takes one fetch out of it, before it is made.
    ///
    /// # Errors
    /// [`Error::Remote`] that names the limit which is used up.
    pub(super) fn take(&self, node: &Node) -> Result<Share> {
        let millis = self.shared.until.saturating_sub(node.now());
        if millis <= 0 {
            return Err(used_up("the time for this is used up"));
        }
        let bytes = self.shared.bytes_left.load(Ordering::SeqCst);
        if bytes == 0 {
            return Err(used_up("the bytes for this are used up"));
        }
        self.shared
            .fetches_left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            })
            .map_err(|_| used_up("the fetches for this are used up"))?;
        Ok(Share {
            seconds: u64::try_from(millis.div_euclid(SECOND)).unwrap_or(0).max(1),
            bytes: bytes.min(self.shared.body_bytes_max),
        })
    }

    /// Notes how much came back.
    pub(super) fn spend(&self, bytes: u64) {
        let less = |left: u64| Some(left.saturating_sub(bytes));
        // The update cannot fail: the closure always gives a value.
        let _ = self
            .shared
            .bytes_left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less);
    }
}

/// What one fetch may use.
pub(super) struct Share {
    /// Seconds, at least one.
    pub(super) seconds: u64,
    /// Bytes of the answer's body.
    pub(super) bytes: u64,
}

fn used_up(what: &str) -> Error {
    Error::Remote(format!("we fetch no further: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn why(result: Result<Share>) -> String {
        result.err().map_or_else(String::new, |e| e.to_string())
    }

    #[tokio::test]
    async fn clones_share_what_is_left() {
        let node = Node::for_tests("a.example", |_, _| {}).await;
        let budget = Budget::small(&node);
        let clone = budget.clone().deeper().expect("one step");
        for _ in 0..10 {
            assert!(budget.take(&node).is_ok() && clone.take(&node).is_ok());
        }
        assert_eq!(budget.fetches_left(), 0);
        assert!(why(clone.take(&node)).contains("fetches"));
        assert!(why(budget.take(&node)).contains("fetches"));
    }

    #[tokio::test]
    async fn each_cause_has_its_measure() {
        let node = Node::for_tests("a.example", |_, _| {}).await;
        for (budget, fetches, body, all, seconds) in [
            (Budget::small(&node), 20, 1_048_576, 5_242_880, 30),
            (Budget::one(&node), 4, 262_144, 1_048_576, 5),
            (Budget::page(&node), 300, 2_097_152, 20_971_520, 120),
        ] {
            assert_eq!(budget.fetches_left(), fetches);
            let share = budget.take(&node).expect("some");
            assert_eq!((share.bytes, share.seconds), (body, seconds));
            budget.spend(all - 1);
            assert_eq!(budget.take(&node).expect("one byte").bytes, 1);
            budget.spend(1);
            assert!(why(budget.take(&node)).contains("bytes"));
        }
    }

    #[tokio::test]
    async fn bytes_time_and_depth_end_too() {
        let node = Node::for_tests("a.example", |_, _| {}).await;
        let budget = Budget::small(&node);
        budget.clone().spend(5 * MIB - 10);
        assert_eq!(budget.take(&node).expect("some").bytes, 10);
        budget.spend(11);
        assert!(why(budget.take(&node)).contains("bytes"));

        let budget = Budget::one(&node);
        let share = budget.take(&node).expect("some");
        assert_eq!((share.seconds, share.bytes), (5, 256 * KIB));
        node.clock.advance(Duration::from_secs(5));
        assert!(why(budget.take(&node)).contains("time"));

        let mut budget = Budget::page(&node);
        for _ in 0..5 {
            budget = budget.deeper().expect("a step");
        }
        assert!(budget.deeper().is_err());
    }
}
