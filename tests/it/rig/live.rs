//! A node over a real socket of this machine, with its workers running; and foreign hosts likewise.

use super::script::{self, Script};
use super::{keys, person};
use atelier::base::clock::Clock;
use atelier::base::config::Settings;
use atelier::base::id::Chance;
use atelier::base::{Node, Surroundings};
use atelier::directory::found::{self, Founding};
use atelier::directory::{Member, Role};
use atelier::server;
use atelier::trust::SocketOutside;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A node in development mode at `localhost` and a port of its own.
pub struct Live {
    /// The node.
    pub node: Node,
    /// A member of it.
    pub ana: Member,
    /// Where it listens.
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    working: JoinHandle<()>,
    listening: JoinHandle<()>,
    _dir: TempDir,
}

impl Live {
    /// Starts one.
    pub async fn called(handle: &str) -> Self {
        let dir = TempDir::new().expect("a folder");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let settings = Settings {
            domain: Some(format!("localhost:{}", address.port())),
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
        let working = tokio::spawn(server::work(node.clone(), stopped.clone()));
        let (doors, served) = (server::router(node.clone()), node.clone());
        let listening = tokio::spawn(async move {
            let limits = server::Limits::of(std::slice::from_ref(&served));
            server::listen(listener, doors, limits, stopped).await;
        });
        Self {
            node,
            ana,
            address,
            stop,
            working,
            listening,
            _dir: dir,
        }
    }

    /// A graceful stop ends by itself, in time.
    pub async fn ends(self) {
        self.stop.send(true).expect("told");
        let both = async {
            self.working.await.expect("its work ends");
            self.listening.await.expect("its doors close");
        };
        tokio::time::timeout(Duration::from_secs(30), both)
            .await
            .expect("in time");
    }
}

/// A foreign host at a port of its own; gives its origin.
pub async fn host(script: Arc<Script>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move { axum::serve(listener, script::router(script)).await });
    format!("http://localhost:{port}")
}
