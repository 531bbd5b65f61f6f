//! The attacks that need a real connection: requests that two readers would cut differently, bodies
//! without end, crowds that say nothing. Loopback only; each is bounded in bytes, count and time.

use super::Sent;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Longer than any answer may take.
const PATIENCE: Duration = Duration::from_secs(40);
/// After which nothing more is expected of an open connection.
const SILENCE: Duration = Duration::from_secs(3);
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;
const ENDLESS_BYTES: usize = 16 * 1024 * 1024;
const FRAMES: usize = 1_000;
/// The sorts of HTTP/2 frames that are sent.
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const CONTINUATION: u8 = 9;

/// What came back over a connection until the other end closed it.
pub struct Heard(Vec<u8>);

impl Heard {
    /// How many answers came: more than one to what was one request is one too many.
    pub fn answers(&self) -> usize {
        self.0
            .windows(9)
            .filter(|w| w.starts_with(b"HTTP/1.") && w[8] == b' ')
            .count()
    }

    /// The status of the first answer; 0 when there was none.
    pub fn status(&self) -> u16 {
        let text = String::from_utf8_lossy(&self.0[..self.0.len().min(16)]).into_owned();
        text.split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .unwrap_or(0)
    }

    /// All of it, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

/// Says something and listens until the other end closes. `done` says that nothing more will come.
async fn exchange(mut to: TcpStream, bytes: &[u8], done: bool) -> io::Result<Heard> {
    let (mut reader, mut writer) = to.split();
    let mut heard = Vec::new();
    let speaking = async {
        // The other end may close before all is said: that is an answer too.
        let said = writer.write_all(bytes).await;
        if done && said.is_ok() {
            let _ = writer.shutdown().await;
        }
        std::future::pending::<()>().await;
    };
    let listening = async {
        let mut limited = (&mut reader).take(ANSWER_BYTES_MAX);
        let _ = limited.read_to_end(&mut heard).await;
    };
    let both = async {
        tokio::select! {
            () = speaking => {}
            () = listening => {}
        }
    };
    tokio::time::timeout(PATIENCE, both)
        .await
        .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "the connection stays open"))?;
    Ok(Heard(heard))
}

/// Says these bytes over a new connection, and listens until the other end closes or has nothing more to say.
pub async fn say(to: SocketAddr, bytes: &[u8]) -> io::Result<Heard> {
    let mut stream = TcpStream::connect(to).await?;
    stream.write_all(bytes).await?;
    let mut heard = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(Ok(count @ 1..)) = tokio::time::timeout(SILENCE, stream.read(&mut piece)).await {
        heard.extend(&piece[..count]);
    }
    Ok(Heard(heard))
}

/// The head of a request, with these lines after its own.
fn head(first: &str, domain: &str, lines: &str) -> String {
    format!(
        "{first} HTTP/1.1\r\nhost: {domain}\r\ncontent-type: application/activity+json\r\n{lines}\r\n"
    )
}

/// Sends an attack as it stands.
pub async fn post(to: SocketAddr, sent: &Sent) -> io::Result<Heard> {
    let mut bytes = format!("POST {} HTTP/1.1\r\n", sent.path).into_bytes();
    for (name, value) in &sent.headers {
        bytes.extend(format!("{name}: {value}\r\n").into_bytes());
    }
    bytes.extend(
        format!(
            "content-length: {}\r\nconnection: close\r\n\r\n",
            sent.body.len()
        )
        .into_bytes(),
    );
    bytes.extend(&sent.body);
    exchange(TcpStream::connect(to).await?, &bytes, false).await
}

/// Asks for something, as a visitor does.
pub async fn get(to: SocketAddr, domain: &str, path: &str, accept: &str) -> io::Result<Heard> {
    let bytes = format!("GET {path} HTTP/1.0\r\nhost: {domain}\r\naccept: {accept}\r\n\r\n");
    exchange(TcpStream::connect(to).await?, bytes.as_bytes(), false).await
}

