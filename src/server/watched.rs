//! A connection that is watched: who says nothing, sends a request's head byte by byte, or never takes
//! the answer, is let go; and a head that says twice how long its body is, is noticed, and whether anything
//! came behind a request before it was answered.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// Nothing of a request has come yet.
const WAITING: u8 = 0;
/// Its head is coming.
const HEAD: u8 = 1;
/// It is being answered.
const BUSY: u8 = 2;

/// What a connection and the one who answers on it know of each other.
#[derive(Debug, Default)]
pub(super) struct Shared {
    phase: AtomicU8,
    two_lengths: AtomicBool,
    /// What came behind the head of this request.
    behind: AtomicU64,
}

impl Shared {
    /// A request is complete, body aside.
    pub(super) fn begins(&self) {
        self.phase.store(BUSY, Ordering::Release);
    }

    /// It is answered, and the next one may come.
    pub(super) fn ends(&self) {
        self.phase.store(WAITING, Ordering::Release);
    }

    /// Whether the head named both `Content-Length` and `Transfer-Encoding`: two readers could see two
    /// different requests in it.
    pub(super) fn has_two_lengths(&self) -> bool {
        self.two_lengths.load(Ordering::Acquire)
    }

    /// Whether just this body came behind the head. Else the next head may lie among what was read while
    /// nobody looked for heads, and the connection cannot be used again.
    pub(super) fn has_just(&self, body_bytes: u64) -> bool {
        self.behind.load(Ordering::Acquire) == body_bytes
    }
}

/// How long what may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// The head of a request, from its first byte.
    pub(super) head: Duration,
    /// Silence between requests, and an answer that nobody takes.
    pub(super) idle: Duration,
}

/// A stream under watch.
pub(super) struct Watched<S> {
    io: S,
    shared: Arc<Shared>,
    patience: Patience,
    scan: Scan,
    timer: Pin<Box<Sleep>>,
    timed: Option<u8>,
    stuck: Pin<Box<Sleep>>,
    is_stuck: bool,
}

impl<S> Watched<S> {
    pub(super) fn new(io: S, shared: Arc<Shared>, patience: Patience) -> Self {
        let sleep = || Box::pin(tokio::time::sleep(patience.idle));
        Self {
            io,
            shared,
            patience,
            scan: Scan::default(),
            timer: sleep(),
            timed: None,
            stuck: sleep(),
            is_stuck: false,
        }
    }

    /// Nothing came: is it time to give up?
    fn silent(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let phase = self.shared.phase.load(Ordering::Acquire);
        if phase == BUSY {
            self.timed = None;
            return Poll::Pending;
        }
        if self.timed != Some(phase) {
            let wait = if phase == HEAD {
                self.patience.head
            } else {
                self.patience.idle
            };
            self.timer.as_mut().reset(Instant::now() + wait);
            self.timed = Some(phase);
        }
        self.timer.as_mut().poll(cx).map(|()| Err(late()))
    }

    fn came(&mut self, bytes: &[u8]) {
        if self.shared.phase.load(Ordering::Acquire) == WAITING && !bytes.is_empty() {
            self.shared.phase.store(HEAD, Ordering::Release);
            self.shared.behind.store(0, Ordering::Release);
            self.scan = Scan::default();
        }
        let behind = self.scan.reads(bytes);
        let behind = u64::try_from(behind).unwrap_or(u64::MAX);
        self.shared.behind.fetch_add(behind, Ordering::AcqRel);
        if self.scan.has_two_lengths() {
            self.shared.two_lengths.store(true, Ordering::Release);
        }
    }

    fn written<T>(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.is_stuck = false;
            return outcome;
        }
        if !self.is_stuck {
            let until = Instant::now() + self.patience.idle;
            self.stuck.as_mut().reset(until);
            self.is_stuck = true;
        }
        self.stuck.as_mut().poll(cx).map(|()| Err(late()))
    }
}

fn late() -> io::Error {
    io::ErrorKind::TimedOut.into()
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        match Pin::new(&mut this.io).poll_read(cx, buf) {
            Poll::Pending => this.silent(cx),
            ready => {
                this.came(&buf.filled()[before..]);
                ready
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.io).poll_write(cx, buf);
        this.written(cx, outcome)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.io).poll_write_vectored(cx, bufs);
        this.written(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.io).poll_flush(cx);
        this.written(cx, outcome)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.io).poll_shutdown(cx);
        this.written(cx, outcome)
    }
}

const LINE_KEPT: usize = 20;

/// Reads the head of a request as far as two names go.
#[derive(Debug, Default)]
struct Scan {
    line: Vec<u8>,
    bytes: usize,
    length: bool,
    encoding: bool,
    begun: bool,
    over: bool,
}

impl Scan {
    /// Takes what came; how many bytes of it lie behind the head.
    fn reads(&mut self, bytes: &[u8]) -> usize {
        for (at, byte) in bytes.iter().enumerate() {
            if self.over {
                return bytes.len() - at;
            }
            if *byte != b'\n' {
                self.bytes += usize::from(*byte != b'\r');
                if self.line.len() < LINE_KEPT {
                    self.line.push(byte.to_ascii_lowercase());
                }
                continue;
            }
            let name = self.line.split(|byte| *byte == b':').next();
            self.length |= name == Some(b"content-length");
            self.encoding |= name == Some(b"transfer-encoding");
            // Empty lines before a request are passed over; the one after it ends the head.
            self.over = self.begun && self.bytes == 0;
            self.begun |= self.bytes > 0;
            self.line.clear();
            self.bytes = 0;
        }
        0
    }

    /// Whether the head, now complete, says twice how long its body is.
    fn has_two_lengths(&self) -> bool {
        self.over && self.length && self.encoding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two(head: &str) -> bool {
        let (mut whole, mut pieces) = (Scan::default(), Scan::default());
        let behind = whole.reads(head.as_bytes());
        // Byte by byte as well: a head may come in any pieces.
        let one_by_one: usize = head.bytes().map(|byte| pieces.reads(&[byte])).sum();
        assert_eq!(behind, one_by_one, "{head}");
        assert_eq!(whole.has_two_lengths(), pieces.has_two_lengths(), "{head}");
        whole.has_two_lengths()
    }

    #[test]
    fn two_lengths_are_seen_in_the_head_only() {
        let (length, encoding) = ("Content-Length: 5\r\n", "TRANSFER-ENCODING: chunked\r\n");
        for head in [
            format!("POST / HTTP/1.1\r\n{length}{encoding}\r\n"),
            format!("\r\nPOST / HTTP/1.1\r\nHost: a\r\n{encoding}{length}\r\n0\r\n\r\nGET /"),
            format!("POST / HTTP/1.1\nHost: a\n{encoding}{length}\n"),
        ] {
            assert!(two(&head), "{head}");
        }
        for head in [
            format!("POST / HTTP/1.1\r\n{length}\r\n"),
            format!("POST / HTTP/1.1\r\n{encoding}\r\n"),
            format!("POST / HTTP/1.1\r\n{length}\r\n{encoding}\r\n"),
            format!("POST / HTTP/1.1\r\nX-{length}{encoding}\r\n"),
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
        ] {
            assert!(!two(&head), "{head}");
        }
    }
}
