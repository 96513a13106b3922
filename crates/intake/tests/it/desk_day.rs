//! What the desk and the squad do with tickets: settle, join, answer together, pause, prolong, look again, look later, send on; what the desk settled
//! teaches the model; rules of dispatch decide and are tried on the past.

use intake::{Act, Caller, Channel, Error, Finding, Intake, Kind, NewTicket, Spot, Stage, Ticket, clocks, decide};
use jiff::civil::{Date, date};
use testkit::World;
use understanding::dispatch::Rule;

use crate::{desk, world};

/// Monday.
const DAY: Date = date(2024, 4, 1);

fn call(content: &str, address: &str, phone: &str) -> NewTicket {
    NewTicket {
        source: "call".into(),
        order_no: String::new(),
        channel: Channel::Call,
        kind: Kind::Complaint,
        received: DAY.at(9, 0, 0, 0),
        address: address.into(),
        content: content.into(),
        caller: Caller { name: Some("罗女士".into()), phone: Some(phone.into()) },
        confidential: false,
        urgent: false,
    }
}

async fn ticket(world: &World, id: i64) -> Ticket {
    world.ledger.read(move |tx| intake::read::file(tx, id)).await.unwrap().unwrap().ticket
}

async fn done(intake: &Intake, id: i64, on: Date, act: Act) -> Result<(), Error> {
    let note = act.needs_note().then(|| "写明经过".to_owned());
    intake.perform(desk(on), id, None, act, note).await
}

fn joined(to: i64) -> Act {
    Act::Joined { to, unit: None, why: Vec::new() }
}

fn assigned(unit: &str) -> Act {
    Act::Assigned { unit: unit.into(), note: None, with: Vec::new(), rule: None }
}

