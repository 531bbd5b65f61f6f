//! The way out over real sockets: connects only where the rules allow, waits no longer and reads
//! no more than it was told. The only file that names the HTTP client.

use super::policy::{self, NetPolicy};
use crate::base::outside::ExchangeLimits;
use crate::base::{Config, Error, Outside, Result};
use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderValue, header};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const CONNECT_SECONDS: u64 = 5;
const IDLE_SECONDS: u64 = 30;
const IDLE_PER_HOST_MAX: usize = 2;

/// Finds the addresses of a name.
pub trait Names: Send + Sync {
    /// All addresses of a host, as they are at this moment.
    ///
    /// # Errors
    /// When nobody answers, or there is no such name.
    fn addresses(&self, host: &str) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>>;
}

/// The names as this machine knows them.
struct SystemNames;

impl Names for SystemNames {
    fn addresses(&self, host: &str) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// The way out of a node that runs.
pub struct SocketOutside {
    client: reqwest::Client,
    policy: Arc<NetPolicy>,
    let_through: Arc<AtomicU64>,
}

impl SocketOutside {
    /// Makes the one client of a node. Installs the TLS library for the process if nobody did.
    ///
    /// # Errors
    /// When the machine's list of certificate authorities cannot be read.
    pub fn new(config: &Config) -> Result<Self> {
        Self::with(config, NetPolicy::of(config), Arc::new(SystemNames))
    }

    /// As [`Self::new`], with other rules and another finder of names.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with(config: &Config, policy: NetPolicy, names: Arc<dyn Names>) -> Result<Self> {
        // An error only says that it is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let policy = Arc::new(policy);
        let let_through = Arc::new(AtomicU64::new(0));
        let mut headers = HeaderMap::new();
        headers.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("identity"),
        );
        let agent = format!(
            "Atelier/{} (+{})",
            env!("CARGO_PKG_VERSION"),
            config.origin()
        );
        let client = reqwest::Client::builder()
            .user_agent(agent)
            .default_headers(headers)
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(Duration::from_secs(CONNECT_SECONDS))
            .pool_idle_timeout(Duration::from_secs(IDLE_SECONDS))
            .pool_max_idle_per_host(IDLE_PER_HOST_MAX)
            .dns_resolver(Resolver {
                policy: policy.clone(),
                names,
                let_through: let_through.clone(),
            })
            .build()
            .map_err(|error| {
                Error::Operator(format!("no request can leave: {}", causes(&error)))
            })?;
        Ok(Self {
            client,
            policy,
            let_through,
        })
    }

    /// To how many addresses a connection was allowed since the start: none is made to any other.
    #[must_use]
    pub fn let_through(&self) -> u64 {
        self.let_through.load(Ordering::SeqCst)
    }

    async fn ask(
        &self,
        request: http::Request<Bytes>,
        body_bytes_max: usize,
    ) -> Result<http::Response<Bytes>> {
        let (parts, body) = request.into_parts();
        let url = policy::check_url(&self.policy, &parts.uri.to_string())?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let failed = |error: reqwest::Error| Error::Remote(format!("{host}: {}", causes(&error)));
        let too_large = || Error::Remote(format!("{host} sent more than {body_bytes_max} bytes"));
        let mut response = self
            .client
            .request(parts.method, url)
            .headers(parts.headers)
            .body(body)
            .send()
            .await
            .map_err(failed)?;
        if response
            .content_length()
            .is_some_and(|bytes| bytes > body_bytes_max as u64)
        {
            return Err(too_large());
        }
        let mut answer = http::Response::new(Bytes::new());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        let mut bytes = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if bytes.len() + chunk.len() > body_bytes_max {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        *answer.body_mut() = bytes.freeze();
        Ok(answer)
    }
}

/// A client that refuses every request: for a library that wants one and must never go out by itself
/// (D14).
///
/// # Errors
/// When the machine's list of certificate authorities cannot be read.
pub fn closed_client() -> Result<reqwest_middleware::ClientWithMiddleware> {
    // An error only says that it is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .map_err(|error| Error::internal(causes(&error)))?;
    Ok(reqwest_middleware::ClientBuilder::new(client)
        .with(Closed)
        .build())
}

struct Closed;

#[async_trait::async_trait]
impl reqwest_middleware::Middleware for Closed {
    async fn handle(
        &self,
        request: reqwest::Request,
        _: &mut http::Extensions,
        _: reqwest_middleware::Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        let text = format!("{} was asked for past trust::fetch", request.url());
        Err(reqwest_middleware::Error::middleware(Error::internal(text)))
    }
}

