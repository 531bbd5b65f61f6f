//! ActivityPub: what is sent, what is understood. The only place that names `activitypub_federation`.

pub mod activity;
pub mod actor;
pub mod api;
pub mod backfill;
pub mod deliver;
pub mod discovery;
pub mod document;
pub mod doorkeeper;
pub mod evidence;
pub mod host;
pub mod inbox;
pub mod key_cache;
pub mod outbox;
pub mod page;
pub mod rate;
pub mod receive;
pub mod say;
pub mod signed;
pub mod store;
pub mod strangers;
pub mod unknown;
pub mod vocabulary;
mod waiting;
