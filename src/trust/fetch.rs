//! Asking others: every request that leaves a node is made here, under one set of rules (D14).

pub use super::budget::Budget;
pub use super::policy::{NetPolicy, check_url};
pub use super::socket::SocketOutside;

use super::key::Signer;
use super::policy::check_for;
use super::{json, signature};
use crate::base::outside::ExchangeLimits;
use crate::base::{Error, Node, Result};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use mime::Mime;
use serde_json::Value;
use url::Url;

const ACCEPT_OBJECT: &str = "application/activity+json, \
     application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";
const AS2: &str = "https://www.w3.org/ns/activitystreams";
const TYPE_ACTIVITY: &str = "application/activity+json";
const REDIRECTS_MAX: usize = 3;
const TOTAL_SECONDS: u64 = 15;
const JSON_BYTES_MAX: u64 = 256 * 1024;
/// What a peer's inbox may answer before we stop reading, and what we keep of it.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
const ANSWER_KEPT_BYTES_MAX: usize = 2 * 1024;
const _: () = assert!(ANSWER_KEPT_BYTES_MAX < ANSWER_BYTES_MAX);

/// A document of another server.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Where it was found in the end, after redirects.
    pub url: Url,
    /// What it says.
    pub value: Value,
    /// Its text, byte for byte.
    pub raw: String,
}

/// What a peer said to a delivery.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Seconds the peer asks us to wait, if it does.
    pub retry_after_seconds: Option<u64>,
    /// The beginning of its text, at most 2 KiB, for the stewards' eyes.
    pub body: String,
}

/// Fetches an actor, object, activity or collection. The caller compares its id with where it was
/// found.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Gone`] as the host said; [`Error::Remote`] for everything
/// else, with host and reason, also when the budget is used up.
pub async fn get_object(
    node: &Node,
    url: &str,
    signer: Option<&Signer>,
    budget: &Budget,
) -> Result<Fetched> {
    let wanted = Wanted {
        accept: ACCEPT_OBJECT,
        is_ours: is_activity_type,
        bytes_max: u64::MAX,
    };
    get(node, url, signer, budget, &wanted).await
}

/// Fetches another JSON document: WebFinger or NodeInfo, at most 256 KiB.
///
/// # Errors
/// As [`get_object`].
pub async fn get_json(node: &Node, url: &str, accept: &str, budget: &Budget) -> Result<Fetched> {
    let wanted = Wanted {
        accept,
        is_ours: is_json_type,
        bytes_max: JSON_BYTES_MAX,
    };
    get(node, url, None, budget, &wanted).await
}

/// Delivers one activity, signed. Any answer is an answer, also a refusal or a redirect: those are
/// not followed.
///
/// # Errors
/// [`Error::Remote`] when no answer came within 15 seconds, or none may be asked for.
pub async fn post_activity(
    node: &Node,
    inbox: &str,
    body: &str,
    signer: &Signer,
) -> Result<Answer> {
    let url = check_for(node, inbox)?;
    let bytes = Bytes::copy_from_slice(body.as_bytes());
    let typed = Some((&bytes[..], TYPE_ACTIVITY));
    let headers = signature::sign(node, &Method::POST, &url, typed, signer)?;
    let request = request(Method::POST, &url, headers, bytes)?;
    let limits = ExchangeLimits {
        total_seconds: TOTAL_SECONDS,
        body_bytes_max: ANSWER_BYTES_MAX,
    };
    let response = node.outside.exchange(request, limits).await?;
    let kept = &response.body()[..response.body().len().min(ANSWER_KEPT_BYTES_MAX)];
    Ok(Answer {
        status: response.status().as_u16(),
        retry_after_seconds: retry_after_seconds(node, response.headers()),
        body: String::from_utf8_lossy(kept).into_owned(),
    })
}

/// What a fetch asks for and takes.
struct Wanted<'a> {
    accept: &'a str,
    is_ours: fn(&Mime) -> bool,
    bytes_max: u64,
}

