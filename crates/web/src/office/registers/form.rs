//! The form of a record, drawn from its description: `/office/registers/{name}/new` and the change of a record.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use ledger::{Fault, Tx};
use office::role::Right;
use registers::descriptor::{Descriptor, Field, Lines, Type};
use registers::{Names, Problem, Row, Value, read};

use super::record::refused;
use super::{actor, named};
use crate::app::App;
use crate::error::{Error, Page, html_with};
use crate::form::{Fields, Upload};
use crate::session::Who;
use crate::shell::Shell;

/// Lines of one kind a form shows at most; more of them are changed by a sheet.
const LINES_SHOWN: usize = 60;
/// Empty rows at the end.
const EMPTY: usize = 3;
/// Empty rows added when asked for.
const MORE: usize = 10;
/// Records offered for a reference.
const OFFERED: i64 = 50;

struct Widget {
    name: String,
    label: &'static str,
    input: &'static str,
    list: String,
    value: String,
    options: Vec<(String, String, bool)>,
    hint: String,
    optional: bool,
    error: String,
}

struct LinesForm {
    key: &'static str,
    label: &'static str,
    hint: &'static str,
    rows: Vec<Vec<Widget>>,
    /// So many that they are not in the form.
    many: usize,
    error: String,
}

#[derive(Template)]
#[template(path = "office/registers/form.html")]
struct FormPage {
    shell: Shell,
    name: &'static str,
    register: &'static str,
    about: &'static str,
    id: i64,
    seen: String,
    title: String,
    fields: Vec<Widget>,
    lines: Vec<LinesForm>,
    errors: Vec<String>,
    persons: Vec<String>,
    matters: Vec<String>,
    /// Records offered, by register.
    offered: Vec<(String, Vec<String>)>,
}

/// What is drawn beside the description.
struct Draft {
    id: i64,
    seen: String,
    title: String,
    typed: BTreeMap<String, String>,
    /// Kinds of lines too long for the form.
    long: BTreeMap<String, usize>,
    problems: Vec<(String, Problem)>,
    more: Option<String>,
}

/// `GET /office/registers/{name}/new`.
pub(crate) async fn new(State(app): State<Arc<App>>, who: Who, Path(name): Path<String>) -> Page {
    who.need(Right::Registers)?;
    let (_, d) = named(&app, &name)?;
    let mut typed = BTreeMap::new();
    typed.insert(d.day.clone(), app.today().to_string());
    if let Some(unit) = d.fields.iter().find(|f| f.ty == Type::Unit && f.required) {
        typed.insert(unit.key.clone(), who.0.unit.clone());
    }
    let draft = Draft {
        id: 0,
        seen: String::new(),
        title: String::new(),
        typed,
        long: BTreeMap::new(),
        problems: Vec::new(),
        more: None,
    };
    draw(&app, &who, d, StatusCode::OK, draft).await
}

/// The form of a record there is.
pub(super) async fn edit(app: &App, who: &Who, name: &str, id: i64) -> Page {
    who.need(Right::Registers)?;
    let (set, d) = named(app, name)?;
    let found = app
        .read(move |tx| {
            let mut names = Names::read(tx, set)?;
            let Some(record) = read::record(tx, d, id, &mut names)? else { return Ok(None) };
            let (mut typed, mut long) = (BTreeMap::new(), BTreeMap::new());
            put(tx, &mut names, &d.fields, &record.state.fields, "", &mut typed)?;
            for lines in &d.lines {
                let rows = record.state.lines.get(&lines.key).map_or(&[][..], Vec::as_slice);
                if rows.len() > LINES_SHOWN {
                    long.insert(lines.key.clone(), rows.len());
                    continue;
                }
                for (at, row) in rows.iter().enumerate() {
                    put(tx, &mut names, &lines.fields, row, &format!("{}.{at}.", lines.key), &mut typed)?;
                }
            }
            Ok(Some((record, typed, long)))
        })
        .await?;
    let (record, typed, long) = found.ok_or(Error::NotFound("没有这条记录。请从台账列表打开。"))?;
    if record.voided.is_some() {
        return Err(Error::Bad("这条记录已经作废，不能再修改。".into()));
    }
    let draft = Draft {
        id,
        seen: record.version.to_string(),
        title: record.title,
        typed,
        long,
        problems: Vec::new(),
        more: None,
    };
    draw(app, who, d, StatusCode::OK, draft).await
}

