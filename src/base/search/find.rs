//! A search: which words, which filters, who asks; and what each hit shows.

use super::marks::Marker;
use super::words::{Word, Words};
use super::{Fields, Search, unwell};
use crate::base::clock::Millis;
use crate::base::error::Result;
use std::collections::BTreeMap;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, PhraseQuery,
    Query as Condition, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption, Value as _};
use tantivy::{DocAddress, Order, Searcher, TantivyDocument, Term};

/// Hits of one answer, and how deep one may page.
const LIMIT_MAX: usize = 100;
const OFFSET_MAX: usize = 10_000;
const WORDS_MAX: usize = 24;
/// How much a match in the second-best field adds to the best.
const TIE_BREAKER: f32 = 0.1;
const QUOTES: [char; 5] = ['"', '“', '”', '«', '»'];

/// What is searched for.
#[derive(Debug, Clone)]
pub struct Query {
    /// Words as a person typed them: all must match somewhere, those between quotes side by side.
    /// Nothing in it is syntax. Empty: everything, newest first.
    pub text: String,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only this network, by actor id.
    pub network: Option<String>,
    /// Only this language.
    pub language: Option<String>,
    /// By date rather than by relevance.
    pub newest_first: bool,
    /// How many hits, at most 100.
    pub limit: usize,
    /// How many to skip, at most 10,000.
    pub offset: usize,
    /// Who asks.
    pub seen_by: SeenBy,
}

/// Who asks: only what they may see is found and counted.
#[derive(Debug, Clone)]
pub enum SeenBy {
    /// A visitor: what is public.
    Anyone,
    /// A member of this node: what is public, what is local, and what networks they follow tell
    /// their followers.
    Member {
        /// Actor ids.
        followed_networks: Vec<String>,
    },
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    /// How many there are in all.
    pub total: usize,
    /// Those asked for.
    pub items: Vec<Hit>,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its id.
    pub id: String,
    /// How well it fits; 0 when sorted by date.
    pub score: f32,
    /// A piece of its text as HTML: escaped, with `<mark>` around the words that were found.
    pub snippet_html: String,
}

impl Search {
    /// Finds what fits and may be seen. Blocking, for a few milliseconds.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn find(&self, query: &Query) -> Result<Hits> {
        let searcher = self.reader.searcher();
        let wanted = Wanted::read(&query.text);
        let condition = self.condition(query, &wanted);
        let limit = query.limit.min(LIMIT_MAX);
        if limit == 0 || query.offset > OFFSET_MAX {
            let total = searcher.search(&condition, &Count).map_err(unwell)?;
            return Ok(Hits {
                total,
                items: Vec::new(),
            });
        }
        let top = TopDocs::with_limit(limit).and_offset(query.offset);
        let (total, found) = if query.newest_first || wanted.is_empty() {
            let newest = top.order_by_fast_field::<Millis>("published", Order::Desc);
            let (total, found) = searcher
                .search(&condition, &(Count, newest))
                .map_err(unwell)?;
            (total, found.into_iter().map(|(_, at)| (0.0, at)).collect())
        } else {
            let best = top.order_by_score();
            searcher
                .search(&condition, &(Count, best))
                .map_err(unwell)?
        };
        Ok(Hits {
            total,
            items: self.hits(&searcher, &wanted, found)?,
        })
    }

    fn condition(&self, query: &Query, wanted: &Wanted) -> BooleanQuery {
        let fields = &self.fields;
        let mut all: Vec<Box<dyn Condition>> = vec![
            wanted.condition(fields),
            silent(seen_by(fields, &query.seen_by)),
        ];
        for (field, value) in [
            (fields.kind, &query.kind),
            (fields.network, &query.network),
            (fields.language, &query.language),
        ] {
            if let Some(value) = value {
                all.push(silent(is(field, value)));
            }
        }
        BooleanQuery::intersection(all)
    }

    fn hits(
        &self,
        searcher: &Searcher,
        wanted: &Wanted,
        found: Vec<(f32, DocAddress)>,
    ) -> Result<Vec<Hit>> {
        let body = self.fields.body;
        let mut forms = BTreeMap::new();
        for form in wanted.words().flat_map(|word| &word.forms) {
            let known = searcher.doc_freq(&Term::from_field_text(body, form));
            // Rare words tell more about a text than common ones.
            #[expect(clippy::cast_precision_loss, reason = "a rank, not a count")]
            forms.insert(form.clone(), 1.0 / (1.0 + known.map_err(unwell)? as f32));
        }
        let mut marker = Marker::new(forms);
        let mut hits = Vec::with_capacity(found.len());
        for (score, at) in found {
            let stored: TantivyDocument = searcher.doc(at).map_err(unwell)?;
            let text = |field| {
                stored
                    .get_first(field)
                    .and_then(|v| v.as_str())
                    .unwrap_or("")
            };
            hits.push(Hit {
                id: text(self.fields.id).to_owned(),
                score,
                snippet_html: marker.html(text(self.fields.shown)),
            });
        }
        Ok(hits)
    }
}

