//! `/office/approvals/{n}`: the act as proposed, what the rules say of it today, who signed and who is next.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::law::acts::{FieldType, Kind};
use ::law::case::Subject;
use ::law::corpus::Corpus;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use casework::Error as NotDone;
use casework::approval::{By, Step as Signed};
use casework::read::approvals::Approval;
use office::role::Right;

use super::{chip, name, signed_by, some};
use crate::app::App;
use crate::error::{Error, Page, html_with};
use crate::form::Upload;
use crate::office::cases::act::explain;
use crate::office::cases::file::detail;
use crate::office::cases::form::{Reason, in_words};
use crate::session::Who;
use crate::shell::Shell;

struct StepShown {
    role: &'static str,
    who: String,
    day: String,
    pin: &'static str,
    icon: &'static str,
}

#[derive(Template)]
#[template(path = "office/approvals/approval.html")]
struct ApprovalPage {
    shell: Shell,
    id: i64,
    case: i64,
    title: String,
    label: &'static str,
    about: String,
    article: &'static str,
    chip: (&'static str, &'static str),
    by: String,
    day: String,
    act: Option<i64>,
    team: String,
    fields: Vec<(&'static str, String)>,
    steps: Vec<StepShown>,
    since: String,
    returned: Option<(String, String)>,
    /// What the rules say today: title and lines of what stands against it; empty lines for nothing.
    judged: Option<(String, Vec<Reason>)>,
    signs: bool,
    of: String,
    last: bool,
    why_not: String,
    withdraws: bool,
    version: i64,
    reason: String,
    error_title: String,
    errors: Vec<Reason>,
}

/// Draws the page.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Path(id): Path<i64>) -> Page {
    draw(&app, &who, id, StatusCode::OK, String::new(), None).await
}

async fn read(app: &App, who: &Who, id: i64) -> Result<(Approval, String), Error> {
    who.need(Right::ReadUnit)?;
    let (own, person, today) = (app.casework.clone(), who.0.person, app.today());
    let found = app
        .read(move |tx| {
            let Some(found) = own.approval(tx, id, person, today)? else { return Ok(None) };
            let about = match found.subject {
                Subject::Case => String::new(),
                Subject::Party(no) => casework::read::file::parties(tx, found.row.case)?
                    .into_iter()
                    .find(|p| p.0 == i64::from(no.0))
                    .map_or_else(String::new, |p| p.2.name),
                Subject::Document(no) | Subject::Item(no) => format!("第 {no} 步"),
            };
            Ok(Some((found, about)))
        })
        .await?;
    let (found, about) = found.ok_or(Error::NotFound("没有这项审批。"))?;
    // Whoever has to sign or has submitted it may read it, besides those who read the unit's cases.
    if !matches!(found.mine, Some(Ok(_))) && found.row.person != who.0.person {
        who.sees(&found.row.unit)?;
    }
    Ok((found, about))
}

async fn draw(
    app: &App,
    who: &Who,
    id: i64,
    status: StatusCode,
    reason: String,
    error: Option<(String, Vec<Reason>)>,
) -> Page {
    let (found, about) = read(app, who, id).await?;
    let kind = found.row.kind;
    let open = found.row.role().is_some();
    let steps = found
        .steps
        .iter()
        .zip(0..)
        .map(|(step, at)| match &step.signed {
            Some((person, of, day)) => StepShown {
                role: step.role.label(),
                who: signed_by(*person, *of, &found.directory),
                day: day.clone(),
                pin: "",
                icon: "check",
            },
            None => {
                let may: Vec<u32> = step.may.iter().map(|m| m.0).collect();
                let now = open && at == found.row.step;
                StepShown {
                    role: step.role.label(),
                    who: if may.is_empty() { "–".into() } else { some(&may, &found.directory) },
                    day: if now { "待签字".into() } else { String::new() },
                    pin: if now { "now" } else { "fut" },
                    icon: if now { "pen" } else { "clock" },
                }
            }
        })
        .collect();
    let judged = found.judgement.as_ref().map(|answer| match answer {
        Ok(()) => ("依现在的情况可以办理".to_owned(), Vec::new()),
        Err(why) => explained(found.row.kind, why),
    });
    let since = match found.since.len() {
        0 => String::new(),
        n => {
            let acts: Vec<String> = found.since.iter().map(|(no, kind)| format!("{no} {}", kind.label())).collect();
            format!("提交以后，本案又记录了 {n} 件办理：{}。请核对后再签。", acts.join("、"))
        }
    };
    let (signs, of, why_not) = match &found.mine {
        Some(Ok(of)) => (true, of.map(|of| name(of, &found.directory)).unwrap_or_default(), String::new()),
        Some(Err(why)) => (false, String::new(), why.clone()),
        None => (false, String::new(), String::new()),
    };
    let (error_title, errors) = error.unwrap_or_default();
    let team: Vec<String> = found.team.iter().map(|p| name(p.0, &found.directory)).collect();
    let page = ApprovalPage {
        shell: Shell::new(app, who, "/office/approvals"),
        id,
        case: found.row.case,
        title: found.row.title.clone(),
        label: kind.label(),
        about,
        article: kind.article(),
        chip: chip(found.row.state),
        by: name(found.row.person, &found.directory),
        day: found.row.submitted.clone(),
        act: found.row.act,
        team: team.join("、"),
        fields: fields(&found),
        steps,
        since,
        returned: found.returned.as_ref().map(|r| (signed_by(r.0, r.1, &found.directory), r.2.clone())),
        judged,
        signs,
        of,
        last: found.row.step + 1 == found.row.steps.len(),
        why_not,
        withdraws: open && found.row.person == who.0.person,
        version: found.version,
        reason,
        error_title,
        errors,
    };
    html_with(status, &page)
}

