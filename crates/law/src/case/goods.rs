//! Goods the organ holds: sealed, seized, or registered as evidence.

use super::{Case, Fact, Subject};
use crate::Day;
use crate::acts::*;
use crate::calendar::Calendar;
use crate::corpus::Sort;
use crate::deadline::{Due, Span, Term};

/// The time to deal with registered evidence (处罚法56；部令55-19).
pub const REGISTERED: Term = Term::workdays(7);

impl Case {
    /// Days of tests of one item, the day of commission not counted; a test still running is left out up to `until`.
    pub fn tests_of(&self, item: ActNo, until: Day) -> Vec<Span> {
        self.on::<TestCommissioned>(Subject::Item(item)).filter_map(|test| self.test_span(&test, until)).collect()
    }

    /// The days of one test.
    pub(crate) fn test_span(&self, test: &Fact<'_, TestCommissioned>, until: Day) -> Option<Span> {
        let reported = self.on::<TestReported>(Subject::Item(test.no())).next().map(|fact| fact.day());
        let from = test.day().tomorrow().ok()?;
        let to = reported.unwrap_or(until);
        (from <= to).then_some(Span::new(from, to))
    }

    /// Days of tests that do not count towards a seizure: only those the party was told of in writing (强制法25).
    pub fn tests_told(&self, item: ActNo, until: Day) -> Vec<Span> {
        self.on::<TestCommissioned>(Subject::Item(item))
            .filter(|test| test.told)
            .filter_map(|test| self.test_span(&test, until))
            .collect()
    }

    /// The length of a seizure with its extensions.
    pub fn seizure_term(&self, seizure: ActNo) -> Term {
        let days = match self.record(seizure).map(|rec| &rec.act) {
            Some(Act::Seized(act)) => act.days,
            _ => 0,
        };
        let more = self.on::<SeizureExtended>(Subject::Item(seizure)).map(|fact| fact.days);
        let all = more.fold(days, u32::saturating_add);
        Term::days(u16::try_from(all).unwrap_or(u16::MAX))
    }

    /// The last day of a seizure as known on a day (强制法25).
    pub fn seizure_due(&self, seizure: ActNo, on: Day, calendar: &Calendar) -> Option<Due> {
        let start = self.record(seizure)?.happened;
        Some(calendar.due(start, self.seizure_term(seizure), &self.tests_told(seizure, on)))
    }

    /// The lifting of a seizure.
    pub fn lifted(&self, seizure: ActNo) -> Option<Fact<'_, SeizureLifted>> {
        self.on(Subject::Item(seizure)).next()
    }

    /// Whether the goods of a seizure or registration are no longer with the organ: returned or disposed of.
    pub fn goods_gone(&self, holding: ActNo) -> Option<Day> {
        let item = Subject::Item(holding);
        let back = self.on::<GoodsReturned>(item).next().map(|fact| fact.day());
        back.or(self.on::<GoodsDisposed>(item).next().map(|fact| fact.day()))
    }

    /// The disposal of registered evidence.
    pub fn disposed(&self, registered: ActNo) -> Option<Fact<'_, RegisteredDisposed>> {
        self.on(Subject::Item(registered)).next()
    }

    /// Whether registered goods are to go back: kept by the organ, and released, copied, or lapsed by that day.
    pub fn registered_to_return(
        &self,
        registered: &Fact<'_, EvidenceRegistered>,
        on: Day,
        calendar: &Calendar,
    ) -> bool {
        if registered.kept == KeptAt::Place {
            return false;
        }
        match self.disposed(registered.no()) {
            Some(disposal) => matches!(disposal.way, RegisteredWay::Recorded | RegisteredWay::Released),
            None => on > calendar.due(registered.day(), REGISTERED, &[]).last,
        }
    }

    /// The standing decision that takes the goods of a party.
    pub fn confiscation(&self, party: PartyNo) -> Option<super::Decision> {
        self.decisions(party).into_iter().find(|decision| decision.sorts.contains(&Sort::Property))
    }

    /// The day from which a seizure must be lifted at once: the urgent approval refused, or every conduct of the party decided without
    /// taking the goods (强制法19、28).
    pub fn to_lift(&self, seizure: &Fact<'_, Seized>) -> Option<Day> {
        let refused =
            self.on::<SeizureApproved>(Subject::Item(seizure.no())).find(|fact| !fact.approve).map(|fact| fact.day());
        let party = self.party_of(seizure.no())?;
        let decisions = self.decisions(party);
        let decided = if decisions.is_empty() || self.confiscation(party).is_some() {
            self.ended().map(|ended| ended.day())
        } else {
            decisions.iter().map(|decision| decision.day).max()
        };
        refused.into_iter().chain(decided).min()
    }
}
