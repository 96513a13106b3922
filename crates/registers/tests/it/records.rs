//! Recorded, changed, voided; what is refused.

use registers::{Error, State, Value};

use crate::world::{bureau, who};

const OUTREACH: &[(&str, &str)] = &[
    ("held", "2024-03-05"),
    ("venue_kind", "商圈"),
    ("venue", "桥梓湾商业广场"),
    ("theme", "宪法宣传月"),
    ("unit", "夏阳街道综合行政执法队"),
    ("audience", "120"),
    ("told", "发放手册，解答咨询。"),
];

#[tokio::test]
async fn a_record_is_listed_found_changed_and_voided() {
    let own = bureau();
    let state = own.state("outreach", OUTREACH, &[]);
    let id = own.registers.record(who(), "outreach", state.clone()).await.unwrap();
    assert_eq!(id, 1);
    assert_eq!(own.standing("outreach", 1), (state.clone(), 1), "what was recorded is what is read");
    assert_eq!(own.listed("outreach", None), [(1, "桥梓湾商业广场（宪法宣传月）".to_owned())]);
    assert_eq!(own.listed("outreach", Some("手册")).len(), 1, "long texts are searched");
    assert_eq!(own.listed("outreach", Some("商圈")).len(), 1, "options are searched");
    assert!(own.listed("outreach", Some("工地")).is_empty());

    let mut next = state.clone();
    next.fields.insert("audience".into(), Value::Int(150));
    own.registers.change(who(), "outreach", 1, 1, next.clone()).await.unwrap();
    assert_eq!(own.standing("outreach", 1), (next.clone(), 2));
    own.registers.change(who(), "outreach", 1, 2, next.clone()).await.unwrap();
    assert_eq!(own.standing("outreach", 1).1, 2, "a change that changes nothing records nothing");

    let late = own.registers.change(who(), "outreach", 1, 1, state.clone()).await;
    assert!(matches!(late, Err(Error::Conflict)), "the second of two editors is told: {late:?}");

    let why = own.registers.void(who(), "outreach", 1, 2, "错".into()).await.unwrap_err();
    assert!(why.to_string().contains("作废理由"), "{why}");
    own.registers.void(who(), "outreach", 1, 2, "重复登记".into()).await.unwrap();
    assert!(own.listed("outreach", None).is_empty());
    assert!(own.listed("outreach", Some("手册")).is_empty(), "what is voided is not found");
    let again = own.registers.change(who(), "outreach", 1, 3, next).await;
    assert!(matches!(again, Err(Error::Voided)));
    assert_eq!(own.registers.record(who(), "outreach", state).await.unwrap(), 2, "a number is never given twice");
    assert!(matches!(own.registers.record(who(), "nothing", State::default()).await, Err(Error::NoRegister)));
}

#[tokio::test]
async fn history_says_what_changed() {
    let own = bureau();
    let state = own.state("outreach", OUTREACH, &[]);
    own.registers.record(who(), "outreach", state.clone()).await.unwrap();
    let mut next = state;
    next.fields.insert("venue_kind".into(), Value::Text("school".into()));
    own.registers.change(who(), "outreach", 1, 1, next).await.unwrap();
    own.registers.void(who(), "outreach", 1, 2, "重复登记".into()).await.unwrap();
    let set = own.registers.set;
    let record = own
        .world
        .ledger
        .read(move |tx| {
            let mut names = registers::Names::read(tx, set)?;
            registers::read::record(tx, set.get("outreach").unwrap(), 1, &mut names)
        })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(record.voided.as_deref(), Some("重复登记"));
    let kinds: Vec<&str> = record.history.iter().map(|h| h.kind.as_str()).collect();
    assert_eq!(kinds, ["register.recorded", "register.changed", "register.voided"]);
    assert_eq!(record.history[1].fields, [("场所类别".to_owned(), "商圈".to_owned(), "学校".to_owned())]);
}

