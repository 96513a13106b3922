//! Prior notice, the party's answer, its re-check.

use crate::acts::{Kind, Outcome, PartyKind, PriorNotice, draft};
use crate::case::PartyFacts;
use crate::corpus::Sort;
use crate::judge::{Cure, Facts, Stop, must};
use crate::money::Fen;

super::table! { RULES:
    /// 告知以调查终结为前提：报告建议给予处罚，并且在当事人和违法行为都登记以后。
    Bars "I10c" "处罚法44、54；部令55-20、21" on PriorNotice |c, d, x| {
        let report = c.report().need("没有调查终结报告", Kind::FinalReport)?;
        must(report.outcome == Outcome::Penalise, "调查终结报告没有建议给予处罚", Cure::Do(Kind::FinalReport))?;
        let party = x.party(c).or_na()?;
        must(report.after(party.by), "当事人在调查终结以后追加", Cure::Do(Kind::FinalReport))?;
        let conducts = d.conducts.get()?;
        must(!conducts.is_empty(), "没有写明违法行为", Cure::Change("conducts"))?;
        let known = conducts.iter().filter_map(|no| c.conduct_of(*no)).all(|conduct| report.after(conduct.by));
        must(known, "违法行为在调查终结以后登记", Cure::Do(Kind::FinalReport))
    }

    /// 告知写明拟处罚的事实、理由、依据和内容。
    Bars "N2" "处罚法44" on PriorNotice |_, d, _x| {
        must(!d.facts.get()?.is_empty(), "没有写明违法事实", Cure::Change("facts"))?;
        must(!d.reason.get()?.is_empty(), "没有写明理由和依据", Cure::Change("reason"))
    }

    /// 当事人申辩以后重新告知的，罚款不得高于申辩时告知的数额。
    Bars "I13a" "处罚法45" on PriorNotice |c, d, x| {
        let cap = c.fine_cap(x.party(c).or_na()?.no).or_na()?;
        let fine = d.fine.now()?;
        must(fine <= cap, format_args!("申辩后由{cap}加重为{fine}；另有违法行为的另案办理"), Cure::Change("fine"))
    }

    /// 重新告知以前，已经提出的申辩都要有书面复核意见。
    Bars "I14a" "处罚法45；部令55-22" on PriorNotice |c, _, x| {
        let party = x.party(c).or_na()?;
        c.notice(party.no).or_na()?;
        must(c.unanswered(party.no).is_empty(), "申辩未复核", Cure::Do(Kind::Rechecked))
    }

    /// 重新告知以前，按期提出的听证要举行或者依法终止。
    Bars "I17b" "处罚法63、64；沪听证27" on PriorNotice |c, _, x| {
        let party = x.party(c).or_na()?;
        c.notice(party.no).or_na()?;
        pending_hearing(c, party, x)
    }

    /// 对公民五千元以上、对单位五万元以上的罚款、没收，以及降低资质、吊销许可、停产停业、关闭、限制从业等处罚，告知有权要求听证。
    Bars "I15a" "处罚法63；沪听证3、4" on PriorNotice |c, d, x| {
        let party = x.party(c).or_na()?;
        let due = hearing_due(party.kind(), &Content::of_notice(d)?);
        match due {
            None => Err(Stop::Na),
            Some(why) => must(d.hearing_right.now()?, format_args!("{why}，应当告知听证权"), Cure::Change("hearing_right")),
        }
    }

    /// 作出应当听证的处罚，所依据的告知必须告知过听证权。
    Bars "I15b" "处罚法63；沪听证3、4" on PenaltyDecided |c, d, x| {
        let party = x.party(c).or_na()?;
        let notice = c.notice(party.no).or_na()?;
        match hearing_due(party.kind(), &Content::of_decision(d)?) {
            None => Err(Stop::Na),
            Some(why) => must(notice.hearing_right, format_args!("{why}，没有告知听证权"), Cure::Do(Kind::PriorNotice)),
        }
    }

    /// 陈述申辩的复核意见要写明。
    Bars "I14c" "处罚法45；部令55-22" on Rechecked |_, d, _x| {
        must(!d.answer.get()?.is_empty(), "没有写明复核意见", Cure::Change("answer"))
    }
}

/// What a penalty takes, as far as the hearing lines ask.
pub(super) struct Content<'a> {
    pub(super) sorts: &'a [Sort],
    pub(super) fine: Fen,
    pub(super) gains: Option<Fen>,
    pub(super) property: Option<Fen>,
}

impl<'a> Content<'a> {
    pub(super) fn of_notice(d: &'a draft::PriorNotice) -> Result<Content<'a>, Stop> {
        Ok(Content { sorts: d.sorts.get()?, fine: d.fine.now()?, gains: d.gains.now()?, property: d.property.now()? })
    }

    pub(super) fn of_decision(d: &'a draft::PenaltyDecided) -> Result<Content<'a>, Stop> {
        Ok(Content { sorts: d.sorts.get()?, fine: d.fine.now()?, gains: d.gains.now()?, property: d.property.now()? })
    }

    pub(super) fn of_recorded(act: &'a PriorNotice) -> Content<'a> {
        Content { sorts: &act.sorts, fine: act.fine, gains: act.gains, property: act.property }
    }
}

/// Why a hearing right must be told; none when it need not. Fine, gains and property are counted apart (沪听证4).
pub(super) fn hearing_due(kind: PartyKind, content: &Content<'_>) -> Option<String> {
    let (line, who) = match kind {
        PartyKind::Person => (Fen::yuan(5_000), "对公民"),
        PartyKind::Unit => (Fen::yuan(50_000), "对单位"),
    };
    let heavy =
        [Sort::Downgrade, Sort::RevokeLicence, Sort::Restrict, Sort::StopProduction, Sort::Close, Sort::BanPractice];
    if let Some(sort) = content.sorts.iter().find(|sort| heavy.contains(sort)) {
        return Some(format!("拟{}", sort.label()));
    }
    let amounts = [("罚款", Some(content.fine)), ("没收违法所得", content.gains), ("没收非法财物", content.property)];
    amounts.into_iter().find_map(|(what, amount)| {
        amount.filter(|amount| *amount >= line).map(|amount| format!("{who}{what}{amount}，达到{line}"))
    })
}

/// A request for a hearing made in time is held, ended or given up before the case goes on.
pub(super) fn pending_hearing(
    c: &crate::case::Case,
    party: &PartyFacts,
    x: &crate::judge::Ctx<'_>,
) -> crate::judge::Ruling {
    let requests = c.hearing_requests(party.no);
    crate::judge::applies(!requests.is_empty())?;
    let pending = requests.iter().find(|request| request.settled.is_none() && c.asked_in_time(request, x.now.calendar));
    let cure = match pending {
        Some(request) if c.by::<crate::acts::HearingNotified>(party.no).any(|fact| fact.after(request.asked)) => {
            Kind::HearingHeld
        }
        _ => Kind::HearingNotified,
    };
    must(pending.is_none(), "当事人按期申请的听证尚未举行或者终止", Cure::Do(cure))
}

/// Must a hearing right be told of before a fine of this amount (处罚法63；沪听证4)?
pub fn fine_heard(kind: PartyKind, fine: Fen) -> bool {
    hearing_due(kind, &Content { sorts: &[Sort::Fine], fine, gains: None, property: None }).is_some()
}
