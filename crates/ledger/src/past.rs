//! A past position: what the projections showed when the journal ended there.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};

use crate::encode::hex;
use crate::ledger::{Inner, apart};
use crate::schema::{OWN, Schema, Table, columns, insert_into};
use crate::tx::{Access, Link, Tip, entries_after, insert_entry, io};
use crate::value::Owned;
use crate::{Fault, Ledger, Place, open, proof, readers, rebuild};

/// Entries copied at a time.
const CHUNK: i64 = 2000;
/// Tells apart what is being built at the same time.
static BUILDS: AtomicU64 = AtomicU64::new(0);

impl Ledger {
    /// A read-only ledger whose journal ends at `position`, its projections and search rebuilt to there. Texts and primary tables are
    /// as they are today.
    ///
    /// It is built in `folder` once and opened again as long as journal, schema and erasures are the same. Copies made before the
    /// last erasure are removed, so that an erased text does not live on in them; the folder must hold nothing else.
    ///
    /// # Errors
    /// [`Fault::Bug`] where the journal does not reach that far.
    pub async fn past(&self, position: i64, folder: &Path) -> Result<Ledger, Fault> {
        let folder = folder.to_owned();
        let place = self
            .aside(move |link, inner| {
                link.begin(Access::Read)?;
                let done = build(link, inner, position, &folder);
                link.rollback();
                done
            })
            .await?;
        let Inner { bureau, clock, schema, .. } = &*self.inner;
        let (reads, threads) = apart(|| readers::start(&place, bureau, clock, schema))?;
        Ok(Ledger {
            inner: Arc::new(Inner {
                place,
                bureau: Arc::clone(bureau),
                clock: Arc::clone(clock),
                schema: Arc::clone(schema),
                stopped: Arc::new(AtomicBool::new(false)),
                jobs: None,
                reads,
                threads: Mutex::new(threads),
            }),
        })
    }
}

fn build(link: &mut Link, inner: &Inner, position: i64, folder: &Path) -> Result<Place, Fault> {
    let bureau = &*inner.bureau;
    let tip = link.tip(bureau)?.ok_or_else(|| Fault::bug(format!("no chain for bureau {bureau}")))?;
    if !(0..=tip.position).contains(&position) {
        return Err(Fault::bug(format!("position {position} is outside the journal, which ends at {}", tip.position)));
    }
    let root = proof::tree(link, bureau, position, &[])?.root().ok_or_else(|| Fault::bug("the tree has a hole"))?;
    let erased =
        link.row("SELECT count(*) FROM texts WHERE bureau = $1 AND erased_by IS NOT NULL", &[bureau.into()], |row| {
            Ok(row.int(0))
        })?;
    let erasures = format!("e{}", erased.unwrap_or(0));
    let target =
        folder.join(format!("past-{position}-{}-{}-{erasures}", &root.to_string()[..16], layout(&inner.schema)));
    std::fs::create_dir_all(folder).map_err(|error| io(&error))?;
    remove_stale(folder, &erasures)?;
    if !target.exists() {
        let build = BUILDS.fetch_add(1, Ordering::Relaxed);
        let making = folder.join(format!("making-{}-{build}", std::process::id()));
        let done = fill(link, bureau, &inner.schema, position, &making).and_then(|()| {
            match std::fs::rename(&making, &target) {
                // Somebody else has just finished the same.
                Err(_) if target.exists() => Ok(()),
                done => done.map_err(|error| io(&error)),
            }
        });
        if making.exists()
            && let Err(error) = std::fs::remove_dir_all(&making)
        {
            tracing::warn!(?error, "an unfinished past position stays at {}", making.display());
        }
        done?;
    }
    Ok(Place::Sqlite(target))
}

/// Copies that may hold texts erased since.
fn remove_stale(folder: &Path, erasures: &str) -> Result<(), Fault> {
    for found in std::fs::read_dir(folder).map_err(|error| io(&error))? {
        let path: PathBuf = found.map_err(|error| io(&error))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("past-") && name.rsplit('-').next() != Some(erasures) {
            std::fs::remove_dir_all(&path).map_err(|error| io(&error))?;
        }
    }
    Ok(())
}

fn layout(schema: &Schema) -> String {
    let mut sha = Sha256::new();
    for table in &schema.tables {
        sha.update(table.create.as_bytes());
        sha.update([0]);
    }
    hex(&sha.finalize()[..4])
}

fn fill(from: &mut Link, bureau: &str, schema: &Schema, position: i64, folder: &Path) -> Result<(), Fault> {
    let mut to = Link::scratch(folder)?;
    to.begin(Access::Scratch)?;
    for table in OWN.iter().chain(schema.tables.iter().copied()) {
        open::create(&mut to, table)?;
    }
    for text in to.search_tables() {
        to.script(text)?;
    }
    let tip = copy_journal(from, &mut to, bureau, position)?;
    to.execute(
        "INSERT INTO heads (bureau, position, recorded_at, hash, frontier, turn) VALUES ($1, $2, $3, $4, $5, 0)",
        &[
            bureau.into(),
            tip.position.into(),
            tip.recorded_at.into(),
            (&tip.hash.0).into(),
            (&tip.frontier.bytes()).into(),
        ],
    )?;
    for table in OWN.iter().filter(|table| table.name == "texts").chain(schema.primaries()) {
        let until = if table.name == "texts" { "position" } else { "0" };
        copy_rows(from, &mut to, bureau, table, &format!("{until} <= $2"), position)?;
    }
    for table in OWN.iter() {
        open::indexes(&mut to, table)?;
    }
    rebuild::replay(&mut to, bureau, schema, position)?;
    for table in &schema.tables {
        open::indexes(&mut to, table)?;
    }
    to.commit()
}

fn copy_journal(from: &mut Link, to: &mut Link, bureau: &str, position: i64) -> Result<Tip, Fault> {
    let mut tip = Tip::beginning(bureau);
    while tip.position < position {
        let entries = entries_after(from, bureau, tip.position, position, CHUNK)?;
        if entries.is_empty() {
            return Err(Fault::bug(format!("the journal has a gap after {}", tip.position)));
        }
        for entry in entries {
            insert_entry(to, bureau, &entry, &entry.happened_at.to_string())?;
            tip.push(to, bureau, &entry)?;
        }
    }
    Ok(tip)
}

fn copy_rows(
    from: &mut Link,
    to: &mut Link,
    bureau: &str,
    table: &Table,
    until: &str,
    position: i64,
) -> Result<(), Fault> {
    let names = columns(table.name, table.create)?.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let insert = insert_into(table.name, &names);
    let select = format!("SELECT {} FROM {} WHERE bureau = $1 AND {until}", names.join(", "), table.name);
    from.each(&select, &[bureau.into(), position.into()], |row| {
        let cells = (0..names.len()).map(|at| row.cell(at)).collect::<Vec<_>>();
        to.later(&insert, &cells.iter().map(Owned::borrow).collect::<Vec<_>>())
    })
}
