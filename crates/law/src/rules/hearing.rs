//! Hearings.

use crate::acts::{HearingNotified, Kind, PersonId};
use crate::case::Case;
use crate::case::{HearingOutcome, HearingRequest};
use crate::deadline::{Span, Term};
use crate::judge::{Ctx, Cure, Facts, applies, must};

/// From receiving the request to the end of the hearing (沪听证28).
pub(crate) const HEARING: Term = Term::days(30);
/// Whole working days that lie before a hearing (处罚法64；沪听证17、18).
pub(crate) const BEFORE_HEARING: u16 = 7;

super::table! { RULES:
    /// 通知、举行、终止或者拒绝听证，以有尚未办结的听证申请为前提。
    Bars "HT1" "处罚法64；沪听证16" on [HearingNotified HearingHeld HearingEnded HearingRefused] |c, _, x| {
        pending(c, x).need("没有尚未办结的听证申请", Kind::HearingAsked)?;
        Ok(())
    }

    /// 属于听证范围、按期提出的申请，不得拒绝。
    Bars "I17d" "处罚法63、64；沪听证16" on HearingRefused |c, _, x| {
        let request = pending(c, x).or_na()?;
        must(!c.asked_in_time(&request, x.now.calendar), "申请按期提出且已告知听证权，应当组织听证", Cure::Do(Kind::HearingNotified))
    }

    /// 听证通知与举行听证之间有七个完整的工作日。
    Bars "I18a" "处罚法64；沪听证17" on HearingNotified |_, d, x| {
        let first = x.now.calendar.first_day_with_full(x.at, BEFORE_HEARING);
        must(d.day.now()? >= first.last, format_args!("听证最早可以在{}举行", first.last), Cure::Change("day"))
    }

    /// 公开举行的听证，在七个工作日前公告；涉及国家秘密、商业秘密、个人隐私的不公开。
    Bars "I18c" "处罚法64；沪听证18" on HearingNotified |_, d, x| {
        applies(d.open.now()?)?;
        match d.announced.now()? {
            None => must(false, "公开举行的听证没有公告", Cure::Change("announced")),
            Some(day) => {
                must(x.now.calendar.full_days_before(day, d.day.now()?) >= i64::from(BEFORE_HEARING), "公告距听证不足七个工作日", Cure::Change("day"))
            }
        }
    }

    /// 听证通知在七个工作日前送达当事人；没有通知、没有送达或者提前举行的，记为瑕疵。
    Marks "I18b" "处罚法64；沪听证17" on HearingHeld |c, _, x| {
        let party = x.party(c).or_na()?;
        let request = pending(c, x).or_na()?;
        let notified = c.by::<HearingNotified>(party.no).rfind(|fact| fact.after(request.asked)).need("没有通知听证", Kind::HearingNotified)?;
        let served = c.served(notified.no()).need("听证通知没有送达", Kind::Served)?;
        must(x.at >= notified.act.day, format_args!("听证早于通知的{}举行", notified.act.day), Cure::None)?;
        must(x.now.calendar.full_days_before(served.day(), x.at) >= i64::from(BEFORE_HEARING), format_args!("{}送达，距听证不足七个工作日", served.day()), Cure::None)
    }

    /// 主持人、听证员、记录员都不是本案调查人员；主持人不兼任听证员或者记录员。
    Bars "I19a" "处罚法64；沪听证8、11、14" on HearingNotified |c, d, x| {
        let investigators = c.investigators();
        let chair = d.chair.now()?;
        must(!investigators.contains(&chair), format_args!("主持人{}是本案调查人员", x.now.office.called(chair)), Cure::Change("chair"))?;
        let members: &Vec<PersonId> = d.members.get()?;
        must(!members.iter().any(|id| investigators.contains(id)), "听证员是本案调查人员", Cure::Change("members"))?;
        let clerk = d.clerk.now()?;
        must(!investigators.contains(&clerk), format_args!("记录员{clerk}是本案调查人员"), Cure::Change("clerk"))?;
        must(clerk != chair && !members.contains(&chair) && !members.contains(&clerk), "主持人、听证员、记录员不能是同一人", Cure::Change("members"))
    }

    /// 自收到申请之日起三十日内办结听证，中止的时间不计。
    Marks "I17c" "沪听证28" from "2023-04-01" on [HearingHeld HearingEnded] |c, _, x| {
        let request = pending(c, x).or_na()?;
        let due = x.now.calendar.due(request.day, HEARING, &suspensions(c, x.at));
        must(x.at <= due.last, format_args!("听证办结期限{}届满", due.last), Cure::None)
    }

    /// 听证报告写的是已经举行的听证。
    Bars "HT2" "沪听证25" on HearingReported |c, _, x| {
        let party = x.party(c).or_na()?;
        let held = c.hearing_requests(party.no).iter().any(|request| matches!(request.settled, Some((_, _, HearingOutcome::Held))));
        must(held, "没有举行听证", Cure::Do(Kind::HearingHeld))
    }
}

/// The request of the party that is not settled.
fn pending(c: &Case, x: &Ctx<'_>) -> Option<HearingRequest> {
    c.hearing_requests(x.party(c)?.no).into_iter().find(|request| request.settled.is_none())
}

/// The days a case stood still.
pub(crate) fn suspensions(c: &Case, until: crate::Day) -> Vec<Span> {
    c.all::<crate::acts::CaseSuspended>()
        .filter_map(|fact| {
            let to = c
                .all::<crate::acts::CaseResumed>()
                .find(|resumed| resumed.after(fact.no()))
                .map_or(until, |resumed| resumed.day());
            Some(Span::new(fact.day().tomorrow().ok()?, to))
        })
        .collect()
}
