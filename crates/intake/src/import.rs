//! Importing tickets from a sheet: preview, problems by row and column, all or none or without the bad ones.
//!
//! Source and number identify a ticket, so importing the same sheet again changes nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::{Fault, Tx};
use office::sheet::{self, Row, moment};
use office::BadInput;

use crate::Intake;
use crate::ticket::{Channel, Kind};
use crate::write::{Caller, Error, NewTicket, Who, check, receive};

/// A problem of one row.
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
    /// Rows in the sheet.
    pub rows: usize,
    /// Good rows not known yet.
    pub new: usize,
    /// Good rows already here.
    pub known: usize,
    /// Problems.
    pub problems: Vec<Problem>,
    /// The first good rows, to look at.
    pub sample: Vec<NewTicket>,
}

/// What to do when rows have problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Then nothing is imported.
    AllOrNothing,
    /// Then the good rows are imported.
    SkipBad,
}

/// What was imported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// New tickets.
    pub received: usize,
    /// Already here, unchanged.
    pub known: usize,
    /// Left out, with their problems.
    pub problems: Vec<Problem>,
}

const SAMPLE: usize = 5;

/// Columns by the names different senders give them, the first being ours.
mod columns {
    pub(super) const ORDER: &[&str] = &["工单编号", "案件编号", "原编号", "编号"];
    pub(super) const SOURCE: &[&str] = &["来源", "案件来源", "信息来源", "受理渠道"];
    pub(super) const KIND: &[&str] = &["工单类型", "来电类别", "诉求类型"];
    pub(super) const CONTENT: &[&str] = &["诉求内容", "案件描述", "内容描述"];
    pub(super) const ADDRESS: &[&str] = &["地址", "上报地址", "实际地址"];
    pub(super) const NAME: &[&str] = &["联系人", "诉求人"];
    pub(super) const PHONE: &[&str] = &["联系电话", "电话"];
    pub(super) const RECEIVED: &[&str] = &["收单时间", "发现时间", "来电时间"];
    pub(super) const URGENT: &[&str] = &["紧急程度", "市紧急程度"];
    pub(super) const SECRET: &[&str] = &["是否保密", "保密"];
    /// What a sheet must have.
    pub(super) const NEEDED: [&[&str]; 4] = [ORDER, SOURCE, CONTENT, RECEIVED];
}

/// The columns of the template, in order.
pub(crate) fn template_columns() -> [&'static str; 10] {
    use columns::{ADDRESS, CONTENT, KIND, NAME, ORDER, PHONE, RECEIVED, SECRET, SOURCE, URGENT};
    [ORDER, SOURCE, KIND, CONTENT, ADDRESS, NAME, PHONE, RECEIVED, URGENT, SECRET].map(|names| names[0])
}

type Read = (Vec<(usize, NewTicket)>, Vec<Problem>, usize);

/// Reads a sheet: the good rows, the problems, and how many rows there are.
fn read(bytes: &[u8]) -> Result<Read, BadInput> {
    let sheet = sheet::read(bytes)?;
    let missing: Vec<&str> = columns::NEEDED.iter().filter(|names| !names.iter().any(|n| sheet.columns.iter().any(|c| c == n))).map(|n| n[0]).collect();
    if !missing.is_empty() {
        return Err(BadInput::new("文件", format!("缺少这些列：{}。请按模板整理表头", missing.join("、"))));
    }
    let (mut good, mut problems) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in &sheet.rows {
        match ticket(row) {
            Ok(new) => {
                let key = (new.source.clone(), new.order_no.clone());
                if let Some(first) = seen.get(&key) {
                    let text = format!("与第 {first} 行的编号相同");
                    problems.push(Problem { line: row.line, column: columns::ORDER[0].into(), text });
                    continue;
                }
                seen.insert(key, row.line);
                good.push((row.line, new));
            }
            Err(bad) => problems.push(Problem { line: row.line, column: bad.field, text: bad.text }),
        }
    }
    Ok((good, problems, sheet.rows.len()))
}

