//! Totals of years from before the journal: a number with its source and no list, recorded as such and shown as such.

use std::collections::BTreeMap;

use law::Day;
use law::money::Fen;
use ledger::{Draft, Entry, Fault, Folded, Ledger, Tx};
use office::BadInput;
use office::sheet::{self, Row};
use serde::{Deserialize, Serialize};

use crate::{Indicator, Kind, Measure, Period, Who, indicator};

/// The stream of all imported totals.
pub const TOTALS_STREAM: &str = "report/totals";

/// One number without a list. The body of `report.total`, version 1. Frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Total {
    /// The year it is of.
    pub year: i16,
    /// Which figure.
    pub indicator: String,
    /// Fen of an amount, tenths of what is counted in tenths, tenths of a percent of a share, else the count.
    pub value: i64,
    /// The last day it counts, from 1 January on.
    pub until: Day,
    /// Where it was found, `2023 年度法治建设工作报告`.
    pub source: String,
    /// A remark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// The newest total of each figure, year and last day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    newest: BTreeMap<(i16, String), BTreeMap<Day, Total>>,
}

impl Folded for Known {
    fn step(&mut self, entry: &Entry) -> Result<(), Fault> {
        if entry.kind == KIND {
            let total: Total = serde_json::from_str(&entry.body)
                .map_err(|e| Fault::Bug(format!("entry {} ({}): {e}", entry.position, entry.kind)))?;
            self.newest.entry((total.year, total.indicator.clone())).or_default().insert(total.until, total);
        }
        Ok(())
    }
}

impl Known {
    /// The total of exactly these days.
    pub(crate) fn of(&self, id: &str, period: &Period) -> Option<&Total> {
        let whole = period.from().day_of_year() == 1;
        self.newest.get(&(period.year(), id.to_owned())).and_then(|all| all.get(&period.until())).filter(|_| whole)
    }

    /// The total of these days or, where there is none, that of the same year which counts longest.
    pub(crate) fn near(&self, id: &str, period: &Period) -> Option<&Total> {
        self.of(id, period).or_else(|| {
            let all = self.newest.get(&(period.year(), id.to_owned()))?;
            all.last_key_value().map(|(_, total)| total).filter(|_| period.from().day_of_year() == 1)
        })
    }

    /// Whether the year is known by totals: what lists there are of it are then not all of it.
    pub(crate) fn has_year(&self, year: i16) -> bool {
        self.newest.keys().any(|(of, _)| *of == year)
    }
}

const KIND: &str = "report.total";

/// The one write path of imported totals.
#[derive(Clone)]
pub struct Totals {
    /// The journal.
    pub ledger: Ledger,
}

/// What was imported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Recorded now.
    pub recorded: usize,
    /// Already there with the same number and source.
    pub known: usize,
    /// Row and what is wrong with it.
    pub problems: Vec<(usize, BadInput)>,
}

impl Totals {
    /// Records totals whose like is not there yet, all or none, and gives how many were new.
    ///
    /// # Errors
    /// The database fails; [`Fault::Bug`] where a total is none that [`check`](Total::check) would let through.
    pub async fn record(&self, who: Who, totals: Vec<Total>) -> Result<usize, Fault> {
        self.ledger.act(move |tx| write(tx, &who, &totals)).await
    }

    /// [`Totals::record`] for the command line. Must not be called on an asynchronous runtime's thread.
    ///
    /// # Errors
    /// As [`Totals::record`].
    pub fn record_blocking(&self, who: Who, totals: Vec<Total>) -> Result<usize, Fault> {
        self.ledger.act_blocking(move |tx| write(tx, &who, &totals))
    }

    /// Reads a sheet with the columns 年度, 指标, 数值, 截止日, 来源 and perhaps 说明 and records what it says: with problems nothing, unless the
    /// rows that have them are to be skipped. Must not be called on an asynchronous runtime's thread.
    ///
    /// # Errors
    /// Inside: the file is no sheet. Outside: the database fails.
    pub fn import_blocking(&self, who: Who, bytes: &[u8], skip_bad: bool) -> Result<Result<Imported, BadInput>, Fault> {
        let (mut totals, mut problems) = match read(bytes, who.today) {
            Ok(read) => read,
            Err(bad) => return Ok(Err(bad)),
        };
        // What the journal itself covers is counted, never stated: a figure is a list.
        if let Some(begun) = self.ledger.read_blocking(begun)? {
            totals.retain(|(line, total)| {
                let covered = total.until >= begun;
                if covered {
                    let text =
                        format!("{} 在本系统启用（{begun}）以后，这些日子的数字由记录得出，不能导入", total.until);
                    problems.push((*line, BadInput::new("截止日", text)));
                }
                !covered
            });
            problems.sort_by_key(|(line, _)| *line);
        }
        let totals: Vec<Total> = totals.into_iter().map(|(_, total)| total).collect();
        let mut done = Imported { problems, ..Imported::default() };
        if done.problems.is_empty() || skip_bad {
            let all = totals.len();
            done.recorded = self.record_blocking(who, totals)?;
            done.known = all - done.recorded;
        }
        Ok(Ok(done))
    }
}

