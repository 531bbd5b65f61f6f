//! What keeps a small text from becoming a large one: HTML of strangers before it is parsed.

/// Tags the parser opens again in every paragraph that follows: those we show, and others. (Of `a`,
/// only the last.)
const REOPENED: [&str; 7] = ["b", "i", "em", "strong", "s", "strike", "code"];
const REOPENED_USELESS: [&str; 6] = ["big", "font", "nobr", "small", "tt", "u"];

/// What is longer is cut: some forty pages.
const HTML_BYTES_MAX: usize = 256 * 1024;
/// Tags, opening and closing. The parser's work grows with the square of their depth.
const TAGS_MAX: usize = 5_000;

/// As much of a text as is whole characters within so many bytes.
pub(super) fn at_most(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

/// Takes from HTML what makes parsing it dear, and nothing that a reader sees. A thousand `<b>` that
/// differ in an attribute, and then a thousand paragraphs, are 12 kB: the parser, as it must, opens
/// every `<b>` again in every paragraph, and makes 17 MB of them. So attributes of such tags go to a
/// tag of no meaning beside it, after which they are all alike, and the parser keeps but three.
pub(super) fn tame(html: &str) -> String {
    let html = at_most(html, HTML_BYTES_MAX);
    let mut out = String::with_capacity(html.len());
    let mut parts = html.split('<');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts.take(TAGS_MAX) {
        let end = part.find(|c: char| !c.is_ascii_alphanumeric());
        let (name, rest) = part.split_at(end.unwrap_or(part.len()));
        let among = |tags: &[&str]| tags.iter().any(|tag| name.eq_ignore_ascii_case(tag));
        out.push('<');
        if among(&REOPENED_USELESS) {
            out.push('x');
        } else {
            out.push_str(name);
            if !rest.starts_with('>') && among(&REOPENED) {
                out.push_str("><x");
            }
        }
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{markdown_to_html, sanitise};
    use super::*;

    #[test]
    fn small_bombs_stay_small() {
        let bold: String = (0..1_000).map(|n| format!("<B\ta={n}>")).collect();
        let bomb = format!("<p>{bold}</p>{}", "<p>x".repeat(1_000));
        assert!(sanitise(&bomb).len() < 100_000);
        for piece in ["<li><ul>", "<b/a><i c=d>"] {
            let html = sanitise(&piece.repeat(100_000));
            assert!(html.len() < 1_000_000, "{piece}");
        }
        for piece in ["> ", "[a]("] {
            let html = markdown_to_html(&piece.repeat(100_000));
            assert!(html.len() < 1_000_000, "{piece}");
        }
        let long = "é".repeat(HTML_BYTES_MAX);
        assert_eq!(sanitise(&long).len(), HTML_BYTES_MAX);
    }

    #[test]
    fn what_is_tamed_reads_the_same() {
        let theirs = "<B class=x>a</B> <i/>b</i> <u>c</u> 1 < 2 <small a=b>d</small>";
        let ours = "<strong>a</strong> <em>b</em> c 1 &lt; 2 d";
        assert_eq!(sanitise(theirs), ours);
    }
}
