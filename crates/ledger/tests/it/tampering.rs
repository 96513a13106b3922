//! Whatever is changed behind the ledger's back is found, and named.

use ledger::{Broken, Checkpoint, Ledger, SigningKey};

use crate::world::{World, draft, fill, on_each};

async fn prepared(world: &World) -> (Ledger, Checkpoint) {
    let ledger = world.open();
    fill(&ledger, 600).await;
    let key = SigningKey::from_bytes(&[7; 32]);
    let checkpoint = ledger.checkpoint(&key, "o").await.unwrap();
    (ledger, checkpoint)
}

async fn broken(ledger: &Ledger) -> Broken {
    let (one, two) = (ledger.verify(None, 1).await.unwrap_err(), ledger.verify(None, 3).await.unwrap_err());
    assert_eq!(one, two, "the same whatever the number of threads");
    assert!(one.to_string().contains("号记录"));
    one
}

#[test]
fn a_change_in_any_column_of_any_row_is_named() {
    on_each(async |world| {
        let (ledger, _) = prepared(&world).await;
        ledger.verify(None, 2).await.unwrap();
        let blob = |column: &str| match world.sqlite() {
            // Another first byte, whatever it was: one in 256 digests begins with zero already.
            Some(_) => format!(
                "CAST(CASE substr({column}, 1, 1) WHEN x'00' THEN x'01' ELSE x'00' END || substr({column}, 2) AS BLOB)"
            ),
            None => format!("set_byte({column}, 5, get_byte({column}, 5) # 1)"),
        };
        for position in [1, 2, 256, 257, 513, 600] {
            world.tamper("DROP TABLE IF EXISTS spare; CREATE TABLE spare AS SELECT * FROM journal");
            for (column, value) in [
                ("bureau", "'别的区'".to_owned()),
                ("position", "100000".to_owned()),
                ("format", "2".to_owned()),
                ("stream", "stream || '0'".to_owned()),
                ("version", "version + 1000".to_owned()),
                ("happened_at", "'2026-11-25'".to_owned()),
                ("recorded_at", "recorded_at + 1".to_owned()),
                ("actor", "'officer-8'".to_owned()),
                ("kind", "'filee'".to_owned()),
                ("kind_version", "2".to_owned()),
                ("body", "body || ' '".to_owned()),
                ("texts", "0".to_owned()),
                ("prev", blob("prev")),
                ("hash", blob("hash")),
            ] {
                world.tamper(&format!("UPDATE journal SET {column} = {value} WHERE position = {position}"));
                let found = broken(&ledger).await;
                // A row moved to the end is found there, before the gap it leaves.
                let named = if column == "position" { 100_000 } else { position };
                assert_eq!(found.position, Some(named), "{column} of {position}: {found}");
                world.tamper("DELETE FROM journal; INSERT INTO journal SELECT * FROM spare");
            }
            world.tamper(&format!("DELETE FROM journal WHERE position = {position}"));
            assert_eq!(broken(&ledger).await.position, Some(position));
            world.tamper("DELETE FROM journal; INSERT INTO journal SELECT * FROM spare");
        }
        ledger.verify(None, 2).await.unwrap();
        ledger.close();
    });
}

#[test]
fn values_of_the_wrong_type_are_named_too() {
    // PostgreSQL does not let them in.
    crate::world::on_sqlite(async |world| {
        let (ledger, _) = prepared(&world).await;
        for (column, value) in [
            ("version", "'x'"),
            ("body", "CAST(x'ff' AS TEXT)"),
            ("actor", "7"),
            ("hash", "'x'"),
            ("recorded_at", "1.5"),
        ] {
            world.tamper("DROP TABLE IF EXISTS spare; CREATE TABLE spare AS SELECT * FROM journal");
            world.tamper(&format!("UPDATE journal SET {column} = {value} WHERE position = 301"));
            assert_eq!(broken(&ledger).await.position, Some(301), "{column}");
            world.tamper("DELETE FROM journal; INSERT INTO journal SELECT * FROM spare");
        }
        ledger.close();
    });
}

#[test]
fn a_changed_letter_in_a_text_is_found() {
    on_each(async |world| {
        let (ledger, _) = prepared(&world).await;
        world.tamper("UPDATE texts SET value = '第299号当事人李四占道经营' WHERE position = 300");
        let found = broken(&ledger).await;
        assert_eq!((found.position, found.slot), (Some(300), Some(1)));
        world.tamper("UPDATE texts SET value = '第299号当事人张三占道经营' WHERE position = 300");
        ledger.verify(None, 2).await.unwrap();
        world.tamper("UPDATE texts SET value = NULL, salt = NULL WHERE position = 300");
        assert_eq!(broken(&ledger).await.slot, Some(1), "erased without an order");
        world.tamper("UPDATE texts SET erased_by = 601 WHERE position = 300");
        assert_eq!(broken(&ledger).await.slot, Some(1), "erased by an entry that does not exist");
        world.tamper("DELETE FROM texts WHERE position = 300");
        assert_eq!(broken(&ledger).await.position, Some(300), "gone without a trace");
        ledger.close();
    });
}

#[test]
fn removed_newest_entries_are_found_against_a_kept_checkpoint() {
    on_each(async |world| {
        let ledger = world.open();
        fill(&ledger, 300).await;
        world.tamper("CREATE TABLE spare AS SELECT * FROM heads");
        fill(&ledger, 10).await;
        let key = SigningKey::from_bytes(&[7; 32]);
        let checkpoint = ledger.checkpoint(&key, "o").await.unwrap();
        ledger.verify(Some(&checkpoint), 2).await.unwrap();
        // Somebody who knows the tables removes the newest entries and puts the old head back.
        world.tamper(
            "DELETE FROM journal WHERE position > 300; DELETE FROM texts WHERE position > 300; DELETE FROM heads",
        );
        world.tamper("INSERT INTO heads SELECT * FROM spare; DELETE FROM checkpoints");
        ledger.verify(None, 2).await.unwrap();
        assert_eq!(ledger.verify(Some(&checkpoint), 2).await.unwrap_err().position, Some(301));
        // And writes others in their place.
        ledger.close();
        let ledger = world.open();
        for _ in 0..20 {
            ledger.act(|tx| tx.append(draft("forged", None, "filed", "{}".into()))).await.unwrap();
        }
        ledger.verify(None, 2).await.unwrap();
        assert_eq!(ledger.verify(Some(&checkpoint), 2).await.unwrap_err().position, Some(310));
        ledger.close();
    });
}

#[test]
fn heads_blocks_and_checkpoints_are_compared() {
    on_each(async |world| {
        let (ledger, _) = prepared(&world).await;
        for (break_it, mend_it) in [
            ("UPDATE blocks SET number = 7 WHERE number = 1", "UPDATE blocks SET number = 1 WHERE number = 7"),
            ("UPDATE checkpoints SET size = 599", "UPDATE checkpoints SET size = 600"),
        ] {
            world.tamper(break_it);
            ledger.verify(None, 2).await.unwrap_err();
            world.tamper(mend_it);
            ledger.verify(None, 2).await.unwrap();
        }
        world.tamper("UPDATE heads SET hash = prev FROM journal WHERE journal.position = 600");
        ledger.verify(None, 2).await.unwrap_err();
        ledger.close();
        assert!(world.open_with(crate::world::schema()).is_err(), "a head that does not fit is not opened");
    });
}
