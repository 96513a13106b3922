//! The pages of the yearly report: its template, its editions, and who may change them.

use std::sync::Arc;

use axum::http::StatusCode;
use jiff::civil::date;
use ledger::SigningKey;
use office::Role;
use testkit::World;
use web::{App, router};

use crate::registers::Site;

/// A legal reviewer signed in under `reviewer`, who may freeze; somebody of the supervision under `supervision`, who only reads; a system
/// administrator under `admin`, who does neither.
fn open() -> Site {
    let mut tables = intake::tables();
    tables.extend(registers::tables());
    let world = World::with(tables, vec![intake::project, registers::project]);
    let today = date(2024, 11, 21);
    world.on(today);
    world
        .ledger
        .act_blocking(move |tx| {
            for (login, role) in [
                ("reviewer", Role::LegalReviewer),
                ("supervision", Role::Supervision),
                ("admin", Role::SystemAdministrator),
            ] {
                let holder = office::read::holders(tx, today)?.into_iter().find(|h| h.2 == role);
                let person = holder.unwrap_or_else(|| panic!("nobody is {}", role.label())).0;
                office::account::set(tx, "test", today, login, person, "no password")?;
                office::account::open(tx, login, login, "token")?;
            }
            Ok(())
        })
        .unwrap();
    let intake = intake::Intake::new(world.ledger.clone(), world.casework.clone());
    // Nine in the morning of 2024-11-21 in Shanghai.
    let mut app = App::new(world.casework.clone(), intake, Arc::new(|| 1_732_150_800_000), None, false);
    app.signer = Some((SigningKey::from_bytes(&[7; 32]), "localhost/qp".into()));
    Site { router: router(Arc::new(app)), world }
}

fn run<T>(done: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(done)
}

fn form<'a>(text: &'a str, seen: &'a str, what: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("csrf", "token"), ("text", text), ("seen", seen), ("do", what)]
}

const PATH: &str = "/office/report/template";

#[test]
fn a_template_is_tried_saved_and_never_written_over() {
    let site = open();
    run(async {
        let page = site.page("supervision", PATH).await;
        assert!(page.contains("系统自带的模板") && page.contains("{figure:outreach.events}"));
        assert!(!page.contains("value=\"save\""), "who only reads is offered no button");
        let (status, _, body) = site.ask("reviewer", PATH, Some(&form("# 一\n{figure:nothing}", "0", "try"))).await;
        let body = String::from_utf8(body).unwrap();
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            body.contains("第 2 行：没有指标“nothing”") && body.contains("{figure:nothing}"),
            "what was written stays"
        );
        let text = "# 一、试\n接听来电{figure:ticket.calls}。";
        let (status, _, body) = site.ask("reviewer", PATH, Some(&form(text, "0", "try"))).await;
        let body = String::from_utf8(body).unwrap();
        assert!(status == StatusCode::OK && body.contains("还没有保存") && body.contains(">0个</a>"), "{body}");
        assert!(site.page("reviewer", PATH).await.contains("系统自带的模板"), "trying saves nothing");
        let (status, ..) = site.ask("supervision", PATH, Some(&form(text, "0", "save"))).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let (status, ..) = site.ask("reviewer", PATH, Some(&form(text, "0", "save"))).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert!(site.page("reviewer", PATH).await.contains("第 1 版"));
        assert!(site.page("reviewer", "/office/report/2024").await.contains("一、试"));
        // Two people opened the same page.
        let (status, ..) = site.ask("reviewer", PATH, Some(&form("# 二\n乙", "0", "save"))).await;
        assert_eq!(status, StatusCode::CONFLICT);
        let (status, ..) = site
            .ask("reviewer", PATH, Some(&[("csrf", "forged"), ("text", text), ("seen", "1"), ("do", "save")]))
            .await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        let (status, ..) = site.ask("admin", PATH, None).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn a_frozen_report_has_a_page_a_file_and_a_document() {
    let site = open();
    run(async {
        let days = [("csrf", "token"), ("from", "2024-01-01"), ("until", "2024-11-20")];
        let (status, ..) = site.ask("supervision", "/office/report/2024", Some(&days)).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let (status, to, _) = site.ask("reviewer", "/office/report/2024", Some(&days)).await;
        assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/office/report/2024/edition/1"));
        let page = site.page("supervision", &to).await;
        assert!(page.contains("定稿后有 0 项变化") && page.contains("2024-01-01 至 2024-11-20"), "{page}");
        assert!(site.page("supervision", "/office/report/2024").await.contains(&format!("href=\"{to}\"")));
        let (status, _, file) = site.ask("supervision", &format!("{to}?format=json"), None).await;
        let edition: report::Edition = serde_json::from_slice(&file).unwrap();
        assert_eq!(status, StatusCode::OK);
        edition.check(&SigningKey::from_bytes(&[7; 32]).verifying_key()).unwrap();
        for path in [format!("{to}?format=docx"), "/office/report/2024?format=docx".to_owned()] {
            let (status, _, file) = site.ask("supervision", &path, None).await;
            assert!(status == StatusCode::OK && file.starts_with(b"PK"), "{path}");
        }
        let (status, ..) = site.ask("supervision", "/office/report/2024/edition/2", None).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        // Some days only: the form keeps them.
        let page = site.page("reviewer", "/office/report/2024?from=2024-03-01&until=2024-03-31").await;
        assert!(page.contains("value=\"2024-03-01\"") && page.contains("value=\"2024-03-31\""));
    });
}
