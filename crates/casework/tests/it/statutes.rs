//! Official texts: what a sheet may hold, what is wrong with its rows, what documents quote.

use casework::drive;
use casework::read::similar;
use casework::statutes::{self, Text};
use jiff::civil::date;
use law::acts::Kind;
use law::corpus::{Citation, Corpus};
use law::money::Fen;
use testkit::{World, by_unit, workday};

use crate::lead::lead;

const HEAD: &str = "法规,施行日期,失效日期,来源,核对人,条,原文\n";

fn read(world: &World, text: &str) -> statutes::Read {
    let sheet = office::sheet::read(format!("{HEAD}{text}").as_bytes()).expect("a table");
    world.ledger.act_blocking(move |tx| statutes::read(tx, Corpus::builtin(), date(2024, 3, 1), &sheet)).expect("read")
}

fn record(world: &World, texts: Vec<Text>) -> statutes::Recorded {
    let day = date(2024, 3, 1);
    world.on(day);
    world.ledger.act_blocking(move |tx| statutes::record(tx, "reviewer", day, &texts)).expect("recorded")
}

fn quote(world: &World, article: &str, on: jiff::civil::Date) -> Option<String> {
    let citation = Citation::new("sr22", article);
    world.ledger.read_blocking(move |tx| statutes::quote(tx, &citation, on)).expect("read")
}

#[test]
fn a_version_is_recorded_once_and_its_paragraphs_are_quoted() {
    let world = World::new();
    let reviewer = world.team("xujing").reviewer;
    let rows = format!(
        "sr22,2022-12-01,,示例来源：公报2022年第20期,{reviewer},第五十条,\"示例第一款。\n示例第二款。\"\n\
         上海市市容环境卫生管理条例,2022年12月1日,,示例来源：公报2022年第20期,{reviewer},51(3),示例第三款。\n"
    );
    let found = read(&world, &rows);
    assert_eq!((found.rows, found.problems.len(), found.texts.len()), (2, 0, 1), "{:?}", found.problems);
    let text = &found.texts[0];
    assert_eq!((text.statute.as_str(), text.from, text.checker), ("sr22", date(2022, 12, 1), reviewer));
    assert_eq!(text.digest, statutes::digest(&text.articles));
    assert_eq!(quote(&world, "50(2)", date(2024, 3, 1)), None);
    assert_eq!(record(&world, found.texts.clone()), statutes::Recorded { new: 1, known: 0 });
    assert_eq!(record(&world, found.texts.clone()), statutes::Recorded { new: 0, known: 1 });
    let on = date(2024, 3, 1);
    assert_eq!(quote(&world, "50(2)", on).as_deref(), Some("示例第二款。"));
    assert_eq!(quote(&world, "50", on).as_deref(), Some("示例第一款。\n示例第二款。"));
    assert_eq!(quote(&world, "51(3)", on).as_deref(), Some("示例第三款。"));
    assert_eq!(quote(&world, "51(3)[1]", on).as_deref(), Some("示例第三款。"), "an item stands in its paragraph");
    assert_eq!(quote(&world, "50(3)", on), None, "there is no third paragraph");
    assert_eq!(quote(&world, "51", on), None, "the whole article was not brought");
    assert_eq!(quote(&world, "50(2)", date(2022, 11, 30)), None, "not yet in force");
    // A correction is a new entry; what it no longer has is gone.
    let mut again = found.texts;
    again[0].articles.remove("51(3)");
    again[0].digest = statutes::digest(&again[0].articles);
    assert_eq!(record(&world, again).new, 1);
    assert_eq!(quote(&world, "51(3)", on), None);
    let versions = world.ledger.read_blocking(statutes::versions).unwrap();
    assert_eq!((versions.len(), versions[0].articles), (1, 1));
}

