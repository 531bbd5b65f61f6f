//! HTML and Markdown that people wrote: only what is harmless comes out, and it stays as it is.

use atelier::base::text::{escape, fold, markdown_to_html, plain, plain_line, sanitise, slug};

const TAGS: [&str; 26] = [
    "p",
    "br",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "em",
    "strong",
    "code",
    "pre",
    "a",
    "hr",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "del",
    "sup",
    "sub",
];
const REL: &str = "rel=\"nofollow noopener noreferrer ugc\"";

/// Any text.
pub fn body(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for html in [sanitise(&text), markdown_to_html(&text)] {
        harmless(&html);
        assert_eq!(sanitise(&html), html, "what is clean stays as it is");
    }
    let line = plain_line(&text, 80);
    one_line(&line, 80);
    assert_eq!(plain_line(&line, 80), line, "a line stays a line");
    one_line(&plain(&text, 80), 80);
    let folded = fold(&text);
    assert_eq!(fold(&folded), folded, "a key stays a key");
    let handle = slug(&text);
    let plain_byte = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    assert!(handle.bytes().all(plain_byte), "{handle}");
    assert!(!escape(&text).contains(['<', '>', '"', '\'']));
}

/// Asserts that a text is one line of visible characters, no longer than so many.
pub fn one_line(line: &str, chars_max: usize) {
    assert!(line.chars().count() <= chars_max, "{line}");
    let bad =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!line.contains(bad), "{line:?}");
    assert_eq!(line.trim(), line, "{line:?}");
}

/// Asserts that HTML has no tag, attribute or scheme but the few that are shown.
pub fn harmless(html: &str) {
    let mut rest = html;
    while let Some(at) = rest.find(['<', '>']) {
        let tag = &rest[at..];
        assert!(tag.starts_with('<'), "a loose > in {html}");
        let end = tag
            .find('>')
            .unwrap_or_else(|| panic!("an open < in {html}"));
        let inner = &tag[1..end];
        rest = &tag[end + 1..];
        let name = inner.strip_prefix('/').unwrap_or(inner);
        if TAGS.contains(&name) {
            continue;
        }
        let attributes = inner
            .strip_prefix("a ")
            .unwrap_or_else(|| panic!("<{inner}> in {html}"));
        if attributes == REL {
            continue;
        }
        let href = attributes
            .strip_prefix("href=\"")
            .and_then(|rest| rest.strip_suffix(REL)?.strip_suffix("\" "))
            .unwrap_or_else(|| panic!("<{inner}> in {html}"));
        assert!(!href.contains(['"', '<', '>']), "<{inner}> in {html}");
        let whole = ["http://", "https://", "mailto:"].iter();
        assert!(
            whole.into_iter().any(|scheme| href.starts_with(scheme)),
            "{href} in {html}"
        );
    }
}
