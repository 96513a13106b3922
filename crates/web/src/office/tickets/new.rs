//! `/office/tickets/new`: a call, a visit, a letter is registered by hand.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use intake::{Act, Caller, Channel, Kind, NewTicket};
use office::role::Right;

use super::ticket::Fellow;
use super::triage::{self, Triage};
use super::{actor, sees_all};
use crate::app::{App, civil_minute};
use crate::error::{Error, Page, html_with};
use crate::form::{Fields, Unkept, Upload};
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
    note: String,
    triage: Option<Triage>,
    fellows: Vec<Fellow>,
}

/// What is understood so far, as a part of the page.
#[derive(Template)]
#[template(path = "office/tickets/understood.html")]
struct Understood {
    triage: Option<Triage>,
    fellows: Vec<Fellow>,
}

/// Reads what was typed so far: the proposals, and who said the like before. Nothing for a text of a few signs.
async fn understand(app: &App, who: &Who, fields: &Fields) -> Result<(Option<Triage>, Vec<Fellow>), Error> {
    let get = |name: &str| fields.get(name).unwrap_or_default().to_owned();
    let content = get("content");
    if content.chars().count() < 4 {
        return Ok((None, Vec::new()));
    }
    let new = NewTicket {
        source: String::new(),
        order_no: String::new(),
        channel: Channel::parse(&get("channel")).unwrap_or(Channel::Call),
        kind: Kind::Complaint,
        received: get("received").parse().unwrap_or_else(|_| app.today().at(12, 0, 0, 0)),
        address: get("address"),
        content,
        caller: Caller { name: None, phone: fields.get("phone").map(str::to_owned) },
        confidential: false,
        urgent: false,
    };
    let (minds, standings) = (app.intake.minds.clone(), app.casework.standings.clone());
    let asked = new.clone();
    let (mind, reading, prepared, fellows, load, directory) = app
        .read(move |tx| {
            let mind = minds.of(tx)?;
            let reading = mind.understand(&asked.address, &asked.content);
            let prepared = mind.prepare_read(&asked, &reading);
            let fellows = intake::repeats::fellows(tx, &prepared.trace, None, 5)?;
            let load = intake::read::load(tx)?;
            Ok((mind, reading, prepared, fellows, load, standings.directory(tx)?))
        })
        .await?;
    let draft = triage::Draft { new: &new, reading: &reading, mind: &mind, load: &load, unit: prepared.unit.as_ref() };
    let triage = triage::of_draft(&draft, &directory, app.casework.corpus, fields);
    // What another unit was told is not shown to a squad.
    let seen = fellows.iter().filter(|f| sees_all(who) || f.row.unit.as_deref() == Some(who.0.unit.as_str()));
    Ok((Some(triage), seen.map(Fellow::alike).collect()))
}

async fn draw(app: &App, who: &Who, status: StatusCode, fields: &Fields, error: Option<String>) -> Page {
    let text = |key: &str| fields.get(key).unwrap_or_default().to_owned();
    let (triage, fellows) = understand(app, who, fields).await?;
    let channel = Channel::parse(&text("channel")).unwrap_or(Channel::Call);
    let kind = Kind::parse(&text("kind")).unwrap_or(Kind::Complaint);
    html_with(
        status,
        &NewPage {
            shell: Shell::new(app, who, "/office/tickets"),
            error,
            channels: Channel::ALL
                .iter()
                .map(|c| Choice { value: c.code(), label: c.label(), chosen: channel == *c })
                .collect(),
            kinds: Kind::ALL.iter().map(|k| Choice { value: k.code(), label: k.label(), chosen: kind == *k }).collect(),
            received: fields.get("received").map_or_else(|| civil_minute(app.now()).replace(' ', "T"), str::to_owned),
            order_no: text("order_no"),
            address: text("address"),
            content: text("content"),
            name: text("name"),
            phone: text("phone"),
            confidential: fields.get("confidential").is_some(),
            note: text("note"),
            triage,
            fellows,
        },
    )
}

/// The form.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who) -> Page {
    who.need(Right::Tickets)?;
    draw(&app, &who, StatusCode::OK, &Fields::default(), None).await
}

/// `POST /office/tickets/understand`: what is understood of what was typed so far; records nothing.
pub(crate) async fn look(State(app): State<Arc<App>>, who: Who, Unkept(fields): Unkept) -> Page {
    who.checked(fields.get("csrf"))?;
    who.need(Right::Tickets)?;
    let (triage, fellows) = understand(&app, &who, &fields).await?;
    html_with(StatusCode::OK, &Understood { triage, fellows })
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

/// What the desk settled with it: what it is about, whom it follows, who goes.
fn acts(fields: &Fields) -> Vec<(Act, Option<String>)> {
    if fields.get("only").is_some() {
        return Vec::new();
    }
    let mut acts: Vec<(Act, Option<String>)> = triage::classified(fields).map(|act| (act, None)).into_iter().collect();
    if let Some(to) = fields.get("join").and_then(|t| t.parse().ok()) {
        acts.push((Act::Joined { to, unit: None, why: Vec::new() }, None));
        return acts;
    }
    if let Ok(assigned) = triage::read(fields) {
        acts.extend(assigned.into_iter().filter(|(act, _)| matches!(act, Act::Assigned { .. })));
    }
    acts
}

/// Registers it and shows it.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    who.need(Right::Tickets)?;
    if form.fields.get("look").is_some() {
        return draw(&app, &who, StatusCode::OK, &form.fields, None).await;
    }
    let new = match read(&form) {
        Ok(new) if new.received.date() > app.today() => Err(format!("“收到时间”不能晚于今天（{}）。", app.today())),
        other => other,
    };
    let new = match new {
        Ok(new) => new,
        Err(why) => return draw(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, &form.fields, Some(why)).await,
    };
    match app.intake.receive_with(actor(&app, &who), new, acts(&form.fields)).await {
        Ok((id, _)) => Ok(Redirect::to(&format!("/office/tickets/{id}")).into_response()),
        Err(intake::Error::Fault(fault)) => Err(fault.into()),
        Err(intake::Error::Conflict) => Err(Error::Conflict),
        Err(other) => draw(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, &form.fields, Some(other.to_string())).await,
    }
}
