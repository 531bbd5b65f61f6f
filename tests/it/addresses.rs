//! Nobody sends a node to a place that is not public: forty special addresses, through every way out,
//! directly, behind a redirect, and as the second answer of a name service; no connection is attempted.

use crate::rig::keys;
use atelier::base::clock::Clock;
use atelier::base::config::Settings;
use atelier::base::id::Chance;
use atelier::base::{Error, Node, Surroundings};
use atelier::directory::found::{self, Founding};
use atelier::federation::receive::Why;
use atelier::federation::{actor, discovery, host, key_cache, receive};
use atelier::trust::fetch::post_activity;
use atelier::trust::socket::Names;
use atelier::trust::{Budget, NetPolicy, SocketOutside};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const SPECIAL: &str = "0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 \
    172.16.0.1 192.0.0.170 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.1.1 192.175.48.6 \
    198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 \
    ::ffff:10.0.0.1 ::ffff:127.0.0.1 64:ff9b::a00:1 64:ff9b:1::1 100::1 2001::1 2001:2::1 2001:10::1 \
    2001:db8::1 2002:7f00:1:: 2620:4f:8000::1 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1";

/// The one address of this test that may be reached: where its server listens.
const SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// A name service that lies: each name has a list of answers, one a question; the last one stays.
#[derive(Default)]
struct Liar {
    answers: Mutex<HashMap<String, Vec<IpAddr>>>,
    /// How often it gave the address of the server.
    gave_the_server: AtomicU64,
}

impl Liar {
    fn says(&self, host: &str, answers: &[IpAddr]) {
        let mut map = self.answers.lock().expect("fine");
        map.insert(host.into(), answers.iter().rev().copied().collect());
    }
}

impl Names for Liar {
    fn addresses(&self, host: &str) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        let mut map = self.answers.lock().expect("fine");
        let answers = map.entry(host.into()).or_default();
        let answer = match answers.len() {
            0 => Vec::new(),
            1 => vec![answers[0]],
            _ => vec![answers.pop().expect("one")],
        };
        if answer == [SERVER] {
            self.gave_the_server.fetch_add(1, Ordering::SeqCst);
        }
        async { Ok(answer) }.boxed()
    }
}

/// A server that sends everybody to `to`, and closes each connection.
async fn server(to: String) -> (u16, Arc<AtomicU64>) {
    let listener = TcpListener::bind((SERVER, 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let accepted = Arc::new(AtomicU64::new(0));
    let count = accepted.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let to = to.replace("{port}", &port.to_string());
            tokio::spawn(async move {
                let mut bytes = vec![0; 8192];
                let _ = socket.read(&mut bytes).await;
                let answer = format!(
                    "HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                let _ = socket.write_all(answer.as_bytes()).await;
            });
        }
    });
    (port, accepted)
}

/// The ways in which a stranger's word makes a node ask somebody.
const SINKS: [&str; 7] = [
    "actor",
    "key",
    "object",
    "collection",
    "webfinger",
    "nodeinfo",
    "delivery",
];

async fn asks(node: &Node, sink: &str, host: &str, n: usize) -> Result<(), Error> {
    let budget = Budget::small(node);
    let url = format!("http://{host}/{sink}/{n}");
    match sink {
        "actor" => actor::read_again(node, &url, &budget).await.map(drop),
        "key" => key_cache::find_or_read(
            node,
            &format!("{url}#main-key"),
            &url,
            key_cache::Errand::Letter,
        )
        .await
        .map(drop),
        "object" => receive::read_and_take(node, &url, Why::Vouched, &budget)
            .await
            .map(drop),
        "collection" => actor::read_signed(node, &url, &Budget::page(node))
            .await
            .map(drop),
        "webfinger" => discovery::resolve(node, &format!("@one@{host}"), &budget)
            .await
            .map(drop),
        "nodeinfo" => host::read_software(node, host).await.map(drop),
        _ => {
            let signer = actor::node_signer(node).await.expect("a key");
            post_activity(node, &url, "{}", &signer).await.map(drop)
        }
    }
}

