//! Bringing cases in: looked at first, then all or none, or without the bad rows.
//!
//! The same rows again change nothing. A row whose act is here already and says something else is named and left alone: who was right is
//! for a person. Nothing is refused for what the law says of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use law::Day;
use law::acts::Kind;
use law::case::Case;
use law::grade::grade;
use law::judge::{Judgement, Now};
use ledger::{Fault, Tx};
use office::BadInput;

use super::book;
use super::build::{Built, Ground};
use super::compare::differences;
use super::keys::{self, Keys};
use super::row::{FORMAT, Header, Row};
use super::whole::Whole;
use crate::body::{Log, Origin};
use crate::perform::{Error, File, Judged, Where};
use crate::{Casework, Order};

/// Acts of one file.
pub const ROWS_MAX: usize = 20_000;

/// Who imports.
#[derive(Debug, Clone)]
pub struct Who {
    /// Their login.
    pub login: String,
    /// Their number, 0 for the command line.
    pub person: u32,
    /// Today.
    pub today: Day,
    /// The organ and unit of cases that do not say theirs.
    pub home: Option<(String, String)>,
    /// Only cases of this organ.
    pub only: Option<String>,
}

/// What to do when rows have problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Then nothing is imported.
    AllOrNothing,
    /// Then the good rows are imported.
    SkipBad,
}

/// A problem of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line of the file, or the row of the sheet.
    pub line: usize,
    /// Column.
    pub column: String,
    /// What is wrong and what would be right.
    pub text: String,
}

/// A row whose act is here and says something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The line of the file, or the row of the sheet.
    pub line: usize,
    /// Key of the case.
    pub case: String,
    /// Key of the act.
    pub act: String,
    /// The columns that differ.
    pub columns: Vec<&'static str>,
}

/// A defect of an act, or a duty not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// Key of the act; none for what was never done.
    pub act: Option<String>,
    /// The word of the act; empty for what was never done.
    pub kind: &'static str,
    /// The rule, or the clock.
    pub rule: String,
    /// Its articles.
    pub article: String,
    /// What is the matter, in Chinese.
    pub why: String,
}

/// A case as it is judged on arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graded {
    /// Key of the case in the other system.
    pub key: String,
    /// Our number; none while it is only looked at.
    pub id: Option<i64>,
    /// The matter.
    pub matter: String,
    /// Acts that came.
    pub acts: usize,
    /// Everything that is wrong with the whole case as of today.
    pub defects: Vec<Defect>,
}

/// What a file does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The system it comes from.
    pub system: String,
    /// Rows in it.
    pub rows: usize,
    /// Cases that were not here.
    pub new_cases: usize,
    /// Acts that were not here.
    pub new: usize,
    /// Rows whose acts are here, unchanged.
    pub known: usize,
    /// Rows with problems.
    pub bad: usize,
    /// Fields that the other system left open and that now say so.
    pub filled: usize,
    /// Files named that are not here and were left out.
    pub missing_files: usize,
    /// Rows whose acts are here and say something else.
    pub changed: Vec<Change>,
    /// Problems.
    pub problems: Vec<Problem>,
    /// Each case that got something, judged.
    pub graded: Vec<Graded>,
}

/// A file, read.
#[derive(Debug, Clone)]
pub struct Read {
    /// What it says of itself.
    pub header: Header,
    /// Its rows by line.
    pub rows: Vec<(usize, Row)>,
    /// Lines that are no rows.
    pub problems: Vec<Problem>,
}

/// Reads JSONL or XLSX.
///
/// # Errors
/// It is neither, says another format, or is longer than [`ROWS_MAX`].
pub fn read(bytes: &[u8]) -> Result<Read, BadInput> {
    let read = if bytes.starts_with(b"PK") { book::read(bytes)? } else { lines(bytes)? };
    if read.rows.len() > ROWS_MAX {
        let text = format!("{} 行，超过一次可导入的 {ROWS_MAX} 行，请分成几份", read.rows.len());
        return Err(BadInput::new("文件", text));
    }
    Ok(read)
}

