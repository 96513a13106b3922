//! What stands around every staff page: rail, top bar, banner.

use office::account::Session;
use office::role::Right;

use crate::app::App;
use crate::session::Who;
use crate::words::short_day;

/// An entry of the rail.
pub(crate) struct Entry {
    pub(crate) href: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) label: &'static str,
    pub(crate) current: bool,
}

/// The frame of a staff page.
pub(crate) struct Shell {
    pub(crate) me: Session,
    pub(crate) initial: String,
    pub(crate) roles: String,
    pub(crate) today: String,
    pub(crate) banner: Option<String>,
    pub(crate) rail: Vec<Entry>,
}

impl Shell {
    /// The frame for this person, with the entry of `here` marked.
    pub(crate) fn new(app: &App, who: &Who, here: &str) -> Shell {
        let me = who.0.clone();
        let day = app.today();
        let kind = if app.casework.corpus.calendar().is_workday(day) { "工作日" } else { "休息日" };
        let mut rail = vec![("/office", "home", "我的工作台", true)];
        rail.push(("/office/tickets", "inbox", "诉求", me.may(Right::Tickets)));
        rail.push(("/office/cases", "folder", "案件", me.may(Right::ReadUnit)));
        rail.push(("/office/approvals", "pen", "审批", me.may(Right::ReadUnit)));
        let reviews =
            me.roles.iter().any(|r| matches!(r, office::Role::LegalReviewer | office::Role::SquadLegalOfficer));
        rail.push(("/office/reviews", "scale", "法制审核", reviews));
        rail.push(("/office/payments", "id", "缴款", me.performs(law::acts::Kind::FinePaid)));
        rail.push(("/office/registers", "archive", "台账", me.may(Right::ReadUnit) || me.may(Right::Report)));
        rail.push(("/office/report", "chart", "年度报告", me.may(Right::Report)));
        rail.push(("/office/law", "book", "法条与规则", true));
        rail.push(("/office/organs", "users", "机构与证件", true));
        rail.push(("/office/outbox", "send", "外发消息", me.may(Right::ReadUnit)));
        rail.push(("/office/refusals", "lock", "未获准许", me.may(Right::Audit) || me.may(Right::ReadBureau)));
        rail.push(("/office/lookups", "eye", "查阅电话", me.may(Right::Audit)));
        let rail = rail
            .into_iter()
            .filter(|e| e.3)
            .map(|(href, icon, label, _)| Entry { href, icon, label, current: here == href })
            .collect();
        Shell {
            initial: me.name.chars().next().map(String::from).unwrap_or_default(),
            roles: me.roles.iter().map(|r| r.label()).collect::<Vec<_>>().join("、"),
            today: format!("{} · {kind}", short_day(day)),
            banner: app.banner.clone(),
            rail,
            me,
        }
    }
}
