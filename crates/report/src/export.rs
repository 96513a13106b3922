//! A figure's whole list as a table to take away: XLSX and CSV.

use std::fmt;

use ledger::{Fault, Tx};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

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

impl From<XlsxError> for Export {
    fn from(error: XlsxError) -> Export {
        Export::Fault(Fault::Bug(format!("XLSX: {error}")))
    }
}

/// The list as an XLSX workbook: the records on the first sheet, what is counted and how on the second. The same bytes for the same list.
///
/// # Errors
/// See [`Export`].
pub fn xlsx(tx: &mut Tx<'_>, id: &str, period: &Period) -> Result<Vec<u8>, Export> {
    let (indicator, records) = whole(tx, id, period)?;
    let figure = figure(tx, id, period)?;
    let mut book = Workbook::new();
    // The writer would otherwise put the time of writing into the file.
    let until = period.until();
    let made =
        ExcelDateTime::from_ymd(until.year().unsigned_abs(), until.month().unsigned_abs(), until.day().unsigned_abs())?;
    book.set_properties(&DocProperties::new().set_title(&indicator.title).set_creation_datetime(&made));
    let head = Format::new().set_bold();
    records_sheet(book.add_worksheet().set_name("清单")?, indicator, &records, &head)?;
    basis_sheet(
        book.add_worksheet().set_name("口径")?,
        indicator,
        period,
        figure.as_ref(),
        records.len(),
        tx.position()?,
        &head,
    )?;
    Ok(book.save_to_buffer()?)
}

fn records_sheet(
    sheet: &mut Worksheet,
    indicator: &Indicator,
    records: &[Record],
    head: &Format,
) -> Result<(), XlsxError> {
    let money = Format::new().set_num_format("#,##0.00");
    for (at, column) in (0_u16..).zip(&indicator.columns) {
        sheet.write_with_format(0, at, title(column), head)?;
        sheet.set_column_width(at, 18)?;
    }
    for (line, record) in (1_u32..).zip(records) {
        for (at, cell) in (0_u16..).zip(&record.cells) {
            match cell {
                // Fen below 2^53 are exact in a spreadsheet's numbers; yuan with two decimals read back as the same fen.
                #[expect(clippy::cast_precision_loss, reason = "a spreadsheet has only floating numbers")]
                Cell::Money(fen) => sheet.write_with_format(line, at, *fen as f64 / 100.0, &money)?,
                Cell::Number(n) | Cell::Case(n) | Cell::Ticket(n) | Cell::Record(_, n) => sheet.write(line, at, *n)?,
                #[expect(clippy::cast_precision_loss, reason = "a spreadsheet has only floating numbers")]
                Cell::Tenths(n) => sheet.write(line, at, *n as f64 / 10.0)?,
                other => sheet.write_string(line, at, words(other))?,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn basis_sheet(
    sheet: &mut Worksheet,
    indicator: &Indicator,
    period: &Period,
    figure: Option<&Figure>,
    records: usize,
    position: i64,
    head: &Format,
) -> Result<(), XlsxError> {
    let mut lines = vec![
        ("指标", indicator.title.clone()),
        ("编号", indicator.id.clone()),
        ("起止日期", format!("{} 至 {}", period.from(), period.until())),
        ("口径", indicator.basis.trim().to_owned()),
        ("清单条数", records.to_string()),
        ("账本位置", position.to_string()),
    ];
    if let Some(figure) = figure {
        let value = figure.value.map_or_else(|| "（无）".into(), |v| format!("{v}{}", figure.unit));
        lines.extend([("数值", value), ("报告表述", figure.worded.clone())]);
    }
    for (line, (label, text)) in (0_u32..).zip(lines) {
        sheet.write_with_format(line, 0, label, head)?;
        sheet.write_string(line, 1, text)?;
    }
    sheet.set_column_width(0, 12)?;
    sheet.set_column_width(1, 80)?;
    Ok(())
}

/// The list as comma-separated values, UTF-8 with a mark so that spreadsheets read it as such.
///
/// # Errors
/// See [`Export`].
pub fn csv(tx: &mut Tx<'_>, id: &str, period: &Period) -> Result<Vec<u8>, Export> {
    let (indicator, records) = whole(tx, id, period)?;
    let bug = |e: &dyn fmt::Display| Export::Fault(Fault::Bug(format!("CSV: {e}")));
    let mut out =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record(indicator.columns.iter().map(title)).map_err(|e| bug(&e))?;
    for record in &records {
        out.write_record(record.cells.iter().map(|cell| harmless(words(cell)))).map_err(|e| bug(&e))?;
    }
    out.into_inner().map_err(|e| bug(&e))
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

fn words(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Day(text) => text.clone(),
        Cell::Money(fen) => {
            let size = fen.unsigned_abs();
            format!("{}{}.{:02}", if *fen < 0 { "-" } else { "" }, size / 100, size % 100)
        }
        Cell::Number(n) | Cell::Case(n) | Cell::Ticket(n) | Cell::Record(_, n) => n.to_string(),
        Cell::Tenths(n) => crate::wording::tenths(*n),
        Cell::Flag(yes) => if *yes { "是" } else { "否" }.into(),
    }
}

/// Texts come from the public; one that begins like a formula would be run by the spreadsheet that opens the file.
fn harmless(text: String) -> String {
    let number = text.parse::<f64>().is_ok();
    if !number && text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_never_run_as_a_formula() {
        assert_eq!(harmless("=HYPERLINK(\"x\")".into()), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless("-12.50".into()), "-12.50");
        assert_eq!(harmless("@甲".into()), "'@甲");
        assert_eq!(harmless("甲=乙".into()), "甲=乙");
    }

    #[test]
    fn money_keeps_its_fen() {
        assert_eq!(words(&Cell::Money(338_300_005)), "3383000.05");
        assert_eq!(words(&Cell::Money(-5)), "-0.05");
    }
}
