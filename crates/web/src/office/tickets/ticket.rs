//! `/office/tickets/{id}`: one ticket. What was said, what happened, what may be done next.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::law::Day;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use intake::read::{self, ActRow, File};
use intake::{Act, Caller, LeadTo, RETURN_REASONS, Stage, decide};
use office::role::Right;

use super::list::chip;
use super::{actor, sees};
use crate::app::{App, civil_minute};
use crate::error::{Error, Page, html_with};
use crate::form::{Fields, Upload};
use crate::office::cases::act::explain;
use crate::office::cases::form::identity;
use crate::session::Who;
use crate::shell::Shell;
use crate::words::{Left, left, short_day};

struct ClockShown {
    label: &'static str,
    article: String,
    left: Option<Left>,
    done: String,
    late: bool,
    provisional: bool,
    steps: Vec<String>,
}

struct ActShown {
    label: &'static str,
    icon: &'static str,
    day: String,
    shown: String,
    text: String,
    note: String,
    case: Option<i64>,
    recorded: String,
    actor: String,
    position: i64,
}

/// An act that may be done, or why it may not.
struct Gate {
    key: &'static str,
    label: &'static str,
    /// Empty: it may be done.
    why: String,
    open: bool,
}

struct Pick {
    value: String,
    label: String,
    chosen: bool,
}

struct Group {
    label: String,
    picks: Vec<Pick>,
}

#[derive(Template)]
#[template(path = "office/tickets/ticket.html")]
struct TicketPage {
    shell: Shell,
    id: i64,
    version: i64,
    title: String,
    order_no: String,
    channel: &'static str,
    kind: &'static str,
    chip: (&'static str, &'static str),
    urgent: bool,
    confidential: bool,
    received: String,
    address: String,
    unit: String,
    case: Option<i64>,
    content: String,
    caller: String,
    /// Shown in full, because they asked and said why.
    full: Option<String>,
    unmask: bool,
    matter: Option<(String, String, String)>,
    clocks: Vec<ClockShown>,
    to_confirm: bool,
    acts: Vec<ActShown>,
    gates: Vec<Gate>,
    error_title: String,
    errors: Vec<String>,
    typed: Fields,
    proposed: Option<(String, String, String)>,
    units: Vec<Group>,
    reasons: &'static [(&'static str, &'static str)],
    matters: Vec<Pick>,
    officers: Vec<Pick>,
    party_kinds: [(&'static str, &'static str); 3],
    today: String,
}

impl TicketPage {
    /// What was typed into a field of the form drawn again; the other forms of the page share its field names.
    fn typed(&self, form: &str, name: &str) -> Option<&str> {
        self.typed.get(name).filter(|_| self.typed.get("act") == Some(form))
    }

    fn was(&self, form: &str, name: &str) -> &str {
        self.typed(form, name).unwrap_or_default()
    }

    /// What was typed, or what usually stands there.
    fn was_or<'a>(&'a self, form: &str, name: &str, usual: &'a str) -> &'a str {
        self.typed(form, name).unwrap_or(usual)
    }

    fn is(&self, form: &str, name: &str, value: &str) -> bool {
        self.typed(form, name) == Some(value)
    }
}

/// What is drawn beside the ticket itself.
#[derive(Default)]
struct Extra {
    typed: Fields,
    error_title: String,
    errors: Vec<String>,
    full: Option<Caller>,
}

/// The page.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Path(id): Path<i64>) -> Page {
    draw(&app, &who, id, StatusCode::OK, Extra::default()).await
}

