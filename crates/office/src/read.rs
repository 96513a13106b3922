//! Questions about the standing order.

use std::collections::BTreeMap;

use jiff::civil::Date;
use ledger::{Fault, Tx};

/// The bureau.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bureau {
    /// Full name.
    pub name: String,
    /// Short name on pages.
    pub short: String,
    /// Authority that reviews its acts.
    pub review_authority: String,
    /// Court of first instance.
    pub court: String,
    /// Filled with made-up records.
    pub demonstration: bool,
}

/// A body that signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organ {
    /// Stable id.
    pub id: String,
    /// Name on documents.
    pub name: String,
    /// Name on the seal.
    pub seal: String,
    /// Abbreviation in document numbers.
    pub short: String,
    /// Bank and account for fines.
    pub bank: String,
    /// Address.
    pub address: String,
    /// Telephone.
    pub phone: String,
}

/// A unit and the organ it acts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Stable id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Organ id.
    pub organ: String,
    /// `department`, `brigade`, `squadron` or `squad`.
    pub kind: String,
}

/// The bureau, as it is now.
///
/// # Errors
/// The database fails.
pub fn bureau(tx: &mut Tx<'_>) -> Result<Bureau, Fault> {
    let bureau = tx.bureau().to_owned();
    Ok(tx
        .row(
            "SELECT name, short, review_authority, court, demonstration FROM bureaus WHERE bureau = $1",
            &[bureau.as_str().into()],
            |row| {
                Ok(Bureau {
                    name: row.text(0),
                    short: row.text(1),
                    review_authority: row.text(2),
                    court: row.text(3),
                    demonstration: row.int(4) == 1,
                })
            },
        )?
        .unwrap_or_default())
}

/// Every organ by id.
///
/// # Errors
/// The database fails.
pub fn organs(tx: &mut Tx<'_>) -> Result<Vec<Organ>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.rows(
        "SELECT id, name, seal, short, bank, address, phone FROM organs WHERE bureau = $1 ORDER BY sort",
        &[bureau.as_str().into()],
        |row| {
            Ok(Organ {
                id: row.text(0),
                name: row.text(1),
                seal: row.text(2),
                short: row.text(3),
                bank: row.text(4),
                address: row.text(5),
                phone: row.text(6),
            })
        },
    )
}

/// Every unit, in the order of the standing order.
///
/// # Errors
/// The database fails.
pub fn units(tx: &mut Tx<'_>) -> Result<Vec<Unit>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.rows(
        "SELECT id, name, organ, kind FROM units WHERE bureau = $1 ORDER BY sort",
        &[bureau.as_str().into()],
        |row| Ok(Unit { id: row.text(0), name: row.text(1), organ: row.text(2), kind: row.text(3) }),
    )
}

/// A person as lists show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Number within the bureau.
    pub id: u32,
    /// Name.
    pub name: String,
    /// Unit id.
    pub unit: String,
    /// Post.
    pub post: String,
}

/// The active persons of a unit, or of the whole bureau; at most `limit`.
///
/// # Errors
/// The database fails.
pub fn persons(tx: &mut Tx<'_>, unit: Option<&str>, limit: i64) -> Result<Vec<Person>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.rows(
        "SELECT id, name, unit, post FROM persons WHERE bureau = $1 AND active = 1 AND ($2 = '' OR unit = $2) ORDER BY id LIMIT $3",
        &[bureau.as_str().into(), unit.unwrap_or("").into(), limit.into()],
        |row| {
            Ok(Person {
                id: u32::try_from(row.int(0)).unwrap_or_default(),
                name: row.text(1),
                unit: row.text(2),
                post: row.text(3),
            })
        },
    )
}

