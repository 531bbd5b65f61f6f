//! Stories of the command line, with the program itself.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const SAMPLE: &str = "---\nkind: experience\nlanguage: en\nname: A street without cars\nauthor: ana\n\
    published: 2026-03-12\nscope: One street.\nlimits: Not in winter.\n---\n\nWe closed it.\n";

/// The program on one data folder, in an environment of its own.
struct Hands {
    dir: tempfile::TempDir,
    port: u16,
}

impl Hands {
    fn new() -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        Self {
            dir: tempfile::tempdir().expect("a folder"),
            port,
        }
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }

    fn command(&self, data: &str, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atelier"));
        command.env_clear();
        command.current_dir(self.dir.path());
        command.args(["--data-dir", data]).args(words);
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped());
        command.stderr(Stdio::piped());
        command
    }

    fn says(&self, data: &str, words: &[&str], input: &str) -> Output {
        let mut child = self.command(data, words).spawn().expect("it starts");
        let mut stdin = child.stdin.take().expect("an input");
        // A command that ends without reading is no fault of ours.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        child.wait_with_output().expect("it ends")
    }

    fn does(&self, words: &[&str], input: &str) -> String {
        let output = self.says("node", words, input);
        assert!(output.status.success(), "{words:?}: {output:?}");
        String::from_utf8(output.stdout).expect("words")
    }

    fn founds(&self) {
        let domain = format!("localhost:{}", self.port);
        let words = [
            "init",
            "--dev",
            "--domain",
            &domain,
            "--handle",
            "loos",
            "--name",
            "Loos",
            "--language",
            "en",
            "--steward",
            "Ana",
            "--email",
            "ana@loos.example",
            "--password-stdin",
        ];
        self.does(&words, "a quiet street\n");
    }

    fn serves(&self, data: &str) -> Serving {
        let child = self.command(data, &["serve"]).spawn().expect("it starts");
        let until = Instant::now() + Duration::from_secs(20);
        while !self.says(data, &["check", "--health"], "").status.success() {
            assert!(Instant::now() < until, "the node answers");
            std::thread::sleep(Duration::from_millis(30));
        }
        Serving(child)
    }
}

/// A process that is told to stop when the story is over.
struct Serving(Child);

