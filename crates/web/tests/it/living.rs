//! Import of cases, search, saved views and messages: who sees and does what.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use casework::drive::{ordinary, perform};
use jiff::civil::{Date, date};
use testkit::{World, by_unit, workday};
use tower::ServiceExt;
use web::{App, router};

const TODAY: Date = date(2024, 11, 21);

struct Site {
    router: Router,
    world: World,
}

/// Officers of two squads, two of the first, a reviewer of the district and a system administrator, signed in.
fn open() -> Site {
    let tables = intake::tables().into_iter().chain(outbox::tables()).collect();
    let world = World::with(tables, vec![intake::project, outbox::project]);
    for organ in ["xujing", "baihe"] {
        let team = world.team(organ);
        let mut matter = by_unit("C09", date(2024, 4, 1), 400_000);
        matter.place = format!("{organ} 明珠路 6 号");
        let steps = ordinary(&team, &matter, false, workday);
        world.on(steps[0].day);
        perform(&world.casework, &team, None, None, &steps[0]).unwrap();
    }
    world.on(TODAY);
    let (xujing, baihe) = (world.team("xujing"), world.team("baihe"));
    world
        .ledger
        .act_blocking(move |tx| {
            let admin =
                office::read::holders(tx, TODAY)?.into_iter().find(|h| h.2 == office::Role::SystemAdministrator);
            let people = [
                ("one", xujing.officers[0]),
                ("two", xujing.officers[1]),
                ("other", baihe.officers[0]),
                ("reviewer", xujing.reviewer),
                ("admin", admin.map_or(0, |h| h.0)),
            ];
            for (login, person) in people {
                office::account::set(tx, "test", TODAY, login, person, "no password")?;
                office::account::open(tx, login, login, "token")?;
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
    async fn send(&self, request: Request<Body>) -> (StatusCode, String, String) {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let to = answer.headers().get(header::LOCATION).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, to, String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn get(&self, login: &str, path: &str) -> (StatusCode, String) {
        let request = Request::builder().uri(path).header(header::COOKIE, format!("xiezhi={login}"));
        let (status, _, text) = self.send(request.body(Body::empty()).unwrap()).await;
        (status, text)
    }

    async fn post(&self, login: &str, path: &str, form: &[(&str, &str)]) -> (StatusCode, String, String) {
        let encode = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        let body: Vec<String> = form.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .header(header::COOKIE, format!("xiezhi={login}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.join("&"))).unwrap()).await
    }

    /// Sends a file to be looked at.
    async fn upload(&self, login: &str, file: &str) -> (StatusCode, String) {
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ntoken\r\n--b\r\nContent-Disposition: form-data; name=\"raw_file\"; \
             filename=\"cases.jsonl\"\r\nContent-Type: text/plain\r\n\r\n{file}\r\n--b--\r\n"
        );
        let request = Request::builder()
            .method("POST")
            .uri("/office/cases/import")
            .header(header::COOKIE, format!("xiezhi={login}"))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
        let (status, _, text) = self.send(request.body(Body::from(body)).unwrap()).await;
        (status, text)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_finds_its_own_cases_and_no_other() {
    let site = tokio::task::spawn_blocking(open).await.unwrap();
    let find = async |login: &str, more: &str| {
        let q = "明珠路".bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        site.get(login, &format!("/office/search?q={q}{more}")).await.1
    };
    let seen = |page: &str| (page.contains("href=\"/office/cases/1\""), page.contains("href=\"/office/cases/2\""));
    assert_eq!(seen(&find("one", "").await), (true, false));
    assert_eq!(seen(&find("other", "").await), (false, true));
    assert_eq!(seen(&find("reviewer", "").await), (true, true));
    // Asking for another unit does not show it.
    let baihe = tokio::task::block_in_place(|| site.world.team("baihe")).unit;
    assert_eq!(seen(&find("one", &format!("&unit={baihe}")).await), (true, false));
    assert_eq!(seen(&find("reviewer", &format!("&unit={baihe}")).await), (false, true));
    assert_eq!(seen(&find("admin", "").await), (false, false));
    assert!(find("one", "").await.contains("<mark>明珠路</mark>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_kept_shared_and_dropped_by_their_owner() {
    let site = tokio::task::spawn_blocking(open).await.unwrap();
    let form =
        [("csrf", "token"), ("page", "cases"), ("name", "在办"), ("query", "state=open&words="), ("shared", "1")];
    assert_eq!(site.post("one", "/office/views", &form[1..]).await.0, StatusCode::BAD_REQUEST, "no token");
    let (status, to, _) = site.post("one", "/office/views", &form).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/office/cases?state=open&words="));
    let shown = async |login: &str| site.get(login, "/office/cases").await.1.contains("<small>本单位</small>");
    assert!(shown("one").await && shown("two").await && !shown("other").await);
    // Nobody drops another's.
    site.post("two", "/office/views", &[("csrf", "token"), ("page", "cases"), ("drop", "1")]).await;
    assert!(shown("one").await);
    site.post("one", "/office/views", &[("csrf", "token"), ("page", "cases"), ("drop", "1")]).await;
    assert!(!shown("one").await && !shown("two").await);
    // What is kept is an address of ours and nothing else.
    for (page, query) in [("cases", "x\"><script>"), ("../law", "a=b"), ("cases", "a=b\r\nc")] {
        let form = [("csrf", "token"), ("page", page), ("name", "坏"), ("query", query)];
        assert_eq!(site.post("one", "/office/views", &form).await.0, StatusCode::BAD_REQUEST, "{page} {query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_are_brought_in_by_legal_officers() {
    let site = tokio::task::spawn_blocking(open).await.unwrap();
    for login in ["one", "admin"] {
        assert_eq!(site.get(login, "/office/cases/import").await.0, StatusCode::FORBIDDEN, "{login}");
        assert_eq!(site.upload(login, "x").await.0, StatusCode::FORBIDDEN, "{login}");
    }
    assert!(!site.get("one", "/office/cases").await.1.contains("/office/cases/import"));
    assert!(site.get("reviewer", "/office/cases").await.1.contains("/office/cases/import"));
    let template = site.get("reviewer", "/office/cases/import?template=1").await;
    assert_eq!(template.0, StatusCode::OK);
    let (status, page) = site.upload("reviewer", "no header").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("没有导入"));
    let unit = tokio::task::block_in_place(|| site.world.team("xujing")).unit;
    let file = format!(
        "{{\"format\":\"xiezhi.cases/1\",\"system\":\"市平台\"}}\n{{\"case\":\"k1\",\"act\":\"1\",\"unit\":\"{unit}\",\"kind\":\"线索登记\",\"day\":\"2024-11-01\",\
         \"fields\":{{\"来源\":\"巡查发现\",\"事项\":\"C09\",\"行为终了日\":\"2024-11-01\",\"发现日\":\"2024-11-01\",\"地点\":\"示例路\"}}}}"
    );
    let (status, page) = site.upload("reviewer", &file).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("全部导入 1 项") && page.contains("原系统没有写明 1 项"), "{page}");
    let token = page.split("name=\"file\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    // The file waits for the one who sent it.
    let form = [("csrf", "token"), ("file", token.as_str()), ("choice", "all")];
    assert_eq!(site.post("one", "/office/cases/import", &form).await.0, StatusCode::FORBIDDEN);
    let (status, _, page) = site.post("reviewer", "/office/cases/import", &form).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("新登记 1 项行为") && page.contains("/office/cases/3"), "{page}");
    let (_, page) = site.upload("reviewer", &file).await;
    assert!(page.contains("重复导入不会改动任何内容"));
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_shown_to_their_unit_and_say_nothing() {
    let site = tokio::task::spawn_blocking(open).await.unwrap();
    let (status, page) = site.get("one", "/office/outbox").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("新线索") && page.contains("未接入") && page.contains("没有接入：短信、企业微信、对接平台"));
    assert!(page.contains("/office/cases/1") && !page.contains("/office/cases/2"));
    assert!(!page.contains("澄岳") && !page.contains("明珠路"));
    assert!(site.get("reviewer", "/office/outbox").await.1.contains("/office/cases/2"));
    assert_eq!(site.get("admin", "/office/outbox").await.0, StatusCode::FORBIDDEN);
    let key = site
        .world
        .ledger
        .read(|tx| {
            tx.row("SELECT key FROM messages WHERE bureau = $1 AND case_id = 2 LIMIT 1", &["qp".into()], |r| {
                Ok(r.text(0))
            })
        })
        .await
        .unwrap()
        .unwrap();
    let retry = async |login: &str, form: &[(&str, &str)]| site.post(login, "/office/outbox", form).await.0;
    assert_eq!(retry("other", &[("key", &key)]).await, StatusCode::BAD_REQUEST, "no token");
    assert_eq!(retry("one", &[("csrf", "token"), ("key", &key)]).await, StatusCode::FORBIDDEN);
    assert_eq!(retry("other", &[("csrf", "token"), ("key", "none/1")]).await, StatusCode::NOT_FOUND);
    assert_eq!(retry("other", &[("csrf", "token"), ("key", &key)]).await, StatusCode::SEE_OTHER);
}
