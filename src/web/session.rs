//! Cookies and the protection of forms (D26); who is signed in is a higher module's to know.

use super::kit::Tone;
use super::locale::Locale;
use crate::base::{Config, Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use ring::hmac;

/// The reason of a refusal that a person meets when a form was left open too long.
pub const FORM_EXPIRED: &str = "form-expired";
/// The name of the cookie that keeps the chosen language.
pub const LANGUAGE_COOKIE: &str = "atelier_language";

const FLASH_SECONDS: u64 = 60;
const NONCE_SECONDS: u64 = 12 * 60 * 60;
const LANGUAGE_SECONDS: u64 = 365 * 24 * 60 * 60;
const TOKEN_BYTES_MAX: usize = 128;

/// The name of the session cookie: bound to this host in production, told apart by port in
/// development, because cookies ignore ports.
#[must_use]
pub fn cookie_name(config: &Config) -> String {
    if config.dev {
        let port = config
            .domain
            .rsplit_once(':')
            .map_or("80", |(_, port)| port);
        format!("atelier_{port}")
    } else {
        "__Host-atelier".to_owned()
    }
}

fn nonce_name(config: &Config) -> String {
    format!("{}_form", cookie_name(config))
}

/// The value of a cookie, if it came exactly once.
#[must_use]
pub fn read_cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value.trim().to_owned());
    let value = found.next()?;
    found.next().is_none().then_some(value)
}

/// The session token the browser sent, if it looks like one of ours.
#[must_use]
pub fn read_token(headers: &HeaderMap, config: &Config) -> Option<String> {
    read_cookie(headers, &cookie_name(config)).filter(|token| is_token(token))
}

/// The `Set-Cookie` value that signs a browser in for so many seconds.
#[must_use]
pub fn set_cookie(token: &str, max_age_seconds: u64, config: &Config) -> HeaderValue {
    cookie(&cookie_name(config), token, max_age_seconds, config)
}

/// The `Set-Cookie` value that makes the browser forget the session.
#[must_use]
pub fn clear_cookie(config: &Config) -> HeaderValue {
    cookie(&cookie_name(config), "", 0, config)
}

/// The nonce that stands for a session while nobody is signed in (sign-in, set-up, invitations).
#[must_use]
pub fn read_nonce(headers: &HeaderMap, config: &Config) -> Option<String> {
    read_cookie(headers, &nonce_name(config)).filter(|nonce| is_token(nonce))
}

/// The `Set-Cookie` value that gives a browser its nonce.
#[must_use]
pub fn nonce_cookie(nonce: &str, config: &Config) -> HeaderValue {
    cookie(&nonce_name(config), nonce, NONCE_SECONDS, config)
}

/// The `Set-Cookie` value that keeps a chosen language; not a secret, so without a host prefix.
#[must_use]
pub fn language_cookie(code: &str) -> HeaderValue {
    header_value(&format!(
        "{LANGUAGE_COOKIE}={code}; Path=/; Max-Age={LANGUAGE_SECONDS}; HttpOnly; SameSite=Lax"
    ))
}

/// The language this browser chose, if it did.
#[must_use]
pub fn read_language(headers: &HeaderMap) -> Option<String> {
    read_cookie(headers, LANGUAGE_COOKIE)
}

/// The `Set-Cookie` value that says something on the next page, once: a Fluent key without values.
#[must_use]
pub fn flash_cookie(tone: Tone, key: &str, config: &Config) -> HeaderValue {
    let letter = match tone {
        Tone::Neutral => 'n',
        Tone::Good => 'g',
        Tone::Warning => 'w',
        Tone::Bad => 'b',
        Tone::Accent => 'a',
    };
    let value = format!("{letter}.{key}");
    cookie(&flash_name(config), &value, FLASH_SECONDS, config)
}

/// What is to be said on this page, in the reader's language, and the `Set-Cookie` value that makes
/// the browser forget it.
#[must_use]
pub fn take_flash(
    headers: &HeaderMap,
    config: &Config,
    locale: Locale,
) -> Option<((Tone, String), HeaderValue)> {
    let value = read_cookie(headers, &flash_name(config))?;
    let (letter, key) = value.split_once('.')?;
    let tone = match letter {
        "g" => Tone::Good,
        "w" => Tone::Warning,
        "b" => Tone::Bad,
        "a" => Tone::Accent,
        _ => Tone::Neutral,
    };
    let forget = cookie(&flash_name(config), "", 0, config);
    // Only texts of ours: a cookie cannot make a page say something else.
    locale.has(key).then(|| ((tone, locale.t(key)), forget))
}

fn flash_name(config: &Config) -> String {
    format!("{}_said", cookie_name(config))
}

/// The token a form carries to show that it came from a page of ours, for this session or nonce.
#[must_use]
pub fn csrf_token(secret: &[u8; 32], session: &str) -> String {
    let tag = hmac::sign(&csrf_key(secret), session.as_bytes());
    URL_SAFE_NO_PAD.encode(tag.as_ref())
}

/// Whether a form came from a page of ours: from our full origin, and with this session's token.
///
/// # Errors
/// [`Error::Refused`] with [`FORM_EXPIRED`] when it did not, or when the session changed meanwhile.
pub fn check_csrf(
    secret: &[u8; 32],
    headers: &HeaderMap,
    config: &Config,
    session: &str,
    given: &str,
) -> Result<()> {
    check_origin(headers, config)?;
    let tag = URL_SAFE_NO_PAD
        .decode(given)
        .map_err(|_| refused(FORM_EXPIRED))?;
    hmac::verify(&csrf_key(secret), session.as_bytes(), &tag).map_err(|_| refused(FORM_EXPIRED))
}

