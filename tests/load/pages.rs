//! What a page costs: CPU of this process for pages of 50 publications, held against the limit of 5 ms.
//!
//! `cargo run --release --example pages`

use atelier::base::clock::Clock;
use atelier::base::config::Settings;
use atelier::base::id::Chance;
use atelier::base::{Node, Surroundings};
use atelier::directory::found::{self, Founding, NewMember};
use atelier::publication::{Draft, publish};
use atelier::server;
use atelier::trust::SocketOutside;
use axum::body::{Body, to_bytes};
use http::Request;
use std::sync::Arc;
use tower::ServiceExt as _;

const PUBLICATIONS: usize = 300;
const ROUNDS: u32 = 400;
const LIMIT_MS: f64 = 5.0;
const TICKS_PER_SECOND: f64 = 100.0;

/// CPU seconds of this process so far, user and system.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let rest = stat.rsplit(')').next().expect("fields");
    let ticks = |n: usize| {
        rest.split_whitespace()
            .nth(n)
            .and_then(|word| word.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) / TICKS_PER_SECOND
}

#[tokio::main]
async fn main() {
    let dir = tempfile::TempDir::new().expect("a folder");
    let settings = Settings {
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
        rsa_pool: Vec::new(),
    };
    let node = Node::open(config, around).await.expect("a node");
    node.db.migrate().await.expect("migrations");
    found::prepare(&node).await.expect("prepared");
    let founding = Founding {
        handle: "loos".into(),
        name: "Loos".into(),
        language: "en".into(),
    };
    let steward = NewMember {
        name: "Sol".into(),
        handle: "sol".into(),
        email: "sol@example.org".into(),
        password: "a long enough password".into(),
        language: "en".into(),
    };
    let sol = found::found(&node, founding, steward)
        .await
        .expect("founded");
    for n in 0..PUBLICATIONS {
        let mut draft = Draft {
            kind: "experience".into(),
            name: format!("An experience of ordinary length, number {n}"),
            summary: "Two sentences of a summary. They say what was done and where it was done."
                .into(),
            content: "We **tried** it.\n\n".repeat(40),
            language: "en".into(),
            audience: "public".into(),
            licence: "CC-BY-SA-4.0".into(),
            ..Draft::default()
        };
        draft.detail.insert("scope".into(), "One street.".into());
        draft
            .detail
            .insert("limits".into(), "Not in winter.".into());
        publish::publish(&node, &sol, None, draft)
            .await
            .expect("published");
    }
    atelier::publication::seek::catch_up(&node)
        .await
        .expect("indexed");
    let router = server::router(node.clone());
    let first = atelier::publication::store::list(
        &node,
        &atelier::directory::Viewer::stranger(),
        &Default::default(),
        None,
        1,
    )
    .await
    .expect("a list")
    .items[0]
        .id
        .clone();
    let pages = [
        "/".to_owned(),
        "/experiences?limit=50".to_owned(),
        "/search?q=ordinary".to_owned(),
        format!("/publications/{first}"),
        "/api/v1/publications?limit=50".to_owned(),
        "/groups/loos/outbox?page=first&limit=50".to_owned(),
    ];
    for path in pages {
        let ask = || {
            let request = Request::get(&path)
                .header("host", "localhost:8080")
                .header("accept", "*/*")
                .body(Body::empty())
                .expect("a request");
            router.clone().oneshot(request)
        };
        let answer = ask().await.expect("an answer");
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 1 << 24).await.expect("a body");
        let cards = body
            .windows(24)
            .filter(|w| w.starts_with(b"An experience of ordinar"))
            .count();
        let before = cpu_seconds();
        for _ in 0..ROUNDS {
            let answer = ask().await.expect("an answer");
            to_bytes(answer.into_body(), 1 << 24).await.expect("a body");
        }
        let each = (cpu_seconds() - before) * 1000.0 / f64::from(ROUNDS);
        println!(
            "{path}: {status}, {} bytes, {cards} names; {each:.2} ms of CPU, {:.0} % of the limit",
            body.len(),
            each / LIMIT_MS * 100.0
        );
    }
}
