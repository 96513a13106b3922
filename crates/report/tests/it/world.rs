//! A ledger whose entries are rows of the tables that indicators read, so that every row stands in the test that counts it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::civil::date;
use law::Day;
use ledger::{Draft, Entry, Fault, Ledger, Place, Schema, Table, Tx, Value};
use report::{Claim, Figure, Period};
use serde_json::{Map, Value as Json, json};

pub(crate) const BUREAU: &str = "示例区";

pub(crate) struct World {
    pub(crate) ledger: Ledger,
    pub(crate) folder: tempfile::TempDir,
    postgres: Option<(String, String)>,
}

// Declared again, rather than taken from the crates that own them, so that these tests need not build the engine that sets documents;
// `tables_are_as_their_owners_declare_them` holds them to the originals.
static CASES: Table = Table {
    name: "cases",
    create: "CREATE TABLE cases (bureau TEXT NOT NULL, id BIGINT NOT NULL, organ TEXT NOT NULL, unit TEXT NOT NULL, title TEXT NOT NULL, number TEXT NOT NULL, matter TEXT NOT NULL, procedure TEXT NOT NULL, stage BIGINT NOT NULL, place TEXT NOT NULL, lead TEXT, opened TEXT NOT NULL, filed TEXT, decided TEXT, closed TEXT, fine BIGINT NOT NULL, handler BIGINT NOT NULL, due TEXT NOT NULL, due_label TEXT NOT NULL, due_start TEXT NOT NULL, due_workdays BIGINT NOT NULL, marks BIGINT NOT NULL, version BIGINT NOT NULL, campaign BIGINT, PRIMARY KEY (bureau, id))",
    indexes: &[],
    kind: ledger::TableKind::Projection,
};

static DECISIONS: Table = Table {
    name: "decisions",
    create: "CREATE TABLE decisions (bureau TEXT NOT NULL, case_id BIGINT NOT NULL, act BIGINT NOT NULL, organ TEXT NOT NULL, unit TEXT NOT NULL, kind TEXT NOT NULL, procedure TEXT NOT NULL, matter TEXT NOT NULL, number TEXT NOT NULL, decided TEXT NOT NULL, fine BIGINT NOT NULL, fine_decided BIGINT NOT NULL, mild BIGINT NOT NULL, person BIGINT NOT NULL, served TEXT, published TEXT, withdrawn TEXT, revoked TEXT, PRIMARY KEY (bureau, case_id, act))",
    indexes: &[],
    kind: ledger::TableKind::Projection,
};

static DECISION_FINES: Table = Table {
    name: "decision_fines",
    create: "CREATE TABLE decision_fines (bureau TEXT NOT NULL, case_id BIGINT NOT NULL, act BIGINT NOT NULL, day TEXT NOT NULL, fine BIGINT NOT NULL, PRIMARY KEY (bureau, case_id, act, day))",
    indexes: &[],
    kind: ledger::TableKind::Projection,
};

static TICKETS: Table = Table {
    name: "tickets",
    create: "CREATE TABLE tickets (bureau TEXT NOT NULL, id BIGINT NOT NULL, source TEXT NOT NULL, order_no TEXT NOT NULL, channel TEXT NOT NULL, kind TEXT NOT NULL, received TEXT NOT NULL, title TEXT NOT NULL, address TEXT NOT NULL, unit TEXT, state TEXT NOT NULL, due TEXT NOT NULL, contact_due TEXT NOT NULL, contacted TEXT, answered TEXT, closed TEXT, PRIMARY KEY (bureau, id))",
    indexes: &[],
    kind: ledger::TableKind::Projection,
};

fn tables() -> Vec<&'static Table> {
    let mut tables: Vec<&'static Table> = office::TABLES.iter().collect();
    tables.extend([&CASES, &DECISIONS, &DECISION_FINES]);
    tables.push(&TICKETS);
    tables.extend(registers::tables());
    tables
}

/// Columns of a table that must hold something, with nothing of their type.
fn blank(table: &str) -> Map<String, Json> {
    let create = tables().into_iter().find(|t| t.name == table).unwrap_or_else(|| panic!("no table {table}")).create;
    let columns = create.split_once('(').unwrap().1.split(", ");
    let needed = columns.filter(|c| c.contains(" NOT NULL") && !c.starts_with("bureau"));
    needed
        .map(|c| {
            let name = c.split(' ').next().unwrap().to_owned();
            let value = match name.as_str() {
                // A ticket whose test says nothing of the term has all the time it wants.
                "contact_due" => json!("9999-12-31"),
                _ if c.contains(" BIGINT ") => json!(0),
                _ => json!(""),
            };
            (name, value)
        })
        .collect()
}

