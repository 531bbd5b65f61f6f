//! Three nodes over real sockets, with their workers running: the whole way, as on the day itself.

use crate::rig::{Live, experience};
use atelier::directory::{Viewer, home};
use atelier::follow;
use atelier::publication::publish;
use atelier::publication::store::{self, Filter};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

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
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_federate_over_sockets() {
    let (loos, lille, alliance) = (
        Live::called("loos").await,
        Live::called("lille").await,
        Live::called("alliance").await,
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
