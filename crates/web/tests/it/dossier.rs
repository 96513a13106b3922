//! Who sees a case file, who takes it away, and that the taking is kept.

use std::sync::Arc;

use axum::http::StatusCode;
use casework::drive;
use jiff::civil::date;
use ledger::SigningKey;
use office::Role;
use testkit::{World, by_unit, workday};
use web::{App, router};

use crate::registers::Site;

/// One closed case of 徐泾 and people signed in: an officer of its unit, one of another, supervision, and the three administrators.
fn open() -> (Site, i64) {
    let mut tables = intake::tables();
    tables.extend(registers::tables());
    let world = World::with(tables, vec![intake::project, registers::project]);
    let mut own = world.casework.clone();
    let program = std::env::current_exe().unwrap();
    let fonts = program.ancestors().nth(2).unwrap().join("fonts");
    own.engine = Some(Arc::new(documents::Engine::open(&[&fonts]).unwrap()));
    let team = world.team("xujing");
    let mut case = None;
    for step in drive::on_spot(&team, &by_unit("A04", date(2024, 3, 5), 20_000), workday) {
        world.on(step.day);
        case = Some(drive::perform(&own, &team, case, None, &step).unwrap_or_else(|e| panic!("{e:?}")).case);
    }
    let today = date(2024, 11, 21);
    world.on(today);
    let officer = team.officers[0];
    world
        .ledger
        .act_blocking(move |tx| {
            let other = office::read::persons(tx, Some("qp-mobile"), 1)?[0].id;
            let holder = |role: Role, all: &[(u32, String, Role, String)]| all.iter().find(|h| h.2 == role).unwrap().0;
            let all: Vec<_> =
                office::read::holders(tx, today)?.into_iter().map(|h| (h.0, h.1.clone(), h.2, h.3.clone())).collect();
            let people = [
                ("officer", officer),
                ("other", other),
                ("supervision", holder(Role::Supervision, &all)),
                ("admin", holder(Role::SystemAdministrator, &all)),
                ("security", holder(Role::SecurityAdministrator, &all)),
                ("audit", holder(Role::AuditAdministrator, &all)),
            ];
            for (login, person) in people {
                office::account::set(tx, "test", today, login, person, "no password")?;
                office::account::open(tx, login, login, "token")?;
            }
            Ok(())
        })
        .unwrap();
    let intake = intake::Intake::new(world.ledger.clone(), own.clone());
    // Nine in the morning of 2024-11-21 in Shanghai.
    let mut app = App::new(own, intake, Arc::new(|| 1_732_150_800_000), None, false);
    app.signer = Some((SigningKey::from_bytes(&[7; 32]), "localhost/qp".into()));
    (Site { router: router(Arc::new(app)), world }, case.unwrap())
}

#[test]
fn a_case_file_is_seen_and_taken_away_only_by_whom_it_concerns() {
    let (site, case) = open();
    let path = format!("/office/cases/{case}/dossier");
    let form = |token: &'static str, scope: &'static str, form: &'static str| {
        vec![("csrf", token), ("scope", scope), ("form", form)]
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        for login in ["other", "admin", "security", "audit"] {
            assert_eq!(site.ask(login, &path, None).await.0, StatusCode::FORBIDDEN, "{login}");
            let asked = site.ask(login, &path, Some(&form("token", "whole", "pdf"))).await;
            assert_eq!(asked.0, StatusCode::FORBIDDEN, "{login}");
        }
        // Supervision reads and takes nothing away.
        let page = site.page("supervision", &path).await;
        assert!(page.contains("当场行政处罚决定书") && !page.contains("下载 PDF"), "{page}");
        assert_eq!(site.ask("supervision", &path, Some(&form("token", "whole", "pdf"))).await.0, StatusCode::FORBIDDEN);
        let page = site.page("officer", &path).await;
        assert!(
            page.contains("下载 PDF") && page.contains("下载签名数据包") && page.contains("还没有人导出过"),
            "{page}"
        );
        for wrong in [form("other", "whole", "pdf"), form("token", "all", "pdf"), form("token", "whole", "docx")] {
            assert_eq!(site.ask("officer", &path, Some(&wrong)).await.0, StatusCode::BAD_REQUEST, "{wrong:?}");
        }
        let (status, _, pdf) = site.ask("officer", &path, Some(&form("token", "inspection", "pdf"))).await;
        assert_eq!(status, StatusCode::OK);
        assert!(pdf.starts_with(b"%PDF-1."));
        let (status, _, package) = site.ask("officer", &path, Some(&form("token", "whole", "package"))).await;
        assert_eq!(status, StatusCode::OK);
        let key = SigningKey::from_bytes(&[7; 32]).verifying_key();
        let holds = dossier::check::check(package.as_slice(), Some(&key)).unwrap();
        assert_eq!((holds.stream, holds.sealed), (format!("case/{case}"), 0));
        // What left is kept: who, which, in which form, and its digest.
        let kept = site.world.ledger.read(move |tx| dossier::exports(tx, case, 10)).await.unwrap();
        let said: Vec<_> = kept.iter().map(|(_, who, e)| (who.as_str(), e.variant.as_str(), e.form)).collect();
        let (pdf_form, package_form) = (dossier::Form::Pdf, dossier::Form::Package);
        assert_eq!(said, [("officer", "whole", package_form), ("officer", "inspection", pdf_form)]);
        assert_eq!(kept[0].2.sha256, evidence::digests(&package).id);
        assert_eq!(kept[1].2.sha256, evidence::digests(&pdf).id);
        let page = site.page("officer", &path).await;
        assert!(page.contains("全卷，数据包") && page.contains("正卷，PDF"), "{page}");
        assert_eq!(site.ask("officer", "/office/cases/999/dossier", None).await.0, StatusCode::NOT_FOUND);
    });
}

#[test]
fn anybody_checks_a_package_with_a_script_of_this_site() {
    let (site, _) = open();
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let page = site.page("nobody", "/check").await;
        assert!(page.contains("src=\"/check/check.js\"") && page.contains("id=\"check-file\""));
        assert_eq!(site.page("nobody", "/check/check.js").await, dossier::CHECK_SCRIPT);
        // The one in a package needs nothing beside it.
        let alone = dossier::check_page();
        assert!(alone.contains(dossier::CHECK_SCRIPT) && !alone.contains("src=") && !alone.contains("href="));
    });
}
