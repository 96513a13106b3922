//! Documents on paper: printed smaller, stamped, scanned, led back; and what of it strangers learn.

use std::sync::Arc;

use axum::http::StatusCode;
use casework::drive;
use jiff::civil::date;
use law::acts::Kind;
use office::Role;
use testkit::{World, by_person, by_unit, workday};
use web::{App, router};

use crate::registers::Site;

/// A site with an on-the-spot penalty and an ordinary case of 徐泾; an officer of its unit, one of another and supervision signed in.
pub(crate) struct Papers {
    pub(crate) site: Site,
    pub(crate) own: casework::Casework,
    pub(crate) officer: u32,
    head: u32,
    /// Code and number of each document, by kind.
    pub(crate) papers: std::collections::BTreeMap<String, (String, String)>,
    pub(crate) case: i64,
}

impl Papers {
    pub(crate) fn open() -> Papers {
        let mut tables = intake::tables();
        tables.extend(registers::tables());
        let world = World::with(tables, vec![intake::project, registers::project]);
        let mut own = world.casework.clone();
        let program = std::env::current_exe().unwrap();
        let fonts = program.ancestors().nth(2).unwrap().join("fonts");
        own.engine = Some(Arc::new(documents::Engine::open(&[&fonts]).unwrap()));
        let team = world.team("xujing");
        let ordinary = drive::ordinary(&team, &by_unit("C01", date(2024, 3, 5), 2_000_000), false, workday);
        let spot = drive::on_spot(&team, &by_person("A04", date(2024, 3, 5), 20_000), workday);
        let mut case = None;
        for step in ordinary.iter().take_while(|step| step.kind != Kind::Published) {
            world.on(step.day);
            case = Some(drive::perform(&own, &team, case, None, step).unwrap_or_else(|e| panic!("{e:?}")).case);
        }
        let ordinary = case.unwrap();
        let mut case = None;
        for step in &spot {
            case = Some(drive::perform(&own, &team, case, None, step).unwrap_or_else(|e| panic!("{e:?}")).case);
        }
        let today = date(2024, 11, 21);
        world.on(today);
        let (officer, head) = (team.officers[0], team.heads[0]);
        let papers = world
            .ledger
            .act_blocking(move |tx| {
                let other = office::read::persons(tx, Some("qp-mobile"), 1)?[0].id;
                let holders = office::read::holders(tx, today)?;
                let holder = |role: Role| holders.iter().find(|h| h.2 == role).unwrap().0;
                let people = [
                    ("officer", officer),
                    ("other", other),
                    ("supervision", holder(Role::Supervision)),
                    ("head", head),
                    ("admin", holder(Role::SystemAdministrator)),
                ];
                for (login, person) in people {
                    office::account::set(tx, "test", today, login, person, "no password")?;
                    office::account::open(tx, login, login, "token")?;
                }
                let sql = "SELECT kind, code, number FROM issued WHERE bureau = $1";
                let rows = tx.rows(sql, &["qp".into()], |row| Ok((row.text(0), (row.text(1), row.text(2)))))?;
                Ok(rows.into_iter().collect())
            })
            .unwrap();
        let intake = intake::Intake::new(world.ledger.clone(), own.clone());
        // Nine in the morning of 2024-11-21 in Shanghai.
        let app = App::new(own.clone(), intake, Arc::new(|| 1_732_150_800_000), None, false);
        Papers { site: Site { router: router(Arc::new(app)), world }, own, officer, head, papers, case: ordinary }
    }

    fn code(&self, kind: &str) -> &str {
        &self.papers[kind].0
    }

    /// A file as the officer sent it.
    pub(crate) async fn send(&self, name: &'static str, bytes: &[u8]) -> String {
        let stored = self.own.evidence.put(bytes).unwrap();
        let (id, person) = (stored.id.clone(), self.officer);
        let sent = self.site.world.ledger.act(move |tx| {
            office::files::know(tx, &stored.id, &stored.sm3, stored.bytes, "{}")?;
            office::files::sent(tx, &stored.id, person, name)
        });
        sent.await.unwrap();
        id
    }

    /// The paper as it comes from the printer.
    async fn printed(&self, kind: &str) -> Vec<u8> {
        let (status, _, pdf) =
            self.site.ask("officer", &format!("/office/documents/{}?pdf=1", self.code(kind)), None).await;
        assert_eq!(status, StatusCode::OK);
        pdf
    }

