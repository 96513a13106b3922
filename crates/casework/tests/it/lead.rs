//! Cases led from the first act to the last.

use casework::drive::{self, Step};
use casework::{Error, Where};
use jiff::civil::date;
use law::acts::Kind;
use testkit::{World, by_person, by_unit, workday};

/// Performs every step and returns the case.
pub(crate) fn lead(world: &World, organ: &str, steps: &[Step]) -> i64 {
    let team = world.team(organ);
    let mut case = None;
    for (n, step) in steps.iter().enumerate() {
        world.on(step.day);
        match drive::perform(&world.casework, &team, case, None, step) {
            Ok(done) => case = Some(done.case),
            Err(why) => panic!("act {} {} on {}: {why} ({why:?})", n + 1, step.kind.label(), step.day),
        }
    }
    case.expect("a case")
}

#[test]
fn an_on_spot_penalty_goes_from_the_street_to_the_archive() {
    let world = World::new();
    let steps = drive::on_spot(&world.team("xujing"), &by_person("A01", date(2024, 3, 5), 10_000), workday);
    let case = lead(&world, "xujing", &steps);
    let row = world.ledger.read_blocking(move |tx| casework::read::list::one(tx, case)).unwrap().unwrap();
    assert_eq!(row.procedure, "simple");
    assert_eq!(row.fine, 10_000);
    assert_eq!(row.number, "沪青徐府简罚字〔2024〕第1号");
    assert!(row.closed.is_some());
}

#[test]
fn an_ordinary_case_goes_from_the_clue_to_the_closing() {
    let world = World::new();
    let steps = drive::ordinary(&world.team("xujing"), &by_unit("C01", date(2024, 3, 5), 2_000_000), false, workday);
    let case = lead(&world, "xujing", &steps);
    let row = world.ledger.read_blocking(move |tx| casework::read::list::one(tx, case)).unwrap().unwrap();
    assert_eq!((row.procedure.as_str(), row.fine, row.marks), ("ordinary", 2_000_000, 0));
    assert!(row.closed.is_some());
    let public = world.ledger.read_blocking(|tx| casework::read::decisions::public(tx, None, 10)).unwrap();
    assert_eq!(public.len(), 1);
    assert_eq!(public[0].number, "沪青徐府罚字〔2024〕第1号");
}

#[test]
fn a_major_case_is_reviewed_and_discussed_before_the_decision() {
    let world = World::new();
    let steps = drive::ordinary(&world.team("zhaoxiang"), &by_unit("C01", date(2024, 3, 5), 6_000_000), true, workday);
    lead(&world, "zhaoxiang", &steps);
}

#[test]
fn a_decision_before_its_time_is_refused_with_article_and_cure_and_leaves_only_its_row() {
    let world = World::new();
    let team = world.team("xujing");
    let steps = drive::ordinary(&team, &by_unit("C01", date(2024, 3, 5), 2_000_000), false, workday);
    let decision = steps.iter().position(|s| s.kind == Kind::PenaltyDecided).unwrap();
    let case = lead(&world, "xujing", &steps[..decision]);
    let before = world.ledger.read_blocking(|tx| tx.position()).unwrap();
    let mut early = steps[decision].clone();
    early.day = steps[decision - 1].day;
    let refused = drive::perform(&world.casework, &team, Some(case), None, &early);
    let Err(Error::Refused(refusal)) = refused else { panic!("decided inside the party's time: {refused:?}") };
    assert!(refusal.unmet.iter().any(|u| u.rule == "I11" && u.article.contains("62")), "{refusal:?}");
    let (after, rows) = world
        .ledger
        .read_blocking(|tx| Ok((tx.position()?, casework::read::refusals::newest(tx, None, i64::MAX, 10)?)))
        .unwrap();
    assert_eq!(before, after, "a refusal is no entry");
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].case, rows[0].act.as_str()), (Some(case), "PenaltyDecided"));
    assert!(rows[0].rules.split(' ').any(|r| r == "I11"));
}

