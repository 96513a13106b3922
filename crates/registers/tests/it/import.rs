//! Sheets taken away, edited and brought back; sheets full of mistakes.

use ledger::Entry;
use office::sheet::{self, Sheet, Table};
use registers::import::Choice;
use registers::{Error, Value};

use crate::world::{Bureau, bureau, who};

/// A sheet as a spreadsheet program would write it.
fn xlsx(columns: &[String], rows: &[Vec<String>]) -> Vec<u8> {
    let mut table = Table::new("台账", &[]);
    table.head = columns.to_vec();
    table.rows = rows.iter().map(|cells| cells.iter().cloned().map(Into::into).collect()).collect();
    sheet::xlsx("台账", who().today, &[table]).unwrap()
}

/// The rows of a sheet in the order of its columns.
fn cells(sheet: &Sheet) -> Vec<Vec<String>> {
    let of = |row: &sheet::Row| sheet.columns.iter().map(|c| row.cells.get(c).cloned().unwrap_or_default()).collect();
    sheet.rows.iter().map(of).collect()
}

async fn exported(own: &Bureau, register: &'static str, csv: bool) -> Vec<u8> {
    let set = own.registers.set;
    let d = set.get(register).unwrap();
    let filter = registers::read::Filter::default();
    let made = own.world.ledger.read(move |tx| {
        if csv {
            registers::export::csv(tx, set, d, &filter)
        } else {
            registers::export::xlsx(tx, set, d, &filter, who().today)
        }
    });
    made.await.unwrap()
}

async fn position(own: &Bureau) -> i64 {
    own.world.ledger.head().await.unwrap().position
}

async fn entries_after(own: &Bureau, position: i64) -> Vec<Entry> {
    own.world.ledger.read(move |tx| tx.entries_after(position, 100)).await.unwrap()
}

/// A campaign, and three actions with rolls.
async fn filled() -> Bureau {
    let own = bureau();
    let campaign =
        own.state("campaign", &[("begun", "2024-01-05"), ("campaign", "雷霆行动"), ("series", "雷霆8+365")], &[]);
    own.registers.record(who(), "campaign", campaign).await.unwrap();
    for (n, day) in ["2024-03-05", "2024-06-05", "2024-09-05"].into_iter().enumerate() {
        let name = format!("第{}次，含“引号”和=号", n + 1);
        let roll = |unit: &'static str| [("day", day), ("unit", unit), ("heads", "9")];
        let (one, two) = (roll("机动中队"), roll("执法大队"));
        let fields = [("begun", day), ("campaign", "1"), ("action", name.as_str()), ("focus", "-整治重点\n第二行")];
        let state = own.state("campaign_action", &fields, &[("roll", &one), ("roll", &two)]);
        own.registers.record(who(), "campaign_action", state).await.unwrap();
    }
    own
}

