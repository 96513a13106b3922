//! Figures against a slow count, and every figure against the list it opens.

use std::collections::BTreeMap;

use intake::insight::{
    Asked, Cell, Quality, cells, hot_spots, insight, monday, repeat_callers, returns, totals, waiting,
};
use intake::progress::{Said, Step, progress};
use intake::read::{COUNT_MAX, File, Filter, NONE};
use intake::{Act, Caller, Channel, Intake, Kind, NewTicket, Stage, Who};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use testkit::World;

use crate::world;

const TODAY: Date = date(2024, 4, 1);

/// A small generator, the same numbers each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn on(day: Date) -> Who {
    Who { login: "desk".into(), person: 1, today: day }
}

fn ticket(n: usize, day: Date, dice: &mut Dice) -> NewTicket {
    let texts = ["路边烧烤油烟大，很呛人", "夜里工地施工很吵", "共享单车乱停放", "渣土车一路撒落泥土"];
    let addresses = ["徐泾镇明珠路1号", "盈浦街道盈港路2号", "", "华新镇华志路88号", "徐泾镇明珠路1号"];
    NewTicket {
        source: "12345".into(),
        order_no: format!("SH{n:05}"),
        channel: Channel::Hotline12345,
        kind: Kind::Complaint,
        received: day.at(9, 0, 0, 0),
        address: addresses[dice.roll(5) as usize].into(),
        content: texts[dice.roll(4) as usize].into(),
        caller: Caller { name: Some("庄女士".into()), phone: Some(format!("138000000{:02}", dice.roll(60))) },
        confidential: false,
        urgent: false,
    }
}

fn note() -> String {
    String::new()
}

/// What may happen to a ticket, by chance.
async fn live(intake: &Intake, id: i64, from: Date, dice: &mut Dice) {
    let mut day = from;
    let act = |who: Who, act: Act, text: Option<&str>| {
        let (intake, text) = (intake.clone(), text.map(str::to_owned));
        async move { intake.perform(who, id, None, act, text).await.unwrap() }
    };
    let mut later = |dice: &mut Dice| {
        day = day.checked_add((dice.roll(5) as i64).days()).unwrap().min(TODAY);
        on(day)
    };
    if dice.roll(10) == 0 {
        return;
    }
    if dice.roll(3) > 0 {
        act(later(dice), Act::Contacted { reached: dice.roll(4) > 0, note: note() }, Some("已联系")).await;
    }
    match dice.roll(12) {
        0 => {
            let gone = Act::Returned { reason: "R1".into(), body: "外区".into(), note: note() };
            return act(later(dice), gone, Some("不在本区")).await;
        }
        1 => {
            let gone = Act::Transferred { body: String::new(), name: "水务局".into(), note: note() };
            return act(later(dice), gone, Some("已说明")).await;
        }
        _ => {}
    }
    let unit = ["xujing-squad", "yingpu-squad"][dice.roll(2) as usize].to_owned();
    act(later(dice), Act::Assigned { unit, note: None, with: Vec::new(), rule: None }, None).await;
    if dice.roll(4) == 0 {
        return;
    }
    let solved = dice.roll(3) > 0;
    act(later(dice), Act::Answered { solved, note: note(), shared: None }, Some("已处理")).await;
    if dice.roll(4) == 0 {
        return;
    }
    act(later(dice), Act::Closed {}, None).await;
    if dice.roll(2) == 0 {
        return;
    }
    let satisfied = dice.roll(2) == 0;
    act(later(dice), Act::CalledBack { solved: satisfied, satisfied }, None).await;
    if !satisfied && dice.roll(2) == 0 {
        act(later(dice), Act::Reopened { note: note() }, Some("再办")).await;
    }
}

