//! Forms: every field has a label, a hint where one helps, and its error beside it.

use super::icon;
use super::locale::{Arg, Locale};
use crate::base::Issues;
use maud::{Markup, html};

/// What a field is and holds. Begin with [`Field::new`] and name what differs.
#[derive(Debug, Clone)]
pub struct Field<'a> {
    /// The name it is sent under; its element's id is this name after `f-`.
    pub name: &'a str,
    /// What it asks, in the reader's language.
    pub label: String,
    /// What helps to answer.
    pub hint: Option<String>,
    /// What it holds now.
    pub value: &'a str,
    /// Whether it must be filled.
    pub required: bool,
    /// What a browser may fill in: `email`, `current-password`, `off`..
    pub autocomplete: Option<&'a str>,
    /// What is wrong with what was sent, in the reader's language.
    pub error: Option<String>,
    /// Rows of a text area.
    pub rows: u8,
    /// The type of an input: `text`, `email`, `password`, `url`, `date`, `datetime-local`..
    pub kind: &'a str,
    /// The most characters it takes; shown as a counter where there is JavaScript.
    pub length_max: Option<usize>,
    /// The language of what is written in it, where that is known.
    pub lang: Option<&'a str>,
}

impl<'a> Field<'a> {
    /// An empty one-line text.
    #[must_use]
    pub fn new(name: &'a str, label: impl Into<String>) -> Self {
        Self {
            name,
            label: label.into(),
            hint: None,
            value: "",
            required: false,
            autocomplete: None,
            error: None,
            rows: 5,
            kind: "text",
            length_max: None,
            lang: None,
        }
    }

    /// With what helps to answer.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With what it holds now.
    #[must_use]
    pub fn value(mut self, value: &'a str) -> Self {
        self.value = value;
        self
    }

    /// It must be filled.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// With the type of its input.
    #[must_use]
    pub fn kind(mut self, kind: &'a str) -> Self {
        self.kind = kind;
        self
    }

    /// With what a browser may fill in.
    #[must_use]
    pub fn autocomplete(mut self, autocomplete: &'a str) -> Self {
        self.autocomplete = Some(autocomplete);
        self
    }

    /// With so many rows.
    #[must_use]
    pub fn rows(mut self, rows: u8) -> Self {
        self.rows = rows;
        self
    }

    /// With the most characters it takes.
    #[must_use]
    pub fn length_max(mut self, characters: usize) -> Self {
        self.length_max = Some(characters);
        self
    }

    /// With the language of what is written in it.
    #[must_use]
    pub fn lang(mut self, lang: &'a str) -> Self {
        self.lang = Some(lang);
        self
    }

    /// With the issue noted for its name, if any.
    #[must_use]
    pub fn issues(mut self, locale: Locale, issues: &Issues) -> Self {
        self.error = issues.of(self.name).map(|key| locale.t(key));
        self
    }

    fn id(&self) -> String {
        field_id(self.name)
    }

    /// The ids of what explains the field, for `aria-describedby`.
    fn described_by(&self) -> Option<String> {
        let mut ids = Vec::new();
        if self.hint.is_some() {
            ids.push(format!("{}-hint", self.id()));
        }
        if self.error.is_some() {
            ids.push(format!("{}-error", self.id()));
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.as_ref().map(|_| "true")
    }
}

/// The id of the element of a field, which links and labels point to.
#[must_use]
pub fn field_id(name: &str) -> String {
    format!("f-{name}")
}

/// Label, hint and error around one control.
fn around(locale: Locale, field: &Field<'_>, control: Markup) -> Markup {
    html! {
        div.field.invalid[field.error.is_some()] {
            label.field-label for=(field.id()) {
                (field.label)
                @if field.required { " " span.field-required { (locale.t("form-required")) } }
            }
            (hint(field))
            (error(locale, field))
            (control)
        }
    }
}

fn hint(field: &Field<'_>) -> Markup {
    html! {
        @if let Some(hint) = &field.hint { p.field-hint id={ (field.id()) "-hint" } { (hint) } }
    }
}

fn error(locale: Locale, field: &Field<'_>) -> Markup {
    html! {
        @if let Some(error) = &field.error {
            p.field-error id={ (field.id()) "-error" } {
                (icon::bad())
                span { span.visually-hidden { (locale.t("form-error")) " " } (error) }
            }
        }
    }
}

/// What the counter of characters says; the script puts the number in.
fn count_text(locale: Locale) -> String {
    locale.tn("form-characters-left", &[("count", Arg::from("%"))])
}

/// One line of text, or any other `input` with a value.
#[must_use]
pub fn text_field(locale: Locale, field: &Field<'_>) -> Markup {
    // A password is never sent back to the page.
    let value = (!field.value.is_empty() && field.kind != "password").then_some(field.value);
    around(
        locale,
        field,
        html! {
            input id=(field.id()) name=(field.name) type=(field.kind) value=[value]
                required[field.required] autocomplete=[field.autocomplete] lang=[field.lang]
                maxlength=[field.length_max] data-count=[field.length_max]
                data-count-text=[field.length_max.map(|_| count_text(locale))]
                aria-describedby=[field.described_by()] aria-invalid=[field.invalid()];
        },
    )
}

/// Several lines of text.
#[must_use]
pub fn text_area(locale: Locale, field: &Field<'_>) -> Markup {
    around(
        locale,
        field,
        html! {
            // A browser drops one line break after the tag: give it one of ours to drop.
            textarea id=(field.id()) name=(field.name) rows=(field.rows) lang=[field.lang]
                required[field.required] autocomplete=[field.autocomplete]
                maxlength=[field.length_max] data-count=[field.length_max]
                data-count-text=[field.length_max.map(|_| count_text(locale))]
                aria-describedby=[field.described_by()] aria-invalid=[field.invalid()] {
                "\n" (field.value)
            }
        },
    )
}

/// One choice of a list.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// What helps to choose; shown by [`radios`] and [`checkboxes`].
    pub hint: Option<String>,
}

