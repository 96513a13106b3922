//! What the law demands to be on the paper, per kind, and what is said when it is not.

use documents::{Fault, Hearing, Input, Law, Party, kinds};

use crate::support::{clean, engine, of, squeezed};

/// Renders and looks for phrases.
fn says(code: &str, change: impl FnOnce(&mut Input), phrases: &[&str]) -> String {
    let (kind, mut input) = of(code);
    change(&mut input);
    let text = squeezed(&clean(kind, &input).text);
    for phrase in phrases {
        assert!(text.contains(phrase), "{code} lacks {phrase}:\n{text}");
    }
    text
}

#[test]
fn a_penalty_decision_has_the_six_contents_and_the_bank() {
    let text = says(
        "penalty_decision",
        |_| {},
        &[
            "当事人：上海示例餐饮管理有限公司",
            "住所：上海市青浦区示例镇示例路88号1幢101室",
            "法定代表人（负责人）：张三",
            "占用人行道面积为18.5平方米",
            "1．现场检查（勘验）笔录一份",
            "罚款人民币叁仟元整（¥3,000.00）",
            "自收到本决定书之日起十五日内",
            "示例银行青浦支行（地址：上海市青浦区示例路1号）",
            "每日按罚款数额的百分之三加处罚款，加处罚款的数额不超出罚款的数额",
            "六十日内向上海市青浦区人民政府申请行政复议",
            "六个月内直接向上海市青浦区人民法院提起行政诉讼",
            "2024年11月5日",
            "不予采纳",
            "“一般”情节的标准",
            "扫码核验",
            "存证根9f2c41d07be8",
            "—1—",
            "责令你单位于2024年11月8日前（含当日）改正违法行为",
        ],
    );
    assert!(!text.contains("该条款规定"), "no official text was given, so none is printed");
}

#[test]
fn a_hearing_held_or_not_asked_for_is_told() {
    let held = Hearing { held: true, day: "2024-10-30".into(), ..Hearing::default() };
    says(
        "penalty_decision",
        |input| (input.hearing_right, input.hearing) = (true, Some(held)),
        &["本机关于2024年10月30日依法举行听证，并根据听证笔录作出本决定"],
    );
    let text = says("penalty_decision", |input| input.hearing_right = true, &["未要求听证"]);
    assert!(text.contains("要求听证的权利"));
    let silent = says("penalty_decision", |input| input.defence = None, &["未提出陈述、申辩意见"]);
    assert!(!silent.contains("听证"));
}

#[test]
fn the_official_text_is_quoted_where_it_was_imported() {
    says(
        "penalty_decision",
        |input| {
            input.penalty_law =
                Some(Law { cite: "《示例条例》第一条".into(), text: Some("示例正文。".into()) })
        },
        &["依据《示例条例》第一条，该条款规定：“示例正文”，应当依法给予行政处罚。"],
    );
}

#[test]
fn a_prior_notice_tells_of_the_hearing_only_where_there_is_the_right() {
    says(
        "prior_notice",
        |_| {},
        &[
            "行政处罚听证告知书",
            "1．警告；2．罚款人民币陆万元整（¥60,000.00）",
            "有权进行陈述和申辩",
            "有权要求举行听证",
            "五个工作日内向本机关书面提出",
            "听证由上海市青浦区城市管理行政执法局组织",
        ],
    );
    let text = says("prior_notice", |input| input.hearing_right = false, &["行政处罚事先告知书"]);
    assert!(!text.contains("听证"));
}

#[test]
fn an_on_spot_decision_sends_to_review_first() {
    let text = says(
        "on_spot_decision",
        |_| {},
        &[
            "沪青城管当罚字〔2024〕第000588号",
            "你于2024年11月5日09时15分在上海市青浦区示例街道示例路与示范路路口",
            "罚款人民币壹佰元整（¥100.00）",
            "应当自收到本文书之日起六十日内先向上海市青浦区人民政府申请行政复议",
            "自收到复议决定书之日起十五日内依法向上海市青浦区人民法院提起行政诉讼",
            "王示例（执法证号：示例0900001）、赵示例（执法证号：示例0900002）",
        ],
    );
    assert!(!text.contains("直接向"));
}

#[test]
fn money_collected_on_the_spot_names_the_receipt() {
    let collect = |input: &mut Input| {
        if let Some(pay) = &mut input.pay {
            pay.on_spot = true;
            pay.bank.clear();
        }
    };
    for code in ["on_spot_decision", "penalty_decision"] {
        let text = says(code, collect, &["当场收缴", "有权拒绝缴纳"]);
        assert!(!text.contains("加处罚款"));
    }
}

#[test]
fn the_other_kinds_say_their_own() {
    says(
        "hearing_notice",
        |_| {},
        &[
            "2024年11月5日14时30分",
            "听证主持人：陈示例",
            "书记员：吴示例",
            "有权申请回避",
            "委托一至二人代理",
            "公开听证",
        ],
    );
    says(
        "order_to_correct",
        |_| {},
        &["现责令你单位于2024年9月15日前（含当日）改正", "不再超出门窗和外墙经营", "六十日内"],
    );
    says(
        "no_penalty_decision",
        |_| {},
        &["第三十三条第一款，本机关决定对上海示例餐饮管理有限公司不予行政处罚", "进行教育"],
    );
    says(
        "served_return",
        |_| {},
        &["《行政处罚决定书》沪青城管罚字〔2024〕第000123号", "直接送达", "2024年11月6日10时05分"],
    );
}

