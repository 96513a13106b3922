//! Decisions: the public list and the lists behind figures.

use ledger::{Fault, Tx, Value};

/// A decision in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The case.
    pub case: i64,
    /// The act in it.
    pub act: i64,
    /// Number of the document.
    pub number: String,
    /// Matter code.
    pub matter: String,
    /// `simple` or `ordinary`.
    pub procedure: String,
    /// Act kind code.
    pub kind: String,
    /// Organ.
    pub organ: String,
    /// Name of the organ.
    pub organ_name: String,
    /// Party is a natural person.
    pub person: bool,
    /// Name of the party.
    pub party: String,
    /// Day decided.
    pub decided: String,
    /// Day published.
    pub published: Option<String>,
    /// Fine as it stands, fen.
    pub fine: i64,
}

/// Decisions on the public list, newest first, after the key `published,case,act`; at most `limit`.
///
/// # Errors
/// The database fails.
pub fn public(tx: &mut Tx<'_>, after: Option<(&str, i64, i64)>, limit: i64) -> Result<Vec<Row>, Fault> {
    let bureau = tx.bureau().to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into(), limit.into()];
    let key = if let Some((day, case, act)) = after {
        args.extend([Value::from(day), case.into(), act.into()]);
        " AND (d.published < $3 OR (d.published = $3 AND (d.case_id < $4 OR (d.case_id = $4 AND d.act < $5))))"
    } else {
        ""
    };
    let sql = format!(
        "SELECT d.case_id, d.act, d.number, d.matter, d.procedure, d.kind, d.organ, o.name, CASE WHEN d.person = 1 OR p.person = 1 THEN 1 ELSE 0 END, COALESCE(p.name, ''), d.decided, d.published, d.fine \
         FROM decisions d JOIN organs o ON o.bureau = d.bureau AND o.id = d.organ \
         LEFT JOIN case_parties p ON p.bureau = d.bureau AND p.case_id = d.case_id AND p.no = d.party \
         WHERE d.bureau = $1 AND d.published IS NOT NULL AND d.withdrawn IS NULL AND d.revoked IS NULL{key} \
         ORDER BY d.published DESC, d.case_id DESC, d.act DESC LIMIT $2"
    );
    tx.rows(&sql, &args, |row| {
        Ok(Row {
            case: row.int(0),
            act: row.int(1),
            number: row.text(2),
            matter: row.text(3),
            procedure: row.text(4),
            kind: row.text(5),
            organ: row.text(6),
            organ_name: row.text(7),
            person: row.int(8) == 1,
            party: row.text(9),
            decided: row.text(10),
            published: row.opt_text(11),
            fine: row.int(12),
        })
    })
}

/// A name as the public sees it: an organisation's in full, a natural person's surname only.
pub fn public_name(person: bool, name: &str) -> String {
    match name.chars().next() {
        Some(first) if person => format!("{first}某"),
        _ => name.to_owned(),
    }
}
