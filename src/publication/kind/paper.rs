//! A discussion paper (Charter 3a); also what a long text from elsewhere becomes.

use super::{Face, Field};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What only a paper has.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Paper {
    /// What it rests on.
    pub sources: String,
    /// What others call by names we do not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Face for Paper {
    const CODE: &'static str = "paper";
    const TYPE: &'static str = "Article";
    const BANK: &'static str = "/papers";
    const FIELDS: &'static [Field] = &[Field {
        name: "sources",
        rows: 3,
        needed: None,
    }];
}
