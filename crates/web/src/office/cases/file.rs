//! `GET /office/cases/{id}`: the case. Past on the left, proof in the middle, the next act always on the right.

use std::sync::Arc;

use ::law::acts::{Act, ActNo, FieldType, Kind, Stage};
use ::law::case::{Entry, Subject};
use ::law::clocks::{Clock, End, State as ClockState};
use ::law::corpus::Corpus;
use ::law::guide::{Choice, State as Possible};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use casework::read::file::{ActRow, CaseFile};
use office::role::Right;
use serde::Deserialize;

use super::form::{Form, Place, Reason, Typed, form, in_words, people, similar, subject_of, subject_text, unmet_lines};
use crate::app::{App, civil_minute};
use crate::error::{Error, Page, html_with};
use crate::office::approvals::{some, waiting};
use crate::session::Who;
use crate::shell::Shell;
use crate::words::{Left, left, short_day, yuan};

/// Which form stands on the right.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    act: String,
    #[serde(default)]
    on: String,
}

struct Party {
    name: String,
    detail: String,
}

/// An approval that is open.
struct ApprovalShown {
    id: i64,
    label: &'static str,
    waiting: String,
}

struct ClockShown {
    label: &'static str,
    article: &'static str,
    left: Left,
    provisional: bool,
    steps: Vec<String>,
}

