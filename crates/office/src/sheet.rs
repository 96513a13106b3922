//! Tables of others and for others, XLSX or CSV: read with the row number kept for every complaint about it, and written.

mod unpacked;
mod write;

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use crate::BadInput;

pub use write::{Cell, EXPORT_MAX, Table, xlsx};

/// The largest table taken at once, rows.
pub const ROWS_MAX: usize = 200_000;

/// A table: its columns and its rows.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Column names of the first row, trimmed.
    pub columns: Vec<String>,
    /// The rows below it, without the empty ones.
    pub rows: Vec<Row>,
}

/// One row, with the number a spreadsheet shows for it.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// 2 for the first row below the heading.
    pub line: usize,
    /// Cells by column name; empty cells are absent.
    pub cells: BTreeMap<String, String>,
}

impl Row {
    /// The cell under the first of these names that the table has; two names because different senders title the same
    /// column differently.
    pub fn get(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.cells.get(*name)).map(String::as_str)
    }

    /// Such a cell, or a complaint that names the column.
    ///
    /// # Errors
    /// The cell is empty or its column is missing.
    pub fn need(&self, names: &[&str]) -> Result<&str, BadInput> {
        self.get(names).ok_or_else(|| BadInput::new(names[0], "不能为空"))
    }
}

/// Reads a table from the bytes of a file; the first sheet of an XLSX file counts.
///
/// # Errors
/// It is neither, or larger than [`ROWS_MAX`].
pub fn read(bytes: &[u8]) -> Result<Sheet, BadInput> {
    let grid = if bytes.starts_with(b"PK") {
        unpacked::check(bytes)?;
        workbook(bytes, None)?
    } else {
        csv(bytes)?
    };
    table(grid)
}

/// Reads one sheet of an XLSX file by its name; none where the file has no sheet of that name.
///
/// # Errors
/// It is no XLSX file, or the sheet is larger than [`ROWS_MAX`].
pub fn read_sheet(bytes: &[u8], name: &str) -> Result<Option<Sheet>, BadInput> {
    unpacked::check(bytes)?;
    let grid = workbook(bytes, Some(name))?;
    if grid.is_empty() { Ok(None) } else { table(grid).map(Some) }
}

fn table(grid: Vec<Vec<String>>) -> Result<Sheet, BadInput> {
    let mut lines = grid.into_iter().enumerate().filter(|(_, cells)| cells.iter().any(|c| !c.is_empty()));
    let (_, columns) = lines.next().ok_or_else(|| BadInput::new("文件", "没有标题行，也没有数据"))?;
    let rows: Vec<Row> = lines
        .map(|(number, cells)| Row {
            line: number + 1,
            cells: columns
                .iter()
                .cloned()
                .zip(cells)
                .filter(|(name, cell)| !name.is_empty() && !cell.is_empty())
                .collect(),
        })
        .collect();
    if rows.len() > ROWS_MAX {
        return Err(BadInput::new("文件", format!("{} 行，超过一次可导入的 {ROWS_MAX} 行，请分成几份", rows.len())));
    }
    Ok(Sheet { columns, rows })
}

/// The cells of the sheet of this name, or of the first one; nothing where none has the name.
fn workbook(bytes: &[u8], name: Option<&str>) -> Result<Vec<Vec<String>>, BadInput> {
    let unreadable = |e: &dyn std::fmt::Display| BadInput::new("文件", format!("不是可读取的 XLSX 表格（{e}）"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| unreadable(&e))?;
    let at = match name {
        None => 0,
        Some(name) => match book.sheet_names().iter().position(|sheet| sheet == name) {
            Some(at) => at,
            None => return Ok(Vec::new()),
        },
    };
    let range = book
        .worksheet_range_at(at)
        .ok_or_else(|| BadInput::new("文件", "里面没有工作表"))?
        .map_err(|e| unreadable(&e))?;
    let skipped = range.start().map_or(0, |(row, _)| row as usize);
    let mut grid = vec![Vec::new(); skipped];
    grid.extend(range.rows().map(|row| row.iter().map(cell).collect()));
    Ok(grid)
}

fn cell(data: &Data) -> String {
    match data {
        // A time of day alone is a part of a day; the day a spreadsheet counts from is nobody's.
        Data::DateTime(at) if (0.0..1.0).contains(&at.as_f64()) => {
            let (_, _, _, hour, minute, second, _) = at.to_ymd_hms_milli();
            if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") }
        }
        Data::DateTime(at) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
            }
        }
        // A telephone number typed as a number arrives as 13812345678.0.
        Data::Float(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n:.0}"),
        other => other.to_string().trim().to_owned(),
    }
}

