//! What is kept of reports: the bureau's template, imported totals, frozen editions.

use jiff::civil::date;
use ledger::{Fault, SigningKey};
use report::{BUILTIN, Edition, NotSaved, Period, Total, Totals, Who, yearly};
use serde_json::json;

use crate::contents::{decisions, everything, persons, tickets};
use crate::world::{World, on_each, report_day};

fn who() -> Who {
    Who { login: "law".into(), today: date(2024, 11, 21) }
}

async fn save(world: &World, seen: i64, text: &str) -> Result<Result<i64, NotSaved>, Fault> {
    let text = text.to_owned();
    world.ledger.act(move |tx| report::save(tx, &who(), seen, &text)).await
}

#[test]
fn a_saved_template_is_used_and_an_old_position_has_its_own() {
    on_each(async |world| {
        world.seed(persons()).await;
        let start = world.ledger.read(report::current).await.unwrap();
        assert_eq!((start.version, start.text.as_str()), (0, BUILTIN));
        assert!(matches!(save(&world, 0, BUILTIN).await, Ok(Err(NotSaved::Same))));
        let Ok(Err(NotSaved::Bad(problems))) = save(&world, 0, "# 一\n{figure:nothing}").await else {
            panic!("a template with a problem is not saved")
        };
        assert_eq!(problems[0].line, 2);
        assert_eq!(save(&world, 0, "# 一\r\n法制员{figure:people.legal_officers}").await.unwrap().unwrap(), 1);
        let first = yearly(&world.ledger, report_day()).await.unwrap();
        assert_eq!((first.template, first.text().as_str()), (1, "一\n法制员2名\n"));
        // Somebody who still looks at the built-in text does not write over it.
        assert!(matches!(save(&world, 0, "# 二\n乙").await, Err(Fault::Conflict { version: 1, .. })));
        assert_eq!(save(&world, 1, "# 二\n乙").await.unwrap().unwrap(), 2);
        assert_eq!(yearly(&world.ledger, report_day()).await.unwrap().text(), "二\n乙\n");
        let past = world.ledger.past(first.as_of.position, &world.folder.path().join("past")).await.unwrap();
        assert_eq!(yearly(&past, report_day()).await.unwrap().text(), first.text());
        past.close();
    });
}

fn total(indicator: &str, value: i64, until: (i8, i8)) -> Total {
    Total {
        year: 2023,
        indicator: indicator.into(),
        value,
        until: date(2023, until.0, until.1),
        source: "2023 年度报告".into(),
        note: String::new(),
    }
}

#[test]
fn imported_totals_stand_for_their_year_and_say_so() {
    on_each(async |world| {
        world.seed(tickets()).await;
        let totals = Totals { ledger: world.ledger.clone() };
        let some = vec![
            total("ticket.calls", 1234, (12, 31)),
            total("ticket.12345", 2010, (11, 21)),
            total("case.fines_decided", 123_450_000, (12, 31)),
        ];
        assert_eq!(totals.record(who(), some.clone()).await.unwrap(), 3);
        assert_eq!(totals.record(who(), some).await.unwrap(), 0, "known already");
        let year = Period::of_year(2023, date(2023, 12, 31)).unwrap();
        let calls = world.figure("ticket.calls", year).await;
        assert_eq!((calls.value, calls.worded.as_str()), (Some(1234), "约1250个"));
        assert_eq!(calls.imported.unwrap().source, "2023 年度报告");
        let fines = world.figure("case.fines_decided", year).await;
        assert_eq!((fines.value, fines.unit.as_str(), fines.worded.as_str()), (Some(1_234_500), "元", "123.45万元"));
        // Other days are counted from what is there: the one call of 31 December.
        let december = Period::of_days(date(2023, 12, 1), date(2023, 12, 31)).unwrap();
        let calls = world.figure("ticket.calls", december).await;
        assert_eq!((calls.value, calls.imported), (Some(1), None));
        // Beside 2024 up to 21 November: the same day where there is one, else the year's total with its day; nothing for the others.
        let report = yearly(&world.ledger, report_day()).await.unwrap();
        assert_eq!(report.before("ticket.12345").unwrap().worded, "2010件");
        assert_eq!(report.before("ticket.calls").unwrap().worded, "约1250个（截至12月31日）");
        assert!(report.before("ticket.calls").unwrap().records_url.is_none());
        assert!(report.before("ticket.visits").is_none(), "a year of totals is not counted");
        // A corrected total is the newer entry.
        assert_eq!(totals.record(who(), vec![total("ticket.calls", 1250, (12, 31))]).await.unwrap(), 1);
        assert_eq!(world.figure("ticket.calls", year).await.value, Some(1250));
    });
}

