//! What other platforms of the city push to us and ask of it: orders in, their progress out, and what was transferred to them. Signed, without a session.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use intake::{Act, Caller, Channel, Kind, NewTicket, Stage};
use outbox::{Sign, signature};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{Fail, Problem};
use crate::app::App;
use crate::error::Error;
use crate::office::tickets::bodies;

/// Orders in one request at most.
const ORDERS_MAX: usize = 500;
/// A request whose time is further from ours is refused: an old one might be sent again by somebody who overheard it.
const DRIFT_MS: i64 = 5 * 60_000;
/// Requests of one platform in a minute.
const REQUESTS: u32 = 1_200;

/// A platform that may push to us.
#[derive(Debug, Clone)]
pub struct Platform {
    /// The shared secret.
    pub secret: Vec<u8>,
    /// How it signs.
    pub sign: Sign,
    /// The channel its orders come by.
    pub channel: Channel,
    /// Bodies it stands for: it may read what was transferred to them.
    pub bodies: Vec<String>,
}

/// An order pushed to us.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    /// The platform's number; the same number is taken once.
    order_no: String,
    /// `inquiry`, `help`, `complaint`, `suggestion`, `report`, `disclosure` or `duty`.
    kind: String,
    /// Shanghai time, `2024-11-05T14:30`.
    received: String,
    /// What was said, at most 5,000 characters.
    content: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    phone: Option<String>,
    /// The caller asks to be kept secret.
    #[serde(default)]
    confidential: bool,
    #[serde(default)]
    urgent: bool,
}

/// Orders pushed together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Orders {
    /// At most 500.
    orders: Vec<Order>,
}

/// What became of an order.
#[derive(Debug, Serialize, ToSchema)]
struct Taken {
    order_no: String,
    /// Our number, none where it was not taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<i64>,
    /// It was not here before.
    new: bool,
    /// What is wrong with it and what to do; the others are taken all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// What became of all of them, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AllTaken {
    orders: Vec<Taken>,
}

/// How an order stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Progress {
    order_no: String,
    ticket: i64,
    /// `received`, `assigned`, `answered`, `closed`, `returned` or `transferred`.
    state: &'static str,
    /// Name of the unit that handles it.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contacted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<String>,
    /// The newest answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// Solved, not only explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    solved: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    satisfied: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed: Option<String>,
    /// The next last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    /// Why it was given back or to whom it was transferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    returned: Option<String>,
}

/// What was transferred, for the body it was transferred to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Transferred {
    ticket: i64,
    order_no: String,
    day: String,
    /// Key of the body.
    body: String,
    kind: &'static str,
    received: String,
    address: String,
    content: String,
    /// The explanation given to the caller.
    explanation: String,
    /// Whether the caller asked to be kept secret; who called is not part of this.
    confidential: bool,
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Error> {
    let missing = "这个接口凭签名使用：请带 X-Xiezhi-Platform、X-Xiezhi-Time、Idempotency-Key 和 X-Xiezhi-Signature。";
    headers.get(name).and_then(|v| v.to_str().ok()).ok_or(Error::NotAllowed(missing))
}

/// The platform whose signature stands on the request. One message for everything that is wrong with it, so that nothing is learnt by trying.
fn signed<'a>(
    app: &'a App,
    headers: &HeaderMap,
    asked: Option<&str>,
    body: &str,
) -> Result<(&'a str, &'a Platform), Error> {
    let wrong =
        || Error::NotAllowed("签名不对，或者没有登记这个平台，或者时间相差超过五分钟。请核对平台名、密钥和时钟。");
    let name = header(headers, "x-xiezhi-platform")?;
    let (time, key) = (header(headers, "x-xiezhi-time")?, header(headers, "idempotency-key")?);
    let given = header(headers, "x-xiezhi-signature")?;
    // A question without a body is signed with what it asks for, so that its signature opens nothing else.
    if asked.is_some_and(|path| key != format!("GET {path}")) {
        return Err(wrong());
    }
    let (name, platform) = app.platforms.get_key_value(name).ok_or_else(wrong)?;
    let at: i64 = time.parse().map_err(|_| wrong())?;
    if (app.now() - at).abs() > DRIFT_MS {
        return Err(wrong());
    }
    let expected = signature(platform.sign, &platform.secret, time, key, body);
    if !same(expected.as_bytes(), given.as_bytes()) {
        return Err(wrong());
    }
    if !app.limits().allow(&format!("push {name}"), REQUESTS, app.now()) {
        return Err(Error::TooMany);
    }
    Ok((name, platform))
}