async fn draw(app: &App, who: &Who, id: i64, status: StatusCode, extra: Extra) -> Page {
    who.need(Right::Tickets)?;
    let today = app.today();
    let standings = app.casework.standings.clone();
    let (file, directory) = app
        .read(move |tx| {
            let Some(file) = read::file(tx, id)? else { return Ok(None) };
            Ok(Some((file, standings.directory(tx)?)))
        })
        .await?
        .ok_or(Error::NotFound("没有这件诉求。请从诉求列表打开。"))?;
    sees(who, &file)?;
    let (units, organs) = (&directory.units, &directory.organs);
    let officers = file.row.unit.as_ref().map(|unit| directory.officers(unit, today)).unwrap_or_default();
    let corpus = app.casework.corpus;
    let typed = extra.typed;
    let unit_name = |id: &str| units.iter().find(|u| u.id == id).map_or_else(|| id.to_owned(), |u| u.name.clone());
    let received = file.ticket.received.as_ref();
    let matter_name = |code: &str| corpus.matter(code).map_or_else(|| code.to_owned(), |m| m.name.clone());
    let groups = organs.iter().map(|o| Group {
        label: o.name.clone(),
        picks: units
            .iter()
            .filter(|u| u.organ == o.id)
            .map(|u| Pick {
                value: u.id.clone(),
                label: u.name.clone(),
                chosen: typed.get("other") == Some(u.id.as_str()),
            })
            .collect(),
    });
    let groups = groups.filter(|g| !g.picks.is_empty()).collect();
    let said = |caller: &Caller| {
        let parts: Vec<&str> = [caller.name.as_deref(), caller.phone.as_deref()].into_iter().flatten().collect();
        if parts.is_empty() { "没有留下姓名和电话".to_owned() } else { parts.join(" ") }
    };
    let row = &file.row;
    let page = TicketPage {
        shell: Shell::new(app, who, "/office/tickets"),
        id,
        version: file.version,
        title: row.title.clone(),
        order_no: row.order_no.clone(),
        channel: row.channel.label(),
        kind: row.kind.label(),
        chip: chip(row.state),
        urgent: row.urgent,
        confidential: received.is_some_and(|r| r.confidential),
        received: received.map_or_else(|| row.received.clone(), |r| r.received.strftime("%Y-%m-%d %H:%M").to_string()),
        address: row.address.clone(),
        unit: row.unit.as_deref().map(unit_name).unwrap_or_default(),
        case: row.case,
        content: file.content.clone(),
        caller: said(&file.caller),
        unmask: extra.full.is_none() && who.0.may(Right::Unmask) && file.caller != Caller::default(),
        full: extra.full.as_ref().map(said),
        matter: received.and_then(|r| r.proposed_matter.clone()).map(|(code, why)| (matter_name(&code), code, why)),
        clocks: clocks(app, &file, today),
        to_confirm: intake::clocks::to_confirm(),
        acts: file.acts.iter().rev().map(|a| act(a, &unit_name)).collect(),
        gates: gates(&file, who, typed.get("act")),
        error_title: extra.error_title,
        errors: extra.errors,
        proposed: received.and_then(|r| r.proposed_unit.clone()).map(|(unit, why)| (unit_name(&unit), unit, why)),
        units: groups,
        reasons: RETURN_REASONS,
        matters: corpus
            .matters()
            .map(|m| Pick {
                value: m.code.clone(),
                label: format!("{} {}", m.code, m.name),
                chosen: typed.get("matter") == Some(m.code.as_str()),
            })
            .collect(),
        officers: officers.into_iter().map(|p| Pick { value: p.0.to_string(), label: p.1, chosen: false }).collect(),
        party_kinds: [("", "尚不知道"), ("person", "个人"), ("unit", "单位")],
        today: today.to_string(),
        typed,
    };
    html_with(status, &page)
}

fn clocks(app: &App, file: &File, today: Day) -> Vec<ClockShown> {
    let corpus = app.casework.corpus;
    let over = matches!(file.ticket.stage(), Stage::Closed | Stage::Returned);
    file.clocks
        .iter()
        .filter(|c| c.done.is_some() || !over)
        .map(|c| ClockShown {
            label: c.label,
            article: c.article.clone(),
            left: if c.done.is_none() { Some(left(corpus, c.start, c.last, today, true)) } else { None },
            done: c.done.map(short_day).unwrap_or_default(),
            late: c.done.is_some_and(|d| d > c.last),
            provisional: c.provisional,
            steps: corpus.calendar().explain(c.start, c.term, &[]).into_iter().map(|s| s.text).collect(),
        })
        .collect()
}

