//! Approvals: the lists, one of them, and the words both share.

pub(crate) mod approval;
pub(crate) mod list;

use office::directory::Directory;

use ::law::Day;
use casework::read::approvals::State;
use office::Role;
use office::orders::Orders;

/// Names shown of those who may sign; more are counted.
const NAMED: usize = 3;

/// `中队长 沈砚`: a step and who may sign it today.
pub(crate) fn waiting(
    orders: &Orders,
    (role, organ, unit): (Role, &str, &str),
    today: Day,
    directory: &Directory,
) -> String {
    let signers: Vec<u32> = orders.signers(role, organ, unit, today).into_iter().map(|s| s.0).collect();
    format!("{} {}", role.label(), some(&signers, directory)).trim_end().to_owned()
}

/// The first names of a list.
pub(crate) fn some(persons: &[u32], directory: &Directory) -> String {
    let shown: Vec<&str> = persons.iter().take(NAMED).filter_map(|p| directory.name(*p)).collect();
    if persons.len() > NAMED { format!("{}等{}人", shown.join("、"), persons.len()) } else { shown.join("、") }
}

/// The name of a person, or that it is not known.
pub(crate) fn name(person: u32, directory: &Directory) -> String {
    directory.name(person).unwrap_or("（不详）").to_owned()
}

/// `沈砚（受程望委托）`.
pub(crate) fn signed_by(person: u32, of: Option<u32>, directory: &Directory) -> String {
    match of {
        Some(of) => format!("{}（受{}委托）", name(person, directory), name(of, directory)),
        None => name(person, directory),
    }
}

/// How a state's chip looks.
pub(crate) fn chip(state: State) -> (&'static str, &'static str) {
    let class = match state {
        State::Open => "info",
        State::Performed => "ok",
        State::Returned => "warn",
        State::Withdrawn => "",
    };
    (class, state.label())
}