/// Puts the values of a row into the inputs.
fn put(
    tx: &mut Tx<'_>,
    names: &mut Names,
    fields: &[Field],
    row: &Row,
    before: &str,
    typed: &mut BTreeMap<String, String>,
) -> Result<(), Fault> {
    for field in fields {
        let value = row.get(&field.key);
        let text = match (field.ty, value) {
            // What a select or a file input holds is the code, not the words.
            (Type::Choice | Type::Unit | Type::Organ | Type::Place, Some(Value::Text(code))) => code.clone(),
            _ => names.text(tx, field, value)?,
        };
        if !text.is_empty() {
            typed.insert(format!("{before}{}", field.key), text);
        }
    }
    Ok(())
}

/// `POST /office/registers/{name}/new`.
pub(crate) async fn submit(State(app): State<Arc<App>>, who: Who, Path(name): Path<String>, upload: Upload) -> Page {
    who.checked(upload.fields.get("csrf"))?;
    who.need(Right::Registers)?;
    save(&app, &who, &name, 0, upload.fields).await
}

/// The change of a record.
pub(super) async fn change(app: &App, who: &Who, name: &str, id: i64, fields: Fields) -> Page {
    save(app, who, name, id, fields).await
}

/// A state read from a form: problems by the name of their input.
struct Read {
    state: registers::State,
    problems: Vec<(String, Problem)>,
    /// The number in the form of each row that was filled in.
    rows: BTreeMap<String, Vec<usize>>,
    long: BTreeMap<String, usize>,
    title: String,
}

async fn save(app: &App, who: &Who, name: &str, id: i64, fields: Fields) -> Page {
    let (set, d) = named(app, name)?;
    let typed = fields.0.clone();
    let seen = fields.get("seen").unwrap_or_default().to_owned();
    let read = app.read(move |tx| from_form(tx, set, d, id, &typed)).await?;
    let read = read.ok_or(Error::NotFound("没有这条记录。请从台账列表打开。"))?;
    let draft = |problems, more, title: String, long| Draft {
        id,
        seen: seen.clone(),
        title,
        typed: fields.0.clone(),
        long,
        problems,
        more,
    };
    if let Some(more) = fields.get("more") {
        return draw(app, who, d, StatusCode::OK, draft(Vec::new(), Some(more.to_owned()), read.title, read.long))
            .await;
    }
    if !read.problems.is_empty() {
        return draw(app, who, d, StatusCode::UNPROCESSABLE_ENTITY, draft(read.problems, None, read.title, read.long))
            .await;
    }
    let actor = actor(app, who);
    let done = if id == 0 {
        app.registers.record(actor, name, read.state).await
    } else {
        let version = seen.parse().unwrap_or(0);
        app.registers.change(actor, name, id, version, read.state).await.map(|()| id)
    };
    match done {
        Ok(id) => Ok(Redirect::to(&format!("/office/registers/{name}/{id}")).into_response()),
        Err(registers::Error::Bad(problems)) => {
            let problems = problems.into_iter().map(|p| (input_of(&p, &read.rows), p)).collect();
            draw(app, who, d, StatusCode::UNPROCESSABLE_ENTITY, draft(problems, None, read.title, read.long)).await
        }
        Err(error) => Err(refused(error)),
    }
}

/// The input a problem belongs to.
fn input_of(problem: &Problem, rows: &BTreeMap<String, Vec<usize>>) -> String {
    match &problem.line {
        Some((lines, _)) if problem.key.is_empty() => lines.clone(),
        Some((lines, at)) => {
            let row = rows.get(lines).and_then(|rows| rows.get(*at)).copied().unwrap_or(*at);
            format!("{lines}.{row}.{}", problem.key)
        }
        None => problem.key.clone(),
    }
}

