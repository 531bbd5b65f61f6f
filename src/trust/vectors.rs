//! Where the test vectors and captured requests of other programs are, if this machine has them.

use std::path::PathBuf;
use std::sync::OnceLock;

/// A file or folder of the shared test material; says loudly when it is absent.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let given = std::env::var_os("ATELIER_SHARED").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let beside = beside.ancestors().map(|dir| dir.join("shared"));
    let found = given
        .into_iter()
        .chain(beside)
        .map(|dir| dir.join(path))
        .find(|place| place.exists());
    if found.is_none() {
        println!("SKIPPED: shared/{path} absent");
    }
    found
}

/// The text of a file of the shared test material.
pub(crate) fn text(path: &str) -> Option<String> {
    shared(path).map(|place| std::fs::read_to_string(place).expect("it reads"))
}

/// An RSA key for tests, made once: private PKCS#8 and public SPKI, both PEM.
pub(crate) fn rsa_pair() -> &'static (String, String) {
    static PAIR: OnceLock<(String, String)> = OnceLock::new();
    PAIR.get_or_init(|| super::make::pair_of([7; 32], None).expect("a key"))
}
