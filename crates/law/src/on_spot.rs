//! What may be punished on the spot: shown to the officer before anything is typed. Whether an act may be done is for the rules to say.

use crate::Day;
use crate::acts::PartyKind;
use crate::corpus::{Corpus, Measures, Order, Party, Sort, Version};
use crate::money::Fen;
use crate::rules::on_spot_most;

/// What a matter offers on the spot for a kind of party (处罚法51).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer<'a> {
    /// The version that governs.
    pub version: &'a Version,
    /// A warning is among the kinds.
    pub warning: bool,
    /// The least and the most that may be fined on the spot; none where even the least is too much.
    pub fine: Option<(Fen, Fen)>,
}

/// What a matter offers on the spot for a conduct of this day. `None` where it offers nothing: no text of that day, another kind of party,
/// no light enough penalty, a correction that must be refused first, a condition that must be found in an inquiry, or two norms to choose between.
pub fn offer<'a>(corpus: &'a Corpus, matter: &str, day: Day, party: PartyKind) -> Option<Offer<'a>> {
    let whom = Party::from(party);
    let version = corpus.applicable(matter, day, day)?.version;
    let simple = version.reaches(whom) && version.condition.is_none() && version.order != Order::First;
    if !simple || !corpus.conflicts(matter, day, whom).is_empty() {
        return None;
    }
    let most = on_spot_most(party);
    let warning = version.warning || version.provides(Sort::Warning, whom);
    let band = version.band_found(whom, None, &Measures::default()).ok();
    let fine = band
        .filter(|band| version.provides(Sort::Fine, whom) && band.min <= most && band.max > Fen::ZERO)
        .map(|band| (band.min, band.max.min(most)));
    (warning || fine.is_some()).then_some(Offer { version, warning, fine })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn found(matter: &str, party: PartyKind) -> Option<(bool, Option<(Fen, Fen)>)> {
        let offer = offer(Corpus::builtin(), matter, date(2026, 9, 1), party)?;
        Some((offer.warning, offer.fine))
    }

    #[test]
    fn the_lawful_band_is_cut_at_the_limit_of_the_simple_procedure() {
        // 占道设摊一百元以上一千元以下；电动自行车进楼充电五十元以上二百元以下。
        assert_eq!(found("A01", PartyKind::Person), Some((false, Some((Fen::yuan(100), Fen::yuan(200))))));
        assert_eq!(found("J01", PartyKind::Person).and_then(|one| one.1), Some((Fen::yuan(50), Fen::yuan(200))));
    }

    #[test]
    fn what_must_be_inquired_is_not_offered() {
        assert_eq!(found("C09", PartyKind::Person), None, "the least is a thousand, and two norms clash");
        assert_eq!(found("D08", PartyKind::Unit), None, "the least is beyond three thousand");
        assert_eq!(found("Z99", PartyKind::Person), None);
    }
}
