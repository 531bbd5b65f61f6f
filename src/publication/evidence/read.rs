//! Finding in what was received the publication that it is evidence of, and who is said to have written it.

use serde_json::Value;

/// How deep a publication may stand: in an activity that is passed on in another one.
const DEPTH_MAX: usize = 3;

/// The id of a value that is a URI, or an object with one.
pub(super) fn id_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(id) => Some(id),
        Value::Object(map) => map.get("id").and_then(Value::as_str),
        Value::Array(items) => items.iter().find_map(id_of),
        _ => None,
    }
}

/// From the publication outwards: itself, the activity around it, the activity around that one; nothing
/// when it is not in there.
pub(super) fn layers<'a>(body: &'a Value, subject: &str) -> Vec<&'a Value> {
    let mut chain = Vec::new();
    let mut here = body;
    for _ in 0..DEPTH_MAX {
        chain.push(here);
        let itself = here.get("id").and_then(Value::as_str) == Some(subject);
        if itself && (here.get("attributedTo").is_some() || here.get("object").is_none()) {
            chain.reverse();
            return chain;
        }
        match here.get("object") {
            Some(inner @ Value::Object(_)) => here = inner,
            _ => break,
        }
    }
    Vec::new()
}

/// Whether the publication, or the activity around it, names somebody as its author.
pub(super) fn names_author(layers: &[&Value], author: &str) -> bool {
    let named = |value: Option<&Value>| match value {
        Some(Value::Array(items)) => items.iter().any(|item| id_of(item) == Some(author)),
        Some(one) => id_of(one) == Some(author),
        None => false,
    };
    let Some((object, around)) = layers.split_first() else {
        return false;
    };
    named(object.get("attributedTo"))
        || named(object.get("actor"))
        || around
            .first()
            .is_some_and(|around| named(around.get("actor")))
}
