//! The list of cases to take away.

use law::acts::Stage;
use law::corpus::Corpus;
use ledger::{Fault, Tx};
use office::directory::Directory;
use office::sheet::{Cell, EXPORT_MAX, Table};

use super::list::{Filter, Row, rows};

const HEAD: [&str; 17] = [
    "案号",
    "案件",
    "最新文书编号",
    "事项编号",
    "事项",
    "程序",
    "步骤",
    "地点",
    "机关",
    "承办",
    "登记",
    "立案",
    "决定",
    "结案",
    "罚款（元）",
    "下一期限",
    "瑕疵",
];

/// The cases of this filter, at most [`EXPORT_MAX`] and then a line that says so. Parties are in it only as far as the title names
/// them.
///
/// # Errors
/// The database fails.
pub fn table(tx: &mut Tx<'_>, filter: &Filter, corpus: &Corpus, directory: &Directory) -> Result<Table, Fault> {
    let (page, more) = rows(tx, filter, EXPORT_MAX)?;
    let mut table = Table::new("案件", &HEAD);
    table.rows = page.rows.into_iter().map(|row| cells(row, corpus, directory)).collect();
    if more {
        table.cut();
    }
    Ok(table)
}

fn cells(row: Row, corpus: &Corpus, directory: &Directory) -> Vec<Cell> {
    let stage = usize::try_from(row.stage).ok().and_then(|at| Stage::ALL.get(at)).map_or("", |stage| stage.label());
    let runs = row.closed.is_none() && !row.due_label.is_empty();
    vec![
        Cell::Number(row.id),
        row.title.into(),
        row.number.into(),
        row.matter.as_str().into(),
        corpus.matter(&row.matter).map(|matter| matter.name.as_str()).into(),
        if row.procedure == "simple" { "简易程序" } else { "普通程序" }.into(),
        if row.closed.is_some() { "已结案" } else { stage }.into(),
        row.place.into(),
        directory.organ(&row.organ).map_or(row.organ, |organ| organ.name.clone()).into(),
        directory.unit(&row.unit).map_or(row.unit, |unit| unit.name.clone()).into(),
        row.opened.into(),
        row.filed.into(),
        row.decided.into(),
        row.closed.into(),
        Cell::Money(row.fine),
        if runs { format!("{} {}", row.due, row.due_label).into() } else { Cell::Empty },
        Cell::Number(row.marks),
    ]
}
