//! Words that people wrote, made safe and comparable: Markdown to HTML, HTML to what we trust,
//! names on one line, keys for sorting.

mod html;
mod tame;

pub use html::{markdown_to_html, plain, sanitise};

use unicode_normalization::UnicodeNormalization as _;

/// A name on one line: without control characters, invisible ones and those that turn the
/// direction of writing around; white space folded, at most so many characters.
#[must_use]
pub fn plain_line(text: &str, chars_max: usize) -> String {
    let mut line = String::with_capacity(text.len());
    let mut gap = None;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = match gap {
                None if is_unbroken_space(c) => Some(c),
                Some(before) if before == c => Some(c),
                _ => Some(' '),
            };
        } else if !c.is_control() && !is_treacherous(c) {
            if let Some(space) = gap.take().filter(|_| !line.is_empty()) {
                line.push(space);
            }
            line.push(c);
        }
    }
    cut(&line, chars_max)
}

/// The spaces French puts before `:` and `?`, where a line must not break.
fn is_unbroken_space(c: char) -> bool {
    matches!(c, '\u{00A0}' | '\u{202F}')
}

/// Characters nobody sees that change what others look like. The joiners that Persian, Indian
/// scripts and emoji need (U+200C, U+200D) stay.
fn is_treacherous(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

fn cut(text: &str, chars_max: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(chars_max) else {
        return text.to_owned();
    };
    let Some((last, _)) = text[..end].char_indices().next_back() else {
        return String::new();
    };
    // One character makes room for the ellipsis; a word longer than half of it all is cut inside.
    let head = &text[..last];
    let head = match head.rfind(' ') {
        Some(space) if !text[last..].starts_with(' ') && space * 2 >= last => &head[..space],
        _ => head,
    };
    let mut out = head.trim_end_matches([' ', ',', ';', ':']).to_owned();
    out.push('…');
    out
}

/// A key for sorting and comparing: lower case, no accents, ligatures taken apart. The same for
/// texts that look the same; never shown.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text
        .nfkd()
        .filter(|c| !is_accent(*c))
        .flat_map(char::to_lowercase)
    {
        match c {
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            'ß' => out.push_str("ss"),
            'þ' => out.push_str("th"),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'ħ' => out.push('h'),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            '’' | 'ʼ' => out.push('\''),
            _ if is_accent(c) => {}
            _ => out.push(c),
        }
    }
    out.nfc().collect()
}

fn is_accent(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// A handle made from a name: only `a-z`, `0-9` and single `_` between them. Empty when the name
/// has none of these; a limit of length is the caller's.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in fold(text).chars() {
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    out.truncate(out.trim_end_matches('_').len());
    out
}

/// A text as HTML, in an element or a quoted attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_on_their_line() {
        assert_eq!(
            plain_line(" a\n b\u{0}\u{202e}c\u{2028}d\u{200b}\u{e0041} ", 50),
            "a bc d"
        );
        assert_eq!(
            plain_line("\u{a0}Loos\u{202f}: 17\u{a0}h \u{a0} ? \u{202f}", 50),
            "Loos\u{202f}: 17\u{a0}h ?"
        );
        assert_eq!(plain_line("👩\u{200d}🌾 <b>", 50), "👩\u{200d}🌾 <b>");
    }

    #[test]
    fn keys_ignore_case_and_accents() {
        for (text, key) in [
            ("Énergie", "energie"),
            ("E\u{301}NERGIE", "energie"),
            ("Cœur d’Œuvre", "coeur d'oeuvre"),
            ("Straße ŁÓDŹ İstanbul ﬁn", "strasse lodz istanbul fin"),
            ("Ελλάς", "ελλασ"),
            ("हिन्दी", "हिन्दी"),
        ] {
            assert_eq!(fold(text), key);
            assert_eq!(fold(key), key);
        }
    }

    #[test]
    fn handles_are_made_of_names() {
        assert_eq!(
            slug("  Loos-en-Gohelle : l’Énergie ! "),
            "loos_en_gohelle_l_energie"
        );
        assert_eq!(slug("北京"), "");
        assert_eq!(escape("<a b='c'>&\""), "&lt;a b=&#39;c&#39;&gt;&amp;&quot;");
    }
}
