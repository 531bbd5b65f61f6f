//! Atelier: a federated node for the networks of the Transition Factory Alliance.
//!
//! The modules, lowest first. A module may use only those above it; `tests/it/tidy.rs` holds this.
//! (The empty lines keep the formatter from sorting them.)

/// What every part stands on: configuration, database, queue, clock, ids, files, texts.
pub mod base;

/// Whom to believe, and how to ask: origins, keys, signatures, proofs, every request that leaves.
pub mod trust;

/// The HTML kit: layout, forms, languages, sessions' cookies. It knows no slice.
pub mod web;

/// Who: networks, members, nodes; founding, joining, signing in.
pub mod directory;

/// What Allies give: experiences, events, papers.
pub mod publication;

/// Who listens to whom.
pub mod follow;

/// What the stewards keep out: blocked hosts.
pub mod moderation;

/// ActivityPub: what is sent and understood.
pub mod federation;

/// The JSON API as a whole: every slice's JSON doors, and the description of them all.
pub mod api;

/// Composition: routes, negotiation, which function answers which fact.
pub mod server;

/// The sub-commands.
pub mod cli;