/// Requests of which two readers would see different ends.
pub fn smuggled(domain: &str) -> Vec<(&'static str, Vec<u8>)> {
    let second = format!("GET /health HTTP/1.1\r\nhost: {domain}\r\n\r\n");
    let length = 5 + second.len();
    let hidden = format!("0\r\n\r\n{second}");
    let size = format!("{:x}", second.len());
    let wrapped = format!("{size}\r\n{second}\r\n0\r\n\r\n");
    let post = |lines: String, body: &str| {
        let mut bytes = head("POST /inbox", domain, &lines).into_bytes();
        bytes.extend(body.as_bytes());
        bytes
    };
    let both = |te: &str| format!("content-length: {length}\r\n{te}\r\n");
    vec![
        (
            "length, then chunks",
            post(both("transfer-encoding: chunked"), &hidden),
        ),
        (
            "chunks, then length",
            post(
                format!("transfer-encoding: chunked\r\ncontent-length: {length}\r\n"),
                &hidden,
            ),
        ),
        (
            "chunks with a short length",
            post(
                format!(
                    "content-length: {}\r\ntransfer-encoding: chunked\r\n",
                    size.len() + 2
                ),
                &wrapped,
            ),
        ),
        (
            "a space before the colon",
            post(both("transfer-encoding : chunked"), &hidden),
        ),
        (
            "an unknown coding",
            post(both("transfer-encoding: xchunked"), &hidden),
        ),
        (
            "chunks not last",
            post(both("transfer-encoding: chunked, identity"), &hidden),
        ),
        (
            "two codings",
            post(
                both("transfer-encoding: identity\r\ntransfer-encoding: chunked"),
                &hidden,
            ),
        ),
        (
            "a folded line",
            post(both("transfer-encoding:\r\n chunked"), &hidden),
        ),
        (
            "two lengths",
            post(
                format!("content-length: {length}\r\ncontent-length: 0\r\n"),
                &hidden,
            ),
        ),
        (
            "a list of lengths",
            post(format!("content-length: {length}, 0\r\n"), &hidden),
        ),
        (
            "a length with a sign",
            post(format!("content-length: +{length}\r\n"), &hidden),
        ),
        (
            "a length in hexadecimal",
            post(format!("content-length: 0x{length:x}\r\n"), &hidden),
        ),
        (
            "a chunk size that is none",
            post(
                "transfer-encoding: chunked\r\n".into(),
                &format!("0x0\r\n\r\n{second}"),
            ),
        ),
        (
            "a bare carriage return",
            post(both("x: y\rtransfer-encoding: chunked"), &hidden),
        ),
    ]
}

/// A body in chunks that never ends.
pub async fn endless(to: SocketAddr, domain: &str) -> io::Result<Heard> {
    let mut bytes = head("POST /inbox", domain, "transfer-encoding: chunked\r\n").into_bytes();
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    for _ in 0..ENDLESS_BYTES / chunk.len() {
        bytes.extend(chunk.as_bytes());
    }
    exchange(TcpStream::connect(to).await?, &bytes, false).await
}

/// A body shorter than it says, and then nothing: the connection stands (`false`) or ends (`true`).
pub async fn short(to: SocketAddr, domain: &str, ends: bool) -> io::Result<Heard> {
    let bytes = head("POST /inbox", domain, "content-length: 1000\r\n") + "{";
    exchange(TcpStream::connect(to).await?, bytes.as_bytes(), ends).await
}

/// A crowd of connections that begin something, or nothing, and then keep silent.
pub async fn crowd(to: SocketAddr, domain: &str, count: usize) -> Vec<TcpStream> {
    let slow_body = head("POST /inbox", domain, "content-length: 1000\r\n");
    let slow_head = format!("GET /health HTTP/1.1\r\nhost: {domain}\r\nx-slow: ");
    let mut all = Vec::with_capacity(count);
    for n in 0..count {
        let Ok(Ok(mut stream)) = tokio::time::timeout(PATIENCE, TcpStream::connect(to)).await
        else {
            break;
        };
        let begun = match n % 3 {
            0 => "",
            1 => &slow_head,
            _ => &slow_body,
        };
        if stream.write_all(begun.as_bytes()).await.is_ok() {
            all.push(stream);
        }
    }
    all
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let size = u32::try_from(payload.len()).unwrap_or(0).to_be_bytes();
    let mut bytes = vec![size[1], size[2], size[3], kind, flags];
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// HTTP/2 spoken unasked: streams opened and reset at once, then headers that never end.
pub async fn rapid_resets(to: SocketAddr) -> io::Result<Heard> {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(SETTINGS, 0, 0, &[]));
    for n in 0..FRAMES {
        let stream = u32::try_from(2 * n + 1).unwrap_or(1);
        bytes.extend(frame(HEADERS, 5, stream, &[0x82, 0x84, 0x86]));
        bytes.extend(frame(RESET, 0, stream, &[0, 0, 0, 8]));
    }
    let stream = u32::try_from(2 * FRAMES + 1).unwrap_or(1);
    bytes.extend(frame(HEADERS, 0, stream, &[0x82]));
    for _ in 0..FRAMES {
        bytes.extend(frame(CONTINUATION, 0, stream, &[0x82; 1024]));
    }
    exchange(TcpStream::connect(to).await?, &bytes, true).await
}
