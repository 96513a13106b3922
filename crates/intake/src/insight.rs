//! Figures about tickets: how many came, how they were handled, what comes back, where. Each figure has one condition, and the list that a
//! figure opens has the same.

use std::collections::BTreeMap;

use jiff::civil::Date;
use ledger::{Fault, Tx, Value};

use crate::read::{Filter, NONE};

/// What a figure counts, beside all that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    /// The first contact was made or its last day is over; what was given back or sent on needs none here.
    ContactDue,
    /// Of these: called, or answered, by the last day.
    Contacted,
    /// Answered, closed or sent on.
    Finished,
    /// Of these: within the term.
    InTime,
    /// Not done, and the next last day is over.
    Late,
    /// Solved or explained.
    Told,
    /// Of these: solved.
    Solved,
    /// The caller was asked afterwards.
    CalledBack,
    /// Of these: satisfied.
    Satisfied,
    /// Given back.
    Returned,
    /// Follows another, is followed, or the same matter was told of the same place more than once in the period.
    Repeated,
    /// Handled anew.
    Reopened,
    /// Another body has it.
    Transferred,
}

impl Quality {
    /// Every one, in the order of [`Figures::of`].
    pub const ALL: [Quality; 13] = [
        Quality::ContactDue,
        Quality::Contacted,
        Quality::Finished,
        Quality::InTime,
        Quality::Late,
        Quality::Told,
        Quality::Solved,
        Quality::CalledBack,
        Quality::Satisfied,
        Quality::Returned,
        Quality::Repeated,
        Quality::Reopened,
        Quality::Transferred,
    ];

    /// The word in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Quality::ContactDue => "contact-due",
            Quality::Contacted => "contacted",
            Quality::Finished => "finished",
            Quality::InTime => "in-time",
            Quality::Late => "late",
            Quality::Told => "told",
            Quality::Solved => "solved",
            Quality::CalledBack => "called-back",
            Quality::Satisfied => "satisfied",
            Quality::Returned => "returned",
            Quality::Repeated => "repeated",
            Quality::Reopened => "reopened",
            Quality::Transferred => "transferred",
        }
    }

    /// The word on pages.
    pub fn label(self) -> &'static str {
        match self {
            Quality::ContactDue => "应当先行联系",
            Quality::Contacted => "按时先行联系",
            Quality::Finished => "已经办理",
            Quality::InTime => "按时办理",
            Quality::Late => "超期未办",
            Quality::Told => "已有结果",
            Quality::Solved => "实际解决",
            Quality::CalledBack => "已经回访",
            Quality::Satisfied => "回访满意",
            Quality::Returned => "退单",
            Quality::Repeated => "重复",
            Quality::Reopened => "重新办理",
            Quality::Transferred => "移送",
        }
    }

    /// The one with this code.
    pub fn parse(code: &str) -> Option<Quality> {
        Quality::ALL.into_iter().find(|q| q.code() == code)
    }

    /// The condition on `tickets t` with `$1` the bureau, for this day and, of repeats, this period.
    pub(crate) fn sql(self, today: Date, days: Option<(Date, Date)>) -> String {
        // Days are written by us, never taken over as text.
        const HERE: &str = "t.state NOT IN ('returned', 'transferred')";
        let due =
            || format!("({HERE} AND (t.contacted IS NOT NULL OR t.answered IS NOT NULL OR t.contact_due < '{today}'))");
        match self {
            Quality::ContactDue => due(),
            Quality::Contacted => {
                format!("({} AND (t.contacted <= t.contact_due OR t.answered <= t.contact_due))", due())
            }
            Quality::Finished => "t.in_time IS NOT NULL".into(),
            Quality::InTime => "t.in_time = 1".into(),
            Quality::Late => format!("(t.due < '{today}' AND t.state IN ('received', 'assigned', 'answered'))"),
            Quality::Told => "t.solved IS NOT NULL".into(),
            Quality::Solved => "t.solved = 1".into(),
            Quality::CalledBack => "t.called_back IS NOT NULL".into(),
            Quality::Satisfied => "(t.called_back IS NOT NULL AND t.satisfied = 1)".into(),
            Quality::Returned => "t.state = 'returned'".into(),
            Quality::Reopened => "t.reopened > 0".into(),
            Quality::Transferred => "t.state = 'transferred'".into(),
            Quality::Repeated => {
                let within = days.map(|(from, to)| format!(" AND r.received >= '{from}' AND r.received <= '{to}'"));
                format!(
                    "(t.follows IS NOT NULL OR t.followers > 0 OR (t.place, t.matter) IN (SELECT r.place, r.matter FROM tickets r \
                     WHERE r.bureau = $1{} AND r.place IS NOT NULL AND r.matter IS NOT NULL GROUP BY r.place, r.matter HAVING COUNT(*) > 1))",
                    within.unwrap_or_default()
                )
            }
        }
    }
}

