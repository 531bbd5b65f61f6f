//! The real program, as its operator runs it: nodes started with `serve` on loopback, one following the
//! other, killed in the middle of their work. Bounded in count and time; sends to loopback only.
//!
//! `cargo run --release --example drill` ; `-- --postgres postgres://..` for one web process and two
//! workers on PostgreSQL; `-- --quick` for a short run.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(120);
const PASSWORD: &str = "a long enough password";

fn binary() -> PathBuf {
    let own = std::env::current_exe().expect("own path");
    own.parent()
        .and_then(Path::parent)
        .expect("the build's folder")
        .join("atelier")
}

/// One node, of one process or several.
struct Running {
    name: &'static str,
    port: u16,
    dir: tempfile::TempDir,
    database: Option<String>,
    roles: Vec<&'static str>,
    children: Vec<Child>,
    token: String,
}

impl Running {
    async fn new(name: &'static str, port: u16, postgres: Option<&str>) -> Self {
        let dir = tempfile::TempDir::new().expect("a folder");
        let (database, roles) = match postgres {
            Some(url) => {
                let schema = format!("drill_{name}_{}", std::process::id());
                let url = atelier::base::db::schema_url(url, &schema)
                    .await
                    .expect("a schema");
                (Some(url), vec!["web", "worker", "worker"])
            }
            None => (None, vec!["all"]),
        };
        let mut node = Self {
            name,
            port,
            dir,
            database,
            roles,
            children: Vec::new(),
            token: String::new(),
        };
        node.atelier(
            &[
                "init",
                "--handle",
                name,
                "--name",
                name,
                "--language",
                "en",
                "--steward",
                "Sol",
                "--email",
                "sol@example.org",
                "--password-stdin",
            ],
            Some(PASSWORD),
        );
        node.token = node.atelier(&["token", "create", "--member", "Sol"], None);
        node.start().await;
        node
    }

    fn command(&self, role: usize) -> Command {
        let mut command = Command::new(binary());
        // Processes share the files of the first; each worker has an index of its own.
        let dir = self.dir.path().join(if role == 0 {
            "web".to_owned()
        } else {
            format!("worker{role}")
        });
        std::fs::create_dir_all(&dir).expect("a folder");
        command
            .env("ATELIER_DEV", "1")
            .env("ATELIER_DOMAIN", format!("localhost:{}", self.port))
            .env(
                "ATELIER_LISTEN",
                format!(
                    "127.0.0.1:{}",
                    self.port + u16::try_from(role).expect("few") * 1000
                ),
            )
            .env("ATELIER_DATA_DIR", &dir)
            .env(
                "ATELIER_SECRET_KEY_FILE",
                self.dir.path().join("secret.key"),
            )
            .env("ATELIER_LOG", "warn");
        if let Some(url) = &self.database {
            command.env("ATELIER_DATABASE_URL", url);
        }
        command
    }

