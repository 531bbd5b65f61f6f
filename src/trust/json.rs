//! JSON from strangers, read so that everybody who reads it reads the same.
//!
//! Two values under one key, a number that does not fit, or a text with a zero in it are understood
//! differently by different programs, and so could be signed as one thing and shown as another.

use crate::base::{Error, Result};
use http::StatusCode;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::fmt;

/// How deep lists and objects may stand in each other.
pub const DEPTH_MAX: usize = 64;
/// The largest number that all readers hold exactly: 2^53.
const EXACT_MAX: u64 = 1 << 53;
const EXACT_MAX_FLOAT: f64 = 9_007_199_254_740_992.0;

/// Reads a JSON text, keeping the order of its keys.
///
/// # Errors
/// [`Error::Refused`] with status 400 and one of `json_malformed`, `json_repeated_key`,
/// `json_zero_character`, `json_too_deep`, `json_number_too_large`.
pub fn parse(text: &str) -> Result<Value> {
    let why = Cell::new("json_malformed");
    let mut reader = serde_json::Deserializer::from_str(text);
    let strict = Strict {
        depth: 0,
        why: &why,
    };
    strict
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|_| Error::Refused {
            status: StatusCode::BAD_REQUEST,
            reason: why.get(),
        })
}

/// Whether a number is held exactly by every reader: not beyond 2^53.
#[must_use]
pub fn is_exact(number: &Number) -> bool {
    if let Some(n) = number.as_u64() {
        n <= EXACT_MAX
    } else if let Some(n) = number.as_i64() {
        n.unsigned_abs() <= EXACT_MAX
    } else {
        number.as_f64().is_some_and(|n| n.abs() <= EXACT_MAX_FLOAT)
    }
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: usize,
    why: &'a Cell<&'static str>,
}

impl Strict<'_> {
    fn refuse<E: serde::de::Error>(self, why: &'static str) -> E {
        self.why.set(why);
        E::custom(why)
    }

    fn number<E: serde::de::Error>(self, number: Number) -> Result<Value, E> {
        if is_exact(&number) {
            Ok(Value::Number(number))
        } else {
            Err(self.refuse("json_number_too_large"))
        }
    }

    fn text<E: serde::de::Error>(self, text: String) -> Result<String, E> {
        if text.contains('\0') {
            Err(self.refuse("json_zero_character"))
        } else {
            Ok(text)
        }
    }

    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= DEPTH_MAX {
            return Err(self.refuse("json_too_deep"));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.number(value.into())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.number(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("not a number"))?;
        self.number(number)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.text(value.to_owned()).map(Value::String)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let key = self.text(key)?;
            if object.contains_key(&key) {
                return Err(self.refuse("json_repeated_key"));
            }
            let value = map.next_value_seed(inner)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(text: &str) -> &'static str {
        match parse(text) {
            Err(Error::Refused {
                status: StatusCode::BAD_REQUEST,
                reason,
            }) => reason,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        assert_eq!(why(r#"{"a":1,"b":2,"a":1}"#), "json_repeated_key");
        assert_eq!(why(r#"[{"x":{"a":1,"\u0061":1}}]"#), "json_repeated_key");
        assert_eq!(why(r#"{"a":"x\u0000y"}"#), "json_zero_character");
        assert_eq!(why(r#"{"\u0000":1}"#), "json_zero_character");
        for number in [
            "9007199254740993",
            "-9007199254740993",
            "1e30",
            "18446744073709551616",
        ] {
            assert_eq!(why(number), "json_number_too_large", "{number}");
        }
        assert_eq!(why(&("[".repeat(65) + &"]".repeat(65))), "json_too_deep");
        assert_eq!(why(&"[".repeat(100_000)), "json_too_deep");
        for text in [
            "",
            "{",
            "{} {}",
            "{'a':1}",
            "[1,]",
            "NaN",
            "1e999",
            "\"\\ud800\"",
            "\u{feff}{}",
        ] {
            assert_eq!(why(text), "json_malformed", "{text}");
        }
    }

    #[test]
    fn the_rest_is_read_in_its_order() {
        let text = r#"{"z":[1,-2,3.5,null,true],"a":{"é":"\ud83d\ude00"},"m":9007199254740992}"#;
        let value = parse(text).expect("fine");
        assert_eq!(value, serde_json::from_str::<Value>(text).expect("fine"));
        assert_eq!(value.to_string().find("\"z\""), Some(1));
        assert!(parse(&("[".repeat(64) + &"]".repeat(64))).is_ok());
    }

    #[test]
    fn long_fractions_keep_their_last_digit() {
        for text in [
            "48.856614400000005",
            "2.3522219000000177",
            "0.30000000000000004",
        ] {
            assert_eq!(parse(text).expect("a number").to_string(), text);
        }
    }
}
