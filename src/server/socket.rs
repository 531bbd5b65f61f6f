//! The connections of a process: how many at once, from whom, how long they may take. HTTP/1.1 only:
//! that is what proxies speak to a node.

use super::watched::{Patience, Shared, Watched};
use crate::base::{Error, Node};
use crate::directory::visit::bucket;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep};
use tower::ServiceExt as _;

/// What a process that stops still gives the requests under way.
const FINISH_WITHIN: Duration = Duration::from_secs(15);
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_secs(1);
/// What a body must bring a second once its time is over, so that a large picture may come over a slow
/// line and a slow sender may not stay.
const BODY_BYTES_PER_SECOND: u64 = 32 * 1024;

/// What the connections of a process may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The head of a request, from its first byte to its last.
    pub head: Duration,
    /// Its body; more when it comes steadily.
    pub body: Duration,
    /// Silence between two requests, and an answer that nobody takes.
    pub idle: Duration,
    /// Bytes of a head.
    pub head_bytes_max: usize,
    /// Connections from one address (IPv6: one /64).
    pub per_address_max: usize,
    /// Connections in all.
    pub connections_max: usize,
    /// Addresses that bring many people: proxies.
    pub uncounted: Vec<IpAddr>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(15),
            idle: Duration::from_secs(60),
            head_bytes_max: 32 * 1024,
            per_address_max: 64,
            connections_max: 1024,
            uncounted: Vec::new(),
        }
    }
}

impl Limits {
    /// The limits of a process with these nodes: their proxies are not counted one by one, and in
    /// development this machine is not either.
    #[must_use]
    pub fn of(nodes: &[Node]) -> Self {
        let mut uncounted: Vec<IpAddr> = Vec::new();
        for node in nodes {
            uncounted.extend(&node.config.trusted_proxies);
            if node.config.dev {
                uncounted.extend([
                    IpAddr::from(std::net::Ipv4Addr::LOCALHOST),
                    IpAddr::from(std::net::Ipv6Addr::LOCALHOST),
                ]);
            }
        }
        Self {
            uncounted,
            ..Self::default()
        }
    }
}

/// How many are here, by address.
#[derive(Default)]
struct Room(Mutex<(usize, HashMap<String, usize>)>);

/// One connection's place, given back when it ends.
struct Seat {
    room: Arc<Room>,
    name: Option<String>,
}

impl Room {
    fn sit(self: &Arc<Self>, limits: &Limits, address: IpAddr) -> Option<Seat> {
        let address = address.to_canonical();
        let name = (!limits.uncounted.contains(&address)).then(|| bucket(address));
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, by_address) = &mut *held;
        if *all >= limits.connections_max {
            return None;
        }
        if let Some(name) = &name {
            let here = by_address.entry(name.clone()).or_insert(0);
            if *here >= limits.per_address_max {
                return None;
            }
            *here += 1;
        }
        *all += 1;
        drop(held);
        Some(Seat {
            room: self.clone(),
            name,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut held = self.room.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.0 -= 1;
        let Some(name) = &self.name else { return };
        if let Some(here) = held.1.get_mut(name) {
            *here -= 1;
            if *here == 0 {
                held.1.remove(name);
            }
        }
    }
}

/// Answers requests until it is told to stop; what is under way then may take another 15 seconds.
pub async fn listen(
    listener: TcpListener,
    doors: Router,
    limits: Limits,
    stop: watch::Receiver<bool>,
) {
    let room = Arc::new(Room::default());
    let limits = Arc::new(limits);
    let mut open = JoinSet::new();
    let mut told = stop.clone();
    loop {
        let accepted = tokio::select! {
            _ = told.wait_for(|stop| *stop) => break,
            Some(_) = open.join_next(), if !open.is_empty() => continue,
            accepted = listener.accept() => accepted,
        };
        let (stream, from) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // One that went away is nothing; no file left to open needs a moment.
                if !matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionAborted
                        | io::ErrorKind::ConnectionReset
                        | io::ErrorKind::ConnectionRefused
                ) {
                    tracing::error!(%error, "no connection could be accepted");
                    tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
                }
                continue;
            }
        };
        // Who finds no seat is let go at once: waiting would take one.
        let Some(seat) = room.sit(&limits, from.ip()) else {
            tracing::debug!(%from, "too many connections");
            continue;
        };
        let (doors, limits, stop) = (doors.clone(), limits.clone(), stop.clone());
        open.spawn(async move {
            serve(stream, from, doors, &limits, stop).await;
            drop(seat);
        });
    }
    drop(listener);
    let all = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(FINISH_WITHIN, all).await.is_err() {
        tracing::warn!("some requests were cut off");
    }
}

