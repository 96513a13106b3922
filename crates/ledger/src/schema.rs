//! Tables, as data: who owns them and how they come back.

use std::collections::BTreeSet;

use crate::{Entry, Fault, Tx};

/// A table in the subset of SQL both databases read.
///
/// Column types are BIGINT, TEXT and BYTEA; the first column is `bureau TEXT NOT NULL` and every key begins with it. Text sorts by
/// its bytes on both databases.
#[derive(Debug)]
pub struct Table {
    /// The name, unique in the database.
    pub name: &'static str,
    /// `CREATE TABLE name (...)`.
    pub create: &'static str,
    /// `CREATE [UNIQUE] INDEX name ON table (...)`, made after the rows in a rebuild.
    pub indexes: &'static [&'static str],
    /// Whether the rows can be rebuilt from the journal.
    pub kind: TableKind,
}

/// Where a table's rows come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// Written only by [`Project`] functions: dropped and rebuilt whenever wanted, or when the text of the table or of its indexes
    /// changes.
    Projection,
    /// Written by acts and kept for ever: backed up with the journal. Only new columns and indexes may be added to its text.
    Primary,
}

/// Turns an appended entry into rows, and into search texts by [`Tx::index`].
///
/// It sees the entry, the texts kept with it and the projections, and nothing else: the same function runs when the entry is appended
/// and in every rebuild, so it must give the same rows for the same entry. [`Tx::now_ms`] is the entry's time while it runs.
pub type Project = fn(&mut Tx<'_>, &Entry) -> Result<(), Fault>;

/// What the parts of the system keep in the database; given once, when the ledger is opened.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Every table that is not the ledger's own.
    pub tables: Vec<&'static Table>,
    /// Run in this order on every appended entry.
    pub projects: Vec<Project>,
}

impl Schema {
    pub(crate) fn projections(&self) -> impl Iterator<Item = &'static Table> + '_ {
        self.tables.iter().copied().filter(|table| table.kind == TableKind::Projection)
    }

    pub(crate) fn primaries(&self) -> impl Iterator<Item = &'static Table> + '_ {
        self.tables.iter().copied().filter(|table| table.kind == TableKind::Primary)
    }

    /// Mistakes that would otherwise show as strange rows much later.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let (mut seen, mut indexes) = (BTreeSet::new(), BTreeSet::new());
        for table in OWN.iter().chain(self.tables.iter().copied()) {
            if !seen.insert(table.name) {
                return Err(Fault::bug(format!("table {} is declared twice", table.name)));
            }
            for index in table.indexes {
                // One name for two would leave the second uncreated, unseen.
                if !indexes.insert(index_name(table.name, index)?) {
                    return Err(Fault::bug(format!("the name of an index is taken: {index}")));
                }
            }
            let columns = columns(table.name, table.create)?;
            if columns.first().is_none_or(|(name, _)| name != "bureau") {
                return Err(Fault::bug(format!("the first column of table {} must be `bureau`", table.name)));
            }
            for (name, text) in &columns {
                if !text.split(' ').nth(1).is_some_and(|kind| ["BIGINT", "TEXT", "BYTEA"].contains(&kind)) {
                    return Err(Fault::bug(format!(
                        "column {name} of table {} must be BIGINT, TEXT or BYTEA",
                        table.name
                    )));
                }
            }
        }
        Ok(())
    }
}

