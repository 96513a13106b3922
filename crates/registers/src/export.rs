//! Registers as sheets: what is taken away can be edited and brought back.
//!
//! A record stands in one row; its lines follow side by side, one kind beside the other, in as many rows as the longest kind needs. Only the
//! first of these rows carries the record's own cells, all of them its number.

use ledger::{Fault, Tx};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

use crate::descriptor::{Descriptor, Set, Type};
use crate::names::Names;
use crate::read::{Filter, PAGE, list, states};

/// The most records one file holds; the file of a longer list says in its last row that it goes on.
pub const RECORDS_MAX: i64 = 10_000;

/// The column that holds the number of a record.
pub(crate) const NUMBER: &str = "编号";

/// The heading of a column: the field, or kind of lines and field.
pub(crate) fn heading(lines: Option<&str>, label: &str) -> String {
    lines.map_or_else(|| label.to_owned(), |lines| format!("{lines}：{label}"))
}

/// Every heading, in order. Files are attached on pages and are in no sheet.
pub fn headings(d: &Descriptor) -> Vec<String> {
    let own = d.fields.iter().filter(|f| f.ty != Type::Blobs).map(|f| heading(None, &f.label));
    let lines = d
        .lines
        .iter()
        .flat_map(|l| l.fields.iter().filter(|f| f.ty != Type::Blobs).map(|f| heading(Some(&l.label), &f.label)));
    std::iter::once(NUMBER.to_owned()).chain(own).chain(lines).collect()
}

/// The rows of a file.
fn rows(tx: &mut Tx<'_>, set: &'static Set, d: &Descriptor, filter: &Filter) -> Result<Vec<Vec<String>>, Fault> {
    let mut names = Names::read(tx, set)?;
    let mut filter = filter.clone();
    filter.after = None;
    let (mut all, mut taken) = (Vec::new(), 0);
    loop {
        let page = list(tx, d, &filter, PAGE * 10)?;
        let ids: Vec<i64> = page.rows.iter().map(|r| r.id).collect();
        for (id, state) in states(tx, d, &ids)? {
            let height = d.lines.iter().map(|l| state.lines.get(&l.key).map_or(0, Vec::len)).max().unwrap_or(0).max(1);
            for at in 0..height {
                let mut cells = vec![id.to_string()];
                for field in d.fields.iter().filter(|f| f.ty != Type::Blobs) {
                    let value = state.fields.get(&field.key).filter(|_| at == 0);
                    cells.push(names.text(tx, field, value)?);
                }
                for lines in &d.lines {
                    let row = state.lines.get(&lines.key).and_then(|rows| rows.get(at));
                    for field in lines.fields.iter().filter(|f| f.ty != Type::Blobs) {
                        cells.push(names.text(tx, field, row.and_then(|row| row.get(&field.key)))?);
                    }
                }
                all.push(cells);
            }
            taken += 1;
        }
        match page.next {
            Some(_) if taken >= RECORDS_MAX => {
                // A table that looks complete has to be.
                all.push(vec![format!("（只列出前 {taken} 条，请缩小日期范围后另行导出其余部分）")]);
                return Ok(all);
            }
            Some(next) => filter.after = Some(next),
            None => return Ok(all),
        }
    }
}

/// The list as XLSX.
///
/// # Errors
/// The database fails, or the table cannot be written.
pub fn xlsx(tx: &mut Tx<'_>, set: &'static Set, d: &Descriptor, filter: &Filter) -> Result<Vec<u8>, Fault> {
    let rows = rows(tx, set, d, filter)?;
    sheet(d, rows)
}

/// An empty sheet to fill in.
///
/// # Errors
/// The table cannot be written.
pub fn template(d: &Descriptor) -> Result<Vec<u8>, Fault> {
    sheet(d, Vec::new())
}

fn sheet(d: &Descriptor, rows: Vec<Vec<String>>) -> Result<Vec<u8>, Fault> {
    let wrong = |e: rust_xlsxwriter::XlsxError| Fault::Bug(format!("XLSX: {e}"));
    let mut book = Workbook::new();
    // The writer would otherwise put the time of writing into the file.
    let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(wrong)?;
    book.set_properties(&DocProperties::new().set_title(&d.title).set_creation_datetime(&made));
    let sheet = book.add_worksheet();
    let bold = Format::new().set_bold();
    for (column, name) in (0..).zip(headings(d)) {
        sheet.write_string_with_format(0, column, name, &bold).map_err(wrong)?;
        sheet.set_column_width(column, 16).map_err(wrong)?;
    }
    for (line, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(line, column, cell).map_err(wrong)?;
        }
    }
    sheet.set_freeze_panes(1, 1).map_err(wrong)?;
    book.save_to_buffer().map_err(wrong)
}

/// The list as CSV with a byte-order mark, so that spreadsheets read it as UTF-8.
///
/// # Errors
/// The database fails, or the table cannot be written.
pub fn csv(tx: &mut Tx<'_>, set: &'static Set, d: &Descriptor, filter: &Filter) -> Result<Vec<u8>, Fault> {
    let wrong = |e: csv::Error| Fault::Bug(format!("CSV: {e}"));
    let heads = headings(d);
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record(&heads).map_err(wrong)?;
    for mut cells in rows(tx, set, d, filter)? {
        cells.resize(heads.len(), String::new());
        // A text that begins like a formula must not run in the reader's spreadsheet.
        let safe = cells
            .into_iter()
            .map(|c| if c.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{c}") } else { c });
        out.write_record(safe).map_err(wrong)?;
    }
    out.into_inner().map_err(|e| Fault::Bug(format!("CSV: {e}")))
}