/// Which tickets are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Received in these days, both ends counted.
    pub days: (Date, Date),
    /// Only of this unit.
    pub unit: Option<String>,
    /// Only from this town.
    pub town: Option<String>,
    /// Only about this matter.
    pub matter: Option<String>,
    /// Today by the bureau's clock: what is late and which contact is due.
    pub today: Date,
    /// The period in which repeats are told, where it is another than `days`: a week of a longer period.
    pub span: Option<(Date, Date)>,
}

impl Asked {
    /// The list of exactly what is counted.
    pub fn filter(&self, quality: Option<Quality>) -> Filter {
        Filter {
            unit: self.unit.clone(),
            town: self.town.clone(),
            matter: self.matter.clone(),
            received: Some(self.days),
            quality: quality.map(|q| (q, self.today)),
            span: self.span,
            ..Filter::default()
        }
    }

    /// The conditions after `WHERE t.bureau = $1`, their values from `$2` on.
    fn narrow<'a>(&'a self, days: &'a [String; 2], args: &mut Vec<Value<'a>>) -> String {
        args.extend([Value::from(&days[0]), Value::from(&days[1])]);
        let mut sql = format!(" AND t.received >= ${} AND t.received <= ${}", args.len() - 1, args.len());
        for (column, wanted) in [("scope", &self.unit), ("town", &self.town), ("matter", &self.matter)] {
            match wanted.as_deref() {
                None => {}
                Some(NONE) if column == "scope" => sql.push_str(" AND t.scope = ''"),
                Some(NONE) => sql.push_str(&format!(" AND t.{column} IS NULL")),
                Some(value) => {
                    args.push(value.into());
                    sql.push_str(&format!(" AND t.{column} = ${}", args.len()));
                }
            }
        }
        sql
    }
}

/// How many came in, and how many of these have each quality.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// All that came in.
    pub received: i64,
    counts: [i64; Quality::ALL.len()],
}

impl Figures {
    /// How many have it.
    pub fn of(&self, quality: Quality) -> i64 {
        Quality::ALL.iter().position(|q| *q == quality).map_or(0, |n| self.counts[n])
    }

    fn add(&mut self, other: &Figures) {
        self.received += other.received;
        for (n, count) in self.counts.iter_mut().enumerate() {
            *count += other.counts[n];
        }
    }
}

/// The figures of a period, all and by what they may be told apart by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Insight {
    /// All together.
    pub all: Figures,
    /// By unit; empty for those nobody has.
    pub units: BTreeMap<String, Figures>,
    /// By matter, the most frequent first; empty where none is known. At most sixty.
    pub matters: Vec<(String, Figures)>,
    /// By town, the most frequent first; empty where none is known. At most sixty.
    pub towns: Vec<(String, Figures)>,
    /// By week, under its Monday.
    pub weeks: BTreeMap<Date, Figures>,
}

/// Rows of a table told apart by matter or town.
const ROWS_MAX: usize = 60;

/// The figures: four statements, whatever the period.
///
/// # Errors
/// The database fails.
pub fn insight(tx: &mut Tx<'_>, asked: &Asked) -> Result<Insight, Fault> {
    let mut insight = Insight { units: by(tx, asked, "t.scope")?, ..Insight::default() };
    for figures in insight.units.values() {
        insight.all.add(figures);
    }
    for (day, figures) in by(tx, asked, "t.received")? {
        let Some(monday) = day.parse::<Date>().ok().and_then(monday) else { continue };
        insight.weeks.entry(monday).or_default().add(&figures);
    }
    let most = |found: BTreeMap<String, Figures>| {
        let mut rows: Vec<(String, Figures)> = found.into_iter().collect();
        rows.sort_by_key(|(key, figures)| (-figures.received, key.clone()));
        rows.truncate(ROWS_MAX);
        rows
    };
    insight.matters = most(by(tx, asked, "t.matter")?);
    insight.towns = most(by(tx, asked, "t.town")?);
    Ok(insight)
}

/// The Monday of a day's week.
pub fn monday(day: Date) -> Option<Date> {
    day.checked_sub(jiff::Span::new().days(i64::from(day.weekday().to_monday_zero_offset()))).ok()
}

