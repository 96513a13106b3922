//! Acts: one transaction each, whatever the neighbours do.

use ledger::{Fault, Ledger};

use crate::world::{BUREAU, act, draft, fill, on_each};

#[test]
fn entries_are_chained_and_numbered() {
    on_each(async |world| {
        let ledger = world.open();
        assert_eq!(ledger.bureau(), BUREAU);
        assert_eq!(ledger.head().await.unwrap().position, 0);
        let one = ledger.act(|tx| act(tx, "a", Some(0), "filed", "甲")).await.unwrap();
        let two = ledger.act(|tx| act(tx, "b", Some(0), "filed", "乙")).await.unwrap();
        let three = ledger.act(|tx| act(tx, "a", Some(1), "closed", "丙")).await.unwrap();
        assert_eq!((one.position, one.version), (1, 1));
        assert_eq!((two.position, two.version), (2, 1));
        assert_eq!((three.position, three.version), (3, 2));
        assert_eq!(three.prev, two.hash);
        assert_eq!(three.rehash(BUREAU), three.hash);
        assert_ne!(three.rehash("别的区"), three.hash);
        let head = ledger.head().await.unwrap();
        assert_eq!((head.position, head.hash, head.recorded_at), (3, three.hash, three.recorded_at));
        let stream = ledger.read(|tx| tx.stream("a")).await.unwrap();
        assert_eq!(stream, [one, three.clone()]);
        assert_eq!(ledger.read(|tx| tx.entry(3)).await.unwrap(), Some(three));
        let verified = ledger.verify(None, 1).await.unwrap();
        assert_eq!((verified.entries, verified.texts, verified.root), (3, 3, Some(head.root)));
        ledger.close();
    });
}

#[test]
fn a_conflict_says_where_the_stream_is() {
    on_each(async |world| {
        let ledger = world.open();
        fill(&ledger, 7).await;
        for wrong in [0, 1, 3] {
            let fault = ledger.act(move |tx| act(tx, "case-0", Some(wrong), "filed", "x")).await.unwrap_err();
            assert!(matches!(&fault, Fault::Conflict { stream, version: 2 } if stream == "case-0"), "{fault:?}");
        }
        assert_eq!(ledger.head().await.unwrap().position, 7);
        // Also where nothing is remembered of the stream.
        ledger.close();
        let ledger = world.open();
        for wrong in [0, 1, 3] {
            let fault = ledger.act(move |tx| act(tx, "case-0", Some(wrong), "filed", "x")).await.unwrap_err();
            assert!(matches!(&fault, Fault::Conflict { stream, version: 2 } if stream == "case-0"), "{fault:?}");
        }
        let entry = ledger.act(|tx| act(tx, "case-0", Some(2), "filed", "x")).await.unwrap();
        assert_eq!((entry.position, entry.version), (8, 3));
        ledger.close();
    });
}

#[test]
fn a_refused_or_panicking_act_leaves_nothing_and_disturbs_nobody() {
    on_each(async |world| {
        let ledger = world.open();
        let mut waiting = Vec::new();
        for n in 0..60 {
            let ledger = ledger.clone();
            waiting.push(tokio::spawn(async move {
                ledger
                    .act(move |tx| {
                        let stream = format!("s{n}");
                        act(tx, &stream, Some(0), "filed", "张三占道经营")?;
                        match n % 4 {
                            1 => Err(Fault::refused("不准")),
                            2 => panic!("an act that panics"),
                            3 => {
                                let bureau = tx.bureau().to_owned();
                                tx.execute(
                                    "INSERT INTO counts (bureau, kind, n) VALUES ($1, 'filed', 0)",
                                    &[(&bureau).into()],
                                )?;
                                Ok(n)
                            }
                            _ => Ok(n),
                        }
                    })
                    .await
            }));
        }
        let mut good = 0;
        for (n, answer) in waiting.into_iter().enumerate() {
            match (n % 4, answer.await.unwrap()) {
                (0, Ok(m)) if m == n => good += 1,
                (1, Err(Fault::Refused(why))) => assert_eq!(*why.downcast::<&str>().unwrap(), "不准"),
                (2, Err(Fault::Bug(what))) => assert!(what.contains("an act that panics"), "{what}"),
                // The unique key of the projection is violated.
                (3, Err(Fault::Bug(_))) => {}
                (_, other) => panic!("{n}: {other:?}"),
            }
        }
        assert_eq!(good, 15);
        assert_eq!(ledger.head().await.unwrap().position, 15);
        let counted = ledger
            .read(|tx| tx.row("SELECT n FROM counts WHERE kind = 'filed'", &[], |row| Ok(row.int(0))))
            .await
            .unwrap();
        assert_eq!(counted, Some(15));
        assert_eq!(ledger.read(|tx| tx.search(None, "占道", 100)).await.unwrap().len(), 15);
        assert_eq!(ledger.verify(None, 2).await.unwrap().texts, 15);
        ledger.close();
    });
}