impl Choice {
    /// A choice without a hint.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            hint: None,
        }
    }

    /// With what helps to choose.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A list that unfolds; for more than about six choices.
#[must_use]
pub fn select(locale: Locale, field: &Field<'_>, choices: &[Choice]) -> Markup {
    around(
        locale,
        field,
        html! {
            select id=(field.id()) name=(field.name) required[field.required]
                autocomplete=[field.autocomplete]
                aria-describedby=[field.described_by()] aria-invalid=[field.invalid()] {
                @for choice in choices {
                    option value=(choice.value) selected[choice.value == field.value] {
                        (choice.label)
                    }
                }
            }
        },
    )
}

/// One box to tick. What is sent when it is ticked is the field's value, or `yes`.
#[must_use]
pub fn checkbox(locale: Locale, field: &Field<'_>, checked: bool) -> Markup {
    let value = if field.value.is_empty() {
        "yes"
    } else {
        field.value
    };
    html! {
        div.field.invalid[field.error.is_some()] {
            (error(locale, field))
            div.choice {
                input id=(field.id()) name=(field.name) type="checkbox" value=(value)
                    checked[checked] required[field.required]
                    aria-describedby=[field.described_by()] aria-invalid=[field.invalid()];
                label for=(field.id()) { (field.label) }
            }
            (hint(field))
        }
    }
}

/// One of a few choices, all in sight.
#[must_use]
pub fn radios(locale: Locale, field: &Field<'_>, choices: &[Choice]) -> Markup {
    group(locale, field, choices, "radio", |value| {
        value == field.value
    })
}

/// Any of a few choices, all in sight.
#[must_use]
pub fn checkboxes(
    locale: Locale,
    field: &Field<'_>,
    choices: &[Choice],
    chosen: &[String],
) -> Markup {
    group(locale, field, choices, "checkbox", |value| {
        chosen.iter().any(|one| one == value)
    })
}

fn group(
    locale: Locale,
    field: &Field<'_>,
    choices: &[Choice],
    kind: &str,
    is_chosen: impl Fn(&str) -> bool,
) -> Markup {
    html! {
        fieldset.field.invalid[field.error.is_some()] id=(field.id()) tabindex="-1"
            aria-describedby=[field.described_by()] {
            legend.field-label {
                (field.label)
                @if field.required { " " span.field-required { (locale.t("form-required")) } }
            }
            (hint(field))
            (error(locale, field))
            div.choices {
                @for (index, choice) in choices.iter().enumerate() {
                    @let id = format!("{}-{index}", field.id());
                    div.choice {
                        input id=(id) name=(field.name) type=(kind) value=(choice.value)
                            checked[is_chosen(&choice.value)]
                            required[field.required && kind == "radio"]
                            aria-describedby=[choice.hint.as_ref().map(|_| format!("{id}-hint"))];
                        label for=(id) { (choice.label) }
                        @if let Some(hint) = &choice.hint {
                            p.field-hint id={ (id) "-hint" } { (hint) }
                        }
                    }
                }
            }
        }
    }
}

/// A file from the person's device. The form needs `enctype="multipart/form-data"`.
#[must_use]
pub fn file(locale: Locale, field: &Field<'_>, accept: &str) -> Markup {
    around(
        locale,
        field,
        html! {
            input id=(field.id()) name=(field.name) type="file" accept=(accept)
                required[field.required]
                aria-describedby=[field.described_by()] aria-invalid=[field.invalid()];
        },
    )
}

/// A value the form carries unseen.
#[must_use]
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// The token that shows that the form came from a page of ours.
#[must_use]
pub fn csrf_field(token: &str) -> Markup {
    hidden("csrf", token)
}

/// The button that sends the form: one a form.
#[must_use]
pub fn submit(label: &str) -> Markup {
    html! { button.primary type="submit" { (label) } }
}

/// Another button of the same form, told apart by the value of `name`.
#[must_use]
pub fn submit_as(name: &str, value: &str, label: &str) -> Markup {
    html! { button type="submit" name=(name) value=(value) { (label) } }
}

