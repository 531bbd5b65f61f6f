//! What another server's answer is worth: its status, its type and its text.

use super::fetch::Fetched;
use super::json;
use crate::base::{Error, Node, Result};
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};
use mime::Mime;
use url::Url;

const AS2: &str = "https://www.w3.org/ns/activitystreams";
pub(super) const TYPE_ACTIVITY: &str = "application/activity+json";

pub(super) fn read(
    url: Url,
    response: &Response<Bytes>,
    takes: fn(&Mime) -> bool,
) -> Result<Fetched> {
    let host = host_of(&url);
    match response.status() {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND => return Err(Error::NotFound),
        StatusCode::GONE => return Err(Error::Gone),
        status => {
            let status = status.as_u16();
            return Err(Error::Remote(format!("{host} answered {status}")));
        }
    }
    let media_type = media_type(response.headers())
        .ok_or_else(|| Error::Unusable(format!("{host} sent no readable media type")))?;
    if !takes(&media_type) {
        return Err(Error::Unusable(format!("{host} sent {media_type}")));
    }
    let raw = std::str::from_utf8(response.body())
        .map_err(|_| Error::Unusable(format!("{host} sent a text that is not UTF-8")))?;
    let value = json::parse(raw).map_err(|error| Error::Unusable(format!("{host}: {error}")))?;
    Ok(Fetched {
        raw: raw.to_owned(),
        value,
        url,
    })
}

fn media_type(headers: &HeaderMap) -> Option<Mime> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    value.to_str().ok()?.trim().parse().ok()
}

/// The two types that only a federated document has: a file somebody uploaded does not (R3).
#[must_use]
pub fn is_activity_type(found: &Mime) -> bool {
    let profile = || {
        let value = found.get_param("profile")?;
        Some(value.as_str().split_whitespace().any(|one| one == AS2))
    };
    match found.essence_str() {
        TYPE_ACTIVITY => true,
        "application/ld+json" => profile().unwrap_or(false),
        _ => false,
    }
}

pub(super) fn is_json_type(found: &Mime) -> bool {
    found.type_() == mime::APPLICATION
        && (found.subtype() == mime::JSON || found.suffix() == Some(mime::JSON))
}

/// Seconds from now; the header holds seconds or a date.
pub(super) fn retry_after_seconds(node: &Node, headers: &HeaderMap) -> Option<u64> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let at = httpdate::parse_http_date(text).ok()?;
    let at = at.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    let now = u64::try_from(node.now() / 1000).ok()?;
    Some(at.saturating_sub(now))
}

pub(super) fn host_of(url: &Url) -> &str {
    url.host_str().unwrap_or("a host without a name")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(kind: &[&'static str]) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from_static(b"{}"));
        for kind in kind {
            let value = http::HeaderValue::from_static(kind);
            response.headers_mut().append(header::CONTENT_TYPE, value);
        }
        response
    }

    fn taken(kind: &[&'static str], takes: fn(&Mime) -> bool) -> bool {
        let url = Url::parse("https://b.example/1").expect("an address");
        read(url, &answer(kind), takes).is_ok()
    }

    #[test]
    fn only_the_types_of_federated_documents_are_taken() {
        for kind in [
            "application/activity+json",
            "application/activity+json; charset=utf-8",
            "Application/Activity+JSON;charset=UTF-8",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
            "application/ld+json;charset=utf-8;profile=\"https://www.w3.org/ns/activitystreams\"",
            "application/ld+json;profile=\"https://x.example https://www.w3.org/ns/activitystreams\"",
        ] {
            assert!(taken(&[kind], is_activity_type), "{kind}");
        }
        for kind in [
            "application/ld+json",
            "application/ld+json; profile=\"https://x.example\"",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams.evil.example\"",
            "application/json",
            "application/activity+json+x",
            "text/html",
            "image/png; x=application/activity+json",
            "",
        ] {
            assert!(!taken(&[kind], is_activity_type), "{kind}");
        }
        assert!(!taken(&[], is_activity_type));
        assert!(!taken(&[TYPE_ACTIVITY, TYPE_ACTIVITY], is_activity_type));
    }

    #[test]
    fn other_json_has_other_types() {
        for kind in [
            "application/json",
            "application/jrd+json; charset=utf-8",
            TYPE_ACTIVITY,
        ] {
            assert!(taken(&[kind], is_json_type), "{kind}");
        }
        for kind in ["text/json", "application/xrd+xml", "text/html"] {
            assert!(!taken(&[kind], is_json_type), "{kind}");
        }
    }
}
