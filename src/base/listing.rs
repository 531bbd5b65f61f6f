//! Long lists in pieces: keyset paging, the same for pages, API and collections.

use super::clock::Millis;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// One piece of a list, and where the next one starts.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// The cursor of the next piece, if there is one.
    pub next: Option<Cursor>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            next: None,
        }
    }
}

impl<T> Page<T> {
    /// Cuts a list read one item longer than asked, and finds where the next piece starts.
    pub fn cut(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> (Millis, String)) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more {
            items.last().map(|item| {
                let (at, id) = key(item);
                Cursor { at, id }
            })
        } else {
            None
        };
        Self { items, next }
    }
}

/// The sort key of the last item seen: a moment and an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The moment it is sorted by.
    pub at: Millis,
    /// The id that breaks ties.
    pub id: String,
}

impl Cursor {
    /// The cursor that stands before everything in a newest-first list.
    #[must_use]
    pub fn newest() -> Self {
        Self {
            at: i64::MAX,
            id: "~".into(),
        }
    }

    /// As one opaque word for URLs.
    #[must_use]
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}.{}", self.at, self.id))
    }

    /// Reads it back; `None` when it is not ours.
    #[must_use]
    pub fn decode(word: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(word).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (at, id) = text.split_once('.')?;
        Some(Self {
            at: at.parse().ok()?,
            id: id.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_where_the_next_piece_starts() {
        let page = Page::cut(vec![3, 2, 1], 2, |n| (*n, n.to_string()));
        assert_eq!(page.items, [3, 2]);
        let next = page.next.expect("there is more");
        assert_eq!(Cursor::decode(&next.encode()), Some(next));
        assert!(
            Page::cut(vec![3, 2], 2, |n| (*n, n.to_string()))
                .next
                .is_none()
        );
        assert_eq!(Cursor::decode("not ours"), None);
    }
}
