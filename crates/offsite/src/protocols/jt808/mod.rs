//! JT/T 808: how vehicle terminals report (editions of 2011, 2013 and 2019).
//!
//! A frame is `7e`, header, body, one byte of XOR, `7e`, with `7e` and `7d` escaped in between. Big-endian, texts in GBK.
//! The phone number in the header is the terminal; a connection is only its transport and may carry many.

pub mod areas;
pub mod down;
pub mod frame;
pub mod head;
pub mod location;
pub mod params;
pub mod parts;
pub mod profile;
pub mod signals;
pub mod tables;
pub mod text;
pub mod up;
pub mod video;

use crate::protocols::tolerance::tolerances;

tolerances! {
    /// The XOR byte is wrong; the bytes are taken as they are.
    WrongXor = "wrong_xor", "校验码不符";
    /// `7d` is not followed by `01` or `02`; it is taken as it is.
    LoneEscape = "lone_escape", "转义不合法";
    /// The body is longer or shorter than the header says; what is there is taken.
    Length = "length", "消息体长度与声明不符";
    /// The version bit says 2019 over a header of 2013.
    VersionBit = "version_bit", "版本标识位与消息头不一致";
    /// The phone number is not made of decimal digits.
    PhoneForm = "phone_form", "终端手机号不是BCD码";
    /// A time is no time: such a fix has no instant and can prove nothing.
    TimeForm = "time_form", "时间不是BCD码";
    /// Latitude or longitude is out of range: such a fix has no place.
    Position = "position", "经纬度超出范围";
    /// An item of additional information runs past the body; it and what follows stay unread.
    ItemOverrun = "item_overrun", "附加信息项越界";
    /// A standard item of another length than the standard's.
    ItemForm = "item_form", "附加信息项长度不合标准";
    /// A batch's items do not fit its count or their lengths.
    BatchLength = "batch_length", "批量位置数据项长度或者个数不对";
    /// Bytes behind the end of the body's fields.
    TrailingBytes = "trailing_bytes", "消息体后有多余字节";
}

/// Why a frame was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Shorter than header and checksum.
    Short,
    /// Longer than any frame can be.
    TooLong,
    /// The XOR byte is another one.
    Xor {
        /// As received.
        got: u8,
        /// As calculated.
        want: u8,
    },
    /// The body's declared length is another one.
    Length {
        /// As declared.
        declared: usize,
        /// As counted.
        counted: usize,
    },
    /// The sub-package number is 0 or over the total.
    Part {
        /// The total.
        total: u16,
        /// The number.
        index: u16,
    },
    /// The body is too short for its fields, or they contradict each other.
    Body {
        /// The message.
        id: u16,
    },
    /// It needs a tolerance the profile does not grant.
    Deviates(Tolerance),
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Why::Short => f.write_str("报文过短"),
            Why::TooLong => f.write_str("报文超过长度上限"),
            Why::Xor { got, want } => write!(f, "校验码不符：收到{got:02X}，应为{want:02X}"),
            Why::Length { declared, counted } => {
                write!(f, "消息体长度不符：声明{declared}字节，实有{counted}字节")
            }
            Why::Part { total, index } => write!(f, "分包序号不对：共{total}包，第{index}包"),
            Why::Body { id } => write!(f, "消息0x{id:04X}的消息体不完整"),
            Why::Deviates(tolerance) => f.write_str(tolerance.label()),
        }
    }
}

/// A rejected frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The weightiest reason.
    pub why: Why,
    /// The tolerances that would have let it in, all of them needed; empty when none would.
    pub needs: Tolerances,
}

impl Reject {
    /// Rejects what needs more than is allowed.
    #[inline]
    pub(crate) fn unless(
        used: Tolerances,
        allow: Tolerances,
        specific: impl Fn(Tolerance) -> Why,
    ) -> Result<(), Reject> {
        let missing = used.without(allow);
        match missing.iter().next() {
            None => Ok(()),
            Some(first) => Err(Reject { why: specific(first), needs: missing }),
        }
    }
}

impl From<Why> for Reject {
    fn from(why: Why) -> Reject {
        Reject { why, needs: Tolerances::NONE }
    }
}

impl std::fmt::Display for Reject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.why.fmt(f)
    }
}

impl std::error::Error for Reject {}