async fn many(n: usize) -> (World, Intake) {
    let (world, intake) = world().await;
    let mut dice = Dice(7);
    for n in 0..n {
        let day = date(2024, 2, 26).checked_add((dice.roll(36) as i64).days()).unwrap();
        let id = intake.receive(on(day), ticket(n, day, &mut dice)).await.unwrap();
        live(&intake, id, day, &mut dice).await;
    }
    // Some follow others.
    for (one, to) in [(3, 1), (9, 1), (12, 8)] {
        let joined = Act::Joined { to, unit: None, why: Vec::new() };
        let _ = intake.perform(on(TODAY), one, None, joined, None).await;
    }
    (world, intake)
}

async fn all(world: &World, count: i64) -> Vec<File> {
    world
        .ledger
        .read(move |tx| (1..=count).map(|id| intake::read::file(tx, id)).collect::<Result<Vec<_>, _>>())
        .await
        .unwrap()
        .into_iter()
        .flatten()
        .collect()
}

/// The same as the conditions, from the folded ticket.
fn has(file: &File, quality: Quality, again: &BTreeMap<(String, String), i64>, place: Option<&String>) -> bool {
    let t = &file.ticket;
    let stage = t.stage();
    let here = !matches!(stage, Stage::Returned | Stage::Transferred);
    let contact = file.clocks.first().map(|c| c.last).unwrap();
    let due = here && (t.contacted.is_some() || t.answered.is_some() || contact < TODAY);
    match quality {
        Quality::ContactDue => due,
        Quality::Contacted => due && [t.contacted, t.answered].into_iter().flatten().any(|day| day <= contact),
        Quality::Finished => matches!(stage, Stage::Answered | Stage::Closed | Stage::Transferred),
        Quality::InTime => {
            matches!(stage, Stage::Answered | Stage::Closed | Stage::Transferred)
                && file.clocks.iter().skip(1).any(|c| c.done.is_some_and(|done| done <= c.last))
        }
        Quality::Late => file.clocks.iter().any(|c| c.done.is_none() && c.last < TODAY) && !t.is_over(),
        Quality::Told => t.solved.is_some(),
        Quality::Solved => t.solved == Some(true),
        Quality::CalledBack => t.called_back.is_some(),
        Quality::Satisfied => t.called_back.is_some_and(|(_, satisfied)| satisfied),
        Quality::Returned => stage == Stage::Returned,
        Quality::Transferred => stage == Stage::Transferred,
        Quality::Reopened => t.reopened.is_some(),
        Quality::Repeated => {
            t.joined.is_some()
                || file.row.followers > 0
                || place
                    .zip(file.row.matter.as_ref())
                    .is_some_and(|(place, matter)| again.get(&(place.clone(), matter.clone())).is_some_and(|n| *n > 1))
        }
    }
}

fn place_of(file: &File) -> Option<&String> {
    let received = file.ticket.received.as_ref().unwrap();
    let spot = file.ticket.spot.as_ref().or_else(|| received.read.as_deref().and_then(|r| r.spot.as_ref()));
    spot.and_then(|s| s.place.as_ref()).or(received.place.as_ref())
}

async fn length(world: &World, mut filter: Filter) -> i64 {
    let mut rows = 0;
    loop {
        let this = filter.clone();
        let page = world.ledger.read(move |tx| intake::read::page(tx, &this)).await.unwrap();
        rows += page.rows.len() as i64;
        match page.next {
            Some(next) => filter.after = Some(next),
            None => return rows,
        }
    }
}

