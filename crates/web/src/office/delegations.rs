//! `/office/delegations`: whose role somebody else holds for some days; heads, deputies and squad leaders give and end them.

use std::sync::Arc;

use ::law::Day;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use ledger::Fault;
use office::delegation::{self, Delegation};
use office::directory::Directory;
use office::role::Right;
use office::{BadInput, Role};

use super::approvals::name;
use crate::app::App;
use crate::error::{Page, html_with};
use crate::form::{Fields, Upload};
use crate::session::Who;
use crate::shell::Shell;

/// Persons of a unit that can be chosen at most.
const PERSONS: i64 = 300;

struct Row {
    given: bool,
    other: String,
    role: Role,
    to_person: u32,
    from: String,
    to: String,
    chip: (&'static str, &'static str),
    ends: bool,
}

struct Unit {
    name: String,
    persons: Vec<(u32, String)>,
}

#[derive(Template)]
#[template(path = "office/delegations.html")]
struct DelegationsPage {
    shell: Shell,
    rows: Vec<Row>,
    roles: Vec<Role>,
    units: Vec<Unit>,
    today: String,
    typed: Fields,
    errors: Vec<String>,
}

impl DelegationsPage {
    fn was(&self, key: &str) -> &str {
        self.typed.get(key).unwrap_or_default()
    }

    fn is(&self, key: &str, value: &str) -> bool {
        self.was(key) == value
    }
}

/// Draws the page.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who) -> Page {
    draw(&app, &who, StatusCode::OK, Fields::default(), Vec::new()).await
}

fn row(d: Delegation, me: u32, today: Day, directory: &Directory) -> Row {
    let given = d.from_person == me;
    let chip = match () {
        () if d.to < d.from => ("", "已撤销"),
        () if d.to < today => ("", "已到期"),
        () if d.from > today => ("info", "还没有开始"),
        () => ("ok", "有效"),
    };
    let running = d.from <= today && d.to > today;
    Row {
        given,
        other: name(if given { d.to_person } else { d.from_person }, directory),
        role: d.role,
        to_person: d.to_person,
        from: d.from.to_string(),
        to: if d.to < d.from { "–".into() } else { d.to.to_string() },
        chip,
        ends: given && d.from <= d.to && (running || d.from > today),
    }
}

async fn draw(app: &App, who: &Who, status: StatusCode, typed: Fields, errors: Vec<String>) -> Page {
    who.need(Right::ReadUnit)?;
    let (me, organ, today) = (who.0.person, who.0.organ.clone(), app.today());
    let standings = app.casework.standings.clone();
    let (found, directory, roles, units) = app
        .read(move |tx| {
            let own = delegation::own(tx, me, today)?;
            let mut roles: Vec<Role> = own.into_iter().map(|(role, _)| role).collect();
            roles.dedup();
            let mut units = Vec::new();
            if !roles.is_empty() {
                for unit in office::read::units(tx)?.into_iter().filter(|u| u.organ == organ) {
                    let persons = office::read::persons(tx, Some(&unit.id), PERSONS)?;
                    let persons = persons.into_iter().filter(|p| p.id != me);
                    let persons = persons.map(|p| (p.id, format!("{}（{}）", p.name, p.post))).collect();
                    units.push(Unit { name: unit.name, persons });
                }
            }
            Ok((delegation::of(tx, me)?, standings.directory(tx)?, roles, units))
        })
        .await?;
    let page = DelegationsPage {
        shell: Shell::new(app, who, "/office/approvals"),
        rows: found.into_iter().map(|d| row(d, me, today, &directory)).collect(),
        roles,
        units,
        today: today.to_string(),
        typed,
        errors,
    };
    html_with(status, &page)
}

/// Gives a delegation or ends one.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, form: Upload) -> Page {
    who.checked(form.fields.get("csrf"))?;
    who.need(Right::ReadUnit)?;
    let today = app.today();
    let wanted = match wanted(&form.fields, who.0.person) {
        Ok(wanted) => wanted,
        Err(bad) => return again(&app, &who, form.fields, bad).await,
    };
    let (actor, ends) = (who.0.login.clone(), form.fields.get("do") == Some("end"));
    let done: Result<Result<(), BadInput>, Fault> = app
        .casework
        .ledger
        .act(move |tx| {
            if ends {
                let key = (wanted.from_person, wanted.to_person, wanted.role, wanted.from);
                delegation::revoke(tx, &actor, today, key)
            } else {
                delegation::give(tx, &actor, today, &wanted)
            }
        })
        .await;
    match done? {
        Ok(()) => Ok(Redirect::to("/office/delegations").into_response()),
        Err(bad) => again(&app, &who, form.fields, bad).await,
    }
}

async fn again(app: &App, who: &Who, typed: Fields, bad: BadInput) -> Page {
    draw(app, who, StatusCode::UNPROCESSABLE_ENTITY, typed, vec![bad.to_string()]).await
}

/// The delegation a form speaks of, always one of the own role.
fn wanted(fields: &Fields, me: u32) -> Result<Delegation, BadInput> {
    let day = |key: &str, label: &str| -> Result<Day, BadInput> {
        let text = fields.get(key).ok_or_else(|| BadInput::new(label, "需要填写"))?;
        text.parse().map_err(|_| BadInput::new(label, format!("“{text}”不是日期，应写成 2024-03-05")))
    };
    let role = fields.get("role").and_then(Role::parse).ok_or_else(|| BadInput::new("角色", "请选择"))?;
    let to_person = fields.get("to_person").and_then(|t| t.parse().ok());
    let to_person = to_person.ok_or_else(|| BadInput::new("受托人", "请选择"))?;
    let from = day("from", "起始日")?;
    let to = if fields.get("do") == Some("end") { from } else { day("to", "终止日")? };
    Ok(Delegation { from_person: me, to_person, role, from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn a_form_names_what_is_missing() {
        let all = [("role", "head"), ("to_person", "7"), ("from", "2024-03-05"), ("to", "2024-03-08")];
        let read = wanted(&fields(&all), 1).unwrap();
        assert_eq!((read.from_person, read.to_person, read.role), (1, 7, Role::Head));
        for missing in 0..all.len() {
            let some: Vec<_> = all.iter().enumerate().filter(|(n, _)| *n != missing).map(|(_, p)| *p).collect();
            assert!(wanted(&fields(&some), 1).is_err(), "{missing}");
        }
        assert!(wanted(&fields(&[("role", "head"), ("to_person", "7"), ("from", "5.3")]), 1).is_err());
    }

    #[test]
    fn a_delegation_that_runs_or_is_to_come_can_be_ended_by_who_gave_it() {
        let today = Day::constant(2024, 3, 6);
        let of = |from, to| Delegation { from_person: 1, to_person: 2, role: Role::Head, from, to };
        let directory = Directory::default();
        let day = |d| Day::constant(2024, 3, d);
        let shown = |from, to, me| {
            let row = row(of(day(from), day(to)), me, today, &directory);
            (row.chip.1, row.ends)
        };
        assert_eq!(shown(1, 5, 1), ("已到期", false));
        assert_eq!(shown(1, 6, 1), ("有效", false), "it ends today anyway");
        assert_eq!(shown(6, 7, 1), ("有效", true));
        assert_eq!(shown(6, 7, 2), ("有效", false), "not by who received it");
        assert_eq!(shown(8, 9, 1), ("还没有开始", true));
        assert_eq!(shown(8, 7, 1), ("已撤销", false));
    }
}
