//! Sheets as hotlines send them.

use intake::Channel;
use intake::example;
use intake::import::Choice;
use intake::read::Filter;
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
