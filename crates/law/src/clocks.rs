//! Every term that runs in a case, in one list: what guide, alarms and omissions read.

use crate::Day;
use crate::acts::*;
use crate::case::{COURT, Case, CrimeState, NOTICE_WINDOW, PAYMENT, REGISTERED, REVIEW, SUIT, Subject};
use crate::credit;
use crate::deadline::{Due, Length, Span, Term};
use crate::judge::Now;
use crate::rules::terms;

/// What the end of a term does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The organ is late: a defect.
    Late,
    /// The organ's power ends.
    Lapses,
    /// The party's time is over: what waited for it may be done.
    Opens,
}

/// Where a term stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Running,
    /// What it waits for was done on that day, in time or late.
    Done(Day),
    /// It is over and nothing was done.
    Over,
    /// It stands still.
    Paused,
}

/// A term of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// The number of the rule it belongs to.
    pub id: &'static str,
    /// Its name in Chinese.
    pub label: &'static str,
    /// Its articles.
    pub article: &'static str,
    /// What it is about.
    pub of: Subject,
    /// The day it starts from, not counted.
    pub start: Day,
    /// How long it is.
    pub term: Term,
    /// The days not counted.
    pub excluded: Vec<Span>,
    /// Its last day.
    pub due: Due,
    /// What its end does.
    pub end: End,
    /// Where it stands.
    pub state: State,
    /// Whether it counts working days.
    pub workdays: bool,
}

/// A clock whose last day is another under another calendar: both values are kept, so that nobody is told only the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The clock under the calendar of then.
    pub before: Clock,
    /// The same clock under the calendar of now.
    pub after: Clock,
}

/// The clocks of a case that a change of calendar moved, with both values: last day or whether it is still provisional.
pub fn moved(case: &Case, before: &Now<'_>, after: &Now<'_>) -> Vec<Moved> {
    let old = clocks(case, before);
    clocks(case, after)
        .into_iter()
        .filter_map(|after| {
            let same = |clock: &&Clock| {
                clock.id == after.id && clock.of == after.of && clock.start == after.start && clock.term == after.term
            };
            let before = old.iter().find(same)?.clone();
            (before.due != after.due).then_some(Moved { before, after })
        })
        .collect()
}

/// Every term of the case as of today, in the order of the procedure.
pub fn clocks(case: &Case, now: &Now<'_>) -> Vec<Clock> {
    let mut list = List { now, clocks: Vec::new() };
    clue(case, &mut list);
    term_of_case(case, &mut list);
    orders(case, &mut list);
    notices(case, &mut list);
    holdings(case, &mut list);
    crime(case, &mut list);
    decisions(case, &mut list);
    cash(case, &mut list);
    enforcement(case, &mut list);
    disputes(case, &mut list);
    closing(case, &mut list);
    list.clocks
}

struct List<'a> {
    now: &'a Now<'a>,
    clocks: Vec<Clock>,
}

/// Clocks that rest on one text with a first day, each with the rule that names it.
const RULE_OF: &[(&str, &str)] = &[("Z15", "Z15"), ("I60", "I60b"), ("I17", "I17c")];

struct Name(&'static str, &'static str, &'static str);

impl List<'_> {
    fn add(&mut self, name: Name, of: Subject, start: Day, term: Term, end: End, done: Option<Day>) {
        self.add_without(name, of, start, term, Vec::new(), end, done);
    }

    #[expect(clippy::too_many_arguments, reason = "one call states one term")]
    fn add_without(
        &mut self,
        name: Name,
        of: Subject,
        start: Day,
        term: Term,
        excluded: Vec<Span>,
        end: End,
        done: Option<Day>,
    ) {
        let Name(id, label, article) = name;
        // A term that one text alone gives does not run before that text was in force; its rule knows the day.
        let rule = RULE_OF.iter().find(|(clock, _)| *clock == id).and_then(|(_, rule)| crate::rules::rule(rule));
        if rule.and_then(|rule| rule.from).is_some_and(|from| start < from) {
            return;
        }
        let due = self.now.calendar.due(start, term, &excluded);
        let state = match done {
            Some(day) => State::Done(day),
            None if self.now.today > due.last => State::Over,
            None => State::Running,
        };
        let workdays = matches!(term.length, Length::Workdays(_));
        self.clocks.push(Clock { id, label, article, of, start, term, excluded, due, end, state, workdays });
    }
}

