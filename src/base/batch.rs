//! Group commit: many small writes share one transaction, and so one fsync (D22).

use super::error::{Error, Result};
use super::{Node, NodeRef};
use futures_util::future::BoxFuture;
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, oneshot};

const ROWS_MAX: usize = 500;
const WAITING_MAX: usize = 5_000;

/// Rows of one sort that are written together. `Default` so that it can live in [`Node::part`].
pub struct Batch<T: Row> {
    sender: Mutex<Option<mpsc::Sender<Waiting<T>>>>,
}

type Waiting<T> = (T, oneshot::Sender<Result<(), Arc<Error>>>);

/// A row that can be written with others of its sort in one transaction.
pub trait Row: Send + Sized + 'static {
    /// Writes all rows in one transaction, or none.
    fn write_all(node: &Node, rows: Vec<Self>) -> BoxFuture<'_, Result<()>>;
}

impl<T: Row> Default for Batch<T> {
    fn default() -> Self {
        Self {
            sender: Mutex::new(None),
        }
    }
}

/// Writes one row, in one transaction with whatever else is waiting; returns after the commit.
///
/// # Errors
/// [`Error::Unavailable`] when too many wait or the write failed: nothing of this row is stored.
pub async fn write<T: Row>(node: &Node, row: T) -> Result<()> {
    let busy = |reason: &str| Error::Unavailable {
        reason: reason.to_owned(),
        retry_after_seconds: 5,
    };
    let sender = sender_of::<T>(node);
    let (answer, answered) = oneshot::channel();
    sender
        .try_send((row, answer))
        .map_err(|_| busy("too much is waiting to be written"))?;
    match answered.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            tracing::error!(error = %error.with_causes(), "a batch could not be written");
            Err(busy("the database did not take it"))
        }
        Err(_) => Err(busy("the node is stopping")),
    }
}

fn sender_of<T: Row>(node: &Node) -> mpsc::Sender<Waiting<T>> {
    let batch = node.part::<Batch<T>>();
    let mut slot = batch
        .sender
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(sender) = slot.as_ref().filter(|sender| !sender.is_closed()) {
        return sender.clone();
    }
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    tokio::spawn(run(node.weak(), receiver));
    *slot = Some(sender.clone());
    sender
}

// The node holds the sender, so this holds the node weakly: a node that is let go ends its batches.
async fn run<T: Row>(node: NodeRef, mut receiver: mpsc::Receiver<Waiting<T>>) {
    let mut waiting = Vec::new();
    // What arrives while one transaction is being written makes up the next one: a lone row does
    // not wait, a crowd shares.
    while receiver.recv_many(&mut waiting, ROWS_MAX).await > 0 {
        let (rows, answers): (Vec<T>, Vec<_>) = waiting.drain(..).unzip();
        let outcome = match node.node() {
            Some(node) => T::write_all(&node, rows).await.map_err(Arc::new),
            None => Err(Arc::new(Error::internal("the node is closed"))),
        };
        for answer in answers {
            // A caller that went away does not need its answer.
            let _ = answer.send(outcome.clone());
        }
    }
}
