//! What a hit shows: the piece of its text where the words are, and the words marked.

use super::words::{Words, spans};
use crate::base::text::{escape, fold, plain_line};
use std::collections::{BTreeMap, HashMap, HashSet};

const SHOWN_BYTES_MAX: usize = 220;
/// How much of the text before the first marked word is shown.
const BEFORE_BYTES_MAX: usize = 50;
const _: () = assert!(BEFORE_BYTES_MAX * 2 < SHOWN_BYTES_MAX);

/// Marks the words of one query in many texts.
pub(super) struct Marker {
    analysis: Words,
    /// What each form is worth.
    forms: BTreeMap<String, f32>,
    /// What those forms begin with: a word that begins otherwise needs no second look.
    initials: HashSet<char>,
    /// What words met so far are worth: most come again in the next text.
    met: HashMap<String, f32>,
}

struct Mark {
    from: usize,
    to: usize,
    worth: f32,
}

impl Marker {
    /// For forms of words and what each is worth; the rarer, the more.
    pub(super) fn new(forms: BTreeMap<String, f32>) -> Self {
        Self {
            analysis: Words::new(),
            initials: forms
                .keys()
                .filter_map(|form| form.chars().next())
                .collect(),
            met: HashMap::new(),
            forms,
        }
    }

    /// The best piece of a text as HTML: escaped, with `<mark>` around each word.
    pub(super) fn html(&mut self, text: &str) -> String {
        let spans = if self.forms.is_empty() {
            Vec::new()
        } else {
            spans(text)
        };
        let marks: Vec<Mark> = spans
            .iter()
            .map(|&(from, to)| Mark {
                from,
                to,
                worth: self.worth(&text[from..to]),
            })
            .filter(|mark| mark.worth > 0.0)
            .collect();
        let Some(first) = best(&marks) else {
            return escape(&plain_line(text, SHOWN_BYTES_MAX));
        };
        let earliest = first.from.saturating_sub(BEFORE_BYTES_MAX);
        let from = spans
            .iter()
            .map(|span| span.0)
            .find(|at| *at >= earliest)
            .unwrap_or(first.from);
        let ends = spans
            .iter()
            .map(|span| span.1)
            .skip_while(|to| *to < first.to);
        let to = ends
            .take_while(|to| *to <= from + SHOWN_BYTES_MAX)
            .last()
            .unwrap_or(first.to);
        let mut html = String::from(if spans.first().is_some_and(|span| span.0 < from) {
            "…"
        } else {
            ""
        });
        let mut at = from;
        for mark in marks
            .iter()
            .filter(|mark| mark.from >= from && mark.to <= to)
        {
            html.push_str(&escape(&text[at..mark.from]));
            html.push_str("<mark>");
            html.push_str(&escape(&text[mark.from..mark.to]));
            html.push_str("</mark>");
            at = mark.to;
        }
        html.push_str(&escape(&text[at..to]));
        html.push_str(if spans.last().is_some_and(|span| span.1 > to) {
            "…"
        } else {
            ""
        });
        html
    }

    fn worth(&mut self, word: &str) -> f32 {
        let Some(initial) = word.chars().next() else {
            return 0.0;
        };
        let initial = if initial.is_ascii() {
            Some(initial.to_ascii_lowercase())
        } else {
            fold(initial.encode_utf8(&mut [0; 4])).chars().next()
        };
        if !initial.is_some_and(|c| self.initials.contains(&c)) {
            return 0.0;
        }
        if let Some(worth) = self.met.get(word) {
            return *worth;
        }
        let forms = self
            .analysis
            .of(word)
            .into_iter()
            .flat_map(|word| word.forms);
        let worth = forms
            .filter_map(|form| self.forms.get(&form).copied())
            .fold(0.0, f32::max);
        self.met.insert(word.to_owned(), worth);
        worth
    }
}

/// The mark from which a piece of the allowed length holds the most.
fn best(marks: &[Mark]) -> Option<&Mark> {
    let within = SHOWN_BYTES_MAX - BEFORE_BYTES_MAX;
    let sum = |at: usize| -> f32 {
        let piece = marks[at..]
            .iter()
            .take_while(|mark| mark.to <= marks[at].from + within);
        piece.map(|mark| mark.worth).sum()
    };
    // Of equal pieces the first.
    let mut best: Option<(f32, &Mark)> = None;
    for (at, mark) in marks.iter().enumerate() {
        let sum = sum(at);
        if best.is_none_or(|(most, _)| sum > most) {
            best = Some((sum, mark));
        }
    }
    best.map(|(_, mark)| mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_richest_piece_is_shown_and_its_words_are_marked() {
        let mut marker = Marker::new(BTreeMap::from([
            ("energ".into(), 0.5),
            ("oeuvr".into(), 0.9),
        ]));
        let far = "Loin de là. ".repeat(30);
        let text =
            format!("Une énergie. {far}« L’ÉNERGIE » & <b>l’Œuvre</b> des e\u{301}nergies. {far}");
        let html = marker.html(&text);
        assert!(
            html.contains("<mark>ÉNERGIE</mark> » &amp; &lt;b&gt;l’<mark>Œuvre</mark>&lt;/b&gt; des <mark>e\u{301}nergies</mark>"),
            "{html}"
        );
        assert!(html.starts_with("…") && html.ends_with("…"), "{html}");
        assert_eq!(marker.html("Énergie"), "<mark>Énergie</mark>");
        assert_eq!(
            marker.html(&"x".repeat(500)).chars().count(),
            SHOWN_BYTES_MAX
        );
        assert_eq!(
            marker
                .html("énergie".repeat(99).as_str())
                .matches("<mark>")
                .count(),
            0
        );
        assert_eq!(Marker::new(BTreeMap::new()).html("A\n<b>"), "A &lt;b&gt;");
    }
}
