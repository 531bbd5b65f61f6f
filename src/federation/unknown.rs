//! What we do not understand, kept out politely, and counted by name: so that stewards, and those who
//! write this program, see what other software says.

use crate::base::Node;
use crate::base::text::plain_line;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How many names are told apart; strangers choose them.
const NAMES_MAX: usize = 100;
const NAME_CHARS_MAX: usize = 40;
/// What all further names are counted under.
const THE_OTHERS: &str = "…";

#[derive(Default)]
struct Unknown(Mutex<BTreeMap<String, u64>>);

/// Notes a verb or a type that we do not know.
pub fn note(node: &Node, name: &str) {
    let part = node.part::<Unknown>();
    let mut map = part.0.lock().unwrap_or_else(PoisonError::into_inner);
    let name = plain_line(name, NAME_CHARS_MAX);
    let full = map.len() >= NAMES_MAX && !map.contains_key(&name);
    let name = if full || name.is_empty() {
        THE_OTHERS.to_owned()
    } else {
        name
    };
    *map.entry(name).or_insert(0) += 1;
}

/// How often each was met since the start.
#[must_use]
pub fn counted(node: &Node) -> BTreeMap<String, u64> {
    let part = node.part::<Unknown>();
    let map = part.0.lock().unwrap_or_else(PoisonError::into_inner);
    map.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn names_are_counted_and_strangers_cannot_fill_the_list() {
        let node = Node::for_tests("a.example", |_, _| {}).await;
        for n in 0..1_000 {
            note(&node, &format!("Type{n}"));
        }
        note(&node, "Type7");
        note(&node, &"x".repeat(100_000));
        let all = counted(&node);
        assert_eq!(all.len(), NAMES_MAX + 1);
        assert_eq!(all.get("Type7"), Some(&2));
        assert_eq!(all.get(THE_OTHERS), Some(&901));
    }
}
