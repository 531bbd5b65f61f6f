//! Whether the process on this machine lives, asked without any configuration but its address.

use crate::cli::say::{Failure, Outcome, say};
use crate::cli::{Place, open};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(4);
const LISTEN: &str = "127.0.0.1:8080";

/// `atelier check --health`.
pub(super) async fn ask(place: &Place) -> Outcome {
    let settings = open::settings(place)?;
    let listen = match settings.listen {
        Some(listen) => listen,
        None => open::config(place)
            .await
            .map_or_else(|_| LISTEN.to_owned(), |config| config.listen),
    };
    match answers(&listen).await {
        Ok(()) => {
            say("ok");
            Ok(())
        }
        Err(why) => Err(Failure::new(1, format!("{listen}: {why}"))),
    }
}

/// Asks `/health` at the address that a process listens on.
pub(super) async fn answers(listen: &str) -> Result<(), String> {
    let exchange = async {
        let mut address: SocketAddr = tokio::net::lookup_host(listen)
            .await?
            .next()
            .ok_or_else(|| std::io::Error::other("no such address"))?;
        // "Everywhere" is asked at home.
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        let mut socket = TcpStream::connect(address).await?;
        socket
            .write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .await?;
        let mut answer = String::new();
        socket.take(4096).read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    match tokio::time::timeout(PATIENCE, exchange).await {
        Ok(Ok(answer)) if answer.starts_with("HTTP/1.1 200") => Ok(()),
        Ok(Ok(answer)) => Err(format!(
            "answered {}",
            answer.lines().next().unwrap_or("nothing")
        )),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within {} seconds", PATIENCE.as_secs())),
    }
}
