//! Questions on the terminal, for what the flags did not say.

use super::say::{Failure, Outcome, note};
use std::io::{BufRead as _, IsTerminal as _, Write as _};

/// Whether somebody sits there who can be asked.
pub(super) fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// What was given, or the answer to a question. `flag` is named when nobody can be asked.
pub(super) fn line(
    given: Option<String>,
    flag: &str,
    question: &str,
    default: &str,
) -> Outcome<String> {
    if let Some(given) = given {
        return Ok(given);
    }
    if !can_ask() {
        return Err(Failure::usage(format!(
            "{flag} is missing, and there is no terminal to ask on"
        )));
    }
    loop {
        let mut err = std::io::stderr().lock();
        if default.is_empty() {
            write!(err, "{question}: ")?;
        } else {
            write!(err, "{question} [{default}]: ")?;
        }
        err.flush()?;
        let mut answer = String::new();
        if std::io::stdin().lock().read_line(&mut answer)? == 0 {
            return Err(Failure::new(1, "stopped"));
        }
        match answer.trim() {
            "" if default.is_empty() => {}
            "" => return Ok(default.to_owned()),
            answer => return Ok(answer.to_owned()),
        }
    }
}

/// A password: the first line of standard input when so asked, else typed twice, unseen.
pub(super) fn password(from_stdin: bool) -> Outcome<String> {
    if from_stdin {
        let mut text = String::new();
        std::io::stdin().lock().read_line(&mut text)?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    if !can_ask() {
        return Err(Failure::usage(
            "give the password on standard input with --password-stdin: there is no terminal to ask on",
        ));
    }
    loop {
        let first = rpassword::prompt_password("Password (8 characters at least; not shown): ")?;
        let second = rpassword::prompt_password("The same again: ")?;
        if first == second {
            return Ok(first);
        }
        note("The two are not the same.");
    }
}

/// Yes or no. Where nobody can be asked, the command itself was the yes.
pub(super) fn yes(question: &str) -> Outcome<bool> {
    if !can_ask() {
        return Ok(true);
    }
    let answer = line(None, "", &format!("{question} (yes/no)"), "no")?;
    Ok(matches!(
        answer.to_lowercase().as_str(),
        "y" | "yes" | "o" | "oui"
    ))
}
