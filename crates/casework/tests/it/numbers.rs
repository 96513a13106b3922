//! Numbers of documents: gap-free per organ, word and year, whatever is refused or voided.

use std::collections::BTreeSet;

use casework::drive::{self, Step};
use casework::read::numbers::{Number, Series, numbers, series};
use jiff::civil::date;
use law::acts::Kind;
use law::case::Subject;
use testkit::{Random, World, by_person, by_unit, workday};

pub(crate) fn every(world: &World) -> Vec<(Series, Vec<Number>)> {
    let read = world.ledger.read_blocking(|tx| {
        let all = series(tx, None)?;
        all.into_iter().map(|s| Ok((s.clone(), numbers(tx, &s.organ, &s.word, s.year, i64::MAX, 10_000)?))).collect()
    });
    read.unwrap()
}

/// Every series runs from 1 to where it stands, without a gap and without a number used twice.
pub(crate) fn gap_free(world: &World) {
    for (series, numbers) in every(world) {
        let serials: Vec<i64> = numbers.iter().rev().map(|number| number.serial).collect();
        assert_eq!(serials, (1..=series.last).collect::<Vec<_>>(), "{series:?}");
        assert_eq!((series.missing(), series.count), (0, numbers.len() as i64), "{series:?}");
        assert_eq!(series.void, numbers.iter().filter(|number| number.void).count() as i64, "{series:?}");
        let texts: BTreeSet<&str> = numbers.iter().map(|number| number.number.as_str()).collect();
        assert_eq!(texts.len(), numbers.len(), "{series:?}");
    }
}

#[test]
fn a_random_run_with_voids_and_refusals_leaves_no_gap() {
    let world = World::new();
    let mut random = Random::new(20_240_601);
    let (mut refused, mut voided) = (0, BTreeSet::new());
    for n in 0..24 {
        let organ = *random.pick(&["xujing", "zhaoxiang", "baihe"]);
        let team = world.team(organ);
        // Across the turn of the year, so that series begin anew.
        let day = date(2024, 11, 1).checked_add(jiff::Span::new().days(n * 3)).unwrap();
        let steps = match random.below(3) {
            0 => drive::on_spot(&team, &by_person("A01", day, 20_000 + n), workday),
            _ => drive::ordinary(&team, &by_unit("C01", day, 2_000_000 + n), false, workday),
        };
        let end = 1 + random.below(steps.len());
        let mut case = None;
        for step in &steps[..end] {
            world.on(step.day);
            // Fields nobody can read and days that are not yet: nothing is recorded and no number taken.
            if random.chance(30) {
                let mut wrong = step.clone();
                wrong.fields.retain(|(key, _)| !matches!(*key, "facts" | "reason" | "grounds" | "summary" | "record"));
                refused += i64::from(drive::perform(&world.casework, &team, case, None, &wrong).is_err());
            }
            let Ok(done) = drive::perform(&world.casework, &team, case, None, step) else { break };
            case = Some(done.case);
            // Written for nothing, taken back, written again: three numbers, of which the voided stay.
            if done.number.is_some() && random.chance(40) {
                let void = Step {
                    subject: Subject::Item(law::acts::ActNo(done.act)),
                    ..Step::case(step.day, Kind::Voided, vec![("reason", "编错了当事人名称，作废后重新制作。".into())])
                };
                if drive::perform(&world.casework, &team, case, None, &void).is_ok() {
                    voided.insert(done.document.unwrap());
                    break;
                }
            }
        }
    }
    gap_free(&world);
    let all = every(&world);
    let void: BTreeSet<String> =
        all.iter().flat_map(|(_, numbers)| numbers).filter(|n| n.void).map(|n| n.code.clone()).collect();
    println!("{} series, {refused} refused, {} voided", all.len(), voided.len());
    assert!(refused >= 10 && voided.len() >= 3, "{refused} refused, {} voided: the run shows nothing", voided.len());
    assert_eq!(void, voided, "what was voided is shown as such and nothing else is");
    let years: BTreeSet<i64> = all.iter().map(|(series, _)| series.year).collect();
    assert_eq!(years, BTreeSet::from([2024, 2025]));
    // The tables are made of the journal: rebuilt, they say the same.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(world.ledger.rebuild()).unwrap();
    assert_eq!(every(&world), all);
}

#[test]
fn a_number_of_a_voided_document_is_kept_and_never_given_again() {
    let world = World::new();
    let team = world.team("xujing");
    let steps = drive::ordinary(&team, &by_unit("C01", date(2024, 3, 5), 2_000_000), false, workday);
    let filing = steps.iter().position(|step| step.kind == Kind::Filing).unwrap();
    let case = crate::lead::lead(&world, "xujing", &steps[..=filing]);
    let other = |matter| {
        let steps = drive::ordinary(&team, &matter, false, workday);
        crate::lead::lead(&world, "xujing", &steps[..=filing])
    };
    let void = Step {
        subject: Subject::Item(law::acts::ActNo(filing as u32 + 1)),
        ..Step::case(steps[filing].day, Kind::Voided, vec![("reason", "案由写错，作废后重新立案。".into())])
    };
    drive::perform(&world.casework, &team, Some(case), None, &void).unwrap();
    other(by_unit("D08", date(2024, 3, 6), 100_000));
    let filings = every(&world).into_iter().find(|(series, _)| series.word.contains('立')).unwrap().1;
    let said: Vec<(&str, bool)> = filings.iter().map(|n| (n.number.as_str(), n.void)).collect();
    assert_eq!(said, [("沪青徐府立字〔2024〕第2号", false), ("沪青徐府立字〔2024〕第1号", true)]);
}

#[test]
fn a_preview_takes_no_number_and_needs_no_complete_act() {
    let world = World::new();
    let team = world.team("xujing");
    let steps = drive::ordinary(&team, &by_unit("C01", date(2024, 3, 5), 2_000_000), false, workday);
    let decision = steps.iter().position(|step| step.kind == Kind::PenaltyDecided).unwrap();
    let case = crate::lead::lead(&world, "xujing", &steps[..decision]);
    let (before, position) = (every(&world), world.ledger.read_blocking(|tx| tx.position()).unwrap());
    let preview = |step: &Step| {
        let (own, proposed) = (world.casework.clone(), drive::proposed(&team, step));
        world.ledger.read_blocking(move |tx| own.preview(tx, case, &proposed)).unwrap().unwrap()
    };
    let whole = preview(&steps[decision]).unwrap();
    assert_eq!(whole.kind.code, "penalty_decision");
    assert_eq!(whole.kind.missing(&whole.input), ["文号"], "all of it but the number");
    assert!(whole.input.number.is_empty() && whole.input.verify_url.is_none());
    // Nothing written yet, and things that cannot be read: what the case knows stands in it all the same.
    let fields = vec![("fine", "两万".to_owned()), ("facts", "事实写到一半".to_owned())];
    let half = preview(&Step { fields, ..steps[decision].clone() }).unwrap();
    assert_eq!((half.input.fine, half.input.facts.as_str()), (None, "事实写到一半"));
    assert_eq!(half.input.party.name, "上海澄岳建设工程有限公司（虚构）");
    assert!(half.kind.missing(&half.input).len() > 1);
    // An act without a paper has no preview.
    let none = Step::case(steps[decision].day, Kind::EvidenceVerified, Vec::new());
    assert!(preview(&none).is_none());
    assert_eq!((every(&world), world.ledger.read_blocking(|tx| tx.position()).unwrap()), (before, position));
}
