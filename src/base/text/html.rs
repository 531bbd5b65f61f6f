//! HTML that people wrote, reduced to what is safe to show; Markdown turned into it.

use super::plain_line;
use super::tame::{at_most, tame};
use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;
use url::Url;

/// All that may remain of somebody's HTML.
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
/// Those of them that do not start a new line.
const INLINE: [&str; 7] = ["em", "strong", "code", "a", "del", "sup", "sub"];
/// Tags that say the same as one of ours.
const RENAMED: [(&str, &str); 6] = [
    ("b", "strong"),
    ("i", "em"),
    ("s", "del"),
    ("strike", "del"),
    ("h1", "h2"),
    ("cite", "em"),
];
/// Tags that only part one paragraph from the next.
const BOXES: [&str; 14] = [
    "div",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "aside",
    "figure",
    "figcaption",
    "details",
    "summary",
    "dl",
    "dt",
    "dd",
];
/// Tags whose content is not a text for readers.
const DROPPED: [&str; 10] = [
    "script", "style", "svg", "math", "iframe", "object", "template", "noscript", "textarea",
    "title",
];
/// Longer Markdown is cut: some fifteen pages.
const MARKDOWN_BYTES_MAX: usize = 100 * 1024;
const LINK_REL: &str = "nofollow noopener noreferrer ugc";

/// The law: what comes out of it may be shown.
static STRICT: LazyLock<Builder<'static>> = LazyLock::new(builder);

/// The first reading: also the tags that [`translate`] turns into ours.
static GENEROUS: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = builder();
    builder
        .add_tags(RENAMED.map(|(theirs, _)| theirs))
        .add_tags(BOXES)
        .add_tags(["img"])
        .add_tag_attributes("img", ["alt"]);
    builder
});

fn builder() -> Builder<'static> {
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.into())
        .clean_content_tags(DROPPED.into())
        .generic_attributes(HashSet::new())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .attribute_filter(|_, name, value| whole_address(name, value))
        .link_rel(Some(LINK_REL));
    builder
}

/// The address of a link, spelled so that no reader takes it for another: to a browser on an https page,
/// `https:settings` is a page of this very node.
fn whole_address<'a>(name: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let whole = |scheme: &&str| value.starts_with(*scheme);
    if name != "href" || ["https://", "http://", "mailto:"].iter().any(whole) {
        return Some(Cow::Borrowed(value));
    }
    Url::parse(value)
        .ok()
        .map(|url| Cow::Owned(url.to_string()))
}

/// Markdown (with tables and strikethrough) as HTML that is safe to show. Headings start at `h2`,
/// because the page has its own `h1`; a picture is replaced by its description.
#[must_use]
pub fn markdown_to_html(source: &str) -> String {
    let source = at_most(source, MARKDOWN_BYTES_MAX);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(source, options).filter_map(|event| match event {
        Event::Start(Tag::Heading { level, .. }) => Some(Event::Start(Tag::Heading {
            level: lower(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })),
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(lower(level)))),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        other => Some(other),
    });
    let mut out = String::with_capacity(source.len() * 2);
    html::push_html(&mut out, events);
    sanitise(&out)
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + 1).unwrap_or(HeadingLevel::H6)
}

/// Somebody's HTML, reduced to what is safe to show. What it makes, it leaves as it is.
#[must_use]
pub fn sanitise(html: &str) -> String {
    let generous = GENEROUS.clean(&tame(html)).to_string();
    STRICT.clean(&translate(&generous)).to_string()
}

/// Renames what has a name of ours, parts paragraphs where boxes were, puts descriptions in the
/// place of pictures. Reads only what [`GENEROUS`] wrote, where every `<` begins a tag; and what it
/// writes is cleaned again.
fn translate(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    each_piece(html, |piece, rest| match piece {
        Piece::Text(text) => out.push_str(text),
        Piece::Tag(tag) => {
            let name = name_of(tag);
            if let Some((_, ours)) = RENAMED.iter().find(|(theirs, _)| *theirs == name) {
                out.push_str(&tag.replacen(name, ours, 1));
            } else if name == "img" {
                out.push_str(description(tag));
            } else if !BOXES.contains(&name) {
                out.push_str(tag);
            } else if begins_inline(rest) {
                out.push_str("<p>");
            }
        }
    });
    out
}

