//! What may be done with a ticket. Pure: the same ticket and act give the same answer.

use crate::act::Act;
use crate::ticket::Ticket;
use crate::words::{NAMES_BODY, RETURN_REASONS, SUSPENSIONS, Stage};

/// Why an act is refused, in Chinese, with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What stands against it and what would help.
    pub why: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

const HOTLINE: &str = "热线办理规则";

/// May this act be done? What happened in the world (a call, a call-back, a visit) is always recordable.
///
/// # Errors
/// The reason, when it may not.
pub fn decide(ticket: &Ticket, act: &Act) -> Result<(), Refused> {
    let refuse = |why, source| Err(Refused { why, source });
    let stage = ticket.stage();
    let over = ticket.is_over();
    match act {
        Act::Received(_) if ticket.received.is_some() => refuse("这件诉求已经登记", "一件一号"),
        Act::Received(_) | Act::Contacted { .. } | Act::CalledBack { .. } => Ok(()),
        _ if ticket.received.is_none() => refuse("没有这件诉求", "一件一号"),
        Act::Inspected { .. } | Act::FollowedUp { .. } | Act::Classified { .. } | Act::Linked { .. } => Ok(()),
        Act::Assigned { .. } if over => {
            refuse("已经办结或者退回，不能再分派；诉求人仍不满意的，请登记回访后重新办理", HOTLINE)
        }
        Act::Answered { .. } | Act::Drafted { .. } if stage == Stage::Received => {
            refuse("还没有分派承办单位，请先受理并分派", HOTLINE)
        }
        Act::Answered { .. } | Act::Drafted { .. } if over => refuse("已经办结或者退回，不能再答复", HOTLINE),
        Act::Drafted { .. } | Act::Answered { shared: None, .. } if ticket.joined.is_some() => {
            refuse("这件诉求并入了另一件，由那一件统一答复；要单独答复的，请先撤销并入", HOTLINE)
        }
        Act::DraftReturned { .. } if ticket.drafted.is_none() => refuse("没有待批的答复", HOTLINE),
        Act::Closed {} if over => refuse("已经办结或者退回", HOTLINE),
        Act::Closed {} if ticket.answered.is_none() => refuse("还没有答复诉求人，请先登记答复", "沪城管执法条例26"),
        Act::Reopened { .. } if stage != Stage::Closed => refuse("还没有办结，不需要重新办理", HOTLINE),
        Act::Reopened { .. }
            if ticket.called_back.is_none_or(|(_, satisfied)| satisfied) && ticket.solved != Some(false) =>
        {
            refuse("诉求人没有表示不满意或者没有解决，请先登记回访", HOTLINE)
        }
        Act::Extended { .. } if over || stage == Stage::Answered => refuse("已经答复或者办结，不需要延期", HOTLINE),
        Act::Extended { .. } if ticket.extended.is_some() => refuse("已经延期一次", HOTLINE),
        Act::Extended { .. } if ticket.reopened.is_some() => refuse("重新办理的期限不能延长", HOTLINE),
        Act::Suspended { .. } if over || stage == Stage::Answered => refuse("已经答复或者办结，期限不再计算", HOTLINE),
        Act::Suspended { .. } if ticket.stands_still() => refuse("期限已经中止", HOTLINE),
        Act::Suspended { reason, .. } if !SUSPENSIONS.iter().any(|(code, _)| code == reason) => {
            refuse("中止事由不在清单内", HOTLINE)
        }
        Act::Resumed {} if !ticket.stands_still() => refuse("期限没有中止", HOTLINE),
        Act::Returned { .. } | Act::Transferred { .. } if over => refuse("已经办结或者退回", HOTLINE),
        Act::Returned { .. } | Act::Transferred { .. } if ticket.case.is_some() => {
            refuse("已经转为案件，不能退单或者移送；案件要移送的，在案件中办理", HOTLINE)
        }
        Act::Returned { reason, .. } if !RETURN_REASONS.iter().any(|(code, _)| code == reason) => {
            refuse("退单事由不在清单内", HOTLINE)
        }
        Act::Returned { reason, body, .. } if body.trim().is_empty() && NAMES_BODY.contains(&reason.as_str()) => {
            refuse("退单应当写明应由哪个机关办理", "沪城管执法条例26")
        }
        Act::Transferred { name, .. } if name.trim().is_empty() => {
            refuse("移送应当写明移送给哪个机关", "沪城管执法条例26")
        }
        Act::Joined { .. } if over || ticket.answered.is_some() => refuse("已经答复、办结或者退回，不能并入", HOTLINE),
        Act::Joined { .. } if ticket.joined.is_some() => refuse("已经并入另一件，请先撤销", HOTLINE),
        Act::Joined { .. } if ticket.case.is_some() => refuse("已经转为案件，请关联而不是并入", HOTLINE),
        Act::Unjoined { .. } if ticket.joined.is_none() => refuse("没有并入别的诉求", HOTLINE),
        Act::Unjoined { .. } if ticket.answered.is_some() => refuse("已经一并答复，不能撤销并入", HOTLINE),
        Act::Led { .. } if ticket.case.is_some() => refuse("已经转为案件", "一件一案"),
        Act::Led { .. } if stage == Stage::Received => refuse("还没有分派承办单位，请先受理并分派", HOTLINE),
        Act::Led { .. } if matches!(stage, Stage::Returned | Stage::Transferred) => {
            refuse("已经退回或者移送，不能转为案件", HOTLINE)
        }
        _ => Ok(()),
    }
}
