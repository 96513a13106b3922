//! Tickets: received, contacted, answered, closed, given back.

use intake::{Act, Caller, Channel, Error, Kind, NewTicket, Who};
use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::{Bureau, Done, TODAY};

fn on(day: Date) -> Who {
    Who { login: "desk".into(), person: 1, today: day }
}

impl Bureau {
    pub(super) fn fill_tickets(&mut self) {
        for _ in 0..80 {
            self.receive();
        }
        for _ in 0..500 {
            self.correct_ticket();
        }
    }

    fn receive(&mut self) -> i64 {
        let day = self.day(date(2023, 11, 1));
        let new = NewTicket {
            source: "test".into(),
            order_no: format!("工单{:05}", self.tickets + 1),
            channel: *self.random.pick(Channel::ALL),
            kind: *self.random.pick(Kind::ALL),
            received: day.at(9, 0, 0, 0),
            address: "徐泾镇明珠路".into(),
            content: "占道堆物".into(),
            caller: Caller::default(),
            confidential: false,
            urgent: false,
        };
        self.tickets = self.intake.receive_blocking(on(TODAY), new).unwrap();
        self.tickets
    }

    pub(super) fn correct_ticket(&mut self) -> Done {
        if self.random.chance(12) {
            return Some(format!("received: ticket {}", self.receive()));
        }
        let ticket = 1 + i64::try_from(self.random.below(usize::try_from(self.tickets).unwrap())).unwrap();
        let stream = format!("ticket/{ticket}");
        let days =
            self.world.ledger.read_blocking(move |tx| Ok(tx.stream(&stream)?.iter().map(|e| e.happened_at).collect()));
        let days: Vec<Date> = days.unwrap();
        // The days of a ticket follow each other; what comes next comes soon.
        let after = 1 + i64::try_from(self.random.below(4)).unwrap();
        let day = days.into_iter().max().unwrap() + after.days() - 1.days();
        let act = match self.random.below(6) {
            0 | 1 => Act::Contacted { reached: self.random.chance(80), note: String::new() },
            2 => Act::Assigned { unit: "xujing-squad".into(), note: None, with: Vec::new(), rule: None },
            3 => Act::Answered { solved: true, note: String::new(), shared: None },
            4 => Act::Closed {},
            _ => Act::Returned { reason: "R3".into(), body: String::new(), note: String::new() },
        };
        let (label, said) = (act.label(), !matches!(act, Act::Closed {} | Act::Assigned { .. }));
        let note = said.then(|| "已说明".to_owned());
        match self.intake.perform_blocking(on(day), ticket, None, act, note) {
            Ok(()) => Some(format!("ticket act: {label} of ticket {ticket} on {day}")),
            Err(Error::Refused(_)) => None,
            Err(other) => panic!("ticket {ticket}: {other:?}"),
        }
    }

    /// The answer was entered for a day after the closing.
    pub(super) fn close_before_the_answer(&mut self) -> String {
        let ticket = self.receive();
        let day = date(2024, 6, 5);
        let note = || Some("已说明".to_owned());
        let assign = Act::Assigned { unit: "xujing-squad".into(), note: None, with: Vec::new(), rule: None };
        self.intake.perform_blocking(on(day), ticket, None, assign, None).unwrap();
        let answer = Act::Answered { solved: true, note: String::new(), shared: None };
        self.intake.perform_blocking(on(date(2024, 6, 7)), ticket, None, answer, note()).unwrap();
        self.intake.perform_blocking(on(date(2024, 6, 6)), ticket, None, Act::Closed {}, None).unwrap();
        format!("closed before the answer: ticket {ticket}")
    }
}
