//! What Allies give: one publication, ours or a copy of another's, with its text, its kind's own
//! detail, and the audience it is meant for.

pub mod api;
pub mod audience;
pub mod draft;
pub mod evidence;
pub mod kind;
pub mod page;
pub mod panel;
pub mod publish;
pub mod seek;
pub mod store;

use crate::base::Millis;
use serde::{Deserialize, Serialize};

pub use audience::may_see;
pub use draft::Draft;
pub use kind::{Detail, Kind};

/// Whom a publication is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Everybody.
    Public,
    /// Those who follow its network or author, and the network's own members.
    Followers,
    /// The members of its node only: it never leaves.
    Members,
}

impl Audience {
    /// As it is stored, sent in forms, and read in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Followers => "followers",
            Self::Members => "members",
        }
    }

    /// Reads it.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Public, Self::Followers, Self::Members]
            .into_iter()
            .find(|audience| audience.code() == code)
    }
}

/// How we know that a remote publication is its producer's (wire provenance levels).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verified {
    /// It came in a request signed by its author's own node.
    Signature,
    /// It carries a proof by its author's key (FEP-8b32).
    Proof,
    /// It was read at its own address.
    Origin,
}

impl Verified {
    /// As it is stored and read in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Proof => "proof",
            Self::Origin => "origin",
        }
    }

    /// What says less to others than this does: what was read proves nothing to them, a signed request
    /// needs what was signed, a proof stands by itself.
    #[must_use]
    pub fn weaker(self) -> &'static [Self] {
        match self {
            Self::Proof => &[Self::Signature, Self::Origin],
            Self::Signature => &[Self::Origin],
            Self::Origin => &[],
        }
    }

    /// Reads it.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Signature, Self::Proof, Self::Origin]
            .into_iter()
            .find(|verified| verified.code() == code)
    }
}

/// A publication's text in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// BCP 47.
    pub language: String,
    /// Whether it was written in this language.
    pub original: bool,
    /// Its name, one line.
    pub name: String,
    /// Two sentences, plain.
    pub summary: String,
    /// What its author typed, Markdown; ours only.
    pub source: Option<String>,
    /// Sanitised HTML.
    pub html: String,
}

/// Where something takes place.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// What people call it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Street and number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street: String,
    /// Postal code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postcode: String,
    /// Town.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub locality: String,
    /// Region.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// Country.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
    /// Degrees north (WGS 84).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Degrees east (WGS 84).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
}

impl Place {
    /// Whether nothing is known of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// On one line: name, street, town, region, country.
    #[must_use]
    pub fn line(&self) -> String {
        let town = format!("{} {}", self.postcode, self.locality);
        let parts = [&self.name, &self.street, &town, &self.region, &self.country];
        let parts: Vec<&str> = parts
            .iter()
            .map(|part| part.trim())
            .filter(|part| !part.is_empty())
            .collect();
        parts.join(", ")
    }
}

/// A picture of a publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Ours: the file's name. Another's: its URL there, which we link to and never load.
    pub src: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// Its media type.
    pub media_type: String,
}

/// One publication, ours or a copy.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    /// Our id for it (UUIDv7).
    pub id: String,
    /// Its URI, which is what it is.
    pub uri: String,
    /// Its page at its producer's.
    pub url: String,
    /// Its ActivityStreams type, as its producer sends it.
    pub wire_type: String,
    /// Whether it was published on this node.
    pub local: bool,
    /// Its author, by our actor id.
    pub author_id: String,
    /// Its network, by our actor id.
    pub network_id: Option<String>,
    /// Whom it is meant for.
    pub audience: Audience,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
    /// Whether it is kept out of sight, because its host is blocked.
    pub hidden: bool,
    /// The language it was written in, BCP 47.
    pub language: String,
    /// Its licence: an SPDX id, or a URL.
    pub licence: String,
    /// When an event starts.
    pub start_time: Option<Millis>,
    /// When an event ends.
    pub end_time: Option<Millis>,
    /// The time zone its times are meant in (IANA).
    pub timezone: Option<String>,
    /// Where it takes place.
    pub place: Option<Place>,
    /// Its picture.
    pub picture: Option<Picture>,
    /// What only its kind has.
    pub detail: Detail,
    /// Its texts, the original first.
    pub texts: Vec<Text>,
    /// When it was first published.
    pub published: Millis,
    /// When it was last edited (D9).
    pub updated: Option<Millis>,
    /// 1, 2, 3..: each edit here is a revision.
    pub revision: i64,
    /// SHA-256 of what was received: breaks ties between copies of one moment (D17).
    pub digest: String,
    /// When our row last changed.
    pub changed_at: Millis,
    /// When it came to us, if it is another's.
    pub received_at: Option<Millis>,
    /// How we know that it is its producer's.
    pub verified: Option<Verified>,
    /// When that was last made sure of.
    pub verified_at: Option<Millis>,
    /// The key of its own proof, when it carried one that holds.
    pub proof: Option<String>,
}

impl Publication {
    /// Its sort.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.detail.kind()
    }

    /// Its text in the language asked for, else the original.
    #[must_use]
    pub fn text(&self, language: &str) -> &Text {
        static NONE: std::sync::LazyLock<Text> = std::sync::LazyLock::new(Text::default);
        let fits = |text: &&Text| text.language.split('-').next() == language.split('-').next();
        self.texts
            .iter()
            .find(fits)
            .or_else(|| self.texts.iter().find(|text| text.original))
            .or_else(|| self.texts.first())
            .unwrap_or(&NONE)
    }

    /// The text its author wrote.
    #[must_use]
    pub fn original(&self) -> &Text {
        self.text(&self.language)
    }

    /// What two copies are compared by: newer wins (D17).
    #[must_use]
    pub fn version(&self) -> Millis {
        self.updated.unwrap_or(self.published)
    }
}

/// One publication in a list: what a card shows, read in one statement.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Our id for it.
    pub id: String,
    /// Its URI.
    pub uri: String,
    /// Its page at its producer's.
    pub url: String,
    /// Its sort.
    pub kind: Kind,
    /// Whether it was published on this node.
    pub local: bool,
    /// Whom it is meant for.
    pub audience: Audience,
    /// Its language.
    pub language: String,
    /// Its licence.
    pub licence: String,
    /// Its name.
    pub name: String,
    /// Its summary.
    pub summary: String,
    /// When it was first published.
    pub published: Millis,
    /// When it was last edited.
    pub updated: Option<Millis>,
    /// When an event starts.
    pub start_time: Option<Millis>,
    /// When an event ends.
    pub end_time: Option<Millis>,
    /// The time zone its times are meant in.
    pub timezone: Option<String>,
    /// Where it takes place.
    pub place: Option<Place>,
    /// Its picture.
    pub picture: Option<Picture>,
    /// How we know that it is its producer's.
    pub verified: Option<Verified>,
    /// Its author.
    pub author: Producer,
    /// Its network.
    pub network: Option<Producer>,
}

/// Who gave it, as a card names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Producer {
    /// Our actor id.
    pub id: String,
    /// Their URI.
    pub uri: String,
    /// Their name.
    pub name: String,
    /// Their handle.
    pub handle: String,
    /// Their host.
    pub host: String,
    /// Their page on this node.
    pub path: String,
}
