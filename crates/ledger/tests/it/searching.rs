//! Search.

use crate::world::{act, draft, fill, on_each};

#[test]
fn words_of_two_characters_single_ones_and_latin_are_found_newest_first() {
    on_each(async |world| {
        let ledger = world.open();
        for (id, text) in [
            ("c1", "人民路占道经营,车牌粤A12345"),
            ("c2", "人民路与解放路口油烟扰民"),
            ("c3", "张三在人民公园无照经营"),
            ("c4", "ABC 便利店ABC超门线经营"),
        ] {
            ledger.act(move |tx| act(tx, id, None, "filed", text)).await.unwrap();
        }
        let find = async |query: &'static str| {
            let hits = ledger.read(move |tx| tx.search(Some("case"), query, 10)).await.unwrap();
            hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>().join(" ")
        };
        for (query, found) in [
            ("经营", "c4 c3 c1"),
            ("占道经营", "c1"),
            ("道经营", "c1"),
            ("人民 经营", "c3 c1"),
            ("人民路", "c2 c1"),
            ("民人", ""),
            ("口", "c2"),
            ("营", "c4 c3 c1"),
            ("粤A123", "c1"),
            ("abc", "c4"),
            ("ABC", "c4"),
            ("12345", ""),
            ("'\" OR *", ""),
            ("' | !", ""),
            ("", ""),
        ] {
            assert_eq!(find(query).await, found, "{query}");
        }
        // The newer text of an id replaces the older, and comes first.
        ledger.act(|tx| act(tx, "c1", None, "corrected", "人民路无照经营")).await.unwrap();
        assert_eq!(find("占道").await, "");
        assert_eq!(find("经营").await, "c1 c4 c3");
        let hits = ledger.read(|tx| tx.search(None, "经营", 2)).await.unwrap();
        assert_eq!(
            hits.iter().map(|hit| (hit.kind.as_str(), hit.id.as_str(), hit.position)).collect::<Vec<_>>(),
            [("case", "c1", 5), ("case", "c4", 4)]
        );
        assert!(ledger.read(|tx| tx.search(Some("ticket"), "经营", 10)).await.unwrap().is_empty());
        ledger.close();
    });
}

#[test]
fn the_last_text_of_a_batch_counts() {
    on_each(async |world| {
        let ledger = world.open();
        fill(&ledger, 3).await;
        ledger
            .act(|tx| {
                act(tx, "x", None, "filed", "油烟")?;
                act(tx, "x", None, "filed", "噪音")?;
                tx.append(draft("x", None, "silent", "{}".into()))
            })
            .await
            .unwrap();
        assert!(ledger.read(|tx| tx.search(None, "油烟", 9)).await.unwrap().is_empty());
        assert_eq!(ledger.read(|tx| tx.search(None, "噪音", 9)).await.unwrap().len(), 1);
        ledger.close();
    });
}

#[test]
fn strange_texts_do_no_harm() {
    on_each(async |world| {
        let ledger = world.open();
        let long = "长".repeat(70_000);
        for text in ["".to_owned(), "''\\\"".into(), "a'b:1 & !c".into(), "𠀀𠀁々〇".into(), "É Straße İ".into(), long]
        {
            let text = std::sync::Arc::new(text);
            ledger.act(move |tx| act(tx, "s", None, "filed", &text)).await.unwrap();
        }
        ledger.close();
    });
}
