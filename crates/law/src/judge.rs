//! May this act be taken? One function gates what is decided here and marks what had already happened.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Day;
use crate::acts::*;
use crate::calendar::Calendar;
use crate::case::{Allocated, Case, Entry, PartyFacts, Recorded, Subject};
use crate::corpus::Corpus;
use crate::office::Office;
use crate::rules::{self, Effect, RULEBOOK, Rule};

/// An act as somebody wants to record it.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// What it is addressed to. An address, never a field to be filled.
    pub subject: Subject,
    /// Whether it arises here or had already happened.
    pub entry: Entry,
    /// The day it happens or happened.
    pub at: Day,
    /// The time of day, where an hour matters.
    pub time: Option<jiff::civil::Time>,
    /// The officers who perform it.
    pub team: Vec<PersonId>,
    /// The act as far as it is known.
    pub draft: Draft,
}

/// What is known besides the case, at the moment of asking.
#[derive(Debug, Clone)]
pub struct Now<'a> {
    /// Today in Asia/Shanghai.
    pub today: Day,
    /// The law.
    pub corpus: &'a Corpus,
    /// The days worked.
    pub calendar: &'a Calendar,
    /// The organ.
    pub office: &'a Office,
    /// Other cases, as far as rules ask.
    pub neighbours: Neighbours,
    /// Versions of matters (code, first day) the bureau's own legal officer verified.
    pub verified: &'a BTreeSet<(String, Day)>,
}

/// What other cases say about this one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neighbours {
    /// Cases elsewhere about the same party and conduct.
    pub same_conduct_elsewhere: Vec<Neighbour>,
    /// Reviews and suits pending against decisions of this case.
    pub pending_disputes: u32,
}

/// A case elsewhere about the same party and conduct.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neighbour {
    /// Its number.
    pub case: String,
    /// Its organ.
    pub organ: OrganId,
    /// The day it was filed.
    pub filed: Day,
    /// Whether it ended in a fine.
    pub fined: bool,
}

/// The answer to a proposal.
#[derive(Debug, Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "an answer is made once and taken apart at once: nothing keeps many of them"
)]
pub enum Judgement {
    /// It may be recorded, with these marks.
    Allowed {
        /// The complete act.
        act: Act,
        /// The defects to record with it.
        marks: Vec<Mark>,
    },
    /// The law forbids it as things stand.
    Refused(Refusal),
    /// Nothing forbids it yet; these fields are still to be filled.
    Incomplete(Vec<&'static FieldSpec>),
    /// It names something that does not exist, or does not fit its kind.
    Bad(FieldError),
}

/// Why an act is refused. The order of reasons is that of the rulebook, the same for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Every unmet rule.
    pub unmet: Vec<Unmet>,
}

/// One rule that is not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The rule.
    pub rule: &'static str,
    /// Its articles.
    pub article: String,
    /// What is the matter, in Chinese.
    pub why: String,
    /// What would help.
    pub cure: Cure,
}

/// What would make a rule met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cure {
    /// Do an act of this kind first.
    Do(Kind),
    /// Wait; possible from this day on.
    Until(Day),
    /// Change this field.
    Change(&'static str),
    /// Nothing.
    None,
}

impl Cure {
    /// The advice in Chinese; empty when there is none. A field is named by the label of the first kind that has it; where the kind is
    /// known, [`Cure::text_for`] names it exactly.
    pub fn text(&self) -> String {
        match self {
            Cure::Change(key) => change(Kind::ALL.iter().find_map(|kind| kind.field(key)), key),
            other => other.text_for(Kind::ClueRegistered),
        }
    }

    /// The advice for an act of that kind, in Chinese; empty when there is none.
    pub fn text_for(&self, kind: Kind) -> String {
        match self {
            Cure::Do(kind) => format!("请先办理“{}”", kind.label()),
            Cure::Until(day) => format!("请等到{}起办理", crate::deadline::chinese(*day)),
            Cure::Change(key) => change(kind.field(key), key),
            Cure::None => String::new(),
        }
    }
}

