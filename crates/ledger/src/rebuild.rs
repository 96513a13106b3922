//! Projections and search, made again from the journal.

use serde::Serialize;
use tokio::sync::oneshot;

use crate::schema::{Schema, index_name};
use crate::tx::{Access, Frame, Link, Mode, Tip, Tx, entries_after};
use crate::writer::{Job, Writer};
use crate::{Fault, Ledger};

/// Entries read at a time, and search rows written at a time.
const CHUNK: i64 = 2000;

/// What a rebuild did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rebuilt {
    /// Entries that went through the projections.
    pub entries: i64,
    /// Projection tables made again.
    pub tables: usize,
}

impl Ledger {
    /// Drops projections and search and makes them again from the journal, in one transaction. Acts wait meanwhile; readers see the
    /// old rows until it is done.
    ///
    /// Where other bureaus share the database, only this bureau's rows are replaced.
    pub async fn rebuild(&self) -> Result<Rebuilt, Fault> {
        let (reply, answer) = oneshot::channel();
        let work = move |writer: &mut Writer| {
            let done = rebuild(writer);
            // The caller may have gone; the work is done all the same.
            let _ = reply.send(done);
        };
        self.jobs()?.send(Job::Alone(Box::new(work))).await.map_err(|_| Fault::Stopped)?;
        answer.await.unwrap_or(Err(Fault::Stopped))
    }
}

fn rebuild(writer: &mut Writer) -> Result<Rebuilt, Fault> {
    let Writer { link, bureau, schema, .. } = writer;
    link.begin(Access::Write)?;
    let done = (|| {
        // Nobody appends until this is over.
        link.take_tip(bureau)?;
        let others =
            link.rows("SELECT bureau FROM heads WHERE bureau <> $1", &[(&**bureau).into()], |row| Ok(row.text(0)))?;
        replace(link, &[bureau.to_string()], schema, others.is_empty())
    })();
    match done {
        Ok(rebuilt) => link.commit().map(|()| rebuilt),
        Err(fault) => {
            link.rollback();
            Err(fault)
        }
    }
}

/// Replaces the rows of these bureaus. `all`: no other bureau has rows, so whole tables go.
pub(crate) fn replace(link: &mut Link, bureaus: &[String], schema: &Schema, all: bool) -> Result<Rebuilt, Fault> {
    if all {
        for table in schema.projections() {
            // Also by name: a table that is no longer declared may still have an index of that name, and a new one would be passed over.
            for index in table.indexes {
                link.script(&format!("DROP INDEX IF EXISTS {}", index_name(table.name, index)?))?;
            }
            link.script(&format!("DROP TABLE IF EXISTS {}", table.name))?;
        }
        for table in schema.projections() {
            crate::open::create(link, table)?;
            crate::open::remember(link, table)?;
        }
        link.drop_search()?;
        for text in link.search_tables() {
            link.script(text)?;
        }
    } else {
        for bureau in bureaus {
            for table in schema.projections() {
                link.execute(&format!("DELETE FROM {} WHERE bureau = $1", table.name), &[bureau.into()])?;
            }
            link.clear_search(bureau)?;
        }
    }
    let mut entries = 0;
    for bureau in bureaus {
        entries += replay(link, bureau, schema, i64::MAX)?;
    }
    // After the rows: a third faster than keeping them while rows come in.
    for table in schema.projections() {
        crate::open::indexes(link, table)?;
    }
    link.settle()?;
    Ok(Rebuilt { entries, tables: schema.projections().count() })
}

/// Runs the projections over the journal up to a position and gives how many entries there were.
pub(crate) fn replay(link: &mut Link, bureau: &str, schema: &Schema, to: i64) -> Result<i64, Fault> {
    let (mut after, mut count) = (0, 0);
    let mut frame = Frame::new(Mode::Act, Tip::beginning(bureau), 0);
    loop {
        let entries = entries_after(link, bureau, after, to, CHUNK)?;
        let Some(last) = entries.last() else { break };
        after = last.position;
        for entry in &entries {
            Tx { link, bureau, schema, frame: &mut frame }.project(entry)?;
            frame.folds.keep();
            count += 1;
        }
        link.write_search(bureau, &mut frame.docs)?;
    }
    link.settle()?;
    Ok(count)
}
