//! The page around every page, and the doors that belong to it: static files and the language.

use super::kit::Tone;
use super::locale::Locale;
use super::respond::{back_query, local_path, see_other};
use super::{form, icon, kit, session};
use crate::base::id::sha256_hex;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;
use std::sync::LazyLock;

/// Everything the frame of a page needs to know; a door fills it once.
#[derive(Debug, Clone, Default)]
pub struct Chrome {
    /// The language of the page.
    pub locale: Locale,
    /// The name of the network whose node this is; it comes first.
    pub network: String,
    /// One line under the name.
    pub tagline: Option<String>,
    /// What search engines and shared links show of this page.
    pub description: Option<String>,
    /// The main navigation.
    pub nav: Vec<NavItem>,
    /// Who is signed in.
    pub signed_in: Option<SignedIn>,
    /// Whether the one signed in is a steward.
    pub steward: bool,
    /// The token for forms of this session.
    pub csrf: String,
    /// The path and query of this page, to come back to.
    pub path: String,
    /// What is being searched, to show it in the search box.
    pub query: Option<String>,
    /// The version of the node.
    pub node_version: String,
    /// Whether the node runs in development.
    pub dev: bool,
    /// The ActivityPub id of what the page shows.
    pub alternate: Option<String>,
    /// The `fediverse:creator` handle of the author.
    pub creator: Option<String>,
    /// What just happened, said once.
    pub flash: Option<(Tone, String)>,
    /// Reload the page after so many seconds: progress, without JavaScript.
    pub refresh_seconds: Option<u32>,
}

/// One link of a navigation.
#[derive(Debug, Clone, Default)]
pub struct NavItem {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub label: String,
    /// Whether this page is it.
    pub current: bool,
}

/// Who is signed in, as the header shows them.
#[derive(Debug, Clone, Default)]
pub struct SignedIn {
    /// Their name.
    pub name: String,
    /// Their page.
    pub href: String,
    /// How many things wait for them.
    pub waiting: u64,
}

/// The whole document around a body. The body brings its own `h1`.
#[must_use]
pub fn page(chrome: &Chrome, title: &str, body: Markup) -> Markup {
    let locale = chrome.locale;
    html! {
        (DOCTYPE)
        html lang=(locale.code()) {
            (head(chrome, title))
            body {
                a.skip-link href="#main" { (locale.t("layout-skip")) }
                (header(chrome))
                main #main tabindex="-1" {
                    @if let Some((tone, text)) = &chrome.flash {
                        (kit::notice(*tone, html! { p { (text) } }))
                    }
                    (body)
                }
                (footer(chrome))
            }
        }
    }
}

fn head(chrome: &Chrome, title: &str) -> Markup {
    let whole = match (title, chrome.network.as_str()) {
        (title, "") => title.to_owned(),
        (title, network) if title.is_empty() || title == network => network.to_owned(),
        (title, network) => format!("{title} · {network}"),
    };
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="theme-color" content="#f6f2e9" media="(prefers-color-scheme: light)";
            meta name="theme-color" content="#151a19" media="(prefers-color-scheme: dark)";
            @if let Some(seconds) = chrome.refresh_seconds {
                meta http-equiv="refresh" content=(seconds);
            }
            title { (whole) }
            @if let Some(description) = &chrome.description {
                meta name="description" content=(description);
            }
            meta property="og:title" content=(if title.is_empty() { &whole } else { title });
            meta property="og:site_name" content=(chrome.network);
            @if let Some(description) = &chrome.description {
                meta property="og:description" content=(description);
            }
            @if let Some(creator) = &chrome.creator {
                meta name="fediverse:creator" content=(creator);
            }
            @if let Some(id) = &chrome.alternate {
                link rel="alternate" type="application/activity+json" href=(id);
            }
            link rel="icon" type="image/svg+xml" href=(asset("favicon.svg"));
            link rel="stylesheet" href=(asset("style.css"));
            script src=(asset("atelier.js")) defer {}
        }
    }
}

