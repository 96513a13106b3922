//! Every shape of an act ever written must be read for ever.

use casework::Body;
use casework::approval::{Returned, Signed, Submitted, Withdrawn};

/// One real entry of each kind, as the first version wrote it. A changed shape gets a new version and a new file; this one stays.
const FIRST: &str = include_str!("../frozen/case-acts-1.jsonl");

/// The first that says what set its document.
const TYPESETTER: &str = include_str!("../frozen/case-acts-1-typesetter.jsonl");

/// An act that an approval performed: the field is written only then.
const APPROVED: &str = include_str!("../frozen/case-acts-2.jsonl");

/// A choice between norms, and a notice with quantities, factors, tier and the reason for a departure: fields written only where said.
const WEIGHED: &str = include_str!("../frozen/case-acts-3.jsonl");

/// An act of another system: its origin is written only then.
const IMPORTED: &str = include_str!("../frozen/case-acts-4.jsonl");

/// An inspection approved and told to the party, and a request for help.
const INSPECTED: &str = include_str!("../frozen/case-acts-5.jsonl");

/// The official text of a statute.
const TEXT: &str = include_str!("../frozen/law-text-1.jsonl");

/// Entries of approvals: submitted with and without a party, signed by oneself and for another, returned, withdrawn.
const APPROVALS: &str = include_str!("../frozen/approvals-1.jsonl");

/// Reads a body as `T` and writes it again.
fn again<T: serde::Serialize + serde::de::DeserializeOwned>(text: &str) -> serde_json::Value {
    let body: T = serde_json::from_str(text).unwrap_or_else(|e| panic!("{text}: {e}"));
    serde_json::to_value(&body).unwrap()
}

#[test]
fn approvals_of_the_first_version_are_read_and_written_alike() {
    let mut read = 0;
    for line in APPROVED.lines().chain(APPROVALS.lines()) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = line["body"].as_str().unwrap();
        let written = match line["kind"].as_str().unwrap() {
            "approval.submitted" => again::<Submitted>(text),
            "approval.signed" => again::<Signed>(text),
            "approval.returned" => again::<Returned>(text),
            "approval.withdrawn" => again::<Withdrawn>(text),
            _ => again::<Body>(text),
        };
        assert_eq!(written, serde_json::from_str::<serde_json::Value>(text).unwrap());
        read += 1;
    }
    assert_eq!(read, 10);
}

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

#[test]
fn choices_weighed_notices_and_official_texts_are_read_and_written_alike() {
    let mut kinds = Vec::new();
    for line in WEIGHED.lines().chain(IMPORTED.lines()).chain(INSPECTED.lines()).chain(TEXT.lines()) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let (kind, text) = (line["kind"].as_str().unwrap(), line["body"].as_str().unwrap());
        let written = match kind {
            casework::statutes::KIND => again::<casework::statutes::Text>(text),
            _ => again::<Body>(text),
        };
        assert_eq!(written, serde_json::from_str::<serde_json::Value>(text).unwrap(), "{kind}");
        kinds.push(kind.to_owned());
    }
    let inspected = ["case.InspectionApproved", "case.InspectionNotified", "case.AssistanceRequested"];
    assert_eq!(kinds[..3], ["case.NormChosen", "case.PriorNotice", "case.ClueRegistered"]);
    assert_eq!(kinds[3..6], inspected);
    assert_eq!(kinds[6..], ["law.text"]);
    let imported: Body = serde_json::from_str(&body_of(IMPORTED)).unwrap();
    assert_eq!(imported.origin.map(|origin| origin.act).as_deref(), Some("a"));
    let text: casework::statutes::Text = serde_json::from_str(&body_of(TEXT)).unwrap();
    assert_eq!(text.digest, casework::statutes::digest(&text.articles));
}

fn body_of(line: &str) -> String {
    let line: serde_json::Value = serde_json::from_str(line.trim()).unwrap();
    line["body"].as_str().unwrap().to_owned()
}
