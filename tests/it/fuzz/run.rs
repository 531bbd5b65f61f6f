//! Bytes that nobody meant, made from bytes that somebody did: the corpus, its changes, and a run
//! that says how to repeat itself when something breaks.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// One input, and what must hold for it.
pub type Body = fn(&[u8]);

/// Chance that can be repeated (xorshift64*).
pub struct Chance(u64);

impl Chance {
    /// From a seed; any will do.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below this one (0 when that is 0).
    pub fn below(&mut self, end: usize) -> usize {
        let n = usize::try_from(self.next() >> 33).unwrap_or(0);
        n % end.max(1)
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Numbers that readers stumble over.
const NUMBERS: [&str; 14] = [
    "0",
    "-0",
    "-1",
    "0.0",
    "1e30",
    "1E-999",
    "255",
    "65536",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "18446744073709551616",
    "00012",
    "99999999999999999999999999999999",
];
/// Characters that are more than they seem.
const ODD: [&str; 18] = [
    "\0",
    "\n",
    "\r\n",
    "\t",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{202e}",
    "\u{2028}",
    "\u{2066}",
    "\u{feff}",
    "\u{fffd}",
    "\u{10ffff}",
    "e\u{301}",
    "\u{ff0f}",
    "İ",
];

/// Changes an input a few times: bits, bytes, pieces of others, cuts, repetitions, numbers.
pub fn change_bytes(chance: &mut Chance, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut out = chance.pick(corpus).clone();
    for _ in 0..=chance.below(4) {
        let at = chance.below(out.len() + 1);
        let to = (at + chance.below(40)).min(out.len());
        match chance.below(10) {
            0 if at < out.len() => out[at] ^= 1 << chance.below(8),
            1 if at < out.len() => out[at] = u8::try_from(chance.below(256)).unwrap_or(0),
            2 => out.truncate(at),
            3 => drop(out.drain(at..to)),
            4 => {
                let piece = out[at..to].to_vec();
                for _ in 0..=chance.below(6) {
                    out.splice(at..at, piece.iter().copied());
                }
            }
            5 | 6 => {
                let other = chance.pick(corpus);
                let from = chance.below(other.len() + 1);
                let end = (from + chance.below(60)).min(other.len());
                out.splice(at..to, other[from..end].iter().copied());
            }
            7 => drop(out.splice(at..at, chance.pick(&ODD).bytes())),
            8 => inflate(chance, &mut out),
            _ => out.extend_from_slice(chance.pick::<Vec<u8>>(corpus)),
        }
    }
    out.truncate(64 * 1024);
    out
}

/// Puts an awkward number in the place of one.
fn inflate(chance: &mut Chance, out: &mut Vec<u8>) {
    let digit = |at: &usize| out[*at].is_ascii_digit();
    let digits: Vec<usize> = (0..out.len()).filter(digit).collect();
    if digits.is_empty() {
        return;
    }
    let start = *chance.pick(&digits);
    let rest = out[start..].iter().take_while(|b| b.is_ascii_digit());
    let end = start + rest.count();
    let number = chance.pick(&NUMBERS).bytes();
    out.splice(start..end, number);
}

/// The inputs of one body that stand in the project.
pub fn corpus(name: &str) -> Vec<Vec<u8>> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = files(&dir.join("tests/fixtures/fuzz").join(name));
    assert!(!found.is_empty(), "a corpus for {name}");
    found
}

/// All files below a folder, in an order that is always the same.
pub fn files(dir: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(dir)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(bytes) = std::fs::read(&path) {
            found.push(bytes);
        }
    }
    found
}

/// A number from the environment, else the usual one.
pub fn number(name: &str, usual: u64) -> u64 {
    let given = std::env::var(name).ok().and_then(|n| n.parse().ok());
    given.unwrap_or(usual)
}

/// Runs a body over its corpus as it stands, then over so many changed inputs. `FUZZ_SEED` and
/// `FUZZ_RUNS` choose another walk, and a longer one.
pub fn run(
    name: &str,
    corpus: &[Vec<u8>],
    runs: u64,
    change: fn(&mut Chance, &[Vec<u8>]) -> Vec<u8>,
    body: Body,
) {
    let seed = number("FUZZ_SEED", 20_261_123);
    let runs = number("FUZZ_RUNS", runs);
    for input in corpus {
        one(name, seed, "the corpus", input, body);
    }
    let mut chance = Chance::new(seed);
    for n in 0..runs {
        let input = change(&mut chance, corpus);
        one(name, seed, &format!("run {n}"), &input, body);
    }
}

fn one(name: &str, seed: u64, which: &str, input: &[u8], body: Body) {
    if catch_unwind(AssertUnwindSafe(|| body(input))).is_ok() {
        return;
    }
    let mut shown = String::new();
    for part in input.utf8_chunks() {
        let _ = write!(shown, "{}", part.valid().escape_debug());
        for byte in part.invalid() {
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    let path = std::env::temp_dir().join(format!("fuzz-{name}-{}.bin", std::process::id()));
    let kept = std::fs::write(&path, input).is_ok();
    let path = if kept {
        path.display().to_string()
    } else {
        "nowhere".into()
    };
    panic!("{name} breaks in {which} with FUZZ_SEED={seed}; the input is kept in {path}:\n{shown}");
}
