//! A Markdown file with front matter, read as a draft: what it is stands between two lines of three
//! hyphens, its text below.

use crate::base::clock::parse_rfc3339;
use crate::base::{Issues, Millis, id};
use crate::publication::draft::read_time;
use crate::publication::{Draft, Kind, Place};
use serde_json::{Map, Value};

/// What every kind has, with the parts of a place.
const ENVELOPE: [&str; 12] = [
    "kind",
    "language",
    "name",
    "summary",
    "licence",
    "author",
    "published",
    "audience",
    "start_time",
    "end_time",
    "timezone",
    "location",
];
const LOCATION: [&str; 8] = [
    "name",
    "street",
    "postcode",
    "locality",
    "region",
    "country",
    "latitude",
    "longitude",
];
/// What a field is called in the file, where it has another name in a draft.
const IN_THE_FILE: [(&str, &str); 2] = [("latitude", "location"), ("longitude", "location")];
/// A day without an hour is meant as the morning of that day.
const MORNING: &str = "T09:00";

/// One file, understood.
#[derive(Debug)]
pub(super) struct File {
    /// What it says, complete enough to be tried.
    pub(super) draft: Draft,
    /// The handle of who wrote it.
    pub(super) author: Option<String>,
    /// When it was first published.
    pub(super) published: Option<Millis>,
    lines: Vec<(String, usize)>,
}

/// Something in a file that has to be changed, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// The line, from 1.
    pub(super) line: usize,
    /// What is wrong and what to do.
    pub(super) text: String,
}

/// What is used where a file says nothing.
#[derive(Debug, Clone)]
pub(super) struct Usual {
    pub(super) language: String,
    pub(super) licence: String,
    pub(super) timezone: String,
}

/// Reads a file.
pub(super) fn read(text: &str, usual: &Usual) -> Result<File, Vec<Wrong>> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let (front, content) = split(&text).ok_or_else(|| {
        vec![Wrong {
            line: 1,
            text: "front matter is missing: the file begins with a line ---, then lines like kind: experience, then a line ---".into(),
        }]
    })?;
    let lines = lines_of(front);
    let map: Map<String, Value> = match serde_norway::from_str(front) {
        Ok(map) => map,
        Err(error) => {
            let line = error.location().map_or(1, |at| at.line() + 1);
            return Err(vec![Wrong {
                line,
                text: format!("the front matter is not YAML: {error}"),
            }]);
        }
    };
    let mut reading = Reading {
        map,
        lines,
        wrong: Vec::new(),
    };
    let draft = reading.draft(content, usual);
    let published = reading.published(&usual.timezone);
    let author = Some(reading.text("author")).filter(|author| !author.is_empty());
    if reading.wrong.is_empty() {
        Ok(File {
            draft,
            author,
            published,
            lines: reading.lines,
        })
    } else {
        reading.wrong.sort_by_key(|wrong| wrong.line);
        Err(reading.wrong)
    }
}

fn split(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("---\n")?;
    let end = rest.find("\n---\n")?;
    Some((&rest[..=end], rest[end + 5..].trim_start_matches('\n')))
}

/// Which key stands on which line of the file.
fn lines_of(front: &str) -> Vec<(String, usize)> {
    front
        .lines()
        .enumerate()
        .filter_map(|(index, line)| {
            let (key, _) = line.split_once(':')?;
            let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-' || c == ' ';
            (!key.starts_with([' ', '-', '#']) && key.chars().all(plain))
                .then(|| (key.trim().to_owned(), index + 2))
        })
        .collect()
}

fn nearest<'a>(key: &str, known: &[&'a str]) -> &'a str {
    known
        .iter()
        .max_by(|a, b| strsim::jaro_winkler(a, key).total_cmp(&strsim::jaro_winkler(b, key)))
        .copied()
        .unwrap_or_default()
}

struct Reading {
    map: Map<String, Value>,
    lines: Vec<(String, usize)>,
    wrong: Vec<Wrong>,
}

impl Reading {
    fn line(&self, key: &str) -> usize {
        line_in(&self.lines, key)
    }

    fn complain(&mut self, key: &str, text: String) {
        let line = self.line(key);
        self.wrong.push(Wrong { line, text });
    }

    /// A value as text: a list becomes lines, a number its digits.
    fn text(&mut self, key: &str) -> String {
        let value = self.map.get(key).cloned().unwrap_or(Value::Null);
        match plain(&value) {
            Some(text) => text,
            None => {
                self.complain(key, format!("{key}: give a text"));
                String::new()
            }
        }
    }

