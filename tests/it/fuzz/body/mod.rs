//! What must hold of any bytes, one reader a file. These functions know no test: `cargo test` runs
//! them over the corpus, and libFuzzer (`tests/fuzz`) for as long as somebody lets it.

pub mod activity;
pub mod evidence;
pub mod html;
pub mod origin;
pub mod signature;
pub mod webfinger;

use atelier::base::clock::Clock;
use atelier::base::config::Settings;
use atelier::base::id::Chance;
use atelier::base::outside::ExchangeLimits;
use atelier::base::{Error, Node, Outside, Result, Surroundings};
use atelier::directory::found::{self, Founding, NewMember};
use atelier::directory::{Member, NetworkSettings, Role};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex};
use tokio::runtime::Runtime;

/// 23 November 2026, 18:33:20 UTC: the moment at which other programs' requests were written down.
pub const NOW: i64 = 1_795_458_800_000;
/// Where the node of these bodies says it lives: on the open network, under the rules of production.
pub const DOMAIN: &str = "us.test";

/// A node that is founded, and a world around it that says whatever it is told to say.
pub struct World {
    /// Runs what waits.
    pub runtime: Runtime,
    /// The node.
    pub node: Node,
    /// One who writes there.
    pub ana: Member,
    /// What the world answers.
    pub says: Arc<Mutex<Says>>,
}

/// What the world answers, and what it was asked.
#[derive(Default)]
pub struct Says {
    /// The answer to WebFinger.
    pub webfinger: Vec<u8>,
    /// The addresses that were asked.
    pub asked: Vec<String>,
}

struct Mirror(Arc<Mutex<Says>>);

impl Outside for Mirror {
    fn exchange(
        &self,
        request: Request<Bytes>,
        _: ExchangeLimits,
    ) -> BoxFuture<'_, Result<Response<Bytes>>> {
        let mut says = self.0.lock().expect("nobody panicked");
        let uri = request.uri().to_string();
        let (kind, body) = if request.uri().path() == "/.well-known/webfinger" {
            ("application/jrd+json", says.webfinger.clone())
        } else {
            // Whoever is asked for is there, under the very address.
            let actor = serde_json::json!({
                "id": uri, "type": "Person", "preferredUsername": "one", "inbox": format!("{uri}/inbox"),
            });
            ("application/activity+json", actor.to_string().into_bytes())
        };
        says.asked.push(uri);
        let answer = Response::builder()
            .header("content-type", kind)
            .body(Bytes::from(body))
            .map_err(Error::internal);
        Box::pin(async move { answer })
    }
}

/// The one world of all bodies. What panics in it leaves it as it was.
pub fn world() -> &'static World {
    static WORLD: LazyLock<World> = LazyLock::new(|| {
        let runtime = Runtime::new().expect("a runtime");
        let says = Arc::new(Mutex::new(Says::default()));
        let dir = match option_env!("CARGO_TARGET_TMPDIR") {
            Some(dir) => PathBuf::from(dir).join("fuzz"),
            None => std::env::temp_dir().join(format!("fuzz-{}", std::process::id())),
        };
        let _ = std::fs::remove_dir_all(&dir);
        let settings = Settings {
            domain: Some(DOMAIN.into()),
            data_dir: Some(dir),
            ..Settings::default()
        };
        let around = Surroundings {
            clock: Clock::fixed(NOW),
            chance: Chance::seeded(1),
            outside: Arc::new(Mirror(says.clone())),
            rsa_pool: (1..=6).map(key_of_the_rig).collect(),
        };
        let (node, ana) = runtime.block_on(async {
            let config = settings.complete().expect("settings");
            let node = Node::open(config, around).await.expect("a node");
            node.db.migrate().await.expect("migrations");
            found::prepare(&node).await.expect("prepared");
            let founding = Founding {
                handle: "loos".into(),
                name: "Loos".into(),
                language: "fr".into(),
            };
            let steward = NewMember {
                name: "Sol".into(),
                handle: "sol".into(),
                email: "sol@example.org".into(),
                password: "a long enough password".into(),
                language: "fr".into(),
            };
            found::found(&node, founding, steward)
                .await
                .expect("founded");
            let ana = NewMember {
                name: "Ana".into(),
                handle: "ana".into(),
                email: "ana@example.org".into(),
                password: "a long enough password".into(),
                language: "fr".into(),
            };
            let written = || "Written.".to_owned();
            let settings = NetworkSettings {
                legal: written(),
                privacy: written(),
                contact: written(),
                ..NetworkSettings::default()
            };
            found::decide(&node, &settings).await.expect("decided");
            let ana = found::add_member(&node, ana, Role::Member).await;
            (node, ana.expect("a member"))
        });
        World {
            runtime,
            node,
            ana,
            says,
        }
    });
    &WORLD
}

/// An RSA key made once and for all, private, PEM.
pub fn key_of_the_rig(n: usize) -> String {
    let dir = env!("CARGO_MANIFEST_DIR").trim_end_matches("/tests/fuzz");
    let path = format!("{dir}/tests/fixtures/keys/rsa-{n}.pem");
    std::fs::read_to_string(path).expect("a key of the rig")
}

/// A line of the collection of attacks as it is meant: `\n`, `\r`, `\t`, `\0`, `\\` and `\u{..}` stand
/// for what a line of text cannot hold.
pub fn attack(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('0') => out.push('\0'),
            Some('\\') => out.push('\\'),
            Some('u') => {
                let (hex, after) = chars
                    .as_str()
                    .strip_prefix('{')
                    .and_then(|rest| rest.split_once('}'))
                    .expect("\\u{..}");
                let code = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32);
                out.push(code.expect("a character"));
                chars = after.chars();
            }
            other => panic!("{line}: \\{other:?} stands for nothing"),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

/// The body of a request as it was written down: what stands behind the empty line.
pub fn body_of(request: &[u8]) -> Option<&[u8]> {
    parts_of(request).map(|(_, body)| body)
}

/// Head and body of a request as it was written down.
pub fn parts_of(request: &[u8]) -> Option<(&[u8], &[u8])> {
    let find = |gap: &[u8]| request.windows(gap.len()).position(|part| part == gap);
    let (at, gap) = match (find(b"\r\n\r\n"), find(b"\n\n")) {
        (Some(long), Some(short)) if short < long => (short, 2),
        (Some(long), _) => (long, 4),
        (None, Some(short)) => (short, 2),
        (None, None) => return None,
    };
    Some((&request[..at], &request[at + gap..]))
}
