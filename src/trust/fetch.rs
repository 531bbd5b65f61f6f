//! Asking others: every request that leaves a node is made here, under one set of rules (D14).

pub use super::budget::Budget;
pub use super::policy::{NetPolicy, check_url};
pub use super::socket::SocketOutside;

pub use super::answer::is_activity_type;
use super::answer::{self, TYPE_ACTIVITY, host_of, is_json_type};
use super::key::Signer;
use super::knock;
use super::policy::check_for;
use super::signature;
use crate::base::outside::ExchangeLimits;
use crate::base::{Error, Node, Result};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use mime::Mime;
use serde_json::Value;
use url::Url;

const ACCEPT_OBJECT: &str = "application/activity+json, \
     application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";
const REDIRECTS_MAX: usize = 3;
const TOTAL_SECONDS: u64 = 15;
const JSON_BYTES_MAX: u64 = 256 * 1024;
/// What a peer's inbox may answer before we stop reading, and what we keep of it.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
const ANSWER_KEPT_BYTES_MAX: usize = 2 * 1024;
const _: () = assert!(ANSWER_KEPT_BYTES_MAX < ANSWER_BYTES_MAX);

/// A document of another server.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Where it was found in the end, after redirects.
    pub url: Url,
    /// What it says.
    pub value: Value,
    /// Its text, byte for byte.
    pub raw: String,
}

/// What a peer said to a delivery.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Seconds the peer asks us to wait, if it does.
    pub retry_after_seconds: Option<u64>,
    /// The beginning of its text, at most 2 KiB, for the stewards' eyes.
    pub body: String,
}

/// Fetches an actor, object, activity or collection. The caller compares its id with where it was
/// found.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Gone`] as the host said; [`Error::Unusable`] when it sends us where
/// no request goes, or gives what is no such document; [`Error::Remote`] for everything else, with host and
/// reason, also when the budget is used up.
pub async fn get_object(
    node: &Node,
    url: &str,
    signer: Option<&Signer>,
    budget: &Budget,
) -> Result<Fetched> {
    let wanted = Wanted {
        accept: ACCEPT_OBJECT,
        takes: is_activity_type,
        bytes_max: u64::MAX,
    };
    get(node, url, signer, budget, &wanted).await
}

/// Fetches another JSON document: WebFinger or NodeInfo, at most 256 KiB.
///
/// # Errors
/// As [`get_object`].
pub async fn get_json(node: &Node, url: &str, accept: &str, budget: &Budget) -> Result<Fetched> {
    let wanted = Wanted {
        accept,
        takes: is_json_type,
        bytes_max: JSON_BYTES_MAX,
    };
    get(node, url, None, budget, &wanted).await
}

/// Delivers one activity, signed. Any answer is an answer, also a refusal or a redirect: those are
/// not followed.
///
/// # Errors
/// [`Error::Remote`] when no answer came within 15 seconds, or none may be asked for.
pub async fn post_activity(
    node: &Node,
    inbox: &str,
    body: &str,
    signer: &Signer,
) -> Result<Answer> {
    let url = check_for(node, inbox)?;
    let call = Call {
        method: Method::POST,
        url: &url,
        body: Bytes::copy_from_slice(body.as_bytes()),
        accept: None,
        limits: ExchangeLimits {
            total_seconds: TOTAL_SECONDS,
            body_bytes_max: ANSWER_BYTES_MAX,
        },
        budget: None,
    };
    let response = call.signed(node, signer).await?;
    let kept = &response.body()[..response.body().len().min(ANSWER_KEPT_BYTES_MAX)];
    Ok(Answer {
        status: response.status().as_u16(),
        retry_after_seconds: answer::retry_after_seconds(node, response.headers()),
        body: String::from_utf8_lossy(kept).into_owned(),
    })
}

/// What a fetch asks for and takes.
struct Wanted<'a> {
    accept: &'a str,
    takes: fn(&Mime) -> bool,
    bytes_max: u64,
}

