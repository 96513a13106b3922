//! What survives a loss of power: nothing answered is lost, whatever the disk had written of what was not synced.
//!
//! A recording file system (a shim over SQLite's own) writes down every write, sync, truncation and deletion of a run, together with the
//! moment each act was answered. Any number of crashes are then acted out: the file system is put back as it may have been at some
//! moment (synced bytes, and of the rest nothing, a beginning torn within a sector, or any sectors in any order, some of them garbage), the ledger is
//! opened on it and verified.
//!
//! `XIEZHI_CRASHES` sets how many crashes (default 60). Killing a process proves nothing here: its pages survive it.
#![expect(clippy::disallowed_methods, reason = "a test reads how long it may take")]
#![expect(unsafe_code, reason = "SQLite takes a file system as C functions only")]

mod vfs;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use ledger::{Draft, Entry, Fault, Ledger, Place, Schema, Table, TableKind, Tx};
use vfs::{Disk, Op};

static ROWS: Table = Table {
    name: "rows_of_acts",
    create: "CREATE TABLE rows_of_acts (bureau TEXT NOT NULL, id BIGINT NOT NULL, stage TEXT NOT NULL, PRIMARY KEY (bureau, id))",
    indexes: &["CREATE INDEX rows_of_acts_stage ON rows_of_acts (bureau, stage)"],
    kind: TableKind::Projection,
};

fn schema() -> Schema {
    Schema { tables: vec![&ROWS], projects: vec![project] }
}

fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let stage = format!("stage-{}", entry.position % 7);
    tx.execute(
        "INSERT INTO rows_of_acts (bureau, id, stage) VALUES ($1, $2, $3)",
        &[(&bureau).into(), entry.position.into(), (&stage).into()],
    )?;
    if let Some(text) = tx.text(entry.position, 0)? {
        tx.index("act", &format!("{}", entry.position % 50), &text)?;
    }
    Ok(())
}

fn act(tx: &mut Tx<'_>, n: usize) -> Result<i64, Fault> {
    let text = format!("第{n}号人民路占道经营{}", "油烟扰民".repeat(n % 40));
    let commitment = tx.keep(0, &text)?;
    let stream = format!("case-{}", n % 20);
    let entry = tx.append(Draft {
        stream: &stream,
        expects: None,
        happened_at: date(2026, 11, 24),
        actor: "officer-7",
        kind: "filed",
        kind_version: 1,
        body: format!("{{\"text\":\"{commitment}\",\"fill\":\"{}\"}}", "x".repeat(n * 37 % 900)),
    })?;
    Ok(entry.position)
}

fn open(folder: &Path) -> Result<Ledger, Fault> {
    Ledger::open(Place::Sqlite(folder.to_owned()), "示例区", Arc::new(|| 1_795_500_000_000), schema())
}

/// A run of a thousand acts by several callers, with readers, rebuilds and erasures in between: a rebuild makes one large transaction,
/// an erasure moves the whole log into the database and starts it again.
fn record(deaf: bool) -> (Vec<Op>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::record(folder.path(), deaf);
    let ledger = open(folder.path()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for round in 0..10 {
            let callers = (0..100).map(|n| {
                let (ledger, disk) = (ledger.clone(), disk.clone());
                tokio::spawn(async move {
                    let position = ledger.act(move |tx| act(tx, round * 100 + n)).await.unwrap();
                    disk.answered(position);
                    ledger.read(|tx| tx.search(None, "占道", 5)).await.unwrap();
                })
            });
            for caller in callers.collect::<Vec<_>>() {
                caller.await.unwrap();
            }
            if round == 2 || round == 6 {
                ledger.rebuild().await.unwrap();
            }
            if round % 2 == 1 {
                let position = ledger
                    .act(move |tx| {
                        let by = tx.next_position();
                        tx.erase(round as i64 * 100, 0, by)?;
                        act(tx, round)
                    })
                    .await
                    .unwrap();
                disk.answered(position);
            }
        }
    });
    ledger.close();
    (disk.stop(), folder)
}