async fn get(
    node: &Node,
    url: &str,
    signer: Option<&Signer>,
    budget: &Budget,
    wanted: &Wanted<'_>,
) -> Result<Fetched> {
    let mut url = check_for(node, url)?;
    for _ in 0..=REDIRECTS_MAX {
        let response = ask(node, &url, signer, budget, wanted).await?;
        let Some(next) = redirected(&url, &response)? else {
            return read(url, &response, wanted);
        };
        url = check_for(node, next.as_str())?;
    }
    let host = host_of(&url);
    Err(Error::Remote(format!(
        "{host}: more than {REDIRECTS_MAX} redirects"
    )))
}

/// One exchange, signed for exactly this address, paid from the budget.
async fn ask(
    node: &Node,
    url: &Url,
    signer: Option<&Signer>,
    budget: &Budget,
    wanted: &Wanted<'_>,
) -> Result<Response<Bytes>> {
    let share = budget.take(node)?;
    let mut headers = match signer {
        Some(signer) => signature::sign(node, &Method::GET, url, None, signer)?,
        None => HeaderMap::new(),
    };
    let accept = HeaderValue::try_from(wanted.accept).map_err(Error::internal)?;
    headers.insert(header::ACCEPT, accept);
    let bytes_max = share.bytes.min(wanted.bytes_max);
    let limits = ExchangeLimits {
        total_seconds: share.seconds.min(TOTAL_SECONDS),
        body_bytes_max: usize::try_from(bytes_max).unwrap_or(usize::MAX),
    };
    let request = request(Method::GET, url, headers, Bytes::new())?;
    let response = node.outside.exchange(request, limits).await?;
    budget.spend(response.body().len() as u64);
    Ok(response)
}

fn request(method: Method, url: &Url, headers: HeaderMap, body: Bytes) -> Result<Request<Bytes>> {
    let mut request = Request::builder()
        .method(method)
        .uri(url.as_str())
        .body(body)
        .map_err(|_| Error::Remote(format!("{url} cannot be asked for")))?;
    *request.headers_mut() = headers;
    Ok(request)
}

fn redirected(url: &Url, response: &Response<Bytes>) -> Result<Option<Url>> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let bad = || Error::Remote(format!("{}: a redirect to nowhere", host_of(url)));
    let mut places = response.headers().get_all(header::LOCATION).iter();
    let (Some(place), None) = (places.next(), places.next()) else {
        return Err(bad());
    };
    let place = place.to_str().map_err(|_| bad())?;
    url.join(place).map(Some).map_err(|_| bad())
}

fn read(url: Url, response: &Response<Bytes>, wanted: &Wanted<'_>) -> Result<Fetched> {
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
        .ok_or_else(|| Error::Remote(format!("{host} sent no readable media type")))?;
    if !(wanted.is_ours)(&media_type) {
        return Err(Error::Remote(format!("{host} sent {media_type}")));
    }
    let raw = std::str::from_utf8(response.body())
        .map_err(|_| Error::Remote(format!("{host} sent a text that is not UTF-8")))?;
    let value = json::parse(raw).map_err(|error| Error::Remote(format!("{host}: {error}")))?;
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
fn is_activity_type(found: &Mime) -> bool {
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

fn is_json_type(found: &Mime) -> bool {
    found.type_() == mime::APPLICATION
        && (found.subtype() == mime::JSON || found.suffix() == Some(mime::JSON))
}

/// Seconds from now; the header holds seconds or a date.
fn retry_after_seconds(node: &Node, headers: &HeaderMap) -> Option<u64> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let at = httpdate::parse_http_date(text).ok()?;
    let at = at.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    let now = u64::try_from(node.now() / 1000).ok()?;
    Some(at.saturating_sub(now))
}

fn host_of(url: &Url) -> &str {
    url.host_str().unwrap_or("a host without a name")
}
