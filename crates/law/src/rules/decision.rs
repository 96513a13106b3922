//! Decisions of the ordinary procedure.

use crate::acts::{
    ClueVerified, CorrectionChecked, Draft, Kind, PartyChanged, PriorNotice, WaiveGround, Waived, Waiver,
};
use crate::case::{Case, CrimeState, Fact, PartyFacts};
use crate::deadline::{Due, Term};
use crate::judge::{Ctx, Cure, Facts, Stop, applies, must};
use crate::money::Fen;
use crate::rules::notice::pending_hearing;

super::table! { RULES:
    /// 作出处罚决定以调查终结、已经送达的事先告知为前提；告知在最后一次调查终结、变更当事人、撤销原决定之后。
    Bars "I10a" "处罚法44、54、62" on PenaltyDecided |c, _, x| {
        let report = c.report().need("没有调查终结报告", Kind::FinalReport)?;
        let party = x.party(c).or_na()?;
        let notice = c.notice(party.no).need("没有事先告知", Kind::PriorNotice)?;
        let again = Cure::Do(Kind::PriorNotice);
        must(c.last_revocation(party.no).is_none_or(|no| notice.after(no)), "原决定撤销以后没有重新告知", again)?;
        must(notice.after(report.no()), "调查终结报告在告知之后", again)?;
        must(c.by::<PartyChanged>(party.no).all(|fact| notice.after(fact.no())), "变更当事人在告知之后", again)?;
        c.served(notice.no()).need("告知书未送达", Kind::Served)?;
        Ok(())
    }

    /// 不予处罚和事实不成立的决定，以调查终结为前提。
    Bars "I10b" "处罚法54、57" on [PenaltyWaived UnprovenDecided] |c, _, _x| {
        c.report().need("没有调查终结报告", Kind::FinalReport)?;
        Ok(())
    }

    /// 告知送达后五个工作日内当事人可以陈述申辩；期限届满、明确放弃或者已经申辩以前，不得作出决定。
    Bars "I11" "处罚法44、62；部令55-22" on PenaltyDecided |c, _, x| {
        let (party, notice, window) = window(c, x)?;
        applies(!waived(c, party, &notice, Waiver::Defence))?;
        let defended = c.by::<crate::acts::Defended>(party.no).any(|fact| fact.after(notice.no()));
        applies(!defended)?;
        must(x.at > window.last, format_args!("陈述申辩期至{}届满", window.last), until(window))
    }

    /// 告知听证权的，送达后五个工作日届满、明确放弃或者听证办结以前，不得作出决定。
    Bars "I16" "处罚法63、64；沪听证16" on PenaltyDecided |c, _, x| {
        let (party, notice, window) = window(c, x)?;
        applies(notice.hearing_right)?;
        applies(!waived(c, party, &notice, Waiver::Hearing))?;
        applies(!c.hearing_requests(party.no).iter().any(|request| request.notice == Some(notice.no()) && request.settled.is_some()))?;
        must(x.at > window.last, format_args!("申请听证的期限至{}届满", window.last), until(window))
    }

    /// 当事人按期申请听证的，举行或者依法终止以前不得作出决定。
    Bars "I17a" "处罚法63、64；沪听证27" on PenaltyDecided |c, _, x| {
        let party = x.party(c).or_na()?;
        pending_hearing(c, party, x)
    }

    /// 当事人的每一次申辩都有书面复核意见，才能作出决定。
    Bars "I14b" "处罚法45；部令55-22" on PenaltyDecided |c, _, x| {
        let party = x.party(c).or_na()?;
        applies(c.by::<crate::acts::Defended>(party.no).next().is_some())?;
        must(c.unanswered(party.no).is_empty(), "申辩未复核", Cure::Do(Kind::Rechecked))
    }

    /// 决定不超出告知：没有未告知的违法行为和处罚种类，罚款、没收不高于告知的数额。
    Bars "I12" "处罚法44、45" on PenaltyDecided |c, d, x| {
        let notice = c.notice(x.party(c).or_na()?.no).or_na()?;
        let again = Cure::Do(Kind::PriorNotice);
        must(d.conducts.get()?.iter().all(|no| notice.conducts.contains(no)), "有未告知的违法行为", again)?;
        must(d.sorts.get()?.iter().all(|sort| notice.sorts.contains(sort)), "有未告知的处罚种类", again)?;
        must(d.fine.now()? <= notice.fine, format_args!("罚款高于告知的{}", notice.fine), again)?;
        let more = |decided: Option<Fen>, told: Option<Fen>| decided.unwrap_or_default() > told.unwrap_or_default();
        must(!more(d.gains.now()?, notice.gains) && !more(d.property.now()?, notice.property), "没收数额高于告知的数额", again)
    }

    /// 不得因当事人申辩而加重：罚款不高于任何一次申辩时告知的数额。
    Bars "I13b" "处罚法45" on PenaltyDecided |c, d, x| {
        let cap = c.fine_cap(x.party(c).or_na()?.no).or_na()?;
        let fine = d.fine.now()?;
        must(fine <= cap, format_args!("申辩后由{cap}加重为{fine}"), Cure::Change("fine"))
    }

    /// 经过听证的，根据听证笔录作出决定并在决定书中载明。
    Bars "I20" "处罚法65；沪听证24" on PenaltyDecided |c, d, x| {
        let party = x.party(c).or_na()?;
        applies(c.by::<crate::acts::HearingHeld>(party.no).next().is_some())?;
        must(d.cites_hearing.now()?, "没有载明听证", Cure::Change("cites_hearing"))
    }

    /// 同一当事人的同一违法行为已有决定的，撤销以前不再告知、不再决定。
    Bars "I24" "处罚法29、57" on [PriorNotice PenaltyDecided PenaltyWaived UnprovenDecided OnSpotPenalty] |c, d, x| {
        let (party, conducts) = if let Draft::OnSpotPenalty(d) = d {
            let key = &d.party_key.get()?.0;
            let party = c.parties().find(|party| party.key == *key).or_na()?.no;
            let (matter, day) = (&d.matter.get()?.0, d.conduct_day.now()?);
            (party, c.conducts().filter(|conduct| conduct.matter == *matter && conduct.day == day).map(|conduct| conduct.no).collect())
        } else {
            let party = x.party(c).or_na()?.no;
            let standing = c.decisions(party);
            // With every conduct already decided nothing is left, whatever the draft will name.
            let all = c.conducts().all(|conduct| standing.iter().any(|decision| decision.conducts.contains(&conduct.no)));
            must(!all || standing.is_empty(), "对该当事人已经作出决定", Cure::Do(Kind::DecisionRevoked))?;
            let conducts = match d {
                Draft::PriorNotice(d) => d.conducts.get()?,
                Draft::PenaltyDecided(d) => d.conducts.get()?,
                Draft::PenaltyWaived(d) => d.conducts.get()?,
                Draft::UnprovenDecided(d) => d.conducts.get()?,
                _ => return Err(Stop::Na),
            };
            (party, conducts.clone())
        };
        let decided = c.decisions(party).iter().any(|decision| decision.conducts.iter().any(|no| conducts.contains(no)));
        must(!decided, "对该违法行为已经作出决定", Cure::Do(Kind::DecisionRevoked))
    }

    /// 决定写明违法行为、事实、证据、理由和依据；罚款的写明缴款方式。救济途径和期限由法律直接确定，随文书印出。
    Bars "I25" "处罚法59；罚缴分离办法7" on [PenaltyDecided PenaltyWaived UnprovenDecided OnSpotPenalty] |_, d, _x| {
        let facts = || must(false, "没有写明违法事实", Cure::Change("facts"));
        let reason = || must(false, "没有写明理由和依据", Cure::Change("reason"));
        let conducts = || must(false, "没有写明违法行为", Cure::Change("conducts"));
        match d {
            Draft::PenaltyDecided(d) => {
                if d.conducts.get()?.is_empty() { conducts()? }
                if d.facts.get()?.is_empty() { facts()? }
                must(!d.evidence_summary.get()?.is_empty(), "没有写明证据", Cure::Change("evidence_summary"))?;
                if d.reason.get()?.is_empty() { reason()? }
                let paid = d.fine.now()? == Fen::ZERO || d.pay_to.get()?.is_some();
                must(paid, "没有写明缴款方式", Cure::Change("pay_to"))
            }
            Draft::PenaltyWaived(d) => {
                if d.conducts.get()?.is_empty() { conducts()? }
                if d.facts.get()?.is_empty() { facts()? }
                if d.reason.get()?.is_empty() { reason()? }
                Ok(())
            }
            Draft::UnprovenDecided(d) => {
                if d.conducts.get()?.is_empty() { conducts()? }
                if d.reason.get()?.is_empty() { reason()? }
                Ok(())
            }
            Draft::OnSpotPenalty(d) => {
                if d.facts.get()?.is_empty() { facts()? }
                if d.reason.get()?.is_empty() { reason()? }
                Ok(())
            }
            _ => Err(Stop::Na),
        }
    }

    /// 不予处罚的事由与查明的事实一致：年龄、责任能力、时效；轻微、初次的已经改正。
    Bars "I34" "处罚法30、31、33、36" on PenaltyWaived |c, d, x| {
        let party = x.party(c).or_na()?;
        let corrected = c.report().is_some_and(|report| report.corrected)
            || c.all::<CorrectionChecked>().any(|fact| fact.corrected && c.party_of(fact.no()) == Some(party.no));
        let conducts: Vec<_> = d.conducts.get()?.iter().filter_map(|no| c.conduct_of(*no)).collect();
        let ok = match d.ground.now()? {
            WaiveGround::Minor | WaiveGround::First => corrected,
            WaiveGround::NoFault => true,
            WaiveGround::Under14 => {
                party.person && party.born.is_some_and(|born| conducts.iter().all(|conduct| crate::rules::measure::age(born, conduct.day) < 14))
            }
            WaiveGround::Incapable => party.incapable,
            WaiveGround::Lapsed => {
                let term = if c.filing().is_some_and(|filing| filing.harm) { Term::years(5) } else { Term::years(2) };
                conducts.iter().any(|conduct| conduct.discovered > x.now.calendar.due(conduct.day, term, &[]).last)
            }
        };
        must(ok, format_args!("查明的事实不符合“{}”", d.ground.now()?.label()), Cure::Change("ground"))
    }

    /// 从轻、减轻处罚的，调查终结报告写明法定事由；减轻的经法制审核。
    Marks "I28d" "处罚法30、31、32" on PenaltyDecided |c, d, _x| {
        applies(d.lightening.now()? != crate::acts::Lightening::None)?;
        let report = c.report().or_na()?;
        must(report.mitigating.is_some(), "没有写明从轻、减轻的法定事由", Cure::None)
    }

    /// 不予处罚的，对当事人进行教育。
    Bars "I35" "处罚法33" on PenaltyWaived |c, _, x| {
        let party = x.party(c).or_na()?;
        c.by::<crate::acts::Educated>(party.no).next().need("没有对当事人进行教育", Kind::Educated)?;
        Ok(())
    }

    /// 涉嫌犯罪的，在负责人不批准移送或者公安机关不立案以前，不作出处罚决定。
    Bars "I53a" "处罚法27；移送规定5、11" on PenaltyDecided |c, _, _x| {
        let state = c.crime().or_na()?;
        match state {
            CrimeState::Declined(_) => Ok(()),
            CrimeState::Reported(_) => must(false, "涉嫌犯罪，负责人尚未批复", Cure::Do(Kind::CrimeAnswered)),
            CrimeState::Approved(_) => must(false, "负责人已经批准移送公安机关", Cure::Do(Kind::CrimeTransferred)),
            CrimeState::Transferred(_) => must(false, "公安机关尚未答复", Cure::Do(Kind::PoliceAnswered)),
            CrimeState::Taken(_) => must(false, "公安机关已经立案侦查", Cure::Do(Kind::CaseEnded)),
        }
    }

    /// 自立案之日起九十日内作出决定；延长、中止和听证的时间按规定计算。
    Marks "I6b" "处罚法60；部令55-29" on [PenaltyDecided PenaltyWaived UnprovenDecided] |c, _, x| {
        let filing = c.filing().or_na()?;
        let due = x.now.calendar.due(filing.day(), c.case_term(), &c.excluded(x.at));
        must(x.at <= due.last, format_args!("办案期限{}届满", due.last), Cure::None)
    }

    /// 线索核查认为应当移送其他机关的，不作出处罚决定。
    Bars "W2" "处罚法22、25" on PenaltyDecided |c, _, _x| {
        let verified = c.all::<ClueVerified>().next_back().or_na()?;
        must(verified.outcome == crate::acts::ClueOutcome::File, "核查结论不是应当立案", Cure::Do(Kind::ClueVerified))
    }
}

/// The party, the notice relied on and its time. Without a served notice another rule bars.
fn window<'c>(c: &'c Case, x: &Ctx<'_>) -> Result<(&'c PartyFacts, Fact<'c, PriorNotice>, Due), Stop> {
    let party = x.party(c).or_na()?;
    let notice = c.notice(party.no).or_na()?;
    let due = c.window(notice.no(), x.now.calendar).or_na()?;
    Ok((party, notice, due))
}

/// Whether the party gave the right up after this notice.
fn waived(c: &Case, party: &PartyFacts, notice: &Fact<'_, PriorNotice>, right: Waiver) -> bool {
    c.by::<Waived>(party.no)
        .any(|fact| fact.after(notice.no()) && (fact.waiver == right || fact.waiver == Waiver::Both))
}

fn until(due: Due) -> Cure {
    due.last.tomorrow().map_or(Cure::None, Cure::Until)
}
