//! The standing order as pages and documents read it: organs, units, persons, certificates, roles, whole and in memory.

use std::collections::BTreeMap;

use jiff::civil::Date;
use ledger::{Fault, Tx};

use crate::Role;
use crate::read::{Bureau, Organ, Unit};

/// Everything of the standing order that names something; a few hundred rows, read once for each change.
#[derive(Debug, Default, Clone)]
pub struct Directory {
    /// The bureau.
    pub bureau: Bureau,
    /// Every organ, in the order of the standing order.
    pub organs: Vec<Organ>,
    /// Every unit, in the order of the standing order.
    pub units: Vec<Unit>,
    persons: BTreeMap<u32, Person>,
    holdings: Vec<Holding>,
    /// Words of number series, by organ and document kind.
    words: BTreeMap<(String, String), String>,
}

#[derive(Debug, Clone)]
struct Person {
    name: String,
    unit: String,
    active: bool,
    certificates: Vec<Certificate>,
}

#[derive(Debug, Clone)]
struct Certificate {
    number: String,
    from: String,
    to: String,
}

/// A role held for an organ, the own or a delegated one.
#[derive(Debug, Clone)]
struct Holding {
    person: u32,
    role: Role,
    organ: String,
    from: String,
    to: Option<String>,
}

impl Directory {
    /// Name of a person.
    pub fn name(&self, person: u32) -> Option<&str> {
        self.persons.get(&person).map(|p| p.name.as_str())
    }

    /// The unit a person belongs to.
    pub fn unit_of(&self, person: u32) -> Option<&str> {
        self.persons.get(&person).map(|p| p.unit.as_str())
    }

    /// The organ of this id.
    pub fn organ(&self, id: &str) -> Option<&Organ> {
        self.organs.iter().find(|organ| organ.id == id)
    }

    /// The unit of this id.
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.id == id)
    }

    /// The word of the series that documents of this kind take their numbers from, where the organ has one of its own.
    pub fn word(&self, organ: &str, document: &str) -> Option<&str> {
        self.words.get(&(organ.to_owned(), document.to_owned())).map(String::as_str)
    }

    /// The certificate a person holds on a day.
    pub fn certificate(&self, person: u32, on: Date) -> Option<&str> {
        let on = on.to_string();
        let held = &self.persons.get(&person)?.certificates;
        held.iter().rev().find(|c| c.from <= on && c.to >= on).map(|c| c.number.as_str())
    }

    /// Whose enforcement certificate this is or once was.
    pub fn holder(&self, certificate: &str) -> Option<u32> {
        let held = |p: &Person| p.certificates.iter().any(|c| c.number == certificate);
        self.persons.iter().find(|(_, p)| held(p)).map(|(id, _)| *id)
    }

    /// The one person of this name; none where nobody or more than one has it.
    pub fn named(&self, name: &str) -> Option<u32> {
        let mut of_name = self.persons.iter().filter(|(_, p)| p.name == name).map(|(id, _)| *id);
        of_name.next().filter(|_| of_name.next().is_none())
    }

    /// By what a person is known outside: the certificate of that day, else the newest one, else the name where nobody shares it.
    pub fn known_as(&self, person: u32, on: Date) -> Option<&str> {
        let found = self.persons.get(&person)?;
        let newest = || found.certificates.last().map(|c| c.number.as_str());
        let name = || Some(found.name.as_str()).filter(|name| self.named(name).is_some());
        self.certificate(person, on).or_else(newest).or_else(name)
    }

    /// The persons of a unit who hold a valid certificate on a day: who may be chosen as an officer.
    pub fn officers(&self, unit: &str, on: Date) -> Vec<(u32, String)> {
        self.persons
            .iter()
            .filter(|(id, p)| p.active && p.unit == unit && self.certificate(**id, on).is_some())
            .map(|(id, p)| (*id, p.name.clone()))
            .collect()
    }

    /// Who holds one of these roles on a day, of this organ or of any; the own and the delegated.
    pub fn holders(&self, roles: &[Role], organ: Option<&str>, on: Date) -> Vec<(u32, String)> {
        let on = on.to_string();
        let mut found: Vec<(u32, String)> = Vec::new();
        for held in &self.holdings {
            let valid = held.from <= on && held.to.as_ref().is_none_or(|to| *to >= on);
            let here = organ.is_none_or(|organ| organ == held.organ);
            if valid && here && roles.contains(&held.role) && found.iter().all(|f| f.0 != held.person) {
                found.push((held.person, self.name(held.person).unwrap_or_default().to_owned()));
            }
        }
        found
    }

    /// The directory as it stands.
    ///
    /// # Errors
    /// The database fails.
    pub fn read(tx: &mut Tx<'_>) -> Result<Directory, Fault> {
        let bureau = tx.bureau().to_owned();
        let b = bureau.as_str();
        let number = |n: i64| u32::try_from(n).unwrap_or_default();
        let mut persons: BTreeMap<u32, Person> = tx
            .rows("SELECT id, name, unit, active FROM persons WHERE bureau = $1", &[b.into()], |row| {
                let person =
                    Person { name: row.text(1), unit: row.text(2), active: row.int(3) == 1, certificates: Vec::new() };
                Ok((number(row.int(0)), person))
            })?
            .into_iter()
            .collect();
        let certificates = tx.rows(
            "SELECT person, number, from_day, to_day FROM certificates WHERE bureau = $1 ORDER BY person, from_day",
            &[b.into()],
            |row| Ok((number(row.int(0)), Certificate { number: row.text(1), from: row.text(2), to: row.text(3) })),
        )?;
        for (person, certificate) in certificates {
            if let Some(person) = persons.get_mut(&person) {
                person.certificates.push(certificate);
            }
        }
        let holdings = tx.rows(
            "SELECT person, role, organ, from_day, to_day FROM roles WHERE bureau = $1 \
             UNION ALL SELECT d.to_person, d.role, r.organ, CASE WHEN r.from_day > d.from_day THEN r.from_day ELSE d.from_day END, \
             CASE WHEN r.to_day < d.to_day THEN r.to_day ELSE d.to_day END FROM delegations d JOIN roles r \
             ON r.bureau = d.bureau AND r.person = d.from_person AND r.role = d.role \
         JOIN persons t ON t.bureau = d.bureau AND t.id = d.to_person JOIN units u ON u.bureau = t.bureau AND u.id = t.unit AND u.organ = r.organ \
         WHERE d.bureau = $1 ORDER BY 1, 4",
            &[b.into()],
            |row| Ok((number(row.int(0)), row.text(1), row.text(2), row.text(3), row.opt_text(4))),
        )?;
        let holdings = holdings
            .into_iter()
            .filter_map(|(person, role, organ, from, to)| {
                Some(Holding { person, role: Role::parse(&role)?, organ, from, to })
            })
            .collect();
        let words = tx
            .rows("SELECT organ, document, word FROM series WHERE bureau = $1", &[b.into()], |row| {
                Ok(((row.text(0), row.text(1)), row.text(2)))
            })?
            .into_iter()
            .collect();
        Ok(Directory {
            bureau: crate::read::bureau(tx)?,
            organs: crate::read::organs(tx)?,
            units: crate::read::units(tx)?,
            persons,
            holdings,
            words,
        })
    }
}