/// All figures of a period in one statement.
///
/// # Errors
/// The database fails.
pub fn totals(tx: &mut Tx<'_>, asked: &Asked) -> Result<Figures, Fault> {
    Ok(by(tx, asked, "''")?.into_values().next().unwrap_or_default())
}

fn by(tx: &mut Tx<'_>, asked: &Asked, key: &str) -> Result<BTreeMap<String, Figures>, Fault> {
    let bureau = tx.bureau().to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
    let days = [asked.days.0.to_string(), asked.days.1.to_string()];
    let narrow = asked.narrow(&days, &mut args);
    let sums: String = Quality::ALL
        .iter()
        .map(|q| format!(", SUM(CASE WHEN {} THEN 1 ELSE 0 END)", q.sql(asked.today, asked.span.or(Some(asked.days)))))
        .collect();
    let sql = format!("SELECT {key}, COUNT(*){sums} FROM tickets t WHERE t.bureau = $1{narrow} GROUP BY 1");
    let rows = tx.rows(&sql, &args, |row| {
        let mut figures = Figures { received: row.int(1), ..Figures::default() };
        for (n, count) in figures.counts.iter_mut().enumerate() {
            *count = row.int(n + 2);
        }
        Ok((row.opt_text(0).unwrap_or_default(), figures))
    })?;
    Ok(rows.into_iter().collect())
}

/// A place told of often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HotSpot {
    /// The place of the gazetteer.
    pub place: String,
    /// Its town, where known.
    pub town: Option<String>,
    /// Tickets.
    pub tickets: i64,
    /// Different telephones among the callers.
    pub callers: i64,
    /// Not done yet.
    pub open: i64,
    /// Led to a case.
    pub cases: i64,
}

/// Places with the most tickets of a period, at least two, the most first; at most twenty.
///
/// # Errors
/// The database fails.
pub fn hot_spots(tx: &mut Tx<'_>, asked: &Asked) -> Result<Vec<HotSpot>, Fault> {
    let bureau = tx.bureau().to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
    let days = [asked.days.0.to_string(), asked.days.1.to_string()];
    let narrow = asked.narrow(&days, &mut args);
    let sql = format!(
        "SELECT t.place, MAX(t.town), COUNT(*), COUNT(DISTINCT c.phone), \
         SUM(CASE WHEN t.state IN ('received', 'assigned', 'answered') THEN 1 ELSE 0 END), COUNT(t.case_id) FROM tickets t \
         LEFT JOIN ticket_callers c ON c.bureau = t.bureau AND c.ticket = t.id \
         WHERE t.bureau = $1{narrow} AND t.place IS NOT NULL GROUP BY t.place HAVING COUNT(*) > 1 ORDER BY COUNT(*) DESC, t.place LIMIT 20"
    );
    tx.rows(&sql, &args, |row| {
        Ok(HotSpot {
            place: row.text(0),
            town: row.opt_text(1),
            tickets: row.int(2),
            callers: row.int(3),
            open: row.int(4),
            cases: row.int(5),
        })
    })
}

/// How many callers have more than one ticket in the period. Who they are is not said.
///
/// # Errors
/// The database fails.
pub fn repeat_callers(tx: &mut Tx<'_>, asked: &Asked) -> Result<i64, Fault> {
    let bureau = tx.bureau().to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
    let days = [asked.days.0.to_string(), asked.days.1.to_string()];
    let narrow = asked.narrow(&days, &mut args);
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT c.phone FROM tickets t JOIN ticket_callers c ON c.bureau = t.bureau AND c.ticket = t.id \
         WHERE t.bureau = $1{narrow} AND c.phone IS NOT NULL AND c.phone <> '' GROUP BY c.phone HAVING COUNT(*) > 1) again"
    );
    Ok(tx.row(&sql, &args, |row| Ok(row.int(0)))?.unwrap_or(0))
}

/// A cell of the ground: about five hundred metres wide and high at 31° north, or so many times that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Steps east.
    pub east: i64,
    /// Steps north.
    pub north: i64,
    /// How many times the smallest cell it is wide and high.
    pub size: i64,
}

impl Cell {
    /// The width of the smallest, millionths of a degree.
    pub const WIDTH: i64 = 5_250;
    /// The height of the smallest, millionths of a degree.
    pub const HEIGHT: i64 = 4_500;
    /// How large a cell may be.
    pub const SIZE_MAX: i64 = 64;

    /// The larger cell in which this one lies.
    pub fn within(self, size: i64) -> Cell {
        let size = size.clamp(1, Cell::SIZE_MAX);
        Cell { east: self.east * self.size / size, north: self.north * self.size / size, size }
    }

