//! Acts that an organ has signed before they are performed.

use casework::approval::{By, Step};
use casework::drive::{self, Team};
use casework::read::approvals::{self, Which};
use casework::{Error, Where};
use jiff::civil::{Date, date};
use law::acts::Kind;
use law::case::Entry;
use office::delegation::{self, Delegation};
use office::{Change, Role};
use testkit::{World, by_unit, workday};

const SQUAD: [Role; 2] = [Role::SquadLeader, Role::Head];

/// A case led to just before the act of a kind, and the step that is next.
struct Scene {
    world: World,
    team: Team,
    leader: u32,
    case: i64,
    next: drive::Step,
}

fn scene(organ: &str, before: Kind) -> Scene {
    let world = World::chained();
    let team = world.team(organ);
    let steps = drive::ordinary(&team, &by_unit("C01", date(2024, 3, 5), 2_000_000), false, workday);
    let mut case = None;
    for step in &steps {
        world.on(step.day);
        if step.kind == before {
            let leader = leader(&world, &team);
            return Scene { leader, case: case.expect("a case"), next: step.clone(), team, world };
        }
        case = Some(drive::perform(&world.casework, &team, case, None, step).expect("a lawful act").case);
    }
    panic!("no such act in an ordinary case");
}

/// The squad leader of a team's unit.
fn leader(world: &World, team: &Team) -> u32 {
    let unit = team.unit.clone();
    let found = world.ledger.read_blocking(move |tx| {
        let holders = office::read::holders(tx, date(2024, 3, 5))?;
        let persons = office::read::persons(tx, Some(&unit), 100)?;
        Ok(holders.into_iter().find(|h| h.2 == Role::SquadLeader && persons.iter().any(|p| p.id == h.0)))
    });
    found.expect("the standing order").map_or(0, |h| h.0)
}

impl Scene {
    fn submit(&self) -> Result<i64, Error> {
        drive::submit(&self.world.casework, &self.team, self.case, &self.next)
    }

    fn by(&self, person: u32) -> By {
        By { login: format!("person-{person}"), person, today: self.next.day }
    }

    fn sign(&self, approval: i64, person: u32) -> Result<Step, Error> {
        self.world.casework.sign_blocking(self.by(person), approval, None)
    }

    fn position(&self) -> i64 {
        self.world.ledger.read_blocking(|tx| tx.position()).unwrap()
    }

    fn refusals(&self) -> Vec<casework::read::refusals::Row> {
        self.world.ledger.read_blocking(|tx| casework::read::refusals::newest(tx, None, i64::MAX, 10)).unwrap()
    }

    fn whole(&self, approval: i64) -> approvals::Approval {
        let (own, today) = (self.world.casework.clone(), self.next.day);
        self.world.ledger.read_blocking(move |tx| own.approval(tx, approval, 0, today)).unwrap().unwrap()
    }

    fn last_act(&self) -> law::case::Recorded {
        let (own, case, today) = (self.world.casework.clone(), self.case, self.next.day);
        let file = self.world.ledger.read_blocking(move |tx| own.file(tx, case, today)).unwrap().unwrap();
        file.acts.last().unwrap().recorded.clone()
    }
}

fn not_allowed<T: std::fmt::Debug>(done: Result<T, Error>) -> String {
    match done {
        Err(Error::NotAllowed(why)) => why,
        other => panic!("expected to be told why it is not allowed: {other:?}"),
    }
}

