//! What happened, counted by name.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counts {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $label:literal;)+) => {
        /// Something that is counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(usize)]
        pub enum Count { $($(#[$doc])* $variant),+ }

        impl Count {
            /// All of them.
            pub const ALL: &[Count] = &[$(Count::$variant),+];

            /// The name, as in a metric.
            pub const fn name(self) -> &'static str {
                match self { $(Count::$variant => $name),+ }
            }

            /// What it is, as shown to users.
            pub const fn label(self) -> &'static str {
                match self { $(Count::$variant => $label),+ }
            }
        }
    };
}

counts! {
    /// Connections now.
    Connections = "connections", "当前连接";
    /// Connections accepted.
    Accepted = "accepted", "已接受连接";
    /// Connections over the limit, closed at once.
    ConnectionsRefused = "connections_refused", "超过连接上限被拒绝";
    /// Connections that could not be accepted, for want of descriptors or memory.
    AcceptFailed = "accept_failed", "接受连接失败";
    /// Frames received whole, before any check.
    Frames = "frames", "收到报文";
    /// Frames kept, durably.
    Kept = "kept", "已保存报文";
    /// Frames answered, after they were durable.
    Answered = "answered", "已应答报文";
    /// Bytes received.
    BytesIn = "bytes_in", "收到字节";
    /// Bytes that belonged to no frame.
    Junk = "junk_bytes", "不成报文的字节";
    /// Frames the listener's profile rejects.
    Malformed = "malformed", "报文不合格";
    /// Frames of unknown devices, kept and marked.
    UnknownMarked = "unknown_marked", "未登记设备报文（已标记）";
    /// Frames of unknown devices, refused.
    UnknownRefused = "unknown_refused", "未登记设备报文（已拒绝）";
    /// Frames of barred devices, refused.
    Barred = "barred", "停用设备报文（已拒绝）";
    /// Frames before authentication, refused.
    Unauthenticated = "unauthenticated", "未鉴权报文（已拒绝）";
    /// Wrong codes or passwords.
    WrongCode = "wrong_code", "鉴权码或者密码不对";
    /// Frames over a device's limit for one second: not kept, not answered.
    Storm = "storm", "单台设备过密（未保存）";
    /// Frames of unknown devices beyond the limit of those that are marked, refused.
    TooManyUnknown = "too_many_unknown", "未登记设备过多（已拒绝）";
    /// Connections closed: silent too long.
    ClosedIdle = "closed_idle", "因静默关闭";
    /// Connections closed: too many bytes that belong to no frame.
    ClosedJunk = "closed_junk", "因乱码关闭";
    /// Connections closed: too many malformed frames in a row.
    ClosedMalformed = "closed_malformed", "因连续不合格关闭";
    /// Connections closed: far over a device's limit.
    ClosedStorm = "closed_storm", "因报文过密关闭";
    /// Connections closed: answers not read.
    ClosedUnread = "closed_unread", "因不收应答关闭";
    /// Connections closed by the device, or broken.
    ClosedByPeer = "closed_by_peer", "对方关闭";
    /// Answers not sent because the connection had gone.
    AnswersDropped = "answers_dropped", "连接已断未发应答";
    /// Answers not sent whole at once, and finished later.
    ShortWrites = "short_writes", "分次发出的应答";
    /// Times reading stopped because too much waited for the commit.
    Paused = "paused", "因待存过多暂停接收";
    /// Commits.
    Commits = "commits", "提交次数";
    /// Requests sent to devices, repeats included.
    RequestsSent = "requests_sent", "已发请求";
    /// Requests that devices answered.
    RequestsAnswered = "requests_answered", "已答请求";
    /// Requests given up.
    RequestsTimedOut = "requests_timed_out", "超时请求";
}

/// The counters of one server.
#[derive(Debug)]
pub struct Counters([AtomicU64; Count::ALL.len()]);

impl Default for Counters {
    fn default() -> Self {
        Counters([const { AtomicU64::new(0) }; Count::ALL.len()])
    }
}

impl Counters {
    pub(crate) fn add(&self, count: Count, by: u64) {
        self.0[count as usize].fetch_add(by, Ordering::Relaxed);
    }

    pub(crate) fn set(&self, count: Count, to: u64) {
        self.0[count as usize].store(to, Ordering::Relaxed);
    }

    /// One of them.
    pub fn of(&self, count: Count) -> u64 {
        self.0[count as usize].load(Ordering::Relaxed)
    }

    /// All of them, zeros too.
    pub fn snapshot(&self) -> Vec<(Count, u64)> {
        Count::ALL.iter().map(|c| (*c, self.of(*c))).collect()
    }
}
