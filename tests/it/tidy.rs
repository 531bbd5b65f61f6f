//! The rules of the house, held by reading the sources.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for item in fs::read_dir(dir).expect("a folder") {
        let path = item.expect("an item").path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            out.push(path);
        }
    }
}

fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path
                .strip_prefix(&root)
                .expect("under src")
                .to_string_lossy()
                .into_owned();
            (name, fs::read_to_string(&path).expect("a source"))
        })
        .collect()
}

fn module_of(name: &str) -> &str {
    name.split('/')
        .next()
        .unwrap_or(name)
        .trim_end_matches(".rs")
}

/// Code without comments and without what stands in quotes.
fn code(text: &str) -> String {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| line.split('"').step_by(2).collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join("\n")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
}

#[test]
fn a_module_uses_only_those_listed_above_it() {
    let files = files();
    let map = &files
        .iter()
        .find(|(name, _)| name == "lib.rs")
        .expect("lib.rs")
        .1;
    let order: Vec<&str> = map
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert!(order.len() > 5, "lib.rs lists the modules");
    let mut wrong = Vec::new();
    for (name, text) in &files {
        let Some(own) = order.iter().position(|module| *module == module_of(name)) else {
            continue;
        };
        for (above, module) in order.iter().enumerate() {
            if above > own && code(text).contains(&format!("crate::{module}")) {
                wrong.push(format!(
                    "{name} uses crate::{module}, which does not stand above it"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn four_words_are_kept_to_their_places() {
    let door = |name: &str| {
        name.ends_with("page.rs")
            || name.ends_with("api.rs")
            || name.contains("/page/")
            || name.contains("/api/")
    };
    let in_any = |name: &str, places: &[&str]| places.iter().any(|place| name.starts_with(place));
    let mut wrong = Vec::new();
    for (name, text) in files() {
        let code = code(&text);
        let has = |word: &str| words(&code).any(|w| w == word);
        let mut keep = |word: &str, allowed: bool| {
            if !allowed && has(word) {
                wrong.push(format!("{name} names {word}"));
            }
        };
        let composed = in_any(&name, &["server/"]);
        keep(
            "sqlx",
            name.ends_with("store.rs")
                || name.contains("/store/")
                || in_any(&name, &["base/", "directory/signin.rs"]),
        );
        keep(
            "axum",
            door(&name)
                || composed
                || in_any(
                    &name,
                    &["web/", "federation/", "directory/visit.rs", "cli/"],
                ),
        );
        keep("reqwest", name == "trust/socket.rs");
        keep(
            "maud",
            door(&name)
                || composed
                || name.ends_with("panel.rs")
                || in_any(&name, &["web/", "publication/kind/", "directory/visit.rs"]),
        );
        keep(
            "activitypub_federation",
            composed || in_any(&name, &["federation/"]),
        );
        keep(
            "http_signature_normalization",
            in_any(&name, &["trust/signature/"]),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_file_begins_by_telling_what_it_is() {
    let silent: Vec<String> = files()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(name, _)| name)
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn nothing_is_put_off() {
    let words = [
        "todo!",
        "unimplemented!",
        "TODO",
        "FIXME",
        "XXX",
        "#[ignore",
    ];
    let mut wrong = Vec::new();
    for (name, text) in files() {
        wrong.extend(
            words
                .iter()
                .filter(|word| text.contains(**word))
                .map(|word| format!("{name}: {word}")),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn drawers_without_a_name_are_not_opened() {
    let names = ["utils", "helpers", "common", "services", "managers"];
    let wrong: Vec<String> = files()
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| words(name).any(|word| names.contains(&word)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
