//! Opening again, with more tables than before.

use ledger::{Entry, Fault, Ledger, Schema, Table, TableKind, Tx};

use crate::logged::told;
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

/// What the index may be on is not there before the table is made again.
mod grown {
    use super::{Entry, Fault, Schema, Table, TableKind, Tx};

    pub(super) static TICKETS: Table = Table {
        name: "grown_tickets",
        create: "CREATE TABLE grown_tickets (bureau TEXT NOT NULL, position BIGINT NOT NULL, state TEXT NOT NULL, \
                 PRIMARY KEY (bureau, position))",
        indexes: &["CREATE INDEX grown_tickets_state ON grown_tickets (bureau, state)"],
        kind: TableKind::Projection,
    };

    pub(super) static SCOPED: Table = Table {
        name: "grown_tickets",
        create: "CREATE TABLE grown_tickets (bureau TEXT NOT NULL, position BIGINT NOT NULL, state TEXT NOT NULL, scope TEXT NOT NULL, \
                 PRIMARY KEY (bureau, position))",
        indexes: &[
            "CREATE INDEX grown_tickets_state ON grown_tickets (bureau, state, scope)",
            "CREATE UNIQUE INDEX grown_tickets_scope ON grown_tickets (bureau, scope, position)",
        ],
        kind: TableKind::Projection,
    };

    /// The same table with one index less.
    pub(super) static UNINDEXED: Table = Table {
        name: "grown_tickets",
        create: SCOPED.create,
        indexes: &["CREATE INDEX grown_tickets_state ON grown_tickets (bureau, state, scope)"],
        kind: TableKind::Projection,
    };

    /// Another name for the table, the old names for its indexes.
    pub(super) static RENAMED: Table = Table {
        name: "grown_orders",
        create: "CREATE TABLE grown_orders (bureau TEXT NOT NULL, position BIGINT NOT NULL, state TEXT NOT NULL, \
                 PRIMARY KEY (bureau, position))",
        indexes: &["CREATE INDEX grown_tickets_state ON grown_orders (bureau, state)"],
        kind: TableKind::Projection,
    };

    pub(super) static STREAMS: Table = Table {
        name: "grown_streams",
        create: "CREATE TABLE grown_streams (bureau TEXT NOT NULL, id TEXT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (bureau, id))",
        indexes: &["CREATE INDEX grown_streams_n ON grown_streams (bureau, n)"],
        kind: TableKind::Projection,
    };

    pub(super) static NOTES: Table = Table {
        name: "grown_notes",
        create: "CREATE TABLE grown_notes (bureau TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (bureau, id))",
        indexes: &[],
        kind: TableKind::Primary,
    };

    pub(super) static NOTES_BY_WEIGHT: Table = Table {
        name: "grown_notes",
        create: "CREATE TABLE grown_notes (bureau TEXT NOT NULL, id TEXT NOT NULL, weight BIGINT NOT NULL DEFAULT 7, \
                 PRIMARY KEY (bureau, id))",
        indexes: &["CREATE INDEX grown_notes_weight ON grown_notes (bureau, weight)"],
        kind: TableKind::Primary,
    };

    pub(super) fn before() -> Schema {
        Schema { tables: vec![&TICKETS, &NOTES], projects: vec![ticket] }
    }

    pub(super) fn after() -> Schema {
        Schema { tables: vec![&SCOPED, &STREAMS, &NOTES_BY_WEIGHT], projects: vec![scoped, stream] }
    }

    pub(super) fn ticket(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
        insert(tx, "INSERT INTO grown_tickets (bureau, position, state) VALUES ($1, $2, $3)", entry)
    }

    pub(super) fn order(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
        insert(tx, "INSERT INTO grown_orders (bureau, position, state) VALUES ($1, $2, $3)", entry)
    }

    fn insert(tx: &mut Tx<'_>, sql: &str, entry: &Entry) -> Result<(), Fault> {
        let bureau = tx.bureau().to_owned();
        tx.later(sql, &[(&bureau).into(), entry.position.into(), (&entry.kind).into()])
    }

    pub(super) fn scoped(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
        let bureau = tx.bureau().to_owned();
        tx.later(
            "INSERT INTO grown_tickets (bureau, position, state, scope) VALUES ($1, $2, $3, $4)",
            &[(&bureau).into(), entry.position.into(), (&entry.kind).into(), (&entry.stream).into()],
        )
    }

    fn stream(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
        let bureau = tx.bureau().to_owned();
        tx.later(
            "INSERT INTO grown_streams (bureau, id, n) VALUES ($1, $2, 1) ON CONFLICT (bureau, id) DO UPDATE SET n = grown_streams.n + 1",
            &[(&bureau).into(), (&entry.stream).into()],
        )
    }
}

