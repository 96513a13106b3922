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
    let columns = ["编号", "版本", "行动"].map(str::to_owned);
    let rows = [["2", "1", "只改名称"], ["3", "1", ""]].map(|r| r.map(str::to_owned).to_vec());
    let done = own.registers.import(who(), "campaign_action", xlsx(&columns, &rows), Choice::SkipBad).await.unwrap();
    assert_eq!((done.changed, done.bad), (1, 1), "a required cell emptied is a problem, not a deletion");
    let (state, _) = own.standing("campaign_action", 2);
    assert_eq!(
        (state.text("action"), state.text("focus"), state.lines["roll"].len()),
        ("只改名称", "-整治重点\n第二行", 2)
    );
}

/// The place of a column.
fn at(sheet: &Sheet, column: &str) -> usize {
    sheet.columns.iter().position(|c| c == column).unwrap()
}

#[tokio::test]
async fn what_somebody_changed_since_is_not_overwritten() {
    let own = filled().await;
    let sheet = sheet::read(&exported(&own, "campaign_action", false).await).unwrap();
    // Rows 2, 4 and 6 of the sheet begin records 3, 2 and 1. Somebody changes record 2 while the sheet is away.
    let (mut newer, _) = own.standing("campaign_action", 2);
    newer.fields.insert("focus".into(), Value::Text("后来写的重点".into()));
    own.registers.change(who(), "campaign_action", 2, 1, newer.clone()).await.unwrap();
    let before = position(&own).await;
    let mut rows = cells(&sheet);
    rows[2][at(&sheet, "行动")] = "照旧表改的名称".into();
    rows[4][at(&sheet, "行动")] = "改过的名称".into();
    let edited = xlsx(&sheet.columns, &rows);
    let done = own.registers.import(who(), "campaign_action", edited.clone(), Choice::AllOrNothing).await.unwrap();
    let said: Vec<(usize, &str, &str)> =
        done.problems.iter().map(|p| (p.line, p.column.as_str(), p.text.as_str())).collect();
    assert_eq!(said, [(4, "版本", "这条记录导出以后已有修改，请重新导出后再改")]);
    assert_eq!((done.changed, done.known, done.bad), (1, 1, 1));
    assert_eq!(position(&own).await, before, "with a problem nothing is recorded");

    let done = own.registers.import(who(), "campaign_action", edited, Choice::SkipBad).await.unwrap();
    assert_eq!((done.changed, done.known, done.bad), (1, 1, 1));
    let streams: Vec<String> = entries_after(&own, before).await.into_iter().map(|e| e.stream).collect();
    assert_eq!(streams, ["register/campaign_action/1"]);
    assert_eq!(own.standing("campaign_action", 2), (newer, 2), "the newer change stands");

    // A row left as it was would take the newer change back: it is refused as well.
    let old = xlsx(&sheet.columns, &cells(&sheet)[2..4]);
    let seen = own.registers.preview(who(), "campaign_action", old).await.unwrap();
    assert_eq!((seen.bad, seen.problems[0].column.as_str()), (1, "版本"));
    // Written as the record stands by now, it changes nothing, whatever its version.
    let mut rows = cells(&sheet)[2..4].to_vec();
    rows[0][at(&sheet, "整治内容")] = "后来写的重点".into();
    let seen = own.registers.preview(who(), "campaign_action", xlsx(&sheet.columns, &rows)).await.unwrap();
    assert_eq!((seen.known, seen.bad), (1, 0), "{:?}", seen.problems);
    // Taken away again, it may be changed.
    let sheet = sheet::read(&exported(&own, "campaign_action", true).await).unwrap();
    let mut rows = cells(&sheet);
    rows[2][at(&sheet, "行动")] = "照新表改的名称".into();
    let done = own
        .registers
        .import(who(), "campaign_action", xlsx(&sheet.columns, &rows), Choice::AllOrNothing)
        .await
        .unwrap();
    assert_eq!((done.changed, done.known), (1, 2), "{:?}", done.problems);
    let (now, version) = own.standing("campaign_action", 2);
    assert_eq!((now.text("action"), now.text("focus"), version), ("照新表改的名称", "后来写的重点", 3));
}