/// The persons of a unit who hold a valid certificate on a day: who may be chosen as an officer.
///
/// # Errors
/// The database fails.
pub fn officers(tx: &mut Tx<'_>, unit: &str, on: Date) -> Result<Vec<(u32, String)>, Fault> {
    let bureau = tx.bureau().to_owned();
    let on = on.to_string();
    tx.rows(
        "SELECT p.id, p.name FROM persons p WHERE p.bureau = $1 AND p.unit = $2 AND p.active = 1 AND EXISTS (SELECT 1 FROM certificates c \
         WHERE c.bureau = p.bureau AND c.person = p.id AND c.from_day <= $3 AND c.to_day >= $3) ORDER BY p.id LIMIT 300",
        &[bureau.as_str().into(), unit.into(), on.as_str().into()],
        |row| Ok((u32::try_from(row.int(0)).unwrap_or_default(), row.text(1))),
    )
}

/// Names by number: of all persons, because a case names any of them and they are few.
///
/// # Errors
/// The database fails.
pub fn names(tx: &mut Tx<'_>) -> Result<BTreeMap<u32, String>, Fault> {
    let bureau = tx.bureau().to_owned();
    let names = tx.rows("SELECT id, name FROM persons WHERE bureau = $1", &[bureau.as_str().into()], |row| {
        Ok((u32::try_from(row.int(0)).unwrap_or_default(), row.text(1)))
    })?;
    Ok(names.into_iter().collect())
}

/// Every holder of a role on a day: person, name, role, organ.
///
/// # Errors
/// The database fails.
pub fn holders(tx: &mut Tx<'_>, day: Date) -> Result<Vec<(u32, String, crate::Role, String)>, Fault> {
    let bureau = tx.bureau().to_owned();
    let day = day.to_string();
    let rows = tx.rows(
        "SELECT r.person, p.name, r.role, r.organ FROM roles r JOIN persons p ON p.bureau = r.bureau AND p.id = r.person \
         WHERE r.bureau = $1 AND r.from_day <= $2 AND (r.to_day IS NULL OR r.to_day >= $2) ORDER BY r.person LIMIT 5000",
        &[bureau.as_str().into(), day.as_str().into()],
        |row| Ok((u32::try_from(row.int(0)).unwrap_or_default(), row.text(1), row.text(2), row.text(3))),
    )?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, name, role, organ)| Some((id, name, crate::Role::parse(&role)?, organ)))
        .collect())
}

/// The certificate a person holds on a day.
///
/// # Errors
/// The database fails.
pub fn certificate(tx: &mut Tx<'_>, person: u32, on: Date) -> Result<Option<String>, Fault> {
    let bureau = tx.bureau().to_owned();
    let on = on.to_string();
    tx.row(
        "SELECT number FROM certificates WHERE bureau = $1 AND person = $2 AND from_day <= $3 AND to_day >= $3 ORDER BY from_day DESC LIMIT 1",
        &[bureau.as_str().into(), i64::from(person).into(), on.as_str().into()],
        |row| Ok(row.text(0)),
    )
}

/// How many certificates are valid on a day, by unit kind (`squad` or not).
///
/// # Errors
/// The database fails.
pub fn valid_certificates(tx: &mut Tx<'_>, on: Date) -> Result<(i64, i64), Fault> {
    let bureau = tx.bureau().to_owned();
    let on = on.to_string();
    let counts = tx.rows(
        "SELECT CASE WHEN u.kind = 'squad' THEN 1 ELSE 0 END, COUNT(*) FROM certificates c \
         JOIN persons p ON p.bureau = c.bureau AND p.id = c.person JOIN units u ON u.bureau = p.bureau AND u.id = p.unit \
         WHERE c.bureau = $1 AND c.from_day <= $2 AND c.to_day >= $2 GROUP BY 1",
        &[bureau.as_str().into(), on.as_str().into()],
        |row| Ok((row.int(0), row.int(1))),
    )?;
    let of = |squad: i64| counts.iter().find(|c| c.0 == squad).map_or(0, |c| c.1);
    Ok((of(0), of(1)))
}
