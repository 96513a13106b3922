//! Each number as counted by hand from `contents`.

use jiff::civil::date;
use report::{Figure, Kind};
use serde_json::json;

use crate::contents::everything;
use crate::world::{on_each, report_day, until};

#[track_caller]
fn is(figure: &Figure, value: i64, unit: &str, worded: &str) {
    assert_eq!(
        (figure.value, figure.unit.as_str(), figure.worded.as_str()),
        (Some(value), unit, worded),
        "{}",
        figure.id
    );
}

#[test]
fn tickets_count_by_the_day_they_were_received() {
    on_each(async |world| {
        world.seed(everything()).await;
        is(&world.figure("ticket.calls", report_day()).await, 2, "个", "2个");
        is(&world.figure("ticket.calls", until(date(2024, 12, 31))).await, 4, "个", "4个");
        is(&world.figure("ticket.calls", until(date(2023, 12, 31))).await, 1, "个", "1个");
        is(&world.figure("ticket.calls", until(date(2025, 1, 1))).await, 1, "个", "1个");
        is(&world.figure("ticket.visits", report_day()).await, 1, "次", "1次");
        is(&world.figure("ticket.platform", report_day()).await, 1, "件", "1件");
        is(&world.figure("ticket.12345", report_day()).await, 3, "件", "3件");
        is(&world.figure("ticket.12319", report_day()).await, 1, "件", "1件");
        is(&world.figure("ticket.wechat", report_day()).await, 0, "件", "0件");
    });
}

#[test]
fn a_case_is_counted_once_when_first_published_whatever_came_after() {
    on_each(async |world| {
        world.seed(everything()).await;
        // Cases 1, 2, 4 (two decisions, one of them withdrawn) and 8.
        is(&world.figure("case.ordinary_published", report_day()).await, 4, "件", "4件");
        // With case 7 from the day after.
        is(&world.figure("case.ordinary_published", until(date(2024, 11, 22))).await, 5, "件", "5件");
        is(&world.figure("case.ordinary_published", until(date(2024, 11, 20))).await, 3, "件", "3件");
        is(&world.figure("case.ordinary_published", until(date(2024, 1, 1))).await, 1, "件", "1件");
        is(&world.figure("case.ordinary_published", until(date(2023, 12, 31))).await, 0, "件", "0件");
    });
}

#[test]
fn fines_count_as_decided_though_revoked_or_changed_since() {
    on_each(async |world| {
        world.seed(everything()).await;
        // 10,000 + 20,000 (revoked) + 1,000.50 (changed) + 2,000 + 50 on the spot.
        is(&world.figure("case.fines_decided", report_day()).await, 3_305_050, "分", "3.30505万元");
        // With 300 of 22 November and 0.50 of 31 December: whole yuan again.
        is(&world.figure("case.fines_decided", until(date(2024, 12, 31))).await, 33_351, "元", "3.3351万元");
        is(&world.figure("case.fines_decided", until(date(2024, 12, 30))).await, 3_335_050, "分", "3.33505万元");
        is(&world.figure("case.fines_decided", until(date(2023, 12, 31))).await, 5_000, "元", "5000元");
    });
}

#[test]
fn certificates_stand_on_the_last_day() {
    on_each(async |world| {
        world.seed(everything()).await;
        // Persons 1, 2 (two certificates) and 5.
        is(&world.figure("people.certificate_holders", report_day()).await, 3, "名", "3名");
        is(&world.figure("people.squad_certificate_holders", report_day()).await, 1, "名", "1名");
        // A day earlier 3 still holds one; a day later 1 no longer does, and 4 does.
        is(&world.figure("people.certificate_holders", until(date(2024, 11, 20))).await, 4, "名", "4名");
        is(&world.figure("people.certificate_holders", until(date(2024, 11, 22))).await, 3, "名", "3名");
        let claim = world.claim("claim.certificate_holders_published", report_day()).await;
        assert_eq!((claim.holds, claim.counterexamples), (false, 1));
        assert_eq!(claim.worded, "其中有1本证件尚未在政务网公示（E）");
    });
}

#[test]
fn duties_and_qualifications_stand_on_the_last_day() {
    on_each(async |world| {
        world.seed(everything()).await;
        // Persons 1 (twice) and 6; the day after, 4 takes over from 6; the day before, 5 instead of 6.
        is(&world.figure("people.legal_officers", report_day()).await, 2, "名", "2名");
        is(&world.figure("people.legal_officers", until(date(2024, 11, 22))).await, 2, "名", "2名");
        is(&world.figure("people.legal_officers", until(date(2024, 11, 20))).await, 2, "名", "2名");
        is(&world.figure("people.public_lawyers", report_day()).await, 1, "名", "1名");
        is(&world.figure("people.public_lawyers", until(date(2024, 11, 20))).await, 0, "名", "0名");
        is(&world.figure("people.public_lawyers", until(date(2024, 11, 22))).await, 2, "名", "2名");
        is(&world.figure("people.legal_departments", report_day()).await, 2, "名", "2名");
    });
}