    /// Its longitudes and latitudes, from (counted) to (not counted), millionths of a degree; nothing where there is no such ground.
    pub fn bounds(self) -> Option<[i64; 4]> {
        let fits = (1..=Cell::SIZE_MAX).contains(&self.size)
            && (0..=180_000_000 / Cell::WIDTH).contains(&self.east)
            && (0..=90_000_000 / Cell::HEIGHT).contains(&self.north);
        let (width, height) =
            (Cell::WIDTH * self.size.min(Cell::SIZE_MAX), Cell::HEIGHT * self.size.min(Cell::SIZE_MAX));
        fits.then(|| [self.east * width, (self.east + 1) * width, self.north * height, (self.north + 1) * height])
    }
}

/// How many tickets of a period lie in each cell; in the smallest cells, at most four thousand, the fullest.
///
/// # Errors
/// The database fails.
pub fn cells(tx: &mut Tx<'_>, asked: &Asked) -> Result<Vec<(Cell, i64)>, Fault> {
    let bureau = tx.bureau().to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into()];
    let days = [asked.days.0.to_string(), asked.days.1.to_string()];
    let narrow = asked.narrow(&days, &mut args);
    let sql = format!(
        "SELECT t.lon / {}, t.lat / {}, COUNT(*) FROM tickets t WHERE t.bureau = $1{narrow} AND t.lon > 0 AND t.lat > 0 \
         GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 4000",
        Cell::WIDTH,
        Cell::HEIGHT
    );
    tx.rows(&sql, &args, |row| Ok((Cell { east: row.int(0), north: row.int(1), size: 1 }, row.int(2))))
}

/// Returns of days by reason (`transfer` for those sent on), the most first.
///
/// # Errors
/// The database fails.
pub fn returns(tx: &mut Tx<'_>, days: (Date, Date), unit: Option<&str>) -> Result<Vec<(String, i64)>, Fault> {
    let bureau = tx.bureau().to_owned();
    let (from, to) = (days.0.to_string(), days.1.to_string());
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into(), (&from).into(), (&to).into()];
    let mut sql =
        "SELECT reason, COUNT(*) FROM ticket_returns WHERE bureau = $1 AND day >= $2 AND day <= $3".to_owned();
    if let Some(unit) = unit {
        args.push(unit.into());
        sql.push_str(" AND unit = $4");
    }
    sql.push_str(" GROUP BY reason ORDER BY 2 DESC, 1");
    tx.rows(&sql, &args, |row| Ok((row.text(0), row.int(1))))
}

/// How the model did on days: corrections, right in the first place, right among the first three.
///
/// # Errors
/// The database fails.
pub fn accuracy(tx: &mut Tx<'_>, days: (Date, Date)) -> Result<(i64, i64, i64), Fault> {
    let bureau = tx.bureau().to_owned();
    let (from, to) = (days.0.to_string(), days.1.to_string());
    let found = tx.row(
        "SELECT COUNT(*), COUNT(CASE WHEN first = 1 THEN 1 END), COUNT(CASE WHEN three = 1 THEN 1 END) FROM ticket_lessons \
         WHERE bureau = $1 AND day >= $2 AND day <= $3",
        &[bureau.as_str().into(), (&from).into(), (&to).into()],
        |row| Ok((row.int(0), row.int(1), row.int(2))),
    )?;
    Ok(found.unwrap_or_default())
}

/// What waits now, of a unit or of all: what is late, and what will be looked at again in these days.
///
/// # Errors
/// The database fails.
pub fn waiting(tx: &mut Tx<'_>, today: Date, next: (Date, Date), unit: Option<&str>) -> Result<(i64, i64), Fault> {
    let bureau = tx.bureau().to_owned();
    let (from, to) = (next.0.to_string(), next.1.to_string());
    let late = Quality::Late.sql(today, None);
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into(), (&from).into(), (&to).into()];
    let mut of = "";
    if let Some(unit) = unit {
        args.push(unit.into());
        of = " AND t.scope = $4";
    }
    // Two walks of two indexes, not one of everything.
    let sql = format!(
        "SELECT (SELECT COUNT(*) FROM tickets t WHERE t.bureau = $1 AND {late}{of}), \
         (SELECT COUNT(*) FROM tickets t WHERE t.bureau = $1 AND t.follow_up >= $2 AND t.follow_up <= $3{of})"
    );
    Ok(tx.row(&sql, &args, |row| Ok((row.int(0), row.int(1))))?.unwrap_or_default())
}
