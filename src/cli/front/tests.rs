//! Files that are understood, files that are not, and files that nobody meant.

use super::*;
use crate::cli::say::issue;

fn usual() -> Usual {
    Usual {
        language: "fr".into(),
        licence: "CC-BY-SA-4.0".into(),
        timezone: "Europe/Paris".into(),
    }
}

#[test]
fn a_file_becomes_a_draft() {
    let text = "---\nkind: experience\nname: \"A street\"\npublished: 2026-03-12\nauthor: amina\n\
        scope: One street\nlimits: Not in winter\nperiod: 2018\nsources:\n  - a book\n  - a film\n\
        location:\n  locality: Loos\n  latitude: 50.5\n---\n\nWe closed it.\n";
    let file = read(text, &usual()).expect("understood");
    assert_eq!(file.draft.content, "We closed it.\n");
    assert_eq!(file.draft.detail["sources"], "- a book\n- a film");
    assert_eq!(file.draft.detail["period"], "2018");
    assert_eq!(file.draft.place.latitude, Some(50.5));
    assert_eq!(file.published, parse_rfc3339("2026-03-12T08:00:00Z"));
    assert_eq!(
        (file.author.as_deref(), file.draft.language.as_str()),
        (Some("amina"), "fr")
    );
    file.draft.check().expect("publishable");
    let id = file.id("m", 0);
    assert!(id::is_uuid(&id) && &id[14..15] == "7", "{id}");
    assert_eq!(id, file.id("m", 5));
    assert_ne!(id, file.id("n", 0));
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let text = "---\nkind: experience\nname: A street\nlimit: none\npublished: soon\n---\nText\n";
    let wrong = read(text, &usual()).expect_err("two faults");
    assert_eq!(wrong[0].line, 4);
    assert!(
        wrong[0].text.contains("did you mean \"limits\"?"),
        "{}",
        wrong[0].text
    );
    assert_eq!(wrong[1].line, 5);
    let text = "---\nkind: experience\nscope: x\nname: A street\n---\nText\n";
    let file = read(text, &usual()).expect("understood");
    let issues = file.draft.check().expect_err("no limits");
    let wrong = file.wrong(&issues, issue);
    assert!(wrong[0].text.starts_with("limits: "), "{wrong:?}");
    for bad in [
        "",
        "no front",
        "---\nkind: experience\n",
        "---\n- a\n---\nx",
    ] {
        assert!(read(bad, &usual()).is_err(), "{bad}");
    }
}

#[path = "../../../tests/it/fuzz/run.rs"]
mod run;

/// Any text: understood, or refused with lines that are there.
fn body(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let lines = text.lines().count().max(1);
    match read(&text, &usual()) {
        Ok(file) => {
            assert!(Kind::from_code(&file.draft.kind).is_some());
            assert!(file.author.as_deref() != Some(""));
            assert_eq!(file.id("m", 0), file.id("m", 0));
            assert!(id::is_uuid(&file.id("m", 0)));
            if let Err(issues) = file.draft.check() {
                for wrong in file.wrong(&issues, issue) {
                    assert!((1..=lines).contains(&wrong.line), "{wrong:?}");
                }
            }
        }
        Err(wrong) => {
            assert!(!wrong.is_empty());
            for wrong in wrong {
                assert!((1..=lines + 1).contains(&wrong.line), "{wrong:?}");
                assert!(!wrong.text.is_empty());
            }
        }
    }
}

#[test]
fn any_file_is_understood_or_refused_with_its_lines() {
    run::run(
        "import",
        &run::corpus("import"),
        10_000,
        run::change_bytes,
        body,
    );
}
