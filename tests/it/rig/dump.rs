//! What a node holds, as text: to say that nothing changed. Left out is what only counts, logs or
//! remembers when somebody was last seen.

use super::TestNode;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Column as _, Row as _};
use std::collections::BTreeSet;

/// Lines of `table column=value ..`, one a row.
pub type Dump = BTreeSet<String>;

/// Tables that only count or log.
const TABLES_LEFT_OUT: [&str; 4] = ["_sqlx_migrations", "attempt", "host", "inbound"];
/// Columns that only say when.
const COLUMNS_LEFT_OUT: [&str; 4] = ["fetched_at", "last_seen", "last_used_at", "seen_at"];

impl TestNode {
    /// All that it holds.
    pub async fn dump(&self) -> Dump {
        let tables = match self.schema {
            Some(_) => {
                "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables \
                 WHERE table_schema = current_schema()"
            }
            None => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            }
        };
        let found = sqlx::query(tables)
            .fetch_all(self.db.read())
            .await
            .expect("the tables");
        assert!(found.len() > 10, "a schema");
        let mut dump = Dump::new();
        for table in found {
            let table: String = table.get("name");
            if TABLES_LEFT_OUT.contains(&table.as_str()) {
                continue;
            }
            let rows = sqlx::query(AssertSqlSafe(format!("SELECT * FROM {table}")))
                .fetch_all(self.db.read())
                .await
                .expect("its rows");
            dump.extend(rows.iter().map(|row| line(&table, row)));
        }
        dump
    }
}

fn line(table: &str, row: &AnyRow) -> String {
    let mut line = table.to_owned();
    for column in row.columns() {
        let name = column.name();
        if COLUMNS_LEFT_OUT.contains(&name) {
            continue;
        }
        let text = row.try_get::<Option<String>, _>(name);
        let value = match text {
            Ok(text) => text,
            Err(_) => row
                .try_get::<Option<i64>, _>(name)
                .expect("a text or a number")
                .map(|number| number.to_string()),
        };
        line.push_str(&format!(
            " {name}={}",
            value.unwrap_or_else(|| "null".into())
        ));
    }
    line
}

/// What is in one and not in the other, for a test that says why it fails.
pub fn difference(before: &Dump, after: &Dump) -> Vec<String> {
    let gone = before.difference(after).map(|line| format!("- {line}"));
    let new = after.difference(before).map(|line| format!("+ {line}"));
    gone.chain(new).collect()
}
