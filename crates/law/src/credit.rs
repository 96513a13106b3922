//! How long a published penalty stays on show and from when its credit may be repaired, by the text in force on a day.

use crate::Day;
use crate::acts::Kind;
use crate::case::Decision;
use crate::corpus::Sort;
use crate::deadline::Term;

/// The first day of the credit repair measures (国家发展改革委令第36号).
pub const MEASURES_FROM: Day = jiff::civil::date(2026, 4, 1);
/// The first day of the Shanghai business environment regulation as amended on 2024-09-27.
pub const SHANGHAI_FROM: Day = jiff::civil::date(2024, 11, 1);
/// The first day of the State Council office's document on publication (国办发〔2018〕118号).
pub const STATE_COUNCIL_FROM: Day = jiff::civil::date(2018, 12, 5);

/// The grade of bad credit information (信用修复办法4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// 轻微: simple procedure, warning, public criticism.
    Slight,
    /// 一般: fines, confiscation and what is neither slight nor serious.
    General,
    /// 严重: licence revoked, business closed, practice banned or restricted.
    Serious,
}

impl Grade {
    /// The Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Grade::Slight => "轻微",
            Grade::General => "一般",
            Grade::Serious => "严重",
        }
    }
}

/// How long a decision is on show, counted from its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The grade, where the text in force has grades.
    pub grade: Option<Grade>,
    /// The shortest time on show; none where repair may be asked as soon as the duties are done.
    pub min: Option<Term>,
    /// The longest time on show; then it ends by itself.
    pub max: Term,
    /// The articles.
    pub article: &'static str,
}

/// The grade of a decision. A fine so high that it alone is serious has no amount in the texts read; a legal officer says so.
pub fn grade(decision: &Decision) -> Grade {
    let mild = decision.sorts.iter().all(|sort| matches!(sort, Sort::Warning | Sort::Criticism));
    let grave = decision
        .sorts
        .iter()
        .any(|sort| matches!(sort, Sort::RevokeLicence | Sort::Close | Sort::BanPractice | Sort::Restrict));
    if decision.kind == Kind::OnSpotPenalty || mild {
        Grade::Slight
    } else if grave {
        Grade::Serious
    } else {
        Grade::General
    }
}

/// The period by the text in force on the day of asking; none before any text gave one.
pub fn period(decision: &Decision, on: Day) -> Option<Period> {
    if on >= MEASURES_FROM {
        let article = "信用修复办法4";
        let grade = grade(decision);
        let (min, max) = match grade {
            Grade::Slight => (None, Term::months(3)),
            Grade::General => (Some(Term::months(3)), Term::years(1)),
            Grade::Serious => (Some(Term::years(1)), Term::years(3)),
        };
        return Some(Period { grade: Some(grade), min, max, article });
    }
    if on >= SHANGHAI_FROM {
        let (min, max) = (Some(Term::months(3)), Term::years(3));
        return Some(Period { grade: None, min, max, article: "上海优化营商环境条例65、67" });
    }
    None
}