fn change(spec: Option<&FieldSpec>, key: &str) -> String {
    let label = match (spec, key) {
        (Some(spec), _) => spec.label,
        (None, "team") => "执法人员",
        (None, "at") => "日期",
        (None, "time") => "时刻",
        (None, key) => key,
    };
    format!("请更改“{label}”")
}

/// A defect that stays with an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The rule.
    pub rule: String,
    /// Its articles.
    pub article: String,
    /// What is the matter, in Chinese.
    pub why: String,
    /// The kind of act that would still cure it; none when nothing does.
    pub cured_by: Option<Kind>,
}

/// Why a rule stops short of met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The rule has nothing to say here.
    Na,
    /// This field decides and is open.
    Open(&'static str),
    /// The rule is not met.
    Unmet(String, Cure),
}

/// The answer of a rule; `Ok` is met.
pub(crate) type Ruling = Result<(), Stop>;

/// Goes on when the rule applies.
pub(crate) fn applies(yes: bool) -> Ruling {
    if yes { Ok(()) } else { Err(Stop::Na) }
}

/// Goes on when the demand is met.
pub(crate) fn must(yes: bool, why: impl std::fmt::Display, cure: Cure) -> Ruling {
    if yes { Ok(()) } else { Err(Stop::Unmet(why.to_string(), cure)) }
}

/// Facts that may be missing.
pub(crate) trait Facts<T> {
    /// The fact; missing is unmet, cured by the act that makes it.
    fn need(self, why: &str, kind: Kind) -> Result<T, Stop>;
    /// The fact; missing means that another rule bars, and this one has nothing to say.
    fn or_na(self) -> Result<T, Stop>;
}

impl<T> Facts<T> for Option<T> {
    fn need(self, why: &str, kind: Kind) -> Result<T, Stop> {
        self.ok_or_else(|| Stop::Unmet(why.to_owned(), Cure::Do(kind)))
    }
    fn or_na(self) -> Result<T, Stop> {
        self.ok_or(Stop::Na)
    }
}

impl<T> Ask<T> {
    /// The value; an open field leaves the rule open.
    pub(crate) fn get(&self) -> Result<&T, Stop> {
        self.value.as_ref().ok_or(Stop::Open(self.key))
    }
}

impl<T: Copy> Ask<T> {
    /// The value, copied; an open field leaves the rule open.
    pub(crate) fn now(&self) -> Result<T, Stop> {
        self.value.ok_or(Stop::Open(self.key))
    }
}

/// What a rule sees besides case and draft.
#[derive(Debug)]
pub(crate) struct Ctx<'a> {
    pub(crate) now: &'a Now<'a>,
    pub(crate) at: Day,
    pub(crate) time: Option<jiff::civil::Time>,
    pub(crate) team: &'a [PersonId],
    pub(crate) subject: Subject,
    pub(crate) live: bool,
    pub(crate) no: ActNo,
    pub(crate) neighbours: &'a Neighbours,
}

impl Ctx<'_> {
    /// The party the act is about.
    pub(crate) fn party<'c>(&self, case: &'c Case) -> Option<&'c PartyFacts> {
        case.party(case.party_of_subject(self.subject)?)
    }

    /// The same conduct of the same party in other cases, for the kinds of [`looks_elsewhere`] alone: a rule on another kind that asks
    /// is never unmet, which the tests notice.
    pub(crate) fn elsewhere(&self, kind: Kind) -> &[Neighbour] {
        if looks_elsewhere(kind) { &self.neighbours.same_conduct_elsewhere } else { &[] }
    }

    /// The number of the act it is addressed to.
    pub(crate) fn of(&self) -> Option<ActNo> {
        match self.subject {
            Subject::Document(no) | Subject::Item(no) => Some(no),
            Subject::Case | Subject::Party(_) => None,
        }
    }
}

