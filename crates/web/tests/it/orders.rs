//! Other platforms push orders, ask how they stand, and read what was transferred to them: by signature, without a session.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use intake::{Act, Channel, Intake};
use jiff::civil::{Date, date};
use outbox::{Sign, signature};
use serde_json::{Value, json};
use testkit::World;
use tower::ServiceExt;
use web::{App, Platform, router};

/// Nine in the morning of 2024-11-21 in Shanghai.
const NOW: i64 = 1_732_150_800_000;
const TODAY: Date = date(2024, 11, 21);
const SECRET: &[u8] = b"sixteen bytes and more";

struct Site {
    router: Router,
    intake: Intake,
}

fn open() -> Site {
    let tables = intake::tables().into_iter().chain(registers::tables()).chain(outbox::tables()).collect();
    let world = World::with(tables, vec![intake::project, registers::project, outbox::project]);
    let intake = Intake::new(world.ledger.clone(), world.casework.clone());
    let mut app = App::new(world.casework.clone(), intake.clone(), Arc::new(|| NOW), None, false);
    let platform = |sign, bodies: &[&str]| Platform {
        secret: SECRET.to_vec(),
        sign,
        channel: Channel::Hotline12345,
        bodies: bodies.iter().map(|b| (*b).to_owned()).collect(),
    };
    app.platforms.insert("city".into(), platform(Sign::Sha256, &[]));
    app.platforms.insert("police".into(), platform(Sign::Sm3, &["police"]));
    Site { router: router(Arc::new(app)), intake }
}

/// A signed request; the body is what is sent, whatever was signed.
fn request(name: &str, sign: Sign, at: i64, path: &str, signed: &str, sent: &str) -> Request<Body> {
    let get = sent.is_empty();
    let key = if get { format!("GET {path}") } else { "k-1".to_owned() };
    let time = at.to_string();
    Request::builder()
        .method(if get { "GET" } else { "POST" })
        .uri(path)
        .header("X-Xiezhi-Platform", name)
        .header("X-Xiezhi-Time", &time)
        .header("Idempotency-Key", &key)
        .header("X-Xiezhi-Signature", signature(sign, SECRET, &time, &key, signed))
        .body(Body::from(sent.to_owned()))
        .unwrap()
}