#[test]
fn the_year_before_is_counted_where_it_has_records() {
    on_each(async |world| {
        world.seed(tickets()).await;
        // 2024 up to 21 November against 2025 up to the same day.
        let report = yearly(&world.ledger, Period::of_year(2025, date(2025, 11, 21)).unwrap()).await.unwrap();
        let calls = report.before("ticket.calls").unwrap();
        assert_eq!((calls.value, calls.imported.is_none()), (Some(2), true));
        assert_eq!(calls.records_url.as_deref(), Some("/office/report/2024/ticket.calls?until=2024-11-21"));
        assert!(report.before("people.legal_officers").is_none(), "what stood then is not known");
        // Nothing is known of 2023 up to 21 November: no zeros are shown.
        assert!(yearly(&world.ledger, report_day()).await.unwrap().before.is_empty());
    });
}

#[test]
fn what_the_journal_covers_is_not_stated_and_what_is_not_over_is_not_frozen() {
    on_each(async |world| {
        world.seed(everything()).await;
        let totals = report::Totals { ledger: world.ledger.clone() };
        let csv = "年度,指标,数值,截止日,来源\n2023,ticket.calls,900,2023-12-31,2023 年度报告\n\
            2024,ticket.calls,900,2024-11-21,2024 年度报告\n2023,dispute.head_appearance_rate,150%,2023-12-31,2023 年度报告\n";
        let read = tokio::task::spawn_blocking(move || totals.import_blocking(who(), csv.as_bytes(), true));
        let done = read.await.unwrap().unwrap().unwrap();
        let lines: Vec<(usize, &str)> = done.problems.iter().map(|(l, bad)| (*l, bad.field.as_str())).collect();
        assert_eq!((done.recorded, lines), (1, vec![(3, "截止日"), (4, "数值")]), "{:?}", done.problems);
        let year = Period::of_year(2030, date(2030, 12, 31)).unwrap();
        assert!(report::over(&year, who().today).is_err());
        assert!(report::freeze(&world.ledger, who(), year, &key(), "localhost/示例区").await.is_err());
        assert!(report::over(&report_day(), report_day().until()).is_ok());
    });
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

#[test]
fn a_frozen_report_stays_and_tells_what_changed() {
    on_each(async |world| {
        world.seed(everything()).await;
        let computed = yearly(&world.ledger, report_day()).await.unwrap();
        let frozen = report::freeze(&world.ledger, who(), report_day(), &key(), "localhost/示例区").await.unwrap();
        assert_eq!(frozen.number, 1);
        let kept = world.ledger.read(|tx| report::edition(tx, 2024, 1)).await.unwrap().unwrap();
        assert_eq!((&kept.edition, kept.actor.as_str()), (&frozen.edition, "law"));
        // Texts may have to be erased: the journal holds a commitment to them only.
        let entry = world.ledger.read(|tx| Ok(tx.stream("report/2024")?.pop())).await.unwrap().unwrap();
        assert!(entry.body.contains("\"sealed\":") && !entry.body.contains("领导班子"), "{}", entry.body);
        let edition = frozen.edition;
        assert!(serde_json::to_string(&edition).unwrap().contains("领导班子"), "the edition itself has them");
        assert_eq!((edition.position, &edition.root), (computed.as_of.position, &computed.as_of.root));
        assert_eq!(edition.text, computed.sections);
        assert_eq!(edition.figures.len(), computed.figures.len());
        // Two calls count: the second and the third of the seeded tickets.
        let calls = edition.figures.iter().find(|f| f.id == "ticket.calls").unwrap();
        assert_eq!((calls.list.length, calls.list.streams["ticket"].as_str()), (2, "2-3"));
        let answered = edition.claims.iter().find(|c| c.id == "claim.tickets_answered").unwrap();
        assert_eq!((answered.holds, answered.against.length, answered.list.length), (false, 2, 4));
        // The freezing itself changes nothing.
        let same = edition.clone();
        assert_eq!(world.ledger.read(move |tx| report::differences(tx, &same)).await.unwrap(), []);
        edition.check(&key().verifying_key()).unwrap();
        assert!(edition.check(&SigningKey::from_bytes(&[8; 32]).verifying_key()).is_err(), "another's key");
        let sent = serde_json::to_string(&edition).unwrap();
        for (was, is) in [
            ("\"worded\":\"2个\"", "\"worded\":\"3个\""),
            ("\"position\":", "\"position\":1"),
            ("\"length\":2", "\"length\":3"),
        ] {
            assert!(sent.contains(was), "{was}");
            let forged: Edition = serde_json::from_str(&sent.replacen(was, is, 1)).unwrap();
            assert!(forged.check(&key().verifying_key()).unwrap_err().contains("已被改动"), "{was}");
        }
        // One more call, and a ticket whose title alone changes nothing it counts.
        world
            .seed(vec![(
                "tickets",
                json!({ "id": 901, "source": "test", "order_no": "后来", "channel": "call", "received": "2024-05-05" }),
            )])
            .await;
        let later = edition.clone();
        let changes = world.ledger.read(move |tx| report::differences(tx, &later)).await.unwrap();
        let found: Vec<_> =
            changes.iter().map(|c| (c.id.as_str(), c.was.as_str(), c.now.as_str(), c.records)).collect();
        assert_eq!(found, [("ticket.calls", "2个", "3个", (2, 3)), ("ticket.contacted", "55.5%", "50%", (9, 10))]);
        // At its position it comes out the same.
        let past = world.ledger.past(edition.position, &world.folder.path().join("past")).await.unwrap();
        let again = edition.again(&past, &key()).await.unwrap();
        assert!(again.agrees(&edition));
        past.close();
        let second = report::freeze(&world.ledger, who(), report_day(), &key(), "localhost/示例区").await.unwrap();
        assert_eq!(second.number, 2);
        assert!(!second.edition.agrees(&edition));
    });
}

#[test]
fn a_record_that_changed_without_changing_a_number_is_a_change() {
    on_each(async |world| {
        world.seed(decisions()).await;
        let frozen = report::freeze(&world.ledger, who(), report_day(), &key(), "localhost/示例区").await.unwrap();
        let edition = frozen.edition.clone();
        // Another case's title: the figures stay, the lists that show it do not.
        world
            .ledger
            .act(|tx| {
                let bureau = tx.bureau().to_owned();
                tx.execute("UPDATE cases SET title = '改过的案由' WHERE bureau = $1", &[bureau.as_str().into()])
            })
            .await
            .unwrap();
        let changes = world.ledger.read(move |tx| report::differences(tx, &edition)).await.unwrap();
        let fines = changes.iter().find(|c| c.id == "case.fines_decided").unwrap();
        assert_eq!((&fines.was, fines.records.0), (&fines.now, fines.records.1));
    });
}

#[test]
fn a_filter_takes_a_day_as_it_is_said_or_as_it_is_written() {
    on_each(async |world| {
        world
            .seed(vec![(
                "tickets",
                json!({ "id": 901, "source": "test", "order_no": "一", "channel": "call", "received": "2024-05-05" }),
            )])
            .await;
        let asks = |day: &str| format!("{{when any ticket.calls where received = {day}}}有{{else}}无{{end}}");
        let text = ["2024-05-05", "5月5日", "2024-05-06"].map(asks).join("");
        save(&world, 0, &format!("# 一\n{text}\n")).await.unwrap().unwrap();
        let said = yearly(&world.ledger, report_day()).await.unwrap().text();
        assert_eq!(said, "一\n有有无\n");
    });
}