/// Does the rulebook look at other cases when an act of this kind is judged or, for acts that say who did what, on the page after
/// it? Others need no neighbours, and are not shown any.
pub fn looks_elsewhere(kind: Kind) -> bool {
    let says = [Kind::ClueRegistered, Kind::PartyJoined, Kind::PartyChanged, Kind::ConductAdded];
    let judged = [Kind::Filing, Kind::PriorNotice, Kind::PenaltyDecided, Kind::OnSpotPenalty];
    says.contains(&kind) || judged.contains(&kind)
}

/// Judges a proposal.
pub fn judge(case: &Case, proposal: &Proposal, now: &Now<'_>) -> Judgement {
    judge_without("", case, proposal, now)
}

/// Judges with one rule switched off, to prove that the net of tests notices.
#[doc(hidden)]
pub fn judge_without(rule: &str, case: &Case, proposal: &Proposal, now: &Now<'_>) -> Judgement {
    if let Err(error) = structure(case, proposal).and_then(|()| matter(proposal, now)) {
        return Judgement::Bad(error);
    }
    let ctx = context(case, proposal, now);
    let live = ctx.live;
    let mut unmet = Vec::new();
    let mut marks = Vec::new();
    let mut open = Vec::new();
    for (by, ruling) in answers(case, &proposal.draft, &ctx).filter(|(by, _)| by.id != rule) {
        match ruling {
            Ok(()) | Err(Stop::Na) => {}
            Err(Stop::Open(key)) => open.push(key),
            Err(Stop::Unmet(why, cure)) if live && by.effect == Effect::Bars => {
                unmet.push(Unmet { rule: by.id, article: by.article.to_owned(), why, cure });
            }
            Err(Stop::Unmet(why, cure)) => marks.push(mark(by, why, cure)),
        }
    }
    if !unmet.is_empty() {
        return Judgement::Refused(Refusal { unmet });
    }
    match proposal.draft.complete() {
        Ok(act) => {
            // A complete draft leaves a rule open only where an optional field decides after all.
            let asked: Vec<_> = open.iter().filter_map(|key| proposal.draft.kind().field(key)).collect();
            if asked.is_empty() { Judgement::Allowed { act, marks } } else { Judgement::Incomplete(asked) }
        }
        Err(mut missing) => {
            for key in open {
                if let Some(spec) = proposal.draft.kind().field(key)
                    && !missing.contains(&spec)
                {
                    missing.push(spec);
                }
            }
            Judgement::Incomplete(missing)
        }
    }
}

/// How every rule of the kind answers: `met`, `na`, `open` or `unmet`, for the test that each was seen in each way.
#[doc(hidden)]
pub fn judge_traced(case: &Case, proposal: &Proposal, now: &Now<'_>) -> Vec<(&'static str, &'static str)> {
    if structure(case, proposal).is_err() {
        return Vec::new();
    }
    let ctx = context(case, proposal, now);
    answers(case, &proposal.draft, &ctx)
        .map(|(rule, ruling)| {
            let answer = match ruling {
                Ok(()) => "met",
                Err(Stop::Na) => "na",
                Err(Stop::Open(_)) => "open",
                Err(Stop::Unmet(..)) => "unmet",
            };
            (rule.id, answer)
        })
        .collect()
}

/// The unmet rules of an act already recorded, judged against the case before it.
pub(crate) fn defects(before: &Case, rec: &Recorded, now: &Now<'_>) -> Vec<Mark> {
    let ctx = recorded_ctx(rec, now);
    answers(before, &rec.act.to_draft(), &ctx)
        .filter_map(|(rule, ruling)| match ruling {
            Err(Stop::Unmet(why, cure)) => Some(mark(rule, why, cure)),
            _ => None,
        })
        .collect()
}