async fn serve(
    stream: TcpStream,
    from: SocketAddr,
    doors: Router,
    limits: &Limits,
    mut stop: watch::Receiver<bool>,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection without TCP_NODELAY");
    }
    let shared = Arc::new(Shared::default());
    let patience = Patience {
        head: limits.head,
        idle: limits.idle,
    };
    let io = TokioIo::new(Watched::new(stream, shared.clone(), patience));
    let body_time = limits.body;
    let answering = service_fn(move |request: Request<Incoming>| {
        let (doors, shared) = (doors.clone(), shared.clone());
        async move {
            shared.begins();
            let length = length_of(request.headers());
            let mut response = answer(request, from, doors, &shared, body_time).await;
            if !length.is_some_and(|bytes| shared.has_just(bytes)) {
                response = closing(response);
            }
            shared.ends();
            Ok::<_, Infallible>(response)
        }
    });
    let connection = http1::Builder::new()
        .header_read_timeout(None)
        .max_header_size(limits.head_bytes_max)
        .max_buf_size(2 * limits.head_bytes_max)
        .serve_connection(io, answering);
    tokio::pin!(connection);
    let told = async {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let outcome = tokio::select! {
        outcome = &mut connection => outcome,
        () = told => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%from, %error, "a connection ended early");
    }
}

async fn answer(
    request: Request<Incoming>,
    from: SocketAddr,
    doors: Router,
    shared: &Shared,
    body_time: Duration,
) -> Response {
    if shared.has_two_lengths() {
        let error = Error::BadRequest("a request has one length".into());
        return closing(error.into_response());
    }
    let late = Arc::new(AtomicBool::new(false));
    let mut request = request.map(|body| Body::new(Timed::new(body, body_time, late.clone())));
    request.extensions_mut().insert(ConnectInfo(from));
    let response = match doors.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if late.load(Ordering::Acquire) {
        let text = (StatusCode::REQUEST_TIMEOUT, "the request came too slowly\n");
        return closing(text.into_response());
    }
    response
}

/// How long a body is, when its head says so in bytes.
fn length_of(headers: &HeaderMap) -> Option<u64> {
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return None;
    }
    match headers.get(header::CONTENT_LENGTH) {
        Some(length) => length.to_str().ok()?.parse().ok(),
        None => Some(0),
    }
}

fn closing(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A body that has to come in time.
struct Timed {
    body: Incoming,
    came: u64,
    began: Instant,
    time: Duration,
    timer: Pin<Box<Sleep>>,
    late: Arc<AtomicBool>,
}

impl Timed {
    fn new(body: Incoming, time: Duration, late: Arc<AtomicBool>) -> Self {
        Self {
            body,
            came: 0,
            began: Instant::now(),
            time,
            timer: Box::pin(tokio::time::sleep(time)),
            late,
        }
    }
}

impl hyper::body::Body for Timed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            if let Some(Ok(data)) = frame
                .as_ref()
                .map(|frame| frame.as_ref().map(Frame::data_ref))
            {
                let bytes = data.map_or(0, Bytes::len);
                this.came += u64::try_from(bytes).unwrap_or(0);
                let more = Duration::from_secs(this.came / BODY_BYTES_PER_SECOND);
                let until = this.began + this.time + more;
                this.timer.as_mut().reset(until);
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(axum::Error::new)));
        }
        this.timer.as_mut().poll(cx).map(|()| {
            this.late.store(true, Ordering::Release);
            Some(Err(axum::Error::new(io::Error::from(
                io::ErrorKind::TimedOut,
            ))))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