fn first(days: impl IntoIterator<Item = Option<Day>>) -> Option<Day> {
    days.into_iter().flatten().min()
}

fn clue(case: &Case, list: &mut List<'_>) {
    let Some(clue) = case.clue() else { return };
    let done = first([
        case.all::<ClueVerified>().next().map(|fact| fact.day()),
        case.filing().map(|fact| fact.day()),
        case.all::<FilingRefused>().next().map(|fact| fact.day()),
        case.spot_penalty().map(|fact| fact.day()),
    ]);
    let term = if case.has(Kind::VerifyExtended) { terms::VERIFY_EXTENDED } else { terms::VERIFY };
    list.add(Name("Z15", "线索核查", "部令55-15"), Subject::Case, clue.day(), term, End::Late, done);
    if let Some(conduct) = case.conducts().min_by_key(|conduct| conduct.day) {
        let years = if case.filing().is_some_and(|filing| filing.harm) { 5 } else { 2 };
        list.add(
            Name("I30", "处罚时效", "处罚法36"),
            Subject::Case,
            conduct.day,
            Term::years(years),
            End::Lapses,
            Some(conduct.discovered),
        );
    }
}

fn term_of_case(case: &Case, list: &mut List<'_>) {
    let Some(filing) = case.filing() else { return };
    let decisions = case.all_decisions();
    let standing = |party: PartyNo| {
        decisions.iter().find(|decision| decision.party == party && decision.revoked.is_none()).map(|d| d.day)
    };
    let ended = case.ended().map(|fact| fact.day());
    let all: Option<Vec<Day>> = case.parties().map(|party| standing(party.no)).collect();
    let done = first([ended, all.and_then(|days| days.into_iter().max())]);
    let excluded = case.excluded(done.unwrap_or(list.now.today));
    list.add_without(
        Name("I6", "办案期限", "处罚法60；部令55-29"),
        Subject::Case,
        filing.day(),
        case.case_term(),
        excluded,
        End::Late,
        done,
    );
    if case.suspended().is_some()
        && let Some(clock) = list.clocks.last_mut()
        && clock.state == State::Running
    {
        clock.state = State::Paused;
    }
}

fn orders(case: &Case, list: &mut List<'_>) {
    for order in case.all::<OrderedToCorrect>() {
        let Some(served) = case.served(order.no()) else { continue };
        let checked = case.on::<CorrectionChecked>(Subject::Document(order.no())).map(|fact| fact.day()).next_back();
        let days = (order.until - served.day()).get_days().max(0);
        let term = Term::days(u16::try_from(days).unwrap_or(u16::MAX));
        list.add(
            Name("I36", "改正期限", "处罚法28"),
            Subject::Document(order.no()),
            served.day(),
            term,
            End::Opens,
            checked,
        );
    }
}

fn notices(case: &Case, list: &mut List<'_>) {
    for party in case.parties() {
        for notice in case.notices(party.no) {
            let Some(served) = case.served(notice.no()) else { continue };
            let of = Subject::Document(notice.no());
            let waived = |right: Waiver| {
                case.by::<Waived>(party.no)
                    .find(|fact| fact.after(notice.no()) && (fact.waiver == right || fact.waiver == Waiver::Both))
                    .map(|fact| fact.day())
            };
            let defended = case.by::<Defended>(party.no).find(|fact| fact.after(notice.no())).map(|fact| fact.day());
            let done = first([waived(Waiver::Defence), defended]);
            list.add(
                Name("I11", "陈述申辩期", "处罚法44、62；部令55-22"),
                of,
                served.day(),
                NOTICE_WINDOW,
                End::Opens,
                done,
            );
            if notice.hearing_right {
                let asked =
                    case.by::<HearingAsked>(party.no).find(|fact| fact.after(notice.no())).map(|fact| fact.day());
                let done = first([waived(Waiver::Hearing), asked]);
                list.add(
                    Name("I16", "申请听证期", "处罚法64；沪听证16"),
                    of,
                    served.day(),
                    NOTICE_WINDOW,
                    End::Opens,
                    done,
                );
            }
        }
        for request in case.hearing_requests(party.no) {
            if !case.asked_in_time(&request, list.now.calendar) {
                continue;
            }
            let done = request.settled.map(|(_, day, _)| day);
            let excluded = terms::suspensions(case, done.unwrap_or(list.now.today));
            let name = Name("I17", "听证办结", "沪听证28");
            list.add_without(name, Subject::Party(party.no), request.day, terms::HEARING, excluded, End::Late, done);
        }
    }
}

