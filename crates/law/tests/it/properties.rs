//! Invariants that are no rule of one act: clocks that start at service, amounts with a slow twin, changes of the calendar, remedies.

use std::collections::BTreeSet;

use law::Day;
use law::acts::{Kind, PersonId};
use law::calendar::Calendar;
use law::case::Case;
use law::clocks::{clocks, moved};
use law::corpus::Corpus;
use law::deadline::Span;
use law::guide::what_if;
use law::judge::{Neighbours, Now, Proposal};
use law::money::Fen;
use law::office::Office;
use law::remedy::remedy;
use law::scenario::{demo_office, play};
use law::surcharge::surcharge;

fn now<'a>(today: Day, calendar: &'a Calendar, office: &'a Office, verified: &'a BTreeSet<(String, Day)>) -> Now<'a> {
    Now { today, corpus: Corpus::builtin(), calendar, office, neighbours: Neighbours::default(), verified }
}

/// I46, the slow twin: every day on its own.
fn slow(fine: Fen, due: Day, paid: &[(Day, Fen)], paused: &[Span], upto: Day) -> i64 {
    let mut sum = 0;
    let mut day = due;
    while day < upto {
        day = day.tomorrow().expect("in range");
        if paused.iter().any(|span| span.from <= day && day <= span.to) {
            continue;
        }
        let before: i64 = paid.iter().filter(|(on, _)| *on < day).map(|(_, fen)| fen.0).sum();
        sum += (fine.0 - before).max(0) * 3;
    }
    (sum / 100).min(fine.0)
}

#[test]
fn the_surcharge_agrees_with_its_slow_twin() {
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    let mut roll = |n: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % n
    };
    let day = |n: u64| jiff::civil::date(2026, 1, 1).saturating_add(jiff::SignedDuration::from_hours(24 * n as i64));
    for _ in 0..4000 {
        let fine = Fen(1 + roll(2_000_000) as i64);
        let due = day(roll(40));
        let paid: Vec<(Day, Fen)> = (0..roll(4)).map(|_| (day(roll(120)), Fen(roll(900_000) as i64))).collect();
        let paused: Vec<Span> = (0..roll(3))
            .map(|_| {
                let from = roll(100);
                Span::new(day(from), day(from + roll(30)))
            })
            .collect();
        let upto = day(roll(140));
        let fast = surcharge(fine, due, &paid, &paused, upto);
        assert_eq!(fast.total.0, slow(fine, due, &paid, &paused, upto), "{fine} {due} {paid:?} {paused:?} {upto}");
        assert!(fast.total <= fine, "never above the fine");
    }
}

#[test]
fn the_cap_is_reached_on_the_thirty_fourth_late_day() {
    let due = jiff::civil::date(2026, 9, 16);
    let after = |days: i64| due.saturating_add(jiff::SignedDuration::from_hours(24 * days));
    let fine = Fen::yuan(1_000);
    assert_eq!(surcharge(fine, due, &[], &[], due).total, Fen::ZERO);
    assert_eq!(surcharge(fine, due, &[], &[], after(1)).total, Fen::yuan(30));
    assert_eq!(surcharge(fine, due, &[], &[], after(33)).total, Fen::yuan(990));
    let capped = surcharge(fine, due, &[], &[], after(34));
    assert_eq!(capped.total, fine);
    assert!(capped.capped && capped.steps.last().is_some_and(|step| step.contains("罚款本数")), "{capped:?}");
}

/// I27: of two files that differ only in the day a paper was made, not in the day it was served, every clock that starts at service is the same.
#[test]
fn clocks_of_the_party_start_at_service_never_at_issue() {
    let file = |made: &str| {
        format!(
            "2026-09-01 线索登记 当事人:个人 事项:C09\n2026-09-01 立案\n2026-09-01 法律适用选择 适用事项:C09 不适用事项:C12\n2026-09-01 现场笔录\n2026-09-01 证据核实\n2026-09-01 责令改正\n\
             2026-09-01 调查终结报告\n{made} 事先告知 罚款:8,000元 听证权:是\n2026-09-10 送达 文书:事先告知\n\
             2026-09-10 放弃权利 放弃的权利:均放弃\n2026-09-10 法制审核\n2026-09-10 集体讨论\n2026-09-10 处罚决定\n2026-09-14 送达 文书:处罚决定\n"
        )
    };
    let office = demo_office();
    let verified = BTreeSet::new();
    let of = |text: &str| {
        let played = play("", text);
        assert!(played.outcome.passed, "{}", played.outcome.report);
        let today = jiff::civil::date(2026, 9, 15);
        clocks(&Case::of(&played.log), &now(today, Calendar::builtin(), &office, &verified))
            .into_iter()
            .filter(|clock| ["I11", "I16", "I44", "R60", "R6M"].contains(&clock.id))
            .map(|clock| (clock.id, clock.start, clock.due.last))
            .collect::<Vec<_>>()
    };
    let (early, late) = (of(&file("2026-09-02")), of(&file("2026-09-10")));
    assert_eq!(early, late);
    assert_eq!(early.len(), 5);
    for (id, start, _) in early {
        let served = if ["I11", "I16"].contains(&id) { (2026, 9, 10) } else { (2026, 9, 14) };
        assert_eq!(start, jiff::civil::date(served.0, served.1, served.2), "{id}");
    }
}

