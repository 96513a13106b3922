//! Earlier decisions of the same matter, so that like cases are decided alike (处罚法5、34).

use law::Day;
use law::money::Fen;
use ledger::{Fault, Tx};

/// The most that are ever read.
pub const MOST: i64 = 20;

/// An earlier decision of a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The case.
    pub case: i64,
    /// The act in it.
    pub act: i64,
    /// Number of the document.
    pub number: String,
    /// Name of the organ.
    pub organ: String,
    /// Unit that handled it.
    pub unit: String,
    /// Party is a natural person.
    pub person: bool,
    /// `simple` or `ordinary`.
    pub procedure: String,
    /// Day decided.
    pub decided: String,
    /// The fine as decided.
    pub fine: Fen,
}

/// The newest decisions that fined for this matter on or before a day, newest first, at most [`MOST`]: of this kind of party, in other
/// cases than `but`, none revoked.
///
/// # Errors
/// The database fails.
pub fn newest(
    tx: &mut Tx<'_>,
    matter: &str,
    person: Option<bool>,
    but: Option<i64>,
    until: Day,
) -> Result<Vec<Row>, Fault> {
    let bureau = tx.bureau().to_owned();
    let until = until.to_string();
    tx.rows(
        "SELECT d.case_id, d.act, d.number, o.name, d.unit, d.person, d.procedure, d.decided, d.fine_decided FROM decisions d \
         JOIN organs o ON o.bureau = d.bureau AND o.id = d.organ \
         WHERE d.bureau = $1 AND d.matter = $2 AND d.decided <= $3 AND d.fine_decided > 0 AND d.revoked IS NULL AND d.case_id <> $4 \
         AND ($5 < 0 OR d.person = $5) ORDER BY d.decided DESC, d.case_id DESC, d.act DESC LIMIT $6",
        &[
            bureau.as_str().into(),
            matter.into(),
            until.as_str().into(),
            but.unwrap_or(0).into(),
            person.map_or(-1, i64::from).into(),
            MOST.into(),
        ],
        |row| {
            Ok(Row {
                case: row.int(0),
                act: row.int(1),
                number: row.text(2),
                organ: row.text(3),
                unit: row.text(4),
                person: row.int(5) == 1,
                procedure: row.text(6),
                decided: row.text(7),
                fine: Fen(row.int(8)),
            })
        },
    )
}

/// How far a proposed fine departs from earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departure {
    /// How many fines it is compared with.
    pub of: usize,
    /// The lowest of them.
    pub low: Fen,
    /// The one in the middle; of an even number the lower of the two.
    pub middle: Fen,
    /// The highest.
    pub high: Fen,
    /// How far the proposed fine lies above the middle, in whole hundredths of it; below it, negative. None without a proposed fine.
    pub percent: Option<i64>,
}

/// Compares a proposed fine with earlier ones. `None` where there are none.
pub fn departure(rows: &[Row], proposed: Option<Fen>) -> Option<Departure> {
    let mut fines: Vec<i64> = rows.iter().map(|row| row.fine.0).collect();
    fines.sort_unstable();
    let (low, high) = (*fines.first()?, *fines.last()?);
    let middle = fines[(fines.len() - 1) / 2];
    Some(Departure {
        of: fines.len(),
        low: Fen(low),
        middle: Fen(middle),
        high: Fen(high),
        percent: proposed.and_then(|fine| percent(fine, Fen(middle))),
    })
}

/// How far one fine lies above another, in whole hundredths of the other, towards zero; none where the other is nothing.
pub fn percent(fine: Fen, other: Fen) -> Option<i64> {
    let part = (i128::from(fine.0) - i128::from(other.0)) * 100;
    i64::try_from(part.checked_div(i128::from(other.0))?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(fines: &[i64]) -> Vec<Row> {
        fines
            .iter()
            .map(|fine| Row {
                case: 1,
                act: 1,
                number: String::new(),
                organ: String::new(),
                unit: String::new(),
                person: true,
                procedure: "simple".into(),
                decided: "2026-01-05".into(),
                fine: Fen::yuan(*fine),
            })
            .collect()
    }

    #[test]
    fn a_fine_is_compared_with_the_middle_of_the_earlier_ones() {
        assert_eq!(departure(&[], Some(Fen::yuan(100))), None);
        let known = departure(&rows(&[400, 100, 1_000]), Some(Fen::yuan(500))).expect("three");
        assert_eq!(
            (known.of, known.low, known.middle, known.high),
            (3, Fen::yuan(100), Fen::yuan(400), Fen::yuan(1_000))
        );
        assert_eq!(known.percent, Some(25));
        assert_eq!(departure(&rows(&[400, 100]), None).map(|d| (d.middle, d.percent)), Some((Fen::yuan(100), None)));
        assert_eq!(percent(Fen::yuan(300), Fen::yuan(400)), Some(-25));
        assert_eq!(percent(Fen(1), Fen::ZERO), None);
    }
}
