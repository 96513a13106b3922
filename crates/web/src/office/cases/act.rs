//! `POST /office/cases/{id}`: one act. Form to proposal, proposal to the one write path, answer to page.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::law::Day;
use ::law::acts::PersonId;
use ::law::acts::{Entries, FieldType, Kind};
use ::law::case::Entry;
use ::law::judge::Cure;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use casework::{Error as NotDone, Proposed, Where};
use office::role::Right;

use super::form::{Reason, Typed, identity, measures_typed, subject_of, unmet_lines};
use crate::app::App;
use crate::error::{Error, Page};
use crate::form::Upload;
use crate::session::Who;

/// Performs the act of the form and shows the case again.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, Path(id): Path<i64>, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    who.need(Right::Act)?;
    let standings = app.casework.standings.clone();
    let found = app
        .read(move |tx| {
            let Some(row) = casework::read::list::one(tx, id)? else { return Ok(None) };
            let orders = standings.with_orders(tx, &row.organ)?.1;
            Ok(Some((row, orders)))
        })
        .await?;
    let (row, orders) = found.ok_or(Error::NotFound("没有这个案件。"))?;
    who.acts(&row.organ, &row.unit)?;
    let seen = form.fields.get("seen").and_then(|s| s.parse().ok());
    let values = form.fields.0;
    let proposed = match proposal(&app, &who, &values) {
        Ok(proposed) => proposed,
        Err(typed) => {
            return super::file::draw(
                &app,
                &who,
                id,
                StatusCode::UNPROCESSABLE_ENTITY,
                Some((values_kind(&typed)?, typed)),
            )
            .await;
        }
    };
    let kind = proposed.kind;
    // What the organ has signed first is submitted; everything else, and what already happened, is performed at once.
    let done = if proposed.chain(&orders).is_some() {
        app.casework.submit(id, seen, proposed).await.map(|no| format!("/office/approvals/{no}"))
    } else {
        let done = app.casework.perform(Where::Case { id, seen }, proposed).await;
        done.map(|done| format!("/office/cases/{id}#act-{}", done.act))
    };
    match done {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(NotDone::Conflict(_)) => {
            let typed = overtaken(&app, id, seen.unwrap_or(0), values).await?;
            super::file::draw(&app, &who, id, StatusCode::CONFLICT, Some((kind, typed))).await
        }
        Err(NotDone::NoCase) => Err(Error::NotFound("没有这个案件。")),
        Err(NotDone::Fault(fault)) => Err(fault.into()),
        Err(not_done) => {
            let typed = explain(not_done, values);
            super::file::draw(&app, &who, id, StatusCode::UNPROCESSABLE_ENTITY, Some((kind, typed))).await
        }
    }
}

/// The form again, with what was done meanwhile: whoever sends it a second time has seen that.
async fn overtaken(app: &App, id: i64, seen: i64, mut values: BTreeMap<String, String>) -> Result<Typed, Error> {
    let (own, today) = (app.casework.clone(), app.today());
    let file = app.read(move |tx| own.file(tx, id, today)).await?.ok_or(Error::NotFound("没有这个案件。"))?;
    values.remove("seen");
    let since = file.acts.iter().skip(usize::try_from(seen).unwrap_or(0));
    let mut errors: Vec<Reason> = since
        .map(|row| {
            let rec = &row.recorded;
            let by: Vec<&str> = rec.team.iter().map(|person| file.name(*person)).collect();
            format!("{} {} {}（{}）", rec.no, rec.happened, rec.act.kind().label(), by.join("、")).into()
        })
        .collect();
    errors.push("您填写的内容都在下面，这次没有记录。核对以后仍要办理的，再提交一次。".to_owned().into());
    Ok(Typed { values, error_title: "打开本页以后，本案又办理了".into(), errors, ..Typed::default() })
}

fn values_kind(typed: &Typed) -> Result<Kind, Error> {
    typed
        .values
        .get("kind")
        .and_then(|k| Kind::from_code(k))
        .ok_or_else(|| Error::Bad("没有说明办理什么，请从案件页面进入。".into()))
}

