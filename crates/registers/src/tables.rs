//! Tables made from descriptions, and the projection that fills them.

use std::collections::BTreeMap;

use law::corpus::Corpus;
use ledger::{Entry, Fault, Table, TableKind, Tx, Value as Db};

use crate::clocks::last_days;
use crate::descriptor::{Descriptor, Field, Set, Type};
use crate::state::{Body, Row, State, Value, Voided, read};

/// The longest name of a record, characters.
const TITLE_MAX: usize = 80;

/// The tables of these registers. They live as long as the program, as every table does.
pub(crate) fn tables(all: &[Descriptor]) -> Vec<&'static Table> {
    let mut tables = vec![leak(
        "register_last".into(),
        "CREATE TABLE register_last (bureau TEXT NOT NULL, register TEXT NOT NULL, last BIGINT NOT NULL, PRIMARY KEY (bureau, register))".into(),
        Vec::new(),
    )];
    for d in all {
        let table = d.table();
        let orders = d.all_orders();
        let must: Vec<&str> = orders.iter().map(|o| o.field.as_str()).collect();
        let mut columns: Vec<String> = d.fields.iter().map(|f| column(f, must.contains(&f.key.as_str()))).collect();
        columns.extend(d.clocks.iter().map(|c| format!("due_{} TEXT", c.key)));
        let indexes =
            must.iter().map(|key| format!("CREATE INDEX {table}_by_{key} ON {table} (bureau, {key}, id)")).collect();
        tables.push(leak(
            table.clone(),
            format!(
                "CREATE TABLE {table} (bureau TEXT NOT NULL, id BIGINT NOT NULL, title TEXT NOT NULL, version BIGINT NOT NULL, recorded BIGINT NOT NULL, {}, \
                 PRIMARY KEY (bureau, id))",
                columns.join(", ")
            ),
            indexes,
        ));
        for lines in &d.lines {
            let table = format!("{table}_{}", lines.key);
            let columns: Vec<String> = lines.fields.iter().map(|f| column(f, false)).collect();
            tables.push(leak(
                table.clone(),
                format!(
                    "CREATE TABLE {table} (bureau TEXT NOT NULL, record BIGINT NOT NULL, line BIGINT NOT NULL, {}, PRIMARY KEY (bureau, record, line))",
                    columns.join(", ")
                ),
                Vec::new(),
            ));
        }
    }
    tables
}

fn leak(name: String, create: String, indexes: Vec<String>) -> &'static Table {
    let indexes: Vec<&'static str> = indexes.into_iter().map(|i| &*i.leak()).collect();
    Box::leak(Box::new(Table {
        name: name.leak(),
        create: create.leak(),
        indexes: indexes.leak(),
        kind: TableKind::Projection,
    }))
}

/// Only what lists are sorted by must hold something: an entry from before a field was described has none.
fn column(field: &Field, must: bool) -> String {
    format!(
        "{} {}{}",
        field.key,
        if field.ty.is_int() { "BIGINT" } else { "TEXT" },
        if must { " NOT NULL" } else { "" }
    )
}

/// A value as its column holds it.
pub(crate) enum Cell {
    Null,
    Int(i64),
    Text(String),
}

impl Cell {
    pub(crate) fn of(value: Option<&Value>) -> Cell {
        match value {
            None | Some(Value::Kept { .. }) => Cell::Null,
            Some(Value::Bool(yes)) => Cell::Int(i64::from(*yes)),
            Some(Value::Int(n)) => Cell::Int(*n),
            Some(Value::Text(text)) => Cell::Text(text.clone()),
            Some(Value::Ints(list)) => Cell::Text(list.iter().map(i64::to_string).collect::<Vec<_>>().join(",")),
            Some(Value::Texts(list)) => Cell::Text(list.join(",")),
        }
    }

    /// Of a field whose description may have changed since the value was written.
    fn fitting(field: &Field, value: Option<&Value>) -> Cell {
        match (Cell::of(value), field.ty.is_int()) {
            (Cell::Int(n), false) => Cell::Text(n.to_string()),
            (Cell::Text(text), true) => text.parse().map_or(Cell::Null, Cell::Int),
            (cell, _) => cell,
        }
    }

