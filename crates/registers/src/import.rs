//! Bringing a sheet in: preview, problems by row and column, all or none or without the bad records.
//!
//! A row with a number changes that record, a row without one is a new record; a new record that is already there, word for word, is known.
//! So a sheet brought in again changes nothing. A change must carry the version the record still has, as it was taken away: what somebody
//! else changed in between is not overwritten.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ledger::{Fault, Tx};
use office::BadInput;
use office::sheet::{self, Sheet};

use crate::Registers;
use crate::check::{Problem as Against, check};
use crate::descriptor::{Descriptor, Field, Lines, Type};
use crate::export::{NUMBER, VERSION, heading, headings};
use crate::names::Names;
use crate::read::{Filter, list, states};
use crate::state::{Row, State, Value};
use crate::stream;
use crate::write::{Error, Who, has_blob, split};

/// Records of one sheet.
pub const RECORDS_MAX: usize = 20_000;

/// A problem of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The row's number in the sheet.
    pub line: usize,
    /// Column.
    pub column: String,
    /// What is wrong and what would be right.
    pub text: String,
}

/// What a sheet would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// Records in the sheet.
    pub records: usize,
    /// Good records not known yet.
    pub new: usize,
    /// Good records that change one there is.
    pub changed: usize,
    /// Good records already here, unchanged.
    pub known: usize,
    /// Records with problems.
    pub bad: usize,
    /// Problems.
    pub problems: Vec<Problem>,
}

/// What to do when records have problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Then nothing is imported.
    AllOrNothing,
    /// Then the good records are imported.
    SkipBad,
}

/// What one record of the sheet would do.
enum Plan {
    New(State),
    /// Number, version it was taken away at, and what it becomes.
    Change(i64, i64, State),
    Known,
}

impl Registers {
    /// Looks at a sheet without recording anything.
    ///
    /// # Errors
    /// There is no such register, the bytes are no table, or the ledger fails.
    pub async fn preview(&self, who: Who, register: &str, bytes: Vec<u8>) -> Result<Preview, Error> {
        let d = self.descriptor(register)?;
        let sheet = sheet::read(&bytes).map_err(unreadable)?;
        let own = self.clone();
        let done = self.ledger.read(move |tx| split(own.plans(tx, &who, d, &sheet).map(|(preview, _)| preview)));
        done.await?
    }

    /// Imports a sheet. With problems and [`Choice::AllOrNothing`], nothing is recorded.
    ///
    /// # Errors
    /// As [`Registers::preview`].
    pub async fn import(&self, who: Who, register: &str, bytes: Vec<u8>, choice: Choice) -> Result<Preview, Error> {
        let d = self.descriptor(register)?;
        let work = Arc::new((self.clone(), who, sheet::read(&bytes).map_err(unreadable)?));
        let done = self.ledger.act(move |tx| {
            let (own, who, sheet) = &*work;
            split(own.import_in(tx, who, d, sheet, choice))
        });
        done.await?
    }

    fn import_in(
        &self,
        tx: &mut Tx<'_>,
        who: &Who,
        d: &'static Descriptor,
        sheet: &Sheet,
        choice: Choice,
    ) -> Result<Preview, Error> {
        let (preview, plans) = self.plans(tx, who, d, sheet)?;
        if choice == Choice::AllOrNothing && !preview.problems.is_empty() {
            return Ok(preview);
        }
        let mut names = Names::read(tx, self.set)?;
        for plan in plans {
            match plan {
                Plan::New(state) => {
                    self.record_with(tx, &mut names, who, d, &state)?;
                }
                Plan::Change(id, seen, state) => {
                    self.change_with(tx, &mut names, who, d, id, Some(seen), &state)?;
                }
                Plan::Known => {}
            }
        }
        Ok(preview)
    }

