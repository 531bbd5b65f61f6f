//! Whether a process is ready to work, for whoever looks after it. Anybody may ask: it is found out at
//! most once a second, and all who ask meanwhile hear the same.

use crate::base::clock::{HOUR, SECOND};
use crate::base::queue::{self, Depth};
use crate::base::{Error, Millis, Node, Result, setting};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// Work that has been due for longer says that nobody does it.
const OLDEST_DUE_MAX: Millis = HOUR;
/// A node with less room than this, and than the twentieth part of its disk, takes in nothing more soon.
const FREE_BYTES_MIN: u64 = 1024 * 1024 * 1024;
const FREE_PERCENT_MIN: u64 = 5;
const LOOK_AT_MOST_EVERY: Millis = SECOND;
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("10");

/// What was found.
#[derive(Debug, Clone, Serialize)]
struct Found {
    ready: bool,
    /// What stands in the way.
    troubles: Vec<&'static str>,
    #[serde(flatten)]
    depth: Depth,
    disk_free_percent: Option<u64>,
}

#[derive(Default)]
struct Last(tokio::sync::Mutex<Option<(Millis, Found)>>);

/// Answers 200 or 503, with the reasons.
pub(super) async fn ready(State(node): State<Node>) -> Response {
    let part = node.part::<Last>();
    // Whoever comes while it is being found out waits for that.
    let mut last = part.0.lock().await;
    let now = node.now();
    let found = match &*last {
        Some((at, found)) if (now - at).abs() < LOOK_AT_MOST_EVERY => found.clone(),
        _ => {
            let found = look(&node).await;
            *last = Some((now, found.clone()));
            found
        }
    };
    drop(last);
    if found.ready {
        return Json(found).into_response();
    }
    let wait = [(header::RETRY_AFTER, RETRY_AFTER)];
    (StatusCode::SERVICE_UNAVAILABLE, wait, Json(found)).into_response()
}

async fn look(node: &Node) -> Found {
    let mut troubles = Vec::new();
    let depth = match write_and_count(node).await {
        Ok(depth) => depth,
        Err(error) => {
            tracing::error!(error = %error.with_causes(), "the database does not do its work");
            troubles.push("database");
            Depth::default()
        }
    };
    if depth.oldest_due > OLDEST_DUE_MAX {
        troubles.push("queue");
    }
    let room = rustix::fs::statvfs(&node.config.data_dir).ok();
    let (free, all) = room.as_ref().map_or((u64::MAX, u64::MAX), |room| {
        (
            room.f_bavail.saturating_mul(room.f_frsize),
            room.f_blocks.saturating_mul(room.f_frsize),
        )
    });
    if is_short(free, all) {
        troubles.push("disk");
    }
    Found {
        ready: troubles.is_empty(),
        troubles,
        depth,
        disk_free_percent: room.map(|_| percent(free, all)),
    }
}

async fn write_and_count(node: &Node) -> Result<Depth, Error> {
    let depth = queue::depth(node).await?;
    let mut tx = node.db.write().await?;
    setting::set(&mut tx, "ready_at", &node.now().to_string()).await?;
    tx.commit().await?;
    Ok(depth)
}

fn percent(free: u64, all: u64) -> u64 {
    free.saturating_mul(100).checked_div(all).unwrap_or(0)
}

fn is_short(free: u64, all: u64) -> bool {
    free < FREE_BYTES_MIN && percent(free, all) < FREE_PERCENT_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_short_when_little_is_left_of_it_and_little_at_all() {
        const GIB: u64 = 1024 * 1024 * 1024;
        assert!(is_short(GIB / 2, 20 * GIB));
        assert!(is_short(0, 0) && is_short(0, GIB));
        assert!(!is_short(2 * GIB, 1000 * GIB), "two gibibytes are enough");
        assert!(!is_short(GIB / 10, GIB), "a small disk, not full");
        assert!(!is_short(u64::MAX, u64::MAX), "not known");
    }
}
