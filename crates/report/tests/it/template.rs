//! The language of templates: what is read, what is complained about, and what the text becomes.

use report::{Block, Current, Origin, Report, Template};
use serde_json::{Value as Json, json};

use crate::contents::everything;
use crate::world::{World, on_each, report_day};

/// The report's text from this template.
async fn text(world: &World, template: &str) -> String {
    made(world, template).await.text()
}

async fn made(world: &World, template: &str) -> Report {
    let current = Current { version: 1, text: template.to_owned(), actor: String::new(), recorded_at: 0 };
    let head = world.ledger.head().await.unwrap();
    let report = world.ledger.read(move |tx| Report::with(tx, &report_day(), &head, &current)).await.unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    report
}

fn letters() -> Vec<(&'static str, Json)> {
    let letter = |id: i64, received: &str, kind: &str, topic: &str, replied: Option<&str>| {
        (
            "register_letter",
            json!({ "id": id, "title": topic, "received": received, "kind": kind, "sender": "检察院", "topic": topic, "replied": replied, "reply": "已回复。" }),
        )
    };
    let mechanism = |record: i64, line: i64, mechanism: &str, since: Option<&str>| {
        (
            "register_letter_mechanisms",
            json!({ "record": record, "line": line, "mechanism": mechanism, "unit": "u1", "since": since, "state": "standing" }),
        )
    };
    vec![
        letter(1, "2023-12-30", "consultation", "上一年", None),
        letter(2, "2024-03-01", "consultation", "校园周边流动摊贩。", Some("2024-12-01")),
        letter(3, "2024-04-01", "procuratorial_suggestion", "渣土车", Some("2024-05-01")),
        letter(4, "2024-11-22", "consultation", "截止以后", None),
        mechanism(2, 1, "护学岗", Some("2024-04-01")),
        mechanism(2, 2, "联合巡查", None),
        (
            "register_letter_inspections",
            json!({ "record": 2, "line": 1, "day": "2024-03-10", "unit": "u1", "subject": "校门检查" }),
        ),
        (
            "register_letter_inspections",
            json!({ "record": 2, "line": 2, "day": "2024-12-10", "unit": "u1", "subject": "年底检查" }),
        ),
    ]
}

#[test]
fn records_are_quoted_with_their_lines_as_they_were_on_the_last_day() {
    on_each(async |world| {
        world.seed(letters()).await;
        let said = text(
            &world,
            "# 一\n{each letter}{received}{topic}（{kind}，回复{replied}“{reply}”）：{each mechanisms}{mechanism}{between}、{none}无{end}；\
             {each inspections}{day}{subject}{none}没有检查{end}{between}／{end}。",
        )
        .await;
        // Received in the period only; a reply and an inspection of December were not there on 21 November; the stop of the record's own text
        // gives way to that of the sentence.
        assert_eq!(
            said,
            "一\n3月1日校园周边流动摊贩（检察磋商函，回复“”）：护学岗、联合巡查；3月10日校门检查／\
             4月1日渣土车（检察建议书，回复5月1日“已回复”）：无；没有检查。\n"
        );
        let report = made(&world, "# 一\n{each letter where kind = 检察磋商函}{topic}{end}").await;
        let Block::Paragraph(pieces) = &report.sections[0].blocks[0] else { panic!("no paragraph") };
        assert_eq!(pieces[0].origin, Origin::Record("letter".into(), 2));
        assert_eq!(
            text(&world, "{list:letter}、{list:oversight.procuratorial_letters}\n").await,
            "校园周边流动摊贩。、渣土车、检察院校园周边流动摊贩。、检察院渣土车\n"
        );
        assert_eq!(text(&world, "{each letter most 1}{topic}{end}").await, "校园周边流动摊贩等\n");
        assert_eq!(text(&world, "{each letter}来函{between}、{end}").await, "来函\n", "the same words once");
        assert_eq!(text(&world, "{each study}{topic}{none}没有{end}{list:award}").await, "没有（没有记录）\n");
    });
}

