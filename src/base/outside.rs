//! The one way out of a node (D4): one HTTP exchange, without redirects and without opinions.
//! `trust/fetch.rs` implements it over sockets and adds every rule; tests implement it in memory.

use super::error::Result;
use bytes::Bytes;
use futures_util::future::BoxFuture;

/// What one exchange may cost.
#[derive(Debug, Clone, Copy)]
pub struct ExchangeLimits {
    /// The whole exchange, body included, in seconds.
    pub total_seconds: u64,
    /// The body of the answer, in bytes.
    pub body_bytes_max: usize,
}

/// Sends one request and reads one whole answer. Never follows a redirect.
pub trait Outside: Send + Sync {
    /// One exchange.
    ///
    /// # Errors
    /// [`super::Error::Remote`] when no answer came within the limits.
    fn exchange(
        &self,
        request: http::Request<Bytes>,
        limits: ExchangeLimits,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>>>;
}

/// A way out that is closed.
#[cfg(test)]
pub struct NoWayOut;

#[cfg(test)]
impl Outside for NoWayOut {
    fn exchange(
        &self,
        request: http::Request<Bytes>,
        _limits: ExchangeLimits,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>>> {
        let text = format!("no way out to {}", request.uri());
        Box::pin(async move { Err(super::Error::Remote(text)) })
    }
}
