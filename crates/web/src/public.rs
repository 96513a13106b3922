//! Pages for everybody, `/`. They show what the law makes public, in the short verbs that citizens use.

pub(crate) mod check;
pub(crate) mod decisions;
pub(crate) mod home;
pub(crate) mod progress;
pub(crate) mod verify;

use ledger::Fault;

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
    /// The frame of a page: the bureau's names and the telephone of its first organ.
    ///
    /// # Errors
    /// The database fails.
    pub(crate) async fn at(app: &App, here: &'static str) -> Result<Frame, Fault> {
        let directory = app.directory().await?;
        let phone = directory.organs.first().map(|o| o.phone.clone()).unwrap_or_default();
        let bureau = directory.bureau.clone();
        Ok(Frame { bureau: bureau.name, short: bureau.short, phone, banner: app.banner.clone(), here })
    }
}
