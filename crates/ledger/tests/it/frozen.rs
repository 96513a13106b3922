//! Exports of every format ever released, which must verify for ever.

use std::path::Path;

use ledger::{FORMAT, check_export};

use crate::world::{BUREAU, act, draft};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen")
}

#[test]
fn every_frozen_export_verifies() {
    let expected = std::fs::read_to_string(folder().join("roots.txt")).unwrap();
    let mut formats = Vec::new();
    for line in expected.lines() {
        let (name, root) = line.split_once(' ').unwrap();
        let bytes = std::fs::read(folder().join(name)).unwrap();
        let verified = check_export(bytes.as_slice()).unwrap();
        assert_eq!(verified.root.unwrap().to_string(), root, "{name}");
        assert!(verified.entries > 0);
        for line in String::from_utf8(bytes).unwrap().lines() {
            let entry: ledger::Line = serde_json::from_str(line).unwrap();
            formats.push(entry.entry.format);
        }
    }
    let every = (1..=FORMAT).all(|format| formats.contains(&format));
    assert!(every, "tests/frozen needs an export with entries of format {FORMAT}; see `what_is_recorded_today`");
}

/// What today's ledger writes for the frozen acts, except for the salted commitments: the bytes of an export do not change unseen.
#[test]
fn what_is_recorded_today() {
    let made = tempfile::tempdir().unwrap();
    let place = ledger::Place::Sqlite(made.path().to_owned());
    let ledger =
        ledger::Ledger::open(place, BUREAU, std::sync::Arc::new(|| 1_795_500_000_000), crate::world::schema()).unwrap();
    ledger
        .act_blocking(|tx| {
            tx.append(draft("case-1", Some(0), "filed", "{\"n\" : 1.50, \"s\":\"\\u5f20三\u{1F600}\"}".into()))?;
            tx.append(draft("case-1", Some(1), "noticed", "{}".into()))?;
            tx.append(draft("case-2", Some(0), "filed", "[]".into()))
        })
        .unwrap();
    let plain = ledger.read_blocking(|tx| tx.entries_after(0, 10)).unwrap();
    let frozen = std::fs::read_to_string(folder().join(format!("format-{FORMAT}.jsonl"))).unwrap_or_default();
    let frozen = frozen
        .lines()
        .map(|line| serde_json::from_str::<ledger::Line>(line).unwrap().entry)
        .take(3)
        .collect::<Vec<_>>();
    if std::env::var_os("XIEZHI_FREEZE").is_some() {
        ledger.act_blocking(|tx| act(tx, "case-2", Some(1), "told", "王五的陈述")).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let to = std::fs::File::create(folder().join(format!("format-{FORMAT}.jsonl"))).unwrap();
        runtime.block_on(ledger.export(to)).unwrap();
        let root = runtime.block_on(ledger.head()).unwrap().root;
        println!("add to roots.txt: format-{FORMAT}.jsonl {root}");
        return;
    }
    assert_eq!(plain, frozen);
    ledger.close();
}