#[test]
fn every_row_problem_is_named_and_spoils_only_its_own_version() {
    let world = World::new();
    let team = world.team("xujing");
    let (reviewer, officer) = (team.reviewer, team.officers[0]);
    let good = "公报2021年第3期，示例";
    let rows = [
        format!("sr22,2022-12-01,,公报2022年第20期,{reviewer},50,文一"),
        format!("sr22,2022-12-01,,公报2022年第20期,{reviewer},五十,文二"),
        format!("不存在的条例,2022-12-01,,公报2022年第20期,{reviewer},50,文"),
        format!("apl,去年,,{good},{reviewer},51,文"),
        format!("ael,2012-01-01,2011-01-01,{good},{reviewer},1,文"),
        format!("arl,2024-01-01,,书,{reviewer},1,文"),
        format!("all,2017-07-01,,{good},没有这人,1,文"),
        format!("cpl,2024-01-01,,{good},{reviewer},总则,文"),
        format!("zj55,2022-05-01,,{good},{reviewer},1,"),
        format!("sh_waste,2019-07-01,,{good},{reviewer},1,文"),
        format!("sh_waste,2019-07-01,,另一来源，示例,{reviewer},2,文"),
        format!("apl,2021-07-15,,{good},{reviewer},51,文"),
        format!("sr18,2018-12-20,,{good},{reviewer},25,文"),
        format!("sh_air18,2018-12-20,,{good},{officer},62,文"),
    ]
    .join("\n");
    let found = read(&world, &rows);
    let said: Vec<(usize, &str)> = found.problems.iter().map(|(line, bad)| (*line, bad.field.as_str())).collect();
    assert_eq!(
        said,
        [
            (3, "条"),
            (4, "法规"),
            (5, "施行日期"),
            (6, "失效日期"),
            (7, "来源"),
            (8, "核对人"),
            (9, "条"),
            (10, "原文"),
            (12, "来源"),
            (15, "核对人")
        ],
        "{:?}",
        found.problems
    );
    let whole: Vec<&str> = found.texts.iter().map(|text| text.statute.as_str()).collect();
    assert_eq!(
        whole,
        ["sr18"],
        "left out: a version with a bad row, and a statute of which a row's day cannot be read"
    );
    let lost = format!("sr18,2018-12-20,,{good},{reviewer},25,文\n,2018-12-20,,{good},{reviewer},26,文");
    assert!(read(&world, &lost).texts.is_empty(), "nobody can say whose article that row is");
}

#[test]
fn a_decision_quotes_the_text_that_was_brought_and_none_otherwise() {
    let world = World::new();
    let team = world.team("xujing");
    let matter = by_unit("C01", date(2024, 3, 5), 2_000_000);
    let version = Corpus::builtin().matter("C01").and_then(|m| m.on(matter.day)).expect("in force");
    let rows = format!(
        "{},{},,示例来源：公报第一期,{},{},\"示例原文，不是公布的文本。\"\n",
        version.penalty.statute,
        Corpus::builtin().statute(&version.penalty.statute).expect("there").from,
        team.reviewer,
        version.penalty.article
    );
    let found = read(&world, &rows);
    assert_eq!(found.problems, Vec::new());
    record(&world, found.texts);
    let steps = drive::ordinary(&team, &matter, false, workday);
    let case = lead(&world, "xujing", &steps);
    let input = input_of(&world, case, Kind::PenaltyDecided);
    assert_eq!(input["penalty_law"]["text"], "示例原文，不是公布的文本。");
    let same = version.conduct == version.penalty;
    assert_eq!(input["conduct_law"]["text"].is_null(), !same);
    assert!(input["discretion"].is_null(), "no benchmark was named");
}

/// The input a case's document of this kind was settled with.
fn input_of(world: &World, case: i64, kind: Kind) -> serde_json::Value {
    let own = world.casework.clone();
    let file = world.ledger.read_blocking(move |tx| own.file(tx, case, date(2024, 12, 31))).unwrap().expect("there");
    let code = file.last(kind).and_then(|act| act.document.as_ref()).expect("a document").code.clone();
    let found = world.ledger.read_blocking(move |tx| casework::document(tx, &code)).unwrap().expect("there");
    serde_json::from_str(&found.input.expect("kept")).expect("json")
}

#[test]
fn factors_and_tier_stand_in_the_decision_and_like_decisions_are_found() {
    let world = World::new();
    let team = world.team("xujing");
    let mut cases = Vec::new();
    for (n, fine) in [50_000, 60_000, 40_000].into_iter().enumerate() {
        let matter = by_unit("A01", date(2024, 3, 5 + n as i8), fine);
        let mut steps = drive::ordinary(&team, &matter, false, workday);
        for step in steps.iter_mut().filter(|s| matches!(s.kind, Kind::PriorNotice | Kind::PenaltyDecided)) {
            step.fields.push(("factors", String::new()));
            step.fields.push(("tier", "一般".into()));
        }
        cases.push(lead(&world, "xujing", &steps));
    }
    let input = input_of(&world, cases[0], Kind::PenaltyDecided);
    let benchmark = input["discretion"]["benchmark"].as_str().expect("named");
    assert!(benchmark.contains("示例") && benchmark.contains("“一般”档"), "{benchmark}");
    let of = |but, until| {
        world.ledger.read_blocking(move |tx| similar::newest(tx, "A01", Some(false), but, until)).expect("read")
    };
    let all = of(None, date(2024, 12, 31));
    assert_eq!(all.iter().map(|row| row.fine).collect::<Vec<_>>(), [Fen(40_000), Fen(60_000), Fen(50_000)]);
    assert_eq!(of(Some(cases[2]), date(2024, 12, 31)).len(), 2);
    assert!(of(None, date(2024, 3, 1)).is_empty());
    let persons = world
        .ledger
        .read_blocking(|tx| similar::newest(tx, "A01", Some(true), None, date(2024, 12, 31)))
        .expect("read");
    assert!(persons.is_empty());
    let far = similar::departure(&all, Some(Fen(60_000))).expect("three");
    assert_eq!((far.of, far.middle, far.percent), (3, Fen(50_000), Some(20)));
}
