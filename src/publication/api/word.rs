//! The words that programs and pages of a publication share: kinds, audiences, places.

use crate::publication::kind::{FIELD_CHARS_MAX, Kind};
use crate::publication::{Audience, Place, Verified};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{AnyOfBuilder, Type};
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The word of a kind.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KindWord(pub String);

impl PartialSchema for KindWord {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("Which sort of publication."))
            .enum_values(Some(Kind::ALL.iter().map(|kind| kind.code())))
            .into()
    }
}

impl ToSchema for KindWord {
    fn name() -> std::borrow::Cow<'static, str> {
        "Kind".into()
    }
}

/// What only a publication of its kind has: texts by name.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DetailMap(pub Map<String, Value>);

fn detail_name(kind: Kind) -> String {
    format!("Detail.{}", kind.code())
}

fn detail_schema(kind: Kind) -> RefOr<Schema> {
    let mut object = ObjectBuilder::new();
    for field in kind.fields() {
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(FIELD_CHARS_MAX))
            .description(field.needed.map(|_| "Needed to publish."));
        object = object.property(field.name, text);
    }
    object
        .description(Some(format!("What only a {} has.", kind.code())))
        .into()
}

impl PartialSchema for DetailMap {
    fn schema() -> RefOr<Schema> {
        // What one kind has may fit another's form too: any of them, not exactly one.
        let mut any = AnyOfBuilder::new();
        for kind in Kind::ALL {
            any = any.item(Ref::from_schema_name(detail_name(*kind)));
        }
        any.description(Some("What only its kind has: texts by name."))
            .into()
    }
}

impl ToSchema for DetailMap {
    fn name() -> std::borrow::Cow<'static, str> {
        "Detail".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.extend(
            Kind::ALL
                .iter()
                .map(|kind| (detail_name(*kind), detail_schema(*kind))),
        );
    }
}

/// Whom a publication is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Audience)]
pub enum AudienceWord {
    /// Everybody.
    Public,
    /// Those who follow its network, and the members of this node.
    Followers,
    /// The members of this node only: it never leaves.
    Members,
}

impl From<Audience> for AudienceWord {
    fn from(audience: Audience) -> Self {
        match audience {
            Audience::Public => Self::Public,
            Audience::Followers => Self::Followers,
            Audience::Members => Self::Members,
        }
    }
}

impl AudienceWord {
    /// As it is stored and typed in forms.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Public => Audience::Public.code(),
            Self::Followers => Audience::Followers.code(),
            Self::Members => Audience::Members.code(),
        }
    }
}

/// Whether others can see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Status)]
pub enum StatusWord {
    /// Only its writer sees it.
    Draft,
    /// Its audience sees it.
    Published,
}

/// How this node knows that a copy is its producer's.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Verified)]
pub enum VerifiedWord {
    /// It came in a request signed by its author's own node.
    Signature,
    /// It carries a proof by its author's key (FEP-8b32).
    Proof,
    /// It was read at its own address.
    Origin,
}

impl From<Verified> for VerifiedWord {
    fn from(verified: Verified) -> Self {
        match verified {
            Verified::Signature => Self::Signature,
            Verified::Proof => Self::Proof,
            Verified::Origin => Self::Origin,
        }
    }
}

/// Where something takes place.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Location {
    /// What people call it.
    name: String,
    /// Street and number.
    street: String,
    /// Postal code.
    postcode: String,
    /// Town.
    locality: String,
    /// Region.
    region: String,
    /// Country.
    country: String,
    /// Degrees north (WGS 84).
    #[schema(minimum = -90, maximum = 90)]
    latitude: Option<f64>,
    /// Degrees east (WGS 84).
    #[schema(minimum = -180, maximum = 180)]
    longitude: Option<f64>,
}

impl From<Place> for Location {
    fn from(place: Place) -> Self {
        Self {
            name: place.name,
            street: place.street,
            postcode: place.postcode,
            locality: place.locality,
            region: place.region,
            country: place.country,
            latitude: place.latitude,
            longitude: place.longitude,
        }
    }
}

impl From<Location> for Place {
    fn from(location: Location) -> Self {
        Self {
            name: location.name,
            street: location.street,
            postcode: location.postcode,
            locality: location.locality,
            region: location.region,
            country: location.country,
            latitude: location.latitude,
            longitude: location.longitude,
        }
    }
}
