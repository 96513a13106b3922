//! A figure's whole list as a table to take away: XLSX and CSV.

use std::fmt;

use ledger::{Fault, Tx};
use office::sheet::{self, Table};

use crate::{Cell, Figure, Indicator, LIMIT_MAX, Period, Record, figure, indicator, list};

/// The longest list that is exported, records. A longer one is refused, never cut: a table that looks complete has to be.
pub const EXPORT_MAX: usize = 50_000;

/// Why no table was made.
#[derive(Debug)]
pub enum Export {
    /// No indicator has this id.
    Unknown,
    /// More than [`EXPORT_MAX`] records.
    TooLong,
    /// The database failed, or the table could not be written.
    Fault(Fault),
}

impl fmt::Display for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Export::Unknown => f.write_str("没有这项指标，请从年度报告页面打开清单后再导出。"),
            Export::TooLong => write!(f, "清单超过 {EXPORT_MAX} 条，没有导出。请缩短起止日期，分段导出。"),
            Export::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for Export {}

impl From<Fault> for Export {
    fn from(fault: Fault) -> Export {
        Export::Fault(fault)
    }
}

/// The list as an XLSX workbook: the records on the first sheet, what is counted and how on the second. The same bytes for the same list.
///
/// # Errors
/// See [`Export`].
pub fn xlsx(tx: &mut Tx<'_>, id: &str, period: &Period) -> Result<Vec<u8>, Export> {
    let (indicator, records) = whole(tx, id, period)?;
    let figure = figure(tx, id, period)?;
    let basis = basis(indicator, period, figure.as_ref(), records.len(), tx.position()?);
    Ok(sheet::xlsx(&indicator.title, period.until(), &[table(indicator, records), basis])?)
}

fn table(indicator: &Indicator, records: Vec<Record>) -> Table {
    let mut table = Table::new("清单", &[]);
    table.head = indicator.columns.iter().map(title).collect();
    table.rows = records.into_iter().map(|record| record.cells.into_iter().map(written).collect()).collect();
    table
}

fn basis(indicator: &Indicator, period: &Period, figure: Option<&Figure>, records: usize, position: i64) -> Table {
    let mut table = Table::new("口径", &["指标", &indicator.title]);
    let mut line = |label: &str, text: String| table.rows.push(vec![label.into(), text.into()]);
    line("编号", indicator.id.clone());
    line("起止日期", format!("{} 至 {}", period.from(), period.until()));
    line("口径", indicator.basis.trim().to_owned());
    line("清单条数", records.to_string());
    line("流水位置", position.to_string());
    if let Some(figure) = figure {
        line("数值", figure.value.map_or_else(|| "（无）".into(), |v| format!("{v}{}", figure.unit)));
        line("报告表述", figure.worded.clone());
    }
    table
}

/// The list as comma-separated values, UTF-8 with a mark so that spreadsheets read it as such.
///
/// # Errors
/// See [`Export`].
pub fn csv(tx: &mut Tx<'_>, id: &str, period: &Period) -> Result<Vec<u8>, Export> {
    let (indicator, records) = whole(tx, id, period)?;
    Ok(table(indicator, records).csv()?)
}

fn whole(tx: &mut Tx<'_>, id: &str, period: &Period) -> Result<(&'static Indicator, Vec<Record>), Export> {
    let indicator = indicator(id).ok_or(Export::Unknown)?;
    let mut records: Vec<Record> = Vec::new();
    let mut after = None;
    loop {
        let page = list(tx, id, period, after.as_deref(), LIMIT_MAX)?.ok_or(Export::Unknown)?;
        records.extend(page.records);
        if records.len() > EXPORT_MAX {
            return Err(Export::TooLong);
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok((indicator, records)),
        }
    }
}

fn title(column: &crate::Column) -> String {
    match column.kind {
        crate::ColumnKind::Money => format!("{}（元）", column.label),
        _ => column.label.clone(),
    }
}

fn written(cell: Cell) -> sheet::Cell {
    match cell {
        Cell::Empty => sheet::Cell::Empty,
        Cell::Text(text) | Cell::Day(text) => text.into(),
        Cell::Money(fen) => sheet::Cell::Money(fen),
        Cell::Number(n) | Cell::Case(n) | Cell::Ticket(n) | Cell::Record(_, n) => sheet::Cell::Number(n),
        Cell::Tenths(n) => crate::wording::tenths(n).into(),
        Cell::Flag(yes) => if yes { "是" } else { "否" }.into(),
    }
}
