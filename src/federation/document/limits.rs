//! How large the parts of what strangers send may be. What is beyond measure is refused whole; what is
//! merely long is read as far as it is useful.

use crate::base::{Error, Result};
use http::StatusCode;
use serde_json::Value;

/// The longest list that any part may hold.
pub const LIST_MAX: usize = 1_000;
/// How many recipients a field is read for.
pub const RECIPIENTS_READ: usize = 100;
/// How many tags are read.
pub const TAGS_READ: usize = 64;
/// How many attachments are read.
pub const ATTACHMENTS_READ: usize = 20;
/// The longest id, in bytes.
pub const ID_BYTES_MAX: usize = 2_048;
/// The longest type that is looked at, in bytes.
pub const TYPE_BYTES_MAX: usize = 60;

/// Fields that hold ids, or objects that have one.
const IDS: [&str; 13] = [
    "id",
    "actor",
    "object",
    "attributedTo",
    "target",
    "inReplyTo",
    "to",
    "cc",
    "bto",
    "bcc",
    "audience",
    "inbox",
    "outbox",
];

/// Refuses what no honest sender sends: a list of more than 1,000 items anywhere, an id of more than
/// 2,048 bytes.
///
/// # Errors
/// [`Error::Refused`] 400: `list_too_long`, `id_too_long`.
pub fn check(value: &Value) -> Result<()> {
    let bad = |reason| Error::Refused {
        status: StatusCode::BAD_REQUEST,
        reason,
    };
    match value {
        Value::Array(items) if items.len() > LIST_MAX => Err(bad("list_too_long")),
        Value::Array(items) => items.iter().try_for_each(check),
        Value::Object(map) => map.iter().try_for_each(|(key, value)| {
            if IDS.contains(&key.as_str()) && longest(value) > ID_BYTES_MAX {
                return Err(bad("id_too_long"));
            }
            check(value)
        }),
        _ => Ok(()),
    }
}

fn longest(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_str)
            .map(str::len)
            .max()
            .unwrap_or(0),
        _ => 0,
    }
}

/// The beginning of a text, at most so many bytes, cut between characters.
#[must_use]
pub fn clip(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

/// A text that is short enough, or none.
#[must_use]
pub fn short(text: &str, bytes_max: usize) -> Option<&str> {
    Some(text).filter(|text| text.len() <= bytes_max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn reason(value: &Value) -> Option<&'static str> {
        match check(value) {
            Ok(()) => None,
            Err(Error::Refused { status, reason }) => {
                assert_eq!(status, 400);
                Some(reason)
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn what_is_beyond_measure_is_refused_wherever_it_stands() {
        let many = |n: usize| Value::Array(vec![json!("https://a.example/x"); n]);
        for field in [
            "to",
            "cc",
            "bto",
            "tag",
            "attachment",
            "object",
            "type",
            "content",
        ] {
            assert_eq!(reason(&json!({ field: many(1_000) })), None, "{field}");
            let over = json!({ field: many(1_001) });
            assert_eq!(reason(&over), Some("list_too_long"), "{field}");
            let inside = json!({"object": {"replies": [over]}});
            assert_eq!(reason(&inside), Some("list_too_long"), "{field} inside");
        }
        let id = |n: usize| format!("https://a.example/{}", "x".repeat(n - 18));
        for field in IDS {
            assert_eq!(reason(&json!({ field: id(2_048) })), None, "{field}");
            for over in [
                json!({ field: id(2_049) }),
                json!({ field: [id(20), id(2_049)] }),
                json!({ "object": { field: id(2_049) } }),
            ] {
                assert_eq!(reason(&over), Some("id_too_long"), "{field}");
            }
        }
        assert_eq!(reason(&json!({"content": "x".repeat(300_000)})), None);
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(clip("aéb", 2), "a");
        assert_eq!(clip("aéb", 3), "aé");
        assert_eq!(clip("aéb", 30), "aéb");
        assert_eq!(short("aé", 2), None);
    }
}