struct ActShown {
    no: u32,
    label: &'static str,
    about: String,
    day: String,
    shown: String,
    summary: String,
    article: &'static str,
    icon: &'static str,
    pin: &'static str,
    reported: bool,
    void: bool,
    marks: Vec<String>,
    fields: Vec<(&'static str, String)>,
    team: String,
    recorded: String,
    approval: Option<i64>,
    position: i64,
    hash: String,
}

struct DocumentShown {
    code: String,
    title: &'static str,
    number: String,
    chip: (&'static str, String),
}

struct FileShown {
    id: String,
    name: String,
    act: String,
    short: String,
}

struct GateRow {
    class: &'static str,
    icon: &'static str,
    label: String,
    about: String,
    href: String,
    badge: String,
    badge_class: &'static str,
    article: &'static str,
    why: Vec<Reason>,
}

#[derive(Template)]
#[template(path = "office/cases/file.html")]
struct FilePage {
    shell: Shell,
    id: i64,
    title: String,
    number: String,
    chip: (&'static str, &'static str),
    procedure: &'static str,
    marks: i64,
    parties: Vec<Party>,
    team: String,
    place: String,
    lead: Option<(String, String)>,
    source: String,
    matter: String,
    matter_name: String,
    fine: String,
    clocks: Vec<ClockShown>,
    approvals: Vec<ApprovalShown>,
    steps: Vec<(&'static str, &'static str)>,
    acts: Vec<ActShown>,
    documents: Vec<DocumentShown>,
    files: Vec<FileShown>,
    /// What does not fit together in the evidence.
    doubts: usize,
    publication: Vec<String>,
    rulebook: u32,
    gate: Vec<GateRow>,
    beside: Vec<GateRow>,
    form: Option<Form>,
}

/// The page, with the form asked for.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    who: Who,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Page {
    let form = Kind::from_code(&asked.act).map(|kind| (kind, Typed::default()));
    draw_with(&app, &who, id, StatusCode::OK, form, asked.on).await
}

/// The page with a form that was refused, everything typed still in it.
pub(crate) async fn draw(app: &Arc<App>, who: &Who, id: i64, status: StatusCode, form: Option<(Kind, Typed)>) -> Page {
    let on = form.as_ref().and_then(|(_, typed)| typed.values.get("on").cloned()).unwrap_or_default();
    draw_with(app, who, id, status, form, on).await
}

async fn draw_with(
    app: &Arc<App>,
    who: &Who,
    id: i64,
    status: StatusCode,
    asked: Option<(Kind, Typed)>,
    on: String,
) -> Page {
    who.need(Right::ReadUnit)?;
    let (own, today) = (app.casework.clone(), app.today());
    let found = app
        .read(move |tx| {
            let Some(file) = own.file(tx, id, today)? else { return Ok(None) };
            let named = file.acts.iter().any(|a| !a.recorded.act.blobs().is_empty());
            let seen = if named { casework::read::evidence::of_case(tx, id, 0)? } else { None };
            let doubts =
                seen.map_or(0, |seen| seen.marks.len() + seen.items.iter().filter(|i| !i.marks.is_empty()).count());
            Ok(Some((file, doubts)))
        })
        .await?;
    let (file, doubts) = found.ok_or(Error::NotFound("没有这个案件。"))?;
    who.sees(&file.row.unit)?;
    let people = people(&file.directory, &file.row.organ, &file.row.unit, today);
    let corpus = app.casework.corpus;
    let mut fine = None;
    let mut form = asked.map(|(kind, typed)| {
        let subject = subject_of(&on).unwrap_or(Subject::Case);
        let place = Place {
            action: format!("/office/cases/{id}"),
            back: format!("/office/cases/{id}"),
            csrf: &who.0.csrf,
            file: Some(&file),
            subject,
            about: about(&file, subject),
            me: who.0.person,
            today,
            chain: file
                .orders
                .chain(kind)
                .into_iter()
                .flat_map(|chain| &chain.roles)
                .map(|role| {
                    let signers = file.orders.signers(*role, &file.row.organ, &file.row.unit, today);
                    let signers: Vec<u32> = signers.into_iter().map(|s| s.0).collect();
                    (role.label(), some(&signers, &file.directory))
                })
                .collect(),
        };
        let drawn = form(corpus, &people, place, kind, &typed);
        fine = drawn.fields.iter().find(|f| f.key == "fine").and_then(|f| f.value.parse().ok());
        drawn
    });
    if let Some(form) = form.as_mut()
        && let Some(matter) = form.weighing.first().map(|one| one.matter.clone())
    {
        let code = matter.clone();
        let rows = app.read(move |tx| casework::read::similar::newest(tx, &code, None, Some(id), today)).await?;
        form.similar = similar(&matter, &rows, fine);
    }
    let may = who.0.may(Right::Act);
    let row = &file.row;
    let stage = file.case.stage();
    let over = row.closed.is_some();
    let clue = file.case.clue();
    let unmask = who.0.may(Right::Unmask);
    let page = FilePage {
        id,
        title: row.title.clone(),
        number: row.number.clone(),
        chip: if over { ("ok", "已结案") } else { ("info", stage.label()) },
        procedure: if row.procedure == "simple" { "简易程序" } else { "普通程序" },
        marks: row.marks,
        parties: file
            .parties
            .iter()
            .map(|(_, _, p)| Party { name: p.name.clone(), detail: detail(p, unmask) })
            .collect(),
        team: names(&file, &file.acts.last().map(|a| a.recorded.team.clone()).unwrap_or_default()),
        place: if row.place.is_empty() { "–".into() } else { row.place.clone() },
        lead: row
            .lead
            .as_ref()
            .and_then(|l| l.split_once('/'))
            .map(|(kind, no)| (format!("{kind}s/{no}"), format!("诉求第 {no} 号"))),
        source: clue.map_or_else(String::new, |c| c.rec.act.to_draft().get_text("source").unwrap_or_default()),
        matter: row.matter.clone(),
        matter_name: corpus.matter(&row.matter).map_or_else(|| row.matter.clone(), |m| m.name.clone()),
        fine: yuan(row.fine),
        clocks: clocks(app, &file, today),
        approvals: file
            .approvals
            .iter()
            .filter_map(|a| {
                let waiting = waiting(&file.orders, (a.role()?, &a.organ, &a.unit), today, &file.directory);
                Some(ApprovalShown { id: a.id, label: a.kind.label(), waiting })
            })
            .collect(),
        steps: steps(&file, stage, over),
        acts: file.acts.iter().rev().map(|a| act(corpus, &file, a)).collect(),
        documents: documents(&file),
        files: files(&file),
        doubts,
        publication: publication(&file),
        rulebook: ::law::rules::RULEBOOK,
        gate: if may { gate(&file, id, true, who) } else { Vec::new() },
        beside: if may { gate(&file, id, false, who) } else { Vec::new() },
        form,
        shell: Shell::new(app, who, "/office/cases"),
    };
    html_with(status, &page)
}

pub(crate) fn detail(party: &casework::Identity, unmask: bool) -> String {
    let mask = |t: &str| {
        let chars: Vec<char> = t.chars().collect();
        if chars.len() < 8 {
            "*".repeat(chars.len())
        } else {
            chars[..3].iter().collect::<String>() + "****" + &chars[chars.len() - 4..].iter().collect::<String>()
        }
    };
    // Identity numbers stay masked for everybody here: who needs one asks for it, and the asking is recorded.
    let _ = unmask;
    let number = party.id_number.as_deref().map(mask);
    [number, party.representative.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn names(file: &CaseFile, team: &[::law::acts::PersonId]) -> String {
    team.iter().map(|p| file.name(*p).to_owned()).collect::<Vec<_>>().join("、")
}

/// Who or what an act is about, in words.
fn about(file: &CaseFile, subject: Subject) -> String {
    let party = |no: i64| {
        if file.parties.len() > 1 {
            file.parties.iter().find(|p| p.0 == no).map(|p| p.2.name.clone()).unwrap_or_default()
        } else {
            String::new()
        }
    };
    match subject {
        Subject::Case => String::new(),
        Subject::Party(no) => party(i64::from(no.0)),
        Subject::Document(no) | Subject::Item(no) => file.act(no).map_or_else(String::new, |a| {
            let kind = a.recorded.act.kind().label();
            match &a.recorded.allocated.number {
                Some(number) => format!("{kind} {number}"),
                None => format!("{} {kind}", no.0),
            }
        }),
    }
}

fn clocks(app: &App, file: &CaseFile, today: ::law::Day) -> Vec<ClockShown> {
    let corpus = app.casework.corpus;
    let running = |c: &&Clock| {
        matches!(c.state, ClockState::Running | ClockState::Over)
            && !(c.end == End::Opens && c.state == ClockState::Over)
    };
    file.clocks
        .iter()
        .filter(running)
        .take(4)
        .map(|c| ClockShown {
            label: c.label,
            article: c.article,
            left: left(corpus, c.start, c.due.last, today, c.workdays),
            provisional: c.due.provisional,
            steps: corpus.calendar().explain(c.start, c.term, &c.excluded).into_iter().map(|s| s.text).collect(),
        })
        .collect()
}

fn steps(file: &CaseFile, now: Stage, over: bool) -> Vec<(&'static str, &'static str)> {
    let done = |stage: Stage| file.case.standing().any(|a| a.act.kind().stage() == stage);
    let simple = file.row.procedure == "simple";
    Stage::ALL
        .iter()
        .filter(|s| !simple || matches!(s, Stage::Decision | Stage::Service | Stage::Execution | Stage::Closing))
        .map(|s| {
            let class = match () {
                () if *s == now && !over => "now",
                () if *s < now && done(*s) || over && done(*s) => "done",
                () if *s < now || over => "na",
                () => "",
            };
            (s.label(), class)
        })
        .collect()
}

fn act(corpus: &Corpus, file: &CaseFile, row: &ActRow) -> ActShown {
    let kind = row.recorded.act.kind();
    let draft = row.recorded.act.to_draft();
    let mut fields = Vec::new();
    let (mut copy, mut kept) = (row.recorded.act.clone(), Vec::new());
    kept.extend(copy.words_mut().into_iter().map(|(key, _)| key));
    for spec in kind.fields().iter().filter(|f| f.ty != FieldType::PartyKey) {
        let text = match spec.ty {
            // An optional text nobody wrote was not deleted.
            FieldType::Words if !kept.contains(&spec.key) => None,
            FieldType::Words => row.texts.get(spec.key).cloned().or_else(|| Some("（已依令删除）".into())),
            FieldType::Person | FieldType::Persons => draft.get_text(spec.key).map(|t| persons(file, &t)),
            FieldType::Branch | FieldType::Factors => {
                let matters: Vec<&str> = file.case.conducts().map(|conduct| conduct.matter.as_str()).collect();
                let text = draft.get_text(spec.key).filter(|text| !text.is_empty());
                text.map(|text| in_words(corpus, &matters, spec.ty, &text))
            }
            FieldType::Choice(list) => draft
                .get_text(spec.key)
                .map(|t| list.iter().find(|(k, _)| *k == t).map_or(t.clone(), |(_, label)| (*label).to_owned())),
            _ => draft.get_text(spec.key),
        };
        if let Some(text) = text.filter(|t| !t.is_empty()) {
            fields.push((spec.label, text));
        }
    }
    let summary = match &row.recorded.allocated.number {
        Some(number) => number.clone(),
        None => fields.iter().map(|f| f.1.clone()).find(|t| t.chars().count() > 2).unwrap_or_default(),
    };
    let summary: String =
        if summary.chars().count() > 48 { summary.chars().take(47).chain(['…']).collect() } else { summary };
    let void = file.case.is_void(row.recorded.no);
    let (icon, pin) = match kind.stage() {
        _ if void => ("x", "fut"),
        _ if !row.recorded.marks.is_empty() => ("alert", "warn"),
        Stage::Service => ("send", "info"),
        Stage::Inquiry => ("camera", ""),
        Stage::Review | Stage::Hearing => ("scale", ""),
        Stage::Filing | Stage::Decision => ("gavel", ""),
        Stage::Publicity => ("eye", ""),
        Stage::Closing => ("archive", ""),
        _ => ("doc", ""),
    };
    ActShown {
        no: row.recorded.no.0,
        label: kind.label(),
        about: about(file, row.recorded.subject),
        day: row.recorded.happened.to_string(),
        shown: short_day(row.recorded.happened),
        summary,
        article: kind.article(),
        icon,
        pin,
        reported: matches!(row.recorded.entry, Entry::Reported { .. }) && kind.entries() == ::law::acts::Entries::Both,
        void,
        marks: row.recorded.marks.iter().map(|m| format!("{}（{}）", m.why, m.article)).collect(),
        fields,
        team: names(file, &row.recorded.team),
        recorded: civil_minute(row.recorded_at),
        approval: row.approval,
        position: row.position,
        hash: row.hash.clone(),
    }
}

fn persons(file: &CaseFile, text: &str) -> String {
    let name = |t: &str| t.parse().map_or_else(|_| t.to_owned(), |id| file.name(::law::acts::PersonId(id)).to_owned());
    text.split('、').map(name).collect::<Vec<_>>().join("、")
}

fn documents(file: &CaseFile) -> Vec<DocumentShown> {
    file.acts
        .iter()
        .rev()
        .filter_map(|a| {
            let issued = a.document.as_ref()?;
            let served = file.case.served(a.recorded.no);
            let spot = matches!(a.recorded.act, Act::OnSpotPenalty(_));
            let chip = match served {
                _ if file.case.is_void(a.recorded.no) => ("", "已作废".to_owned()),
                Some(fact) => ("ok", format!("已送达 {}", short_day(fact.day()))),
                None if spot => ("ok", "当场交付".to_owned()),
                None if Kind::Served.subject_kinds().contains(&a.recorded.act.kind()) => ("warn", "待送达".to_owned()),
                // What stays in the file is served on nobody.
                None => ("", String::new()),
            };
            let title = documents::kind(&issued.kind).map_or("", |k| k.title);
            Some(DocumentShown { code: issued.code.clone(), title, number: issued.number.clone(), chip })
        })
        .collect()
}

fn files(file: &CaseFile) -> Vec<FileShown> {
    let mut shown = Vec::new();
    for row in &file.acts {
        let kind = row.recorded.act.kind();
        let draft = row.recorded.act.to_draft();
        let name = draft.get_text("name").unwrap_or_else(|| kind.label().to_owned());
        for spec in kind.fields().iter().filter(|f| f.ty == FieldType::Blobs) {
            let ids = draft.get_text(spec.key).unwrap_or_default();
            for id in ids.split('、').filter(|i| !i.is_empty()) {
                shown.push(FileShown {
                    id: id.to_owned(),
                    name: name.clone(),
                    act: format!("{} {} {}", row.recorded.no.0, kind.label(), row.recorded.happened),
                    short: format!("{}…{}", &id[..4.min(id.len())], &id[id.len().saturating_sub(4)..]),
                });
            }
        }
    }
    shown
}

fn publication(file: &CaseFile) -> Vec<String> {
    let of = |no: ActNo| file.act(no).and_then(|a| a.recorded.allocated.number.clone()).unwrap_or_default();
    file.case
        .standing()
        .filter_map(|a| match (&a.act, a.subject) {
            (Act::Published(p), Subject::Document(no)) => {
                Some(format!("{} 在{}公示 {}", short_day(a.happened), p.platform, of(no)))
            }
            (Act::Withdrawn(_), Subject::Document(no)) => {
                Some(format!("{} 撤回公示 {}", short_day(a.happened), of(no)))
            }
            _ => None,
        })
        .collect()
}

/// The rule gate, rendered from the same answer the server gives when the form is sent: what leads towards closing the
/// case, or what may be done beside it.
fn gate(file: &CaseFile, id: i64, toward_goal: bool, who: &Who) -> Vec<GateRow> {
    file.guide
        .iter()
        .filter(|choice| choice.toward_goal == toward_goal && who.0.performs(choice.kind))
        .map(|choice: &Choice| {
            let (class, icon, badge, badge_class, why) = match &choice.state {
                Possible::Can | Possible::Open(_) => ("can", "check", String::new(), "", Vec::new()),
                Possible::Wait(day, unmet) => {
                    ("wait", "clock", format!("{} 起", short_day(*day)), "c-warn", unmet_lines(choice.kind, unmet))
                }
                Possible::Missing(unmet) => {
                    ("miss", "lock", format!("缺 {} 项", unmet.len()), "c-bad", unmet_lines(choice.kind, unmet))
                }
            };
            let on = subject_text(choice.subject);
            GateRow {
                class,
                icon,
                label: choice.kind.label().to_owned(),
                about: about(file, choice.subject),
                href: format!("/office/cases/{id}?act={}&on={on}#form", choice.kind.code()),
                badge,
                badge_class,
                article: choice.kind.article(),
                why,
            }
        })
        .collect()
}
