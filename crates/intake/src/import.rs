//! Importing tickets from a sheet: preview, problems by row and column, all or none or without the bad ones.
//!
//! Source and number identify a ticket, so importing the same sheet again changes nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, date};
use ledger::{Fault, Tx, Value};
use office::BadInput;
use office::sheet::{self, Row, Sheet, moment};

use crate::Intake;
use crate::mind::Prepared;
use crate::words::{Channel, Kind, Track};
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
pub(crate) mod columns {
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
    pub(crate) const NEEDED: [&[&str]; 4] = [ORDER, SOURCE, CONTENT, RECEIVED];
    /// Every one, in the order of the template.
    pub(crate) const ALL: [&[&str]; 10] =
        [ORDER, SOURCE, KIND, CONTENT, ADDRESS, NAME, PHONE, RECEIVED, URGENT, SECRET];
}

/// The columns of the template, in order.
pub(crate) fn template_columns() -> [&'static str; 10] {
    columns::ALL.map(|names| names[0])
}

/// A sheet as read.
struct Read {
    rows: usize,
    good: Vec<Good>,
    problems: Vec<Problem>,
}

/// A row without problems.
struct Good {
    new: NewTicket,
    track: Option<Track>,
}

/// Reads a sheet; nothing may have been received after `today`.
fn read(sheet: &Sheet, today: Date) -> Result<Read, BadInput> {
    let missing: Vec<&str> = columns::NEEDED
        .iter()
        .filter(|names| !names.iter().any(|n| sheet.columns.iter().any(|c| c == n)))
        .map(|n| n[0])
        .collect();
    if !missing.is_empty() {
        return Err(BadInput::new(
            "文件",
            format!("缺少这些列：{}。请按模板整理表头，或者在页面上说明哪一列是哪一列", missing.join("、")),
        ));
    }
    let (mut good, mut problems) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in &sheet.rows {
        match ticket(row, today) {
            Ok(found) => {
                let key = (found.new.source.clone(), found.new.order_no.clone());
                if let Some(first) = seen.get(&key) {
                    let text = format!("与第 {first} 行的来源和编号相同，只留一行");
                    problems.push(Problem { line: row.line, column: columns::ORDER[0].into(), text });
                    continue;
                }
                seen.insert(key, row.line);
                good.push(found);
            }
            Err(bad) => {
                problems.extend(bad.into_iter().map(|bad| Problem {
                    line: row.line,
                    column: bad.field,
                    text: bad.text,
                }));
            }
        }
    }
    Ok(Read { rows: sheet.rows.len(), good, problems })
}

/// The ticket of a row, or everything that is wrong with it.
fn ticket(row: &Row, today: Date) -> Result<Good, Vec<BadInput>> {
    let mut bad = Vec::new();
    let mut take = |read: Result<Cell, BadInput>| read.map_err(|e| bad.push(e)).ok();
    let order_no = take(row.need(columns::ORDER).map(|t| Cell::Text(t.to_owned())));
    let channel = take(row.need(columns::SOURCE).and_then(|text| {
        let wrong = || {
            BadInput::new(
                columns::SOURCE[0],
                format!("不认识“{text}”，可以填 12345、12319、微信、来电、来访、平台派单、其他"),
            )
        };
        channel(text).map(Cell::Channel).ok_or_else(wrong)
    }));
    let received = take(row.need(columns::RECEIVED).and_then(|text| {
        let wrong = || BadInput::new(columns::RECEIVED[0], format!("“{text}”不是日期时间，应写成 2024-03-05 08:30"));
        moment(text).map(Cell::Moment).ok_or_else(wrong)
    }));
    let words = row.get(columns::KIND).unwrap_or_default();
    let kind = take(kind(words).map(|(kind, track)| Cell::Kind(kind, track)).ok_or_else(|| {
        BadInput::new(
            columns::KIND[0],
            format!("不认识“{words}”，可以填 咨询、求助、投诉、建议、举报，督办单和复核单照写"),
        )
    }));
    let secret = take(yes(row.get(columns::SECRET).unwrap_or_default()).map(Cell::Yes).ok_or_else(|| {
        let text = row.get(columns::SECRET).unwrap_or_default();
        BadInput::new(columns::SECRET[0], format!("不认识“{text}”，应写“是”或者“否”"))
    }));
    let content = take(row.need(columns::CONTENT).map(|t| Cell::Text(t.to_owned())));
    let (
        Some(Cell::Text(order_no)),
        Some(Cell::Channel(channel)),
        Some(Cell::Moment(received)),
        Some(Cell::Kind(kind, track)),
        Some(Cell::Yes(confidential)),
        Some(Cell::Text(content)),
    ) = (order_no, channel, received, kind, secret, content)
    else {
        return Err(bad);
    };
    let new = NewTicket {
        source: channel.code().into(),
        order_no,
        channel,
        kind,
        received,
        address: row.get(columns::ADDRESS).unwrap_or_default().to_owned(),
        content,
        caller: Caller {
            name: row.get(columns::NAME).map(str::to_owned),
            phone: row.get(columns::PHONE).map(str::to_owned),
        },
        confidential,
        urgent: row.get(columns::URGENT).is_some_and(urgent),
    };
    match check(&new, today) {
        Err(Error::Bad(bad)) => Err(vec![bad]),
        _ => Ok(Good { new, track }),
    }
}

