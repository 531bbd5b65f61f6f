//! The search index: what can be found on this node, by its words, its kind and who may see it.
//!
//! It is a copy of what the database says, and can always be made again: so it is never backed up,
//! and a damaged one is thrown away.

mod find;
mod marks;
mod words;

pub use find::{Hit, Hits, Query, SeenBy};

use super::clock::Millis;
use super::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use tantivy::directory::MmapDirectory;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term};

/// What a writer may hold before it writes; the least that is allowed.
const WRITER_BYTES_MAX: usize = 15_000_000;
/// Blocks of stored text kept unpacked, 16 kB each, for each segment.
const STORE_BLOCKS_MAX: usize = 4;
/// How much of a text is kept to show pieces of it.
const SHOWN_CHARS_MAX: usize = 4_000;
/// A segment with more deleted entries than this is written anew.
const DELETED_RATIO_MAX: f32 = 0.3;

/// One thing that can be found.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Its id: a later entry of this id takes its place.
    pub id: String,
    /// What it is.
    pub kind: String,
    /// The actor id of its network.
    pub network: String,
    /// The actor id of its author.
    pub author: String,
    /// Its language.
    pub language: String,
    /// `public`, `followers` or `members`.
    pub audience: String,
    /// Whether it was made on this node.
    pub local: bool,
    /// When it was published.
    pub published: Millis,
    /// When it begins, if it is an event.
    pub start: Option<Millis>,
    /// Its name.
    pub name: String,
    /// Its summary.
    pub summary: String,
    /// Its text, without tags.
    pub body: String,
    /// Where it is, in words.
    pub place: String,
    /// The names of producers and networks.
    pub people: String,
}

/// The index of one process.
pub struct Search {
    index: Index,
    fields: Fields,
    reader: IndexReader,
    mark: Mutex<Mark>,
    /// Held while writing: one writer at a time.
    writing: Mutex<()>,
}

/// How far the index has read the database; stored with each commit.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Mark {
    cursor: Millis,
    epoch: i64,
}

struct Fields {
    id: Field,
    kind: Field,
    network: Field,
    author: Field,
    language: Field,
    audience: Field,
    local: Field,
    published: Field,
    start: Field,
    name: Field,
    summary: Field,
    body: Field,
    place: Field,
    people: Field,
    shown: Field,
}

impl Fields {
    fn with_schema() -> (Self, Schema) {
        let mut schema = Schema::builder();
        let words = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(words::NAME)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        );
        let fields = Self {
            id: schema.add_text_field("id", STRING | STORED),
            kind: schema.add_text_field("kind", STRING),
            network: schema.add_text_field("network", STRING),
            author: schema.add_text_field("author", STRING),
            language: schema.add_text_field("language", STRING),
            audience: schema.add_text_field("audience", STRING),
            local: schema.add_bool_field("local", INDEXED),
            published: schema.add_i64_field("published", FAST),
            start: schema.add_i64_field("start", INDEXED | FAST),
            name: schema.add_text_field("name", words.clone()),
            summary: schema.add_text_field("summary", words.clone()),
            body: schema.add_text_field("body", words.clone()),
            place: schema.add_text_field("place", words.clone()),
            people: schema.add_text_field("people", words),
            shown: schema.add_text_field("shown", STORED),
        };
        (fields, schema.build())
    }

    /// The fields that hold words, and what a match in each is worth.
    fn texts(&self) -> [(Field, f32); 5] {
        [
            (self.name, 4.0),
            (self.summary, 2.0),
            (self.people, 2.0),
            (self.place, 2.0),
            (self.body, 1.0),
        ]
    }

    fn document(&self, entry: &Entry) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        for (field, text) in [
            (self.id, &entry.id),
            (self.kind, &entry.kind),
            (self.network, &entry.network),
            (self.author, &entry.author),
            (self.language, &entry.language),
            (self.audience, &entry.audience),
            (self.name, &entry.name),
            (self.summary, &entry.summary),
            (self.body, &entry.body),
            (self.place, &entry.place),
            (self.people, &entry.people),
        ] {
            if !text.is_empty() {
                document.add_text(field, text);
            }
        }
        document.add_bool(self.local, entry.local);
        document.add_i64(self.published, entry.published);
        if let Some(start) = entry.start {
            document.add_i64(self.start, start);
        }
        let shown = [entry.summary.as_str(), &entry.body].join(" ");
        let shown: String = shown.trim().chars().take(SHOWN_CHARS_MAX).collect();
        document.add_text(self.shown, shown);
        document
    }
}

