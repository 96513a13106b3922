//! Issued documents and the series their numbers come from.

use law::case::Recorded;
use ledger::{Fault, Tx};
use office::number::Number;

use crate::body::Kept;

pub(super) fn rows(tx: &mut Tx<'_>, kept: &Kept, case: i64, newest: &Recorded) -> Result<(), Fault> {
    let Some(issued) = &kept.issued else { return Ok(()) };
    // A paper without a number of its own moves no series on.
    if !issued.word.is_empty() {
        let number = Number {
            organ: newest.organ.0.clone(),
            word: issued.word.clone(),
            year: issued.year,
            serial: issued.serial,
            text: issued.number.clone(),
        };
        office::number::settle(tx, &number)?;
    }
    let bureau = tx.bureau().to_owned();
    tx.later(
        "INSERT INTO issued (bureau, code, case_id, act, kind, number, organ, day, position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            bureau.as_str().into(),
            (&issued.code).into(),
            case.into(),
            i64::from(newest.no.0).into(),
            (&issued.kind).into(),
            (&issued.number).into(),
            (&newest.organ.0).into(),
            (&newest.happened.to_string()).into(),
            kept.position.into(),
        ],
    )?;
    Ok(())
}
