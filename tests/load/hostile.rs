//! A hostile peer, to be pointed at a node that runs on this machine: it listens on loopback itself, sends
//! every attack that can be sent from outside, and prints what was answered. It refuses any other aim, and is
//! bounded in count and time.
//!
//! `cargo run --example hostile -- http://localhost:8081` ; the node must run in development mode, since a
//! peer without a certificate is nobody to a node in production. Ends with 1 when something was let in, with
//! 2 when nothing could be learned.

#[path = "../it/hostile/attack/mod.rs"]
mod attack;
#[path = "../it/rig/script.rs"]
mod script;

use atelier::base::clock::Clock;
use atelier::trust::Signer;
use attack::{Attacker, CASES, MARK, Sent, wire};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _, LineEnding};
use script::{Says, Script};
use serde_json::{Value, json};
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use url::Url;

const CROWD: usize = 300;
const REPLAYS: usize = 50;
/// How often one that is held back waits and tries again.
const PATIENCE: usize = 20;
const TAKEN_BYTES_MAX: u64 = 16 * 1024 * 1024;
const DOCUMENT: &str = "application/activity+json";
const KEYS: [&str; 3] = [
    include_str!("../fixtures/keys/rsa-1.pem"),
    include_str!("../fixtures/keys/rsa-2.pem"),
    include_str!("../fixtures/keys/rsa-3.pem"),
];

/// Why nothing could be learned.
type Excuse = String;

/// The aim, and what came of it.
struct Trial {
    to: SocketAddr,
    attacker: Attacker,
    script: Arc<Script>,
    good: Arc<Script>,
    let_in: usize,
    tried: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Some(aim) = std::env::args().nth(1) else {
        eprintln!("give the address of a node on this machine: http://localhost:8081");
        return ExitCode::from(2);
    };
    match run(&aim).await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(excuse) => {
            eprintln!("nothing could be learned: {excuse}");
            ExitCode::from(2)
        }
    }
}

/// The address of the aim: of this machine only, also when a name says otherwise.
fn aim_of(text: &str) -> Result<(Url, SocketAddr), Excuse> {
    let url = Url::parse(text).map_err(|_| format!("{text} is not an address"))?;
    if url.scheme() != "http" {
        return Err("only http, and only on this machine".into());
    }
    let host = url.host_str().ok_or("no host")?;
    let port = url.port_or_known_default().ok_or("no port")?;
    let all: Vec<SocketAddr> = (host, port)
        .to_socket_addrs()
        .map_err(|error| format!("{host}: {error}"))?
        .collect();
    if all.is_empty() || !all.iter().all(|address| address.ip().is_loopback()) {
        return Err(format!("{host} is not this machine: it is not attacked"));
    }
    let first = all
        .iter()
        .find(|address| address.is_ipv4())
        .unwrap_or(&all[0]);
    Ok((url, *first))
}

async fn listen(script: Arc<Script>) -> Result<String, Excuse> {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .map_err(|e| e.to_string())?;
    let port = listener.local_addr().map_err(|e| e.to_string())?.port();
    tokio::spawn(async move { axum::serve(listener, script::router(script)).await });
    Ok(format!("http://localhost:{port}"))
}

fn public_pem(pem: &str) -> String {
    RsaPrivateKey::from_pkcs8_pem(pem)
        .expect("a key")
        .to_public_key()
        .to_public_key_pem(LineEnding::LF)
        .expect("it encodes")
}

fn presents(script: &Script, origin: &str, key: usize) -> String {
    let actor = format!("{origin}/actors/one");
    let document = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": actor, "type": "Person", "preferredUsername": "one",
        "inbox": format!("{actor}/inbox"),
        "publicKey": {"id": format!("{actor}#main-key"), "owner": actor, "publicKeyPem": public_pem(KEYS[key])},
    });
    script.at("/actors/one", Says::Document(document));
    actor
}

/// What a visitor is shown at a path: status and body.
async fn shown(
    to: SocketAddr,
    domain: &str,
    path: &str,
    accept: &str,
) -> Result<(u16, String), Excuse> {
    let heard = wire::get(to, domain, path, accept)
        .await
        .map_err(|error| format!("{path}: {error}"))?;
    let text = heard.text();
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Ok((heard.status(), body.to_owned()))
}

async fn document(to: SocketAddr, domain: &str, path: &str) -> Result<Value, Excuse> {
    let (status, body) = shown(to, domain, path, DOCUMENT).await?;
    serde_json::from_str(&body).map_err(|_| format!("{path} answered {status} and no document"))
}

