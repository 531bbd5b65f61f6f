//! The banks: all experiences, all papers, all events, of this network and of those it hears.

use super::card;
use crate::base::Result;
use crate::base::listing::{Cursor, Page};
use crate::directory::Visit;
use crate::publication::store::{self, Filter};
use crate::publication::{Kind, Listed, Producer};
use crate::web::form::{self, Choice, Field};
use crate::web::{Arg, NavItem, icon, kit};
use axum::extract::Query;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

const PAGE_ITEMS: usize = 24;

/// How somebody narrows a bank.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Narrow {
    network: String,
    language: String,
    here: String,
    when: String,
    cursor: String,
}

impl Narrow {
    /// The same choice as a query, from another place in the list.
    fn query(&self, cursor: Option<&Cursor>) -> String {
        let cursor = cursor.map(Cursor::encode).unwrap_or_default();
        let all = [
            ("network", &self.network),
            ("language", &self.language),
            ("here", &self.here),
            ("when", &self.when),
            ("cursor", &cursor),
        ];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in all.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        query.finish()
    }

    fn is_narrow(&self) -> bool {
        !(self.network.is_empty() && self.language.is_empty() && self.here.is_empty())
    }
}

/// `GET /experiences`
pub async fn experiences(visit: Visit, Query(narrow): Query<Narrow>) -> Result<Response> {
    bank(visit, narrow, Kind::Experience).await
}

/// `GET /papers`
pub async fn papers(visit: Visit, Query(narrow): Query<Narrow>) -> Result<Response> {
    bank(visit, narrow, Kind::Paper).await
}

/// `GET /agenda`
pub async fn agenda(visit: Visit, Query(narrow): Query<Narrow>) -> Result<Response> {
    bank(visit, narrow, Kind::Event).await
}

async fn bank(visit: Visit, narrow: Narrow, kind: Kind) -> Result<Response> {
    let (node, viewer) = (&visit.node, &visit.viewer);
    let past = narrow.when == "past";
    let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let now = (kind == Kind::Event).then(|| node.now());
    let filter = Filter {
        kind: Some(kind),
        producer: given(&narrow.network),
        language: given(&narrow.language),
        local: !narrow.here.is_empty(),
        from: now.filter(|_| !past),
        until: now.filter(|_| past),
        ..Filter::default()
    };
    let cursor = Cursor::decode(&narrow.cursor);
    let page = store::list(node, viewer, &filter, cursor.as_ref(), PAGE_ITEMS).await?;
    let counted = store::count(node, viewer, &filter).await?;
    let count: i64 = counted.iter().map(|(_, count)| count).sum();
    let networks = store::list_networks(node, viewer).await?;
    let languages = store::list_languages(node, viewer).await?;
    let plural = format!("kind-{}-plural", kind.code());
    let text = |part: &str| visit.t(&format!("bank-{}s-{part}", kind.code()));
    let body = html! {
        (kit::page_head(&text("title"), Some(&text("lede")), write_button(&visit, kind)))
        @if kind == Kind::Event { (moments(&visit, &narrow, past)) }
        (filters(&visit, &narrow, kind, &networks, &languages))
        h2.count-line { (visit.locale.tn("bank-count", &[("count", Arg::from(count))])) }
        (found(&visit, &narrow, kind, &page))
    };
    let mut chrome = visit.chrome();
    chrome.description = Some(text("lede"));
    Ok(visit.page_in(&chrome, &visit.t(&plural), body))
}

fn write_button(visit: &Visit, kind: Kind) -> Markup {
    html! {
        @if visit.viewer.is_member() {
            a.button.primary href={ "/write/" (kind.code()) } {
                (icon::plus()) (visit.t(&format!("write-{}-title", kind.code())))
            }
        }
    }
}

fn moments(visit: &Visit, narrow: &Narrow, past: bool) -> Markup {
    let item = |when: &str, key: &str, current: bool| {
        let narrow = Narrow {
            when: when.to_owned(),
            ..narrow.clone()
        };
        NavItem {
            href: format!("/agenda?{}", narrow.query(None)),
            label: visit.t(key),
            current,
        }
    };
    kit::filters(
        &visit.t("bank-filter-when"),
        &[
            item("", "bank-upcoming", !past),
            item("past", "bank-past", past),
        ],
    )
}

/// The networks to choose among.
pub fn network_choices(visit: &Visit, networks: &[(Producer, i64)]) -> Vec<Choice> {
    let all = Choice::new("", visit.t("bank-all-networks"));
    let each = networks.iter().map(|(network, _)| {
        Choice::new(&network.id, format!("{} ({})", network.name, network.host))
    });
    std::iter::once(all).chain(each).collect()
}

/// The languages to choose among.
pub fn language_choices(visit: &Visit, languages: &[String]) -> Vec<Choice> {
    let all = Choice::new("", visit.t("bank-all-languages"));
    let each = languages
        .iter()
        .map(|code| Choice::new(code, card::language_name(visit.locale, code)));
    std::iter::once(all).chain(each).collect()
}

fn filters(
    visit: &Visit,
    narrow: &Narrow,
    kind: Kind,
    networks: &[(Producer, i64)],
    languages: &[String],
) -> Markup {
    let locale = visit.locale;
    let label = |key: &str| visit.t(key);
    let network = Field::new("network", label("bank-filter-network")).value(&narrow.network);
    let language = Field::new("language", label("bank-filter-language")).value(&narrow.language);
    let here = Field::new("here", label("bank-only-here"));
    html! {
        form.narrow method="get" action=(kind.bank()) {
            (form::select(locale, &network, &network_choices(visit, networks)))
            (form::select(locale, &language, &language_choices(visit, languages)))
            (form::checkbox(locale, &here, !narrow.here.is_empty()))
            @if !narrow.when.is_empty() { (form::hidden("when", &narrow.when)) }
            button type="submit" { (visit.t("action-filter")) }
        }
    }
}

fn found(visit: &Visit, narrow: &Narrow, kind: Kind, page: &Page<Listed>) -> Markup {
    if page.items.is_empty() {
        return nothing(visit, narrow, kind);
    }
    let next = page
        .next
        .as_ref()
        .map(|cursor| format!("{}?{}", kind.bank(), narrow.query(Some(cursor))));
    html! {
        (card::cards(visit, &page.items))
        (kit::pagination(next.as_deref(), &visit.t("bank-next")))
    }
}

fn nothing(visit: &Visit, narrow: &Narrow, kind: Kind) -> Markup {
    let title = visit.t("bank-empty-title");
    if narrow.is_narrow() {
        let all = visit.t("bank-show-all");
        let text = visit.t("bank-empty-narrow");
        return kit::empty_state(&title, &text, Some((kind.bank(), &all)));
    }
    let text = visit.t(&format!("bank-empty-{}", kind.code()));
    let (href, label) = if visit.viewer.is_member() {
        (
            format!("/write/{}", kind.code()),
            visit.t(&format!("write-{}-title", kind.code())),
        )
    } else {
        ("/".to_owned(), visit.t("error-go-home"))
    };
    kit::empty_state(&title, &text, Some((&href, &label)))
}
