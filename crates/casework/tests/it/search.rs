//! Looking for cases.

use casework::drive::{Step, Team, on_spot, ordinary, perform};
use casework::read::search::{Answer, Match, Question, search};
use jiff::civil::date;
use law::acts::Kind;
use testkit::{World, by_person, by_unit, workday};

fn lead(world: &World, team: &Team, steps: &[Step]) -> i64 {
    let mut case = None;
    for step in steps {
        world.on(step.day);
        case = Some(perform(&world.casework, team, case, None, step).unwrap().case);
    }
    case.unwrap()
}

fn ask(world: &World, question: Question) -> Answer {
    world.ledger.read_blocking(move |tx| search(tx, &question)).unwrap()
}

fn words(words: &str) -> Question {
    Question { words: words.into(), ..Question::default() }
}

fn ids(answer: &Answer) -> Vec<i64> {
    answer.found.iter().map(|found| found.row.id).collect()
}

fn marked(pieces: &[ledger::Piece]) -> String {
    pieces.iter().filter(|p| p.hit).map(|p| p.text.as_str()).collect::<Vec<_>>().join("|")
}

#[test]
fn cases_are_found_by_name_number_place_and_what_their_papers_say() {
    let world = World::new();
    let (xujing, baihe) = (world.team("xujing"), world.team("baihe"));
    let mut spot = by_person("A01", date(2024, 3, 5), 20_000);
    spot.party.name = "欧阳砚舟".into();
    spot.place = "徐泾镇明珠路 88 号便利店门前".into();
    spot.facts = "当事人驾驶沪A·12345 三轮车占道设摊。".into();
    let first = lead(&world, &xujing, &on_spot(&xujing, &spot, workday));
    let mut built = by_unit("C09", date(2024, 3, 6), 400_000);
    built.party.name = "上海澄岳建设工程有限公司（虚构）".into();
    built.place = "白鹤镇外青松公路 6 号".into();
    let steps = ordinary(&baihe, &built, false, workday);
    let second = lead(&world, &baihe, &steps);
    let third =
        lead(&world, &xujing, &ordinary(&xujing, &by_unit("C09", date(2024, 6, 3), 400_001), false, workday)[..2]);

    // Two characters, the whole name, the representative.
    assert_eq!(ids(&ask(&world, words("砚舟"))), [first]);
    let exact = ask(&world, words("欧阳砚舟"));
    assert_eq!((ids(&exact), exact.found[0].why), (vec![first], Match::Exact));
    assert_eq!(marked(&exact.found[0].title), "欧阳砚舟");
    assert_eq!(ids(&ask(&world, words("贺知微"))), [third, second]);
    // The plate stands only in the paper; its beginning finds it, its end does not.
    let plate = ask(&world, words("12345"));
    assert_eq!((ids(&plate), plate.found[0].why), (vec![first], Match::Paper));
    let (act, word, place) = plate.found[0].paper.as_ref().unwrap();
    assert_eq!((*act, *word, marked(place).as_str()), (1, "当场处罚", "12345"));
    assert!(ask(&world, words("2345")).found.is_empty());
    // Places: both roads, in their order.
    assert_eq!(ids(&ask(&world, words("外青松"))), [second]);
    assert_eq!(ids(&ask(&world, words("明珠路 便利"))), [first]);
    assert!(ask(&world, words("松外")).found.is_empty());
    // Every number that the case ever had, not only the newest.
    let numbers = world
        .ledger
        .read_blocking(move |tx| {
            tx.rows(
                "SELECT number FROM issued WHERE bureau = $1 AND case_id = $2 AND number <> '' ORDER BY act",
                &["qp".into(), second.into()],
                |r| Ok(r.text(0)),
            )
        })
        .unwrap();
    assert!(numbers.len() > 1);
    for number in numbers {
        let found = ask(&world, words(&number));
        assert_eq!((found.found[0].row.id, found.found[0].why), (second, Match::Exact), "{number}");
    }
    // Exactly the number of an identity, whoever asks; a part of it finds nothing.
    assert_eq!(ids(&ask(&world, words(built.party.id_number.as_deref().unwrap()))), [second]);
    // A name met exactly is answered alone, unless the words are asked for too.
    let name = built.party.name.clone();
    assert!(ask(&world, words(&name)).exact && !ask(&world, words("砚舟")).exact);
    let wide = ask(&world, Question { wide: true, ..words("欧阳砚舟") });
    assert_eq!((ids(&wide), wide.exact, wide.found[0].why), (vec![first], false, Match::Exact));
    // Nothing and signs find nothing.
    assert_eq!(ask(&world, words("  ")), Answer::default());
    assert_eq!(ask(&world, words("'\" OR *")), Answer::default());
}

