//! A ticket: its acts as the journal keeps them, and what they add up to.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// Slot of the complaint's text.
pub(crate) const CONTENT: u32 = 1;
/// Slot of the caller's name.
pub(crate) const NAME: u32 = 2;
/// Slot of the caller's telephone.
pub(crate) const PHONE: u32 = 3;
/// Slot of what an official wrote: a note, an answer, what was said in a call.
pub(crate) const NOTE: u32 = 4;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $( $(#[$vdoc:meta])* $variant:ident $code:literal $label:literal ),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $( $(#[$vdoc])* #[serde(rename = $code)] $variant ),* }

        impl $name {
            /// Every one, in the order of lists.
            pub const ALL: &'static [$name] = &[$( $name::$variant ),*];

            /// The word in the journal and in tables.
            pub fn code(self) -> &'static str {
                match self { $( $name::$variant => $code ),* }
            }

            /// The word on pages.
            pub fn label(self) -> &'static str {
                match self { $( $name::$variant => $label ),* }
            }

            /// The one with this code or label.
            pub fn parse(text: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|v| v.code() == text || v.label() == text)
            }
        }
    };
}

words! {
    /// Where a ticket came from.
    Channel {
        /// The city's hotline.
        Hotline12345 "hotline_12345" "12345",
        /// The construction hotline.
        Hotline12319 "hotline_12319" "12319",
        /// The WeChat account.
        Wechat "wechat" "微信",
        /// A call to the bureau itself.
        Call "call" "来电",
        /// A visitor.
        Visit "visit" "来访",
        /// Another platform of the city.
        Platform "platform" "平台派单",
        /// Anything else.
        Other "other" "其他",
    }
}

words! {
    /// What is asked.
    Kind {
        /// A question.
        Inquiry "inquiry" "咨询",
        /// Help.
        Help "help" "求助",
        /// A complaint.
        Complaint "complaint" "投诉",
        /// A proposal.
        Suggestion "suggestion" "建议",
        /// A report of unlawful conduct.
        Report "report" "举报",
    }
}

words! {
    /// How a ticket is handled when its source says it is no ordinary one; each has a term of its own.
    Track {
        /// A superior watches it.
        Supervised "supervised" "督办",
        /// The caller was not satisfied and it is looked at again.
        Review "review" "复核",
        /// It takes longer, as the source approved.
        Complex "complex" "复杂",
    }
}

words! {
    /// Where a ticket stands.
    Stage {
        /// Nobody has it yet.
        Received "received" "待受理",
        /// A unit has it.
        Assigned "assigned" "办理中",
        /// It was answered.
        Answered "answered" "已答复",
        /// It is done.
        Closed "closed" "已办结",
        /// It was given back.
        Returned "returned" "已退回",
    }
}

/// Why a ticket may be given back, `(code, reason)`.
pub const RETURN_REASONS: &[(&str, &str)] = &[
    ("R1", "不在本区域"),
    ("R2", "不属于本机关职责"),
    ("R3", "联系后地点或者内容仍不清楚"),
    ("R4", "与在办工单重复"),
    ("R5", "已进入诉讼、信访、仲裁或者复议"),
    ("R6", "属于紧急事项，应由 110、119、120 处置"),
    ("R7", "分类有误"),
];

/// Reasons for which another body can be named; an unclear (R3) or repeated (R4) ticket belongs to nobody else.
pub(crate) const NAMES_BODY: &[&str] = &["R1", "R2", "R5", "R6", "R7"];

/// What came in. Texts are commitments to what is kept beside the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Received {
    /// Whose number it is.
    pub source: String,
    /// Number given by the source; source and number are unique.
    pub order_no: String,
    /// Channel.
    pub channel: Channel,
    /// What is asked.
    pub kind: Kind,
    /// When it was received, Shanghai time.
    pub received: DateTime,
    /// The address as given.
    pub address: String,
    /// The caller asks to be kept secret.
    pub confidential: bool,
    /// Urgent for the source.
    pub urgent: bool,
    /// How the source wants it handled, if not as an ordinary one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<Track>,
    /// The place named in address or text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The unit that the place suggests, and why.
    pub proposed_unit: Option<(String, String)>,
    /// The matter that the words suggest, and why.
    pub proposed_matter: Option<(String, String)>,
    /// Commitment to the text.
    pub content: String,
    /// Commitment to the caller's name.
    pub caller_name: Option<String>,
    /// Commitment to the caller's telephone.
    pub caller_phone: Option<String>,
}

