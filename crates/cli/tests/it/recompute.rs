//! The demonstration's report, and the same figures recomputed by an independent program from its exported journal.

use std::path::Path;
use std::process::Command;

use crate::released::xiezhi;

#[test]
fn an_independent_program_finds_the_figures_of_the_demonstration_in_its_journal() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    // The small year; the whole one is compared where it is filled anyway, in tests/browser/year.test.mjs.
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/targets/small.json");
    xiezhi(&data, &["demo", "--fill-only", "--targets", targets.to_str().unwrap()]);
    let file = |name: &str| temporary.path().join(name).to_str().unwrap().to_owned();
    let journal = file("journal.jsonl");
    xiezhi(&data, &["export", "journal", "--out", &journal]);
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recompute/recompute.mjs");
    for until in ["2024-11-21", "2024-12-31"] {
        let report = file(&format!("{until}.json"));
        xiezhi(&data, &["report", "2024", "--until", until, "--format", "json", "--out", &report]);
        let compare = |report: &str| {
            let output = Command::new("node").arg(&program).args([&journal, "--compare", report]).output();
            let output =
                output.unwrap_or_else(|why| panic!("Node 20 or newer has to be installed for this test: {why}"));
            let said = [output.stdout, output.stderr].concat();
            (output.status.code(), String::from_utf8(said).unwrap())
        };
        let (code, said) = compare(&report);
        assert_eq!(code, Some(0), "{said}");
        // It would say so if one figure were another, and name it.
        let mut other: serde_json::Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
        let right = other["figures"][0]["value"].as_i64().unwrap();
        other["figures"][0]["value"] = (right + 1).into();
        let wrong = file("wrong.json");
        std::fs::write(&wrong, other.to_string()).unwrap();
        let (code, said) = compare(&wrong);
        assert_eq!(code, Some(1), "{said}");
        let difference = format!("outreach.events value: report {}, recomputed {right}", right + 1);
        assert!(said.contains(&difference), "{said}");
    }
}
