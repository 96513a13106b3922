//! Sheets as hotlines send them.

use intake::example;
use intake::import::Choice;
use intake::read::Filter;
use intake::{Caller, Channel, Error, Kind, NewTicket, Track};
use jiff::civil::date;

use crate::{desk, world};

fn csv(rows: impl Iterator<Item = String>) -> Vec<u8> {
    let mut text = String::from("工单编号,来源,工单类型,诉求内容,地址,联系人,联系电话,收单时间\n");
    text.extend(rows);
    text.into_bytes()
}

fn row(n: usize, source: &str, content: &str, received: &str) -> String {
    format!("SH{n:06},{source},投诉,{content},徐泾镇明珠路,罗女士,13800001234,{received}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_sheet_comes_in_once() {
    let (world, intake) = world().await;
    let sheet = example::sheet(40).unwrap();
    let preview = intake.preview(sheet.clone()).await.unwrap();
    assert_eq!((preview.rows, preview.new, preview.known, preview.problems.len()), (40, 40, 0, 0), "{preview:?}");
    let first = intake.import(desk(date(2024, 4, 1)), sheet.clone(), Choice::AllOrNothing).await.unwrap();
    assert_eq!((first.received, first.known), (40, 0));
    let position = world.ledger.head().await.unwrap().position;
    let again = intake.import(desk(date(2024, 4, 1)), sheet, Choice::AllOrNothing).await.unwrap();
    assert_eq!((again.received, again.known), (0, 40));
    assert_eq!(world.ledger.head().await.unwrap().position, position, "repeating an import changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_knows_what_is_here_by_source_and_number() {
    let (_world, intake) = world().await;
    let rows = |from: usize, until: usize, source: &str| -> Vec<String> {
        (from..until).map(|n| row(n, source, "占道设摊影响通行", "2024-03-05 08:30")).collect()
    };
    let first = csv(rows(0, 700, "12345").into_iter());
    intake.import(desk(date(2024, 4, 1)), first, Choice::AllOrNothing).await.unwrap();
    // 350 of the hotline are here, 350 are not; the same numbers of another source are other tickets.
    let mixed = csv(rows(350, 1_050, "12345").into_iter().chain(rows(0, 10, "微信")));
    let preview = intake.preview(mixed).await.unwrap();
    assert_eq!((preview.rows, preview.new, preview.known), (710, 360, 350), "{:?}", preview.problems);
}

#[tokio::test(flavor = "multi_thread")]
async fn three_bad_rows_of_ten_thousand_are_named_and_the_user_chooses() {
    let (world, intake) = world().await;
    let good = || (0..10_000).map(|n| row(n, "12345市民热线", "占道设摊影响通行", "2024-03-05 08:30"));
    let sheet = csv(good().enumerate().map(|(n, text)| match n {
        100 => row(n, "鸽子", "占道设摊", "2024-03-05 08:30"),
        5_000 => row(n, "12345市民热线", "", "2024-03-05 08:30"),
        9_999 => row(n, "12345市民热线", "占道设摊", "昨天"),
        _ => text,
    }));
    let preview = intake.preview(sheet.clone()).await.unwrap();
    let found: Vec<(usize, &str)> = preview.problems.iter().map(|p| (p.line, p.column.as_str())).collect();
    assert_eq!(found, [(102, "来源"), (5_002, "诉求内容"), (10_001, "收单时间")]);
    assert!(preview.problems[0].text.contains("鸽子") && preview.problems[2].text.contains("昨天"));
    let before = world.ledger.head().await.unwrap().position;
    let none = intake.import(desk(date(2024, 4, 1)), sheet.clone(), Choice::AllOrNothing).await.unwrap();
    assert_eq!((none.received, none.problems.len()), (0, 3));
    assert_eq!(world.ledger.head().await.unwrap().position, before, "nothing half-done");
    let rest = intake.import(desk(date(2024, 4, 1)), sheet, Choice::SkipBad).await.unwrap();
    assert_eq!((rest.received, rest.problems.len()), (9_997, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_of_csv_and_of_other_headings_reads_the_same() {
    let (world, intake) = world().await;
    let sheet = "案件编号,案件来源,工单类型,案件描述,上报地址,联系人,联系电话,发现时间,市紧急程度,是否保密\n\
                 HK1,区12345平台,督办单,装修垃圾没人管,华新镇嘉松中路,乔先生,13900001111,2024/3/5 9:05,特急,保密\n";
    let done = intake.import(desk(date(2024, 4, 1)), sheet.as_bytes().to_vec(), Choice::AllOrNothing).await.unwrap();
    assert_eq!((done.received, done.problems.len()), (1, 0), "{done:?}");
    let file = world.ledger.read(|tx| intake::read::file(tx, 1)).await.unwrap().unwrap();
    let received = file.ticket.received.as_ref().unwrap();
    assert!(received.urgent && received.confidential);
    assert_eq!((received.channel, received.received), (Channel::Hotline12345, date(2024, 3, 5).at(9, 5, 0, 0)));
    // A road runs through several towns; the one written in the address decides.
    assert_eq!(received.proposed_unit, Some(("huaxin-squad".into(), "地址属于“华新镇”".into())));
    assert_eq!(file.row.track, Some(Track::Supervised));
    // Supervised: three workdays.
    assert_eq!(file.clocks[1].last, date(2024, 3, 8));
    assert_eq!((file.caller.name.as_deref(), file.caller.phone.as_deref()), (Some("乔**"), Some("139****1111")));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_problem_of_a_row_is_told_at_once() {
    let (_world, intake) = world().await;
    let sheet = "工单编号,来源,工单类型,诉求内容,收单时间,是否保密\n1,鸽子,骂人,,昨天,再说\n2,12345,投诉,占道,2024-04-02,否\n3,12345,投诉,\u{0}占道,2024-03-02,否\n";
    let preview = intake.preview(sheet.as_bytes().to_vec()).await.unwrap();
    let found: Vec<(usize, &str)> = preview.problems.iter().map(|p| (p.line, p.column.as_str())).collect();
    let first = ["来源", "收单时间", "工单类型", "是否保密", "诉求内容"].map(|column| (2, column));
    assert_eq!(found[..5], first);
    assert_eq!(found[5..], [(3, "收单时间"), (4, "诉求内容")], "{preview:?}");
    assert!(preview.problems[5].text.contains("晚于今天"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_table_is_refused_in_words() {
    let (_world, intake) = world().await;
    for bytes in [&b"PK\x03\x04 no zip"[..], &[0xff, 0xfe, 0x31], b""] {
        let error = intake.import(desk(date(2024, 4, 1)), bytes.to_vec(), Choice::SkipBad).await.unwrap_err();
        assert!(matches!(error, Error::Bad(_)), "{error}");
    }
    let template = example::template().unwrap();
    let preview = intake.preview(template).await.unwrap();
    assert_eq!((preview.rows, preview.problems.len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_typed_in_gets_a_number_and_comes_in_once() {
    let (world, intake) = world().await;
    let mut new = NewTicket {
        source: "desk".into(),
        order_no: String::new(),
        channel: Channel::Visit,
        kind: Kind::Report,
        received: date(2024, 3, 8).at(10, 0, 0, 0),
        address: "徐泾镇诸光路".into(),
        content: "有人偷倒渣土".into(),
        caller: Caller { name: Some("庄先生".into()), phone: None },
        confidential: false,
        urgent: false,
    };
    let first = intake.receive(desk(date(2024, 4, 1)), new.clone()).await.unwrap();
    let file = world.ledger.read(move |tx| intake::read::file(tx, first)).await.unwrap().unwrap();
    assert_eq!(file.row.order_no, "2024-03-08-000001");
    assert_eq!(file.ticket.received.as_ref().unwrap().place.as_deref(), Some("xujing-4"));
    new.order_no = file.row.order_no;
    assert_eq!(intake.receive(desk(date(2024, 4, 1)), new.clone()).await.unwrap(), first, "known");
    new.content = " ".into();
    assert!(matches!(intake.receive(desk(date(2024, 4, 1)), new).await, Err(Error::Bad(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_without_a_needed_column_says_which() {
    let (_world, intake) = world().await;
    let error = intake.preview("工单编号,来源\n1,12345\n".as_bytes().to_vec()).await.unwrap_err().to_string();
    assert!(error.contains("诉求内容") && error.contains("收单时间"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_number_twice_in_a_sheet_is_a_problem_of_the_second() {
    let (_world, intake) = world().await;
    let sheet = csv([row(1, "12345", "甲", "2024-03-05"), row(1, "12345", "乙", "2024-03-05")].into_iter());
    let preview = intake.preview(sheet).await.unwrap();
    assert_eq!(preview.problems.len(), 1);
    assert_eq!(preview.problems[0].line, 3);
    assert!(preview.problems[0].text.contains("第 2 行"));
}

#[tokio::test(flavor = "multi_thread")]
async fn place_and_words_suggest_and_the_list_finds_two_characters() {
    let (world, intake) = world().await;
    let sheet = csv([row(1, "12345", "工地晚上还在浇混凝土", "2024-03-05 23:10")].into_iter());
    intake.import(desk(date(2024, 3, 6)), sheet, Choice::AllOrNothing).await.unwrap();
    let (found, none) = world
        .ledger
        .read(|tx| {
            let words = |w: &str| Filter { words: Some(w.into()), ..Filter::default() };
            Ok((intake::read::page(tx, &words("混凝"))?, intake::read::page(tx, &words("罗女士"))?))
        })
        .await
        .unwrap();
    assert_eq!(found.rows.len(), 1);
    assert_eq!(found.rows[0].channel, Channel::Hotline12345);
    assert!(none.rows.is_empty(), "a caller's name finds nothing");
    let id = found.rows[0].id;
    let file = world.ledger.read(move |tx| intake::read::file(tx, id)).await.unwrap().unwrap();
    let received = file.ticket.received.unwrap();
    assert_eq!(received.proposed_unit.unwrap(), ("xujing-squad".into(), "地点在“明珠路”".into()));
    assert_eq!(received.proposed_matter.unwrap().0, "D08");
    // Tuesday 5 March: contact by Wednesday, answer by Tuesday 12 March.
    assert_eq!(file.clocks.iter().map(|c| c.last).collect::<Vec<_>>(), [date(2024, 3, 6), date(2024, 3, 12)]);
}

/// Thirty-seven bad rows of twelve kinds among ten thousand, as a workbook: each is named by row and column, the others come in once.
#[tokio::test(flavor = "multi_thread")]
async fn thirty_seven_bad_rows_of_twelve_kinds_are_named_in_a_workbook_of_ten_thousand() {
    let (world, intake) = world().await;
    let head =
        ["工单编号", "来源", "工单类型", "诉求内容", "地址", "联系人", "联系电话", "收单时间", "紧急程度", "是否保密"];
    let mut table = office::sheet::Table::new("工单", &head);
    let long = "占".repeat(5_001);
    let wide = "路".repeat(201);
    let (numbers, name) = ("9".repeat(65), "名".repeat(201));
    // Column spoilt, what stands there instead, and the column that must be named.
    let kinds: [(usize, &str, &str); 12] = [
        (0, "", "工单编号"),
        (0, numbers.as_str(), "工单编号"),
        (1, "", "来源"),
        (1, "信鸽", "来源"),
        (2, "骂人", "工单类型"),
        (3, "", "诉求内容"),
        (3, long.as_str(), "诉求内容"),
        (4, wide.as_str(), "地址"),
        (5, name.as_str(), "联系人"),
        (7, "", "收单时间"),
        (7, "前天下午", "收单时间"),
        (9, "再说", "是否保密"),
    ];
    let mut expected = Vec::new();
    for n in 0..10_000_usize {
        let number = format!("K{n:05}");
        let mut cells = [
            number.as_str(),
            "12345",
            "投诉",
            "明珠路有人摆摊",
            "徐泾镇明珠路",
            "罗女士",
            "13812345678",
            "2024-03-05 08:30",
            "一般",
            "否",
        ];
        if n % 270 == 7 && expected.len() < 37 {
            let (at, what, column) = kinds[expected.len() % 12];
            cells[at] = what;
            expected.push((n + 2, column.to_owned()));
        }
        table.rows.push(cells.iter().map(|c| office::sheet::Cell::from((*c).to_owned())).collect());
    }
    let bytes = office::sheet::xlsx("工单", date(2024, 3, 6), &[table]).unwrap();
    let preview = intake.preview(bytes.clone()).await.unwrap();
    let found: Vec<(usize, String)> = preview.problems.iter().map(|p| (p.line, p.column.clone())).collect();
    assert_eq!(found, expected);
    assert_eq!((preview.rows, preview.new), (10_000, 9_963));
    let none = intake.import(desk(date(2024, 3, 6)), bytes.clone(), Choice::AllOrNothing).await.unwrap();
    assert_eq!((none.received, none.problems.len()), (0, 37));
    let some = intake.import(desk(date(2024, 3, 6)), bytes.clone(), Choice::SkipBad).await.unwrap();
    assert_eq!((some.received, some.known, some.problems.len()), (9_963, 0, 37));
    let again = intake.import(desk(date(2024, 3, 6)), bytes, Choice::SkipBad).await.unwrap();
    assert_eq!((again.received, again.known), (0, 9_963), "the same file again changes nothing");
    let counts = world.ledger.read(|tx| intake::read::counts(tx, None)).await.unwrap();
    assert_eq!(counts[0].1, 9_963);
}

#[tokio::test(flavor = "multi_thread")]
async fn which_column_is_which_is_said_once_and_remembered() {
    let (_world, intake) = world().await;
    let sheet = |n: u32| format!("流水,渠道名称,市民说法,几时\n{n},12345,明珠路有人摆摊,2024-03-05\n").into_bytes();
    assert!(intake.preview(sheet(1)).await.is_err(), "the heading is nobody's usual one");
    let columns = intake.columns(&sheet(1)).await.unwrap();
    assert_eq!(columns.columns, ["流水", "渠道名称", "市民说法", "几时"]);
    assert!(columns.fields.iter().all(|f| f.column.is_none()));
    let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let good = [("工单编号", "流水"), ("来源", "渠道名称"), ("诉求内容", "市民说法"), ("收单时间", "几时")];
    for bad in [[("工单编号", "没有")], [("鸽子", "流水")]] {
        assert!(matches!(intake.remember_columns(1, &sheet(1), map(&bad)).await, Err(Error::Bad(_))));
    }
    let twice = [("工单编号", "流水"), ("地址", "流水")];
    assert!(intake.remember_columns(1, &sheet(1), map(&twice)).await.is_err(), "one column is one thing");
    intake.remember_columns(1, &sheet(1), map(&good)).await.unwrap();
    // Another sheet with the same heading, its columns in another order, is read at once.
    let other = "几时,市民说法,流水,渠道名称\n2024-03-06,工地打桩,2,12345\n".as_bytes().to_vec();
    let imported = intake.import(desk(date(2024, 4, 1)), other, Choice::AllOrNothing).await.unwrap();
    assert_eq!((imported.received, imported.problems.len()), (1, 0));
}
