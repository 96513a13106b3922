//! A register added by one text is counted by an indicator added by one folder: no table, page, sheet or query of it is code.

use std::sync::{Arc, LazyLock};

use jiff::civil::date;
use ledger::{Entry, Fault, Ledger, Place, Schema, Tx};
use office::sheet::{self, Table};
use registers::import::Choice;
use registers::{Registers, Set, Who};

use crate::figure::{Cell, page, stated};
use crate::totals::{Known, TOTALS_STREAM};
use crate::{Indicator, Period};

const REGISTER: &str = r#"
name = "walks"
title = "联合巡查"
section = "六"
row = "S6.9"
about = "与其他部门的一次联合巡查"
day = "held"
called = "{area}"
fields = [
  { key = "held", label = "日期", type = "day", required = true, list = true },
  { key = "area", label = "区域", type = "line", required = true, list = true },
  { key = "stalls", label = "劝导摊位", type = "number", list = true },
]
"#;

const META: &str = r#"
id = "walks.stalls"
row = "S6.9"
title = "劝导摊位"
section = "六"
unit = "个"
kind = "flow"
wording = { rule = "exact" }
measure = { sum = "stalls" }
basis = "登记在联合巡查台账、日期落在起止日期内的摊位数。"
columns = [
  { name = "id", label = "台账", kind = "link record", register = "walks" },
  { name = "held", label = "日期", kind = "day" },
  { name = "stalls", label = "劝导摊位", kind = "number" },
]
"#;

const LIST: &str = "SELECT w.held || '/' || CAST(w.id AS TEXT) AS key, w.id, w.held, COALESCE(w.stalls, 0) AS stalls
FROM register_walks w WHERE w.bureau = $1 AND w.held >= $2 AND w.held <= $3";

static ADDED: LazyLock<Set> =
    LazyLock::new(|| Set::parse(&[("walks.toml", REGISTER)]).unwrap_or_else(|why| panic!("{why}")));

fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    ADDED.project(tx, entry)
}

#[tokio::test]
async fn what_a_sheet_brings_in_is_counted_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let mut tables: Vec<&'static ledger::Table> = office::TABLES.iter().collect();
    tables.extend(ADDED.tables.clone());
    let schema = Schema { tables, projects: vec![office::project, project] };
    let place = Place::Sqlite(folder.path().join("ledger"));
    let (ledger, evidence) = std::thread::scope(|scope| {
        let opened = scope.spawn(|| {
            // Nine in the morning of 2024-11-21 in Shanghai.
            let ledger = Ledger::open(place, "qp", Arc::new(|| 1_732_150_800_000), schema).unwrap();
            (ledger, evidence::Evidence::open(&folder.path().join("evidence")).unwrap())
        });
        opened.join().unwrap()
    });
    let own = Registers { ledger: ledger.clone(), evidence, set: &ADDED };
    let who = Who { login: "test".into(), today: date(2024, 11, 21) };

    let mut table = Table::new("联合巡查", &["编号", "日期", "区域", "劝导摊位"]);
    for (day, area, stalls) in [
        ("2023-12-31", "上一年", "100"),
        ("2024-01-01", "公园路", "7"),
        ("2024-06-30", "夏阳湖", "35"),
        ("2024-08-01", "没有摊位", ""),
    ] {
        table.rows.push(vec!["".into(), day.into(), area.into(), stalls.into()]);
    }
    let bytes = sheet::xlsx("联合巡查", who.today, &[table]).unwrap();
    let done = own.import(who, "walks", bytes, Choice::AllOrNothing).await.unwrap();
    assert_eq!((done.new, done.bad), (4, 0), "{:?}", done.problems);

    let indicator = Indicator::parse("walks.stalls", META, LIST).unwrap_or_else(|why| panic!("{why}"));
    let period = Period::of_year(2024, date(2024, 11, 21)).expect("a period");
    let counted = ledger.read(move |tx| {
        let totals = tx.fold::<Known>(TOTALS_STREAM)?;
        Ok((stated(tx, &indicator, &period, &totals)?, page(tx, &indicator, &period, None, None, 10)?))
    });
    let (figure, page) = counted.await.unwrap();
    assert_eq!((figure.value, figure.worded.as_str()), (Some(42), "42个"));
    let days: Vec<&Cell> = page.records.iter().map(|r| &r.cells[1]).collect();
    let expected = ["2024-01-01", "2024-06-30", "2024-08-01"].map(|day| Cell::Day(day.to_owned()));
    assert_eq!(days, expected.iter().collect::<Vec<_>>());
    assert_eq!(page.records[1].cells[0], Cell::Record("walks".into(), 3), "a row leads to its record");
}