impl Trial {
    async fn begin(aim: &str) -> Result<Self, Excuse> {
        let (url, to) = aim_of(aim)?;
        let port = url
            .port()
            .map_or_else(String::new, |port| format!(":{port}"));
        let domain = format!("{}{port}", url.host_str().unwrap_or_default());
        let target = format!("http://{domain}");
        let info = document(to, &domain, "/nodeinfo/2.1").await?;
        let group = info["metadata"]["staffAccounts"][0]
            .as_str()
            .ok_or("no network is named in its NodeInfo")?
            .to_owned();
        let path = group.trim_start_matches(&target);
        let outbox = document(to, &domain, &format!("{path}/outbox")).await?;
        let newest = &outbox["orderedItems"][0]["object"];
        let newest = newest.get("object").unwrap_or(newest);
        let named = |key: &str| newest[key].as_str().map(str::to_owned);
        let (script, good) = (Arc::new(Script::default()), Arc::new(Script::default()));
        let (origin, honest) = (listen(script.clone()).await?, listen(good.clone()).await?);
        let actor = presents(&script, &origin, 1);
        let victim = presents(&good, &honest, 0);
        let signer = |id: String, key: usize| {
            Signer::from_pem(id, KEYS[key]).map_err(|error| error.to_string())
        };
        let attacker = Attacker {
            member: named("attributedTo").unwrap_or_else(|| group.clone()),
            publication: named("id").unwrap_or_else(|| format!("{target}/publications/none")),
            target,
            domain,
            group,
            signer: signer(format!("{actor}#main-key"), 1)?,
            unknown: signer("nobody".into(), 2)?,
            unknown_pem: public_pem(KEYS[2]),
            article: format!("{honest}/articles/1"),
            origin,
            actor,
            good: honest,
            victim,
            now: 0,
        };
        for (path, document) in attacker.documents() {
            script.at(&path, Says::Document(document));
        }
        let mut trial = Self {
            to,
            attacker,
            script,
            good,
            let_in: 0,
            tried: 0,
        };
        trial.now();
        Ok(trial)
    }

    /// Reads the clock: a run may last longer than a signature.
    fn now(&mut self) {
        self.attacker.now = Clock::System.now();
    }

