//! Who keeps this node and with what software; the legal notice, privacy and contact of its network.

use super::settings::rendered;
use crate::base::{Node, Result};
use crate::directory::{NetworkSettings, Role, Visit};
use crate::web::kit::{self, Tone};
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};

pub(super) fn routes() -> Router<Node> {
    Router::new()
        .route("/about", get(about))
        .route("/legal", get(legal))
        .route("/privacy", get(privacy))
        .route("/contact", get(contact))
}

async fn about(visit: Visit) -> Result<Response> {
    let locale = visit.locale;
    let network = &visit.home()?.network;
    let title = visit.t("about-title");
    let name = network.name.as_str();
    let lede = locale.tn("about-lede", &[("network", name.into())]);
    let path = network.path();
    let body = html! {
        (kit::page_head(name, Some(&lede), html! { a.button href=(path) { (visit.t("about-see-network")) } }))
        @if !network.summary.is_empty() {
            (kit::prose(rendered(&network.summary), written_in(&visit)))
        } @else if visit.viewer.at_least(Role::Steward).is_ok() {
            (kit::notice(Tone::Neutral, html! {
                p { (visit.t("about-no-summary")) " " a href="/settings" { (visit.t("nav-settings")) } }
            }))
        }
        (kit::section(&visit.t("about-how-title"), None, html! {
            div.prose {
                p { (visit.t("about-how-text")) }
                p { strong { (visit.t("about-no-one-above")) } }
            }
        }))
        (kit::section(&visit.t("about-follow-title"), Some(("/networks", &visit.t("nav-networks"))), html! {
            p { (locale.tn("about-follow-text", &[("handle", network.address().into())])) }
            p.address { (network.address()) }
        }))
        (software(&visit))
    };
    Ok(visit.page(&title, body))
}

/// The language of the network's own texts, where it is not the page's.
fn written_in(visit: &Visit) -> Option<&str> {
    let language = visit.home.as_ref()?.settings.language.as_str();
    (language != visit.locale.code()).then_some(language)
}

/// The offer of the source that the AGPL asks of whoever serves the program over a network.
fn software(visit: &Visit) -> Markup {
    const SOURCE: &str = env!("CARGO_PKG_REPOSITORY");
    let version = [("version", env!("CARGO_PKG_VERSION").into())];
    html! {
        section.section #source {
            div.section-head { h2 { (visit.t("about-software")) } }
            p { (visit.locale.tn("about-software-text", &version)) }
            p {
                @if SOURCE.is_empty() {
                    (visit.t("about-source-ask")) " " a href="/contact" { (visit.t("contact-title")) }
                } @else {
                    a.button href=(SOURCE) { (visit.t("about-source")) }
                }
                " · " a href="https://www.gnu.org/licenses/agpl-3.0.html" { "AGPL-3.0-or-later" }
            }
        }
    }
}

async fn legal(visit: Visit) -> Result<Response> {
    text_page(&visit, "legal", |settings| &settings.legal, html! {})
}

async fn privacy(visit: Visit) -> Result<Response> {
    // What the program does with personal data is true whether or not the network has written its own.
    let facts = kit::section(
        &visit.t("privacy-program"),
        None,
        html! {
            ul {
                @for key in ["privacy-visitors", "privacy-members", "privacy-federation", "privacy-rights"] {
                    li { (visit.t(key)) }
                }
            }
        },
    );
    text_page(&visit, "privacy", |settings| &settings.privacy, facts)
}

async fn contact(visit: Visit) -> Result<Response> {
    let address = visit.home()?.network.address();
    let more = html! {
        p.quiet { (visit.t("contact-fediverse")) }
        p.address { (address) }
    };
    text_page(&visit, "contact", |settings| &settings.contact, more)
}

fn text_page(
    visit: &Visit,
    name: &str,
    pick: impl Fn(&NetworkSettings) -> &String,
    more: Markup,
) -> Result<Response> {
    let written = pick(&visit.home()?.settings);
    let title = visit.t(&format!("{name}-title"));
    let lede = visit.t(&format!("{name}-lede"));
    let steward = visit.viewer.at_least(Role::Steward).is_ok();
    let body = html! {
        (kit::page_head(&title, Some(&lede), html! {
            @if steward { a.button href="/settings#texts" { (visit.t("action-edit")) } }
        }))
        @if written.trim().is_empty() {
            (kit::notice(Tone::Warning, html! {
                p { (visit.t("legal-missing")) }
                @if steward {
                    p { (visit.t("legal-needed")) " " a href="/settings#texts" { (visit.t("legal-fill")) } }
                }
            }))
        } @else {
            (kit::prose(rendered(written), written_in(visit)))
        }
        (more)
    };
    Ok(visit.page(&title, body))
}