fn act(row: &ActRow, unit_name: &dyn Fn(&str) -> String) -> ActShown {
    let yes = |yes: bool, a: &str, b: &str| if yes { a.to_owned() } else { b.to_owned() };
    let (icon, text, case) = match &row.act {
        Act::Received(r) => ("inbox", format!("{} {}", r.channel.label(), r.kind.label()), None),
        Act::Assigned { unit, .. } => ("send", unit_name(unit), None),
        Act::Contacted { reached, .. } => ("phone", yes(*reached, "已联系上", "没有联系上"), None),
        Act::Answered { solved, .. } => ("doc", yes(*solved, "问题已经解决", "已经解释说明"), None),
        Act::Closed {} => ("check", String::new(), None),
        Act::CalledBack { solved, satisfied } => {
            ("phone", format!("{}，{}", yes(*solved, "解决", "没有解决"), yes(*satisfied, "满意", "不满意")), None)
        }
        Act::Returned { reason, body, .. } => {
            let why = RETURN_REASONS.iter().find(|r| r.0 == reason).map_or(reason.as_str(), |r| r.1);
            ("x", format!("{why}。应由{body}办理"), None)
        }
        Act::Led { case } => ("folder", String::new(), Some(*case)),
    };
    ActShown {
        label: row.act.label(),
        icon,
        day: row.happened.to_string(),
        shown: short_day(row.happened),
        text,
        note: row.note.clone().unwrap_or_default(),
        case,
        recorded: civil_minute(row.recorded_at),
        actor: row.actor.clone(),
        position: row.position,
    }
}

/// What may be done, from the same answer that the server gives when a form is sent.
fn gates(file: &File, who: &Who, typed: Option<&str>) -> Vec<Gate> {
    let reason = RETURN_REASONS.first().map_or("", |r| r.0).to_owned();
    let probe = |key: &str| match key {
        "assign" => Act::Assigned { unit: String::new(), note: None },
        "contact" => Act::Contacted { reached: true, note: String::new() },
        "answer" => Act::Answered { solved: true, note: String::new() },
        "close" => Act::Closed {},
        "call_back" => Act::CalledBack { solved: true, satisfied: true },
        "return" => Act::Returned { reason: reason.clone(), body: "–".into(), note: String::new() },
        _ => Act::Led { case: 0 },
    };
    let next = match file.ticket.stage() {
        Stage::Received => "assign",
        Stage::Assigned if file.ticket.contacted.is_none() => "contact",
        Stage::Assigned => "answer",
        Stage::Answered => "close",
        Stage::Closed if file.ticket.called_back.is_none() => "call_back",
        Stage::Closed | Stage::Returned => "",
    };
    [
        ("assign", if file.ticket.unit.is_some() { "改派" } else { "受理并分派" }),
        ("contact", "先行联系"),
        ("answer", "答复"),
        ("close", "办结"),
        ("call_back", "回访"),
        ("lead", "立案线索"),
        ("return", "退单"),
    ]
    .into_iter()
    .filter(|(key, _)| *key != "lead" || who.0.may(Right::Act))
    .map(|(key, label)| Gate {
        key,
        label,
        why: decide(&file.ticket, &probe(key)).err().map(|r| format!("{}（{}）", r.why, r.source)).unwrap_or_default(),
        open: typed.map_or(key == next, |t| t == key),
    })
    .collect()
}

/// `POST`: one act, or a look at the caller's telephone.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, Path(id): Path<i64>, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    who.need(Right::Tickets)?;
    let file =
        app.read(move |tx| read::file(tx, id)).await?.ok_or(Error::NotFound("没有这件诉求。请从诉求列表打开。"))?;
    sees(&who, &file)?;
    let fields = form.fields;
    match fields.get("act") {
        Some("unmask") => unmask(&app, &who, id, fields).await,
        Some("lead") => lead(&app, &who, id, fields).await,
        _ => perform(&app, &who, id, fields).await,
    }
}

