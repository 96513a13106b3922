//! Opening: tables, columns, the bureau's chain and a first look at it.

use std::collections::BTreeMap;

use crate::schema::{LAYOUTS, OWN, Schema, Table, TableKind, added, if_absent};
use crate::tx::{Access, Link, Tip};
use crate::{ChainHash, Fault};

/// Brings the database to the schema and the bureau's chain into being, in one transaction.
pub(crate) fn prepare(link: &mut Link, bureau: &str, schema: &Schema) -> Result<(), Fault> {
    schema.check()?;
    if bureau.is_empty() || bureau.contains('\0') {
        return Err(Fault::bug("the bureau's name is empty or holds a NUL character"));
    }
    link.begin(Access::Write)?;
    let done = (|| {
        link.schema_lock()?;
        let stale = tables(link, schema)?;
        chain(link, bureau)?;
        if !stale.is_empty() {
            project_again(link, schema, &stale)?;
        }
        check_head(link, bureau)
    })();
    match done {
        Ok(()) => link.commit()?,
        Err(fault) => {
            link.rollback();
            return Err(fault);
        }
    }
    link.settle_files()
}

/// Creates what is missing of the tables that are kept, and names the projections that are new or whose text changed.
///
/// Those are left as they are found: an index of the new text may need a column only the new table has, so they are dropped and made
/// again as a whole.
fn tables(link: &mut Link, schema: &Schema) -> Result<Vec<&'static str>, Fault> {
    link.script(LAYOUTS)?;
    let known: BTreeMap<String, String> =
        link.rows("SELECT name, text FROM layouts", &[], |row| Ok((row.text(0), row.text(1))))?.into_iter().collect();
    let mut stale = Vec::new();
    for table in OWN.iter().chain(schema.tables.iter().copied()) {
        let before = known.get(table.name);
        if before.is_some_and(|before| *before == layout(table)) {
            continue;
        }
        match table.kind {
            // One that is new has nothing to show yet: entries of earlier days must still go through it.
            TableKind::Projection => stale.push(table.name),
            TableKind::Primary => keep(link, table, before)?,
        }
    }
    for text in link.search_tables() {
        link.script(text)?;
    }
    Ok(stale)
}

/// Brings a table whose rows are kept to its text: first the columns that were added, then the indexes, which may be on them.
fn keep(link: &mut Link, table: &Table, before: Option<&String>) -> Result<(), Fault> {
    match before {
        Some(before) => {
            let before = before.split(";\n").next().unwrap_or(before);
            for column in added(table, before)? {
                link.script(&format!("ALTER TABLE {} ADD COLUMN {column}", table.name))?;
            }
        }
        None => create(link, table)?,
    }
    indexes(link, table)?;
    remember(link, table)
}

/// Makes every projection again: the functions that fill them are not bound to one table each.
fn project_again(link: &mut Link, schema: &Schema, stale: &[&str]) -> Result<(), Fault> {
    let bureaus = link.rows("SELECT bureau FROM heads ORDER BY bureau", &[], |row| Ok(row.text(0)))?;
    for bureau in &bureaus {
        // Nobody appends until this is over, on another node either.
        link.take_tip(bureau)?;
    }
    // Before the first entry the tables are merely created.
    if link.row("SELECT 1 FROM journal LIMIT 1", &[], |_| Ok(()))?.is_some() {
        tracing::info!(tables = stale.join(", "), "a projection's table changed: rebuilding");
    }
    crate::rebuild::replace(link, &bureaus, schema, true)?;
    Ok(())
}

pub(crate) fn create(link: &mut Link, table: &Table) -> Result<(), Fault> {
    link.script(&if_absent(table.create))
}

pub(crate) fn indexes(link: &mut Link, table: &Table) -> Result<(), Fault> {
    table.indexes.iter().try_for_each(|index| link.script(&if_absent(index)))
}

pub(crate) fn remember(link: &mut Link, table: &Table) -> Result<(), Fault> {
    link.execute("DELETE FROM layouts WHERE name = $1", &[table.name.into()])?;
    link.execute("INSERT INTO layouts (name, text) VALUES ($1, $2)", &[table.name.into(), (&layout(table)).into()])?;
    Ok(())
}

fn layout(table: &Table) -> String {
    std::iter::once(&table.create).chain(table.indexes).copied().collect::<Vec<_>>().join(";\n")
}

fn chain(link: &mut Link, bureau: &str) -> Result<(), Fault> {
    if link.tip(bureau)?.is_none() {
        let tip = Tip::beginning(bureau);
        link.execute(
            "INSERT INTO heads (bureau, position, recorded_at, hash, frontier, turn) VALUES ($1, $2, $3, $4, $5, $6)",
            &[
                bureau.into(),
                tip.position.into(),
                tip.recorded_at.into(),
                (&tip.hash.0).into(),
                (&tip.frontier.bytes()).into(),
                tip.turn.into(),
            ],
        )?;
    }
    Ok(())
}

/// The head must name the last entry. The whole chain is the business of `verify`.
fn check_head(link: &mut Link, bureau: &str) -> Result<(), Fault> {
    // Taken, so that no other node appends between the two statements.
    let tip = link.take_tip(bureau)?;
    let last = link.row(
        "SELECT position, hash FROM journal WHERE bureau = $1 ORDER BY position DESC LIMIT 1",
        &[bureau.into()],
        |row| Ok((row.int(0), row.blob(1))),
    )?;
    let (position, hash) = last.unwrap_or_else(|| (0, ChainHash::beginning(bureau).0.to_vec()));
    if position != tip.position || hash != tip.hash.0 {
        return Err(Fault::bug(format!(
            "the head says the journal ends at {}, it ends at {position}: verify it",
            tip.position
        )));
    }
    Ok(())
}
