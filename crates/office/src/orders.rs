//! Who may sign for whom: roles held or delegated, by day, and the chains of approval of one organ.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use law::acts::Kind;
use ledger::{Fault, Tx};

use crate::Role;
use crate::role::Scope;
use crate::standing::day;

/// What an act of one kind needs before it is performed: who signs, in order; the last signs as the one who decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Roles in order, at least one.
    pub roles: Vec<Role>,
    /// One person may submit and sign several steps.
    pub one_person: bool,
}

/// A role somebody holds from a day to a day, their own or another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Which role.
    pub role: Role,
    /// The organ it is held for.
    pub organ: String,
    /// The unit of the person whose role it is.
    pub unit: String,
    /// First day.
    pub from: Date,
    /// Last day, none while it lasts.
    pub to: Option<Date>,
    /// Whose role it is, where it was delegated.
    pub of: Option<u32>,
}

impl Holding {
    fn on(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Lets its holder sign this step for this organ and unit.
    fn signs(&self, step: Role, organ: &str, unit: &str) -> bool {
        self.role.signs().contains(&step)
            && match step.scope() {
                Scope::Unit => self.unit == unit,
                Scope::Organ => self.organ == organ,
                Scope::Bureau => true,
            }
    }
}

/// Roles of everybody, and the chains of one organ.
#[derive(Debug, Clone, Default)]
pub struct Orders {
    chains: BTreeMap<Kind, Chain>,
    holdings: BTreeMap<u32, Vec<Holding>>,
}

impl Orders {
    /// The chain that acts of this kind pass in this organ, if it has one.
    pub fn chain(&self, kind: Kind) -> Option<&Chain> {
        self.chains.get(&kind)
    }

    /// The roles a person holds on a day, own and delegated.
    pub fn roles(&self, person: u32, day: Date) -> BTreeSet<Role> {
        self.holdings.get(&person).into_iter().flatten().filter(|h| h.on(day)).map(|h| h.role).collect()
    }

    /// By what a person may sign this step on a day: their own role before one delegated to them.
    pub fn holding(&self, person: u32, step: Role, organ: &str, unit: &str, day: Date) -> Option<&Holding> {
        let fits = |h: &&Holding| h.on(day) && h.signs(step, organ, unit);
        self.holdings.get(&person)?.iter().filter(fits).min_by_key(|h| (h.of.is_some(), h.role != step))
    }

    /// Everybody who may sign this step on a day, those whose own role it is first.
    pub fn signers(&self, step: Role, organ: &str, unit: &str, day: Date) -> Vec<(u32, &Holding)> {
        let mut found: Vec<(u32, &Holding)> = self
            .holdings
            .keys()
            .filter_map(|person| Some((*person, self.holding(*person, step, organ, unit, day)?)))
            .collect();
        found.sort_by_key(|(person, h)| (h.of.is_some(), h.role != step, *person));
        found
    }

    /// What a person may sign on a day, as [`turn`] words it.
    pub fn turns(&self, person: u32, day: Date) -> BTreeSet<String> {
        let of =
            |h: &Holding| -> Vec<String> { h.role.signs().iter().map(|step| turn(*step, &h.organ, &h.unit)).collect() };
        self.holdings.get(&person).into_iter().flatten().filter(|h| h.on(day)).flat_map(of).collect()
    }
}

/// Whose turn it is, as one word to look up: `squad_leader@xujing-squad`, `head@xujing`, `legal_reviewer@`.
pub fn turn(step: Role, organ: &str, unit: &str) -> String {
    let place = match step.scope() {
        Scope::Unit => unit,
        Scope::Organ => organ,
        Scope::Bureau => "",
    };
    format!("{}@{place}", step.code())
}

/// Reads the orders of an organ.
pub(crate) fn read(tx: &mut Tx<'_>, organ: &str) -> Result<Orders, Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let mut orders = Orders::default();
    for (act, roles, one_person) in tx.rows(
        "SELECT act, roles, one_person FROM chains WHERE bureau = $1 AND organ = $2",
        &[b.into(), organ.into()],
        |row| Ok((row.text(0), row.text(1), row.int(2) == 1)),
    )? {
        let roles: Vec<Role> = roles.split_whitespace().filter_map(Role::parse).collect();
        if let Some(kind) = Kind::from_code(&act).filter(|_| !roles.is_empty()) {
            orders.chains.insert(kind, Chain { roles, one_person });
        }
    }
    // A delegation carries only as long as the role it hands on.
    for (person, role, organ, unit, from, to, of) in tx.rows(
        "SELECT r.person, r.role, r.organ, p.unit, r.from_day, r.to_day, 0 FROM roles r \
         JOIN persons p ON p.bureau = r.bureau AND p.id = r.person WHERE r.bureau = $1 AND p.active = 1 \
         UNION ALL SELECT d.to_person, d.role, r.organ, p.unit, CASE WHEN r.from_day > d.from_day THEN r.from_day ELSE d.from_day END, \
         CASE WHEN r.to_day < d.to_day THEN r.to_day ELSE d.to_day END, d.from_person FROM delegations d \
         JOIN roles r ON r.bureau = d.bureau AND r.person = d.from_person AND r.role = d.role \
         JOIN persons p ON p.bureau = d.bureau AND p.id = d.from_person AND p.active = 1 \
         JOIN persons t ON t.bureau = d.bureau AND t.id = d.to_person JOIN units u ON u.bureau = t.bureau AND u.id = t.unit AND u.organ = r.organ \
         WHERE d.bureau = $1 AND t.active = 1",
        &[b.into()],
        |row| {
            Ok((row.int(0), row.text(1), row.text(2), row.text(3), row.text(4), row.opt_text(5), row.int(6)))
        },
    )? {
        let Some(role) = Role::parse(&role) else { continue };
        let person = u32::try_from(person).unwrap_or_default();
        let of = u32::try_from(of).ok().filter(|of| *of > 0);
        let (from, to) = (day(&from)?, to.as_deref().map(day).transpose()?);
        orders.holdings.entry(person).or_default().push(Holding { role, organ, unit, from, to, of });
    }
    Ok(orders)
}