enum Piece<'a> {
    Text(&'a str),
    Tag(&'a str),
}

/// Calls with each tag and text of clean HTML, and with what follows it.
fn each_piece<'a>(html: &'a str, mut each: impl FnMut(Piece<'a>, &'a str)) {
    let mut rest = html;
    while !rest.is_empty() {
        let is_tag = rest.starts_with('<');
        let end = if is_tag {
            rest.find('>').map(|at| at + 1)
        } else {
            rest.find('<')
        };
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        each(
            if is_tag {
                Piece::Tag(piece)
            } else {
                Piece::Text(piece)
            },
            rest,
        );
    }
}

fn name_of(tag: &str) -> &str {
    let inner = tag.trim_start_matches(['<', '/']);
    let end = inner.find([' ', '>', '/']).unwrap_or(inner.len());
    &inner[..end]
}

fn description(tag: &str) -> &str {
    tag.split_once("alt=\"")
        .and_then(|(_, value)| value.split_once('"'))
        .map_or("", |(text, _)| text)
}

fn begins_inline(rest: &str) -> bool {
    let rest = rest.trim_start();
    if rest.starts_with('<') {
        !rest.starts_with("</") && (INLINE.contains(&name_of(rest)) || name_of(rest) == "img")
    } else {
        !rest.is_empty()
    }
}

/// The text of somebody's HTML: no tags, white space folded, at most so many characters, cut at a
/// word.
#[must_use]
pub fn plain(html: &str, chars_max: usize) -> String {
    let clean = sanitise(html);
    let mut text = String::with_capacity(clean.len());
    each_piece(&clean, |piece, _| match piece {
        Piece::Text(part) => text.push_str(part),
        Piece::Tag(tag) if INLINE.contains(&name_of(tag)) => {}
        Piece::Tag(_) => text.push(' '),
    });
    plain_line(&unescape(&text), chars_max)
}

