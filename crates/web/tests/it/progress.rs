//! What the holder of a ticket's code sees and says.

use std::sync::Arc;

use axum::http::StatusCode;
use intake::{Act, Caller, Channel, Intake, Kind, NewTicket, Who};
use jiff::civil::date;
use testkit::World;
use web::{App, router};

use crate::registers::Site;

const SECRET: [&str; 6] = ["欧阳秘名", "13911112222", "举报内容密语", "分派密语", "通话密语", "核查密语"];

#[test]
fn a_code_shows_nothing_private_and_is_heard_once() {
    let world = World::with(intake::tables(), vec![intake::project]);
    let day = date(2024, 11, 18);
    world.on(day);
    let intake = Intake::new(world.ledger.clone(), world.casework.clone());
    let who = Who { login: "desk".into(), person: 1, today: day };
    let new = NewTicket {
        source: "12345".into(),
        order_no: "SH20241118001".into(),
        channel: Channel::Hotline12345,
        kind: Kind::Complaint,
        received: day.at(9, 0, 0, 0),
        address: "徐泾镇明珠路1号".into(),
        content: SECRET[2].into(),
        caller: Caller { name: Some(SECRET[0].into()), phone: Some(SECRET[1].into()) },
        confidential: true,
        urgent: false,
    };
    let id = intake.receive_blocking(who.clone(), new).unwrap();
    let note = String::new;
    let acts = [
        (Act::Assigned { unit: "xujing-squad".into(), note: None, with: Vec::new(), rule: None }, Some(SECRET[3])),
        (Act::Contacted { reached: true, note: note() }, Some(SECRET[4])),
        (Act::Inspected { finding: intake::Finding::True, note: note(), files: Vec::new() }, Some(SECRET[5])),
        (Act::Answered { solved: true, note: note(), shared: None }, Some("<b>已经清理完毕</b>")),
    ];
    for (act, text) in acts {
        intake.perform_blocking(who.clone(), id, None, act, text.map(str::to_owned)).unwrap();
    }
    let code = world.ledger.read_blocking(move |tx| intake::read::file(tx, id)).unwrap().unwrap().code.unwrap();
    let app = App::new(world.casework.clone(), intake.clone(), Arc::new(|| 1_732_150_800_000), None, false);
    let site = Site { router: router(Arc::new(app)), world };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let yes = [("solved", "yes"), ("satisfied", "yes")];
    runtime.block_on(async {
        let path = format!("/q/{}%20{}", code[..4].to_lowercase(), &code[4..]);
        let page = site.page("", &path).await;
        for shown in ["SH20241118001", "已经答复", "2024 年 11 月 18 日", "&#60;b&#62;已经清理完毕"] {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        assert!(SECRET.iter().all(|s| !page.contains(s)) && !page.contains("明珠路") && !page.contains("<form"));
        let own = format!("/q/{code}");
        let (_, _, early) = site.ask("", &own, Some(&yes)).await;
        assert!(String::from_utf8_lossy(&early).contains("办结以后才能评价"));
        intake.perform(who, id, None, Act::Closed {}, None).await.unwrap();
        assert!(site.page("", &own).await.contains("<form"));
        let say = |form: &'static [(&'static str, &'static str)]| {
            let (site, own) = (&site, own.clone());
            async move { String::from_utf8(site.ask("", &own, Some(form)).await.2).unwrap() }
        };
        assert!(say(&[("solved", "yes")]).await.contains("还没有记录"));
        let said = say(&[("solved", "no"), ("satisfied", "no")]).await;
        assert!(said.contains("已经记录") && said.contains("没有解决，不满意") && !said.contains("<form"));
        let again = say(&[("solved", "yes"), ("satisfied", "yes")]).await;
        assert!(again.contains("以先前的为准") && again.contains("没有解决，不满意"));
        // Every unknown code has the same page, whatever its shape.
        let (status, _, one) = site.ask("", "/q/AAAAAAAAAA", None).await;
        let (_, _, other) = site.ask("", "/q/x", None).await;
        assert_eq!((status, &one), (StatusCode::NOT_FOUND, &other));
        // The sixth saying within a minute is not heard.
        say(&[]).await;
        let (status, _, _) = site.ask("", &own, Some(&yes)).await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    });
}
