//! An experience: what was tried somewhere, told by those who did it, with its scope and limits
//! (Charter 2, ethics of rigour; 3a).

use super::{Face, Field};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What only an experience has.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Experience {
    /// Where.
    pub territory: String,
    /// When, as EDTF (1984, 1995/1999).
    pub period: String,
    /// What this account covers.
    pub scope: String,
    /// What it does not show.
    pub limits: String,
    /// What came of it.
    pub results: String,
    /// What others can learn.
    pub lessons: String,
    /// Where it is documented.
    pub sources: String,
    /// What others call by names we do not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Face for Experience {
    const CODE: &'static str = "experience";
    const TYPE: &'static str = "Article";
    const BANK: &'static str = "/experiences";
    const FIELDS: &'static [Field] = &[
        Field {
            name: "territory",
            rows: 1,
            needed: None,
        },
        Field {
            name: "period",
            rows: 1,
            needed: None,
        },
        Field {
            name: "scope",
            rows: 3,
            needed: Some("issue-scope-needed"),
        },
        Field {
            name: "limits",
            rows: 3,
            needed: Some("issue-limits-needed"),
        },
        Field {
            name: "results",
            rows: 3,
            needed: None,
        },
        Field {
            name: "lessons",
            rows: 3,
            needed: None,
        },
        Field {
            name: "sources",
            rows: 3,
            needed: None,
        },
    ];
}