fn lines(bytes: &[u8]) -> Result<Read, BadInput> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        BadInput::new("文件", format!("第 {} 个字节不是 UTF-8；可以用 JSONL 或者 XLSX", e.valid_up_to() + 1))
    })?;
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let first = lines.next().map(|(_, line)| line).unwrap_or_default();
    let header: Header = serde_json::from_str(first).map_err(|_| {
        BadInput::new(
            "文件",
            format!("第一行应当写明格式和来源系统，如 {{\"format\":\"{FORMAT}\",\"system\":\"市平台\"}}"),
        )
    })?;
    if header.format != FORMAT || header.system.trim().is_empty() {
        return Err(BadInput::new("文件", format!("只能读格式 {FORMAT}，并且要写明来源系统")));
    }
    let mut read = Read { header, rows: Vec::new(), problems: Vec::new() };
    for (at, line) in lines {
        match serde_json::from_str::<Row>(line) {
            Ok(row) => read.rows.push((at + 1, row)),
            Err(e) => {
                let text = format!("不是一行行为的 JSON（{e}），请对照格式说明");
                read.problems.push(Problem { line: at + 1, column: "整行".into(), text });
            }
        }
    }
    Ok(read)
}

/// One case while its rows go in.
struct Running {
    file: File,
    keys: Keys,
    /// What was here before.
    whole: Whole,
    order: Order,
    /// Acts that came.
    came: usize,
}

impl Casework {
    /// Looks at a file without recording anything.
    ///
    /// # Errors
    /// The ledger fails.
    pub async fn preview_cases(&self, who: Who, read: Read) -> Result<Outcome, Fault> {
        let own = self.clone();
        self.ledger.read(move |tx| own.run(tx, &who, &read, false)).await
    }

    /// Imports a file. With problems and [`Choice::AllOrNothing`], nothing is recorded.
    ///
    /// # Errors
    /// The ledger fails; nothing was recorded.
    pub async fn import_cases(&self, who: Who, read: Read, choice: Choice) -> Result<Outcome, Fault> {
        let work = Arc::new((self.clone(), who, read));
        self.ledger
            .act(move |tx| {
                let (own, who, read) = &*work;
                if choice == Choice::AllOrNothing {
                    let looked = own.run(tx, who, read, false)?;
                    if !looked.problems.is_empty() {
                        return Ok(looked);
                    }
                }
                own.run(tx, who, read, true)
            })
            .await
    }

    fn run(&self, tx: &mut Tx<'_>, who: &Who, read: &Read, record: bool) -> Result<Outcome, Fault> {
        let own = super::system(tx)?;
        let mut out = Outcome {
            system: read.header.system.clone(),
            rows: read.rows.len() + read.problems.len(),
            problems: read.problems.clone(),
            bad: read.problems.len(),
            ..Outcome::default()
        };
        let mut orders: BTreeMap<String, Order> = BTreeMap::new();
        let mut next = last_case(tx)?;
        for ((system, case), rows) in grouped(read) {
            let known =
                if system == own { case.parse().ok() } else { keys::cases(tx, system, &[case])?.get(case).copied() };
            let whole = match known {
                Some(id) => Whole::read(tx, id)?,
                None => Whole::default(),
            };
            let first = rows.first().map_or(1, |(line, _)| *line);
            if system == own && whole.log.entries.is_empty() {
                out.bad += rows.len();
                out.problems.push(Problem {
                    line: first,
                    column: "案件编号".into(),
                    text: format!("本系统没有编号为“{case}”的案件"),
                });
                continue;
            }
            let running = match self.ground(tx, who, &mut orders, &whole, &rows, next + 1, (system, case), &own)? {
                Ok(running) => running,
                Err((column, text)) => {
                    out.bad += rows.len();
                    out.problems.push(Problem { line: first, column: column.into(), text });
                    continue;
                }
            };
            let fresh = running.whole.log.entries.is_empty();
            let running = self.case(tx, who, running, system, &rows, record, &mut out)?;
            if running.came == 0 {
                continue;
            }
            if fresh {
                out.new_cases += 1;
                next += 1;
            }
            out.graded.push(self.graded(who, &running, record));
        }
        out.problems.sort_by_key(|p| p.line);
        Ok(out)
    }

