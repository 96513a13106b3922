//! What the law demands to be on the paper, per kind, and what is said when it is not.

use documents::{Fault, Hearing, Input, Law, Look, Party, Size, kinds};

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
        let empty = Input { version: documents::INPUT_VERSION, ..Input::default() };
        let missing = kind.missing(&empty);
        assert!(missing.len() >= 2, "{}: {missing:?}", kind.code);
    }
}

/// The input with the value at a path emptied.
fn without(input: &Input, path: &str) -> Input {
    let mut value = serde_json::to_value(input).expect("an input is JSON");
    if let Some(label) = path.strip_prefix("rows.") {
        let rows = value["rows"].as_array_mut().expect("rows");
        rows.retain(|row| row["label"] != label);
    } else {
        let field = value.pointer_mut(&format!("/{}", path.replace('.', "/"))).unwrap_or_else(|| panic!("{path}"));
        *field = match &*field {
            serde_json::Value::String(_) => "".into(),
            serde_json::Value::Array(_) => serde_json::json!([]),
            serde_json::Value::Number(_) => 0.into(),
            _ => serde_json::Value::Null,
        };
    }
    serde_json::from_value(value).expect("still an input")
}

#[test]
fn every_mandatory_field_of_every_kind_is_missed_when_it_alone_is_removed() {
    let mut removed = 0;
    for kind in kinds() {
        let example = kind.example();
        let fined = example.sorts.iter().any(|sort| sort == "罚款");
        let on_spot = example.pay.as_ref().is_some_and(|pay| pay.on_spot);
        for path in kind.needs() {
            let of_fine = matches!(path, "fine" | "fine_capital" | "pay");
            if (of_fine && !fined && example.sorts.is_empty())
                || (path.starts_with("pay.") && (on_spot || example.pay.is_none()))
            {
                continue;
            }
            let input = without(&example, path);
            let gaps: Vec<(&str, &str)> = kind.gaps(&input).into_iter().map(|gap| (gap.path, gap.label)).collect();
            // A part and its first field are called the same: with the part, its fields are gone.
            assert!(gaps.iter().any(|(gap, _)| *gap == path), "{}: {path}: {gaps:?}", kind.code);
            let label = gaps.iter().find(|(gap, _)| *gap == path).map(|(_, label)| *label).unwrap_or_default();
            match engine().render(kind, &input) {
                Err(Fault::Missing { title, fields }) => {
                    assert!(fields.iter().any(|field| field == label), "{}: {path}: {fields:?}", kind.code);
                    assert!(!title.is_empty());
                }
                other => panic!("{}: {path}: {other:?}", kind.code),
            }
            removed += 1;
        }
    }
    assert!(removed > 400, "{removed}");
}

#[test]
fn every_content_the_law_demands_stands_on_the_paper_and_is_missed_when_the_template_loses_it() {
    for kind in kinds() {
        let example = kind.example();
        let rendered = clean(kind, &example);
        for content in &kind.contents {
            assert!(content.article.chars().count() > 4 && !content.what.is_empty(), "{}", kind.code);
            for phrase in content.text.iter().filter(|phrase| !phrase.contains('{')) {
                if content.when.is_none() && content.unless.is_none() {
                    assert!(squeezed(&rendered.text).contains(&squeezed(phrase)), "{}: {phrase}", kind.code);
                }
            }
        }
        assert_eq!(kind.lacks(&example, &rendered.text), Vec::<String>::new(), "{}", kind.code);
        // On an empty sheet every content is missed, each named with its article.
        let lacks = kind.lacks(&example, "");
        assert!(!lacks.is_empty(), "{}", kind.code);
        assert!(lacks.iter().all(|lack| lack.ends_with('）')), "{}: {lacks:?}", kind.code);
    }
}