#[test]
fn an_act_is_signed_in_order_and_performed_by_the_last_signature() {
    let s = scene("xujing", Kind::Filing);
    let head = s.team.heads[0];
    let approval = s.submit().unwrap();
    // The head comes second.
    let before = s.position();
    not_allowed(s.sign(approval, head));
    assert_eq!(s.position(), before);
    assert!(matches!(s.sign(approval, s.leader), Ok(Step::Next(Role::Head))));
    let Ok(Step::Performed(done)) = s.sign(approval, head) else { panic!("not performed") };
    let act = s.last_act();
    assert_eq!((done.act, act.act.kind(), act.happened), (act.no.0, Kind::Filing, s.next.day));
    assert_eq!(act.act.to_draft().get_text("head"), Some(head.to_string()), "the last signer is the head");
    assert_eq!(act.team.iter().map(|p| p.0).collect::<Vec<_>>(), s.team.officers, "the team is the proposer's");
    assert_eq!(act.recorded_by, format!("person-{head}"));
    let whole = s.whole(approval);
    assert_eq!((whole.row.state, whole.row.act), (approvals::State::Performed, Some(i64::from(done.act))));
    let signed: Vec<u32> = whole.steps.iter().map(|s| s.signed.as_ref().unwrap().0).collect();
    assert_eq!(signed, [s.leader, head]);
    // It is over: nobody signs again.
    assert!(matches!(s.sign(approval, head), Err(Error::Ended)));
}

/// What the form of the newest act says of each step: step, who, day.
fn opinions(s: &Scene) -> Vec<(String, String, String)> {
    let code = s.last_act().allocated.document.expect("a form");
    let document = s.world.ledger.read_blocking(move |tx| casework::document(tx, &code)).unwrap().unwrap();
    let input: documents::Input = serde_json::from_str(document.input.as_deref().unwrap()).unwrap();
    input.opinions.into_iter().map(|o| (o.step, o.name, o.day.unwrap_or_default())).collect()
}

#[test]
fn the_form_of_an_approval_shows_who_signed_it() {
    let s = scene("xujing", Kind::Filing);
    let (head, day) = (s.team.heads[0], s.next.day.to_string());
    let approval = s.submit().unwrap();
    s.sign(approval, s.leader).unwrap();
    s.sign(approval, head).unwrap();
    let directory = s.world.ledger.read_blocking(office::directory::Directory::read).unwrap();
    let name = |person: u32| directory.name(person).unwrap().to_owned();
    let expected = [("承办人", s.team.officers[0]), ("中队长", s.leader), ("机关负责人", head)];
    let expected: Vec<_> = expected.map(|(step, person)| (step.to_owned(), name(person), day.clone())).into();
    assert_eq!(opinions(&s), expected);
    // Without a chain nobody else has said anything.
    let world = World::new();
    let team = world.team("xujing");
    let steps = drive::ordinary(&team, &by_unit("C01", date(2024, 3, 5), 2_000_000), false, workday);
    let filing = steps.iter().position(|step| step.kind == Kind::Filing).unwrap();
    let case = crate::lead::lead(&world, "xujing", &steps[..=filing]);
    let plain = Scene { leader: 0, case, next: steps[filing].clone(), team, world };
    assert_eq!(opinions(&plain).iter().map(|o| o.0.as_str()).collect::<Vec<_>>(), ["机关负责人"]);
}

#[test]
fn a_chained_act_cannot_be_performed_around_its_chain() {
    let s = scene("xujing", Kind::Filing);
    let before = s.position();
    let proposed = drive::proposed(&s.team, &s.next);
    let place = Where::Case { id: s.case, seen: None };
    let around = s.world.casework.perform_blocking(place.clone(), proposed.clone());
    let Err(Error::Chained(roles)) = &around else { panic!("performed around the chain: {around:?}") };
    assert_eq!(roles.as_slice(), SQUAD);
    assert_eq!(around.unwrap_err().to_string(), "本机关规定此事须经中队长、负责人审批，请提交审批");
    assert_eq!(s.position(), before);
    // What already happened is entered without approval, but only by a legal officer: else the chain were a tick away.
    let reported = casework::Proposed { entry: Entry::Reported { source: "纸质案卷".into() }, ..proposed };
    let by_officer = s.world.casework.perform_blocking(place.clone(), reported.clone());
    assert!(matches!(&by_officer, Err(Error::NotAllowed(why)) if why.contains("补录")), "{by_officer:?}");
    assert_eq!(s.position(), before);
    let by_reviewer = casework::Proposed { person: s.team.reviewer, ..reported };
    s.world.casework.perform_blocking(place, by_reviewer).unwrap();
}

