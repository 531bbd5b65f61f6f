//! Which sorts of publication there are. A kind is one file beside this one and three lines here.

mod event;
mod experience;
mod paper;

use crate::base::Issues;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use event::Event;
pub use experience::Experience;
pub use paper::Paper;

/// One field that only a kind has: as a property on the wire, a form field, and a part of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name on the wire (after our prefix), in the API and in forms; its label is `field-{name}`,
    /// its hint `field-{name}-hint`.
    pub name: &'static str,
    /// How many rows its form field has; 1 is a single line.
    pub rows: u8,
    /// Whether it is needed to publish, and why (a message key).
    pub needed: Option<&'static str>,
}

/// The most a detail field holds, in characters.
pub const FIELD_CHARS_MAX: usize = 10_000;

/// What every kind tells of itself.
pub trait Face: Default + Serialize + for<'de> Deserialize<'de> {
    /// Its name on the wire, in the API and in forms.
    const CODE: &'static str;
    /// The ActivityStreams type that carries it.
    const TYPE: &'static str;
    /// The path of the bank that shows it.
    const BANK: &'static str;
    /// Its own fields, in the order of the page.
    const FIELDS: &'static [Field];
}

macro_rules! kinds {
    ($($kind:ident),*) => {
        /// The sorts of publication.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind {
            $(#[doc = concat!("See [`", stringify!($kind), "`].")] $kind,)*
        }

        /// What only a publication of one sort has.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Detail {
            $(#[doc = concat!("Of one [`Kind::", stringify!($kind), "`].")] $kind($kind),)*
        }

        impl Kind {
            /// All of them, in the order of the menus.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// Its name on the wire, in the API and in forms.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$kind => <$kind as Face>::CODE),* }
            }

            /// The ActivityStreams type that carries it.
            #[must_use]
            pub fn wire_type(self) -> &'static str {
                match self { $(Self::$kind => <$kind as Face>::TYPE),* }
            }

            /// The path of the bank that shows it.
            #[must_use]
            pub fn bank(self) -> &'static str {
                match self { $(Self::$kind => <$kind as Face>::BANK),* }
            }

            /// Its own fields.
            #[must_use]
            pub fn fields(self) -> &'static [Field] {
                match self { $(Self::$kind => <$kind as Face>::FIELDS),* }
            }
        }

        impl Detail {
            /// Reads a detail; properties of another shape are left out, unknown ones are kept.
            #[must_use]
            pub fn read(kind: Kind, map: &Map<String, Value>) -> Self {
                match kind { $(Kind::$kind => Self::$kind(read_face(map))),* }
            }

            /// Which sort it is of.
            #[must_use]
            pub fn kind(&self) -> Kind {
                match self { $(Self::$kind(_) => Kind::$kind),* }
            }

            /// As properties.
            #[must_use]
            pub fn to_map(&self) -> Map<String, Value> {
                let value = match self { $(Self::$kind(detail) => serde_json::to_value(detail)),* };
                match value {
                    Ok(Value::Object(mut map)) => {
                        map.retain(|_, value| value.as_str() != Some("") && !value.is_null());
                        map
                    }
                    _ => Map::new(),
                }
            }
        }
    };
}

kinds!(Experience, Event, Paper);

fn read_face<T: Face>(map: &Map<String, Value>) -> T {
    if let Ok(all) = serde_json::from_value(Value::Object(map.clone())) {
        return all;
    }
    // One property of another shape must not cost the others.
    let strings = map.iter().filter(|(_, value)| value.is_string());
    let strings = strings
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    serde_json::from_value(Value::Object(strings)).unwrap_or_default()
}

impl Kind {
    /// Reads a kind's name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// The kind of a foreign object: by its own word for it, else by its type (D7).
    #[must_use]
    pub fn of_foreign(word: Option<&str>, wire_type: &str) -> Option<Self> {
        let fallback = match wire_type {
            "Event" => Self::Event,
            "Article" | "Page" => Self::Paper,
            _ => return None,
        };
        let named = word
            .and_then(Self::from_code)
            .filter(|kind| kind.wire_type() == fallback.wire_type());
        Some(named.unwrap_or(fallback))
    }
}

impl Detail {
    /// The text of one field.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        match self.to_map().get(name) {
            Some(Value::String(text)) => text.clone(),
            _ => String::new(),
        }
    }

    /// What is missing or too long for publishing, field by field.
    pub fn check(&self, issues: &mut Issues) {
        let map = self.to_map();
        for field in self.kind().fields() {
            let chars = map
                .get(field.name)
                .and_then(Value::as_str)
                .map_or(0, |text| text.trim().chars().count());
            match field.needed {
                Some(why) if chars == 0 => issues.add(field.name, why),
                _ if chars > FIELD_CHARS_MAX => issues.add(field.name, "issue-too-long"),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_article_is_a_paper_unless_it_says_better() {
        assert_eq!(Kind::of_foreign(None, "Article"), Some(Kind::Paper));
        assert_eq!(
            Kind::of_foreign(Some("experience"), "Article"),
            Some(Kind::Experience)
        );
        assert_eq!(
            Kind::of_foreign(Some("experience"), "Event"),
            Some(Kind::Event)
        );
        assert_eq!(Kind::of_foreign(None, "Video"), None);
    }

    #[test]
    fn unknown_properties_are_kept_and_odd_shapes_do_not_cost_the_rest() {
        let map = serde_json::json!({"scope": "a street", "levers": ["odd"], "later": 3});
        let Value::Object(map) = map else {
            unreachable!()
        };
        let kept = Detail::read(Kind::Experience, &map).to_map();
        assert_eq!(
            (kept.get("scope"), kept.get("later")),
            (map.get("scope"), map.get("later"))
        );
        let odd = serde_json::json!({"scope": ["odd"], "limits": "few"});
        let Value::Object(odd) = odd else {
            unreachable!()
        };
        assert_eq!(Detail::read(Kind::Experience, &odd).text("limits"), "few");
    }
}