#[tokio::test]
async fn what_was_taken_away_and_edited_records_exactly_the_changes() {
    let own = filled().await;
    let bytes = exported(&own, "campaign_action", false).await;
    let before = position(&own).await;
    let seen = own.registers.preview(who(), "campaign_action", bytes.clone()).await.unwrap();
    assert_eq!((seen.records, seen.known, seen.new, seen.changed, seen.bad), (3, 3, 0, 0, 0), "{:?}", seen.problems);
    for csv in [false, true] {
        let bytes = exported(&own, "campaign_action", csv).await;
        let done = own.registers.import(who(), "campaign_action", bytes, Choice::AllOrNothing).await.unwrap();
        assert_eq!((done.known, done.bad), (3, 0), "{:?}", done.problems);
    }
    assert_eq!(position(&own).await, before, "bringing back what was taken away records nothing");

    // The newest comes first: its first line in row 2. One head more in one roll line, another name, and a new record with one line.
    let sheet = sheet::read(&bytes).unwrap();
    let at = |name: &str| sheet.columns.iter().position(|c| c == name).unwrap();
    let mut rows = cells(&sheet);
    assert_eq!(rows.len(), 6);
    rows[1][at("出动：人数")] = "10".into();
    rows[4][at("行动")] = "改过的名称".into();
    let mut new = rows[0].clone();
    new[at("编号")].clear();
    new[at("开始日期")] = "2024/10/8".into();
    new[at("行动")] = "补记的行动".into();
    rows.push(new);
    let edited = xlsx(&sheet.columns, &rows);
    let done = own.registers.import(who(), "campaign_action", edited.clone(), Choice::AllOrNothing).await.unwrap();
    assert_eq!((done.new, done.changed, done.known, done.bad), (1, 2, 1, 0), "{:?}", done.problems);
    let entries = entries_after(&own, before).await;
    let made: Vec<(&str, &str)> = entries.iter().map(|e| (e.kind.as_str(), e.stream.as_str())).collect();
    let expected = [
        ("register.changed", "register/campaign_action/3"),
        ("register.changed", "register/campaign_action/1"),
        ("register.recorded", "register/campaign_action/4"),
    ];
    assert_eq!(made, expected);
    let (third, _) = own.standing("campaign_action", 3);
    assert_eq!(third.lines["roll"][1]["heads"], Value::Int(10));
    assert_eq!(third.lines["roll"][0]["heads"], Value::Int(9));
    assert_eq!(own.standing("campaign_action", 1).0.text("focus"), "-整治重点\n第二行", "what was not edited stays");
    assert_eq!(own.standing("campaign_action", 4).0.text("begun"), "2024-10-08");

    let after = position(&own).await;
    let again = own.registers.import(who(), "campaign_action", edited, Choice::AllOrNothing).await.unwrap();
    assert_eq!((again.new, again.changed, again.known), (0, 0, 4));
    assert_eq!(position(&own).await, after, "the same sheet again changes nothing, the new record included");
}

#[tokio::test]
async fn a_column_left_out_leaves_its_field_as_it_is() {
    let own = filled().await;
    let columns = ["编号", "行动"].map(str::to_owned);
    let rows = [["2", "只改名称"], ["3", ""]].map(|r| r.map(str::to_owned).to_vec());
    let done = own.registers.import(who(), "campaign_action", xlsx(&columns, &rows), Choice::SkipBad).await.unwrap();
    assert_eq!((done.changed, done.bad), (1, 1), "a required cell emptied is a problem, not a deletion");
    let (state, _) = own.standing("campaign_action", 2);
    assert_eq!(
        (state.text("action"), state.text("focus"), state.lines["roll"].len()),
        ("只改名称", "-整治重点\n第二行", 2)
    );
}