#[tokio::test]
async fn a_change_without_the_version_it_was_taken_away_at_is_refused() {
    let own = filled().await;
    let before = position(&own).await;
    let columns = ["编号", "行动"].map(str::to_owned);
    let same = own.standing("campaign_action", 1).0.text("action").to_owned();
    let rows = [["1", same.as_str()], ["2", "改名"]].map(|r| r.map(str::to_owned).to_vec());
    let done = own.registers.import(who(), "campaign_action", xlsx(&columns, &rows), Choice::SkipBad).await.unwrap();
    assert_eq!((done.known, done.changed, done.bad), (1, 0, 1), "what changes nothing needs no version");
    assert_eq!((done.problems[0].line, done.problems[0].column.as_str()), (3, "版本"));
    assert!(done.problems[0].text.contains("表中没有“版本”列"), "{:?}", done.problems);
    let columns = ["编号", "版本", "行动"].map(str::to_owned);
    for (version, says) in
        [("", "版本不能为空"), ("甲", "“甲”不是这条记录的版本"), ("2", "“2”不是这条记录的版本"), ("0", "“0”不是")]
    {
        let rows = [["1", version, "改名"].map(str::to_owned).to_vec()];
        let bytes = xlsx(&columns, &rows);
        let done = own.registers.import(who(), "campaign_action", bytes, Choice::SkipBad).await.unwrap();
        assert_eq!((done.changed, done.bad, done.problems.len()), (0, 1, 1), "{version}");
        assert_eq!((done.problems[0].line, done.problems[0].column.as_str()), (2, "版本"));
        assert!(done.problems[0].text.contains(says), "{version}: {:?}", done.problems);
    }
    assert_eq!(position(&own).await, before);
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
    assert_eq!(columns.len(), 10, "{columns:?}");
    let (mut rows, mut expected) = (Vec::new(), Vec::new());
    for n in 0..3 {
        for (cells, column, says) in mistakes() {
            let mut cells: Vec<String> = cells.map(str::to_owned).to_vec();
            if cells[4] == "行动" {
                cells[4] = format!("行动{n}之{}", rows.len());
            }
            cells.insert(1, String::new());
            rows.push(cells);
            expected.push((rows.len() + 1, column, says));
        }
        // A good one between them.
        rows.push(
            ["", "", "2024-07-01", "", "1", &format!("好的{n}"), "", "2024-07-01", "机动中队", "3"]
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
    let roll = ["", "", "", "", "", "", "", "2024-05-05", "机动中队", "5", ""];
    let rows = [["", "", "2024-05-05", "", "1", "行动", "", "2024-05-05", "机动中队", "5", "晴"], roll]
        .map(|r| r.map(str::to_owned).to_vec());
    let seen = own.registers.preview(who(), "campaign_action", xlsx(&columns, &rows)).await.unwrap();
    let said: Vec<(usize, &str)> = seen.problems.iter().map(|p| (p.line, p.column.as_str())).collect();
    assert_eq!(said, [(1, "天气"), (3, "出动：日期")]);
    assert!(matches!(
        own.registers.preview(who(), "campaign_action", b"PK\x03\x04".to_vec()).await,
        Err(Error::Bad(_))
    ));
}

/// Cells by column, the column at fault, part of what is said.
type Mistake = (Cells, &'static str, &'static str);

/// What stands in which column.
type Cells = &'static [(&'static str, &'static str)];

/// Mistakes that a register with times, persons, cases, money and private names adds to those above; each sheet with one good row.
const OTHERS: &[(&str, Cells, &[Mistake])] = &[
    (
        "operation",
        &[("开始日期", "2024-05-05"), ("活动", "好的")],
        &[
            (
                &[("值守：日期", "2024-05-05"), ("值守：点位", "东门"), ("值守：开始时间", "25:00")],
                "值守：开始时间",
                "不是时间，应写成 08:30",
            ),
            (
                &[("值守：日期", "2024-05-05"), ("值守：点位", "东门"), ("值守：结束时间", "下午")],
                "值守：结束时间",
                "不是时间，应写成 08:30",
            ),
            (
                &[("队伍：队伍", "一队"), ("队伍：负责人", "查无此人")],
                "队伍：负责人",
                "本单位没有“查无此人”，请核对姓名",
            ),
            (&[("队伍：队伍", "一队"), ("队伍：负责人", "某甲#99999")], "队伍：负责人", "没有编号为 99999 的人员"),
            (
                &[("队伍：队伍", "一队"), ("队伍：队员", "重名者")],
                "队伍：队员",
                "有几个人叫“重名者”，请写明编号：重名者#",
            ),
            (
                &[("阶段：阶段", "展中"), ("阶段：开始日期", "2024-05-05"), ("阶段：任务", "巡查")],
                "阶段：阶段",
                "可以填 展前集中整治、展中合力增援、展后常态管控",
            ),
            (&[("阶段：阶段", "展中合力增援"), ("阶段：开始日期", "2024-05-05")], "阶段：任务", "不能为空"),
            (
                &[("调度：日期", "2024-05-05"), ("调度：调度内容", "增援"), ("调度：接受单位", "没有的队")],
                "调度：接受单位",
                "没有部门或者中队“没有的队”，应写全称",
            ),
        ],
    ),
    (
        "dispute",
        &[
            ("收到日期", "2024-05-05"),
            ("类别", "行政复议"),
            ("被申请机关", "上海市青浦区城市管理行政执法局"),
            ("申请人或者原告", "罗砚舟"),
            ("案由", "不服处罚"),
            ("复议机关或者法院", "区政府"),
        ],
        &[
            (&[("申请人或者原告", "罗**")], "申请人或者原告", "“罗**”是隐去的姓名，应写全名"),
            (&[("类别", "行政裁决")], "类别", "可以填 行政复议、行政诉讼"),
            (&[("被申请机关", "不存在的机关")], "被申请机关", "没有机关“不存在的机关”，应写全称"),
            (&[("所涉案件", "99999")], "所涉案件", "没有第 99999 号案，请核对案件序号"),
            (&[("所涉案件", "沪某罚〔2024〕1号")], "所涉案件", "没有案件“沪某罚〔2024〕1号”，应写案件序号或者立案号"),
            (
                &[("开庭：日期", "2024-06-05"), ("开庭：法庭", "三庭"), ("开庭：负责人出庭", "也许")],
                "开庭：负责人出庭",
                "应写“是”或者“否”",
            ),
            (&[("提交答复日期", "2024-05-04")], "提交答复日期", "早于“收到日期”2024-05-05"),
        ],
    ),
    (
        "adviser_engagement",
        &[
            ("起始日期", "2024-01-01"),
            ("终止日期", "2024-12-31"),
            ("律师事务所", "某所"),
            ("顾问律师", "罗砚舟"),
            ("工作职责", "审查合同"),
        ],
        &[(&[("费用", "五万")], "费用", "不是金额，应写成 1200 元"), (&[("选聘", "7")], "选聘", "没有编号为 7 的记录")],
    ),
    (
        "exam",
        &[("日期", "2024-05-05"), ("类别", "换证"), ("名称", "春季考试")],
        &[
            (
                &[("成绩：人员", "独名者"), ("成绩：通过", "是"), ("成绩：分数", "88.25")],
                "成绩：分数",
                "不是数字，应写成 12 或者 1.5，最多一位小数",
            ),
            (&[("成绩：人员", "独名者"), ("成绩：通过", "是"), ("成绩：分数", "1001")], "成绩：分数", "不能大于 1000"),
        ],
    ),
];

#[tokio::test]
async fn every_other_kind_of_cell_is_named_too() {
    let own = bureau();
    let named = own.world.ledger.act(|tx| {
        for (id, name) in [(90_001, "重名者"), (90_002, "重名者"), (90_003, "独名者")] {
            let (name, unit, post) = (name.to_owned(), "office".to_owned(), "执法队员".to_owned());
            let person = office::change::NewPerson { id, name, phone: None, unit, post, active: true };
            office::change::record_person(tx, "test", who().today, &person)?;
        }
        Ok(())
    });
    named.await.unwrap();
    let mut mistakes = 0;
    for (register, good, wrong) in OTHERS {
        let before = position(&own).await;
        let columns = registers::export::headings(own.registers.set.get(register).unwrap());
        let written = |cells: &[&[(&str, &str)]]| -> Vec<String> {
            let cell = |column: &String| cells.iter().flat_map(|c| c.iter()).rev().find(|(name, _)| name == column);
            columns.iter().map(|column| cell(column).map_or_else(String::new, |(_, text)| (*text).to_owned())).collect()
        };
        let mut rows: Vec<Vec<String>> = wrong.iter().map(|(cells, ..)| written(&[good, cells])).collect();
        rows.insert(1, written(&[good]));
        let bytes = xlsx(&columns, &rows);
        let seen = own.registers.import(who(), register, bytes.clone(), Choice::AllOrNothing).await.unwrap();
        let said: Vec<String> = seen.problems.iter().map(|p| format!("{} {}：{}", p.line, p.column, p.text)).collect();
        assert_eq!(seen.problems.len(), wrong.len(), "{register}: {said:#?}");
        for (n, (problem, (_, column, says))) in seen.problems.iter().zip(*wrong).enumerate() {
            // The first row is the second of the sheet, and the good one stands behind the first.
            let line = if n == 0 { 2 } else { n + 3 };
            assert_eq!((problem.line, problem.column.as_str()), (line, *column), "{said:#?}");
            assert!(problem.text.contains(says), "{says}: {}", problem.text);
        }
        assert_eq!((seen.new, seen.bad), (1, wrong.len()), "{register}");
        assert_eq!(position(&own).await, before, "with a problem nothing is recorded");
        let done = own.registers.import(who(), register, bytes, Choice::SkipBad).await.unwrap();
        assert_eq!((done.new, done.bad), (1, wrong.len()));
        assert_eq!(entries_after(&own, before).await.len(), 1, "the good row alone comes in");
        mistakes += wrong.len();
    }
    assert_eq!(mistakes, 19);
}

#[tokio::test]
async fn a_person_named_twice_in_one_roll_is_named_in_the_second_row() {
    let own = bureau();
    let columns = ["日期", "类别", "名称", "成绩：人员", "成绩：通过"].map(str::to_owned);
    let name = own.world.ledger.read(|tx| Ok(office::read::persons(tx, None, 1)?.remove(0).id)).await.unwrap();
    let person = format!("某#{name}");
    let rows = [["2024-05-05", "换证", "春季考试", &person, "是"], ["", "", "", &person, "否"]]
        .map(|r| r.map(str::to_owned).to_vec());
    let seen = own.registers.preview(who(), "exam", xlsx(&columns, &rows)).await.unwrap();
    let said: Vec<(usize, &str)> = seen.problems.iter().map(|p| (p.line, p.column.as_str())).collect();
    assert_eq!(said, [(3, "成绩：人员")], "{:?}", seen.problems);
}
