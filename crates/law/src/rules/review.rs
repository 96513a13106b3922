//! Legal review and collective discussion.

use crate::Day;
use crate::acts::{Kind, LegallyReviewed, Lightening, PriorNotice, ReviewResult};
use crate::case::{Case, Fact, HearingState, PartyFacts};
use crate::deadline::Term;
use crate::judge::{Cure, Facts, applies, must};
use crate::rules::notice::{Content, hearing_due};

/// The time for legal review (部令55-24).
pub const REVIEW: Term = Term::workdays(10);

super::table! { RULES:
    /// 法制审核、集体讨论以调查终结为前提。
    Bars "R2" "处罚法57、58" on [LegallyReviewed Discussed] |c, _, _x| {
        c.report().need("没有调查终结报告", Kind::FinalReport)?;
        Ok(())
    }

    /// 审核人是本机关法制审核人员；初次从事审核的具备法律职业资格；不参加本案调查，也不是批准的负责人。
    Bars "I21a" "处罚法58" on LegallyReviewed |c, d, x| {
        let reviewer = d.reviewer.now()?;
        must(x.now.office.may_review(reviewer, x.at), format_args!("{}在{}不具备法制审核资格", x.now.office.called(reviewer), x.at), Cure::Change("reviewer"))?;
        must(!c.investigators().contains(&reviewer), format_args!("审核人{}是本案调查人员", x.now.office.called(reviewer)), Cure::Change("reviewer"))
    }

    /// 法制审核在收到送审材料之日起十个工作日内完成。
    Marks "Z24" "部令55-24" from "2022-05-01" on LegallyReviewed |_, d, x| {
        let received = d.received.now()?;
        must(received <= x.at, "送审日晚于审核日", Cure::Change("received"))?;
        let due = x.now.calendar.due(received, REVIEW, &[]);
        must(x.at <= due.last, format_args!("审核期限{}届满", due.last), Cure::None)
    }

    /// 应当法制审核的案件，最后一次审核同意才能作出处罚决定；该审核在调查终结、告知和听证之后。
    Bars "I21b" "处罚法58" on PenaltyDecided |c, d, x| {
        let party = x.party(c).or_na()?;
        let notice = c.notice(party.no).or_na()?;
        applies(due_here(c, party, &notice, d))?;
        let review = c.all::<LegallyReviewed>().next_back().need("未经法制审核", Kind::LegallyReviewed)?;
        must(review.result == ReviewResult::Pass, format_args!("法制审核结论为{}", review.result.label()), Cure::Do(Kind::LegallyReviewed))?;
        must(review.after(notice.no()), "法制审核在告知之前", Cure::Do(Kind::LegallyReviewed))?;
        must(c.report().is_none_or(|report| review.after(report.no())), "法制审核在调查终结之前", Cure::Do(Kind::LegallyReviewed))?;
        must(c.last_hearing(party.no).is_none_or(|no| review.after(no)), "法制审核在听证办结之前", Cure::Do(Kind::LegallyReviewed))
    }

    /// 集体讨论由两名以上本机关负责人参加。
    Bars "I23a" "处罚法57" on Discussed |_, d, x| {
        let mut heads = d.heads.get()?.clone();
        heads.sort_unstable();
        heads.dedup();
        must(heads.len() >= 2, "出席的负责人少于两名", Cure::Change("heads"))?;
        let stranger = heads.iter().find(|id| !x.now.office.is_head(**id, x.at));
        match stranger {
            Some(id) => must(false, format_args!("{}在{}不是本机关负责人", x.now.office.called(*id), x.at), Cure::Change("heads")),
            None => Ok(()),
        }
    }

    /// 情节复杂或者重大的处罚，决定之前由负责人集体讨论；讨论在告知、听证和法制审核之后。
    Bars "I23b" "处罚法57" on PenaltyDecided |c, d, x| {
        let party = x.party(c).or_na()?;
        let notice = c.notice(party.no).or_na()?;
        applies(due_here(c, party, &notice, d))?;
        let discussed = c.all::<crate::acts::Discussed>().next_back().need("未经负责人集体讨论", Kind::Discussed)?;
        let again = Cure::Do(Kind::Discussed);
        must(discussed.after(notice.no()), "集体讨论在告知之前", again)?;
        must(c.last_hearing(party.no).is_none_or(|no| discussed.after(no)), "集体讨论在听证办结之前", again)?;
        let review = c.all::<LegallyReviewed>().next_back();
        must(review.is_none_or(|review| discussed.after(review.no())), "集体讨论在法制审核之前", again)
    }
}

/// Whether the case needs review and discussion: heavy enough for a hearing or notified with hearing right, mitigated, complex or major,
/// a suspected crime. Heavy is asked of the notice and again of what is decided.
fn due_here(
    c: &Case,
    party: &PartyFacts,
    notice: &Fact<'_, PriorNotice>,
    d: &crate::acts::draft::PenaltyDecided,
) -> bool {
    review_due(c, party, notice)
        || d.lightening.value == Some(Lightening::Mitigated)
        || Content::of_decision(d).is_ok_and(|content| hearing_due(party.kind(), &content).is_some())
}

/// Whether the case, as notified, needs review and discussion (处罚法58；上海重大执法决定法制审核办法3).
pub(crate) fn review_due(c: &Case, party: &PartyFacts, notice: &Fact<'_, PriorNotice>) -> bool {
    notice.hearing_right
        || notice.lightening == Lightening::Mitigated
        || hearing_due(party.kind(), &Content::of_recorded(notice.act)).is_some()
        || c.report().is_some_and(|report| report.complex)
        || c.has(Kind::CrimeReported)
}

/// Since which day a legal officer is waited for: the case needs review before its decision as it was notified, every step that the review
/// has to follow is done, and none followed it. A review that did not pass gives the case back; it waits again after the next such step.
pub fn review_wanted(c: &Case) -> Option<Day> {
    if c.over() || c.ended().is_some() {
        return None;
    }
    let report = c.report();
    let waits = c.parties().filter_map(|party| {
        let notice = c.notice(party.no)?;
        let open = matches!(c.hearing(party.no), HearingState::Asked | HearingState::Notified(_));
        if open || !c.decisions(party.no).is_empty() || !review_due(c, party, &notice) {
            return None;
        }
        [Some(notice.no()), report.as_ref().map(Fact::no), c.last_hearing(party.no)].into_iter().flatten().max()
    });
    let last = waits.max()?;
    let reviewed = c.all::<LegallyReviewed>().next_back().is_some_and(|review| review.after(last));
    c.record(last).filter(|_| !reviewed).map(|rec| rec.happened)
}