fn ticket(row: &Row) -> Result<NewTicket, BadInput> {
    let source = row.need(columns::SOURCE)?;
    let channel = channel(source).ok_or_else(|| BadInput::new(columns::SOURCE[0], format!("不认识“{source}”，可以填 12345、12319、微信、来电、来访、平台派单")))?;
    let received = row.need(columns::RECEIVED)?;
    let received = moment(received).ok_or_else(|| BadInput::new(columns::RECEIVED[0], format!("“{received}”不是日期时间，应写成 2024-03-05 08:30")))?;
    let kind = match row.get(columns::KIND) {
        Some(text) => Kind::parse(text.trim_end_matches('类')).ok_or_else(|| BadInput::new(columns::KIND[0], format!("不认识“{text}”，可以填 咨询、求助、投诉、建议、举报")))?,
        None => Kind::Help,
    };
    let new = NewTicket {
        source: channel.code().into(),
        order_no: row.need(columns::ORDER)?.to_owned(),
        channel,
        kind,
        received,
        address: row.get(columns::ADDRESS).unwrap_or_default().to_owned(),
        content: row.need(columns::CONTENT)?.to_owned(),
        caller: Caller { name: row.get(columns::NAME).map(str::to_owned), phone: row.get(columns::PHONE).map(str::to_owned) },
        confidential: row.get(columns::SECRET).is_some_and(|t| matches!(t, "是" | "保密")),
        urgent: row.get(columns::URGENT).is_some_and(|t| t.contains('急') && !t.contains("不") && t != "非紧急"),
    };
    match check(&new) {
        Err(Error::Bad(bad)) => Err(bad),
        _ => Ok(new),
    }
}

/// The channel of a usual wording: `12345市民服务热线`, `微信公众号`.
fn channel(text: &str) -> Option<Channel> {
    let words = [
        ("12345", Channel::Hotline12345),
        ("12319", Channel::Hotline12319),
        ("微信", Channel::Wechat),
        ("来电", Channel::Call),
        ("电话", Channel::Call),
        ("来访", Channel::Visit),
        ("网格", Channel::Platform),
        ("平台", Channel::Platform),
    ];
    Channel::parse(text).or_else(|| words.iter().find(|(word, _)| text.contains(word)).map(|(_, channel)| *channel))
}

fn known(tx: &mut Tx<'_>, new: &NewTicket) -> Result<bool, Fault> {
    let bureau = tx.bureau().to_owned();
    let found = tx.row(
        "SELECT id FROM tickets WHERE bureau = $1 AND source = $2 AND order_no = $3",
        &[bureau.as_str().into(), (&new.source).into(), (&new.order_no).into()],
        |row| Ok(row.int(0)),
    )?;
    Ok(found.is_some())
}

impl Intake {
    /// What importing this sheet would do. Records nothing.
    ///
    /// # Errors
    /// The file is no table, or lacks a column.
    pub async fn preview(&self, bytes: Vec<u8>) -> Result<Preview, Error> {
        let (good, problems, rows) = read(&bytes).map_err(Error::Bad)?;
        let sample = good.iter().take(SAMPLE).map(|(_, new)| new.clone()).collect();
        let (new, known) = self
            .ledger
            .read(move |tx| {
                let mut there = 0;
                for (_, new) in &good {
                    there += usize::from(known(tx, new)?);
                }
                Ok((good.len() - there, there))
            })
            .await?;
        Ok(Preview { rows, new, known, problems, sample })
    }

    /// Imports a sheet in one transaction.
    ///
    /// # Errors
    /// The file is no table or lacks a column. With [`Choice::AllOrNothing`] rows with problems are no error: they are
    /// returned and nothing is imported.
    pub async fn import(&self, who: Who, bytes: Vec<u8>, choice: Choice) -> Result<Imported, Error> {
        let (good, problems, _) = read(&bytes).map_err(Error::Bad)?;
        if choice == Choice::AllOrNothing && !problems.is_empty() {
            return Ok(Imported { problems, ..Imported::default() });
        }
        let work = Arc::new((who, good));
        let (received, known) = self
            .ledger
            .act(move |tx| {
                let places = office::read::places(tx)?;
                let (mut received, mut known) = (0, 0);
                for (_, new) in &work.1 {
                    let (_, is_new) = receive(tx, &work.0, new, Some(&places))?;
                    if is_new { received += 1 } else { known += 1 }
                }
                Ok((received, known))
            })
            .await?;
        Ok(Imported { received, known, problems })
    }
}
