//! Lists of publications for programs: newest first, an agenda, or what a search finds.

use super::item::Item;
use crate::base::id::is_uuid;
use crate::base::listing::{Cursor, Page};
use crate::base::{Error, Node, Result};
use crate::directory::visit::Call;
use crate::directory::{Actor, ActorKind, store as directory};
use crate::publication::kind::Kind;
use crate::publication::seek::{self, Wanted};
use crate::publication::store::{self, Filter};
use crate::web::api::{Json, List, Paging, Query, Unreadable, given, nearest};
use serde::Deserialize;
use std::collections::HashMap;
use utoipa::IntoParams;

/// A search gives no more at once, and looks no further.
const FOUND_MAX: usize = 100;
const FOUND_OFFSET_MAX: i64 = 10_000;
/// What the cursor of a search has in the place of an id: it counts, and names no item.
const COUNTED: &str = "q";

/// Which publications to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Only this kind: `experience`, `event` or `paper`.
    kind: Option<String>,
    /// Only this network's: `handle@host`, its URI, or its id on this node.
    #[param(example = "bassins@bassins.example")]
    network: Option<String>,
    /// Only what has these words; those between quotes side by side.
    q: Option<String>,
    /// Only in this language (BCP 47).
    #[param(example = "fr")]
    language: Option<String>,
    /// `newest`; `relevance`, the usual order with `q`; or `soonest`: events that are not over.
    sort: Option<String>,
    /// How many items at most: 1 to 200, 50 when left out; with `q` never more than 100.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
    /// The `next` of the piece before, with the same filters.
    cursor: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Newest,
    Relevance,
    Soonest,
}

const SORTS: [(&str, Sort); 3] = [
    ("newest", Sort::Newest),
    ("relevance", Sort::Relevance),
    ("soonest", Sort::Soonest),
];

impl ListQuery {
    fn kind(&self) -> Result<Option<Kind>> {
        let Some(code) = given(self.kind.as_ref()) else {
            return Ok(None);
        };
        let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        Kind::from_code(code)
            .map(Some)
            .ok_or_else(|| one_of("kind", code, &known))
    }

    fn sort(&self) -> Result<Sort> {
        let searched = given(self.q.as_ref()).is_some();
        let Some(word) = given(self.sort.as_ref()) else {
            return Ok(if searched {
                Sort::Relevance
            } else {
                Sort::Newest
            });
        };
        let known = SORTS.map(|(word, _)| word);
        let found = SORTS.iter().find(|(known, _)| *known == word);
        match found.map(|(_, sort)| *sort) {
            None => Err(one_of("sort", word, &known)),
            Some(Sort::Relevance) if !searched => Err(Error::BadRequest(
                "sort=relevance goes with q, the words to find".into(),
            )),
            Some(Sort::Soonest) if searched => Err(Error::BadRequest(
                "sort=soonest does not go with q: take newest or relevance".into(),
            )),
            Some(sort) => Ok(sort),
        }
    }
}

fn one_of(field: &str, wrong: &str, known: &[&str]) -> Error {
    let near = nearest(wrong, known).unwrap_or_default();
    let known = known.join(", ");
    Error::BadRequest(format!("{field} is one of {known}; did you mean `{near}`?"))
}

/// Publications
///
/// What you may see: without a token what is public, of this node and of the networks it follows.
#[utoipa::path(
    get, path = "/api/v1/publications", operation_id = "list_publications", tag = "Publications", params(ListQuery),
    responses(List<Item>, Unreadable), security((), ("token" = [])),
)]
pub(super) async fn list(call: Call, Query(query): Query<ListQuery>) -> Result<Json<List<Item>>> {
    let paging = Paging::read(query.limit.as_ref(), query.cursor.as_ref())?;
    let (kind, sort) = (query.kind()?, query.sort()?);
    let producer = match given(query.network.as_ref()) {
        None => None,
        Some(word) => match find_producer(&call.node, word).await? {
            Some(actor) => Some(actor),
            // Nobody known by this name has given anything here.
            None => return Ok(Json(List::whole(Vec::new()))),
        },
    };
    let language = given(query.language.as_ref()).map(str::to_owned);
    if let Some(text) = given(query.q.as_ref()) {
        let wanted = Wanted {
            text: text.to_owned(),
            kind: kind.map(|kind| kind.code().to_owned()),
            network: producer.map(|actor| actor.id),
            language,
            newest_first: sort == Sort::Newest,
            ..Wanted::default()
        };
        return found(&call, wanted, &paging).await.map(Json);
    }
    let group = producer
        .as_ref()
        .is_some_and(|actor| actor.kind == ActorKind::Group);
    let producer = producer.map(|actor| actor.id);
    let filter = Filter {
        kind,
        network: producer.clone().filter(|_| group),
        author: producer.filter(|_| !group),
        language,
        from: (sort == Sort::Soonest).then(|| call.node.now()),
        ..Filter::default()
    };
    let page = store::list(
        &call.node,
        &call.viewer,
        &filter,
        paging.cursor.as_ref(),
        paging.limit,
    )
    .await?;
    Ok(Json(List::of(page, |listed| Item::of(&call.node, listed))))
}

/// A network, or somebody who gives in their own name, as people and programs name them.
async fn find_producer(node: &Node, word: &str) -> Result<Option<Actor>> {
    if word.contains("://") {
        return directory::find_actor_by_uri(node, word).await;
    }
    if is_uuid(word) {
        return directory::find_actor(node, word).await;
    }
    let bare = word.trim_start_matches("acct:").trim_start_matches('@');
    match bare.split_once('@') {
        Some((handle, host)) => {
            directory::find_actor_by_address(node, handle, &host.to_lowercase()).await
        }
        None => directory::find_local_actor(node, bare).await,
    }
}

async fn found(call: &Call, wanted: Wanted, paging: &Paging) -> Result<List<Item>> {
    let offset = match &paging.cursor {
        None => 0,
        Some(cursor) if cursor.id == COUNTED && (0..=FOUND_OFFSET_MAX).contains(&cursor.at) => {
            cursor.at
        }
        Some(_) => {
            return Err(Error::BadRequest(
                "this cursor is of another list: leave it out to begin".into(),
            ));
        }
    };
    let wanted = Wanted {
        limit: paging.limit.min(FOUND_MAX),
        offset: usize::try_from(offset).unwrap_or(0),
        ..wanted
    };
    let hits = seek::seek(&call.node, &call.viewer, wanted).await?;
    let after = offset + i64::try_from(hits.items.len()).unwrap_or(0);
    let more = after > offset
        && after <= FOUND_OFFSET_MAX
        && usize::try_from(after).is_ok_and(|after| after < hits.total);
    let ids: Vec<String> = hits.items.iter().map(|hit| hit.id.clone()).collect();
    let mut snippets: HashMap<String, String> = hits
        .items
        .into_iter()
        .map(|hit| (hit.id, hit.snippet_html))
        .collect();
    let items = store::list_by_ids(&call.node, &call.viewer, &ids).await?;
    let page = Page {
        items,
        next: more.then(|| Cursor {
            at: after,
            id: COUNTED.to_owned(),
        }),
    };
    let mut list = List::of(page, |listed| Item::of(&call.node, listed));
    for item in &mut list.items {
        item.snippet = snippets.remove(item.id());
    }
    Ok(list)
}
