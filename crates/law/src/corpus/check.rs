//! What one file cannot tell alone: citations that lead somewhere, conflicts and tiers that fit their matters.

use super::fault::Fault;
use super::statute::article_in_digits;
use super::{Corpus, Party, Version};

impl Corpus {
    /// Every version cites articles that the statute files hold, from a statute in force while the version is; every matter
    /// it conflicts with is there.
    pub(super) fn check_matter(&self, code: &str, text: &str) -> Result<(), Fault> {
        let Some(matter) = self.matters.get(code) else { return Ok(()) };
        for (at, version) in matter.versions.iter().enumerate() {
            for citation in version.citations() {
                let sign = format!("article = \"{}\"", citation.article);
                let nth =
                    matter.versions[..at].iter().flat_map(Version::citations).filter(|c| c.article == citation.article);
                let fail = |message| Err(Fault::at(text, &sign, nth.count(), message));
                let Some(statute) = self.statutes.get(&citation.statute) else {
                    let id = &citation.statute;
                    return fail(format!("所引法规“{id}”在 statutes 中没有，请改正或者加上 statutes/{id}.toml"));
                };
                if self.summary(citation).is_none() {
                    let what = article_in_digits(&citation.article);
                    return fail(format!(
                        "所引条文《{}》{what}（{}）在 statutes/{}.toml 中没有，请改正条号或者加上该条摘要",
                        statute.name, citation.article, statute.id
                    ));
                }
                let outlived = match (statute.to, version.to) {
                    (Some(end), Some(last)) => last > end,
                    (Some(_), None) => true,
                    (None, _) => false,
                };
                if version.from < statute.from || outlived {
                    let span = statute.to.map_or_else(|| "起".to_owned(), |to| format!("至{to}"));
                    let why =
                        format!("{}起的版本超出{}的施行期间（{}{span}）", version.from, statute.name, statute.from);
                    return fail(format!("{why}，请改 from、to 或者所引法规"));
                }
            }
            for conflict in &version.conflicts {
                let sign = format!("matter = \"{}\"", conflict.matter);
                let fail = |why| Err(Fault::at(text, &sign, 0, why));
                let Some(other) = self.matters.get(&conflict.matter).filter(|other| other.code != code) else {
                    return fail(format!("冲突的事项“{}”在 matters 中没有，请改为另一事项的编号", conflict.matter));
                };
                let meets = |v: &Version| {
                    let parties = Party::ALL.into_iter().filter(|p| conflict.party.is_none_or(|only| only == *p));
                    v.to.is_none_or(|to| to >= version.from)
                        && version.to.is_none_or(|to| to >= v.from)
                        && parties.into_iter().any(|party| v.reaches(party) && version.reaches(party))
                };
                if !other.versions.iter().any(meets) {
                    let why = format!("{}起的版本与事项{}没有同时适用于同一当事人的时候", version.from, other.code);
                    return fail(format!("{why}，请删去这一冲突或者改正 party"));
                }
            }
        }
        Ok(())
    }

    /// The tiers of a matter cover its fines.
    pub(super) fn check_tiers(&self, code: &str, text: &str) -> Result<(), Fault> {
        let Some(benchmark) = self.tiers.get(code) else { return Ok(()) };
        let Some(matter) = self.matters.get(code) else {
            return Err(Fault::at(text, "matter =", 0, format!("事项“{code}”在 matters 中没有，请改正编号")));
        };
        benchmark.check(matter, text)
    }
}