impl Site {
    async fn ask(&self, request: Request<Body>) -> (StatusCode, Value) {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn push(&self, body: &str) -> (StatusCode, Value) {
        self.ask(request("city", Sign::Sha256, NOW, "/api/v1/orders", body, body)).await
    }
}

fn order(no: &str, kind: &str) -> Value {
    json!({ "order_no": no, "kind": kind, "received": "2024-11-20T14:30", "content": "明珠路每天晚上有人摆摊卖炸串",
        "address": "徐泾镇明珠路", "name": "罗女士", "phone": "13812345678" })
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_taken_once_and_bad_ones_are_named() {
    let site = tokio::task::spawn_blocking(open).await.unwrap();
    let body = json!({ "orders": [order("SH-1", "complaint"), order("SH-2", "pigeon"), order("SH-3", "inquiry")] })
        .to_string();
    let (status, answer) = site.push(&body).await;
    assert_eq!(status, StatusCode::OK);
    let taken = answer["orders"].as_array().unwrap();
    assert_eq!(taken[0]["new"], true);
    assert!(taken[1]["problem"].as_str().unwrap().contains("kind"));
    assert_eq!(taken[2]["new"], true);
    // Sent again after a broken line: nothing new, the same numbers.
    let (_, again) = site.push(&body).await;
    assert_eq!(
        (again["orders"][0]["new"].clone(), again["orders"][0]["ticket"].clone()),
        (json!(false), taken[0]["ticket"].clone())
    );
    // A platform's order is understood like any other.
    let id = taken[0]["ticket"].as_i64().unwrap();
    let file = site.intake.ledger.read(move |tx| intake::read::file(tx, id)).await.unwrap().unwrap();
    assert_eq!(file.row.channel, Channel::Hotline12345);
    assert_eq!(file.row.matter.as_deref(), Some("A01"));
    assert_eq!(file.ticket.received.unwrap().proposed_unit.unwrap().0, "xujing-squad");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_right_signature_of_now_opens() {
    let site = tokio::task::spawn_blocking(open).await.unwrap();
    let body = json!({ "orders": [order("SH-1", "complaint")] }).to_string();
    let path = "/api/v1/orders";
    let refused = [
        request("nobody", Sign::Sha256, NOW, path, &body, &body),
        request("city", Sign::Sm3, NOW, path, &body, &body),
        request("city", Sign::Sha256, NOW - 6 * 60_000, path, &body, &body),
        request("city", Sign::Sha256, NOW + 6 * 60_000, path, &body, &body),
        request("city", Sign::Sha256, NOW, path, "{}", &body),
        Request::builder().method("POST").uri(path).body(Body::from(body.clone())).unwrap(),
    ];
    for request in refused {
        assert_eq!(site.ask(request).await.0, StatusCode::FORBIDDEN);
    }
    // What was signed for one question opens no other.
    let mut other = request("city", Sign::Sha256, NOW, "/api/v1/orders/SH-1", "", "");
    *other.uri_mut() = "/api/v1/transfers/1".parse().unwrap();
    assert_eq!(site.ask(other).await.0, StatusCode::FORBIDDEN);
    assert_eq!(site.push("[]").await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_follows_its_own_orders_and_reads_what_was_sent_on_to_it() {
    let site = tokio::task::spawn_blocking(open).await.unwrap();
    let body = json!({ "orders": [order("SH-1", "complaint"), order("SH-2", "report")] }).to_string();
    let (_, answer) = site.push(&body).await;
    let id = |n: usize| answer["orders"][n]["ticket"].as_i64().unwrap();
    let who = || intake::Who { login: "test".into(), person: 0, today: TODAY };
    let say = |text: &str| Some(text.to_owned());
    site.intake.assign(who(), id(0), None, "xujing-squad".into(), say("内部的话")).await.unwrap();
    site.intake.answer(who(), id(0), None, true, "已经劝离。".into()).await.unwrap();
    let sent = Act::Transferred { body: "police".into(), name: "公安部门".into(), note: String::new() };
    site.intake.perform(who(), id(1), None, sent, say("属于治安管理，已转公安部门。")).await.unwrap();

    let get = |name: &str, sign: Sign, path: &str| request(name, sign, NOW, path, "", "");
    let (status, progress) = site.ask(get("city", Sign::Sha256, "/api/v1/orders/SH-1")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((progress["state"].clone(), progress["answer"].clone()), (json!("answered"), json!("已经劝离。")));
    let text = progress.to_string();
    assert!(!text.contains("内部的话") && !text.contains("罗") && !text.contains("138"), "{text}");
    // Numbers of one platform are nobody else's.
    assert_eq!(site.ask(get("police", Sign::Sm3, "/api/v1/orders/SH-1")).await.0, StatusCode::NOT_FOUND);

    let path = format!("/api/v1/transfers/{}", id(1));
    let (status, sent) = site.ask(get("police", Sign::Sm3, &path)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        sent["content"].as_str().unwrap().contains("摆摊") && sent["explanation"].as_str().unwrap().contains("治安")
    );
    assert!(!sent.to_string().contains("13812345678") && !sent.to_string().contains("罗女士"));
    assert_eq!(site.ask(get("city", Sign::Sha256, &path)).await.0, StatusCode::NOT_FOUND, "it was not sent to them");
    let none = format!("/api/v1/transfers/{}", id(0));
    assert_eq!(site.ask(get("police", Sign::Sm3, &none)).await.0, StatusCode::NOT_FOUND);
}