/// The day of the journal's first entry, Shanghai time.
fn begun(tx: &mut Tx<'_>) -> Result<Option<Day>, Fault> {
    let first = tx.entries_after(0, 1)?.into_iter().next();
    Ok(first.and_then(|entry| civil(entry.recorded_at)))
}

/// The day of a moment (UTC milliseconds) in Shanghai.
fn civil(at: i64) -> Option<Day> {
    let days = (at + 8 * 3_600_000).div_euclid(86_400_000);
    let days = i32::try_from(days).ok()?;
    jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(days)).ok()
}

fn write(tx: &mut Tx<'_>, who: &Who, totals: &[Total]) -> Result<usize, Fault> {
    let mut recorded = 0;
    for total in totals {
        total.check(who.today).map_err(|bad| Fault::Bug(bad.to_string()))?;
        let known = tx.fold::<Known>(TOTALS_STREAM)?;
        let there = known.newest.get(&(total.year, total.indicator.clone())).and_then(|all| all.get(&total.until));
        if there == Some(total) {
            continue;
        }
        tx.append(Draft {
            stream: TOTALS_STREAM,
            expects: None,
            happened_at: who.today,
            actor: &who.login,
            kind: KIND,
            kind_version: 1,
            body: serde_json::to_string(total).map_err(|e| Fault::Bug(e.to_string()))?,
        })?;
        recorded += 1;
    }
    Ok(recorded)
}

impl Total {
    /// Can this be recorded?
    ///
    /// # Errors
    /// Which field is wrong, and what would be right.
    pub fn check(&self, today: Day) -> Result<(), BadInput> {
        let measured = figure(&self.indicator)?;
        let period = Period::of_year(self.year, self.until)?;
        if period.until() > today {
            return Err(BadInput::new("截止日", format!("{} 还没有到", self.until)));
        }
        if self.value < 0 {
            return Err(BadInput::new("数值", "不能小于 0"));
        }
        if matches!(measured.measure, Measure::Ratio(_)) && self.value > 1_000 {
            return Err(BadInput::new("数值", "百分比不能大于 100"));
        }
        if self.source.trim().is_empty() {
            return Err(BadInput::new("来源", "不能为空，应写明数值出自哪份报告或者报表"));
        }
        if self.source.chars().count() > TEXT_MAX || self.note.chars().count() > TEXT_MAX {
            return Err(BadInput::new("来源", format!("来源和说明各不超过 {TEXT_MAX} 字")));
        }
        Ok(())
    }
}

const TEXT_MAX: usize = 200;

fn figure(id: &str) -> Result<&'static Indicator, BadInput> {
    match indicator(id) {
        Some(i) if i.kind == Kind::Claim => Err(BadInput::new("指标", format!("“{id}”是论断，只有数字可以导入"))),
        Some(i) => Ok(i),
        None => Err(BadInput::new("指标", format!("没有指标“{id}”，应写编号，例如 ticket.12345"))),
    }
}

/// What a sheet says: its good rows, and the bad ones with what is wrong.
type Read = (Vec<(usize, Total)>, Vec<(usize, BadInput)>);

fn read(bytes: &[u8], today: Day) -> Result<Read, BadInput> {
    let table = sheet::read(bytes)?;
    for column in ["年度", "指标", "数值", "截止日", "来源"] {
        if !table.columns.iter().any(|c| c == column) {
            return Err(BadInput::new("文件", format!("缺少“{column}”一列，应有年度、指标、数值、截止日、来源五列")));
        }
    }
    let (mut totals, mut problems): Read = (Vec::new(), Vec::new());
    for row in &table.rows {
        match total(row, today) {
            Ok(total) => {
                let same = |(_, t): &&(usize, Total)| {
                    (t.year, &t.indicator, t.until) == (total.year, &total.indicator, total.until)
                };
                if totals.iter().any(|t| same(&t)) {
                    let bad = BadInput::new("指标", "同一年度、同一截止日的这项指标在表里已有一行，请只留一行");
                    problems.push((row.line, bad));
                } else {
                    totals.push((row.line, total));
                }
            }
            Err(bad) => problems.push((row.line, bad)),
        }
    }
    Ok((totals, problems))
}