    async fn put(&self, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let fields: Vec<(&str, &str)> = [("csrf", "token")].iter().chain(fields).copied().collect();
        let (status, _, bytes) = self.site.ask("officer", "/office/documents/scans", Some(&fields)).await;
        (status, String::from_utf8(bytes).unwrap())
    }
}

pub(crate) fn run(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}

#[test]
fn a_scan_goes_to_the_document_its_code_names_and_strangers_learn_only_that_it_is_there() {
    let papers = Papers::open();
    run(async {
        let (code, number) = papers.papers["penalty_decision"].clone();
        let page = format!("/office/documents/{code}");
        let public = format!("/v/{code}");
        assert!(!papers.site.page("", &public).await.contains("盖章原件"));
        // Nobody elsewhere sends one, and nobody without acts.
        let id = papers.send("决定.pdf", &papers.printed("penalty_decision").await).await;
        for login in ["other", "supervision", "admin"] {
            let fields = [("csrf", "token"), ("for", code.as_str()), ("scans", id.as_str())];
            let asked = papers.site.ask(login, "/office/documents/scans", Some(&fields)).await;
            assert_eq!(asked.0, StatusCode::FORBIDDEN, "{login}");
        }
        let (status, text) = papers.put(&[("for", &code), ("scans", &id)]).await;
        assert!(status == StatusCode::OK && text.contains("二维码核对一致") && text.contains(&number), "{text}");
        let (_, text) = papers.put(&[("scans", &id)]).await;
        assert!(text.contains("先前已归入"), "{text}");
        let text = papers.site.page("officer", &page).await;
        assert!(text.contains("盖章件 1 份") && text.contains(&id), "{text}");
        // Supervision reads it and takes nothing away; another unit's officer sees neither page nor file.
        let text = papers.site.page("supervision", &page).await;
        assert!(text.contains(&id) && !text.contains("撤下") && !text.contains("上传盖章件"), "{text}");
        let file = format!("/office/cases/{}/files/{id}", papers.case);
        assert_eq!(papers.site.ask("officer", &file, None).await.0, StatusCode::OK);
        assert_eq!(papers.site.ask("other", &file, None).await.0, StatusCode::FORBIDDEN);
        // The public learns that it is on file, and never sees it.
        let text = papers.site.page("", &public).await;
        assert!(text.contains("盖章原件") && text.contains("2024 年 11 月 21 日") && !text.contains(&id), "{text}");
    });
}

#[test]
fn a_scan_of_another_document_is_named_and_put_there_or_here_with_a_reason() {
    let papers = Papers::open();
    run(async {
        let (decision, notice) = (papers.code("penalty_decision").to_owned(), papers.code("prior_notice").to_owned());
        let id = papers.send("告知.pdf", &papers.printed("prior_notice").await).await;
        let (_, text) = papers.put(&[("for", &decision), ("scans", &id)]).await;
        assert!(text.contains("没有归入") && text.contains("二维码是《") && !text.contains("二维码核对一致"), "{text}");
        // Here all the same, but only with a reason.
        let fields = [("do", "put"), ("file", id.as_str()), ("which", decision.as_str())];
        let (status, text) = papers.put(&fields).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY || status == StatusCode::BAD_REQUEST, "{status}");
        assert!(text.contains("请写明理由"), "{text}");
        let with = [fields.as_slice(), &[("reason", "两份钉在一起，一并归入")]].concat();
        assert_eq!(papers.put(&with).await.0, StatusCode::SEE_OTHER);
        let text = papers.site.page("officer", &format!("/office/documents/{decision}")).await;
        assert!(text.contains("两份钉在一起") && text.contains("上面有另一份文书的二维码"), "{text}");
        // Where the code says, no reason is needed; the number does as well as the code.
        let number = papers.papers["prior_notice"].1.clone();
        assert_eq!(papers.put(&[("do", "put"), ("file", &id), ("which", &number)]).await.0, StatusCode::SEE_OTHER);
        let text = papers.site.page("officer", &format!("/office/documents/{notice}")).await;
        assert!(text.contains("二维码核对一致") && !text.contains("人工归入"), "{text}");
        // Put wrongly: taken away, and still there to be read.
        let text = papers.site.page("officer", &format!("/office/documents/{decision}")).await;
        let scan = text.split("name=\"scan\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let gone = papers.put(&[("do", "drop"), ("for", &decision), ("scan", scan), ("reason", "归错了文书")]).await;
        assert_eq!(gone.0, StatusCode::SEE_OTHER);
        let text = papers.site.page("officer", &format!("/office/documents/{decision}")).await;
        assert!(text.contains("已撤下") && text.contains("归错了文书") && !text.contains("盖章件 1 份"), "{text}");
        assert!(!papers.site.page("", &format!("/v/{decision}")).await.contains("盖章原件"));
    });
}

