//! What acts and pages cost the database does not grow with the number of cases. A binary of its own: the counts are of the process.

use casework::drive;
use jiff::civil::date;
use testkit::World;

/// Leads one on-spot penalty from the street to the archive; gives the case.
fn lead(world: &World, n: i64) -> i64 {
    let team = world.team("xujing");
    let mut matter = testkit::by_unit("A02", date(2024, 3, 4), 50_000);
    matter.party.id_number = Some(format!("91310118MC{n:08}"));
    matter.party.name = format!("上海第{n}杂货店（虚构）");
    let mut case = None;
    for step in drive::on_spot(&team, &matter, testkit::workday) {
        case = Some(drive::perform(&world.casework, &team, case, None, &step).expect("a lawful step").case);
    }
    case.expect("the penalty opened a case")
}

/// Statements of the first page of the list and of one case file.
fn read(world: &World, case: i64) -> (u64, u64) {
    let filter = casework::read::list::Filter::default();
    let before = ledger::statements();
    let page = world.ledger.read_blocking(move |tx| casework::read::list::page(tx, &filter)).expect("a list");
    assert!(page.rows.len() > 1);
    let list = ledger::statements() - before;
    let own = world.casework.clone();
    let before = ledger::statements();
    let file = world.ledger.read_blocking(move |tx| own.file(tx, case, date(2024, 6, 3))).expect("a file");
    assert!(file.is_some_and(|file| !file.acts.is_empty() && !file.parties.is_empty()));
    (list, ledger::statements() - before)
}

/// The most steps any statement of one more case and its reading takes.
fn heaviest(world: &World, n: i64) -> u64 {
    ledger::heaviest();
    let case = lead(world, n);
    read(world, case);
    ledger::heaviest().map_or(0, |(steps, _)| steps)
}

#[test]
fn one_more_case_costs_the_same_among_many() {
    let world = World::new();
    // More than a page, so that lists are full in both measurements.
    for n in 0..60 {
        lead(&world, n);
    }
    let few = heaviest(&world, 60);
    for n in 61..360 {
        lead(&world, n);
    }
    let many = heaviest(&world, 360);
    assert!(world.on_postgres() || few > 0, "SQLite counts its steps");
    // A statement that looked at every case would take six times as many.
    assert!(many <= few + few / 4, "{few} steps among 60 cases, {many} among 360");
    let case = lead(&world, 361);
    assert_eq!(
        read(&world, case),
        (1, 4),
        "the list is one statement; row, acts, texts and standing order make a file"
    );
}