#[test]
fn an_act_without_a_chain_is_not_submitted() {
    let s = scene("xujing", Kind::SceneRecorded);
    let why = not_allowed(s.submit());
    assert!(why.contains("直接办理"), "{why}");
}

#[test]
fn only_the_own_squads_leader_and_the_own_organs_head_sign() {
    let s = scene("xujing", Kind::Filing);
    let approval = s.submit().unwrap();
    let other = s.world.team("zhaoxiang");
    not_allowed(s.sign(approval, leader(&s.world, &other)));
    not_allowed(s.sign(approval, s.team.officers[1]));
    s.sign(approval, s.leader).unwrap();
    not_allowed(s.sign(approval, other.heads[0]));
    // A deputy is not the head the chain asks for.
    not_allowed(s.sign(approval, s.team.heads[1]));
    s.sign(approval, s.team.heads[0]).unwrap();
}

#[test]
fn a_delegate_signs_within_the_days_of_the_delegation_and_says_for_whom() {
    let s = scene("xujing", Kind::Filing);
    let (head, day) = (s.team.heads[0], s.next.day);
    let unit = s.team.unit.clone();
    let persons = s.world.ledger.read_blocking(move |tx| office::read::persons(tx, Some(&unit), 100)).unwrap();
    let delegate = persons.iter().find(|p| p.post == "执法队员" && !s.team.officers.contains(&p.id)).unwrap().id;
    let approval = s.submit().unwrap();
    s.sign(approval, s.leader).unwrap();
    let give = |from: Date, to: Date| {
        let new = Delegation { from_person: head, to_person: delegate, role: Role::Head, from, to };
        s.world.ledger.act_blocking(move |tx| delegation::give(tx, "head", day, &new)).unwrap()
    };
    let tomorrow = day.tomorrow().unwrap();
    let after = tomorrow.tomorrow().unwrap();
    // Backwards in time, or over another delegation of the same role, nothing is handed over.
    assert!(give(day.yesterday().unwrap(), after).is_err());
    give(tomorrow, after).unwrap();
    assert!(give(after, after).is_err());
    let on = |today: Date| {
        let by = By { today, ..s.by(delegate) };
        s.world.on(today);
        s.world.casework.sign_blocking(by, approval, None)
    };
    not_allowed(on(day));
    not_allowed(on(after.tomorrow().unwrap()));
    let Ok(Step::Performed(_)) = on(after) else { panic!("not performed") };
    assert_eq!(s.whole(approval).steps[1].signed, Some((delegate, Some(head), after.to_string())));
    let act = s.last_act();
    assert_eq!(act.act.to_draft().get_text("head"), Some(delegate.to_string()));
    assert_eq!((act.happened, act.marks.len()), (after, 0), "a delegated head is a head on that day");
}

#[test]
fn a_delegation_taken_back_lasts_for_the_day_and_never_reaches_back() {
    let world = World::chained();
    let team = world.team("xujing");
    let (head, to, day) = (team.heads[0], team.officers[0], date(2024, 3, 6));
    let new = Delegation { from_person: head, to_person: to, role: Role::Head, from: day, to: date(2024, 3, 20) };
    let given = new.clone();
    world.ledger.act_blocking(move |tx| delegation::give(tx, "head", day, &given)).unwrap().unwrap();
    let key = (head, to, Role::Head, day);
    let late = date(2024, 3, 8);
    world.ledger.act_blocking(move |tx| delegation::revoke(tx, "head", late, key)).unwrap().unwrap();
    let standings = world.casework.standings.clone();
    let held = world
        .ledger
        .read_blocking(move |tx| {
            let orders = standings.with_orders(tx, "xujing")?.1;
            let on = |d: Date| orders.holding(to, Role::Head, "xujing", "xujing-squad", d).map(|h| h.of);
            Ok([on(day.yesterday().unwrap()), on(day), on(late), on(late.tomorrow().unwrap())])
        })
        .unwrap();
    assert_eq!(held, [None, Some(Some(head)), Some(Some(head)), None]);
    let again = world.ledger.act_blocking(move |tx| delegation::revoke(tx, "head", late, key)).unwrap();
    assert!(again.is_err(), "it has ended already");
    // A role that was itself delegated is not handed on.
    let on = Delegation { from_person: to, to_person: team.officers[1], role: Role::Head, from: day, to: day };
    assert!(world.ledger.act_blocking(move |tx| delegation::give(tx, "x", day, &on)).unwrap().is_err());
}

