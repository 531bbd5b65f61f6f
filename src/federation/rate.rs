//! Token buckets, many of them, in bounded memory: how fast somebody may come.

use crate::base::Millis;
use std::collections::HashMap;

/// How fast, and how much at once after a silence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// What comes back in a second.
    pub per_second: f64,
    /// What a full bucket holds.
    pub burst: f64,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Millis,
    rate: Rate,
}

impl Bucket {
    fn full(rate: Rate, now: Millis) -> Self {
        Self {
            left: rate.burst,
            at: now,
            rate,
        }
    }

    fn at(self, now: Millis) -> Self {
        // A clock that was put back gives nothing and takes nothing.
        let passed = u32::try_from((now - self.at).max(0)).unwrap_or(u32::MAX);
        let back = f64::from(passed) / 1000.0 * self.rate.per_second;
        Self {
            left: (self.left + back).min(self.rate.burst),
            at: now,
            rate: self.rate,
        }
    }

    fn is_full(self) -> bool {
        self.left >= self.rate.burst
    }
}

/// Buckets by name.
#[derive(Debug, Default)]
pub struct Buckets(HashMap<String, Bucket>);

/// The name of the one bucket for all those that find no room.
const THE_OTHERS: &str = "the others";

impl Buckets {
    fn find(&mut self, name: &str, rate: Rate, now: Millis, buckets_max: usize) -> &mut Bucket {
        if !self.0.contains_key(name) && self.0.len() >= buckets_max {
            // A bucket that is full again says nothing that a new one would not say.
            self.0.retain(|_, bucket| !bucket.at(now).is_full());
        }
        let room = self.0.contains_key(name) || self.0.len() < buckets_max;
        let name = if room { name } else { THE_OTHERS };
        let bucket = self
            .0
            .entry(name.to_owned())
            .or_insert_with(|| Bucket::full(rate, now));
        *bucket = bucket.at(now);
        bucket
    }

    /// Seconds until this one may come; 0 for at once.
    pub fn wait(&mut self, name: &str, rate: Rate, now: Millis, buckets_max: usize) -> u64 {
        let bucket = self.find(name, rate, now, buckets_max);
        if bucket.left >= 1.0 {
            return 0;
        }
        // In whole seconds, as HTTP has it, and never none.
        let missing = 1.0 - bucket.left;
        let mut seconds: u32 = 1;
        while f64::from(seconds) * bucket.rate.per_second < missing && seconds < 60 {
            seconds += 1;
        }
        u64::from(seconds)
    }

    /// Takes one.
    pub fn take(&mut self, name: &str, rate: Rate, now: Millis, buckets_max: usize) {
        let bucket = self.find(name, rate, now, buckets_max);
        bucket.left -= 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: Rate = Rate {
        per_second: 2.0,
        burst: 4.0,
    };

    fn comes(buckets: &mut Buckets, name: &str, now: Millis) -> u64 {
        let wait = buckets.wait(name, TWO, now, 3);
        if wait == 0 {
            buckets.take(name, TWO, now, 3);
        }
        wait
    }

    #[test]
    fn a_bucket_empties_and_fills_again_but_never_over() {
        let mut buckets = Buckets::default();
        let taken =
            |buckets: &mut Buckets, now| (0..9).filter(|_| comes(buckets, "a", now) == 0).count();
        assert_eq!(taken(&mut buckets, 0), 4);
        assert_eq!(comes(&mut buckets, "a", 0), 1, "told to wait");
        assert_eq!(taken(&mut buckets, 500), 1);
        assert_eq!(
            taken(&mut buckets, 400),
            0,
            "a clock put back gives nothing"
        );
        assert_eq!(taken(&mut buckets, 3_600_000), 4);
        assert_eq!(comes(&mut buckets, "b", 3_600_000), 0, "each has its own");
        let slow = Rate {
            per_second: 0.1,
            burst: 1.0,
        };
        buckets.take("c", slow, 0, 9);
        assert_eq!(buckets.wait("c", slow, 0, 9), 10);
    }

    #[test]
    fn memory_is_bounded_and_strangers_share_what_is_left() {
        let mut buckets = Buckets::default();
        for n in 0..1_000 {
            comes(&mut buckets, &format!("s{n}"), 0);
            assert!(buckets.0.len() <= 4, "three and the others");
        }
        assert_eq!(comes(&mut buckets, "one more", 0), 1);
        assert_eq!(comes(&mut buckets, "s0", 0), 0, "who had one keeps it");
        assert_eq!(comes(&mut buckets, "one more", 60_000), 0);
        assert!(buckets.0.len() <= 3, "full ones went");
    }
}