impl Outside for SocketOutside {
    fn exchange(
        &self,
        request: http::Request<Bytes>,
        limits: ExchangeLimits,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>>> {
        Box::pin(async move {
            let host = request.uri().host().unwrap_or_default().to_owned();
            let total = Duration::from_secs(limits.total_seconds);
            tokio::time::timeout(total, self.ask(request, limits.body_bytes_max))
                .await
                .unwrap_or_else(|_| {
                    Err(Error::Remote(format!(
                        "{host} did not answer within {} seconds",
                        limits.total_seconds
                    )))
                })
        })
    }
}

/// Looks names up, and gives only addresses that the rules allow: the connection goes to exactly
/// the address that was checked.
struct Resolver {
    policy: Arc<NetPolicy>,
    names: Arc<dyn Names>,
    let_through: Arc<AtomicU64>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_ascii_lowercase();
        let host = host.strip_suffix('.').unwrap_or(&host);
        let looking = if self.policy.is_local_name(host) {
            Box::pin(async { Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]) })
        } else {
            self.names.addresses(host)
        };
        let (policy, let_through) = (self.policy.clone(), self.let_through.clone());
        Box::pin(async move {
            let found = looking.await?;
            let allowed: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| policy.may_connect(*address))
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if allowed.is_empty() {
                return Err("the name leads to no public address".into());
            }
            let_through.fetch_add(allowed.len() as u64, Ordering::SeqCst);
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// The innermost cause is the one that tells something.
fn causes(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Node;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    /// A server on this machine that gives the same answer to everybody, then waits.
    async fn server(answer: String) -> (u16, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let task = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.expect("a caller");
            let mut bytes = vec![0; 4096];
            let read = socket.read(&mut bytes).await.expect("a request");
            socket.write_all(answer.as_bytes()).await.expect("written");
            tokio::time::sleep(Duration::from_millis(1500)).await;
            String::from_utf8_lossy(&bytes[..read]).to_lowercase()
        });
        (port, task)
    }

    const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(9, 9, 9, 9));

    /// A name with one address outside and one inside.
    struct Both;

    impl Names for Both {
        fn addresses(&self, _: &str) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
            Box::pin(async { Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST), PUBLIC]) })
        }
    }

    #[tokio::test]
    async fn the_library_has_no_way_out_of_its_own() {
        let client = closed_client().expect("a client");
        let asked = client.get("http://localhost:9/").send().await;
        let error = format!("{:?}", asked.expect_err("refused"));
        assert!(error.contains("past trust::fetch"), "{error}");
    }

    #[tokio::test]
    async fn why_nobody_answered_is_told() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let error = why(ask(port, 8).await);
        assert!(error.to_lowercase().contains("refused"), "{error}");
    }

    async fn ask(port: u16, body_bytes_max: usize) -> Result<http::Response<Bytes>> {
        let node = Node::for_tests("localhost:1", |_, _| {}).await;
        let outside = SocketOutside::new(&node.config).expect("a way out");
        let request = http::Request::get(format!("http://localhost:{port}/x?y"))
            .body(Bytes::new())
            .expect("a request");
        let limits = ExchangeLimits {
            total_seconds: 1,
            body_bytes_max,
        };
        outside.exchange(request, limits).await
    }

    fn why(outcome: Result<http::Response<Bytes>>) -> String {
        outcome.expect_err("refused").to_string()
    }

    #[tokio::test]
    async fn one_exchange_goes_out_as_it_should() {
        let answer = "HTTP/1.1 302 Found\r\nlocation: /z\r\ncontent-length: 5\r\n\r\nhello";
        let (port, task) = server(answer.into()).await;
        let response = ask(port, 5).await.expect("an answer");
        assert_eq!(response.status(), 302, "redirects are the caller's");
        assert_eq!(
            (&response.body()[..], &response.headers()["location"]),
            (&b"hello"[..], &HeaderValue::from_static("/z"))
        );
        let asked = task.await.expect("a request");
        assert!(asked.starts_with("get /x?y http/1.1\r\n"), "{asked}");
        for line in [
            format!("host: localhost:{port}\r\n"),
            "accept-encoding: identity\r\n".into(),
            format!(
                "user-agent: atelier/{} (+http://localhost:1)\r\n",
                env!("CARGO_PKG_VERSION")
            ),
        ] {
            assert!(asked.contains(&line), "{line} in {asked}");
        }
    }

    #[tokio::test]
    async fn too_much_and_too_slow_are_cut_off() {
        let said = "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n";
        let unsaid = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n123456789\r\n";
        for answer in [said, unsaid] {
            let (port, _task) = server(answer.into()).await;
            assert_eq!(why(ask(port, 8).await), "localhost sent more than 8 bytes");
        }
        let slow = "HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n123";
        let (port, _task) = server(slow.into()).await;
        let error = why(ask(port, 8).await);
        assert_eq!(error, "localhost did not answer within 1 seconds");
    }

    #[tokio::test]
    async fn in_production_no_name_leads_inside() {
        let (port, _task) = server(String::new()).await;
        let node = Node::for_tests("us.example", |_, _| {}).await;
        let outside = SocketOutside::new(&node.config).expect("a way out");
        let limits = ExchangeLimits {
            total_seconds: 5,
            body_bytes_max: 1,
        };
        for (url, reason) in [
            (format!("http://localhost:{port}/"), "only https"),
            ("https://127.0.0.1/".into(), "a number"),
            ("https://localhost/".into(), "no domain"),
        ] {
            let request = http::Request::get(&url).body(Bytes::new()).expect("one");
            let error = why(outside.exchange(request, limits).await);
            assert!(error.contains(reason), "{url}: {error}");
        }
        // A name that only the resolver can judge: it leads to this machine.
        let resolver = Resolver {
            policy: outside.policy.clone(),
            names: Arc::new(SystemNames),
            let_through: outside.let_through.clone(),
        };
        let found = resolver.resolve("localhost".parse().expect("a name")).await;
        let error = found.err().expect("refused").to_string();
        assert_eq!(error, "the name leads to no public address");
        assert_eq!(outside.let_through(), 0);
        let resolver = Resolver {
            names: Arc::new(Both),
            ..resolver
        };
        let found = resolver.resolve("b.example".parse().expect("a name")).await;
        let found: Vec<IpAddr> = found.expect("one").map(|address| address.ip()).collect();
        assert_eq!(found, [PUBLIC], "of two addresses the public one");
        assert_eq!(outside.let_through(), 1);
    }
}
