//! What a number or text says of its factor: the suffixes of keys.

/// What a number says of its factor (HJ 212-2017, table 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suffix {
    /// The value now.
    Rtd,
    /// The least of the interval.
    Min,
    /// The mean of the interval.
    Avg,
    /// The greatest of the interval.
    Max,
    /// The total of the interval.
    Cou,
    /// The value now, converted to standard conditions.
    ZsRtd,
    /// The least, converted.
    ZsMin,
    /// The mean, converted.
    ZsAvg,
    /// The greatest, converted.
    ZsMax,
    /// Noise of the interval.
    Data,
    /// Noise of the day part.
    DayData,
    /// Noise of the night part.
    NightData,
    /// State of a facility.
    Rs,
    /// Running time of a facility in hours.
    Rt,
}

impl Suffix {
    /// All of them.
    pub const ALL: [Suffix; 14] = [
        Suffix::Rtd,
        Suffix::Min,
        Suffix::Avg,
        Suffix::Max,
        Suffix::Cou,
        Suffix::ZsRtd,
        Suffix::ZsMin,
        Suffix::ZsAvg,
        Suffix::ZsMax,
        Suffix::Data,
        Suffix::DayData,
        Suffix::NightData,
        Suffix::Rs,
        Suffix::Rt,
    ];

    /// As the standard writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Suffix::Rtd => "Rtd",
            Suffix::Min => "Min",
            Suffix::Avg => "Avg",
            Suffix::Max => "Max",
            Suffix::Cou => "Cou",
            Suffix::ZsRtd => "ZsRtd",
            Suffix::ZsMin => "ZsMin",
            Suffix::ZsAvg => "ZsAvg",
            Suffix::ZsMax => "ZsMax",
            Suffix::Data => "Data",
            Suffix::DayData => "DayData",
            Suffix::NightData => "NightData",
            Suffix::Rs => "RS",
            Suffix::Rt => "RT",
        }
    }

    /// In Chinese.
    pub const fn label(self) -> &'static str {
        match self {
            Suffix::Rtd => "实时值",
            Suffix::Min => "最小值",
            Suffix::Avg => "平均值",
            Suffix::Max => "最大值",
            Suffix::Cou => "累计值",
            Suffix::ZsRtd => "折算实时值",
            Suffix::ZsMin => "折算最小值",
            Suffix::ZsAvg => "折算平均值",
            Suffix::ZsMax => "折算最大值",
            Suffix::Data => "噪声时段值",
            Suffix::DayData => "噪声昼间值",
            Suffix::NightData => "噪声夜间值",
            Suffix::Rs => "运行状态",
            Suffix::Rt => "运行时间",
        }
    }

    /// Whether it measures, so that a data flag belongs to it.
    pub const fn measures(self) -> bool {
        !matches!(self, Suffix::Rs | Suffix::Rt)
    }
}

/// What kind of pair a suffix makes.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Flag,
    Number(Suffix),
    Text,
}

/// The suffix's kind, and whether its case is right.
#[inline]
pub(super) fn kind_of(suffix: &[u8]) -> Option<(Kind, bool)> {
    let exact = match suffix {
        b"Flag" => Kind::Flag,
        b"Rtd" => Kind::Number(Suffix::Rtd),
        b"Avg" => Kind::Number(Suffix::Avg),
        b"Min" => Kind::Number(Suffix::Min),
        b"Max" => Kind::Number(Suffix::Max),
        b"Cou" => Kind::Number(Suffix::Cou),
        b"RS" => Kind::Number(Suffix::Rs),
        b"RT" => Kind::Number(Suffix::Rt),
        b"EFlag" | b"SampleTime" | b"SN" | b"Info" => Kind::Text,
        _ => {
            if let Some(one) = Suffix::ALL.iter().find(|s| s.name().as_bytes() == suffix) {
                return Some((Kind::Number(*one), true));
            }
            let loose = Suffix::ALL.iter().find(|s| s.name().as_bytes().eq_ignore_ascii_case(suffix));
            let kind = match loose {
                Some(one) => Kind::Number(*one),
                None if suffix.eq_ignore_ascii_case(b"Flag") => Kind::Flag,
                None => return None,
            };
            return Some((kind, false));
        }
    };
    Some((exact, true))
}
