//! Lists as somebody likes to look at them: a page with its filters, under a name, for oneself or for the own unit.

use ledger::{Fault, Tx};

use crate::BadInput;

/// Views a person may keep.
pub const MAX: i64 = 50;
/// Characters of a name.
const NAME_MAX: usize = 30;
/// Bytes of the filters.
const QUERY_MAX: usize = 1_000;
/// Pages that have views.
pub const PAGES: [&str; 3] = ["cases", "search", "tickets"];

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its number.
    pub id: i64,
    /// Who keeps it.
    pub person: u32,
    /// One of [`PAGES`].
    pub page: String,
    /// Its name.
    pub name: String,
    /// What stands behind the question mark.
    pub query: String,
    /// Whether the unit sees it.
    pub shared: bool,
}

impl View {
    /// Where it leads.
    pub fn href(&self) -> String {
        format!("/office/{}?{}", self.page, self.query)
    }
}

/// Keeps a view and gives its number.
///
/// # Errors
/// The inner error says what is wrong with it; the outer one is the database.
pub fn save(
    tx: &mut Tx<'_>,
    person: u32,
    unit: &str,
    page: &str,
    name: &str,
    query: &str,
    shared: bool,
) -> Result<Result<i64, BadInput>, Fault> {
    let name = name.trim();
    if !PAGES.contains(&page) {
        return Ok(Err(BadInput::new("页面", "没有这个页面的视图")));
    }
    if name.is_empty() || name.chars().count() > NAME_MAX {
        return Ok(Err(BadInput::new("名称", format!("请写一个不超过 {NAME_MAX} 个字的名称"))));
    }
    // It becomes an address again, so it holds nothing that an address does not.
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~%=&+".contains(&b);
    if query.len() > QUERY_MAX || !query.bytes().all(plain) {
        return Ok(Err(BadInput::new("条件", "筛选条件太长，或者不能识别")));
    }
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let kept = tx.row(
        "SELECT COUNT(*) FROM views WHERE bureau = $1 AND person = $2",
        &[b.into(), i64::from(person).into()],
        |row| Ok(row.int(0)),
    )?;
    if kept.unwrap_or(0) >= MAX {
        return Ok(Err(BadInput::new("名称", format!("最多保存 {MAX} 个视图，请先删去不用的"))));
    }
    let last = tx.row("SELECT MAX(id) FROM views WHERE bureau = $1", &[b.into()], |row| Ok(row.opt_int(0)))?;
    let id = last.flatten().unwrap_or(0) + 1;
    tx.execute(
        "INSERT INTO views (bureau, id, person, unit, page, name, query, shared) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[b.into(), id.into(), i64::from(person).into(), unit.into(), page.into(), name.into(), query.into(), shared.into()],
    )?;
    Ok(Ok(id))
}

/// Drops a view of this person's. Gives whether there was one.
///
/// # Errors
/// The database fails.
pub fn remove(tx: &mut Tx<'_>, person: u32, id: i64) -> Result<bool, Fault> {
    let bureau = tx.bureau().to_owned();
    let rows = tx.execute(
        "DELETE FROM views WHERE bureau = $1 AND id = $2 AND person = $3",
        &[bureau.as_str().into(), id.into(), i64::from(person).into()],
    )?;
    Ok(rows > 0)
}

/// The views of this page that a person sees: the own ones, then those the unit shares.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx<'_>, person: u32, unit: &str, page: &str) -> Result<Vec<View>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.rows(
        "SELECT id, person, page, name, query, shared FROM views WHERE bureau = $1 AND page = $4 AND (person = $2 OR (unit = $3 AND shared = 1)) \
         ORDER BY CASE WHEN person = $2 THEN 0 ELSE 1 END, id LIMIT 100",
        &[bureau.as_str().into(), i64::from(person).into(), unit.into(), page.into()],
        |row| {
            Ok(View {
                id: row.int(0),
                person: u32::try_from(row.int(1)).unwrap_or_default(),
                page: row.text(2),
                name: row.text(3),
                query: row.text(4),
                shared: row.int(5) == 1,
            })
        },
    )
}
