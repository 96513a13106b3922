//! PostgreSQL: one connection, pipelined.
//!
//! Each connection belongs to one thread and is driven by that thread's own small runtime.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::runtime::Runtime;
use tokio_postgres::error::{DbError, Severity};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Error, NoTls, Statement};

use super::{Access, Row};
use crate::search::{Doc, Query, Term};
use crate::value::{Owned, Value};
use crate::{Fault, Hit};

/// Statements sent and not yet answered; beyond this the writer waits.
const PIPELINE_MAX: usize = 512;
/// Held while tables are created, so that two nodes do not create the same one. Any fixed number will do.
const SCHEMA_LOCK: i64 = 0x7869_657a_6869;

/// How many times as many rows as wanted are looked at newest first, before the index on words is asked.
const WINDOW: i64 = 8;

type Sent = Pin<Box<dyn Future<Output = Result<u64, Error>> + Send>>;

pub(crate) struct Link {
    url: String,
    access: Access,
    runtime: Runtime,
    client: Option<Arc<Client>>,
    statements: HashMap<String, Statement>,
    /// Sent, in order, and not yet answered.
    pipeline: VecDeque<Sent>,
    /// The first error of the transaction: PostgreSQL refuses everything after it.
    broken: Option<Fault>,
    failed: bool,
    open: bool,
}

