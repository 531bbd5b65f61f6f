//! What a browser sends of the form in which a publication is written.

use crate::base::{Error, Result};
use crate::publication::{Draft, Kind, Picture, Place};
use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use serde_json::Value;
use std::collections::HashMap;

/// The file that came with a form.
#[derive(Debug, Default)]
pub enum Upload {
    /// None was chosen.
    #[default]
    None,
    /// Its bytes.
    Bytes(Bytes),
    /// It was larger than this node takes.
    TooLarge,
}

/// What a browser sent.
#[derive(Debug, Default)]
pub struct Sent {
    values: HashMap<String, String>,
    /// The picture.
    pub picture: Upload,
}

impl From<HashMap<String, String>> for Sent {
    fn from(values: HashMap<String, String>) -> Self {
        Self {
            values,
            picture: Upload::None,
        }
    }
}

impl Sent {
    /// Reads a form to its end. A picture larger than `bytes_max` is left out, and the texts stay.
    ///
    /// # Errors
    /// When the body is not such a form, or beyond all measure.
    pub async fn read(mut parts: Multipart, bytes_max: usize) -> Result<Self> {
        let mut sent = Self::default();
        while let Some(mut part) = parts.next_field().await.map_err(unreadable)? {
            let name = part.name().unwrap_or_default().to_owned();
            if name != "picture" {
                let value = part.text().await.map_err(unreadable)?;
                sent.values.insert(name, value);
                continue;
            }
            let (mut bytes, mut large) = (BytesMut::new(), false);
            while let Some(chunk) = part.chunk().await.map_err(unreadable)? {
                large = large || bytes.len() + chunk.len() > bytes_max;
                if !large {
                    bytes.extend_from_slice(&chunk);
                }
            }
            sent.picture = match (large, bytes.is_empty()) {
                (true, _) => Upload::TooLarge,
                (false, true) => Upload::None,
                (false, false) => Upload::Bytes(bytes.freeze()),
            };
        }
        Ok(sent)
    }

    /// One value as it was sent; empty when it was not.
    pub fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Whether a value was sent at all.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The draft in it, over what was kept of it before: what the form does not show stays as it was.
    pub fn draft(&self, base: Draft) -> Draft {
        let text = |name: &str| self.get(name).replace("\r\n", "\n");
        let mut draft = Draft {
            kind: text("kind"),
            name: text("name"),
            summary: text("summary"),
            content: text("content"),
            language: text("language"),
            audience: text("audience"),
            licence: text("licence"),
            start_time: text("start_time"),
            end_time: text("end_time"),
            timezone: text("timezone").trim().to_owned(),
            revision: self.get("revision").parse().unwrap_or(0),
            picture: self.picture_kept(),
            ..base
        };
        let Some(kind) = draft.kind() else {
            return draft;
        };
        for field in kind.fields() {
            draft
                .detail
                .insert(field.name.to_owned(), Value::String(text(field.name)));
        }
        draft.detail.retain(|_, value| value.as_str() != Some(""));
        if kind == Kind::Event {
            let degrees = |name: &str| self.get(name).trim().replace(',', ".").parse().ok();
            draft.place = Place {
                name: text("place_name"),
                street: text("place_street"),
                postcode: text("place_postcode"),
                locality: text("place_locality"),
                region: text("place_region"),
                country: text("place_country"),
                latitude: degrees("latitude"),
                longitude: degrees("longitude"),
            };
        }
        draft
    }

    /// The picture that was uploaded before, with what is said of it now.
    fn picture_kept(&self) -> Option<Picture> {
        let src = self.get("picture_name");
        if src.is_empty() || self.has("picture_remove") {
            return None;
        }
        let media_type = match src.rsplit_once('.') {
            Some((_, "png")) => "image/png",
            Some((_, "webp")) => "image/webp",
            _ => "image/jpeg",
        };
        Some(Picture {
            src: src.to_owned(),
            alt: self.get("alt").trim().to_owned(),
            media_type: media_type.to_owned(),
        })
    }
}

fn unreadable(error: MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::TooLarge(error.body_text())
    } else {
        Error::BadRequest(error.body_text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(values: &[(&str, &str)]) -> Sent {
        let owned = values
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Sent::from(owned.collect::<HashMap<_, _>>())
    }

    #[test]
    fn what_the_form_does_not_show_stays_and_what_was_emptied_goes() {
        let mut base = Draft::default();
        base.detail.insert("later".into(), 3.into());
        base.detail.insert("scope".into(), "a street".into());
        let draft = sent(&[("kind", "experience"), ("limits", "one\r\ntwo")]).draft(base);
        assert_eq!(draft.detail.get("later"), Some(&Value::from(3)));
        assert_eq!(draft.detail.get("scope"), None);
        assert_eq!(draft.detail.get("limits"), Some(&Value::from("one\ntwo")));
    }

    #[test]
    fn a_picture_is_kept_until_it_is_taken_away() {
        let mut values = vec![
            ("kind", "paper"),
            ("picture_name", "x.png"),
            ("alt", " a street "),
        ];
        let kept = sent(&values).draft(Draft::default()).picture;
        let kept = kept.map(|picture| (picture.alt, picture.media_type));
        assert_eq!(kept, Some(("a street".into(), "image/png".into())));
        values.push(("picture_remove", "yes"));
        assert_eq!(sent(&values).draft(Draft::default()).picture, None);
    }
}
