//! Languages: every text a person reads comes from `locale/{en,fr}/main.ftl`, every date from here.

use crate::base::clock::{DAY, HOUR, MINUTE, Millis};
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, langid};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use std::collections::HashMap;

const ENGLISH: LanguageIdentifier = langid!("en");
const FRENCH: LanguageIdentifier = langid!("fr");

fluent_templates::static_loader! {
    static TEXTS = {
        locales: "./src/web/locale",
        fallback_language: "en",
        customise: |bundle| {
            // The marks would end up in attributes and in what people copy.
            bundle.set_use_isolating(false);
            let french = bundle.locales.first() == Some(&FRENCH);
            bundle.set_formatter(Some(if french { french_number } else { english_number }));
        },
    };
}

/// A language the pages speak.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

/// A value that stands in a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// Words, put in as they are.
    Text(String),
    /// A number: chooses the plural and is written with its thousands apart.
    Number(i64),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Arg {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Arg {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl Locale {
    /// Every language, in the order the switch shows them.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The code, as in `lang="fr"`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// The language's own name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "Français",
        }
    }

    /// The language of a code such as `fr`, `fr-BE` or `FR_fr`; `None` when the pages do not speak it.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|locale| locale.code().eq_ignore_ascii_case(primary))
    }

    /// The language for a visitor: their own choice (a cookie) first, else what the browser prefers.
    #[must_use]
    pub fn negotiate(accept_language: Option<&str>, cookie: Option<&str>) -> Self {
        if let Some(chosen) = cookie.and_then(Self::from_code) {
            return chosen;
        }
        let mut best: Option<(f32, Self)> = None;
        for part in accept_language.unwrap_or_default().split(',').take(20) {
            let mut pieces = part.split(';');
            let Some(locale) = pieces.next().and_then(Self::from_code) else {
                continue;
            };
            let quality = pieces
                .find_map(|piece| piece.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            if quality > 0.0 && best.is_none_or(|(highest, _)| quality > highest) {
                best = Some((quality, locale));
            }
        }
        best.map_or(Self::En, |(_, locale)| locale)
    }

    /// The text of a key. A key nobody wrote shows itself, so that it is seen and mended.
    #[must_use]
    pub fn t(self, key: &str) -> String {
        self.lookup(key, None)
    }

    /// The text of a key with values put in; numbers choose the plural.
    #[must_use]
    pub fn tn(self, key: &str, args: &[(&str, Arg)]) -> String {
        let args: HashMap<&str, FluentValue<'_>> = args
            .iter()
            .map(|(name, arg)| {
                let value = match arg {
                    Arg::Text(text) => FluentValue::from(text.as_str()),
                    Arg::Number(number) => FluentValue::from(*number),
                };
                (*name, value)
            })
            .collect();
        self.lookup(key, Some(&args))
    }

    fn lookup(self, key: &str, args: Option<&HashMap<&str, FluentValue<'_>>>) -> String {
        let language = match self {
            Self::En => &ENGLISH,
            Self::Fr => &FRENCH,
        };
        TEXTS
            .lookup_single_language(language, key, args)
            .unwrap_or_else(|_| key.to_owned())
    }

    /// Whether a key has a text.
    #[must_use]
    pub fn has(self, key: &str) -> bool {
        self.lookup(key, None) != key
    }

    /// A number with its thousands apart: `12,480`, `12 480`.
    #[must_use]
    pub fn number(self, number: i64) -> String {
        let separator = match self {
            Self::En => ',',
            Self::Fr => '\u{202f}',
        };
        let digits = number.unsigned_abs().to_string();
        let mut out = String::with_capacity(digits.len() + 8);
        if number < 0 {
            out.push('-');
        }
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                out.push(separator);
            }
            out.push(digit);
        }
        out
    }

    /// A size in bytes as people say it: `640 kB`, `1.5 Mo`.
    #[must_use]
    pub fn bytes(self, bytes: u64) -> String {
        let (letter, point, space) = match self {
            Self::En => ('B', '.', ' '),
            Self::Fr => ('o', ',', '\u{a0}'),
        };
        match bytes {
            0..1_000 => format!("{bytes}{space}{letter}"),
            1_000..1_000_000 => format!("{}{space}k{letter}", bytes / 1_000),
            _ => {
                let tenths = bytes / 100_000;
                let (whole, rest) = (tenths / 10, tenths % 10);
                if rest == 0 {
                    format!("{whole}{space}M{letter}")
                } else {
                    format!("{whole}{point}{rest}{space}M{letter}")
                }
            }
        }
    }

    /// The day of a moment, in UTC: `23 November 2026`, `1er décembre 2026`.
    #[must_use]
    pub fn date(self, at: Millis) -> String {
        self.date_in(at, "UTC")
    }

    /// The day of a moment where people are: the same words as [`Locale::date`].
    #[must_use]
    pub fn date_in(self, at: Millis, timezone: &str) -> String {
        self.day_long(civil(at, timezone).date())
    }

    /// The day and the hour where people are: `23 November 2026, 14:00`, `23 novembre 2026, 14 h 00`.
    #[must_use]
    pub fn date_time(self, at: Millis, timezone: &str) -> String {
        let here = civil(at, timezone);
        format!("{}, {}", self.day_long(here.date()), self.hour(here))
    }

    /// From when to when, where people are: `Sat 5 Dec 2026, 14:00–17:00 (Paris)`.
    #[must_use]
    pub fn range(self, start: Millis, end: Option<Millis>, timezone: &str) -> String {
        let place = city(timezone);
        let from = civil(start, timezone);
        let Some(to) = end.filter(|end| *end > start).map(|at| civil(at, timezone)) else {
            return format!(
                "{}, {} ({place})",
                self.day_short(from.date()),
                self.hour(from)
            );
        };
        if from.date() == to.date() {
            return format!(
                "{}, {}–{} ({place})",
                self.day_short(from.date()),
                self.hour(from),
                self.hour(to)
            );
        }
        format!(
            "{}, {} – {}, {} ({place})",
            self.day_short(from.date()),
            self.hour(from),
            self.day_short(to.date()),
            self.hour(to)
        )
    }

    /// How long ago, in words; after a month, the day itself.
    #[must_use]
    pub fn ago(self, at: Millis, now: Millis) -> String {
        let passed = now - at;
        let (key, count) = match passed {
            // A peer's clock may be a little ahead of ours.
            ..MINUTE if passed > -HOUR => return self.t("ago-now"),
            ..0 => return self.date(at),
            0..HOUR => ("ago-minutes", passed / MINUTE),
            HOUR..DAY => ("ago-hours", passed / HOUR),
            _ if passed < 31 * DAY => ("ago-days", passed / DAY),
            _ => return self.date(at),
        };
        self.tn(key, &[("count", count.into())])
    }

    /// The short name of a month, for the leaf of a calendar: `Dec`, `déc.`
    #[must_use]
    pub fn month_short(self, month: i8) -> &'static str {
        let names = match self {
            Self::En => [
                "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
            ],
            Self::Fr => [
                "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.",
                "nov.", "déc.",
            ],
        };
        name_of(names, month)
    }

    fn month_long(self, month: i8) -> &'static str {
        let names = match self {
            Self::En => [
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ],
            Self::Fr => [
                "janvier",
                "février",
                "mars",
                "avril",
                "mai",
                "juin",
                "juillet",
                "août",
                "septembre",
                "octobre",
                "novembre",
                "décembre",
            ],
        };
        name_of(names, month)
    }

    fn day_number(self, day: i8) -> String {
        match (self, day) {
            (Self::Fr, 1) => "1er".to_owned(),
            _ => day.to_string(),
        }
    }

    fn day_long(self, date: Date) -> String {
        let day = self.day_number(date.day());
        format!("{day} {} {}", self.month_long(date.month()), date.year())
    }

    fn day_short(self, date: Date) -> String {
        let weekdays = match self {
            Self::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
            Self::Fr => ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."],
        };
        format!(
            "{} {} {} {}",
            name_of(weekdays, date.weekday().to_monday_one_offset()),
            self.day_number(date.day()),
            self.month_short(date.month()),
            date.year()
        )
    }

    fn hour(self, at: DateTime) -> String {
        let (hour, minute) = (at.hour(), at.minute());
        match self {
            Self::En => format!("{hour:02}:{minute:02}"),
            Self::Fr => format!("{hour}\u{a0}h\u{a0}{minute:02}"),
        }
    }
}