#[test]
fn what_stands_on_the_last_day_is_quoted_wherever_it_began() {
    on_each(async |world| {
        let engagement = |id: i64, begun: &str, ended: &str, firm: &str| {
            (
                "register_adviser_engagement",
                json!({ "id": id, "title": firm, "begun": begun, "ended": ended, "firm": firm }),
            )
        };
        world
            .seed(vec![
                engagement(1, "2022-01-01", "2023-12-31", "旧所"),
                engagement(2, "2023-06-01", "2024-11-21", "今所"),
                engagement(3, "2024-11-22", "2025-11-21", "新所"),
            ])
            .await;
        let said =
            text(&world, "{each adviser_engagement standing}{firm}{between}、{end}；{list:adviser_engagement}").await;
        assert_eq!(said, "今所；（没有记录）\n");
    });
}

#[test]
fn sentences_are_chosen_by_value() {
    on_each(async |world| {
        world.seed([everything(), letters()].concat()).await;
        let chosen = |test: &str| format!("{{when {test}}}是{{else}}否{{end}}\n");
        // Two letters of the procuratorate; fines of 33,050.50 yuan, which is no whole number of yuan.
        for (test, holds) in [
            ("figure:oversight.procuratorial_letters = 2", true),
            ("figure:oversight.procuratorial_letters != 2", false),
            ("figure:oversight.judicial_suggestions = 0", true),
            ("figure:oversight.judicial_suggestions > 0", false),
            ("figure:case.fines_decided > 33050", true),
            ("figure:case.fines_decided >= 33051", false),
            ("figure:case.fines_decided < 33051", true),
            ("figure:case.fines_decided <= 33050", false),
            // A share of nothing is no number: nothing is true of it.
            ("figure:dispute.head_appearance_rate = 0", false),
            ("figure:dispute.head_appearance_rate != 0", false),
            ("claim:claim.no_corrected_disputes", true),
            ("claim:claim.certificate_holders_published", false),
            ("any letter where kind = consultation", true),
            ("any letter where kind = judicial_suggestion", false),
            ("any study", false),
            ("before:suggestion.total", false),
        ] {
            assert_eq!(text(&world, &chosen(test)).await, if holds { "是\n" } else { "否\n" }, "{test}");
        }
        // A paragraph that says nothing is not there.
        assert_eq!(text(&world, "甲\n\n{when any study}乙{end}\n\n丙").await, "甲\n丙\n");
        assert_eq!(text(&world, "{each letter}{when any mechanisms}有{else}无{end}{end}").await, "有、无\n");
        assert_eq!(
            text(&world, "{year}、{last year}、{from}、{until}").await,
            "2024、2023、2024年1月1日、2024年11月21日\n"
        );
    });
}

