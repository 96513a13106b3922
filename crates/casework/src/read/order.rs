//! The two orders of a list with deadlines, and the keys its pages begin after.

use ledger::Value;

/// In which order. Cases and tickets are numbered in the order of their arrival.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// Newest first.
    #[default]
    Newest,
    /// Next deadline first.
    Due,
}

impl Order {
    /// Adds to a statement with a WHERE clause: what lies after the key `after`, the order, one row more than `limit`. `table` is
    /// what stands before the columns `id` and `due`, such as `t.`. A key that cannot be read begins at the beginning.
    pub fn page<'a>(
        self,
        sql: &mut String,
        args: &mut Vec<Value<'a>>,
        table: &str,
        after: Option<&'a str>,
        limit: i64,
    ) {
        let after = after.and_then(|key| {
            let (due, id) = key.rsplit_once(',').unwrap_or(("", key));
            Some((due, id.parse::<i64>().ok()?))
        });
        if let Some((due, id)) = after {
            args.push(id.into());
            let last = args.len();
            match self {
                Order::Newest => sql.push_str(&format!(" AND {table}id < ${last}")),
                Order::Due => {
                    args.push(due.into());
                    let day = args.len();
                    sql.push_str(&format!(
                        " AND ({table}due > ${day} OR ({table}due = ${day} AND {table}id > ${last}))"
                    ));
                }
            }
        }
        args.push((limit + 1).into());
        let rows = args.len();
        sql.push_str(&match self {
            Order::Newest => format!(" ORDER BY {table}id DESC LIMIT ${rows}"),
            Order::Due => format!(" ORDER BY {table}due, {table}id LIMIT ${rows}"),
        });
    }

    /// Takes away the row beyond `limit`, if there is one, and gives the key of the last that stays.
    pub fn next<R>(self, rows: &mut Vec<R>, limit: i64, key: impl Fn(&R) -> (String, i64)) -> Option<String> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let (due, id) = key(rows.last().filter(|_| more)?);
        Some(match self {
            Order::Newest => id.to_string(),
            Order::Due => format!("{due},{id}"),
        })
    }
}
