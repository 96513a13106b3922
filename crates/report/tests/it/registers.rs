//! Figures counted from registers, on rows written down here, each expectation counted by hand.

use jiff::civil::date;
use report::{Figure, Period};
use serde_json::{Value as Json, json};

use crate::contents::{decisions, persons};
use crate::world::{World, on_each, report_day, until};

type Rows = Vec<(&'static str, Json)>;

/// A row of a register's table; what every table needs is filled in.
fn row(table: &'static str, id: i64, fields: Json) -> (&'static str, Json) {
    let mut row = json!({ "id": id, "title": format!("{table} {id}"), "version": 1 });
    row.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    (table, row)
}

/// A row of a table of lines.
fn line(table: &'static str, record: i64, line: i64, fields: Json) -> (&'static str, Json) {
    let mut row = json!({ "record": record, "line": line });
    row.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    (table, row)
}

/// On the days around a period: the last of the year before, the first, the report's last, the day after.
const DAYS: [&str; 4] = ["2023-12-31", "2024-01-01", "2024-11-21", "2024-11-22"];

#[track_caller]
fn is(figure: &Figure, value: i64, worded: &str) {
    assert_eq!((figure.value, figure.worded.as_str()), (Some(value), worded), "{}", figure.id);
}

async fn seeded(world: &World, rows: Rows) {
    world.seed([persons(), decisions(), rows].concat()).await;
}

#[test]
fn what_is_dated_counts_from_the_first_day_to_the_last() {
    // Table, its day, and the figure that counts it.
    let plain = [
        ("register_outreach", "held", "outreach.events", "2次"),
        ("register_lecture", "held", "outreach.lectures", "2次"),
        ("register_model_case", "published", "supervision.model_cases", "2篇"),
        ("register_study_discussion", "held", "study.rule_of_law_discussions", "2次"),
        ("register_information", "received", "disclosure.applications", "2件"),
        ("register_duty_application", "received", "duty.applications", "2件"),
        ("register_suggestion", "received", "suggestion.total", "2条"),
    ];
    on_each(async |world| {
        let mut rows = Rows::new();
        for (table, key, ..) in plain {
            for (n, day) in (1..).zip(DAYS) {
                rows.push(row(table, n, json!({ key: day })));
            }
            // Another bureau's in the same database.
            rows.push(row(table, 9, json!({ "bureau": "别处", key: "2024-06-01" })));
        }
        seeded(&world, rows).await;
        for (_, _, id, worded) in plain {
            is(&world.figure(id, report_day()).await, 2, worded);
            assert_eq!(world.figure(id, until(date(2024, 12, 31))).await.value, Some(3), "{id}");
            assert_eq!(world.figure(id, until(date(2023, 12, 31))).await.value, Some(1), "{id}");
            assert_eq!(world.figure(id, until(date(2022, 12, 31))).await.value, Some(0), "{id}");
        }
    });
}

fn transfer(id: i64, more: Json) -> (&'static str, Json) {
    let mut fields = json!({ "handed": "2024-03-05", "direction": "received", "origin": "province", "peer": "昆山", "subject": "倾倒" });
    fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row("register_transfer", id, fields)
}

#[test]
fn transfers_are_of_other_provinces_traced_and_decided() {
    on_each(async |world| {
        // Cases of `contents`: 1 decided on 1 January, 10,000 yuan; 3 decided on 21 November, revoked on 5 December, 20,000; 4 two
        // decisions of 20 November that stand at 500 and 2,000; 7 decided on 22 November; 6 waived; 5 fined 50 on the spot.
        let rows = vec![
            transfer(1, json!({ "case_id": 1, "traced": "2024-11-21" })),
            // The same case once more: solved twice, fined once.
            transfer(2, json!({ "case_id": 1, "traced": "2024-04-01" })),
            transfer(3, json!({ "case_id": 3, "traced": "2024-04-01" })),
            transfer(4, json!({ "case_id": 4, "traced": "2024-04-01" })),
            // Traced after the last day; decided after it; a waiver is no penalty; never traced; no case.
            transfer(5, json!({ "case_id": 5, "traced": "2024-11-22" })),
            transfer(6, json!({ "case_id": 7, "traced": "2024-04-01" })),
            transfer(7, json!({ "case_id": 6, "traced": "2024-04-01" })),
            transfer(8, json!({ "case_id": 5 })),
            transfer(9, json!({ "traced": "2024-04-01" })),
            // Of the own city, sent, of another year.
            transfer(10, json!({ "origin": "city", "case_id": 5, "traced": "2024-04-01" })),
            transfer(11, json!({ "direction": "sent", "case_id": 5, "traced": "2024-04-01" })),
            transfer(12, json!({ "handed": "2023-12-31", "case_id": 5, "traced": "2024-04-01" })),
        ];
        seeded(&world, rows).await;
        is(&world.figure("transfer.received", report_day()).await, 9, "9起");
        is(&world.figure("transfer.solved", report_day()).await, 4, "4起");
        // 10,000 + 20,000 (revoked after the last day) + 500 + 2,000.
        is(&world.figure("transfer.fines", report_day()).await, 32_500, "3.25万元");
        // By the end of the year 3 is revoked (0), and 5 (50 yuan) and 7 (300) are decided and traced.
        is(&world.figure("transfer.solved", until(date(2024, 12, 31))).await, 6, "6起");
        is(&world.figure("transfer.fines", until(date(2024, 12, 31))).await, 12_850, "1.285万元");
    });
}

#[test]
fn a_fine_stands_on_a_day_as_it_was_changed_by_then() {
    on_each(async |world| {
        let mut rows = vec![transfer(1, json!({ "case_id": 1, "traced": "2024-03-06" }))];
        // Case 1, 10,000 yuan: 8,000 from 1 March, 6,000 from 1 June, nothing from 1 September.
        for (day, fine) in [("2024-03-01", 800_000), ("2024-06-01", 600_000), ("2024-09-01", 0)] {
            rows.push(("decision_fines", json!({ "case_id": 1, "act": 8, "day": day, "fine": fine })));
        }
        seeded(&world, rows).await;
        for (day, yuan, worded) in [
            (date(2024, 3, 6), 8_000, "8000元"),
            (date(2024, 5, 31), 8_000, "8000元"),
            (date(2024, 6, 1), 6_000, "6000元"),
            (date(2024, 8, 31), 6_000, "6000元"),
            (date(2024, 9, 1), 0, "0元"),
        ] {
            is(&world.figure("transfer.fines", until(day)).await, yuan, worded);
        }
        // Revoked or not, it was solved.
        is(&world.figure("transfer.solved", report_day()).await, 1, "1起");
    });
}

#[test]
fn a_campaign_counts_actions_by_their_beginning_and_heads_by_their_day() {
    on_each(async |world| {
        let mut rows = vec![
            row("register_campaign", 1, json!({ "begun": "2024-02-01", "series": "thunder" })),
            row("register_campaign", 2, json!({ "begun": "2024-02-01", "series": "other" })),
        ];
        for (id, campaign, begun) in
            [(1, 1, "2023-12-31"), (2, 1, "2024-11-21"), (3, 1, "2024-11-22"), (4, 2, "2024-06-01")]
        {
            rows.push(row(
                "register_campaign_action",
                id,
                json!({ "campaign": campaign, "begun": begun, "action": "行动" }),
            ));
        }
        let roll = |record: i64, n: i64, day: &str, heads: i64| {
            line("register_campaign_action_roll", record, n, json!({ "day": day, "unit": "u3", "heads": heads }))
        };
        rows.extend([roll(1, 1, "2023-12-31", 1000), roll(1, 2, "2024-01-01", 60), roll(2, 1, "2024-11-21", 150)]);
        rows.extend([roll(2, 2, "2024-11-22", 5000), roll(4, 1, "2024-06-01", 7000)]);
        seeded(&world, rows).await;
        is(&world.figure("campaign.thunder.actions", report_day()).await, 1, "1次");
        is(&world.figure("campaign.thunder.person_times", report_day()).await, 210, "200余人次");
    });
}

#[test]
fn a_campaign_counts_the_cases_its_acts_raised_once_decided() {
    on_each(async |world| {
        let mut rows = vec![
            row("register_campaign", 1, json!({ "begun": "2024-02-01", "series": "thunder" })),
            row("register_campaign", 2, json!({ "begun": "2024-02-01", "series": "other" })),
        ];
        for (id, campaign) in [(21, 1), (22, 1), (23, 1), (24, 2), (25, 1), (26, 1)] {
            rows.push((
                "cases",
                json!({ "id": id, "organ": "o1", "unit": "u3", "title": "整治案", "opened": "2024-01-01", "campaign": campaign }),
            ));
        }
        let mut decision = |case: i64, act: i64, kind: &str, decided: &str, decided_fen: i64, fen: i64| {
            rows.push((
                "decisions",
                json!({ "case_id": case, "act": act, "organ": "o1", "unit": "u3", "kind": kind, "procedure": "ordinary", "number": "示",
                        "decided": decided, "fine": fen, "fine_decided": decided_fen }),
            ));
        };
        decision(21, 1, "OnSpotPenalty", "2024-01-01", 10_000, 10_000);
        decision(22, 8, "PenaltyWaived", "2024-11-21", 0, 0);
        decision(23, 8, "PenaltyDecided", "2024-11-22", 500_000, 500_000);
        decision(24, 8, "PenaltyDecided", "2024-06-01", 500_000, 500_000);
        // Two decisions in one case, the first changed since; 26 is not decided.
        decision(25, 8, "PenaltyDecided", "2024-06-01", 30_000, 20_000);
        decision(25, 9, "PenaltyDecided", "2024-06-01", 70_000, 70_000);
        rows.push(("decision_fines", json!({ "case_id": 25, "act": 8, "day": "2024-07-01", "fine": 20_000 })));
        seeded(&world, rows).await;
        is(&world.figure("campaign.thunder.cases", report_day()).await, 3, "3件");
        // 100 + 200 + 700 yuan.
        is(&world.figure("campaign.thunder.fines", report_day()).await, 1_000, "1000元");
        is(&world.figure("campaign.thunder.cases", until(date(2024, 12, 31))).await, 4, "4件");
        is(&world.figure("campaign.thunder.fines", until(date(2024, 12, 31))).await, 6_000, "6000元");
    });
}

#[test]
fn training_counts_rounds_people_and_months_that_are_over() {
    on_each(async |world| {
        let mut rows = Rows::new();
        for (id, begun, all, drill) in [
            (1, "2024-04-01", 1, 1),
            (2, "2024-11-21", 1, 1),
            (3, "2024-05-01", 0, 1),
            (4, "2024-05-01", 1, 0),
            (5, "2024-11-22", 1, 1),
        ] {
            rows.push(row(
                "register_training_round",
                id,
                json!({ "begun": begun, "all_staff": all, "drill": drill, "subject": "轮训" }),
            ));
            for (n, (person, absent)) in (1..).zip([(1, json!(null)), (2, json!(0)), (3, json!(1))]) {
                rows.push(line(
                    "register_training_round_attendance",
                    id,
                    n,
                    json!({ "person": person, "absent": absent }),
                ));
            }
        }
        for (id, held, kind) in [
            (1, "2024-01-01", "qualification"),
            (2, "2024-11-21", "renewal"),
            (3, "2024-06-01", "other"),
            (4, "2024-11-22", "qualification"),
        ] {
            rows.push(row("register_exam", id, json!({ "held": held, "kind": kind, "subject": "考试" })));
            rows.push(line("register_exam_results", id, 1, json!({ "person": id, "passed": 1 })));
            rows.push(line("register_exam_results", id, 2, json!({ "person": 6, "passed": 0 })));
        }
        // Person 1 passes twice.
        rows.push(line("register_exam_results", 2, 3, json!({ "person": 1, "passed": 1 })));
        for (id, held, level) in
            [(1, "2024-05-01", "district"), (2, "2024-06-01", "district"), (3, "2024-06-01", "unit")]
        {
            rows.push(row("register_fitness_test", id, json!({ "held": held, "level": level, "subject": "测试" })));
            rows.push(line("register_fitness_test_results", id, 1, json!({ "person": 1, "passed": 0 })));
            rows.push(line("register_fitness_test_results", id, 2, json!({ "person": 10 + id })));
        }
        rows.push(row("register_training_plan", 1, json!({ "made": "2024-01-02", "plan_year": 2024 })));
        rows.push(row("register_training_plan", 2, json!({ "made": "2023-01-02", "plan_year": 2023 })));
        for (n, (completed, hours, credits)) in (1..).zip([
            (json!("2024-01-01"), 100, 10),
            (json!("2024-10-31"), 205, 25),
            (json!("2024-11-01"), 30, 5),
            (json!("2024-11-30"), 40, 10),
            (json!(null), 500, 50),
        ]) {
            rows.push(line(
                "register_training_plan_items",
                1,
                n,
                json!({ "month": n, "topic": "课", "completed": completed, "hours": hours, "credits": credits }),
            ));
        }
        // The plan of the year before, completed late.
        rows.push(line(
            "register_training_plan_items",
            2,
            1,
            json!({ "month": 12, "topic": "课", "completed": "2024-02-01", "hours": 900, "credits": 90 }),
        ));
        seeded(&world, rows).await;
        is(&world.figure("training.rounds", report_day()).await, 2, "2轮");
        is(&world.figure("training.person_times", report_day()).await, 4, "4人次");
        // Persons 1 and 2.
        is(&world.figure("training.exam_passed", report_day()).await, 2, "2人");
        // Persons 1, 11 and 12.
        is(&world.figure("training.fitness_tests", report_day()).await, 3, "3人");
        // To the end of October: 10 + 20.5 hours, 1 + 2.5 credits.
        let hours = world.figure("training.hours", report_day()).await;
        assert_eq!((hours.value, hours.unit.as_str(), hours.worded.as_str()), (Some(305), "0.1学时", "30.5学时"));
        assert_eq!(world.figure("training.credits", report_day()).await.worded, "3.5学分");
        // November is complete on its last day, not on the day before.
        is(&world.figure("training.hours", until(date(2024, 11, 30))).await, 375, "37.5学时");
        is(&world.figure("training.hours", until(date(2024, 11, 29))).await, 305, "30.5学时");
        // In January no month of the year is complete.
        is(&world.figure("training.hours", until(date(2024, 1, 30))).await, 0, "0学时");
    });
}

#[test]
fn checks_of_one_case_count_once_and_squads_are_squads() {
    on_each(async |world| {
        let mut rows = Rows::new();
        for table in ["register_decision_evaluation", "register_recording_check"] {
            for (id, held, case) in
                [(1, "2024-01-01", 1), (2, "2024-11-21", 1), (3, "2024-06-01", 2), (4, "2024-11-22", 3)]
            {
                rows.push(row(table, id, json!({ "held": held, "case_id": case, "result": "fit" })));
            }
        }
        // Every case of `contents` is of the squad u3; one more of the brigade.
        rows.push((
            "cases",
            json!({ "id": 20, "organ": "o1", "unit": "u2", "title": "大队案", "opened": "2024-01-01" }),
        ));
        for (id, mode, case) in [
            (1, "online", 1),
            (2, "online", 1),
            (3, "online", 2),
            (4, "offline", 3),
            (5, "cross", 4),
            (6, "online", 20),
        ] {
            rows.push(row(
                "register_file_evaluation",
                id,
                json!({ "held": "2024-06-01", "mode": mode, "case_id": case, "score": 900 }),
            ));
        }
        seeded(&world, rows).await;
        is(&world.figure("evaluation.major_decisions", report_day()).await, 2, "2件");
        is(&world.figure("supervision.recordings_checked", report_day()).await, 2, "2件");
        is(&world.figure("evaluation.online_files", report_day()).await, 2, "2件");
    });
}

#[test]
fn awards_are_named_one_by_one() {
    on_each(async |world| {
        let award = |id: i64, won: &str, contest: &str, event: &str, rank: &str| {
            row("register_award", id, json!({ "won": won, "contest": contest, "event": event, "rank": rank }))
        };
        seeded(
            &world,
            vec![
                award(1, "2024-10-31", "规范文明执法竞赛活动", "团体", "一等奖"),
                award(2, "2024-05-29", "法律知识竞赛", "预赛", "第二"),
                award(3, "2024-10-31", "规范文明执法竞赛活动", "演讲比赛", "二等奖"),
                award(4, "2024-11-22", "另一竞赛", "个人", "第一"),
            ],
        )
        .await;
        let words = "法律知识竞赛预赛第二；规范文明执法竞赛活动团体一等奖、演讲比赛二等奖";
        is(&world.figure("award.total", report_day()).await, 3, words);
        is(&world.figure("award.total", until(date(2024, 1, 31))).await, 0, "没有获奖");
    });
}

fn dispute(id: i64, more: Json) -> (&'static str, Json) {
    let mut fields = json!({ "received": "2024-03-05", "kind": "review", "organ": "o1", "subject": "不服处罚", "authority": "区政府" });
    fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row("register_dispute", id, fields)
}

#[test]
fn disputes_are_the_districts_own_and_those_ended_by_the_last_day() {
    on_each(async |world| {
        let rows = vec![
            ("organs", json!({ "id": "o2", "name": "区局", "kind": "bureau" })),
            dispute(1, json!({ "organ": "o2", "concluded": "2024-11-21", "result": "upheld" })),
            dispute(2, json!({ "organ": "o2", "subject": "不服罚款", "concluded": "2024-11-22", "result": "revoked" })),
            dispute(3, json!({ "organ": "o2", "received": "2024-11-21" })),
            dispute(
                4,
                json!({ "organ": "o2", "received": "2023-12-31", "concluded": "2024-03-01", "result": "revoked" }),
            ),
            // A town's.
            dispute(5, json!({ "concluded": "2024-05-01", "result": "revoked" })),
            line(
                "register_dispute_sessions",
                1,
                1,
                json!({ "held": "2024-11-21", "court": "一庭", "head_present": 1, "head": 1 }),
            ),
            line(
                "register_dispute_sessions",
                2,
                1,
                json!({ "held": "2024-11-22", "court": "一庭", "head_present": 0 }),
            ),
            line(
                "register_dispute_sessions",
                4,
                1,
                json!({ "held": "2024-01-01", "court": "一庭", "head_present": 0 }),
            ),
            line(
                "register_dispute_sessions",
                4,
                2,
                json!({ "held": "2023-12-31", "court": "一庭", "head_present": 0 }),
            ),
            line(
                "register_dispute_sessions",
                5,
                1,
                json!({ "held": "2024-04-01", "court": "一庭", "head_present": 0 }),
            ),
        ];
        seeded(&world, rows).await;
        is(&world.figure("dispute.total", report_day()).await, 3, "3件");
        is(&world.figure("dispute.concluded", report_day()).await, 1, "1件");
        is(&world.figure("dispute.corrected", report_day()).await, 0, "无纠错案件");
        let claim = world.claim("claim.no_corrected_disputes", report_day()).await;
        assert_eq!((claim.holds, claim.worded.as_str()), (true, "办结案件中无纠错案件"));
        // A day later the second is concluded, against the bureau.
        let later = until(date(2024, 11, 22));
        is(&world.figure("dispute.corrected", later).await, 1, "1件");
        let claim = world.claim("claim.no_corrected_disputes", later).await;
        assert_eq!((claim.holds, claim.worded.as_str()), (false, "办结的2件中有1件被纠错（不服罚款）"));
        is(&world.figure("dispute.hearings", report_day()).await, 2, "2起");
        is(&world.figure("dispute.head_appearances", report_day()).await, 1, "1起");
        is(&world.figure("dispute.head_appearance_rate", report_day()).await, 50, "50%");
        let none = world.figure("dispute.head_appearance_rate", until(date(2022, 12, 31))).await;
        assert_eq!((none.value, none.worded.as_str()), (None, "（期内没有开庭，不计算）"));
    });
}

#[test]
fn letters_count_by_kind_and_none_has_its_words() {
    on_each(async |world| {
        let letter = |id: i64, kind: &str, received: &str| {
            row(
                "register_letter",
                id,
                json!({ "kind": kind, "received": received, "sender": "检察院", "topic": "摊贩" }),
            )
        };
        let rows = vec![
            letter(1, "consultation", "2024-11-21"),
            letter(2, "procuratorial_suggestion", "2024-11-22"),
            letter(3, "judicial_suggestion", "2023-12-31"),
        ];
        seeded(&world, rows).await;
        is(&world.figure("oversight.judicial_suggestions", report_day()).await, 0, "未收到");
        is(&world.figure("oversight.correction_notices", report_day()).await, 0, "未收到");
        is(&world.figure("oversight.procuratorial_letters", report_day()).await, 1, "1份");
        is(&world.figure("oversight.procuratorial_letters", until(date(2024, 12, 31))).await, 2, "2份");
    });
}

async fn worded(world: &World, id: &str, period: Period) -> (bool, i64, String) {
    let claim = world.claim(id, period).await;
    (claim.holds, claim.counterexamples, claim.worded)
}

#[test]
fn an_open_application_is_no_counterexample_until_its_term_is_over() {
    on_each(async |world| {
        let application = |table: &'static str, id: i64, due: &str, answered: Json| {
            row(
                table,
                id,
                json!({ "received": "2024-10-10", "number": format!("{id}"), "due_answer": due, "answered": answered }),
            )
        };
        let mut rows = Rows::new();
        for table in ["register_information", "register_duty_application"] {
            rows.push(application(table, 1, "2024-11-08", json!("2024-11-08")));
            // Its term runs on the last day.
            rows.push(application(table, 2, "2024-11-21", json!(null)));
        }
        seeded(&world, rows).await;
        let open = "到期的均按照规定时限和要求答复申请人，另有1件仍在答复期限内";
        assert_eq!(worded(&world, "claim.disclosure_in_time", report_day()).await, (true, 0, open.to_owned()));
        let open = "2件中有1件仍在办理期限内，到期的均已回复申请人";
        assert_eq!(worded(&world, "claim.duty_answered", report_day()).await, (true, 0, open.to_owned()));
        // A day later it is over.
        let later = until(date(2024, 11, 22));
        assert_eq!(
            worded(&world, "claim.disclosure_in_time", later).await,
            (false, 1, "2件申请中有1件没有在规定时限内答复（登记号2）".into())
        );
        assert_eq!(
            worded(&world, "claim.duty_answered", later).await,
            (false, 1, "2件中有1件期满仍未回复申请人（登记号2）".into())
        );
    });
    on_each(async |world| {
        // Answered late: against the one claim, not against the other, which asks for an answer only.
        let late =
            json!({ "received": "2024-05-10", "number": "1", "due_answer": "2024-06-07", "answered": "2024-06-11" });
        seeded(&world, vec![row("register_information", 1, late.clone()), row("register_duty_application", 1, late)])
            .await;
        assert!(!worded(&world, "claim.disclosure_in_time", report_day()).await.0);
        assert_eq!(worded(&world, "claim.duty_answered", report_day()).await, (true, 0, "均已回复申请人".into()));
        // Before the answer, and before the term ended, it was merely open.
        assert!(worded(&world, "claim.disclosure_in_time", until(date(2024, 6, 7))).await.0);
        let none = worded(&world, "claim.duty_answered", until(date(2022, 12, 31))).await;
        assert_eq!(none, (true, 0, "没有需要回复的履职申请".into()));
    });
}

#[test]
fn a_public_lawyer_has_the_licence_by_the_last_day() {
    on_each(async |world| {
        // Person 1 qualified on 21 November; person 2 a day later.
        let licence = |person: i64, from: &str| {
            ("qualifications", json!({ "person": person, "kind": "public_lawyer", "from_day": from }))
        };
        seeded(&world, vec![licence(1, "2024-11-22")]).await;
        let claim = worded(&world, "claim.public_lawyers_qualified", report_day()).await;
        assert_eq!(claim, (false, 1, "其中有1名尚未获得公职律师执业资格（人员编号1）".into()));
        let claim = worded(&world, "claim.public_lawyers_qualified", until(date(2024, 11, 22))).await;
        assert_eq!(claim, (false, 1, "其中有1名尚未获得公职律师执业资格（人员编号2）".into()), "person 2 has none");
    });
}