    fn draft(&mut self, content: &str, usual: &Usual) -> Draft {
        let or = |given: String, usual: &str| {
            if given.is_empty() {
                usual.to_owned()
            } else {
                given
            }
        };
        let code = self.text("kind");
        let kind = Kind::from_code(&code);
        let fields: Vec<&str> = kind
            .unwrap_or(Kind::Paper)
            .fields()
            .iter()
            .map(|field| field.name)
            .collect();
        match kind {
            Some(_) => self.refuse_unknown(&fields),
            None => {
                let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
                self.complain(
                    "kind",
                    format!("kind: \"{code}\" is none of {}", known.join(", ")),
                );
            }
        }
        let mut detail = Map::new();
        for field in fields {
            let text = self.text(field);
            if !text.is_empty() {
                detail.insert(field.to_owned(), text.into());
            }
        }
        Draft {
            kind: code,
            name: self.text("name"),
            summary: self.text("summary"),
            content: content.to_owned(),
            language: or(self.text("language"), &usual.language),
            audience: or(self.text("audience"), "public"),
            licence: or(self.text("licence"), &usual.licence),
            detail,
            start_time: self.text("start_time"),
            end_time: self.text("end_time"),
            timezone: or(self.text("timezone"), &usual.timezone),
            place: self.place(),
            picture: None,
            revision: 0,
        }
    }

    fn refuse_unknown(&mut self, fields: &[&str]) {
        let known: Vec<&str> = ENVELOPE.iter().chain(fields).copied().collect();
        let keys: Vec<String> = self.map.keys().cloned().collect();
        for key in keys {
            if !known.contains(&key.as_str()) {
                let nearest = nearest(&key, &known);
                self.complain(
                    &key,
                    format!("unknown key \"{key}\"; did you mean \"{nearest}\"?"),
                );
            }
        }
    }

    fn place(&mut self) -> Place {
        let map = match self.map.get("location") {
            None | Some(Value::Null) => return Place::default(),
            Some(Value::String(name)) => {
                return Place {
                    name: name.clone(),
                    ..Place::default()
                };
            }
            Some(Value::Object(map)) => map.clone(),
            Some(_) => {
                self.complain(
                    "location",
                    "location: give a name, or parts like locality: Loos".into(),
                );
                return Place::default();
            }
        };
        for key in map.keys().filter(|key| !LOCATION.contains(&key.as_str())) {
            let nearest = nearest(key, &LOCATION);
            self.complain(
                "location",
                format!("location: unknown key \"{key}\"; did you mean \"{nearest}\"?"),
            );
        }
        let text = |key: &str| map.get(key).and_then(plain).unwrap_or_default();
        let degrees = |key: &str| map.get(key).and_then(Value::as_f64);
        Place {
            name: text("name"),
            street: text("street"),
            postcode: text("postcode"),
            locality: text("locality"),
            region: text("region"),
            country: text("country"),
            latitude: degrees("latitude"),
            longitude: degrees("longitude"),
        }
    }

    fn published(&mut self, timezone: &str) -> Option<Millis> {
        let text = self.text("published");
        if text.is_empty() {
            return None;
        }
        let moment = parse_rfc3339(&text)
            .or_else(|| read_time(&text, timezone).filter(|_| text.contains('T')))
            .or_else(|| read_time(&format!("{text}{MORNING}"), timezone));
        if moment.is_none() {
            self.complain(
                "published",
                format!("published: \"{text}\" is no day; write it like 2026-03-12"),
            );
        }
        moment
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(plain).collect();
            Some(
                items?
                    .iter()
                    .map(|item| format!("- {item}"))
                    .collect::<Vec<_>>()
                    .join("\n"),
            )
        }
        Value::Object(_) => None,
    }
}

fn line_in(lines: &[(String, usize)], key: &str) -> usize {
    lines
        .iter()
        .find(|(held, _)| held == key)
        .map_or(1, |(_, line)| *line)
}

impl File {
    /// The line a key stands on.
    pub(super) fn line(&self, key: &str) -> usize {
        line_in(&self.lines, key)
    }

    /// What keeps the draft from being published, each with its line.
    pub(super) fn wrong(&self, issues: &Issues, words: fn(&str) -> String) -> Vec<Wrong> {
        issues
            .0
            .iter()
            .map(|(field, key)| {
                let held = IN_THE_FILE.iter().find(|(draft, _)| draft == field);
                Wrong {
                    line: line_in(&self.lines, held.map_or(*field, |(_, file)| *file)),
                    text: format!("{field}: {}", words(key)),
                }
            })
            .collect()
    }

    /// The id this file has for this member: the same each time, so that a file imported twice is one
    /// publication. Its shape is that of every id of ours (D6).
    pub(super) fn id(&self, member_id: &str, since: Millis) -> String {
        let published = self.published.map_or_else(String::new, |at| at.to_string());
        let key = format!("import\n{member_id}\n{published}\n{}", self.draft.name);
        let hash = id::sha256_hex(key.as_bytes());
        id::uuid_from(self.published.unwrap_or(since), &hash)
    }
}

#[cfg(test)]
mod tests;
