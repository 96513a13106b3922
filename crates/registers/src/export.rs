//! Registers as sheets: what is taken away can be edited and brought back.
//!
//! A record stands in one row; its lines follow side by side, one kind beside the other, in as many rows as the longest kind needs. Only the
//! first of these rows carries the record's own cells, all of them its number.

use std::collections::BTreeMap;

use jiff::civil::Date;
use ledger::{Fault, Tx};
use office::sheet::{self, Cell, EXPORT_MAX, Table};

use crate::descriptor::{Descriptor, Set, Type};
use crate::names::Names;
use crate::read::{Filter, PAGE, list, states};
use crate::stream;

/// The column that holds the number of a record.
pub(crate) const NUMBER: &str = "编号";
/// The column that holds the version of a record when it was taken away.
pub(crate) const VERSION: &str = "版本";

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
    [NUMBER, VERSION].map(str::to_owned).into_iter().chain(own).chain(lines).collect()
}

/// The records of this filter, at most [`EXPORT_MAX`] and then a line that says so.
///
/// # Errors
/// The database fails.
pub fn table(tx: &mut Tx<'_>, set: &'static Set, d: &Descriptor, filter: &Filter) -> Result<Table, Fault> {
    let mut names = Names::read(tx, set)?;
    let mut filter = Filter { after: None, ..filter.clone() };
    let mut table = empty(d);
    let mut taken = 0;
    loop {
        let page = list(tx, d, &filter, PAGE * 10)?;
        let ids: Vec<i64> = page.rows.iter().map(|r| r.id).collect();
        let streams: Vec<String> = ids.iter().map(|id| stream(&d.name, *id)).collect();
        let versions: BTreeMap<i64, i64> = ids.iter().copied().zip(tx.versions(&streams)?).collect();
        for (id, state) in states(tx, d, &ids)? {
            let height = d.lines.iter().map(|l| state.lines.get(&l.key).map_or(0, Vec::len)).max().unwrap_or(0).max(1);
            for at in 0..height {
                let version = versions.get(&id).filter(|_| at == 0);
                let mut cells = vec![Cell::Number(id), version.map_or(Cell::Empty, |v| Cell::Number(*v))];
                for field in d.fields.iter().filter(|f| f.ty != Type::Blobs) {
                    let value = state.fields.get(&field.key).filter(|_| at == 0);
                    cells.push(names.text(tx, field, value)?.into());
                }
                for lines in &d.lines {
                    let row = state.lines.get(&lines.key).and_then(|rows| rows.get(at));
                    for field in lines.fields.iter().filter(|f| f.ty != Type::Blobs) {
                        cells.push(names.text(tx, field, row.and_then(|row| row.get(&field.key)))?.into());
                    }
                }
                table.rows.push(cells);
            }
            taken += 1;
        }
        match page.next {
            Some(_) if taken >= EXPORT_MAX => {
                table.cut();
                return Ok(table);
            }
            Some(next) => filter.after = Some(next),
            None => return Ok(table),
        }
    }
}

fn empty(d: &Descriptor) -> Table {
    let mut table = Table::new(&d.title, &[]);
    table.head = headings(d);
    table
}

/// The list as XLSX, said to be made on this day.
///
/// # Errors
/// The database fails, or the table cannot be written.
pub fn xlsx(tx: &mut Tx<'_>, set: &'static Set, d: &Descriptor, filter: &Filter, made: Date) -> Result<Vec<u8>, Fault> {
    sheet::xlsx(&d.title, made, &[table(tx, set, d, filter)?])
}

/// An empty sheet to fill in.
///
/// # Errors
/// The table cannot be written.
pub fn template(d: &Descriptor, made: Date) -> Result<Vec<u8>, Fault> {
    sheet::xlsx(&d.title, made, &[empty(d)])
}

/// The list as CSV with a byte-order mark, so that spreadsheets read it as UTF-8.
///
/// # Errors
/// The database fails, or the table cannot be written.
pub fn csv(tx: &mut Tx<'_>, set: &'static Set, d: &Descriptor, filter: &Filter) -> Result<Vec<u8>, Fault> {
    table(tx, set, d, filter)?.csv()
}