#[test]
fn what_cannot_be_led_back_is_named_file_by_file() {
    let papers = Papers::open();
    run(async {
        let kind = documents::kind("order_to_correct").unwrap();
        let set = |address: &str| {
            let mut input = kind.example();
            input.verify_url = Some(address.to_owned());
            papers.own.engine.as_ref().unwrap().render(kind, &input).unwrap().pdf
        };
        let foreign = papers.send("别处.pdf", &set("https://example.test/v/AAAABBBBCCCCDDDD")).await;
        let shop = papers.send("小票.pdf", &set("https://pay.example/1")).await;
        let text_file = papers.send("说明.txt", "不是扫描件".as_bytes()).await;
        let broken = papers.send("坏.pdf", b"%PDF-1.7 broken").await;
        let own = papers.send("回证.pdf", &papers.printed("served_return").await).await;
        let ids = [foreign, shop, text_file, broken, own].join("、");
        let (status, text) = papers.put(&[("scans", &ids)]).await;
        assert_eq!(status, StatusCode::OK);
        for said in ["不是我局的文书", "没有认出文书二维码", "不是 JPEG", "已经损坏", "二维码核对一致"]
        {
            assert!(text.contains(said), "{said}: {text}");
        }
        for name in ["别处.pdf", "小票.pdf", "说明.txt", "坏.pdf", "回证.pdf"] {
            assert!(text.contains(name), "{name}: {text}");
        }
        assert!(papers.put(&[("scans", "")]).await.1.contains("请先选择扫描件"));
        let nobody = "0".repeat(64);
        assert!(papers.put(&[("scans", &nobody)]).await.1.contains("不是您上传的"));
    });
}

#[test]
fn a_form_of_the_street_is_printed_on_the_paper_at_hand() {
    let papers = Papers::open();
    run(async {
        let code = papers.code("on_spot_decision");
        let page = format!("/office/documents/{code}");
        let text = papers.site.page("officer", &page).await;
        assert!(text.contains("A5") && text.contains("窄条"), "{text}");
        let mut all = Vec::new();
        for size in ["", "a5", "roll", "a3"] {
            let (status, _, pdf) = papers.site.ask("officer", &format!("{page}?pdf=1&size={size}"), None).await;
            assert!(status == StatusCode::OK && pdf.starts_with(b"%PDF"), "{size}");
            all.push(pdf);
        }
        assert!(all[0] != all[1] && all[1] != all[2], "each on its paper");
        assert!(all[0] == all[3], "a size it does not have is A4");
        // A decision is A4 and nothing else.
        let decision =
            papers.site.page("officer", &format!("/office/documents/{}", papers.code("penalty_decision"))).await;
        assert!(!decision.contains("窄条"), "{decision}");
    });
}

#[test]
fn a_paper_is_looked_at_before_it_is_issued() {
    let papers = Papers::open();
    run(async {
        let text = papers.site.page("officer", &format!("/office/cases/{}?act=Closed&on=case", papers.case)).await;
        assert!(text.contains("预览文书") && text.contains("/preview"), "{text}");
        let path = format!("/office/cases/{}/preview", papers.case);
        let fields = [("csrf", "token"), ("kind", "Closed"), ("on", "case"), ("summary", "罚款已经缴清。")];
        let (status, _, pdf) = papers.site.ask("officer", &path, Some(&fields)).await;
        assert!(status == StatusCode::OK && pdf.starts_with(b"%PDF"), "{}", String::from_utf8_lossy(&pdf));
        let empty = [("csrf", "token"), ("kind", "PenaltyDecided"), ("on", "party-0"), ("fine", "两万")];
        let (status, _, pdf) = papers.site.ask("officer", &path, Some(&empty)).await;
        assert!(status == StatusCode::OK && pdf.starts_with(b"%PDF"), "{}", String::from_utf8_lossy(&pdf));
        for (login, token) in [("other", "token"), ("supervision", "token"), ("admin", "token"), ("officer", "wrong")] {
            let fields = [("csrf", token), ("kind", "Closed"), ("on", "case")];
            assert_ne!(papers.site.ask(login, &path, Some(&fields)).await.0, StatusCode::OK, "{login}");
        }
        let nothing = [("csrf", "token"), ("kind", "EvidenceVerified"), ("on", "case")];
        let (status, _, said) = papers.site.ask("officer", &path, Some(&nothing)).await;
        assert!(status != StatusCode::OK && String::from_utf8_lossy(&said).contains("不制作文书"));
    });
}

