//! The pieces every page is made of. They know how things look, and nothing of what they are.

use super::icon;
use super::layout::NavItem;
use super::locale::Locale;
use maud::{Markup, html};

/// How something is meant, which decides its colour and its icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// By the way.
    #[default]
    Neutral,
    /// It went well.
    Good,
    /// It wants attention.
    Warning,
    /// It went wrong, or cannot be undone.
    Bad,
    /// Ours: the accent of the node.
    Accent,
}

impl Tone {
    /// The class that carries the tone.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Good => "tone-good",
            Self::Warning => "tone-warning",
            Self::Bad => "tone-bad",
            Self::Accent => "tone-accent",
        }
    }
}

/// A form that searches the whole node. `id` tells apart several on one page.
#[must_use]
pub fn search_form(locale: Locale, id: &str, query: Option<&str>) -> Markup {
    html! {
        form.search-form role="search" action="/search" method="get" {
            label.visually-hidden for=(id) { (locale.t("search-label")) }
            input id=(id) type="search" name="q" value=[query] enterkeyhint="search"
                placeholder=(locale.t("search-placeholder"));
            button type="submit" aria-label=(locale.t("search-button")) { (icon::search()) }
        }
    }
}

/// The head of a page: its title, a line that says what it is for, and what can be done there.
#[must_use]
pub fn page_head(title: &str, lede: Option<&str>, actions: Markup) -> Markup {
    html! {
        div.page-head {
            div {
                h1 { (title) }
                @if let Some(lede) = lede { p.lede { (lede) } }
            }
            @let actions = actions.into_string();
            @if !actions.is_empty() { div.actions { (maud::PreEscaped(actions)) } }
        }
    }
}

/// Who gives something: said first, everywhere.
#[derive(Debug, Clone, Default)]
pub struct Producer {
    /// The person, if one is named.
    pub name: Option<String>,
    /// Their page.
    pub href: Option<String>,
    /// The network they give it from.
    pub network: String,
    /// The network's page.
    pub network_href: Option<String>,
    /// The node it lives on, when it is not this one.
    pub host: Option<String>,
}

/// The line that names who gives something: person, network, node.
#[must_use]
pub fn producer_line(producer: &Producer) -> Markup {
    let face = producer.name.as_deref().unwrap_or(&producer.network);
    html! {
        p.producer {
            (avatar(face))
            span.producer-words {
                @if let Some(name) = &producer.name {
                    span.producer-name { (maybe_link(producer.href.as_deref(), name)) }
                }
                span.producer-network {
                    (maybe_link(producer.network_href.as_deref(), &producer.network))
                    @if let Some(host) = &producer.host {
                        span.producer-host { (icon::outward()) (host) }
                    }
                }
            }
        }
    }
}

fn maybe_link(href: Option<&str>, text: &str) -> Markup {
    html! {
        @if let Some(href) = href { a href=(href) { (text) } } @else { (text) }
    }
}

/// What a card shows.
#[derive(Debug, Clone, Default)]
pub struct CardProps {
    /// Where its name leads.
    pub href: String,
    /// What sort of thing it is, in one or two words, with its icon.
    pub kicker: Option<(Markup, String)>,
    /// Its name.
    pub name: String,
    /// The language of its name and summary, when it is not the page's.
    pub lang: Option<String>,
    /// Who gives it.
    pub producer: Producer,
    /// A few lines of it.
    pub summary: Option<String>,
    /// When, where: short facts.
    pub meta: Vec<Markup>,
    /// A state, if one must be seen at once.
    pub badge: Option<Markup>,
    /// Its picture and what it shows: `(src, alt)`.
    pub picture: Option<(String, String)>,
    /// The leaf of a calendar, for what happens on a day: `(day, month)`.
    pub day: Option<(String, String)>,
    /// Said under the name when that leads away from this node: where to.
    pub away: Option<String>,
    /// A piece of it in the place of the summary, with the words that were looked for marked.
    pub found: Option<Markup>,
    /// Other ways to it: `(href, label)`.
    pub links: Vec<(String, String)>,
}