/// Undoes what the sanitiser's writer escapes, which is these five and no others.
fn unescape(text: &str) -> String {
    text.replace("&nbsp;", "\u{a0}")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The collection of attacks; in the browser and in the fuzz bodies they are read with their escapes,
    /// here as they stand.
    const ATTACKS: &str = include_str!("../../../tests/fixtures/xss.txt");

    /// Every tag of an output is one of ours, bare, or a link to an allowed place.
    fn assert_safe(output: &str, input: &str) {
        each_piece(output, |piece, _| match piece {
            Piece::Text(text) => assert!(!text.contains(['<', '>']), "{input} gave {output}"),
            Piece::Tag(tag) => {
                let name = name_of(tag);
                assert!(TAGS.contains(&name), "{input} gave {output}");
                let bare = tag == format!("<{name}>") || tag == format!("</{name}>");
                let link = tag == format!("<a rel=\"{LINK_REL}\">")
                    || ["https://", "http://", "mailto:"]
                        .iter()
                        .any(|scheme| tag.starts_with(&format!("<a href=\"{scheme}")))
                        && tag.ends_with(&format!("\" rel=\"{LINK_REL}\">"))
                        && tag.matches('"').count() == 4;
                assert!(bare || link, "{input} gave {output}");
            }
        });
    }

    #[test]
    fn no_attack_passes_and_twice_is_as_once() {
        for attack in ATTACKS.lines() {
            for output in [sanitise(attack), markdown_to_html(attack)] {
                assert_safe(&output, attack);
                assert_eq!(sanitise(&output), output, "{attack}");
            }
        }
        let all = ATTACKS.replace('\n', "");
        assert_safe(&sanitise(&all), "all at once");
        for nested in [
            "<div>",
            "<b>",
            "<blockquote>",
            "<table><td>",
            "<a href=https://a>",
        ] {
            let deep = nested.repeat(500) + "x";
            let once = sanitise(&deep);
            assert_safe(&once, nested);
        }
    }

    #[test]
    fn no_mixture_of_attacks_passes() {
        let pieces: Vec<&str> = ATTACKS
            .lines()
            .flat_map(|line| line.split_inclusive(['<', '>', '"', ' ']))
            .chain(TAGS)
            .chain([
                "</a>", "</p>", "<table>", "<li>", "<pre>", "<td>", "</b>", "<b>",
            ])
            .collect();
        let mut state = 7_u64;
        let mut next = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            usize::try_from(state >> 33).unwrap() % below
        };
        for _ in 0..500 {
            let input: String = (0..1 + next(30))
                .map(|_| pieces[next(pieces.len())])
                .collect();
            let output = sanitise(&input);
            assert_safe(&output, &input);
            assert_eq!(sanitise(&output), output, "{input}");
        }
    }

    #[test]
    fn markdown_links_are_held_to_the_same_law() {
        for source in [
            "[x](javascript:alert(1))",
            "[x](<java&#115;cript:alert(1)>)",
            "<javascript:alert(1)>",
            "![x](javascript:alert(1))",
            "[x][1]\n\n[1]: data:text/html,x",
        ] {
            let html = markdown_to_html(source);
            assert_safe(&html, source);
            assert!(!html.contains("href"), "{html}");
        }
    }

    #[test]
    fn markdown_keeps_its_form() {
        assert_eq!(
            markdown_to_html(
                "# A street\n\nwithout *cars*, ~~loud~~ [here](https://loos.example/)"
            ),
            "<h2>A street</h2>\n<p>without <em>cars</em>, <del>loud</del> \
             <a href=\"https://loos.example/\" rel=\"nofollow noopener noreferrer ugc\">here</a></p>\n"
        );
        assert_eq!(markdown_to_html("###### six"), "<h6>six</h6>\n");
        let table = markdown_to_html("|a|b|\n|:-|-:|\n|1|2|");
        assert!(
            table.contains("<th>a</th>") && table.contains("<td>2</td>"),
            "{table}"
        );
        assert_eq!(
            markdown_to_html("![the *square* in May](x.jpg)"),
            "<p>the <em>square</em> in May</p>\n"
        );
        assert_eq!(
            markdown_to_html("a[^1]\n\n[^1]: b"),
            "<p>a<a rel=\"nofollow noopener noreferrer ugc\">^1</a></p>\n"
        );
    }

    #[test]
    fn html_of_others_keeps_its_sense() {
        let rel = format!("rel=\"{LINK_REL}\"");
        for (theirs, ours) in [
            (
                "<h1>T</h1><p><b>a</b> <i>b</i></p>",
                "<h2>T</h2><p><strong>a</strong> <em>b</em></p>",
            ),
            (
                "<div>a</div><div>b <div>c</div> d</div>",
                "<p>a</p><p>b </p><p>c</p><p> d</p>",
            ),
            ("<section><p>a</p></section>", "<p>a</p>"),
            (
                "hello <img src=x alt=':wave &amp; \"smile\":'>",
                "hello :wave &amp; \"smile\":",
            ),
            (
                "<span class=h-card><a href='https://a.example/@b' class=u-url>@<span>b</span></a></span>",
                &format!("<a href=\"https://a.example/@b\" {rel}>@b</a>"),
            ),
            (
                "<a href=mailto:a@b.example>x</a>",
                &format!("<a href=\"mailto:a@b.example\" {rel}>x</a>"),
            ),
            (
                "<a href='HTTPS:settings'>x</a>",
                &format!("<a href=\"https://settings/\" {rel}>x</a>"),
            ),
        ] {
            let once = sanitise(theirs);
            assert_eq!(once, ours);
            assert_eq!(sanitise(&once), once);
        }
    }

    #[test]
    fn plain_text_has_no_tags_and_ends_at_a_word() {
        assert_eq!(
            plain(
                "<p>A&nbsp;&lt;b&gt; &amp;amp; c</p><p>d<br>e<em>f</em></p>",
                99
            ),
            "A\u{a0}<b> &amp; c d ef"
        );
        assert_eq!(plain("<p>one two three</p>", 9), "one two…");
        assert_eq!(plain("<p>one two three</p>", 13), "one two three");
        assert_eq!(plain("one, two", 5), "one…");
        assert_eq!(plain("anticonstitutionnellement", 6), "antic…");
        assert_eq!(plain("été été", 5), "été…");
        assert_eq!(plain("abc", 0), "");
        assert_eq!(plain("<script>x</script>", 9), "");
    }
}
