//! Nodes in process: a fixed clock, seeded chance, a database of their own (PostgreSQL where
//! `TEST_POSTGRES_URL` is set), and an Alliance whose network is a loop in memory. Time passes only when
//! a test says so; dropping a node that still owes something fails the test.

mod dump;
mod live;
mod peer;
mod script;

pub use dump::{Dump, difference};
pub use live::{Live, host};
pub use peer::{Peer, public_pem};
pub use script::{Says, Script};

use atelier::base::clock::Clock;
use atelier::base::config::Settings;
use atelier::base::id::Chance;
use atelier::base::outside::ExchangeLimits;
use atelier::base::{Error, Node, Outside, Result, Surroundings, queue};
use atelier::directory::found::{self, Founding, NewMember};
use atelier::directory::{Member, NetworkSettings, Role, Viewer, home};
use atelier::follow;
use atelier::publication::store::{self as publications, Filter};
use atelier::publication::{Draft, Publication, publish};
use atelier::server;
use axum::Router;
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tower::ServiceExt as _;

/// 23 November 2026, noon UTC: the day the rig's clock stands at.
pub const NOON: i64 = 1_795_435_200_000;
/// What no answer of another host may exceed, in bytes and seconds, whoever asks for it.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;
const TOTAL_SECONDS_MAX: u64 = 15;
const ROUNDS_MAX: usize = 60;

/// The wires between the nodes of a test: by host, and which hosts are down.
#[derive(Default)]
pub struct Wires {
    routers: Mutex<HashMap<String, Router>>,
    down: Mutex<HashSet<String>>,
    /// What was asked of whom, in order.
    pub seen: Mutex<Vec<String>>,
}

struct Loop(Arc<Wires>);

impl Outside for Loop {
    fn exchange(
        &self,
        request: Request<Bytes>,
        limits: ExchangeLimits,
    ) -> BoxFuture<'_, Result<Response<Bytes>>> {
        assert!(limits.total_seconds <= TOTAL_SECONDS_MAX, "{limits:?}");
        assert!(limits.body_bytes_max <= BODY_BYTES_MAX, "{limits:?}");
        async move {
            let host = request
                .uri()
                .authority()
                .map(ToString::to_string)
                .unwrap_or_default();
            let path = request
                .uri()
                .path_and_query()
                .map(ToString::to_string)
                .unwrap_or_default();
            self.0
                .seen
                .lock()
                .expect("wires")
                .push(format!("{} {host}{path}", request.method()));
            if self.0.down.lock().expect("wires").contains(&host) {
                return Err(Error::Remote(format!("{host} does not answer")));
            }
            let router = self.0.routers.lock().expect("wires").get(&host).cloned();
            let router = router.ok_or_else(|| Error::Remote(format!("{host} does not exist")))?;
            let (mut parts, body) = request.into_parts();
            if !parts.headers.contains_key("host") {
                parts.headers.insert("host", host.parse().expect("host"));
            }
            parts.uri = path.parse().expect("path");
            let response = router
                .oneshot(Request::from_parts(parts, Body::from(body)))
                .await
                .expect("infallible");
            let (parts, body) = response.into_parts();
            // As the socket does: no byte more than the caller wants.
            let bytes = to_bytes(body, limits.body_bytes_max)
                .await
                .map_err(|_| Error::Remote(format!("{host} sent too much")))?;
            Ok(Response::from_parts(parts, bytes))
        }
        .boxed()
    }
}

impl Wires {
    /// Asks whoever is on the wires.
    pub async fn exchange(
        self: &Arc<Self>,
        request: Request<Bytes>,
        limits: ExchangeLimits,
    ) -> Response<Bytes> {
        let answer = Loop(self.clone()).exchange(request, limits).await;
        answer.expect("an answer")
    }
}

/// A node in process, its network founded, with a steward and a member.
pub struct TestNode {
    node: Node,
    /// Its steward.
    pub steward: Member,
    /// A member who writes.
    pub ana: Member,
    wires: Arc<Wires>,
    schema: Option<String>,
    _dir: TempDir,
}

