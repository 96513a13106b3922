//! The kinds of penalty the law knows.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A kind of penalty (处罚法9). An order to correct is none of them (处罚法28); detention belongs to the police alone (处罚法18).
///
/// Ordered as the article lists them; journal and data files write the `code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// 警告
    Warning,
    /// 通报批评
    Criticism,
    /// 罚款
    Fine,
    /// 没收违法所得
    Gains,
    /// 没收非法财物
    Property,
    /// 暂扣许可证件
    SuspendLicence,
    /// 降低资质等级
    Downgrade,
    /// 吊销许可证件
    RevokeLicence,
    /// 限制开展生产经营活动
    Restrict,
    /// 责令停产停业
    StopProduction,
    /// 责令关闭
    Close,
    /// 限制从业
    BanPractice,
}

impl Sort {
    /// All kinds, in the order of the article.
    pub const ALL: [Sort; 12] = [
        Sort::Warning,
        Sort::Criticism,
        Sort::Fine,
        Sort::Gains,
        Sort::Property,
        Sort::SuspendLicence,
        Sort::Downgrade,
        Sort::RevokeLicence,
        Sort::Restrict,
        Sort::StopProduction,
        Sort::Close,
        Sort::BanPractice,
    ];

    /// The stable name used in data, forms and the journal.
    pub const fn code(self) -> &'static str {
        match self {
            Sort::Warning => "warning",
            Sort::Criticism => "criticism",
            Sort::Fine => "fine",
            Sort::Gains => "gains",
            Sort::Property => "property",
            Sort::SuspendLicence => "suspend_licence",
            Sort::Downgrade => "downgrade",
            Sort::RevokeLicence => "revoke_licence",
            Sort::Restrict => "restrict",
            Sort::StopProduction => "stop_production",
            Sort::Close => "close",
            Sort::BanPractice => "ban_practice",
        }
    }

    /// Whether it takes away or narrows a licence, a business or a profession.
    pub const fn bears_on_business(self) -> bool {
        matches!(
            self,
            Sort::SuspendLicence
                | Sort::Downgrade
                | Sort::RevokeLicence
                | Sort::Restrict
                | Sort::StopProduction
                | Sort::Close
                | Sort::BanPractice
        )
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Sort> {
        Sort::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The name the law gives it.
    pub const fn label(self) -> &'static str {
        match self {
            Sort::Warning => "警告",
            Sort::Criticism => "通报批评",
            Sort::Fine => "罚款",
            Sort::Gains => "没收违法所得",
            Sort::Property => "没收非法财物",
            Sort::SuspendLicence => "暂扣许可证件",
            Sort::Downgrade => "降低资质等级",
            Sort::RevokeLicence => "吊销许可证件",
            Sort::Restrict => "限制开展生产经营活动",
            Sort::StopProduction => "责令停产停业",
            Sort::Close => "责令关闭",
            Sort::BanPractice => "限制从业",
        }
    }

    /// The kind with this name.
    pub fn from_label(label: &str) -> Option<Sort> {
        Sort::ALL.into_iter().find(|s| s.label() == label.trim())
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}
