//! The pages of a register that is described here and nowhere else: list, form, record, conflict, void, sheet.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::date;
use ledger::{Entry, Fault, Tx};
use registers::{Registers, Set};
use testkit::World;
use tower::ServiceExt;
use web::{App, router};

const TEXT: &str = r#"
name = "walks"
title = "联合巡查"
section = "六"
row = "S6.9"
about = "与其他部门的一次联合巡查"
day = "held"
called = "{unit}巡查{area}"
fields = [
  { key = "held", label = "日期", type = "day", required = true, list = true },
  { key = "unit", label = "单位", type = "unit", required = true, list = true },
  { key = "area", label = "区域", type = "line", required = true, list = true },
  { key = "heads", label = "人数", type = "number", within_unit = "unit", list = true },
  { key = "caller", label = "同行人", type = "private" },
]

[[lines]]
key = "finds"
label = "发现"
fields = [{ key = "what", label = "情况", type = "line", required = true }, { key = "who", label = "发现人", type = "person" }]
"#;

static ADDED: LazyLock<Set> =
    LazyLock::new(|| Set::parse(&[("walks.toml", TEXT)]).unwrap_or_else(|why| panic!("{why}")));

fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    ADDED.project(tx, entry)
}

pub(crate) struct Site {
    pub(crate) router: Router,
    pub(crate) world: World,
}

/// A squad officer signed in under `officer`, a system administrator under `admin`.
fn open() -> Site {
    let mut tables = intake::tables();
    tables.extend(ADDED.tables.clone());
    let world = World::with(tables, vec![intake::project, project]);
    world.on(date(2024, 11, 21));
    world
        .ledger
        .act_blocking(|tx| {
            let units = office::read::persons(tx, Some("qp-mobile"), 5)?;
            let admin = office::read::holders(tx, date(2024, 11, 21))?
                .into_iter()
                .find(|h| h.2 == office::Role::SystemAdministrator)
                .map_or(0, |h| h.0);
            for (login, person) in [("officer", units[0].id), ("admin", admin)] {
                office::account::set(tx, "test", date(2024, 11, 21), login, person, "no password")?;
                office::account::open(tx, login, login, "token")?;
            }
            Ok(())
        })
        .unwrap();
    let intake = intake::Intake::new(world.ledger.clone(), world.casework.clone());
    // Nine in the morning of 2024-11-21 in Shanghai.
    let mut app = App::new(world.casework.clone(), intake, Arc::new(|| 1_732_150_800_000), None, false);
    app.registers = Registers { ledger: world.ledger.clone(), evidence: world.casework.evidence.clone(), set: &ADDED };
    Site { router: router(Arc::new(app)), world }
}

impl Site {
    pub(crate) async fn ask(
        &self,
        login: &str,
        path: &str,
        form: Option<&[(&str, &str)]>,
    ) -> (StatusCode, String, Vec<u8>) {
        let request = Request::builder().uri(path).header(header::COOKIE, format!("xiezhi={login}"));
        let request = match form {
            None => request.body(Body::empty()),
            Some(pairs) => {
                let encode = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
                let body: Vec<String> = pairs.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
                request
                    .method("POST")
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(Body::from(body.join("&")))
            }
        };
        let answer = self.router.clone().oneshot(request.unwrap()).await.unwrap();
        let status = answer.status();
        let to = answer.headers().get(header::LOCATION).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, to, bytes.to_vec())
    }

    /// A page that must be there.
    pub(crate) async fn page(&self, login: &str, path: &str) -> String {
        let (status, _, bytes) = self.ask(login, path, None).await;
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(status, StatusCode::OK, "{path}: {text}");
        text
    }
}

const WALK: &[(&str, &str)] = &[
    ("csrf", "token"),
    ("held", "2024-11-20"),
    ("unit", "qp-mobile"),
    ("area", "公园路<b>"),
    ("heads", "5"),
    ("caller", "罗砚舟"),
    ("finds.0.what", "占道堆物三处"),
    ("finds.2.what", "跨门经营"),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = WALK.iter().filter(|(k, _)| more.iter().all(|(other, _)| other != k)).copied();
    kept.chain(more.iter().copied()).collect()
}

