//! A crowd at the door, over real sockets: who is silent, slow, greedy or sly, and what the others notice.

use crate::rig::{Alliance, TestNode};
use atelier::base::Node;
use atelier::server::{self, Limits};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Longer than anything here should take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Open {
    at: SocketAddr,
    tell: watch::Sender<bool>,
    task: JoinHandle<()>,
}

async fn open(node: &TestNode, limits: Limits) -> Open {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("an address");
    let (tell, stop) = watch::channel(false);
    let doors = server::router(Node::clone(node));
    let task = tokio::spawn(server::listen(listener, doors, limits, stop));
    Open { at, tell, task }
}

impl Open {
    async fn connects(&self) -> TcpStream {
        TcpStream::connect(self.at).await.expect("a connection")
    }

    /// Sends these bytes on a connection of their own; gives all that comes until it is closed.
    async fn answers(&self, bytes: &[u8]) -> String {
        let mut stream = self.connects().await;
        stream.write_all(bytes).await.expect("sent");
        until_closed(stream).await
    }

    async fn is_well(&self) {
        let said = self
            .answers(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .await;
        assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    }

    async fn ends(self) {
        self.tell.send(true).expect("told");
        tokio::time::timeout(PATIENCE, self.task)
            .await
            .expect("in time")
            .expect("its end");
    }
}

async fn until_closed(mut stream: TcpStream) -> String {
    let mut all = Vec::new();
    // A connection that is reset is closed as well.
    let reading = stream.read_to_end(&mut all);
    let _ = tokio::time::timeout(PATIENCE, reading)
        .await
        .expect("it is closed in time");
    String::from_utf8_lossy(&all).into_owned()
}

fn short() -> Limits {
    Limits {
        head: Duration::from_millis(300),
        body: Duration::from_millis(300),
        idle: Duration::from_millis(300),
        uncounted: vec!["127.0.0.1".parse().expect("an address")],
        ..Limits::default()
    }
}

fn statuses(said: &str) -> Vec<&str> {
    said.split("HTTP/1.1 ")
        .skip(1)
        .filter_map(|rest| rest.get(..3))
        .collect()
}

#[tokio::test]
async fn who_is_silent_or_slow_is_let_go_and_the_others_are_served() {
    let [loos] = Alliance::of(["loos"]).await;
    let door = open(&loos, short()).await;
    let host = &loos.config.domain;
    let mut crowd = Vec::new();
    for n in 0..300 {
        let mut stream = door.connects().await;
        let begins = match n % 4 {
            // Nothing at all; half a head; a head and half a body; a request, and then silence.
            0 => String::new(),
            1 => format!("GET /health HTTP/1.1\r\nHost: {host}\r\nX-Slow: "),
            2 => format!(
                "POST /sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                 Content-Length: 100\r\n\r\nemail="
            ),
            _ => format!("GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        };
        stream.write_all(begins.as_bytes()).await.expect("sent");
        crowd.push((n % 4, stream));
    }
    door.is_well().await;
    for (kind, stream) in crowd {
        let said = until_closed(stream).await;
        let expected: &[&str] = match kind {
            2 => &["408"],
            3 => &["200"],
            _ => &[],
        };
        assert_eq!(statuses(&said), expected, "{kind}: {said}");
    }
    door.is_well().await;
    door.ends().await;
}

#[tokio::test]
async fn a_head_that_trickles_is_as_slow_as_one_that_stops() {
    let [loos] = Alliance::of(["loos"]).await;
    let door = open(&loos, short()).await;
    let mut stream = door.connects().await;
    let trickle = async {
        // Each byte comes well within the time for silence; together they take too long.
        loop {
            if stream.write_all(b"G").await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, trickle)
        .await
        .expect("it was let go");
    door.is_well().await;
    door.ends().await;
}

#[tokio::test]
async fn one_address_has_its_share_of_seats_and_a_proxy_brings_many() {
    let [loos] = Alliance::of(["loos"]).await;
    let counted = Limits {
        per_address_max: 3,
        uncounted: Vec::new(),
        ..Limits::default()
    };
    let door = open(&loos, counted).await;
    let ask = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut seated = Vec::new();
    for _ in 0..3 {
        let mut stream = door.connects().await;
        stream.write_all(ask).await.expect("sent");
        let mut some = [0; 15];
        stream.read_exact(&mut some).await.expect("an answer");
        seated.push(stream);
    }
    let late = door.connects().await;
    assert_eq!(until_closed(late).await, "", "no seat is left");
    drop(seated.pop());
    // Its seat is free again, as soon as the node has noticed.
    let again = async {
        loop {
            let mut stream = door.connects().await;
            let mut some = [0; 15];
            if stream.write_all(ask).await.is_ok() && stream.read_exact(&mut some).await.is_ok() {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, again).await.expect("a seat");
    drop(seated);
    door.ends().await;

    let proxied = Limits {
        per_address_max: 3,
        connections_max: 6,
        uncounted: vec!["127.0.0.1".parse().expect("an address")],
        ..Limits::default()
    };
    let door = open(&loos, proxied).await;
    let mut seated = Vec::new();
    for _ in 0..6 {
        let mut stream = door.connects().await;
        stream.write_all(ask).await.expect("sent");
        let mut some = [0; 15];
        stream.read_exact(&mut some).await.expect("an answer");
        seated.push(stream);
    }
    let late = door.connects().await;
    assert_eq!(until_closed(late).await, "", "all seats are taken");
    drop(seated);
    door.ends().await;
}

#[tokio::test]
async fn one_request_is_never_two() {
    let [loos] = Alliance::of(["loos"]).await;
    let door = open(&loos, short()).await;
    let hidden = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    let body = format!("0\r\n\r\n{hidden}");
    let (length, encoding) = (
        format!("Content-Length: {}\r\n", body.len()),
        "Transfer-Encoding: chunked\r\n",
    );
    for lengths in [
        format!("{length}{encoding}"),
        format!("{encoding}{length}"),
        format!("Content-Length: 5\r\n{length}"),
        format!("Transfer-Encoding: chunked, identity\r\n{length}"),
        "Transfer-Encoding: x\r\n".to_owned(),
        "Content-Length: +5\r\n".to_owned(),
    ] {
        let said = door
            .answers(format!("POST /health HTTP/1.1\r\nHost: x\r\n{lengths}\r\n{body}").as_bytes())
            .await;
        assert_eq!(statuses(&said), ["400"], "{lengths}: {said}");
    }
    // HTTP/2 is not spoken, and a head may not be endless.
    let said = door.answers(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert!(!said.contains("200"), "{said}");
    let long = format!(
        "GET /health HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n",
        "a".repeat(70_000)
    );
    assert_eq!(statuses(&door.answers(long.as_bytes()).await), ["431"]);
    door.ends().await;
}

#[tokio::test]
async fn what_comes_behind_a_request_before_its_answer_is_not_a_request() {
    let [loos] = Alliance::of(["loos"]).await;
    // Nobody is let go here for being silent.
    let limits = Limits {
        idle: 10 * PATIENCE,
        ..short()
    };
    let door = open(&loos, limits).await;
    let host = &loos.config.domain;
    let get = format!("GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let post = format!(
        "POST /inbox HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/activity+json\r\n"
    );
    let with_body = format!("{post}Content-Length: 2\r\n\r\n{{}}");
    let in_chunks = format!("{post}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n");
    let two_lengths =
        format!("{post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    for (first, status) in [(&get, "200"), (&with_body, "401"), (&in_chunks, "401")] {
        // A whole head that would not be taken alone, half a head, and one as it should be.
        for behind in [&two_lengths[..], &get[..20], &get] {
            let said = door.answers(format!("{first}{behind}").as_bytes()).await;
            assert_eq!(statuses(&said), [status], "{first}{behind}");
            assert!(said.contains("connection: close"), "{said}");
        }
    }
    // One after the other is as it should be, on one connection.
    let mut stream = door.connects().await;
    for first in [&get, &with_body] {
        stream.write_all(first.as_bytes()).await.expect("sent");
        let mut some = [0; 15];
        stream.read_exact(&mut some).await.expect("an answer");
        assert!(some.starts_with(b"HTTP/1.1 "), "{some:?}");
        rest_of_answer(&mut stream).await;
    }
    stream
        .write_all(two_lengths.as_bytes())
        .await
        .expect("sent");
    assert_eq!(statuses(&until_closed(stream).await), ["400"]);
    door.ends().await;
}

/// Takes an answer to its end, by the length it names.
async fn rest_of_answer(stream: &mut TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("more of a head"));
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    assert!(!head.contains("connection: close"), "{head}");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .and_then(|length| length.parse().ok())
        .expect("a length");
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.expect("a body");
}

#[tokio::test]
async fn a_node_that_stops_finishes_what_it_began() {
    let [loos] = Alliance::of(["loos"]).await;
    let door = open(&loos, Limits::default()).await;
    let host = &loos.config.domain;
    let mut stream = door.connects().await;
    let begins = format!(
        "POST /inbox HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/activity+json\r\nContent-Length: 2\r\n\r\n{{"
    );
    stream.write_all(begins.as_bytes()).await.expect("sent");
    let mut idle = door.connects().await;
    idle.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .expect("sent");
    let mut some = [0; 15];
    idle.read_exact(&mut some).await.expect("an answer");
    door.tell.send(true).expect("told");
    assert!(
        !until_closed(idle).await.contains("HTTP/1.1"),
        "it is let go"
    );
    stream.write_all(b"}").await.expect("sent");
    assert_eq!(statuses(&until_closed(stream).await), ["401"]);
    tokio::time::timeout(PATIENCE, door.task)
        .await
        .expect("in time")
        .expect("its end");
}
