//! `/office/tickets/{id}`: one ticket. What was said, what happened, what may be done next.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::law::Day;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use intake::read::{self, File};
use intake::{Caller, LeadTo};
use office::role::Right;

use super::list::chip;
use super::triage::{self, Triage};
use super::{actor, approves, sees};
use crate::app::App;
use crate::error::{Error, Page, html_with};
use crate::form::{Fields, Upload};
use crate::office::cases::act::explain;
use crate::office::cases::form::identity;
use crate::session::Who;
use crate::shell::Shell;
use crate::words::{Left, left, short_day};

mod acts;

use acts::{ActShown, Gate};

struct ClockShown {
    label: &'static str,
    article: String,
    left: Option<Left>,
    done: String,
    late: bool,
    provisional: bool,
    steps: Vec<String>,
}

pub(crate) struct Pick {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

pub(crate) struct Group {
    pub(crate) label: String,
    pub(crate) picks: Vec<Pick>,
}

impl Group {
    /// Every unit by its organ.
    pub(crate) fn all(directory: &office::directory::Directory) -> Vec<Group> {
        let groups = directory.organs.iter().map(|o| Group {
            label: o.name.clone(),
            picks: directory
                .units
                .iter()
                .filter(|u| u.organ == o.id)
                .map(|u| Pick { value: u.id.clone(), label: u.name.clone(), chosen: false })
                .collect(),
        });
        groups.filter(|g| !g.picks.is_empty()).collect()
    }

    pub(super) fn same(&self) -> Group {
        let picks =
            self.picks.iter().map(|p| Pick { value: p.value.clone(), label: p.label.clone(), chosen: p.chosen });
        Group { label: self.label.clone(), picks: picks.collect() }
    }
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
    caller: String,
    code: String,
    /// Shown in full, because they asked and said why.
    full: Option<String>,
    unmask: bool,
    /// The text with the words that decided marked.
    pieces: Vec<(String, bool)>,
    content: String,
    matter: Option<(String, String, bool)>,
    urgent_words: Vec<String>,
    sensitive_words: Vec<String>,
    clocks: Vec<ClockShown>,
    to_confirm: bool,
    still: bool,
    acts: Vec<ActShown>,
    gates: Vec<Gate>,
    error_title: String,
    errors: Vec<String>,
    typed: Fields,
    triage: Triage,
    fellows: Vec<Fellow>,
    followers: Vec<Fellow>,
    follows: Option<i64>,
    linked: Vec<i64>,
    map: Option<super::map::Map>,
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

/// Another ticket beside this one.
pub(super) struct Fellow {
    pub(super) id: i64,
    pub(super) order_no: String,
    pub(super) title: String,
    pub(super) channel: &'static str,
    pub(super) received: String,
    pub(super) chip: (&'static str, &'static str),
    pub(super) share: String,
    pub(super) why: String,
    /// The same thing, as far as place, kind and words can tell.
    pub(super) join: bool,
    /// It may be followed: it is not answered yet and follows none itself.
    pub(super) open: bool,
}

impl Fellow {
    pub(super) fn of(row: &read::Row) -> Fellow {
        Fellow {
            id: row.id,
            order_no: row.order_no.clone(),
            title: row.title.clone(),
            channel: row.channel.label(),
            received: row.received.clone(),
            chip: chip(row.state),
            share: String::new(),
            why: String::new(),
            join: false,
            open: matches!(row.state, intake::Stage::Received | intake::Stage::Assigned) && row.follows.is_none(),
        }
    }

