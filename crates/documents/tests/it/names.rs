//! Names and texts as they come: rare characters, markup, great length.

use documents::kinds;

use crate::support::{clean, engine, of, squeezed};

#[test]
fn markup_in_the_data_is_printed_and_never_read() {
    let evil = [
        "#panic(\"x\")",
        "$x^2$",
        "*粗*",
        "_斜_",
        "\"] #let d = 1",
        "<label>",
        "@cite",
        "// 注释",
        "/* 注 */",
        "`raw`",
        "= 标题",
        "- 项",
        "\\u{41}",
        "~",
        "---",
        "https://x.cn",
        "#sys.inputs",
        "{party.name}",
        "[a](b)",
        "'单' \"双\"",
    ];
    // All of them in one name for every kind, and each alone for the kinds of each layout: letter, form, record.
    let all = evil.join("，");
    let each = ["penalty_decision", "filing_approval", "scene_record"].map(|code| of(code).0);
    let alone = each.iter().flat_map(|kind| evil.iter().map(move |text| (*kind, (*text).to_owned())));
    for (kind, text) in kinds().iter().map(|kind| (kind, all.clone())).chain(alone) {
        let mut input = kind.example();
        input.party.name.clone_from(&text);
        input.case_title.clone_from(&text);
        input.facts.clone_from(&text);
        input.content.clone_from(&text);
        input.organ.name.clone_from(&text);
        let rendered = clean(kind, &input);
        assert!(squeezed(&rendered.text).contains(&squeezed(&text)), "{}: {text}\n{}", kind.code, rendered.text);
    }
}

#[test]
fn rare_names_have_glyphs() {
    for kind in kinds() {
        for name in ["喆玥昇祎", "翀烜珺璟旻赟垚堃", "㛃䶮", "买买提·艾力", "Ångström & Co. №1 ㎡"]
        {
            let mut input = kind.example();
            input.party.name = name.to_owned();
            let rendered = clean(kind, &input);
            assert!(squeezed(&rendered.text).contains(&squeezed(name)), "{}: {name}", kind.code);
        }
    }
}

#[test]
fn a_character_no_font_has_is_warned_of_by_name() {
    let (kind, mut input) = of("penalty_decision");
    input.party.name = "李\u{2B81D}".to_owned();
    let rendered = engine().render(kind, &input).expect("still a document");
    assert!(!rendered.archival);
    assert_eq!(rendered.warnings.len(), 1);
    assert!(
        rendered.warnings[0].contains('\u{2B81D}') && rendered.warnings[0].contains("字体目录"),
        "{:?}",
        rendered.warnings
    );
}

#[test]
fn long_names_and_long_facts_keep_to_the_page() {
    for kind in kinds() {
        let mut input = kind.example();
        input.party.name = "上海示例城市更新建设发展有限公司青浦区示例镇第一工程项目管理分公司（筹）".repeat(3);
        input.organ.name = "上海市青浦区示例示例示例示例示例示例镇人民政府综合行政执法队".to_owned();
        input.party.id_number = "9".repeat(120);
        input.number = "沪青示例示例示例示例城管罚字〔2024〕第000000000123号".to_owned();
        let rendered = clean(kind, &input);
        assert!(squeezed(&rendered.text).contains(&input.party.name), "{}", kind.code);
    }
}

#[test]
fn three_pages_of_facts_run_over_pages() {
    let (kind, mut input) = of("penalty_decision");
    let line = "当事人在示例路人行道上摆放桌椅并经营餐饮，执法人员多次劝告，当事人均未改正。".repeat(6);
    input.facts = vec![line; 9].join("\n");
    let rendered = clean(kind, &input);
    assert!(rendered.pages >= 5, "{}", rendered.pages);
    assert!(squeezed(&rendered.text).contains(&squeezed(&input.facts)));
    for page in 1..=rendered.pages {
        assert!(squeezed(&rendered.text).contains(&format!("—{page}—")));
    }
}

#[test]
fn without_an_address_to_verify_no_code_is_printed() {
    let (kind, mut input) = of("penalty_decision");
    input.verify_url = None;
    assert!(!clean(kind, &input).text.contains("扫码"));
    input.verify_url = Some(format!("https://x.cn/{}", "y".repeat(4000)));
    assert!(engine().render(kind, &input).expect_err("too long").to_string().contains("二维码"));
}

#[test]
fn a_root_of_any_form_is_printed_short() {
    let (kind, mut input) = of("penalty_decision");
    for root in ["短", "中文根中文根中文根中文根中文根", "a+/=", ""] {
        input.checkpoint_root = Some(root.to_owned());
        clean(kind, &input);
    }
}
