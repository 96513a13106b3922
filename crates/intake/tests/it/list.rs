//! Lists, counts and files to take away.

use intake::import::Choice;
use intake::read::{Filter, Order, PAGE};
use intake::{Act, Channel, Intake, Stage, example};
use jiff::civil::date;
use testkit::World;

use crate::{desk, world};

/// 120 tickets, the first 60 with the squad of Xujing, of these 20 answered and 10 closed.
async fn many() -> (World, Intake) {
    let (world, intake) = world().await;
    let who = desk(date(2024, 4, 1));
    intake.import(who.clone(), example::sheet(120).unwrap(), Choice::AllOrNothing).await.unwrap();
    for ticket in 1..=60 {
        intake.assign(who.clone(), ticket, None, "xujing-squad".into(), None).await.unwrap();
        if ticket <= 20 {
            intake.answer(who.clone(), ticket, None, true, "已处理".into()).await.unwrap();
        }
        if ticket <= 10 {
            intake.close(who.clone(), ticket, None).await.unwrap();
        }
    }
    (world, intake)
}

/// Every id of a list, page after page.
async fn walk(world: &World, mut filter: Filter) -> Vec<i64> {
    let mut ids = Vec::new();
    loop {
        let this = filter.clone();
        let page = world.ledger.read(move |tx| intake::read::page(tx, &this)).await.unwrap();
        assert!(page.rows.len() as i64 <= PAGE);
        ids.extend(page.rows.iter().map(|row| row.id));
        match page.next {
            Some(next) => filter.after = Some(next),
            None => return ids,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let (world, _intake) = many().await;
    assert_eq!(walk(&world, Filter::default()).await, (1..=120).rev().collect::<Vec<_>>());
    let mut by_due = walk(&world, Filter { order: Order::Due, ..Filter::default() }).await;
    // What is done has no deadline and comes last.
    assert_eq!(by_due[110..].iter().copied().collect::<std::collections::BTreeSet<_>>(), (11..=20).collect());
    by_due.sort_unstable();
    assert_eq!(by_due, (1..=120).collect::<Vec<_>>());
    let todo = walk(&world, Filter::todo(None)).await;
    assert_eq!(todo.len(), 110, "closed ones are not to be done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_sees_what_it_has_and_what_is_proposed_for_it() {
    let (world, intake) = many().await;
    let of = |unit: &str| Filter { unit: Some(unit.into()), ..Filter::default() };
    let xujing = walk(&world, of("xujing-squad")).await;
    assert!((1..=60).all(|id| xujing.contains(&id)));
    assert!(xujing.iter().any(|id| *id > 60), "proposed, nobody has them");
    let yingpu = walk(&world, of("yingpu-squad")).await;
    assert!(!yingpu.is_empty() && yingpu.iter().all(|id| *id > 60));
    let taken = yingpu[0];
    intake.assign(desk(date(2024, 4, 1)), taken, None, "xujing-squad".into(), None).await.unwrap();
    assert!(!walk(&world, of("yingpu-squad")).await.contains(&taken), "assigned elsewhere");
    let counts = world.ledger.read(|tx| intake::read::counts(tx, None)).await.unwrap();
    let expected = [
        (Stage::Received, 59),
        (Stage::Assigned, 41),
        (Stage::Answered, 10),
        (Stage::Closed, 10),
        (Stage::Returned, 0),
        (Stage::Transferred, 0),
    ];
    assert_eq!(counts, expected);
    let mine = world.ledger.read(|tx| intake::read::counts(tx, Some("xujing-squad"))).await.unwrap();
    assert_eq!(mine[1], (Stage::Assigned, 41));
}

#[tokio::test(flavor = "multi_thread")]
async fn channel_state_and_words_narrow_the_list_together() {
    let (world, _intake) = many().await;
    let hotline = walk(&world, Filter { channel: Some(Channel::Hotline12319), ..Filter::default() }).await;
    assert_eq!(hotline, (1..=120).rev().filter(|id| (id - 1) % 7 == 3).collect::<Vec<_>>());
    let words = |w: &str| Filter { words: Some(w.into()), ..Filter::default() };
    let found = walk(&world, words("渣土")).await;
    assert!(!found.is_empty() && found.windows(2).all(|pair| pair[0] > pair[1]));
    let closed = walk(&world, Filter { stages: vec![Stage::Closed], ..words("渣土") }).await;
    assert!(closed.iter().all(|id| *id <= 10) && closed.len() < found.len());
    assert_eq!(walk(&world, words("没有这样的话")).await, Vec::<i64>::new());
    assert_eq!(walk(&world, words("13800000000")).await, Vec::<i64>::new(), "a telephone number finds nothing");
    assert_eq!(walk(&world, words("SH2024030400000")).await, [1], "an order number finds its ticket");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_to_take_away_has_every_row_and_nobody_who_complained() {
    let (world, _intake) = many().await;
    let csv = world.ledger.read(|tx| intake::export::table(tx, &Filter::default())).await.unwrap().csv().unwrap();
    let text = String::from_utf8(csv).unwrap();
    assert!(text.starts_with('\u{feff}'));
    assert!(!text.contains("1380000") && !text.contains("138****"), "no telephone number, not even masked");
    assert!(!text.contains("女士") && !text.contains("罗**"), "nobody who complained");
    let sheet = office::sheet::read(text.as_bytes()).unwrap();
    assert_eq!(sheet.rows.len(), 120);
    let xlsx = world
        .ledger
        .read(|tx| {
            let closed = Filter { stages: vec![Stage::Closed], ..Filter::default() };
            intake::export::xlsx(tx, &closed, date(2024, 4, 1))
        })
        .await
        .unwrap();
    let sheet = office::sheet::read(&xlsx).unwrap();
    assert_eq!(sheet.rows.len(), 10);
    assert_eq!(sheet.rows[0].get(&["状态"]), Some("已办结"));
    assert_eq!(sheet.rows[0].get(&["承办"]), Some("徐泾镇综合行政执法队"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rebuilt_tables_and_search_equal_the_live_ones() {
    let (world, intake) = many().await;
    let who = desk(date(2024, 4, 2));
    intake
        .give_back(who.clone(), 71, None, "R2".into(), "区水务局".into(), "河道水质由水务部门管理".into())
        .await
        .unwrap();
    intake.call_back(who.clone(), 1, None, true, false).await.unwrap();
    intake.contact(who.clone(), 72, None, true, "已约明天到场".into()).await.unwrap();
    let team = tokio::task::block_in_place(|| world.team("xujing").officers.to_vec());
    let to = intake::LeadTo {
        team,
        matter: "A01".into(),
        conduct_day: date(2024, 3, 28),
        place: "徐泾镇明珠路".into(),
        summary: "现场有三个摊位。".into(),
        party: None,
    };
    intake.lead(who.clone(), 30, None, to).await.unwrap();
    let closed_then_assigned = intake
        .perform(
            who,
            1,
            None,
            Act::Assigned { unit: "xujing-squad".into(), note: None, with: Vec::new(), rule: None },
            None,
        )
        .await;
    assert!(closed_then_assigned.is_err());
    let words = || Filter { words: Some("渣土".into()), ..Filter::default() };
    let (live, found) = (world.ledger.digest_projections().await.unwrap(), walk(&world, words()).await);
    world.ledger.rebuild().await.unwrap();
    assert_eq!(live, world.ledger.digest_projections().await.unwrap());
    assert_eq!(found, walk(&world, words()).await);
    assert!(live.contains_key("tickets") && live.contains_key("ticket_callers"));
    world.ledger.verify(None, 2).await.unwrap();
}
