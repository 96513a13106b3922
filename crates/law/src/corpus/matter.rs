//! Matters: what may be punished, whom, how, and with how much, version by version.

use serde::Deserialize;

use super::circumstance::{Branch, Conflict, Correction, Daily, When};
use super::fault::{Fault, read};
use super::fine::{Band, Fine, NoBand, daily, measures, money};
use super::measure::{Measure, Measures};
use super::{Citation, Sort};
use crate::Day;
use crate::money::Fen;

/// A matter of enforcement: one conduct through all the texts that have governed it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matter {
    /// The catalogue code without prefix, the name of its file: `A01`.
    pub code: String,
    /// The name used in lists.
    pub name: String,
    /// The texts that governed it, oldest first, without overlap.
    #[serde(rename = "version")]
    pub versions: Vec<Version>,
}

impl Matter {
    /// The version in force on the day.
    pub fn on(&self, day: Day) -> Option<&Version> {
        self.versions.iter().find(|v| v.from <= day && v.to.is_none_or(|to| day <= to))
    }

    pub(super) fn parse(stem: &str, text: &str) -> Result<Matter, Fault> {
        let matter: Matter = read(text)?;
        if matter.code != stem {
            return Err(Fault::at(text, "code =", 0, format!("文件名与 code“{}”不一致，请改成一致", matter.code)));
        }
        if matter.versions.is_empty() {
            return Err(Fault::at(text, "code =", 0, "没有任何版本，请至少写一个 [[version]]".into()));
        }
        for (at, version) in matter.versions.iter().enumerate() {
            let fail = |why| Fault::at(text, "[[version]]", at, format!("{}起的版本：{why}", version.from));
            version.check().map_err(fail)?;
        }
        for (at, pair) in matter.versions.windows(2).enumerate() {
            if pair[0].to.is_none_or(|to| to >= pair[1].from) {
                let why = format!(
                    "{}起与{}起的两个版本重叠或次序颠倒，前一个版本的 to 应早于后一个版本的 from",
                    pair[0].from, pair[1].from
                );
                return Err(Fault::at(text, "[[version]]", at + 1, why));
            }
        }
        let mut number = 0;
        for version in &matter.versions {
            for example in &version.examples {
                if let Err(why) = version.hold(example) {
                    let why = format!("{}起的版本的示例（{}）不成立：{why}", version.from, example.why);
                    return Err(Fault::at(text, "[[version.example]]", number, why));
                }
                number += 1;
            }
        }
        Ok(matter)
    }
}

/// A matter under one text of law.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// The first day in force.
    pub from: Day,
    /// The last day in force, once repealed or replaced.
    #[serde(default)]
    pub to: Option<Day>,
    /// The conduct in our own words, as this text draws it.
    pub name: String,
    /// The article that forbids or requires.
    pub conduct: Citation,
    /// The article that punishes.
    pub penalty: Citation,
    /// The further text a penalty article points to, where it sends the reader elsewhere for the amount.
    #[serde(default)]
    pub through: Option<Citation>,
    /// Whom it reaches.
    pub subject: Subject,
    /// The kinds of penalty it provides.
    pub sorts: Vec<Sort>,
    /// Those of them it provides for persons only.
    #[serde(default)]
    pub person_only: Vec<Sort>,
    /// The fine for a person.
    #[serde(default)]
    pub fine_person: Option<Fine>,
    /// The fine for a legal person or other organisation.
    #[serde(default)]
    pub fine_unit: Option<Fine>,
    /// How the order to correct and the fine hang together.
    pub order: Order,
    /// Within what time the order must be obeyed and whether a re-check must prove it, where the text says so.
    #[serde(default)]
    pub correction: Option<Correction>,
    /// Whether fines may follow day by day while the conduct goes on.
    #[serde(default)]
    pub daily: Option<Daily>,
    /// The circumstances for which the text sets another sum, other kinds or another order.
    #[serde(default, rename = "branch")]
    pub branches: Vec<Branch>,
    /// The matters of other texts that the same conduct falls under with another sum, to be settled by a person.
    #[serde(default, rename = "conflict")]
    pub conflicts: Vec<Conflict>,
    /// Whether a warning alone is a lawful outcome.
    #[serde(default)]
    pub warning: bool,
    /// A fact that must be found before a penalty, beyond the conduct itself: `情节严重`.
    #[serde(default)]
    pub condition: Option<String>,
    /// Whether a person read the text.
    pub verification: Verification,
    /// What the legal officer should know.
    #[serde(default)]
    pub note: Option<String>,
    /// Worked examples; the tests run them all.
    #[serde(default, rename = "example")]
    pub examples: Vec<Example>,
}

