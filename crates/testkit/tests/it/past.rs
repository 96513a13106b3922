//! The report of a position is the same, byte for byte, however much is recorded after it.

use casework::drive::{self, Step};
use intake::import::Choice;
use intake::{Intake, Who, example};
use jiff::civil::date;
use law::Day;
use report::{Period, yearly};
use testkit::{World, by_unit, workday};

/// A case from the clue to the closing, or on the spot; its acts recorded as people would.
fn lead(world: &World, organ: &str, n: i64, day: Day) {
    let team = world.team(organ);
    let mut matter = by_unit(if n % 4 == 0 { "A02" } else { "C09" }, day, if n % 4 == 0 { 50_000 } else { 400_000 });
    matter.party.name = format!("上海栖禾餐饮有限公司（虚构{n}）");
    matter.party.id_number = Some(format!("91310118MA1111{n:04}"));
    let steps: Vec<Step> = if n % 4 == 0 {
        drive::on_spot(&team, &matter, workday)
    } else {
        drive::ordinary(&team, &matter, false, workday)
    };
    let mut case = None;
    for step in steps {
        world.on(step.day);
        let done = drive::perform(&world.casework, &team, case, None, &step);
        case = Some(done.unwrap_or_else(|why| panic!("case {n}, {:?} on {}: {why}", step.kind, step.day)).case);
    }
}

/// Tickets `from` to `until` assigned, contacted and answered.
async fn handle(intake: &Intake, who: &Who, from: i64, until: i64) {
    for ticket in from..=until {
        intake.assign(who.clone(), ticket, None, "xujing-squad".into(), None).await.unwrap();
        intake.contact(who.clone(), ticket, None, true, "已电话联系".into()).await.unwrap();
        intake.answer(who.clone(), ticket, None, true, "已处理".into()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_a_position_is_the_same_after_five_hundred_acts() {
    let world = tokio::task::spawn_blocking(|| {
        let tables = intake::tables().into_iter().chain(registers::tables()).collect();
        World::with(tables, vec![intake::project, registers::project])
    });
    let world = world.await.unwrap();
    let intake = Intake::new(world.ledger.clone(), world.casework.clone());
    world.on(date(2024, 4, 1));
    let who = Who { login: "desk".into(), person: 1, today: date(2024, 4, 1) };
    intake.import(who.clone(), example::sheet(60).unwrap(), Choice::AllOrNothing).await.unwrap();
    handle(&intake, &who, 1, 20).await;
    tokio::task::block_in_place(|| (0..4).for_each(|n| lead(&world, "xujing", n, workday(date(2024, 3, 4), n as i32))));

    let period = Period::of_year(2024, date(2024, 12, 31)).unwrap();
    let then = yearly(&world.ledger, period).await.unwrap();
    let bytes = then.json().unwrap();
    assert!(then.figures.iter().any(|f| f.id == "case.ordinary_published" && f.value == Some(3)), "{bytes}");
    assert!(then.figures.iter().any(|f| f.id == "ticket.12345" && f.value.is_some_and(|v| v > 0)), "{bytes}");

    intake.import(who.clone(), example::sheet(140).unwrap(), Choice::AllOrNothing).await.unwrap();
    handle(&intake, &who, 21, 100).await;
    tokio::task::block_in_place(|| {
        (4..20).for_each(|n| lead(&world, "zhaoxiang", n, workday(date(2024, 3, 4), n as i32)))
    });

    let now = yearly(&world.ledger, period).await.unwrap();
    assert!(now.as_of.position - then.as_of.position >= 500, "{}", now.as_of.position - then.as_of.position);
    assert_ne!(now.json().unwrap(), bytes);
    let past = world.ledger.past(then.as_of.position, &world.folder().join("past")).await.unwrap();
    assert_eq!(yearly(&past, period).await.unwrap().json().unwrap(), bytes);
    past.close();
    // Nor does looking back change what is now.
    assert_eq!(yearly(&world.ledger, period).await.unwrap().json().unwrap(), now.json().unwrap());
}