    /// Sends; waits where it is asked to. Gives the status, 0 when the connection ended without one.
    async fn sends(&self, sent: &Sent) -> u16 {
        for _ in 0..PATIENCE {
            let status = wire::post(self.to, sent)
                .await
                .map_or(0, |heard| heard.status());
            if status != 429 {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        429
    }

    fn note(&mut self, case: &str, what: &str, answer: &str, as_expected: bool) {
        self.tried += 1;
        self.let_in += usize::from(!as_expected);
        let word = if as_expected { "yes" } else { "NO" };
        println!("{case:<6} {word:<5} {answer:<10} {what}");
    }

    /// What anybody is shown, without what only says when.
    async fn face(&self) -> Result<Vec<String>, Excuse> {
        let domain = &self.attacker.domain;
        let group = self
            .attacker
            .group
            .trim_start_matches(&self.attacker.target)
            .to_owned();
        let outbox = format!("{group}/outbox");
        let member = self
            .attacker
            .member
            .trim_start_matches(&self.attacker.target);
        let mut all = Vec::new();
        for path in [&group, &outbox, member] {
            all.push(shown(self.to, domain, path, DOCUMENT).await?.1);
        }
        for path in ["/api/v1/publications", "/", "/papers", "/agenda"] {
            let (_, body) = shown(self.to, domain, path, "text/html, application/json").await?;
            all.push(format!("{path} shows it: {}", body.contains(MARK)));
        }
        Ok(all)
    }

    /// The list that the tests send too.
    async fn list(&mut self) {
        for case in CASES {
            self.now();
            for attack in self.attacker.attacks(case) {
                let status = self.sends(&attack.sent).await;
                let fits = attack.answers.contains(&status) || status == 503;
                self.note(&format!("{case}"), &attack.what, &status.to_string(), fits);
            }
        }
        let asked = self.good.take_asked().len();
        let asked_text = format!("{asked} asked");
        self.note(
            "11",
            "the one in whose name it spoke",
            &asked_text,
            asked <= CASES.len(),
        );
    }

    async fn replays(&mut self) {
        self.now();
        let wave = self
            .attacker
            .activity("replayed", "atelier:Wave", json!("x"));
        let sent = self.attacker.says(&wave);
        let mut answers = Vec::new();
        for _ in 0..REPLAYS {
            answers.push(self.sends(&sent).await);
        }
        let fits = answers.iter().all(|status| matches!(status, 202 | 409));
        self.note(
            "9",
            &format!("the same {REPLAYS} times"),
            &answers[0].to_string(),
            fits,
        );
    }

    /// Makes the node read keys at places of the attacker's choice.
    async fn leads_astray(&mut self) -> Result<(), Excuse> {
        let inside = Arc::new(AtomicU64::new(0));
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .map_err(|e| e.to_string())?;
        let port = listener.local_addr().map_err(|e| e.to_string())?.port();
        let seen = inside.clone();
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                seen.fetch_add(1, Ordering::SeqCst);
            }
        });
        let raw = |status: u16, headers: Vec<(&'static str, String)>| Says::Raw {
            status,
            headers,
            body: b"{}".to_vec(),
        };
        let own = |path: &str| format!("{}{path}", self.attacker.origin);
        let key = json!({"id": own("/keys/page"), "owner": self.attacker.actor});
        let number = format!("http://127.0.0.1:{port}/key");
        for (path, says) in [
            ("/keys/drip", Says::Drip),
            ("/keys/endless", Says::Endless),
            ("/keys/never", Says::Never),
            ("/keys/gone", Says::Gone),
            (
                "/keys/long",
                raw(200, vec![("x-long", "x".repeat(1 << 20))]),
            ),
            ("/keys/page", Says::under("text/html", &key)),
            ("/keys/inside", Says::elsewhere(&number)),
            ("/keys/round", Says::elsewhere(&own("/keys/round"))),
            (
                "/keys/cloud",
                Says::elsewhere("http://169.254.169.254/latest/meta-data/"),
            ),
        ] {
            self.script.at(path, says);
        }
        let names = [
            "drip", "endless", "never", "gone", "long", "page", "inside", "round", "cloud",
        ];
        let mut places: Vec<String> = names
            .iter()
            .map(|name| own(&format!("/keys/{name}")))
            .collect();
        places.extend([
            number,
            format!("http://2130706433:{port}/key"),
            format!("http://0x7f.1:{port}/key"),
            format!("http://[::1]:{port}/key"),
            format!("http://one@localhost:{port}/key"),
            "file:///etc/passwd".into(),
        ]);
        for place in places {
            self.now();
            let said = self.attacker.activity("astray", "atelier:Wave", json!("x"));
            let status = self
                .sends(&self.attacker.says_with_key(&said, &place))
                .await;
            let what = format!("a key at {place}");
            self.note(
                "38/39",
                &what,
                &status.to_string(),
                matches!(status, 400 | 401 | 503),
            );
        }
        let (touched, given) = (inside.load(Ordering::SeqCst), self.script.given());
        self.note(
            "38",
            "a door inside",
            &format!("{touched} times"),
            touched == 0,
        );
        self.note(
            "39",
            "of what has no end",
            &format!("{given} B"),
            given < TAKEN_BYTES_MAX,
        );
        Ok(())
    }

    async fn connections(&mut self) {
        let (to, domain) = (self.to, self.attacker.domain.clone());
        let ended = |heard: std::io::Result<wire::Heard>| heard.map_or(0, |heard| heard.status());
        let endless = ended(wire::endless(to, &domain).await);
        self.note(
            "45",
            "chunks without end",
            &endless.to_string(),
            matches!(endless, 0 | 408 | 413),
        );
        for ends in [true, false] {
            let status = ended(wire::short(to, &domain, ends).await);
            let fits = matches!(status, 0 | 400 | 408 | 413);
            self.note(
                "45",
                "a body shorter than it says",
                &status.to_string(),
                fits,
            );
        }
        let large = self.attacker.raw(&vec![b' '; 1024 * 1024 + 1]);
        let status = self.sends(&large).await;
        self.note(
            "45",
            "a body one byte too large",
            &status.to_string(),
            matches!(status, 0 | 413),
        );
        let crowd = wire::crowd(to, &domain, CROWD).await;
        let resets = ended(wire::rapid_resets(to).await);
        let seen = shown(to, &domain, "/health", "*/*")
            .await
            .map_or(0, |(status, _)| status);
        let what = format!(
            "others, beside {} silent ones (resets: {resets})",
            crowd.len()
        );
        self.note("46", &what, &seen.to_string(), seen == 200);
        drop(crowd);
        for (what, bytes) in wire::smuggled(&domain) {
            let heard = wire::say(to, &bytes).await;
            let (answers, status) = heard.map_or((0, 0), |heard| (heard.answers(), heard.status()));
            let fits = answers <= 1 && status != 200;
            self.note("47", what, &format!("{answers}: {status}"), fits);
        }
    }
}

async fn run(aim: &str) -> Result<usize, Excuse> {
    let mut trial = Trial::begin(aim).await?;
    println!("{:<6} {:<5} {:<10} what", "case", "as it", "answer");
    let before = trial.face().await?;
    let wave = trial.attacker.activity("wave", "atelier:Wave", json!("x"));
    for (what, sent) in [
        ("a genuine request", trial.attacker.says(&wave)),
        (
            "the same by message signature",
            trial.attacker.says_by_message_signature(&wave.to_string()),
        ),
    ] {
        let status = trial.sends(&sent).await;
        trial.note("1", what, &status.to_string(), status == 202);
        if status != 202 {
            return Err(format!(
                "{what} is answered {status}: refusals then prove nothing"
            ));
        }
    }
    trial.list().await;
    trial.replays().await;
    trial.leads_astray().await?;
    trial.connections().await;
    // What was taken to be worked on has been by now, or soon is.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let same = trial.face().await? == before;
    trial.note(
        "all",
        "what anybody is shown afterwards",
        if same { "the same" } else { "changed" },
        same,
    );
    println!("{} tried, {} not as expected", trial.tried, trial.let_in);
    Ok(trial.let_in)
}