/// Equal, told in a time that depends on the length alone.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

/// Tickets from a platform are booked under its own name, so that numbers of two platforms never meet.
fn source(platform: &str) -> String {
    format!("push:{platform}")
}

fn ticket(platform: &str, channel: Channel, order: Order) -> Result<NewTicket, String> {
    let kind = Kind::parse(&order.kind).ok_or_else(|| format!("kind 没有“{}”", order.kind))?;
    let received =
        order.received.parse().map_err(|_| format!("received 应写成 2024-11-05T14:30，现在是“{}”", order.received))?;
    if order.order_no.trim().is_empty() {
        return Err("order_no 不能为空".into());
    }
    Ok(NewTicket {
        source: source(platform),
        order_no: order.order_no,
        channel,
        kind,
        received,
        address: order.address,
        content: order.content,
        caller: Caller { name: order.name, phone: order.phone },
        confidential: order.confidential,
        urgent: order.urgent,
    })
}

/// Takes orders; the same number again gives the ticket there is and changes nothing.
///
/// Headers: `X-Xiezhi-Platform` (the name we know the platform by), `X-Xiezhi-Time` (UTC milliseconds, within five minutes of ours), `Idempotency-Key`
/// and `X-Xiezhi-Signature` (`hmac-sha256=` or `hmac-sm3=` and the hexadecimal HMAC of time, line feed, key, line feed, body).
#[utoipa::path(post, path = "/api/v1/orders", request_body = Orders, security(()), responses(
    (status = 200, body = AllTaken), (status = 400, body = Problem), (status = 403, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn take(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Response, Fail> {
    let text = std::str::from_utf8(&body).map_err(|_| Error::Bad("请求不是 UTF-8 文字。".into()))?;
    let (name, platform) = signed(&app, &headers, None, text)?;
    let orders: Orders = serde_json::from_str(text).map_err(|e| Error::Bad(format!("请求不是约定的 JSON：{e}。")))?;
    if orders.orders.len() > ORDERS_MAX {
        return Err(Error::Bad(format!("一次最多 {ORDERS_MAX} 件，请分几次。")).into());
    }
    let who = intake::Who { login: source(name), person: 0, today: app.today() };
    let mut taken = Vec::new();
    for order in orders.orders {
        let order_no = order.order_no.clone();
        let refused =
            |problem: String| Taken { order_no: order_no.clone(), ticket: None, new: false, problem: Some(problem) };
        let new = match ticket(name, platform.channel, order) {
            Ok(new) => new,
            Err(why) => {
                taken.push(refused(why));
                continue;
            }
        };
        taken.push(match app.intake.receive_with(who.clone(), new, Vec::new()).await {
            Ok((id, new)) => Taken { order_no, ticket: Some(id), new, problem: None },
            Err(intake::Error::Fault(fault)) => return Err(fault.into()),
            Err(other) => refused(other.to_string()),
        });
    }
    Ok(Json(AllTaken { orders: taken }).into_response())
}

/// How an order of the asking platform stands. Signed as pushed orders are, over an empty body, with `GET` and the path as the key.
#[utoipa::path(get, path = "/api/v1/orders/{order_no}", params(("order_no" = String, Path, description = "The platform's number")), security(()), responses(
    (status = 200, body = Progress), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn progress(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path(order_no): Path<String>,
) -> Result<Response, Fail> {
    let (name, _) = signed(&app, &headers, Some(&format!("/api/v1/orders/{order_no}")), "")?;
    let (source, asked) = (source(name), order_no.clone());
    let file = app
        .read(move |tx| match intake::read::of_order(tx, &source, &asked)? {
            Some(id) => intake::read::file(tx, id),
            None => Ok(None),
        })
        .await?;
    let file = file.ok_or(Error::NotFound("没有这个编号的工单。"))?;
    let ticket = &file.ticket;
    let day = |d: Option<jiff::civil::Date>| d.map(|d| d.to_string());
    let answer = file.acts.iter().rev().find(|a| matches!(a.act, Act::Answered { .. })).and_then(|a| a.note.clone());
    let returned = file.acts.iter().rev().find_map(|a| match &a.act {
        Act::Returned { reason, body, .. } => {
            let why = intake::RETURN_REASONS.iter().find(|r| r.0 == reason).map_or(reason.as_str(), |r| r.1);
            Some(if body.is_empty() { why.to_owned() } else { format!("{why}，应由{body}办理") })
        }
        Act::Transferred { name, .. } => Some(format!("移送{name}")),
        _ => None,
    });
    Ok(Json(Progress {
        order_no,
        ticket: file.id,
        state: file.row.state.code(),
        unit: file.row.unit_name.clone(),
        contacted: day(ticket.contacted),
        answered: day(ticket.answered),
        answer: answer.filter(|_| matches!(file.row.state, Stage::Answered | Stage::Closed)),
        solved: ticket.solved,
        satisfied: ticket.called_back.map(|c| c.1),
        closed: day(ticket.closed),
        due: day(file.row.due),
        returned: returned.filter(|_| matches!(file.row.state, Stage::Returned | Stage::Transferred)),
    })
    .into_response())
}

/// What was transferred to a body that the asking platform stands for. Signed as pushed orders are, over an empty body, with `GET` and
/// the path as the key.
#[utoipa::path(get, path = "/api/v1/transfers/{ticket}", params(("ticket" = i64, Path, description = "Our number, as the message of the transfer names it")),
    security(()), responses((status = 200, body = Transferred), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn transferred(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response, Fail> {
    let (_, platform) = signed(&app, &headers, Some(&format!("/api/v1/transfers/{id}")), "")?;
    let none = || Error::NotFound("没有移送给你们的这件诉求。");
    let file = app.read(move |tx| intake::read::file(tx, id)).await?.ok_or_else(none)?;
    let found = file.acts.iter().rev().find_map(|a| match &a.act {
        Act::Transferred { body, .. } => Some((body.clone(), a.happened, a.note.clone().unwrap_or_default())),
        _ => None,
    });
    let (body, day, explanation) = found.filter(|f| platform.bodies.contains(&f.0)).ok_or_else(none)?;
    let confidential = file.ticket.received.as_ref().is_some_and(|r| r.confidential);
    debug_assert!(bodies::ALL.iter().any(|b| b.0 == body), "a platform stands for bodies of the catalogue");
    Ok(Json(Transferred {
        ticket: id,
        order_no: file.row.order_no.clone(),
        day: day.to_string(),
        body,
        kind: file.row.kind.code(),
        received: file.row.received.clone(),
        address: file.row.address.clone(),
        content: file.content,
        explanation,
        confidential,
    })
    .into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_equal_signatures_are_the_same() {
        assert!(same(b"abc", b"abc"));
        assert!(!same(b"abc", b"abd") && !same(b"abc", b"ab") && !same(b"", b"a"));
    }

    #[test]
    fn an_order_says_what_is_wrong_with_it() {
        let order = |kind: &str, received: &str| Order {
            order_no: "1".into(),
            kind: kind.into(),
            received: received.into(),
            content: "摆摊".into(),
            address: String::new(),
            name: None,
            phone: None,
            confidential: false,
            urgent: false,
        };
        let read = |o: Order| ticket("city", Channel::Platform, o);
        assert!(read(order("pigeon", "2024-11-05T14:30")).unwrap_err().contains("kind"));
        assert!(read(order("complaint", "gestern")).unwrap_err().contains("received"));
        assert_eq!(read(order("complaint", "2024-11-05T14:30")).unwrap().source, "push:city");
    }
}