impl Search {
    /// Opens the index in a folder, or begins one. One that is damaged, or of another version of
    /// this program, is thrown away: then the cursor is 0 and everything is to be read again.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn open(dir: &Path) -> Result<Self> {
        std::fs::create_dir_all(dir)?;
        match Self::open_as_is(dir) {
            Ok(search) => Ok(search),
            Err(error) => {
                tracing::warn!(%error, "the search index cannot be read and is built anew");
                Self::anew(dir)
            }
        }
    }

    /// Begins an empty index in a folder, whatever was in it.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn anew(dir: &Path) -> Result<Self> {
        std::fs::create_dir_all(dir)?;
        for item in std::fs::read_dir(dir)? {
            let item = item?;
            if item.file_type()?.is_dir() {
                std::fs::remove_dir_all(item.path())?;
            } else {
                std::fs::remove_file(item.path())?;
            }
        }
        Self::open_as_is(dir).map_err(unwell)
    }

    fn open_as_is(dir: &Path) -> tantivy::Result<Self> {
        let (fields, schema) = Fields::with_schema();
        let tokenizers = TokenizerManager::default();
        tokenizers.register(words::NAME, TextAnalyzer::from(words::Words::new()));
        let index = Index::builder()
            .schema(schema)
            .tokenizers(tokenizers)
            .open_or_create(MmapDirectory::open(dir)?)?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(STORE_BLOCKS_MAX)
            .try_into()?;
        let payload = index.load_metas()?.payload.unwrap_or_default();
        let mark = serde_json::from_str(&payload).unwrap_or_default();
        Ok(Self {
            index,
            fields,
            reader,
            mark: Mutex::new(mark),
            writing: Mutex::new(()),
        })
    }

    fn mark(&self) -> Mark {
        *self.mark.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Up to which change the database was read.
    #[must_use]
    pub fn cursor(&self) -> Millis {
        self.mark().cursor
    }

    /// Which making of the index this is: the database names the one that should be.
    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.mark().epoch
    }

    /// How many entries there are, whoever may see them.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Whether there is nothing to find.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts entries in the place of those with their ids, takes others away, and remembers how far
    /// the database was read: all in one commit, to be found when this returns. With nothing to
    /// change, only the memory of this process moves on.
    ///
    /// **Blocking**, for it waits for the disk, and now and then for older entries being put
    /// together: call it from `spawn_blocking`, with some hundred entries at once where there are many.
    /// The writer lives only as long as the call, so that a node at rest holds no memory for it.
    ///
    /// # Errors
    /// When the index cannot be written; it is then as it was before.
    pub fn replace(
        &self,
        entries: Vec<Entry>,
        removed: Vec<String>,
        cursor: Millis,
        epoch: i64,
    ) -> Result<()> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = Mark { cursor, epoch };
        if !(entries.is_empty() && removed.is_empty() && epoch == self.epoch()) {
            let payload = serde_json::to_string(&mark)?;
            self.write(&entries, &removed, &payload).map_err(unwell)?;
        }
        *self.mark.lock().unwrap_or_else(PoisonError::into_inner) = mark;
        Ok(())
    }

    fn write(&self, entries: &[Entry], removed: &[String], payload: &str) -> tantivy::Result<()> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(WRITER_BYTES_MAX)
            .build();
        let mut writer: IndexWriter = self.index.writer_with_options(options)?;
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(DELETED_RATIO_MAX);
        writer.set_merge_policy(Box::new(policy));
        for id in removed {
            writer.delete_term(Term::from_field_text(self.fields.id, id));
        }
        for entry in entries {
            writer.delete_term(Term::from_field_text(self.fields.id, &entry.id));
            writer.add_document(self.fields.document(entry))?;
        }
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(payload);
        commit.commit()?;
        self.reader.reload()?;
        writer.wait_merging_threads()?;
        self.reader.reload()
    }
}

fn unwell(error: TantivyError) -> Error {
    match error {
        TantivyError::LockFailure(..) => Error::Unavailable {
            reason: "another process writes the search index".into(),
            retry_after_seconds: 5,
        },
        other => other.into(),
    }
}

#[cfg(test)]
mod tests;