impl Deref for TestNode {
    type Target = Node;
    fn deref(&self) -> &Node {
        &self.node
    }
}

/// RSA keys made once and for all: making one takes a third of a second.
pub fn keys() -> Vec<String> {
    (1..=6)
        .map(|n| {
            let path = format!(
                "{}/tests/fixtures/keys/rsa-{n}.pem",
                env!("CARGO_MANIFEST_DIR")
            );
            std::fs::read_to_string(path).expect("a key of the rig")
        })
        .collect()
}

async fn database(handle: &str, dir: &TempDir) -> (Option<String>, Option<String>) {
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        return (None, None);
    };
    let schema = format!(
        "t_{}_{}",
        handle,
        atelier::base::id::sha256_hex(dir.path().to_string_lossy().as_bytes())
            .split_at(12)
            .0
    );
    let url = atelier::base::db::schema_url(&url, &schema)
        .await
        .expect("a schema of its own");
    (Some(url), Some(schema))
}

impl TestNode {
    /// A node called `{handle}.test` on these wires.
    pub async fn on(wires: &Arc<Wires>, handle: &str) -> Self {
        Self::made(wires, handle, true, |_| ()).await
    }

    /// As [`Self::on`], configured otherwise.
    pub async fn on_with(
        wires: &Arc<Wires>,
        handle: &str,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        Self::made(wires, handle, true, change).await
    }

    /// The same under the rules of production: https, no ports.
    pub async fn strict(handle: &str) -> Self {
        let node = Self::made(&Arc::default(), handle, false, |_| ()).await;
        let written = || "Written.".to_owned();
        let settings = NetworkSettings {
            legal: written(),
            privacy: written(),
            contact: written(),
            ..NetworkSettings::default()
        };
        found::decide(&node, &settings).await.expect("decided");
        node
    }

