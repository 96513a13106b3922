//! Document numbers: `沪青城管罚字〔2024〕第12号`.
//!
//! The sequence is gap-free per organ, word and year, never reused, and allocated in the transaction of the act that
//! issues the document: a refused act leaves no gap. Only the on-spot form's number is fixed by law (行政处罚法 52).

use ledger::{Fault, Tx};

use crate::directory::Directory;

/// An allocated number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// The organ whose series it is.
    pub organ: String,
    /// The word, `罚`.
    pub word: String,
    /// The year.
    pub year: i16,
    /// Running number, from 1.
    pub serial: i64,
    /// As printed.
    pub text: String,
}

/// Takes the next number of the series of this organ, document kind and year.
///
/// The table `numbers` is a projection of the acts that carry numbers; the caller records the number with its act in
/// the same transaction.
///
/// # Errors
/// The database fails.
pub fn next(
    tx: &mut Tx<'_>,
    directory: &Directory,
    organ: &str,
    document: &str,
    default_word: &str,
    year: i16,
) -> Result<Number, Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let word = directory.word(organ, document).unwrap_or(default_word).to_owned();
    let short = directory.organ(organ).map(|organ| organ.short.as_str()).unwrap_or_default();
    let last = tx
        .row(
            "SELECT serial FROM numbers WHERE bureau = $1 AND organ = $2 AND word = $3 AND year = $4",
            &[b.into(), organ.into(), (&word).into(), i64::from(year).into()],
            |row| Ok(row.int(0)),
        )?
        .unwrap_or(0);
    let serial = last + 1;
    let text = format!("{short}{word}字〔{year}〕第{serial}号");
    Ok(Number { organ: organ.into(), word, year, serial, text })
}

/// Moves the series on; called by the projection of the act that carries the number.
///
/// # Errors
/// The database fails.
pub fn settle(tx: &mut Tx<'_>, number: &Number) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    tx.later(
        "INSERT INTO numbers (bureau, organ, word, year, serial) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (bureau, organ, word, year) DO UPDATE SET serial = $5",
        &[
            bureau.as_str().into(),
            (&number.organ).into(),
            (&number.word).into(),
            i64::from(number.year).into(),
            number.serial.into(),
        ],
    )?;
    Ok(())
}