async fn unmask(app: &App, who: &Who, id: i64, fields: Fields) -> Page {
    who.need(Right::Unmask)?;
    let reason = fields.get("reason").unwrap_or_default().to_owned();
    if reason.chars().count() < 4 {
        return again(app, who, id, fields, "没有查看", vec!["请写明为什么要查看号码，例如“先行联系诉求人”。".into()])
            .await;
    }
    let person = who.0.person;
    let full = app.casework.ledger.act(move |tx| read::unmask(tx, id, person, &reason)).await?;
    draw(app, who, id, StatusCode::OK, Extra { full: Some(full), ..Extra::default() }).await
}

async fn again(app: &App, who: &Who, id: i64, typed: Fields, title: &str, errors: Vec<String>) -> Page {
    let extra = Extra { typed, error_title: title.to_owned(), errors, full: None };
    draw(app, who, id, StatusCode::UNPROCESSABLE_ENTITY, extra).await
}

/// The act that the form describes and what was written with it, or what is missing.
fn read_act(fields: &Fields) -> Result<(Act, Option<String>), String> {
    let get = |name: &str| fields.get(name).map(str::to_owned);
    let yes_no = |name: &str, label: &str| match fields.get(name) {
        Some("yes") => Ok(true),
        Some("no") => Ok(false),
        _ => Err(format!("请选择“{label}”。")),
    };
    let note = get("note");
    let act = match fields.get("act") {
        Some("assign") => {
            let unit = get("unit").filter(|u| u != "other").or_else(|| get("other")).ok_or("请选择承办单位。")?;
            Act::Assigned { unit, note: None }
        }
        Some("contact") => Act::Contacted { reached: yes_no("reached", "是否联系上")?, note: String::new() },
        Some("answer") => Act::Answered { solved: yes_no("solved", "办理结果")?, note: String::new() },
        Some("close") => return Ok((Act::Closed {}, None)),
        Some("call_back") => {
            let (solved, satisfied) = (yes_no("solved", "是否解决")?, yes_no("satisfied", "是否满意")?);
            return Ok((Act::CalledBack { solved, satisfied }, None));
        }
        Some("return") => Act::Returned {
            reason: get("reason").ok_or("请选择退单事由。")?,
            body: get("body").ok_or("请写明应由哪个机关办理。")?,
            note: String::new(),
        },
        _ => return Err("没有说明办理什么，请从诉求页面进入。".into()),
    };
    Ok((act, note))
}

async fn perform(app: &App, who: &Who, id: i64, fields: Fields) -> Page {
    let seen = fields.get("seen").and_then(|s| s.parse().ok());
    let (act, note) = match read_act(&fields) {
        Ok(read) => read,
        Err(why) => return again(app, who, id, fields, "还没有填完", vec![why]).await,
    };
    match app.intake.perform(actor(app, who), id, seen, act, note).await {
        Ok(()) => Ok(Redirect::to(&format!("/office/tickets/{id}")).into_response()),
        Err(error) => not_done(app, who, id, fields, error).await,
    }
}

async fn not_done(app: &App, who: &Who, id: i64, fields: Fields, error: intake::Error) -> Page {
    match error {
        intake::Error::Conflict => Err(Error::Conflict),
        intake::Error::NoTicket => Err(Error::NotFound("没有这件诉求。请从诉求列表打开。")),
        intake::Error::Fault(fault) => Err(fault.into()),
        intake::Error::Case(casework::Error::Fault(fault)) => Err(fault.into()),
        intake::Error::Case(error) => {
            let typed = explain(error, BTreeMap::new());
            let errors = typed.errors.into_iter().map(|reason| reason.text).collect();
            again(app, who, id, fields, &typed.error_title, errors).await
        }
        refused @ intake::Error::Refused(_) => {
            again(app, who, id, fields, "现在不能办理", vec![refused.to_string()]).await
        }
        other => again(app, who, id, fields, "有的内容不对", vec![other.to_string()]).await,
    }
}