#[test]
fn a_draft_shows_what_is_missing_and_refuses_nothing() {
    for kind in kinds() {
        let full =
            engine().render_draft(kind, &kind.example()).unwrap_or_else(|fault| panic!("{}: {fault}", kind.code));
        assert!(squeezed(&full.text).contains("预览"), "{}", kind.code);
        assert!(!full.text.contains('【'), "{}: {}", kind.code, full.text);
        let empty = Input { version: documents::INPUT_VERSION, ..Input::default() };
        let draft = engine().render_draft(kind, &empty).unwrap_or_else(|fault| panic!("{}: {fault}", kind.code));
        assert!(draft.text.contains('【'), "{}", kind.code);
        assert!(!draft.text.contains("扫码"), "{}", kind.code);
    }
}

#[test]
fn forms_filled_on_the_spot_are_printed_on_small_paper_too() {
    for kind in kinds().iter().filter(|kind| kind.sizes.len() > 1) {
        let mut width = Vec::new();
        for size in &kind.sizes {
            let look = Look { size: *size, ..Look::default() };
            let rendered = engine().render_look(&kind.source(), &kind.example(), &look).expect(kind.code);
            assert_eq!(rendered.warnings, Vec::<String>::new(), "{} {size:?}", kind.code);
            assert_eq!(kind.lacks(&kind.example(), &rendered.text), Vec::<String>::new(), "{} {size:?}", kind.code);
            let again = engine().render_look(&kind.source(), &kind.example(), &look).expect(kind.code);
            assert!(rendered.pdf == again.pdf, "{} {size:?}: the same bytes", kind.code);
            if *size == Size::Roll {
                assert_eq!(rendered.pages, 1, "{}: a roll has no pages", kind.code);
            }
            width.push(media_box(&rendered.pdf));
        }
        assert_eq!(width, [595, 419, 226], "{}: points of 210, 148 and 80 mm", kind.code);
    }
    let small: Vec<&str> = kinds().iter().filter(|kind| kind.sizes.len() > 1).map(|kind| kind.code).collect();
    assert_eq!(small, ["order_to_correct", "on_spot_decision", "served_return"]);
}

/// Width of the first page in whole points.
fn media_box(pdf: &[u8]) -> u32 {
    let text = String::from_utf8_lossy(pdf);
    let after = text.split_once("/MediaBox").expect("a page").1;
    let numbers: Vec<f64> = after.split(['[', ']', ' ', '\n']).filter_map(|part| part.parse().ok()).take(4).collect();
    numbers[2] as u32
}

#[test]
fn the_image_of_a_seal_takes_the_place_of_the_dashed_circle() {
    let (kind, input) = of("penalty_decision");
    // One red dot.
    let png = "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082";
    let png: Vec<u8> =
        (0..png.len()).step_by(2).map(|at| u8::from_str_radix(&png[at..at + 2], 16).expect("hex")).collect();
    let look = Look { seal: Some(png), ..Look::default() };
    let sealed = engine().render_look(&kind.source(), &input, &look).expect("sealed");
    assert!(sealed.archival && sealed.pdf != clean(kind, &input).pdf);
    let look = Look { seal: Some(b"no image".to_vec()), ..Look::default() };
    assert!(matches!(engine().render_look(&kind.source(), &input, &look), Err(Fault::Template(_))));
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
    for kind in kinds() {
        let fields = serde_json::to_value(kind.example()).expect("an input is JSON");
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

#[test]
fn whoever_signed_a_form_before_the_head_stands_on_it() {
    for kind in documents::kinds().iter().filter(|kind| kind.source().contains("opinion(\"机关负责人\")")) {
        let mut input = kind.example();
        input.opinions = ["承办人", "中队长", "部门负责人", "副职负责人", "机关负责人"]
            .iter()
            .zip(["甲示例", "乙示例", "丙示例", "丁示例（受戊示例委托）", "己示例"])
            .map(|(step, name)| documents::Opinion {
                step: (*step).into(),
                text: "同意。".into(),
                name: name.into(),
                day: Some("2024-03-06".into()),
            })
            .collect();
        let rendered = crate::support::clean(kind, &input);
        let text = crate::support::squeezed(&rendered.text);
        for said in ["中队长意见", "乙示例", "副职负责人意见", "丁示例（受戊示例委托）", "己示例"]
        {
            assert!(text.contains(said), "{}: {said}", kind.code);
        }
        assert_eq!(text.matches("中队长意见").count(), 1, "{}", kind.code);
    }
}
