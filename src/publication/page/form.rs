//! The form in which a publication is written.

use super::card;
use crate::base::Issues;
use crate::directory::Visit;
use crate::publication::kind::Field as KindField;
use crate::publication::{Audience, Draft, Kind, draft};
use crate::web::form::{self, Choice, Field};
use crate::web::kit::{self, Tone};
use crate::web::{Arg, icon};
use maud::{Markup, html};
use serde_json::Value;

/// The languages that the form proposes.
const LANGUAGES: [&str; 10] = ["fr", "en", "es", "pt", "de", "it", "nl", "ar", "zh", "wo"];
const NAME_CHARS_MAX: usize = 200;
const SUMMARY_CHARS_MAX: usize = 500;

/// What the form shows.
pub struct Filled<'a> {
    /// What was written so far.
    pub draft: &'a Draft,
    /// Its sort.
    pub kind: Kind,
    /// The draft's id, once it has one; of something published, its own.
    pub id: Option<&'a str>,
    /// What keeps it from being published.
    pub issues: &'a Issues,
}

/// The names of all fields, for the summary above the form.
fn labels(visit: &Visit, kind: Kind) -> Vec<(&'static str, String)> {
    let mut labels: Vec<(&str, String)> = [
        ("name", "write-name"),
        ("summary", "write-summary"),
        ("content", "write-content"),
        ("language", "write-language"),
        ("licence", "write-licence"),
        ("audience", "write-audience"),
        ("picture", "write-picture"),
        ("alt", "write-picture-alt"),
        ("start_time", "write-start"),
        ("end_time", "write-end"),
        ("timezone", "write-timezone"),
        ("latitude", "write-latitude"),
        ("longitude", "write-longitude"),
    ]
    .map(|(name, key)| (name, visit.t(key)))
    .into();
    for field in kind.fields() {
        labels.push((field.name, visit.t(&format!("field-{}", field.name))));
    }
    labels
}

/// The whole form, with what is wrong above it and beside each field.
pub fn form(visit: &Visit, filled: &Filled<'_>) -> Markup {
    let locale = visit.locale;
    let draft = filled.draft;
    let picture = draft.picture.as_ref();
    html! {
        (form::error_summary(locale, filled.issues, &labels(visit, filled.kind)))
        @if filled.issues.of("audience") == Some("issue-legal-pages") { (legal_pages(visit)) }
        form.form method="post" action="/write" enctype="multipart/form-data" novalidate
            data-autosave="/write/autosave" {
            (form::csrf_field(&visit.csrf()))
            (form::hidden("kind", filled.kind.code()))
            (form::hidden("draft", filled.id.unwrap_or_default()))
            (form::hidden("revision", &draft.revision.to_string()))
            (form::hidden("picture_name", picture.map_or("", |picture| picture.src.as_str())))
            (core(visit, filled))
            @if filled.kind == Kind::Event { (gathering(visit, filled)) }
            (own_fields(visit, filled))
            (sharing(visit, filled))
            (picture_fields(visit, filled))
            (form::save_status(locale))
            (form::actions(html! {
                button.primary type="submit" name="action" value="preview" { (visit.t("write-preview")) }
                (form::submit_as("action", "save", &visit.t("action-save-draft")))
            }))
        }
    }
}

/// What a node lacks before it may publish.
pub fn legal_pages(visit: &Visit) -> Markup {
    let steward = visit
        .viewer
        .at_least(crate::directory::Role::Steward)
        .is_ok();
    kit::notice(
        Tone::Warning,
        html! {
            p { (visit.t("legal-needed")) }
            @if steward { p { a href="/settings" { (visit.t("legal-fill")) } } }
        },
    )
}

/// One field with its issue, in the language of the text.
fn field<'a>(visit: &Visit, filled: &'a Filled<'_>, name: &'a str, key: &str) -> Field<'a> {
    let field = Field::new(name, visit.t(key)).issues(visit.locale, filled.issues);
    if filled.draft.language.is_empty() {
        field
    } else {
        field.lang(&filled.draft.language)
    }
}

