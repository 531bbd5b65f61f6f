//! What it costs to verify a signed inbox POST, beside parsing and storage: the headers are read and
//! checked, the digest is compared, the signed text is made, the signature is verified with a key that is
//! known. `cargo run --release --example verify`.

use atelier::base::clock::Clock;
use atelier::base::config::Settings;
use atelier::base::id::Chance;
use atelier::base::{Node, Surroundings};
use atelier::trust::signature::{self, Received, Scheme};
use atelier::trust::{PublicKey, Signer, SocketOutside};
use http::Method;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _, LineEnding};
use std::error::Error;
use std::sync::Arc;
use url::Url;

const LIMIT_MICROSECONDS: f64 = 120.0;
const ROUNDS: u32 = 5_000;
const REPEATS: usize = 7;

/// CPU that this thread has used, in nanoseconds.
fn cpu() -> Result<f64, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split(' ').next().unwrap_or_default().parse()?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let settings = Settings {
        domain: Some("us.example".into()),
        data_dir: Some(dir.path().to_owned()),
        ..Settings::default()
    };
    let config = settings.complete()?;
    let around = Surroundings {
        clock: Clock::fixed(1_795_458_800_000),
        chance: Chance::seeded(1),
        outside: Arc::new(SocketOutside::new(&config)?),
        rsa_pool: Vec::new(),
    };
    let node = Node::open(config, around).await?;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/keys/rsa-1.pem");
    let pem = std::fs::read_to_string(path)?;
    let public = rsa::RsaPrivateKey::from_pkcs8_pem(&pem)?
        .to_public_key()
        .to_public_key_pem(LineEnding::LF)?;
    let key = PublicKey::from_pem(&public)?;
    let signer = Signer::from_pem("https://peer.example/users/ana#main-key", &pem)?;
    let url = Url::parse("https://us.example/inbox")?;
    let body = format!("{{\"content\":\"{}\"}}", "x".repeat(3_000));
    println!(
        "scheme      microseconds of CPU, RSA-2048, body of 3 kB (limit {LIMIT_MICROSECONDS})"
    );
    let mut too_slow = false;
    for scheme in [Scheme::Cavage, Scheme::Rfc9421] {
        let typed = Some((body.as_bytes(), "application/activity+json"));
        let headers = signature::sign(&node, scheme, &Method::POST, &url, typed, &signer)?;
        let received = Received {
            method: &Method::POST,
            path_and_query: "/inbox",
            headers: &headers,
            body: body.as_bytes(),
        };
        let mut costs = Vec::new();
        for _ in 0..REPEATS {
            let before = cpu()?;
            for _ in 0..ROUNDS {
                signature::read(&node, &received)?.verify(&key)?;
            }
            costs.push((cpu()? - before) / f64::from(ROUNDS) / 1_000.0);
        }
        costs.sort_by(f64::total_cmp);
        let (best, median, worst) = (costs[0], costs[REPEATS / 2], costs[REPEATS - 1]);
        println!(
            "{:10}  {best:.1} to {worst:.1}, median {median:.1}",
            scheme.code()
        );
        too_slow |= median > LIMIT_MICROSECONDS;
    }
    if too_slow {
        return Err("verifying costs more than its limit".into());
    }
    Ok(())
}