    async fn made(
        wires: &Arc<Wires>,
        handle: &str,
        dev: bool,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let dir = TempDir::new().expect("a folder");
        let (database_url, schema) = database(handle, &dir).await;
        let domain = format!("{handle}.test");
        let mut settings = Settings {
            domain: Some(domain.clone()),
            dev: Some(dev),
            data_dir: Some(dir.path().to_owned()),
            database_url,
            // The rig's clock stands still, and a bucket would never fill again.
            inbox_per_host_per_second: Some(1_000_000),
            inbox_per_second: Some(1_000_000),
            ..Settings::default()
        };
        change(&mut settings);
        let seed = handle.bytes().fold(7, |seed: u64, byte| {
            seed.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        let around = Surroundings {
            clock: Clock::fixed(NOON),
            chance: Chance::seeded(seed),
            outside: Arc::new(Loop(wires.clone())),
            rsa_pool: keys(),
        };
        let node = Node::open(settings.complete().expect("settings"), around)
            .await
            .expect("a node");
        node.db.migrate().await.expect("migrations");
        found::prepare(&node).await.expect("prepared");
        let founding = Founding {
            handle: handle.into(),
            name: format!("Réseau {handle}"),
            language: "fr".into(),
        };
        let steward = found::found(&node, founding, person("Sol", "sol"))
            .await
            .expect("founded");
        let ana = found::add_member(&node, person("Ana", "ana"), Role::Member)
            .await
            .expect("a member");
        wires
            .routers
            .lock()
            .expect("wires")
            .insert(domain, server::router(node.clone()));
        Self {
            node,
            steward,
            ana,
            wires: wires.clone(),
            schema,
            _dir: dir,
        }
    }

    /// Its network's address.
    pub async fn address(&self) -> String {
        home(self).await.expect("home").network.address()
    }

    /// Asks to follow another one, and lets everything happen.
    pub async fn follows(&self, other: &Self) {
        follow::ask(self, &other.address().await)
            .await
            .expect("asked");
        Alliance::settle(&[self, other]).await;
    }

    /// Ana publishes.
    pub async fn publishes(&self, draft: Draft) -> Publication {
        publish::publish(self, &self.ana, None, draft)
            .await
            .expect("published")
    }

    /// The names a signed-in member sees, newest first.
    pub async fn timeline(&self) -> Vec<String> {
        self.names_for(&self.as_member().await).await
    }

    /// The names this viewer sees, newest first.
    pub async fn names_for(&self, viewer: &Viewer) -> Vec<String> {
        let page = publications::list(self, viewer, &Filter::default(), None, 500)
            .await
            .expect("a list");
        page.items.into_iter().map(|item| item.name).collect()
    }

    /// A viewer who is Ana.
    pub async fn as_member(&self) -> Viewer {
        let home = home(self).await.expect("home");
        Viewer {
            member: Some(self.ana.clone()),
            home_network: Some(home.network.id.clone()),
            follower: None,
        }
    }

    /// The copy of another's publication here.
    pub async fn copy_of(&self, publication: &Publication) -> Option<Publication> {
        publications::find_by_uri(self, &publication.uri)
            .await
            .expect("a look")
    }

    /// Asks one of its doors, as a stranger on the wire would.
    pub async fn get(&self, path: &str, accept: &str) -> Response<Bytes> {
        let mut headers = http::HeaderMap::new();
        headers.insert("accept", accept.parse().expect("a type"));
        self.get_with(path, headers).await
    }

    /// As [`Self::get`], with these headers.
    pub async fn get_with(&self, path: &str, headers: http::HeaderMap) -> Response<Bytes> {
        let uri = format!("{}{path}", self.origin());
        let mut request = Request::get(uri).body(Bytes::new()).expect("a request");
        *request.headers_mut() = headers;
        Loop(self.wires.clone())
            .exchange(
                request,
                ExchangeLimits {
                    total_seconds: 5,
                    body_bytes_max: BODY_BYTES_MAX,
                },
            )
            .await
            .expect("an answer")
    }

    /// Sends a form to one of its doors, as a browser on its own pages would.
    pub async fn post(&self, path: &str, cookie: &str, form: &str) -> Response<Bytes> {
        let request = Request::post(format!("{}{path}", self.origin()))
            .header("origin", self.origin())
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(form.to_owned()))
            .expect("a request");
        let limits = ExchangeLimits {
            total_seconds: 5,
            body_bytes_max: BODY_BYTES_MAX,
        };
        let answer = Loop(self.wires.clone()).exchange(request, limits).await;
        answer.expect("an answer")
    }

    /// A document it serves.
    pub async fn document(&self, uri: &str) -> serde_json::Value {
        let path = uri.strip_prefix(&self.origin()).expect("one of its own");
        let answer = self.get(path, "application/activity+json").await;
        assert_eq!(
            answer.status(),
            200,
            "{uri}: {}",
            String::from_utf8_lossy(answer.body())
        );
        serde_json::from_slice(answer.body()).expect("JSON")
    }

    /// Takes it off the wires, or puts it back.
    pub fn is_down(&self, down: bool) {
        let mut set = self.wires.down.lock().expect("wires");
        if down {
            set.insert(self.config.domain.clone());
        } else {
            set.remove(&self.config.domain);
        }
    }

    /// Takes a host off the wires for good or ill, as [`Self::is_down`] does with a node.
    pub fn goes_silent(&self, host: &str, silent: bool) {
        let mut set = self.wires.down.lock().expect("wires");
        if silent {
            set.insert(host.to_owned());
        } else {
            set.remove(host);
        }
    }

    /// Another process on the same database and key file.
    pub async fn beside(&self) -> Node {
        let around = Surroundings {
            clock: Clock::fixed(self.now()),
            chance: Chance::seeded(99),
            outside: Arc::new(Loop(self.wires.clone())),
            rsa_pool: keys(),
        };
        Node::open(self.config.clone(), around)
            .await
            .expect("a node")
    }

    /// What was asked of whom since the last time.
    pub fn traffic(&self) -> Vec<String> {
        std::mem::take(&mut *self.wires.seen.lock().expect("wires"))
    }
}

/// Somebody to welcome.
pub fn person(name: &str, handle: &str) -> NewMember {
    NewMember {
        name: name.into(),
        handle: handle.into(),
        email: format!("{handle}@example.org"),
        password: "a long enough password".into(),
        language: "fr".into(),
    }
}

impl Drop for TestNode {
    fn drop(&mut self) {
        // The wires hold its doors, its doors hold the node, and the node holds the wires: taken off them it
        // goes, and its connections to the database with it.
        let domain = &self.node.config.domain;
        self.wires.routers.lock().expect("wires").remove(domain);
        if std::thread::panicking() {
            return;
        }
        let (node, schema) = (self.node.clone(), self.schema.take());
        let waiting = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let config = node.config.clone();
                let db = atelier::base::Db::open(&config.database_url()).await.expect("its database");
                let row = sqlx::query("SELECT (SELECT COUNT(*) FROM fact) + (SELECT COUNT(*) FROM job) + (SELECT COUNT(*) FROM delivery WHERE state = 'waiting') AS n")
                    .fetch_one(db.read())
                    .await
                    .expect("a count");
                let n: i64 = sqlx::Row::get(&row, "n");
                if let Some(schema) = schema {
                    let sql = sqlx::AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"));
                    sqlx::query(sql).execute(db.read()).await.expect("its schema goes");
                }
                db.close().await;
                n
            })
        })
        .join()
        .expect("a look at the queue");
        assert_eq!(
            waiting, 0,
            "{} still owes something",
            self.node.config.domain
        );
    }
}