/// I62: a calendar known only for a year before makes the days after provisional; the notice moves them, and both values are kept.
#[test]
fn a_changed_calendar_moves_clocks_and_keeps_both_values() {
    let read = |year: &str| {
        let path = format!("{}/data/calendars/{year}.toml", env!("CARGO_MANIFEST_DIR"));
        (format!("calendars/{year}.toml"), std::fs::read_to_string(path).expect("there"))
    };
    let files: Vec<(String, String)> = ["2023", "2024", "2025"].iter().map(|year| read(year)).collect();
    let before: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let old = Calendar::parse(&before).expect("whole years");
    let played =
        play("", "2026-09-22 线索登记 当事人:个人\n2026-09-22 立案\n2026-09-22 现场笔录\n2026-09-22 先行登记保存\n");
    let office = demo_office();
    let verified = BTreeSet::new();
    let today = jiff::civil::date(2026, 9, 23);
    let case = Case::of(&played.log);
    let list =
        moved(&case, &now(today, &old, &office, &verified), &now(today, Calendar::builtin(), &office, &verified));
    let registered = list.iter().find(|moved| moved.after.id == "I39").expect("it moved");
    // Seven weekdays from Tuesday the 22nd end on 1 October; with Mid-autumn and National Day off they end on 9 October.
    assert_eq!(registered.before.due.last, jiff::civil::date(2026, 10, 1));
    assert!(registered.before.due.provisional);
    assert_eq!(registered.after.due.last, jiff::civil::date(2026, 10, 9));
    assert!(!registered.after.due.provisional);
    assert!(moved(&case, &now(today, &old, &office, &verified), &now(today, &old, &office, &verified)).is_empty());
}

/// I25, I59: what a paper says of remedies. Against an on-spot penalty review comes first, and no paper says the party may sue directly.
#[test]
fn remedies_are_those_of_the_law() {
    for kind in [Kind::PenaltyDecided, Kind::PenaltyWaived, Kind::OnSpotPenalty, Kind::OrderedToCorrect] {
        let told = remedy(kind).expect("it touches rights");
        assert_eq!((told.review, told.suit, told.suit_after_review), ("六十日", "六个月", "十五日"));
        assert_eq!(told.review_first, kind == Kind::OnSpotPenalty);
    }
    for kind in [Kind::Seized, Kind::DemolitionOrdered, Kind::SubstituteDecided, Kind::EnforcementDecided] {
        assert!(remedy(kind).is_some_and(|told| !told.review_first), "{}", kind.label());
    }
    assert!(remedy(Kind::PriorNotice).is_none());
}

#[test]
fn what_if_shows_clocks_and_choices_without_recording() {
    let played = play(
        "",
        "2026-09-01 线索登记 当事人:个人 事项:A01\n2026-09-01 立案\n2026-09-01 现场笔录\n2026-09-01 证据核实\n2026-09-01 责令改正\n2026-09-01 调查终结报告\n\
         2026-09-01 事先告知 罚款:300元\n",
    );
    let office = demo_office();
    let verified = BTreeSet::new();
    let today = jiff::civil::date(2026, 9, 2);
    let now = now(today, Calendar::builtin(), &office, &verified);
    let case = Case::of(&played.log);
    let notice = case.notice(law::acts::PartyNo(0)).expect("told").no();
    let subject = law::case::Subject::Document(notice);
    let mut draft = law::acts::Draft::empty(Kind::Served);
    law::scenario::fill(&mut draft, today, &[]);
    let team = vec![PersonId(1), PersonId(2)];
    let proposal =
        Proposal { subject, entry: Kind::Served.usual_entry(), at: today, time: None, team: team.clone(), draft };
    let after = what_if(&case, &proposal, &now).expect("service is always recordable");
    let window = after.moved.iter().find(|clock| clock.id == "I11").expect("the party's time begins");
    // Five working days from Wednesday 2 September.
    assert_eq!(window.due.last, jiff::civil::date(2026, 9, 9));
    assert!(after.choices.iter().any(|choice| choice.kind == Kind::Defended && choice.state.possible()));
    assert!(!clocks(&case, &now).iter().any(|clock| clock.id == "I11"), "the case itself is as it was");
    let early = Proposal {
        subject: law::case::Subject::Party(law::acts::PartyNo(0)),
        entry: law::case::Entry::Live,
        draft: law::guide::prefill(
            &case,
            Kind::PenaltyDecided,
            law::case::Subject::Party(law::acts::PartyNo(0)),
            &team,
        ),
        ..proposal
    };
    assert!(matches!(*what_if(&case, &early, &now).expect_err("too early"), law::judge::Judgement::Refused(_)));
}

/// I63: five in a hundred, counted on fingers; the figures of a year by the last day of January.
#[test]
fn reviewers_are_five_in_a_hundred_and_figures_due_in_january() {
    use law::bureau::{figures_due, reviewers_enough, reviewers_needed};
    for officers in 0..2_000_u32 {
        // One reviewer for every twenty begun.
        let mut needed = 0;
        let mut covered = 0;
        while covered < officers {
            needed += 1;
            covered += 20;
        }
        assert_eq!(reviewers_needed(officers), needed, "{officers}");
        assert!(reviewers_enough(needed, officers) && (needed == 0 || !reviewers_enough(needed - 1, officers)));
    }
    assert_eq!(reviewers_needed(u32::MAX), 214_748_365);
    assert_eq!(figures_due(2024), Some(jiff::civil::date(2025, 1, 31)));
    assert_eq!(figures_due(i16::MAX), None);
}
