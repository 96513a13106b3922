//! What may be done with a ticket. Pure: the same ticket and act give the same answer.

use crate::ticket::{Act, NAMES_BODY, RETURN_REASONS, Stage, Ticket};

/// Why an act is refused, in Chinese, with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What stands against it and what would help.
    pub why: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

/// May this act be done? What happened in the world (a call, a call-back) is always recordable.
///
/// # Errors
/// The reason, when it may not.
pub fn decide(ticket: &Ticket, act: &Act) -> Result<(), Refused> {
    let refuse = |why, source| Err(Refused { why, source });
    let stage = ticket.stage();
    let over = matches!(stage, Stage::Closed | Stage::Returned);
    match act {
        Act::Received(_) if ticket.received.is_some() => refuse("这件诉求已经登记", "一件一号"),
        Act::Received(_) | Act::Contacted { .. } | Act::CalledBack { .. } => Ok(()),
        _ if ticket.received.is_none() => refuse("没有这件诉求", "一件一号"),
        Act::Assigned { .. } if over => {
            refuse("已经办结或者退回，不能再分派；诉求人仍不满意的，请登记回访后按新件办理", "热线办理规则")
        }
        Act::Answered { .. } if stage == Stage::Received => {
            refuse("还没有分派承办单位，请先受理并分派", "热线办理规则")
        }
        Act::Answered { .. } if over => refuse("已经办结或者退回，不能再答复", "热线办理规则"),
        Act::Closed {} if over => refuse("已经办结或者退回", "热线办理规则"),
        Act::Closed {} if ticket.answered.is_none() => refuse("还没有答复诉求人，请先登记答复", "沪城管执法条例26"),
        Act::Returned { .. } if over => refuse("已经办结或者退回", "热线办理规则"),
        Act::Returned { .. } if ticket.case.is_some() => refuse("已经转为案件，不能退单", "热线办理规则"),
        Act::Returned { reason, .. } if !RETURN_REASONS.iter().any(|(code, _)| code == reason) => {
            refuse("退单事由不在清单内", "热线办理规则")
        }
        Act::Returned { reason, body, .. } if body.trim().is_empty() && NAMES_BODY.contains(&reason.as_str()) => {
            refuse("退单应当写明应由哪个机关办理", "沪城管执法条例26")
        }
        Act::Led { .. } if ticket.case.is_some() => refuse("已经转为案件", "一件一案"),
        Act::Led { .. } if stage == Stage::Received => refuse("还没有分派承办单位，请先受理并分派", "热线办理规则"),
        Act::Led { .. } if stage == Stage::Returned => refuse("已经退回，不能转为案件", "热线办理规则"),
        _ => Ok(()),
    }
}