/// The numbers of the rows of these lines in a form, in order.
fn numbers(lines: &Lines, typed: &BTreeMap<String, String>) -> Vec<usize> {
    let before = format!("{}.", lines.key);
    let mut numbers: Vec<usize> = typed
        .iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .filter_map(|(name, _)| name.strip_prefix(&before)?.split_once('.')?.0.parse().ok())
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn from_form(
    tx: &mut Tx<'_>,
    set: &'static registers::Set,
    d: &'static Descriptor,
    id: i64,
    typed: &BTreeMap<String, String>,
) -> Result<Option<Read>, Fault> {
    let mut names = Names::read(tx, set)?;
    let mut read = Read {
        state: registers::State::default(),
        problems: Vec::new(),
        rows: BTreeMap::new(),
        long: BTreeMap::new(),
        title: String::new(),
    };
    let before = match id {
        0 => registers::State::default(),
        _ => match read::record(tx, d, id, &mut names)? {
            Some(record) => {
                read.title = record.title;
                record.state
            }
            None => return Ok(None),
        },
    };
    for field in &d.fields {
        let text = typed.get(&field.key).map_or("", String::as_str);
        match names.parse(tx, field, text, before.fields.get(&field.key))? {
            Ok(value) => read.state.fields.extend(value.map(|v| (field.key.clone(), v))),
            Err(text) => read.problems.push((
                field.key.clone(),
                Problem { line: None, key: field.key.clone(), field: field.label.clone(), text },
            )),
        }
    }
    for lines in &d.lines {
        if typed.contains_key(&format!("long.{}", lines.key)) {
            // Not in the form: they stay as they are.
            let rows = before.lines.get(&lines.key).cloned().unwrap_or_default();
            read.long.insert(lines.key.clone(), rows.len());
            read.state.lines.insert(lines.key.clone(), rows);
            continue;
        }
        let numbers = numbers(lines, typed);
        for (at, number) in numbers.iter().enumerate() {
            let mut row = Row::new();
            for field in &lines.fields {
                let name = format!("{}.{number}.{}", lines.key, field.key);
                let text = typed.get(&name).map_or("", String::as_str);
                match names.parse(tx, field, text, None)? {
                    Ok(value) => row.extend(value.map(|v| (field.key.clone(), v))),
                    Err(text) => {
                        let said = format!("{}第 {} 行·{}", lines.label, at + 1, field.label);
                        let line = Some((lines.key.clone(), at));
                        read.problems.push((name, Problem { line, key: field.key.clone(), field: said, text }));
                    }
                }
            }
            read.state.lines.entry(lines.key.clone()).or_default().push(row);
        }
        read.rows.insert(lines.key.clone(), numbers);
    }
    Ok(Some(read))
}

async fn draw(app: &App, who: &Who, d: &'static Descriptor, status: StatusCode, draft: Draft) -> Page {
    let set = app.registers.set;
    let mut wanted: Vec<&'static str> =
        d.fields.iter().chain(d.lines.iter().flat_map(|l| &l.fields)).filter_map(|f| f.register.as_deref()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let (names, offered) = app
        .read(move |tx| {
            let names = Names::read(tx, set)?;
            let mut offered = Vec::new();
            for register in wanted {
                let Some(other) = set.get(register) else { continue };
                let page = read::list(tx, other, &read::Filter::default(), OFFERED)?;
                offered.push((
                    register.to_owned(),
                    page.rows.into_iter().map(|r| format!("{} {}", r.id, r.title)).collect(),
                ));
            }
            Ok((names, offered))
        })
        .await?;
    let error_of =
        |name: &str| draft.problems.iter().find(|p| p.0 == name).map_or_else(String::new, |p| p.1.text.clone());
    let widget = |field: &'static Field, name: String| {
        widget(field, &names, draft.typed.get(&name).cloned().unwrap_or_default(), error_of(&name), name)
    };
    let corpus = app.casework.corpus;
    let any = |ty: &[Type]| d.fields.iter().chain(d.lines.iter().flat_map(|l| &l.fields)).any(|f| ty.contains(&f.ty));
    let lines = d
        .lines
        .iter()
        .map(|lines| {
            let numbers = numbers(lines, &draft.typed);
            let empty = if draft.more.as_ref() == Some(&lines.key) { MORE } else { EMPTY };
            let next = numbers.last().map_or(0, |n| n + 1);
            LinesForm {
                key: &lines.key,
                label: &lines.label,
                hint: &lines.hint,
                rows: numbers
                    .into_iter()
                    .chain(next..next + empty)
                    .map(|n| lines.fields.iter().map(|f| widget(f, format!("{}.{n}.{}", lines.key, f.key))).collect())
                    .collect(),
                many: draft.long.get(&lines.key).copied().unwrap_or(0),
                error: error_of(&lines.key),
            }
        })
        .collect();
    let page = FormPage {
        shell: Shell::new(app, who, "/office/registers"),
        name: &d.name,
        register: &d.title,
        about: &d.about,
        id: draft.id,
        seen: draft.seen.clone(),
        title: draft.title.clone(),
        fields: d.fields.iter().map(|f| widget(f, f.key.clone())).collect(),
        lines,
        errors: draft.problems.iter().map(|p| p.1.to_string()).collect(),
        persons: if any(&[Type::Person, Type::Persons]) { names.active().collect() } else { Vec::new() },
        matters: if any(&[Type::Matter]) {
            corpus.matters().map(|m| format!("{} {}", m.code, m.name)).collect()
        } else {
            Vec::new()
        },
        offered,
    };
    html_with(status, &page)
}

fn widget(field: &'static Field, names: &Names, value: String, error: String, name: String) -> Widget {
    let listed =
        |list: &[(String, String)]| list.iter().map(|(id, label)| (id.clone(), label.clone(), *id == value)).collect();
    let (input, list, options, hint): (_, _, Vec<(String, String, bool)>, &str) = match field.ty {
        Type::Words => ("words", String::new(), Vec::new(), ""),
        Type::Day => ("date", String::new(), Vec::new(), ""),
        Type::Time => ("time", String::new(), Vec::new(), ""),
        Type::Bool => {
            let pick = |label: &str| (label.to_owned(), label.to_owned(), value == label);
            ("select", String::new(), vec![pick("是"), pick("否")], "")
        }
        Type::Choice => {
            let options =
                field.options.iter().map(|[code, label]| (code.clone(), label.clone(), *code == value)).collect();
            ("select", String::new(), options, "")
        }
        Type::Unit => ("select", String::new(), listed(names.units()), ""),
        Type::Organ => ("select", String::new(), listed(names.organs()), ""),
        Type::Place => ("select", String::new(), listed(names.places()), ""),
        Type::Person => ("text", "persons".into(), Vec::new(), ""),
        // A list offers single names only, so several are typed.
        Type::Persons => ("text", String::new(), Vec::new(), "几个人用、隔开，同名的写成“姓名#编号”"),
        Type::Matter => ("text", "matters".into(), Vec::new(), ""),
        Type::Record => {
            ("text", format!("of-{}", field.register.clone().unwrap_or_default()), Vec::new(), "填编号或者从列表中选")
        }
        Type::Case => ("text", String::new(), Vec::new(), "填案件序号或者立案号"),
        Type::Ticket => ("text", String::new(), Vec::new(), "填诉求序号或者工单编号"),
        Type::Blobs => ("file", String::new(), Vec::new(), "可多选，单个不超过 50 MB"),
        Type::Private => ("text", String::new(), Vec::new(), "另行保管，不进入流水，也不能搜索"),
        Type::Number | Type::Tenths | Type::Money => {
            ("number", String::new(), Vec::new(), if field.ty == Type::Money { "例如 1200 元" } else { "" })
        }
        Type::Line => ("text", String::new(), Vec::new(), ""),
    };
    Widget {
        name,
        label: &field.label,
        input,
        list,
        options,
        hint: if field.hint.is_empty() { hint.to_owned() } else { field.hint.clone() },
        optional: !field.required,
        error,
        value,
    }
}