fn core(visit: &Visit, filled: &Filled<'_>) -> Markup {
    let (locale, draft) = (visit.locale, filled.draft);
    let of = |name, key| field(visit, filled, name, key);
    let help = html! {
        p { (visit.t("write-content-hint")) }
        p { (visit.t("form-markdown")) }
    };
    let fields = html! {
        (form::text_field(locale, &of("name", "write-name").value(&draft.name)
            .hint(visit.t("write-name-hint")).required().length_max(NAME_CHARS_MAX)))
        (form::text_area(locale, &of("summary", "write-summary").value(&draft.summary)
            .hint(visit.t("write-summary-hint")).rows(3).length_max(SUMMARY_CHARS_MAX)))
        (form::text_area(locale, &of("content", "write-content").value(&draft.content)
            .hint(visit.t("write-content-needed")).rows(16)))
        (kit::definition(&visit.t("write-markdown"), help))
    };
    form::fieldset(&visit.t("write-part-core"), None, fields)
}

fn gathering(visit: &Visit, filled: &Filled<'_>) -> Markup {
    let (locale, draft) = (visit.locale, filled.draft);
    let of = |name, key| field(visit, filled, name, key);
    let here = |given: &str| match draft::read_time(given, &draft.timezone) {
        Some(at) => draft::local_time(at, &draft.timezone),
        None => given.to_owned(),
    };
    let (start, end) = (here(&draft.start_time), here(&draft.end_time));
    let degrees = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let place = &draft.place;
    let (north, east) = (degrees(place.latitude), degrees(place.longitude));
    let line = |name, key, value: &str| {
        form::text_field(
            locale,
            &Field {
                value,
                ..of(name, key)
            },
        )
    };
    let fields = html! {
        (form::row(&[
            form::text_field(locale, &Field { value: &start, ..of("start_time", "write-start") }
                .kind("datetime-local")),
            form::text_field(locale, &Field { value: &end, ..of("end_time", "write-end") }
                .kind("datetime-local")),
        ]))
        (form::text_field(locale, &of("timezone", "write-timezone").value(&draft.timezone)
            .hint(visit.t("write-timezone-hint"))))
        (line("place_name", "write-place-name", &place.name))
        (line("place_street", "write-place-street", &place.street))
        (form::row(&[
            line("place_postcode", "write-place-postcode", &place.postcode),
            line("place_locality", "write-place-locality", &place.locality),
        ]))
        (form::row(&[
            line("place_region", "write-place-region", &place.region),
            line("place_country", "write-place-country", &place.country),
        ]))
        (kit::definition(&visit.t("write-place-map"), html! {
            p { (visit.t("write-place-map-hint")) }
            (form::row(&[
                line("latitude", "write-latitude", &north),
                line("longitude", "write-longitude", &east),
            ]))
        }))
    };
    form::fieldset(&visit.t("write-part-when"), None, fields)
}

fn own_fields(visit: &Visit, filled: &Filled<'_>) -> Markup {
    let rigour = filled
        .kind
        .fields()
        .iter()
        .any(|field| field.needed.is_some());
    let (legend, hint) = if rigour {
        ("write-part-rigour", Some(visit.t("write-part-rigour-hint")))
    } else {
        ("write-part-practical", None)
    };
    let fields = html! {
        @for own in filled.kind.fields() { (own_field(visit, filled, own)) }
    };
    form::fieldset(&visit.t(legend), hint.as_deref(), fields)
}

fn own_field(visit: &Visit, filled: &Filled<'_>, own: &KindField) -> Markup {
    let value = filled.draft.detail.get(own.name).and_then(Value::as_str);
    let key = format!("field-{}", own.name);
    let mut field = field(visit, filled, own.name, &key)
        .value(value.unwrap_or_default())
        .rows(own.rows);
    let hint = format!("{key}-hint");
    if visit.locale.has(&hint) {
        field = field.hint(visit.t(&hint));
    }
    if own.needed.is_some() {
        field.label = format!("{} {}", field.label, visit.t("write-needed"));
    }
    if own.rows == 1 {
        form::text_field(visit.locale, &field)
    } else {
        form::text_area(visit.locale, &field)
    }
}

