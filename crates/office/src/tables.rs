//! The office's tables: projections of the stream `office`, and accounts.

use ledger::{Entry, Fault, Table, TableKind, Tx, Value};

use crate::change::Change;

const fn projection(name: &'static str, create: &'static str, indexes: &'static [&'static str]) -> Table {
    Table { name, create, indexes, kind: TableKind::Projection }
}

/// Every table of this crate.
pub static TABLES: &[Table] = &[
    projection(
        "bureaus",
        "CREATE TABLE bureaus (bureau TEXT NOT NULL, name TEXT NOT NULL, short TEXT NOT NULL, place TEXT NOT NULL, review_authority TEXT NOT NULL, \
         court TEXT NOT NULL, demonstration BIGINT NOT NULL, PRIMARY KEY (bureau))",
        &[],
    ),
    projection(
        "organs",
        "CREATE TABLE organs (bureau TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, seal TEXT NOT NULL, kind TEXT NOT NULL, short TEXT NOT NULL, \
         bank TEXT NOT NULL, address TEXT NOT NULL, phone TEXT NOT NULL, sort BIGINT NOT NULL, PRIMARY KEY (bureau, id))",
        &[],
    ),
    projection(
        "units",
        "CREATE TABLE units (bureau TEXT NOT NULL, id TEXT NOT NULL, organ TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, sort BIGINT NOT NULL, \
         PRIMARY KEY (bureau, id))",
        &[],
    ),
    projection(
        "persons",
        "CREATE TABLE persons (bureau TEXT NOT NULL, id BIGINT NOT NULL, unit TEXT NOT NULL, post TEXT NOT NULL, name TEXT NOT NULL, phone TEXT, \
         active BIGINT NOT NULL, PRIMARY KEY (bureau, id))",
        &["CREATE INDEX persons_unit ON persons (bureau, unit, id)"],
    ),
    projection(
        "certificates",
        "CREATE TABLE certificates (bureau TEXT NOT NULL, number TEXT NOT NULL, person BIGINT NOT NULL, from_day TEXT NOT NULL, to_day TEXT NOT NULL, \
         published BIGINT NOT NULL, PRIMARY KEY (bureau, number, from_day))",
        &["CREATE INDEX certificates_person ON certificates (bureau, person, from_day)"],
    ),
    projection(
        "roles",
        "CREATE TABLE roles (bureau TEXT NOT NULL, person BIGINT NOT NULL, role TEXT NOT NULL, organ TEXT NOT NULL, from_day TEXT NOT NULL, to_day TEXT, \
         PRIMARY KEY (bureau, person, role, organ, from_day))",
        &[],
    ),
    projection(
        "qualifications",
        "CREATE TABLE qualifications (bureau TEXT NOT NULL, person BIGINT NOT NULL, kind TEXT NOT NULL, from_day TEXT NOT NULL, source TEXT NOT NULL, \
         PRIMARY KEY (bureau, person, kind))",
        &[],
    ),
    projection(
        "powers",
        "CREATE TABLE powers (bureau TEXT NOT NULL, organ TEXT NOT NULL, matter TEXT NOT NULL, from_day TEXT NOT NULL, to_day TEXT, basis TEXT NOT NULL, \
         source TEXT NOT NULL, confirmed BIGINT NOT NULL, PRIMARY KEY (bureau, organ, matter, from_day))",
        &[],
    ),
    projection(
        "chains",
        "CREATE TABLE chains (bureau TEXT NOT NULL, organ TEXT NOT NULL, act TEXT NOT NULL, roles TEXT NOT NULL, one_person BIGINT NOT NULL, \
         PRIMARY KEY (bureau, organ, act))",
        &[],
    ),
    projection(
        "delegations",
        "CREATE TABLE delegations (bureau TEXT NOT NULL, from_person BIGINT NOT NULL, to_person BIGINT NOT NULL, role TEXT NOT NULL, from_day TEXT NOT NULL, \
         to_day TEXT NOT NULL, PRIMARY KEY (bureau, from_person, to_person, role, from_day))",
        &["CREATE INDEX delegations_to ON delegations (bureau, to_person, from_day)"],
    ),
    projection(
        "series",
        "CREATE TABLE series (bureau TEXT NOT NULL, organ TEXT NOT NULL, document TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (bureau, organ, document))",
        &[],
    ),
    projection(
        "numbers",
        "CREATE TABLE numbers (bureau TEXT NOT NULL, organ TEXT NOT NULL, word TEXT NOT NULL, year BIGINT NOT NULL, serial BIGINT NOT NULL, \
         PRIMARY KEY (bureau, organ, word, year))",
        &[],
    ),
    projection(
        "places",
        "CREATE TABLE places (bureau TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, town TEXT NOT NULL, unit TEXT, lon BIGINT, lat BIGINT, \
         gone BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (bureau, id))",
        &["CREATE INDEX places_name ON places (bureau, name)"],
    ),
    // Primary: password hashes are in no journal entry, so no rebuild could bring them back.
    Table {
        name: "accounts",
        create: "CREATE TABLE accounts (bureau TEXT NOT NULL, login TEXT NOT NULL, person BIGINT NOT NULL, hash TEXT NOT NULL, failures BIGINT NOT NULL, \
                 locked_until BIGINT NOT NULL, disabled BIGINT NOT NULL, PRIMARY KEY (bureau, login))",
        indexes: &[],
        kind: TableKind::Primary,
    },
    Table {
        name: "sessions",
        create: "CREATE TABLE sessions (bureau TEXT NOT NULL, token TEXT NOT NULL, login TEXT NOT NULL, csrf TEXT NOT NULL, since BIGINT NOT NULL, \
                 until BIGINT NOT NULL, PRIMARY KEY (bureau, token))",
        indexes: &[],
        kind: TableKind::Primary,
    },
    crate::files::FILES,
    crate::files::SENDERS,
    // Primary: how somebody likes to look at a list has no legal effect, and no entry.
    Table {
        name: "views",
        create: "CREATE TABLE views (bureau TEXT NOT NULL, id BIGINT NOT NULL, person BIGINT NOT NULL, unit TEXT NOT NULL, page TEXT NOT NULL, name TEXT NOT NULL, \
                 query TEXT NOT NULL, shared BIGINT NOT NULL, PRIMARY KEY (bureau, id))",
        indexes: &[
            "CREATE INDEX views_person ON views (bureau, person, page)",
            "CREATE INDEX views_unit ON views (bureau, unit, page)",
        ],
        kind: TableKind::Primary,
    },
];