/// Several nodes on the same wires.
pub struct Alliance;

impl Alliance {
    /// Nodes with these handles.
    pub async fn of<const N: usize>(handles: [&str; N]) -> [TestNode; N] {
        let wires = Arc::new(Wires::default());
        let mut nodes = Vec::with_capacity(N);
        for handle in handles {
            nodes.push(TestNode::on(&wires, handle).await);
        }
        nodes
            .try_into()
            .unwrap_or_else(|_| unreachable!("as many nodes as handles"))
    }

    /// Runs every queue until all are empty. Retries that wait are waited for.
    pub async fn settle(nodes: &[&TestNode]) {
        for _ in 0..ROUNDS_MAX {
            let mut done = 0;
            for node in nodes {
                done += server::work_once(node).await.expect("work");
            }
            if done == 0 {
                let mut waits = false;
                for node in nodes {
                    waits |= queue::next_due(node).await.expect("a look").is_some();
                }
                if !waits {
                    return;
                }
                Self::time_passes(nodes, Duration::from_secs(3));
            }
        }
        panic!("the queues do not come to rest");
    }

    /// Moves every clock.
    pub fn time_passes(nodes: &[&TestNode], by: Duration) {
        for node in nodes {
            node.clock.advance(by);
        }
    }
}

/// An experience that can be published.
pub fn experience(name: &str) -> Draft {
    let mut draft = Draft {
        kind: "experience".into(),
        name: name.into(),
        summary: "What happened, in two sentences.".into(),
        content: "We **tried** it.\n\n- once\n- twice".into(),
        language: "en".into(),
        audience: "public".into(),
        licence: "CC-BY-SA-4.0".into(),
        ..Draft::default()
    };
    draft
        .detail
        .insert("scope".into(), "One street, one school year.".into());
    draft
        .detail
        .insert("limits".into(), "Nothing was measured in winter.".into());
    draft
}

/// An event that can be published.
pub fn event(name: &str) -> Draft {
    Draft {
        kind: "event".into(),
        start_time: "2027-03-18T14:00".into(),
        end_time: "2027-03-18T17:30".into(),
        timezone: "Europe/Paris".into(),
        place: atelier::publication::Place {
            name: "La Halle".into(),
            locality: "Loos-en-Gohelle".into(),
            latitude: Some(50.45),
            longitude: Some(2.79),
            ..Default::default()
        },
        ..experience(name)
    }
}
