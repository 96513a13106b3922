//! Who a party is: kept beside the journal and in the table of parties, never in an act.

use std::collections::BTreeMap;

use ledger::{Fault, Tx};

use crate::body::{Kept, Log, PARTY_SLOTS};

/// The identity of a party, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// A natural person, not an organisation.
    pub person: bool,
    /// Name.
    pub name: String,
    /// Identity number, or the unified social credit code.
    pub id_number: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Legal representative or person in charge.
    pub representative: Option<String>,
}

/// What stands where a name was erased by order.
pub(crate) const ERASED: &str = "（已依令删除）";

/// Where the texts of one party's identity are kept: position and slot, in the order of [`Identity::from_fields`].
pub(crate) type Source = [(i64, u32); 5];

/// Where the texts of each party are kept: with the act that last said who it is and stands.
pub(crate) fn sources(log: &Log) -> BTreeMap<u8, Source> {
    let of = |entry: &Kept, no: u8| {
        let base = PARTY_SLOTS + u32::from(no) * 10;
        [0, 1, 2, 3, 4].map(|at| (entry.position, base + at))
    };
    let standing = log.entries.iter().zip(log.case.log()).filter(|(_, act)| !log.case.is_void(act.no));
    standing.flat_map(|(entry, _)| entry.parties.iter().map(move |no| (*no, of(entry, *no)))).collect()
}

impl Identity {
    /// Key and text of everything that is kept, in slot order.
    pub(crate) fn fields(&self) -> [(&'static str, Option<&str>); 5] {
        [
            ("name", Some(self.name.as_str())),
            ("id_number", self.id_number.as_deref()),
            ("address", self.address.as_deref()),
            ("phone", self.phone.as_deref()),
            ("representative", self.representative.as_deref()),
        ]
    }

    /// The identity whose texts stand in this order.
    pub(crate) fn from_fields(person: bool, texts: [Option<String>; 5]) -> Identity {
        let [name, id_number, address, phone, representative] = texts;
        let name = name.unwrap_or_else(|| ERASED.into());
        Identity { person, name, id_number, address, phone, representative }
    }

    /// The stable key of this party: the one it had in an earlier case when the identity number is the same, or, for an organisation,
    /// the name, unless both are known by different numbers; else a new one, made of the case it first appears in.
    pub(crate) fn key(&self, tx: &mut Tx<'_>, case: i64, no: u8) -> Result<String, Fault> {
        let bureau = tx.bureau().to_owned();
        let b = bureau.as_str();
        let mut known = None;
        if let Some(number) = &self.id_number {
            known = tx.row(
                "SELECT party FROM case_parties WHERE bureau = $1 AND id_number = $2 ORDER BY case_id LIMIT 1",
                &[b.into(), number.into()],
                |row| Ok(row.text(0)),
            )?;
        }
        // Two people may share a name: without a number each is somebody new, and a person decides. Organisations registered in one
        // place may not, and the number is often learnt only later.
        if known.is_none() && !self.person {
            known = tx.row(
                "SELECT party FROM case_parties WHERE bureau = $1 AND name = $2 AND person = 0 \
                 AND (id_number IS NULL OR CAST($3 AS TEXT) IS NULL) ORDER BY case_id LIMIT 1",
                &[b.into(), (&self.name).into(), (&self.id_number).into()],
                |row| Ok(row.text(0)),
            )?;
        }
        Ok(known.unwrap_or_else(|| format!("p{case}-{no}")))
    }
}