async fn get(
    node: &Node,
    url: &str,
    signer: Option<&Signer>,
    budget: &Budget,
    wanted: &Wanted<'_>,
) -> Result<Fetched> {
    let mut url = check_for(node, url)?;
    for _ in 0..=REDIRECTS_MAX {
        let response = ask(node, &url, signer, budget, wanted).await?;
        let Some(next) = redirected(&url, &response)? else {
            return answer::read(url, &response, wanted.takes);
        };
        url = check_for(node, next.as_str())?;
    }
    let host = host_of(&url);
    Err(Error::Unusable(format!(
        "{host}: more than {REDIRECTS_MAX} redirects"
    )))
}

/// One exchange, signed for exactly this address, paid from the budget.
async fn ask(
    node: &Node,
    url: &Url,
    signer: Option<&Signer>,
    budget: &Budget,
    wanted: &Wanted<'_>,
) -> Result<Response<Bytes>> {
    let bytes_max = usize::try_from(wanted.bytes_max).unwrap_or(usize::MAX);
    let call = Call {
        method: Method::GET,
        url,
        body: Bytes::new(),
        accept: Some(wanted.accept),
        limits: ExchangeLimits {
            total_seconds: TOTAL_SECONDS,
            body_bytes_max: bytes_max,
        },
        budget: Some(budget),
    };
    match signer {
        Some(signer) => call.signed(node, signer).await,
        None => call.once(node, HeaderMap::new()).await,
    }
}

/// What is asked of another host.
struct Call<'a> {
    method: Method,
    url: &'a Url,
    body: Bytes,
    accept: Option<&'a str>,
    limits: ExchangeLimits,
    /// What pays for it: deliveries are bounded by their queue instead.
    budget: Option<&'a Budget>,
}

impl Call<'_> {
    /// Asks in the scheme that the host is known to take, and once more in the other when it refuses.
    async fn signed(&self, node: &Node, signer: &Signer) -> Result<Response<Bytes>> {
        let typed = (self.method == Method::POST).then_some((&self.body[..], TYPE_ACTIVITY));
        let sign = |scheme| signature::sign(node, scheme, &self.method, self.url, typed, signer);
        let host = signature::host_of(self.url)?;
        let scheme = knock::first_for(node, &host).await?;
        let first = self.once(node, sign(scheme)?).await?;
        if !knock::is_refusal(first.status().as_u16()) {
            return Ok(first);
        }
        let scheme = scheme.other();
        let Ok(second) = self.once(node, sign(scheme)?).await else {
            return Ok(first);
        };
        if second.status().is_success() {
            knock::took(node, &host, scheme).await?;
        }
        let refused = knock::is_refusal(second.status().as_u16());
        Ok(if refused { first } else { second })
    }

    async fn once(&self, node: &Node, mut headers: HeaderMap) -> Result<Response<Bytes>> {
        let mut limits = self.limits;
        if let Some(budget) = self.budget {
            let share = budget.take(node)?;
            let bytes = usize::try_from(share.bytes).unwrap_or(usize::MAX);
            limits.total_seconds = limits.total_seconds.min(share.seconds);
            limits.body_bytes_max = limits.body_bytes_max.min(bytes);
        }
        if let Some(accept) = self.accept {
            let accept = HeaderValue::try_from(accept).map_err(Error::internal)?;
            headers.insert(header::ACCEPT, accept);
        }
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(self.url.as_str())
            .body(self.body.clone())
            .map_err(|_| Error::Unusable(format!("{} cannot be asked for", self.url)))?;
        *request.headers_mut() = headers;
        let response = node.outside.exchange(request, limits).await?;
        if let Some(budget) = self.budget {
            budget.spend(response.body().len() as u64);
        }
        Ok(response)
    }
}