#[test]
fn a_blank_service_return_can_be_signed_by_hand() {
    says(
        "served_return",
        |input| {
            if let Some(service) = &mut input.service {
                (service.day, service.time) = (None, None);
                service.receiver.clear();
            }
        },
        &["年月日时分"],
    );
}

#[test]
fn a_refused_service_names_reason_and_witness() {
    let refuse = |input: &mut Input| {
        if let Some(service) = &mut input.service {
            service.receiver.clear();
            service.way = "留置送达".into();
            service.refusal = "当事人拒绝签收，2024年11月6日".into();
            service.witness = "居委会 孙示例".into();
        }
    };
    says("served_return", refuse, &["留置送达", "当事人拒绝签收", "孙示例"]);
}

#[test]
fn empty_fields_are_named_and_nothing_is_rendered() {
    let (kind, mut input) = of("penalty_decision");
    input.party.address = "  ".into();
    input.remedies = None;
    input.fine_capital = None;
    let fault = engine().render(kind, &input).expect_err("incomplete").to_string();
    assert_eq!(fault, "不能制作《行政处罚决定书》：当事人地址、行政复议机关、罚款大写数额没有填写。请补充后重试。");
    let (kind, mut input) = of("penalty_decision");
    (input.pay, input.fine) = (None, Some(0));
    assert_eq!(kind.missing(&input), ["罚款数额", "缴款方式"]);
}

#[test]
fn every_need_of_a_kind_is_named_when_it_is_empty() {
    for kind in kinds() {
        let empty = Input { version: 1, ..Input::default() };
        let missing = kind.missing(&empty);
        assert!(missing.len() >= 4, "{}: {missing:?}", kind.code);
    }
}

#[test]
fn a_paper_without_a_mandatory_content_is_refused_with_the_article() {
    // An amount without the penalty it belongs to: the template has no place for it.
    let (kind, mut input) = of("penalty_decision");
    input.sorts = vec!["警告".into()];
    match engine().render(kind, &input) {
        Err(Fault::Lacking { contents, .. }) => {
            assert!(
                contents.iter().any(|content| content.contains("罚款的数额（行政处罚法第五十九条第一款第三项）")),
                "{contents:?}"
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_field_a_kind_speaks_of_exists() {
    let fields = serde_json::to_value(of("penalty_decision").1).expect("an input is JSON");
    for kind in kinds() {
        assert!(!kind.contents.is_empty(), "{}", kind.code);
        for content in &kind.contents {
            let inside =
                content.text.iter().flat_map(|text| text.split('{').skip(1).filter_map(|part| part.split('}').next()));
            for path in inside.chain(content.when.as_deref()).chain(content.unless.as_deref()) {
                let first = path.split('.').next().expect("a path");
                assert!(fields.get(first).is_some(), "{}: {path}", kind.code);
            }
        }
    }
}

#[test]
fn later_versions_are_refused_with_the_cure() {
    let (kind, mut input) = of("penalty_decision");
    input.version = 9;
    assert!(engine().render(kind, &input).expect_err("later").to_string().contains("请升级程序"));
}

#[test]
fn days_and_times_that_are_none_are_named() {
    let (kind, mut input) = of("hearing_notice");
    if let Some(hearing) = &mut input.hearing {
        hearing.time = Some("25:00".into());
    }
    let fault = engine().render(kind, &input).expect_err("no time").to_string();
    assert_eq!(fault, "听证时间“25:00”不是有效时间。请按“14:30”的格式填写。");
    if let Some(hearing) = &mut input.hearing {
        hearing.day = "下周二".into();
    }
    let fault = engine().render(kind, &input).expect_err("no day").to_string();
    assert_eq!(fault, "听证日期“下周二”不是有效日期。请按“2024-11-05”的格式填写。");
}

#[test]
fn review_first_needs_the_term_of_the_suit_after_it() {
    let first = |term: &str| {
        let (kind, mut input) = of("penalty_decision");
        if let Some(remedies) = &mut input.remedies {
            (remedies.review_first, remedies.suit_after_review) = (true, term.to_owned());
        }
        engine().render(kind, &input)
    };
    assert!(first("十五日").is_ok());
    let fault = first("").expect_err("no term").to_string();
    assert!(fault.contains("行政复议法第二十三条"), "{fault}");
}

#[test]
fn several_parties_are_all_named_and_a_seal_of_another_name_is_shown() {
    let text = says(
        "penalty_decision",
        |input| {
            input.others =
                vec![Party {
                    name: "李四".into(), address: "上海市青浦区示例街道".into(), ..Party::default()
                }];
            input.organ.seal = "行政处罚专用章".into();
        },
        &["对上海示例餐饮管理有限公司、李四作出如下行政处罚", "当事人：李四", "行政处罚专用章（印章）"],
    );
    assert!(text.contains("你方") && !text.contains("你单位"));
}