/// A form as a proposal, or what is wrong with it.
pub(crate) fn proposal(app: &App, who: &Who, values: &BTreeMap<String, String>) -> Result<Proposed, Typed> {
    let wrong = |field: &str, text: &str| Typed {
        values: values.clone(),
        error_title: "还不能办理".into(),
        errors: vec![text.to_owned().into()],
        field_errors: BTreeMap::from([(field.to_owned(), text.to_owned())]),
    };
    let get = |key: &str| values.get(key).map(|v| v.trim()).filter(|v| !v.is_empty());
    let kind = get("kind").and_then(Kind::from_code).ok_or_else(|| wrong("kind", "没有说明办理什么"))?;
    let subject = get("on").and_then(subject_of).ok_or_else(|| wrong("on", "没有说明对谁办理"))?;
    let today = app.today();
    let reported =
        kind.entries() == Entries::Reported || (kind.entries() == Entries::Both && get("entry") == Some("reported"));
    let at: Day = match get("at").filter(|_| reported) {
        Some(text) => text.parse().map_err(|_| wrong("at", "发生日期应写成 2024-11-05"))?,
        None => today,
    };
    let time = match get("hour").filter(|_| kind.has_hour()) {
        Some(text) => Some(text.parse().map_err(|_| wrong("time", "时刻应写成 14:30"))?),
        None => None,
    };
    let mut team: Vec<PersonId> = Vec::new();
    for key in ["team1", "team2"] {
        if let Some(id) = get(key).and_then(|t| t.parse().ok()).map(PersonId)
            && !team.contains(&id)
        {
            team.push(id);
        }
    }
    let entry = if reported { Entry::Reported { source: "本单位登记".into() } } else { Entry::Live };
    let measures = measures_typed(values);
    let answer = super::points::answer(values);
    let fields = kind
        .fields()
        .iter()
        .filter_map(|f| {
            let text = match f.ty {
                FieldType::Measures if !measures.is_empty() => measures.as_str(),
                _ if f.key == "answer" && answer.is_some() => answer.as_deref().filter(|text| !text.is_empty())?,
                _ => get(f.key)?,
            };
            Some((f.key.to_owned(), text.to_owned()))
        })
        .collect();
    Ok(Proposed {
        subject,
        entry,
        at,
        time,
        team,
        capacity: who.0.roles.first().map_or(String::new(), |r| r.label().to_owned()),
        kind,
        fields,
        party: identity(values),
        recorded_by: who.0.login.clone(),
        person: who.0.person,
        today,
    })
}

/// Why nothing was recorded, for the form drawn again.
pub(crate) fn explain(not_done: NotDone, values: BTreeMap<String, String>) -> Typed {
    let mut typed = Typed { values, ..Typed::default() };
    match not_done {
        NotDone::Refused(refusal) => {
            typed.error_title = "依法不能办理".into();
            let kind = typed.values.get("kind").and_then(|code| Kind::from_code(code));
            typed.errors = unmet_lines(kind.unwrap_or(Kind::ClueRegistered), &refusal.unmet);
            // Beside the field that would have to change, what is the matter with it.
            for unmet in &refusal.unmet {
                if let Cure::Change(key) = unmet.cure {
                    let said = typed.field_errors.entry(key.to_owned()).or_default();
                    let sep = if said.is_empty() { "" } else { "；" };
                    *said = format!("{said}{sep}{}（{}）", unmet.why, unmet.article);
                }
            }
        }
        NotDone::Incomplete(fields) => {
            typed.error_title = "还没有填完".into();
            typed.errors = fields.iter().map(|f| format!("“{}”需要填写", f.label).into()).collect();
            typed.field_errors = fields.iter().map(|f| (f.key.to_owned(), "需要填写".to_owned())).collect();
        }
        NotDone::Bad(errors) => {
            typed.error_title = "有的内容不对".into();
            typed.errors = errors.iter().map(|e| e.to_string().into()).collect();
            typed.field_errors = errors.into_iter().map(|e| (e.field, e.text)).collect();
        }
        other => {
            typed.error_title = "没有办成".into();
            typed.errors = vec![other.to_string().into()];
        }
    }
    typed
}
