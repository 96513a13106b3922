//! One row of an answer, whichever database gave it.

use std::cell::RefCell;

use tokio_postgres::types::{FromSql, Type};

use crate::value::Owned;

/// One row of an answer; columns count from 0.
///
/// A column that does not hold what is asked for reads as 0 or the empty text and makes the whole statement fail with
/// [`Fault::Bug`](crate::Fault::Bug) once its closure returns: no value misread is ever used.
pub struct Row<'r> {
    cells: Cells<'r>,
    misread: RefCell<Option<String>>,
}

enum Cells<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl<'r> Row<'r> {
    pub(crate) fn sqlite(row: &'r rusqlite::Row<'r>) -> Row<'r> {
        Row { cells: Cells::Sqlite(row), misread: RefCell::new(None) }
    }

    pub(crate) fn postgres(row: &'r tokio_postgres::Row) -> Row<'r> {
        Row { cells: Cells::Postgres(row), misread: RefCell::new(None) }
    }

    /// The column as a whole number. A sum (NUMERIC on PostgreSQL), a count and a truth value are whole numbers too.
    pub fn int(&self, column: usize) -> i64 {
        self.opt_int(column).unwrap_or_else(|| self.missing(column))
    }

    /// The column as a whole number, `None` for NULL.
    pub fn opt_int(&self, column: usize) -> Option<i64> {
        match self.cell(column) {
            Owned::Int(n) => Some(n),
            Owned::Null => None,
            _ => self.wrong(column, "a whole number"),
        }
    }

    /// The column as text.
    pub fn text(&self, column: usize) -> String {
        self.opt_text(column).unwrap_or_else(|| self.missing(column))
    }

    /// The column as text, `None` for NULL.
    pub fn opt_text(&self, column: usize) -> Option<String> {
        match self.cell(column) {
            Owned::Text(text) => Some(text),
            Owned::Null => None,
            _ => self.wrong(column, "text"),
        }
    }

    /// The column as bytes.
    pub fn blob(&self, column: usize) -> Vec<u8> {
        self.opt_blob(column).unwrap_or_else(|| self.missing(column))
    }

    /// The column as bytes, `None` for NULL.
    pub fn opt_blob(&self, column: usize) -> Option<Vec<u8>> {
        match self.cell(column) {
            Owned::Blob(bytes) => Some(bytes),
            Owned::Null => None,
            _ => self.wrong(column, "bytes"),
        }
    }

    /// The column as a truth value (0 or 1).
    pub fn bool(&self, column: usize) -> bool {
        self.int(column) != 0
    }

    pub(crate) fn columns(&self) -> usize {
        match &self.cells {
            Cells::Sqlite(row) => row.as_ref().column_count(),
            Cells::Postgres(row) => row.len(),
        }
    }

    /// What was misread so far, if anything.
    pub(crate) fn misread(&self) -> Option<String> {
        self.misread.borrow().clone()
    }

    pub(crate) fn cell(&self, column: usize) -> Owned {
        match &self.cells {
            Cells::Sqlite(row) => match row.get_ref(column) {
                Ok(rusqlite::types::ValueRef::Null) => Owned::Null,
                Ok(rusqlite::types::ValueRef::Integer(n)) => Owned::Int(n),
                Ok(rusqlite::types::ValueRef::Text(bytes)) => match String::from_utf8(bytes.to_vec()) {
                    Ok(text) => Owned::Text(text),
                    Err(_) => self.wrong(column, "UTF-8").unwrap_or(Owned::Null),
                },
                Ok(rusqlite::types::ValueRef::Blob(bytes)) => Owned::Blob(bytes.to_vec()),
                Ok(rusqlite::types::ValueRef::Real(_)) => {
                    self.wrong(column, "a whole number, text or bytes").unwrap_or(Owned::Null)
                }
                Err(error) => self.wrong(column, &error.to_string()).unwrap_or(Owned::Null),
            },
            Cells::Postgres(row) => match row.try_get::<_, Any>(column) {
                Ok(any) => any.0,
                Err(error) => self.wrong(column, &error.to_string()).unwrap_or(Owned::Null),
            },
        }
    }

    fn missing<T: Default>(&self, column: usize) -> T {
        self.wrong::<T>(column, "not null").unwrap_or_default()
    }

    fn wrong<T>(&self, column: usize, wanted: &str) -> Option<T> {
        self.misread.borrow_mut().get_or_insert_with(|| format!("column {column}: wanted {wanted}"));
        None
    }
}

/// Any column of PostgreSQL that has a counterpart in SQLite.
struct Any(Owned);

impl<'a> FromSql<'a> for Any {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Any(match *kind {
            Type::INT8 => Owned::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Owned::Int(i32::from_sql(kind, raw)?.into()),
            Type::INT2 => Owned::Int(i16::from_sql(kind, raw)?.into()),
            Type::BOOL => Owned::Int(bool::from_sql(kind, raw)?.into()),
            Type::NUMERIC => Owned::Int(whole(raw).ok_or("a number with a fraction, or too large")?),
            Type::BYTEA => Owned::Blob(raw.to_vec()),
            _ => Owned::Text(String::from_sql(&Type::TEXT, raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Any(Owned::Null))
    }

    fn accepts(kind: &Type) -> bool {
        let text = [Type::TEXT, Type::VARCHAR, Type::NAME, Type::BPCHAR, Type::UNKNOWN];
        text.contains(kind)
            || [Type::INT8, Type::INT4, Type::INT2, Type::BOOL, Type::NUMERIC, Type::BYTEA].contains(kind)
    }
}

/// A NUMERIC in the binary form (count, weight, sign, scale, digits of base 10,000) as a whole number: what `SUM` over BIGINT gives.
fn whole(raw: &[u8]) -> Option<i64> {
    let words = raw.chunks_exact(2).map(|w| i16::from_be_bytes([w[0], w[1]])).collect::<Vec<_>>();
    let [_, weight, sign, _, digits @ ..] = words.as_slice() else { return None };
    let mut n: i128 = 0;
    for place in 0..=i32::from(*weight) {
        let digit = digits.get(usize::try_from(place).ok()?).copied().unwrap_or(0);
        n = n.checked_mul(10_000)?.checked_add(digit.into())?;
    }
    let fraction = digits.iter().skip(usize::try_from(i32::from(*weight) + 1).unwrap_or(0));
    if fraction.into_iter().any(|digit| *digit != 0) {
        return None;
    }
    match sign {
        0 => i64::try_from(n).ok(),
        0x4000 => i64::try_from(-n).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn a_sum_is_a_whole_number() {
        let raw = |words: &[i16]| words.iter().flat_map(|w| w.to_be_bytes()).collect::<Vec<_>>();
        assert_eq!(whole(&raw(&[0, 0, 0, 0])), Some(0));
        assert_eq!(whole(&raw(&[2, 1, 0, 0, 12, 3456])), Some(123_456));
        assert_eq!(whole(&raw(&[1, 1, 0x4000, 0, 12])), Some(-120_000));
        assert_eq!(whole(&raw(&[2, 0, 0, 1, 1, 5000])), None, "1.5");
    }
}