    fn db(&self) -> Db<'_> {
        match self {
            Cell::Null => Db::Null,
            Cell::Int(n) => Db::Int(*n),
            Cell::Text(text) => Db::Text(text),
        }
    }
}

impl Set {
    /// Writes one entry into the tables of these registers.
    ///
    /// # Errors
    /// The database fails, or the entry has a shape this version does not know.
    pub fn project(&self, tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
        match entry.kind.as_str() {
            "register.recorded" | "register.changed" => {
                let body = Body::of(tx, entry)?;
                // A register this program no longer describes: its entries stay in the journal and are shown nowhere.
                let Some(d) = self.get(&body.register) else { return Ok(()) };
                if entry.kind == "register.recorded" {
                    last(tx, &body)?;
                } else {
                    delete(tx, d, body.id)?;
                }
                insert(tx, self, d, &body, entry)
            }
            "register.voided" => {
                let body: Voided = read(entry)?;
                let Some(d) = self.get(&body.register) else { return Ok(()) };
                delete(tx, d, body.id)?;
                tx.index(d.search, &body.id.to_string(), "")
            }
            _ => Ok(()),
        }
    }
}

fn last(tx: &mut Tx<'_>, body: &Body) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    tx.execute(
        "INSERT INTO register_last (bureau, register, last) VALUES ($1, $2, $3) ON CONFLICT (bureau, register) DO UPDATE SET last = $3",
        &[bureau.as_str().into(), (&body.register).into(), body.id.into()],
    )?;
    Ok(())
}

fn delete(tx: &mut Tx<'_>, d: &Descriptor, id: i64) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let args: [Db<'_>; 2] = [bureau.as_str().into(), id.into()];
    for lines in &d.lines {
        tx.execute(&format!("DELETE FROM {}_{} WHERE bureau = $1 AND record = $2", d.table(), lines.key), &args)?;
    }
    tx.execute(&format!("DELETE FROM {} WHERE bureau = $1 AND id = $2", d.table()), &args)?;
    Ok(())
}

fn insert(tx: &mut Tx<'_>, set: &Set, d: &Descriptor, body: &Body, entry: &Entry) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let state = &body.state;
    let title = title(tx, set, d, state)?;
    let orders = d.all_orders();
    let mut columns: Vec<String> = Vec::new();
    let mut cells: Vec<Cell> = Vec::new();
    for field in &d.fields {
        let cell = match Cell::fitting(field, state.fields.get(&field.key)) {
            Cell::Null if orders.iter().any(|o| o.field == field.key) => {
                if field.ty.is_int() {
                    Cell::Int(0)
                } else {
                    Cell::Text(String::new())
                }
            }
            cell => cell,
        };
        columns.push(field.key.clone());
        cells.push(cell);
    }
    for (clock, last) in last_days(d, state, Corpus::builtin().calendar()) {
        columns.push(format!("due_{}", clock.key));
        cells.push(last.map_or(Cell::Null, |due| Cell::Text(due.last.to_string())));
    }
    let mut args: Vec<Db<'_>> =
        vec![bureau.as_str().into(), body.id.into(), (&title).into(), entry.version.into(), entry.recorded_at.into()];
    args.extend(cells.iter().map(Cell::db));
    let holes: Vec<String> = (1..=args.len()).map(|n| format!("${n}")).collect();
    tx.execute(
        &format!(
            "INSERT INTO {} (bureau, id, title, version, recorded, {}) VALUES ({})",
            d.table(),
            columns.join(", "),
            holes.join(", ")
        ),
        &args,
    )?;
    for lines in &d.lines {
        for (at, row) in (1_i64..).zip(state.lines.get(&lines.key).into_iter().flatten()) {
            line(tx, &format!("{}_{}", d.table(), lines.key), &lines.fields, body.id, at, row)?;
        }
    }
    let text = searched(d, state, &title);
    tx.index(d.search, &body.id.to_string(), &text)
}

