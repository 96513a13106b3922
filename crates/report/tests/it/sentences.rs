//! The list of the official report's sentences names only what is there, and the built-in template uses all of it.

use std::collections::BTreeSet;

use report::{BUILTIN, Template, indicator, indicators};

const LIST: &str = include_str!("../../../../docs/report-2024.md");

struct Sentence {
    part: &'static str,
    mark: &'static str,
    from: Vec<&'static str>,
}

fn sentences() -> Vec<Sentence> {
    let rows = LIST.lines().filter(|l| l.starts_with("| ") && !l.starts_with("| part"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 4, "{row}");
        Sentence { part: cells[0], mark: cells[2], from: cells[3].split('`').skip(1).step_by(2).collect() }
    })
    .collect()
}

#[test]
fn every_sentence_is_marked_and_says_from_where() {
    let all = sentences();
    for part in ["一", "二", "三", "四", "五"] {
        assert!(all.iter().filter(|s| s.part == part).count() > 5, "part {part} is nearly empty");
    }
    for sentence in &all {
        match sentence.mark {
            "fixed" => assert!(sentence.from.is_empty(), "{:?}", sentence.from),
            "computed" => {
                assert!(!sentence.from.is_empty());
                for id in &sentence.from {
                    assert!(indicator(id).is_some(), "no indicator {id}");
                }
            }
            "quoted" => {
                assert!(!sentence.from.is_empty());
                for field in &sentence.from {
                    assert!(is_field(field), "no field {field}");
                }
            }
            other => panic!("no mark {other}"),
        }
    }
}

/// `register.field` or `register.lines.field`.
fn is_field(path: &str) -> bool {
    let parts: Vec<&str> = path.split('.').collect();
    let Some(d) = registers::descriptor(parts[0]) else { return false };
    match parts.as_slice() {
        [_, field] => d.field(field).is_some(),
        [_, lines, field] => d.lines_of(lines).is_some_and(|l| l.fields.iter().any(|f| f.key == *field)),
        _ => false,
    }
}

#[test]
fn the_template_uses_everything_the_list_names_and_the_list_names_every_indicator() {
    let names = Template::parse(BUILTIN).unwrap().names();
    let mut computed = BTreeSet::new();
    for sentence in sentences() {
        for from in sentence.from {
            if sentence.mark == "computed" {
                assert!(names.contains(from), "{from} is not in the template");
                computed.insert(from);
            } else {
                let (register, field) = (from.split('.').next().unwrap(), from.rsplit('.').next().unwrap());
                assert!(names.contains(register), "{from} is not in the template");
                let used = [format!("{{{field}}}"), format!("where {field} =")];
                assert!(used.iter().any(|u| BUILTIN.contains(u)), "{from} is not in the template");
            }
        }
    }
    let all: BTreeSet<&str> = indicators().iter().map(|i| i.id.as_str()).collect();
    assert_eq!(computed, all);
}
