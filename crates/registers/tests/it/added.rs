//! A register is added by one file: here, by one text.

use std::sync::LazyLock;

use jiff::civil::date;
use ledger::{Entry, Fault, Tx};
use registers::{Names, Registers, Row, Set, State, Value};
use testkit::World;

use crate::world::{apart, who};

const TEXT: &str = r#"
name = "walks"
title = "联合巡查"
section = "六"
row = "S6.9"
about = "与其他部门的一次联合巡查"
day = "held"
called = "{unit}巡查{area}"
fields = [
  { key = "held", label = "日期", type = "day", required = true, list = true },
  { key = "unit", label = "单位", type = "unit", required = true, list = true },
  { key = "area", label = "区域", type = "line", required = true, list = true },
]

[[lines]]
key = "finds"
label = "发现"
fields = [{ key = "what", label = "情况", type = "words", required = true }]
"#;

static ADDED: LazyLock<Set> =
    LazyLock::new(|| Set::parse(&[("walks.toml", TEXT)]).unwrap_or_else(|why| panic!("{why}")));

fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    ADDED.project(tx, entry)
}

#[tokio::test]
async fn one_text_gives_tables_checks_lists_and_history() {
    let world = apart(|| World::with(ADDED.tables.clone(), vec![project]));
    world.on(date(2024, 11, 21));
    let own = Registers { ledger: world.ledger.clone(), evidence: world.casework.evidence.clone(), set: &ADDED };
    let text = |t: &str| Value::Text(t.to_owned());
    let find = Row::from([("what".to_owned(), text("占道堆物三处"))]);
    let state = State {
        fields: Row::from([
            ("held".into(), text("2024-05-06")),
            ("unit".into(), text("qp-mobile")),
            ("area".into(), text("公园路")),
        ]),
        lines: [("finds".to_owned(), vec![find])].into(),
    };
    own.record(who(), "walks", state.clone()).await.unwrap();
    let found = world
        .ledger
        .read(|tx| {
            let d = ADDED.get("walks").expect("the register");
            let filter = registers::read::Filter { words: Some("堆物".into()), ..Default::default() };
            let page = registers::read::list(tx, d, &filter, 10)?;
            let mut names = Names::read(tx, &ADDED)?;
            let record = registers::read::record(tx, d, 1, &mut names)?.expect("the record");
            // What an indicator would count.
            let bureau = tx.bureau().to_owned();
            let counted = tx.row(
                "SELECT COUNT(*) FROM register_walks w JOIN register_walks_finds f ON f.bureau = w.bureau AND f.record = w.id WHERE w.bureau = $1 AND w.held >= $2",
                &[bureau.as_str().into(), "2024-01-01".into()],
                |row| Ok(row.int(0)),
            )?;
            let taken = registers::export::xlsx(tx, &ADDED, d, &Default::default(), who().today)?;
            Ok(((page.rows[0].title.clone(), record.state, counted), taken))
        })
        .await
        .unwrap();
    let (found, taken) = found;
    assert_eq!(found, ("机动中队巡查公园路".to_owned(), state, Some(1)));
    let sheet = office::sheet::read(&taken).expect("a sheet");
    assert_eq!(sheet.columns, ["编号", "版本", "日期", "单位", "区域", "发现：情况"]);
    let back = own.import(who(), "walks", taken, registers::import::Choice::AllOrNothing).await.unwrap();
    assert_eq!((back.known, back.new, back.changed), (1, 0, 0));
}
