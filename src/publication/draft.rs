//! What somebody is writing: parsed at the door, complete enough to publish or said why not.

use super::kind::{Detail, Kind};
use super::{Audience, Picture, Place};
use crate::base::clock::parse_rfc3339;
use crate::base::{Issues, Millis, text};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

const NAME_CHARS_MAX: usize = 200;
const SUMMARY_CHARS_MAX: usize = 500;
const CONTENT_CHARS_MAX: usize = 100_000;

/// The licences offered, by SPDX id, with the page that explains each.
pub const LICENCES: [(&str, &str); 6] = [
    (
        "CC-BY-SA-4.0",
        "https://creativecommons.org/licenses/by-sa/4.0/",
    ),
    ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    (
        "CC-BY-NC-SA-4.0",
        "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    ),
    (
        "CC0-1.0",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
    (
        "etalab-2.0",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    ),
    ("all-rights-reserved", "https://www.wipo.int/copyright/"),
];

/// The page that explains a licence: by SPDX id, or the URL it is.
#[must_use]
pub fn licence_url(licence: &str) -> Option<&str> {
    let known = LICENCES
        .iter()
        .find(|(id, _)| *id == licence)
        .map(|(_, url)| *url);
    known.or_else(|| licence.starts_with("https://").then_some(licence))
}

/// The SPDX id of a licence's page, when it is one of those offered.
#[must_use]
pub fn licence_of_url(url: &str) -> Option<&'static str> {
    let bare = |url: &str| url.trim_end_matches('/').replace("http://", "https://");
    LICENCES
        .iter()
        .find(|(_, known)| bare(known) == bare(url))
        .map(|(id, _)| *id)
}

/// What a form or a program sends. Every field may be missing: only a name is needed for a draft.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// The sort, by its code.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Two sentences.
    pub summary: String,
    /// The text, Markdown.
    pub content: String,
    /// BCP 47.
    pub language: String,
    /// `public`, `followers` or `members`.
    pub audience: String,
    /// SPDX id.
    pub licence: String,
    /// What only its kind has.
    pub detail: Map<String, Value>,
    /// RFC 3339, or a local time `2026-12-05T14:00` meant in `timezone`.
    pub start_time: String,
    /// Likewise; may be empty.
    pub end_time: String,
    /// IANA.
    pub timezone: String,
    /// Where.
    pub place: Place,
    /// Its picture.
    pub picture: Option<Picture>,
    /// The revision this edits; 0 for something new.
    pub revision: i64,
}

/// A draft that is fit to be published: its values are true.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    /// Its name, one line.
    pub name: String,
    /// Its summary, plain.
    pub summary: String,
    /// Its text, Markdown.
    pub source: String,
    /// BCP 47.
    pub language: String,
    /// Whom it is meant for.
    pub audience: Audience,
    /// SPDX id.
    pub licence: String,
    /// What only its kind has.
    pub detail: Detail,
    /// When it starts.
    pub start_time: Option<Millis>,
    /// When it ends.
    pub end_time: Option<Millis>,
    /// The time zone its times are meant in.
    pub timezone: Option<String>,
    /// Where.
    pub place: Option<Place>,
    /// Its picture.
    pub picture: Option<Picture>,
}

/// Reads a moment that a person or a program gave: RFC 3339, or a local time in a zone.
#[must_use]
pub fn read_time(given: &str, timezone: &str) -> Option<Millis> {
    if let Some(at) = parse_rfc3339(given) {
        return Some(at);
    }
    let local: DateTime = given.trim().parse().ok()?;
    let zoned = local.in_tz(timezone).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

/// A moment as a form's local time in a zone.
#[must_use]
pub fn local_time(at: Millis, timezone: &str) -> String {
    let Ok(moment) = jiff::Timestamp::from_millisecond(at) else {
        return String::new();
    };
    let Ok(zoned) = moment.in_tz(timezone) else {
        return String::new();
    };
    zoned.strftime("%Y-%m-%dT%H:%M").to_string()
}

/// Whether a text has the shape of a language's code (BCP 47).
#[must_use]
pub fn language_fits(code: &str) -> bool {
    (2..=35).contains(&code.len())
        && code.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
        })
}

