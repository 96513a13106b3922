//! What the conduct was, which provisions it falls under and how the amount was weighed.

use documents::Input;
use law::Day;
use law::acts::Draft;
use ledger::{Fault, Tx};

use super::input::Making;
use crate::Casework;

/// The conduct and the provisions it falls under, as the corpus has them for that day. The official text is fetched only where the
/// paper quotes it.
pub(super) fn conduct(tx: &mut Tx<'_>, making: &Making<'_>, input: &mut Input) -> Result<(), Fault> {
    let (own, case) = (making.own, &making.file.log.case);
    let named: Vec<law::acts::ConductNo> = match &making.draft {
        Draft::PriorNotice(act) => act.conducts.value.clone(),
        Draft::PenaltyDecided(act) => act.conducts.value.clone(),
        Draft::PenaltyWaived(act) => act.conducts.value.clone(),
        Draft::UnprovenDecided(act) => act.conducts.value.clone(),
        _ => None,
    }
    .unwrap_or_default();
    let of_case = named.first().and_then(|no| case.conduct_of(*no)).or_else(|| case.conducts().next());
    let (matter, day, place) = match (&making.draft, of_case) {
        (Draft::OnSpotPenalty(act), _) => match (&act.matter.value, act.conduct_day.value, &act.place.value) {
            (Some(matter), day, place) => {
                (matter.0.clone(), day.unwrap_or(making.happened), place.clone().unwrap_or_default())
            }
            _ => return Ok(()),
        },
        (Draft::ClueRegistered(act), _) => match (&act.matter.value, act.conduct_day.value, &act.place.value) {
            (Some(matter), day, place) => {
                (matter.0.clone(), day.unwrap_or(making.happened), place.clone().unwrap_or_default())
            }
            _ => return Ok(()),
        },
        (_, Some(conduct)) => (conduct.matter.clone(), conduct.day, conduct.place.clone()),
        (_, None) => return Ok(()),
    };
    input.days.conduct = Some(day.to_string());
    input.place = making.draft.get_text("place").filter(|place| !place.is_empty()).unwrap_or(place);
    let Some(version) = version(own, &matter, day, making.happened) else { return Ok(()) };
    input.case_title.clone_from(&version.name);
    if !making.document.reads("conduct_law") && !making.document.reads("penalty_law") {
        return Ok(());
    }
    // A circumstance may have its sum in a place of its own.
    let named = match &making.draft {
        Draft::PriorNotice(act) => act.branch.value.as_ref(),
        Draft::PenaltyDecided(act) => act.branch.value.as_ref(),
        Draft::OnSpotPenalty(act) => act.branch.value.as_ref(),
        _ => None,
    };
    let named = named.and_then(Option::as_ref);
    let branch = named.and_then(|named| named.named(&matter, version).next()).and_then(|id| version.branch(id));
    let branch = branch.and_then(|branch| branch.penalty.as_ref());
    let penalty = branch.unwrap_or(&version.penalty);
    // An approval form names the provision; what is served quotes it.
    let quotes = making.document.reads("law-text");
    let mut law = |citation: &law::corpus::Citation| -> Result<documents::Law, Fault> {
        // The text is quoted as in force when the conduct ended, or on the last day of the version that governs.
        let on = version.to.map_or(day.max(version.from), |to| day.clamp(version.from, to));
        let text = if quotes { crate::statutes::quote(tx, citation, on)? } else { None };
        Ok(documents::Law { cite: own.corpus.cite(citation), text })
    };
    input.conduct_law = Some(law(&version.conduct)?);
    input.penalty_law = Some(law(penalty)?);
    Ok(())
}

/// The version the rules judge by: of the day of the conduct, or a newer, lighter one (处罚法37).
fn version<'a>(own: &'a Casework, matter: &str, conduct: Day, decided: Day) -> Option<&'a law::corpus::Version> {
    let applied = own.corpus.applicable(matter, conduct, decided).map(|applied| applied.version);
    applied.or_else(|| own.corpus.matter(matter)?.on(decided))
}

/// The benchmark an act applied: its edition, the tier, the factors found. None where the act names none.
pub(super) fn discretion(making: &Making<'_>) -> Option<documents::Discretion> {
    let (own, draft) = (making.own, &making.draft);
    let named = |key: &str| draft.get_text(key).filter(|text| !text.is_empty());
    let (factors, tier) = (named("factors"), named("tier"));
    if factors.is_none() && tier.is_none() {
        return None;
    }
    let case = &making.file.log.case;
    let weighed =
        law::discretion::weigh_draft(case, making.subject, draft, making.happened, own.corpus).into_iter().next()?;
    let benchmark = weighed.benchmark?;
    let found = factors.unwrap_or_default();
    let of = |id: &str| benchmark.factors.iter().find(|factor| factor.id == id).map(|factor| factor.name.clone());
    let proposed = weighed.proposed.and_then(Result::ok).map(|found| found.tier);
    let tier = tier.or(proposed).map(|tier| format!("，“{tier}”档")).unwrap_or_default();
    Some(documents::Discretion {
        factors: found.split('、').filter_map(of).collect(),
        benchmark: format!("{}{tier}", benchmark.edition),
    })
}
