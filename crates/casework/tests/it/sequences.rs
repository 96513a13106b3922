//! Random cases on a real ledger: most acts drawn from what the guide allows, the rest wrong on purpose.
//!
//! After them the rules hold in every file (a second grading finds no defect that was not refused), refusals left nothing but
//! their row, rebuilt tables equal live tables, and a report of an old position has the same bytes.
//!
//! `XIEZHI_SEQUENCES` says how many cases; 1,000 is what a release is held to.

use casework::{Casework, Error, Where};
use jiff::civil::{Date, date};
use law::acts::{ActNo, FieldType, Kind, PartyNo, PersonId, SubjectKind};
use law::case::{Case, Subject};
use law::guide::{State, prefill};
use law::scenario::fill;
use testkit::{Random, World, by_person, by_unit};

#[expect(clippy::disallowed_methods, reason = "how long the test may take is told by the environment")]
fn wanted() -> usize {
    std::env::var("XIEZHI_SEQUENCES").ok().and_then(|n| n.parse().ok()).unwrap_or(120)
}

/// What one case came to.
#[derive(Default)]
struct Tally {
    acts: i64,
    refused: i64,
    drawn: i64,
    allowed: i64,
    decided: bool,
}

#[tokio::test(flavor = "multi_thread")]
async fn random_cases_keep_every_rule() {
    let cases = wanted();
    let (world, total, decided) = tokio::task::spawn_blocking(move || {
        let world = World::new();
        let mut random = Random::new(20_240_305);
        let (mut total, mut decided) = (Tally::default(), 0);
        for n in 0..cases {
            let one = walk(&world, &mut random, n);
            total.acts += one.acts;
            total.refused += one.refused;
            total.drawn += one.drawn;
            total.allowed += one.allowed;
            decided += usize::from(one.decided);
        }
        (world, total, decided)
    })
    .await
    .unwrap();
    println!(
        "{cases} cases, {} acts, {} refusals, {decided} decided, {}/{} tries from the guide",
        total.acts, total.refused, total.allowed, total.drawn
    );
    assert!(decided * 10 >= cases * 3, "{decided} of {cases} reached a decision");
    assert!(total.allowed * 10 >= total.drawn * 7, "{} of {} tries came from the guide", total.allowed, total.drawn);

    let kept = world
        .ledger
        .read(|tx| tx.row("SELECT COUNT(*) FROM refusals WHERE bureau = $1", &["qp".into()], |r| Ok(r.int(0))))
        .await
        .unwrap();
    assert_eq!(kept, Some(total.refused), "every refusal is one row");
    let acts = world
        .ledger
        .read(|tx| {
            tx.row("SELECT COUNT(*) FROM journal WHERE bureau = $1 AND kind LIKE 'case.%'", &["qp".into()], |r| {
                Ok(r.int(0))
            })
        })
        .await
        .unwrap();
    assert_eq!(acts, Some(total.acts), "every act is one entry, and no refusal is");

    let world = tokio::task::spawn_blocking(move || {
        crate::numbers::gap_free(&world);
        world
    });
    let world = world.await.unwrap();
    let live = world.ledger.digest_projections().await.unwrap();
    world.ledger.rebuild().await.unwrap();
    assert_eq!(live, world.ledger.digest_projections().await.unwrap());
    world.ledger.verify(None, 2).await.unwrap();
}

/// Leads one case by chance for at most sixty tries.
fn walk(world: &World, random: &mut Random, n: usize) -> Tally {
    let organ = *random.pick(&["xujing", "zhaoxiang", "baihe", "jinze"]);
    let team = world.team(organ);
    let mut day = date(2024, 3, 4).checked_add(jiff::Span::new().days((n % 200) as i64)).unwrap();
    let matter = match random.below(4) {
        0 => by_person("A01", day, 20_000 + n as i64),
        1 => by_unit("C01", day, 2_000_000 + n as i64),
        2 => by_unit("D08", day, 6_000_000 + n as i64),
        _ => by_unit("C09", day, 400_000 + n as i64),
    };
    let mut tally = Tally::default();
    let mut case: Option<i64> = None;
    for _ in 0..60 {
        let (file, choices) = read(&world.casework, case, day);
        let from_guide = random.chance(80);
        let (kind, subject) = if case.is_none() {
            (if random.chance(75) { Kind::ClueRegistered } else { Kind::OnSpotPenalty }, Subject::Case)
        } else if from_guide {
            let able: Vec<_> = choices.iter().filter(|c| c.state.possible()).collect();
            let toward: Vec<_> = able.iter().filter(|c| c.toward_goal).collect();
            let wait =
                choices.iter().find_map(|c| if let State::Wait(until, _) = c.state { Some(until) } else { None });
            match (toward.is_empty(), wait) {
                (false, _) if random.chance(85) => {
                    let choice = random.pick(&toward);
                    (choice.kind, choice.subject)
                }
                (_, Some(until)) => {
                    day = until;
                    continue;
                }
                _ if !able.is_empty() => {
                    let choice = random.pick(&able);
                    // Ways out of a case only now and then, or none would go far.
                    if leaves(choice.kind) && random.chance(90) {
                        continue;
                    }
                    (choice.kind, choice.subject)
                }
                _ => {
                    day = day.tomorrow().unwrap();
                    continue;
                }
            }
        } else {
            let no = ActNo(1 + random.below(file.log().len().max(1)) as u32);
            let kind = *random.pick(Kind::ALL);
            let subject = match kind.subject() {
                SubjectKind::Case => Subject::Case,
                SubjectKind::Party => Subject::Party(PartyNo(0)),
                SubjectKind::Document => Subject::Document(no),
                SubjectKind::Item => Subject::Item(no),
            };
            (kind, subject)
        };
        let outcome = attempt(world, random, &team, &matter, case, &file, (kind, subject, day, from_guide));
        tally.drawn += 1;
        tally.allowed += i64::from(from_guide || case.is_none());
        match outcome {
            Ok(done) => {
                case = Some(done);
                tally.acts += 1;
                tally.decided |= matches!(
                    kind,
                    Kind::PenaltyDecided | Kind::OnSpotPenalty | Kind::PenaltyWaived | Kind::UnprovenDecided
                );
                if kind == Kind::Archived {
                    break;
                }
            }
            Err(Error::Refused(_)) => tally.refused += 1,
            Err(Error::Bad(_) | Error::Incomplete(_)) => {}
            // Sent by an officer, who neither undoes decisions nor chooses between norms.
            Err(Error::NotAllowed(_))
                if matches!(kind, Kind::DecisionRevoked | Kind::DecisionChanged | Kind::NormChosen) => {}
            Err(other) => panic!("{}: {other:?}", kind.label()),
        }
    }
    tally
}