impl Version {
    /// Whether a decision may rest on what ships with the product. A version a bureau's own legal officer verified is named
    /// by the caller, not here.
    pub fn decidable(&self) -> bool {
        matches!(self.verification, Verification::Verified { .. })
    }

    /// Whether the version reaches this kind of party.
    pub fn reaches(&self, party: Party) -> bool {
        match self.subject {
            Subject::Any => true,
            Subject::Person => party == Party::Person,
            Subject::Unit => party == Party::Unit,
        }
    }

    /// Whether the version provides this kind of penalty for this kind of party.
    pub fn provides(&self, sort: Sort, party: Party) -> bool {
        let whom = party == Party::Person || !self.person_only.contains(&sort);
        let fined = sort != Sort::Fine || self.fine(party).is_some();
        self.reaches(party) && self.sorts.contains(&sort) && whom && fined
    }

    /// The fine for this kind of party, where the version reaches it and sets one without further circumstance.
    pub fn fine(&self, party: Party) -> Option<&Fine> {
        match party {
            _ if !self.reaches(party) => None,
            Party::Person => self.fine_person.as_ref(),
            Party::Unit => self.fine_unit.as_ref(),
        }
    }

    /// The circumstance of this id.
    pub fn branch(&self, id: &str) -> Option<&Branch> {
        self.branches.iter().find(|branch| branch.id == id)
    }

    /// The fine for this kind of party under a circumstance, or under none.
    ///
    /// # Errors
    /// Wrong party, no fine for it, an unknown circumstance, or a circumstance that must be named first.
    pub fn fine_in(&self, party: Party, branch: Option<&str>) -> Result<&Fine, NoBand> {
        if !self.reaches(party) {
            let why = format!("“{}”只适用于{}，不适用于{}", self.name, self.subject.label(), party.label());
            return Err(NoBand::NoFine(why));
        }
        let none = || NoBand::NoFine(format!("“{}”对{}没有规定罚款", self.name, party.label()));
        match branch {
            Some(id) => {
                let branch = self.branch(id).ok_or_else(|| NoBand::UnknownBranch(id.to_owned()))?;
                branch.fine(party).ok_or_else(none)
            }
            None => self.fine(party).ok_or_else(|| {
                let which: Vec<_> =
                    self.branches.iter().filter(|b| b.fine(party).is_some()).map(|b| b.text.as_str()).collect();
                if which.is_empty() { none() } else { NoBand::Branch(which.join("\u{FF1B}")) }
            }),
        }
    }

    /// The lawful band for this kind of party under a circumstance, for what was measured.
    ///
    /// # Errors
    /// As [`fine_in`](Version::fine_in) and [`Fine::band`].
    pub fn band(&self, party: Party, branch: Option<&str>, known: &Measures) -> Result<Band, NoBand> {
        self.fine_in(party, branch)?.band(known)
    }

    /// The lawful band for what an act says was found: of the daily fine where further days are named, otherwise as [`band`](Version::band).
    ///
    /// # Errors
    /// As [`band`](Version::band), and where fines may not follow day by day.
    pub fn band_found(&self, party: Party, branch: Option<&str>, known: &Measures) -> Result<Band, NoBand> {
        match (known.get(Measure::FurtherDays), known.get(Measure::OriginalFine)) {
            (None, None) => self.band(party, branch, known),
            (None, Some(_)) => Err(NoBand::Needs(Measure::FurtherDays)),
            (Some(_), None) => Err(NoBand::Needs(Measure::OriginalFine)),
            (Some(days), Some(original)) => self.band_daily(party, days, Fen(original)),
        }
    }