    fn plans(
        &self,
        tx: &mut Tx<'_>,
        who: &Who,
        d: &'static Descriptor,
        sheet: &Sheet,
    ) -> Result<(Preview, Vec<Plan>), Error> {
        let all = headings(d);
        let mut preview = Preview::default();
        for column in sheet.columns.iter().filter(|c| !c.is_empty() && !all.contains(c)) {
            let text = format!("“{}”台账没有这一列，请删去，或者照模板改列名", d.title);
            preview.problems.push(Problem { line: 1, column: column.clone(), text });
        }
        let mut names = Names::read(tx, self.set)?;
        let groups = grouped(sheet);
        if groups.len() > RECORDS_MAX {
            return Err(unreadable(BadInput::new(
                "文件",
                format!("{} 条，超过一次可导入的 {RECORDS_MAX} 条，请分成几份", groups.len()),
            )));
        }
        preview.records = groups.len();
        let ids: Vec<i64> = groups.iter().filter_map(|g| g.number.as_ref()?.parse().ok()).collect();
        let streams: Vec<String> = ids.iter().map(|id| stream(&d.name, *id)).collect();
        let versions: BTreeMap<i64, i64> = ids.iter().copied().zip(tx.versions(&streams)?).collect();
        let known: BTreeMap<i64, (State, i64)> = states(tx, d, &ids)?
            .into_iter()
            .map(|(id, state)| (id, (state, versions.get(&id).copied().unwrap_or_default())))
            .collect();
        let dated = sheet.columns.iter().any(|c| c == VERSION);
        let mut same = Same::default();
        let (mut plans, mut seen) = (Vec::new(), BTreeSet::new());
        for group in groups {
            let mut problems = Vec::new();
            let mut before = None;
            let first = group.rows.first().map_or(2, |r| r.line);
            if let Some(number) = &group.number {
                let bad = |text: String| Problem { line: first, column: NUMBER.into(), text };
                match number.parse::<i64>().ok().and_then(|id| Some((id, known.get(&id)?))) {
                    None => problems.push(bad(format!("没有编号为“{number}”的记录；新记录的编号请留空"))),
                    Some((id, _)) if !seen.insert(id) => {
                        problems.push(bad(format!("编号 {id} 在表中出现了两次，只留一处")))
                    }
                    Some((id, (state, version))) => before = Some((id, *version, state)),
                }
            }
            let state = self.state(tx, &mut names, d, sheet, &group, before.map(|b| b.2), &mut problems)?;
            // A cell that could not be read is not also called empty.
            let read: BTreeSet<(usize, String)> = problems.iter().map(|p| (p.line, p.column.clone())).collect();
            let against = check(tx, d, &mut names, &state, who.today, &has_blob(&self.evidence))?;
            let against = against.into_iter().map(|a| placed(d, &group, a));
            problems.extend(against.filter(|p| !read.contains(&(p.line, p.column.clone()))));
            // Where nothing changes, nothing can be overwritten.
            if let Some((_, version, _)) = before.filter(|b| !problems.is_empty() || *b.2 != state) {
                let text = group.rows.first().and_then(|r| r.cells.get(VERSION)).map(String::as_str);
                problems.extend(stale(version, text, dated).map(|text| Problem {
                    line: first,
                    column: VERSION.into(),
                    text,
                }));
            }
            if !problems.is_empty() {
                preview.bad += 1;
                preview.problems.extend(problems);
                continue;
            }
            let plan = match before {
                Some((_, _, old)) if *old == state => Plan::Known,
                Some((id, version, _)) => Plan::Change(id, version, state),
                None if same.has(tx, d, &state)? => Plan::Known,
                None => Plan::New(state),
            };
            match &plan {
                Plan::New(_) => preview.new += 1,
                Plan::Change(..) => preview.changed += 1,
                Plan::Known => preview.known += 1,
            }
            plans.push(plan);
        }
        Ok((preview, plans))
    }

    /// The state a group of rows describes. What the sheet has no column for stays as it is.
    #[expect(clippy::too_many_arguments, reason = "one call reads one record")]
    fn state(
        &self,
        tx: &mut Tx<'_>,
        names: &mut Names,
        d: &Descriptor,
        sheet: &Sheet,
        group: &Group<'_>,
        before: Option<&State>,
        problems: &mut Vec<Problem>,
    ) -> Result<State, Fault> {
        let has = |column: &str| sheet.columns.iter().any(|c| c == column);
        let mut state = State::default();
        let first = group.rows.first();
        for field in &d.fields {
            let column = heading(None, &field.label);
            let old = before.and_then(|b| b.fields.get(&field.key));
            if !has(&column) || field.ty == Type::Blobs {
                state.fields.extend(old.map(|v| (field.key.clone(), v.clone())));
                continue;
            }
            let Some(row) = first else { continue };
            let value = cell(tx, names, field, row, &column, old, problems)?;
            state.fields.extend(value.map(|v| (field.key.clone(), v)));
        }
        for lines in &d.lines {
            let columns: Vec<(&Field, String)> =
                lines.fields.iter().map(|f| (f, heading(Some(&lines.label), &f.label))).collect();
            let old = before.and_then(|b| b.lines.get(&lines.key)).map_or(&[][..], Vec::as_slice);
            if !columns.iter().any(|(_, c)| has(c)) {
                if !old.is_empty() {
                    state.lines.insert(lines.key.clone(), old.to_vec());
                }
                continue;
            }
            let mut rows = Vec::new();
            for (at, row) in
                group.rows.iter().filter(|r| columns.iter().any(|(_, c)| r.cells.contains_key(c))).enumerate()
            {
                let mut values = Row::new();
                for (field, column) in &columns {
                    let old = old.get(at).and_then(|r| r.get(&field.key));
                    if !has(column) {
                        values.extend(old.map(|v| (field.key.clone(), v.clone())));
                        continue;
                    }
                    let value = cell(tx, names, field, row, column, old, problems)?;
                    values.extend(value.map(|v| (field.key.clone(), v)));
                }
                rows.push(values);
            }
            if !rows.is_empty() {
                state.lines.insert(lines.key.clone(), rows);
            }
        }
        Ok(state)
    }
}

