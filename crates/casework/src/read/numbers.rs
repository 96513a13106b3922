//! The numbers of documents: every series of an organ, word and year, and whether a number is missing in it.

use ledger::{Fault, Tx, Value};

/// Series shown at most; an organ opens some thirty a year.
const SERIES: i64 = 500;

/// The numbers of one organ, word and year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The organ.
    pub organ: String,
    /// The word, `罚`.
    pub word: String,
    /// The year.
    pub year: i64,
    /// Documents that have a number of it.
    pub count: i64,
    /// The number the series stands at.
    pub last: i64,
    /// Documents whose act was voided; their numbers are not used again.
    pub void: i64,
}

impl Series {
    /// How many numbers up to the last have no document; nought, unless somebody changed the journal.
    pub fn missing(&self) -> i64 {
        self.last - self.count
    }
}

/// A number and its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Running number.
    pub serial: i64,
    /// As printed.
    pub number: String,
    /// Code of the document.
    pub code: String,
    /// Its kind.
    pub kind: String,
    /// Day of issue.
    pub day: String,
    /// The case.
    pub case: i64,
    /// The unit that handles the case.
    pub unit: String,
    /// Its act was voided.
    pub void: bool,
    /// Its stamped original is on file.
    pub stamped: bool,
}

/// The series of an organ, or of all, the newest year first.
///
/// # Errors
/// The database fails.
pub fn series(tx: &mut Tx<'_>, organ: Option<&str>) -> Result<Vec<Series>, Fault> {
    let bureau = tx.bureau().to_owned();
    let narrowed = if organ.is_some() { "AND n.organ = $3" } else { "" };
    // The series stands where its counter says; what has a document is counted beside it.
    let sql = format!(
        "SELECT n.organ, n.word, n.year, n.serial, \
         (SELECT COUNT(*) FROM issued i WHERE i.bureau = n.bureau AND i.organ = n.organ AND i.word = n.word AND i.year = n.year), \
         (SELECT COUNT(*) FROM issued i WHERE i.bureau = n.bureau AND i.organ = n.organ AND i.word = n.word AND i.year = n.year AND i.void = 1) \
         FROM numbers n WHERE n.bureau = $1 {narrowed} ORDER BY n.year DESC, n.organ, n.word LIMIT $2"
    );
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into(), SERIES.into()];
    args.extend(organ.map(Value::from));
    tx.rows(&sql, &args, |row| {
        Ok(Series {
            organ: row.text(0),
            word: row.text(1),
            year: row.int(2),
            last: row.int(3),
            count: row.int(4),
            void: row.int(5),
        })
    })
}

/// The numbers of a series below `before`, the highest first, at most `limit`.
///
/// # Errors
/// The database fails.
pub fn numbers(
    tx: &mut Tx<'_>,
    organ: &str,
    word: &str,
    year: i64,
    before: i64,
    limit: u32,
) -> Result<Vec<Number>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.rows(
        "SELECT i.serial, i.number, i.code, i.kind, i.day, i.case_id, COALESCE(c.unit, ''), i.void, \
         CASE WHEN EXISTS (SELECT 1 FROM scans s WHERE s.bureau = i.bureau AND s.code = i.code AND s.dropped IS NULL) THEN 1 ELSE 0 END \
         FROM issued i LEFT JOIN cases c ON c.bureau = i.bureau AND c.id = i.case_id \
         WHERE i.bureau = $1 AND i.organ = $2 AND i.word = $3 AND i.year = $4 AND i.serial < $5 ORDER BY i.serial DESC LIMIT $6",
        &[bureau.as_str().into(), organ.into(), word.into(), year.into(), before.into(), i64::from(limit).into()],
        |row| {
            Ok(Number {
                serial: row.int(0),
                number: row.text(1),
                code: row.text(2),
                kind: row.text(3),
                day: row.text(4),
                case: row.int(5),
                unit: row.text(6),
                void: row.int(7) == 1,
                stamped: row.int(8) == 1,
            })
        },
    )
}