fn sharing(visit: &Visit, filled: &Filled<'_>) -> Markup {
    let (locale, draft) = (visit.locale, filled.draft);
    let plain = |name, key| Field::new(name, visit.t(key)).issues(locale, filled.issues);
    let own =
        Some(draft.language.as_str()).filter(|code| !code.is_empty() && !LANGUAGES.contains(code));
    let languages: Vec<Choice> = LANGUAGES
        .into_iter()
        .chain(own)
        .map(|code| Choice::new(code, card::language_name(locale, code)))
        .collect();
    let licences = draft::LICENCES.map(|(id, _)| {
        let name = card::licence_key(id).map_or_else(|| id.to_owned(), |key| visit.t(key));
        Choice::new(id, name)
    });
    let fields = html! {
        (form::select(locale, &plain("language", "write-language").value(&draft.language), &languages))
        (form::select(locale, &plain("licence", "write-licence").value(&draft.licence)
            .hint(visit.t("write-licence-hint")), &licences))
        (audience(visit, filled, &plain("audience", "write-audience")))
    };
    form::fieldset(&visit.t("write-part-sharing"), None, fields)
}

/// Whom it is for; once published that stays, since those who hold a copy cannot be un-told.
fn audience(visit: &Visit, filled: &Filled<'_>, field: &Field<'_>) -> Markup {
    let draft = filled.draft;
    if draft.revision > 0 {
        let said = visit.t(&format!("audience-{}", draft.audience));
        return html! {
            (form::hidden("audience", &draft.audience))
            p.field { strong { (visit.t("publication-audience")) } (visit.t("form-colon")) (said) br;
                span.field-hint { (visit.t("write-audience-stays")) } }
        };
    }
    let choices = [Audience::Public, Audience::Followers, Audience::Members].map(|audience| {
        let key = format!("audience-{}", audience.code());
        Choice::new(audience.code(), visit.t(&key)).hint(visit.t(&format!("{key}-hint")))
    });
    form::radios(
        visit.locale,
        &field.clone().value(&draft.audience),
        &choices,
    )
}

fn picture_fields(visit: &Visit, filled: &Filled<'_>) -> Markup {
    let locale = visit.locale;
    let picture = filled.draft.picture.as_ref();
    let size = locale.bytes(u64::try_from(visit.node.config.media_bytes_max).unwrap_or(0));
    let plain = |name, key| Field::new(name, visit.t(key)).issues(locale, filled.issues);
    let alt = field(visit, filled, "alt", "write-picture-alt")
        .value(picture.map_or("", |picture| picture.alt.as_str()))
        .hint(visit.t("write-picture-alt-hint"));
    let file = plain("picture", "write-picture")
        .hint(locale.tn("write-picture-hint", &[("size", Arg::from(size))]));
    let fields = html! {
        @if let Some(picture) = picture {
            img.picture-kept src=(card::media_path(&picture.src, true)) alt=(picture.alt);
            (form::checkbox(locale, &plain("picture_remove", "write-picture-remove"), false))
        }
        (form::text_field(locale, &alt))
        // The file comes last: all that was typed is read before it.
        (form::file(locale, &file, "image/jpeg,image/png,image/webp,image/gif"))
    };
    form::fieldset(&visit.t("write-pictures"), None, fields)
}

/// The drawing and the words that invite to write one kind.
pub fn invitation(visit: &Visit, kind: Kind) -> Markup {
    let code = kind.code();
    html! {
        a.kind-choice href={ "/write/" (code) } {
            (card::kind_icon(kind))
            span {
                strong { (visit.t(&format!("write-{code}-title"))) }
                span.quiet { (visit.t(&format!("kind-{code}-hint"))) }
            }
            (icon::next())
        }
    }
}