    /// Where the rows of a case go: its organ and unit, and who may import there.
    #[expect(clippy::too_many_arguments, reason = "what is known of a case before its first row")]
    fn ground(
        &self,
        tx: &mut Tx<'_>,
        who: &Who,
        orders: &mut BTreeMap<String, Order>,
        whole: &Whole,
        rows: &[(usize, &Row)],
        fresh: i64,
        (system, case): (&str, &str),
        own: &str,
    ) -> Result<Result<Running, (&'static str, String)>, Fault> {
        let directory = self.standings.directory(tx)?;
        let (id, organ, unit, keys) = match whole.log.case.log().first() {
            Some(first) => (whole.log.id, first.organ.0.clone(), whole.log.unit.clone(), Keys::of(&whole.log, own)),
            None => {
                let said = |of: fn(&Row) -> Option<&String>| {
                    rows.iter().find_map(|(_, row)| of(row)).map(|t| t.trim()).filter(|t| !t.is_empty())
                };
                let (organ, unit) = (said(|row| row.organ.as_ref()), said(|row| row.unit.as_ref()));
                let home = who.home.clone().unwrap_or_default();
                let unit = match unit {
                    None => home.1,
                    Some(text) => match directory.units.iter().find(|u| u.id == text || u.name == text) {
                        Some(unit) => unit.id.clone(),
                        None => {
                            return Ok(Err((
                                "承办单位",
                                format!("没有叫“{text}”的单位，请先登记，或者改成已有的名称"),
                            )));
                        }
                    },
                };
                let organ = match organ {
                    Some(text) => match directory.organs.iter().find(|o| o.id == text || o.name == text) {
                        Some(organ) => organ.id.clone(),
                        None => {
                            return Ok(Err(("机关", format!("没有叫“{text}”的机关，请先登记，或者改成已有的名称"))));
                        }
                    },
                    None => directory.unit(&unit).map_or(home.0, |u| u.organ.clone()),
                };
                if unit.is_empty() || organ.is_empty() {
                    return Ok(Err(("承办单位", "没有写明机关和承办单位，请在第一行写明，或者在导入时指定".into())));
                }
                let keys = Keys::named(system, case);
                (fresh, organ, unit, keys)
            }
        };
        if who.only.as_ref().is_some_and(|only| *only != organ) {
            return Ok(Err(("机关", "您只能导入本机关的案件".into())));
        }
        let order = match orders.get(&organ) {
            Some(order) => order.clone(),
            None => {
                let order = self.order(tx, &organ)?;
                orders.insert(organ.clone(), order.clone());
                order
            }
        };
        let version = whole.log.version();
        let file = File { id, version, organ, unit, lead: None, log: Arc::clone(&whole.log) };
        Ok(Ok(Running { file, keys, whole: whole.clone(), order, came: 0 }))
    }

