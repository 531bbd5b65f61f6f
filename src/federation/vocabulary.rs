//! The words we send: contexts, media types, our own terms (D7, D8).

use serde_json::{Value, json};

/// ActivityStreams 2.0.
pub const AS2: &str = "https://www.w3.org/ns/activitystreams";
const SECURITY: &str = "https://w3id.org/security/v1";
const CID: &str = "https://www.w3.org/ns/cid/v1";
const DATA_INTEGRITY: &str = "https://w3id.org/security/data-integrity/v2";
const WEBFINGER: &str = "https://purl.archive.org/socialweb/webfinger";

/// The prefix of our own terms; never dereferenced (D7).
pub const ATELIER: &str = "tag:atelier,2026:ns#";
/// How our own terms begin in a document.
pub const PREFIX: &str = "atelier:";

/// The media type of every ActivityPub answer.
pub const ACTIVITY_JSON: &str = "application/activity+json";
/// The other media type that asks for one.
pub const LD_JSON: &str = "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";

/// The context of every publication, activity and tombstone. An array whose items peers know, and
/// our terms inline; the proof repeats it.
#[must_use]
pub fn document_context() -> Value {
    json!([AS2, DATA_INTEGRITY, {
        "atelier": ATELIER,
        "schema": "http://schema.org#",
        "mz": "https://joinmobilizon.org/ns#",
        "pt": "https://joinpeertube.org/ns#",
        "ical": "http://www.w3.org/2002/12/cal/ical#",
        "sensitive": "as:sensitive",
        "inLanguage": "schema:inLanguage",
        "license": {"@id": "schema:license", "@type": "@id"},
        "address": {"@id": "schema:address", "@type": "schema:PostalAddress"},
        "PostalAddress": "schema:PostalAddress",
        "streetAddress": "schema:streetAddress",
        "addressLocality": "schema:addressLocality",
        "postalCode": "schema:postalCode",
        "addressCountry": "schema:addressCountry",
        "addressRegion": "schema:addressRegion",
        "maximumAttendeeCapacity": "schema:maximumAttendeeCapacity",
        "commentsEnabled": "pt:commentsEnabled",
        "repliesModerationOption": "mz:repliesModerationOption",
        "joinMode": {"@id": "mz:joinMode", "@type": "mz:joinModeType"},
        "isOnline": "mz:isOnline",
        "anonymousParticipationEnabled": "mz:anonymousParticipationEnabled",
        "timezone": {"@id": "mz:timezone", "@type": "schema:Text"},
        "category": "schema:category",
        "eventStatus": "https://w3id.org/fep/8a8e/eventStatus",
        "status": "ical:status",
        "uuid": "schema:identifier"
    }])
}

/// The context of every actor.
#[must_use]
pub fn actor_context() -> Value {
    json!([AS2, SECURITY, CID, WEBFINGER, {
        "toot": "http://joinmastodon.org/ns#",
        "lemmy": "https://join-lemmy.org/ns#",
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "attributionDomains": {"@id": "toot:attributionDomains", "@type": "@id"},
        "postingRestrictedToMods": "lemmy:postingRestrictedToMods"
    }])
}