/// The rules an act already recorded meets, judged against the case before it.
pub(crate) fn answers_to(before: &Case, rec: &Recorded, now: &Now<'_>) -> Vec<&'static str> {
    let ctx = recorded_ctx(rec, now);
    let draft = rec.act.to_draft();
    answers(before, &draft, &ctx).filter(|(_, ruling)| ruling.is_ok()).map(|(rule, _)| rule.id).collect()
}

fn recorded_ctx<'a>(rec: &'a Recorded, now: &'a Now<'a>) -> Ctx<'a> {
    Ctx {
        now,
        at: rec.happened,
        time: rec.time,
        team: &rec.team,
        subject: rec.subject,
        live: rec.entry == Entry::Live,
        no: rec.no,
        neighbours: &rec.neighbours,
    }
}

/// The record an allowed proposal becomes; numbers and documents are allocated by the caller.
pub fn record(
    case: &Case,
    proposal: &Proposal,
    now: &Now<'_>,
    act: Act,
    marks: Vec<Mark>,
    recorded_by: &str,
) -> Recorded {
    Recorded {
        no: case.next_no(),
        subject: proposal.subject,
        entry: proposal.entry.clone(),
        happened: proposal.at,
        time: proposal.time,
        team: proposal.team.clone(),
        capacity: "执法人员".to_owned(),
        organ: now.office.organ.clone(),
        allocated: Allocated { number: None, document: act.kind().document().map(str::to_owned) },
        act,
        marks,
        neighbours: now.neighbours.clone(),
        corpus: now.corpus.digest().to_owned(),
        rulebook: RULEBOOK,
        recorded_by: recorded_by.to_owned(),
    }
}

/// Rules whose breach a later act still mends. A decision without notice is not mended by a later notice; a fine unpaid at closing is by payment.
const MENDED_LATER: &[&str] =
    &["I9d", "I35", "I36", "I39c", "I43d", "I45c", "I46c", "I53d", "I57b", "I57d", "I60a", "Z28"];

fn mark(rule: &Rule, why: String, cure: Cure) -> Mark {
    let cured_by = match cure {
        Cure::Do(kind) if MENDED_LATER.contains(&rule.id) => Some(kind),
        Cure::Do(_) | Cure::Until(_) | Cure::Change(_) | Cure::None => None,
    };
    Mark { rule: rule.id.to_owned(), article: rule.article.to_owned(), why, cured_by }
}

fn context<'a>(case: &Case, proposal: &'a Proposal, now: &'a Now<'a>) -> Ctx<'a> {
    Ctx {
        now,
        at: proposal.at,
        time: proposal.time,
        team: &proposal.team,
        subject: proposal.subject,
        live: proposal.entry == Entry::Live,
        no: case.next_no(),
        neighbours: &now.neighbours,
    }
}