/// A cell once read.
enum Cell {
    Text(String),
    Channel(Channel),
    Moment(jiff::civil::DateTime),
    Kind(Kind, Option<Track>),
    Yes(bool),
}

/// Kind and track of a usual wording: `投诉类`, `投诉举报`, `督办单`. Nothing written is a call for help, as hotlines book what they cannot
/// sort; a supervised or reviewed order without a kind is a complaint, because nobody supervises a question.
fn kind(text: &str) -> Option<(Kind, Option<Track>)> {
    let words = [
        ("举报", Kind::Report),
        ("投诉", Kind::Complaint),
        ("建议", Kind::Suggestion),
        ("意见", Kind::Suggestion),
        ("咨询", Kind::Inquiry),
        ("求助", Kind::Help),
        ("求决", Kind::Help),
    ];
    let tracks =
        [("督办", Track::Supervised), ("复核", Track::Review), ("疑难", Track::Complex), ("复杂", Track::Complex)];
    let track = tracks.iter().find(|(word, _)| text.contains(word)).map(|(_, track)| *track);
    let kind = words.iter().find(|(word, _)| text.contains(word)).map(|(_, kind)| *kind);
    match (kind, track) {
        (Some(kind), track) => Some((kind, track)),
        (None, Some(track)) => Some((Kind::Complaint, Some(track))),
        (None, None) => text.is_empty().then_some((Kind::Help, None)),
    }
}

/// A wish to be kept secret is never overlooked: what is not understood is a problem, not a no.
fn yes(text: &str) -> Option<bool> {
    match text {
        "是" | "保密" | "需保密" | "需要保密" | "1" | "Y" | "y" => Some(true),
        "" | "否" | "不保密" | "无需保密" | "公开" | "0" | "N" | "n" => Some(false),
        _ => None,
    }
}

fn urgent(text: &str) -> bool {
    text.contains('急') && !text.contains(['不', '非', '无', '缓'])
}

/// The civil day in Shanghai of a moment in UTC milliseconds.
fn shanghai(ms: i64) -> Date {
    let days = (ms + 8 * 3_600_000).div_euclid(86_400_000);
    jiff::Span::new().try_days(days).and_then(|span| date(1970, 1, 1).checked_add(span)).unwrap_or(Date::MAX)
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

/// Rows looked up at a time.
const CHUNK: usize = 300;

/// How many of these tickets, no two alike, are here already: one statement for every few hundred of a source.
fn known(tx: &mut Tx<'_>, good: &[Good]) -> Result<usize, Fault> {
    let bureau = tx.bureau().to_owned();
    let mut by_source: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for good in good {
        by_source.entry(&good.new.source).or_default().push(&good.new.order_no);
    }
    let marks: Vec<String> = (3..3 + CHUNK).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT COUNT(*) FROM tickets WHERE bureau = $1 AND source = $2 AND order_no IN ({})",
        marks.join(", ")
    );
    let mut there = 0;
    for (source, orders) in by_source {
        for some in orders.chunks(CHUNK) {
            let Some(last) = some.last() else { continue };
            let mut args: Vec<Value<'_>> = vec![bureau.as_str().into(), source.into()];
            // The last one again and again: one statement, whatever is left.
            args.extend(some.iter().chain(std::iter::repeat_n(last, CHUNK - some.len())).map(|n| Value::from(*n)));
            let found = tx.row(&sql, &args, |row| Ok(row.int(0)))?.unwrap_or(0);
            there += usize::try_from(found).unwrap_or(0);
        }
    }
    Ok(there)
}