#[test]
fn an_act_cannot_pass_over_a_failed_statement() {
    on_each(async |world| {
        let ledger = world.open();
        for later in [false, true] {
            let fault = ledger.act(move |tx| {
                act(tx, "a", None, "filed", "x")?;
                let wrong = "INSERT INTO counts (bureau, kind, n) VALUES ($1, 'filed', 0)";
                let bureau = tx.bureau().to_owned();
                let _ = if later {
                    tx.later(wrong, &[(&bureau).into()])
                } else {
                    tx.execute(wrong, &[(&bureau).into()]).map(|_| ())
                };
                Ok(())
            });
            assert!(matches!(fault.await, Err(Fault::Bug(_))));
        }
        assert_eq!(ledger.head().await.unwrap().position, 0);
        ledger.close();
    });
}

#[test]
fn acts_on_one_stream_in_one_batch_see_each_other() {
    on_each(async |world| {
        let ledger = world.open();
        let acts = (0..100).map(|_| {
            let ledger = ledger.clone();
            tokio::spawn(async move {
                ledger
                    .act(|tx| {
                        let seen = tx.stream("one")?.len() as i64;
                        act(tx, "one", Some(seen), "filed", "x")
                    })
                    .await
                    .unwrap()
                    .version
            })
        });
        let mut versions = Vec::new();
        for act in acts.collect::<Vec<_>>() {
            versions.push(act.await.unwrap());
        }
        versions.sort_unstable();
        assert_eq!(versions, (1..=100).collect::<Vec<_>>());
        // Two that say the stream is new: one is, whichever comes first.
        let (a, b) = tokio::join!(
            ledger.act(|tx| act(tx, "two", Some(0), "filed", "x")),
            ledger.act(|tx| act(tx, "two", Some(0), "filed", "x"))
        );
        assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
        assert!(matches!(a.and(b), Err(Fault::Conflict { version: 1, .. })));
        assert_eq!(ledger.verify(None, 2).await.unwrap().entries, 101);
        ledger.close();
    });
}

#[test]
fn recorded_time_never_goes_back() {
    on_each(async |world| {
        let ledger = world.open();
        let one = ledger.act(|tx| act(tx, "a", None, "filed", "x")).await.unwrap();
        world.time.store(5, std::sync::atomic::Ordering::Relaxed);
        let two = ledger
            .act(|tx| {
                let now = tx.now_ms();
                let entry = act(tx, "a", None, "filed", "x")?;
                assert_eq!(entry.recorded_at, now);
                Ok(entry)
            })
            .await
            .unwrap();
        assert_eq!(two.recorded_at, one.recorded_at);
        ledger.close();
    });
}

#[test]
fn malformed_drafts_are_refused() {
    on_each(async |world| {
        let ledger = world.open();
        for (stream, kind, body) in
            [("", "k", "{}"), ("s", "", "{}"), ("s", "k", "{"), ("s\0", "k", "{}"), ("s", "k", "{} x")]
        {
            let fault = ledger.act(move |tx| tx.append(draft(stream, None, kind, body.into()))).await;
            assert!(matches!(fault, Err(Fault::Bug(_))));
        }
        assert!(matches!(ledger.act(|tx| tx.keep(1, "text")).await, Err(Fault::Bug(_))), "a text without its entry");
        assert!(
            matches!(ledger.act(|tx| tx.index("case", "1", "x")).await, Err(Fault::Bug(_))),
            "index outside a projection"
        );
        assert_eq!(ledger.head().await.unwrap().position, 0);
        ledger.close();
    });
}

#[test]
fn the_body_is_kept_byte_for_byte() {
    on_each(async |world| {
        let ledger = world.open();
        let body = "{ \"b\" : 1.50,\n\"a\":\"\\u5f20\u{1F600}é\" }";
        ledger.act(move |tx| tx.append(draft("s", None, "k", body.into()))).await.unwrap();
        assert_eq!(ledger.read(|tx| tx.stream("s")).await.unwrap()[0].body, body);
        ledger.close();
    });
}

