//! The evaluation sheet: its sums, its rules, and files whose grade a reader can work out.

use law::Day;
use law::grade::{ITEMS, Level, Life, Part, Sheet, Standing, VETOES, sheet};
use law::judge::{Neighbours, Now};
use law::scenario::play;
use std::collections::{BTreeMap, BTreeSet};

use crate::scenarios::all;

fn graded(text: &str, as_of: Day) -> Sheet {
    let played = play("", text);
    assert!(played.outcome.passed, "{}", played.outcome.report);
    let corpus = law::corpus::Corpus::builtin();
    let verified = BTreeSet::new();
    let now = Now {
        today: as_of,
        corpus,
        calendar: corpus.calendar(),
        office: &played.office,
        neighbours: Neighbours::default(),
        verified: &verified,
    };
    sheet(&played.log, as_of, &now)
}

fn named(name: &str, as_of: Day) -> Sheet {
    let (_, text) = all().into_iter().find(|(known, _)| known == name).expect("there");
    graded(&text, as_of)
}

fn vetoes(sheet: &Sheet) -> Vec<&str> {
    sheet.vetoes.iter().map(|(veto, _)| veto.id).collect()
}

fn of<'a>(sheet: &'a Sheet, text: &str) -> &'a Standing {
    &sheet.items.iter().find(|(item, _)| item.text == text).unwrap_or_else(|| panic!("{text}")).1
}

#[test]
fn the_points_make_a_hundred_and_every_rule_named_exists() {
    let mut parts: BTreeMap<Part, u32> = BTreeMap::new();
    for item in ITEMS {
        *parts.entry(item.part).or_default() += item.points;
        for (rule, _) in item.rules {
            assert!(law::rules::rule(rule).is_some(), "{}: {rule}", item.text);
        }
    }
    assert_eq!(parts.into_iter().collect::<Vec<_>>(), Part::ALL.to_vec());
    assert_eq!(ITEMS.iter().map(|item| item.points).sum::<u32>(), 100);
    assert_eq!(VETOES.len(), 14);
    for (at, veto) in VETOES.iter().enumerate() {
        assert_eq!(veto.id, format!("V{}", at + 1));
        for rule in veto.rules {
            assert!(law::rules::rule(rule).is_some(), "{}: {rule}", veto.id);
        }
    }
}

#[test]
fn the_levels_begin_where_the_model_says() {
    for (score, level) in [
        (0, Level::Failed),
        (59, Level::Failed),
        (60, Level::Passed),
        (74, Level::Passed),
        (75, Level::Good),
        (89, Level::Good),
        (90, Level::Excellent),
        (100, Level::Excellent),
    ] {
        assert_eq!(Level::of(score), level, "{score}");
    }
}

#[test]
fn a_clean_closed_file_loses_only_what_nobody_recorded() {
    let sheet = named("hearing-held", jiff::civil::date(2026, 12, 31));
    assert_eq!(vetoes(&sheet), Vec::<&str>::new());
    assert_eq!(sheet.life, Life::Closed);
    let lost: Vec<&str> =
        sheet.items.iter().filter(|(_, s)| matches!(s, Standing::Lost(..))).map(|(item, _)| item.text).collect();
    assert_eq!(lost, Vec::<&str>::new());
    assert_eq!(sheet.score, 100);
    assert_eq!(sheet.level, Level::Excellent);
    // Copies, elements, citations, benchmark, order of materials, index and pages are for a reader: 3+5+4+5+1+1.
    assert_eq!(sheet.reader, 19);
    assert_eq!(of(&sheet, "听证的步骤和日期"), &Standing::Kept);
    assert_eq!(of(&sheet, "登记保存七个工作日内处理"), &Standing::NotApplicable);
}

#[test]
fn an_imported_file_without_two_officers_and_defence_time_fails() {
    let sheet = named("imported", jiff::civil::date(2025, 7, 31));
    assert_eq!(sheet.life, Life::Imported);
    // One officer; a fine above the notice without waiting for the defence.
    assert!(vetoes(&sheet).contains(&"V2") && vetoes(&sheet).contains(&"V7"), "{:?}", vetoes(&sheet));
    assert_eq!((sheet.score, sheet.level), (0, Level::Failed));
    assert!(matches!(of(&sheet, "七个工作日内送达，回证齐全"), Standing::Lost(..)));
    assert!(matches!(of(&sheet, "七个工作日内公示"), Standing::Lost(..)));
}

