//! The time, handed in: the system's clock, or one that tests move by hand.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// One second, in [`Millis`].
pub const SECOND: Millis = 1_000;
/// One minute, in [`Millis`].
pub const MINUTE: Millis = 60 * SECOND;
/// One hour, in [`Millis`].
pub const HOUR: Millis = 60 * MINUTE;
/// One day, in [`Millis`].
pub const DAY: Millis = 24 * HOUR;

/// Where the time comes from.
#[derive(Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is advanced.
    Fixed(AtomicI64),
}

impl Clock {
    /// A clock that stands still at a moment.
    #[must_use]
    pub fn fixed(at: Millis) -> Self {
        Self::Fixed(AtomicI64::new(at))
    }

    /// Now, in milliseconds UTC.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the machine"
    )]
    pub fn now(&self) -> Millis {
        match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX)),
            Self::Fixed(at) => at.load(Ordering::SeqCst),
        }
    }

    /// Moves a fixed clock forward; the system's clock moves by itself.
    pub fn advance(&self, by: Duration) {
        if let Self::Fixed(at) = self {
            let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
            at.fetch_add(millis, Ordering::SeqCst);
        }
    }
}

/// A moment as RFC 3339 in UTC, with milliseconds only when there are any.
#[must_use]
pub fn rfc3339(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at).map_or_else(|_| String::new(), |t| t.to_string())
}

/// Reads an RFC 3339 moment with any offset and any fraction, if it can be written again: the very last
/// one of the year 9999 cannot.
#[must_use]
pub fn parse_rfc3339(text: &str) -> Option<Millis> {
    text.trim()
        .parse::<jiff::Timestamp>()
        .ok()
        .map(jiff::Timestamp::as_millisecond)
        .filter(|at| jiff::Timestamp::from_millisecond(*at).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_and_read_back() {
        assert_eq!(rfc3339(1_795_458_800_000), "2026-11-23T18:33:20Z");
        assert_eq!(rfc3339(1_795_458_800_120), "2026-11-23T18:33:20.12Z");
        for text in ["2026-11-23T18:33:20.120Z", "2026-11-23T19:33:20.12+01:00"] {
            assert_eq!(parse_rfc3339(text), Some(1_795_458_800_120));
        }
        assert_eq!(
            parse_rfc3339("2026-11-23T18:33:20.424800406Z"),
            Some(1_795_458_800_424)
        );
        assert_eq!(parse_rfc3339("yesterday"), None);
        assert_eq!(parse_rfc3339("9999-12-30T22:00:00.999Z"), None);
    }
}