fn crime(case: &Case, list: &mut List<'_>) {
    for report in case.all::<CrimeReported>() {
        let answer = case.all::<CrimeAnswered>().find(|fact| fact.after(report.no()));
        let done = answer.map(|fact| fact.day());
        list.add(
            Name("I53", "涉罪批复", "移送规定5"),
            Subject::Case,
            report.day(),
            terms::CRIME_ANSWER,
            End::Late,
            done,
        );
        if let Some(answer) = answer.filter(|fact| fact.approve) {
            let done = case.all::<CrimeTransferred>().find(|fact| fact.after(answer.no())).map(|fact| fact.day());
            list.add(
                Name("I53t", "移送公安", "移送规定5"),
                Subject::Case,
                answer.day(),
                terms::CRIME_TRANSFER,
                End::Late,
                done,
            );
        }
    }
}

fn decisions(case: &Case, list: &mut List<'_>) {
    for decision in case.all_decisions() {
        let of = Subject::Document(decision.no);
        let revoked = decision.revoked.and_then(|no| case.record(no)).map(|rec| rec.happened);
        if decision.kind == Kind::OnSpotPenalty {
            let filed = case.on::<OnSpotFiled>(of).next().map(|fact| fact.day());
            list.add(
                Name("I9", "当场处罚备案", "处罚法52；部令55-14"),
                of,
                decision.day,
                terms::SPOT_FILING,
                End::Late,
                first([filed, revoked]),
            );
        } else {
            list.add(
                Name("I26", "决定送达", "处罚法61"),
                of,
                decision.day,
                terms::SERVICE,
                End::Late,
                first([decision.served, revoked]),
            );
        }
        if let Some(served) = decision.served {
            if decision.fine.0 > 0 {
                let paid = if case.paid(decision.no) >= decision.fine { case.last_payment(decision.no) } else { None };
                let ended = case.enforcement_ended(decision.no).map(|fact| fact.day());
                let done = first([paid, revoked, ended]);
                if let Some(postponed) = case.postponed(decision.no) {
                    let days = (postponed.until - postponed.day()).get_days().max(0);
                    let term = Term::days(u16::try_from(days).unwrap_or(u16::MAX));
                    list.add(Name("I52", "延期分期缴款", "处罚法66"), of, postponed.day(), term, End::Opens, done);
                } else {
                    list.add(Name("I44", "缴纳罚款", "处罚法67"), of, served, PAYMENT, End::Opens, done);
                }
                if let Some((_, last)) = case.court_window(decision.no, list.now.calendar) {
                    let from = case.remedies_end(decision.no, list.now.calendar).map_or(served, |due| due.last);
                    let from = case.postponed(decision.no).map_or(from, |postponed| postponed.until.max(from));
                    // Before the window opens there is nothing to apply for yet.
                    if list.now.today > from || last.last < list.now.today {
                        let applied = case.on::<CourtApplied>(of).next().map(|fact| fact.day());
                        let disputed = case.in_dispute(decision.no).then_some(list.now.today);
                        let name = Name("I51", "申请法院强制执行", "处罚法72；强制法53");
                        list.add(name, of, from, COURT, End::Lapses, first([applied, done, disputed]));
                    }
                }
            }
            list.add(Name("R60", "申请行政复议", "复议法20"), of, served, REVIEW, End::Opens, revoked);
            // An on-spot penalty goes to review first; a suit follows the review (复议法23).
            if decision.kind != Kind::OnSpotPenalty {
                list.add(Name("R6M", "提起行政诉讼", "行诉法46"), of, served, SUIT, End::Opens, revoked);
            }
        }
        if publishable(case, &decision) {
            let shown = case.publications(decision.no).next().map(|fact| fact.day());
            let name = Name("I56", "决定公示", "处罚法48；国办发〔2018〕118号；部令55-10");
            list.add(name, of, decision.day, terms::PUBLISH, End::Late, first([shown, revoked]));
        }
        let shown_now = case
            .publications(decision.no)
            .next_back()
            .filter(|published| !case.on::<Withdrawn>(of).any(|fact| fact.after(published.no())));
        if let (Some(_), Some(period)) = (shown_now, credit::period(&decision, list.now.today)) {
            list.add(Name("I56x", "公示期满停止公示", period.article), of, decision.day, period.max, End::Late, None);
        }
        for undone in case.undone(&decision) {
            let Some(before) = case.publications(decision.no).rfind(|fact| fact.no() < undone) else { continue };
            let Some(undone) = case.record(undone) else { continue };
            let down = case.on::<Withdrawn>(of).find(|fact| fact.after(before.no())).map(|fact| fact.day());
            list.add(Name("I57", "撤回公示", "处罚法48"), of, undone.happened, terms::WITHDRAW, End::Late, down);
        }
    }
}

