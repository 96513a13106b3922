//! People of the bureau: where they work, certificates, roles, qualifications.

use jiff::civil::{Date, date};
use office::Role;
use office::change::{Change, NewPerson, record, record_person};

use super::{Bureau, Done, TODAY};

/// Persons of the bureau's own units who lead no case.
const FIRST: u32 = 12;
const LAST: u32 = 26;

impl Bureau {
    fn change(&mut self, on: Date, change: Change) {
        self.world.ledger.act_blocking(move |tx| record(tx, "office", on, &change)).unwrap();
    }

    fn person(&mut self) -> u32 {
        FIRST + u32::try_from(self.random.below((LAST - FIRST + 1) as usize)).unwrap()
    }

    pub(super) fn correct_people(&mut self) -> Done {
        let (person, on) = (self.person(), self.day(date(2023, 11, 1)));
        match self.random.below(4) {
            0 => {
                let unit = (*self.random.pick(&["qp-law", "qp-cases", "qp-brigade", "xujing-squad"])).to_owned();
                let (name, post, active) = (format!("示例{person}"), "执法队员".to_owned(), self.random.chance(75));
                let what = format!("person: {person} of {unit}, here {active}");
                let new = NewPerson { id: person, name, phone: None, unit, post, active };
                self.world.ledger.act_blocking(move |tx| record_person(tx, "office", on, &new)).unwrap();
                Some(what)
            }
            1 => {
                // The certificate everybody has said anew, or another one.
                let own = self.random.chance(60);
                let number = if own { format!("沪A{person:06}") } else { format!("沪B{person:06}") };
                let from = if own { date(2021, 8, 1) } else { self.day(date(2023, 11, 1)) };
                let (to, published) = (self.day(from), self.random.chance(70));
                let what = format!("certificate: {number} from {from} to {to}, published {published}");
                self.change(on, Change::Certificate { person, number, from, to, published });
                Some(what)
            }
            2 => {
                let role = *self.random.pick(&[Role::LegalReviewer, Role::SquadLegalOfficer, Role::Desk]);
                let from = *self.random.pick(&[date(2024, 1, 1), date(2024, 11, 21), date(2024, 11, 22)]);
                let to = if self.random.chance(40) { Some(self.day(from)) } else { None };
                self.change(on, Change::Role { person, role, organ: "qp".into(), from, to });
                Some(format!("role: {} of {person} from {from} to {to:?}", role.code()))
            }
            _ => {
                let kind = (*self.random.pick(&["legal", "public_lawyer", "reviewed_before_2018"])).to_owned();
                let (from, source) = (self.day(date(2023, 11, 1)), "证书（示例）".to_owned());
                let what = format!("qualification: {kind} of {person} from {from}");
                self.change(on, Change::Qualification { person, kind, from, source });
                Some(what)
            }
        }
    }

    /// A certificate that is not published after all.
    pub(super) fn unpublish(&mut self) -> String {
        let (person, number) = (LAST, format!("沪A{LAST:06}"));
        let (from, to) = (date(2021, 8, 1), date(2026, 12, 31));
        self.change(TODAY, Change::Certificate { person, number, from, to, published: false });
        format!("unpublished: certificate of {person}")
    }

    /// Somebody who passed the examination and has no licence.
    pub(super) fn qualify_without_licence(&mut self) -> String {
        let (person, from) = (FIRST, date(2024, 3, 1));
        let source = "证书（示例）".into();
        self.change(TODAY, Change::Qualification { person, kind: "legal".into(), from, source });
        format!("no licence: {person}")
    }
}