/// The words of a query.
struct Wanted(Vec<Clause>);

enum Clause {
    Word(Word),
    Phrase(Vec<Word>),
}

impl Wanted {
    fn read(text: &str) -> Self {
        let mut analysis = Words::new();
        let parts: Vec<&str> = text.split(QUOTES).collect();
        let mut left = WORDS_MAX;
        let mut clauses = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            // Every second part is between quotes, unless the last quote was never closed.
            let quoted = at % 2 == 1 && at + 1 < parts.len();
            let mut words = analysis.of(part);
            words.truncate(left);
            left -= words.len();
            if quoted && words.len() > 1 {
                clauses.push(Clause::Phrase(words));
            } else {
                clauses.extend(words.into_iter().map(Clause::Word));
            }
        }
        let says = |clause: &Clause| !matches!(clause, Clause::Word(word) if word.small);
        if clauses.iter().any(says) {
            clauses.retain(says);
        }
        Self(clauses)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn words(&self) -> impl Iterator<Item = &Word> {
        self.0.iter().flat_map(|clause| match clause {
            Clause::Word(word) => std::slice::from_ref(word),
            Clause::Phrase(words) => words.as_slice(),
        })
    }

    fn condition(&self, fields: &Fields) -> Box<dyn Condition> {
        if self.is_empty() {
            return Box::new(AllQuery);
        }
        let clauses = self.0.iter().map(|clause| {
            let anywhere = fields.texts().into_iter().flat_map(|(field, weight)| {
                let conditions = match clause {
                    Clause::Word(word) => word
                        .forms
                        .iter()
                        .map(|form| term(field, form, IndexRecordOption::WithFreqs))
                        .collect(),
                    Clause::Phrase(words) => vec![phrase(field, words)],
                };
                let weighed = move |condition| {
                    Box::new(BoostQuery::new(condition, weight)) as Box<dyn Condition>
                };
                conditions.into_iter().map(weighed)
            });
            let best = DisjunctionMaxQuery::with_tie_breaker(anywhere.collect(), TIE_BREAKER);
            Box::new(best) as Box<dyn Condition>
        });
        Box::new(BooleanQuery::intersection(clauses.collect()))
    }
}

/// Words side by side, by their first forms, which every word of the same stem has.
fn phrase(field: Field, words: &[Word]) -> Box<dyn Condition> {
    let first = words.iter().filter_map(|word| word.forms.first());
    let terms = first.map(|form| Term::from_field_text(field, form));
    Box::new(PhraseQuery::new(terms.collect()))
}

fn term(field: Field, text: &str, option: IndexRecordOption) -> Box<dyn Condition> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), option))
}

fn is(field: Field, value: &str) -> Box<dyn Condition> {
    term(field, value, IndexRecordOption::Basic)
}

/// A condition that filters and does not count for the score.
fn silent(condition: Box<dyn Condition>) -> Box<dyn Condition> {
    Box::new(ConstScoreQuery::new(condition, 0.0))
}

fn seen_by(fields: &Fields, viewer: &SeenBy) -> Box<dyn Condition> {
    let public = is(fields.audience, "public");
    let SeenBy::Member { followed_networks } = viewer else {
        return public;
    };
    let local: Box<dyn Condition> = Box::new(TermQuery::new(
        Term::from_field_bool(fields.local, true),
        IndexRecordOption::Basic,
    ));
    let followed = followed_networks
        .iter()
        .map(|network| Term::from_field_text(fields.network, network));
    let told = BooleanQuery::intersection(vec![
        is(fields.audience, "followers"),
        Box::new(TermSetQuery::new(followed)),
    ]);
    Box::new(BooleanQuery::new(vec![
        (Occur::Should, public),
        (Occur::Should, local),
        (Occur::Should, Box::new(told)),
    ]))
}
