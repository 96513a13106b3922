//! The demonstration meets the numbers it is told to meet, for any bureau.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::released::xiezhi;

fn targets(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/targets").join(name)
}

/// Fills a year and holds every figure of the report against the file of targets.
fn meets(name: &str) {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    let file = targets(name);
    let wanted: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    xiezhi(&data, &["demo", "--fill-only", "--targets", file.to_str().unwrap()]);
    let (year, until) = (wanted["year"].to_string(), wanted["until"].as_str().unwrap());
    let report = xiezhi(&data, &["report", &year, "--until", until, "--format", "json"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    let figures = report["figures"].as_array().unwrap();
    let mut held = 0;
    for (id, value) in wanted["figures"].as_object().unwrap() {
        // How many on-the-spot penalties there are is no figure of the report.
        let Some(figure) = figures.iter().find(|f| f["id"] == id.as_str()) else {
            assert_eq!(id, "case.simple", "a figure of the report");
            continue;
        };
        assert_eq!(&figure["value"], value, "{name}: {id}");
        held += 1;
    }
    assert_eq!(held, 42);
    assert!(xiezhi(&data, &["verify"]).contains("校验链完整"));
}

#[test]
fn a_small_year_meets_its_targets() {
    meets("small.json");
}

#[test]
fn another_city_and_year_meet_theirs() {
    meets("other-city.json");
}

#[test]
fn targets_that_cannot_be_met_are_refused_by_name() {
    let read = |text: &str| demonstration::Targets::read("my.json", text).map(|_| ()).unwrap_err();
    let with = |figures: &str| read(&format!(r#"{{"year":2025,"until":"2025-11-14","figures":{{{figures}}}}}"#));
    for (figures, named) in [
        (r#""ticket.call": 3"#, "不认识指标 ticket.call"),
        (r#""ticket.calls": -3"#, "ticket.calls 不能小于零"),
        (r#""transfer.solved": 30"#, "transfer.solved 不能大于 transfer.received"),
        (r#""campaign.thunder.fines": 99000000"#, "campaign.thunder.fines：这些案件的罚款合计只能在"),
        (r#""people.certificate_holders": 12"#, "people.certificate_holders：不少于"),
        (r#""case.ordinary_published": 100"#, "case.ordinary_published：不能少于"),
    ] {
        let said = with(figures);
        assert!(said.starts_with("my.json") && said.contains(named), "{figures}: {said}");
    }
    assert!(read(r#"{"year":2031,"until":"2031-11-14","figures":{}}"#).contains("演示年度只能是 2024 或者 2025"));
    assert!(read(r#"{"year":2025,"figures":{}}"#).contains("须有 year、until、figures"));
    let mix = r#"{"year":2024,"until":"2024-11-21","figures":{"transfer.fines":1},"mix":[{"group":"own","procedure":"ordinary","matters":["A01"],"party":"person","fine":300,"count":1}]}"#;
    assert!(read(mix).contains("mix：合计"));
}
