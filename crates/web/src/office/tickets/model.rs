//! `/office/tickets/model`: what the model has learnt from the desk, how often it was right, and back to an earlier state.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use intake::lessons::{self, Turn};
use office::role::Right;

use super::{actor, sees_all};
use crate::app::App;
use crate::error::{Error, Page, html_with};
use crate::form::Upload;
use crate::session::Who;
use crate::shell::Shell;
use crate::words::short_day;

struct Month {
    month: String,
    settled: i64,
    first: String,
    three: String,
}

struct Shown {
    day: String,
    actor: String,
    what: String,
}

#[derive(Template)]
#[template(path = "office/tickets/model.html")]
struct ModelPage {
    shell: Shell,
    edits: bool,
    version: u32,
    corrections: usize,
    trained: usize,
    places: usize,
    months: Vec<Month>,
    turns: Vec<Shown>,
    error: String,
}

fn share(part: i64, all: i64) -> String {
    if all == 0 { "–".into() } else { format!("{:.1}%", part as f64 * 100.0 / all as f64) }
}

async fn draw(app: &App, who: &Who, status: StatusCode, error: String) -> Page {
    let minds = app.intake.minds.clone();
    let (mind, months, turns) =
        app.read(move |tx| Ok((minds.of(tx)?, lessons::accuracy(tx)?, lessons::turns(tx)?))).await?;
    let state = mind.learner().state();
    let mille = |n: u16| format!("{}.{}%", n / 10, n % 10);
    let page = ModelPage {
        shell: Shell::new(app, who, "/office/tickets"),
        edits: sees_all(who),
        version: state.version,
        corrections: state.corrections.len(),
        trained: state.trained,
        places: mind.learner().reader().gazetteer().places().len(),
        months: months
            .into_iter()
            .map(|m| Month {
                first: share(m.first, m.settled),
                three: share(m.three, m.settled),
                month: m.month,
                settled: m.settled,
            })
            .collect(),
        turns: turns
            .into_iter()
            .rev()
            .take(50)
            .map(|(entry, turn)| Shown {
                day: short_day(entry.happened_at),
                actor: entry.actor,
                what: match turn {
                    Turn::Trained { corrections, first, three, kept } => format!(
                        "用 {corrections} 次认定重新训练：检验集首选正确 {}，前三正确 {}，{}",
                        mille(first),
                        mille(three),
                        if kept { "不比原来差，已启用" } else { "比原来差，没有启用" }
                    ),
                    Turn::RolledBack { keep, reason } => format!("退回到前 {keep} 次认定：{reason}"),
                },
            })
            .collect(),
        error,
    };
    html_with(status, &page)
}

/// The page.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who) -> Page {
    who.need(Right::Tickets)?;
    draw(&app, &who, StatusCode::OK, String::new()).await
}

/// Trains anew or goes back.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    who.need(Right::Tickets)?;
    if !sees_all(&who) {
        return Err(Error::NotAllowed("识别模型由诉求专员或者负责人训练和退回。"));
    }
    let fields = form.fields;
    let done = match fields.get("do") {
        Some("train") => app.intake.train(actor(&app, &who)).await.map(|_| ()),
        Some("back") => match fields.get("keep").and_then(|k| k.parse().ok()) {
            Some(keep) => {
                let reason = fields.get("reason").unwrap_or_default().to_owned();
                app.intake.roll_back(actor(&app, &who), keep, reason).await
            }
            None => Err(intake::Error::Bad(office::BadInput::new("保留前几次", "应当是数字"))),
        },
        _ => return Err(Error::Bad("没有说明做什么，请从页面进入。".into())),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/office/tickets/model").into_response()),
        Err(intake::Error::Fault(fault)) => Err(fault.into()),
        Err(other) => draw(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, other.to_string()).await,
    }
}
