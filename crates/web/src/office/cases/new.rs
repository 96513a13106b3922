//! `/office/cases/new`: the act that opens a case.

use std::sync::Arc;

use ::law::acts::Kind;
use ::law::case::Subject;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use casework::{Error as NotDone, Where};
use office::role::Right;
use serde::Deserialize;

use super::act::{explain, proposal};
use super::form::{Form, Place, Typed, form, people};
use crate::app::App;
use crate::error::{Error, Page, html_with};
use crate::form::Upload;
use crate::session::Who;
use crate::shell::Shell;

/// Campaigns a form offers.
const CAMPAIGNS: i64 = 30;

/// Which act opens it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    kind: String,
}

#[derive(Template)]
#[template(path = "office/cases/new.html")]
struct NewPage {
    shell: Shell,
    form: Form,
    refused: Option<Vec<String>>,
}

/// The newest campaigns of the register.
async fn campaigns(app: &App) -> Result<Vec<(i64, String)>, Error> {
    let Some(campaign) = registers::descriptor("campaign") else { return Ok(Vec::new()) };
    let filter = registers::read::Filter::default();
    let found = app.read(move |tx| registers::read::list(tx, campaign, &filter, CAMPAIGNS)).await?;
    Ok(found.rows.into_iter().map(|row| (row.id, row.title)).collect())
}

async fn draw(app: &App, who: &Who, status: StatusCode, kind: Kind, typed: Typed) -> Page {
    let (organ, unit, today) = (who.0.organ.clone(), who.0.unit.clone(), app.today());
    let mut people = people(&*app.directory().await?, &organ, &unit, today);
    people.campaigns = campaigns(app).await?;
    let place = Place {
        action: "/office/cases/new".into(),
        back: "/office/cases".into(),
        csrf: &who.0.csrf,
        file: None,
        subject: Subject::Case,
        about: String::new(),
        me: who.0.person,
        today,
        chain: Vec::new(),
    };
    let form = form(app.casework.corpus, &people, place, kind, &typed);
    html_with(status, &NewPage { shell: Shell::new(app, who, "/office/cases"), form, refused: None })
}

/// Draws the form.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    who.need(Right::Act)?;
    let kind = Kind::from_code(&asked.kind).filter(|k| opens(*k)).unwrap_or(Kind::ClueRegistered);
    draw(&app, &who, StatusCode::OK, kind, Typed::default()).await
}

fn opens(kind: Kind) -> bool {
    matches!(kind, Kind::ClueRegistered | Kind::OnSpotPenalty)
}

/// Opens the case.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, upload: Upload) -> Page {
    who.checked(upload.fields.get("csrf"))?;
    who.need(Right::Act)?;
    let values = upload.fields.0;
    let proposed = match proposal(&app, &who, &values) {
        Ok(proposed) => proposed,
        Err(typed) => return draw(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, Kind::ClueRegistered, typed).await,
    };
    let kind = proposed.kind;
    if !opens(kind) {
        return Err(Error::Bad("案件从登记线索或者当场处罚开始。".into()));
    }
    let place = Where::New { organ: who.0.organ.clone(), unit: who.0.unit.clone(), lead: None };
    match app.casework.perform(place, proposed).await {
        Ok(done) => Ok(Redirect::to(&format!("/office/cases/{}", done.case)).into_response()),
        Err(NotDone::Fault(fault)) => Err(fault.into()),
        Err(not_done) => draw(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, kind, explain(not_done, values)).await,
    }
}
