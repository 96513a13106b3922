//! `/check`: checks the package of a case file in the reader's own browser. Nothing of it comes here.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::Frame;
use crate::app::App;
use crate::error::{Page, html};

#[derive(Template)]
#[template(path = "public/check.html")]
struct CheckPage {
    frame: Frame,
    body: &'static str,
    key: Option<String>,
}

/// `GET /check`.
pub(crate) async fn page(State(app): State<Arc<App>>) -> Page {
    let frame = Frame::at(&app, "verify").await?;
    html(&CheckPage { frame, body: dossier::CHECK_BODY, key: app.checkpoint_key.clone() })
}

/// `GET /check/check.js`: the script that the page inside a package carries too.
pub(crate) async fn script() -> Response {
    sent("text/javascript; charset=utf-8", dossier::CHECK_SCRIPT)
}

/// `GET /check/check.css`.
pub(crate) async fn style() -> Response {
    sent("text/css; charset=utf-8", dossier::CHECK_STYLE)
}

fn sent(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")], text).into_response()
}
