//! Who may name a file in an act, and what the files of a case say against each other.

use std::collections::BTreeMap;

use casework::drive::{self, Team};
use casework::read::{evidence as read, scenes};
use casework::{Error, Proposed, Where};
use evidence::facts::Facts;
use jiff::civil::{DateTime, Time, date, datetime, time};
use law::acts::{Kind, PersonId};
use law::case::{Entry, Subject};
use testkit::{World, by_person, workday};

/// The day of the conduct, and the next one, on which the case is filed and everything here happens.
const CONDUCT: jiff::civil::Date = date(2024, 3, 5);
const DAY: jiff::civil::Date = date(2024, 3, 6);

/// Waits for what answers pages.
fn wait<T>(done: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(done)
}

/// A case in inquiry, led to the order to correct or wherever the script first takes evidence.
fn case(world: &World, team: &Team, n: i64) -> i64 {
    let steps = drive::ordinary(team, &by_person("A01", CONDUCT, 20_000 + n), false, workday);
    let end = steps.iter().position(|s| s.kind == Kind::SceneRecorded).expect("a record of the scene");
    let mut case = None;
    for step in &steps[..end] {
        world.on(step.day);
        case = Some(drive::perform(&world.casework, team, case, None, step).unwrap().case);
    }
    case.unwrap()
}

fn act(team: &Team, kind: Kind, at: Option<Time>, fields: &[(&str, &str)]) -> Proposed {
    Proposed {
        subject: Subject::Case,
        entry: Entry::Live,
        at: DAY,
        time: at,
        team: team.officers.map(PersonId).to_vec(),
        capacity: "执法队员".into(),
        kind,
        fields: fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<BTreeMap<_, _>>(),
        party: None,
        recorded_by: format!("person-{}", team.officers[0]),
        person: team.officers[0],
        today: DAY,
    }
}

fn evidence(team: &Team, file: &str) -> Proposed {
    act(
        team,
        Kind::EvidenceTaken,
        None,
        &[("sort", "recording"), ("name", "现场照片"), ("source", "现场拍摄"), ("files", file)],
    )
}

/// A file that says this of itself, sent by somebody.
fn file(world: &World, bytes: &[u8], facts: Facts, sender: Option<u32>) -> String {
    let stored = world.casework.evidence.put(bytes).unwrap();
    let (own, facts) = (stored.clone(), serde_json::to_string(&facts).unwrap());
    world
        .ledger
        .act_blocking(move |tx| {
            office::files::know(tx, &own.id, &own.sm3, own.bytes, &facts)?;
            sender.map_or(Ok(()), |person| office::files::sent(tx, &own.id, person, "照片.jpg"))
        })
        .unwrap();
    stored.id
}

fn video(from: DateTime, minutes: u64, place: Option<(i64, i64)>) -> Facts {
    Facts { media: "video/mp4".into(), taken: Some(from), length_ms: Some(minutes * 60_000), place, ..Facts::default() }
}

fn photo(taken: DateTime, place: Option<(i64, i64)>) -> Facts {
    Facts { media: "image/jpeg".into(), taken: Some(taken), place, ..Facts::default() }
}

/// Performs an act that names files, as the program itself does.
fn done(world: &World, case: i64, proposed: Proposed) -> u32 {
    world.casework.perform_blocking(Where::Case { id: case, seen: None }, proposed).unwrap().act
}

fn marks(world: &World, case: i64) -> (Vec<String>, Vec<Vec<String>>) {
    let files = world.ledger.read_blocking(move |tx| read::of_case(tx, case, 0)).unwrap().unwrap();
    (files.marks, files.items.into_iter().map(|item| item.marks).collect())
}

