//! How an answer goes out: redirections, errors with a safe face, and the headers that protect.

use super::layout::{Chrome, page};
use super::locale::{Arg, Locale};
use super::session::FORM_EXPIRED;
use super::{icon, kit, session};
use crate::base::{Config, Error, Issues};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use maud::{Markup, html};

/// What failed, as far as strangers may know; `server.rs` finds it in a response's extensions and
/// shows it as a page or as a problem.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The HTTP status.
    pub status: StatusCode,
    /// The Fluent key of the title; the same with `-hint` says what to do.
    pub title_key: &'static str,
    /// What exactly, in words written for the one who asked.
    pub detail: Option<String>,
    /// Seconds to wait before trying again.
    pub retry_after_seconds: Option<u64>,
    /// What is wrong field by field.
    pub issues: Issues,
}

impl Failure {
    /// A failure of which only the status is known.
    #[must_use]
    pub fn of(status: StatusCode) -> Self {
        Self {
            status,
            title_key: title_key(status),
            detail: None,
            retry_after_seconds: None,
            issues: Issues::default(),
        }
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let mut failure = Self::of(error.status());
        match error {
            Error::Invalid(issues) => failure.issues = issues.clone(),
            Error::BadRequest(text)
            | Error::Conflict(text)
            | Error::TooLarge(text)
            | Error::UnsupportedMediaType(text)
            | Error::Remote(text)
            | Error::Unusable(text) => failure.detail = Some(text.clone()),
            Error::TooMany {
                retry_after_seconds,
            }
            | Error::Unavailable {
                retry_after_seconds,
                ..
            } => failure.retry_after_seconds = Some(*retry_after_seconds),
            Error::Refused { reason, .. } if *reason == FORM_EXPIRED => {
                failure.title_key = "error-form-expired";
            }
            Error::Refused { reason, .. } => failure.detail = Some((*reason).to_owned()),
            Error::NotFound
            | Error::Gone
            | Error::SignIn
            | Error::Forbidden
            | Error::Operator(_)
            | Error::Internal(_) => {}
        }
        failure
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match &self {
            Self::Internal(_) | Self::Operator(_) => {
                tracing::error!(error = %self.with_causes(), "a request failed");
            }
            Self::Unavailable { reason, .. } => tracing::warn!(reason, "a request had to wait"),
            _ => {}
        }
        Failure::from(&self).into_response()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let text = plain(&self);
        let mut response = (self.status, text).into_response();
        set_retry_after(&mut response, &self);
        response.extensions_mut().insert(self);
        response
    }
}

fn plain(failure: &Failure) -> String {
    let mut text = Locale::En.t(failure.title_key);
    if let Some(detail) = &failure.detail {
        text.push_str(": ");
        text.push_str(detail);
    }
    for (field, message) in &failure.issues.0 {
        text.push_str(&format!("\n{field}: {}", Locale::En.t(message)));
    }
    text.push('\n');
    text
}

fn set_retry_after(response: &mut Response, failure: &Failure) {
    if let Some(seconds) = failure.retry_after_seconds {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

fn title_key(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "error-401",
        403 => "error-403",
        404 => "error-404",
        405 => "error-405",
        409 => "error-409",
        410 => "error-410",
        413 => "error-413",
        415 => "error-415",
        422 => "error-422",
        429 => "error-429",
        502 => "error-502",
        503 => "error-503",
        _ if status.is_client_error() => "error-400",
        _ => "error-500",
    }
}

/// The page that says what happened, what to do now, and where to go from here.
#[must_use]
pub fn error_page(chrome: &Chrome, failure: &Failure) -> Markup {
    let locale = chrome.locale;
    let title = locale.t(failure.title_key);
    let hint = locale.t(&format!("{}-hint", failure.title_key));
    let sign_in = failure.status == StatusCode::UNAUTHORIZED;
    let body = html! {
        div.error-page {
            p.error-page-mark aria-hidden="true" { (icon::lost()) }
            h1 { (title) }
            p.lede { (hint) }
            @if let Some(detail) = &failure.detail {
                p.error-page-detail lang=[detail_language(locale)] { (detail) }
            }
            @if let Some(seconds) = failure.retry_after_seconds {
                p { (locale.tn("error-wait", &[("seconds", Arg::from(seconds))])) }
            }
            @if !failure.issues.0.is_empty() {
                ul { @for (_, message) in &failure.issues.0 { li { (locale.t(message)) } } }
            }
            p.actions {
                @if sign_in {
                    a.button.primary href={ "/sign-in?back=" (back_query(&chrome.path)) } {
                        (locale.t("sign-in"))
                    }
                }
                @if failure.status.is_client_error() {
                    a.button href="/" { (locale.t("error-go-home")) }
                } @else {
                    a.button href=(chrome.path) { (locale.t("error-try-again")) }
                    a.button href="/" { (locale.t("error-go-home")) }
                }
            }
            @if matches!(failure.status, StatusCode::NOT_FOUND | StatusCode::GONE) {
                (kit::search_form(locale, "error-search", None))
            }
            p.quiet {
                (locale.tn("error-code", &[("status", Arg::from(failure.status.as_str()))]))
                " · "
                a href="/contact" { (locale.t("error-tell-us")) }
            }
        }
    };
    page(chrome, &title, body)
}

/// Details are written in English by the program.
fn detail_language(locale: Locale) -> Option<&'static str> {
    (locale != Locale::En).then_some("en")
}

