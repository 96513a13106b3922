//! The year before, as its report stated it: totals without lists, to be imported as such.

use crate::targets::Targets;

/// Figures that last year's report stated, in thousandths of this year's, and the unit that is written behind an amount.
const STATED: &[(&str, i64, &str)] = &[
    ("outreach.events", 870, ""),
    ("outreach.lectures", 800, ""),
    ("transfer.received", 650, ""),
    ("transfer.solved", 580, ""),
    ("transfer.fines", 610, "元"),
    ("campaign.thunder.actions", 670, ""),
    ("campaign.thunder.cases", 790, ""),
    ("campaign.thunder.fines", 735, "元"),
    ("case.ordinary_published", 905, ""),
    ("evaluation.major_decisions", 815, ""),
    ("supervision.recordings_checked", 690, ""),
    ("evaluation.online_files", 870, ""),
    ("ticket.12345", 915, ""),
    ("ticket.12319", 1_080, ""),
    ("ticket.wechat", 640, ""),
    ("ticket.calls", 940, ""),
    ("suggestion.total", 730, ""),
];

/// The sheet that is imported on the first day: 年度, 指标, 数值, 截止日, 来源, 说明.
pub fn last_year(targets: &Targets) -> String {
    let year = targets.year - 1;
    let mut sheet = "年度,指标,数值,截止日,来源,说明\n".to_owned();
    for (id, share, unit) in STATED {
        let value = targets.of(id) * share / 1_000;
        sheet.push_str(&format!(
            "{year},{id},{value}{unit},{year}-12-31,{year}年度法治建设工作报告（示例）,系统启用前的汇总数，没有清单\n"
        ));
    }
    sheet
}
