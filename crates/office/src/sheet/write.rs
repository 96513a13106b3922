//! Writing a table for somebody to take away: XLSX and CSV from one value, so that both say the same.

use jiff::civil::Date;
use ledger::Fault;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// The most records one file of a list holds; [`Table::cut`] says so in its last line.
pub const EXPORT_MAX: i64 = 10_000;

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text; never read as a formula.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Fen, written in yuan.
    Money(i64),
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::from(text.to_owned())
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(some: Option<T>) -> Cell {
        some.map_or(Cell::Empty, Into::into)
    }
}

impl Cell {
    fn words(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Number(n) => n.to_string(),
            Cell::Money(fen) => {
                let size = fen.unsigned_abs();
                format!("{}{}.{:02}", if *fen < 0 { "-" } else { "" }, size / 100, size % 100)
            }
        }
    }
}

/// A table: its heading and its rows.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Name of the sheet, without the characters a sheet's name may not have.
    pub name: String,
    /// Names of the columns; amounts say 元.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    pub fn new(name: &str, head: &[&str]) -> Table {
        Table { name: name.into(), head: head.iter().map(|name| (*name).to_owned()).collect(), rows: Vec::new() }
    }

    /// Says in a last line that the list goes on: a table that looks complete has to be.
    pub fn cut(&mut self) {
        self.rows.push(vec![Cell::Text(format!("（只列出前 {EXPORT_MAX} 条，请缩小筛选范围后另行导出其余部分）"))]);
    }

    /// Comma-separated values, UTF-8 with a mark so that spreadsheets read it as such.
    ///
    /// # Errors
    /// The table could not be written.
    pub fn csv(&self) -> Result<Vec<u8>, Fault> {
        let bug = |e: &dyn std::fmt::Display| Fault::Bug(format!("CSV: {e}"));
        let mut out = csv::WriterBuilder::new()
            .flexible(true)
            .terminator(csv::Terminator::CRLF)
            .from_writer("\u{feff}".as_bytes().to_vec());
        out.write_record(&self.head).map_err(|e| bug(&e))?;
        for row in &self.rows {
            out.write_record(row.iter().map(harmless)).map_err(|e| bug(&e))?;
        }
        out.into_inner().map_err(|e| bug(&e))
    }
}

/// A workbook of these tables, each a sheet. `made` is said to be its day of making: the same tables give the same bytes.
///
/// # Errors
/// The workbook could not be written.
pub fn xlsx(title: &str, made: Date, tables: &[Table]) -> Result<Vec<u8>, Fault> {
    book(title, made, tables).map_err(|e| Fault::Bug(format!("XLSX: {e}")))
}

fn book(title: &str, made: Date, tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The writer would otherwise put the time of writing into the file.
    let made =
        ExcelDateTime::from_ymd(made.year().unsigned_abs(), made.month().unsigned_abs(), made.day().unsigned_abs())?;
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    for table in tables {
        fill(book.add_worksheet().set_name(&table.name)?, table)?;
    }
    book.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let (bold, money) = (Format::new().set_bold(), Format::new().set_num_format("#,##0.00"));
    for (at, name) in (0_u16..).zip(&table.head) {
        sheet.write_with_format(0, at, name.as_str(), &bold)?;
        // A table of two columns is a list of remarks: the second one is read, not scanned.
        let width = if table.head.len() == 2 { [12, 80][usize::from(at)] } else { 18 };
        sheet.set_column_width(at, width)?;
    }
    for (line, row) in (1_u32..).zip(&table.rows) {
        for (at, cell) in (0_u16..).zip(row) {
            match cell {
                Cell::Empty => continue,
                // Fen below 2^53 are exact in a spreadsheet's numbers; yuan with two decimals read back as the same fen.
                #[expect(clippy::cast_precision_loss, reason = "a spreadsheet has only floating numbers")]
                Cell::Money(fen) => sheet.write_with_format(line, at, *fen as f64 / 100.0, &money)?,
                Cell::Number(n) => sheet.write(line, at, *n)?,
                Cell::Text(text) => sheet.write_string(line, at, text)?,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// Texts come from the public; one that begins like a formula would be run by the spreadsheet that opens the file.
fn harmless(cell: &Cell) -> String {
    let words = cell.words();
    let text = matches!(cell, Cell::Text(_)) && words.parse::<f64>().is_err();
    if text && words.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{words}") } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::read;

    #[test]
    fn a_text_is_never_run_as_a_formula() {
        let text = |text: &str| harmless(&Cell::Text(text.into()));
        assert_eq!(text("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(text("-12.50"), "-12.50");
        assert_eq!(text("@甲"), "'@甲");
        assert_eq!(text("甲=乙"), "甲=乙");
        assert_eq!(harmless(&Cell::Money(-5)), "-0.05");
    }

    #[test]
    fn money_keeps_its_fen() {
        assert_eq!(Cell::Money(338_300_005).words(), "3383000.05");
        assert_eq!(Cell::Money(-5).words(), "-0.05");
    }

    #[test]
    fn both_forms_read_back_as_the_same_table() {
        let mut table = Table::new("清单", &["编号", "金额（元）", "说明"]);
        table.rows.push(vec![Cell::Number(7), Cell::Money(12_345), Cell::from("甲,\"乙\"\n丙")]);
        table.rows.push(vec![Cell::Number(8), Cell::Empty, Cell::from("")]);
        table.cut();
        let made = jiff::civil::date(2024, 11, 21);
        let book = xlsx("清单", made, std::slice::from_ref(&table)).unwrap();
        assert_eq!(book, xlsx("清单", made, std::slice::from_ref(&table)).unwrap(), "the same bytes");
        for (bytes, amount) in [(book, "123.45"), (table.csv().unwrap(), "123.45")] {
            let sheet = read(&bytes).unwrap();
            assert_eq!(sheet.columns, table.head);
            assert_eq!(sheet.rows.len(), 3);
            assert_eq!(sheet.rows[0].get(&["金额（元）"]), Some(amount));
            assert_eq!(sheet.rows[0].get(&["说明"]), Some("甲,\"乙\"\n丙"));
            assert_eq!(sheet.rows[1].get(&["说明"]), None);
            assert!(sheet.rows[2].get(&["编号"]).unwrap().contains("10000"), "the last line says that it is cut");
        }
    }
}