/// The case that the form describes, or what is missing.
fn read_lead(fields: &Fields) -> Result<LeadTo, String> {
    let need =
        |name: &str, label: &str| fields.get(name).map(str::to_owned).ok_or_else(|| format!("“{label}”不能为空。"));
    let mut team: Vec<u32> = Vec::new();
    for name in ["team1", "team2"] {
        if let Some(person) = fields.get(name).and_then(|t| t.parse().ok())
            && !team.contains(&person)
        {
            team.push(person);
        }
    }
    if team.len() < 2 {
        return Err("请选择两名不同的执法人员（处罚法42）。".into());
    }
    let party = identity(&fields.0);
    if party.is_none() && matches!(fields.get("party_kind"), Some("person" | "unit")) {
        return Err("选了当事人是个人或者单位的，请写姓名或者名称；还不知道的选“尚不知道”。".into());
    }
    if party.is_some() && !matches!(fields.get("party_kind"), Some("person" | "unit")) {
        return Err("写了当事人姓名或者名称的，请选择是个人还是单位。".into());
    }
    Ok(LeadTo {
        team,
        matter: need("matter", "事项")?,
        conduct_day: need("conduct_day", "行为终了日")?
            .parse()
            .map_err(|_| "“行为终了日”应写成 2024-11-05。".to_owned())?,
        place: need("place", "地点")?,
        summary: need("summary", "线索内容")?,
        party,
    })
}

async fn lead(app: &App, who: &Who, id: i64, fields: Fields) -> Page {
    who.need(Right::Act)?;
    let seen = fields.get("seen").and_then(|s| s.parse().ok());
    let to = match read_lead(&fields) {
        Ok(to) => to,
        Err(why) => return again(app, who, id, fields, "还没有填完", vec![why]).await,
    };
    match app.intake.lead(actor(app, who), id, seen, to).await {
        Ok(opened) => Ok(Redirect::to(&format!("/office/cases/{}", opened.case)).into_response()),
        Err(error) => not_done(app, who, id, fields, error).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn a_form_becomes_an_act_or_says_what_is_missing() {
        let read = |pairs: &[(&str, &str)]| read_act(&fields(pairs));
        let assigned = |unit: &str| Act::Assigned { unit: unit.into(), note: None };
        assert_eq!(read(&[("act", "assign"), ("unit", "xujing-squad")]), Ok((assigned("xujing-squad"), None)));
        assert_eq!(
            read(&[("act", "assign"), ("unit", "other"), ("other", "b"), ("note", "请今晚去")]),
            Ok((assigned("b"), Some("请今晚去".into())))
        );
        assert!(read(&[("act", "assign")]).unwrap_err().contains("承办单位"));
        assert!(read(&[("act", "assign"), ("unit", "other")]).is_err());
        assert!(read(&[("act", "contact")]).is_err());
        assert_eq!(read(&[("act", "close"), ("note", "x")]), Ok((Act::Closed {}, None)));
        assert!(read(&[("act", "return"), ("reason", "R1")]).unwrap_err().contains("机关"));
        assert!(read(&[("act", "received")]).is_err());
    }

    #[test]
    fn a_lead_needs_two_officers_and_a_whole_party_or_none() {
        let good = [
            ("team1", "3"),
            ("team2", "4"),
            ("matter", "A01"),
            ("conduct_day", "2024-11-05"),
            ("place", "路口"),
            ("summary", "摆摊"),
        ];
        assert!(read_lead(&fields(&good)).is_ok_and(|l| l.team == [3, 4] && l.party.is_none()));
        let mut same = good;
        same[1].1 = "3";
        assert!(read_lead(&fields(&same)).is_err());
        let with = |more: &[(&str, &str)]| read_lead(&fields(&[&good[..], more].concat()));
        assert!(with(&[("party_kind", "person")]).is_err());
        assert!(with(&[("party_name", "罗某")]).is_err());
        assert!(
            with(&[("party_kind", "person"), ("party_name", "罗某")]).is_ok_and(|l| l.party.is_some_and(|p| p.person))
        );
    }
}