/// The day and month (1 to 12) of a moment where people are, for the leaf of a calendar.
#[must_use]
pub fn day_and_month(at: Millis, timezone: &str) -> (i8, i8) {
    let here = civil(at, timezone);
    (here.day(), here.month())
}

/// A moment as an `input type="datetime-local"` holds it where people are: `2026-12-05T15:00`.
#[must_use]
pub fn local_input(at: Millis, timezone: &str) -> String {
    let here = civil(at, timezone);
    let (date, hour, minute) = (here.date(), here.hour(), here.minute());
    format!("{date}T{hour:02}:{minute:02}")
}

/// Reads what such an input sends, where people are; `None` when it is no moment there.
#[must_use]
pub fn parse_local_input(text: &str, timezone: &str) -> Option<Millis> {
    let here: DateTime = text.trim().parse().ok()?;
    let at = here.to_zoned_datetime(zone(timezone)?).ok()?;
    Some(at.timestamp().as_millisecond())
}

/// Whether a name such as `Europe/Paris` is a time zone.
#[must_use]
pub fn is_timezone(name: &str) -> bool {
    zone(name).is_some()
}

fn name_of<const N: usize>(names: [&'static str; N], one_based: i8) -> &'static str {
    usize::try_from(one_based - 1)
        .ok()
        .and_then(|index| names.get(index).copied())
        .unwrap_or_default()
}

fn zone(timezone: &str) -> Option<TimeZone> {
    TimeZone::get(timezone).ok()
}

fn civil(at: Millis, timezone: &str) -> DateTime {
    jiff::Timestamp::from_millisecond(at)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_zoned_datetime(zone(timezone).unwrap_or(TimeZone::UTC))
        .datetime()
}

/// `Europe/Paris` is said `Paris`; a zone we do not know is shown, and computed, as UTC.
fn city(timezone: &str) -> String {
    if zone(timezone).is_none() {
        return "UTC".to_owned();
    }
    let last = timezone.rsplit('/').next().unwrap_or(timezone);
    last.replace('_', " ")
}

fn english_number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    whole(value).map(|number| Locale::En.number(number))
}

fn french_number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    whole(value).map(|number| Locale::Fr.number(number))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "only whole numbers that a float holds exactly pass"
)]
fn whole(value: &FluentValue<'_>) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        FluentValue::Number(number)
            if number.value.fract() == 0.0 && number.value.abs() <= EXACT =>
        {
            Some(number.value as i64)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    const EN: &str = include_str!("locale/en/main.ftl");
    const FR: &str = include_str!("locale/fr/main.ftl");
    const NOON: Millis = 1_796_479_200_000; // 2026-12-05T14:00:00Z

    fn keys(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut keys = BTreeMap::new();
        let mut current = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if !line.starts_with([' ', '}']) && line.contains(" =") {
                current = line.split(" =").next().unwrap_or_default().to_owned();
                let twice = keys.insert(current.clone(), BTreeSet::new());
                assert!(twice.is_none(), "{current} is written twice");
            }
            for part in line.split('$').skip(1) {
                let name: String = part
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '-')
                    .collect();
                keys.entry(current.clone()).or_default().insert(name);
            }
        }
        keys
    }

    #[test]
    fn every_text_is_in_both_languages_with_the_same_values() {
        let (en, fr) = (keys(EN), keys(FR));
        for (key, values) in &en {
            assert_eq!(
                Some(values),
                fr.get(key),
                "{key}: in en, and in fr with the same values"
            );
        }
        for key in fr.keys() {
            assert!(en.contains_key(key), "{key} is in fr but not in en");
        }
        assert!(en.len() > 200, "the files are read");
    }

    #[test]
    fn every_key_can_be_shown() {
        for (key, values) in keys(EN) {
            let args: Vec<(&str, Arg)> = values.iter().map(|v| (v.as_str(), 2.into())).collect();
            for locale in Locale::ALL {
                assert_ne!(locale.tn(&key, &args), key, "{key} in {}", locale.code());
            }
        }
    }

    /// Keys handed to `t` and `tn` as plain words are looked up here, so that none is forgotten.
    #[test]
    fn every_key_the_program_names_is_written() {
        let known = keys(EN);
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("readable").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "rs") {
                    let text = std::fs::read_to_string(&path).expect("readable");
                    for call in [".t(\"", ".tn(\"", ".tn(\n"] {
                        for rest in text.split(call).skip(1) {
                            let rest = rest.trim_start().trim_start_matches('"');
                            let key = rest.split('"').next().unwrap_or_default();
                            let word = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
                            if word && !key.is_empty() {
                                let values = known.get(key);
                                assert!(values.is_some(), "{}: {key}", path.display());
                                let bare = values.is_some_and(BTreeSet::is_empty);
                                let plain = call == ".t(\"";
                                assert!(
                                    bare == plain,
                                    "{}: {key} needs {values:?}",
                                    path.display()
                                );
                            }
                        }
                    }
                }
            }
        }
    }

    /// In French a narrow no-break space (U+202F) stands before : ; ! ? and inside « », and the
    /// apostrophe is ’ in both languages.
    #[test]
    fn typography_holds() {
        for (number, line) in FR.lines().enumerate().filter(|(_, l)| !l.starts_with('#')) {
            for wrong in [" :", " ;", " !", " ?", "« ", " »", "\u{a0}:", "'"] {
                assert!(
                    !line.contains(wrong),
                    "fr/main.ftl line {}: {wrong:?} wants U+202F or ’: {line}",
                    number + 1
                );
            }
        }
        for (number, line) in EN.lines().enumerate().filter(|(_, l)| !l.starts_with('#')) {
            assert!(
                !line.contains('\''),
                "en/main.ftl line {}: ' wants ’: {line}",
                number + 1
            );
        }
    }

    #[test]
    fn the_visitors_own_choice_wins_over_the_browsers() {
        let negotiate = Locale::negotiate;
        assert_eq!(negotiate(Some("fr-BE,fr;q=0.9,en;q=0.8"), None), Locale::Fr);
        assert_eq!(negotiate(Some("de, en;q=0.3, fr;q=0.7"), None), Locale::Fr);
        assert_eq!(negotiate(Some("fr;q=0, en;q=0.1"), None), Locale::En);
        assert_eq!(negotiate(Some("fr"), Some("en")), Locale::En);
        assert_eq!(negotiate(Some("fr"), Some("xx")), Locale::Fr);
        assert_eq!(negotiate(None, None), Locale::En);
    }

    #[test]
    fn dates_are_said_as_people_say_them() {
        let (en, fr) = (Locale::En, Locale::Fr);
        assert_eq!(en.date(NOON), "5 December 2026");
        assert_eq!(fr.date(NOON - 4 * DAY), "1er décembre 2026");
        assert_eq!(en.date_time(NOON, "Europe/Paris"), "5 December 2026, 15:00");
        assert_eq!(
            en.range(NOON, Some(NOON + 3 * HOUR), "Europe/Paris"),
            "Sat 5 Dec 2026, 15:00–18:00 (Paris)"
        );
        assert_eq!(
            fr.range(NOON, Some(NOON + 2 * DAY), "Europe/Paris"),
            "sam. 5 déc. 2026, 15\u{a0}h\u{a0}00 – lun. 7 déc. 2026, 15\u{a0}h\u{a0}00 (Paris)"
        );
        assert_eq!(
            en.range(NOON, None, "Mars/Olympus_Mons"),
            "Sat 5 Dec 2026, 14:00 (UTC)"
        );
    }

    #[test]
    fn a_moment_typed_where_people_are_is_read_back() {
        let typed = local_input(NOON, "Europe/Paris");
        assert_eq!(typed, "2026-12-05T15:00");
        assert_eq!(parse_local_input(&typed, "Europe/Paris"), Some(NOON));
        assert_eq!(parse_local_input("tomorrow", "Europe/Paris"), None);
        assert_eq!(parse_local_input(&typed, "Mars/Olympus_Mons"), None);
        assert!(is_timezone("America/Sao_Paulo") && !is_timezone("nowhere"));
    }

    #[test]
    fn how_long_ago_is_said_in_words() {
        let en = Locale::En;
        assert_eq!(en.ago(NOON - 10_000, NOON), "just now");
        assert_eq!(en.ago(NOON + 10_000, NOON), "just now");
        assert_eq!(en.ago(NOON - 5 * MINUTE, NOON), "5 minutes ago");
        assert_eq!(en.ago(NOON - HOUR, NOON), "an hour ago");
        assert_eq!(Locale::Fr.ago(NOON - 3 * DAY, NOON), "il y a 3 jours");
        assert_eq!(en.ago(NOON - 90 * DAY, NOON), en.date(NOON - 90 * DAY));
    }

    #[test]
    fn numbers_and_sizes_are_written_for_people() {
        assert_eq!(Locale::En.number(-1_234_567), "-1,234,567");
        assert_eq!(Locale::Fr.number(12_480), "12\u{202f}480");
        assert_eq!(Locale::Fr.bytes(1_560_000), "1,5\u{a0}Mo");
        assert_eq!(Locale::En.bytes(15 * 1024 * 1024), "15.7 MB");
        assert_eq!(Locale::En.bytes(15_000_000), "15 MB");
    }
}
