//! Lists as files: bounded, names and telephone numbers masked.

use ledger::{Fault, Tx};
use rust_xlsxwriter::Workbook;

use crate::read::{Filter, Row, masked_callers, rows};
use crate::write::Caller;

/// The most rows one file holds; the file of a longer list says in its last line that it goes on.
pub const ROWS_MAX: i64 = 10_000;

const COLUMNS: usize = 13;
const HEAD: [&str; COLUMNS] =
    ["编号", "渠道", "类型", "办理类别", "收到", "内容", "地址", "联系人", "联系电话", "承办", "状态", "期限", "案件"];

/// The lines of a file.
fn lines(tx: &mut Tx<'_>, filter: &Filter) -> Result<Vec<[String; COLUMNS]>, Fault> {
    let page = rows(tx, filter, ROWS_MAX)?;
    let ids: Vec<i64> = page.rows.iter().map(|row| row.id).collect();
    let mut callers = masked_callers(tx, &ids)?;
    let mut lines: Vec<_> =
        page.rows.iter().map(|row| cells(row, callers.remove(&row.id).unwrap_or_default())).collect();
    if page.next.is_some() {
        // A table that looks complete has to be.
        let mut more: [String; COLUMNS] = Default::default();
        more[0] = format!("（只列出前 {ROWS_MAX} 件，请缩小筛选范围后另行导出其余部分）");
        lines.push(more);
    }
    Ok(lines)
}

fn cells(row: &Row, caller: Caller) -> [String; COLUMNS] {
    [
        row.order_no.clone(),
        row.channel.label().into(),
        row.kind.label().into(),
        row.track.map_or("普通", crate::Track::label).into(),
        row.received.clone(),
        row.title.clone(),
        row.address.clone(),
        caller.name.unwrap_or_default(),
        caller.phone.unwrap_or_default(),
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
    let lines = lines(tx, filter)?;
    table(&HEAD, lines.into_iter())
}

/// The list as CSV with a byte-order mark, so that spreadsheets read it as UTF-8.
///
/// # Errors
/// The database fails.
pub fn csv(tx: &mut Tx<'_>, filter: &Filter) -> Result<Vec<u8>, Fault> {
    let wrong = |e: csv::Error| Fault::Bug(e.to_string());
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record(HEAD).map_err(wrong)?;
    for line in lines(tx, filter)? {
        // A text that begins like a formula must not run in the reader's spreadsheet.
        let safe = line.map(|c| if c.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{c}") } else { c });
        out.write_record(safe).map_err(wrong)?;
    }
    out.into_inner().map_err(|e| Fault::Bug(e.to_string()))
}

/// A sheet with a bold heading.
pub(crate) fn table<const N: usize>(
    head: &[&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Result<Vec<u8>, Fault> {
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
