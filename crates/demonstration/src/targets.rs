//! What a demonstration year must come to: figures by id, and the mix of cases that adds up to them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use office::demonstration::Shape;
use serde::Deserialize;

/// The numbers of a demonstration year.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// The bureau; absent: as Qingpu.
    #[serde(default)]
    pub bureau: Shape,
    /// The year.
    pub year: i16,
    /// The day the yearly report counts to.
    pub until: Date,
    /// Values by the id of the figure; `case.simple` is the number of on-the-spot penalties.
    pub figures: BTreeMap<String, i64>,
    /// Cases that are decided and, where they are fined in the ordinary procedure, published by then. Absent: made to fit the figures.
    #[serde(default)]
    pub mix: Vec<Line>,
}

/// Where cases come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Raised in a campaign.
    Campaign,
    /// Handed over by another bureau.
    Transfer,
    /// The squads' own patrols and complaints.
    Own,
}

/// How a case goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Procedure {
    /// On the spot.
    Simple,
    /// Ordinary, with a fine.
    Ordinary,
    /// Ordinary, without a penalty: first, slight and put right.
    Waived,
}

/// Who is punished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// A person.
    Person,
    /// An organisation.
    Unit,
    /// Either, in turn.
    Any,
}

/// So many cases of one kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Where they come from.
    pub group: Group,
    /// How they go.
    pub procedure: Procedure,
    /// Matters, in turn.
    pub matters: Vec<String>,
    /// Who.
    pub party: Side,
    /// Fine, yuan.
    #[serde(default)]
    pub fine: i64,
    /// How many.
    pub count: usize,
    /// The fine is mitigated below its range.
    #[serde(default)]
    pub mitigated: bool,
    /// Not before this day of the year, `06-03`.
    #[serde(default)]
    pub from: Option<String>,
}

/// Figures a demonstration can be told to meet.
const IDS: &[&str] = &[
    "outreach.events",
    "outreach.lectures",
    "transfer.received",
    "transfer.solved",
    "transfer.fines",
    "campaign.thunder.actions",
    "campaign.thunder.person_times",
    "campaign.thunder.cases",
    "campaign.thunder.fines",
    "people.legal_departments",
    "people.certificate_holders",
    "people.legal_officers",
    "people.public_lawyers",
    "training.rounds",
    "training.person_times",
    "training.exam_passed",
    "training.fitness_tests",
    "training.hours",
    "training.credits",
    "case.ordinary_published",
    "case.simple",
    "evaluation.major_decisions",
    "supervision.recordings_checked",
    "evaluation.online_files",
    "supervision.model_cases",
    "study.rule_of_law_discussions",
    "award.total",
    "dispute.total",
    "dispute.concluded",
    "dispute.hearings",
    "dispute.head_appearances",
    "oversight.judicial_suggestions",
    "oversight.correction_notices",
    "oversight.procuratorial_letters",
    "disclosure.applications",
    "duty.applications",
    "ticket.calls",
    "ticket.visits",
    "ticket.platform",
    "ticket.12345",
    "ticket.12319",
    "ticket.wechat",
    "suggestion.total",
];

impl Targets {
    /// Qingpu's 2024.
    ///
    /// # Errors
    /// The program's own data is broken.
    pub fn builtin() -> Result<Targets, String> {
        Targets::read("data/2024.json", include_str!("../data/2024.json"))
    }

    /// Reads a file; figures it does not name are those of Qingpu's 2024.
    ///
    /// # Errors
    /// What is wrong with it, and what to do.
    pub fn read(name: &str, text: &str) -> Result<Targets, String> {
        let mut targets: Targets = serde_json::from_str(text).map_err(|e| {
            format!("{name} 第 {} 行第 {} 列：{e}。须有 year、until、figures，可以有 bureau、mix", e.line(), e.column())
        })?;
        if let Some(id) = targets.figures.keys().find(|id| !IDS.contains(&id.as_str())) {
            return Err(format!("{name}：不认识指标 {id}，可以写：{}", IDS.join("、")));
        }
        if let Some((id, _)) = targets.figures.iter().find(|(_, n)| **n < 0) {
            return Err(format!("{name}：{id} 不能小于零"));
        }
        if !name.starts_with("data/") {
            for (id, value) in Targets::builtin()?.figures {
                targets.figures.entry(id).or_insert(value);
            }
        }
        targets.checked().map_err(|why| format!("{name}：{why}"))
    }

    fn checked(mut self) -> Result<Targets, String> {
        let calendar = law::corpus::Corpus::builtin().calendar();
        if !(2024..=2025).contains(&self.year) || calendar.known_until().year() < self.year {
            return Err("year：演示年度只能是 2024 或者 2025，其他年度的法规版本和放假安排尚不齐全".into());
        }
        if self.until.year() != self.year || self.until.month() < 7 {
            return Err("until：应在该年度七月一日以后".into());
        }
        let people = ["legal_departments", "certificate_holders", "legal_officers", "public_lawyers"]
            .map(|what| u32::try_from(self.of(&format!("people.{what}"))).unwrap_or(u32::MAX));
        [
            self.bureau.legal_departments,
            self.bureau.certificate_holders,
            self.bureau.legal_officers,
            self.bureau.public_lawyers,
        ] = people;
        if let Some(problem) = self.bureau.problem() {
            return Err(problem);
        }
        let within =
            |small: &str, large: &str| (self.of(small) > self.of(large)).then(|| format!("{small} 不能大于 {large}"));
        let pairs = [
            ("transfer.solved", "transfer.received"),
            ("dispute.concluded", "dispute.total"),
            ("dispute.hearings", "dispute.concluded"),
            ("dispute.head_appearances", "dispute.hearings"),
        ];
        if let Some(problem) = pairs.iter().find_map(|(small, large)| within(small, large)) {
            return Err(problem);
        }
        if self.mix.is_empty() {
            self.mix = crate::mix::fit(&self)?;
        }
        crate::mix::adds_up(&self)?;
        Ok(self)
    }

    /// The value a figure must have.
    pub fn of(&self, id: &str) -> i64 {
        self.figures.get(id).copied().unwrap_or(0)
    }

    /// The same as a count of things to make.
    pub(crate) fn count(&self, id: &str) -> usize {
        usize::try_from(self.of(id)).unwrap_or(0)
    }
}
