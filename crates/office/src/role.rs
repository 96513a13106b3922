//! Roles, by name. What a role may do is a table in one place ([`Role::may`]).

use serde::{Deserialize, Serialize};

/// A duty that a person holds for an organ or a unit, from a day to a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 执法队员
    Officer,
    /// 中队长
    SquadLeader,
    /// 中队法制员
    SquadLegalOfficer,
    /// 法制审核人员
    LegalReviewer,
    /// 副职负责人
    DeputyHead,
    /// 负责人
    Head,
    /// 诉求专员
    Desk,
    /// 财务
    Finance,
    /// 档案
    Archive,
    /// 监督
    Supervision,
    /// 培训
    Training,
    /// 系统管理员
    SystemAdministrator,
    /// 安全管理员
    SecurityAdministrator,
    /// 审计管理员
    AuditAdministrator,
}

/// Something a signed-in person may do on the site, beside what the rulebook says of each act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Read cases of the own unit.
    ReadUnit,
    /// Read cases of every unit of the bureau.
    ReadBureau,
    /// Perform acts in cases.
    Act,
    /// Receive, assign and answer tickets.
    Tickets,
    /// See masked telephone and identity numbers, each time recorded.
    Unmask,
    /// Read the report and its lists, which name cases of the whole bureau.
    Report,
    /// Save the report's template and freeze reports.
    Freeze,
    /// Change organs, units, persons, certificates and powers.
    Office,
    /// Create and lock accounts.
    Accounts,
    /// Record in registers.
    Registers,
    /// Read refusals and the record of who looked at what.
    Audit,
}

/// How far a role reaches when its holder signs for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The unit its holder works in.
    Unit,
    /// The organ it is held for.
    Organ,
    /// The whole bureau.
    Bureau,
}

impl Role {
    /// Every role, in the order in which lists show them.
    pub const ALL: [Role; 14] = [
        Role::Officer,
        Role::SquadLeader,
        Role::SquadLegalOfficer,
        Role::LegalReviewer,
        Role::DeputyHead,
        Role::Head,
        Role::Desk,
        Role::Finance,
        Role::Archive,
        Role::Supervision,
        Role::Training,
        Role::SystemAdministrator,
        Role::SecurityAdministrator,
        Role::AuditAdministrator,
    ];

    /// The name in the journal and in import files, `squad_leader`.
    pub fn code(self) -> &'static str {
        match self {
            Role::Officer => "officer",
            Role::SquadLeader => "squad_leader",
            Role::SquadLegalOfficer => "squad_legal_officer",
            Role::LegalReviewer => "legal_reviewer",
            Role::DeputyHead => "deputy_head",
            Role::Head => "head",
            Role::Desk => "desk",
            Role::Finance => "finance",
            Role::Archive => "archive",
            Role::Supervision => "supervision",
            Role::Training => "training",
            Role::SystemAdministrator => "system_administrator",
            Role::SecurityAdministrator => "security_administrator",
            Role::AuditAdministrator => "audit_administrator",
        }
    }

    /// The name on pages, `中队长`.
    pub fn label(self) -> &'static str {
        match self {
            Role::Officer => "执法队员",
            Role::SquadLeader => "中队长",
            Role::SquadLegalOfficer => "中队法制员",
            Role::LegalReviewer => "法制审核人员",
            Role::DeputyHead => "副职负责人",
            Role::Head => "负责人",
            Role::Desk => "诉求专员",
            Role::Finance => "财务",
            Role::Archive => "档案",
            Role::Supervision => "监督",
            Role::Training => "培训",
            Role::SystemAdministrator => "系统管理员",
            Role::SecurityAdministrator => "安全管理员",
            Role::AuditAdministrator => "审计管理员",
        }
    }

    /// The role of this code or label.
    pub fn parse(text: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.code() == text || r.label() == text)
    }

    /// How far the role reaches: a squad leader signs for the own squad, a head for the organ, a legal reviewer for all.
    pub fn scope(self) -> Scope {
        match self {
            Role::Officer | Role::SquadLeader | Role::SquadLegalOfficer => Scope::Unit,
            Role::LegalReviewer => Scope::Bureau,
            _ => Scope::Organ,
        }
    }

    /// The steps of a chain that a holder of this role may sign: a head also signs what a deputy may.
    pub fn signs(self) -> &'static [Role] {
        match self {
            Role::Officer => &[Role::Officer],
            Role::SquadLeader => &[Role::SquadLeader],
            Role::SquadLegalOfficer => &[Role::SquadLegalOfficer],
            Role::LegalReviewer => &[Role::LegalReviewer],
            Role::DeputyHead => &[Role::DeputyHead],
            Role::Head => &[Role::Head, Role::DeputyHead],
            Role::Finance => &[Role::Finance],
            Role::Archive => &[Role::Archive],
            Role::Desk
            | Role::Supervision
            | Role::Training
            | Role::SystemAdministrator
            | Role::SecurityAdministrator
            | Role::AuditAdministrator => &[],
        }
    }

    /// May a holder hand this role to somebody else for some days? Only roles that sign for others; never the three administrators.
    pub fn delegable(self) -> bool {
        matches!(self, Role::SquadLeader | Role::DeputyHead | Role::Head)
    }

    /// May a holder of this role do this? The three administrators are kept apart (三员分立): none of them reads cases,
    /// and none has another's right.
    pub fn may(self, right: Right) -> bool {
        use Right::{Accounts, Act, Audit, Freeze, Office, ReadBureau, ReadUnit, Registers, Report, Tickets, Unmask};
        let rights: &[Right] = match self {
            Role::Officer => &[ReadUnit, Act, Tickets, Unmask, Registers],
            Role::SquadLeader | Role::SquadLegalOfficer => &[ReadUnit, Act, Tickets, Unmask, Registers],
            Role::LegalReviewer => &[ReadUnit, ReadBureau, Act, Unmask, Report, Freeze, Registers],
            Role::DeputyHead | Role::Head => &[ReadUnit, ReadBureau, Act, Tickets, Unmask, Report, Freeze, Registers],
            Role::Desk => &[ReadUnit, Tickets, Unmask, Registers],
            Role::Finance | Role::Archive => &[ReadUnit, Act, Registers],
            Role::Supervision => &[ReadUnit, ReadBureau, Report, Registers],
            Role::Training => &[ReadUnit, Registers],
            Role::SystemAdministrator => &[Office],
            Role::SecurityAdministrator => &[Accounts],
            Role::AuditAdministrator => &[Audit],
        };
        rights.contains(&right)
    }
}
