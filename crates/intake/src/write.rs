//! The write path of tickets.

use std::sync::Arc;

use casework::drive;
use casework::{Committed, Identity, Proposed, Where};
use jiff::civil::{Date, DateTime};
use law::acts::{Kind as ActKind, PersonId};
use law::case::{Entry as EntryOf, Subject};
use ledger::{Draft, Fault, Tx};

use crate::decide::{Refused, decide};
use crate::ticket::{Act, CONTENT, Channel, Kind, NAME, NOTE, PHONE, Received, Ticket, Track};
use crate::{Intake, stream, suggest, suggest::Gazetteer, tables};

/// Who acts, and when.
#[derive(Debug, Clone)]
pub struct Who {
    /// Sign-in name, recorded as the actor.
    pub login: String,
    /// Their number.
    pub person: u32,
    /// Today, by the bureau's clock.
    pub today: Date,
}

/// Who asked. Kept beside the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// Name.
    pub name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
}

/// A ticket as it comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// Whose number it is.
    pub source: String,
    /// Number of the source; empty: the bureau gives one.
    pub order_no: String,
    /// Channel.
    pub channel: Channel,
    /// What is asked.
    pub kind: Kind,
    /// When, Shanghai time.
    pub received: DateTime,
    /// Address.
    pub address: String,
    /// Text.
    pub content: String,
    /// Caller.
    pub caller: Caller,
    /// The caller asks to be kept secret.
    pub confidential: bool,
    /// Urgent.
    pub urgent: bool,
}

/// The case a ticket leads to.
#[derive(Debug, Clone)]
pub struct LeadTo {
    /// Two officers.
    pub team: Vec<u32>,
    /// Matter code.
    pub matter: String,
    /// Day of the conduct.
    pub conduct_day: Date,
    /// Where.
    pub place: String,
    /// What was seen.
    pub summary: String,
    /// The party, where known.
    pub party: Option<Identity>,
}