#[test]
fn a_list_is_counted_by_a_column() {
    on_each(async |world| {
        world.seed(everything()).await;
        let said = text(&world, "{table:ticket.contacted by channel}").await;
        // From 1 January to 21 November: two calls, a visit, a dispatch, three of 12345 and one of 12319, one other.
        let mut rows: Vec<&str> = said.lines().filter(|l| l.contains('\t')).collect();
        assert_eq!(rows.remove(0), "渠道\t条数\t先行联系率");
        let counts: Vec<String> = rows.iter().map(|r| r.split('\t').take(2).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(counts, ["12345 3", "来电 2", "12319 1", "其他 1", "平台派单 1", "来访 1", "合计 9"]);
        let said = text(&world, "{table:ticket.12345 by received}").await;
        assert_eq!(said, "收到日期\t件\n2024-11\t3\n");
        let report = made(&world, "{table:case.fines_decided by organ}").await;
        let Block::Table(grid) = &report.sections[0].blocks[0] else { panic!("no table") };
        let last = grid.rows.last().unwrap();
        assert_eq!(last.last().unwrap(), "33,050.50元");
    });
}

#[test]
fn every_problem_is_named_with_its_line_and_what_to_do() {
    let check = |text: &str, line: usize, says: &str| {
        let problems = Template::parse(text).expect_err(text);
        let found = problems.iter().any(|p| p.line == line && p.text.contains(says));
        assert!(found, "{text}: {problems:?} do not say “{says}” in line {line}");
    };
    check("", 1, "模板是空的");
    check("# \n正文", 1, "标题应写成");
    check("# {year}\n正文", 1, "不能有花括号");
    check("# 一\n甲{figure:no.such}", 2, "没有指标“no.such”");
    check("# 一\n甲\n乙{figure:claim.duty_answered}", 3, "{claim:claim.duty_answered}");
    check("# 一\n{claim:ticket.calls}", 2, "{figure:ticket.calls}");
    check("甲{figure:ticket.calls", 1, "花括号不成对");
    check("甲}", 1, "花括号不成对");
    check("甲{topic}", 1, "不认识“{topic}”");
    check("{when figure:ticket.calls ~ 3}甲{end}", 1, "条件应写成");
    check("{when figure:ticket.calls = 三}甲{end}", 1, "“三”不是整数");
    check("{when claim:claim.duty_answered}甲", 1, "没有“{end}”");
    check("{when claim:claim.duty_answered}甲\n\n{end}", 1, "没有“{end}”");
    check("{when claim:claim.duty_answered}甲\n\n{end}", 3, "前面没有");
    check("{when claim:claim.duty_answered}{else}{else}{end}", 1, "只写一次");
    check("{each no_such}{topic}{end}", 1, "没有叫“no_such”的台账或者指标");
    check("{each study}{author}{end}", 1, "这里没有“author”这一栏，可以写：held（日期）");
    check("{each study where kind = 甲}{topic}{end}", 1, "没有“kind”这一栏");
    check("{each meeting where kind = 年会}{topic}{end}", 1, "可以写：传达部署、办案讲评");
    check("{each meeting where kind}{topic}{end}", 1, "应写成“where 栏目 = 值”");
    check("{each meeting standing}{topic}{end}", 1, "没有终止日期");
    check("{each meeting now}{topic}{end}", 1, "不认识“now”");
    check("{each meeting most 0}{topic}{end}", 1, "1 至 100");
    check("{each meeting}{each study}{topic}{end}{end}", 1, "可以写：decisions");
    check("{each meeting}{between}、{between}{end}", 1, "各写一次");
    check("甲{table:ticket.calls by unit}", 1, "单独占一行");
    check("{table:ticket.calls}", 1, "by 栏目");
    check("{table:ticket.calls by ticket}", 1, "可以按：order_no（工单编号）");
    check("{table:no.such by unit}", 1, "没有指标");
    let deep = format!("{}甲{}", "{when any study}".repeat(6), "{end}".repeat(6));
    check(&deep, 1, "最多套 5 层");
    check(&"长".repeat(100_000), 1, "请删减");
    // Several at once, in the order of the lines.
    let problems = Template::parse("# 一\n{figure:a}\n\n{claim:b}\n\n{each c}{d}{end}").unwrap_err();
    assert_eq!(problems.iter().map(|p| p.line).collect::<Vec<_>>(), [2, 4, 6]);
    assert_eq!(problems[0].to_string(), "第 2 行：没有指标“a”，请核对编号，报告页右侧列有全部指标。");
}

#[test]
fn remarks_and_line_ends_leave_no_trace() {
    on_each(async |world| {
        let said =
            text(&world, "\u{feff}// 备注 {不读}\r\n开头\r\n\r\n# 一\r\n甲\r\n  乙  \r\n// 中间\r\n丙\r\n").await;
        assert_eq!(said, "开头\n一\n甲乙丙\n");
    });
}