    /// Takes the rows of a case in, one after the other.
    #[expect(clippy::too_many_arguments, reason = "one call takes one case")]
    fn case(
        &self,
        tx: &mut Tx<'_>,
        who: &Who,
        mut running: Running,
        system: &str,
        rows: &[(usize, &Row)],
        record: bool,
        out: &mut Outcome,
    ) -> Result<Running, Fault> {
        let before = running.whole.log.entries.len();
        let mut seen: BTreeMap<&str, &Row> = BTreeMap::new();
        for (line, row) in rows {
            let bad = |out: &mut Outcome, problems: Vec<Problem>| {
                out.bad += 1;
                out.problems.extend(problems);
            };
            if let Some(earlier) = seen.insert(row.act.trim(), row) {
                if earlier == *row {
                    out.known += 1;
                } else {
                    let text = format!("行为编号“{}”在文件中出现了两次，内容不同，只留一行", row.act);
                    bad(out, vec![Problem { line: *line, column: "行为编号".into(), text }]);
                }
                continue;
            }
            let ground = Ground {
                own: self,
                who,
                directory: &running.order.directory,
                case: &running.file.log.case,
                keys: &running.keys,
            };
            let Built { proposed, filled, missing_files } = match ground.build(*line, row, system) {
                Ok(built) => built,
                Err(problems) => {
                    bad(out, problems);
                    continue;
                }
            };
            if let Some(no) = running.keys.find(row.act.trim()).map(|no| no.0 as usize - 1).filter(|at| *at < before) {
                let columns = differences(&running.whole, no, &proposed);
                let void =
                    running.whole.log.case.log().get(no).is_some_and(|act| running.whole.log.case.is_void(act.no));
                if columns.is_empty() {
                    out.known += 1;
                    continue;
                }
                // What was voided here may come again corrected.
                if !void {
                    let (case, act) = (row.case.clone(), row.act.clone());
                    out.changed.push(Change { line: *line, case, act, columns });
                    continue;
                }
            }
            let column = |key: &str| column(proposed.kind, key);
            let judged = match self.judged(tx, &running.file, &running.order, &proposed) {
                Ok(judged) => judged,
                Err(Error::Fault(fault)) => return Err(fault),
                Err(Error::Bad(errors)) => {
                    let problem =
                        |e: law::acts::FieldError| Problem { line: *line, column: column(&e.field), text: e.text };
                    bad(out, errors.into_iter().map(problem).collect());
                    continue;
                }
                Err(other) => {
                    bad(out, vec![Problem { line: *line, column: "整行".into(), text: other.to_string() }]);
                    continue;
                }
            };
            let Judged { judgement, identity, neighbours } = judged;
            let (act, marks) = match judgement {
                Judgement::Allowed { act, marks } => (act, marks),
                Judgement::Incomplete(open) => {
                    let text = |label: &str| format!("“{label}”不能为空，它决定这一行为的内容，请向原系统补齐");
                    let problem = |f: &&law::acts::FieldSpec| Problem {
                        line: *line,
                        column: f.label.into(),
                        text: text(f.label),
                    };
                    bad(out, open.iter().map(problem).collect());
                    continue;
                }
                Judgement::Bad(e) => {
                    bad(out, vec![Problem { line: *line, column: column(&e.field), text: e.text }]);
                    continue;
                }
                // Reported acts are never refused; said aloud should that ever change.
                Judgement::Refused(refusal) => {
                    return Err(Fault::Bug(format!(
                        "a reported act was refused: {:?}",
                        refusal.unmet.first().map(|u| u.rule)
                    )));
                }
            };
            let key = row.act.trim().to_owned();
            let origin =
                Origin { system: running.keys.system.clone(), case: running.keys.case.clone(), act: key.clone() };
            let number = row.number.as_deref().map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned);
            if record {
                let place = if running.file.log.entries.is_empty() {
                    Where::New { organ: running.file.organ.clone(), unit: running.file.unit.clone(), lead: None }
                } else {
                    Where::Case { id: running.file.id, seen: None }
                };
                // The copy is let go first, so that the fold goes on without one.
                running.file.log = Arc::default();
                let file = File::open(tx, &place).map_err(fault)?;
                let done = self.record(
                    tx,
                    file,
                    &running.order,
                    &proposed,
                    act,
                    marks,
                    identity,
                    neighbours,
                    None,
                    Some((origin, number)),
                );
                let committed = done.map_err(fault)?;
                running.file = File::open(tx, &Where::Case { id: committed.case, seen: None }).map_err(fault)?;
            } else {
                let (file, order) = (&running.file, &running.order);
                let settled = self
                    .settled(tx, file, order, &proposed, act, marks, identity.as_ref(), neighbours, None)
                    .map_err(fault)?;
                let mut recorded = settled.0;
                recorded.allocated.number = number;
                let log: &mut Log = Arc::make_mut(&mut running.file.log);
                log.case.add(recorded);
            }
            running.keys.push(&key);
            running.came += 1;
            out.new += 1;
            out.filled += filled;
            out.missing_files += missing_files;
        }
        Ok(running)
    }

    /// Judges the whole case as of today.
    fn graded(&self, who: &Who, running: &Running, recorded: bool) -> Graded {
        let case: &Case = &running.file.log.case;
        let now = Now {
            today: who.today,
            corpus: self.corpus,
            calendar: self.corpus.calendar(),
            office: &running.order.office,
            neighbours: law::judge::Neighbours::default(),
            verified: &running.order.verified,
        };
        let grade = grade(case.log(), who.today, &now);
        let kind = |no: law::acts::ActNo| case.record(no).map_or("", |rec| rec.act.kind().label());
        let marks = grade.marks.into_iter().map(|(no, mark)| Defect {
            act: running.keys.name(no).map(str::to_owned),
            kind: kind(no),
            rule: mark.rule,
            article: mark.article,
            why: mark.why,
        });
        let omissions = grade.omissions.into_iter().map(|o| Defect {
            act: None,
            kind: "",
            rule: o.clock.to_owned(),
            article: o.article.to_owned(),
            why: o.why,
        });
        let defects = marks.chain(omissions).collect();
        let matter = case.conducts().next().map(|c| c.matter.clone()).unwrap_or_default();
        let matter = self.corpus.matter(&matter).map_or(matter, |m| m.name.clone());
        Graded {
            key: running.keys.case.clone(),
            id: recorded.then_some(running.file.id),
            matter,
            acts: running.came,
            defects,
        }
    }
}

