//! Knocking twice: a host that refuses one way of signing is asked once more in the other, and the way
//! it takes is remembered (wire conventions: cavage first to strangers, RFC 9421 on 400, 401 or 403).

use super::signature::Scheme;
use super::store;
use crate::base::{Node, Result};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const HOSTS_MAX: usize = 20_000;

#[derive(Default)]
struct Known(Mutex<HashMap<String, Scheme>>);

impl Known {
    fn get(&self, host: &str) -> Option<Scheme> {
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        map.get(host).copied()
    }

    fn set(&self, host: &str, scheme: Scheme) {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= HOSTS_MAX {
            map.clear();
        }
        map.insert(host.to_owned(), scheme);
    }
}

/// The scheme to begin with for a host: the one it took last, else draft-cavage.
///
/// # Errors
/// When the database refuses.
pub(super) async fn first_for(node: &Node, host: &str) -> Result<Scheme> {
    let known = node.part::<Known>();
    if let Some(scheme) = known.get(host) {
        return Ok(scheme);
    }
    let found = store::find_scheme(node, host).await?;
    let scheme = found.unwrap_or(Scheme::Cavage);
    known.set(host, scheme);
    Ok(scheme)
}

/// Whether a status may mean that the signature was not understood.
#[must_use]
pub(super) fn is_refusal(status: u16) -> bool {
    matches!(status, 400 | 401 | 403)
}

/// Remembers that a host took this scheme after it had refused the other.
///
/// # Errors
/// When the database refuses.
pub(super) async fn took(node: &Node, host: &str, scheme: Scheme) -> Result<()> {
    store::save_scheme(node, host, scheme).await?;
    node.part::<Known>().set(host, scheme);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::outside::ExchangeLimits;
    use crate::base::{Error, Outside};
    use crate::trust::fetch::{get_object, post_activity};
    use crate::trust::vectors::rsa_pair;
    use crate::trust::{Budget, Signer};
    use bytes::Bytes;
    use futures_util::future::BoxFuture;
    use http::{Request, Response};
    use std::sync::Arc;

    /// A host that takes some schemes only, and notes in which it was asked.
    struct Picky {
        takes: Mutex<Vec<Scheme>>,
        refuses_with: u16,
        asked: Mutex<Vec<Scheme>>,
    }

    impl Picky {
        async fn node(takes: &[Scheme], refuses_with: u16) -> (Node, Arc<Self>) {
            let host = Arc::new(Self {
                takes: Mutex::new(takes.to_vec()),
                refuses_with,
                asked: Mutex::default(),
            });
            let outside = host.clone();
            let node = Node::for_tests("us.example", |_, around| around.outside = outside).await;
            node.db.migrate().await.expect("migrations");
            (node, host)
        }

        fn asked(&self) -> Vec<Scheme> {
            std::mem::take(&mut *self.asked.lock().expect("fine"))
        }
    }

    impl Outside for Picky {
        fn exchange(
            &self,
            request: Request<Bytes>,
            _: ExchangeLimits,
        ) -> BoxFuture<'_, crate::base::Result<Response<Bytes>>> {
            let newer = request.headers().contains_key("signature-input");
            let scheme = if newer {
                Scheme::Rfc9421
            } else {
                Scheme::Cavage
            };
            self.asked.lock().expect("fine").push(scheme);
            let taken = self.takes.lock().expect("fine").contains(&scheme);
            let status = if taken { 200 } else { self.refuses_with };
            Box::pin(async move {
                let answer = Response::builder()
                    .status(status)
                    .header("content-type", "application/activity+json");
                Ok(answer.body(Bytes::from_static(b"{}")).expect("an answer"))
            })
        }
    }

    fn signer() -> Signer {
        Signer::from_pem("https://us.example/actor#main-key", &rsa_pair().0).expect("a signer")
    }

    async fn say(node: &Node) -> u16 {
        let inbox = "https://b.example/inbox";
        let answer = post_activity(node, inbox, "{}", &signer()).await;
        answer.expect("an answer").status
    }

    #[tokio::test]
    async fn a_host_that_refuses_one_scheme_is_asked_in_the_other_and_from_then_on_at_once() {
        for status in [400, 401, 403] {
            let (node, host) = Picky::node(&[Scheme::Rfc9421], status).await;
            assert_eq!(say(&node).await, 200);
            assert_eq!(host.asked(), [Scheme::Cavage, Scheme::Rfc9421]);
            assert_eq!(say(&node).await, 200);
            assert_eq!(host.asked(), [Scheme::Rfc9421], "as learned");
            let url = "https://b.example/1";
            let read = get_object(&node, url, Some(&signer()), &Budget::small(&node)).await;
            assert!(read.is_ok() && host.asked() == [Scheme::Rfc9421]);
            // It changed its mind: the same the other way round.
            *host.takes.lock().expect("fine") = vec![Scheme::Cavage];
            assert_eq!(say(&node).await, 200);
            assert_eq!(host.asked(), [Scheme::Rfc9421, Scheme::Cavage]);
            assert_eq!(say(&node).await, 200);
            assert_eq!(host.asked(), [Scheme::Cavage]);
            // What was learned outlives the process.
            let kept = store::find_scheme(&node, "b.example").await;
            assert_eq!(kept.expect("a look"), Some(Scheme::Cavage));
        }
    }

    #[tokio::test]
    async fn what_is_refused_both_ways_teaches_nothing_and_is_asked_no_third_time() {
        let (node, host) = Picky::node(&[], 401).await;
        assert_eq!(say(&node).await, 401);
        assert_eq!(host.asked(), [Scheme::Cavage, Scheme::Rfc9421]);
        assert_eq!(
            first_for(&node, "b.example").await.expect("a look"),
            Scheme::Cavage
        );
        for status in [404, 410, 429, 500] {
            let (node, host) = Picky::node(&[Scheme::Rfc9421], status).await;
            assert_eq!(say(&node).await, status);
            assert_eq!(
                host.asked(),
                [Scheme::Cavage],
                "{status} is about something else"
            );
        }
        // Both knocks are paid for; an unsigned request knocks once.
        let (node, host) = Picky::node(&[], 401).await;
        let budget = Budget::small(&node);
        let read = get_object(&node, "https://b.example/1", Some(&signer()), &budget).await;
        assert!(matches!(read, Err(Error::Remote(_))) && budget.fetches_left() == 18);
        assert_eq!(host.asked().len(), 2);
        let read = get_object(&node, "https://b.example/1", None, &Budget::one(&node)).await;
        assert!(read.is_err() && host.asked().len() == 1);
    }
}
