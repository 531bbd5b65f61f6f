//! Chance, handed in: ids, tokens and keys come from here, so that a test can repeat itself.

use super::clock::Millis;
use super::error::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt::Write as _;
use std::sync::Mutex;

/// Where chance comes from.
pub enum Chance {
    /// The machine's secure source.
    System(SystemRandom),
    /// A repeatable one for tests: a seed and a counter, hashed.
    Seeded(Mutex<(u64, u64)>),
}

impl Chance {
    /// The machine's secure source.
    #[must_use]
    pub fn system() -> Self {
        Self::System(SystemRandom::new())
    }

    /// A repeatable source; never for real keys.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Mutex::new((seed, 0)))
    }

    /// Fills 32 bytes.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn bytes32(&self) -> Result<[u8; 32]> {
        match self {
            Self::System(source) => {
                let mut out = [0; 32];
                source
                    .fill(&mut out)
                    .map_err(|_| Error::internal("the system gave no randomness"))?;
                Ok(out)
            }
            Self::Seeded(state) => {
                let mut state = state
                    .lock()
                    .map_err(|_| Error::internal("a test's chance was poisoned"))?;
                state.1 += 1;
                let mut input = state.0.to_be_bytes().to_vec();
                input.extend(state.1.to_be_bytes());
                let mut out = [0; 32];
                out.copy_from_slice(digest(&SHA256, &input).as_ref());
                Ok(out)
            }
        }
    }

    /// A new UUIDv7 (RFC 9562) for this moment: sorts by time, cannot be guessed.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn uuid(&self, now: Millis) -> Result<String> {
        let bytes = self.bytes32()?;
        let mut tail = [0; 10];
        tail.copy_from_slice(&bytes[..10]);
        let id = uuid::Builder::from_unix_timestamp_millis(u64::try_from(now).unwrap_or(0), &tail)
            .into_uuid();
        Ok(id.to_string())
    }

    /// A 256-bit token for URLs and cookies.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn token(&self) -> Result<String> {
        Ok(URL_SAFE_NO_PAD.encode(self.bytes32()?))
    }

    /// A number from 0 to 1, for jitter.
    pub fn fraction(&self) -> f64 {
        let Ok(bytes) = self.bytes32() else {
            return 0.5;
        };
        f64::from(u16::from_be_bytes([bytes[0], bytes[1]])) / f64::from(u16::MAX)
    }
}

/// SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(64);
    for byte in digest(&SHA256, bytes).as_ref() {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// An id that is always the same for the same hash (at least 20 hexadecimal digits), shaped like every
/// other of ours: for what may be brought in twice and must be one.
#[must_use]
pub fn uuid_from(at: Millis, hash: &str) -> String {
    let mut tail = [0; 10];
    for (index, byte) in tail.iter_mut().enumerate() {
        let pair = hash.get(index * 2..index * 2 + 2).unwrap_or("0");
        *byte = u8::from_str_radix(pair, 16).unwrap_or(0);
    }
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(at).unwrap_or(0), &tail)
        .into_uuid()
        .to_string()
}

/// Whether a text is a UUID in its usual form, as our ids are.
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}