impl Intake {
    /// A sheet with its columns under our names, and today by the ledger's clock.
    async fn sheet(&self, bytes: &[u8]) -> Result<(Sheet, Date), Error> {
        let mut sheet = sheet::read(bytes).map_err(Error::Bad)?;
        let done = self.ledger.read(move |tx| {
            let mapping = crate::columns::remembered(tx, &sheet)?;
            crate::columns::apply(&mut sheet, &mapping);
            Ok((sheet, shanghai(tx.now_ms())))
        });
        Ok(done.await?)
    }

    /// What importing this sheet would do. Records nothing.
    ///
    /// # Errors
    /// The file is no table, or lacks a column.
    pub async fn preview(&self, bytes: Vec<u8>) -> Result<Preview, Error> {
        let (sheet, today) = self.sheet(&bytes).await?;
        let Read { rows, good, problems } = read(&sheet, today).map_err(Error::Bad)?;
        let sample = good.iter().take(SAMPLE).map(|good| good.new.clone()).collect();
        let (new, known) = self
            .ledger
            .read(move |tx| {
                let there = known(tx, &good)?;
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
        let (sheet, _) = self.sheet(&bytes).await?;
        let Read { good, problems, .. } = read(&sheet, who.today).map_err(Error::Bad)?;
        if choice == Choice::AllOrNothing && !problems.is_empty() {
            return Ok(Imported { problems, ..Imported::default() });
        }
        // Understood before the transaction: nobody else waits for it.
        let minds = self.minds.clone();
        let good = self
            .ledger
            .read(move |tx| {
                let mind = minds.of(tx)?;
                Ok(good.into_iter().map(|g| (mind.prepare(&g.new), g)).collect::<Vec<(Prepared, Good)>>())
            })
            .await?;
        let work = Arc::new((who, good));
        let (received, known) = self
            .ledger
            .act(move |tx| {
                let (mut received, mut known) = (0, 0);
                for (prepared, good) in &work.1 {
                    let (_, is_new) = receive(tx, &work.0, &good.new, good.track, prepared)?;
                    if is_new { received += 1 } else { known += 1 }
                }
                Ok((received, known))
            })
            .await?;
        Ok(Imported { received, known, problems })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_wordings_are_understood() {
        let cases = [
            ("", Some((Kind::Help, None))),
            ("投诉类", Some((Kind::Complaint, None))),
            ("投诉举报", Some((Kind::Report, None))),
            ("意见建议", Some((Kind::Suggestion, None))),
            ("咨询", Some((Kind::Inquiry, None))),
            ("督办单", Some((Kind::Complaint, Some(Track::Supervised)))),
            ("求助（复核）", Some((Kind::Help, Some(Track::Review)))),
            ("疑难投诉", Some((Kind::Complaint, Some(Track::Complex)))),
            ("鸽子", None),
        ];
        for (text, expected) in cases {
            assert_eq!(kind(text), expected, "{text}");
        }
        assert_eq!([yes("是"), yes("不保密"), yes(""), yes("再说")], [Some(true), Some(false), Some(false), None]);
        assert_eq!(["紧急", "特急", "非紧急", "不急", "一般"].map(urgent), [true, true, false, false, false]);
        assert_eq!(channel("上海市民服务热线12345"), Some(Channel::Hotline12345));
        assert_eq!(channel("微信公众号"), Some(Channel::Wechat));
        assert_eq!(channel("鸽子"), None);
    }

    #[test]
    fn a_day_begins_at_midnight_in_shanghai() {
        // 2024-03-04 16:00 UTC.
        assert_eq!(shanghai(1_709_568_000_000), date(2024, 3, 5));
        assert_eq!(shanghai(1_709_567_999_999), date(2024, 3, 4));
    }
}
