//! Atelier: a federated node for the networks of the Transition Factory Alliance.
//!
//! The modules, lowest first. A module may use only those above it; `tests/it/tidy.rs` holds this.

/// The JSON API as a whole: every slice's JSON doors, and the description of them all.
pub mod api;
/// What every part stands on: configuration, database, queue, clock, ids, files, texts.
pub mod base;
/// The sub-commands.
pub mod cli;
/// Who: networks, members, nodes; founding, joining, signing in.
pub mod directory;
/// ActivityPub: what is sent and understood.
pub mod federation;
/// Who listens to whom.
pub mod follow;
/// What Allies give: experiences, events, papers.
pub mod publication;
/// Composition: routes, negotiation, which function answers which fact.
pub mod server;
/// Whom to believe, and how to ask: origins, keys, signatures, proofs, every request that leaves.
pub mod trust;
/// The HTML kit: layout, forms, languages, sessions' cookies. It knows no slice.
pub mod web;