#[test]
fn a_file_is_named_by_who_sent_it_or_where_it_belongs_already() {
    let world = World::new();
    let team = world.team("xujing");
    let (one, other) = (case(&world, &team, 1), case(&world, &team, 2));
    let own = world.casework.clone();
    let at = |id| Where::Case { id, seen: None };
    let strangers = file(&world, b"a", Facts::default(), Some(team.officers[1]));
    let known_by_digest = wait(own.perform(at(one), evidence(&team, &strangers)));
    let Err(Error::Bad(why)) = known_by_digest else { panic!("{known_by_digest:?}") };
    assert!(why[0].field == "files" && why[0].text.contains("不是您上传的，也不在本案里"), "{why:?}");
    let mine = file(&world, b"b", Facts::default(), Some(team.officers[0]));
    wait(own.perform(at(one), evidence(&team, &mine))).unwrap();
    // In the case it is everybody’s who acts there; in another case it is not.
    let mut colleague = evidence(&team, &mine);
    (colleague.person, colleague.recorded_by) = (team.officers[1], format!("person-{}", team.officers[1]));
    wait(own.perform(at(one), colleague.clone())).unwrap();
    assert!(matches!(wait(own.perform(at(other), colleague)), Err(Error::Bad(_))));
    // The same bytes sent by both are both’s.
    file(&world, b"a", Facts::default(), Some(team.officers[0]));
    wait(own.perform(at(other), evidence(&team, &strangers))).unwrap();
}

#[test]
fn a_photograph_of_another_time_or_place_is_marked_and_refuses_nothing() {
    let world = World::new();
    let team = world.team("xujing");
    let case = case(&world, &team, 1);
    let here = Some((31_150_000, 121_120_000));
    let good = file(&world, b"good", photo(datetime(2024, 3, 6, 14, 30, 0, 0), here), None);
    let late = file(&world, b"late", photo(datetime(2024, 3, 6, 16, 1, 0, 0), here), None);
    // 0.01 degrees of latitude are 1,112 m.
    let far = file(&world, b"far", photo(datetime(2024, 3, 6, 15, 0, 0, 0), Some((31_160_000, 121_120_000))), None);
    let mut proposed = evidence(&team, &format!("{good}、{late}、{far}"));
    proposed.time = Some(time(15, 0, 0, 0));
    done(&world, case, proposed);
    let other_day = file(&world, b"day", photo(datetime(2024, 3, 5, 23, 59, 0, 0), None), None);
    done(&world, case, evidence(&team, &other_day));
    let (_, marks) = marks(&world, case);
    assert_eq!(marks[0], [""; 0]);
    assert_eq!(marks[1], ["拍摄时间2024-03-06 16:01与办理时间2024-03-06 15:00相差1小时1分"]);
    assert_eq!(marks[2], ["拍摄地点与同一次办理的其他文件相距1.1公里"]);
    assert_eq!(marks[3], ["拍摄时间2024-03-05 23:59，不是办理当天（2024-03-06）"]);
}

fn scene(team: &Team, place: &str, at: Option<Time>, files: &str) -> Proposed {
    let fields = [
        ("place", place),
        ("certificate_shown", "是"),
        ("record", "现场检查情况"),
        ("signature", "signed"),
        ("recording", "是"),
        ("files", files),
    ];
    act(team, Kind::SceneRecorded, at, &fields)
}

#[test]
fn an_act_that_is_recorded_has_a_recording_that_reaches_its_time() {
    let world = World::new();
    let team = world.team("xujing");
    let case = case(&world, &team, 1);
    let at = Some(time(15, 0, 0, 0));
    let bare = done(&world, case, scene(&team, "明珠路 88 号", at, ""));
    let short = file(&world, b"short", video(datetime(2024, 3, 6, 14, 0, 0, 0), 30, None), None);
    let early = done(&world, case, scene(&team, "明珠路 88 号", at, &short));
    let long = file(&world, b"long", video(datetime(2024, 3, 6, 14, 45, 0, 0), 30, None), None);
    done(&world, case, scene(&team, "明珠路 88 号", at, &long));
    let said = marks(&world, case).0;
    assert_eq!(
        said,
        [
            format!("第{bare}号现场笔录：没有音像记录（处罚法47；国办发〔2018〕118号）"),
            format!(
                "第{early}号现场笔录：音像记录2024-03-06 14:00至14:30，没有覆盖办理时间2024-03-06 15:00（处罚法47；国办发〔2018〕118号）"
            ),
        ]
    );
    // A recording collected afterwards and bound to the act closes the gap.
    let found = file(&world, b"found", video(datetime(2024, 3, 6, 14, 50, 0, 0), 20, None), None);
    let mut bound = evidence(&team, &found);
    bound.fields.insert("records".into(), bare.to_string());
    done(&world, case, bound);
    assert_eq!(marks(&world, case).0.len(), 1);
}

