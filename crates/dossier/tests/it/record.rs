//! Who took a file away is kept, and read for ever.

use dossier::{Export, Form, exports, record};
use jiff::civil::date;
use testkit::World;

use crate::support::run;

/// Exports as the first version wrote them. A changed shape gets a new version and a new file; this one stays.
const FIRST: &str = include_str!("../frozen/exported-1.jsonl");

#[test]
fn exports_of_the_first_version_are_read_and_written_alike() {
    for line in FIRST.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let body = line["body"].as_str().unwrap();
        let export: Export = serde_json::from_str(body).unwrap();
        assert_eq!(serde_json::to_string(&export).unwrap(), body);
    }
}

#[test]
fn who_took_what_is_found_again_newest_first() {
    let world = World::new();
    let export = |form| Export { case: 7, variant: "whole".into(), form, sha256: "00".repeat(32), bytes: 1 };
    for form in [Form::Pdf, Form::Package] {
        run(record(&world.ledger, "officer-1", date(2024, 5, 6), export(form))).unwrap();
    }
    run(record(&world.ledger, "officer-1", date(2024, 5, 6), Export { case: 8, ..export(Form::Pdf) })).unwrap();
    let found = world.ledger.read_blocking(|tx| exports(tx, 7, 10)).unwrap();
    assert_eq!(found.iter().map(|one| one.2.form).collect::<Vec<_>>(), [Form::Package, Form::Pdf]);
    assert!(found.iter().all(|one| one.1 == "officer-1" && one.2.case == 7));
    assert_eq!(world.ledger.read_blocking(|tx| exports(tx, 9, 10)).unwrap(), []);
}
