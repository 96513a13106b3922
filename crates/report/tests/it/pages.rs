//! The number of every indicator is a measure of its whole list, walked page by page.

use std::collections::BTreeSet;

use jiff::civil::date;
use ledger::Tx;
use report::{Cell, Indicator, Measure, Period, Record, Test, indicators};

use crate::contents::everything;
use crate::world::{on_each, report_day, until};

/// Every record, by pages of this many.
fn walk(tx: &mut Tx<'_>, id: &str, period: &Period, limit: i64) -> Vec<Record> {
    let (mut records, mut after) = (Vec::new(), None);
    loop {
        let page = report::list(tx, id, period, after.as_deref(), limit).unwrap().unwrap();
        assert!(page.records.len() <= usize::try_from(limit).unwrap());
        records.extend(page.records);
        match page.next {
            Some(next) => after = Some(next),
            None => return records,
        }
    }
}

fn column<'a>(indicator: &Indicator, records: &'a [Record], name: &str) -> Vec<&'a Cell> {
    let at = indicator.columns.iter().position(|c| c.name == name).unwrap();
    records.iter().map(|r| &r.cells[at]).collect()
}

fn count(cells: &[&Cell], wanted: &Cell) -> i64 {
    i64::try_from(cells.iter().filter(|c| **c == wanted).count()).unwrap()
}

#[test]
fn every_number_is_a_measure_of_its_list() {
    on_each(async |world| {
        world.seed(everything()).await;
        world
            .ledger
            .read(|tx| {
                for period in
                    [report_day(), until(date(2024, 12, 31)), until(date(2024, 1, 1)), until(date(2023, 6, 1))]
                {
                    for indicator in indicators() {
                        check(tx, indicator, &period);
                    }
                }
                Ok(())
            })
            .await
            .unwrap();
    });
}

fn check(tx: &mut Tx<'_>, indicator: &Indicator, period: &Period) {
    let id = indicator.id.as_str();
    let records = walk(tx, id, period, 1000);
    for limit in [1, 2, 3] {
        assert_eq!(walk(tx, id, period, limit), records, "{id} by pages of {limit}");
    }
    let keys: BTreeSet<&[u8]> = records.iter().map(|r| r.key.as_bytes()).collect();
    assert_eq!(keys.len(), records.len(), "{id}: keys are unique");
    assert!(keys.iter().copied().eq(records.iter().map(|r| r.key.as_bytes())), "{id}: keys sort by bytes");
    let length = i64::try_from(records.len()).unwrap();
    let figure = report::figure(tx, id, period).unwrap();
    let value = figure.as_ref().and_then(|f| f.value);
    match &indicator.measure {
        Measure::Count | Measure::OneByOne(_) => assert_eq!(value, Some(length), "{id}"),
        Measure::Distinct(name) => {
            let different: BTreeSet<String> =
                column(indicator, &records, name).iter().map(|c| format!("{c:?}")).collect();
            assert_eq!(value, i64::try_from(different.len()).ok(), "{id}");
        }
        Measure::Sum(name) => {
            let total: i64 = column(indicator, &records, name)
                .iter()
                .map(|c| match c {
                    Cell::Money(n) | Cell::Number(n) | Cell::Tenths(n) => *n,
                    other => panic!("{other:?}"),
                })
                .sum();
            let figure = figure.unwrap();
            let fen = match (figure.unit.as_str(), indicator.is_money(), indicator.is_tenths()) {
                ("分", ..) => 1,
                (_, true, _) => 100,
                (unit, _, true) if !unit.starts_with("0.1") => 10,
                _ => 1,
            };
            assert_eq!(value.map(|v| v * fen), Some(total), "{id}");
        }
        Measure::Ratio(share) => {
            let of = count(&column(indicator, &records, &share.of), &Cell::Flag(true));
            let over =
                share.over.as_ref().map_or(length, |name| count(&column(indicator, &records, name), &Cell::Flag(true)));
            assert_eq!(value, (over > 0).then(|| of * 100 / over), "{id}");
        }
        Measure::Claim(sentence) => {
            let (name, bad) = match sentence.test() {
                Test::All(name) => (name, false),
                Test::None(name) => (name, true),
            };
            let against = count(&column(indicator, &records, name), &Cell::Flag(bad));
            let claim = report::claims(tx, period).unwrap().into_iter().find(|c| c.id == id).unwrap();
            assert_eq!((claim.counterexamples, claim.holds), (against, against == 0), "{id}");
            let shown = report::against(tx, id, period, None, 1000).unwrap().unwrap().records;
            assert_eq!(i64::try_from(shown.len()), Ok(against), "{id}");
            assert!(shown.iter().all(|r| records.contains(r)), "{id}");
        }
    }
}

#[test]
fn an_id_or_key_nobody_gave_is_no_error() {
    on_each(async |world| {
        world.seed(everything()).await;
        world
            .ledger
            .read(|tx| {
                let period = report_day();
                assert!(report::list(tx, "no.such", &period, None, 10)?.is_none());
                assert!(
                    report::against(tx, "ticket.calls", &period, None, 10)?.is_none(),
                    "a figure has no counter-examples"
                );
                assert!(report::figure(tx, "claim.tickets_answered", &period)?.is_none(), "a claim is no figure");
                let odd = report::list(tx, "ticket.calls", &period, Some("' OR 1=1 --"), -5)?.unwrap();
                assert_eq!(odd.records.len(), 1, "a limit below one is one");
                Ok(())
            })
            .await
            .unwrap();
    });
}