fn total(row: &Row, today: Day) -> Result<Total, BadInput> {
    let year = row.need(&["年度"])?.trim_end_matches('年').trim();
    let year = year.parse().map_err(|_| BadInput::new("年度", format!("“{year}”不是年份，应写成 2023")))?;
    // Title or id: people know the one, sheets carry the other.
    let said = row.need(&["指标"])?;
    let id = crate::indicators().iter().find(|i| i.title == said).map_or(said, |i| i.id.as_str());
    let indicator = figure(id)?;
    let value = value(indicator, row.need(&["数值"])?)?;
    let until = row.need(&["截止日"])?;
    let until =
        sheet::day(until).ok_or_else(|| BadInput::new("截止日", format!("“{until}”不是日期，应写成 2023-12-31")))?;
    let total = Total {
        year,
        indicator: indicator.id.clone(),
        value,
        until,
        source: row.need(&["来源"])?.to_owned(),
        note: row.get(&["说明"]).unwrap_or_default().to_owned(),
    };
    total.check(today).map(|()| total)
}

/// A number as the sheet says it, in the unit the journal keeps.
fn value(indicator: &Indicator, text: &str) -> Result<i64, BadInput> {
    let bad = |form: &str| BadInput::new("数值", format!("“{text}”不是{form}"));
    let bare = text.trim().trim_end_matches(indicator.unit.as_str()).trim().replace(['，', ','], "");
    if indicator.is_money() {
        let amount = if text.contains('元') { text.trim().to_owned() } else { format!("{bare}元") };
        return amount.parse::<Fen>().map(|fen| fen.0).map_err(|_| bad("金额，应写成以元为单位的数，例如 210000"));
    }
    if indicator.is_tenths() || matches!(indicator.measure, Measure::Ratio(_)) {
        return tenths(&bare).ok_or_else(|| bad("数，最多一位小数"));
    }
    bare.parse().map_err(|_| bad("整数"))
}

fn tenths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digit: i64 = part.parse().ok().filter(|n| (0..10).contains(n) && part.len() == 1)?;
    whole.parse::<i64>().ok().filter(|n| *n >= 0)?.checked_mul(10)?.checked_add(digit)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_body_keeps_its_shape() {
        let body = r#"{"year":2023,"indicator":"case.fines_decided","value":21000000,"until":"2023-12-31","source":"2023 年度报告"}"#;
        let total: Total = serde_json::from_str(body).unwrap();
        assert_eq!(total.value, 21_000_000);
        assert_eq!(serde_json::to_string(&total).unwrap(), body);
        let noted = body.replace("}", r#","note":"初步数"}"#);
        assert_eq!(serde_json::to_string(&serde_json::from_str::<Total>(&noted).unwrap()).unwrap(), noted);
        assert!(serde_json::from_str::<Total>(&body.replace("}", r#","more":1}"#)).is_err());
    }

    #[test]
    fn a_sheet_is_read_in_the_units_of_its_figures() {
        let csv = "年度,指标,数值,截止日,来源\n\
                   2023,case.fines_decided,210000,2023-12-31,报告\n\
                   2023,training.hours,58.5,2023-12-31,报告\n\
                   2023,dispute.head_appearance_rate,100%,2023-12-31,报告\n\
                   2023,ticket.12345,\"2,010件\",2023-12-31,报告\n\
                   2023,征集人民建议,96,2023-12-31,报告\n";
        let (totals, problems) = read(csv.as_bytes(), date(2024, 1, 2)).unwrap();
        let found: Vec<_> = totals.iter().map(|(_, t)| (t.indicator.as_str(), t.value)).collect();
        let wanted = [
            ("case.fines_decided", 21_000_000),
            ("training.hours", 585),
            ("dispute.head_appearance_rate", 1000),
            ("ticket.12345", 2010),
            ("suggestion.total", 96),
        ];
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(found, wanted);
    }

    #[test]
    fn every_bad_cell_is_named_with_its_row() {
        let csv = "年度,指标,数值,截止日,来源\n\
                   二三,ticket.12345,1,2023-12-31,报告\n\
                   2023,no.such,1,2023-12-31,报告\n\
                   2023,claim.duty_answered,1,2023-12-31,报告\n\
                   2023,ticket.12345,多,2023-12-31,报告\n\
                   2023,ticket.12345,1,2022-12-31,报告\n\
                   2023,ticket.12345,1,年底,报告\n\
                   2023,ticket.12345,1,2023-12-31,\n\
                   2024,ticket.12345,1,2024-12-31,报告\n\
                   2023,ticket.12345,1,2023-12-31,报告\n\
                   2023,ticket.12345,2,2023-12-31,报告\n";
        let (totals, problems) = read(csv.as_bytes(), date(2024, 1, 2)).unwrap();
        let named: Vec<_> = problems.iter().map(|(line, bad)| (*line, bad.field.as_str())).collect();
        assert_eq!(
            named,
            [
                (2, "年度"),
                (3, "指标"),
                (4, "指标"),
                (5, "数值"),
                (6, "截止日期"),
                (7, "截止日"),
                (8, "来源"),
                (9, "截止日"),
                (11, "指标")
            ]
        );
        assert_eq!(totals.len(), 1);
        assert!(read("年度,指标\n2023,x\n".as_bytes(), date(2024, 1, 2)).is_err());
    }
}
