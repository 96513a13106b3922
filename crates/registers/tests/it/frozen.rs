//! Entries of every shape ever released are still read: the journal is never rewritten.

use jiff::civil::date;
use ledger::Draft;
use serde::Deserialize;

use crate::world::bureau;

#[derive(Deserialize)]
struct Kept {
    kind: String,
    body: String,
}

#[tokio::test]
async fn version_1_is_read() {
    let own = bureau();
    let kept: Vec<Kept> = include_str!("../frozen/register-1.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a fixture"))
        .collect();
    assert_eq!(kept.len(), 5);
    own.world
        .ledger
        .act(move |tx| {
            for entry in &kept {
                let body: serde_json::Value = serde_json::from_str(&entry.body).expect("a body");
                let register = body["register"].as_str().expect("a register");
                tx.append(Draft {
                    stream: &registers::stream(register, 1),
                    expects: None,
                    happened_at: date(2024, 3, 1),
                    actor: "frozen",
                    kind: &entry.kind,
                    kind_version: 1,
                    body: entry.body.clone(),
                })?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let (state, version) = own.standing("dispute", 1);
    assert_eq!((version, state.text("subject")), (2, "不服行政处罚决定"));
    // No text was kept for these fixtures, so what stood beside the journal reads as erased.
    assert_eq!(state.text("applicant"), "（已依令删除）");
    assert_eq!(state.fields["files"], registers::Value::Texts(vec!["aa".into(), "bb".into()]));
    assert!(!state.fields.contains_key("case_id") && state.lines.is_empty(), "a change is the whole new state");
    assert_eq!(own.listed("dispute", None).len(), 1);
    assert!(own.listed("study", None).is_empty(), "voided");
    own.world.ledger.rebuild().await.unwrap();
    assert_eq!(own.listed("dispute", None).len(), 1);
}