/// Whether a decision is to be published. Since the State Council's document of 2018-12-05 every penalty on a unit is (国办发〔2018〕118号); of
/// persons only what has a certain social influence, which a person decides. From 2024-11-01, when the Shanghai business environment
/// regulation as amended entered into force, neither the simple procedure nor a mere warning is (上海优化营商环境条例67).
pub fn publishable(case: &Case, decision: &crate::case::Decision) -> bool {
    use crate::corpus::Sort;
    let unit = case.party(decision.party).is_some_and(|party| !party.person);
    let mild = decision.kind == Kind::OnSpotPenalty
        || decision.sorts.iter().all(|sort| matches!(sort, Sort::Warning | Sort::Criticism));
    let excused = mild && decision.day >= credit::SHANGHAI_FROM;
    decision.penalty() && unit && decision.day >= credit::STATE_COUNCIL_FROM && !excused
}

/// Registered evidence and seized goods.
fn holdings(case: &Case, list: &mut List<'_>) {
    for registered in case.all::<EvidenceRegistered>() {
        let of = Subject::Item(registered.no());
        let done = case.disposed(registered.no()).map(|fact| fact.day());
        let name = Name("I39", "登记保存处理", "处罚法56；部令55-19");
        list.add(name, of, registered.day(), REGISTERED, End::Lapses, done);
    }
    for seizure in case.all::<Seized>() {
        let of = Subject::Item(seizure.no());
        let lifted = case.lifted(seizure.no()).map(|fact| fact.day());
        let gone = case.goods_gone(seizure.no());
        if seizure.approval == SeizeApproval::Urgent {
            let approved = case.on::<SeizureApproved>(of).next().map(|fact| fact.day());
            list.add(Name("I41", "补办批准", "强制法19"), of, seizure.day(), terms::APPROVAL, End::Late, approved);
        }
        let done = first([lifted, gone]);
        let tests = case.tests_told(seizure.no(), done.unwrap_or(list.now.today));
        let term = case.seizure_term(seizure.no());
        list.add_without(Name("I40", "查封扣押期限", "强制法25"), of, seizure.day(), term, tests, End::Lapses, done);
        if let Some(ground) = case.to_lift(&seizure) {
            list.add(Name("I43", "解除查封扣押", "强制法28"), of, ground, terms::LIFT, End::Late, done);
        }
        if matches!(case.crime(), Some(CrimeState::Taken(_))) {
            let taken = case.all::<PoliceAnswered>().next_back().map(|fact| fact.day());
            if let Some(taken) = taken {
                let name = Name("I53h", "移交涉案财物", "移送规定12");
                list.add(name, of, taken, terms::CRIME_ANSWER, End::Late, gone);
            }
        }
    }
    for notice in case.all::<ClaimAnnounced>() {
        let gone = if let Subject::Item(no) = notice.rec.subject { case.goods_gone(no) } else { None };
        let name = Name("I43u", "认领公告", "沪城管执法条例22");
        list.add(name, Subject::Item(notice.no()), notice.day(), terms::CLAIM, End::Opens, gone);
    }
}