#[test]
fn a_read_cannot_write_and_a_panic_in_it_harms_nobody() {
    on_each(async |world| {
        let ledger = world.open();
        fill(&ledger, 3).await;
        let fault = ledger.read(|tx| tx.execute("DELETE FROM journal", &[])).await;
        assert!(matches!(fault, Err(Fault::ReadOnly)), "{fault:?}");
        assert!(matches!(ledger.read(|tx| act(tx, "a", None, "filed", "x")).await, Err(Fault::ReadOnly)));
        for _ in 0..20 {
            assert!(matches!(ledger.read::<()>(|_| panic!("a read that panics")).await, Err(Fault::Bug(_))));
        }
        let misread = ledger.read(|tx| tx.row("SELECT kind FROM counts", &[], |row| Ok(row.int(0)))).await;
        assert!(matches!(misread, Err(Fault::Bug(_))), "{misread:?}");
        assert_eq!(ledger.head().await.unwrap().position, 3);
        ledger.close();
    });
}

#[test]
fn values_go_in_and_come_out() {
    on_each(async |world| {
        let ledger = world.open();
        ledger
            .act(|tx| {
                let bureau = tx.bureau().to_owned();
                let none: Option<&str> = None;
                let insert = "INSERT INTO notes (bureau, id, body, bytes) VALUES ($1, $2, $3, $4)";
                tx.execute(insert, &[(&bureau).into(), "a".into(), none.into(), (&[0u8, 255]).into()])?;
                // Arguments by number, not by order.
                tx.execute(
                    "INSERT INTO notes (bureau, body, id) VALUES ($3, $2, $1)",
                    &["b".into(), "$1 'x'".into(), (&bureau).into()],
                )
            })
            .await
            .unwrap();
        let rows = ledger.read(|tx| {
            tx.rows(
                "SELECT id, body, bytes, $1 + 1, CAST($2 AS TEXT) FROM notes ORDER BY id",
                &[41.into(), "文".into()],
                |row| Ok((row.text(0), row.opt_text(1), row.opt_blob(2), row.int(3), row.text(4))),
            )
        });
        assert_eq!(
            rows.await.unwrap(),
            [
                ("a".into(), None, Some(vec![0, 255]), 42, "文".into()),
                ("b".to_owned(), Some("$1 'x'".to_owned()), None, 42, "文".to_owned())
            ]
        );
        let sum = ledger.read(|tx| {
            tx.row("SELECT SUM(position), COUNT(*), 1 = 1 FROM heads", &[], |r| Ok((r.opt_int(0), r.int(1), r.bool(2))))
        });
        assert_eq!(sum.await.unwrap(), Some((Some(0), 1, true)));
        ledger.close();
    });
}

#[test]
fn a_closed_ledger_takes_nothing() {
    on_each(async |world| {
        let ledger = world.open();
        let other = ledger.clone();
        ledger.close();
        assert!(other.stopped());
        assert!(matches!(other.act(|tx| act(tx, "a", None, "filed", "x")).await, Err(Fault::Stopped)));
        assert!(matches!(other.head().await, Err(Fault::Stopped)));
        other.close();
    });
}

#[test]
fn two_nodes_share_one_chain() {
    on_each(async |world| {
        let (a, b) = (world.open(), world.open());
        let mut waiting = Vec::new();
        for n in 0..120 {
            let ledger: Ledger = if n % 2 == 0 { a.clone() } else { b.clone() };
            waiting.push(tokio::spawn(async move {
                let stream = format!("s{}", n % 3);
                ledger.act(move |tx| act(tx, &stream, None, "filed", "x")).await.unwrap().position
            }));
        }
        let mut positions = Vec::new();
        for act in waiting {
            positions.push(act.await.unwrap());
        }
        positions.sort_unstable();
        assert_eq!(positions, (1..=120).collect::<Vec<_>>());
        assert_eq!(a.verify(None, 2).await.unwrap().entries, 120);
        a.close();
        b.close();
    });
}

#[test]
fn the_command_line_needs_no_runtime() {
    let folder = tempfile::tempdir().unwrap();
    let place = ledger::Place::Sqlite(folder.path().to_owned());
    let ledger = Ledger::open(place, BUREAU, std::sync::Arc::new(|| 7), crate::world::schema()).unwrap();
    let entry = ledger.act_blocking(|tx| act(tx, "a", None, "filed", "x")).unwrap();
    assert_eq!(entry.recorded_at, 7);
    assert_eq!(ledger.read_blocking(|tx| tx.position()).unwrap(), 1);
    ledger.close();
}