impl Draft {
    /// Its sort, if it names one of ours.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        Kind::from_code(&self.kind)
    }

    /// Whether it can be kept as a draft: only a name and a kind are needed.
    #[must_use]
    pub fn check_draft(&self) -> Issues {
        let mut issues = Issues::default();
        if self.kind().is_none() {
            issues.add("kind", "issue-kind");
        }
        if self.name.trim().is_empty() {
            issues.add("name", "issue-name");
        }
        issues
    }

    /// Everything publishing needs, or all that is missing (the Charter's ethics of rigour asks an
    /// experience for its scope and limits).
    ///
    /// # Errors
    /// The issues, field by field.
    pub fn check(&self) -> Result<Ready, Issues> {
        let mut issues = self.check_draft();
        let Some(kind) = self.kind() else {
            return Err(issues);
        };
        if self.name.chars().count() > NAME_CHARS_MAX {
            issues.add("name", "issue-too-long");
        }
        if self.summary.chars().count() > SUMMARY_CHARS_MAX {
            issues.add("summary", "issue-too-long");
        }
        if self.content.trim().is_empty() {
            issues.add("content", "issue-content");
        } else if self.content.chars().count() > CONTENT_CHARS_MAX {
            issues.add("content", "issue-too-long");
        }
        if !language_fits(&self.language) {
            issues.add("language", "issue-language");
        }
        let audience = Audience::from_code(&self.audience);
        if audience.is_none() {
            issues.add("audience", "issue-audience");
        }
        if !LICENCES.iter().any(|(id, _)| *id == self.licence) {
            issues.add("licence", "issue-licence");
        }
        if self
            .picture
            .as_ref()
            .is_some_and(|picture| picture.alt.trim().is_empty())
        {
            issues.add("alt", "issue-alt");
        }
        let detail = Detail::read(kind, &self.detail);
        detail.check(&mut issues);
        let (start_time, end_time) = self.check_times(kind, &mut issues);
        let Some(audience) = audience.filter(|_| issues.0.is_empty()) else {
            return Err(issues);
        };
        Ok(Ready {
            name: text::plain_line(&self.name, NAME_CHARS_MAX),
            summary: text::plain_line(&self.summary, SUMMARY_CHARS_MAX),
            source: self.content.replace("\r\n", "\n"),
            language: self.language.clone(),
            audience,
            licence: self.licence.clone(),
            detail,
            start_time,
            end_time,
            timezone: start_time.map(|_| self.timezone.clone()),
            place: Some(self.place.clone()).filter(|place| !place.is_empty()),
            picture: self.picture.clone(),
        })
    }

    fn check_times(&self, kind: Kind, issues: &mut Issues) -> (Option<Millis>, Option<Millis>) {
        if kind != Kind::Event {
            return (None, None);
        }
        if jiff::tz::TimeZone::get(&self.timezone).is_err() {
            issues.add("timezone", "issue-timezone");
        }
        let start = read_time(&self.start_time, &self.timezone);
        if start.is_none() {
            issues.add("start_time", "issue-start-time");
        }
        let end = if self.end_time.trim().is_empty() {
            None
        } else {
            let end = read_time(&self.end_time, &self.timezone);
            if end.is_none() || end < start {
                issues.add("end_time", "issue-end-time");
            }
            end
        };
        for (degrees, most, field) in [
            (self.place.latitude, 90.0, "latitude"),
            (self.place.longitude, 180.0, "longitude"),
        ] {
            if degrees.is_some_and(|degrees: f64| !degrees.is_finite() || degrees.abs() > most) {
                issues.add(field, "issue-degrees");
            }
        }
        (start, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn experience() -> Draft {
        Draft {
            kind: "experience".into(),
            name: "A street without cars".into(),
            content: "We closed it.".into(),
            language: "en".into(),
            audience: "public".into(),
            licence: "CC-BY-SA-4.0".into(),
            ..Draft::default()
        }
    }

    #[test]
    fn an_experience_is_published_with_its_scope_and_limits() {
        let issues = experience().check().expect_err("not yet");
        assert_eq!(issues.of("scope"), Some("issue-scope-needed"));
        assert_eq!(issues.of("limits"), Some("issue-limits-needed"));
        let mut draft = experience();
        draft
            .detail
            .insert("scope".into(), "One street, one school year.".into());
        draft
            .detail
            .insert("limits".into(), "Not measured in winter.".into());
        assert_eq!(
            draft.check().map(|ready| ready.detail.text("scope")),
            Ok("One street, one school year.".into())
        );
    }

    #[test]
    fn only_a_name_is_needed_for_a_draft() {
        let draft = Draft {
            kind: "experience".into(),
            name: "x".into(),
            ..Draft::default()
        };
        assert_eq!(draft.check_draft(), Issues::default());
    }

    #[test]
    fn times_are_read_in_their_zone() {
        let utc = parse_rfc3339("2026-12-05T13:00:00Z");
        assert_eq!(read_time("2026-12-05T14:00", "Europe/Paris"), utc);
        assert_eq!(read_time("2026-12-05T14:00:00+01:00", "Europe/Paris"), utc);
        assert_eq!(
            local_time(utc.unwrap_or(0), "Europe/Paris"),
            "2026-12-05T14:00"
        );
        assert_eq!(read_time("soon", "Europe/Paris"), None);
    }
}