/// Comma-separated values, UTF-8 with or without a mark. A row stands at the line where it begins; lines are kept empty
/// where a quoted cell runs over several, so that numbers stay true.
fn csv(bytes: &[u8]) -> Result<Vec<Vec<String>>, BadInput> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        BadInput::new("文件", format!("第 {} 个字节不是 UTF-8，请另存为 XLSX 或 UTF-8 编码的 CSV", e.valid_up_to() + 1))
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut grid: Vec<Vec<String>> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| BadInput::new("文件", format!("不是可读取的 CSV 表格（{e}）")))?;
        // The reader's position lies before the empty lines it skips; the record begins behind them.
        let skipped = |at: u64| {
            text.bytes().skip(at as usize).take_while(|b| matches!(b, b'\r' | b'\n')).filter(|b| *b == b'\n').count()
        };
        let line = record.position().map_or(grid.len(), |p| p.line() as usize - 1 + skipped(p.byte()));
        grid.resize(line.max(grid.len()), Vec::new());
        grid.push(record.iter().map(str::to_owned).collect());
    }
    Ok(grid)
}

/// A day written as people and systems write it: `2024-03-05`, `2024/3/5`, `2024年3月5日`, with or without a time.
pub fn day(text: &str) -> Option<jiff::civil::Date> {
    let numbers = numbers(text);
    let [year, month, day, ..] = numbers.as_slice() else { return None };
    jiff::civil::Date::new(i16::try_from(*year).ok()?, i8::try_from(*month).ok()?, i8::try_from(*day).ok()?).ok()
}

/// A day and a time of day; midnight when no time is written.
pub fn moment(text: &str) -> Option<jiff::civil::DateTime> {
    let date = day(text)?;
    let part = |n: usize| numbers(text).get(n).copied().unwrap_or(0);
    let small = |n: i64| i8::try_from(n).ok();
    Some(date.to_datetime(jiff::civil::Time::new(small(part(3))?, small(part(4))?, small(part(5))?, 0).ok()?))
}

fn numbers(text: &str) -> Vec<i64> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|s| !s.is_empty()).filter_map(|s| s.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use calamine::{ExcelDateTime, ExcelDateTimeType};

    use super::*;

    #[test]
    fn a_row_keeps_the_number_the_spreadsheet_shows() {
        let sheet = read("编号,内容\n\nA1,\"占道,\"\"堆物\"\"\"\r\n,\nA2,x".as_bytes()).unwrap();
        assert_eq!(sheet.columns, ["编号", "内容"]);
        assert_eq!(sheet.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [3, 5]);
        assert_eq!(sheet.rows[0].get(&["描述", "内容"]), Some("占道,\"堆物\""));
        assert!(sheet.rows[1].need(&["地址"]).unwrap_err().to_string().contains("地址"));
    }

    #[test]
    fn bytes_that_are_no_table_are_refused_in_words() {
        let wrong = read(&[0xff, 0xfe, 0x00]).unwrap_err();
        assert!(wrong.text.contains("UTF-8"), "{wrong}");
        assert!(read(b"PK\x03\x04 not a zip").unwrap_err().text.contains("XLSX"));
        assert!(read(b"").is_err());
    }

    #[test]
    fn a_time_typed_in_a_spreadsheet_is_a_time_of_day() {
        let typed = |value: f64| cell(&Data::DateTime(ExcelDateTime::new(value, ExcelDateTimeType::DateTime, false)));
        assert_eq!(typed(8.5 / 24.0), "08:30");
        assert_eq!(typed(0.0), "00:00");
        assert_eq!(typed(45_356.0), "2024-03-05");
        assert_eq!(typed(45_356.75), "2024-03-05 18:00:00");
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let expected = jiff::civil::date(2024, 3, 5);
        for text in ["2024-03-05", "2024/3/5", "2024年3月5日", "2024-03-05 08:09:10"] {
            assert_eq!(day(text), Some(expected), "{text}");
        }
        assert_eq!(day("2024-13-05"), None);
        assert_eq!(day("昨天"), None);
        assert_eq!(moment("2024-03-05 08:09").map(|t| t.to_string()), Some("2024-03-05T08:09:00".into()));
    }
}
