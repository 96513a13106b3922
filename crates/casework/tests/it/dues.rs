//! What is owed, until when, and lists of the bank.

use casework::drive::{self, Step};
use casework::payments::By;
use casework::read::dues::{Reach, owed};
use jiff::civil::date;
use law::acts::Kind;
use testkit::{World, by_unit, workday};

use crate::lead::lead;

/// A case whose decision is served and unpaid: the world, the case, the day of service and the number of the decision.
fn served() -> (World, i64, law::Day, String) {
    let world = World::new();
    let mut steps =
        drive::ordinary(&world.team("xujing"), &by_unit("C01", date(2024, 3, 5), 2_000_000), false, workday);
    steps.retain(|step| !matches!(step.kind, Kind::FinePaid | Kind::Closed));
    let service = steps.iter().rfind(|step: &&Step| step.kind == Kind::Served).unwrap().day;
    let case = lead(&world, "xujing", &steps);
    let number = world.ledger.read_blocking(move |tx| casework::read::list::one(tx, case)).unwrap().unwrap().number;
    (world, case, service, number)
}

#[test]
fn the_time_to_pay_runs_from_service_and_from_a_postponement_where_one_was_granted() {
    let (world, case, service, _) = served();
    let list = || world.ledger.read_blocking(|tx| owed(tx, &Reach::Bureau, None)).unwrap().0;
    // Served on Monday 2024-03-25: the first day is the 26th, the fifteenth Tuesday 2024-04-09, a working day.
    assert_eq!(service, date(2024, 3, 25));
    assert_eq!(list()[0].term, Some((service, date(2024, 4, 9))));
    let decision = u32::try_from(list()[0].act).unwrap();
    let team = world.team("xujing");
    let does = |step: Step| {
        world.on(step.day);
        drive::perform(&world.casework, &team, Some(case), None, &step).unwrap().act
    };
    let asked = does(Step::document(
        date(2024, 3, 27),
        Kind::PostponementAsked,
        decision,
        vec![("reason", "经营暂时困难。".into())],
    ));
    let fields = vec![
        ("approve", "是".into()),
        ("until", "2024-05-31".into()),
        ("reason", "确有经济困难。".into()),
        ("head", team.heads[0].to_string()),
    ];
    let step = Step {
        subject: law::case::Subject::Item(law::acts::ActNo(asked)),
        ..Step::case(date(2024, 3, 28), Kind::PostponementDecided, fields)
    };
    does(step);
    assert_eq!(list()[0].term, Some((date(2024, 3, 28), date(2024, 5, 31))));
}

#[test]
fn rows_of_one_list_that_pay_one_case_are_added_up() {
    let (world, case, _, number) = served();
    let row = |amount: &str, receipt: &str| format!("{number},{amount},2024-03-25,{receipt}\n");
    let list = [
        "决定书文号,金额,缴款日期,票据号\n".to_owned(),
        row("15000", "甲一"),
        row("4999.99", "甲二"),
        row("0.02", "甲三"),
        row("0.01", "甲四"),
    ];
    let by = By {
        login: "one".into(),
        person: world.team("xujing").officers[0],
        capacity: String::new(),
        today: date(2024, 3, 27),
        reach: Reach::Bureau,
    };
    let (own, sheet) = (world.casework.clone(), list.concat().into_bytes());
    let found = world.ledger.read_blocking(move |tx| own.payments(tx, &by, &sheet)).unwrap().unwrap();
    assert_eq!(
        found.new.iter().map(|p| (p.case, p.receipt.as_str())).collect::<Vec<_>>(),
        [(case, "甲一"), (case, "甲二"), (case, "甲四")]
    );
    assert_eq!(
        found.problems.iter().map(|p| (p.line, p.column)).collect::<Vec<_>>(),
        [(4, "金额")],
        "one fen too much"
    );
}
