//! Atelier: a federated node for the networks of the Transition Factory Alliance.
//!
//! The modules, lowest first. A module may use only those above it; `tests/it/tidy.rs` holds this.

/// What every part stands on: configuration, database, queue, clock, ids, files, texts.
pub mod base;
/// The HTML kit: languages, layout, forms, pieces of pages, sessions; knows no slice.
pub mod web;
