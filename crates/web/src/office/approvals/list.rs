//! `GET /office/approvals`: what waits for this person's signature, what they submitted, all of the unit.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use casework::read::approvals::{self, PAGE, Which};
use office::role::Right;
use serde::Deserialize;

use super::{chip, name, waiting};
use crate::app::App;
use crate::error::{Page, html};
use crate::session::Who;
use crate::shell::Shell;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    tab: String,
    before: Option<i64>,
}

struct Tab {
    href: &'static str,
    label: &'static str,
    count: Option<i64>,
    current: bool,
}

struct Row {
    id: i64,
    label: &'static str,
    case: i64,
    title: String,
    by: String,
    day: String,
    turn: String,
    chip: (&'static str, &'static str),
}

#[derive(Template)]
#[template(path = "office/approvals/list.html")]
struct ListPage {
    shell: Shell,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: &'static str,
    delegates: bool,
    first: Option<&'static str>,
    next: Option<String>,
}

/// The list, newest first.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Query(asked): Query<Asked>) -> Page {
    who.need(Right::ReadUnit)?;
    let (person, organ, today, scope) = (who.0.person, who.0.organ.clone(), app.today(), who.scope());
    let standings = app.casework.standings.clone();
    let tab = asked.tab.clone();
    let before = asked.before.unwrap_or(i64::MAX);
    let (rows, next, mine) = app
        .read(move |tx| {
            let turns = standings.with_orders(tx, &organ)?.1.turns(person, today);
            let mine = Which::Mine(person, turns);
            let count = approvals::count(tx, &mine)?;
            let which = match tab.as_str() {
                "sent" => Which::Sent(person),
                "unit" => Which::Unit(scope),
                _ => mine,
            };
            let (found, next) = approvals::page(tx, &which, before, PAGE)?;
            let directory = standings.directory(tx)?;
            let mut rows = Vec::new();
            for r in found {
                let turn = match r.role() {
                    Some(role) => {
                        let orders = standings.with_orders(tx, &r.organ)?.1;
                        format!("待{}", waiting(&orders, (role, &r.organ, &r.unit), today, &directory))
                    }
                    None => r.ended.clone().unwrap_or_default(),
                };
                rows.push(Row {
                    id: r.id,
                    label: r.kind.label(),
                    case: r.case,
                    title: r.title,
                    by: name(r.person, &directory),
                    day: r.submitted,
                    turn,
                    chip: chip(r.state),
                });
            }
            Ok((rows, next, count))
        })
        .await?;
    let (here, empty) = match asked.tab.as_str() {
        "sent" => ("/office/approvals?tab=sent", "您还没有提交过审批。在案件里办理须经审批的事项时提交。"),
        "unit" => ("/office/approvals?tab=unit", "还没有审批。"),
        _ => ("/office/approvals", "没有等您签字的事项。"),
    };
    let tab = |href, label, count| Tab { href, label, count, current: href == here };
    let all = if who.scope().is_none() { "全区" } else { "本单位" };
    html(&ListPage {
        shell: Shell::new(&app, &who, "/office/approvals"),
        tabs: vec![
            tab("/office/approvals", "待我审批", Some(mine)),
            tab("/office/approvals?tab=sent", "我提交的", None),
            tab("/office/approvals?tab=unit", all, None),
        ],
        rows,
        empty,
        delegates: who.0.roles.iter().any(|r| r.delegable()),
        first: asked.before.map(|_| here),
        next: next.map(|key| format!("{here}{}before={key}", if here.contains('?') { '&' } else { '?' })),
    })
}
