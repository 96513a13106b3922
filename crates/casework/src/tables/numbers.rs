//! Issued documents and the series their numbers come from.

use law::acts::Act;
use law::case::Recorded;
use ledger::{Fault, Tx};
use office::number::Number;

use crate::body::{Kept, Log};

pub(super) fn rows(tx: &mut Tx<'_>, log: &Log, kept: &Kept, newest: &Recorded) -> Result<(), Fault> {
    if matches!(newest.act, Act::Voided(_)) {
        voids(tx, log)?;
    }
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
        "INSERT INTO issued (bureau, code, case_id, act, kind, number, organ, day, position, word, year, serial, void) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)",
        &[
            bureau.as_str().into(),
            (&issued.code).into(),
            log.id.into(),
            i64::from(newest.no.0).into(),
            (&issued.kind).into(),
            (&issued.number).into(),
            (&newest.organ.0).into(),
            (&newest.happened.to_string()).into(),
            kept.position.into(),
            (&issued.word).into(),
            i64::from(issued.year).into(),
            issued.serial.into(),
        ],
    )?;
    Ok(())
}

/// Which documents of the case stand: a voided one keeps its number, which is not used again. Voids are rare, and may be voided themselves.
fn voids(tx: &mut Tx<'_>, log: &Log) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    for (kept, act) in log.entries.iter().zip(log.case.log()) {
        if let Some(issued) = &kept.issued {
            tx.later(
                "UPDATE issued SET void = $3 WHERE bureau = $1 AND code = $2",
                &[bureau.as_str().into(), (&issued.code).into(), i64::from(log.case.is_void(act.no)).into()],
            )?;
        }
    }
    Ok(())
}
