//! What an issuing act settles, and what it refuses to issue.

use casework::Error;
use casework::drive;
use jiff::civil::date;
use law::acts::Kind;
use testkit::{World, by_unit, workday};

use crate::lead::lead;

#[test]
fn an_issued_document_says_what_set_it_and_where_the_fine_is_paid() {
    let world = World::new();
    let steps = drive::ordinary(&world.team("xujing"), &by_unit("C01", date(2024, 3, 5), 2_000_000), false, workday);
    lead(&world, "xujing", &steps);
    let documents = world.ledger.read_blocking(|tx| {
        let codes = tx.rows("SELECT code FROM issued WHERE bureau = $1", &["qp".into()], |r| Ok(r.text(0)))?;
        codes.iter().map(|code| casework::document(tx, code)).collect::<Result<Vec<_>, _>>()
    });
    let documents: Vec<_> = documents.unwrap().into_iter().flatten().collect();
    // Papers with a number of their own; the rest carry that of the filing.
    let mut numbered: Vec<&str> = documents.iter().filter(|d| !d.number.is_empty()).map(|d| d.kind.as_str()).collect();
    numbered.sort_unstable();
    assert_eq!(numbered, ["filing_approval", "order_to_correct", "penalty_decision", "prior_notice"]);
    let filed = documents.iter().find(|d| d.kind == "filing_approval").unwrap().number.clone();
    for document in documents.iter().filter(|d| d.number.is_empty() && d.kind != "clue_register") {
        let input: documents::Input = serde_json::from_str(document.input.as_deref().unwrap()).unwrap();
        assert_eq!(input.case_number, filed, "{}", document.kind);
        assert_eq!((document.issued.word.as_str(), document.issued.serial), ("", 0), "{}", document.kind);
    }
    for kind in ["clue_register", "final_report", "served_return", "closing_report", "scene_record"] {
        assert!(documents.iter().any(|d| d.kind == kind), "{kind}");
    }
    for document in &documents {
        assert_eq!(document.issued.typesetter, Some(documents::typesetter()), "{}", document.kind);
        let input: documents::Input = serde_json::from_str(document.input.as_deref().unwrap()).unwrap();
        let kind = documents::kind(&document.kind).unwrap();
        assert_eq!(kind.missing(&input), Vec::<&str>::new(), "{}", document.kind);
        if document.kind == "penalty_decision" {
            let pay = input.pay.unwrap();
            assert_eq!(pay.bank, "示例银行青浦支行 罚没收入专户（示例）");
            assert_eq!(pay.address, "青浦区公园路 1 号（示例）");
        }
    }
}

#[test]
fn a_decision_without_the_banks_address_is_refused_at_its_field_and_takes_no_number() {
    let world = World::new();
    let team = world.team("xujing");
    let steps = drive::ordinary(&team, &by_unit("C01", date(2024, 3, 5), 2_000_000), false, workday);
    let decision = steps.iter().position(|s| s.kind == Kind::PenaltyDecided).unwrap();
    let case = lead(&world, "xujing", &steps[..decision]);
    let before = world.ledger.read_blocking(|tx| tx.position()).unwrap();
    let mut without = steps[decision].clone();
    for (key, text) in &mut without.fields {
        if *key == "pay_to" {
            *text = "示例银行青浦支行".into();
        }
    }
    world.on(without.day);
    let refused = drive::perform(&world.casework, &team, Some(case), None, &without);
    let Err(Error::Bad(errors)) = refused else { panic!("{refused:?}") };
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].field, "pay_to");
    assert!(
        errors[0].text.contains("《行政处罚决定书》") && errors[0].text.contains("代收机构地址"),
        "{}",
        errors[0].text
    );
    assert_eq!(world.ledger.read_blocking(|tx| tx.position()).unwrap(), before, "nothing is recorded");
    let done = drive::perform(&world.casework, &team, Some(case), None, &steps[decision]).unwrap();
    assert_eq!(done.number.as_deref(), Some("沪青徐府罚字〔2024〕第1号"), "the refused one took no number");
}

#[test]
fn a_decision_against_a_party_without_an_address_says_where_to_record_it() {
    let world = World::new();
    let team = world.team("xujing");
    let mut matter = by_unit("C01", date(2024, 3, 5), 2_000_000);
    matter.party.address = None;
    let steps = drive::ordinary(&team, &matter, false, workday);
    let decision = steps.iter().position(|s| s.kind == Kind::PenaltyDecided).unwrap();
    let case = lead(&world, "xujing", &steps[..decision]);
    world.on(steps[decision].day);
    let refused = drive::perform(&world.casework, &team, Some(case), None, &steps[decision]);
    let Err(Error::Bad(errors)) = refused else { panic!("{refused:?}") };
    assert!(errors[0].text.contains("当事人地址") && errors[0].text.contains("变更当事人"), "{errors:?}");
}
