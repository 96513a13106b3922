//! A small system on the ledger: cases with a stage, a count per kind, and notes that are primary data.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::civil::date;
use ledger::{Clock, Draft, Entry, Fault, Ledger, Place, Schema, Table, TableKind, Tx};
use tokio_postgres::SimpleQueryMessage;

pub(crate) const BUREAU: &str = "示例区";

pub(crate) static CASES: Table = Table {
    name: "cases",
    create: "CREATE TABLE cases (bureau TEXT NOT NULL, id TEXT NOT NULL, stage TEXT NOT NULL, acts BIGINT NOT NULL, position BIGINT NOT NULL, \
             note TEXT, PRIMARY KEY (bureau, id))",
    indexes: &["CREATE INDEX cases_stage ON cases (bureau, stage, position)"],
    kind: TableKind::Projection,
};

pub(crate) static COUNTS: Table = Table {
    name: "counts",
    create: "CREATE TABLE counts (bureau TEXT NOT NULL, kind TEXT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (bureau, kind))",
    indexes: &[],
    kind: TableKind::Projection,
};

pub(crate) static NOTES: Table = Table {
    name: "notes",
    create: "CREATE TABLE notes (bureau TEXT NOT NULL, id TEXT NOT NULL, body TEXT, bytes BYTEA, PRIMARY KEY (bureau, id))",
    indexes: &[],
    kind: TableKind::Primary,
};

pub(crate) fn schema() -> Schema {
    Schema { tables: vec![&CASES, &COUNTS, &NOTES], projects: vec![count, case] }
}

fn count(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    tx.later(
        "INSERT INTO counts (bureau, kind, n) VALUES ($1, $2, 1) ON CONFLICT (bureau, kind) DO UPDATE SET n = counts.n + 1",
        &[(&bureau).into(), (&entry.kind).into()],
    )
}

fn case(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    assert_eq!(tx.now_ms(), entry.recorded_at, "a projection sees the entry's time");
    let text = tx.text(entry.position, 1)?;
    tx.later(
        "INSERT INTO cases (bureau, id, stage, acts, position, note) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (bureau, id) \
         DO UPDATE SET stage = EXCLUDED.stage, acts = EXCLUDED.acts, position = EXCLUDED.position, note = EXCLUDED.note",
        &[
            (&bureau).into(),
            (&entry.stream).into(),
            (&entry.kind).into(),
            entry.version.into(),
            entry.position.into(),
            (&text).into(),
        ],
    )?;
    if let Some(text) = text {
        tx.index("case", &entry.stream, &text)?;
    }
    Ok(())
}

/// One act with one text.
pub(crate) fn act(tx: &mut Tx<'_>, stream: &str, expects: Option<i64>, kind: &str, text: &str) -> Result<Entry, Fault> {
    let commitment = tx.keep(1, text)?;
    let body = format!(r#"{{"text": "{commitment}",  "n": 1}}"#);
    tx.append(draft(stream, expects, kind, body))
}

pub(crate) fn draft<'a>(stream: &'a str, expects: Option<i64>, kind: &'a str, body: String) -> Draft<'a> {
    Draft { stream, expects, happened_at: date(2026, 11, 24), actor: "officer-7", kind, kind_version: 1, body }
}

pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) time: Arc<AtomicI64>,
    postgres: Option<(String, String)>,
}

impl World {
    pub(crate) fn open(&self) -> Ledger {
        self.open_with(schema()).unwrap()
    }

    pub(crate) fn open_with(&self, schema: Schema) -> Result<Ledger, Fault> {
        Ledger::open(self.place.clone(), BUREAU, self.clock(), schema)
    }

    /// A clock that moves by one millisecond whenever it is asked.
    pub(crate) fn clock(&self) -> Clock {
        let time = Arc::clone(&self.time);
        Arc::new(move || time.fetch_add(1, Ordering::Relaxed))
    }