/// Demands and what waits for them.
fn enforcement(case: &Case, list: &mut List<'_>) {
    for demand in case.all::<Demanded>() {
        let Some(served) = case.served(demand.no()) else { continue };
        let of = Subject::Document(demand.no());
        let days = (demand.until - served.day()).get_days().max(0);
        let term = Term::days(u16::try_from(days).unwrap_or(u16::MAX));
        list.add(Name("I48", "催告履行期", "强制法35"), of, served.day(), term, End::Opens, None);
    }
    for order in case.all::<DemolitionOrdered>() {
        let Some(served) = case.served(order.no()) else { continue };
        let of = Subject::Document(order.no());
        let done = first([
            case.on::<DemolitionPerformed>(of).next().map(|fact| fact.day()),
            case.on::<DemolitionCarriedOut>(of).next().map(|fact| fact.day()),
        ]);
        list.add(Name("I50", "起诉期", "强制法44；行诉法46"), of, served.day(), SUIT, End::Opens, done);
    }
    for removed in case.all::<ImmediateSubstituted>().filter(|fact| !fact.present) {
        let of = Subject::Document(removed.no());
        let told = case.served(removed.no()).map(|fact| fact.day());
        list.add(Name("I49", "立即代履行事后告知", "强制法52"), of, removed.day(), Term::days(1), End::Late, told);
    }
    for posted in case.all::<NoticePosted>() {
        let Subject::Document(of) = posted.rec.subject else { continue };
        let served = case.services(of).find(|fact| fact.after(posted.no())).map(|fact| fact.day());
        let name = Name("I26p", "公告送达期", "沪城管执法条例25");
        list.add(name, Subject::Document(of), posted.day(), terms::POSTED, End::Opens, served);
    }
}

/// Replies to reviews and suits, requests for withdrawal, the police asked again.
fn disputes(case: &Case, list: &mut List<'_>) {
    for dispute in case.disputes() {
        let of = Subject::Item(dispute.no);
        let (term, article) = terms::reply_term(dispute.sort);
        let replied = case.on::<DisputeReplied>(of).next().map(|fact| fact.day());
        let ended = dispute.ended.map(|(_, day, _)| day);
        let label = if dispute.sort == DisputeKind::Suit { "行政诉讼答辩" } else { "行政复议答复" };
        list.add(Name("I58", label, article), of, dispute.day, term, End::Late, first([replied, ended]));
    }
    for answer in case.all::<PoliceAnswered>().filter(|fact| !fact.filed) {
        let asked = case.all::<PoliceReviewAsked>().find(|fact| fact.after(answer.no())).map(|fact| fact.day());
        let name = Name("I54", "提请公安复议", "移送规定9");
        list.add(name, Subject::Case, answer.day(), terms::POLICE_REVIEW, End::Opens, asked);
    }
}

fn cash(case: &Case, list: &mut List<'_>) {
    for cash in case.all::<CashCollected>() {
        let of = Subject::Item(cash.no());
        let handed = case.on::<CashHandedIn>(of).next().map(|fact| fact.day());
        list.add(Name("I45", "现金上缴", "处罚法71"), of, cash.day(), terms::CASH, End::Late, handed);
        if let Some(handed) = handed {
            let deposited = case.on::<CashDeposited>(of).next().map(|fact| fact.day());
            list.add(Name("I45d", "现金缴付银行", "处罚法71"), of, handed, terms::CASH, End::Late, deposited);
        }
    }
}

fn closing(case: &Case, list: &mut List<'_>) {
    let Some(ground) = case.closing_ground() else { return };
    let closed = case.closed().filter(|_| case.over()).map(|fact| fact.day());
    list.add(Name("I60", "结案", "部令55-31"), Subject::Case, ground, terms::CLOSE, End::Late, closed);
}