/// Everything that stands against a state, in words.
async fn against(own: &crate::world::Bureau, register: &str, state: State) -> String {
    match own.registers.record(who(), register, state).await {
        Err(Error::Bad(problems)) => problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("；"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn references_to_what_is_not_there_are_refused() {
    let own = bureau();
    let mut state = own.state("recording_check", &[("held", "2024-03-05"), ("result", "完整规范")], &[]);
    state.fields.insert("case_id".into(), Value::Int(77));
    state.fields.insert("checker".into(), Value::Int(9_999));
    let why = against(&own, "recording_check", state).await;
    assert!(why.contains("案件：没有第 77 号案") && why.contains("抽查人：没有这个人员"), "{why}");

    let mut state = own.state("campaign_action", &[("begun", "2024-03-05"), ("action", "第一次")], &[]);
    state.fields.insert("campaign".into(), Value::Int(1));
    let why = against(&own, "campaign_action", state).await;
    assert!(why.contains("专项整治：没有编号为 1 的记录"), "{why}");

    let mut state = own.state("outreach", OUTREACH, &[]);
    state.fields.insert("place".into(), Value::Text("nowhere".into()));
    state.fields.insert("unit".into(), Value::Text("nobody".into()));
    state.fields.insert("photos".into(), Value::Texts(vec!["00".into()]));
    state.fields.insert("more".into(), Value::Int(1));
    let why = against(&own, "outreach", state).await;
    for part in ["地点：没有这个地点", "开展单位：没有这个单位", "照片：附件没有存好", "more：台账没有这一项"]
    {
        assert!(why.contains(part), "{part}: {why}");
    }
}

#[tokio::test]
async fn fields_are_held_to_their_description() {
    let own = bureau();
    let mut state = own.state(
        "transfer",
        &[
            ("handed", "2024-03-05"),
            ("direction", "收到"),
            ("peer", "昆山市城市管理局"),
            ("origin", "外省市"),
            ("subject", "跨省倾倒建筑垃圾"),
        ],
        &[],
    );
    state.fields.insert("traced".into(), Value::Text("2024-03-04".into()));
    state.fields.insert("returned".into(), Value::Text("2024-11-22".into()));
    let why = against(&own, "transfer", state).await;
    assert!(why.contains("溯源查实日期：2024-03-04 早于“收到或者移出日期”2024-03-05"), "{why}");
    assert!(why.contains("溯源情况：填了“溯源查实日期”的，这一项也要填"), "{why}");
    assert!(why.contains("结果反馈日期：2024-11-22 晚于今天"), "{why}");
    let why = against(&own, "transfer", State::default()).await;
    assert_eq!(why.matches("不能为空").count(), 5, "{why}");
    let mut state = own.state("outreach", OUTREACH, &[]);
    state.fields.insert("audience".into(), Value::Text("很多".into()));
    state.fields.insert("venue_kind".into(), Value::Text("moon".into()));
    state.fields.insert("theme".into(), Value::Text("长".repeat(201)));
    let why = against(&own, "outreach", state).await;
    assert!(why.contains("受众人数") && why.contains("场所类别") && why.contains("超过 200 字"), "{why}");
}

#[tokio::test]
async fn a_roll_line_has_no_more_heads_than_the_unit_has_people() {
    let own = bureau();
    let campaign =
        own.state("campaign", &[("begun", "2024-01-05"), ("campaign", "雷霆行动"), ("series", "雷霆8+365")], &[]);
    own.registers.record(who(), "campaign", campaign).await.unwrap();
    let fields: &[(&str, &str)] = &[("begun", "2024-03-05"), ("campaign", "1"), ("action", "第一次行动")];
    // The mobile squadron has fourteen officers; the one who left does not count.
    let line = |heads: &'static str| [("day", "2024-03-05"), ("unit", "机动中队"), ("heads", heads)];
    let (fits, over) = (line("14"), line("15"));
    let state = own.state("campaign_action", fields, &[("roll", &over)]);
    let why = against(&own, "campaign_action", state).await;
    assert!(why.contains("出动第 1 行·人数：15 人，多于该单位的 14 人"), "{why}");
    let state = own.state("campaign_action", fields, &[("roll", &fits), ("roll", &fits)]);
    let why = against(&own, "campaign_action", state).await;
    assert!(why.contains("出动第 2 行·日期：与第 1 行重复"), "{why}");
    let state = own.state("campaign_action", fields, &[("roll", &fits)]);
    own.registers.record(who(), "campaign_action", state).await.unwrap();
}

#[tokio::test]
async fn a_meeting_pictures_the_tasks_of_its_day() {
    let own = bureau();
    let made = |task: &'static str, state: &'static str| {
        own.state(
            "task",
            &[
                ("assigned", "2024-01-23"),
                ("task", task),
                ("unit", "法制科"),
                ("deadline", "2024-12-20"),
                ("state", state),
            ],
            &[],
        )
    };
    own.registers.record(who(), "task", made("案卷评查", "进行中")).await.unwrap();
    own.registers.record(who(), "task", made("普法宣传", "未开始")).await.unwrap();
    let meeting =
        own.state("meeting", &[("held", "2024-08-05"), ("kind", "半年总结"), ("topic", "半年度工作会议")], &[]);
    own.registers.record(who(), "meeting", meeting).await.unwrap();
    // What happens to a task later leaves the picture as it was.
    let mut done = made("案卷评查", "已完成");
    done.fields.insert("done".into(), Value::Text("2024-11-01".into()));
    done.fields.insert("proof".into(), Value::Text("评查通报".into()));
    own.registers.change(who(), "task", 1, 1, done).await.unwrap();
    let (state, _) = own.standing("meeting", 1);
    let seen: Vec<&str> = state.lines["tasks"].iter().map(|row| row["state"].text().unwrap()).collect();
    assert_eq!(seen, ["running", "waiting"]);
}

#[tokio::test]
async fn private_names_are_masked_and_never_searched() {
    let own = bureau();
    let state = own.state(
        "information",
        &[("received", "2024-09-25"), ("number", "2024-1"), ("applicant", "罗砚舟"), ("content", "某路段执法情况")],
        &[],
    );
    own.registers.record(who(), "information", state.clone()).await.unwrap();
    assert!(own.listed("information", Some("罗砚舟")).is_empty());
    let set = own.registers.set;
    let (shown, back, entry, last) = own
        .world
        .ledger
        .read(move |tx| {
            let mut names = registers::Names::read(tx, set)?;
            let d = set.get("information").unwrap();
            let field = d.field("applicant").unwrap();
            let value = Value::Text("罗砚舟".into());
            let shown = names.text(tx, field, Some(&value))?;
            let back = names.parse(tx, field, &shown, Some(&value))?;
            let entry = tx.stream(&registers::stream("information", 1))?.remove(0);
            let page = registers::read::list(tx, d, &Default::default(), 10)?;
            Ok((shown, back, entry, page.rows[0].clocks[0].due.last))
        })
        .await
        .unwrap();
    assert_eq!(shown, "罗**");
    assert_eq!(back, Ok(Some(Value::Text("罗砚舟".into()))), "a masked name written back stays what it was");
    assert!(!entry.body.contains('罗') && !entry.body.contains("执法情况"), "{}", entry.body);
    // Twenty working days over the holiday of October.
    assert_eq!(last, jiff::civil::date(2024, 10, 28));
    assert_eq!(own.standing("information", 1).0, state);
}