fn answered() -> Act {
    Act::Answered { solved: true, note: String::new(), shared: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_goes_to_everybody_who_follows() {
    let (world, intake) = world().await;
    let first =
        intake.receive(desk(DAY), call("明珠路晚上有人摆摊卖炸串", "徐泾镇明珠路", "13812340001")).await.unwrap();
    let second =
        intake.receive(desk(DAY), call("明珠路摆摊的又来了，路走不通", "徐泾镇明珠路", "13812340002")).await.unwrap();
    let third = intake.receive(desk(DAY), call("明珠路炸串摊占道", "徐泾镇明珠路", "13812340003")).await.unwrap();
    done(&intake, first, DAY, assigned("xujing-squad")).await.unwrap();
    for follower in [second, third] {
        done(&intake, follower, DAY, joined(first)).await.unwrap();
        assert_eq!(ticket(&world, follower).await.unit.as_deref(), Some("xujing-squad"), "it goes to the same squad");
    }
    // A chain of followers would leave the last without an answer.
    assert!(matches!(done(&intake, first, DAY, joined(third)).await, Err(Error::Bad(_))));
    // One is taken out again, and handled alone.
    done(&intake, third, DAY, Act::Unjoined { note: String::new() }).await.unwrap();
    assert!(
        matches!(done(&intake, second, DAY, answered()).await, Err(Error::Refused(_))),
        "the first one answers for it"
    );
    done(&intake, first, DAY, answered()).await.unwrap();
    done(&intake, first, DAY, Act::Closed {}).await.unwrap();
    assert_eq!(ticket(&world, second).await.stage(), Stage::Closed);
    assert_eq!(ticket(&world, third).await.stage(), Stage::Assigned);
    let file = world.ledger.read(move |tx| intake::read::file(tx, second)).await.unwrap().unwrap();
    let shared = file.acts.iter().find(|a| matches!(a.act, Act::Answered { .. })).unwrap();
    assert_eq!(shared.note.as_deref(), Some("写明经过"), "the words are kept with each");
    assert!(matches!(shared.act, Act::Answered { shared: Some(from), .. } if from == first));
    let live = world.ledger.digest_projections().await.unwrap();
    world.ledger.rebuild().await.unwrap();
    assert_eq!(live, world.ledger.digest_projections().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn likely_fellows_are_found_and_joined_only_with_place_and_kind() {
    let (world, intake) = world().await;
    let first = intake
        .receive(desk(DAY), call("明珠路靠地铁口晚上有人摆摊卖炸串，人行道走不了", "徐泾镇明珠路", "13812340001"))
        .await
        .unwrap();
    intake.receive(desk(DAY), call("工地夜里打桩，孩子睡不着", "赵巷镇嘉松中路", "13812340009")).await.unwrap();
    let minds = intake.minds.clone();
    let asked = |content: &'static str, address: &'static str| {
        let minds = minds.clone();
        world.ledger.read(move |tx| {
            let prepared = minds.of(tx)?.prepare(&call(content, address, ""));
            intake::repeats::fellows(tx, &prepared.trace, None, 5)
        })
    };
    let same = asked("地铁口那边晚上又有炸串摊，人行道走不了", "徐泾镇明珠路").await.unwrap();
    assert_eq!(same[0].row.id, first);
    assert!(same[0].like.join, "{:?}", same[0].like);
    let elsewhere = asked("晚上有人摆摊卖炸串，人行道走不了", "重固镇").await.unwrap();
    assert!(elsewhere.iter().all(|f| !f.like.join), "the same words at another place are another matter");
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_pause_prolong_and_run_once_more_after_a_dissatisfied_caller() {
    let (world, intake) = world().await;
    let id = intake.receive(desk(DAY), call("明珠路晚上有人摆摊", "徐泾镇明珠路", "13812340001")).await.unwrap();
    done(&intake, id, DAY, assigned("xujing-squad")).await.unwrap();
    let last = |ticket: &Ticket| {
        let all = clocks::clocks(ticket, law::calendar::Calendar::builtin());
        (all.last().unwrap().label, all.last().unwrap().last)
    };
    // Five workdays from Monday 1 April 2024: the 4th to the 6th are a holiday, Sunday the 7th is worked.
    assert_eq!(last(&ticket(&world, id).await), ("办理答复", date(2024, 4, 9)));
    // It stands still on the 2nd and 3rd: two workdays are not counted.
    done(&intake, id, date(2024, 4, 2), Act::Suspended { reason: "S2".into(), note: String::new() }).await.unwrap();
    let row = world.ledger.read(move |tx| intake::read::file(tx, id)).await.unwrap().unwrap().row;
    assert!(row.still && row.due == Some(date(2024, 4, 2)), "only the first contact still runs: {:?}", row.due);
    done(&intake, id, date(2024, 4, 7), Act::Resumed {}).await.unwrap();
    assert_eq!(last(&ticket(&world, id).await).1, date(2024, 4, 11));
    assert!(matches!(
        done(&intake, id, date(2024, 4, 7), Act::Suspended { reason: "S9".into(), note: String::new() }).await,
        Err(Error::Refused(_))
    ));
    // Prolonged: fifteen workdays instead of five, the pause left out as before.
    done(&intake, id, date(2024, 4, 8), Act::Extended { note: String::new() }).await.unwrap();
    assert_eq!(last(&ticket(&world, id).await).1, date(2024, 4, 25));
    assert!(matches!(
        done(&intake, id, date(2024, 4, 8), Act::Extended { note: String::new() }).await,
        Err(Error::Refused(_))
    ));
    done(
        &intake,
        id,
        date(2024, 4, 10),
        Act::Inspected { finding: Finding::True, note: String::new(), files: Vec::new() },
    )
    .await
    .unwrap();
    done(&intake, id, date(2024, 4, 10), Act::Drafted { solved: true, note: String::new() }).await.unwrap();
    assert_eq!(ticket(&world, id).await.drafted, Some(true));
    done(&intake, id, date(2024, 4, 10), answered()).await.unwrap();
    done(&intake, id, date(2024, 4, 10), Act::Closed {}).await.unwrap();
    let reopen = || Act::Reopened { note: String::new() };
    assert!(
        matches!(done(&intake, id, date(2024, 4, 11), reopen()).await, Err(Error::Refused(_))),
        "nobody said no yet"
    );
    done(&intake, id, date(2024, 4, 11), Act::CalledBack { solved: false, satisfied: false }).await.unwrap();
    done(&intake, id, date(2024, 4, 11), reopen()).await.unwrap();
    // Thursday 11 April: three workdays.
    assert_eq!(last(&ticket(&world, id).await), ("重新办理答复", date(2024, 4, 16)));
    done(&intake, id, date(2024, 4, 11), Act::FollowUpSet { on: date(2024, 5, 6) }).await.unwrap();
    assert!(matches!(
        done(&intake, id, date(2024, 4, 11), Act::FollowUpSet { on: date(2024, 4, 11) }).await,
        Err(Error::Bad(_))
    ));
    assert_eq!(ticket(&world, id).await.follow_up, Some(date(2024, 5, 6)));
    done(&intake, id, date(2024, 5, 6), Act::FollowedUp { again: false, note: String::new() }).await.unwrap();
    assert_eq!(ticket(&world, id).await.follow_up, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_on_is_over_and_says_whether_it_went_in_time() {
    let (world, intake) = world().await;
    let sent = |name: &str| Act::Transferred { body: "police".into(), name: name.into(), note: String::new() };
    for (on, in_time) in [(date(2024, 4, 7), Some(1)), (date(2024, 4, 8), Some(0))] {
        let id = intake.receive(desk(DAY), call("楼上夜里打麻将吵闹", "徐泾镇明珠路", "13812340001")).await.unwrap();
        assert!(matches!(done(&intake, id, on, sent(" ")).await, Err(Error::Refused(_))));
        done(&intake, id, on, sent("公安部门")).await.unwrap();
        assert_eq!(ticket(&world, id).await.stage(), Stage::Transferred);
        // Three workdays from Monday the 1st: the 2nd, the 3rd and, over the holiday, Sunday the 7th.
        let kept =
            world
                .ledger
                .read(move |tx| {
                    tx.row("SELECT in_time FROM tickets WHERE bureau = 'qp' AND id = $1", &[id.into()], |r| {
                        Ok(r.opt_int(0))
                    })
                })
                .await
                .unwrap();
        assert_eq!(kept.flatten(), in_time, "{on}");
        assert!(decide(&ticket(&world, id).await, &answered()).is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_desk_settled_teaches_the_model_and_may_be_forgotten() {
    let (world, intake) = world().await;
    let text = "门口那个大铁家伙天天嗡嗡响，墙都在抖";
    let first = async |world: &World, intake: &Intake| {
        let minds = intake.minds.clone();
        let read = world.ledger.read(move |tx| {
            let mind = minds.of(tx)?;
            Ok((mind.understand("", text).matters[0].code.clone(), mind.version()))
        });
        read.await
    };
    let (before, version) = first(&world, &intake).await.unwrap();
    assert_eq!(version, 0);
    let id = intake.receive(desk(DAY), call(text, "", "13812340001")).await.unwrap();
    let wanted = if before == "D12" { "D08" } else { "D12" };
    let classified = |code: &str| Act::Classified { matters: vec![code.into()], body: None, spot: None, urgent: false };
    assert!(matches!(done(&intake, id, DAY, classified("Z99")).await, Err(Error::Bad(_))));
    for _ in 0..3 {
        done(&intake, id, DAY, classified(wanted)).await.unwrap();
    }
    assert_eq!(first(&world, &intake).await.unwrap(), (wanted.to_owned(), 3), "it has effect at once");
    // Whoever reads the journal anew knows the same.
    let other = Intake::new(world.ledger.clone(), world.casework.clone());
    assert_eq!(first(&world, &other).await.unwrap().0, wanted);
    let months = world.ledger.read(intake::lessons::accuracy).await.unwrap();
    assert_eq!((months[0].month.as_str(), months[0].settled, months[0].first), ("2024-04", 3, 0));
    assert!(matches!(intake.roll_back(desk(DAY), 0, "".into()).await, Err(Error::Bad(_))));
    intake.roll_back(desk(DAY), 0, "认定有误，退回重来".into()).await.unwrap();
    assert_eq!(first(&world, &intake).await.unwrap(), (before.clone(), 4));
    let mark = intake.train(desk(DAY)).await.unwrap();
    assert!(mark.kept && mark.three >= 0.95, "{mark:?}");
    assert_eq!(first(&world, &intake).await.unwrap().0, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_a_person_settled_is_the_place_of_the_ticket() {
    let (world, intake) = world().await;
    let places = world.ledger.read(office::places::all).await.unwrap();
    let place = places.values().find(|p| p.name == "明珠路").unwrap().clone();
    let id = intake.receive(desk(DAY), call("地铁口那边有人摆摊", "", "13812340001")).await.unwrap();
    let spot = |id: &str| Some(Spot { place: Some(id.into()), ..Spot::default() });
    let act = |spot| Act::Classified { matters: vec!["A01".into()], body: None, spot, urgent: true };
    assert!(matches!(done(&intake, id, DAY, act(spot("nowhere"))).await, Err(Error::Bad(_))));
    done(&intake, id, DAY, act(spot(&place.id))).await.unwrap();
    let file = world.ledger.read(move |tx| intake::read::file(tx, id)).await.unwrap().unwrap();
    assert_eq!(file.ticket.spot.unwrap().name, "明珠路");
    assert!(file.row.urgent && file.row.settled && file.row.matter.as_deref() == Some("A01"));
}

fn rule(id: &str, unit: &str, matters: &[&str]) -> Rule {
    Rule {
        id: id.into(),
        unit: unit.into(),
        reason: "夜间由机动力量处置".into(),
        matters: matters.iter().map(|m| (*m).to_owned()).collect(),
        towns: Vec::new(),
        area: Vec::new(),
        sources: Vec::new(),
        hours: None,
        urgent: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_tried_on_the_past_and_then_decide() {
    let (world, intake) = world().await;
    for n in 0..6 {
        let text =
            if n % 2 == 0 { "明珠路晚上有人摆摊卖炸串" } else { "工地夜里打桩，噪声很大" };
        intake.receive(desk(DAY), call(text, "徐泾镇明珠路", "13812340001")).await.unwrap();
    }
    let rules = vec![rule("摊贩", "huaxin-squad", &["A01"])];
    let tried = rules.clone();
    let replayed = world.ledger.read(move |tx| intake::dispatch::replay(tx, &tried, DAY, DAY)).await.unwrap();
    assert_eq!((replayed.tickets, replayed.moved.len()), (6, 3), "the three about stalls would have gone elsewhere");
    assert_eq!(replayed.moved[0].from.as_deref(), Some("xujing-squad"));
    assert_eq!(replayed.moved[0].to, Some(("huaxin-squad".into(), "摊贩".into())));
    let units = vec![("huaxin-squad".to_owned(), 0, 3), ("xujing-squad".to_owned(), 6, 3)];
    assert_eq!(replayed.units, units);
    // A list with mistakes does not stand, and every one is told.
    let wrong = vec![rule("甲", "nobody", &["Z99"]), rule("甲", "huaxin-squad", &[])];
    let Err(Error::Bad(bad)) = intake.set_rules(desk(DAY), 0, wrong, "试一试规则".into()).await else {
        panic!("refused")
    };
    for part in ["承办单位", "Z99", "同名"] {
        assert!(bad.text.contains(part), "{}", bad.text);
    }
    intake.set_rules(desk(DAY), 0, rules, "摊贩由华新中队统一处置".into()).await.unwrap();
    let again = intake.set_rules(desk(DAY), 0, Vec::new(), "别人同时在改".into()).await;
    assert!(matches!(again, Err(Error::Conflict)), "{again:?}");
    let id = intake.receive(desk(DAY), call("明珠路晚上有人摆摊卖炸串", "徐泾镇明珠路", "13812340001")).await.unwrap();
    let received = ticket(&world, id).await.received.unwrap();
    assert_eq!(received.proposed_unit, Some(("huaxin-squad".into(), "夜间由机动力量处置".into())));
    assert_eq!(received.read.unwrap().rule.as_deref(), Some("摊贩"));
}

#[test]
fn the_newer_acts_are_kept_in_these_exact_bytes_for_ever() {
    let n = || "n".to_owned();
    let acts = [
        Act::Classified { matters: vec!["A01".into()], body: None, spot: None, urgent: false },
        Act::Classified {
            matters: vec![],
            body: Some("police".into()),
            spot: Some(Spot { place: Some("p".into()), name: "路".into(), town: "镇".into(), at: Some((1, 2)) }),
            urgent: true,
        },
        Act::Assigned { unit: "u".into(), note: None, with: vec!["v".into()], rule: Some("r".into()) },
        Act::Extended { note: n() },
        Act::Suspended { reason: "S1".into(), note: n() },
        Act::Resumed {},
        Act::Inspected { finding: Finding::Partly, note: n(), files: vec!["f".into()] },
        Act::Drafted { solved: false, note: n() },
        Act::DraftReturned { note: n() },
        Act::Answered { solved: true, note: n(), shared: Some(3) },
        Act::Reopened { note: n() },
        Act::Joined { to: 3, unit: Some("u".into()), why: vec!["同一地点".into()] },
        Act::Unjoined { note: n() },
        Act::Linked { to: 3 },
        Act::Transferred { body: "police".into(), name: "公安部门".into(), note: n() },
        Act::FollowUpSet { on: date(2024, 5, 6) },
        Act::FollowedUp { again: false, note: n() },
    ];
    let expected = [
        r#"{"act":"classified","matters":["A01"]}"#,
        r#"{"act":"classified","matters":[],"body":"police","spot":{"place":"p","name":"路","town":"镇","at":[1,2]},"urgent":true}"#,
        r#"{"act":"assigned","unit":"u","note":null,"with":["v"],"rule":"r"}"#,
        r#"{"act":"extended","note":"n"}"#,
        r#"{"act":"suspended","reason":"S1","note":"n"}"#,
        r#"{"act":"resumed"}"#,
        r#"{"act":"inspected","finding":"partly","note":"n","files":["f"]}"#,
        r#"{"act":"drafted","solved":false,"note":"n"}"#,
        r#"{"act":"draft_returned","note":"n"}"#,
        r#"{"act":"answered","solved":true,"note":"n","shared":3}"#,
        r#"{"act":"reopened","note":"n"}"#,
        r#"{"act":"joined","to":3,"unit":"u","why":["同一地点"]}"#,
        r#"{"act":"unjoined","note":"n"}"#,
        r#"{"act":"linked","to":3}"#,
        r#"{"act":"transferred","body":"police","name":"公安部门","note":"n"}"#,
        r#"{"act":"follow_up_set","on":"2024-05-06"}"#,
        r#"{"act":"followed_up","again":false,"note":"n"}"#,
    ];
    for (act, text) in acts.iter().zip(expected) {
        assert_eq!(serde_json::to_string(act).unwrap(), text);
        assert_eq!(&serde_json::from_str::<Act>(text).unwrap(), act);
    }
    let kinds: std::collections::BTreeSet<&str> = acts.iter().map(Act::kind).collect();
    assert!(kinds.iter().all(|kind| intake::ACTS.contains(&kind.trim_start_matches("ticket."))));
}
