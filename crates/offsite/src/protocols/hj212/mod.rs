//! HJ 212: how pollution monitors report (editions of 2005, 2017 and 2025).
//!
//! A frame is `##`, four digits of length, the data segment, four hexadecimal digits of CRC, CR LF. The CRC leaves
//! eight bits of state between bytes, so a right CRC is no proof of integrity: keep the raw bytes.

pub mod answer;
pub mod cipher;
pub mod crc;
pub mod frame;
mod head;
mod marks;
pub mod merge;
pub mod packet;
pub mod profile;
pub mod request;
pub mod segment;
pub mod suffix;
pub mod tables;

use crate::protocols::tolerance::tolerances;

tolerances! {
    /// The CRC is wrong in every known way; the bytes are taken as they are.
    WrongCrc = "wrong_crc", "CRC校验不符";
    /// The CRC is the common Modbus one, not that of the standard.
    ModbusCrc = "modbus_crc", "CRC按Modbus算法计算";
    /// The declared length is not that of the data segment.
    Length = "length", "数据段长度与声明不符";
    /// The data segment is longer than 1024 bytes.
    OverLong = "over_long", "数据段超过1024字节";
    /// `DataTime` is no time: such a reading has no instant and can prove nothing.
    DataTimeForm = "data_time_form", "DataTime不是14位时间";
    /// A value that should be a number is none.
    NotNumber = "not_number", "数值写法不对";
    /// One number of one factor stands twice: which of them was measured cannot be told.
    RepeatedFactor = "repeated_factor", "同一因子重复";
    /// No QN.
    NoQn = "no_qn", "缺QN";
    /// QN is not 17 digits of time.
    QnForm = "qn_form", "QN不是17位时间";
    /// MN is not written as the edition says (14 letters or digits in 2005, 24 hexadecimal digits in 2017).
    MnForm = "mn_form", "MN写法不合标准";
    /// No Flag in the head.
    NoFlag = "no_flag", "缺Flag";
    /// Flag says split or not, and PNUM and PNO say otherwise.
    SplitBit = "split_bit", "Flag分包位与PNUM、PNO不一致";
    /// Flag stands inside CP.
    FlagInCp = "flag_in_cp", "Flag写在CP之内";
    /// Readings without a data flag where the edition asks for one.
    NoDataFlag = "no_data_flag", "因子缺数据标记";
    /// Factors separated by a comma instead of a semicolon.
    CommaForSemicolon = "comma_for_semicolon", "因子之间用逗号而不是分号";
    /// A separator before the closing `&&`.
    TrailingSeparator = "trailing_separator", "结尾多余分隔符";
    /// Keys in another case.
    KeyCase = "key_case", "字段名大小写不对";
    /// A suffix written twice, such as `LA-Rtd-Rtd`.
    DoubledSuffix = "doubled_suffix", "因子后缀重复";
    /// A key the standard does not know.
    UnknownKey = "unknown_key", "有标准以外的字段";
    /// The CRC's hexadecimal digits are lower-case.
    LowerCrc = "lower_crc", "CRC用小写";
}

/// Why a frame was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It does not begin with `##` and four digits.
    Head,
    /// It does not end with `&&` and four hexadecimal digits.
    End,
    /// It is longer than the limit.
    TooLong,
    /// The CRC is another one.
    Crc {
        /// As received.
        got: u16,
        /// As calculated.
        want: u16,
    },
    /// The declared length is another one.
    Length {
        /// As declared.
        declared: usize,
        /// As counted.
        counted: usize,
    },
    /// The data segment's head lacks this key.
    Lacks(&'static str),
    /// This key of the head is not written as it must be.
    Malformed(&'static str),
    /// `key=value` is broken inside CP.
    Pair,
    /// More readings or pairs than one frame can hold.
    TooMany,
    /// CP is enciphered and no key is known.
    Enciphered,
    /// It needs a tolerance the profile does not grant.
    Deviates(Tolerance),
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Why::Head => f.write_str("开头不是“##”和4位长度"),
            Why::End => f.write_str("结尾不是“&&”和4位CRC"),
            Why::TooLong => f.write_str("报文超过长度上限"),
            Why::Crc { got, want } => write!(f, "CRC校验不符：收到{got:04X}，应为{want:04X}"),
            Why::Length { declared, counted } => {
                write!(f, "数据段长度不符：声明{declared}字节，实有{counted}字节")
            }
            Why::Lacks(key) => write!(f, "缺{key}"),
            Why::Malformed(key) => write!(f, "{key}写法不对"),
            Why::Pair => f.write_str("CP内有不成对的字段"),
            Why::TooMany => f.write_str("字段过多"),
            Why::Enciphered => f.write_str("CP已加密而没有密钥"),
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
