//! Being found and finding: WebFinger, host-meta, NodeInfo, and what a pasted address means.

use super::actor::{self, at_its_own_address, read_signed};
use super::document::{id_of, ids_of, type_of};
use super::vocabulary::ACTIVITY_JSON;
use crate::base::config::is_loopback_name;
use crate::base::{Error, Node, Result};
use crate::directory::uri::{self, Local};
use crate::directory::{Actor, ActorKind, Viewer, home, store as directory};
use crate::publication::store::{self as publications, Filter};
use crate::trust::Budget;
use crate::trust::fetch::get_json;
use crate::trust::origin::may_speak_for;
use activitypub_federation::fetch::webfinger::{
    Webfinger, WebfingerLink, build_webfinger_response_with_type,
};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderValue, header};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

const JRD: &str = "application/jrd+json";
const LINKS_MAX: usize = 100;

/// The doors of this file.
pub fn routes() -> Router<Node> {
    Router::new()
        .route("/.well-known/webfinger", get(webfinger))
        .route("/.well-known/host-meta", get(host_meta))
        .route("/.well-known/nodeinfo", get(nodeinfo_index))
        .route("/nodeinfo/{version}", get(nodeinfo))
}

#[derive(Deserialize)]
struct Asked {
    resource: Option<String>,
}

async fn webfinger(State(node): State<Node>, Query(asked): Query<Asked>) -> Result<Response> {
    let resource = asked
        .resource
        .ok_or_else(|| Error::BadRequest("give ?resource=acct:handle@host".into()))?;
    let found = find_resource(&node, &resource)
        .await?
        .ok_or(Error::NotFound)?;
    let subject = format!("acct:{}", found.address().trim_start_matches('@'));
    let url = Url::parse(&found.uri).map_err(Error::internal)?;
    let mut answer: Webfinger =
        build_webfinger_response_with_type(subject, vec![(url.clone(), Some(found.kind.code()))]);
    answer.aliases.push(url);
    answer.links.push(WebfingerLink {
        rel: Some("http://ostatus.org/schema/1.0/subscribe".into()),
        template: Some(format!(
            "{}/authorize_interaction?uri={{uri}}",
            node.origin()
        )),
        ..WebfingerLink::default()
    });
    let mut answer = serde_json::to_value(answer)?;
    drop_nulls(&mut answer);
    let mut response = Json(answer).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JRD));
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    Ok(response)
}

/// The library writes what is absent as null; peers want it left out.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

async fn find_resource(node: &Node, resource: &str) -> Result<Option<Actor>> {
    if let Some(address) = resource.strip_prefix("acct:") {
        let (handle, host) = address
            .trim_start_matches('@')
            .split_once('@')
            .ok_or_else(|| Error::BadRequest("an acct: resource is acct:handle@host".into()))?;
        if !host.eq_ignore_ascii_case(&node.config.domain) {
            return Ok(None);
        }
        let handle = handle.to_ascii_lowercase();
        let application = find_application(node).await?;
        if handle == application.handle || handle == node.config.domain {
            return Ok(Some(application));
        }
        return directory::find_local_actor(node, &handle).await;
    }
    let url = Url::parse(resource)
        .map_err(|_| Error::BadRequest("a resource is acct:handle@host or a URL".into()))?;
    if !may_speak_for(&node.origin(), url.as_str()) {
        return Ok(None);
    }
    match uri::read(node, resource) {
        Some(Local::Group(handle) | Local::User(handle)) => {
            directory::find_local_actor(node, &handle).await
        }
        Some(Local::Application) => Ok(Some(find_application(node).await?)),
        _ if url.path() == "/" => Ok(Some(find_application(node).await?)),
        _ => Ok(None),
    }
}

async fn find_application(node: &Node) -> Result<Actor> {
    directory::find_actor_by_uri(node, &uri::application(node))
        .await?
        .ok_or(Error::NotFound)
}

async fn host_meta(State(node): State<Node>) -> Response {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\
         <Link rel=\"lrdd\" template=\"{}/.well-known/webfinger?resource={{uri}}\"/></XRD>\n",
        node.origin()
    );
    ([(header::CONTENT_TYPE, "application/xrd+xml")], xml).into_response()
}

async fn nodeinfo_index(State(node): State<Node>) -> Json<Value> {
    let origin = node.origin();
    let link = |version: &str| json!({"rel": format!("http://nodeinfo.diaspora.software/ns/schema/{version}"), "href": format!("{origin}/nodeinfo/{version}")});
    Json(json!({"links": [
        link("2.0"),
        link("2.1"),
        {"rel": "https://www.w3.org/ns/activitystreams#Application", "href": uri::application(&node)},
    ]}))
}

