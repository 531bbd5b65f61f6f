//! An event: a gathering that others may join (Charter 3c). When and where are in the envelope.

use super::{Face, Field};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What only an event has.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Event {
    /// A page to register at, or to join online.
    pub website: String,
    /// What others call by names we do not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Face for Event {
    const CODE: &'static str = "event";
    const TYPE: &'static str = "Event";
    const BANK: &'static str = "/agenda";
    const FIELDS: &'static [Field] = &[Field {
        name: "website",
        rows: 1,
        needed: None,
    }];
}