fn asked(from: Date, to: Date) -> Asked {
    Asked { days: (from, to), unit: None, town: None, matter: None, today: TODAY, span: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_what_a_slow_count_says_and_what_their_list_holds() {
    let (world, _intake) = many(160).await;
    let files = all(&world, 160).await;
    let asked = asked(date(2024, 3, 4), date(2024, 3, 24));
    let in_days = |f: &&File| {
        let day = f.ticket.received.as_ref().unwrap().received.date();
        day >= asked.days.0 && day <= asked.days.1
    };
    let mine: Vec<&File> = files.iter().filter(in_days).collect();
    let mut again: BTreeMap<(String, String), i64> = BTreeMap::new();
    for file in &mine {
        if let (Some(place), Some(matter)) = (place_of(file), &file.row.matter) {
            *again.entry((place.clone(), matter.clone())).or_default() += 1;
        }
    }
    let this = asked.clone();
    let found = world.ledger.read(move |tx| insight(tx, &this)).await.unwrap();
    let this = asked.clone();
    assert_eq!(found.all, world.ledger.read(move |tx| totals(tx, &this)).await.unwrap());
    assert_eq!(found.all.received, mine.len() as i64);
    assert!(mine.len() > 40 && (mine.len() as i64) < COUNT_MAX);
    for quality in Quality::ALL {
        let slow = mine.iter().filter(|f| has(f, quality, &again, place_of(f))).count() as i64;
        assert_eq!(found.all.of(quality), slow, "{quality:?}");
        assert_eq!(length(&world, asked.filter(Some(quality))).await, slow, "{quality:?}");
        assert!(slow > 0, "{quality:?} is not tried by these tickets");
    }
    let some = |key: &str| Some(if key.is_empty() { NONE.to_owned() } else { key.to_owned() });
    let mut narrow: Vec<(Asked, intake::insight::Figures)> = Vec::new();
    for (unit, figures) in &found.units {
        narrow.push((Asked { unit: some(unit), ..asked.clone() }, *figures));
    }
    for (matter, figures) in &found.matters {
        narrow.push((Asked { matter: some(matter), ..asked.clone() }, *figures));
    }
    for (town, figures) in &found.towns {
        narrow.push((Asked { town: some(town), ..asked.clone() }, *figures));
    }
    for (monday, figures) in &found.weeks {
        let days = (*monday, monday.checked_add(6.days()).unwrap());
        narrow.push((Asked { days, span: Some(asked.days), ..asked.clone() }, *figures));
    }
    assert!(found.units.len() > 2 && found.matters.len() > 2 && found.towns.len() > 2);
    for (asked, figures) in narrow {
        assert_eq!(length(&world, asked.filter(None)).await, figures.received, "{asked:?}");
        for quality in Quality::ALL {
            assert_eq!(length(&world, asked.filter(Some(quality))).await, figures.of(quality), "{asked:?} {quality:?}");
        }
        // A row of a table is the page of that row.
        assert_eq!(world.ledger.read(move |tx| totals(tx, &asked)).await.unwrap(), figures);
    }
    assert_eq!(
        found.weeks.keys().copied().collect::<Vec<_>>(),
        [date(2024, 3, 4), date(2024, 3, 11), date(2024, 3, 18)]
    );
    assert_eq!(found.weeks.values().map(|f| f.received).sum::<i64>(), found.all.received);
    assert_eq!(monday(date(2024, 3, 10)), Some(date(2024, 3, 4)));
}

#[tokio::test(flavor = "multi_thread")]
async fn spots_cells_and_callers_open_what_they_count() {
    let (world, _intake) = many(120).await;
    let files = all(&world, 120).await;
    let asked = asked(date(2024, 2, 1), TODAY);
    let this = asked.clone();
    let (spots, cells, callers, back, waits) = world
        .ledger
        .read(move |tx| {
            Ok((
                hot_spots(tx, &this)?,
                cells(tx, &this)?,
                repeat_callers(tx, &this)?,
                returns(tx, this.days, None)?,
                waiting(tx, TODAY, (TODAY, TODAY), None)?,
            ))
        })
        .await
        .unwrap();
    for spot in &spots {
        let filter = Filter { place: Some(spot.place.clone()), ..asked.filter(None) };
        assert_eq!(length(&world, filter).await, spot.tickets);
        assert!(spot.callers <= spot.tickets && spot.open <= spot.tickets && spot.tickets > 1);
    }
    let mut there = 0;
    for (cell, tickets) in &cells {
        let filter = Filter { cell: Some(*cell), ..asked.filter(None) };
        assert_eq!(length(&world, filter).await, *tickets, "{cell:?}");
        there += tickets;
    }
    assert_eq!(there, files.iter().filter(|f| f.row.at.is_some()).count() as i64);
    assert!(callers > 0 && callers <= 60);
    let sum: i64 = back.iter().map(|b| b.1).sum();
    let gone = |f: &&File| matches!(f.row.state, Stage::Returned | Stage::Transferred);
    assert_eq!(sum, files.iter().filter(gone).count() as i64);
    assert_eq!(waits.0, length(&world, Filter { late: Some(TODAY), ..Filter::todo(None) }).await);
    // Larger cells hold what the smaller ones in them do.
    let mut larger: BTreeMap<Cell, i64> = BTreeMap::new();
    for (cell, tickets) in &cells {
        *larger.entry(cell.within(8)).or_default() += tickets;
    }
    for (cell, tickets) in larger {
        let filter = Filter { cell: Some(cell), ..asked.filter(None) };
        assert_eq!(length(&world, filter).await, tickets, "{cell:?}");
    }
    assert_eq!(Cell { east: -1, north: 5, size: 1 }.bounds(), None);
    assert_eq!(Cell { east: i64::MAX, north: 5, size: i64::MAX }.bounds(), None);
    let bounds = Cell { east: 23_000, north: 6_900, size: 1 }.bounds();
    assert_eq!(bounds, Some([120_750_000, 120_755_250, 31_050_000, 31_054_500]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_nothing() {
    let (world, _intake) = world().await;
    let found = world.ledger.read(|tx| insight(tx, &asked(date(2024, 3, 1), TODAY))).await.unwrap();
    assert_eq!(found, intake::insight::Insight::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_shows_the_public_steps_and_takes_one_word() {
    let (world, intake) = world().await;
    let day = date(2024, 3, 25);
    let id = intake.receive(on(day), ticket(1, day, &mut Dice(1))).await.unwrap();
    let read = |code: String| {
        let ledger = world.ledger.clone();
        async move { ledger.read(move |tx| progress(tx, &code)).await.unwrap() }
    };
    let code = all(&world, id).await.remove(0).code.unwrap();
    let spaced = format!(" {}-{} ", code[..5].to_lowercase(), &code[5..]);
    let act = |act: Act, text: Option<&str>| {
        let (intake, text) = (intake.clone(), text.map(str::to_owned));
        async move { intake.perform(on(date(2024, 3, 26)), id, None, act, text).await.unwrap() }
    };
    let say = |code: &str, solved: bool| intake.said_by_code(code.to_owned(), TODAY, solved, solved);
    assert!(read("AAAAAAAAAA".into()).await.is_none() && read(String::new()).await.is_none());
    let assigned = Act::Assigned { unit: "xujing-squad".into(), note: None, with: Vec::new(), rule: None };
    act(assigned, Some("内部说明")).await;
    act(Act::Contacted { reached: true, note: note() }, Some("诉求人自述")).await;
    assert_eq!(say(&code, true).await.unwrap(), Said::Open);
    act(Act::Answered { solved: true, note: note(), shared: None }, Some("已经清理")).await;
    act(Act::Closed {}, None).await;
    let shown = read(spaced.clone()).await.unwrap();
    let steps: Vec<Step> = shown.steps.iter().map(|s| s.1.clone()).collect();
    let expected = [
        Step::Registered,
        Step::Assigned("xujing-squad".into()),
        Step::Contacted(true),
        Step::Answered(Some("已经清理".into())),
        Step::Closed,
    ];
    assert_eq!(steps, expected);
    assert!(shown.may_say() && shown.clocks.is_empty() && !shown.shared);
    assert_eq!(say("AAAAAAAAAA", true).await.unwrap(), Said::Unknown);
    assert_eq!(say(&spaced, false).await.unwrap(), Said::Recorded);
    assert_eq!(say(&code, true).await.unwrap(), Said::Before);
    let shown = read(code).await.unwrap();
    assert_eq!((shown.said, shown.may_say()), (Some((false, false)), false));
    assert_eq!(all(&world, id).await[0].acts.last().unwrap().actor, "complainant");
}
