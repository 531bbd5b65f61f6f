//! What the stewards decide for the network: its presentation, its usual licence, and the texts that
//! the law asks for.

use super::{again, languages, steward_tabs};
use crate::base::{Issues, Node, Result, text};
use crate::directory::found;
use crate::directory::{NetworkSettings, Role, Visit};
use crate::web::form::{self, Choice, Field};
use crate::web::kit::{self, Tone};
use crate::web::respond::see_other_saying;
use axum::response::Response;
use axum::routing::get;
use axum::{Form, Router};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;

/// The licences offered for new publications, by SPDX id where there is one.
pub const LICENCES: [&str; 6] = [
    "CC-BY-SA-4.0",
    "CC-BY-4.0",
    "CC-BY-NC-SA-4.0",
    "CC0-1.0",
    "etalab-2.0",
    "all-rights-reserved",
];
const TEXT_CHARS_MAX: usize = 20_000;
const TAGLINE_CHARS_MAX: usize = 160;

pub(super) fn routes() -> Router<Node> {
    Router::new().route("/settings", get(show).post(save))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    csrf: String,
    name: String,
    tagline: String,
    summary: String,
    language: String,
    licence: String,
    timezone: String,
    approve_followers: String,
    legal: String,
    privacy: String,
    contact: String,
}

impl Asked {
    fn settings(&self) -> NetworkSettings {
        NetworkSettings {
            language: self.language.clone(),
            licence: self.licence.clone(),
            tagline: text::plain_line(&self.tagline, TAGLINE_CHARS_MAX),
            timezone: self.timezone.trim().to_owned(),
            legal: self.legal.trim().to_owned(),
            privacy: self.privacy.trim().to_owned(),
            contact: self.contact.trim().to_owned(),
            approve_followers: !self.approve_followers.is_empty(),
        }
    }

    fn check(&self) -> Issues {
        let mut issues = found::check_network(&self.name, &self.settings());
        if !LICENCES.contains(&self.licence.as_str()) {
            issues.add("licence", "issue-choice");
        }
        let texts = [
            ("summary", &self.summary),
            ("legal", &self.legal),
            ("privacy", &self.privacy),
            ("contact", &self.contact),
        ];
        for (field, text) in texts {
            if text.chars().count() > TEXT_CHARS_MAX {
                issues.add(field, "issue-too-long");
            }
        }
        issues
    }
}

async fn show(visit: Visit) -> Result<Response> {
    visit.viewer.at_least(Role::Steward)?;
    let home = visit.home()?;
    let settings = home.settings.clone();
    let asked = Asked {
        csrf: String::new(),
        name: home.network.name.clone(),
        summary: home.network.summary.clone(),
        tagline: settings.tagline,
        language: settings.language,
        licence: settings.licence,
        timezone: settings.timezone,
        approve_followers: if settings.approve_followers {
            "yes".into()
        } else {
            String::new()
        },
        legal: settings.legal,
        privacy: settings.privacy,
        contact: settings.contact,
    };
    Ok(page(&visit, &asked, &Issues::default()))
}

async fn save(visit: Visit, Form(asked): Form<Asked>) -> Result<Response> {
    visit.viewer.at_least(Role::Steward)?;
    visit.check_csrf(&asked.csrf)?;
    let (node, network) = (&visit.node, &visit.home()?.network);
    let issues = asked.check();
    if !issues.0.is_empty() {
        return Ok(again(page(&visit, &asked, &issues)));
    }
    let settings = asked.settings();
    if settings != visit.home()?.settings {
        found::decide(node, &settings).await?;
    }
    // Followers are told of a new presentation: nothing is said when it is the old one.
    if asked.name.trim() != network.name || asked.summary.trim() != network.summary {
        found::present(node, network, &asked.name, &asked.summary).await?;
    }
    let config = &node.config;
    Ok(see_other_saying(
        "/settings",
        Tone::Good,
        "settings-saved",
        config,
    ))
}