/// RFC 9457: the failure for programs.
#[must_use]
pub fn problem(failure: &Failure) -> Response {
    problem_with(failure, serde_json::Map::new())
}

/// As [`problem`], with members of its own beside the usual ones.
#[must_use]
pub fn problem_with(
    failure: &Failure,
    members: serde_json::Map<String, serde_json::Value>,
) -> Response {
    let mut body = serde_json::json!({
        "type": "about:blank",
        "title": Locale::En.t(failure.title_key),
        "status": failure.status.as_u16(),
    });
    if let Some(detail) = &failure.detail {
        body["detail"] = detail.as_str().into();
    }
    if !failure.issues.0.is_empty() {
        let issue = |(field, key): &(&'static str, &'static str)| serde_json::json!({ "field": field, "message": Locale::En.t(key), "code": key });
        body["issues"] = failure.issues.0.iter().map(issue).collect();
    }
    for (name, value) in members {
        body[name.as_str()] = value;
    }
    let content_type = HeaderValue::from_static("application/problem+json");
    let mut response = (
        failure.status,
        [(header::CONTENT_TYPE, content_type)],
        body.to_string(),
    )
        .into_response();
    set_retry_after(&mut response, failure);
    response
}

/// After a deed: the browser goes to a page of ours with GET. A path that is not ours leads home.
#[must_use]
pub fn see_other(path: &str) -> Response {
    let path = local_path(path).unwrap_or("/");
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// As [`see_other`], and the next page says a text once: a Fluent key without values.
#[must_use]
pub fn see_other_saying(path: &str, tone: kit::Tone, key: &str, config: &Config) -> Response {
    let mut response = see_other(path);
    response
        .headers_mut()
        .append(header::SET_COOKIE, session::flash_cookie(tone, key, config));
    response
}

/// A path as the value of `?back=`, for doors that lead back to a page.
#[must_use]
pub fn back_query(path: &str) -> String {
    url::form_urlencoded::byte_serialize(path.as_bytes()).collect()
}

/// The path, if it stays on this node: `//evil`, `/\evil` and whole URLs do not.
#[must_use]
pub fn local_path(path: &str) -> Option<&str> {
    let rest = path.strip_prefix('/')?;
    let first = rest.chars().next();
    let plain = path
        .bytes()
        .all(|b| (0x21..0x7f).contains(&b) && b != b'\\');
    (plain && first != Some('/') && path.len() <= 2_000).then_some(path)
}

/// Adds the headers that keep a page to itself; what a door has set already stays.
pub fn security_headers(response: &mut Response, production: bool) {
    const HEADERS: [(HeaderName, &str); 6] = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
             connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ];
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if production {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static("max-age=31536000"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn body(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 10_000)
            .await
            .expect("a body");
        String::from_utf8(bytes.to_vec()).expect("text")
    }

    #[tokio::test]
    async fn a_fault_of_ours_tells_strangers_nothing() {
        let secret = "postgres://atelier:secret@db";
        for error in [
            Error::internal(secret),
            Error::Operator(secret.into()),
            Error::Unavailable {
                reason: secret.into(),
                retry_after_seconds: 5,
            },
        ] {
            let response = error.into_response();
            let failure = response.extensions().get::<Failure>().cloned();
            let failure = failure.expect("the facts are there");
            let page = error_page(&Chrome::default(), &failure).into_string();
            assert!(!page.contains("secret"));
            assert!(!body(problem(&failure)).await.contains("secret"));
            assert!(!body(response).await.contains("secret"));
        }
    }

    #[tokio::test]
    async fn a_problem_names_the_fields() {
        let mut issues = Issues::default();
        issues.add("name", "issue-required");
        let response = problem(&Failure::from(&Error::Invalid(issues)));
        assert_eq!(response.status(), 422);
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
        let json: serde_json::Value = serde_json::from_str(&body(response).await).expect("json");
        assert_eq!(json["status"], 422);
        assert_eq!(json["issues"][0]["field"], "name");
        assert_eq!(json["issues"][0]["code"], "issue-required");
    }

    #[test]
    fn every_status_has_a_page_that_helps_in_both_languages() {
        for status in 400..600 {
            let failure = Failure::of(StatusCode::from_u16(status).expect("a status"));
            for locale in Locale::ALL {
                assert!(locale.has(failure.title_key), "{status}");
                assert!(
                    locale.has(&format!("{}-hint", failure.title_key)),
                    "{status}"
                );
            }
        }
    }

    #[test]
    fn only_paths_of_this_node_are_gone_to() {
        for good in ["/", "/publications/1?x=y#z", "/@a"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "x",
            "//evil",
            "/\\evil",
            "/a\\b",
            "https://evil.example/",
            "/\r\nX: y",
            "/ /evil",
            "/\t/evil",
        ] {
            assert_eq!(local_path(bad), None, "{bad:?}");
            assert_eq!(see_other(bad).headers()[header::LOCATION], "/");
        }
    }

    #[test]
    fn a_door_may_set_its_own_policy() {
        let mut response = Response::default();
        response.headers_mut().insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("sandbox"),
        );
        security_headers(&mut response, true);
        let headers = response.headers();
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "sandbox");
        assert!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }
}