/// The journal and what stands beside it. The search tables differ between the databases and are made in `tx`.
pub(crate) static OWN: [Table; 5] = [
    Table {
        name: "heads",
        create: "CREATE TABLE heads (bureau TEXT NOT NULL, position BIGINT NOT NULL, recorded_at BIGINT NOT NULL, hash BYTEA NOT NULL, \
                 frontier BYTEA NOT NULL, turn BIGINT NOT NULL, PRIMARY KEY (bureau))",
        indexes: &[],
        kind: TableKind::Primary,
    },
    Table {
        name: "journal",
        create: "CREATE TABLE journal (bureau TEXT NOT NULL, position BIGINT NOT NULL, format BIGINT NOT NULL, stream TEXT NOT NULL, \
                 version BIGINT NOT NULL, happened_at TEXT NOT NULL, recorded_at BIGINT NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL, \
                 kind_version BIGINT NOT NULL, body TEXT NOT NULL, texts BIGINT NOT NULL, prev BYTEA NOT NULL, hash BYTEA NOT NULL, \
                 PRIMARY KEY (bureau, position))",
        indexes: &[
            "CREATE UNIQUE INDEX journal_prev ON journal (bureau, prev)",
            "CREATE UNIQUE INDEX journal_stream ON journal (bureau, stream, version)",
        ],
        kind: TableKind::Primary,
    },
    Table {
        name: "blocks",
        create: "CREATE TABLE blocks (bureau TEXT NOT NULL, number BIGINT NOT NULL, root BYTEA NOT NULL, PRIMARY KEY (bureau, number))",
        indexes: &[],
        kind: TableKind::Primary,
    },
    Table {
        name: "texts",
        create: "CREATE TABLE texts (bureau TEXT NOT NULL, position BIGINT NOT NULL, slot BIGINT NOT NULL, salt BYTEA, value TEXT, \
                 erased_by BIGINT, PRIMARY KEY (bureau, position, slot))",
        indexes: &[],
        kind: TableKind::Primary,
    },
    Table {
        name: "checkpoints",
        create: "CREATE TABLE checkpoints (bureau TEXT NOT NULL, size BIGINT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (bureau, size))",
        indexes: &[],
        kind: TableKind::Primary,
    },
];

/// The text of each table as last created, by which a later version sees what changed.
pub(crate) const LAYOUTS: &str =
    "CREATE TABLE IF NOT EXISTS layouts (name TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL)";

/// `CREATE TABLE|INDEX` made to pass over what is there already.
pub(crate) fn if_absent(create: &str) -> String {
    for head in ["CREATE TABLE ", "CREATE UNIQUE INDEX ", "CREATE INDEX "] {
        if let Some(rest) = create.strip_prefix(head) {
            return if rest.starts_with("IF NOT EXISTS") {
                create.to_owned()
            } else {
                format!("{head}IF NOT EXISTS {rest}")
            };
        }
    }
    create.to_owned()
}

/// The name of an index of a table.
pub(crate) fn index_name<'a>(table: &str, create: &'a str) -> Result<&'a str, Fault> {
    let words = create.split([' ', '(']).filter(|word| !word.is_empty() && *word != "UNIQUE").collect::<Vec<_>>();
    match words[..] {
        ["CREATE", "INDEX", name, "ON", on, ..] if on == table => Ok(name),
        _ => Err(Fault::bug(format!("index of table {table}: its text must be CREATE INDEX name ON {table} (...)"))),
    }
}

/// Names and definitions of the columns of a table, in order.
pub(crate) fn columns(table: &str, create: &str) -> Result<Vec<(String, String)>, Fault> {
    let wrong = || Fault::bug(format!("table {table}: its text must be CREATE TABLE {table} (...)"));
    let open = create.find('(').ok_or_else(wrong)?;
    let close = create.rfind(')').ok_or_else(wrong)?;
    let named = create[..open].split_whitespace().last() == Some(table);
    if !named || !create.starts_with("CREATE TABLE ") || close < open {
        return Err(wrong());
    }
    let (mut depth, mut start, mut items) = (0i32, open + 1, Vec::new());
    for (at, c) in create[..close].char_indices().skip_while(|(at, _)| *at <= open) {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&create[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(&create[start..close]);
    let mut columns = Vec::new();
    for item in items {
        let item = item.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = item.split(' ').next().unwrap_or_default().to_owned();
        if !["PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "CONSTRAINT", ""].contains(&name.to_ascii_uppercase().as_str()) {
            columns.push((name, item));
        }
    }
    Ok(columns)
}

/// The statement that inserts a row with these columns, in this order.
pub(crate) fn insert_into(table: &str, columns: &[impl AsRef<str>]) -> String {
    let names = columns.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    let values = (1..=columns.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    format!("INSERT INTO {table} ({names}) VALUES ({values})")
}

/// Columns of `now` that are not in `before`, where nothing else about the columns changed.
pub(crate) fn added(now: &Table, before: &str) -> Result<Vec<String>, Fault> {
    let (old, new) = (columns(now.name, before)?, columns(now.name, now.create)?);
    if old.iter().any(|column| !new.contains(column)) {
        return Err(Fault::bug(format!(
            "table {} keeps primary data: columns may only be added (was: {before})",
            now.name
        )));
    }
    Ok(new.into_iter().filter(|(name, _)| old.iter().all(|(was, _)| was != name)).map(|(_, text)| text).collect())
}
