//! What every JSON door shares: how a request is read, how a long list is cut, how an error is told
//! to a program (RFC 9457).

use super::respond::{self, Failure};
use crate::base::listing::{Cursor, Page};
use crate::base::{Error, Millis, Result};
use axum::body::to_bytes;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, header};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::openapi::schema::{ArrayBuilder, SchemaType, Type};
use utoipa::openapi::{
    ContentBuilder, ObjectBuilder, Ref, RefOr, Response as Described, ResponseBuilder,
};
use utoipa::{IntoResponses, ToSchema};

/// The most items in one piece of a list.
pub const LIMIT_MAX: usize = 200;
/// How many items a piece has when nobody asks for a number.
pub const LIMIT_DEFAULT: usize = 50;
const DETAIL_CHARS_MAX: usize = 600;
const REJECTION_BYTES_MAX: usize = 4 * 1024;

/// The body of a request or of an answer, JSON.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Error::UnsupportedMediaType(
                "send JSON, and say so: Content-Type: application/json".into(),
            )),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(
                Error::TooLarge("the body is larger than this door takes".into()),
            ),
            Err(rejection) => Err(Error::BadRequest(explain(&rejection.body_text()))),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// What stands behind the `?` of an address.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(Error::BadRequest(explain(&rejection.body_text()))),
        }
    }
}

/// What a reader of JSON or of a query says, for the one who wrote it: without our types' names, and
/// with the nearest name we know where one was mistyped.
fn explain(text: &str) -> String {
    let text = [
        "Failed to deserialize the JSON body into the target type: ",
        "Failed to parse the request body as JSON: ",
        "Failed to deserialize query string: ",
    ]
    .iter()
    .find_map(|lead| text.strip_prefix(lead))
    .unwrap_or(text);
    let mut said: String = text.chars().take(DETAIL_CHARS_MAX).collect();
    if text.contains("unknown field `") || text.contains("unknown variant `") {
        let names: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
        if let Some((wrong, known)) = names.split_first()
            && let Some(near) = nearest(wrong, known)
        {
            said.push_str(&format!("; did you mean `{near}`?"));
        }
    }
    said
}

/// The known name that looks most like a mistyped one.
#[must_use]
pub fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    let likeness = |name: &str| strsim::jaro_winkler(name, wrong);
    known
        .iter()
        .copied()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
}

/// A value of a query; an empty one says nothing.
#[must_use]
pub fn given(value: Option<&String>) -> Option<&str> {
    value
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
}

/// Which piece of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// How many items at most.
    pub limit: usize,
    /// Where the piece starts; `None` at the beginning.
    pub cursor: Option<Cursor>,
}

impl Paging {
    /// Reads `limit` and `cursor` of a query.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when they are none of ours.
    pub fn read(limit: Option<&String>, cursor: Option<&String>) -> Result<Self> {
        let limit = match given(limit) {
            None => LIMIT_DEFAULT,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=LIMIT_MAX).contains(limit))
                .ok_or_else(|| {
                    Error::BadRequest(format!("limit is a whole number from 1 to {LIMIT_MAX}"))
                })?,
        };
        let cursor = match given(cursor) {
            None => None,
            Some(word) => Some(Cursor::decode(word).ok_or_else(|| {
                Error::BadRequest(
                    "cursor is the `next` of the piece before; leave it out to begin".into(),
                )
            })?),
        };
        Ok(Self { limit, cursor })
    }

    /// The cursor, or the one before everything in a newest-first list.
    #[must_use]
    pub fn newest_first(&self) -> Cursor {
        self.cursor.clone().unwrap_or_else(Cursor::newest)
    }

    /// Cuts the piece asked for out of a whole list, newest first.
    pub fn cut<T>(&self, all: Vec<T>, key: impl Fn(&T) -> (Millis, String)) -> Page<T> {
        let from = self.newest_first();
        let rest = all
            .into_iter()
            .filter(|item| key(item) < (from.at, from.id.clone()))
            .take(self.limit + 1)
            .collect();
        Page::cut(rest, self.limit, key)
    }
}

/// One piece of a list.
#[derive(Debug, Serialize)]
pub struct List<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// The `cursor` of the next piece; null at the end.
    pub next: Option<String>,
}

impl<T> List<T> {
    /// A piece as it is shown.
    pub fn of<U>(page: Page<U>, shown: impl Fn(U) -> T) -> Self {
        Self {
            items: page.items.into_iter().map(shown).collect(),
            next: page.next.map(|cursor| cursor.encode()),
        }
    }

    /// A list in one piece.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

/// In the description of a door: it answers with a piece of a list. What its items are is described
/// once, among the components.
impl<T: ToSchema> IntoResponses for List<T> {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let items = ArrayBuilder::new()
            .items(Ref::from_schema_name(T::name()))
            .description(Some("The items, in order."));
        let next = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .description(Some("The `cursor` of the next piece; null at the end."));
        let piece = ObjectBuilder::new()
            .property("items", items)
            .required("items")
            .property("next", next)
            .required("next")
            .build();
        let body = ContentBuilder::new().schema(Some(piece)).build();
        let response = ResponseBuilder::new()
            .description("One piece of the list")
            .content("application/json", body)
            .build();
        BTreeMap::from([("200".to_owned(), response.into())])
    }
}

/// What stands behind `?limit=&cursor=`.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PagingQuery {
    /// How many items at most: 1 to 200, 50 when left out.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
    /// The `next` of the piece before.
    cursor: Option<String>,
}

impl PagingQuery {
    /// Which piece is asked for.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when it is none of ours.
    pub fn read(&self) -> Result<Paging> {
        Paging::read(self.limit.as_ref(), self.cursor.as_ref())
    }
}

