//! Why a file is not to be had or not to be kept.

use std::io;

/// Why a file is not to be had or not to be kept. What is shown to people is Chinese and says what to do.
#[derive(Debug)]
pub enum Fault {
    /// Larger than [`crate::BYTES_MAX`], where it has to be taken or held whole.
    TooLarge,
    /// Nothing is stored under this address.
    Missing(String),
    /// The stored bytes are not what the address says: they were changed or damaged after they were stored.
    Changed(String),
    /// Not an address: 64 hexadecimal characters.
    NotAnAddress,
    /// This file is not taken; the sentence names it and says why and what to do.
    Refused(String),
    /// A piece was sent for another place than where the upload stands, which is this many bytes.
    Offset(u64),
    /// There is no such upload, or somebody else opened it, or it was swept.
    NoUpload,
    /// More is being uploaded by this person than one person may; the sentence says what.
    TooMany(&'static str),
    /// The bucket; what it said, never what it was told.
    Bucket(String),
    /// The disk.
    Io(io::Error),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::TooLarge => f.write_str(
                "文件超过 50 MB，不能随表单一次上传，请在打开脚本的浏览器里上传（分段传送，单个不超过 2 GB）",
            ),
            Fault::Missing(id) => write!(f, "没有这个文件（{}…）", &id[..id.len().min(12)]),
            Fault::Changed(id) => write!(
                f,
                "文件内容与登记的校验值不一致（{}…），不得作为证据使用，请告知系统管理员",
                &id[..id.len().min(12)]
            ),
            Fault::NotAnAddress => f.write_str("不是文件校验值"),
            Fault::Refused(why) => f.write_str(why),
            Fault::Offset(at) => write!(f, "已经收到 {at} 字节，请从这里接着传"),
            Fault::NoUpload => f.write_str("没有这次上传，或者已经过期，请重新选择文件上传"),
            Fault::TooMany(what) => f.write_str(what),
            Fault::Bucket(what) => write!(f, "对象存储出错，文件没有保存：{what}"),
            Fault::Io(e) if e.kind() == io::ErrorKind::StorageFull => {
                f.write_str("磁盘已满，文件没有保存，请告知系统管理员")
            }
            Fault::Io(e) => write!(f, "存储出错，文件没有保存：{e}"),
        }
    }
}

impl std::error::Error for Fault {}

impl From<io::Error> for Fault {
    fn from(e: io::Error) -> Self {
        Fault::Io(e)
    }
}
