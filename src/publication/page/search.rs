//! Looking for something in everything this node holds.

use super::{bank, card};
use crate::base::Result;
use crate::base::search::{Hit, Hits};
use crate::directory::Visit;
use crate::publication::seek::{Wanted, seek};
use crate::publication::{Kind, Listed, store};
use crate::web::form::{self, Choice, Field};
use crate::web::kit::CardProps;
use crate::web::{Arg, icon, kit};
use axum::extract::Query;
use axum::response::Response;
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;
use std::collections::HashMap;

const PAGE_ITEMS: usize = 20;

/// What the search form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    kind: String,
    network: String,
    language: String,
    sort: String,
    offset: String,
}

/// How deep one may page.
const OFFSET_MAX: usize = 10_000;

impl Asked {
    fn offset(&self) -> usize {
        self.offset.parse().unwrap_or(0).min(OFFSET_MAX)
    }

    fn path(&self, offset: usize) -> String {
        let from = offset.to_string();
        let all = [
            ("q", &self.q),
            ("kind", &self.kind),
            ("network", &self.network),
            ("language", &self.language),
            ("sort", &self.sort),
            ("offset", &from),
        ];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in all.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        format!("/search?{}", query.finish())
    }

    fn wanted(&self) -> Wanted {
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        Wanted {
            text: self.q.clone(),
            kind: given(&self.kind),
            network: given(&self.network),
            language: given(&self.language),
            newest_first: self.sort == "newest",
            limit: PAGE_ITEMS,
            offset: self.offset(),
        }
    }
}

/// `GET /search`
pub async fn search(visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    let words = asked.q.trim();
    let hits = seek(&visit.node, &visit.viewer, asked.wanted()).await?;
    let ids: Vec<String> = hits.items.iter().map(|hit| hit.id.clone()).collect();
    let items = store::list_by_ids(&visit.node, &visit.viewer, &ids).await?;
    let fields = fields(&visit, &asked).await?;
    let title = if words.is_empty() {
        visit.t("search-title")
    } else {
        let query = [("query", Arg::from(words))];
        visit.locale.tn("search-results", &query)
    };
    let count = [("count", Arg::from(hits.total))];
    let body = html! {
        (kit::page_head(&title, Some(&visit.t("search-lede")), html! {}))
        (fields)
        h2.count-line { (visit.locale.tn("search-count", &count)) }
        (results(&visit, &asked, &hits, &items))
    };
    let mut chrome = visit.chrome();
    chrome.query = Some(asked.q.clone());
    Ok(visit.page_in(&chrome, &title, body))
}

async fn fields(visit: &Visit, asked: &Asked) -> Result<Markup> {
    let locale = visit.locale;
    let networks = store::list_networks(&visit.node, &visit.viewer).await?;
    let languages = store::list_languages(&visit.node, &visit.viewer).await?;
    let kinds: Vec<Choice> = std::iter::once(Choice::new("", visit.t("bank-all-kinds")))
        .chain(Kind::ALL.iter().map(|kind| {
            let plural = visit.t(&format!("kind-{}-plural", kind.code()));
            Choice::new(kind.code(), plural)
        }))
        .collect();
    let orders = [
        Choice::new("", visit.t("bank-best")),
        Choice::new("newest", visit.t("bank-newest")),
    ];
    let field = |name: &'static str, key: &str| Field::new(name, visit.t(key));
    let words = field("q", "search-words").kind("search").value(&asked.q);
    Ok(html! {
        form.narrow method="get" action="/search" role="search" {
            div.narrow-words { (form::text_field(locale, &words)) }
            (form::select(locale, &field("kind", "bank-filter-kind").value(&asked.kind), &kinds))
            (form::select(locale, &field("network", "bank-filter-network").value(&asked.network),
                &bank::network_choices(visit, &networks)))
            (form::select(locale, &field("language", "bank-filter-language").value(&asked.language),
                &bank::language_choices(visit, &languages)))
            (form::select(locale, &field("sort", "search-sort").value(&asked.sort), &orders))
            button.primary type="submit" { (icon::search()) (visit.t("search-button")) }
        }
    })
}

fn results(visit: &Visit, asked: &Asked, hits: &Hits, items: &[Listed]) -> Markup {
    if items.is_empty() {
        let anything = Asked {
            q: asked.q.clone(),
            ..Asked::default()
        };
        let path = anything.path(0);
        let label = visit.t("search-try-everywhere");
        return kit::empty_state(
            &visit.t("search-empty-title"),
            &visit.t("search-empty-text"),
            Some((&path, &label)),
        );
    }
    let found: HashMap<&str, &Hit> = hits
        .items
        .iter()
        .map(|hit| (hit.id.as_str(), hit))
        .collect();
    let cards: Vec<CardProps> = items
        .iter()
        .map(|item| CardProps {
            found: found
                .get(item.id.as_str())
                .filter(|hit| !hit.snippet_html.is_empty())
                .map(|hit| PreEscaped(hit.snippet_html.clone())),
            ..card::card(visit, item)
        })
        .collect();
    let after = asked.offset() + hits.items.len();
    let next =
        (after < hits.total.min(OFFSET_MAX) && !hits.items.is_empty()).then(|| asked.path(after));
    html! {
        div.results { (kit::cards(&cards)) }
        (kit::pagination(next.as_deref(), &visit.t("bank-next")))
    }
}