    /// Changes the database behind the ledger's back.
    pub(crate) fn tamper(&self, sql: &str) {
        match &self.place {
            Place::Sqlite(folder) => {
                let db = rusqlite::Connection::open(folder.join("ledger.db")).unwrap();
                db.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
            }
            Place::Postgres(url) => drop(on_postgres(url, sql)),
        }
    }

    /// Indexes whose name begins so, with what they were created by. Without those that come with keys.
    pub(crate) fn indexes(&self, beginning: &str) -> BTreeMap<String, String> {
        let sql = match &self.place {
            Place::Sqlite(_) => "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
            Place::Postgres(_) => {
                "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND indexname NOT LIKE '%_pkey'"
            }
        };
        let found = match &self.place {
            Place::Sqlite(folder) => {
                let db = rusqlite::Connection::open(folder.join("ledger.db")).unwrap();
                let mut statement = db.prepare(sql).unwrap();
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
                rows.collect::<Result<BTreeMap<String, String>, _>>().unwrap()
            }
            Place::Postgres(url) => on_postgres(url, sql),
        };
        found.into_iter().filter(|(name, _)| name.starts_with(beginning)).collect()
    }

    pub(crate) fn sqlite(&self) -> Option<PathBuf> {
        match &self.place {
            Place::Sqlite(folder) => Some(folder.join("ledger.db")),
            Place::Postgres(_) => None,
        }
    }

    fn sqlite_world() -> World {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Sqlite(folder.path().join("data"));
        World { place, folder, time: Arc::new(AtomicI64::new(1_760_000_000_000)), postgres: None }
    }

    fn postgres_world(url: &str) -> World {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let name = format!("t{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        on_postgres(url, &format!("CREATE SCHEMA {name}"));
        let joint = if url.contains('?') { '&' } else { '?' };
        World {
            place: Place::Postgres(format!("{url}{joint}options=-csearch_path%3D{name}")),
            folder: tempfile::tempdir().unwrap(),
            time: Arc::new(AtomicI64::new(1_760_000_000_000)),
            postgres: Some((url.to_owned(), name)),
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some((url, name)) = &self.postgres
            && !std::thread::panicking()
        {
            on_postgres(url, &format!("DROP SCHEMA {name} CASCADE"));
        }
    }
}

/// Runs statements, and gives the rows of those that ask for two columns of text.
fn on_postgres(url: &str, sql: &str) -> BTreeMap<String, String> {
    let (url, sql) = (url.to_owned(), sql.to_owned());
    // On a thread of its own: the caller may be on a runtime.
    std::thread::spawn(move || {
        runtime().block_on(async {
            let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
            let connection = tokio::spawn(connection);
            let messages = client.simple_query(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
            drop(client);
            connection.await.unwrap().unwrap();
            let rows = messages.into_iter().filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => Some((row.get(0)?.to_owned(), row.get(1)?.to_owned())),
                _ => None,
            });
            rows.collect()
        })
    })
    .join()
    .unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// A new world on every database there is.
pub(crate) fn worlds() -> Vec<World> {
    let mut worlds = vec![World::sqlite_world()];
    if let Ok(url) = std::env::var("XIEZHI_TEST_POSTGRES") {
        worlds.push(World::postgres_world(&url));
    }
    worlds
}

/// Runs a test on every database there is.
pub(crate) fn on_each<F: AsyncFn(World)>(test: F) {
    for world in worlds() {
        runtime().block_on(test(world));
    }
}

/// Runs a test on SQLite alone.
pub(crate) fn on_sqlite<F: AsyncFn(World)>(test: F) {
    runtime().block_on(test(World::sqlite_world()));
}

/// Some entries over some streams, with a text each.
pub(crate) async fn fill(ledger: &Ledger, n: usize) {
    for at in 0..n {
        let stream = format!("case-{}", at % 5);
        ledger.act(move |tx| act(tx, &stream, None, "filed", &format!("第{at}号当事人张三占道经营"))).await.unwrap();
    }
}