fn page(visit: &Visit, asked: &Asked, issues: &Issues) -> Response {
    let locale = visit.locale;
    let title = visit.t("settings-network");
    let labels = [
        ("name", "settings-network-name"),
        ("summary", "settings-network-summary"),
        ("language", "setup-language"),
        ("licence", "settings-licence"),
        ("timezone", "settings-timezone"),
        ("legal", "legal-title"),
        ("privacy", "privacy-title"),
        ("contact", "contact-title"),
    ]
    .map(|(field, key)| (field, visit.t(key)));
    let ready = asked.settings().legal_pages_ready();
    let body = html! {
        (steward_tabs(visit))
        (kit::page_head(&title, None, html! { a.button href="/about" { (visit.t("settings-see-about")) } }))
        @if !ready {
            (kit::notice(Tone::Warning, html! {
                p { (visit.t("legal-needed")) " " a href="#texts" { (visit.t("legal-fill")) } }
            }))
        }
        (form::error_summary(locale, issues, &labels))
        form.form method="post" action="/settings" {
            (form::csrf_field(&visit.csrf()))
            (form::fieldset(&visit.t("settings-presentation"), None, presentation(visit, asked, issues)))
            (form::fieldset(&visit.t("settings-publishing"), None, publishing(visit, asked, issues)))
            div #texts {
                (form::fieldset(&visit.t("settings-texts"), Some(&visit.t("settings-texts-hint")), texts(visit, asked, issues)))
            }
            (form::actions(form::submit(&visit.t("action-save"))))
        }
    };
    visit.page(&title, body)
}

fn presentation(visit: &Visit, asked: &Asked, issues: &Issues) -> Markup {
    let locale = visit.locale;
    let address = visit.home.as_ref().map(|home| home.network.address());
    let name = Field::new("name", visit.t("settings-network-name"))
        .value(&asked.name)
        .required()
        .length_max(120)
        .issues(locale, issues);
    let tagline = Field::new("tagline", visit.t("settings-network-tagline"))
        .hint(visit.t("setup-tagline-hint"))
        .value(&asked.tagline)
        .length_max(TAGLINE_CHARS_MAX);
    let hint = format!(
        "{} {}",
        visit.t("settings-network-summary-hint"),
        visit.t("form-markdown")
    );
    let summary = Field::new("summary", visit.t("settings-network-summary"))
        .hint(hint)
        .value(&asked.summary)
        .issues(locale, issues);
    let language = Field::new("language", visit.t("setup-language"))
        .hint(visit.t("setup-language-hint"))
        .value(&asked.language)
        .issues(locale, issues);
    html! {
        @if let Some(address) = address {
            p { (visit.t("settings-address")) " " span.address { (address) } }
        }
        (form::text_field(locale, &name))
        (form::text_field(locale, &tagline))
        (form::text_area(locale, &summary))
        (form::radios(locale, &language, &languages()))
    }
}

fn publishing(visit: &Visit, asked: &Asked, issues: &Issues) -> Markup {
    let locale = visit.locale;
    let licences = LICENCES.map(|id| Choice::new(id, licence_name(visit, id)));
    let licence = Field::new("licence", visit.t("settings-licence"))
        .hint(visit.t("settings-licence-hint"))
        .value(&asked.licence)
        .issues(locale, issues);
    let timezone = Field::new("timezone", visit.t("settings-timezone"))
        .hint(visit.t("settings-timezone-hint"))
        .value(&asked.timezone)
        .autocomplete("off")
        .required()
        .issues(locale, issues);
    let approve = Field::new("approve_followers", visit.t("settings-approve"))
        .hint(visit.t("settings-approve-hint"));
    html! {
        (form::select(locale, &licence, &licences))
        (form::text_field(locale, &timezone))
        (form::checkbox(locale, &approve, !asked.approve_followers.is_empty()))
    }
}

/// The name of a licence: `licence-cc-by-sa-4` for `CC-BY-SA-4.0`; its id when it has none.
fn licence_name(visit: &Visit, id: &str) -> String {
    let short = id.to_lowercase();
    let short = short.trim_end_matches(".0").trim_end_matches("-reserved");
    let key = format!("licence-{short}");
    if visit.locale.has(&key) {
        visit.t(&key)
    } else {
        id.to_owned()
    }
}

fn texts(visit: &Visit, asked: &Asked, issues: &Issues) -> Markup {
    let locale = visit.locale;
    let texts = [
        ("legal", &asked.legal),
        ("privacy", &asked.privacy),
        ("contact", &asked.contact),
    ];
    html! {
        @for (name, value) in texts {
            @let field = Field::new(name, visit.t(&format!("{name}-title")))
                .hint(visit.t(&format!("settings-{name}-hint")))
                .value(value).issues(locale, issues);
            (form::text_area(locale, &field))
            @let outline = visit.t(&format!("settings-{name}-outline"));
            (kit::definition(&visit.t("settings-outline"), html! {
                p.quiet { (visit.t("settings-outline-hint")) }
                pre.outline { (outline) }
                button type="button" hidden data-fill={ "f-" (name) } data-fill-from=(outline) { (visit.t("settings-outline-use")) }
            }))
        }
    }
}

/// Markdown of ours as a page shows it.
pub(super) fn rendered(markdown: &str) -> Markup {
    PreEscaped(text::markdown_to_html(markdown))
}
