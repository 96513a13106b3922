//! The words of tickets: channels, kinds, tracks, stages, findings, and the reasons for giving one back.

use serde::{Deserialize, Serialize};

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
        /// A letter, an oversight letter or one from another region.
        Letter "letter" "来信来函",
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
        /// An application for government information.
        Disclosure "disclosure" "信息公开申请",
        /// An application that a statutory duty be performed.
        Duty "duty" "履职申请",
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
        /// Another body has it now.
        Transferred "transferred" "已移送",
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

words! {
    /// What was found where the complaint plays.
    Finding {
        /// As the caller said.
        True "true" "属实",
        /// In part.
        Partly "partly" "部分属实",
        /// Not so.
        False "false" "不属实",
        /// Nobody and nothing was met there.
        Nothing "nothing" "现场未发现",
    }
}

/// Why the term stands still, `(code, reason)`.
pub const SUSPENSIONS: &[(&str, &str)] =
    &[("S1", "等待诉求人补充材料或者确认时间地点"), ("S2", "等待检测、鉴定或者认定结果"), ("S3", "因不可抗力无法办理")];
