//! Rebuilding, past positions, exports and backups.

use std::io::Write;
use std::sync::{Arc, Mutex};

use ledger::{Fault, Ledger, Place, check_export};

use crate::world::{BUREAU, act, draft, fill, on_each, schema, worlds};

#[test]
fn rebuilt_equals_live() {
    on_each(async |world| {
        let ledger = world.open();
        fill(&ledger, 300).await;
        let live = ledger.digest_projections().await.unwrap();
        ledger.rebuild().await.unwrap();
        assert_eq!(ledger.digest_projections().await.unwrap(), live, "with search");
        ledger
            .act(|tx| {
                let by = tx.next_position();
                tx.erase(300, 1, by)?;
                tx.append(draft("case-4", None, "erased", "{}".into()))
            })
            .await
            .unwrap();
        let live = ledger.digest_projections().await.unwrap();
        assert_eq!(live.keys().collect::<Vec<_>>(), ["cases", "counts", "search"]);
        let rebuilt = ledger.rebuild().await.unwrap();
        assert_eq!((rebuilt.entries, rebuilt.tables), (301, 2));
        let now = ledger.digest_projections().await.unwrap();
        assert_eq!((&live["cases"], &live["counts"]), (&now["cases"], &now["counts"]));
        // Damage is repaired.
        world.tamper("UPDATE counts SET n = 7; DELETE FROM cases WHERE id = 'case-1'");
        assert_ne!(ledger.digest_projections().await.unwrap(), live);
        ledger.rebuild().await.unwrap();
        assert_eq!(ledger.digest_projections().await.unwrap(), now);
        // And life goes on.
        fill(&ledger, 5).await;
        assert_eq!(ledger.read(|tx| tx.search(None, "占道", 100)).await.unwrap().len(), 5);
        assert_eq!(ledger.verify(None, 2).await.unwrap().entries, 306);
        ledger.close();
    });
}

#[test]
fn another_bureau_in_the_same_database_is_left_alone() {
    on_each(async |world| {
        let here = world.open();
        let there = Ledger::open(world.place.clone(), "别的区", world.clock(), schema()).unwrap();
        fill(&here, 20).await;
        fill(&there, 11).await;
        let (a, b) = (here.digest_projections().await.unwrap(), there.digest_projections().await.unwrap());
        assert_ne!(a, b);
        here.rebuild().await.unwrap();
        assert_eq!(here.digest_projections().await.unwrap(), a);
        assert_eq!(there.digest_projections().await.unwrap(), b);
        assert_eq!(there.read(|tx| tx.search(None, "占道", 100)).await.unwrap().len(), 5);
        assert_eq!(there.verify(None, 1).await.unwrap().entries, 11);
        here.close();
        there.close();
    });
}

#[test]
fn a_past_position_shows_what_was() {
    on_each(async |world| {
        let ledger = world.open();
        fill(&ledger, 260).await;
        ledger.act(|tx| tx.execute("INSERT INTO notes (bureau, id) VALUES ('示例区', 'n')", &[])).await.unwrap();
        let then = ledger.digest_projections().await.unwrap();
        let head = ledger.head().await.unwrap();
        fill(&ledger, 40).await;
        let folder = world.folder.path().join("past");
        let past = ledger.past(260, &folder).await.unwrap();
        assert_eq!(past.digest_projections().await.unwrap(), then);
        assert_eq!(past.head().await.unwrap(), head);
        assert_eq!(past.verify(None, 2).await.unwrap().entries, 260);
        assert_eq!(past.read(|tx| tx.text(1, 1)).await.unwrap().as_deref(), Some("第0号当事人张三占道经营"));
        assert_eq!(past.read(|tx| tx.search(None, "占道", 100)).await.unwrap().len(), 5);
        assert_eq!(past.read(|tx| tx.rows("SELECT id FROM notes", &[], |row| Ok(row.text(0)))).await.unwrap(), ["n"]);
        assert!(matches!(past.act(|tx| act(tx, "a", None, "filed", "x")).await, Err(Fault::ReadOnly)));
        past.close();
        // Opened again, not built again.
        let made = || std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name()).collect::<Vec<_>>();
        let before = made();
        assert_eq!(before.len(), 1);
        ledger.past(260, &folder).await.unwrap().close();
        assert_eq!(made(), before);
        // After an erasure no copy with the text is left.
        ledger
            .act(|tx| {
                let by = tx.next_position();
                tx.erase(1, 1, by)?;
                tx.append(draft("case-0", None, "erased", "{}".into()))
            })
            .await
            .unwrap();
        let past = ledger.past(260, &folder).await.unwrap();
        assert_eq!(past.read(|tx| tx.text(1, 1)).await.unwrap(), None);
        assert_eq!(made().len(), 1);
        assert_ne!(made(), before);
        past.close();
        let empty = ledger.past(0, &folder).await.unwrap();
        assert_eq!(empty.head().await.unwrap().position, 0);
        empty.close();
        assert!(matches!(ledger.past(302, &folder).await, Err(Fault::Bug(_))));
        ledger.close();
    });
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_export_is_checked_without_a_database() {
    on_each(async |world| {
        let ledger = world.open();
        fill(&ledger, 30).await;
        let out = Kept::default();
        assert_eq!(ledger.export(out.clone()).await.unwrap(), 30);
        let lines = out.0.lock().unwrap().clone();
        let checked = check_export(lines.as_slice()).unwrap();
        assert_eq!((checked.entries, checked.root), (30, Some(ledger.head().await.unwrap().root)));
        let text = String::from_utf8(lines).unwrap();
        let changed = text.replacen("officer-7", "officer-8", 1);
        assert_eq!(check_export(changed.as_bytes()).unwrap_err().position, Some(1));
        let missing = text
            .lines()
            .enumerate()
            .filter(|(at, _)| *at != 11)
            .map(|(_, line)| format!("{line}\n"))
            .collect::<String>();
        assert_eq!(check_export(missing.as_bytes()).unwrap_err().position, Some(12));
        ledger.close();
    });
}

