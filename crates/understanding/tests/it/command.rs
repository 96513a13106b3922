use serde_json::Value;
use understanding::cli::{Given, Input, run};

fn lines(input: Input<'_>) -> Vec<Value> {
    let given = Given {
        places: Some(include_str!("../../benchmark/places.jsonl")),
        towns: Some(include_str!("../../benchmark/towns.json")),
        rules: None,
    };
    let mut out = Vec::new();
    run(input, given, &mut out).expect("the texts are read");
    String::from_utf8(out).expect("text").lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

#[test]
fn a_text_gives_a_line_with_everything() {
    let lines = lines(Input::Text("青禾路有人半夜偷倒渣土，现在还在倒，赶快来人"));
    assert_eq!(lines.len(), 1);
    let line = &lines[0];
    assert!(["C06", "C07"].contains(&line["matters"][0]["code"].as_str().expect("a code")), "{line}");
    assert!(!line["matters"][0]["words"].as_array().expect("words").is_empty());
    assert_eq!(line["place"]["candidates"][0]["name"], "青禾路");
    assert!(line["place"]["candidates"][0]["lon"].is_f64());
    assert_eq!(line["squad"]["unit"], "夏阳中队");
    assert_eq!(line["squad"]["rule"], "街镇-夏阳街道");
    assert_eq!(line["urgent"][0]["kind"], "now");
    assert!(line["repeats"].as_array().expect("a list").is_empty());
}

#[test]
fn a_later_line_finds_its_fellow_by_place_and_says_why() {
    let jsonl = "{\"id\":\"甲\",\"text\":\"云栖苑门口烧烤店的油烟往楼上飘，窗户不敢开\",\"day\":1}\n\
                 {\"id\":\"乙\",\"text\":\"塔屿新村的路灯下面有人砍树\",\"day\":2}\n\
                 {\"id\":\"丙\",\"text\":\"云栖苑楼下烧烤店油烟太大，烟都飘到楼上来了\",\"day\":5}\n";
    let lines = lines(Input::Lines(jsonl));
    let repeats = lines[2]["repeats"].as_array().expect("a list");
    assert_eq!(repeats[0]["id"], "甲");
    assert_eq!(repeats[0]["join"], true);
    let reasons: Vec<&str> =
        repeats[0]["reasons"].as_array().expect("reasons").iter().filter_map(Value::as_str).collect();
    assert!(reasons.contains(&"同一地点") && reasons.contains(&"同一类问题"), "{reasons:?}");
    assert!(repeats.iter().all(|r| r["id"] != "乙" || r["join"] == false));
}

#[test]
fn a_broken_line_is_named() {
    let mut out = Vec::new();
    let trouble = run(Input::Lines("{\"text\":\"好\"}\n{\"texts\":1}"), Given::default(), &mut out)
        .expect_err("the second line has no text");
    assert!(trouble.reason.starts_with("line 2"), "{trouble}");
}

#[test]
fn several_problems_and_another_body_are_all_shown() {
    let lines =
        lines(Input::Text("楼下饭店油烟呛人，门口桌子摆到人行道上。还有人把电瓶车推进电梯。黑车司机在门口拉客打架。"));
    let line = &lines[0];
    let codes: Vec<&str> =
        line["matters"].as_array().expect("matters").iter().filter_map(|m| m["code"].as_str()).collect();
    for code in ["D12", "A03", "J03"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    assert!(line["bodies"].as_array().expect("bodies").iter().any(|b| b["key"] == "police"));
}