    pub(super) fn alike(found: &intake::repeats::Fellow) -> Fellow {
        Fellow {
            share: format!("{:.0}%", found.like.score * 100.0),
            why: found.like.reasons.join("；"),
            join: found.like.join,
            ..Fellow::of(&found.row)
        }
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
    let minds = app.intake.minds.clone();
    let drawn = app
        .read(move |tx| {
            let Some(file) = read::file(tx, id)? else { return Ok(None) };
            let mind = minds.of(tx)?;
            let reading = mind.understand(&file.row.address, &file.content);
            let fellows = match intake::repeats::kept(tx, id)? {
                Some(trace) => intake::repeats::fellows(tx, &trace, Some(id), 6)?,
                None => Vec::new(),
            };
            let followers = read::followers(tx, id)?;
            let load = read::load(tx)?;
            Ok(Some((file, standings.directory(tx)?, mind, reading, fellows, followers, load)))
        })
        .await?;
    let (file, directory, mind, reading, fellows, followers, load) =
        drawn.ok_or(Error::NotFound("没有这件诉求。请从诉求列表打开。"))?;
    sees(who, &file)?;
    let fellows: Vec<_> =
        fellows.into_iter().filter(|f| f.row.follows != Some(id) && file.ticket.joined != Some(f.row.id)).collect();
    let units = &directory.units;
    let officers = file.row.unit.as_ref().map(|unit| directory.officers(unit, today)).unwrap_or_default();
    let corpus = app.casework.corpus;
    let typed = extra.typed;
    let unit_name = |id: &str| units.iter().find(|u| u.id == id).map_or_else(|| id.to_owned(), |u| u.name.clone());
    let received = file.ticket.received.as_ref();
    let matter_name = |code: &str| corpus.matter(code).map_or_else(|| code.to_owned(), |m| m.name.clone());
    let groups = Group::all(&directory);
    let triage = triage::draw(&triage::Around {
        file: &file,
        reading: &reading,
        mind: &mind,
        load: &load,
        units: groups,
        unit_name: &unit_name,
        corpus,
        typed: &typed,
    });
    let flags = |flags: &[understanding::Flag]| -> Vec<String> {
        let mut words: Vec<String> = flags.iter().flat_map(|f| f.words.iter().cloned()).collect();
        words.sort();
        words.dedup();
        words
    };
    let draft = draft_of(&file, file.row.unit_name.as_deref().unwrap_or("我们"));
    let back = give_back(&file, corpus);
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
        pieces: triage::marked(&file.content, &reading),
        content: file.content.clone(),
        caller: said(&file.caller),
        code: file.code.clone().unwrap_or_default(),
        unmask: extra.full.is_none() && who.0.may(Right::Unmask) && file.caller != Caller::default(),
        full: extra.full.as_ref().map(said),
        matter: row.matter.as_ref().map(|code| (matter_name(code), code.clone(), row.settled)),
        urgent_words: flags(&reading.urgent),
        sensitive_words: flags(&reading.sensitive),
        still: row.still,
        clocks: clocks(app, &file, today),
        to_confirm: intake::clocks::to_confirm(),
        acts: file.acts.iter().rev().map(|a| acts::shown(a, &unit_name, &matter_name)).collect(),
        gates: acts::gates(&file, who, typed.get("act"), &draft, &back),
        error_title: extra.error_title,
        errors: extra.errors,
        map: super::map::of_ticket(&file.row, &fellows, mind.learner().reader().gazetteer()),
        triage,
        fellows: fellows.iter().map(Fellow::alike).collect(),
        followers: followers.iter().map(Fellow::of).collect(),
        follows: file.ticket.joined,
        linked: file.linked.clone(),
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

/// The answer that waits for approval, or the newest that was drafted; else what was found on the spot.
fn draft_of(file: &File, unit: &str) -> String {
    let note =
        |wanted: fn(&intake::Act) -> bool| file.acts.iter().rev().find(|a| wanted(&a.act)).and_then(|a| a.note.clone());
    let found = || {
        let said = note(|a| matches!(a, intake::Act::Inspected { .. }))?;
        let (day, finding) = file.ticket.inspected?;
        Some(intake::answers::begin(finding, day, unit, &said))
    };
    note(|a| matches!(a, intake::Act::Drafted { .. })).or_else(found).unwrap_or_default()
}

/// Until when the unit may give it back, and where this is written.
fn give_back(file: &File, corpus: &::law::corpus::Corpus) -> String {
    let assigned = file.acts.iter().rev().find(|a| matches!(a.act, intake::Act::Assigned { .. })).map(|a| a.happened);
    let limit = assigned.and_then(|day| intake::clocks::give_back(&file.ticket, day, corpus.calendar()));
    limit.map_or_else(String::new, |(last, article)| format!("应当在 {last} 以前退回（{article}）。"))
}

fn clocks(app: &App, file: &File, today: Day) -> Vec<ClockShown> {
    let corpus = app.casework.corpus;
    let over = file.ticket.is_over();
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
            steps: c.steps(corpus.calendar()).into_iter().map(|s| s.text).collect(),
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

async fn perform(app: &App, who: &Who, id: i64, fields: Fields) -> Page {
    let seen = fields.get("seen").and_then(|s| s.parse().ok());
    if matches!(fields.get("act"), Some("answer" | "draft_return" | "extend" | "suspend")) && !approves(who) {
        return Err(Error::NotAllowed("答复、延期和中止由中队长、诉求专员或者负责人批准。请先拟答复送批。"));
    }
    let acts = match acts::read(&fields) {
        Ok(read) => read,
        Err(why) => return again(app, who, id, fields, "还没有填完", vec![why]).await,
    };
    match app.intake.perform_all(actor(app, who), id, seen, acts).await {
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
