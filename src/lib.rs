//! Atelier: a federated node for the networks of the Transition Factory Alliance.
//!
//! The modules, lowest first. A module may use only those above it; `tests/it/tidy.rs` holds this.

/// What every part stands on: configuration, database, queue, clock, ids, files, texts.
pub mod base;
/// Whom to believe, and how to ask: origins, signatures, proofs, keys, and every request that leaves.
pub mod trust;
