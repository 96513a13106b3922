//! Every mistake in a description is named with file and line.

use registers::Set;

const GOOD: &str = r#"name = "walks"
title = "巡查"
section = "六"
row = "S6.9"
about = "一次巡查"
day = "held"
called = "{topic}"
orders = [{ field = "topic", label = "按主题" }]
fields = [
  { key = "held", label = "日期", type = "day", required = true },
  { key = "topic", label = "主题", type = "line", required = true },
  { key = "kind", label = "类别", type = "choice", options = [["a", "甲"], ["b", "乙"]] },
  { key = "unit", label = "单位", type = "unit" },
  { key = "heads", label = "人数", type = "number", within_unit = "unit" },
  { key = "late", label = "办结", type = "day", not_before = "held" },
  { key = "other", label = "另一次", type = "record", register = "walks" },
  { key = "who", label = "姓名", type = "private" },
]

[[lines]]
key = "stops"
label = "停留"
unique = ["stop"]
fields = [{ key = "stop", label = "地点", type = "line" }]

[[clocks]]
key = "answer"
label = "答复"
start = "held"
done = "late"
term = "duty.answer"
"#;

#[track_caller]
fn wrong(from: &str, to: &str, line: usize, says: &str) {
    assert!(GOOD.contains(from), "{from}");
    let text = GOOD.replacen(from, to, 1);
    let why = Set::parse(&[("data/walks.toml", &text)]).expect_err(says);
    assert!(why.starts_with(&format!("data/walks.toml:{line}: ")), "{says}: {why}");
    assert!(why.contains(says), "{says}: {why}");
}

#[test]
fn a_good_description_is_read() {
    let set = Set::parse(&[("data/walks.toml", GOOD)]).unwrap();
    let names: Vec<&str> = set.tables.iter().map(|t| t.name).collect();
    assert_eq!(names, ["register_last", "register_walks", "register_walks_stops"]);
    assert_eq!(set.tables[1].indexes.len(), 2);
}

#[test]
fn mistakes_are_named_with_file_line_and_cure() {
    wrong("about = \"一次巡查\"", "about = \"一次巡查\"\nabuot = \"x\"", 6, "unknown field `abuot`");
    wrong("type = \"line\", required = true }", "type = \"line\", needed = true }", 11, "unknown field `needed`");
    wrong("type = \"unit\"", "type = \"team\"", 13, "unknown variant `team`");
    wrong("name = \"walks\"", "name = \"walk\"", 1, "write `name = \"walks\"`");
    wrong("title = \"巡查\"", "title = \"\"", 2, "`title` must be said");
    wrong("day = \"held\"", "day = \"late\"", 6, "not a required day field");
    wrong("\"{topic}\"", "\"{who}\"", 7, "no field that can be read out");
    wrong("\"{topic}\"", "\"一次\"", 7, "names no field");
    wrong("field = \"topic\", label", "field = \"kind\", label", 8, "an order needs a required field");
    wrong("key = \"unit\"", "key = \"order\"", 13, "a word the databases");
    wrong("key = \"unit\"", "key = \"Unit\"", 13, "small letters");
    wrong("key = \"late\", label = \"办结\"", "key = \"late\", label = \"日期\"", 15, "rename one");
    wrong("key = \"late\", label = \"办结\"", "key = \"late\", label = \"版本\"", 15, "a column `版本` of its own");
    wrong(
        "type = \"choice\", options = [[\"a\", \"甲\"], [\"b\", \"乙\"]]",
        "type = \"choice\"",
        12,
        "two or more options",
    );
    wrong("[\"b\", \"乙\"]", "[\"a\", \"乙\"]", 12, "code or label of another");
    wrong("type = \"record\", register = \"walks\"", "type = \"record\"", 16, "names its register");
    wrong("register = \"walks\"", "register = \"runs\"", 16, "there is no register `runs`");
    wrong("within_unit = \"unit\"", "within_unit = \"kind\"", 14, "names no unit field");
    wrong("not_before = \"held\"", "not_before = \"heads\"", 15, "names no day field");
    wrong("type = \"private\"", "type = \"private\", list = true", 17, "may not be shown in lists");
    wrong("type = \"unit\" }", "type = \"unit\", future = true }", 13, "is no day");
    wrong("type = \"unit\" }", "type = \"unit\", min = 1 }", 13, "is no number");
    wrong("unique = [\"stop\"]", "unique = [\"halt\"]", 23, "no field of `stops`");
    wrong("term = \"duty.answer\"", "term = \"duty.nothing\"", 31, "no obligation of the law crate");
    wrong("done = \"late\"", "done = \"topic\"", 31, "no day field");
    let twice = Set::parse(&[("a/walks.toml", GOOD), ("b/walks.toml", GOOD)]).unwrap_err();
    assert!(twice.contains("another register"), "{twice}");
}
