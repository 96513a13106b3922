//! Service.

use crate::acts::{Kind, ServiceWay};
use crate::deadline::Term;
use crate::judge::{Cure, Facts, applies, must};

/// The time to serve a decision on a party who was not there when it was announced (处罚法61).
pub(crate) const SERVICE: Term = Term::workdays(7);

super::table! { RULES:
    /// 当事人同意并签订确认书的，才能以传真、电子邮件等方式送达。
    Bars "I26a" "处罚法61" on SentElectronically |c, _, x| {
        let party = c.party_of_subject(x.subject).or_na()?;
        must(c.consents_electronically(party), "当事人没有签订同意电子送达的确认书", Cure::Do(Kind::AddressConfirmed))
    }

    /// 决定书在宣告后当场交付；当事人不在场的，七个工作日内送达。
    Marks "I26b" "处罚法61" on Served |c, _, x| {
        let of = x.of().or_na()?;
        let record = c.record(of).or_na()?;
        applies(matches!(record.act.kind(), Kind::PenaltyDecided | Kind::PenaltyWaived | Kind::UnprovenDecided))?;
        // Only the first service counts: a second copy cannot be late.
        applies(c.served(of).is_none())?;
        let due = x.now.calendar.due(record.happened, SERVICE, &[]);
        must(x.at <= due.last, format_args!("送达期限{}届满", due.last), Cure::None)
    }

    /// 电子送达以确认书为前提；送达有回证。
    Marks "I26c" "处罚法61" on Served |c, d, x| {
        let way = d.way.now()?;
        let party = c.party_of_subject(x.subject).or_na()?;
        must(way != ServiceWay::Electronic || c.consents_electronically(party), "当事人没有同意电子送达", Cure::Do(Kind::AddressConfirmed))?;
        must(d.receipt.now()?, "没有送达回证", Cure::None)
    }
}
