//! Approvals: whose turn it is, the lists, and one of them whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use law::Day;
use law::acts::{Kind, PersonId};
use law::case::Subject;
use ledger::{Fault, Row as DbRow, Tx, Value};
use office::Role;
use office::directory::Directory;

use crate::Casework;
use crate::approval::{Open, Returned, stream};
use crate::body::Log;
use crate::party::Identity;
use crate::perform::Error;

/// Rows of a page.
pub const PAGE: i64 = 50;

/// Where an approval stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waiting for signatures.
    Open,
    /// Signed by all, the act is performed.
    Performed,
    /// Returned with a reason.
    Returned,
    /// Taken back by who submitted it.
    Withdrawn,
}

impl State {
    fn of(code: &str) -> State {
        match code {
            "performed" => State::Performed,
            "returned" => State::Returned,
            "withdrawn" => State::Withdrawn,
            _ => State::Open,
        }
    }

    /// The Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            State::Open => "审批中",
            State::Performed => "已办理",
            State::Returned => "已退回",
            State::Withdrawn => "已撤回",
        }
    }
}

/// An approval in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The approval.
    pub id: i64,
    /// The case.
    pub case: i64,
    /// Its title.
    pub title: String,
    /// The organ that decides.
    pub organ: String,
    /// The unit that handles the case.
    pub unit: String,
    /// Which act.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// Who signs, in order.
    pub steps: Vec<Role>,
    /// The step whose turn it is, or was at the end.
    pub step: usize,
    /// Who submitted it.
    pub person: u32,
    /// When.
    pub submitted: String,
    /// When it ended.
    pub ended: Option<String>,
    /// The act it became.
    pub act: Option<i64>,
}

impl Row {
    /// The role whose turn it is; none when it is over.
    pub fn role(&self) -> Option<Role> {
        self.steps.get(self.step).copied().filter(|_| self.state == State::Open)
    }
}

const COLUMNS: &str = "a.id, a.case_id, COALESCE(c.title, ''), a.organ, a.unit, a.kind, a.state, a.steps, a.step, a.person, a.submitted, a.ended, a.act";
const FROM: &str = "FROM approvals a LEFT JOIN cases c ON c.bureau = a.bureau AND c.id = a.case_id WHERE a.bureau = $1";

fn row(row: &DbRow<'_>) -> Result<Row, Fault> {
    let kind = row.text(5);
    Ok(Row {
        id: row.int(0),
        case: row.int(1),
        title: row.text(2),
        organ: row.text(3),
        unit: row.text(4),
        kind: Kind::from_code(&kind).ok_or_else(|| Fault::Bug(format!("no such kind of act: {kind}")))?,
        state: State::of(&row.text(6)),
        steps: row.text(7).split(' ').filter_map(Role::parse).collect(),
        step: usize::try_from(row.int(8)).unwrap_or_default(),
        person: u32::try_from(row.int(9)).unwrap_or_default(),
        submitted: row.text(10),
        ended: row.opt_text(11),
        act: row.opt_int(12),
    })
}

/// Which approvals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// Those this person may sign now; the turns come from [`office::orders::Orders::turns`].
    Mine(u32, BTreeSet<String>),
    /// Those this person submitted.
    Sent(u32),
    /// Those of a unit, or of the whole bureau.
    Unit(Option<String>),
}

/// The condition behind the question, with its arguments appended.
fn condition<'a>(which: &'a Which, args: &mut Vec<Value<'a>>) -> Option<String> {
    Some(match which {
        Which::Mine(_, turns) if turns.is_empty() => return None,
        Which::Mine(person, turns) => {
            args.push(i64::from(*person).into());
            let me = args.len();
            args.extend(turns.iter().map(Value::from));
            let holes: Vec<String> = (me + 1..=args.len()).map(|n| format!("${n}")).collect();
            format!(
                " AND a.turn IN ({}) AND (a.one_person = 1 OR (a.person <> ${me} AND NOT EXISTS (SELECT 1 FROM approval_signatures s \
                 WHERE s.bureau = a.bureau AND s.approval = a.id AND (s.person = ${me} OR s.of_person = ${me}))))",
                holes.join(", ")
            )
        }
        Which::Sent(person) => {
            args.push(i64::from(*person).into());
            format!(" AND a.person = ${}", args.len())
        }
        Which::Unit(None) => String::new(),
        Which::Unit(Some(unit)) => {
            args.push(unit.into());
            format!(" AND a.unit = ${}", args.len())
        }
    })
}

/// A page of approvals, the newest first, before the number `before`, and the key of the next page.
///
/// # Errors
/// The database fails.
pub fn page(tx: &mut Tx<'_>, which: &Which, before: i64, limit: i64) -> Result<(Vec<Row>, Option<i64>), Fault> {
    let bureau = tx.bureau().to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into(), before.into(), (limit + 1).into()];
    let Some(condition) = condition(which, &mut args) else { return Ok((Vec::new(), None)) };
    let sql = format!("SELECT {COLUMNS} {FROM} AND a.id < $2{condition} ORDER BY a.id DESC LIMIT $3");
    let mut rows = tx.rows(&sql, &args, row)?;
    let limit = usize::try_from(limit).unwrap_or_default();
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|last| last.id);
    Ok((rows, next))
}

/// How many, counted up to [`super::COUNT_MAX`].
///
/// # Errors
/// The database fails.
pub fn count(tx: &mut Tx<'_>, which: &Which) -> Result<i64, Fault> {
    let bureau = tx.bureau().to_owned();
    let mut args: Vec<Value<'_>> = vec![bureau.as_str().into(), super::COUNT_MAX.into()];
    let Some(condition) = condition(which, &mut args) else { return Ok(0) };
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT a.id FROM approvals a WHERE a.bureau = $1{condition} LIMIT $2) AS counted"
    );
    Ok(tx.row(&sql, &args, |row| Ok(row.int(0)))?.unwrap_or(0))
}