fn line(tx: &mut Tx<'_>, table: &str, fields: &[Field], record: i64, at: i64, row: &Row) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let cells: Vec<Cell> = fields.iter().map(|f| Cell::fitting(f, row.get(&f.key))).collect();
    let mut args: Vec<Db<'_>> = vec![bureau.as_str().into(), record.into(), at.into()];
    args.extend(cells.iter().map(Cell::db));
    let holes: Vec<String> = (1..=args.len()).map(|n| format!("${n}")).collect();
    let columns: Vec<&str> = fields.iter().map(|f| f.key.as_str()).collect();
    tx.later(
        &format!("INSERT INTO {table} (bureau, record, line, {}) VALUES ({})", columns.join(", "), holes.join(", ")),
        &args,
    )
}

/// What a search looks through: the name, every text and every option; nothing of private persons.
fn searched(d: &Descriptor, state: &State, title: &str) -> String {
    let mut words = vec![title.to_owned()];
    let mut add = |fields: &[Field], row: &Row| {
        for field in fields {
            let Some(Value::Text(text)) = row.get(&field.key) else { continue };
            match field.ty {
                Type::Line | Type::Words => words.push(text.clone()),
                Type::Choice => words.push(field.option(text).to_owned()),
                _ => {}
            }
        }
    };
    add(&d.fields, &state.fields);
    for lines in &d.lines {
        for row in state.lines.get(&lines.key).into_iter().flatten() {
            add(&lines.fields, row);
        }
    }
    words.join(" ")
}

/// What a record is called, by the names that stood when it was recorded.
fn title(tx: &mut Tx<'_>, set: &Set, d: &Descriptor, state: &State) -> Result<String, Fault> {
    let mut said: BTreeMap<&str, String> = BTreeMap::new();
    for field in d.fields.iter().filter(|f| d.called.contains(&format!("{{{}}}", f.key))) {
        let text = match state.fields.get(&field.key) {
            None => String::new(),
            Some(value) => named(tx, set, field, value)?,
        };
        said.insert(&field.key, text);
    }
    let mut title = d.called.clone();
    for (key, text) in said {
        title = title.replace(&format!("{{{key}}}"), &text);
    }
    let title = title.replace("（）", "").split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(if title.chars().count() > TITLE_MAX {
        title.chars().take(TITLE_MAX - 1).chain(['…']).collect()
    } else {
        title
    })
}

fn named(tx: &mut Tx<'_>, set: &Set, field: &Field, value: &Value) -> Result<String, Fault> {
    let bureau = tx.bureau().to_owned();
    let one = |tx: &mut Tx<'_>, sql: String, key: Db<'_>| {
        Ok(tx.row(&sql, &[bureau.as_str().into(), key], |row| Ok(row.text(0)))?.unwrap_or_default())
    };
    match (field.ty, value) {
        (Type::Unit, Value::Text(id)) => {
            one(tx, "SELECT name FROM units WHERE bureau = $1 AND id = $2".into(), id.into())
        }
        (Type::Organ, Value::Text(id)) => {
            one(tx, "SELECT name FROM organs WHERE bureau = $1 AND id = $2".into(), id.into())
        }
        (Type::Place, Value::Text(id)) => {
            one(tx, "SELECT name FROM places WHERE bureau = $1 AND id = $2".into(), id.into())
        }
        (Type::Person, Value::Int(id)) => {
            one(tx, "SELECT name FROM persons WHERE bureau = $1 AND id = $2".into(), (*id).into())
        }
        (Type::Record, Value::Int(id)) => match field.register.as_deref().and_then(|name| set.get(name)) {
            Some(other) => {
                one(tx, format!("SELECT title FROM {} WHERE bureau = $1 AND id = $2", other.table()), (*id).into())
            }
            None => Ok(String::new()),
        },
        (Type::Case, Value::Int(id)) => Ok(format!("第 {id} 号案")),
        (Type::Ticket, Value::Int(id)) => Ok(format!("第 {id} 号诉求")),
        (Type::Choice, Value::Text(code)) => Ok(field.option(code).to_owned()),
        (Type::Matter, Value::Text(code)) => {
            Ok(Corpus::builtin().matter(code).map_or_else(|| code.clone(), |m| m.name.clone()))
        }
        (_, value) => Ok(crate::names::plain(field, value)),
    }
}
