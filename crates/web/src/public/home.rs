//! `GET /`: what can I do here?

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use casework::read::decisions;

use super::Frame;
use super::decisions::Row;
use crate::app::App;
use crate::error::{Page, html};

/// Decisions shown on the first page.
const SHOWN: i64 = 5;

#[derive(Template)]
#[template(path = "public/home.html")]
struct HomePage {
    frame: Frame,
    rows: Vec<Row>,
}

/// The first page.
pub(crate) async fn page(State(app): State<Arc<App>>) -> Page {
    let found = app.read(|tx| decisions::public(tx, None, SHOWN)).await?;
    let rows = found.into_iter().map(|r| Row::of(app.casework.corpus, r)).collect();
    html(&HomePage { frame: Frame::at(&app, "home").await?, rows })
}