async fn nodeinfo(
    State(node): State<Node>,
    axum::extract::Path(version): axum::extract::Path<String>,
) -> Result<Response> {
    if !matches!(version.as_str(), "2.0" | "2.1") {
        return Err(Error::NotFound);
    }
    let home = home(&node).await?;
    let (members, _) = directory::count_members(&node).await?;
    let local = Filter {
        local: true,
        ..Filter::default()
    };
    let posts: i64 = publications::count(&node, &Viewer::stranger(), &local)
        .await?
        .iter()
        .map(|(_, n)| n)
        .sum();
    let mut software = json!({"name": super::host::SOFTWARE, "version": env!("CARGO_PKG_VERSION")});
    if version == "2.1"
        && let Some(map) = software.as_object_mut()
    {
        map.insert("homepage".into(), json!(node.origin()));
    }
    let body = json!({
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": false,
        "usage": {"users": {"total": members}, "localPosts": posts},
        "metadata": {"nodeName": home.network.name, "nodeDescription": home.settings.tagline, "staffAccounts": [home.network.uri]},
    });
    let kind = format!(
        "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/{version}#\""
    );
    Ok(([(header::CONTENT_TYPE, kind)], Json(body).0.to_string()).into_response())
}

/// The scheme and host that a bare host name means: https, or http for this machine in development.
#[must_use]
pub fn root_of(node: &Node, host: &str) -> String {
    let scheme = if node.config.dev && is_loopback_name(host) {
        "http"
    } else {
        "https"
    };
    format!("{scheme}://{host}")
}

/// Whoever a pasted address, handle, host or page means: an actor that can be followed.
///
/// # Errors
/// [`Error::NotFound`] when there is nobody, [`Error::Remote`] when their node does not answer.
pub async fn resolve(node: &Node, text: &str, budget: &Budget) -> Result<Actor> {
    let bare = text
        .trim()
        .trim_start_matches("acct:")
        .trim_start_matches('@');
    if let Some((handle, host)) = bare.split_once('@').filter(|_| !bare.contains("://")) {
        return resolve_address(node, handle, host, budget).await;
    }
    let address = if bare.contains("://") {
        bare.to_owned()
    } else {
        format!("{}/", root_of(node, bare))
    };
    if may_speak_for(&node.origin(), &address) {
        return Err(Error::BadRequest(
            "this is your own node: there is nobody else to follow here".into(),
        ));
    }
    let fetched = read_signed(node, &address, budget).await?;
    let fetched = at_its_own_address(node, fetched, budget).await?;
    if type_of(&fetched.value)
        .and_then(ActorKind::from_code)
        .is_some()
    {
        return actor::remember(node, &fetched.value, &fetched.raw).await;
    }
    // A publication's page: its network is meant, else its author.
    let candidates = ids_of(fetched.value.get("audience"))
        .into_iter()
        .chain(ids_of(fetched.value.get("attributedTo")));
    for candidate in candidates {
        if let Ok(actor) = actor::find_or_read(node, candidate, budget).await {
            return Ok(actor);
        }
    }
    Err(Error::NotFound)
}

async fn resolve_address(node: &Node, handle: &str, host: &str, budget: &Budget) -> Result<Actor> {
    let host = host.to_lowercase();
    if host == node.config.domain {
        return Err(Error::BadRequest("this address is on your own node".into()));
    }
    let root = root_of(node, &host);
    let mut url = Url::parse(&format!("{root}/.well-known/webfinger"))
        .map_err(|_| Error::BadRequest(format!("{host} is no host name")))?;
    url.query_pairs_mut()
        .append_pair("resource", &format!("acct:{handle}@{host}"));
    crate::moderation::refresh(node).await?;
    let found = get_json(node, url.as_str(), JRD, budget).await?;
    let subject = found
        .value
        .get("subject")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_lowercase();
    let links = found
        .value
        .get("links")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .take(LINKS_MAX);
    let own = |link: &&Value| {
        let is_self = link.get("rel").and_then(Value::as_str) == Some("self");
        let kind = link.get("type").and_then(Value::as_str).unwrap_or_default();
        is_self && (kind == ACTIVITY_JSON || kind.starts_with("application/ld+json"))
    };
    let href = links
        .filter(own)
        .find_map(|link| link.get("href").and_then(id_of))
        .ok_or(Error::NotFound)?;
    let actor = actor::read_again(node, href, budget).await?;
    // The subject must come back to who was asked for, or to the actor as its own document names it (R8).
    let asked = format!("acct:{handle}@{host}").to_lowercase();
    let itself = format!("acct:{}", actor.address().trim_start_matches('@')).to_lowercase();
    let answers = subject.is_empty() || subject == asked;
    if subject == itself || (answers && may_speak_for(&root, &actor.uri)) {
        Ok(actor)
    } else {
        Err(Error::refused("webfinger_of_another"))
    }
}
