//! Lists as files: bounded, telephone numbers never in them.

use ledger::{Fault, Tx};
use rust_xlsxwriter::Workbook;

use crate::read::{Filter, Row, rows};

/// The most rows one file holds; a longer list is narrowed first.
pub const ROWS_MAX: i64 = 10_000;

const HEAD: [&str; 10] = ["编号", "渠道", "类型", "收到", "内容", "地址", "承办", "状态", "期限", "案件"];

fn cells(row: &Row) -> [String; 10] {
    [
        row.order_no.clone(),
        row.channel.label().into(),
        row.kind.label().into(),
        row.received.clone(),
        row.title.clone(),
        row.address.clone(),
        row.unit_name.clone().unwrap_or_default(),
        row.state.label().into(),
        row.due.map(|d| d.to_string()).unwrap_or_default(),
        row.case.map(|c| c.to_string()).unwrap_or_default(),
    ]
}

/// The list as XLSX.
///
/// # Errors
/// The database fails.
pub fn xlsx(tx: &mut Tx<'_>, filter: &Filter) -> Result<Vec<u8>, Fault> {
    let found = rows(tx, filter, ROWS_MAX)?.rows;
    table(&HEAD, found.iter().map(cells))
}

/// The list as CSV with a byte-order mark, so that spreadsheets read it as UTF-8.
///
/// # Errors
/// The database fails.
pub fn csv(tx: &mut Tx<'_>, filter: &Filter) -> Result<Vec<u8>, Fault> {
    let wrong = |e: csv::Error| Fault::Bug(e.to_string());
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record(HEAD).map_err(wrong)?;
    for row in rows(tx, filter, ROWS_MAX)?.rows {
        // A text that begins like a formula must not run in the reader's spreadsheet.
        let safe = cells(&row).map(|c| if c.starts_with(['=', '+', '-', '@']) { format!("'{c}") } else { c });
        out.write_record(safe).map_err(wrong)?;
    }
    out.into_inner().map_err(|e| Fault::Bug(e.to_string()))
}

/// A sheet with a bold heading.
pub(crate) fn table<const N: usize>(head: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> Result<Vec<u8>, Fault> {
    let wrong = |e: rust_xlsxwriter::XlsxError| Fault::Bug(e.to_string());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let bold = rust_xlsxwriter::Format::new().set_bold();
    for (column, name) in (0..).zip(head) {
        sheet.write_string_with_format(0, column, *name, &bold).map_err(wrong)?;
    }
    for (line, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(line, column, cell).map_err(wrong)?;
        }
    }
    book.save_to_buffer().map_err(wrong)
}
