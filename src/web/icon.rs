//! Small drawings of our own, inline, in the colour of the text around them.

use maud::{Markup, PreEscaped, html};

fn draw(shapes: &'static str) -> Markup {
    html! {
        svg.icon viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor"
            stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"
            aria-hidden="true" focusable="false" {
            (PreEscaped(shapes))
        }
    }
}

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $shapes:literal;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name() -> Markup {
            draw($shapes)
        }
    )*};
}

icons! {
    /// Search.
    search = r#"<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>"#;
    /// The menu of a phone.
    menu = r#"<path d="M4 7h16M4 12h16M4 17h10"/>"#;
    /// It went well.
    good = r#"<circle cx="12" cy="12" r="9"/><path d="m8 12.5 2.7 2.7L16 9.5"/>"#;
    /// It wants attention.
    warning = r#"<path d="M12 4 2.8 20h18.4z"/><path d="M12 10v4.5M12 17.2v.1"/>"#;
    /// It went wrong.
    bad = r#"<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.5M12 16.3v.1"/>"#;
    /// By the way.
    info = r#"<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.7v.1"/>"#;
    /// Onwards.
    next = r#"<path d="M5 12h14M13 6l6 6-6 6"/>"#;
    /// Leads to another node.
    outward = r#"<path d="M9 5H5v14h14v-4M13 5h6v6M19 5l-9 9"/>"#;
    /// A place.
    place = r#"<path d="M12 21s7-6.2 7-11.5a7 7 0 0 0-14 0C5 14.8 12 21 12 21z"/><circle cx="12" cy="9.5" r="2.5"/>"#;
    /// A date.
    calendar = r#"<path d="M4 6.5h16V20H4zM4 10.5h16M8 4v4M16 4v4"/>"#;
    /// A text.
    paper = r#"<path d="M6 3.5h8l4 4V20.5H6zM14 3.5v4h4M9 12h6M9 15.5h6"/>"#;
    /// Something lived and told: a seedling.
    experience = r#"<path d="M12 21v-9M12 12c0-4 2.5-6.5 8-6.5 0 4.5-3 6.5-8 6.5zM12 15c0-3-2.2-5-7.5-5 0 4 2.8 5 7.5 5z"/>"#;
    /// Checked by a proof.
    verified = r#"<path d="M12 3 5 6v5.5c0 4.6 3 7.7 7 9.5 4-1.8 7-4.9 7-9.5V6z"/><path d="m8.8 12 2.3 2.3 4.2-4.6"/>"#;
    /// Add, write.
    plus = r#"<path d="M12 5v14M5 12h14"/>"#;
    /// Edit.
    pencil = r#"<path d="m5 19 1-4L16.5 4.5l3 3L9 18z"/>"#;
    /// Take away.
    bin = r#"<path d="M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5"/>"#;
    /// A network: three points that hold together.
    network = r#"<circle cx="12" cy="6" r="2.5"/><circle cx="6" cy="17" r="2.5"/><circle cx="18" cy="17" r="2.5"/><path d="m10.8 8.2-3.6 6.6M13.2 8.2l3.6 6.6M8.5 17h7"/>"#;
    /// People.
    people = r#"<circle cx="9" cy="8.5" r="3.2"/><path d="M3 19.5c.4-3.6 2.8-5.5 6-5.5s5.6 1.9 6 5.5M15.5 5.6a3.2 3.2 0 0 1 0 5.8M17.5 14.4c2 .7 3.2 2.4 3.5 5.1"/>"#;
    /// Licence, conditions.
    licence = r#"<circle cx="12" cy="12" r="9"/><path d="M14.8 9.5a3.6 3.6 0 1 0 0 5"/>"#;
    /// Languages.
    language = r#"<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c5 5.5 5 12.5 0 18M12 3c-5 5.5-5 12.5 0 18"/>"#;
    /// Waiting.
    clock = r#"<circle cx="12" cy="12" r="9"/><path d="M12 7v5.3l3.4 2"/>"#;
    /// Closed to others.
    lock = r#"<path d="M6 10.5h12V20H6zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5"/>"#;
    /// Nothing here: a path that stops.
    lost = r#"<path d="M4 20c1-5 4-5 5-8s-2-4 0-7"/><path d="M14 20c0-2 .5-3.4 1.4-4.6"/><path d="m15 7 5 5M20 7l-5 5"/>"#;
    /// An empty place, waiting: a pot.
    empty = r#"<path d="M6 12h12l-1.5 8.5h-9zM4.5 9.5h15V12h-15zM12 9.5V5M12 6.5c0-2 1.4-3 4-3 0 2-1.4 3-4 3z"/>"#;
}

/// The mark of Atelier: two beams that lean on each other, joined by a peg.
#[must_use]
pub fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 40 40" width="40" height="40" aria-hidden="true" focusable="false" {
            rect.mark-ground width="40" height="40" rx="9" {}
            path.mark-beam d="M9.5 31.5 20 8.5l10.5 23" {}
            path.mark-tie d="M13.6 23.5h12.8" {}
            circle.mark-peg cx="20" cy="9.5" r="3.4" {}
        }
    }
}
