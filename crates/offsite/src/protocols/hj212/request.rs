//! Every request a host makes of a device (HJ 212-2017, table 9).

use std::fmt::Write as _;

use jiff::civil::DateTime;

use super::answer::{Head, write};
use super::cipher::Key;

/// A time span asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Between {
    /// The first moment.
    pub begin: DateTime,
    /// The last moment.
    pub end: DateTime,
}

/// A request of the host; times go out to the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// 1000: seconds to wait for an answer, and how often to repeat.
    SetTimeout {
        /// Seconds.
        seconds: u16,
        /// Repetitions.
        repeats: u8,
    },
    /// 1011: read the clock of the logger, or of one analyser.
    ReadClock {
        /// The factor whose analyser is meant.
        factor: Option<String>,
    },
    /// 1012: set that clock.
    SetClock {
        /// The factor whose analyser is meant.
        factor: Option<String>,
        /// The time to set.
        time: DateTime,
    },
    /// 1061: read the interval of realtime data.
    ReadRealtimeInterval,
    /// 1062: set it, 30 to 3600 s.
    SetRealtimeInterval(u16),
    /// 1063: read the interval of minute data.
    ReadMinuteInterval,
    /// 1064: set it: 1, 2, 3, 4, 5, 6, 10, 12, 15, 20 or 30 minutes.
    SetMinuteInterval(u8),
    /// 1072: set the device's password, six characters.
    SetPassword(String),
    /// 2011: send realtime data.
    StartRealtime,
    /// 2012: stop.
    StopRealtime,
    /// 2021: send the states of facilities.
    StartFacilities,
    /// 2022: stop.
    StopFacilities,
    /// 2031: day data.
    Days(Between),
    /// 2041: running hours by day.
    RunningHours(Between),
    /// 2051: minute data.
    Minutes(Between),
    /// 2061: hour data.
    Hours(Between),
    /// 3011: calibrate zero and span.
    Calibrate(String),
    /// 3012: take a sample now.
    SampleNow(String),
    /// 3013: clean or purge.
    Purge(String),
    /// 3014: sample for comparison.
    SampleToCompare(String),
    /// 3015: keep a sample of an exceedance.
    KeepSample,
    /// 3016: set the sampling cycle.
    SetCycle {
        /// The factor.
        factor: String,
        /// The start of the day's first sample, `HHmmss`.
        start: jiff::civil::Time,
        /// Hours between samples.
        hours: u8,
    },
    /// 3017: read the sampling cycle.
    ReadCycle(String),
    /// 3018: read the time from sample to value.
    ReadDelay(String),
    /// 3019: read the analyser's serial number.
    ReadSerial(String),
    /// 3020: read a log, state or parameter (`i1…`, `i2…`, `i3…`) of the logger or one analyser.
    ReadInfo {
        /// The factor whose analyser is meant.
        factor: Option<String>,
        /// The code of what is read.
        info: String,
        /// Of which time.
        between: Option<Between>,
    },
    /// 3021: set such a parameter.
    SetInfo {
        /// The factor whose analyser is meant.
        factor: Option<String>,
        /// The code of what is set.
        info: String,
        /// Its value.
        value: String,
    },
}

impl Request {
    /// The command.
    pub const fn cn(&self) -> u16 {
        match self {
            Request::SetTimeout { .. } => 1000,
            Request::ReadClock { .. } => 1011,
            Request::SetClock { .. } => 1012,
            Request::ReadRealtimeInterval => 1061,
            Request::SetRealtimeInterval(_) => 1062,
            Request::ReadMinuteInterval => 1063,
            Request::SetMinuteInterval(_) => 1064,
            Request::SetPassword(_) => 1072,
            Request::StartRealtime => 2011,
            Request::StopRealtime => 2012,
            Request::StartFacilities => 2021,
            Request::StopFacilities => 2022,
            Request::Days(_) => 2031,
            Request::RunningHours(_) => 2041,
            Request::Minutes(_) => 2051,
            Request::Hours(_) => 2061,
            Request::Calibrate(_) => 3011,
            Request::SampleNow(_) => 3012,
            Request::Purge(_) => 3013,
            Request::SampleToCompare(_) => 3014,
            Request::KeepSample => 3015,
            Request::SetCycle { .. } => 3016,
            Request::ReadCycle(_) => 3017,
            Request::ReadDelay(_) => 3018,
            Request::ReadSerial(_) => 3019,
            Request::ReadInfo { .. } => 3020,
            Request::SetInfo { .. } => 3021,
        }
    }