#[test]
fn whoever_acts_on_an_old_page_is_told() {
    let world = World::new();
    let team = world.team("xujing");
    let steps = drive::ordinary(&team, &by_unit("C01", date(2024, 3, 5), 2_000_000), false, workday);
    let case = lead(&world, "xujing", &steps[..3]);
    let proposed = drive::proposed(&team, &steps[3]);
    let stale = world.casework.perform_blocking(Where::Case { id: case, seen: Some(2) }, proposed);
    assert!(matches!(stale, Err(Error::Conflict(3))), "{stale:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rebuilt_tables_equal_live_tables() {
    let world = tokio::task::spawn_blocking(|| {
        let world = World::new();
        for (organ, fine) in [("xujing", 2_000_000), ("baihe", 6_000_000)] {
            let steps =
                drive::ordinary(&world.team(organ), &by_unit("C01", date(2024, 3, 5), fine), fine > 5_000_000, workday);
            lead(&world, organ, &steps);
        }
        let steps = drive::on_spot(&world.team("jinze"), &by_person("A01", date(2024, 4, 8), 10_000), workday);
        lead(&world, "jinze", &steps);
        world
    })
    .await
    .unwrap();
    let live = world.ledger.digest_projections().await.unwrap();
    world.ledger.rebuild().await.unwrap();
    let rebuilt = world.ledger.digest_projections().await.unwrap();
    assert_eq!(live, rebuilt);
    assert!(live.contains_key("cases") && live.contains_key("decisions"));
}

#[test]
fn an_organisation_is_known_again_once_its_number_is_learnt() {
    let world = World::new();
    let team = world.team("xujing");
    let party = |number: Option<&str>| {
        let mut matter = by_unit("A02", date(2024, 3, 5), 50_000);
        matter.party.id_number = number.map(str::to_owned);
        let step = drive::on_spot(&team, &matter, workday).remove(0);
        // The second penalty for the same act may be refused: that the party is known is what the refusal shows.
        match drive::perform(&world.casework, &team, None, None, &step) {
            Ok(done) => {
                let case = done.case;
                let file = world.ledger.read_blocking(move |tx| casework::read::file::parties(tx, case)).unwrap();
                Ok(file[0].1.clone())
            }
            Err(Error::Refused(refusal)) => Err(refusal.unmet.iter().map(|u| u.rule).collect::<Vec<_>>()),
            Err(other) => panic!("{other}"),
        }
    };
    world.on(date(2024, 3, 5));
    let first = party(None).expect("nothing stands against the first");
    assert_eq!(first, "p1-0");
    let refused = party(Some("91310118MA00000001")).expect_err("the same organisation, the same act, the same day");
    assert!(refused.contains(&"I31"), "{refused:?}");
}

#[test]
fn a_voided_change_of_party_gives_back_who_it_was() {
    let world = World::new();
    let team = world.team("xujing");
    let mut steps = drive::ordinary(&team, &by_unit("C01", date(2024, 3, 5), 2_000_000), false, workday);
    steps.truncate(1);
    let case = lead(&world, "xujing", &steps);
    let day = date(2024, 3, 6);
    world.on(day);
    let changed = Step {
        party: Some(by_person("C01", day, 1).party),
        ..Step::party(
            day,
            Kind::PartyChanged,
            vec![
                ("party_kind", "person".into()),
                ("party_born", "1984-05-17".into()),
                ("reason", "查明实际经营者".into()),
            ],
        )
    };
    let names = |world: &World| {
        let own = world.casework.clone();
        let (rows, file) = world
            .ledger
            .read_blocking(move |tx| Ok((casework::read::file::parties(tx, case)?, own.file(tx, case, day)?)))
            .unwrap();
        let file = file.expect("the case");
        assert_eq!(rows, file.parties, "table and page say the same");
        (rows[0].2.name.clone(), file.row.title)
    };
    let first = names(&world);
    drive::perform(&world.casework, &team, Some(case), None, &changed).expect("the party is corrected");
    assert_eq!(names(&world).0, "罗砚舟");
    let voided = Step {
        subject: law::case::Subject::Item(law::acts::ActNo(2)),
        ..Step::case(day, Kind::Voided, vec![("reason", "登记有误".into())])
    };
    drive::perform(&world.casework, &team, Some(case), None, &voided).expect("the correction is taken back");
    assert_eq!(names(&world), first, "name and title as before");
}