#[test]
fn a_described_register_has_all_its_pages() {
    let site = open();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let index = site.page("officer", "/office/registers").await;
        assert!(index.contains("联合巡查") && index.contains("/office/registers/walks"));
        let form = site.page("officer", "/office/registers/walks/new").await;
        for part in
            ["name=\"held\" type=\"date\" value=\"2024-11-21\"", "name=\"finds.0.what\"", "机动中队", "id=\"persons\""]
        {
            assert!(form.contains(part), "{part}");
        }
        // More rows are drawn, nothing is recorded.
        let (status, _, more) =
            site.ask("officer", "/office/registers/walks/new", Some(&with(&[("more", "finds")]))).await;
        assert_eq!(status, StatusCode::OK);
        let more = String::from_utf8(more).unwrap();
        assert!(more.contains("name=\"finds.12.what\"") && more.contains("占道堆物三处"));
        assert!(site.page("officer", "/office/registers/walks").await.contains("没有符合条件的记录"));

        // What is wrong is said at its input, and nothing typed is lost.
        let wrong = with(&[("heads", "99"), ("finds.2.who", "没有此人")]);
        let (status, _, page) = site.ask("officer", "/office/registers/walks/new", Some(&wrong)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = String::from_utf8(page).unwrap();
        assert!(
            page.contains("发现第 2 行·发现人：本单位没有“没有此人”") && page.contains("value=\"跨门经营\""),
            "{page}"
        );
        let (status, _, page) =
            site.ask("officer", "/office/registers/walks/new", Some(&with(&[("heads", "99")]))).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(String::from_utf8(page).unwrap().contains("多于该单位的 14 人"));
        let (status, ..) = site.ask("officer", "/office/registers/walks/new", Some(&with(&[("csrf", "other")]))).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "without the session's token nothing is recorded");

        let (status, to, _) = site.ask("officer", "/office/registers/walks/new", Some(WALK)).await;
        assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/office/registers/walks/1"));
        let record = site.page("officer", "/office/registers/walks/1").await;
        assert!(
            record.contains("占道堆物三处")
                && record.contains("罗**")
                && !record.contains("罗砚舟")
                && !record.contains("公园路<b>")
        );
        let list = site.page("officer", "/office/registers/walks?words=%E5%A0%86%E7%89%A9").await;
        assert!(list.contains("机动中队巡查公园路&#60;b&#62;") && !list.contains("罗砚舟"), "{list}");

        // Two editors: the second sees a conflict.
        let change = with(&[("seen", "1"), ("heads", "6")]);
        let (status, ..) = site.ask("officer", "/office/registers/walks/1", Some(&change)).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let (status, ..) =
            site.ask("officer", "/office/registers/walks/1", Some(&with(&[("seen", "1"), ("heads", "7")]))).await;
        assert_eq!(status, StatusCode::CONFLICT);
        let record = site.page("officer", "/office/registers/walks/1").await;
        assert!(record.contains("由“5”改为“6”"), "{record}");
        assert!(site.page("officer", "/office/registers/walks/1?edit=1").await.contains("value=\"罗**\""));

        let (status, _, bytes) = site.ask("officer", "/office/registers/walks?format=xlsx", None).await;
        assert_eq!(status, StatusCode::OK);
        let sheet = office::sheet::read(&bytes).unwrap();
        assert_eq!(
            sheet.columns,
            ["编号", "版本", "日期", "单位", "区域", "人数", "同行人", "发现：情况", "发现：发现人"]
        );
        assert_eq!(sheet.rows[0].get(&["同行人"]), Some("罗**"), "private names leave masked");
        assert_eq!(sheet.rows.len(), 2);

        let void = [("csrf", "token"), ("act", "void"), ("seen", "2"), ("reason", "重复登记")];
        let (status, ..) = site.ask("officer", "/office/registers/walks/1", Some(&void)).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert!(site.page("officer", "/office/registers/walks/1").await.contains("作废理由：重复登记"));
        assert!(site.page("officer", "/office/registers/walks").await.contains("没有符合条件的记录"));
        let (status, ..) = site.ask("officer", "/office/registers/walks/1?edit=1", None).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);

        // An administrator reads no registers; nobody reads one that is not there.
        for path in
            ["/office/registers", "/office/registers/walks", "/office/registers/walks/new", "/office/registers/walks/1"]
        {
            assert_eq!(site.ask("admin", path, None).await.0, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(site.ask("officer", "/office/registers/runs", None).await.0, StatusCode::NOT_FOUND);
        assert_eq!(site.ask("officer", "/office/registers/walks/9", None).await.0, StatusCode::NOT_FOUND);
        assert_eq!(site.ask("stranger", "/office/registers", None).await.0, StatusCode::SEE_OTHER);
    });
    drop(site.world);
}
