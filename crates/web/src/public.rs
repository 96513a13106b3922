//! Pages for everybody, `/`. They show what the law makes public, in the short verbs that citizens use.

pub(crate) mod decisions;
pub(crate) mod home;
pub(crate) mod verify;

use ledger::{Fault, Tx};

use crate::app::App;

/// What stands around every public page.
pub(crate) struct Frame {
    pub(crate) bureau: String,
    pub(crate) short: String,
    pub(crate) phone: String,
    pub(crate) banner: Option<String>,
    /// Which entry of the navigation is marked: `home`, `decisions` or `verify`.
    pub(crate) here: &'static str,
}

impl Frame {
    /// Reads the bureau's names and the telephone of its first organ; two statements.
    ///
    /// # Errors
    /// The database fails.
    pub(crate) fn read(tx: &mut Tx<'_>) -> Result<Frame, Fault> {
        let bureau = office::read::bureau(tx)?;
        let phone = office::read::organs(tx)?.into_iter().next().map(|o| o.phone).unwrap_or_default();
        Ok(Frame { bureau: bureau.name, short: bureau.short, phone, banner: None, here: "" })
    }

    /// The frame of this page.
    pub(crate) fn at(mut self, app: &App, here: &'static str) -> Frame {
        self.banner.clone_from(&app.banner);
        self.here = here;
        self
    }
}