/// Why nothing was recorded.
#[derive(Debug)]
pub enum Error {
    /// The ticket's own rules.
    Refused(Refused),
    /// The case could not be opened.
    Case(casework::Error),
    /// A field: name and what is wrong.
    Bad(office::BadInput),
    /// Somebody acted since the page was drawn.
    Conflict,
    /// There is no such ticket.
    NoTicket,
    /// The ledger.
    Fault(Fault),
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Conflict { .. } => Error::Conflict,
            other => Error::Fault(other),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Refused(refused) => write!(f, "{}（{}）", refused.why, refused.source),
            Error::Case(error) => error.fmt(f),
            Error::Bad(bad) => bad.fmt(f),
            Error::Conflict => f.write_str("打开本页以后已有他人办理，请刷新后核对再办"),
            Error::NoTicket => f.write_str("没有这件诉求"),
            Error::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl Intake {
    /// Registers a ticket; a known source and number gives the ticket there is and changes nothing.
    ///
    /// # Errors
    /// A field is missing, or the ledger fails.
    pub async fn receive(&self, who: Who, new: NewTicket) -> Result<i64, Error> {
        check(&new, who.today)?;
        let work = Arc::new((who, new));
        Ok(self.ledger.act(move |tx| receive_one(tx, &work.0, &work.1)).await?)
    }

    /// [`Intake::receive`] for the command line and for filling a demonstration.
    ///
    /// # Errors
    /// As [`Intake::receive`].
    pub fn receive_blocking(&self, who: Who, new: NewTicket) -> Result<i64, Error> {
        check(&new, who.today)?;
        let work = Arc::new((who, new));
        Ok(self.ledger.act_blocking(move |tx| receive_one(tx, &work.0, &work.1))?)
    }

    /// Does an act of a ticket; `seen` is the version of the page, `note` what was written.
    ///
    /// # Errors
    /// See [`Error`]; nothing was recorded.
    pub async fn perform(
        &self,
        who: Who,
        ticket: i64,
        seen: Option<i64>,
        act: Act,
        note: Option<String>,
    ) -> Result<(), Error> {
        let work = Arc::new((who, act, note));
        self.ledger.act(move |tx| split(perform(tx, &work.0, ticket, seen, &work.1, work.2.as_deref()))).await?
    }

    /// [`Intake::perform`] for the command line and for filling a demonstration.
    ///
    /// # Errors
    /// As [`Intake::perform`].
    pub fn perform_blocking(
        &self,
        who: Who,
        ticket: i64,
        seen: Option<i64>,
        act: Act,
        note: Option<String>,
    ) -> Result<(), Error> {
        let work = Arc::new((who, act, note));
        self.ledger.act_blocking(move |tx| split(perform(tx, &work.0, ticket, seen, &work.1, work.2.as_deref())))?
    }

    /// Leads a ticket to a case: one transaction opens the case and says so in the ticket.
    ///
    /// # Errors
    /// As the case's own write path; then the ticket is unchanged.
    pub async fn lead(&self, who: Who, ticket: i64, seen: Option<i64>, to: LeadTo) -> Result<Committed, Error> {
        let own = self.clone();
        let work = Arc::new((who, to));
        self.ledger.act(move |tx| split(own.lead_in(tx, &work.0, ticket, seen, &work.1))).await?
    }

    /// [`Intake::lead`] for the command line and for filling a demonstration.
    ///
    /// # Errors
    /// As [`Intake::lead`].
    pub fn lead_blocking(&self, who: Who, ticket: i64, seen: Option<i64>, to: LeadTo) -> Result<Committed, Error> {
        let own = self.clone();
        let work = Arc::new((who, to));
        self.ledger.act_blocking(move |tx| split(own.lead_in(tx, &work.0, ticket, seen, &work.1)))?
    }

    /// Name and telephone of the caller in full, for a person with the right; who asked and why is recorded.
    ///
    /// # Errors
    /// No reason is given, or there is no such ticket; then nothing is shown.
    pub async fn unmask(&self, ticket: i64, person: u32, reason: String) -> Result<Caller, Error> {
        if reason.trim().is_empty() {
            return Err(Error::Bad(office::BadInput::new("查看理由", "请写明为什么需要查看号码，查看会留下记录")));
        }
        self.ledger
            .act(move |tx| {
                if tx.stream(&stream(ticket))?.is_empty() {
                    return Ok(Err(Error::NoTicket));
                }
                Ok(Ok(crate::read::unmask(tx, ticket, person, reason.trim())?))
            })
            .await?
    }

    /// [`Intake::receive`] inside a transaction that does more.
    ///
    /// # Errors
    /// The ledger's faults; a reason is the inner result.
    pub fn receive_in(&self, tx: &mut Tx<'_>, who: &Who, new: &NewTicket) -> Result<Result<i64, Error>, Fault> {
        if let Err(why) = check(new, who.today) {
            return Ok(Err(why));
        }
        Ok(Ok(receive_one(tx, who, new)?))
    }

    /// [`Intake::perform`] inside a transaction that does more.
    ///
    /// # Errors
    /// The ledger's faults; a reason is the inner result.
    pub fn perform_in(
        &self,
        tx: &mut Tx<'_>,
        who: &Who,
        ticket: i64,
        act: &Act,
        note: Option<&str>,
    ) -> Result<Result<(), Error>, Fault> {
        split(perform(tx, who, ticket, None, act, note))
    }

    /// [`Intake::lead`] inside a transaction that does more.
    ///
    /// # Errors
    /// As the case's own write path.
    pub fn lead_in(
        &self,
        tx: &mut Tx<'_>,
        who: &Who,
        ticket: i64,
        seen: Option<i64>,
        to: &LeadTo,
    ) -> Result<Committed, Error> {
        let (state, version) = state(tx, ticket, seen)?;
        decide(&state, &Act::Led { case: 0 }).map_err(Error::Refused)?;
        let unit = state.unit.clone().unwrap_or_default();
        let units = office::read::units(tx)?;
        let organ = units.into_iter().find(|u| u.id == unit).map(|u| u.organ);
        let organ = organ.ok_or_else(|| Error::Bad(office::BadInput::new("承办单位", "已经撤销，请先重新分派")))?;
        let persons = office::read::names(tx)?;
        if to.team.is_empty() || to.team.iter().any(|id| !persons.contains_key(id)) {
            return Err(Error::Bad(office::BadInput::new("承办人", "没有选择，或者不是本单位人员，请从列表中选择")));
        }
        let hotline = |r: &Received| matches!(r.channel, Channel::Hotline12345 | Channel::Hotline12319);
        let step = drive::Step {
            party: to.party.clone(),
            ..drive::Step::case(
                who.today,
                ActKind::ClueRegistered,
                vec![
                    (
                        "source",
                        if state.received.as_ref().is_some_and(hotline) { "hotline" } else { "complaint" }.into(),
                    ),
                    ("matter", to.matter.clone()),
                    ("conduct_day", to.conduct_day.to_string()),
                    ("discovered", who.today.to_string()),
                    ("place", to.place.clone()),
                    ("summary", to.summary.clone()),
                    ("party_kind", to.party.as_ref().map_or("", |p| if p.person { "person" } else { "unit" }).into()),
                ],
            )
        };
        let proposed = Proposed {
            subject: Subject::Case,
            entry: EntryOf::Live,
            at: who.today,
            time: None,
            team: to.team.iter().map(|p| PersonId(*p)).collect(),
            capacity: "执法队员".into(),
            kind: ActKind::ClueRegistered,
            fields: step.fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
            party: step.party,
            recorded_by: who.login.clone(),
            person: who.person,
            today: who.today,
        };
        let place = Where::New { organ, unit, lead: Some(stream(ticket)) };
        let opened = self.casework.attempt(tx, &place, &proposed)?.map_err(Error::Case)?;
        // A fault from here on must undo the case as well, whatever kind it is.
        append(tx, who, ticket, Some(version), &Act::Led { case: opened.case }).map_err(Error::Fault)?;
        Ok(opened)
    }
}

/// What a transaction's closure answers: a fault undoes everything, a reason leaves what was written before it (a refusal's row).
fn split<T>(done: Result<T, Error>) -> Result<Result<T, Error>, Fault> {
    match done {
        Err(Error::Fault(fault)) => Err(fault),
        other => Ok(other),
    }
}

const NOTE_CHARS_MAX: usize = 5_000;
const ORDER_CHARS_MAX: usize = 64;
const SHORT_CHARS_MAX: usize = 200;

/// A ticket needs a text, and nothing in it may be out of bounds or come from tomorrow.
pub(crate) fn check(new: &NewTicket, today: Date) -> Result<(), Error> {
    let bad = |field: &str, text: &str| Err(Error::Bad(office::BadInput::new(field, text)));
    let texts = [
        ("诉求内容", new.content.as_str(), usize::MAX),
        ("工单编号", new.order_no.as_str(), ORDER_CHARS_MAX),
        ("地址", new.address.as_str(), SHORT_CHARS_MAX),
        ("联系人", new.caller.name.as_deref().unwrap_or_default(), SHORT_CHARS_MAX),
        ("联系电话", new.caller.phone.as_deref().unwrap_or_default(), SHORT_CHARS_MAX),
    ];
    for (field, text, most) in texts {
        if text.contains('\0') {
            return bad(field, "含有不能保存的字符，请重新录入");
        }
        if text.chars().count() > most {
            return bad(field, &format!("超过 {most} 字，请缩短"));
        }
    }
    match new {
        NewTicket { received, .. } if received.date() > today => {
            bad("收单时间", &format!("{} 晚于今天，请核对", received.date()))
        }
        NewTicket { content, .. } if content.trim().is_empty() => bad("诉求内容", "不能为空"),
        NewTicket { content, .. } if content.chars().count() > 5_000 => {
            bad("诉求内容", "超过 5000 字，请把全文作为附件")
        }
        NewTicket { source, .. } if source.trim().is_empty() => bad("来源", "不能为空"),
        _ => Ok(()),
    }
}

fn receive_one(tx: &mut Tx<'_>, who: &Who, new: &NewTicket) -> Result<i64, Fault> {
    let gazetteer = Gazetteer::read(tx)?;
    Ok(receive(tx, who, new, None, &gazetteer)?.0)
}

/// Registers a ticket inside a transaction; says whether it is new. `track` is how the source wants it handled.
pub(crate) fn receive(
    tx: &mut Tx<'_>,
    who: &Who,
    new: &NewTicket,
    track: Option<Track>,
    gazetteer: &Gazetteer,
) -> Result<(i64, bool), Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let last = tx.row("SELECT MAX(id) FROM tickets WHERE bureau = $1", &[b.into()], |row| Ok(row.opt_int(0)))?;
    let id = last.flatten().unwrap_or(0) + 1;
    let order_no =
        if new.order_no.is_empty() { format!("{}-{id:06}", new.received.date()) } else { new.order_no.clone() };
    let known = tx.row(
        "SELECT id FROM tickets WHERE bureau = $1 AND source = $2 AND order_no = $3",
        &[b.into(), (&new.source).into(), (&order_no).into()],
        |row| Ok(row.int(0)),
    )?;
    if let Some(known) = known {
        return Ok((known, false));
    }
    let text = format!("{} {}", new.address, new.content);
    let content = tx.keep(CONTENT, &new.content)?;
    let caller_name = new.caller.name.as_deref().map(|n| tx.keep(NAME, n)).transpose()?;
    let caller_phone = new.caller.phone.as_deref().map(|p| tx.keep(PHONE, p)).transpose()?;
    let received = Received {
        source: new.source.clone(),
        order_no,
        channel: new.channel,
        kind: new.kind,
        received: new.received,
        address: new.address.clone(),
        confidential: new.confidential,
        urgent: new.urgent,
        track,
        place: gazetteer.place(&text).map(|p| p.0.clone()),
        proposed_unit: gazetteer.unit(&new.address, &text),
        proposed_matter: suggest::matter(&text),
        content,
        caller_name,
        caller_phone,
    };
    let happened = Who { today: new.received.date(), ..who.clone() };
    append(tx, &happened, id, Some(0), &Act::Received(Box::new(received)))?;
    Ok((id, true))
}

