//! Three nodes over real sockets, with their workers running: the whole way, as on the day itself.

use crate::rig::{experience, keys, person};
use atelier::base::clock::Clock;
use atelier::base::config::Settings;
use atelier::base::id::Chance;
use atelier::base::{Node, Surroundings};
use atelier::directory::found::{self, Founding};
use atelier::directory::{Member, Role, Viewer, home};
use atelier::follow;
use atelier::publication::publish;
use atelier::publication::store::{self, Filter};
use atelier::server;
use atelier::trust::SocketOutside;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;

const PATIENCE: Duration = Duration::from_secs(60);

struct Live {
    node: Node,
    ana: Member,
    stop: watch::Sender<bool>,
    working: tokio::task::JoinHandle<()>,
    _dir: TempDir,
}

async fn live(handle: &str) -> Live {
    let dir = TempDir::new().expect("a folder");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let settings = Settings {
        domain: Some(format!("localhost:{port}")),
        dev: Some(true),
        data_dir: Some(dir.path().to_owned()),
        ..Settings::default()
    };
    let config = settings.complete().expect("settings");
    let outside = Arc::new(SocketOutside::new(&config).expect("a way out"));
    let around = Surroundings {
        clock: Clock::System,
        chance: Chance::system(),
        outside,
        rsa_pool: keys(),
    };
    let node = Node::open(config, around).await.expect("a node");
    node.db.migrate().await.expect("migrations");
    found::prepare(&node).await.expect("prepared");
    let founding = Founding {
        handle: handle.into(),
        name: handle.into(),
        language: "en".into(),
    };
    found::found(&node, founding, person("Sol", "sol"))
        .await
        .expect("founded");
    let ana = found::add_member(&node, person("Ana", "ana"), Role::Member)
        .await
        .expect("a member");
    let (stop, stopped) = watch::channel(false);
    let working = tokio::spawn(server::work(node.clone(), stopped));
    let doors = server::router(node.clone()).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, doors).await });
    Live {
        node,
        ana,
        stop,
        working,
        _dir: dir,
    }
}

impl Live {
    async fn publishes(&self, name: &str) {
        publish::publish(&self.node, &self.ana, None, experience(name))
            .await
            .expect("published");
    }

    async fn sees(&self, count: usize) {
        let started = Instant::now();
        loop {
            let page = store::list(
                &self.node,
                &Viewer::stranger(),
                &Filter::default(),
                None,
                200,
            )
            .await
            .expect("a list");
            if page.items.len() == count {
                return;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "{count} publications expected, {} seen",
                page.items.len()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn follows(&self, other: &Self) {
        let address = home(&other.node).await.expect("home").network.address();
        follow::ask(&self.node, &address).await.expect("asked");
        let started = Instant::now();
        loop {
            let mine = follow::find_mine(&self.node, &address).await;
            if mine.is_ok_and(|follow| follow.state == follow::State::Accepted) {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "nobody lets us in");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// A graceful stop ends by itself, in time.
    async fn ends(self) {
        self.stop.send(true).expect("told");
        tokio::time::timeout(Duration::from_secs(12), self.working)
            .await
            .expect("in time")
            .expect("its end");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_federate_over_sockets() {
    let (loos, lille, alliance) = (
        live("loos").await,
        live("lille").await,
        live("alliance").await,
    );
    for n in 0..3 {
        loos.publishes(&format!("Before {n}")).await;
    }
    lille.follows(&loos).await;
    alliance.follows(&loos).await;
    alliance.follows(&lille).await;
    lille.sees(3).await;
    loos.publishes("After").await;
    lille.publishes("From Lille").await;
    lille.sees(5).await;
    alliance.sees(5).await;
    for node in [loos, lille, alliance] {
        node.ends().await;
    }
}