#[test]
fn nobody_signs_twice_or_signs_what_they_submitted() {
    // The district's own unit: a deputy first, then the head, who may sign for a deputy but then not again.
    let s = scene("qp", Kind::PenaltyDecided);
    let approval = s.submit().unwrap();
    let head = s.team.heads[0];
    assert!(matches!(s.sign(approval, head), Ok(Step::Next(Role::Head))));
    let why = not_allowed(s.sign(approval, head));
    assert!(why.contains("两步"), "{why}");

    let s = scene("xujing", Kind::Filing);
    let own = casework::Proposed {
        person: s.leader,
        recorded_by: format!("person-{}", s.leader),
        ..drive::proposed(&s.team, &s.next)
    };
    // The only leader of the squad would have to approve the own proposal.
    not_allowed(s.world.casework.submit_blocking(s.case, None, own.clone()));
    // Except where the organ is so small that its order says so.
    let chain = Change::Chain { organ: "xujing".into(), act: "Filing".into(), roles: SQUAD.to_vec(), one_person: true };
    let day = s.next.day;
    s.world.ledger.act_blocking(move |tx| office::change::record(tx, "init", day, &chain)).unwrap();
    let approval = s.world.casework.submit_blocking(s.case, None, own).unwrap();
    assert!(matches!(s.sign(approval, s.leader), Ok(Step::Next(Role::Head))));
    assert!(matches!(s.sign(approval, s.team.heads[0]), Ok(Step::Performed(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn returned_with_a_reason_it_is_submitted_again_and_withdrawn_by_who_submitted() {
    let s = tokio::task::spawn_blocking(|| scene("xujing", Kind::Filing)).await.unwrap();
    let own = s.world.casework.clone();
    let submit = || {
        let submitter = s.team.officers[0];
        let proposed = casework::Proposed { person: submitter, ..drive::proposed(&s.team, &s.next) };
        own.submit(s.case, None, proposed)
    };
    let first = submit().await.unwrap();
    assert!(matches!(submit().await, Err(Error::Open(no)) if no == first), "open twice at once");
    not_allowed(own.send_back(s.by(s.leader), first, None, "  ".into()).await);
    not_allowed(own.send_back(s.by(s.team.heads[0]), first, None, "不够清楚".into()).await);
    own.send_back(s.by(s.leader), first, None, "立案理由没有写明管辖依据".into()).await.unwrap();
    let second = submit().await.unwrap();
    assert_eq!(second, first + 1);
    not_allowed(own.withdraw(s.by(s.leader), second, None).await);
    // Somebody who looks at an old page is told.
    assert!(matches!(own.withdraw(s.by(s.team.officers[0]), second, Some(7)).await, Err(Error::Conflict(1))));
    own.withdraw(s.by(s.team.officers[0]), second, Some(1)).await.unwrap();
    assert!(matches!(own.sign(s.by(s.leader), second, None).await, Err(Error::Ended)));
    assert!(matches!(own.sign(s.by(s.leader), 99, None).await, Err(Error::NoApproval)));
    let (copy, day) = (own.clone(), s.next.day);
    let (returned, bodies) = s
        .world
        .ledger
        .read(move |tx| {
            let whole = copy.approval(tx, first, 0, day)?.unwrap();
            let entries = tx.entries_after(0, 100_000)?;
            let ours = entries.into_iter().filter(|e| e.kind.starts_with("approval.")).map(|e| e.body);
            Ok((whole.returned, ours.collect::<String>()))
        })
        .await
        .unwrap();
    assert_eq!(returned, Some((s.leader, None, "立案理由没有写明管辖依据".into())));
    for text in ["管辖依据", "初步证据"] {
        assert!(!bodies.contains(text), "the journal holds only a commitment to long texts");
    }
    s.world.ledger.verify(None, 2).await.unwrap();
}

#[test]
fn what_the_rules_forbid_is_not_even_submitted() {
    let mut s = scene("xujing", Kind::PenaltyDecided);
    s.next.day = date(2024, 3, 20);
    let (before, rows) = (s.position(), s.refusals().len());
    let refused = s.submit();
    let Err(Error::Refused(refusal)) = refused else { panic!("submitted inside the party's time: {refused:?}") };
    assert!(refusal.unmet.iter().any(|u| u.rule == "I11"), "{refusal:?}");
    assert_eq!((s.position(), s.refusals().len()), (before, rows + 1));
}

#[test]
fn refused_at_the_last_signature_it_leaves_nothing_but_its_row() {
    let s = scene("xujing", Kind::PenaltyDecided);
    let head = s.team.heads[0];
    let approval = s.submit().unwrap();
    s.sign(approval, s.leader).unwrap();
    // Meanwhile the party defends itself, and nobody has answered yet (处罚法 45).
    let defended = drive::Step::party(s.next.day, Kind::Defended, vec![("content", "当事人称车辆系他人调度。".into())]);
    drive::perform(&s.world.casework, &s.team, Some(s.case), None, &defended).unwrap();
    let whole = s.whole(approval);
    assert_eq!(whole.since.len(), 1, "the page says what was recorded since");
    assert!(matches!(whole.judgement, Some(Err(Error::Refused(_)))));
    let (before, rows) = (s.position(), s.refusals().len());
    let refused = s.sign(approval, head);
    let Err(Error::Refused(refusal)) = refused else { panic!("decided over an unanswered defence: {refused:?}") };
    assert!(refusal.unmet.iter().any(|u| u.rule == "I14b"), "{refusal:?}");
    assert_eq!(s.position(), before, "neither signature nor act");
    let kept = s.refusals();
    assert_eq!((kept.len(), kept[0].person, kept[0].act.as_str()), (rows + 1, head, "PenaltyDecided"));
    assert_eq!(s.whole(approval).row.role(), Some(Role::Head), "it still waits for the head");
    // Answered, it is decided.
    let defence = whole.since[0].0;
    let mut recheck = drive::Step::case(
        s.next.day,
        Kind::Rechecked,
        vec![("result", "rejected".into()), ("answer", "与查明事实不符，不予采纳。".into())],
    );
    recheck.subject = law::case::Subject::Item(law::acts::ActNo(defence));
    drive::perform(&s.world.casework, &s.team, Some(s.case), None, &recheck).unwrap();
    assert!(matches!(s.sign(approval, head), Ok(Step::Performed(_))));
}

#[test]
fn lists_show_whose_turn_it_is() {
    let s = scene("xujing", Kind::Filing);
    let approval = s.submit().unwrap();
    let day = s.next.day;
    let mine = |person: u32| {
        let standings = s.world.casework.standings.clone();
        s.world
            .ledger
            .read_blocking(move |tx| {
                let turns = standings.with_orders(tx, "xujing")?.1.turns(person, day);
                let which = Which::Mine(person, turns);
                let rows = approvals::page(tx, &which, i64::MAX, 50)?.0;
                assert_eq!(approvals::count(tx, &which)?, rows.len() as i64);
                Ok(rows.iter().filter(|r| r.id == approval).count())
            })
            .unwrap()
    };
    let (head, officer) = (s.team.heads[0], s.team.officers[0]);
    assert_eq!([mine(s.leader), mine(head), mine(officer)], [1, 0, 0]);
    s.sign(approval, s.leader).unwrap();
    assert_eq!([mine(s.leader), mine(head), mine(officer)], [0, 1, 0]);
    let case = s.case;
    let open = |n: usize| {
        let rows = s.world.ledger.read_blocking(move |tx| approvals::open_of(tx, case)).unwrap();
        assert_eq!(rows.len(), n);
    };
    open(1);
    s.sign(approval, head).unwrap();
    open(0);
    let sent = s.world.ledger.read_blocking(move |tx| approvals::page(tx, &Which::Sent(officer), i64::MAX, 1)).unwrap();
    assert_eq!((sent.0.len(), sent.1), (1, None));
}

#[test]
fn a_role_that_performs_no_such_act_is_told_so() {
    let world = World::new();
    let team = world.team("xujing");
    let steps = drive::ordinary(&team, &by_unit("C01", date(2024, 3, 5), 2_000_000), false, workday);
    let archive = world
        .ledger
        .read_blocking(|tx| Ok(office::read::holders(tx, date(2024, 3, 5))?.into_iter().find(|h| h.2 == Role::Archive)))
        .unwrap()
        .unwrap();
    let proposed = casework::Proposed { person: archive.0, ..drive::proposed(&team, &steps[0]) };
    let place = Where::New { organ: team.organ.clone(), unit: team.unit.clone(), lead: None };
    let why = not_allowed(world.casework.perform_blocking(place, proposed));
    assert_eq!(why, "您的角色是档案，不能办理“线索登记”");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_case_through_its_chains_is_rebuilt_and_verified() {
    let world = tokio::task::spawn_blocking(|| {
        let world = World::chained();
        for (organ, fine) in [("xujing", 6_000_000), ("qp", 6_010_000)] {
            let team = world.team(organ);
            let steps = drive::ordinary(&team, &by_unit("C01", date(2024, 3, 5), fine), true, workday);
            let mut case = None;
            for step in &steps {
                world.on(step.day);
                case = Some(drive::perform(&world.casework, &team, case, None, step).expect("a lawful act").case);
            }
        }
        world
    })
    .await
    .unwrap();
    let counted = world
        .ledger
        .read(|tx| {
            tx.rows("SELECT state, COUNT(*) FROM approvals WHERE bureau = $1 GROUP BY state", &["qp".into()], |r| {
                Ok((r.text(0), r.int(1)))
            })
        })
        .await
        .unwrap();
    assert_eq!(counted, [("performed".to_owned(), 6)], "filing, decision and closing of either case");
    let live = world.ledger.digest_projections().await.unwrap();
    world.ledger.rebuild().await.unwrap();
    assert_eq!(live, world.ledger.digest_projections().await.unwrap());
    assert!(live.contains_key("approvals") && live.contains_key("approval_signatures"));
    world.ledger.verify(None, 2).await.unwrap();
}

#[test]
fn chains_are_imported_from_a_sheet_and_taken_away_again() {
    let world = World::new();
    let import = |text: &'static str| {
        let sheet = office::sheet::read(text.as_bytes()).unwrap();
        let (what, day) = (office::import::What::Chains, date(2024, 3, 5));
        world.ledger.act_blocking(move |tx| office::import::import(tx, what, &sheet, "import", day, false)).unwrap()
    };
    let chain = || {
        let standings = world.casework.standings.clone();
        let orders = world.ledger.read_blocking(move |tx| Ok(standings.with_orders(tx, "xujing")?.1)).unwrap();
        orders.chain(Kind::Filing).cloned()
    };
    let done = import("机关,办理,角色,可由一人\nxujing,立案,中队长、负责人,是\n");
    assert_eq!((done.recorded, done.problems.len()), (1, 0));
    let found = chain().unwrap();
    assert_eq!((found.roles.as_slice(), found.one_person), (SQUAD.as_slice(), true));
    assert_eq!(import("机关,办理,角色,可由一人\nxujing,立案,中队长、负责人,是\n").known, 1);
    // Somebody who signs for nobody is no step, and no such act is no act.
    let bad = import("机关,办理,角色\nxujing,立案,系统管理员\nxujing,开饭,负责人\n");
    assert_eq!((bad.recorded, bad.problems.len()), (0, 2));
    assert_eq!(import("机关,办理,角色\nxujing,立案,\n").recorded, 1);
    assert_eq!(chain(), None);
}
