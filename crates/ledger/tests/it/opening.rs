//! Opening again, with more tables than before.

use ledger::{Fault, Ledger, Schema, Table, TableKind};

use crate::world::{BUREAU, CASES, COUNTS, NOTES, act, fill, on_each, schema};

static MORE_COUNTS: Table = Table {
    name: "counts",
    create: "CREATE TABLE counts (bureau TEXT NOT NULL, kind TEXT NOT NULL, n BIGINT NOT NULL, extra BIGINT, PRIMARY KEY (bureau, kind))",
    indexes: &["CREATE INDEX counts_n ON counts (bureau, n)"],
    kind: TableKind::Projection,
};

static MORE_NOTES: Table = Table {
    name: "notes",
    create: "CREATE TABLE notes (bureau TEXT NOT NULL, id TEXT NOT NULL, body TEXT, bytes BYTEA, added TEXT, n BIGINT NOT NULL DEFAULT 3, \
             PRIMARY KEY (bureau, id))",
    indexes: &["CREATE INDEX notes_added ON notes (bureau, added)"],
    kind: TableKind::Primary,
};

static FEWER_NOTES: Table = Table {
    name: "notes",
    create: "CREATE TABLE notes (bureau TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (bureau, id))",
    indexes: &[],
    kind: TableKind::Primary,
};

#[test]
fn what_was_recorded_is_there_again() {
    on_each(async |world| {
        let ledger = world.open();
        fill(&ledger, 12).await;
        let (head, digest) = (ledger.head().await.unwrap(), ledger.digest_projections().await.unwrap());
        ledger.close();
        let ledger = world.open();
        assert_eq!(ledger.head().await.unwrap(), head);
        assert_eq!(ledger.digest_projections().await.unwrap(), digest);
        fill(&ledger, 1).await;
        assert_eq!(ledger.head().await.unwrap().position, 13);
        ledger.close();
    });
}

#[test]
fn tables_and_columns_are_added_and_changed_projections_rebuilt() {
    on_each(async |world| {
        let small = Schema { tables: vec![&COUNTS, &NOTES], projects: vec![schema().projects[0]] };
        let ledger = world.open_with(small).unwrap();
        fill(&ledger, 12).await;
        ledger.act(|tx| tx.execute("INSERT INTO notes (bureau, id) VALUES ('示例区', 'kept')", &[])).await.unwrap();
        ledger.close();
        let more = Schema { tables: vec![&CASES, &MORE_COUNTS, &MORE_NOTES], projects: schema().projects };
        let ledger = world.open_with(more).unwrap();
        let cases = ledger.read(|tx| tx.row("SELECT COUNT(*) FROM cases", &[], |row| Ok(row.int(0)))).await.unwrap();
        assert_eq!(cases, Some(5), "a new projection holds the entries of earlier days");
        let counted = ledger
            .read(|tx| tx.row("SELECT n, extra FROM counts", &[], |row| Ok((row.int(0), row.opt_int(1)))))
            .await
            .unwrap();
        assert_eq!(counted, Some((12, None)));
        let kept = ledger.read(|tx| {
            tx.row("SELECT id, added, n FROM notes", &[], |row| Ok((row.text(0), row.opt_text(1), row.int(2))))
        });
        assert_eq!(kept.await.unwrap(), Some(("kept".to_owned(), None, 3)));
        assert_eq!(ledger.read(|tx| tx.search(None, "占道", 100)).await.unwrap().len(), 5);
        ledger.act(|tx| act(tx, "a", None, "filed", "x")).await.unwrap();
        ledger.close();
        let fewer = Schema { tables: vec![&CASES, &MORE_COUNTS, &FEWER_NOTES], projects: schema().projects };
        assert!(matches!(world.open_with(fewer), Err(Fault::Bug(_))), "primary data is never dropped");
    });
}

#[test]
fn mistakes_in_the_schema_are_told_at_once() {
    static NO_BUREAU: Table =
        Table { name: "t", create: "CREATE TABLE t (id TEXT)", indexes: &[], kind: TableKind::Primary };
    static MISNAMED: Table =
        Table { name: "t", create: "CREATE TABLE u (bureau TEXT)", indexes: &[], kind: TableKind::Primary };
    static TAKEN: Table =
        Table { name: "journal", create: "CREATE TABLE journal (bureau TEXT)", indexes: &[], kind: TableKind::Primary };
    on_each(async |world| {
        for table in [&NO_BUREAU, &MISNAMED, &TAKEN] {
            assert!(world.open_with(Schema { tables: vec![table], projects: vec![] }).is_err());
        }
        assert!(Ledger::open(world.place.clone(), "", world.clock(), schema()).is_err());
    });
}

#[test]
fn text_sorts_by_its_bytes() {
    on_each(async |world| {
        let ledger = world.open();
        ledger
            .act(|tx| {
                for id in ["b", "A", "a", "B", "中", "-", "é"] {
                    tx.execute("INSERT INTO notes (bureau, id) VALUES ($1, $2)", &[BUREAU.into(), id.into()])?;
                }
                Ok(())
            })
            .await
            .unwrap();
        let ids =
            ledger.read(|tx| tx.rows("SELECT id FROM notes ORDER BY id", &[], |row| Ok(row.text(0)))).await.unwrap();
        assert_eq!(ids, ["-", "A", "B", "a", "b", "é", "中"]);
        ledger.close();
    });
}
