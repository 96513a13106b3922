//! `GET /decisions`: published decisions (行政处罚法48), newest first.

use std::sync::Arc;

use ::law::corpus::Corpus;
use askama::Template;
use axum::extract::{Query, State};
use casework::read::decisions::{self, public_name};
use office::sheet::{Cell, EXPORT_MAX, Table};
use serde::Deserialize;

use super::Frame;
use crate::app::App;
use crate::error::{Error, Page, html};
use crate::office::documents::take_away;
use crate::words::yuan;

/// Rows of a page.
const PAGE: usize = 30;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    after: String,
    /// `csv` or `xlsx`: the whole list as a file.
    #[serde(default)]
    format: String,
}

/// A decision as everybody may see it: a natural person by surname only, no address, no number.
pub(crate) struct Row {
    pub(crate) party: String,
    pub(crate) matter: String,
    pub(crate) outcome: String,
    pub(crate) organ: String,
    pub(crate) number: String,
    pub(crate) decided: String,
    pub(crate) published: String,
}

impl Row {
    /// What of this decision is public.
    pub(crate) fn of(corpus: &Corpus, row: decisions::Row) -> Row {
        let outcome = match row.kind.as_str() {
            "PenaltyWaived" => "不予处罚".into(),
            "UnprovenDecided" => "违法事实不能成立".into(),
            _ if row.fine > 0 => format!("罚款 {}", yuan(row.fine)),
            _ => "警告等".into(),
        };
        Row {
            party: public_name(row.person, &row.party),
            matter: corpus.matter(&row.matter).map_or(row.matter, |m| m.name.clone()),
            outcome,
            organ: row.organ_name,
            number: row.number,
            decided: row.decided,
            published: row.published.unwrap_or_default(),
        }
    }
}

#[derive(Template)]
#[template(path = "public/decisions.html")]
struct DecisionsPage {
    frame: Frame,
    rows: Vec<Row>,
    first: bool,
    next: Option<String>,
}

/// `2024-11-05,17,9`: day published, case, act of the last row of the page before.
fn key(text: &str) -> Result<Option<(String, i64, i64)>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    let parts: Vec<&str> = text.split(',').collect();
    let parsed = match parts.as_slice() {
        [day, case, act] => day.parse::<::law::Day>().ok().zip(case.parse().ok()).zip(act.parse().ok()),
        _ => None,
    };
    let ((day, case), act) = parsed.ok_or_else(|| Error::Bad("网址中的页码不对，请从第一页重新翻看。".into()))?;
    Ok(Some((day.to_string(), case, act)))
}

/// The list.
pub(crate) async fn page(State(app): State<Arc<App>>, Query(asked): Query<Asked>) -> Page {
    if !asked.format.is_empty() {
        return export(&app, &asked.format).await;
    }
    let after = key(&asked.after)?;
    let mut found = app
        .read(move |tx| {
            let after = after.as_ref().map(|(day, case, act)| (day.as_str(), *case, *act));
            decisions::public(tx, after, PAGE as i64 + 1)
        })
        .await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let last = found.last().filter(|_| more);
    let next =
        last.map(|r| format!("/decisions?after={},{},{}", r.published.as_deref().unwrap_or_default(), r.case, r.act));
    let rows = found.into_iter().map(|r| Row::of(app.casework.corpus, r)).collect();
    html(&DecisionsPage { frame: Frame::at(&app, "decisions").await?, rows, first: asked.after.is_empty(), next })
}

/// The whole list as a file, with what the page shows and nothing else.
async fn export(app: &App, format: &str) -> Page {
    let mut found = app.read(|tx| decisions::public(tx, None, EXPORT_MAX + 1)).await?;
    let more = found.len() as i64 > EXPORT_MAX;
    found.truncate(usize::try_from(EXPORT_MAX).unwrap_or(usize::MAX));
    let mut table = Table::new("处罚决定", &["当事人", "事项", "结果", "决定机关", "文书编号", "决定日期", "公示日期"]);
    let cells = |r: decisions::Row| {
        let row = Row::of(app.casework.corpus, r);
        [row.party, row.matter, row.outcome, row.organ, row.number, row.decided, row.published].map(Cell::from).to_vec()
    };
    table.rows = found.into_iter().map(cells).collect();
    if more {
        table.cut();
    }
    take_away(table, "公示的处罚决定", app.today(), format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_day_a_case_and_an_act() {
        assert_eq!(key("").unwrap(), None);
        assert_eq!(key("2024-11-05,17,9").unwrap(), Some(("2024-11-05".into(), 17, 9)));
        for bad in ["2024-11-05,17", "2024-13-05,17,9", "x", "2024-11-05,17,9,1", ",,"] {
            assert!(key(bad).is_err(), "{bad}");
        }
    }
}
