//! Every shape of an act ever written must be read for ever.

use casework::Body;

/// One real entry of each kind, as the first version wrote it. A changed shape gets a new version and a new file; this one stays.
const FIRST: &str = include_str!("../frozen/case-acts-1.jsonl");

/// The first that says what set its document.
const TYPESETTER: &str = include_str!("../frozen/case-acts-1-typesetter.jsonl");

#[test]
fn acts_of_the_first_version_are_read_and_written_alike() {
    let mut read = 0;
    for line in FIRST.lines().chain(TYPESETTER.lines()) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let (kind, text) = (line["kind"].as_str().unwrap(), line["body"].as_str().unwrap());
        let body: Body = serde_json::from_str(text).unwrap_or_else(|e| panic!("{kind}: {e}"));
        assert_eq!(kind, format!("case.{}", body.recorded.act.kind().code()));
        // Nothing of it is lost on the way.
        let again: serde_json::Value = serde_json::from_str(&serde_json::to_string(&body).unwrap()).unwrap();
        assert_eq!(again, serde_json::from_str::<serde_json::Value>(text).unwrap(), "{kind}");
        read += 1;
    }
    assert_eq!(read, 20);
}