fn redirected(url: &Url, response: &Response<Bytes>) -> Result<Option<Url>> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let bad = || Error::Unusable(format!("{}: a redirect to nowhere", host_of(url)));
    let mut places = response.headers().get_all(header::LOCATION).iter();
    let (Some(place), None) = (places.next(), places.next()) else {
        return Err(bad());
    };
    let place = place.to_str().map_err(|_| bad())?;
    url.join(place).map(Some).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Outside;
    use crate::trust::key::PublicKey;
    use crate::trust::signature::Received;
    use crate::trust::vectors::rsa_pair;
    use futures_util::future::BoxFuture;
    use std::sync::{Arc, Mutex};

    /// Answers from a list of addresses, and remembers what it was asked.
    #[derive(Default)]
    struct World {
        pages: Vec<(&'static str, u16, &'static str, String)>,
        asked: Mutex<Vec<Request<Bytes>>>,
    }

    impl World {
        fn has(mut self, url: &'static str, status: u16, kind: &'static str, body: &str) -> Self {
            self.pages.push((url, status, kind, body.to_owned()));
            self
        }

        fn taken(&self) -> Vec<Request<Bytes>> {
            std::mem::take(&mut *self.asked.lock().expect("fine"))
        }

        async fn node(self) -> (Node, Arc<Self>) {
            let world = Arc::new(self);
            let outside = world.clone();
            let node = Node::for_tests("us.example", |_, around| around.outside = outside).await;
            node.db.migrate().await.expect("migrations");
            (node, world)
        }
    }

    impl Outside for World {
        fn exchange(
            &self,
            request: Request<Bytes>,
            limits: ExchangeLimits,
        ) -> BoxFuture<'_, Result<Response<Bytes>>> {
            let url = request.uri().to_string();
            self.asked.lock().expect("fine").push(request);
            Box::pin(async move {
                let (_, status, kind, body) = self
                    .pages
                    .iter()
                    .find(|page| page.0 == url)
                    .ok_or_else(|| Error::Remote(format!("nothing at {url}")))?;
                assert!(body.len() <= limits.body_bytes_max, "the socket's duty");
                let name = if (300..400).contains(status) {
                    "location"
                } else {
                    "content-type"
                };
                Ok(Response::builder()
                    .status(*status)
                    .header(name, *kind)
                    .header("retry-after", "Mon, 23 Nov 2026 18:34:20 GMT")
                    .body(Bytes::copy_from_slice(body.as_bytes()))
                    .expect("a response"))
            })
        }
    }

    fn signer() -> Signer {
        Signer::from_pem("https://us.example/actor#main-key", &rsa_pair().0).expect("a signer")
    }

    async fn outcome(world: World) -> Result<Fetched> {
        let (node, _) = world.node().await;
        get_object(&node, "https://b.example/1", None, &Budget::small(&node)).await
    }

    #[tokio::test]
    async fn what_a_host_says_is_told() {
        let at = |status| World::default().has("https://b.example/1", status, TYPE_ACTIVITY, "{}");
        assert!(matches!(outcome(at(404)).await, Err(Error::NotFound)));
        assert!(matches!(outcome(at(410)).await, Err(Error::Gone)));
        for status in [201, 401, 403, 500] {
            let error = outcome(at(status)).await.expect_err("refused").to_string();
            assert_eq!(error, format!("b.example answered {status}"));
        }
        let twice = World::default().has(
            "https://b.example/1",
            200,
            TYPE_ACTIVITY,
            "{\"a\":1,\"a\":2}",
        );
        let error = outcome(twice).await.expect_err("refused").to_string();
        assert!(error.contains("json_repeated_key"), "{error}");
    }

    #[tokio::test]
    async fn redirects_are_followed_three_times_where_the_rules_allow() {
        let hop = |world: World, from, to| world.has(from, 302, to, "");
        let chain = || {
            let world = hop(World::default(), "https://b.example/1", "/2");
            let world = hop(world, "https://b.example/2", "https://c.example/3");
            hop(world, "https://c.example/3", "https://c.example/4#main-key")
        };
        let end = chain().has("https://c.example/4", 200, TYPE_ACTIVITY, "{\"id\": 1}");
        let (node, world) = end.node().await;
        let budget = Budget::small(&node);
        let fetched = get_object(&node, "https://b.example/1#x", Some(&signer()), &budget)
            .await
            .expect("found");
        assert_eq!(fetched.url.as_str(), "https://c.example/4");
        assert_eq!(
            (fetched.raw.as_str(), &fetched.value["id"]),
            ("{\"id\": 1}", &1.into())
        );
        assert_eq!(budget.fetches_left(), 16);
        for request in &world.taken() {
            let host = request.uri().host().expect("a host");
            assert_eq!(request.headers()["host"], host, "signed anew for each host");
            believed(request).await;
        }
        let endless = hop(chain(), "https://c.example/4", "/5");
        let error = outcome(endless).await.expect_err("refused").to_string();
        assert!(error.contains("more than 3 redirects"), "{error}");
        for inward in [
            "http://c.example/",
            "https://127.0.0.1/",
            "https://us.example/x",
            "https://u@c.example/",
        ] {
            let world = World::default().has("https://b.example/1", 301, inward, "");
            let error = outcome(world).await.expect_err(inward).to_string();
            assert!(error.contains("no request goes to"), "{error}");
        }
    }

    async fn believed(request: &Request<Bytes>) {
        let host = request.uri().host().expect("a host");
        let node = Node::for_tests(host, |_, _| {}).await;
        let received = Received {
            method: request.method(),
            path_and_query: request.uri().path_and_query().expect("a path").as_str(),
            headers: request.headers(),
            body: request.body(),
        };
        let claim = signature::read(&node, &received).expect("a claim");
        let key = PublicKey::from_pem(&rsa_pair().1).expect("a key");
        claim.verify(&key).expect("believed");
    }

    #[tokio::test]
    async fn a_delivery_is_signed_and_its_answer_told() {
        let long = "x".repeat(3000);
        let world = World::default()
            .has("https://b.example/inbox", 429, "text/plain", &long)
            .has(
                "https://b.example/moved",
                308,
                "https://c.example/inbox",
                "",
            );
        let (node, world) = world.node().await;
        let body = "{\"type\":\"Create\"}";
        let answer = post_activity(&node, "https://b.example/inbox", body, &signer())
            .await
            .expect("an answer");
        assert_eq!((answer.status, answer.retry_after_seconds), (429, Some(60)));
        assert_eq!(answer.body.len(), 2048);
        believed(&world.taken()[0]).await;
        let moved = post_activity(&node, "https://b.example/moved", body, &signer()).await;
        assert_eq!(moved.expect("an answer").status, 308);
        assert!(
            post_activity(&node, "https://us.example/inbox", body, &signer())
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn other_json_is_asked_for_by_its_own_name() {
        let world = World::default()
            .has(
                "https://b.example/1",
                200,
                "application/jrd+json; charset=utf-8",
                "{}",
            )
            .has("https://b.example/2", 200, "application/json", "{}")
            .has("https://b.example/3", 200, "text/html", "{}")
            .has(
                "https://b.example/4",
                200,
                "application/json",
                &format!("\"{}\"", "x".repeat(200_000)),
            );
        let (node, world) = world.node().await;
        let budget = Budget::small(&node);
        let accept = "application/jrd+json";
        for (url, taken) in [
            ("https://b.example/1", true),
            ("https://b.example/2", true),
            ("https://b.example/3", false),
            ("https://b.example/4", true),
        ] {
            let fetched = get_json(&node, url, accept, &budget).await;
            assert_eq!(fetched.is_ok(), taken, "{url}");
        }
        let asked = world.taken();
        assert_eq!(asked[0].headers()["accept"], accept);
        assert!(!asked[0].headers().contains_key("signature"));
    }
}
