//! What can go wrong, worded for the person who meets it.

use std::any::Any;
use std::fmt;

/// Why an act, a read or an opening did not happen.
///
/// Except for [`Fault::Unknown`], a fault says that *nothing* was recorded.
/// `Display` is Chinese and may be shown to users; `Debug` is for the log.
pub enum Fault {
    /// Somebody acted in the stream since the caller looked at it.
    Conflict {
        /// The stream both wrote to.
        stream: String,
        /// The version the stream has now.
        version: i64,
    },
    /// The act's own closure refused; the value is whatever it gave as the reason.
    Refused(Box<dyn Any + Send>),
    /// The disk (or the database's quota) is full. The ledger works again once there is space.
    Full,
    /// The storage or this ledger cannot be written. The ledger works again once it can be.
    ReadOnly,
    /// The database could not be reached, was busy too long, or the disk failed before the commit.
    Unavailable(String),
    /// The commit was asked for and its outcome is not known. The process must stop and reopen the ledger.
    Unknown,
    /// The ledger stopped after an unknown outcome, or was closed; it takes no more work until reopened.
    Stopped,
    /// A mistake in the program or a damaged database.
    Bug(String),
}

impl Fault {
    /// A refusal carrying the caller's own reason.
    pub fn refused<T: Any + Send>(reason: T) -> Fault {
        Fault::Refused(Box::new(reason))
    }

    pub(crate) fn bug(what: impl fmt::Display) -> Fault {
        Fault::Bug(what.to_string())
    }

    /// The same fault for another act of the batch. A reason given by one closure is never handed to another caller.
    pub(crate) fn again(&self) -> Fault {
        match self {
            Fault::Conflict { stream, version } => Fault::Conflict { stream: stream.clone(), version: *version },
            Fault::Refused(_) => Fault::Bug("a refusal is not shared between acts".into()),
            Fault::Full => Fault::Full,
            Fault::ReadOnly => Fault::ReadOnly,
            Fault::Unavailable(why) => Fault::Unavailable(why.clone()),
            Fault::Unknown => Fault::Unknown,
            Fault::Stopped => Fault::Stopped,
            Fault::Bug(what) => Fault::Bug(what.clone()),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Conflict { version, .. } => {
                write!(f, "打开本页以后,已有他人办理(现为第 {version} 步)。本次操作没有记录,请刷新后核对再办。")
            }
            Fault::Refused(_) => f.write_str("本次操作未获准许,没有记录。"),
            Fault::Full => f.write_str("存储空间已满,本次操作没有记录。请系统管理员清理磁盘后重试。"),
            Fault::ReadOnly => f.write_str("存储当前只能读取,本次操作没有记录。请系统管理员检查磁盘和目录的写入权限后重试。"),
            Fault::Unavailable(_) => f.write_str("数据库暂时无法使用,本次操作没有记录。请稍后重试;仍不能使用的,请联系系统管理员。"),
            Fault::Unknown => {
                f.write_str("提交时存储出错,本次操作是否已经记录尚不能确定。系统即将重新启动,请在重启后先查看是否已有记录,不要直接重办。")
            }
            Fault::Stopped => f.write_str("账本已经停止接收操作,本次操作没有记录。请等待系统重新启动后再办。"),
            Fault::Bug(_) => f.write_str("系统内部错误,本次操作没有记录。请把时间和操作内容告知系统管理员。"),
        }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Conflict { stream, version } => write!(f, "Conflict({stream} is at {version})"),
            Fault::Refused(_) => f.write_str("Refused(..)"),
            Fault::Full => f.write_str("Full"),
            Fault::ReadOnly => f.write_str("ReadOnly"),
            Fault::Unavailable(why) => write!(f, "Unavailable({why})"),
            Fault::Unknown => f.write_str("Unknown"),
            Fault::Stopped => f.write_str("Stopped"),
            Fault::Bug(what) => write!(f, "Bug({what})"),
        }
    }
}

impl std::error::Error for Fault {}
