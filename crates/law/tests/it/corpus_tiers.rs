//! Discretion: what tiers propose, and that the shipped ones cover the law.

use jiff::civil::date;
use law::corpus::tiers::{Discretion, Facts, Outcome};
use law::corpus::{Corpus, Fine, Measure, Measures, Party};
use law::money::Fen;

fn propose(
    code: &str,
    party: Party,
    branch: Option<&str>,
    measures: Measures,
    factors: &[&str],
) -> Result<Discretion, String> {
    let corpus = Corpus::builtin();
    let version = corpus.matter(code).and_then(|m| m.on(date(2026, 9, 1))).ok_or("no version")?;
    let facts = Facts {
        party: Some(party),
        branch: branch.map(str::to_owned),
        measures,
        factors: factors.iter().map(|f| (*f).to_owned()).collect(),
    };
    corpus.benchmark(code).ok_or("no tiers")?.propose(version, &facts)
}

fn plain(code: &str, factors: &[&str]) -> Discretion {
    propose(code, Party::Person, None, Measures::default(), factors).unwrap_or_else(|why| panic!("{code}: {why}"))
}

#[test]
fn every_decidable_fine_has_tiers() {
    let corpus = Corpus::builtin();
    for matter in corpus.matters() {
        for version in matter.versions.iter().filter(|v| v.decidable()) {
            for party in Party::ALL.into_iter().filter(|p| version.reaches(*p)) {
                let branches = version.branches.iter().map(|b| Some(b.id.as_str()));
                for branch in std::iter::once(None).chain(branches) {
                    let Ok(Fine::Range { min, max }) = version.fine_in(party, branch) else { continue };
                    let benchmark = corpus.benchmark(&matter.code).unwrap_or_else(|| panic!("{}", matter.code));
                    assert!(benchmark.example && benchmark.edition.contains("示例"));
                    let ask = |factors: &[&str]| {
                        let facts = Facts {
                            party: Some(party),
                            branch: branch.map(str::to_owned),
                            factors: factors.iter().map(|f| (*f).to_owned()).collect(),
                            ..Facts::default()
                        };
                        benchmark.propose(version, &facts).unwrap_or_else(|why| panic!("{}: {why}", matter.code))
                    };
                    let (low, mid, high) = (ask(&["corrected"]), ask(&[]), ask(&["repeated"]));
                    assert_eq!((low.band.min, high.band.max), (*min, *max), "{} {}", matter.code, version.from);
                    // Each tier begins one fen above the end of the one before.
                    assert_eq!(low.band.max.checked_add(Fen(1)), Some(mid.band.min), "{}", matter.code);
                    assert_eq!(mid.band.max.checked_add(Fen(1)), Some(high.band.min), "{}", matter.code);
                }
            }
        }
    }
}

#[test]
fn factors_move_the_tier_and_are_told() {
    let usual = plain("A01", &[]);
    assert_eq!((usual.tier.as_str(), usual.outcome, usual.needs_reason), ("一般", Outcome::Fine, false));
    assert_eq!((usual.band.min, usual.band.max), (Fen::yuan(300), Fen(69_999)));
    assert!(usual.steps.last().is_some_and(|step| step.contains("示例")));
    assert!(!usual.departs(Fen::yuan(300)) && usual.departs(Fen(29_999)) && usual.departs(Fen::yuan(700)));
    assert_eq!(plain("A01", &["corrected"]).tier, "较轻");
    assert_eq!(plain("A01", &["repeated"]).tier, "较重");
    assert_eq!(plain("A01", &["repeated", "obstructed"]).tier, "较重");
    assert_eq!(plain("A01", &["first"]).tier, "一般");
    assert_eq!(plain("A01", &["repeated"]).band.max, Fen::yuan(1_000));
    let both = plain("A01", &["corrected", "repeated"]);
    assert!(both.needs_reason && both.tier == "一般");
    assert!(both.steps.iter().any(|s| s.contains("及时改正：从轻")) && both.steps.iter().any(|s| s.contains("从重")));
    let below = plain("A01", &["mitigating"]);
    assert!(below.needs_reason && below.band.max == Fen(9_999) && below.tier == "减轻");
}

#[test]
fn waivers_need_all_their_facts() {
    for (factors, outcome) in [
        (&["first"][..], Outcome::Fine),
        (&["first", "slight"], Outcome::Fine),
        (&["first", "corrected"], Outcome::Fine),
        (&["slight", "corrected"], Outcome::Fine),
        (&["first", "slight", "corrected"], Outcome::MayWaive),
        (&["minor"], Outcome::Fine),
        (&["minor", "corrected"], Outcome::MustWaive),
        (&["first", "slight", "minor", "corrected"], Outcome::MustWaive),
    ] {
        let found = plain("A04", factors);
        assert_eq!(found.outcome, outcome, "{factors:?}");
        assert_eq!(found.needs_reason, outcome != Outcome::Fine, "{factors:?}");
        assert_eq!(found.steps.iter().any(|s| s.contains("处罚法33")), outcome != Outcome::Fine, "{factors:?}");
    }
}

#[test]
fn tiers_of_a_formula_ask_for_its_measure() {
    let none = propose("F04", Party::Person, None, Measures::default(), &[]);
    assert!(none.is_err_and(|why| why.contains("面积")));
    let ten = Measures::default().with(Measure::Area, 1_000);
    let found = propose("F04", Party::Person, None, ten, &[]).expect("F04");
    // 800 to 1,400 yuan a square metre, for ten.
    assert_eq!((found.band.min, found.band.max), (Fen::yuan(8_000), Fen(1_399_999)));
    assert!(found.steps.iter().any(|s| s.contains("10平方米")), "{:?}", found.steps);
}

#[test]
fn what_cannot_be_proposed_says_why() {
    for (code, party, branch, factors, told) in [
        ("A01", Party::Person, None, &["nothing"][..], "没有“nothing”这一裁量因素"),
        ("C01", Party::Person, None, &[], "只适用于单位"),
        ("D14", Party::Person, Some("no"), &[], "没有“no”这一情形"),
        ("B14", Party::Person, None, &[], "没有裁量档次"),
    ] {
        let refused = propose(code, party, branch, Measures::default(), factors).expect_err(told);
        assert!(refused.contains(told), "{refused}");
    }
    let refused = propose("D14", Party::Unit, Some("refused"), Measures::default(), &[]).expect("D14");
    assert_eq!((refused.band.min, refused.band.max), (Fen::yuan(10_000), Fen(1_499_999)));
}

#[test]
fn the_points_of_published_cases_lie_where_they_should() {
    // Renovation waste dumped at a roadside and cleared afterwards: 5,000 yuan.
    let usual = propose("C09", Party::Person, None, Measures::default(), &[]).expect("C09");
    assert!(!usual.departs(Fen::yuan(5_000)));
    // The first ticket for a cable from the window, corrected: 50 yuan.
    assert!(!plain("J01", &["first", "corrected"]).departs(Fen::yuan(50)));
}