/// Writes an entry `seed.row` into the table it names.
fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    if entry.kind != "seed.row" {
        return Ok(());
    }
    let body: Json = serde_json::from_str(&entry.body).unwrap();
    let table = body["table"].as_str().unwrap();
    let bureau = tx.bureau().to_owned();
    let mut row = blank(table);
    row.insert("bureau".into(), json!(bureau));
    row.extend(body["row"].as_object().unwrap().clone());
    let names: Vec<&str> = row.keys().map(String::as_str).collect();
    let holes: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
    let args: Vec<Value<'_>> = row
        .values()
        .map(|v| match v {
            Json::String(text) => Value::Text(text),
            Json::Number(n) => Value::Int(n.as_i64().unwrap()),
            Json::Null => Value::Null,
            other => panic!("{other}"),
        })
        .collect();
    tx.execute(&format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), holes.join(", ")), &args)?;
    Ok(())
}

impl World {
    fn open(place: Place, folder: tempfile::TempDir, postgres: Option<(String, String)>) -> World {
        let schema = Schema { tables: tables(), projects: vec![office::project, project] };
        // A clock that stands still: the same entries give the same root.
        let ledger = Ledger::open(place, BUREAU, Arc::new(|| 1_732_150_000_000), schema).unwrap();
        World { ledger, folder, postgres }
    }

    pub(crate) async fn seed(&self, rows: Vec<(&'static str, Json)>) {
        self.ledger
            .act(move |tx| {
                for (table, row) in &rows {
                    let body = json!({ "table": table, "row": row }).to_string();
                    tx.append(Draft {
                        stream: "seed",
                        expects: None,
                        happened_at: date(2024, 1, 1),
                        actor: "test",
                        kind: "seed.row",
                        kind_version: 1,
                        body,
                    })?;
                }
                Ok(())
            })
            .await
            .unwrap();
    }

    pub(crate) async fn figure(&self, id: &'static str, period: Period) -> Figure {
        self.ledger
            .read(move |tx| report::figure(tx, id, &period))
            .await
            .unwrap()
            .unwrap_or_else(|| panic!("no figure {id}"))
    }

    pub(crate) async fn claim(&self, id: &str, period: Period) -> Claim {
        let claims = self.ledger.read(move |tx| report::claims(tx, &period)).await.unwrap();
        claims.into_iter().find(|c| c.id == id).unwrap_or_else(|| panic!("no claim {id}"))
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

pub(crate) fn until(day: Day) -> Period {
    Period::of_year(day.year(), day).unwrap()
}

/// The day to which the report of 2024 counts.
pub(crate) fn report_day() -> Period {
    until(date(2024, 11, 21))
}

fn on_postgres(url: &str, sql: &str) {
    let (url, sql) = (url.to_owned(), sql.to_owned());
    // On a thread of its own: the caller may be on a runtime.
    std::thread::spawn(move || {
        runtime().block_on(async {
            let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
            let connection = tokio::spawn(connection);
            client.batch_execute(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
            drop(client);
            connection.await.unwrap().unwrap();
        });
    })
    .join()
    .unwrap();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Runs a test on every database there is.
#[expect(clippy::disallowed_methods, reason = "the test's own setting")]
pub(crate) fn on_each<F: AsyncFn(World)>(test: F) {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let folder = tempfile::tempdir().unwrap();
    let world = World::open(Place::Sqlite(folder.path().join("data")), folder, None);
    runtime().block_on(test(world));
    if let Ok(url) = std::env::var("XIEZHI_TEST_POSTGRES") {
        let name = format!("r{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        on_postgres(&url, &format!("CREATE SCHEMA {name}"));
        let joint = if url.contains('?') { '&' } else { '?' };
        let place = Place::Postgres(format!("{url}{joint}options=-csearch_path%3D{name}"));
        let world = World::open(place, tempfile::tempdir().unwrap(), Some((url, name)));
        runtime().block_on(test(world));
    }
}

#[test]
fn tables_are_as_their_owners_declare_them() {
    let owned = [("casework", &CASES), ("casework", &DECISIONS), ("casework", &DECISION_FINES), ("intake", &TICKETS)];
    for (owner, table) in owned {
        let mut source = String::new();
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(owner).join("src"), &mut source);
        let joined = source.split("\\\n").map(str::trim_start).collect::<String>();
        let Some((_, theirs)) = joined.split_once(&format!("CREATE TABLE {} (", table.name)) else {
            panic!("{owner} declares no table {}", table.name);
        };
        let theirs: Vec<&str> = theirs.split_once("PRIMARY KEY").unwrap().0.split(", ").map(str::trim).collect();
        let ours = table.create.split_once('(').unwrap().1.split_once("PRIMARY KEY").unwrap().0;
        for column in ours.split(", ").map(str::trim) {
            assert!(theirs.contains(&column), "{owner} declares no `{column}` in {}: {theirs:?}", table.name);
        }
    }
}

/// All the program text below a folder.
fn read(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}
