//! What strangers write is read without breaking anything: every reader, over texts that were meant
//! and thousands that were not. Each body is a plain function that says what must hold of any bytes.

mod body;
mod run;

pub use run::{Chance, number};
use run::{change_bytes, corpus, files, run};
use std::path::{Path, PathBuf};

/// The inputs that other programs made, where this machine has them; says loudly when it has not.
fn shared(folder: &str) -> Vec<Vec<u8>> {
    let given = std::env::var_os("ATELIER_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR"));
    let beside = beside.ancestors().map(|dir| dir.join("shared"));
    let place = given
        .into_iter()
        .chain(beside)
        .map(|dir| dir.join(folder))
        .find(|place| place.exists());
    if place.is_none() {
        println!("SKIPPED: shared/{folder} absent");
    }
    place.map(|place| files(&place)).unwrap_or_default()
}

/// The lines of the collection of attacks, as they are meant.
fn attacks() -> Vec<Vec<u8>> {
    let text = include_str!("../../fixtures/xss.txt");
    text.lines()
        .map(|line| body::attack(line).into_bytes())
        .collect()
}

#[test]
fn any_activity() {
    let mut all = corpus("activity");
    all.extend(shared("payloads"));
    all.retain(|bytes| bytes.len() < 8 * 1024);
    for request in shared("captures") {
        all.extend(body::body_of(&request).map(<[u8]>::to_vec));
    }
    run(
        "activity",
        &all,
        3_000,
        body::activity::change,
        body::activity::body,
    );
}

#[test]
fn any_signature_header() {
    let mut all = corpus("signature");
    all.extend(
        shared("captures")
            .into_iter()
            .filter(|bytes| bytes.starts_with(b"POST")),
    );
    for genuine in body::signature::genuine() {
        assert!(
            body::signature::is_believed(genuine),
            "else nothing is shown"
        );
        all.push(genuine.clone());
    }
    run(
        "signature",
        &all,
        12_000,
        body::signature::change,
        body::signature::body,
    );
}

#[test]
fn any_address() {
    run(
        "origin",
        &corpus("origin"),
        20_000,
        change_bytes,
        body::origin::body,
    );
}

#[test]
fn any_question_and_answer_of_webfinger() {
    let mut all = corpus("webfinger");
    let as_answers = |bytes: Vec<u8>| [b"< ".as_slice(), &bytes].concat();
    all.extend(shared("payloads/webfinger").into_iter().map(as_answers));
    run(
        "webfinger",
        &all,
        2_000,
        change_bytes,
        body::webfinger::body,
    );
}

#[test]
fn any_html_and_markdown() {
    let mut all = corpus("html");
    all.extend(attacks());
    run("html", &all, 5_000, change_bytes, body::html::body);
}

#[test]
fn any_evidence() {
    let genuine = body::evidence::genuine();
    let text = std::str::from_utf8(genuine).expect("text");
    atelier::publication::evidence::verify(text).expect("else nothing is shown");
    let mut all = corpus("activity");
    all.push(genuine.clone());
    run(
        "evidence",
        &all,
        2_500,
        body::evidence::change,
        body::evidence::body,
    );
}