    /// The original fine once for each further day: neither less nor more (生态环境法典1060).
    fn band_daily(&self, party: Party, days: i64, original: Fen) -> Result<Band, NoBand> {
        let Some(Daily::Allowed(_)) = &self.daily else {
            return Err(NoBand::NoDaily(format!("“{}”没有规定按日连续处罚", self.name)));
        };
        if party == Party::Person {
            return Err(NoBand::NoDaily("按日连续处罚只适用于单位和其他经营者".to_owned()));
        }
        let days = u32::try_from(days).map_err(|_| NoBand::TooLarge)?;
        let sum = daily(original, days).ok_or(NoBand::TooLarge)?;
        let step = format!("按日连续处罚：原罚款{original}，拒不改正{days}日，{original}×{days}＝{sum}");
        Ok(Band { min: sum, max: sum, steps: vec![step] })
    }

    /// The measures whatever circumstance of the version asks for, for this kind of party, each once.
    pub fn measures_asked(&self, party: Party) -> Vec<Measure> {
        let mut list: Vec<Measure> = Vec::new();
        let fines = self.branches.iter().filter_map(|branch| branch.fine(party)).chain(self.fine(party));
        for measure in fines.flat_map(|fine| fine.needs().iter().copied()) {
            if !list.contains(&measure) {
                list.push(measure);
            }
        }
        if party == Party::Unit && matches!(self.daily, Some(Daily::Allowed(_))) {
            list.extend([Measure::FurtherDays, Measure::OriginalFine]);
        }
        list
    }

    /// The circumstances that keep a kind of penalty for themselves; only kinds that bear on a licence or a business are kept.
    pub fn kept_for(&self, sort: Sort) -> Vec<&Branch> {
        if !sort.bears_on_business() {
            return Vec::new();
        }
        self.branches.iter().filter(|branch| branch.sorts.contains(&sort)).collect()
    }

    /// How order and fine hang together under a circumstance, or under none.
    pub fn order_in(&self, branch: Option<&str>) -> Order {
        branch.and_then(|id| self.branch(id)).and_then(|branch| branch.order).unwrap_or(self.order)
    }

    /// Whether an amount lies inside what the version lets this party be fined, both limits included.
    ///
    /// # Errors
    /// The sentence to show: wrong party, no fine provided, no sum in this text, a measure or the circumstance missing, below
    /// or above the band. A lawful mitigation (处罚法32) below the band is for the rules to weigh, not for this function.
    pub fn fine_fits(&self, party: Party, branch: Option<&str>, amount: Fen, known: &Measures) -> Result<(), String> {
        self.fine_in(party, branch).map_err(|why| why.to_string())?.fits(amount, known)
    }

    /// Every article this version cites.
    pub fn citations(&self) -> impl Iterator<Item = &Citation> {
        let daily = self.daily.as_ref().map(|daily| match daily {
            Daily::Allowed(citation) | Daily::Excluded(citation) => citation,
        });
        let branches = self.branches.iter().filter_map(|branch| branch.penalty.as_ref());
        [&self.conduct, &self.penalty].into_iter().chain(&self.through).chain(daily).chain(branches)
    }

    /// Whether the amount of the example comes out as it says.
    fn hold(&self, example: &Example) -> Result<(), String> {
        match (
            self.fine_fits(example.party, example.branch.as_deref(), example.amount, &example.measures),
            example.fits,
        ) {
            (Ok(()), true) | (Err(_), false) => Ok(()),
            (Err(why), true) => Err(format!("写的是可以，算得不可以（{why}），请改数额或者改 fits")),
            (Ok(()), false) => Err(format!("写的是不可以，算得罚款{}可以，请改数额或者改 fits", example.amount)),
        }
    }

