//! Terms of the bureau's duties outside penalty cases: answering applications, letters, reviews and suits.
//!
//! The one place where these terms stand. A register names a duty by its id; when its term ends, is counted by
//! [`Calendar::due`](crate::calendar::Calendar::due).

use crate::deadline::Term;

/// A duty that must be done within a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty {
    /// Stable name.
    pub id: &'static str,
    /// What must be done.
    pub label: &'static str,
    /// Where it is written.
    pub article: &'static str,
    /// Within which time; the day it starts on is not counted.
    pub term: Term,
    /// The whole term where it was lawfully extended.
    pub extended: Option<Term>,
}

/// Every duty.
pub const DUTIES: &[Duty] = &[
    // Answer within twenty working days; at most twenty more with the consent of the head of the information office, told to the
    // applicant. Time spent asking a third party does not count (third paragraph).
    Duty {
        id: "information.answer",
        label: "答复申请人",
        article: "政府信息公开条例33",
        term: Term::workdays(20),
        extended: Some(Term::workdays(40)),
    },
    // Whoever asked an organ to perform a duty that protects their rights may sue when two months have passed.
    Duty {
        id: "duty.answer", label: "履行或者答复", article: "行政诉讼法47", term: Term::months(2), extended: None
    },
    // The written reply, evidence, basis and other material of the reviewed act, from receipt of the copy of the application.
    // Terms of three, five, seven and ten days in that law are working days (88).
    Duty {
        id: "review.reply",
        label: "提交复议答复",
        article: "行政复议法48、88",
        term: Term::workdays(10),
        extended: None,
    },
    // Evidence and statement of defence, from receipt of the copy of the complaint.
    Duty {
        id: "suit.reply", label: "提交答辩状和证据", article: "行政诉讼法67", term: Term::days(15), extended: None
    },
    // Perform the duty and reply in writing; fifteen days where the harm keeps growing.
    Duty {
        id: "letter.reply",
        label: "书面回复检察建议",
        article: "检察公益诉讼解释21",
        term: Term::months(2),
        extended: None,
    },
    Duty {
        id: "letter.reply_urgent",
        label: "书面回复检察建议（紧急）",
        article: "检察公益诉讼解释21",
        term: Term::days(15),
        extended: None,
    },
];

/// The duty of this id.
pub fn duty(id: &str) -> Option<&'static Duty> {
    DUTIES.iter().find(|d| d.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Corpus;
    use jiff::civil::date;

    #[test]
    fn ids_are_given_once() {
        for (at, duty) in DUTIES.iter().enumerate() {
            assert!(DUTIES[..at].iter().all(|d| d.id != duty.id), "{}", duty.id);
            assert!(!duty.article.is_empty() && !duty.label.is_empty());
        }
    }

    #[test]
    fn an_application_for_information_of_before_a_holiday() {
        let calendar = Corpus::builtin().calendar();
        let duty = duty("information.answer").expect("a duty");
        // Received on Wednesday 2024-09-25: 26, 27, 29 (worked for the holiday), 30 September; 8 to 12 October (12 worked); 14 to 18; 21 to 25; 28.
        assert_eq!(calendar.due(date(2024, 9, 25), duty.term, &[]).last, date(2024, 10, 28));
        // Two months end on the day of the same number.
        let duty = super::duty("duty.answer").expect("a duty");
        assert_eq!(calendar.due(date(2024, 12, 31), duty.term, &[]).last, date(2025, 2, 28));
    }
}
