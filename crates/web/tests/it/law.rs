//! The pages of the law: matter, rule, statute, like decisions, import of official texts; the form that weighs an amount.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use casework::drive;
use jiff::civil::date;
use law::acts::Kind;
use testkit::{World, by_unit, workday};
use tower::ServiceExt;
use web::{App, router};

struct Site {
    router: Router,
    world: World,
}

/// A legal reviewer signed in under `reviewer`, a squad officer under `officer`.
fn open() -> Site {
    let world = World::with(intake::tables(), vec![intake::project]);
    let day = date(2024, 2, 1);
    world.on(day);
    world
        .ledger
        .act_blocking(move |tx| {
            let unit = office::read::persons(tx, Some("qp-mobile"), 5)?;
            let reviewer = office::read::holders(tx, day)?
                .into_iter()
                .find(|h| h.2 == office::Role::LegalReviewer)
                .map_or(0, |h| h.0);
            for (login, person) in [("officer", unit[0].id), ("reviewer", reviewer)] {
                office::account::set(tx, "test", day, login, person, "no password")?;
            }
            Ok(())
        })
        .unwrap();
    let intake = intake::Intake::new(world.ledger.clone(), world.casework.clone());
    // Nine in the morning of 2024-11-21 in Shanghai.
    let app = App::new(world.casework.clone(), intake, Arc::new(|| 1_732_150_800_000), None, false);
    Site { router: router(Arc::new(app)), world }
}

impl Site {
    /// Both sign in on the morning the pages are asked for; a session of an earlier day is over by then.
    fn sign_in(&self) {
        self.world.on(date(2024, 11, 21));
        let opened = self.world.ledger.act_blocking(|tx| {
            office::account::open(tx, "officer", "officer", "token")?;
            office::account::open(tx, "reviewer", "reviewer", "token")
        });
        opened.unwrap();
    }

    async fn ask(&self, request: axum::http::request::Builder, login: &str, body: Body) -> (StatusCode, String) {
        let request = request.header(header::COOKIE, format!("xiezhi={login}")).body(body).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    async fn page(&self, path: &str) -> String {
        let (status, text) = self.ask(Request::builder().uri(path), "reviewer", Body::empty()).await;
        assert_eq!(status, StatusCode::OK, "{path}: {text}");
        text
    }

    /// Posts a form; a part whose name begins with `raw_` goes as a file.
    async fn post(&self, login: &str, path: &str, parts: &[(&str, &str)]) -> (StatusCode, String) {
        let mut body = String::new();
        for (name, value) in parts {
            let file = if name.starts_with("raw_") { "; filename=\"table.csv\"" } else { "" };
            body += &format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n");
        }
        body += "--edge--\r\n";
        let request = Request::builder()
            .uri(path)
            .method("POST")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
        self.ask(request, login, Body::from(body)).await
    }
}

fn lead(world: &World, steps: &[drive::Step]) -> i64 {
    let team = world.team("xujing");
    let mut case = None;
    for step in steps {
        world.on(step.day);
        let done = drive::perform(&world.casework, &team, case, None, step);
        case = Some(done.unwrap_or_else(|why| panic!("{} {why}", step.kind.label())).case);
    }
    case.expect("a case")
}

/// Runs to the end what a browser would wait for; the world itself is made outside.
fn wait(asking: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(asking);
}

#[test]
fn a_matter_shows_circumstances_conflicts_and_tiers() {
    let site = open();
    site.sign_in();
    wait(async {
        let page = site.page("/office/law/C07").await;
        for word in ["竞合", "/office/law/C09", "/office/law/rules/D2", "未载原文", "按日连续处罚", "示例"]
        {
            assert!(page.contains(word), "{word}");
        }
        let page = site.page("/office/law/D14").await;
        for word in ["拒不改正", "5,000元以上20,000元以下", "须有复查证明", "裁量基准"] {
            assert!(page.contains(word), "{word}");
        }
        let rule = site.page("/office/law/rules/D2").await;
        assert!(rule.contains("法制审核人员选定") && rule.contains("事先告知") && rule.contains("不能办理"));
        let missing = site.ask(Request::builder().uri("/office/law/rules/NONE"), "reviewer", Body::empty()).await;
        assert_eq!(missing.0, StatusCode::NOT_FOUND);
        let rules = site.page("/office/law?tab=rules").await;
        assert!(rules.contains("/office/law/rules/I28g") && rules.contains("法制审核人员"));
    });
}

#[test]
fn an_official_text_is_looked_at_then_imported_and_shown() {
    let site = open();
    let reviewer = site.world.team("xujing").reviewer.to_string();
    site.sign_in();
    wait(async {
        let table = "法规,施行日期,来源,核对人,条,原文\nsr22,2022-12-01,示例来源：公报第一期,不存在,50,文\n";
        let (status, text) =
            site.post("officer", "/office/law/import", &[("csrf", "token"), ("raw_file", table)]).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{text}");
        let (_, text) = site.post("reviewer", "/office/law/import", &[("csrf", "token"), ("raw_file", table)]).await;
        assert!(text.contains("没有“不存在”这名人员") && text.contains("第 2 行"), "{text}");
        let good = table.replace("不存在", &reviewer).replace(",文\n", ",示例条文之一。\n");
        let (_, text) = site.post("reviewer", "/office/law/import", &[("csrf", "token"), ("raw_file", &good)]).await;
        let token =
            text.split("name=\"file\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token");
        assert!(!site.page("/office/law/statutes/sr22").await.contains("示例条文之一"), "looking records nothing");
        let (_, text) = site.post("reviewer", "/office/law/import", &[("csrf", "token"), ("file", token)]).await;
        assert!(text.contains("新记入 1 个版本"), "{text}");
        let page = site.page("/office/law/statutes/sr22").await;
        assert!(page.contains("示例条文之一") && page.contains("示例来源：公报第一期") && page.contains("未载原文"));
        assert!(site.page("/office/law?tab=statutes").await.contains("已载原文"));
        // The sheet was taken: nothing is imported twice by going back.
        let (status, text) = site.post("reviewer", "/office/law/import", &[("csrf", "token"), ("file", token)]).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && text.contains("重新上传"));
    });
}

#[test]
fn the_form_of_a_notice_weighs_the_fine_and_shows_like_decisions() {
    let site = open();
    let team = site.world.team("xujing");
    let earlier = drive::ordinary(&team, &by_unit("A01", date(2024, 3, 5), 50_000), false, workday);
    lead(&site.world, &earlier);
    let steps = drive::ordinary(&team, &by_unit("A01", date(2024, 7, 1), 60_000), false, workday);
    let at = steps.iter().position(|s| s.kind == Kind::PenaltyDecided).expect("a decision");
    let case = lead(&site.world, &steps[..at]);
    site.sign_in();
    wait(async {
        let page = site.page(&format!("/office/cases/{case}?act=PenaltyDecided&on=party-0")).await;
        for word in ["法定幅度", "100元以上1,000元以下", "示例", "近1件", "比居中的高20%", "裁量因素", "离开基准的理由"]
        {
            assert!(page.contains(word), "{word}");
        }
        assert!(!page.contains("name=\"area\""), "the text asks for no area");
        let like = site.page("/office/law/A01/decisions?fine=400%E5%85%83&party=unit").await;
        assert!(like.contains("低20%"), "{like}");
        assert!(site.page("/office/law/A01/decisions?party=person").await.contains("还没有这个事项的罚款决定"));
    });
}
