//! From clue to filing.

use crate::acts::{ClueOutcome, Draft, Kind};
use crate::case::Case;
use crate::deadline::Term;
use crate::judge::{Ctx, Cure, Facts, Ruling, Stop, applies, must};

/// The time to check a clue, and the time an approval adds (部令55-15、45).
pub(crate) const VERIFY: Term = Term::workdays(15);
/// The same with its one extension.
pub(crate) const VERIFY_EXTENDED: Term = Term::workdays(25);

super::table! { RULES:
    /// 同一当事人的同一违法行为由最先立案的机关管辖；其他机关已经立案的，不再立案处罚；共同的上一级机关指定本机关管辖的除外。
    Bars "I4" "处罚法25" on [Filing OnSpotPenalty] |c, d, x| {
        if c.has(Kind::JurisdictionDesignated) {
            return Ok(());
        }
        let first = x.elsewhere(d.kind()).iter().find(|other| other.filed <= x.at);
        match first {
            Some(other) => must(false, format_args!("同一违法行为已由{}于{}立案（{}）", other.organ, other.filed, other.case), Cure::None),
            None => Ok(()),
        }
    }

    /// 一案只立一次；核查结论不是应当立案的，不立案。
    Bars "F1" "处罚法54；部令55-15" on Filing |c, _, _x| {
        must(c.filing().is_none(), "本案已经立案", Cure::None)?;
        let verified = c.all::<crate::acts::ClueVerified>().next_back();
        must(verified.is_none_or(|fact| fact.outcome == ClueOutcome::File), "核查结论不是应当立案", Cure::Do(Kind::ClueVerified))
    }

    /// 已经立案的，只能以决定或者终止调查结束，不能再作不予立案。
    Bars "F2" "部令55-15、31" on FilingRefused |c, _, _x| {
        must(c.filing().is_none(), "本案已经立案", Cure::Do(Kind::CaseEnded))
    }

    /// 核查期限只延长一次，并在核查、立案之前批准。
    Bars "F3" "部令55-15" on VerifyExtended |c, _, _x| {
        must(!c.has(Kind::VerifyExtended), "核查期限已经延长过一次", Cure::None)?;
        must(!c.has(Kind::ClueVerified) && c.filing().is_none(), "核查已经完成", Cure::None)
    }

    /// 线索在十五个工作日内核查并决定是否立案；经批准可以延长十个工作日。
    Marks "Z15" "部令55-15" from "2022-05-01" on [ClueVerified Filing FilingRefused] |c, d, x| {
        let clue = c.clue().or_na()?;
        // Once the check is recorded, the check itself carries the mark.
        applies(d.kind() == Kind::ClueVerified || !c.has(Kind::ClueVerified))?;
        let term = if c.has(Kind::VerifyExtended) { VERIFY_EXTENDED } else { VERIFY };
        let due = x.now.calendar.due(clue.day(), term, &[]);
        must(x.at <= due.last, format_args!("线索核查期限{}届满", due.last), Cure::None)
    }

    /// 违法行为二年内未被发现的不再处罚；涉及公民生命健康、金融安全且有危害后果的为五年。自行为终了之日起算。
    Bars "I30" "处罚法36" on [Filing PriorNotice PenaltyDecided OnSpotPenalty] |c, d, x| {
        limitation(c, d, x)
    }

    /// 调查终结、告知、审核、讨论和决定，都以立案为前提。
    Bars "I6a" "处罚法54" on [FinalReport PriorNotice LegallyReviewed Discussed PenaltyDecided PenaltyWaived UnprovenDecided TermExtended CaseSuspended CaseEnded] |c, _, _x| {
        c.filing().need("未立案", Kind::Filing)?;
        Ok(())
    }
}

fn limitation(c: &Case, d: &Draft, x: &Ctx<'_>) -> Ruling {
    let filed_with_harm = c.filing().is_some_and(|filing| filing.harm);
    let (conducts, harm, any) = match d {
        Draft::OnSpotPenalty(d) => {
            // Found on the spot, so the day of the penalty is the day of discovery.
            let term = Term::years(2);
            let last = x.now.calendar.due(d.conduct_day.now()?, term, &[]).last;
            return must(x.at <= last, format_args!("行为终了已满二年（{last}），不再处罚"), Cure::None);
        }
        Draft::Filing(d) => (c.conducts().collect::<Vec<_>>(), d.harm.value, true),
        Draft::PriorNotice(d) => {
            (d.conducts.get()?.iter().filter_map(|no| c.conduct_of(*no)).collect(), Some(filed_with_harm), false)
        }
        Draft::PenaltyDecided(d) => {
            (d.conducts.get()?.iter().filter_map(|no| c.conduct_of(*no)).collect(), Some(filed_with_harm), false)
        }
        _ => return Err(Stop::Na),
    };
    applies(!conducts.is_empty())?;
    let within = |years: u16| {
        let in_time = |conduct: &&crate::case::Conduct| {
            conduct.discovered <= x.now.calendar.due(conduct.day, Term::years(years), &[]).last
        };
        if any { conducts.iter().any(in_time) } else { conducts.iter().all(in_time) }
    };
    if within(2) {
        return Ok(());
    }
    must(within(5), "违法行为终了五年以后才发现，不再处罚", Cure::Do(Kind::PenaltyWaived))?;
    match harm {
        None => Err(Stop::Open("harm")),
        Some(harm) => must(harm, "违法行为终了二年以后才发现，又不属于五年时效的情形，不再处罚", Cure::Change("harm")),
    }
}