fn fault(error: Error) -> Fault {
    match error {
        Error::Fault(fault) => fault,
        other => Fault::Bug(format!("an imported act that was judged cannot be recorded: {other}")),
    }
}

/// The heading of the column a field error belongs to.
fn column(kind: Kind, key: &str) -> String {
    let fixed = match key {
        "at" => "发生日期",
        "time" => "发生时间",
        "subject" => "对象",
        "entry" => "行为",
        "party_name" => "当事人",
        "team" => "执法证号",
        _ => kind.field(key).map_or(key, |field| field.label),
    };
    fixed.to_owned()
}

fn last_case(tx: &mut Tx<'_>) -> Result<i64, Fault> {
    let bureau = tx.bureau().to_owned();
    let last =
        tx.row("SELECT MAX(id) FROM cases WHERE bureau = $1", &[bureau.as_str().into()], |row| Ok(row.opt_int(0)))?;
    Ok(last.flatten().unwrap_or(0))
}

type Group<'a> = ((&'a str, &'a str), Vec<(usize, &'a Row)>);

/// The rows by case, in the order in which cases first appear, each in the order of its acts.
fn grouped(read: &Read) -> Vec<Group<'_>> {
    let mut at: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (line, row) in &read.rows {
        let system = row.system.as_deref().unwrap_or(&read.header.system).trim();
        let key = (system, row.case.trim());
        let at = *at.entry(key).or_insert_with(|| {
            groups.push((key, Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push((*line, row));
    }
    for (_, rows) in &mut groups {
        let orders: BTreeSet<u32> = rows.iter().filter_map(|(_, row)| row.order).collect();
        if orders.len() == rows.len() {
            rows.sort_by_key(|(_, row)| row.order);
        } else {
            rows.sort_by_key(|(line, row)| (office::sheet::day(row.day.trim()).unwrap_or(Day::MAX), *line));
        }
    }
    groups
}