/// A card: who gives it first, then what it is.
#[must_use]
pub fn card(card: &CardProps) -> Markup {
    html! {
        article.card {
            @if let Some((src, alt)) = &card.picture {
                img.card-picture src=(src) alt=(alt) loading="lazy" decoding="async";
            }
            div.card-body {
                div.card-top {
                    (producer_line(&card.producer))
                    @if let Some((day, month)) = &card.day {
                        span.leaf aria-hidden="true" {
                            span.leaf-month { (month) } span.leaf-day { (day) }
                        }
                    }
                }
                @if card.kicker.is_some() || card.badge.is_some() {
                    p.card-kicker {
                        @if let Some((icon, words)) = &card.kicker { span.kicker { (icon) (words) } }
                        @if let Some(badge) = &card.badge { (badge) }
                    }
                }
                (card_name(card))
                @if let Some(found) = &card.found {
                    p.card-summary lang=[card.lang.as_ref()] { (found) }
                } @else if let Some(summary) = &card.summary {
                    p.card-summary lang=[card.lang.as_ref()] { (summary) }
                }
                @if !card.meta.is_empty() { (meta_line(&card.meta)) }
                @if !card.links.is_empty() {
                    p.card-links { @for (href, label) in &card.links { a href=(href) { (label) } } }
                }
            }
        }
    }
}

/// One link holds the name and, when it leads away, where to.
fn card_name(card: &CardProps) -> Markup {
    html! {
        h3.card-name {
            a href=(card.href) {
                span lang=[card.lang.as_ref()] { (card.name) }
                @if let Some(away) = &card.away { " " span.card-away { (icon::outward()) (away) } }
            }
        }
    }
}

/// Cards side by side where there is room.
#[must_use]
pub fn cards(cards: &[CardProps]) -> Markup {
    html! {
        ul.cards role="list" { @for props in cards { li { (card(props)) } } }
    }
}

/// Short facts on one line.
#[must_use]
pub fn meta_line(facts: &[Markup]) -> Markup {
    html! {
        ul.meta role="list" { @for fact in facts { li { (fact) } } }
    }
}

/// A word in a coloured frame: a state, said in words and not by colour alone.
#[must_use]
pub fn badge(tone: Tone, text: &str) -> Markup {
    html! { span class={ "badge " (tone.class()) } { (text) } }
}

/// What is known of something, as a list of terms and descriptions.
#[must_use]
pub fn facts(facts: &[(String, Markup)]) -> Markup {
    html! {
        dl.facts {
            @for (label, value) in facts { div { dt { (label) } dd { (value) } } }
        }
    }
}

/// How far something has come. `total` 0: not known yet.
#[must_use]
pub fn progress(done: u64, total: u64, label: &str) -> Markup {
    html! {
        div.progress {
            span.progress-label { (label) }
            @if total > 0 {
                progress max=(total) value=(done.min(total)) aria-label=(label) {}
            } @else {
                progress aria-label=(label) {}
            }
        }
    }
}

/// Nothing here yet: what would be here, and how it gets here.
#[must_use]
pub fn empty_state(title: &str, text: &str, action: Option<(&str, &str)>) -> Markup {
    html! {
        div.empty {
            span.empty-mark aria-hidden="true" { (icon::empty()) }
            h2 { (title) }
            p { (text) }
            @if let Some((href, label)) = action { p { a.button.primary href=(href) { (label) } } }
        }
    }
}

/// Something to know before or after doing something.
#[must_use]
pub fn notice(tone: Tone, body: Markup) -> Markup {
    let icon = match tone {
        Tone::Neutral | Tone::Accent => icon::info(),
        Tone::Good => icon::good(),
        Tone::Warning => icon::warning(),
        Tone::Bad => icon::bad(),
    };
    let role = if tone == Tone::Bad { "alert" } else { "status" };
    html! {
        div class={ "notice " (tone.class()) } role=(role) { (icon) div.notice-body { (body) } }
    }
}

/// Pages that are parts of one thing.
#[must_use]
pub fn tabs(label: &str, items: &[NavItem]) -> Markup {
    html! {
        nav.tabs aria-label=(label) { ul role="list" { (link_items(items)) } }
    }
}

/// Ways to narrow a list, each a link; the chosen one is marked.
#[must_use]
pub fn filters(label: &str, items: &[NavItem]) -> Markup {
    html! {
        nav.filters aria-label=(label) {
            span.filters-label aria-hidden="true" { (label) }
            ul role="list" { (link_items(items)) }
        }
    }
}

fn link_items(items: &[NavItem]) -> Markup {
    html! {
        @for item in items {
            li {
                a href=(item.href) aria-current=[item.current.then_some("page")] { (item.label) }
            }
        }
    }
}

