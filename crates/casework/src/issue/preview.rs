//! The paper an act would make, looked at while the act is still being written.

use documents::Input;
use law::acts::{Draft, FieldType, NoNames};
use ledger::{Fault, Tx};

use super::input::{self, Making};
use crate::Casework;
use crate::perform::{Error, File, Proposed, Where};

/// A paper not issued: it has no number, and nobody asked the rulebook.
#[derive(Debug)]
pub struct Preview {
    /// Its kind.
    pub kind: &'static documents::Kind,
    /// What it would say as far as it is known.
    pub input: Input,
}

impl Casework {
    /// The paper of an act as far as it is filled; none where such an act makes none. Writes nothing, allocates nothing, refuses nothing: a
    /// field that cannot be read is still open.
    ///
    /// # Errors
    /// The ledger's faults; there being no such case is the inner result.
    pub fn preview(
        &self,
        tx: &mut Tx<'_>,
        case: i64,
        proposed: &Proposed,
    ) -> Result<Result<Option<Preview>, Error>, Fault> {
        let file = match File::open(tx, &Where::Case { id: case, seen: None }) {
            Ok(file) => file,
            Err(Error::Fault(fault)) => return Err(fault),
            Err(why) => return Ok(Err(why)),
        };
        let mut draft = Draft::empty(proposed.kind);
        for field in proposed.kind.fields().iter().filter(|field| field.ty != FieldType::PartyKey) {
            if let Some(text) = proposed.fields.get(field.key) {
                // Half a day or half a sum stays open until it can be read.
                let _ = draft.set(field.key, text, &NoNames);
            }
        }
        let document = super::code_of(&file.log.case, proposed.subject, &draft).and_then(documents::kind);
        let Some(document) = document else { return Ok(Ok(None)) };
        let order = self.order(tx, &file.organ)?;
        let brings = proposed.kind.fields().iter().any(|field| field.ty == FieldType::PartyKey);
        let party = proposed.party.clone().filter(|_| brings).map(|party| (0, party));
        let making = Making {
            own: self,
            file: &file,
            directory: &order.directory,
            document,
            draft,
            subject: proposed.subject,
            happened: proposed.at,
            time: proposed.time,
            team: &proposed.team,
            live: true,
            party: party.as_ref(),
            number: "",
            code: "",
            root: None,
            approval: None,
        };
        let input = input::input(tx, &making)?;
        Ok(Ok(Some(Preview { kind: document, input })))
    }
}