    /// The text of CP.
    ///
    /// # Errors
    ///
    /// In Chinese: what the standard does not allow, or a text that would break the frame.
    pub fn cp(&self) -> Result<String, String> {
        let mut cp = String::new();
        let mut put = |key: &str, value: &dyn std::fmt::Display| {
            let comma = if cp.is_empty() { "" } else { ";" };
            // Writing to a String cannot fail.
            let _ = write!(cp, "{comma}{key}={value}");
        };
        match self {
            Request::SetTimeout { seconds, repeats } => {
                put("OverTime", seconds);
                put("ReCount", repeats);
            }
            Request::ReadClock { factor } => {
                if let Some(factor) = factor {
                    put("PolId", &clean(factor)?);
                }
            }
            Request::SetClock { factor, time } => {
                if let Some(factor) = factor {
                    put("PolId", &clean(factor)?);
                }
                put("SystemTime", &stamp(*time));
            }
            Request::SetRealtimeInterval(seconds) => {
                if !(30..=3600).contains(seconds) {
                    return Err(format!("实时数据间隔{seconds}秒不在30至3600之间"));
                }
                put("RtdInterval", seconds);
            }
            Request::SetMinuteInterval(minutes) => {
                if !matches!(minutes, 1..=6 | 10 | 12 | 15 | 20 | 30) {
                    return Err(format!("分钟数据间隔不能是{minutes}，可用1至6、10、12、15、20、30"));
                }
                put("MinInterval", minutes);
            }
            Request::SetPassword(password) => {
                if password.len() != 6 || !password.bytes().all(|b| b.is_ascii_alphanumeric()) {
                    return Err("密码须是6位字母或者数字".into());
                }
                put("NewPW", password);
            }
            Request::Days(b) | Request::RunningHours(b) | Request::Minutes(b) | Request::Hours(b) => {
                if b.begin > b.end {
                    return Err("开始时间晚于截止时间".into());
                }
                put("BeginTime", &stamp(b.begin));
                put("EndTime", &stamp(b.end));
            }
            Request::Calibrate(factor)
            | Request::SampleNow(factor)
            | Request::Purge(factor)
            | Request::SampleToCompare(factor)
            | Request::ReadCycle(factor)
            | Request::ReadDelay(factor)
            | Request::ReadSerial(factor) => put("PolId", &clean(factor)?),
            Request::SetCycle { factor, start, hours } => {
                if !(1..=24).contains(hours) {
                    return Err(format!("采样周期{hours}小时不在1至24之间"));
                }
                put("PolId", &clean(factor)?);
                put("CstartTime", &format!("{:02}{:02}{:02}", start.hour(), start.minute(), start.second()));
                put("CTime", hours);
            }
            Request::ReadInfo { factor, info, between } => {
                if let Some(factor) = factor {
                    put("PolId", &clean(factor)?);
                }
                put("InfoId", &clean(info)?);
                if let Some(b) = between {
                    put("BeginTime", &stamp(b.begin));
                    put("EndTime", &stamp(b.end));
                }
            }
            Request::SetInfo { factor, info, value } => {
                if let Some(factor) = factor {
                    put("PolId", &clean(factor)?);
                }
                put("InfoId", &clean(info)?);
                put(&format!("{}-Info", clean(info)?), &clean(value)?);
            }
            Request::ReadRealtimeInterval
            | Request::ReadMinuteInterval
            | Request::StartRealtime
            | Request::StopRealtime
            | Request::StartFacilities
            | Request::StopFacilities
            | Request::KeepSample => {}
        }
        Ok(cp)
    }

    /// Appends the request as a frame; the head's command is set from the request.
    ///
    /// # Errors
    ///
    /// As [`Request::cp`].
    pub fn write(&self, out: &mut Vec<u8>, head: &Head<'_>, key: Option<&Key>) -> Result<(), String> {
        let cp = self.cp()?;
        if write(out, &Head { cn: self.cn(), ..*head }, cp.as_bytes(), key) {
            Ok(())
        } else {
            Err("请求过长".into())
        }
    }
}

/// A text with nothing in it that separates fields.
fn clean(text: &str) -> Result<&str, String> {
    let bad = |b: u8| b < b' ' || matches!(b, b';' | b',' | b'=' | b'&' | b'#');
    if text.is_empty() || text.bytes().any(bad) {
        Err(format!("“{text}”含有不能发送的字符"))
    } else {
        Ok(text)
    }
}

fn stamp(time: DateTime) -> String {
    format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}",
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}
