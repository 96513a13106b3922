//! What the law obliges the bureau to do within a term outside penalty cases: answering applications, letters, reviews and suits.
//!
//! The one place where these terms stand. A register names an obligation by its id; when its term ends, is counted by
//! [`Calendar::due`](crate::calendar::Calendar::due).

use crate::deadline::Term;

/// Something that must be done within a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Obligation {
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

/// Every obligation.
pub const OBLIGATIONS: &[Obligation] = &[
    // Answer within twenty working days; at most twenty more with the consent of the head of the information office, told to the
    // applicant. Time spent asking a third party does not count (third paragraph).
    Obligation {
        id: "information.answer",
        label: "答复申请人",
        article: "政府信息公开条例33",
        term: Term::workdays(20),
        extended: Some(Term::workdays(40)),
    },
    // Whoever asked an organ to perform a duty that protects their rights may sue when two months have passed.
    Obligation {
        id: "duty.answer",
        label: "履行或者答复",
        article: "行政诉讼法47",
        term: Term::months(2),
        extended: None,
    },
    // The written reply, evidence, basis and other material of the reviewed act, from receipt of the copy of the application.
    // Terms of three, five, seven and ten days in that law are working days (88).
    Obligation {
        id: "review.reply",
        label: "提交复议答复",
        article: "行政复议法48、88",
        term: Term::workdays(10),
        extended: None,
    },
    // Evidence and statement of defence, from receipt of the copy of the complaint.
    Obligation {
        id: "suit.reply",
        label: "提交答辩状和证据",
        article: "行政诉讼法67",
        term: Term::days(15),
        extended: None,
    },
    // Perform the duty and reply in writing; fifteen days where the harm keeps growing.
    Obligation {
        id: "letter.reply",
        label: "书面回复检察建议",
        article: "检察公益诉讼解释21",
        term: Term::months(2),
        extended: None,
    },
    Obligation {
        id: "letter.reply_urgent",
        label: "书面回复检察建议（紧急）",
        article: "检察公益诉讼解释21",
        term: Term::days(15),
        extended: None,
    },
];

/// The obligation of this id.
pub fn obligation(id: &str) -> Option<&'static Obligation> {
    OBLIGATIONS.iter().find(|d| d.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Corpus;
    use jiff::civil::date;

    #[test]
    fn ids_are_given_once() {
        for (at, owed) in OBLIGATIONS.iter().enumerate() {
            assert!(OBLIGATIONS[..at].iter().all(|d| d.id != owed.id), "{}", owed.id);
            assert!(!owed.article.is_empty() && !owed.label.is_empty());
        }
    }

    #[test]
    fn an_application_for_information_of_before_a_holiday() {
        let calendar = Corpus::builtin().calendar();
        let owed = obligation("information.answer").expect("an obligation");
        // Received on Wednesday 2024-09-25: 26, 27, 29 (worked for the holiday), 30 September; 8 to 12 October (12 worked); 14 to 18; 21 to 25; 28.
        assert_eq!(calendar.due(date(2024, 9, 25), owed.term, &[]).last, date(2024, 10, 28));
        // Two months end on the day of the same number.
        let owed = obligation("duty.answer").expect("an obligation");
        assert_eq!(calendar.due(date(2024, 12, 31), owed.term, &[]).last, date(2025, 2, 28));
    }
}
