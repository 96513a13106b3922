//! The acts of a ticket as the journal keeps them.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::reading::Read;
use crate::words::{Channel, Finding, Kind, Track};

/// Slot of the complaint's text.
pub(crate) const CONTENT: u32 = 1;
/// Slot of the caller's name.
pub(crate) const NAME: u32 = 2;
/// Slot of the caller's telephone.
pub(crate) const PHONE: u32 = 3;
/// Slot of what an official wrote: a note, an answer, what was said in a call.
pub(crate) const NOTE: u32 = 4;
/// Slot of the code by which the caller follows the ticket.
pub(crate) const CODE: u32 = 5;

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
    /// What was proposed from the text at that moment, by which state of the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Box<Read>>,
    /// Commitment to the code by which the caller follows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
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

/// Where a complaint plays, as a person settled it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spot {
    /// The place of the gazetteer; none where it is not listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What it is called.
    pub name: String,
    /// The town.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub town: String,
    /// WGS-84, millionths of a degree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<(i64, i64)>,
}

/// An act of a ticket as the journal keeps it, version 1. Frozen: a changed shape is a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// It came in.
    Received(Box<Received>),
    /// The desk settled what it is about; the model learns from it.
    Classified {
        /// Codes, the main one first; empty where it is none of ours.
        matters: Vec<String>,
        /// The other body whose business it is, or partly is: a key of the catalogue.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
        /// Where.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spot: Option<Spot>,
        /// It cannot wait.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        urgent: bool,
    },
    /// A unit takes it.
    Assigned {
        /// The unit.
        unit: String,
        /// Commitment to a note.
        note: Option<String>,
        /// Units that handle it together with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        with: Vec<String>,
        /// The rule of dispatch that chose the unit, where one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<String>,
    },
    /// Its term was prolonged to that of a complex one, as approved (延期).
    Extended {
        /// Commitment to the reasons.
        note: String,
    },
    /// Its term stands still (挂起).
    Suspended {
        /// One of [`SUSPENSIONS`](crate::SUSPENSIONS).
        reason: String,
        /// Commitment to the reasons.
        note: String,
    },
    /// Its term runs again.
    Resumed {},
    /// Somebody went there (现场核查).
    Inspected {
        /// What was found.
        finding: Finding,
        /// Commitment to what was seen and done.
        note: String,
        /// Photographs, by their digest in the store.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<String>,
    },
    /// An answer was drafted for approval (拟答复).
    Drafted {
        /// The matter was solved, not only explained.
        solved: bool,
        /// Commitment to the draft.
        note: String,
    },
    /// A draft goes back to be written again.
    DraftReturned {
        /// Commitment to what is missing.
        note: String,
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
        /// The ticket this one follows and whose answer it shares.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shared: Option<i64>,
    },
    /// It is done.
    Closed {},
    /// The caller is not satisfied and it is looked at again (重办).
    Reopened {
        /// Commitment to why.
        note: String,
    },
    /// It follows another ticket about the same thing; one answer goes to both (并入).
    Joined {
        /// The ticket followed.
        to: i64,
        /// The unit that has that one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
        /// Why they are taken for the same, as it was shown.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        why: Vec<String>,
    },
    /// It is on its own again.
    Unjoined {
        /// Commitment to why.
        note: String,
    },
    /// It belongs with another one, each with its own answer (关联).
    Linked {
        /// The other one.
        to: i64,
    },
    /// Another body has it, and the caller was told so and why (移送).
    Transferred {
        /// Key of the body in the catalogue; empty where it is none of those.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        body: String,
        /// The body by name.
        name: String,
        /// Commitment to the explanation.
        note: String,
    },
    /// It will be looked at again on a day, because such things come back (回头看).
    FollowUpSet {
        /// The day.
        on: Date,
    },
    /// It was looked at again.
    FollowedUp {
        /// It has come back.
        again: bool,
        /// Commitment to what was seen.
        note: String,
    },
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
            Act::Classified { .. } => "ticket.classified",
            Act::Extended { .. } => "ticket.extended",
            Act::Suspended { .. } => "ticket.suspended",
            Act::Resumed {} => "ticket.resumed",
            Act::Inspected { .. } => "ticket.inspected",
            Act::Drafted { .. } => "ticket.drafted",
            Act::DraftReturned { .. } => "ticket.draft_returned",
            Act::Reopened { .. } => "ticket.reopened",
            Act::Joined { .. } => "ticket.joined",
            Act::Unjoined { .. } => "ticket.unjoined",
            Act::Linked { .. } => "ticket.linked",
            Act::Transferred { .. } => "ticket.transferred",
            Act::FollowUpSet { .. } => "ticket.follow_up_set",
            Act::FollowedUp { .. } => "ticket.followed_up",
            Act::Assigned { .. } => "ticket.assigned",
            Act::Contacted { .. } => "ticket.contacted",
            Act::Answered { .. } => "ticket.answered",
            Act::Closed {} => "ticket.closed",
            Act::CalledBack { .. } => "ticket.called_back",
            Act::Returned { .. } => "ticket.returned",
            Act::Led { .. } => "ticket.led",
        }
    }

    /// Something is written with it.
    pub fn takes_note(&self) -> bool {
        self.needs_note() || matches!(self, Act::Assigned { .. })
    }

    /// It says nothing without what is written with it.
    pub fn needs_note(&self) -> bool {
        matches!(
            self,
            Act::Contacted { .. }
                | Act::Extended { .. }
                | Act::Suspended { .. }
                | Act::Inspected { .. }
                | Act::Drafted { .. }
                | Act::DraftReturned { .. }
                | Act::Answered { .. }
                | Act::Reopened { .. }
                | Act::Unjoined { .. }
                | Act::Returned { .. }
                | Act::Transferred { .. }
                | Act::FollowedUp { .. }
        )
    }

    /// The same with the commitment to what was written.
    pub(crate) fn with_note(mut self, kept: Option<String>) -> Act {
        match &mut self {
            Act::Assigned { note, .. } => *note = kept,
            Act::Contacted { note, .. }
            | Act::Extended { note }
            | Act::Suspended { note, .. }
            | Act::Inspected { note, .. }
            | Act::Drafted { note, .. }
            | Act::DraftReturned { note }
            | Act::Answered { note, .. }
            | Act::Reopened { note }
            | Act::Unjoined { note }
            | Act::Returned { note, .. }
            | Act::Transferred { note, .. }
            | Act::FollowedUp { note, .. } => *note = kept.unwrap_or_default(),
            _ => {}
        }
        self
    }

    /// The name on pages.
    pub fn label(&self) -> &'static str {
        match self {
            Act::Received(_) => "登记",
            Act::Classified { .. } => "认定",
            Act::Extended { .. } => "延期",
            Act::Suspended { .. } => "中止计时",
            Act::Resumed {} => "恢复计时",
            Act::Inspected { .. } => "现场核查",
            Act::Drafted { .. } => "拟答复",
            Act::DraftReturned { .. } => "退回重拟",
            Act::Reopened { .. } => "重新办理",
            Act::Joined { .. } => "并入",
            Act::Unjoined { .. } => "撤销并入",
            Act::Linked { .. } => "关联",
            Act::Transferred { .. } => "移送",
            Act::FollowUpSet { .. } => "约定回头看",
            Act::FollowedUp { .. } => "回头看",
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

/// What stands after `ticket.` in the kinds of entries, each once.
pub const ACTS: &[&str] = &[
    "received",
    "classified",
    "assigned",
    "extended",
    "suspended",
    "resumed",
    "contacted",
    "inspected",
    "drafted",
    "draft_returned",
    "answered",
    "closed",
    "called_back",
    "reopened",
    "joined",
    "unjoined",
    "linked",
    "returned",
    "transferred",
    "follow_up_set",
    "followed_up",
    "led",
];
