//! Evidence files: whatever was done to one, it holds only if it says what its keeper said.

use super::super::run::{Chance, change_bytes};
use super::world;
use atelier::federation::evidence;
use atelier::publication::evidence::verify;
use atelier::publication::{Draft, publish};
use atelier::trust::json;
use atelier::trust::proof::canonical_digest;
use serde_json::Value;
use std::sync::LazyLock;

/// The evidence of a publication of ours, as somebody takes it along.
pub fn genuine() -> &'static Vec<u8> {
    static GENUINE: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let world = world();
        let draft = Draft {
            kind: "paper".into(),
            name: "A street".into(),
            content: "We **tried** it.".into(),
            language: "en".into(),
            audience: "public".into(),
            licence: "CC-BY-SA-4.0".into(),
            ..Draft::default()
        };
        world.runtime.block_on(async {
            let published = publish::publish(&world.node, &world.ana, None, draft).await;
            let published = published.expect("published");
            let file = evidence::file(&world.node, &published).await;
            file.expect("evidence").to_string().into_bytes()
        })
    });
    &GENUINE
}

/// What a file says, its proof left out.
fn said(text: &str) -> String {
    let mut value = json::parse(text).expect("JSON");
    if let Some(map) = value.as_object_mut() {
        // The older sort of signature is nothing to us, in whatever document it stands.
        map.remove("signature");
    }
    format!(
        "{} {}",
        canonical_digest(&value).expect("a digest"),
        value.get("@context").unwrap_or(&Value::Null)
    )
}

/// Changes a value or bytes of the genuine one, or of another text.
pub fn change(chance: &mut Chance, corpus: &[Vec<u8>]) -> Vec<u8> {
    match chance.below(8) {
        0 => change_bytes(chance, corpus),
        1..=3 => change_bytes(chance, std::slice::from_ref(genuine())),
        _ => super::activity::change_values(chance, genuine(), corpus),
    }
}

/// Any text.
pub fn body(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match verify(text) {
        Ok(verdict) => {
            let genuine = std::str::from_utf8(genuine()).expect("text");
            assert_eq!(
                said(text),
                said(genuine),
                "{} was believed",
                verdict.subject
            );
        }
        Err(broken) => assert!(!broken.to_string().is_empty()),
    }
}
