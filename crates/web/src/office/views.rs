//! `POST /office/views`: a list's filters kept under a name, or dropped.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use office::view::{self, PAGES, View};

use crate::app::App;
use crate::error::{Error, Page};
use crate::form::Plain;
use crate::session::Who;

/// Saved views beside a list.
pub(crate) struct Views {
    /// The page they belong to.
    pub(crate) page: &'static str,
    /// What stands behind the question mark now; empty where there is nothing to keep.
    pub(crate) query: String,
    /// The views.
    pub(crate) list: Vec<Shown>,
}

/// One of them.
pub(crate) struct Shown {
    pub(crate) view: View,
    pub(crate) href: String,
    /// It is this person's.
    pub(crate) own: bool,
}

impl Views {
    /// The views of a page for a person.
    pub(crate) fn of(who: &Who, page: &'static str, query: String, list: Vec<View>) -> Views {
        let own = who.0.person;
        let list = list.into_iter().map(|view| Shown { href: view.href(), own: view.person == own, view }).collect();
        Views { page, query, list }
    }
}

/// Keeps or drops a view, and goes back to the list.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, form: Plain) -> Page {
    let fields = form.0;
    who.checked(fields.get("csrf"))?;
    let page = PAGES.into_iter().find(|page| Some(*page) == fields.get("page"));
    let page = page.ok_or_else(|| Error::Bad("没有这个页面的视图。".into()))?;
    let (person, unit) = (who.0.person, who.0.unit.clone());
    if let Some(id) = fields.get("drop") {
        let id = id.parse().map_err(|_| Error::NotFound("没有这个视图。"))?;
        app.casework.ledger.act(move |tx| view::remove(tx, person, id)).await?;
        return Ok(Redirect::to(&format!("/office/{page}")).into_response());
    }
    let name = fields.need("name", "名称")?.to_owned();
    let query = fields.get("query").unwrap_or_default().to_owned();
    let shared = fields.get("shared") == Some("1");
    let to = format!("/office/{page}?{query}");
    let saved = app.casework.ledger.act(move |tx| view::save(tx, person, &unit, page, &name, &query, shared)).await?;
    saved.map_err(|bad| Error::Bad(format!("{bad}。")))?;
    Ok(Redirect::to(&to).into_response())
}
