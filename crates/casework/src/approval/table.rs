//! The tables of approvals: one row each, and one for every signature.

use ledger::{Entry, Fault, Table, TableKind, Tx};
use office::orders::turn;

use super::body::{Returned, Signed, Submitted, Withdrawn, read};

/// Every table of approvals.
pub(crate) static TABLES: &[Table] = &[
    Table {
        name: "approvals",
        create: "CREATE TABLE approvals (bureau TEXT NOT NULL, id BIGINT NOT NULL, case_id BIGINT NOT NULL, organ TEXT NOT NULL, unit TEXT NOT NULL, \
                 kind TEXT NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL, steps TEXT NOT NULL, step BIGINT NOT NULL, turn TEXT NOT NULL, \
                 one_person BIGINT NOT NULL, person BIGINT NOT NULL, submitted TEXT NOT NULL, ended TEXT, act BIGINT, seen BIGINT NOT NULL, version BIGINT NOT NULL, \
                 PRIMARY KEY (bureau, id))",
        indexes: &[
            "CREATE INDEX approvals_turn ON approvals (bureau, turn, id)",
            "CREATE INDEX approvals_person ON approvals (bureau, person, id)",
            "CREATE INDEX approvals_unit ON approvals (bureau, unit, id)",
            "CREATE INDEX approvals_case ON approvals (bureau, case_id, state, id)",
        ],
        kind: TableKind::Projection,
    },
    Table {
        name: "approval_signatures",
        create: "CREATE TABLE approval_signatures (bureau TEXT NOT NULL, approval BIGINT NOT NULL, step BIGINT NOT NULL, role TEXT NOT NULL, person BIGINT NOT NULL, \
                 of_person BIGINT, day TEXT NOT NULL, position BIGINT NOT NULL, PRIMARY KEY (bureau, approval, step))",
        indexes: &[],
        kind: TableKind::Projection,
    },
];

/// Writes one entry of an approval into its tables.
pub(crate) fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    match entry.kind.strip_prefix(super::KINDS) {
        Some("submitted") => submitted(tx, entry, &read(entry)?),
        Some("signed") => signed(tx, entry, &read(entry)?),
        Some("returned") => ended(tx, entry, read::<Returned>(entry)?.approval, "returned", None),
        Some("withdrawn") => ended(tx, entry, read::<Withdrawn>(entry)?.approval, "withdrawn", None),
        _ => Err(Fault::Bug(format!("entry {}: no such step of an approval: {}", entry.position, entry.kind))),
    }
}

fn submitted(tx: &mut Tx<'_>, entry: &Entry, body: &Submitted) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let steps = body.steps.iter().map(|r| r.code()).collect::<Vec<_>>().join(" ");
    let first = body.steps.first().map_or_else(String::new, |role| turn(*role, &body.organ, &body.unit));
    let subject = serde_json::to_string(&body.subject).map_err(|e| Fault::Bug(e.to_string()))?;
    tx.execute(
        "INSERT INTO approvals (bureau, id, case_id, organ, unit, kind, subject, state, steps, step, turn, one_person, person, submitted, ended, act, seen, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, 0, $9, $10, $11, $12, NULL, NULL, $13, $14)",
        &[
            bureau.as_str().into(),
            body.approval.into(),
            body.case.into(),
            (&body.organ).into(),
            (&body.unit).into(),
            body.kind.code().into(),
            (&subject).into(),
            (&steps).into(),
            (&first).into(),
            body.one_person.into(),
            i64::from(body.person).into(),
            (&entry.happened_at.to_string()).into(),
            body.seen.into(),
            entry.version.into(),
        ],
    )?;
    Ok(())
}

fn signed(tx: &mut Tx<'_>, entry: &Entry, body: &Signed) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    tx.execute(
        "INSERT INTO approval_signatures (bureau, approval, step, role, person, of_person, day, position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            b.into(),
            body.approval.into(),
            index(body.step).into(),
            body.role.code().into(),
            i64::from(body.person).into(),
            body.of.map(i64::from).into(),
            (&entry.happened_at.to_string()).into(),
            entry.position.into(),
        ],
    )?;
    if let Some(act) = body.act {
        return ended(tx, entry, body.approval, "performed", Some(act));
    }
    let found = tx.row(
        "SELECT steps, organ, unit FROM approvals WHERE bureau = $1 AND id = $2",
        &[b.into(), body.approval.into()],
        |row| Ok((row.text(0), row.text(1), row.text(2))),
    )?;
    let (steps, organ, unit) = found.ok_or_else(|| Fault::Bug(format!("entry {}: no approval", entry.position)))?;
    let next = steps.split(' ').nth(body.step + 1).and_then(office::Role::parse);
    let next = next.map_or_else(String::new, |role| turn(role, &organ, &unit));
    tx.execute(
        "UPDATE approvals SET step = $3, turn = $4, version = $5 WHERE bureau = $1 AND id = $2",
        &[b.into(), body.approval.into(), index(body.step + 1).into(), (&next).into(), entry.version.into()],
    )?;
    Ok(())
}

fn ended(tx: &mut Tx<'_>, entry: &Entry, approval: i64, state: &str, act: Option<u32>) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    tx.execute(
        "UPDATE approvals SET state = $3, turn = '', ended = $4, act = $5, version = $6 WHERE bureau = $1 AND id = $2",
        &[
            bureau.as_str().into(),
            approval.into(),
            state.into(),
            (&entry.happened_at.to_string()).into(),
            act.map(i64::from).into(),
            entry.version.into(),
        ],
    )?;
    Ok(())
}

fn index(step: usize) -> i64 {
    i64::try_from(step).unwrap_or(i64::MAX)
}
