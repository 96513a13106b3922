//! Texts beside the journal.

use ledger::Fault;

use crate::world::{act, draft, fill, on_each};

#[test]
fn texts_are_read_alone_and_together() {
    on_each(async |world| {
        let ledger = world.open();
        fill(&ledger, 50).await;
        assert_eq!(ledger.read(|tx| tx.text(3, 1)).await.unwrap().as_deref(), Some("第2号当事人张三占道经营"));
        assert_eq!(ledger.read(|tx| tx.text(3, 2)).await.unwrap(), None);
        let keys = (1..=50).map(|position| (position, 1)).chain([(7, 9), (99, 1)]).collect::<Vec<_>>();
        let texts = ledger.read(move |tx| tx.texts(&keys)).await.unwrap();
        assert_eq!(texts.len(), 50);
        assert_eq!(texts[&(40, 1)], "第39号当事人张三占道经营");
        assert!(ledger.read(|tx| tx.texts(&[])).await.unwrap().is_empty());
        ledger.close();
    });
}

#[test]
fn equal_texts_have_different_commitments() {
    on_each(async |world| {
        let ledger = world.open();
        let (one, two) = ledger
            .act(|tx| {
                let (one, two) = (tx.keep(1, "张三")?, tx.keep(2, "张三")?);
                tx.append(draft("s", None, "k", format!("[\"{one}\",\"{two}\"]")))?;
                Ok((one, two))
            })
            .await
            .unwrap();
        assert_eq!((one.len(), two.len()), (128, 128));
        assert_ne!(one, two);
        ledger.close();
    });
}

#[test]
fn an_erased_text_is_gone_and_the_chain_says_so() {
    on_each(async |world| {
        let ledger = world.open();
        fill(&ledger, 6).await;
        let secret = "极为罕见的姓名欧阳某某某";
        ledger.act(move |tx| act(tx, "case-0", None, "told", secret)).await.unwrap();
        let erased = ledger
            .act(|tx| {
                let by = tx.next_position();
                let first = tx.erase(7, 1, by)?;
                assert!(!tx.erase(7, 1, by)?, "only once");
                tx.append(draft("case-0", None, "erased", "{\"erases\":[7,1]}".into()))?;
                Ok(first)
            })
            .await
            .unwrap();
        assert!(erased);
        assert_eq!(ledger.read(|tx| tx.text(7, 1)).await.unwrap(), None);
        let verified = ledger.verify(None, 2).await.unwrap();
        assert_eq!((verified.entries, verified.texts), (8, 6));
        assert_eq!(verified.erased, [(8, 1)].into());
        assert!(matches!(ledger.read(|tx| tx.erase(1, 1, 8)).await, Err(Fault::ReadOnly)));
        ledger.close();
        if let Some(file) = world.sqlite() {
            for path in [file.clone(), file.with_extension("db-wal")] {
                let bytes = std::fs::read(&path).unwrap_or_default();
                let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(!found, "{} still holds the erased text", path.display());
            }
        }
    });
}
