//! What the law and the bureau's benchmark say of a fine: the lawful band with its steps, the tier and band the facts lead to.
//!
//! Pure and without memory: a page shows it beside the form, a rule asks it of the act. A proposal never binds; whoever leaves it says why.

use crate::Day;
use crate::acts::{BranchId, Draft, FactorId};
use crate::case::{Case, Subject};
use crate::corpus::tiers::{Benchmark, Discretion, Facts};
use crate::corpus::{Band, Corpus, Measure, Measures, NoBand, Party, Version};
use crate::rules::conducts_named;

/// One conduct of an act, weighed.
#[derive(Debug, Clone)]
pub struct Weighed<'a> {
    /// The code of its matter.
    pub matter: String,
    /// The day of the conduct.
    pub day: Day,
    /// The version that governs it.
    pub version: &'a Version,
    /// How old and new law were compared, where the law changed in between.
    pub comparison: Option<String>,
    /// The fine as the text has it, in words; none where it sets none for this party and circumstance.
    pub formula: Option<String>,
    /// The measures the text asks for, whatever the circumstance.
    pub asked: Vec<Measure>,
    /// The lawful band with its steps, or what is missing.
    pub lawful: Result<Band, NoBand>,
    /// The benchmark that ships or that the bureau adopted.
    pub benchmark: Option<&'a Benchmark>,
    /// What the benchmark proposes for the facts, or what is missing; none without a benchmark.
    pub proposed: Option<Result<Discretion, String>>,
}

/// Weighs one conduct. `None` for an unknown matter or a day without a text.
pub fn weigh<'a>(
    corpus: &'a Corpus,
    (matter, day): (&str, Day),
    decided: Day,
    party: Party,
    said: &Said,
) -> Option<Weighed<'a>> {
    let applied = corpus.applicable(matter, day, decided)?;
    let version = applied.version;
    let branch = said.branch.as_ref().and_then(|branch| branch.named(matter, version).next());
    let benchmark = corpus.benchmark(matter);
    // Each benchmark weighs its own factors; whether a factor belongs to any of them is a rule's question.
    let own = |id: &&String| benchmark.is_some_and(|all| all.factors.iter().any(|factor| factor.id == **id));
    let factors = said.factors.iter().filter(own).cloned().collect();
    let facts =
        Facts { party: Some(party), branch: branch.map(str::to_owned), measures: said.measures.clone(), factors };
    // A daily fine repeats the first one: there is nothing left to weigh.
    let weighs = facts.measures.get(Measure::FurtherDays).is_none();
    Some(Weighed {
        matter: matter.to_owned(),
        day,
        version,
        comparison: applied.comparison.map(|comparison| comparison.text),
        formula: version.fine_in(party, branch).ok().map(ToString::to_string),
        asked: version.measures_asked(party),
        lawful: version.band_found(party, branch, &facts.measures),
        benchmark,
        proposed: benchmark.filter(|_| weighs).map(|benchmark| benchmark.propose(version, &facts)),
    })
}

/// Weighs every conduct a draft of a notice, decision or on-spot penalty names; empty for other kinds and while none is named.
pub fn weigh_draft<'a>(case: &Case, subject: Subject, draft: &Draft, at: Day, corpus: &'a Corpus) -> Vec<Weighed<'a>> {
    let party = match draft {
        Draft::OnSpotPenalty(d) => d.party_kind.value,
        _ => case.party_of_subject(subject).and_then(|no| case.party(no)).map(|party| party.kind()),
    };
    let (Some(party), Ok(conducts)) = (party, conducts_named(case, draft)) else { return Vec::new() };
    let said = said(draft);
    conducts.iter().filter_map(|(matter, day)| weigh(corpus, (matter, *day), at, party.into(), &said)).collect()
}

/// What an act says that its amount depends on.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Quantities.
    pub measures: Measures,
    /// Circumstances.
    pub branch: Option<BranchId>,
    /// Factors found, by id.
    pub factors: Vec<String>,
}

/// What a draft says of quantities, circumstances and factors; of other kinds, nothing.
pub fn said(draft: &Draft) -> Said {
    let measures: Measures = crate::rules::known(draft).unwrap_or_default();
    let branch = crate::rules::branch(draft).ok().flatten().cloned();
    let factors = factors(draft).unwrap_or_default();
    Said { measures, branch, factors: factors.into_iter().map(|id| id.0).collect() }
}

/// The factors a draft names; none while nothing is said of them.
pub(crate) fn factors(draft: &Draft) -> Option<Vec<FactorId>> {
    let ask = match draft {
        Draft::PriorNotice(d) => &d.factors,
        Draft::PenaltyDecided(d) => &d.factors,
        Draft::OnSpotPenalty(d) => &d.factors,
        _ => return None,
    };
    ask.value.clone().flatten()
}
