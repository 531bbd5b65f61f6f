//! Requests that must be believed, and what must not.
use super::*;
#[test]
fn placeholder() {}
