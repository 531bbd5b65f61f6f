//! The bodies and what they stand on, where they stand.
#[path = "../it/fuzz/body/mod.rs"]
pub mod body;
#[path = "../it/fuzz/run.rs"]
pub mod run;
