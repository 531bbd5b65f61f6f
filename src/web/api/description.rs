//! What every JSON door says of itself alike, for the description that programs read: its errors, and
//! its lists.

use super::List;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::openapi::schema::{ArrayBuilder, SchemaType, Type};
use utoipa::openapi::{
    ContentBuilder, ObjectBuilder, Ref, RefOr, Response as Described, ResponseBuilder,
};
use utoipa::{IntoResponses, ToSchema};

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