#[test]
fn filters_narrow_and_a_unit_sees_only_its_own() {
    let world = World::new();
    let (xujing, baihe) = (world.team("xujing"), world.team("baihe"));
    let matter = |code: &str, day, fine| by_unit(code, day, fine);
    let a = lead(&world, &xujing, &ordinary(&xujing, &matter("C09", date(2024, 3, 6), 400_000), false, workday));
    let b = lead(&world, &xujing, &ordinary(&xujing, &matter("C09", date(2024, 6, 3), 400_001), false, workday)[..2]);
    let c = lead(&world, &baihe, &ordinary(&baihe, &matter("C08", date(2024, 6, 4), 400_002), false, workday)[..1]);
    let all = words("澄岳");
    assert_eq!(ids(&ask(&world, all.clone())), [c, b, a]);
    let of = |f: fn(&mut Question)| {
        let mut question = words("澄岳");
        f(&mut question);
        ids(&ask(&world, question))
    };
    let unit = |unit: &str| ids(&ask(&world, Question { unit: Some(unit.into()), ..all.clone() }));
    assert_eq!(unit(&xujing.unit), [b, a]);
    assert_eq!(unit(&baihe.unit), [c]);
    assert_eq!(unit("nowhere"), [0; 0]);
    // Exact names and papers are held to the unit as well.
    let name = by_unit("C09", date(2024, 3, 6), 1).party.name;
    assert_eq!(ids(&ask(&world, Question { words: name, unit: Some(baihe.unit.clone()), ..Question::default() })), [c]);
    assert_eq!(of(|q| q.matter = Some("C08".into())), [c]);
    assert_eq!(of(|q| q.open = Some(false)), [a]);
    assert_eq!(of(|q| q.from = Some(date(2024, 6, 4))), [c]);
    assert_eq!(of(|q| q.until = Some(date(2024, 3, 31))), [a]);
    let officer = xujing.officers[0];
    let acted = ids(&ask(&world, Question { officer: Some(officer), ..all.clone() }));
    assert!(acted.contains(&b) && !acted.contains(&c));
    let stage = law::acts::Stage::Clue as i64;
    assert_eq!(ids(&ask(&world, Question { stage: Some(stage), unit: Some(baihe.unit), ..all })), [c]);
}

#[test]
fn what_was_taken_back_is_not_found() {
    let world = World::new();
    let team = world.team("xujing");
    let steps = ordinary(&team, &by_unit("C09", date(2024, 3, 6), 400_000), false, workday);
    let scene = steps.iter().position(|step| step.kind == Kind::SceneRecorded).unwrap();
    let mut steps = steps[..=scene].to_vec();
    let record = steps[scene].fields.iter_mut().find(|(key, _)| *key == "record").unwrap();
    record.1 = "现场发现麒麟瓷砖三箱。".into();
    let case = lead(&world, &team, &steps);
    let found = ask(&world, words("麒麟瓷砖"));
    assert_eq!((ids(&found), found.found[0].paper.as_ref().map(|p| p.1)), (vec![case], Some("现场笔录")));
    let day = steps[scene].day;
    let no = u32::try_from(scene + 1).unwrap();
    let void = Step {
        subject: law::case::Subject::Item(law::acts::ActNo(no)),
        ..Step::case(day, Kind::Voided, vec![("reason", "录错案件。".into())])
    };
    perform(&world.casework, &team, Some(case), None, &void).unwrap();
    assert!(ask(&world, words("麒麟瓷砖")).found.is_empty());
}
