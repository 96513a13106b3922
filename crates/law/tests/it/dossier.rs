//! The order of the file, read from 部令55-40 and not from the program.

use law::acts::Kind;
use law::case::Case;
use law::dossier::{Class, INNER, for_court, in_order};

/// What the article puts where, paper by paper.
const PLACES: &[(Kind, u8)] = &[
    (Kind::ClueRegistered, 1),
    (Kind::Filing, 1),
    (Kind::FinalReport, 2),
    (Kind::PriorNotice, 2),
    (Kind::PenaltyDecided, 2),
    (Kind::Served, 2),
    (Kind::SceneRecorded, 3),
    (Kind::InterviewRecorded, 3),
    (Kind::EvidenceTaken, 3),
    (Kind::Defended, 4),
    (Kind::HearingHeld, 5),
    (Kind::Rechecked, 6),
    (Kind::LegallyReviewed, 6),
    (Kind::Discussed, 6),
    (Kind::FinePaid, 7),
    (Kind::GoodsReturned, 7),
    (Kind::Closed, 8),
];

#[test]
fn papers_lie_where_the_article_puts_them() {
    for (kind, number) in PLACES {
        assert_eq!(Class::of(*kind).number(), *number, "{}", kind.label());
    }
    let numbers: Vec<u8> = Class::ALL.iter().map(|class| class.number()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn every_kind_that_makes_a_paper_or_evidence_has_its_class() {
    for kind in Kind::ALL {
        // `Class::of` names every kind; what may not happen is that evidence of the case ends among "anything else".
        let files = kind.field("files").is_some() || Kind::EVIDENCE.contains(kind);
        let class = Class::of(*kind);
        assert!(!files || class != Class::Other || *kind == Kind::CreditRepairAsked, "{}", kind.label());
        // Who withdraws and whether the inquiry stands still is neither evidence nor opinion.
        let aside =
            [Kind::RecusalAsked, Kind::RecusalDecided, Kind::CaseSuspended, Kind::CaseResumed, Kind::TermExtended];
        if kind.document().is_some() && kind.stage() < law::acts::Stage::Decision && !aside.contains(kind) {
            assert_ne!(class, Class::Other, "{}", kind.label());
        }
    }
}

#[test]
fn what_the_party_got_or_said_is_never_hidden_from_it() {
    for kind in
        [Kind::PriorNotice, Kind::PenaltyDecided, Kind::Served, Kind::Defended, Kind::HearingHeld, Kind::FinePaid]
    {
        assert!(!INNER.contains(&kind), "{}", kind.label());
    }
    for kind in Kind::EVIDENCE {
        assert!(!INNER.contains(kind), "{}", kind.label());
    }
    // Whoever complained may be read from the clue; opinions from review and discussion.
    for kind in [Kind::ClueRegistered, Kind::ClueVerified, Kind::LegallyReviewed, Kind::Discussed] {
        assert!(INNER.contains(&kind), "{}", kind.label());
    }
}

/// 强制法55: the application, the decision with its grounds, the party's opinion and the demand, and nothing that shows how the organ came
/// to its mind or who told it.
#[test]
fn a_court_is_given_what_it_needs_and_no_more() {
    let text = crate::scenarios::all().into_iter().find(|(name, _)| name == "court").expect("the scenario is there").1;
    let played = law::scenario::play("", &text);
    let case = Case::of(&played.log);
    let given: Vec<Kind> =
        in_order(&case).into_iter().filter(|(_, act)| for_court(&case, act)).map(|(_, act)| act.act.kind()).collect();
    for kind in [
        Kind::CourtApplied,
        Kind::PenaltyDecided,
        Kind::PriorNotice,
        Kind::SceneRecorded,
        Kind::Waived,
        Kind::Demanded,
        Kind::Served,
    ] {
        assert!(given.contains(&kind), "{} is missing", kind.label());
    }
    for kind in [Kind::ClueRegistered, Kind::Filing, Kind::FinalReport, Kind::CourtRuled] {
        assert!(!given.contains(&kind), "{} does not belong there", kind.label());
    }
}