/// The line in a form with `data-autosave` that says when it was last kept; empty without script.
#[must_use]
pub fn save_status(locale: Locale) -> Markup {
    html! {
        p.save-status data-save-status role="status"
            data-saving=(locale.t("form-saving"))
            data-saved=(locale.tn("form-saved-at", &[("time", Arg::from("%"))]))
            data-failed=(locale.t("form-not-saved")) {}
    }
}

/// Short fields side by side where there is room.
#[must_use]
pub fn row(fields: &[Markup]) -> Markup {
    html! { div.field-row { @for field in fields { (field) } } }
}

/// The buttons at the end of a form, the main one first.
#[must_use]
pub fn actions(buttons: Markup) -> Markup {
    html! { div.form-actions { (buttons) } }
}

/// Fields that belong together, under one heading.
#[must_use]
pub fn fieldset(legend: &str, hint: Option<&str>, fields: Markup) -> Markup {
    html! {
        fieldset.fields {
            legend { (legend) }
            @if let Some(hint) = hint { p.field-hint { (hint) } }
            (fields)
        }
    }
}

/// What must be looked at again, above the form, each with a link to its field. `labels` gives the
/// name of each field in the reader's language.
#[must_use]
pub fn error_summary(locale: Locale, issues: &Issues, labels: &[(&str, String)]) -> Markup {
    if issues.0.is_empty() {
        return html! {};
    }
    let label = |field: &str| {
        let found = labels.iter().find(|(name, _)| *name == field);
        found.map_or_else(|| field.to_owned(), |(_, label)| label.clone())
    };
    // Read from the top, as the fields stand: in the order of the fields' labels.
    let place = |field: &str| labels.iter().position(|(name, _)| *name == field);
    let mut all = issues.0.clone();
    all.sort_by_key(|(field, _)| place(field).unwrap_or(usize::MAX));
    let title = locale.tn("form-summary", &[("count", Arg::from(issues.0.len()))]);
    html! {
        div.error-summary role="alert" tabindex="-1" {
            h2 { (title) }
            ul {
                @for (field, message) in &all {
                    li {
                        a href={ "#" (field_id(field)) } { (label(field)) }
                        (locale.t("form-colon")) (locale.t(message))
                    }
                }
            }
        }
    }
}

/// A deed that cannot be taken back: it unfolds, says what will happen, and only then has a button.
#[derive(Debug, Clone, Default)]
pub struct Confirm<'a> {
    /// Where the form goes.
    pub action: &'a str,
    /// The token of the session.
    pub csrf: &'a str,
    /// What is read before it unfolds: "Withdraw this publication".
    pub summary: String,
    /// What will happen, in plain words.
    pub text: String,
    /// What the button says.
    pub button: String,
    /// What else the form carries.
    pub hidden: &'a [(&'a str, &'a str)],
    /// Whether something is lost by it.
    pub dangerous: bool,
}

/// See [`Confirm`].
#[must_use]
pub fn confirm(confirm: &Confirm<'_>) -> Markup {
    let class = if confirm.dangerous {
        "danger"
    } else {
        "primary"
    };
    html! {
        details.confirm {
            summary { (confirm.summary) }
            form method="post" action=(confirm.action) {
                p { (confirm.text) }
                (csrf_field(confirm.csrf))
                @for (name, value) in confirm.hidden { (hidden(name, value)) }
                button class=(class) type="submit" { (confirm.button) }
            }
        }
    }
}

/// One button that does one thing: a whole form.
#[must_use]
pub fn button_form(action: &str, csrf: &str, label: &str, values: &[(&str, &str)]) -> Markup {
    html! {
        form.button-form method="post" action=(action) {
            (csrf_field(csrf))
            @for (name, value) in values { (hidden(name, value)) }
            button type="submit" { (label) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_stands_beside_its_field_and_is_read_with_it() {
        let mut issues = Issues::default();
        issues.add("scope", "issue-required");
        let field = Field::new("scope", "Scope")
            .hint("Why")
            .issues(Locale::En, &issues);
        let html = text_area(Locale::En, &field).into_string();
        assert!(html.contains("aria-describedby=\"f-scope-hint f-scope-error\""));
        assert!(html.contains("aria-invalid=\"true\""));
        assert!(html.contains("id=\"f-scope-error\""));
        let labels = [("scope", "Scope and limits".to_owned())];
        let summary = error_summary(Locale::En, &issues, &labels).into_string();
        assert!(summary.contains("<a href=\"#f-scope\">Scope and limits</a>"));
    }

    #[test]
    fn a_password_is_never_sent_back() {
        let field = Field::new("password", "Password")
            .kind("password")
            .value("secret");
        assert!(
            !text_field(Locale::En, &field)
                .into_string()
                .contains("secret")
        );
    }

    #[test]
    fn a_text_keeps_its_first_line_break() {
        let field = Field::new("content", "Text").value("\nfirst </textarea><script>");
        let html = text_area(Locale::En, &field).into_string();
        assert!(html.contains(">\n\nfirst &lt;/textarea&gt;&lt;script&gt;</textarea>"));
    }
}