    fn atelier(&self, args: &[&str], input: Option<&str>) -> String {
        let mut child = self
            .command(0)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        if let Some(text) = input {
            child
                .stdin
                .take()
                .expect("its input")
                .write_all(text.as_bytes())
                .expect("written");
        }
        let output = child.wait_with_output().expect("its end");
        assert!(
            output.status.success(),
            "atelier {args:?} of {}: {}",
            self.name,
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    async fn start(&mut self) {
        for (n, role) in self.roles.iter().enumerate() {
            let child = self
                .command(n)
                .args(["serve", "--role", role])
                .stdout(Stdio::null())
                .spawn()
                .expect("the program");
            self.children.push(child);
        }
        let started = Instant::now();
        let url = format!("http://localhost:{}/ready", self.port);
        while !reqwest::Client::new()
            .get(&url)
            .send()
            .await
            .is_ok_and(|answer| answer.status().is_success())
        {
            assert!(
                started.elapsed() < PATIENCE,
                "{} does not become ready",
                self.name
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        println!(
            "{}: ready after {} ms",
            self.name,
            started.elapsed().as_millis()
        );
    }

    /// SIGKILL to every process of this node, as a power cut would.
    async fn kill_and_restart(&mut self) {
        for child in &mut self.children {
            child.kill().expect("killed");
            child.wait().expect("dead");
        }
        self.children.clear();
        self.start().await;
    }

    fn url(&self, path: &str) -> String {
        format!("http://localhost:{}/api/v1{path}", self.port)
    }

    async fn send(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, String> {
        let mut request = reqwest::Client::new()
            .request(method, self.url(path))
            .bearer_auth(&self.token)
            .timeout(Duration::from_secs(20));
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let status = answer.status();
        let text = answer.text().await.map_err(|error| error.to_string())?;
        if status.is_success() {
            return Ok(serde_json::from_str(&text).unwrap_or(Value::Null));
        }
        Err(format!("{status}: {text}"))
    }

    async fn get(&self, path: &str) -> Value {
        self.send(reqwest::Method::GET, path, None)
            .await
            .expect("an answer")
    }

    async fn publish(&self, kind: &str, name: &str) -> Result<Value, String> {
        let mut body = json!({
            "kind": kind, "name": name, "summary": "Two sentences.", "content": "We **tried** it.", "language": "en",
            "audience": "public", "detail": {"scope": "One street.", "limits": "Not in winter."}, "status": "published",
        });
        if kind == "event" {
            body["detail"] = json!({});
            body["start_time"] = json!("2027-03-18T14:00:00+01:00");
            body["end_time"] = json!("2027-03-18T17:00:00+01:00");
            body["timezone"] = json!("Europe/Paris");
        }
        self.send(reqwest::Method::POST, "/publications", Some(body))
            .await
    }

    async fn follow(&self, other: &Self) {
        let target = format!("@{}@localhost:{}", other.name, other.port);
        self.send(
            reqwest::Method::POST,
            "/following",
            Some(json!({"target": target})),
        )
        .await
        .expect("asked");
        until(
            &format!("{} is let in by {}", self.name, other.name),
            || async {
                self.get("/following").await["items"]
                    .as_array()
                    .is_some_and(|items| {
                        items.iter().any(|item| {
                            item["handle"] == target.as_str() && item["state"] == "accepted"
                        })
                    })
            },
        )
        .await;
    }

    /// How often each name beginning so stands in its lists.
    async fn names(&self, prefix: &str) -> BTreeMap<String, usize> {
        let mut names = BTreeMap::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("/publications?limit=200{cursor}")).await;
            for item in page["items"].as_array().expect("items") {
                let name = item["name"].as_str().unwrap_or_default();
                if name.starts_with(prefix) {
                    *names.entry(name.to_owned()).or_insert(0) += 1;
                }
            }
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return names,
            }
        }
    }

    fn memory_kib(&self) -> u64 {
        let pid = self.children[0].id();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS"))
            .unwrap_or_default();
        line.split_whitespace()
            .nth(1)
            .and_then(|word| word.parse().ok())
            .unwrap_or(0)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) -> Duration {
    let started = Instant::now();
    while !holds().await {
        assert!(
            started.elapsed() < PATIENCE,
            "not within {PATIENCE:?}: {what}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    started.elapsed()
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

async fn story(a: &Running, b: &Running, c: &Running) {
    b.follow(a).await;
    let mut took = Vec::new();
    for n in 0..20 {
        let name = format!("Timed {n}");
        let published = a.publish("experience", &name).await.expect("published");
        let uri = published["uri"].clone();
        let wait = until(&format!("{name} on b"), || async {
            b.get("/publications?limit=5").await["items"]
                .as_array()
                .is_some_and(|items| items.iter().any(|item| item["uri"] == uri))
        })
        .await;
        took.push(wait);
    }
    println!(
        "posted on a, readable on b: median {} ms of {}",
        median(took.clone()).as_millis(),
        took.len()
    );
    assert!(median(took) < Duration::from_secs(1));

    let item = a
        .publish("experience", "Before the edit")
        .await
        .expect("published");
    let id = item["id"].as_str().expect("an id").to_owned();
    until("the first words on b", || async {
        b.names("Before the edit").await.len() == 1
    })
    .await;
    let body = json!({"kind": "experience", "name": "After the edit", "summary": "x", "content": "y", "language": "en",
        "audience": "public", "detail": {"scope": "s", "limits": "l"}, "status": "published", "revision": 1});
    a.send(
        reqwest::Method::PUT,
        &format!("/publications/{id}"),
        Some(body),
    )
    .await
    .expect("edited");
    until("the edit on b", || async {
        b.names("After the edit").await.len() == 1
    })
    .await;
    a.send(
        reqwest::Method::DELETE,
        &format!("/publications/{id}"),
        None,
    )
    .await
    .expect("withdrawn");
    until("the withdrawal on b", || async {
        b.names("After the edit").await.is_empty()
    })
    .await;
    let event = a.publish("event", "A gathering").await.expect("published");
    until("the event on b", || async {
        b.names("A gathering").await.len() == 1
    })
    .await;
    let copy = b.get("/publications?kind=event&limit=5").await["items"][0].clone();
    assert_eq!(copy["start_time"], event["start_time"]);
    assert_eq!(copy["network"]["handle"], a.name);
    println!("an edit, a withdrawal and an event followed");

    c.follow(a).await;
    until("the history on c", || async {
        c.names("").await.len() == 21
    })
    .await;
    println!("a third node got the history of 21 by backfill");
}

/// Posts `count` publications at `a`, eight at a time; gives the names that were acknowledged. At half
/// the count, `at_half` is told.
async fn crowd(
    a: &Arc<Running>,
    prefix: &'static str,
    count: usize,
    begun: Arc<AtomicUsize>,
) -> Vec<String> {
    let next = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (a, next, begun) = (a.clone(), next.clone(), begun.clone());
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                loop {
                    let n = next.fetch_add(1, Ordering::SeqCst);
                    if n >= count {
                        return acknowledged;
                    }
                    let name = format!("{prefix} {n}");
                    match a.publish("experience", &name).await {
                        Ok(_) => acknowledged.push(name),
                        Err(error) => eprintln!("{name} was not taken: {error}"),
                    }
                    begun.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    let mut names = Vec::new();
    for task in tasks {
        names.extend(task.await.expect("a task"));
    }
    names
}

async fn all_once(b: &Running, prefix: &str, wanted: &[String]) {
    until(
        &format!("all {} of {prefix} on {}", wanted.len(), b.name),
        || async {
            let names = b.names(prefix).await;
            wanted.iter().all(|name| names.contains_key(name))
        },
    )
    .await;
    let names = b.names(prefix).await;
    assert!(
        names.values().all(|n| *n == 1),
        "something stands twice: {names:?}"
    );
}

#[tokio::main]
async fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let args: Vec<String> = std::env::args().collect();
    let postgres = args
        .iter()
        .position(|arg| arg == "--postgres")
        .and_then(|n| args.get(n + 1))
        .cloned();
    let count = if args.iter().any(|arg| arg == "--quick") {
        60
    } else {
        200
    };
    let base = 21_000 + u16::try_from(std::process::id() % 500).unwrap_or(0) * 4;
    let mut a = Running::new("alpha", base, postgres.as_deref()).await;
    let mut b = Running::new("beta", base + 1, postgres.as_deref()).await;
    let c = Running::new("gamma", base + 2, None).await;
    println!(
        "idle memory of a node that just started: {} KiB",
        c.memory_kib()
    );
    story(&a, &b, &c).await;

    // The receiver dies while a crowd arrives.
    let begun = Arc::new(AtomicUsize::new(0));
    let sender = Arc::new(a);
    let posting = tokio::spawn({
        let (sender, begun) = (sender.clone(), begun.clone());
        async move { crowd(&sender, "While the receiver dies", count, begun).await }
    });
    until("a third was posted", || async {
        begun.load(Ordering::SeqCst) > count / 3
    })
    .await;
    b.kill_and_restart().await;
    let wanted = posting.await.expect("a crowd");
    assert_eq!(wanted.len(), count, "the sender took all");
    all_once(&b, "While the receiver dies", &wanted).await;
    println!("kill -9 of the receiver: all {count} are there once");
    a = Arc::try_unwrap(sender).unwrap_or_else(|_| unreachable!("nobody posts any more"));

    // The sender dies while it sends: what it acknowledged arrives.
    let mut wanted = Vec::new();
    for n in 0..count {
        let name = format!("While the sender dies {n}");
        a.publish("experience", &name).await.expect("published");
        wanted.push(name);
        if n == count / 2 || n == count - 1 {
            a.kill_and_restart().await;
        }
    }
    all_once(&b, "While the sender dies", &wanted).await;
    println!("kill -9 of the sender, twice: all {count} are there once");

    tokio::time::sleep(Duration::from_secs(3)).await;
    println!(
        "memory after the work: {} KiB, {} KiB, {} KiB",
        a.memory_kib(),
        b.memory_kib(),
        c.memory_kib()
    );
    a.kill_and_restart().await;
    println!("done");
}