/// Three rows of each mistake: what stands in the row, the column named, part of the words.
fn mistakes() -> Vec<([&'static str; 9], &'static str, &'static str)> {
    let long = "长".repeat(201).leak();
    let longer = "长".repeat(5001).leak();
    vec![
        (["", "昨天", "", "1", "行动", "", "", "", ""], "开始日期", "不是日期"),
        (["", "2024-11-22", "", "1", "行动", "", "", "", ""], "开始日期", "晚于今天"),
        (["", "2024-05-05", "2024-05-04", "1", "行动", "", "", "", ""], "结束日期", "早于“开始日期”"),
        (["", "2024-05-05", "", "1", "", "说明", "", "", ""], "行动", "不能为空"),
        (["", "2024-05-05", "", "9", "行动", "", "", "", ""], "专项整治", "没有编号为 9 的记录"),
        (["", "2024-05-05", "", "风暴行动", "行动", "", "", "", ""], "专项整治", "没有“风暴行动”"),
        (["", "2024-05-05", "", "1", long, "", "", "", ""], "行动", "超过 200 字"),
        (["", "2024-05-05", "", "1", "行动", longer, "", "", ""], "整治内容", "超过 5000 字"),
        (["", "2024-05-05", "", "1", "行动", "", "2024-13-01", "机动中队", "5"], "出动：日期", "不是日期"),
        (
            ["", "2024-05-05", "", "1", "行动", "", "2024-05-05", "第九中队", "5"],
            "出动：单位",
            "没有部门或者中队“第九中队”",
        ),
        (["", "2024-05-05", "", "1", "行动", "", "2024-05-05", "机动中队", "五个"], "出动：人数", "不是整数"),
        (["", "2024-05-05", "", "1", "行动", "", "2024-05-05", "机动中队", "99"], "出动：人数", "多于该单位的 14 人"),
        (["", "2024-05-05", "", "1", "行动", "", "2024-05-05", "机动中队", "0"], "出动：人数", "不能小于 1"),
        (["77", "2024-05-05", "", "1", "行动", "", "", "", ""], "编号", "没有编号为“77”的记录"),
    ]
}

#[tokio::test]
async fn every_bad_cell_is_named_by_row_and_column() {
    let own = filled().await;
    let before = position(&own).await;
    let columns: Vec<String> = registers::export::headings(own.registers.set.get("campaign_action").unwrap());
    assert_eq!(columns.len(), 9, "{columns:?}");
    let (mut rows, mut expected) = (Vec::new(), Vec::new());
    for n in 0..3 {
        for (cells, column, says) in mistakes() {
            let mut cells: Vec<String> = cells.map(str::to_owned).to_vec();
            if cells[4] == "行动" {
                cells[4] = format!("行动{n}之{}", rows.len());
            }
            rows.push(cells);
            expected.push((rows.len() + 1, column, says));
        }
        // A good one between them.
        rows.push(
            ["", "2024-07-01", "", "1", &format!("好的{n}"), "", "2024-07-01", "机动中队", "3"]
                .map(str::to_owned)
                .to_vec(),
        );
    }
    let bytes = xlsx(&columns, &rows);
    let seen = own.registers.import(who(), "campaign_action", bytes.clone(), Choice::AllOrNothing).await.unwrap();
    assert_eq!(expected.len(), 42);
    let said: Vec<String> = seen.problems.iter().map(|p| format!("{} {}：{}", p.line, p.column, p.text)).collect();
    for (problem, (line, column, says)) in seen.problems.iter().zip(&expected) {
        assert_eq!((problem.line, problem.column.as_str()), (*line, *column), "{said:#?}");
        assert!(problem.text.contains(says), "{says}: {}", problem.text);
    }
    assert_eq!(seen.problems.len(), expected.len(), "{said:#?}");
    assert_eq!((seen.new, seen.bad), (3, 42));
    assert_eq!(position(&own).await, before, "with a problem nothing is recorded");
    let done = own.registers.import(who(), "campaign_action", bytes, Choice::SkipBad).await.unwrap();
    assert_eq!((done.new, done.bad), (3, 42));
    assert_eq!(entries_after(&own, before).await.len(), 3);
}

#[tokio::test]
async fn lines_repeated_and_columns_unknown_are_named_too() {
    let own = filled().await;
    let mut columns: Vec<String> = registers::export::headings(own.registers.set.get("campaign_action").unwrap());
    columns.push("天气".into());
    let roll = ["", "", "", "", "", "", "2024-05-05", "机动中队", "5", ""];
    let rows = [["", "2024-05-05", "", "1", "行动", "", "2024-05-05", "机动中队", "5", "晴"], roll]
        .map(|r| r.map(str::to_owned).to_vec());
    let seen = own.registers.preview(who(), "campaign_action", xlsx(&columns, &rows)).await.unwrap();
    let said: Vec<(usize, &str)> = seen.problems.iter().map(|p| (p.line, p.column.as_str())).collect();
    assert_eq!(said, [(1, "天气"), (3, "出动：日期")]);
    assert!(matches!(
        own.registers.preview(who(), "campaign_action", b"PK\x03\x04".to_vec()).await,
        Err(Error::Bad(_))
    ));
}