#[test]
fn the_list_of_numbers_shows_every_one_and_links_only_what_one_may_see() {
    let papers = Papers::open();
    run(async {
        let (code, number) = papers.papers["penalty_decision"].clone();
        let year = "&year=2024";
        let word = "%E7%BD%9A";
        let path = format!("/office/documents/numbers?organ=xujing&word={word}{year}");
        let text = papers.site.page("officer", &path).await;
        assert!(text.contains(&number) && text.contains("全部连号") && text.contains(&code), "{text}");
        assert!(!text.contains("作废 "), "{text}");
        // Another organ's officer sees neither the series nor its documents.
        let text = papers.site.page("other", &path).await;
        assert!(!text.contains(&number) && !text.contains(&code), "{text}");
        assert_eq!(papers.site.ask("admin", &path, None).await.0, StatusCode::FORBIDDEN);
    });
}

/// A red ring on nothing, as PNG.
fn ring() -> Vec<u8> {
    let kind = documents::kind("penalty_decision").unwrap();
    assert!(kind.reads("signature()"));
    include_bytes!("ring.png").to_vec()
}

#[test]
fn the_picture_of_a_seal_is_the_heads_and_is_printed_where_it_was_chosen() {
    let papers = Papers::open();
    run(async {
        let page = format!("/office/documents/{}", papers.code("penalty_decision"));
        let plain = papers.printed("penalty_decision").await;
        let stored = papers.own.evidence.put(&ring()).unwrap();
        assert_eq!(documents::seal_picture(&ring()), Ok((400, 400)));
        let seal = |printed: bool| casework::seals::Seal {
            organ: "xujing".into(),
            file: stored.id.clone(),
            sm3: stored.sm3.clone(),
            bytes: stored.bytes,
            sides: (400, 400),
            from: date(2024, 1, 1),
            to: None,
            printed,
            person: papers.head,
        };
        for login in ["officer", "other", "supervision", "admin"] {
            assert_eq!(
                papers.site.ask(login, "/office/documents/seals", None).await.0,
                StatusCode::FORBIDDEN,
                "{login}"
            );
        }
        assert!(!papers.site.page("officer", &page).await.contains("印章图样"));
        papers.own.record_seal("head".into(), date(2024, 11, 21), seal(true)).await.unwrap();
        let text = papers.site.page("head", "/office/documents/seals").await;
        assert!(text.contains("打印时可以选用") && text.contains("图样不是电子签章"), "{text}");
        assert_eq!(
            papers.site.ask("head", &format!("/office/documents/seals/{}", stored.id), None).await.0,
            StatusCode::OK
        );
        assert_eq!(
            papers.site.ask("officer", &format!("/office/documents/seals/{}", stored.id), None).await.0,
            StatusCode::FORBIDDEN
        );
        assert!(papers.site.page("officer", &page).await.contains("印章图样"));
        // Only where it is chosen; what was issued stays as it is.
        assert!(papers.printed("penalty_decision").await == plain);
        let (status, _, sealed) = papers.site.ask("officer", &format!("{page}?pdf=1&seal=1"), None).await;
        assert!(status == StatusCode::OK && sealed != plain && sealed.starts_with(b"%PDF"));
        papers.own.record_seal("head".into(), date(2024, 11, 21), seal(false)).await.unwrap();
        assert!(
            papers.site.ask("officer", &format!("{page}?pdf=1&seal=1"), None).await.2 == plain,
            "no longer printed"
        );
    });
}

#[test]
fn without_a_program_outside_the_page_says_so_and_nothing_is_sealed() {
    let papers = Papers::open();
    run(async {
        let page = format!("/office/documents/{}", papers.code("penalty_decision"));
        let text = papers.site.page("officer", &page).await;
        assert!(
            text.contains("没有接入电子签章（GB/T 38540）") && text.contains("没有接入 OFD 转换（GB/T 33190）"),
            "{text}"
        );
        for what in ["seal", "ofd"] {
            let fields = [("csrf", "token"), ("do", what)];
            let (status, _, said) = papers.site.ask("officer", &page, Some(&fields)).await;
            assert_ne!(status, StatusCode::OK);
            assert!(String::from_utf8_lossy(&said).contains("本单位没有接入"), "{what}");
            assert_eq!(papers.site.ask("other", &page, Some(&fields)).await.0, StatusCode::FORBIDDEN);
        }
        assert!(!papers.site.page("officer", &page).await.contains("外部电子签章"));
    });
}
