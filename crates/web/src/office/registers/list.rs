//! `GET /office/registers/{name}` and its export.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use office::role::Right;
use registers::descriptor::{Field, Type};
use registers::read::{self, Filter};
use registers::{Names, Running};
use serde::Deserialize;

use super::{named, reads};
use crate::app::App;
use crate::error::{Error, Page, html};
use crate::office::documents::{percent, send};
use crate::session::Who;
use crate::shell::Shell;
use crate::words::{Left, left};

/// What may stand behind the question mark.
#[derive(Debug, Default, Clone, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    words: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    order: usize,
    #[serde(default)]
    after: String,
    /// `xlsx` or `csv`: the list as a file.
    #[serde(default)]
    format: String,
}

impl Asked {
    fn filter(&self) -> Result<Filter, Error> {
        let day = |text: &str, label: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| Error::Bad(format!("“{label}”应写成 2024-11-05。"))),
        };
        let text = |t: &str| Some(t.trim().to_owned()).filter(|t| !t.is_empty());
        Ok(Filter {
            words: text(&self.words),
            from: day(&self.from, "起始日期")?,
            until: day(&self.until, "截止日期")?,
            order: self.order,
            after: text(&self.after),
        })
    }

    /// The same list from its beginning.
    fn query(&self) -> String {
        format!(
            "words={}&from={}&until={}&order={}",
            percent(self.words.trim()),
            percent(self.from.trim()),
            percent(self.until.trim()),
            self.order
        )
    }
}

struct CellShown {
    text: String,
    href: Option<String>,
    right: bool,
}

struct RowShown {
    id: i64,
    title: String,
    cells: Vec<CellShown>,
    clocks: Vec<(String, Option<Left>, bool)>,
}

#[derive(Template)]
#[template(path = "office/registers/list.html")]
struct ListPage {
    shell: Shell,
    name: &'static str,
    title: &'static str,
    about: &'static str,
    writes: bool,
    heads: Vec<(&'static str, bool)>,
    clocks: bool,
    rows: Vec<RowShown>,
    orders: Vec<(usize, String, bool)>,
    words: String,
    from: String,
    until: String,
    at_first: bool,
    first: String,
    next: Option<String>,
    own: String,
}

/// Where a value leads, if it is a link.
pub(super) fn link(field: &Field, value: Option<&registers::Value>) -> Option<String> {
    let id = value.and_then(registers::Value::int)?;
    match field.ty {
        Type::Case => Some(format!("/office/cases/{id}")),
        Type::Ticket => Some(format!("/office/tickets/{id}")),
        Type::Record => field.register.as_ref().map(|r| format!("/office/registers/{r}/{id}")),
        _ => None,
    }
}

/// A value that is a number stands on the right.
pub(super) fn is_right(ty: Type) -> bool {
    matches!(ty, Type::Number | Type::Tenths | Type::Money)
}

/// How a link to a case or ticket is worded.
pub(super) fn worded(field: &Field, text: String) -> String {
    match field.ty {
        Type::Case if !text.is_empty() => format!("第 {text} 号案"),
        Type::Ticket if !text.is_empty() => format!("第 {text} 号诉求"),
        _ => text,
    }
}

/// The clock of a record: what it is, what is left, done.
pub(super) fn clock(app: &App, running: &Running) -> (String, Option<Left>, bool) {
    let workdays = matches!(running.term.length, ::law::deadline::Length::Workdays(_));
    let left = running
        .done
        .is_none()
        .then(|| left(app.casework.corpus, running.start, running.due.last, app.today(), workdays));
    (running.label.clone(), left, running.done.is_some_and(|day| day > running.due.last))
}

/// The list, or the list as a file.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    who: Who,
    Path(name): Path<String>,
    Query(mut asked): Query<Asked>,
) -> Page {
    reads(&who)?;
    let (set, d) = named(&app, &name)?;
    let writes = who.0.may(Right::Registers);
    if !asked.format.is_empty() {
        asked.after = String::new();
        return export(&app, d, &asked).await;
    }
    let filter = asked.filter()?;
    // What the name says already needs no column.
    let said = |f: &Field| f.ty != Type::Choice && d.called.contains(&format!("{{{}}}", f.key));
    let shown: Vec<&'static Field> = d.fields.iter().filter(|f| f.list && !said(f)).collect();
    let fields = shown.clone();
    let (found, texts) = app
        .read(move |tx| {
            let page = read::list(tx, d, &filter, read::PAGE)?;
            let mut names = Names::read(tx, set)?;
            let mut texts = Vec::new();
            for row in &page.rows {
                let mut cells = Vec::new();
                for field in &fields {
                    cells.push(names.text(tx, field, row.state.fields.get(&field.key))?);
                }
                texts.push(cells);
            }
            Ok((page, texts))
        })
        .await?;
    let rows = found
        .rows
        .iter()
        .zip(texts)
        .map(|(row, texts)| RowShown {
            id: row.id,
            title: row.title.clone(),
            cells: shown
                .iter()
                .zip(texts)
                .map(|(field, text)| CellShown {
                    href: link(field, row.state.fields.get(&field.key)),
                    text: worded(field, text),
                    right: is_right(field.ty),
                })
                .collect(),
            clocks: row.clocks.iter().map(|c| clock(&app, c)).collect(),
        })
        .collect();
    let own = asked.query();
    html(&ListPage {
        shell: Shell::new(&app, &who, "/office/registers"),
        name: &d.name,
        title: &d.title,
        about: &d.about,
        writes,
        heads: shown.iter().map(|f| (f.label.as_str(), is_right(f.ty))).collect(),
        clocks: !d.clocks.is_empty(),
        rows,
        orders: d.all_orders().into_iter().enumerate().map(|(at, o)| (at, o.label, at == asked.order)).collect(),
        at_first: asked.after.is_empty(),
        first: format!("/office/registers/{name}?{own}"),
        next: found.next.map(|key| format!("/office/registers/{name}?{own}&after={}", percent(&key))),
        words: asked.words,
        from: asked.from,
        until: asked.until,
        own,
    })
}

async fn export(app: &App, d: &'static registers::Descriptor, asked: &Asked) -> Page {
    let (set, filter, today) = (app.registers.set, asked.filter()?, app.today());
    let (kind, ending) = match asked.format.as_str() {
        "xlsx" => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        "csv" => ("text/csv; charset=utf-8", "csv"),
        _ => return Err(Error::Bad("只能导出 xlsx 或者 csv。".into())),
    };
    let made = app
        .read(move |tx| match ending {
            "xlsx" => registers::export::xlsx(tx, set, d, &filter, today),
            _ => registers::export::csv(tx, set, d, &filter),
        })
        .await?;
    Ok(send(made, kind, Some((&format!("{} {today}.{ending}", d.title), true))))
}
