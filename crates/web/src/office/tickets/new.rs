//! `/office/tickets/new`: a call, a visit, a letter is registered by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use intake::{Caller, Channel, Kind, NewTicket};
use office::role::Right;

use super::actor;
use crate::app::{App, civil_minute};
use crate::error::{Error, Page, html_with};
use crate::form::Upload;
use crate::session::Who;
use crate::shell::Shell;

struct Choice {
    value: &'static str,
    label: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "office/tickets/new.html")]
struct NewPage {
    shell: Shell,
    error: Option<String>,
    channels: Vec<Choice>,
    kinds: Vec<Choice>,
    received: String,
    order_no: String,
    address: String,
    content: String,
    name: String,
    phone: String,
    confidential: bool,
    urgent: bool,
}

fn draw(app: &App, who: &Who, status: StatusCode, typed: &BTreeMap<String, String>, error: Option<String>) -> Page {
    let text = |key: &str| typed.get(key).cloned().unwrap_or_default();
    let (channel, kind) = (text("channel"), text("kind"));
    html_with(
        status,
        &NewPage {
            shell: Shell::new(app, who, "/office/tickets"),
            error,
            channels: Channel::ALL
                .iter()
                .map(|c| Choice { value: c.code(), label: c.label(), chosen: channel == c.code() })
                .collect(),
            kinds: Kind::ALL
                .iter()
                .map(|k| Choice { value: k.code(), label: k.label(), chosen: kind == k.code() })
                .collect(),
            received: typed.get("received").cloned().unwrap_or_else(|| civil_minute(app.now()).replace(' ', "T")),
            order_no: text("order_no"),
            address: text("address"),
            content: text("content"),
            name: text("name"),
            phone: text("phone"),
            confidential: typed.contains_key("confidential"),
            urgent: typed.contains_key("urgent"),
        },
    )
}

/// The form.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who) -> Page {
    who.need(Right::Tickets)?;
    draw(&app, &who, StatusCode::OK, &BTreeMap::new(), None)
}

/// What was typed, as a ticket, or a sentence that says what is wrong.
fn read(form: &Upload) -> Result<NewTicket, String> {
    let get = |key: &str| form.fields.get(key).map(str::to_owned);
    let channel = get("channel").and_then(|c| Channel::parse(&c)).ok_or("请选择渠道。")?;
    let kind = get("kind").and_then(|k| Kind::parse(&k)).ok_or("请选择类型。")?;
    let received = get("received").unwrap_or_default();
    let received = received.parse().map_err(|_| format!("“收到时间”应写成 2024-11-05 14:30，现在是“{received}”。"))?;
    Ok(NewTicket {
        source: channel.code().into(),
        order_no: get("order_no").unwrap_or_default(),
        channel,
        kind,
        received,
        address: get("address").unwrap_or_default(),
        content: get("content").ok_or("“诉求内容”不能为空，请写明时间、地点和问题。")?,
        caller: Caller { name: get("name"), phone: get("phone") },
        confidential: get("confidential").is_some(),
        urgent: get("urgent").is_some(),
    })
}

/// Registers it and shows it.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    who.need(Right::Tickets)?;
    let new = match read(&form) {
        Ok(new) if new.received.date() > app.today() => Err(format!("“收到时间”不能晚于今天（{}）。", app.today())),
        other => other,
    };
    let new = match new {
        Ok(new) => new,
        Err(why) => return draw(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, &form.fields.0, Some(why)),
    };
    match app.intake.receive(actor(&app, &who), new).await {
        Ok(id) => Ok(Redirect::to(&format!("/office/tickets/{id}")).into_response()),
        Err(intake::Error::Fault(fault)) => Err(fault.into()),
        Err(intake::Error::Conflict) => Err(Error::Conflict),
        Err(other) => draw(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, &form.fields.0, Some(other.to_string())),
    }
}