/// The fields as a person reads them; who signs is not among them.
fn fields(found: &Approval) -> Vec<(&'static str, String)> {
    let mut shown = Vec::new();
    for spec in found.row.kind.fields() {
        let Some(text) = found.fields.get(spec.key).filter(|t| !t.is_empty()) else { continue };
        let text = match spec.ty {
            FieldType::Person | FieldType::Persons => {
                let of = |t: &str| t.parse().map_or_else(|_| t.to_owned(), |id| name(id, &found.directory));
                text.split('、').map(of).collect::<Vec<_>>().join("、")
            }
            FieldType::Choice(list) => {
                list.iter().find(|(key, _)| key == text).map_or_else(|| text.clone(), |(_, label)| (*label).to_owned())
            }
            FieldType::Branch | FieldType::Factors => in_words(Corpus::builtin(), &[], spec.ty, text),
            FieldType::Blobs => format!("{} 个，办理后在案件里查看", text.split('、').count()),
            _ => text.clone(),
        };
        shown.push((spec.label, text));
    }
    if let Some(party) = &found.party {
        let detail = detail(party, false);
        shown.push(("当事人身份", format!("{} {detail}", party.name).trim_end().to_owned()));
    }
    shown
}

/// Why an act is not allowed, as the form of an act says it.
fn explained(kind: Kind, why: &NotDone) -> (String, Vec<Reason>) {
    match why {
        NotDone::Refused(refusal) => {
            ("依法不能办理".into(), crate::office::cases::form::unmet_lines(kind, &refusal.unmet))
        }
        other => ("现在不能办理".into(), vec![other.to_string().into()]),
    }
}

/// Signs, returns or withdraws.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, Path(id): Path<i64>, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    read(&app, &who, id).await?;
    let by = By { login: who.0.login.clone(), person: who.0.person, today: app.today() };
    let seen = form.fields.get("seen").and_then(|s| s.parse().ok());
    let reason = form.fields.get("reason").unwrap_or_default().to_owned();
    let here = format!("/office/approvals/{id}");
    let done = match form.fields.get("do") {
        Some("sign") => match app.casework.sign(by, id, seen).await {
            Ok(Signed::Performed(done)) => Ok(format!("/office/cases/{}#act-{}", done.case, done.act)),
            Ok(Signed::Next(_)) => Ok(here),
            Err(why) => Err(why),
        },
        Some("return") => app.casework.send_back(by, id, seen, reason.clone()).await.map(|()| here),
        Some("withdraw") => app.casework.withdraw(by, id, seen).await.map(|()| here),
        _ => return Err(Error::Bad("没有说明是同意、退回还是撤回。".into())),
    };
    match done {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(NotDone::Conflict(_)) => Err(Error::Conflict),
        Err(NotDone::NoApproval) => Err(Error::NotFound("没有这项审批。")),
        Err(NotDone::Fault(fault)) => Err(fault.into()),
        Err(why) => {
            let typed = explain(why, BTreeMap::new());
            let error = (typed.error_title, typed.errors);
            draw(&app, &who, id, StatusCode::UNPROCESSABLE_ENTITY, reason, Some(error)).await
        }
    }
}
