//! The standing order: what was written once is read for ever, and the demonstration is what it says.

use office::Change;

const FIRST: &str = include_str!("../frozen/changes-1.jsonl");

/// A chain that one person may walk alone, and a delegation.
const SECOND: &str = include_str!("../frozen/changes-2.jsonl");

#[test]
fn changes_of_every_version_are_read_and_written_alike() {
    for line in FIRST.lines().chain(SECOND.lines()) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let (kind, text) = (line["kind"].as_str().unwrap(), line["body"].as_str().unwrap());
        let change: Change = serde_json::from_str(text).unwrap_or_else(|e| panic!("{kind}: {e}"));
        assert_eq!(change.kind(), kind);
        let again: serde_json::Value = serde_json::from_str(&serde_json::to_string(&change).unwrap()).unwrap();
        assert_eq!(again, serde_json::from_str::<serde_json::Value>(text).unwrap(), "{kind}");
    }
}