/// Acts out one crash and says what is wrong afterwards.
fn crash(ops: &[Op], at: usize, seed: &mut Seed) -> Result<(), String> {
    let answered = ops[..at]
        .iter()
        .filter_map(|op| if let Op::Answered(position) = op { Some(*position) } else { None })
        .max()
        .unwrap_or(0);
    let files = vfs::after_crash(&ops[..at], seed);
    if !files.contains_key("ledger.db") && answered == 0 {
        return Ok(());
    }
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &files);
    let whole = |db: &rusqlite::Connection| -> rusqlite::Result<String> {
        db.execute_batch("INSERT INTO search_words(search_words) VALUES ('integrity-check')")?;
        db.query_row("PRAGMA integrity_check", [], |row| row.get(0))
    };
    let ledger = open(folder.path()).map_err(|fault| format!("does not open: {fault:?}"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let found = runtime.block_on(async {
        let verified = ledger.verify(None, 1).await.map_err(|broken| format!("broken: {broken}"))?;
        let rows = ledger.read(|tx| tx.row("SELECT COUNT(*) FROM rows_of_acts", &[], |row| Ok(row.int(0)))).await;
        let rows = rows.map_err(|fault| format!("{fault:?}"))?.unwrap_or(0);
        if verified.entries < answered {
            return Err(format!("answered {answered}, kept {}", verified.entries));
        }
        if rows != verified.entries {
            return Err(format!("{} entries, {rows} rows of their projection", verified.entries));
        }
        ledger.act(|tx| act(tx, 1)).await.map_err(|fault| format!("does not go on: {fault:?}"))
    });
    ledger.close();
    found?;
    let db = rusqlite::Connection::open(folder.path().join("ledger.db")).map_err(|error| error.to_string())?;
    match whole(&db) {
        Ok(said) if said == "ok" => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

fn write(folder: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

/// Numbers that look random and are the same in every run.
pub(crate) struct Seed(u64);

impl Seed {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        if n == 0 { 0 } else { (self.0 % n as u64) as usize }
    }
}

/// The moments that matter: a quarter within the moving of the log, a quarter just after the log starts again, the rest anywhere.
fn moments(ops: &[Op], count: usize, seed: &mut Seed) -> Vec<usize> {
    let first = ops.iter().position(|op| matches!(op, Op::Answered(_))).unwrap_or(0);
    let of = |wanted: &dyn Fn(&Op) -> bool| {
        ops.iter().enumerate().skip(first).filter(|(_, op)| wanted(op)).map(|(at, _)| at).collect::<Vec<_>>()
    };
    let moved = of(&|op| matches!(op, Op::Write { file, .. } if file == "ledger.db"));
    let restarted = of(&|op| matches!(op, Op::Write { file, at: 0, .. } if file == "ledger.db-wal"));
    (0..count)
        .map(|n| match n % 4 {
            0 if !moved.is_empty() => moved[seed.below(moved.len())] + 1,
            1 if !restarted.is_empty() => (restarted[seed.below(restarted.len())] + 1 + seed.below(8)).min(ops.len()),
            _ => first + seed.below(ops.len() - first),
        })
        .collect()
}

fn crashes() -> usize {
    std::env::var("XIEZHI_CRASHES").ok().and_then(|n| n.parse().ok()).unwrap_or(60)
}

#[test]
fn nothing_answered_is_lost() {
    let (ops, _folder) = record(false);
    let syncs = ops.iter().filter(|op| matches!(op, Op::Sync(_))).count();
    assert!(syncs > 20, "the ledger syncs: {syncs}");
    let mut seed = Seed(20_261_124);
    for at in moments(&ops, crashes(), &mut seed) {
        let state = seed.0;
        if let Err(what) = crash(&ops, at, &mut seed) {
            panic!("crash after operation {at} of {} (seed {state}): {what}", ops.len());
        }
    }
}

/// The same run on a disk that lies about syncing must lose acts, or this test sees nothing.
#[test]
fn a_disk_that_does_not_sync_is_noticed() {
    let (ops, _folder) = record(true);
    let mut seed = Seed(20_261_124);
    let moments = moments(&ops, crashes().clamp(20, 60), &mut seed);
    let lost = moments.iter().filter(|at| crash(&ops, **at, &mut seed).is_err()).count();
    assert!(lost * 4 > moments.len(), "only {lost} of {} crashes were noticed", moments.len());
}

#[test]
fn a_full_or_read_only_disk_is_told_and_the_ledger_works_again() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::record(folder.path(), false);
    let ledger = open(folder.path()).unwrap();
    for n in 0..10 {
        ledger.act_blocking(move |tx| act(tx, n)).unwrap();
    }
    for (code, full) in [(rusqlite::ffi::SQLITE_FULL, true), (rusqlite::ffi::SQLITE_READONLY, false)] {
        disk.fail_writes(code);
        for n in 0..20 {
            let fault = ledger.act_blocking(move |tx| act(tx, n)).unwrap_err();
            assert!(matches!((&fault, full), (Fault::Full, true) | (Fault::ReadOnly, false)), "{fault:?}");
            assert!(fault.to_string().contains("没有记录"));
        }
        assert!(ledger.read_blocking(|tx| tx.search(None, "占道", 50)).unwrap().len() >= 10, "reading goes on");
        assert!(!ledger.stopped());
        disk.fail_writes(0);
        ledger.act_blocking(|tx| act(tx, 5)).unwrap();
        ledger.act_blocking(|tx| tx.execute("DELETE FROM search_rows WHERE row < 0", &[])).unwrap();
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert_eq!(runtime.block_on(ledger.verify(None, 1)).unwrap().entries, 12);
    ledger.close();
}

#[test]
fn after_a_failed_sync_nobody_is_answered_and_the_ledger_stops() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::record(folder.path(), false);
    let ledger = open(folder.path()).unwrap();
    ledger.act_blocking(|tx| act(tx, 1)).unwrap();
    disk.fail_syncs(true);
    let fault = ledger.act_blocking(|tx| act(tx, 2)).unwrap_err();
    assert!(matches!(fault, Fault::Unknown), "{fault:?}");
    disk.fail_syncs(false);
    assert!(ledger.stopped());
    assert!(matches!(ledger.act_blocking(|tx| act(tx, 3)), Err(Fault::Stopped)));
    ledger.close();
    // What is there when it opens again is whole, with or without the act of unknown outcome.
    let ledger = open(folder.path()).unwrap();
    let position = ledger.read_blocking(|tx| tx.position()).unwrap();
    assert!((1..=2).contains(&position));
    assert_eq!(ledger.act_blocking(|tx| act(tx, 4)).unwrap(), position + 1);
    ledger.close();
}