fn header(chrome: &Chrome) -> Markup {
    let locale = chrome.locale;
    // Before its network is founded, a node has nothing to search and nobody to sign in.
    let open = !chrome.nav.is_empty();
    html! {
        header.site-header {
            @if chrome.dev { p.dev-mark { (locale.t("layout-dev")) } }
            div.site-bar {
                a.brand href="/" rel="home" {
                    span.brand-mark aria-hidden="true" { (icon::mark()) }
                    span.brand-words {
                        span.brand-name { (chrome.network) }
                        @if let Some(tagline) = &chrome.tagline { span.brand-line { (tagline) } }
                    }
                }
                @if open {
                    div.site-search.wide-only {
                        (kit::search_form(locale, "search-wide", chrome.query.as_deref()))
                    }
                    div.site-person { (person(chrome)) }
                }
            }
            nav.site-nav.wide-only aria-label=(locale.t("layout-nav")) {
                (links(&chrome.nav))
                (languages(chrome))
            }
            details.site-menu.narrow-only {
                summary { (icon::menu()) (locale.t("layout-menu")) }
                @if open { (kit::search_form(locale, "search-narrow", chrome.query.as_deref())) }
                nav.site-nav aria-label=(locale.t("layout-nav")) { (links(&chrome.nav)) }
                (languages(chrome))
                @if chrome.signed_in.is_some() { (sign_out(chrome)) }
            }
        }
    }
}

fn links(nav: &[NavItem]) -> Markup {
    html! {
        ul.nav-links {
            @for item in nav {
                li {
                    a href=(item.href) aria-current=[item.current.then_some("page")] {
                        (item.label)
                    }
                }
            }
        }
    }
}

fn person(chrome: &Chrome) -> Markup {
    let locale = chrome.locale;
    html! {
        @if let Some(signed_in) = &chrome.signed_in {
            a.person-link href=(signed_in.href) {
                (kit::avatar(&signed_in.name))
                span.person-name { (signed_in.name) }
                @if signed_in.waiting > 0 {
                    span.count { (locale.number(i64::try_from(signed_in.waiting).unwrap_or(i64::MAX))) }
                    span.visually-hidden {
                        " " (locale.tn("layout-waiting", &[("count", signed_in.waiting.into())]))
                    }
                }
            }
            div.wide-only { (sign_out(chrome)) }
        } @else {
            a.button href={ "/sign-in?back=" (back_query(&chrome.path)) } rel="nofollow" {
                (locale.t("sign-in"))
            }
        }
    }
}

fn sign_out(chrome: &Chrome) -> Markup {
    html! {
        form.sign-out method="post" action="/sign-out" {
            (form::csrf_field(&chrome.csrf))
            button.quiet-button type="submit" { (chrome.locale.t("sign-out")) }
        }
    }
}

fn languages(chrome: &Chrome) -> Markup {
    let back = back_query(&chrome.path);
    html! {
        ul.languages aria-label=(chrome.locale.t("layout-language")) {
            @for locale in Locale::ALL {
                li {
                    a href={ "/language/" (locale.code()) "?back=" (back) } lang=(locale.code())
                        hreflang=(locale.code()) rel="nofollow"
                        aria-current=[(locale == chrome.locale).then_some("true")] {
                        (locale.name())
                    }
                }
            }
        }
    }
}

fn footer(chrome: &Chrome) -> Markup {
    let locale = chrome.locale;
    html! {
        footer.site-footer {
            div.site-footer-inner {
                p.footer-name { (chrome.network) }
                nav aria-label=(locale.t("layout-footer-nav")) {
                    ul.nav-links {
                        li { a href="/about" { (locale.t("about-title")) } }
                        li { a href="/legal" { (locale.t("legal-title")) } }
                        li { a href="/privacy" { (locale.t("privacy-title")) } }
                        li { a href="/contact" { (locale.t("contact-title")) } }
                    }
                }
                p.quiet {
                    (locale.t("layout-powered"))
                    @if !chrome.node_version.is_empty() { " " (chrome.node_version) }
                    " · "
                    a href="/about#source" { (locale.t("layout-source")) }
                }
            }
        }
    }
}