/// A table that scrolls sideways inside itself on a narrow screen.
#[must_use]
pub fn table(caption: &str, heads: &[String], rows: &[Vec<Markup>]) -> Markup {
    html! {
        div.table-scroll role="region" aria-label=(caption) tabindex="0" {
            table {
                caption.visually-hidden { (caption) }
                thead { tr { @for head in heads { th scope="col" { (head) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (index, cell) in row.iter().enumerate() {
                                @if index == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The way to the next piece of a long list.
#[must_use]
pub fn pagination(next_href: Option<&str>, label: &str) -> Markup {
    html! {
        @if let Some(href) = next_href {
            nav.pagination { a.button href=(href) rel="next" { (label) (icon::next()) } }
        }
    }
}

/// Where this page stands; the last one is the page itself.
#[must_use]
pub fn breadcrumb(locale: Locale, path: &[(&str, &str)], here: &str) -> Markup {
    html! {
        nav.breadcrumb aria-label=(locale.t("layout-breadcrumb")) {
            ol role="list" {
                @for (href, label) in path { li { a href=(href) { (label) } } }
                li { span aria-current="page" { (here) } }
            }
        }
    }
}

const HUES: u32 = 12;

/// The first letters of a name on a colour that is always the same for that name.
#[must_use]
pub fn avatar(name: &str) -> Markup {
    let hue = name
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        })
        .rotate_right(11)
        % HUES;
    html! { span class={ "avatar hue-" (hue) } aria-hidden="true" { (initials(name)) } }
}

fn initials(name: &str) -> String {
    let words: Vec<&str> = name
        .split(|c: char| c.is_whitespace() || c == '-' || c == '’' || c == '\'')
        .filter(|word| word.chars().next().is_some_and(char::is_alphanumeric))
        .collect();
    let first = |word: &str| word.chars().next().map(|c| c.to_uppercase().to_string());
    match words.as_slice() {
        [] => "·".to_owned(),
        [one] => first(one).unwrap_or_default(),
        [one, .., last] => [first(one), first(last)].into_iter().flatten().collect(),
    }
}

/// How far a step has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Behind us.
    Done,
    /// Here.
    Current,
    /// Still to come.
    Next,
}

/// The steps of something that takes several.
#[must_use]
pub fn steps(locale: Locale, steps: &[(String, Step)]) -> Markup {
    html! {
        ol.steps role="list" {
            @for (label, step) in steps {
                @let class = match step {
                    Step::Done => "step-done",
                    Step::Current => "step-current",
                    Step::Next => "step-next",
                };
                li class=(class) aria-current=[(*step == Step::Current).then_some("step")] {
                    (label)
                    @if *step == Step::Done {
                        span.visually-hidden { " " (locale.t("steps-done")) }
                    }
                }
            }
        }
    }
}

/// A word and what it means here, folded until it is asked for.
#[must_use]
pub fn definition(word: &str, meaning: Markup) -> Markup {
    html! {
        details.definition { summary { (word) } div { (meaning) } }
    }
}

/// Text that a member wrote, rendered and sanitised: set for reading.
#[must_use]
pub fn prose(text: Markup, lang: Option<&str>) -> Markup {
    html! { div.prose lang=[lang] { (text) } }
}

/// A part of a page under its own heading.
#[must_use]
pub fn section(title: &str, more: Option<(&str, &str)>, body: Markup) -> Markup {
    html! {
        section.section {
            div.section-head {
                h2 { (title) }
                @if let Some((href, label)) = more { a.more href=(href) { (label) (icon::next()) } }
            }
            (body)
        }
    }
}

/// A few figures, side by side.
#[must_use]
pub fn figures(figures: &[(String, String)]) -> Markup {
    html! {
        dl.figures {
            @for (label, number) in figures { div { dt { (label) } dd { (number) } } }
        }
    }
}

/// A thing with what belongs to it in a column at its side.
#[must_use]
pub fn with_aside(main: Markup, aside_label: &str, aside: Markup) -> Markup {
    html! {
        div.with-aside {
            div.with-aside-main { (main) }
            aside aria-label=(aside_label) { (aside) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_face_has_two_letters_at_most_and_always_the_same_colour() {
        assert_eq!(initials("Jean-François Caron"), "JC");
        assert_eq!(initials("Loos-en-Gohelle"), "LG");
        assert_eq!(initials("élan"), "É");
        assert_eq!(initials("  "), "·");
        assert_eq!(avatar("Loos").into_string(), avatar("Loos").into_string());
    }

    #[test]
    fn who_gives_it_comes_before_what_it_is() {
        let html = card(&CardProps {
            href: "/publications/1".into(),
            name: "A street without cars".into(),
            producer: Producer {
                name: Some("Amina Diallo".into()),
                network: "Loos".into(),
                ..Producer::default()
            },
            ..CardProps::default()
        })
        .into_string();
        let at = |text: &str| html.find(text).expect("shown");
        assert!(at("Amina Diallo") < at("A street without cars"));
        assert!(at("Loos") < at("A street without cars"));
    }
}