#[test]
fn an_open_file_says_what_will_be_lost_and_until_when() {
    let text = "2026-09-01 线索登记 当事人:单位 事项:A01\n2026-09-01 立案\n2026-09-01 现场笔录\n2026-09-01 证据核实\n\
        2026-09-01 先行登记保存\n";
    let sheet = graded(text, jiff::civil::date(2026, 9, 2));
    assert_eq!(sheet.life, Life::Open);
    let registered = jiff::civil::date(2026, 9, 10);
    assert_eq!(of(&sheet, "登记保存七个工作日内处理"), &Standing::AtRisk(registered, "登记保存处理"));
    let ninety = jiff::civil::date(2026, 11, 30);
    assert_eq!(of(&sheet, "九十日内或者依法延长"), &Standing::AtRisk(ninety, "办案期限"));
    let later = graded(text, jiff::civil::date(2026, 9, 11));
    assert!(matches!(of(&later, "登记保存七个工作日内处理"), Standing::Lost(..)));
}

#[test]
fn each_veto_has_a_file_it_fails() {
    let open = |rest: &str| {
        format!(
            "导入\n2025-03-03 线索登记 当事人:单位 事项:A01\n2025-03-03 立案\n2025-03-03 现场笔录\n2025-03-03 证据核实\n2025-03-03 责令改正\n{rest}"
        )
    };
    let decided = |notice: &str, rest: &str| {
        open(&format!(
            "2025-03-04 调查终结报告\n2025-03-04 事先告知 {notice}\n2025-03-04 送达 文书:事先告知\n\
             2025-03-04 放弃权利 放弃的权利:均放弃\n2025-03-05 处罚决定 {rest}\n"
        ))
    };
    let cases: &[(&str, String)] = &[
        ("V1", format!("权力 A01 无\n{}", open(""))),
        ("V2", format!("执法人员 1\n{}", open(""))),
        ("V3", "导入\n2025-03-03 线索登记\n2025-03-03 立案\n2025-03-03 现场笔录\n2025-03-03 证据核实\n2025-03-04 调查终结报告\n".to_owned()),
        ("V4", open("2025-03-04 现场=收集证据\n2025-03-04 调查终结报告 证据:现场\n")),
        ("V5", "导入\n2018-01-03 线索登记 当事人:单位 事项:A01\n2018-01-03 立案\n2018-01-03 现场笔录\n2018-01-03 证据核实\n2018-01-04 调查终结报告\n2018-01-04 事先告知 罚款:300元\n".to_owned()),
        ("V6", decided("罚款:3,000元", "")),
        ("V7", open("2025-03-04 调查终结报告\n2025-03-04 事先告知 罚款:300元\n2025-03-04 处罚决定\n")),
        ("V8", decided("罚款:60,000元 听证权:否", "")),
        ("V9", decided("罚款:60,000元 听证权:是", "")),
        ("V10", decided("罚款:60,000元 听证权:是", "")),
        ("V11", decided("罚款:300元", "")),
        ("V12", decided("罚款:300元", "").replace("2025-03-05 处罚决定", "2025-03-05 涉罪报告\n2025-03-05 处罚决定")),
        ("V13", open("2025-03-04 查封扣押 期限天数:40 批准负责人:无\n")),
    ];
    let as_of = jiff::civil::date(2025, 6, 30);
    for (id, text) in cases {
        let sheet = graded(text, as_of);
        assert!(vetoes(&sheet).contains(id), "{id}: {:?}", vetoes(&sheet));
        assert_eq!(sheet.score, 0, "{id}");
    }
    assert_eq!(cases.len(), 13, "the fourteenth is below");
}

#[test]
fn a_record_dated_back_is_a_veto() {
    let mut played = play("", "2025-03-03 线索登记 当事人:单位 事项:A01\n2025-03-03 立案\n2025-03-03 现场笔录\n");
    // The judge lets nobody date a live act before what the file holds; only a record changed afterwards looks like this.
    played.log[2].happened = jiff::civil::date(2025, 3, 1);
    let corpus = law::corpus::Corpus::builtin();
    let verified = BTreeSet::new();
    let as_of = jiff::civil::date(2025, 3, 4);
    let now = Now {
        today: as_of,
        corpus,
        calendar: corpus.calendar(),
        office: &played.office,
        neighbours: Neighbours::default(),
        verified: &verified,
    };
    assert_eq!(vetoes(&sheet(&played.log, as_of, &now)), ["V14"]);
}