struct Asset {
    name: &'static str,
    content_type: &'static str,
    body: &'static [u8],
    url: String,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let files: [(&str, &str, &[u8]); 3] = [
        (
            "style.css",
            "text/css; charset=utf-8",
            include_bytes!("static/style.css"),
        ),
        (
            "atelier.js",
            "text/javascript; charset=utf-8",
            include_bytes!("static/atelier.js"),
        ),
        (
            "favicon.svg",
            "image/svg+xml",
            include_bytes!("static/favicon.svg"),
        ),
    ];
    files
        .into_iter()
        .map(|(name, content_type, body)| {
            let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
            let hash = sha256_hex(body);
            Asset {
                name,
                content_type,
                body,
                url: format!("/static/{stem}-{}.{extension}", &hash[..12]),
            }
        })
        .collect()
});

/// The URL of a static file, with its hash in it so that browsers may keep it for ever.
#[must_use]
pub fn asset(name: &str) -> &'static str {
    ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .map_or("/static/", |asset| asset.url.as_str())
}

/// The doors of the kit: static files and the choice of a language.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/static/{file}", get(static_file))
        .route("/favicon.ico", get(favicon))
        .route("/language/{code}", get(choose_language))
}

async fn static_file(Path(file): Path<String>) -> Response {
    let path = format!("/static/{file}");
    let Some(asset) = ASSETS.iter().find(|asset| asset.url == path) else {
        return crate::base::Error::NotFound.into_response();
    };
    serve(asset, "public, max-age=31536000, immutable")
}

/// Browsers ask for it by themselves where a page is not ours to write, such as a picture.
async fn favicon() -> Response {
    match ASSETS.iter().find(|asset| asset.name == "favicon.svg") {
        Some(asset) => serve(asset, "public, max-age=86400"),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn serve(asset: &'static Asset, cache: &'static str) -> Response {
    (
        [
            (header::CONTENT_TYPE, asset.content_type),
            (header::CACHE_CONTROL, cache),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ],
        asset.body,
    )
        .into_response()
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    back: String,
}

async fn choose_language(Path(code): Path<String>, Query(back): Query<Back>) -> Response {
    let mut response = see_other(local_path(&back.back).unwrap_or("/"));
    let headers = response.headers_mut();
    if let Some(locale) = Locale::from_code(&code) {
        headers.insert(header::SET_COOKIE, session::language_cookie(locale.code()));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use tower::ServiceExt as _;

    async fn get(path: &str) -> Response {
        let request = http::Request::get(path).body(Body::empty()).expect("ok");
        routes::<()>().oneshot(request).await.expect("an answer")
    }

    #[tokio::test]
    async fn a_static_file_may_be_kept_for_ever_because_its_name_changes_with_it() {
        let response = get(asset("style.css")).await;
        assert_eq!(response.status(), 200);
        let cache = &response.headers()[header::CACHE_CONTROL];
        assert!(cache.to_str().expect("text").contains("immutable"));
        assert_eq!(get("/static/style.css").await.status(), 404);
        assert_eq!(get("/favicon.ico").await.status(), 200);
    }

    #[tokio::test]
    async fn a_language_is_chosen_and_the_visitor_comes_back_here() {
        let response = get("/language/fr?back=%2Fexperiences%3Fq%3Da").await;
        assert_eq!(response.headers()[header::LOCATION], "/experiences?q=a");
        let cookie = response.headers()[header::SET_COOKIE]
            .to_str()
            .expect("text");
        assert!(cookie.starts_with("atelier_language=fr;"), "{cookie}");
        let away = get("/language/fr?back=%2F%2Fevil.example").await;
        assert_eq!(away.headers()[header::LOCATION], "/");
    }

    #[test]
    fn a_name_cannot_break_out_of_the_page() {
        let chrome = Chrome {
            network: "<script>alert(1)</script>\" onload=\"x".into(),
            path: "/x?\"><script>".into(),
            ..Chrome::default()
        };
        let page = page(&chrome, "\"><img>", html! {}).into_string();
        assert!(!page.contains("<script>") && !page.contains("<img>"));
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">"));
    }
}
