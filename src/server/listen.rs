//! Listening: one node behind its doors, or many chosen by the Host they are asked for.

use super::socket::{Limits, listen};
use super::{index, ready, router, work};
use crate::base::Node;
use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::get;
use http::{StatusCode, header};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::ServiceExt as _;

const BEGINS_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Which work a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Pages and what goes on behind them.
    All,
    /// Pages only.
    Web,
    /// Jobs and deliveries only.
    Worker,
}

/// The doors of a process that shows no pages: whether it lives, and what waits.
fn worker_router(node: Node) -> Router {
    Router::new()
        .route("/health", get(|| async { "ok\n" }))
        .route("/ready", get(ready))
        .fallback(|| async {
            (
                StatusCode::NOT_FOUND,
                "this process works behind the pages\n",
            )
        })
        .with_state(node)
}

/// The doors of several nodes behind one address: the Host header chooses.
pub fn router_of_many(nodes: &[Node]) -> Router {
    let doors: HashMap<String, Router> = nodes
        .iter()
        .map(|node| (node.config.domain.clone(), router(node.clone())))
        .collect();
    let doors = Arc::new(doors);
    let choose = move |request: Request| {
        let host = request.headers().get(header::HOST);
        let host = host.and_then(|value| value.to_str().ok());
        let door = doors
            .get(&host.unwrap_or_default().to_ascii_lowercase())
            .cloned();
        async move {
            match door {
                Some(door) => door.oneshot(request).await.into_response(),
                None => (StatusCode::MISDIRECTED_REQUEST, "no such node here\n").into_response(),
            }
        }
    };
    Router::new()
        .route("/health", get(|| async { "ok\n" }))
        .fallback(choose)
}

/// What a node does behind its doors, by role, until it is told to stop.
pub async fn behind(node: Node, role: Role, stop: watch::Receiver<bool>) {
    let working = async {
        if role != Role::Web {
            again_and_again("the work", &stop, || work(node.clone(), stop.clone())).await;
        }
    };
    let indexing = async {
        if role != Role::Worker {
            again_and_again("the indexing", &stop, || index(node.clone(), stop.clone())).await;
        }
    };
    tokio::join!(working, indexing);
}

/// Begins a part of the work anew when a fault of ours ends it: a node that only seems to work is worse
/// than one that does not.
async fn again_and_again<F>(what: &str, stop: &watch::Receiver<bool>, begin: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    // What is dropped here ends here: a process that stops does not wait for it.
    let mut tasks = tokio::task::JoinSet::new();
    loop {
        tasks.spawn(begin());
        match tasks.join_next().await {
            Some(Err(error)) if !*stop.borrow() => {
                tracing::error!(%error, "{what} ended badly and begins again");
                tokio::time::sleep(BEGINS_AGAIN_AFTER).await;
            }
            _ => return,
        }
    }
}

/// Runs one node until it is told to stop, and comes back when all its work is put down.
pub async fn serve(node: Node, listener: TcpListener, role: Role, stop: watch::Receiver<bool>) {
    let doors = match role {
        Role::Worker => worker_router(node.clone()),
        Role::All | Role::Web => router(node.clone()),
    };
    let limits = Limits::of(std::slice::from_ref(&node));
    tokio::join!(
        listen(listener, doors, limits, stop.clone()),
        behind(node, role, stop)
    );
}