#[test]
fn a_backup_is_whole() {
    on_each(async |world| {
        let ledger = world.open();
        fill(&ledger, 40).await;
        let to = world.folder.path().join("backup");
        ledger.backup(&to).await.unwrap();
        assert!(ledger.backup(&to).await.is_err(), "never over another backup");
        if world.sqlite().is_some() {
            let copy = Ledger::open(Place::Sqlite(to), BUREAU, world.clock(), schema()).unwrap();
            assert_eq!(copy.head().await.unwrap(), ledger.head().await.unwrap());
            assert_eq!(copy.verify(None, 2).await.unwrap().texts, 40);
            assert_eq!(copy.digest_projections().await.unwrap(), ledger.digest_projections().await.unwrap());
            fill(&copy, 3).await;
            copy.close();
        } else {
            let lines = std::fs::read(to.join("journal.jsonl")).unwrap();
            assert_eq!(check_export(lines.as_slice()).unwrap().root, Some(ledger.head().await.unwrap().root));
            assert_eq!(std::fs::read_to_string(to.join("texts.jsonl")).unwrap().lines().count(), 40);
            assert!(to.join("notes.jsonl").exists());
        }
        ledger.close();
    });
}

#[test]
fn a_dump_is_restored_on_either_database() {
    on_each(async |from| {
        let ledger = from.open();
        fill(&ledger, 300).await;
        ledger
            .act(|tx| {
                let by = tx.next_position();
                tx.erase(2, 1, by)?;
                tx.execute(
                    "INSERT INTO notes (bureau, id, bytes) VALUES ($1, $2, $3)",
                    &[BUREAU.into(), "n".into(), (&[0u8, 255]).into()],
                )?;
                tx.append(draft("case-1", None, "erased", "{}".into()))
            })
            .await
            .unwrap();
        let key = ledger::SigningKey::from_bytes(&[7; 32]);
        let checkpoint = ledger.checkpoint(&key, "o").await.unwrap();
        ledger.rebuild().await.unwrap();
        let folder = from.folder.path().join("dump");
        ledger.dump(&folder).await.unwrap();
        for to in worlds() {
            let copy = Ledger::restore(&folder, to.place.clone(), BUREAU, to.clock(), schema()).unwrap();
            assert_eq!(copy.head().await.unwrap(), ledger.head().await.unwrap());
            assert_eq!(copy.digest_projections().await.unwrap(), ledger.digest_projections().await.unwrap());
            let verified = copy.verify(Some(&checkpoint), 2).await.unwrap();
            assert_eq!((verified.texts, verified.erased), (299, [(301, 1)].into()));
            assert_eq!(copy.newest_checkpoint().await.unwrap().as_ref(), Some(&checkpoint));
            let note = copy.read(|tx| tx.row("SELECT bytes FROM notes", &[], |row| Ok(row.blob(0)))).await.unwrap();
            assert_eq!(note, Some(vec![0, 255]));
            fill(&copy, 2).await;
            copy.close();
            let again = Ledger::restore(&folder, to.place.clone(), BUREAU, to.clock(), schema());
            assert!(matches!(again, Err(Fault::Bug(_))), "never over a journal");
        }
        let damaged =
            std::fs::read_to_string(folder.join("journal.jsonl")).unwrap().replacen("officer-7", "officer-8", 1);
        std::fs::write(folder.join("journal.jsonl"), damaged).unwrap();
        for to in worlds() {
            assert!(matches!(
                Ledger::restore(&folder, to.place.clone(), BUREAU, to.clock(), schema()),
                Err(Fault::Bug(_))
            ));
            let empty = to.open();
            assert_eq!(empty.head().await.unwrap().position, 0, "nothing of a damaged dump stays");
            empty.close();
        }
        ledger.close();
    });
}
