//! How a text becomes words that can be found: "énergie" finds "energies", and the other way round.
//!
//! Each word is stemmed as French and as English, before its accents are folded and after: each order
//! alone misses some accented forms (D21). The up to four forms stand at one position of one field,
//! as synonyms do, so a word matches when any of its forms does; most words have one or two.

use crate::base::text::fold;
use tantivy::tokenizer::{
    Language, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer, WhitespaceTokenizer,
};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The name the index knows this analysis by. Change it when the analysis changes: the schema then
/// differs, and every index is built anew.
pub(super) const NAME: &str = "words-1";
/// A longer word is cut, in texts and in queries alike.
const WORD_CHARS_MAX: usize = 40;

/// Words that say little. A query is not held to them, if it has others.
const SMALL: &str = " a an and are at by for from in is of on or that the this to with \
    au aux avec ce ces cet cette d dans de des du elle elles en est et il ils l la le les leur leurs \
    n ne nous on ou par pas pour qu que qui s sa se ses son sont sur un une vous y ";

/// One word of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it begins, in bytes.
    pub(super) from: usize,
    /// Where it ends, in bytes.
    pub(super) to: usize,
    /// What it may be found by, all different; the first is the same for every word of one stem.
    pub(super) forms: Vec<String>,
    /// Whether it says little.
    pub(super) small: bool,
}

/// Makes [`Word`]s of texts.
#[derive(Clone)]
pub(super) struct Words {
    french: TextAnalyzer,
    english: TextAnalyzer,
}

impl Words {
    pub(super) fn new() -> Self {
        let stemmer = |language| {
            TextAnalyzer::builder(WhitespaceTokenizer::default())
                .filter(Stemmer::new(language))
                .build()
        };
        Self {
            french: stemmer(Language::French),
            english: stemmer(Language::English),
        }
    }

    pub(super) fn of(&mut self, text: &str) -> Vec<Word> {
        let spans = spans(text);
        let lower: Vec<String> = spans
            .iter()
            .map(|(from, to)| text[*from..*to].to_lowercase())
            .map(|word| word.nfc().take(WORD_CHARS_MAX).collect())
            .collect();
        let folded: Vec<String> = lower.iter().map(|word| fold_word(word)).collect();
        let stemmed_first = [
            stems(&mut self.french, &lower),
            stems(&mut self.english, &lower),
        ];
        let folded_first = [
            stems(&mut self.french, &folded),
            stems(&mut self.english, &folded),
        ];
        let mut words = Vec::with_capacity(spans.len());
        for (at, (from, to)) in spans.into_iter().enumerate() {
            let mut forms: Vec<String> = Vec::with_capacity(2);
            let first = stemmed_first.iter().filter_map(|all| all.get(at));
            let second = folded_first.iter().filter_map(|all| all.get(at));
            for form in first.map(|form| fold_word(form)).chain(second.cloned()) {
                if !forms.contains(&form) {
                    forms.push(form);
                }
            }
            let small = SMALL.contains(&format!(" {} ", folded[at]));
            words.push(Word {
                from,
                to,
                forms,
                small,
            });
        }
        words
    }
}

/// Folded, and still one word.
fn fold_word(word: &str) -> String {
    let mut folded = fold(word);
    folded.retain(|c| !c.is_whitespace());
    if folded.is_empty() {
        word.to_owned()
    } else {
        folded
    }
}

/// The stem of each word; in one go, for a stemmer costs more to make than to use.
fn stems(stemmer: &mut TextAnalyzer, words: &[String]) -> Vec<String> {
    let text = words.join(" ");
    let mut out = Vec::with_capacity(words.len());
    stemmer
        .token_stream(&text)
        .process(&mut |token| out.push(token.text.clone()));
    out
}

/// Where the runs of letters, digits and their accents are.
pub(super) fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut begun = None;
    for (at, c) in text.char_indices() {
        let inside = c.is_alphanumeric() || begun.is_some() && is_combining_mark(c);
        match (begun, inside) {
            (None, true) => begun = Some(at),
            (Some(from), false) => {
                spans.push((from, at));
                begun = None;
            }
            _ => {}
        }
    }
    spans.extend(begun.map(|from| (from, text.len())));
    spans
}

impl Tokenizer for Words {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let words = self.of(text).into_iter().enumerate();
        let tokens = words.flat_map(|(position, word)| {
            word.forms.into_iter().map(move |text| Token {
                offset_from: word.from,
                offset_to: word.to,
                position,
                text,
                position_length: 1,
            })
        });
        Stream {
            tokens: tokens.collect::<Vec<_>>().into_iter(),
            current: Token::default(),
        }
    }
}

/// The forms of all words of a text, one after the other.
pub(super) struct Stream {
    tokens: std::vec::IntoIter<Token>,
    current: Token,
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        match self.tokens.next() {
            Some(token) => {
                self.current = token;
                true
            }
            None => false,
        }
    }

    fn token(&self) -> &Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.current
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(word: &str) -> Vec<String> {
        let mut words = Words::new().of(word);
        assert_eq!(words.len(), 1, "{word}");
        words.remove(0).forms
    }

    #[test]
    fn words_of_one_stem_share_a_form_with_and_without_accents() {
        for (one, other) in [
            ("énergie", "energies"),
            ("ÉNERGIES", "energie"),
            ("territoires", "territoire"),
            ("cooperation", "coopérations"),
            ("coope\u{301}rer", "coopération"),
            ("réemployées", "reemployer"),
            ("écoles", "ecole"),
            ("œuvres", "oeuvre"),
            ("répétées", "repete"),
            ("gardens", "gardening"),
            ("mobilité", "mobilites"),
            ("économique", "economiques"),
        ] {
            let known = forms(other);
            assert!(
                forms(one).iter().any(|form| known.contains(form)),
                "{one} {other}"
            );
        }
        let known = forms("école");
        assert!(!forms("énergie").iter().any(|form| known.contains(form)));
    }

    #[test]
    fn a_text_is_parted_where_words_end() {
        let text = "L’e\u{301}nergie, c'est 3× rien\u{301}!";
        let words = Words::new().of(text);
        let parts: Vec<&str> = words.iter().map(|word| &text[word.from..word.to]).collect();
        assert_eq!(
            parts,
            ["L", "e\u{301}nergie", "c", "est", "3", "rien\u{301}"]
        );
        let small: Vec<bool> = words.iter().map(|word| word.small).collect();
        assert_eq!(small, [true, false, false, true, false, false]);
        assert!(Words::new().of(" \u{301} ,.").is_empty());
        assert!(forms("ﷺ").iter().all(|form| !form.contains(' ')));
        assert!(forms(&"x".repeat(500))[0].len() <= WORD_CHARS_MAX);
    }
}
