//! Tickets: list, one ticket, a new one, import.

pub(crate) mod bodies;
pub(crate) mod digest;
pub(crate) mod files;
pub(crate) mod heat;
pub(crate) mod import;
pub(crate) mod insight;
pub(crate) mod list;
pub(crate) mod map;
pub(crate) mod model;
pub(crate) mod new;
pub(crate) mod ticket;
mod triage;

use intake::read::File;
use office::Role;
use office::role::Right;

use crate::app::App;
use crate::error::Error;
use crate::session::Who;

/// The desk and those who read the whole bureau see every ticket.
pub(crate) fn sees_all(who: &Who) -> bool {
    who.0.roles.contains(&Role::Desk) || who.0.may(Right::ReadBureau)
}

/// The unit that lists of this person are limited to, none when they see every ticket.
pub(crate) fn scope(who: &Who) -> Option<String> {
    if sees_all(who) { None } else { Some(who.0.unit.clone()) }
}

/// May this person see this ticket: their unit's, or proposed for it while nobody has it.
fn sees(who: &Who, file: &File) -> Result<(), Error> {
    let proposed = file.ticket.received.as_ref().and_then(|r| r.proposed_unit.as_ref()).map(|u| u.0.as_str());
    let unit = file.row.unit.as_deref().or(proposed);
    if sees_all(who) || unit == Some(who.0.unit.as_str()) {
        return Ok(());
    }
    Err(Error::NotAllowed("这件诉求不由您的单位办理。需要查阅的，请联系承办单位或者诉求专员。"))
}

/// May this person bring in a sheet: the rows belong to every unit, so whoever sees every ticket.
fn imports(who: &Who) -> Result<(), Error> {
    who.need(Right::Tickets)?;
    if sees_all(who) {
        return Ok(());
    }
    Err(Error::NotAllowed("诉求表格由诉求专员或者负责人导入。"))
}

/// May this person approve an answer, a longer term or a pause: whoever leads, and the desk.
fn approves(who: &Who) -> bool {
    [Role::Desk, Role::SquadLeader, Role::SquadLegalOfficer, Role::DeputyHead, Role::Head]
        .into_iter()
        .any(|role| who.0.roles.contains(&role))
}

/// Who acts, for the write path.
pub(crate) fn actor(app: &App, who: &Who) -> intake::Who {
    intake::Who { login: who.0.login.clone(), person: who.0.person, today: app.today() }
}
