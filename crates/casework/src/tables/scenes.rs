//! One row for each act that says who was where: acts recorded in sound and picture, and acts with files.

use law::acts::{Act, FieldType};
use law::case::Recorded;
use law::recording::RECORDED;
use ledger::{Fault, Tx};

use crate::body::Log;

pub(super) fn row(tx: &mut Tx<'_>, log: &Log, newest: &Recorded) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    if let Act::Voided(_) = newest.act {
        for act in log.case.log().iter().filter(|act| log.case.is_void(act.no)) {
            let no = i64::from(act.no.0);
            tx.execute(
                "DELETE FROM case_scenes WHERE bureau = $1 AND case_id = $2 AND act = $3",
                &[b.into(), log.id.into(), no.into()],
            )?;
        }
        return Ok(());
    }
    let kind = newest.act.kind();
    let files: Vec<&str> = newest.act.blobs().into_iter().map(|blob| blob.0.as_str()).collect();
    if !RECORDED.contains(&kind) && files.is_empty() {
        return Ok(());
    }
    let text = |key: &str| {
        let field = kind.field(key).filter(|field| field.ty != FieldType::Words)?;
        newest.act.to_draft().get_text(field.key)
    };
    let conduct = || log.case.conducts().next().map(|conduct| conduct.place.clone()).unwrap_or_default();
    let place = text("place").filter(|place| !place.is_empty()).unwrap_or_else(conduct);
    let officers: Vec<String> = newest.team.iter().map(|person| person.0.to_string()).collect();
    tx.later(
        "INSERT INTO case_scenes (bureau, case_id, act, day, time, kind, place, device, officers, files) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            b.into(),
            log.id.into(),
            i64::from(newest.no.0).into(),
            (&newest.happened.to_string()).into(),
            (&newest.time.map(|time| time.to_string())).into(),
            kind.code().into(),
            (&place).into(),
            (&text("device").unwrap_or_default()).into(),
            (&officers.join(",")).into(),
            (&files.join(",")).into(),
        ],
    )
}