impl Serving {
    fn stops(mut self) -> Option<i32> {
        let pid = self.0.id().to_string();
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .expect("told");
        self.0.wait().expect("it stops").code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_node_is_founded_filled_saved_and_brought_back() {
    let hands = Hands::new();
    let early = hands.says("node", &["member", "list"], "");
    assert_eq!(code(&early), Some(3), "{early:?}");
    assert!(
        !Path::new(&hands.path("node")).exists(),
        "asking makes nothing"
    );
    hands.founds();
    let words = [
        "member",
        "add",
        "Léo",
        "--email",
        "leo@loos.example",
        "--role",
        "editor",
        "--password-stdin",
    ];
    hands.does(&words, "another street\n");
    let list = hands.does(&["member", "list", "--json"], "");
    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
    assert_eq!(list["items"][1]["handle"], "leo");
    assert_eq!(list["items"][1]["role"], "editor");
    let token = hands.does(&["token", "create", "--member", "Ana"], "");
    assert!(
        token.starts_with("atl_") && token.trim().lines().count() == 1,
        "{token}"
    );

    fs::write(hands.path("a.md"), SAMPLE).expect("written");
    let first = hands.does(&["import", "a.md"], "");
    assert!(first.contains("a.md: published: A street"), "{first}");
    let again = hands.does(&["import", "a.md"], "");
    assert!(again.contains("there already"), "{again}");

    hands.does(&["backup", "saved.tar"], "");
    let over = hands.says("node", &["restore", "saved.tar"], "");
    assert_eq!(code(&over), Some(4), "{over:?}");
    let back = hands.says("back", &["restore", "saved.tar"], "");
    assert!(back.status.success(), "{back:?}");
    let keyless = hands.says("back", &["member", "list"], "");
    assert!(
        complaint(&keyless).contains("secret.key is missing"),
        "{keyless:?}"
    );
    assert!(!Path::new(&hands.path("back/secret.key")).exists());
    fs::copy(hands.path("node/secret.key"), hands.path("back/secret.key")).expect("put back");
    let held = hands.says("back", &["import", "a.md"], "");
    assert!(
        String::from_utf8_lossy(&held.stdout).contains("there already"),
        "{held:?}"
    );
    assert!(
        hands
            .says("back", &["restore", "--confirm"], "")
            .status
            .success()
    );
    assert_eq!(
        code(&hands.says("back", &["restore", "--confirm"], "")),
        Some(4)
    );
}

#[test]
fn a_node_that_runs_is_not_run_twice_and_stops_politely() {
    let hands = Hands::new();
    hands.founds();
    let wish = hands.does(&["follow", "@lille@localhost:1"], "");
    assert!(wish.contains("as soon as the node runs"), "{wish}");
    let serving = hands.serves("node");
    for words in [&["serve"][..], &["migrate"]] {
        let second = hands.says("node", words, "");
        assert_eq!(code(&second), Some(4), "{second:?}");
        assert!(complaint(&second).contains("one process"), "{second:?}");
    }
    // Deeds and backups go on beside it.
    hands.does(&["token", "create", "--member", "ana"], "");
    hands.does(&["backup", "saved.tar", "--with-keys"], "");
    let check = hands.says("node", &["check", "--json"], "");
    let report: serde_json::Value = serde_json::from_slice(&check.stdout).expect("JSON");
    assert_eq!(report["ok"], true, "{report:#}");
    assert_eq!(serving.stops(), Some(0));
    assert_eq!(
        code(&hands.says("node", &["check", "--health"], "")),
        Some(1)
    );
}

#[test]
fn what_is_misspelt_is_told_with_what_was_meant() {
    let hands = Hands::new();
    fs::write(hands.path("atelier.toml"), "domane = \"a.example\"\n").expect("written");
    let wrong = hands.says("node", &["serve"], "");
    assert_eq!(code(&wrong), Some(1));
    assert!(
        complaint(&wrong).contains("did you mean \"domain\"?"),
        "{wrong:?}"
    );
    fs::remove_file(hands.path("atelier.toml")).expect("gone");
    hands.founds();
    fs::write(hands.path("b.md"), SAMPLE.replace("limits", "limit")).expect("written");
    let wrong = hands.says("node", &["import", "b.md"], "");
    assert_eq!(code(&wrong), Some(1));
    assert!(
        complaint(&wrong).contains("b.md:8: unknown key \"limit\"; did you mean \"limits\"?"),
        "{wrong:?}"
    );
    assert_eq!(code(&hands.says("node", &["sreve"], "")), Some(2));
    let short = [
        "member",
        "add",
        "Bo",
        "--email",
        "b@loos.example",
        "--password-stdin",
    ];
    assert_eq!(code(&hands.says("node", &short, "short\n")), Some(2));
    assert_eq!(
        code(&hands.says("node", &["member", "role", "nobody", "editor"], "")),
        Some(3)
    );
    assert_eq!(
        code(&hands.says("node", &["member", "role", "ana", "member"], "")),
        Some(4)
    );
}

#[test]
fn keys_are_renewed_and_made_anew_when_the_key_file_is_lost() {
    let hands = Hands::new();
    hands.founds();
    let key = |json: &str| -> Vec<String> {
        let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
        let items = value["items"].as_array().expect("items").iter();
        items.map(|item| item["public"].to_string()).collect()
    };
    let before = key(&hands.does(&["keys", "--json"], ""));
    assert_eq!(before.len(), 6, "node, network and steward, two each");
    assert!(hands.does(&["keys"], "").contains("/groups/loos#main-key"));
    hands.does(&["keys", "renew", "loos"], "");
    let after = key(&hands.does(&["keys", "--json"], ""));
    assert_eq!(before.iter().filter(|key| after.contains(key)).count(), 4);
    assert_eq!(
        code(&hands.says("node", &["keys", "renew", "nobody"], "")),
        Some(3)
    );
    assert_eq!(code(&hands.says("node", &["keys", "renew"], "")), Some(2));
    let needless = hands.says("node", &["keys", "renew", "--lost"], "");
    assert_eq!(code(&needless), Some(4), "{needless:?}");

    fs::remove_file(hands.path("node/secret.key")).expect("lost");
    let stops = hands.says("node", &["serve"], "");
    assert!(
        complaint(&stops).contains("atelier keys renew --lost"),
        "{stops:?}"
    );
    let made = hands.does(&["keys", "renew", "--lost"], "");
    let named = |who: &&str| made.lines().next().is_some_and(|line| line.contains(who));
    assert!(["instance", "loos", "ana"].iter().all(named), "{made}");
    let anew = key(&hands.does(&["keys", "--json"], ""));
    assert!(anew.iter().all(|key| !after.contains(key)));
    let serving = hands.serves("node");
    let busy = hands.says("node", &["keys", "renew", "--lost"], "");
    assert_eq!(code(&busy), Some(4), "{busy:?}");
    assert_eq!(serving.stops(), Some(0));

    // Another key file in its place is noticed in the same way.
    fs::write(hands.path("node/secret.key"), [7_u8; 32]).expect("replaced");
    let stops = hands.says("node", &["serve"], "");
    assert!(
        complaint(&stops).contains("atelier keys renew --lost"),
        "{stops:?}"
    );
    hands.does(&["keys", "renew", "--lost"], "");
    hands.does(&["keys"], "");
}