/// What went wrong (RFC 9457, `application/problem+json`).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says which sort of problem it is.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    pub kind: String,
    /// In a few words.
    pub title: String,
    /// The HTTP status.
    #[schema(example = 400)]
    pub status: u16,
    /// What exactly, and what to do.
    #[schema(nullable = false)]
    pub detail: Option<String>,
    /// Field by field, with 422.
    #[schema(nullable = false)]
    pub issues: Option<Vec<FieldIssue>>,
    /// With 409 on a publication: how it stands now.
    #[schema(value_type = Object, required = false)]
    pub current: Option<serde_json::Value>,
    /// With 409 on a publication: what was sent, which is kept as a draft.
    #[schema(value_type = Object, required = false)]
    pub yours: Option<serde_json::Value>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldIssue {
    /// The field.
    pub field: String,
    /// What is wrong, in words.
    pub message: String,
    /// The same for a program; it does not change with the wording.
    pub code: String,
}

fn described(description: &str) -> RefOr<Described> {
    let body = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", body)
        .build()
        .into()
}

macro_rules! problems {
    ($($name:ident $status:literal $says:literal;)*) => {$(
        #[doc = concat!("In the description of a door: ", $status, ".")]
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Described>> {
                BTreeMap::from([($status.to_owned(), described($says))])
            }
        }
    )*};
}

problems! {
    Unreadable "400" "The request cannot be read: `detail` says what and what to do.";
    TokenNeeded "401" "No token was sent, or it works no more.";
    RoleNeeded "403" "Your role does not allow this.";
    Missing "404" "There is nothing here that you may see.";
    Changed "409" "It changed in between; nothing was overwritten.";
    Withdrawn "410" "It was withdrawn by its producer.";
    TooLarge "413" "The body is larger than this door takes.";
    NotRead "415" "A body of a type that this door does not read.";
    Unfit "422" "Some fields need another look: `issues` says which.";
    Otherwise "default" "Any other problem; 429 and 503 say with `Retry-After` when to come back.";
}

/// What surrounds every JSON door: whatever fails is told as a problem, with what to do; any page may
/// read, since nothing here listens to cookies; no cache mixes two callers up.
pub async fn around(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = next.run(request).await;
    if response.status().is_client_error() || response.status().is_server_error() {
        response = told(response).await;
    }
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Authorization"));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, no-cache"));
    if reads {
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        );
    }
    response
}

async fn told(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind == "application/problem+json") {
        return response;
    }
    let mut failure = match response.extensions().get::<Failure>() {
        Some(failure) => failure.clone(),
        None => refused_before_the_door(response).await,
    };
    if failure.detail.is_none() {
        failure.detail = hint(failure.status);
    }
    let mut problem = respond::problem(&failure);
    if failure.status == StatusCode::UNAUTHORIZED {
        problem.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"atelier\""),
        );
    }
    problem
}

/// The framework refused a request before a door of ours saw it, and said why in plain words.
async fn refused_before_the_door(response: Response) -> Failure {
    let status = response.status();
    let text = to_bytes(response.into_body(), REJECTION_BYTES_MAX).await;
    let text = text.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
    Failure {
        detail: text.ok().filter(|text| !text.is_empty()),
        ..Failure::of(status)
    }
}

fn hint(status: StatusCode) -> Option<String> {
    let text = match status {
        StatusCode::UNAUTHORIZED => {
            "send a token that works: Authorization: Bearer atl_..; a member makes one on their own \
             page, a steward with: atelier token create --member NAME"
        }
        StatusCode::FORBIDDEN => "the role of this token's member does not allow this",
        StatusCode::NOT_FOUND => {
            "there is nothing here that you may see; every address is in /api/openapi.json"
        }
        StatusCode::GONE => "its producer withdrew it; forget your copy",
        StatusCode::METHOD_NOT_ALLOWED => {
            "this address is not used that way: the header Allow says how"
        }
        _ => return None,
    };
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_is_answered_with_the_nearest_one() {
        let text = "Failed to deserialize the JSON body into the target type: unknown field `titel`, \
                    expected one of `kind`, `title`, `name` at line 1 column 9";
        let said = explain(text);
        assert!(said.starts_with("unknown field `titel`"), "{said}");
        assert!(said.ends_with("did you mean `title`?"), "{said}");
        assert_eq!(explain("something else"), "something else");
        assert!(explain(&"x".repeat(10_000)).len() <= DETAIL_CHARS_MAX);
    }

    #[test]
    fn a_piece_is_one_to_two_hundred_long() {
        let read = |limit: &str| Paging::read(Some(&limit.to_owned()), None).map(|p| p.limit);
        assert_eq!(read("").ok(), Some(LIMIT_DEFAULT));
        assert_eq!(read("200").ok(), Some(200));
        for wrong in ["0", "201", "-1", "ten", "1e2"] {
            assert!(matches!(read(wrong), Err(Error::BadRequest(_))), "{wrong}");
        }
        let cursor = Paging::read(None, Some(&"not ours".to_owned()));
        assert!(matches!(cursor, Err(Error::BadRequest(_))));
    }

    #[test]
    fn a_whole_list_is_cut_at_its_cursor() {
        let mut paging = Paging {
            limit: 2,
            cursor: None,
        };
        let mut seen = Vec::new();
        loop {
            let page = paging.cut(vec![5, 4, 3, 2, 1], |n| (*n, n.to_string()));
            seen.extend(page.items);
            paging.cursor = page.next;
            if paging.cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, [5, 4, 3, 2, 1]);
    }
}