/// The ticket and its version, under the head lock.
fn state(tx: &mut Tx<'_>, ticket: i64, seen: Option<i64>) -> Result<(Ticket, i64), Error> {
    let entries = tx.stream(&stream(ticket))?;
    let version = entries.last().ok_or(Error::NoTicket)?.version;
    if seen.is_some_and(|seen| seen != version) {
        return Err(Error::Conflict);
    }
    let acts: Vec<(Date, Act)> =
        entries.iter().map(|e| Ok((e.happened_at, tables::act(e)?))).collect::<Result<_, Fault>>()?;
    Ok((Ticket::of(acts.iter().map(|(day, act)| (*day, act))), version))
}

/// Does one act inside a transaction.
pub(crate) fn perform(
    tx: &mut Tx<'_>,
    who: &Who,
    ticket: i64,
    seen: Option<i64>,
    act: &Act,
    note: Option<&str>,
) -> Result<(), Error> {
    let (state, version) = state(tx, ticket, seen)?;
    decide(&state, act).map_err(Error::Refused)?;
    let note = note.map(str::trim).filter(|n| !n.is_empty());
    // Everything is checked before a text is kept: an act that keeps one must append the entry that names it.
    let bad = |text: String| Err(Error::Bad(office::BadInput::new("内容", text)));
    match (act, note) {
        (Act::Received(_) | Act::Led { .. }, _) => return bad(format!("“{}”不在这里办理", act.label())),
        (Act::Closed {} | Act::CalledBack { .. }, Some(_)) => return bad(format!("“{}”不需要填写内容", act.label())),
        (Act::Contacted { .. } | Act::Answered { .. } | Act::Returned { .. }, None) => {
            return bad("请写明联系、答复或者退单的具体内容".into());
        }
        (_, Some(note)) if note.contains('\0') => return bad("含有不能保存的字符，请重新录入".into()),
        (_, Some(note)) if note.chars().count() > NOTE_CHARS_MAX => {
            return bad(format!("超过 {NOTE_CHARS_MAX} 字，请把全文作为附件"));
        }
        _ => {}
    }
    if let Act::Assigned { unit, .. } = act
        && !office::read::units(tx)?.iter().any(|u| &u.id == unit)
    {
        return Err(Error::Bad(office::BadInput::new("承办单位", "没有这个单位，请从列表中选择")));
    }
    let kept = note.map(|n| tx.keep(NOTE, n)).transpose()?;
    let act = match act.clone() {
        Act::Assigned { unit, .. } => Act::Assigned { unit, note: kept },
        Act::Contacted { reached, .. } => Act::Contacted { reached, note: kept.unwrap_or_default() },
        Act::Answered { solved, .. } => Act::Answered { solved, note: kept.unwrap_or_default() },
        Act::Returned { reason, body, .. } => Act::Returned { reason, body, note: kept.unwrap_or_default() },
        other => other,
    };
    append(tx, who, ticket, Some(version), &act)?;
    Ok(())
}

fn append(tx: &mut Tx<'_>, who: &Who, ticket: i64, expects: Option<i64>, act: &Act) -> Result<(), Fault> {
    let body = serde_json::to_string(act).map_err(|e| Fault::Bug(e.to_string()))?;
    let stream = stream(ticket);
    tx.append(Draft {
        stream: &stream,
        expects,
        happened_at: who.today,
        actor: &who.login,
        kind: act.kind(),
        kind_version: 1,
        body,
    })?;
    Ok(())
}