fn leaves(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::CaseEnded
            | Kind::FilingRefused
            | Kind::CaseSuspended
            | Kind::UnprovenDecided
            | Kind::PenaltyWaived
            | Kind::Voided
            | Kind::CrimeReported
    )
}

fn read(own: &Casework, case: Option<i64>, today: Date) -> (Case, Vec<law::guide::Choice>) {
    let Some(id) = case else { return (Case::default(), Vec::new()) };
    let copy = own.clone();
    let file = own.ledger.read_blocking(move |tx| copy.file(tx, id, today)).unwrap().unwrap();
    (file.case, file.guide)
}

/// Fills the form as a person would, or wrongly, and sends it.
fn attempt(
    world: &World,
    random: &mut Random,
    team: &casework::drive::Team,
    matter: &casework::drive::Matter,
    case: Option<i64>,
    file: &Case,
    (kind, subject, day, lawful): (Kind, Subject, Date, bool),
) -> Result<i64, Error> {
    world.on(day);
    let officers: Vec<PersonId> = match random.below(if lawful { 1 } else { 3 }) {
        0 => team.officers.map(PersonId).to_vec(),
        1 => vec![PersonId(team.officers[0])],
        _ => vec![PersonId(team.heads[0]), PersonId(team.officers[0])],
    };
    let mut draft = prefill(file, kind, subject, &officers);
    let fine = law::money::Fen(matter.fine / 10_000 * 10_000).to_string();
    for spec in kind.fields() {
        let known = draft.get_text(spec.key).is_some_and(|t| !t.is_empty());
        let text = match (spec.ty, spec.key) {
            _ if known && lawful => continue,
            (FieldType::Matter, _) => matter.code.clone(),
            (FieldType::Day, "conduct_day" | "discovered") => matter.day.to_string(),
            (FieldType::Day, "party_born") => "1980-02-03".into(),
            (FieldType::Money, "fine" | "amount") => {
                if lawful {
                    fine.clone()
                } else {
                    random.pick(&["0元", "3,001元", "900,000元"]).to_string()
                }
            }
            (FieldType::Person, "reviewer" | "chooser") => team.reviewer.to_string(),
            (FieldType::Person, "head") => team.heads[random.below(if lawful { 1 } else { 2 })].to_string(),
            (FieldType::Persons, "heads") => team.heads.iter().map(ToString::to_string).collect::<Vec<_>>().join("、"),
            (FieldType::Choice(_), "party_kind") => if matter.party.person { "person" } else { "unit" }.into(),
            _ => continue,
        };
        draft.set(spec.key, &text, &law::acts::NoNames).unwrap();
    }
    fill(&mut draft, day, &officers);
    // Whoever the act names as the one who signs it sits at the keyboard; now and then somebody else does.
    let signs = ["head", "heads", "approvers", "reviewer", "chooser"].iter().find_map(|key| draft.get_text(key));
    let signs = signs.and_then(|t| t.split('、').next()?.parse().ok());
    let person = signs.filter(|_| lawful || random.chance(50)).unwrap_or(team.officers[0]);
    let fields = kind.fields().iter().filter(|f| f.ty != FieldType::PartyKey && f.ty != FieldType::Blobs);
    let fields = fields.filter_map(|f| Some((f.key.to_owned(), draft.get_text(f.key)?))).collect();
    let entry = kind.usual_entry();
    let proposed = casework::Proposed {
        subject,
        entry,
        at: day,
        time: None,
        team: officers,
        capacity: "执法队员".into(),
        kind,
        fields,
        party: kind.fields().iter().any(|f| f.ty == FieldType::PartyKey).then(|| matter.party.clone()),
        recorded_by: "random".into(),
        person,
        today: day,
    };
    let place = match case {
        Some(id) => Where::Case { id, seen: None },
        None => Where::New { organ: team.organ.clone(), unit: team.unit.clone(), lead: None },
    };
    world.casework.perform_blocking(place, proposed).map(|done| done.case)
}
