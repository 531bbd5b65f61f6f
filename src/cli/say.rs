//! What the command line says: answers on standard output, failures on standard error, in words.

use crate::base::Error;
use crate::web::locale::Locale;
use serde_json::{Value, json};
use std::fmt::Display;
use std::io::Write as _;

/// How a command ended.
pub(super) type Outcome<T = ()> = Result<T, Failure>;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(super) struct Failure {
    /// The exit code: 1 failed, 2 not understood, 3 no such thing, 4 something stands in the way.
    pub(super) code: u8,
    text: String,
}

impl Failure {
    pub(super) fn new(code: u8, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }

    /// What went wrong was said on standard output already; the code alone remains.
    pub(super) fn said(code: u8) -> Self {
        Self::new(code, "")
    }

    /// There is no such thing.
    pub(super) fn nothing(text: impl Into<String>) -> Self {
        Self::new(3, text)
    }

    /// Something stands in the way.
    pub(super) fn in_the_way(text: impl Into<String>) -> Self {
        Self::new(4, text)
    }

    /// The command was not understood.
    pub(super) fn usage(text: impl Into<String>) -> Self {
        Self::new(2, text)
    }

    /// On standard error.
    pub(super) fn show(&self, json: bool) {
        if self.text.is_empty() {
            return;
        }
        let text = if json {
            json!({ "error": self.text, "code": self.code }).to_string()
        } else {
            format!("atelier: {}", self.text)
        };
        note(text);
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::NotFound | Error::Gone => 3,
            Error::Invalid(_) | Error::BadRequest(_) => 2,
            Error::Conflict(_) | Error::Forbidden => 4,
            _ => 1,
        };
        Self::new(code, in_words(&error))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(1, error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::new(1, error.to_string())
    }
}

/// An error with the words that a form would show beside its fields.
pub(super) fn in_words(error: &Error) -> String {
    let Error::Invalid(issues) = error else {
        return error.with_causes();
    };
    let all: Vec<String> = issues
        .0
        .iter()
        .map(|(field, key)| format!("{field}: {}", issue(key)))
        .collect();
    all.join("\n         ")
}

/// The words of one issue.
pub(super) fn issue(key: &str) -> String {
    Locale::En.t(key)
}

/// A line on standard output. Nobody listening is no fault.
pub(super) fn say(text: impl Display) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// A line on standard error, beside the answer.
pub(super) fn note(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// A JSON value on standard output.
pub(super) fn say_json(value: &Value) {
    say(serde_json::to_string_pretty(value).unwrap_or_default());
}

/// Rows with their columns under each other.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: Vec<&str>| {
        let mut out = String::new();
        for (cell, width) in cells.iter().zip(&widths) {
            out.push_str(cell);
            out.extend(std::iter::repeat_n(
                ' ',
                width.saturating_sub(cell.chars().count()) + 2,
            ));
        }
        out.trim_end().to_owned()
    };
    let mut out = vec![line(head.to_vec())];
    out.extend(
        rows.iter()
            .map(|row| line(row.iter().map(String::as_str).collect())),
    );
    out.join("\n")
}

/// "1 publication", "2 publications".
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let rows = vec![
            vec!["é".into(), "steward".into()],
            vec!["tomas".into(), "x".into()],
        ];
        assert_eq!(
            table(&["who", "role"], &rows),
            "who    role\né      steward\ntomas  x"
        );
    }

    #[test]
    fn each_failure_has_its_code() {
        assert_eq!(Failure::from(Error::NotFound).code, 3);
        assert_eq!(Failure::from(Error::Conflict("x".into())).code, 4);
        let mut issues = crate::base::Issues::default();
        issues.add("password", "issue-password-short");
        let failure = Failure::from(Error::Invalid(issues));
        assert_eq!(failure.code, 2);
        assert!(
            failure.to_string().starts_with("password: Use at least"),
            "{failure}"
        );
    }
}
