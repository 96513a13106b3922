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

#[test]
fn an_inspection_and_a_request_for_help_make_their_papers() {
    let world = World::new();
    let team = world.team("xujing");
    let matter = by_unit("C01", date(2024, 3, 5), 2_000_000);
    let mut steps = drive::ordinary(&team, &matter, false, workday);
    let day = matter.day;
    let basis = "《上海市城市管理综合行政执法条例》第二十六条第一款";
    let approval = vec![
        ("basis", basis.into()),
        ("items", "门前责任区和经营范围".into()),
        ("way", "现场检查".into()),
        ("earlier", "1".into()),
        ("grounds", "该单位去年已因同类行为被处罚，需要现场检查。".into()),
        ("head", team.heads[0].to_string()),
    ];
    let to = "上海市青浦区规划和自然资源局";
    let help = vec![("to", to.into()), ("request", "查明门前地块的规划用途和人行道的权属范围。".into())];
    steps.splice(
        1..,
        [
            drive::Step::party(day, Kind::InspectionApproved, approval),
            drive::Step::party(
                day,
                Kind::InspectionNotified,
                vec![("basis", basis.into()), ("items", "门前责任区和经营范围".into())],
            ),
            drive::Step::case(day, Kind::AssistanceRequested, help),
        ],
    );
    let case = lead(&world, "xujing", &steps);
    let found = world.ledger.read_blocking(move |tx| {
        let sql = "SELECT code FROM issued WHERE bureau = $1 AND case_id = $2 ORDER BY act";
        let codes = tx.rows(sql, &["qp".into(), case.into()], |r| Ok(r.text(0)))?;
        let papers: Result<Vec<_>, _> = codes.iter().map(|code| casework::document(tx, code)).collect();
        papers
    });
    let papers: Vec<_> = found.unwrap().into_iter().flatten().skip(1).collect();
    let numbers: Vec<(&str, &str)> = papers.iter().map(|p| (p.kind.as_str(), p.number.as_str())).collect();
    assert_eq!(
        numbers,
        [
            ("inspection_approval", ""),
            ("inspection_notice", "沪青徐府检字〔2024〕第1号"),
            ("assistance_letter", "沪青徐府协字〔2024〕第1号")
        ]
    );
    for paper in &papers {
        let input: documents::Input = serde_json::from_str(paper.input.as_deref().unwrap()).unwrap();
        assert_eq!(documents::kind(&paper.kind).unwrap().missing(&input), Vec::<&str>::new(), "{}", paper.kind);
        match paper.kind.as_str() {
            "assistance_letter" => assert_eq!((input.to.as_str(), input.content.is_empty()), (to, false)),
            _ => assert!(input.party.name == matter.party.name && input.officers.len() == 2, "{}", paper.kind),
        }
    }
}
