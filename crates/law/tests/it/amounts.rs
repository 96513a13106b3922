//! What the judge lets through by a formula is what the slow twin comes to: rate upon rate, part by part, for each circumstance.

use std::collections::BTreeSet;

use law::Day;
use law::acts::{Draft, Kind, NoNames, PartyNo, PersonId};
use law::case::{Case, Entry, Subject};
use law::corpus::{Corpus, Measure, Measures};
use law::guide::prefill;
use law::judge::{Judgement, Neighbours, Now, Proposal, judge};
use law::money::Fen;
use law::scenario::{demo_office, fill, play};

use crate::money::Random;

/// A formula as the text of law has it: rates for one whole unit, the measures multiplied, the parts of one unit of all of them.
struct Formula {
    matter: &'static str,
    branch: &'static str,
    min: i64,
    max: i64,
    of: &'static [Measure],
    parts: i64,
}

const FORMULAS: &[Formula] = &[
    // 绿化条例44(1): 10 to 30 yuan a square metre and day; hundredths of a square metre.
    Formula { matter: "F03", branch: "", min: 1_000, max: 3_000, of: &[Measure::Area, Measure::Days], parts: 100 },
    // 绿化条例44(2): 500 to 2,000 yuan a square metre.
    Formula { matter: "F04", branch: "", min: 50_000, max: 200_000, of: &[Measure::Area], parts: 100 },
    // 绿化条例43(1): three to five times the standard.
    Formula { matter: "F01", branch: "", min: 3, max: 5, of: &[Measure::Compensation], parts: 1 },
    // 城乡规划法66: up to the cost of the temporary building.
    Formula { matter: "E04", branch: "", min: 0, max: 1, of: &[Measure::TemporaryCost], parts: 1 },
    // 城乡规划法64: five to ten in a hundred of the cost.
    Formula { matter: "E01", branch: "correctable", min: 5, max: 10, of: &[Measure::Cost], parts: 100 },
];

/// Adds the rate once for each part, then counts to the first whole fen that is enough and to the last that is not too much.
fn slow(formula: &Formula, amounts: &[i64]) -> (i64, i64) {
    let (mut low, mut high) = (0_i64, 0_i64);
    for _ in 0..amounts.iter().product::<i64>() {
        low += formula.min;
        high += formula.max;
    }
    let (mut least, mut most) = (0, 0);
    while least * formula.parts < low {
        least += 1;
    }
    while (most + 1) * formula.parts <= high {
        most += 1;
    }
    (least, most)
}

fn cost(formula: &Formula, random: &mut Random) -> Vec<i64> {
    // Small enough to be counted one by one.
    let limits: &[u64] = if formula.of.len() == 2 { &[60, 9] } else { &[900] };
    limits.iter().map(|limit| 1 + random.below(*limit) as i64).collect()
}

#[test]
fn what_the_judge_lets_through_agrees_with_the_slow_twin() {
    let corpus = Corpus::builtin();
    let office = demo_office();
    let day: Day = jiff::civil::date(2026, 9, 2);
    let team = [PersonId(1), PersonId(2)];
    let verified: BTreeSet<(String, Day)> = BTreeSet::new();
    let mut random = Random(77);
    let (mut inside, mut outside) = (0, 0);
    for formula in FORMULAS {
        let opening = format!(
            "2026-09-01 线索登记 当事人:单位 事项:{}\n2026-09-01 立案\n2026-09-01 现场笔录\n2026-09-01 证据核实\n\
             2026-09-01 责令改正\n2026-09-02 调查终结报告\n",
            formula.matter
        );
        let case = Case::of(&play("", &opening).log);
        let now = Now {
            today: day,
            corpus,
            calendar: corpus.calendar(),
            office: &office,
            neighbours: Neighbours::default(),
            verified: &verified,
        };
        for _ in 0..300 {
            let amounts = cost(formula, &mut random);
            let (least, most) = slow(formula, &amounts);
            let fine = match random.below(4) {
                0 => least - 1 + random.below(3) as i64,
                1 => most - 1 + random.below(3) as i64,
                _ => random.below((most as u64 + 10) * 2) as i64,
            };
            if fine <= 0 {
                continue;
            }
            let known = formula.of.iter().zip(&amounts).fold(Measures::default(), |k, (m, a)| k.with(*m, *a));
            let subject = Subject::Party(PartyNo(0));
            let mut draft = prefill(&case, Kind::PriorNotice, subject, &team);
            if let Draft::PriorNotice(d) = &mut draft {
                d.fine.value = Some(Fen(fine));
                d.measures.value = Some(Some(known.clone()));
                d.hearing_right.value = Some(true);
            }
            if !formula.branch.is_empty() {
                draft.set("branch", formula.branch, &NoNames).expect("an id");
            }
            fill(&mut draft, day, &team);
            let proposal = Proposal { subject, entry: Entry::Live, at: day, time: None, team: team.to_vec(), draft };
            let broken = match judge(&case, &proposal, &now) {
                Judgement::Refused(refusal) => refusal.unmet.iter().any(|unmet| unmet.rule == "I28b"),
                Judgement::Allowed { .. } => false,
                other => panic!("{}: {other:?}", formula.matter),
            };
            let lawful = least <= fine && fine <= most;
            assert_eq!(broken, !lawful, "{} {known} {fine}: {least} to {most}", formula.matter);
            inside += usize::from(lawful);
            outside += usize::from(!lawful);
        }
    }
    assert!(inside > 300 && outside > 300, "{inside} {outside}");
}

#[test]
fn measures_are_kept_in_their_base_units_and_read_back() {
    let text = "面积12.5平方米、天数4日、绿化补偿标准12,000元";
    let mut draft = Draft::empty(Kind::PriorNotice);
    draft.set("数量", text, &NoNames).expect("measures");
    assert_eq!(draft.get_text("measures").as_deref(), Some(text));
    let Draft::PriorNotice(d) = &draft else { panic!("a notice") };
    let json = serde_json::to_string(&d.measures.value).expect("plain");
    assert_eq!(json, r#"{"area":1250,"days":4,"compensation":1200000}"#);
    for (bad, why) in [
        ("12.5", "没有写明是什么数量"),
        ("面积1、面积2", "写了两次"),
        ("天数1.5", "整数"),
        ("面积-1", "面积"),
        ("绿化补偿标准-5元", "负数"),
    ] {
        let error = draft.set("measures", bad, &NoNames).expect_err(bad);
        assert!(error.text.contains(why), "{}", error.text);
    }
    assert!(serde_json::from_str::<Measures>(r#"{"area":-1}"#).is_err());
    assert!(serde_json::from_str::<Measures>(r#"{"length":1}"#).is_err());
}
