//! The list of cases to take away.

use casework::read::export;
use casework::read::list::Filter;
use jiff::civil::date;
use law::corpus::Corpus;
use office::sheet;
use testkit::{World, by_person, by_unit, workday};

use crate::lead::lead;

#[test]
fn the_list_is_taken_away_with_the_same_filters_and_names_in_words() {
    let world = World::new();
    let team = world.team("xujing");
    lead(&world, "xujing", &casework::drive::on_spot(&team, &by_person("A01", date(2024, 3, 5), 10_000), workday));
    let open = casework::drive::ordinary(&team, &by_unit("C01", date(2024, 3, 6), 2_000_000), false, workday);
    lead(&world, "xujing", &open[..4]);
    let standings = world.casework.standings.clone();
    let tables = world.ledger.read_blocking(move |tx| {
        let directory = standings.directory(tx)?;
        let mut of = |filter| export::table(tx, &filter, Corpus::builtin(), &directory);
        Ok((of(Filter::default())?, of(Filter { open: Some(true), ..Filter::default() })?))
    });
    let (all, running) = tables.unwrap();
    let read = sheet::read(&all.csv().unwrap()).unwrap();
    assert_eq!(read.rows.len(), 2);
    let closed = &read.rows[1];
    assert_eq!(closed.get(&["案号"]), Some("1"));
    assert_eq!(closed.get(&["程序"]), Some("简易程序"));
    assert_eq!(closed.get(&["步骤"]), Some("已结案"));
    assert_eq!(closed.get(&["罚款（元）"]), Some("100.00"));
    assert_eq!(closed.get(&["下一期限"]), None, "a closed case has no deadline");
    let running = sheet::read(&sheet::xlsx("案件", date(2024, 3, 11), &[running]).unwrap()).unwrap();
    assert_eq!(running.rows.len(), 1);
    assert_eq!(running.rows[0].get(&["程序"]), Some("普通程序"));
    assert!(running.rows[0].get(&["承办"]).is_some_and(|unit| unit.contains("徐泾")), "{:?}", running.rows[0]);
    for row in &read.rows {
        let text = format!("{row:?}");
        assert!(!text.contains("13000000002") && !text.contains("31011819840517"), "no numbers of parties: {text}");
    }
}
