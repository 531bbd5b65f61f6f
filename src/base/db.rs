//! The database: SQLite embedded, or PostgreSQL; one code for both (D22, D23).
//! Here stand the connection set-up of each and the migrations; nothing else knows the dialect
//! but the job claim in `queue.rs`.

use super::error::{Error, Result};
use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::migrate::Migrator;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Executor as _, Row as _, Transaction};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

const READ_CONNECTIONS_MAX: u32 = 4;
const POSTGRES_CONNECTIONS_MAX: u32 = 16;
const ACQUIRE_SECONDS: u64 = 5;

/// Which database stands behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one process.
    Sqlite,
    /// Several processes may share it.
    Postgres,
}

/// A database of one node: readers, and the writer.
#[derive(Clone)]
pub struct Db {
    /// Which engine.
    pub engine: Engine,
    read: AnyPool,
    write: AnyPool,
    wake: Arc<Notify>,
}

/// One write transaction. Dropped without [`Tx::commit`], it changes nothing.
pub struct Tx {
    inner: Transaction<'static, Any>,
    /// Set when work was left for the queue: workers are woken after the commit.
    pub wakes: bool,
    wake: Arc<Notify>,
    engine: Engine,
}

impl Db {
    /// Opens `sqlite:..` or `postgres://..`.
    ///
    /// # Errors
    /// When the database cannot be reached or is not what we support; the text says what to do.
    pub async fn open(url: &str) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let engine = if url.starts_with("sqlite:") {
            Engine::Sqlite
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Engine::Postgres
        } else {
            return Err(Error::Operator(
                "database_url must begin with postgres:// or sqlite:".into(),
            ));
        };
        let failed =
            |error: sqlx::Error| Error::Operator(format!("cannot open the database: {error}"));
        let options = |connections: u32| {
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(ACQUIRE_SECONDS))
                .after_connect(move |connection, _| {
                    Box::pin(async move { set_up(engine, connection).await })
                })
        };
        let (read, write) = match engine {
            Engine::Sqlite => {
                let write = options(1)
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .connect(url)
                    .await
                    .map_err(failed)?;
                (
                    options(READ_CONNECTIONS_MAX)
                        .connect_lazy(url)
                        .map_err(failed)?,
                    write,
                )
            }
            Engine::Postgres => {
                let pool = options(POSTGRES_CONNECTIONS_MAX)
                    .connect(url)
                    .await
                    .map_err(failed)?;
                (pool.clone(), pool)
            }
        };
        Ok(Self {
            engine,
            read,
            write,
            wake: Arc::new(Notify::new()),
        })
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// When a migration fails, or when the database was written by a newer version.
    pub async fn migrate(&self) -> Result<()> {
        use sqlx::migrate::MigrateError;
        MIGRATIONS.run(&self.write).await.map_err(|error| match error {
            MigrateError::VersionMissing(version) => Error::Operator(format!(
                "this database was written by a newer Atelier (migration {version}): install that version"
            )),
            other => other.into(),
        })
    }

    /// How many migrations this program knows, and how many the database has.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn migrations(&self) -> Result<(usize, usize)> {
        let applied = sqlx::query("SELECT COUNT(*) AS n FROM _sqlx_migrations WHERE success")
            .fetch_one(self.read())
            .await
            .and_then(|row| row.try_get::<i64, _>("n"))
            .unwrap_or(0);
        Ok((
            MIGRATIONS.iter().count(),
            usize::try_from(applied).unwrap_or(0),
        ))
    }

    /// The pool to read from.
    #[must_use]
    pub fn read(&self) -> &AnyPool {
        &self.read
    }

    /// Begins a write transaction. On SQLite this is the one writer: hold it briefly, and never
    /// across network, hashing, key making or image work (D22).
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the writer stays busy.
    pub async fn write(&self) -> Result<Tx> {
        let inner = match self.engine {
            Engine::Sqlite => self.write.begin_with("BEGIN IMMEDIATE").await?,
            Engine::Postgres => self.write.begin().await?,
        };
        Ok(Tx {
            inner,
            wakes: false,
            wake: self.wake.clone(),
            engine: self.engine,
        })
    }

    /// Resolves when somebody in this process left work in the queue.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Wakes the workers of this process.
    pub fn wake(&self) {
        self.wake.notify_waiters();
    }

    /// Folds the write-ahead log back into the file and cuts it off (SQLite); nothing on PostgreSQL.
    /// It makes everybody wait: for a node that stops, or stands still.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn checkpoint(&self) -> Result<()> {
        self.fold("PRAGMA wal_checkpoint(TRUNCATE)").await
    }

    /// Folds back what can be folded without making anybody wait (SQLite); nothing on PostgreSQL.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn checkpoint_passively(&self) -> Result<()> {
        self.fold("PRAGMA wal_checkpoint(PASSIVE)").await
    }

    async fn fold(&self, pragma: &'static str) -> Result<()> {
        if self.engine == Engine::Sqlite {
            let mut connection = self.write.acquire().await?;
            sqlx::query(pragma).fetch_all(&mut *connection).await?;
        }
        Ok(())
    }

    /// Writes a consistent copy of an SQLite database to a new file, while it is in use.
    ///
    /// # Errors
    /// On PostgreSQL (use `pg_dump`), or when the file cannot be written.
    pub async fn copy_to(&self, path: &std::path::Path) -> Result<()> {
        if self.engine == Engine::Postgres {
            return Err(Error::Operator(
                "this node's database is PostgreSQL: save it with pg_dump".into(),
            ));
        }
        let mut connection = self.read.acquire().await?;
        sqlx::query("VACUUM INTO $1")
            .bind(path.display().to_string())
            .execute(&mut *connection)
            .await?;
        Ok(())
    }

    /// What PostgreSQL sorts by, when it is not what SQLite sorts by (D23).
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn foreign_collation(&self) -> Result<Option<String>> {
        if self.engine == Engine::Sqlite {
            return Ok(None);
        }
        let row: AnyRow = sqlx::query(
            "SELECT CAST(datcollate AS TEXT) AS c FROM pg_database WHERE datname = current_database()",
        )
        .fetch_one(&self.read)
        .await?;
        let collation: String = row.try_get("c")?;
        Ok((collation != "C" && collation != "C.UTF-8").then_some(collation))
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

/// Makes a schema in a PostgreSQL database, and gives the URL that works in it alone: for several nodes
/// on one server, as the demonstration and the tests have them (D23).
///
/// # Errors
/// When the database cannot be reached, or the name is not plain.
pub async fn schema_url(url: &str, schema: &str) -> Result<String> {
    check_schema_name(schema)?;
    let db = Db::open(url).await?;
    let sql = format!("CREATE SCHEMA IF NOT EXISTS {schema}");
    sqlx::query(AssertSqlSafe(sql)).execute(&db.write).await?;
    db.close().await;
    let joint = if url.contains('?') { '&' } else { '?' };
    Ok(format!("{url}{joint}options[search_path]={schema}"))
}

/// Removes a schema that [`schema_url`] made, with all that is in it.
///
/// # Errors
/// When the database cannot be reached, or the name is not plain.
pub async fn drop_schema(url: &str, schema: &str) -> Result<()> {
    check_schema_name(schema)?;
    let db = Db::open(url).await?;
    let sql = format!("DROP SCHEMA IF EXISTS {schema} CASCADE");
    sqlx::query(AssertSqlSafe(sql)).execute(&db.write).await?;
    db.close().await;
    Ok(())
}

fn check_schema_name(schema: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if schema.is_empty() || !schema.chars().all(plain) {
        return Err(Error::Operator(format!("{schema} is no name for a schema")));
    }
    Ok(())
}

async fn set_up(engine: Engine, connection: &mut AnyConnection) -> sqlx::Result<()> {
    match engine {
        Engine::Sqlite => {
            for pragma in [
                "PRAGMA busy_timeout = 5000",
                "PRAGMA journal_mode = WAL",
                "PRAGMA synchronous = FULL",
                "PRAGMA foreign_keys = ON",
                "PRAGMA journal_size_limit = 16777216",
                "PRAGMA cache_size = -4000",
                "PRAGMA temp_store = MEMORY",
            ] {
                connection.execute(AssertSqlSafe(pragma)).await?;
            }
        }
        Engine::Postgres => {
            connection.execute("SET lock_timeout = '5s'").await?;
        }
    }
    Ok(())
}

impl Tx {
    /// The connection to run statements on.
    pub fn on(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Lets nobody else hold this name until the end of the transaction: for two deeds that must see each
    /// other though neither's row is there yet. On SQLite the one writer is that already.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn hold(&mut self, name: &str) -> Result<()> {
        if self.engine == Engine::Postgres {
            sqlx::query("SELECT CAST(pg_advisory_xact_lock(hashtext($1)) AS TEXT) AS held")
                .bind(name)
                .fetch_all(self.on())
                .await?;
        }
        Ok(())
    }

    /// Makes it durable, then wakes the workers if work was left.
    ///
    /// # Errors
    /// When the database refuses; then nothing happened.
    pub async fn commit(self) -> Result<()> {
        self.inner.commit().await?;
        if self.wakes {
            self.wake.notify_waiters();
        }
        Ok(())
    }
}

/// `($1,$2),($3,$4)`: placeholders for rows of `columns` values (D22: `QueryBuilder` writes `?`).
#[must_use]
pub fn rows_of(rows: usize, columns: usize) -> String {
    let mut out = String::with_capacity(rows * columns * 5);
    for row in 0..rows {
        out.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..columns {
            if column > 0 {
                out.push(',');
            }
            out.push('$');
            out.push_str(&(row * columns + column + 1).to_string());
        }
        out.push(')');
    }
    out
}

/// `$3,$4,$5`: a list of `count` placeholders, the first one numbered `first`.
#[must_use]
pub fn list_of(first: usize, count: usize) -> String {
    let all: Vec<String> = (first..first + count).map(|n| format!("${n}")).collect();
    all.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbered() {
        assert_eq!(rows_of(2, 2), "($1,$2),($3,$4)");
        assert_eq!(list_of(3, 2), "$3,$4");
    }
}
