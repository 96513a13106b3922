//! Issued documents and the series their numbers come from.

use ledger::{Entry, Fault, Tx};
use office::number::Number;

use crate::body::Body;

pub(super) fn rows(tx: &mut Tx<'_>, entry: &Entry, body: &Body) -> Result<(), Fault> {
    let Some(issued) = &body.issued else { return Ok(()) };
    let number = Number {
        organ: body.recorded.organ.0.clone(),
        word: issued.word.clone(),
        year: issued.year,
        serial: issued.serial,
        text: issued.number.clone(),
    };
    office::number::settle(tx, &number)?;
    let bureau = tx.bureau().to_owned();
    tx.execute(
        "INSERT INTO issued (bureau, code, case_id, act, kind, number, organ, day, position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            bureau.as_str().into(),
            (&issued.code).into(),
            body.case.into(),
            i64::from(body.recorded.no.0).into(),
            (&issued.kind).into(),
            (&issued.number).into(),
            (&body.recorded.organ.0).into(),
            (&body.recorded.happened.to_string()).into(),
            entry.position.into(),
        ],
    )?;
    Ok(())
}