/// An act of a ticket as the journal keeps it, version 1. Frozen: a changed shape is a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// It came in.
    Received(Box<Received>),
    /// A unit takes it.
    Assigned {
        /// The unit.
        unit: String,
        /// Commitment to a note.
        note: Option<String>,
    },
    /// The caller was called first (先行联系).
    Contacted {
        /// Somebody answered.
        reached: bool,
        /// Commitment to what was said.
        note: String,
    },
    /// The caller was answered.
    Answered {
        /// The matter was solved, not only explained.
        solved: bool,
        /// Commitment to the answer.
        note: String,
    },
    /// It is done.
    Closed {},
    /// The caller was asked afterwards (回访).
    CalledBack {
        /// Solved, as the caller says.
        solved: bool,
        /// Satisfied, as the caller says.
        satisfied: bool,
    },
    /// It was given back.
    Returned {
        /// One of [`RETURN_REASONS`].
        reason: String,
        /// The body it belongs to; may be empty for R3 and R4.
        body: String,
        /// Commitment to the reasons.
        note: String,
    },
    /// It led to a case.
    Led {
        /// The case.
        case: i64,
    },
}

impl Act {
    /// The kind under which the journal files it.
    pub fn kind(&self) -> &'static str {
        match self {
            Act::Received(_) => "ticket.received",
            Act::Assigned { .. } => "ticket.assigned",
            Act::Contacted { .. } => "ticket.contacted",
            Act::Answered { .. } => "ticket.answered",
            Act::Closed {} => "ticket.closed",
            Act::CalledBack { .. } => "ticket.called_back",
            Act::Returned { .. } => "ticket.returned",
            Act::Led { .. } => "ticket.led",
        }
    }

    /// The name on pages.
    pub fn label(&self) -> &'static str {
        match self {
            Act::Received(_) => "登记",
            Act::Assigned { .. } => "分派",
            Act::Contacted { .. } => "先行联系",
            Act::Answered { .. } => "答复",
            Act::Closed {} => "办结",
            Act::CalledBack { .. } => "回访",
            Act::Returned { .. } => "退单",
            Act::Led { .. } => "转为案件",
        }
    }
}

/// A ticket folded from its acts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticket {
    /// What came in.
    pub received: Option<Received>,
    /// The unit that has it.
    pub unit: Option<String>,
    /// First contact.
    pub contacted: Option<Date>,
    /// Newest answer.
    pub answered: Option<Date>,
    /// Solved: what the caller said when called back, before that what the newest answer says.
    pub solved: Option<bool>,
    /// Closed.
    pub closed: Option<Date>,
    /// Given back.
    pub returned: Option<Date>,
    /// Called back, and whether the caller is satisfied.
    pub called_back: Option<(Date, bool)>,
    /// The case it led to.
    pub case: Option<i64>,
}

impl Ticket {
    /// The ticket that these acts make.
    pub fn of<'a>(acts: impl IntoIterator<Item = (Date, &'a Act)>) -> Ticket {
        let mut ticket = Ticket::default();
        for (day, act) in acts {
            match act {
                Act::Received(received) => ticket.received = Some((**received).clone()),
                Act::Assigned { unit, .. } => ticket.unit = Some(unit.clone()),
                Act::Contacted { reached, .. } if *reached => ticket.contacted = ticket.contacted.or(Some(day)),
                Act::Contacted { .. } => {}
                Act::Answered { solved, .. } => {
                    (ticket.answered, ticket.solved) =
                        (Some(day), ticket.solved.filter(|_| ticket.called_back.is_some()).or(Some(*solved)));
                }
                Act::Closed {} => ticket.closed = Some(day),
                Act::CalledBack { solved, satisfied } => {
                    (ticket.called_back, ticket.solved) = (Some((day, *satisfied)), Some(*solved));
                }
                Act::Returned { .. } => ticket.returned = Some(day),
                Act::Led { case } => ticket.case = Some(*case),
            }
        }
        ticket
    }

    /// Where it stands.
    pub fn stage(&self) -> Stage {
        match () {
            () if self.returned.is_some() => Stage::Returned,
            () if self.closed.is_some() => Stage::Closed,
            () if self.answered.is_some() => Stage::Answered,
            () if self.unit.is_some() => Stage::Assigned,
            () => Stage::Received,
        }
    }
}