async fn node_behind(names: &Arc<Liar>, dir: &std::path::Path) -> (Node, Arc<SocketOutside>) {
    let settings = Settings {
        domain: Some("localhost:1".into()),
        dev: Some(true),
        data_dir: Some(dir.to_owned()),
        ..Settings::default()
    };
    let config = settings.complete().expect("settings");
    // Plain http, so that the test needs no certificates; of addresses, the rules of production.
    let policy = NetPolicy {
        loopback: false,
        allow: vec![SERVER],
        ..NetPolicy::of(&config)
    };
    let outside = Arc::new(SocketOutside::with(&config, policy, names.clone()).expect("a way out"));
    let around = Surroundings {
        clock: Clock::fixed(crate::rig::NOON),
        chance: Chance::seeded(7),
        outside: outside.clone(),
        rsa_pool: keys(),
    };
    let node = Node::open(config, around).await.expect("a node");
    node.db.migrate().await.expect("migrations");
    found::prepare(&node).await.expect("prepared");
    let founding = Founding {
        handle: "us".into(),
        name: "Us".into(),
        language: "fr".into(),
    };
    let steward = crate::rig::person("Sol", "sol");
    found::found(&node, founding, steward)
        .await
        .expect("founded");
    (node, outside)
}

#[tokio::test]
async fn no_connection_is_attempted_to_any_special_address_through_any_way_out() {
    let special: Vec<IpAddr> = SPECIAL
        .split_whitespace()
        .map(|text| text.parse().expect(text))
        .collect();
    assert!(special.len() >= 40, "{}", special.len());
    let names = Arc::new(Liar::default());
    let dir = tempfile::tempdir().expect("a folder");
    let (node, outside) = node_behind(&names, dir.path()).await;
    let (onward, met) = server("http://inside.test:{port}/x".into()).await;
    let (itself, met_again) = server("/again".into()).await;
    let mut tried = 0;
    for (n, address) in special.iter().enumerate() {
        for sink in SINKS {
            let refused = |way: &str, outcome: Result<(), Error>| {
                let error = outcome
                    .expect_err(&format!("{sink} {way} {address}"))
                    .to_string();
                assert!(
                    error.contains("no public address"),
                    "{sink} {way} {address}: {error}"
                );
            };
            let all = |port: u16, name: &str| format!("{name}-{sink}-{n}.test:{port}");
            // Directly.
            let host = all(onward, "direct");
            names.says(host.split(':').next().expect("a name"), &[*address]);
            refused("directly", asks(&node, sink, &host, n).await);
            // Behind a redirect of a host that may be asked. A delivery does not follow any.
            names.says("inside.test", &[*address]);
            let host = all(onward, "redirect");
            names.says(host.split(':').next().expect("a name"), &[SERVER]);
            let outcome = asks(&node, sink, &host, n).await;
            if sink != "delivery" {
                refused("redirected", outcome);
            }
            // As the second answer for a name that was fine at first.
            let host = all(itself, "second");
            names.says(host.split(':').next().expect("a name"), &[SERVER, *address]);
            let first = asks(&node, sink, &host, n).await;
            let outcome = if sink == "delivery" {
                asks(&node, sink, &host, n).await
            } else {
                first
            };
            refused("answered twice", outcome);
            tried += 3;
        }
    }
    // Whatever was connected to was the server of this test.
    let server = names.gave_the_server.load(Ordering::SeqCst);
    assert_eq!(outside.let_through(), server);
    let met = met.load(Ordering::SeqCst) + met_again.load(Ordering::SeqCst);
    assert_eq!(met, server, "each of them arrived there");
    assert_eq!(tried, special.len() * SINKS.len() * 3);
    println!("{tried} ways inside, none taken; {met} connections, all to the test's own server");
}

#[tokio::test]
async fn no_spelling_of_an_address_passes_for_a_name() {
    let names = Arc::new(Liar::default());
    let dir = tempfile::tempdir().expect("a folder");
    let (node, outside) = node_behind(&names, dir.path()).await;
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "0x7f.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "127.0.0.1.",
        "①②⑦.0.0.1",
        "localhost",
        "LOCALHOST.",
        "u:p@b.test",
        "b.test:99999",
        "",
        "b.test%00.evil.test",
        "b.test\\@evil.test",
    ] {
        for sink in ["actor", "key", "object", "collection", "delivery"] {
            assert!(asks(&node, sink, host, 0).await.is_err(), "{sink} {host}");
        }
    }
    assert_eq!(outside.let_through(), 0);
}