#[test]
fn a_claim_names_what_speaks_against_it() {
    on_each(async |world| {
        world.seed(everything()).await;
        let claim = world.claim("claim.tickets_answered", report_day()).await;
        assert_eq!((claim.holds, claim.counterexamples), (false, 2));
        assert_eq!(claim.worded, "期内办结的4件诉求中有2件没有在办结前答复反映人（工单示例0007、示例0008）");
        let against = world
            .ledger
            .read(|tx| report::against(tx, "claim.tickets_answered", &report_day(), None, 10))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(against.records.len(), 2);
        assert!(against.records.iter().all(|r| r.cells.contains(&report::Cell::Flag(false))));
        // Before the two of March nothing speaks against it.
        let claim = world.claim("claim.tickets_answered", until(date(2024, 2, 29))).await;
        assert_eq!(
            (claim.holds, claim.counterexamples, claim.worded.as_str()),
            (true, 0, "期内办结的诉求均已答复反映人")
        );
    });
}

#[test]
fn a_share_is_cut_and_counts_to_the_last_day() {
    on_each(async |world| {
        world.seed(everything()).await;
        // Nine received, five of them contacted by 21 November; the sixth was contacted the day after.
        is(&world.figure("ticket.contacted", report_day()).await, 55, "%", "55.5%");
        // The only one of the first two days was contacted on the second.
        is(&world.figure("ticket.contacted", until(date(2024, 1, 1))).await, 0, "%", "0%");
        is(&world.figure("ticket.contacted", until(date(2024, 1, 2))).await, 100, "%", "100%");
    });
}

#[test]
fn a_share_of_nothing_is_no_number() {
    on_each(async |world| {
        world.seed(everything()).await;
        let empty = until(date(2022, 12, 31));
        let figures = world.ledger.read(move |tx| report::figures(tx, &empty)).await.unwrap();
        for figure in &figures {
            match figure.kind {
                Kind::Ratio => {
                    assert_eq!(figure.value, None);
                    let own = if figure.id == "ticket.contacted" {
                        "期内没有收到诉求，不计算先行联系率"
                    } else {
                        "（期内没有开庭，不计算）"
                    };
                    assert_eq!(figure.worded, own);
                }
                Kind::Flow => {
                    let said = ["未收到", "没有获奖", "无纠错案件"].contains(&figure.worded.as_str());
                    assert_eq!((figure.value, said || figure.worded.starts_with('0')), (Some(0), true), "{}", figure.id)
                }
                _ => {}
            }
        }
        let claim = world.claim("claim.tickets_answered", empty).await;
        assert_eq!((claim.holds, claim.counterexamples, claim.worded.as_str()), (true, 0, "期内没有办结的诉求"));
    });
}

#[test]
fn the_demonstration_bureau_has_the_people_of_the_report() {
    on_each(async |world| {
        world.ledger.act(|tx| office::demonstration::fill(tx, &["A01"])).await.unwrap();
        is(&world.figure("people.certificate_holders", report_day()).await, 44, "名", "44名");
        is(&world.figure("people.squad_certificate_holders", report_day()).await, 276, "名", "276名");
        is(&world.figure("people.legal_departments", report_day()).await, 4, "名", "4名");
        is(&world.figure("people.legal_officers", report_day()).await, 16, "名", "16名");
        is(&world.figure("people.public_lawyers", report_day()).await, 7, "名", "7名");
        let claim = world.claim("claim.certificate_holders_published", report_day()).await;
        assert_eq!((claim.holds, claim.worded.as_str()), (true, "均在政务网予以公示"));
    });
}

#[test]
fn a_contact_after_its_term_is_not_in_time() {
    on_each(async |world| {
        let ticket = |id: i64, contacted: &str| {
            json!({ "id": id, "order_no": format!("N{id}"), "channel": "hotline_12345", "received": "2024-03-04",
                    "contacted": contacted, "contact_due": "2024-03-05" })
        };
        world.seed(vec![("tickets", ticket(1, "2024-03-05")), ("tickets", ticket(2, "2024-03-06"))]).await;
        is(&world.figure("ticket.contacted", report_day()).await, 50, "%", "50%");
    });
}

#[test]
fn a_mere_warning_is_not_counted_among_the_published() {
    on_each(async |world| {
        let case =
            |id: i64| json!({ "id": id, "title": format!("第{id}件"), "opened": "2024-03-01", "due": "9999-12-31" });
        let decision = |id: i64, mild: i64| {
            json!({ "case_id": id, "act": 9, "kind": "PenaltyDecided", "procedure": "ordinary", "decided": "2024-03-04",
                    "published": "2024-03-06", "mild": mild })
        };
        let rows =
            vec![("cases", case(1)), ("cases", case(2)), ("decisions", decision(1, 0)), ("decisions", decision(2, 1))];
        world.seed(rows).await;
        is(&world.figure("case.ordinary_published", report_day()).await, 1, "件", "1件");
    });
}