#[test]
fn one_officer_or_device_in_two_recordings_or_places_at_once_is_found_across_cases() {
    let world = World::new();
    let team = world.team("xujing");
    let (one, other) = (case(&world, &team, 1), case(&world, &team, 2));
    let first = file(&world, b"1", video(datetime(2024, 3, 6, 14, 0, 0, 0), 30, None), None);
    let a = done(&world, one, scene(&team, "明珠路 88 号", None, &first));
    // Half an hour after the first ended, at another place: nothing to say.
    let later = file(&world, b"2", video(datetime(2024, 3, 6, 15, 0, 0, 0), 30, None), None);
    done(&world, other, scene(&team, "公园路 2 弄", None, &later));
    let of = |case| world.ledger.read_blocking(move |tx| scenes::clashes(tx, DAY, Some(case))).unwrap();
    assert!(of(one).is_empty());
    let same = file(&world, b"3", video(datetime(2024, 3, 6, 14, 20, 0, 0), 5, None), None);
    let b = done(&world, other, scene(&team, "公园路 2 弄", None, &same));
    let found = of(one);
    assert_eq!(found, of(other));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].officers, team.officers);
    assert_eq!((found[0].one, found[0].other), ((one, i64::from(a)), (other, i64::from(b))));
    assert_eq!(
        found[0].what,
        format!("14:20同时在第{one}号案{a}“现场笔录”（明珠路 88 号）和第{other}号案{b}“现场笔录”（公园路 2 弄）")
    );
    // One device in two recordings of the day, by whomever.
    let elsewhere = world.team("zhaoxiang");
    let third = case(&world, &elsewhere, 3);
    for (case, team, bytes) in [(one, &team, b"4"), (third, &elsewhere, b"5")] {
        let id = file(&world, bytes, video(datetime(2024, 3, 6, 17, 0, 0, 0), 10, None), None);
        let mut proposed = evidence(team, &id);
        proposed.fields.insert("device".into(), "BWC-0017".into());
        done(&world, case, proposed);
    }
    let found = of(third);
    assert_eq!(found.len(), 1);
    assert!(found[0].officers.is_empty() && found[0].what.contains("17:00，设备BWC-0017同时在"), "{found:?}");
}

#[test]
fn what_is_read_by_day_is_rebuilt_from_the_journal() {
    let world = World::new();
    let team = world.team("xujing");
    let case = case(&world, &team, 1);
    let id = file(&world, b"1", photo(datetime(2024, 3, 6, 14, 0, 0, 0), None), None);
    let no = done(&world, case, evidence(&team, &id));
    done(&world, case, scene(&team, "明珠路 88 号", Some(time(15, 0, 0, 0)), ""));
    let rows = || {
        world
            .ledger
            .read_blocking(|tx| {
                tx.rows("SELECT act, kind, day, time, place, officers, files FROM case_scenes WHERE bureau = 'qp' ORDER BY act", &[], |r| {
                    Ok((r.int(0), r.text(1), r.text(2), r.opt_text(3), r.text(4), r.text(5), r.text(6)))
                })
            })
            .unwrap()
    };
    let before = rows();
    assert_eq!(before.len(), 2);
    assert_eq!((before[0].0, before[0].6.as_str()), (i64::from(no), id.as_str()));
    wait(world.ledger.rebuild()).unwrap();
    assert_eq!(rows(), before);
    // Who sent a file is in no journal entry: a rebuild leaves it alone.
    let known = world.ledger.read_blocking(move |tx| office::files::known(tx, &[id])).unwrap();
    assert_eq!(known.len(), 1);
}
