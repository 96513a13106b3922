//! One ticket from receipt to case, answer and closing.

use casework::Identity;
use intake::example;
use intake::import::Choice;
use intake::{Act, Error, Intake, LeadTo, Stage};
use jiff::civil::date;
use testkit::World;

use crate::{desk, world};

async fn one_ticket(intake: &Intake) -> i64 {
    intake.import(desk(date(2024, 4, 1)), example::sheet(1).unwrap(), Choice::AllOrNothing).await.unwrap();
    1
}

fn lead_to(world: &World, matter: &str) -> LeadTo {
    LeadTo {
        team: world.team("xujing").officers.to_vec(),
        matter: matter.into(),
        conduct_day: date(2024, 3, 4),
        place: "徐泾镇明珠路菜场门口".into(),
        summary: "五辆三轮车在人行道上设摊出售水果。".into(),
        party: Some(Identity { person: true, name: "罗砚舟".into(), ..Identity::default() }),
    }
}

async fn cases(world: &World) -> i64 {
    let count = |tx: &mut ledger::Tx<'_>| {
        tx.row("SELECT COUNT(*) FROM cases WHERE bureau = $1", &["qp".into()], |r| Ok(r.int(0)))
    };
    world.ledger.read(count).await.unwrap().unwrap()
}

/// A projection that fails when a ticket is led, as a full disk or a bug would make it.
fn failing(_: &mut ledger::Tx<'_>, entry: &ledger::Entry) -> Result<(), ledger::Fault> {
    if entry.kind == "ticket.led" { Err(ledger::Fault::Bug("made to fail".into())) } else { Ok(()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_not_opened_when_the_ticket_cannot_say_so() {
    let world =
        tokio::task::spawn_blocking(|| World::with(intake::tables(), vec![intake::project, failing])).await.unwrap();
    let intake = Intake::new(world.ledger.clone(), world.casework.clone());
    let ticket = one_ticket(&intake).await;
    let who = desk(date(2024, 4, 1));
    intake.assign(who.clone(), ticket, Some(1), "xujing-squad".into(), None).await.unwrap();
    let before = world.ledger.head().await.unwrap().position;
    let team = tokio::task::block_in_place(|| lead_to(&world, "A01"));
    let failed = intake.lead(who, ticket, Some(2), team).await;
    assert!(matches!(failed, Err(Error::Fault(_))), "{failed:?}");
    assert_eq!((cases(&world).await, world.ledger.head().await.unwrap().position), (0, before));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_lacks_something_leaves_the_ticket_ready_to_be_led_rightly() {
    let (world, intake) = world().await;
    let ticket = one_ticket(&intake).await;
    let who = desk(date(2024, 4, 1));
    intake.assign(who.clone(), ticket, Some(1), "xujing-squad".into(), None).await.unwrap();
    let mut to = tokio::task::block_in_place(|| lead_to(&world, "A01"));
    to.team = vec![9_999];
    let refused = intake.lead(who.clone(), ticket, Some(2), to.clone()).await;
    assert!(matches!(refused, Err(Error::Bad(_))), "{refused:?}");
    to = LeadTo { team: vec![1, 2], place: String::new(), ..to };
    let refused = intake.lead(who.clone(), ticket, Some(2), to).await;
    assert!(matches!(refused, Err(Error::Case(_))), "{refused:?}");
    assert_eq!(cases(&world).await, 0);
    let file = world.ledger.read(move |tx| intake::read::file(tx, ticket)).await.unwrap().unwrap();
    assert_eq!((file.version, file.ticket.case), (2, None));
    // And the ticket can still be led rightly, once.
    let team = tokio::task::block_in_place(|| lead_to(&world, "A01"));
    intake.lead(who.clone(), ticket, Some(2), team.clone()).await.unwrap();
    let twice = intake.lead(who, ticket, None, team).await;
    assert!(matches!(twice, Err(Error::Refused(_))), "{twice:?}");
    assert_eq!(cases(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_where_none_belong_are_refused_and_leave_nothing() {
    let (world, intake) = world().await;
    let ticket = one_ticket(&intake).await;
    let who = desk(date(2024, 4, 1));
    let unit = "xujing-squad".to_owned();
    intake.assign(who.clone(), ticket, None, unit.clone(), None).await.unwrap();
    intake.answer(who.clone(), ticket, None, true, "已劝离".into()).await.unwrap();
    let before = world.ledger.head().await.unwrap().position;
    let wrong = [
        intake.perform(who.clone(), ticket, None, Act::Closed {}, Some("多余的话".into())).await,
        intake.perform(who.clone(), ticket, None, Act::Led { case: 1 }, None).await,
        intake.contact(who.clone(), ticket, None, true, " ".into()).await,
        intake.answer(who.clone(), ticket, None, true, "坏\0字".into()).await,
        intake.answer(who.clone(), ticket, None, true, "长".repeat(5_001)).await,
        intake.assign(who.clone(), ticket, None, "没有的中队".into(), Some("请办".into())).await,
        intake.give_back(who.clone(), ticket, None, "R2".into(), String::new(), "不归我们管".into()).await,
    ];
    for (n, result) in wrong.iter().enumerate() {
        assert!(matches!(result, Err(Error::Bad(_) | Error::Refused(_))), "{n}: {result:?}");
    }
    assert_eq!(world.ledger.head().await.unwrap().position, before);
    assert!(matches!(intake.close(who, 77, None).await, Err(Error::NoTicket)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_leads_to_a_case_in_one_transaction() {
    let (world, intake) = world().await;
    let ticket = one_ticket(&intake).await;
    let who = desk(date(2024, 4, 1));
    let team = tokio::task::block_in_place(|| lead_to(&world, "A01"));
    let early = intake.lead(who.clone(), ticket, None, team.clone()).await;
    assert!(matches!(early, Err(Error::Refused(_))), "not assigned yet: {early:?}");
    let assign = Act::Assigned { unit: "xujing-squad".into(), note: None, with: Vec::new(), rule: None };
    intake.perform(who.clone(), ticket, Some(1), assign.clone(), Some("请今天到场".into())).await.unwrap();
    let stale = intake.perform(who.clone(), ticket, Some(1), assign, None).await;
    assert!(matches!(stale, Err(Error::Conflict)));
    let opened = intake.lead(who, ticket, Some(2), team).await.unwrap();
    let (row, file) = world
        .ledger
        .read(move |tx| {
            Ok((casework::read::list::one(tx, opened.case)?.unwrap(), intake::read::file(tx, ticket)?.unwrap()))
        })
        .await
        .unwrap();
    assert_eq!(row.lead.as_deref(), Some("ticket/1"));
    assert_eq!(file.ticket.case, Some(opened.case));
    assert_eq!(file.row.case, Some(opened.case));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_may_not_be_opened_leaves_the_ticket_as_it_was() {
    let (world, intake) = world().await;
    let ticket = one_ticket(&intake).await;
    let who = desk(date(2024, 4, 1));
    intake
        .perform(
            who.clone(),
            ticket,
            None,
            Act::Assigned { unit: "xujing-squad".into(), note: None, with: Vec::new(), rule: None },
            None,
        )
        .await
        .unwrap();
    let before = world.ledger.head().await.unwrap().position;
    let team = tokio::task::block_in_place(|| lead_to(&world, "没有这个事项"));
    let refused = intake.lead(who, ticket, None, team).await;
    assert!(matches!(refused, Err(Error::Case(_))), "{refused:?}");
    assert_eq!(world.ledger.head().await.unwrap().position, before);
    assert_eq!(cases(&world).await, 0);
    let file = world.ledger.read(move |tx| intake::read::file(tx, ticket)).await.unwrap().unwrap();
    assert_eq!(file.ticket.case, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_contacted_answered_closed_and_called_back() {
    let (world, intake) = world().await;
    let ticket = one_ticket(&intake).await;
    let who = desk(date(2024, 4, 1));
    let steps = [
        (Act::Assigned { unit: "xujing-squad".into(), note: None, with: Vec::new(), rule: None }, None),
        (Act::Contacted { reached: true, note: String::new() }, Some("已说明今天下午到场")),
        (Act::Answered { solved: true, note: String::new(), shared: None }, Some("摊位已劝离，列入每天下午巡查")),
        (Act::Closed {}, None),
        (Act::CalledBack { solved: true, satisfied: true }, None),
    ];
    for (act, note) in steps {
        intake.perform(who.clone(), ticket, None, act, note.map(str::to_owned)).await.unwrap();
    }
    let file = world.ledger.read(move |tx| intake::read::file(tx, ticket)).await.unwrap().unwrap();
    assert_eq!(file.row.state, Stage::Closed);
    assert_eq!(file.acts.len(), 6);
    assert_eq!(file.acts[3].note.as_deref(), Some("摊位已劝离，列入每天下午巡查"));
    let silent = intake.perform(who, ticket, None, Act::Contacted { reached: true, note: String::new() }, None).await;
    assert!(matches!(silent, Err(Error::Bad(_))), "a contact without what was said");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_telephone_number_is_masked_and_asking_for_it_is_recorded() {
    let (world, intake) = world().await;
    let ticket = one_ticket(&intake).await;
    let file = world.ledger.read(move |tx| intake::read::file(tx, ticket)).await.unwrap().unwrap();
    assert_eq!(file.caller.phone.as_deref(), Some("138****0000"));
    let caller = world.ledger.act(move |tx| intake::read::unmask(tx, ticket, 7, "约到场时间")).await.unwrap();
    assert_eq!(caller.phone.as_deref(), Some("13800000000"));
    let asked = world
        .ledger
        .read(|tx| {
            tx.rows("SELECT person, what, reason FROM lookups WHERE bureau = $1", &["qp".into()], |r| {
                Ok((r.int(0), r.text(1), r.text(2)))
            })
        })
        .await
        .unwrap();
    assert_eq!(asked, [(7, "ticket/1".into(), "约到场时间".into())]);
    let silent = intake.unmask(ticket, 7, "  ".into()).await;
    assert!(matches!(silent, Err(Error::Bad(_))), "{silent:?}");
    assert!(matches!(intake.unmask(99, 7, "核实".into()).await, Err(Error::NoTicket)));
    intake.unmask(ticket, 8, "核实地址".into()).await.unwrap();
    let asked = world
        .ledger
        .read(|tx| tx.row("SELECT COUNT(*) FROM lookups WHERE bureau = $1", &["qp".into()], |r| Ok(r.int(0))))
        .await
        .unwrap();
    assert_eq!(asked, Some(2), "only what was shown is recorded");
    let page = |before| world.ledger.read(move |tx| intake::read::lookups(tx, before, 1));
    let newest = page(i64::MAX).await.unwrap();
    assert_eq!(newest.len(), 1);
    assert_eq!((newest[0].person, newest[0].ticket, newest[0].reason.as_str()), (8, ticket, "核实地址"));
    assert_eq!(newest[0].order_no, file.row.order_no);
    let older = page(newest[0].id).await.unwrap();
    assert_eq!((older[0].person, older[0].reason.as_str()), (7, "约到场时间"));
    assert!(page(older[0].id).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn rebuilt_tables_equal_live_tables() {
    let (world, intake) = world().await;
    intake.import(desk(date(2024, 4, 1)), example::sheet(30).unwrap(), Choice::AllOrNothing).await.unwrap();
    for ticket in 1..=10 {
        let who = desk(date(2024, 4, 2));
        intake
            .perform(
                who.clone(),
                ticket,
                None,
                Act::Assigned { unit: "xujing-squad".into(), note: None, with: Vec::new(), rule: None },
                None,
            )
            .await
            .unwrap();
        if ticket % 2 == 0 {
            intake
                .perform(
                    who,
                    ticket,
                    None,
                    Act::Answered { solved: false, note: String::new(), shared: None },
                    Some("已解释".into()),
                )
                .await
                .unwrap();
        }
    }
    let live = world.ledger.digest_projections().await.unwrap();
    world.ledger.rebuild().await.unwrap();
    assert_eq!(live, world.ledger.digest_projections().await.unwrap());
}
