//! What a unit punishes on the spot most often, to be offered first.

use ledger::{Fault, Tx};

/// The bureau's newest decisions looked at: enough to know a unit's habits, and no more however many there are.
const LOOKED_AT: i64 = 1_000;

/// Matter codes of a unit's on-spot penalties among the bureau's newest decisions, the most frequent first, at most `limit`.
///
/// # Errors
/// The database fails.
pub fn on_spot_matters(tx: &mut Tx<'_>, unit: &str, limit: i64) -> Result<Vec<String>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.rows(
        "SELECT matter FROM (SELECT d.matter AS matter, d.unit AS unit, d.procedure AS procedure FROM decisions d WHERE d.bureau = $1 \
         ORDER BY d.decided DESC LIMIT $3) newest WHERE unit = $2 AND procedure = 'simple' GROUP BY matter ORDER BY COUNT(*) DESC, matter LIMIT $4",
        &[bureau.as_str().into(), unit.into(), LOOKED_AT.into(), limit.into()],
        |row| Ok(row.text(0)),
    )
}
