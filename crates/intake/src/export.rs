//! The list of tickets to take away: bounded, and without anybody who complained.

use jiff::civil::Date;
use ledger::{Fault, Tx};
use office::sheet::{self, Cell, EXPORT_MAX, Table};

use crate::read::{Filter, Row, rows};

const HEAD: [&str; 11] = ["编号", "渠道", "类型", "办理类别", "收到", "内容", "地址", "承办", "状态", "期限", "案件"];

/// The tickets of this filter, at most [`EXPORT_MAX`] and then a line that says so. No caller is in it: who complained is looked up
/// one by one, with a reason.
///
/// # Errors
/// The database fails.
pub fn table(tx: &mut Tx<'_>, filter: &Filter) -> Result<Table, Fault> {
    let (page, more) = rows(tx, filter, EXPORT_MAX)?;
    let mut table = Table::new("诉求", &HEAD);
    table.rows = page.rows.into_iter().map(cells).collect();
    if more {
        table.cut();
    }
    Ok(table)
}

fn cells(row: Row) -> Vec<Cell> {
    vec![
        row.order_no.into(),
        row.channel.label().into(),
        row.kind.label().into(),
        row.track.map_or("普通", crate::Track::label).into(),
        row.received.into(),
        row.title.into(),
        row.address.into(),
        row.unit_name.into(),
        row.state.label().into(),
        row.due.map(|d| d.to_string()).into(),
        row.case.map_or(Cell::Empty, Cell::Number),
    ]
}

/// The list as XLSX, said to be made on this day.
///
/// # Errors
/// The database fails.
pub fn xlsx(tx: &mut Tx<'_>, filter: &Filter, made: Date) -> Result<Vec<u8>, Fault> {
    sheet::xlsx("诉求", made, &[table(tx, filter)?])
}