#[test]
fn a_projection_gains_a_column_and_an_index_on_it() {
    on_each(async |world| {
        let ledger = world.open_with(grown::before()).unwrap();
        fill(&ledger, 12).await;
        ledger
            .act(|tx| tx.execute("INSERT INTO grown_notes (bureau, id) VALUES ('示例区', 'kept')", &[]))
            .await
            .unwrap();
        ledger.close();
        // Another bureau's rows in the same database are made again too.
        let other = Ledger::open(world.place.clone(), "别的区", world.clock(), grown::before()).unwrap();
        fill(&other, 3).await;
        other.close();

        let ledger = world.open_with(grown::after()).unwrap();
        let scopes = "SELECT scope, position FROM grown_tickets WHERE bureau = $1 ORDER BY position";
        let scoped = async |ledger: &Ledger, bureau: &'static str| {
            ledger.read(move |tx| tx.rows(scopes, &[bureau.into()], |row| Ok((row.text(0), row.int(1))))).await.unwrap()
        };
        let expected = |n: i64| (0..n).map(|at| (format!("case-{}", at % 5), at + 1)).collect::<Vec<_>>();
        assert_eq!(scoped(&ledger, BUREAU).await, expected(12));
        assert_eq!(scoped(&ledger, "别的区").await, expected(3));
        let streams = ledger
            .read(|tx| {
                tx.rows("SELECT id, n FROM grown_streams WHERE bureau = '示例区' ORDER BY id", &[], |row| {
                    Ok((row.text(0), row.int(1)))
                })
            })
            .await
            .unwrap();
        assert_eq!(streams, (0..5).map(|at| (format!("case-{at}"), if at < 2 { 3 } else { 2 })).collect::<Vec<_>>());
        let notes = ledger
            .read(|tx| tx.rows("SELECT id, weight FROM grown_notes", &[], |row| Ok((row.text(0), row.int(1)))))
            .await
            .unwrap();
        assert_eq!(notes, [("kept".to_owned(), 7)]);
        let indexes =
            ["grown_notes_weight", "grown_streams_n", "grown_tickets_scope", "grown_tickets_state"].map(str::to_owned);
        assert_eq!(world.indexes("grown_").into_keys().collect::<Vec<_>>(), indexes);
        assert!(world.indexes("grown_tickets_state")["grown_tickets_state"].contains("scope"), "the changed index");
        let digest = ledger.digest_projections().await.unwrap();
        ledger.rebuild().await.unwrap();
        assert_eq!(ledger.digest_projections().await.unwrap(), digest);
        assert_eq!(ledger.verify(None, 1).await.unwrap().entries, 12);
        fill(&ledger, 1).await;
        ledger.close();

        // A rebuild would repair this.
        world.tamper("UPDATE grown_streams SET n = 99 WHERE id = 'case-4'");
        let ledger = world.open_with(grown::after()).unwrap();
        let n = "SELECT n FROM grown_streams WHERE bureau = $1 AND id = 'case-4'";
        let left = ledger.read(move |tx| tx.row(n, &[BUREAU.into()], |row| Ok(row.int(0)))).await.unwrap();
        assert_eq!(left, Some(99), "nothing changed, so nothing is rebuilt");
        assert_eq!(scoped(&ledger, BUREAU).await.len(), 13);
        ledger.close();
    });
}

#[test]
fn a_change_of_indexes_alone_is_a_change() {
    on_each(async |world| {
        for table in [&grown::SCOPED, &grown::UNINDEXED, &grown::SCOPED] {
            let ledger = world.open_with(Schema { tables: vec![table], projects: vec![grown::scoped] }).unwrap();
            fill(&ledger, 2).await;
            ledger.close();
            assert_eq!(world.indexes("grown_").len(), table.indexes.len());
        }
        let renamed = Schema { tables: vec![&grown::RENAMED], projects: vec![grown::order] };
        let ledger = world.open_with(renamed).unwrap();
        let orders = ledger.read(|tx| tx.row("SELECT COUNT(*) FROM grown_orders", &[], |row| Ok(row.int(0))));
        assert_eq!(orders.await.unwrap(), Some(6));
        ledger.close();
        assert!(world.indexes("grown_tickets_state")["grown_tickets_state"].contains("grown_orders"));
    });
}

#[test]
fn only_a_journal_with_entries_is_said_to_be_rebuilt() {
    // Names of its own, as other tests open ledgers at the same time.
    static TOLD: Table = Table {
        name: "told_once",
        create: "CREATE TABLE told_once (bureau TEXT NOT NULL, PRIMARY KEY (bureau))",
        indexes: &[],
        kind: TableKind::Projection,
    };
    static CHANGED: Table = Table {
        name: "told_once",
        create: "CREATE TABLE told_once (bureau TEXT NOT NULL, n BIGINT, PRIMARY KEY (bureau))",
        indexes: &["CREATE INDEX told_once_n ON told_once (bureau, n)"],
        kind: TableKind::Projection,
    };
    fn rebuilds() -> usize {
        told().iter().filter(|line| line.contains("rebuilding") && line.contains("told_once")).count()
    }
    on_each(async |world| {
        let before = rebuilds();
        let open = |table| world.open_with(Schema { tables: vec![table], projects: vec![] }).unwrap();
        // A new one, an empty one with another table, an empty one again.
        for table in [&TOLD, &CHANGED, &CHANGED] {
            open(table).close();
        }
        assert_eq!(rebuilds(), before);
        let ledger = open(&CHANGED);
        fill(&ledger, 1).await;
        ledger.close();
        open(&TOLD).close();
        assert_eq!(rebuilds(), before + 1);
        open(&TOLD).close();
        assert_eq!(rebuilds(), before + 1);
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
    static ELSEWHERE: Table = Table {
        name: "t",
        create: "CREATE TABLE t (bureau TEXT)",
        indexes: &["CREATE INDEX t_bureau ON u (bureau)"],
        kind: TableKind::Projection,
    };
    static TWICE: Table = Table {
        name: "t",
        create: "CREATE TABLE t (bureau TEXT)",
        indexes: &["CREATE INDEX t_bureau ON t (bureau)", "CREATE UNIQUE INDEX t_bureau ON t (bureau)"],
        kind: TableKind::Projection,
    };
    on_each(async |world| {
        for table in [&NO_BUREAU, &MISNAMED, &TAKEN, &ELSEWHERE, &TWICE] {
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
