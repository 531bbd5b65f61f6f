//! The way out of a command that does not serve: closed. What needs the network is left to the
//! process that runs the node (D27).

use crate::base::outside::ExchangeLimits;
use crate::base::{Error, Outside, Result};
use bytes::Bytes;
use futures_util::future::BoxFuture;

/// Refuses every request.
pub(super) struct Closed;

impl Outside for Closed {
    fn exchange(
        &self,
        request: http::Request<Bytes>,
        _limits: ExchangeLimits,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>>> {
        let text = format!("this command asks nobody, not even {}", request.uri());
        Box::pin(async move { Err(Error::internal(text)) })
    }
}
