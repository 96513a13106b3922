//! What can go wrong with the store or the line.

use std::fmt;

/// Why something could not be done; shown to users in Chinese.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A file could not be opened, read or written.
    Store(String),
    /// An address could not be taken, or the line failed as a whole.
    Line(String),
    /// What is kept is not what was kept: the digest of this block differs, or it is not readable.
    Broken {
        /// The day.
        day: jiff::civil::Date,
        /// The block.
        block: i64,
    },
    /// No such day, block or frame.
    Missing,
    /// The caller's witness refused a batch.
    Witness(String),
}

impl Fault {
    pub(crate) fn store(error: impl fmt::Display) -> Fault {
        Fault::Store(error.to_string())
    }

    pub(crate) fn line(error: impl fmt::Display) -> Fault {
        Fault::Line(error.to_string())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Store(what) => write!(f, "报文库出错：{what}"),
            Fault::Line(what) => write!(f, "接入服务出错：{what}"),
            Fault::Broken { day, block } => write!(f, "{day}第{block}块报文与摘要不符"),
            Fault::Missing => f.write_str("没有这条报文"),
            Fault::Witness(what) => write!(f, "报文批次未能记入日志：{what}"),
        }
    }
}

impl std::error::Error for Fault {}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        Fault::store(error)
    }
}