impl Link {
    pub(crate) fn open(url: &str, access: Access) -> Result<Link, Fault> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Fault::bug)?;
        let mut link = Link {
            url: url.to_owned(),
            access,
            runtime,
            client: None,
            statements: HashMap::new(),
            pipeline: VecDeque::new(),
            broken: None,
            failed: false,
            open: false,
        };
        link.connect()?;
        Ok(link)
    }

    fn connect(&mut self) -> Result<(), Fault> {
        self.statements.clear();
        self.pipeline.clear();
        let (client, connection) =
            self.runtime.block_on(tokio_postgres::connect(&self.url, NoTls)).map_err(|error| fault(&error))?;
        self.runtime.spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(?error, "connection to PostgreSQL ended");
            }
        });
        let mut settings = String::from("SET client_min_messages = warning; SET timezone = 'UTC';");
        if self.access == Access::Read {
            settings.push_str(
                "SET default_transaction_read_only = on; SET default_transaction_isolation = 'repeatable read';",
            );
        }
        self.runtime.block_on(client.batch_execute(&settings)).map_err(|error| fault(&error))?;
        self.client = Some(Arc::new(client));
        Ok(())
    }

    pub(crate) fn search_tables() -> &'static [&'static str] {
        &[
            "CREATE TABLE IF NOT EXISTS search_rows (bureau TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, position BIGINT NOT NULL, \
             digest BYTEA NOT NULL, words TSVECTOR NOT NULL, PRIMARY KEY (bureau, kind, id))",
            // Without fastupdate every insert goes into the index at once: slower by a fifth, but no reader or writer meets a flush of
            // the pending list that takes half a second.
            "CREATE INDEX IF NOT EXISTS search_rows_words ON search_rows USING gin (words) WITH (fastupdate = off)",
            "CREATE INDEX IF NOT EXISTS search_rows_newest ON search_rows (bureau, kind, position)",
        ]
    }

    pub(crate) fn schema_lock(&mut self) -> Result<(), Fault> {
        self.rows("SELECT 1 FROM (SELECT pg_advisory_xact_lock($1)) locked", &[SCHEMA_LOCK.into()], &mut |_| Ok(()))
    }

    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Fault> {
        self.settle()?;
        let client = self.client()?;
        let done = self.runtime.block_on(client.batch_execute(&bytewise(sql)));
        self.seen(done)
    }

    pub(crate) fn begin(&mut self, _: Access) -> Result<(), Fault> {
        if self.client.as_ref().is_none_or(|client| client.is_closed()) {
            self.connect()?;
        }
        (self.broken, self.failed, self.open) = (None, false, true);
        self.simple("BEGIN")
    }

    /// Everything pipelined is awaited first: PostgreSQL answers a COMMIT in a failed transaction with success, having rolled back.
    pub(crate) fn commit(&mut self) -> Result<(), Fault> {
        if let Err(fault) = self.settle() {
            self.rollback();
            return Err(fault);
        }
        let client = self.client()?;
        self.open = false;
        match self.runtime.block_on(client.batch_execute("COMMIT")) {
            Ok(()) => Ok(()),
            Err(error) => {
                tracing::error!(?error, "commit failed");
                // The server says itself that it rolled back, or nobody knows.
                match error.as_db_error() {
                    Some(said) if said.parsed_severity() == Some(Severity::Error) => Err(fault(&error)),
                    _ => {
                        self.client = None;
                        Err(if self.access == Access::Read { fault(&error) } else { Fault::Unknown })
                    }
                }
            }
        }
    }

    pub(crate) fn rollback(&mut self) {
        let Some(client) = self.client.clone() else { return };
        if !std::mem::take(&mut self.open) {
            return;
        }
        let pipeline = std::mem::take(&mut self.pipeline);
        let done = self.runtime.block_on(async {
            for sent in pipeline {
                // The first error is already known or does not matter: all of it is undone.
                let _ = sent.await;
            }
            client.batch_execute("ROLLBACK").await
        });
        (self.broken, self.failed) = (None, false);
        if let Err(error) = done {
            tracing::warn!(?error, "rollback failed; the server undoes it when the connection ends");
            self.client = None;
        }
    }

    pub(crate) fn in_transaction(&self) -> bool {
        self.open && self.broken.is_none()
    }

    pub(crate) fn take_failed(&mut self) -> bool {
        std::mem::take(&mut self.failed)
    }

    /// Sends a statement that takes no arguments and waits for nothing.
    pub(crate) fn simple(&mut self, sql: &'static str) -> Result<(), Fault> {
        let client = self.client()?;
        self.send(Box::pin(async move { client.batch_execute(sql).await.map(|()| 0) }))
    }

    pub(crate) fn later(&mut self, sql: &str, args: &[Value<'_>]) -> Result<(), Fault> {
        let sent = self.prepared(sql, args)?;
        self.send(sent)
    }

    pub(crate) fn execute(&mut self, sql: &str, args: &[Value<'_>]) -> Result<u64, Fault> {
        let mut sent = self.prepared(sql, args)?;
        let first = poll_once(&self.runtime, &mut sent);
        self.settle()?;
        let done = match first {
            Poll::Ready(done) => done,
            Poll::Pending => self.runtime.block_on(sent),
        };
        self.seen(done)
    }

    pub(crate) fn rows(
        &mut self,
        sql: &str,
        args: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let statement = self.statement(sql)?;
        let args = args.iter().map(Owned::from).collect::<Vec<_>>();
        let client = self.client()?;
        let mut asked = Box::pin(async move {
            let args = args.iter().map(|arg| arg as &(dyn ToSql + Sync)).collect::<Vec<_>>();
            client.query(&statement, &args).await
        });
        // Sent before the earlier answers are waited for, and they are taken in order: the connection holds back
        // later answers until earlier ones are taken.
        let first = poll_once(&self.runtime, &mut asked);
        self.settle()?;
        let done = match first {
            Poll::Ready(done) => done,
            Poll::Pending => self.runtime.block_on(asked),
        };
        for row in self.seen(done)? {
            super::check(&Row::postgres(&row), each)?;
        }
        Ok(())
    }

    /// Waits for everything sent; the first error is the transaction's.
    pub(crate) fn settle(&mut self) -> Result<(), Fault> {
        let pipeline = std::mem::take(&mut self.pipeline);
        if !pipeline.is_empty() {
            let done = self.runtime.block_on(async {
                let mut first = Ok(());
                for sent in pipeline {
                    if let Err(error) = sent.await
                        && first.is_ok()
                    {
                        first = Err(error);
                    }
                }
                first
            });
            self.seen(done)?;
        }
        match &self.broken {
            Some(fault) => Err(fault.again()),
            None => Ok(()),
        }
    }

    pub(crate) fn write_search(&mut self, bureau: &str, docs: &[Doc]) -> Result<(), Fault> {
        for doc in docs {
            // Words hold letters, digits and Han characters only; quoted all the same.
            let words = doc
                .words
                .iter()
                .enumerate()
                .map(|(at, word)| format!("'{word}':{}", at + 1))
                .collect::<Vec<_>>()
                .join(" ");
            self.later(
                "INSERT INTO search_rows (bureau, kind, id, position, digest, words) \
                 VALUES ($1, $2, $3, $4, $5, CAST(CAST($6 AS TEXT) AS TSVECTOR)) \
                 ON CONFLICT (bureau, kind, id) DO UPDATE SET position = EXCLUDED.position, digest = EXCLUDED.digest, words = EXCLUDED.words",
                &[bureau.into(), (&doc.kind).into(), (&doc.id).into(), doc.position.into(), (&doc.digest).into(), (&words).into()],
            )?;
        }
        Ok(())
    }

    pub(crate) fn clear_search(&mut self, bureau: &str) -> Result<(), Fault> {
        self.later("DELETE FROM search_rows WHERE bureau = $1", &[bureau.into()])
    }

    pub(crate) fn drop_search(&mut self) -> Result<(), Fault> {
        self.script("DROP TABLE IF EXISTS search_rows")
    }

    pub(crate) fn search(
        &mut self,
        bureau: &str,
        kind: Option<&str>,
        query: &Query,
        limit: u32,
    ) -> Result<Vec<Hit>, Fault> {
        let matching = query.terms.iter().map(quoted).collect::<Vec<_>>().join(" & ");
        let mut hits = Vec::new();
        // What many rows hold is found among the newest without reading them all, which the index on words would.
        if let Some(kind) = kind {
            let window = i64::from(limit) * WINDOW;
            self.rows(
                "SELECT kind, id, position FROM (SELECT kind, id, position, words FROM search_rows WHERE bureau = $1 AND kind = $2 ORDER BY position DESC LIMIT $5) newest \
                 WHERE words @@ CAST(CAST($3 AS TEXT) AS TSQUERY) ORDER BY position DESC, id LIMIT $4",
                &[bureau.into(), kind.into(), (&matching).into(), limit.into(), window.into()],
                &mut |row| {
                    hits.push(Hit { kind: row.text(0), id: row.text(1), position: row.int(2) });
                    Ok(())
                },
            )?;
            if hits.len() >= limit as usize {
                return Ok(hits);
            }
            hits.clear();
        }
        self.rows(
            "SELECT kind, id, position FROM search_rows WHERE bureau = $1 AND (CAST($2 AS TEXT) IS NULL OR kind = $2) \
             AND words @@ CAST(CAST($3 AS TEXT) AS TSQUERY) ORDER BY position DESC, kind, id LIMIT $4",
            &[bureau.into(), kind.into(), (&matching).into(), limit.into()],
            &mut |row| {
                hits.push(Hit { kind: row.text(0), id: row.text(1), position: row.int(2) });
                Ok(())
            },
        )?;
        Ok(hits)
    }

    fn prepared(&mut self, sql: &str, args: &[Value<'_>]) -> Result<Sent, Fault> {
        let statement = self.statement(sql)?;
        let args = args.iter().map(Owned::from).collect::<Vec<_>>();
        let client = self.client()?;
        Ok(Box::pin(async move {
            let args = args.iter().map(|arg| arg as &(dyn ToSql + Sync)).collect::<Vec<_>>();
            client.execute(&statement, &args).await
        }))
    }

    /// A future of the client sends at its first poll; polling at once keeps the order of the statements.
    fn send(&mut self, mut sent: Sent) -> Result<(), Fault> {
        match poll_once(&self.runtime, &mut sent) {
            Poll::Ready(done) => self.seen(done).map(|_| ()),
            Poll::Pending => {
                self.pipeline.push_back(sent);
                if self.pipeline.len() >= PIPELINE_MAX { self.settle() } else { Ok(()) }
            }
        }
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, Fault> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        self.settle()?;
        let client = self.client()?;
        let done = self.runtime.block_on(client.prepare(sql));
        let statement = self.seen(done)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn client(&self) -> Result<Arc<Client>, Fault> {
        self.client.clone().ok_or_else(|| Fault::Unavailable("no connection to PostgreSQL".into()))
    }

    fn seen<T>(&mut self, done: Result<T, Error>) -> Result<T, Fault> {
        done.map_err(|error| {
            let fault = fault(&error);
            self.failed = true;
            self.broken.get_or_insert_with(|| fault.again());
            fault
        })
    }
}

fn poll_once<F: Future + Unpin>(runtime: &Runtime, future: &mut F) -> Poll<F::Output> {
    let _guard = runtime.enter();
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Text columns sort by their bytes, as on SQLite, whatever the locale of the server.
fn bytewise(sql: &str) -> String {
    if !sql.starts_with("CREATE TABLE") && !sql.starts_with("ALTER TABLE") {
        return sql.to_owned();
    }
    let mut out = String::with_capacity(sql.len() + 128);
    let mut word = String::new();
    for c in sql.chars().chain(['\0']) {
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        out.push_str(&word);
        if word == "TEXT" {
            out.push_str(" COLLATE \"C\"");
        }
        word.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

fn quoted(term: &Term) -> String {
    match term {
        Term::Phrase(words) => {
            format!("({})", words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" <-> "))
        }
        Term::Prefix(word) => format!("'{word}':*"),
        Term::Tag(word) => format!("'{word}'"),
    }
}

/// What an error *before* the commit means: nothing was recorded.
fn fault(error: &Error) -> Fault {
    let Some(said) = error.as_db_error() else {
        return if error.is_closed()
            || std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>())
        {
            Fault::Unavailable(error.to_string())
        } else {
            Fault::Bug(format!("{error}: {:?}", std::error::Error::source(error)))
        };
    };
    let words = |said: &DbError| format!("{} {}: {}", said.code().code(), said.severity(), said.message());
    match said.code().code() {
        "53100" => Fault::Full,
        "25006" => Fault::ReadOnly,
        // Connections, resources, shutdown, serialization and lock timeouts: try again.
        code if ["08", "53", "57", "58"].contains(&&code[..2]) || ["40001", "40P01", "55P03"].contains(&code) => {
            Fault::Unavailable(words(said))
        }
        _ => Fault::Bug(words(said)),
    }
}

impl ToSql for Owned {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, kind) {
            (Owned::Null, _) => Ok(IsNull::Yes),
            (Owned::Int(n), &Type::INT8) => n.to_sql(kind, out),
            (Owned::Int(n), &Type::INT4) => i32::try_from(*n)?.to_sql(kind, out),
            (Owned::Int(n), &Type::INT2) => i16::try_from(*n)?.to_sql(kind, out),
            (Owned::Int(n), &Type::BOOL) => (*n != 0).to_sql(kind, out),
            (Owned::Text(text), &(Type::TEXT | Type::VARCHAR | Type::UNKNOWN | Type::NAME | Type::BPCHAR)) => {
                text.to_sql(&Type::TEXT, out)
            }
            (Owned::Blob(bytes), &Type::BYTEA) => bytes.to_sql(kind, out),
            (value, kind) => Err(format!("{value:?} cannot be an argument of type {kind}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::bytewise;

    #[test]
    fn text_columns_sort_by_bytes() {
        assert_eq!(
            bytewise("CREATE TABLE t (text TEXT NOT NULL, texts BIGINT)"),
            "CREATE TABLE t (text TEXT COLLATE \"C\" NOT NULL, texts BIGINT)"
        );
        assert_eq!(bytewise("SELECT CAST($1 AS TEXT)"), "SELECT CAST($1 AS TEXT)");
    }
}