/// Whether the browser says that a request that changes something comes from our own pages.
///
/// # Errors
/// [`Error::Refused`] when it names another origin, another port included.
pub fn check_origin(headers: &HeaderMap, config: &Config) -> Result<()> {
    let ours = config.origin();
    for origin in headers.get_all(header::ORIGIN) {
        if origin.as_bytes() != ours.as_bytes() {
            return Err(refused("other-origin"));
        }
    }
    for site in headers.get_all("sec-fetch-site") {
        // `none` is a person repeating a page; `same-site` is another port or sub-domain.
        if !matches!(site.as_bytes(), b"same-origin" | b"none") {
            return Err(refused("other-site"));
        }
    }
    Ok(())
}

fn refused(reason: &'static str) -> Error {
    Error::Refused {
        status: StatusCode::FORBIDDEN,
        reason,
    }
}

/// A key of its own, so that a form's token tells nothing of what else the secret seals (D25).
fn csrf_key(secret: &[u8; 32]) -> hmac::Key {
    let parent = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let derived = hmac::sign(&parent, b"atelier form token");
    hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref())
}

fn is_token(text: &str) -> bool {
    (20..=TOKEN_BYTES_MAX).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn cookie(name: &str, value: &str, max_age_seconds: u64, config: &Config) -> HeaderValue {
    let secure = if config.dev { "" } else { "; Secure" };
    header_value(&format!(
        "{name}={value}; Path=/; Max-Age={max_age_seconds}; HttpOnly; SameSite=Lax{secure}"
    ))
}

fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::config::Settings;

    fn config(domain: &str, dev: bool) -> Config {
        Settings {
            domain: Some(domain.into()),
            dev: Some(dev),
            ..Settings::default()
        }
        .complete()
        .expect("complete")
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().expect("a header"));
        }
        headers
    }

    const SECRET: [u8; 32] = [7; 32];
    const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz0123456789-_ABCDE";

    #[test]
    fn a_cookie_is_bound_to_its_host_or_its_port() {
        let dev = config("localhost:8081", true);
        let real = config("fabrique.example", false);
        assert_eq!(cookie_name(&dev), "atelier_8081");
        assert_eq!(cookie_name(&real), "__Host-atelier");
        let value = set_cookie(TOKEN, 60, &real);
        let value = value.to_str().expect("ascii");
        assert!(value.ends_with("HttpOnly; SameSite=Lax; Secure"), "{value}");
        let sent = headers(&[("cookie", &format!("a=b; atelier_8081={TOKEN}"))]);
        assert_eq!(read_token(&sent, &dev).as_deref(), Some(TOKEN));
        assert_eq!(read_token(&sent, &real), None);
    }

    #[test]
    fn a_cookie_that_comes_twice_counts_as_none() {
        let dev = config("localhost:8081", true);
        let sent = headers(&[
            ("cookie", &format!("atelier_8081={TOKEN}")),
            ("cookie", "atelier_8081=other"),
        ]);
        assert_eq!(read_token(&sent, &dev), None);
    }

    #[test]
    fn something_is_said_once_and_only_in_our_words() {
        let dev = config("localhost:8081", true);
        let cookie = flash_cookie(Tone::Good, "settings-saved", &dev);
        let cookie = cookie.to_str().expect("ascii");
        let sent = headers(&[("cookie", cookie.split(';').next().expect("a pair"))]);
        let ((tone, text), forget) = take_flash(&sent, &dev, Locale::En).expect("said");
        assert_eq!(
            (tone, text.as_str()),
            (Tone::Good, "Your settings are saved.")
        );
        assert!(forget.to_str().expect("ascii").contains("Max-Age=0"));
        let forged = headers(&[("cookie", "atelier_8081_said=g.Send money to evil.example")]);
        assert!(take_flash(&forged, &dev, Locale::En).is_none());
    }

    #[test]
    fn a_form_from_elsewhere_is_refused() {
        let dev = config("localhost:8081", true);
        let token = csrf_token(&SECRET, "session");
        let check = |pairs: &[(&'static str, &str)], session: &str, given: &str| {
            check_csrf(&SECRET, &headers(pairs), &dev, session, given).is_ok()
        };
        let ours = ("origin", "http://localhost:8081");
        assert!(check(&[ours], "session", &token));
        assert!(check(&[], "session", &token));
        assert!(check(
            &[ours, ("sec-fetch-site", "same-origin")],
            "session",
            &token
        ));
        for origin in [
            "http://localhost:8082",
            "https://localhost:8081",
            "null",
            "http://evil.example",
        ] {
            assert!(!check(&[("origin", origin)], "session", &token), "{origin}");
        }
        assert!(!check(&[ours, ("origin", "null")], "session", &token));
        assert!(!check(
            &[("sec-fetch-site", "cross-site")],
            "session",
            &token
        ));
        assert!(!check(
            &[("sec-fetch-site", "same-site")],
            "session",
            &token
        ));
        assert!(!check(&[ours], "another session", &token));
        assert!(!check(&[ours], "session", ""));
        assert!(!check(&[ours], "session", "?"));
        assert_ne!(token, csrf_token(&[8; 32], "session"));
    }
}