/// Writes one entry of the stream `office` into the tables.
///
/// # Errors
/// The database fails, or the entry has a shape this version does not know.
pub fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    if entry.kind.starts_with("place.") {
        return crate::places::project(tx, entry);
    }
    if !entry.kind.starts_with("office.") {
        return Ok(());
    }
    let change: Change =
        serde_json::from_str(&entry.body).map_err(|e| Fault::Bug(format!("entry {}: {e}", entry.position)))?;
    let bureau = tx.bureau().to_owned();
    let b = Value::from(bureau.as_str());
    match &change {
        Change::Bureau { name, short, place, review_authority, court, demonstration } => tx.execute(
            "INSERT INTO bureaus (bureau, name, short, place, review_authority, court, demonstration) VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (bureau) DO UPDATE SET name = $2, short = $3, place = $4, review_authority = $5, court = $6, demonstration = $7",
            &[b, name.into(), short.into(), place.into(), review_authority.into(), court.into(), (*demonstration).into()],
        ),
        Change::Organ { id, name, seal, kind, short, bank, address, phone } => tx.execute(
            "INSERT INTO organs (bureau, id, name, seal, kind, short, bank, address, phone, sort) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             ON CONFLICT (bureau, id) DO UPDATE SET name = $3, seal = $4, kind = $5, short = $6, bank = $7, address = $8, phone = $9",
            &[b, id.into(), name.into(), seal.into(), kind.into(), short.into(), bank.into(), address.into(), phone.into(), entry.position.into()],
        ),
        Change::Unit { id, organ, name, kind } => tx.execute(
            "INSERT INTO units (bureau, id, organ, name, kind, sort) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (bureau, id) DO UPDATE SET organ = $3, name = $4, kind = $5",
            &[b, id.into(), organ.into(), name.into(), kind.into(), entry.position.into()],
        ),
        Change::Person { id, unit, post, phone, active, .. } => {
            let name = tx.text(entry.position, 1)?.unwrap_or_else(|| "（已依令删除）".into());
            let phone = match phone {
                Some(_) => tx.text(entry.position, 2)?,
                None => None,
            };
            tx.execute(
                "INSERT INTO persons (bureau, id, unit, post, name, phone, active) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                 ON CONFLICT (bureau, id) DO UPDATE SET unit = $3, post = $4, name = $5, phone = $6, active = $7",
                &[b, i64::from(*id).into(), unit.into(), post.into(), (&name).into(), phone.as_deref().into(), (*active).into()],
            )
        }
        Change::Certificate { person, number, from, to, published } => tx.execute(
            "INSERT INTO certificates (bureau, number, person, from_day, to_day, published) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (bureau, number, from_day) DO UPDATE SET person = $3, to_day = $5, published = $6",
            &[b, number.into(), i64::from(*person).into(), (&from.to_string()).into(), (&to.to_string()).into(), (*published).into()],
        ),
        Change::Role { person, role, organ, from, to } => tx.execute(
            "INSERT INTO roles (bureau, person, role, organ, from_day, to_day) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (bureau, person, role, organ, from_day) DO UPDATE SET to_day = $6",
            &[
                b,
                i64::from(*person).into(),
                role.code().into(),
                organ.into(),
                (&from.to_string()).into(),
                to.map(|d| d.to_string()).as_deref().into(),
            ],
        ),
        Change::Qualification { person, kind, from, source } => tx.execute(
            "INSERT INTO qualifications (bureau, person, kind, from_day, source) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (bureau, person, kind) DO UPDATE SET from_day = $4, source = $5",
            &[b, i64::from(*person).into(), kind.into(), (&from.to_string()).into(), source.into()],
        ),
        Change::Power { organ, matter, from, to, basis, source, confirmed } => tx.execute(
            "INSERT INTO powers (bureau, organ, matter, from_day, to_day, basis, source, confirmed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (bureau, organ, matter, from_day) DO UPDATE SET to_day = $5, basis = $6, source = $7, confirmed = $8",
            &[
                b,
                organ.into(),
                matter.into(),
                (&from.to_string()).into(),
                to.map(|d| d.to_string()).as_deref().into(),
                basis.into(),
                source.into(),
                (*confirmed).into(),
            ],
        ),
        Change::Chain { organ, act, roles, one_person } => {
            let roles = roles.iter().map(|r| r.code()).collect::<Vec<_>>().join(" ");
            tx.execute(
                "INSERT INTO chains (bureau, organ, act, roles, one_person) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (bureau, organ, act) DO UPDATE SET roles = $4, one_person = $5",
                &[b, organ.into(), act.into(), (&roles).into(), (*one_person).into()],
            )
        }
        Change::Delegation { from_person, to_person, role, from, to } => tx.execute(
            "INSERT INTO delegations (bureau, from_person, to_person, role, from_day, to_day) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (bureau, from_person, to_person, role, from_day) DO UPDATE SET to_day = $6",
            &[
                b,
                i64::from(*from_person).into(),
                i64::from(*to_person).into(),
                role.code().into(),
                (&from.to_string()).into(),
                (&to.to_string()).into(),
            ],
        ),
        Change::Series { organ, document, word } => tx.execute(
            "INSERT INTO series (bureau, organ, document, word) VALUES ($1, $2, $3, $4) ON CONFLICT (bureau, organ, document) DO UPDATE SET word = $4",
            &[b, organ.into(), document.into(), word.into()],
        ),
        Change::Place { .. } => {
            return crate::places::of_change(&change).map_or(Ok(()), |place| crate::places::write(tx, &place));
        }
        // The account itself is a primary row, written beside this entry.
        Change::Account { .. } => return Ok(()),
    }?;
    Ok(())
}
