//! Knocking twice: a host that refuses one way of signing is asked once more in the other, and the way
//! it takes is remembered (wire conventions: cavage first to strangers, RFC 9421 on 400, 401 or 403).

use super::signature::Scheme;
use super::store;
use crate::base::{Node, Result};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const HOSTS_MAX: usize = 20_000;

#[derive(Default)]
struct Known(Mutex<HashMap<String, Scheme>>);

impl Known {
    fn get(&self, host: &str) -> Option<Scheme> {
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        map.get(host).copied()
    }

    fn set(&self, host: &str, scheme: Scheme) {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= HOSTS_MAX {
            map.clear();
        }
        map.insert(host.to_owned(), scheme);
    }
}

/// The scheme to begin with for a host: the one it took last, else draft-cavage.
///
/// # Errors
/// When the database refuses.
pub(super) async fn first_for(node: &Node, host: &str) -> Result<Scheme> {
    let known = node.part::<Known>();
    if let Some(scheme) = known.get(host) {
        return Ok(scheme);
    }
    let found = store::find_scheme(node, host).await?;
    let scheme = found.unwrap_or(Scheme::Cavage);
    known.set(host, scheme);
    Ok(scheme)
}

/// Whether a status may mean that the signature was not understood.
#[must_use]
pub(super) fn is_refusal(status: u16) -> bool {
    matches!(status, 400 | 401 | 403)
}

/// Remembers that a host took this scheme after it had refused the other.
///
/// # Errors
/// When the database refuses.
pub(super) async fn took(node: &Node, host: &str, scheme: Scheme) -> Result<()> {
    store::save_scheme(node, host, scheme).await?;
    node.part::<Known>().set(host, scheme);
    Ok(())
}