/// What stands against changing a record of this version from a row that says it was taken away at another.
fn stale(version: i64, text: Option<&str>, dated: bool) -> Option<String> {
    match text.map(|t| (t, t.parse::<i64>().ok())) {
        Some((_, Some(seen))) if seen == version => None,
        Some((_, Some(seen))) if (1..version).contains(&seen) => {
            Some("这条记录导出以后已有修改，请重新导出后再改".into())
        }
        Some((text, _)) => Some(format!("“{text}”不是这条记录的版本，请重新导出后再改，不要改动这一列")),
        None if dated => Some("修改已有记录的，版本不能为空，请重新导出后再改，不要改动这一列".into()),
        None => Some("表中没有“版本”列，看不出导出以后有没有修改，请重新导出后再改".into()),
    }
}

fn unreadable(bad: BadInput) -> Error {
    Error::Bad(vec![Against { line: None, key: "file".into(), field: bad.field, text: bad.text }])
}

fn cell(
    tx: &mut Tx<'_>,
    names: &mut Names,
    field: &Field,
    row: &sheet::Row,
    column: &str,
    before: Option<&Value>,
    problems: &mut Vec<Problem>,
) -> Result<Option<Value>, Fault> {
    let text = row.cells.get(column).map_or("", String::as_str);
    // A file of ours puts a mark before what a spreadsheet would run.
    let text = text.strip_prefix('\'').filter(|t| t.starts_with(['=', '+', '-', '@'])).unwrap_or(text);
    match names.parse(tx, field, text, before)? {
        Ok(value) => Ok(value),
        Err(text) => {
            problems.push(Problem { line: row.line, column: column.to_owned(), text });
            Ok(None)
        }
    }
}

/// The rows of one record.
struct Group<'a> {
    number: Option<String>,
    rows: Vec<&'a sheet::Row>,
}

/// A row belongs to the one above when it has no cell of the record's own but its number and version, or none.
fn grouped(sheet: &Sheet) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for row in &sheet.rows {
        let number = row.cells.get(NUMBER).cloned();
        let own = row.cells.keys().any(|c| ![NUMBER, VERSION].contains(&c.as_str()) && !c.contains('：'));
        match groups.last_mut() {
            Some(last) if !own && (number.is_none() || number == last.number) => last.rows.push(row),
            _ => groups.push(Group { number, rows: vec![row] }),
        }
    }
    groups
}

/// The cell that a problem of a state stands in.
fn placed(d: &Descriptor, group: &Group<'_>, against: Against) -> Problem {
    let first = group.rows.first().map_or(2, |r| r.line);
    let Some((key, at)) = &against.line else {
        return Problem { line: first, column: against.field, text: against.text };
    };
    let lines: Option<&Lines> = d.lines_of(key);
    let label = lines.map_or(key.as_str(), |l| l.label.as_str());
    let before = heading(Some(label), "");
    let row = group.rows.iter().filter(|r| r.cells.keys().any(|c| c.starts_with(&before))).nth(*at);
    let column = match lines.and_then(|l| l.fields.iter().find(|f| f.key == against.key)) {
        Some(field) => heading(Some(label), &field.label),
        None => label.to_owned(),
    };
    Problem { line: row.map_or(first, |r| r.line), column, text: against.text }
}

/// Records there are, by day, to recognise one that comes again.
#[derive(Default)]
struct Same {
    days: BTreeMap<String, Vec<State>>,
}

impl Same {
    /// Is this record there already, or was it seen in this sheet?
    fn has(&mut self, tx: &mut Tx<'_>, d: &Descriptor, state: &State) -> Result<bool, Fault> {
        let day = state.text(&d.day).to_owned();
        if !self.days.contains_key(&day) {
            let on = day.parse().ok();
            let page = list(tx, d, &Filter { from: on, until: on, ..Filter::default() }, 1000)?;
            let ids: Vec<i64> = page.rows.iter().map(|r| r.id).collect();
            let there = states(tx, d, &ids)?.into_iter().map(|(_, state)| state).collect();
            self.days.insert(day.clone(), there);
        }
        let known = self.days.entry(day).or_default();
        if known.contains(state) {
            return Ok(true);
        }
        known.push(state.clone());
        Ok(false)
    }
}
