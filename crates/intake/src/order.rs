//! The six orders of the list, each with an index, and the keys its pages begin after.

use ledger::Value;

/// In which order. Tickets are numbered in the order of their arrival.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// Next deadline first.
    Due,
    /// What presses first, then by deadline.
    Urgent,
    /// Where something happened last, first.
    Updated,
    /// By the day of the next look at what comes back.
    FollowUp,
}

impl Order {
    /// Every order with its word in addresses and on pages.
    pub const ALL: [(Order, &'static str, &'static str); 6] = [
        (Order::Newest, "newest", "最新在前"),
        (Order::Oldest, "oldest", "最早在前"),
        (Order::Due, "due", "期限在前"),
        (Order::Urgent, "urgent", "紧急在前"),
        (Order::Updated, "updated", "最近办理在前"),
        (Order::FollowUp, "follow_up", "回头看日期在前"),
    ];

    /// The order of this word; newest first for any other.
    pub fn of(word: &str) -> Order {
        Order::ALL.iter().find(|o| o.1 == word).map_or(Order::Newest, |o| o.0)
    }

    /// Its word in addresses.
    pub fn code(self) -> &'static str {
        Order::ALL.iter().find(|o| o.0 == self).map_or("newest", |o| o.1)
    }

    /// The column it goes by before the number; none where it goes by the number.
    fn column(self) -> Option<&'static str> {
        match self {
            Order::Newest | Order::Oldest => None,
            Order::Due => Some("due"),
            Order::Urgent => Some("rank"),
            Order::Updated => Some("updated"),
            Order::FollowUp => Some("follow_up"),
        }
    }

    fn descends(self) -> bool {
        matches!(self, Order::Newest | Order::Updated)
    }

    /// Adds to a statement with a WHERE clause: what lies after the key `after`, the order, one row more than `limit`. A key that cannot be
    /// read begins at the beginning.
    pub(crate) fn page<'a>(self, sql: &mut String, args: &mut Vec<Value<'a>>, after: Option<&'a str>, limit: i64) {
        if self == Order::FollowUp {
            sql.push_str(" AND t.follow_up IS NOT NULL");
        }
        let after = after.and_then(|key| {
            let (value, id) = key.rsplit_once(',').unwrap_or(("", key));
            Some((value, id.parse::<i64>().ok()?))
        });
        if let Some((value, id)) = after {
            let mark = |args: &mut Vec<Value<'a>>, value: Value<'a>| {
                args.push(value);
                args.len()
            };
            match self.column() {
                // An entry's position is the key alone: no two tickets have one.
                Some("updated") => {
                    let at = mark(args, value.parse::<i64>().unwrap_or(i64::MAX).into());
                    sql.push_str(&format!(" AND t.updated < ${at}"));
                }
                Some(column) => {
                    let (at, last) = (mark(args, value.into()), mark(args, id.into()));
                    sql.push_str(&format!(
                        " AND t.{column} >= ${at} AND (t.{column} > ${at} OR (t.{column} = ${at} AND t.id > ${last}))"
                    ));
                }
                None => {
                    let last = mark(args, id.into());
                    sql.push_str(&format!(" AND t.id {} ${last}", if self.descends() { "<" } else { ">" }));
                }
            }
        }
        args.push((limit + 1).into());
        let rows = args.len();
        let way = if self.descends() { " DESC" } else { "" };
        sql.push_str(&match self.column() {
            Some("updated") => format!(" ORDER BY t.updated DESC LIMIT ${rows}"),
            Some(column) => format!(" ORDER BY t.{column}, t.id LIMIT ${rows}"),
            None => format!(" ORDER BY t.id{way} LIMIT ${rows}"),
        });
    }

    /// The key of the next page after a row with these values.
    pub(crate) fn key(self, id: i64, due: &str, rank: &str, updated: i64, follow_up: Option<&str>) -> String {
        match self {
            Order::Newest | Order::Oldest => id.to_string(),
            Order::Due => format!("{due},{id}"),
            Order::Urgent => format!("{rank},{id}"),
            Order::Updated => format!("{updated},{id}"),
            Order::FollowUp => format!("{},{id}", follow_up.unwrap_or_default()),
        }
    }
}