fn answers<'a>(
    case: &'a Case,
    draft: &'a Draft,
    ctx: &'a Ctx<'a>,
) -> impl Iterator<Item = (&'static Rule, Ruling)> + 'a {
    rules::of_kind(draft.kind()).iter().map(move |rule| {
        let applies = rule.from.is_none_or(|from| from <= ctx.at);
        (*rule, if applies { (rule.run)(case, draft, ctx) } else { Err(Stop::Na) })
    })
}

/// Whether every matter the proposal names stands in the corpus, in whatever version.
fn matter(proposal: &Proposal, now: &Now<'_>) -> Result<(), FieldError> {
    for spec in proposal.draft.kind().fields().iter().filter(|spec| spec.ty == FieldType::Matter) {
        match proposal.draft.get_text(spec.key).filter(|code| !code.is_empty()) {
            Some(code) if now.corpus.matter(&code).is_none() => {
                let text = format!("事项库中没有“{code}”，请从列表中选择违法事项");
                return Err(FieldError { field: spec.key.to_owned(), text });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether the proposal speaks of things that exist. Otherwise it is bad input, live or reported: the fold need not cope with nonsense.
fn structure(case: &Case, proposal: &Proposal) -> Result<(), FieldError> {
    let kind = proposal.draft.kind();
    let bad = |field: &str, text: String| Err(FieldError { field: field.to_owned(), text });
    match (kind.entries(), &proposal.entry) {
        (Entries::Live, Entry::Reported { .. }) => {
            return bad("entry", format!("“{}”只能在本系统办理，不能按已发生补录", kind.label()));
        }
        (Entries::Reported, Entry::Live) => {
            return bad("entry", format!("“{}”是已经发生的事，请按已发生登记并写明来源", kind.label()));
        }
        _ => {}
    }
    if case.is_empty() && !matches!(kind, Kind::ClueRegistered | Kind::OnSpotPenalty) {
        return bad("subject", format!("案件还没有线索登记，不能办理“{}”", kind.label()));
    }
    if !case.is_empty() && kind == Kind::ClueRegistered {
        return bad("subject", "案件已经有线索登记，新的线索请另行登记".to_owned());
    }
    // A service before the paper existed would empty the party's time: that is no fact but a slip of the pen.
    if let Subject::Document(no) | Subject::Item(no) = proposal.subject
        && let Some(of) = case.record(no).filter(|of| proposal.at < of.happened)
    {
        return bad("at", format!("日期早于它所针对的“{}”（{}），请核对", of.act.kind().label(), of.happened));
    }
    match (kind.subject(), proposal.subject) {
        (SubjectKind::Case, Subject::Case) => {}
        (SubjectKind::Party, Subject::Party(no)) => {
            if case.party(no).is_none() {
                return bad("subject", format!("本案没有第{}号当事人", no.0));
            }
        }
        (SubjectKind::Document, Subject::Document(no)) | (SubjectKind::Item, Subject::Item(no)) => {
            match case.record(no) {
                None => return bad("subject", format!("本案没有第{}号行为，或者该行为已经作废", no.0)),
                Some(rec) if kind == Kind::Voided && matches!(rec.act, Act::Voided(_)) => {
                    return bad("subject", "作废本身不能再作废，请重新登记".to_owned());
                }
                Some(rec) if kind != Kind::Voided && !kind.subject_kinds().contains(&rec.act.kind()) => {
                    return bad(
                        "subject",
                        format!("第{}号行为是“{}”，不能对它办理“{}”", no.0, rec.act.kind().label(), kind.label()),
                    );
                }
                Some(_) => {}
            }
        }
        _ => return bad("subject", format!("“{}”的对象不对", kind.label())),
    }
    let (conducts, evidence) = match &proposal.draft {
        Draft::PriorNotice(d) => (d.conducts.value.as_ref(), None),
        Draft::PenaltyDecided(d) => (d.conducts.value.as_ref(), None),
        Draft::PenaltyWaived(d) => (d.conducts.value.as_ref(), None),
        Draft::UnprovenDecided(d) => (d.conducts.value.as_ref(), None),
        Draft::NormChosen(d) => (d.conducts.value.as_ref().and_then(Option::as_ref), None),
        Draft::FinalReport(d) => (None, d.evidence.value.as_ref()),
        Draft::EvidenceVerified(d) => (None, d.evidence.value.as_ref()),
        Draft::DisputeReplied(d) => (None, d.evidence.value.as_ref()),
        _ => (None, None),
    };
    for no in conducts.into_iter().flatten() {
        if case.conduct_of(*no).is_none() {
            return bad("conducts", format!("本案没有第{}号违法行为", no.0));
        }
    }
    for no in evidence.into_iter().flatten() {
        if !case.record(*no).is_some_and(|rec| Kind::EVIDENCE.contains(&rec.act.kind())) {
            return bad("evidence", format!("第{}号行为不是本案的证据或者笔录", no.0));
        }
    }
    Ok(())
}