    fn check(&self) -> Result<(), String> {
        if self.to.is_some_and(|to| to < self.from) {
            return Err("to 在 from 之前".into());
        }
        let fined = [&self.fine_person, &self.fine_unit].into_iter().flatten().count()
            + self.branches.iter().filter(|b| b.fine_person.is_some() || b.fine_unit.is_some()).count();
        if (fined > 0) != self.sorts.contains(&Sort::Fine) {
            return Err("sorts 中有无罚款（fine）须与 fine_person、fine_unit 一致".into());
        }
        if self.warning != self.sorts.contains(&Sort::Warning) {
            return Err("sorts 中有无警告（warning）须与 warning 一致".into());
        }
        if self.person_only.iter().any(|s| !self.sorts.contains(s)) {
            return Err("person_only 中有 sorts 没有的种类".into());
        }
        self.check_fines(&self.fine_person, &self.fine_unit)?;
        let unread = self.citations().any(|c| !c.is_known())
            || [&self.fine_person, &self.fine_unit].into_iter().flatten().any(|fine| *fine == Fine::Unread)
            || self.sorts.is_empty();
        if unread && self.decidable() {
            return Err("条文、种类或者数额未查明的版本不能写成 verified，请改为 unverified 并写明缺什么".into());
        }
        let waits = |order| order == Order::First;
        let proven = self.correction.is_some_and(|correction| correction.recheck);
        let any_waits =
            waits(self.order) || self.branches.iter().any(|b| b.when == When::Refused || b.order.is_some_and(waits));
        if any_waits && !proven {
            return Err("以拒不改正或者逾期不改正为前提的，须写 correction 并且 recheck = true".into());
        }
        for (at, branch) in self.branches.iter().enumerate() {
            let fail = |why: &str| Err(format!("情形“{}”：{why}", branch.id));
            if self.branches[..at].iter().any(|other| other.id == branch.id) {
                return fail("id 重复");
            }
            if branch.text.trim().is_empty() {
                return fail("没有写明是什么情形（text）");
            }
            if branch.sorts.iter().any(|s| !self.sorts.contains(s)) {
                return fail("sorts 中有本版本没有的种类");
            }
            self.check_fines(&branch.fine_person, &branch.fine_unit).or_else(|why| fail(&why))?;
        }
        if self.conflicts.iter().any(|conflict| conflict.text.trim().is_empty()) {
            return Err("conflict 没有写明冲突在哪里（text）".into());
        }
        Ok(())
    }

    fn check_fines(&self, person: &Option<Fine>, unit: &Option<Fine>) -> Result<(), String> {
        for (fine, party) in [(person, Party::Person), (unit, Party::Unit)] {
            let Some(fine) = fine else { continue };
            if !self.reaches(party) {
                return Err(format!("规定了对{}的罚款，但适用对象不含{}", party.label(), party.label()));
            }
            fine.check()?;
        }
        Ok(())
    }
}

/// A party as far as amounts ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// A natural person.
    Person,
    /// A legal person or other organisation.
    Unit,
}

impl Party {
    /// Both.
    pub const ALL: [Party; 2] = [Party::Person, Party::Unit];

    /// The Chinese word.
    pub const fn label(self) -> &'static str {
        match self {
            Party::Person => "个人",
            Party::Unit => "单位",
        }
    }
}

/// Whom a version reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Persons and organisations.
    Any,
    /// Persons only.
    Person,
    /// Legal persons and other organisations only.
    Unit,
}

impl Subject {
    /// The Chinese word.
    pub const fn label(self) -> &'static str {
        match self {
            Subject::Any => "个人和单位",
            Subject::Person => "个人",
            Subject::Unit => "单位",
        }
    }
}

/// How the order to correct and the fine hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Order first; a fine only after a proven refusal or an expired time (拒不改正、逾期不改正).
    First,
    /// Order and fine in the same decision.
    With,
    /// An order; the fine is optional (可以) and waits for no refusal.
    Optional,
}

impl Order {
    /// The Chinese phrase for pages.
    pub const fn label(self) -> &'static str {
        match self {
            Order::First => "先责令改正，拒不改正或者逾期不改正的才可罚款",
            Order::With => "责令改正并处罚款",
            Order::Optional => "责令改正，可以并处罚款",
        }
    }
}

/// Whether the text behind a version was read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Verification {
    /// Read in a current text.
    Verified {
        /// What was read.
        source: String,
        /// When.
        on: Day,
    },
    /// Not read, or not known to be current: may be proposed, is refused at decision.
    Unverified {
        /// What is missing.
        why: String,
    },
}

/// A worked example of a version.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Who is fined.
    pub party: Party,
    /// With how much.
    #[serde(deserialize_with = "money")]
    pub amount: Fen,
    /// Under which circumstance of the version, if any.
    #[serde(default)]
    pub branch: Option<String>,
    /// The quantities, where the fine asks for any.
    #[serde(default, deserialize_with = "measures")]
    pub measures: Measures,
    /// Whether that is lawful.
    pub fits: bool,
    /// What the example shows.
    pub why: String,
}