/// The approvals of a case that are still open, oldest first.
///
/// # Errors
/// The database fails.
pub fn open_of(tx: &mut Tx<'_>, case: i64) -> Result<Vec<Row>, Fault> {
    let bureau = tx.bureau().to_owned();
    let sql = format!("SELECT {COLUMNS} {FROM} AND a.case_id = $2 AND a.state = 'open' ORDER BY a.id LIMIT 50");
    tx.rows(&sql, &[bureau.as_str().into(), case.into()], row)
}

/// A step as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The role it asks for.
    pub role: Role,
    /// Who signed, for whom, and on which day.
    pub signed: Option<(u32, Option<u32>, String)>,
    /// Who may sign it today, and for whom; empty once it is signed or over.
    pub may: Vec<(u32, Option<u32>)>,
}

/// One approval, whole.
pub struct Approval {
    /// Its row.
    pub row: Row,
    /// Version, for its form.
    pub version: i64,
    /// What the act is addressed to.
    pub subject: Subject,
    /// The officers who perform it.
    pub team: Vec<PersonId>,
    /// Its fields by key, as typed.
    pub fields: BTreeMap<String, String>,
    /// The party it would bring in.
    pub party: Option<Identity>,
    /// The signatures, and who is still to sign.
    pub steps: Vec<Step>,
    /// Who returned it, and why.
    pub returned: Option<(u32, Option<u32>, String)>,
    /// Acts recorded in the case since it was submitted: number and kind.
    pub since: Vec<(u32, Kind)>,
    /// What the rulebook says today; none once it is over.
    pub judgement: Option<Result<(), Error>>,
    /// May the reader sign, and for whom? None once it is over.
    pub mine: Option<Result<Option<u32>, String>>,
    /// Names of officers.
    pub directory: Arc<Directory>,
}

impl Casework {
    /// Reads an approval for its page, as `person` sees it.
    ///
    /// # Errors
    /// The database fails.
    pub fn approval(&self, tx: &mut Tx<'_>, id: i64, person: u32, today: Day) -> Result<Option<Approval>, Fault> {
        let bureau = tx.bureau().to_owned();
        let sql = format!("SELECT {COLUMNS} {FROM} AND a.id = $2");
        let Some(row) = tx.row(&sql, &[bureau.as_str().into(), id.into()], row)? else { return Ok(None) };
        let entries = tx.stream(&stream(id))?;
        let over = row.state != State::Open;
        // The proposal is read the same way, open or over: up to where it ended.
        let kept = entries.iter().take_while(|e| matches!(e.kind.as_str(), "approval.submitted" | "approval.signed"));
        let kept: Vec<_> = kept.take(row.steps.len()).cloned().collect();
        let open = match Open::of(tx, &kept) {
            Ok(open) => open,
            Err(Error::Fault(fault)) => return Err(fault),
            Err(why) => return Err(Fault::Bug(format!("approval {id}: {why}"))),
        };
        let orders = self.standings.with_orders(tx, &row.organ)?.1;
        let signatures = tx.rows(
            "SELECT step, person, of_person, day FROM approval_signatures WHERE bureau = $1 AND approval = $2 ORDER BY step LIMIT 20",
            &[bureau.as_str().into(), id.into()],
            |row| Ok((row.int(0), row.int(1), row.opt_int(2), row.text(3))),
        )?;
        let number = |n: i64| u32::try_from(n).unwrap_or_default();
        let steps = (0..)
            .zip(&row.steps)
            .map(|(at, role)| {
                let signed = signatures.iter().find(|s| s.0 == at);
                let signed = signed.map(|s| (number(s.1), s.2.map(number), s.3.clone()));
                let may = if over || signed.is_some() {
                    Vec::new()
                } else {
                    orders.signers(*role, &row.organ, &row.unit, today).into_iter().map(|(p, h)| (p, h.of)).collect()
                };
                Step { role: *role, signed, may }
            })
            .collect();
        let mut returned = None;
        if let Some(last) = entries.last().filter(|e| e.kind == "approval.returned") {
            let body: Returned = serde_json::from_str(&last.body).map_err(|e| Fault::Bug(e.to_string()))?;
            let reason = tx.text(last.position, 1)?.unwrap_or_else(|| "（已依令删除）".into());
            returned = Some((body.person, body.of, reason));
        }
        let log: Arc<Log> = tx.fold(&crate::stream(row.case))?;
        let since = (1..)
            .zip(log.entries.iter().zip(log.case.log()))
            .filter(|(version, (entry, _))| *version > open.submitted.seen && entry.approval != Some(id) && !over)
            .map(|(_, (_, act))| (act.no.0, act.act.kind()))
            .collect();
        let judgement = if over {
            None
        } else {
            match self.weigh_open(tx, &open, today) {
                Err(Error::Fault(fault)) => return Err(fault),
                answer => Some(answer),
            }
        };
        let mine = (!over).then(|| match open.signer(&orders, person, today) {
            Ok(held) => Ok(held.of),
            Err(why) => Err(why.to_string()),
        });
        let version = entries.last().map_or(0, |e| e.version);
        let directory = self.standings.directory(tx)?;
        Ok(Some(Approval {
            row,
            version,
            subject: open.submitted.subject,
            team: open.submitted.team,
            fields: open.fields,
            party: open.party,
            steps,
            returned,
            since,
            judgement,
            mine,
            directory,
        }))
    }
}
