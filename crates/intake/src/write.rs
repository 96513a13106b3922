//! The write path of tickets.

use std::sync::Arc;

use casework::drive;
use casework::{Committed, Identity, Proposed, Where};
use jiff::civil::{Date, DateTime};
use law::acts::{Kind as ActKind, PersonId};
use law::case::{Entry as EntryOf, Subject};
use ledger::{Draft, Fault, Tx};

use crate::act::{Act, CODE, CONTENT, NAME, NOTE, PHONE, Received};
use crate::decide::{Refused, decide};
use crate::mind::Prepared;
use crate::ticket::Ticket;
use crate::words::{Channel, Kind, Track};
use crate::{Intake, follow, repeats, stream, tables};

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
        Ok(self.receive_with(who, new, Vec::new()).await?.0)
    }

    /// [`Intake::receive`] and, in the same transaction, what the desk settled and did at once: each act with its note. Acts are done only with a
    /// ticket that is new; says whether it was.
    ///
    /// # Errors
    /// A field is missing, an act is refused (nothing was recorded then), or the ledger fails.
    pub async fn receive_with(
        &self,
        who: Who,
        new: NewTicket,
        acts: Vec<(Act, Option<String>)>,
    ) -> Result<(i64, bool), Error> {
        check(&new, who.today)?;
        let minds = self.minds.clone();
        let work = self
            .ledger
            .read(move |tx| {
                let prepared = minds.of(tx)?.prepare(&new);
                Ok(Arc::new((who, new, prepared, acts)))
            })
            .await?;
        let done = self.ledger.act(move |tx| receive_and(tx, &work.0, &work.1, &work.2, &work.3)).await;
        match done {
            Err(Fault::Refused(reason)) => Err(refused(Fault::Refused(reason))),
            other => Ok(other?),
        }
    }

    /// [`Intake::receive`] for the command line and for filling a demonstration.
    ///
    /// # Errors
    /// As [`Intake::receive`].
    pub fn receive_blocking(&self, who: Who, new: NewTicket) -> Result<i64, Error> {
        check(&new, who.today)?;
        let minds = self.minds.clone();
        let work = self.ledger.read_blocking(move |tx| {
            let prepared = minds.of(tx)?.prepare(&new);
            Ok(Arc::new((who, new, prepared)))
        })?;
        Ok(self.ledger.act_blocking(move |tx| Ok(receive(tx, &work.0, &work.1, None, &work.2)?.0))?)
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

    /// Several acts in one transaction, in their order: all or none.
    ///
    /// # Errors
    /// As [`Intake::perform`], of the first that is refused.
    pub async fn perform_all(
        &self,
        who: Who,
        ticket: i64,
        seen: Option<i64>,
        acts: Vec<(Act, Option<String>)>,
    ) -> Result<(), Error> {
        let work = Arc::new((who, acts));
        let done = self.ledger.act(move |tx| {
            for (n, (act, note)) in work.1.iter().enumerate() {
                let seen = if n == 0 { seen } else { None };
                perform(tx, &work.0, ticket, seen, act, note.as_deref()).map_err(refuse)?;
            }
            Ok(())
        });
        done.await.map_err(refused)
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
        let prepared = self.minds.of(tx)?.prepare(new);
        Ok(Ok(receive(tx, who, new, None, &prepared)?.0))
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

/// A reason as a fault, so that what was written before it in the transaction is undone.
fn refuse(error: Error) -> Fault {
    match error {
        Error::Fault(fault) => fault,
        other => Fault::refused(other),
    }
}

/// The reason of such a fault.
fn refused(fault: Fault) -> Error {
    match fault {
        Fault::Refused(reason) => match reason.downcast::<Error>() {
            Ok(error) => *error,
            Err(_) => Error::Fault(Fault::Bug("a refusal of another kind".into())),
        },
        other => other.into(),
    }
}

fn receive_and(
    tx: &mut Tx<'_>,
    who: &Who,
    new: &NewTicket,
    prepared: &Prepared,
    acts: &[(Act, Option<String>)],
) -> Result<(i64, bool), Fault> {
    let (id, fresh) = receive(tx, who, new, None, prepared)?;
    if fresh {
        for (act, note) in acts {
            perform(tx, who, id, None, act, note.as_deref()).map_err(refuse)?;
        }
    }
    Ok((id, fresh))
}

/// Registers a ticket inside a transaction; says whether it is new. `track` is how the source wants it handled.
pub(crate) fn receive(
    tx: &mut Tx<'_>,
    who: &Who,
    new: &NewTicket,
    track: Option<Track>,
    prepared: &Prepared,
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
        place: prepared.read.spot.as_ref().and_then(|s| s.place.clone()),
        read: Some(Box::new(prepared.read.clone())),
        code: Some(tx.keep(CODE, &code()?)?),
        proposed_unit: prepared.unit.clone(),
        proposed_matter: prepared.matter.clone(),
        content,
        caller_name,
        caller_phone,
    };
    let happened = Who { today: new.received.date(), ..who.clone() };
    append(tx, &happened, id, Some(0), &Act::Received(Box::new(received)))?;
    repeats::keep(tx, id, &prepared.trace, true)?;
    Ok((id, true))
}

/// A code of ten signs without those that are mistaken for one another: 48 bits, not to be guessed one by one.
fn code() -> Result<String, Fault> {
    const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut random = [0_u8; 10];
    getrandom::fill(&mut random).map_err(|e| Fault::Bug(format!("no randomness: {e}")))?;
    Ok(random.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect())
}

/// The ticket and its version, under the head lock.
pub(crate) fn state(tx: &mut Tx<'_>, ticket: i64, seen: Option<i64>) -> Result<(Ticket, i64), Error> {
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
        (_, Some(_)) if !act.takes_note() => return bad(format!("“{}”不需要填写内容", act.label())),
        (_, None) if act.needs_note() => return bad(format!("请写明“{}”的具体内容", act.label())),
        (_, Some(note)) if note.contains('\0') => return bad("含有不能保存的字符，请重新录入".into()),
        (_, Some(note)) if note.chars().count() > NOTE_CHARS_MAX => {
            return bad(format!("超过 {NOTE_CHARS_MAX} 字，请把全文作为附件"));
        }
        _ => {}
    }
    let act = &settle(tx, who, ticket, act)?;
    let kept = note.map(|n| tx.keep(NOTE, n)).transpose()?;
    append(tx, who, ticket, Some(version), &act.clone().with_note(kept))?;
    follow::after(tx, who, ticket, act, note)
}

/// What an act names must be there.
fn settle(tx: &mut Tx<'_>, who: &Who, ticket: i64, act: &Act) -> Result<Act, Error> {
    let bad = |field: &str, text: String| Err(Error::Bad(office::BadInput::new(field, text)));
    let mut settled = act.clone();
    match act {
        Act::Assigned { unit, with, .. } => {
            let units = office::read::units(tx)?;
            let known = |id: &String| units.iter().any(|u| &u.id == id);
            if !known(unit) || !with.iter().all(known) {
                return bad("承办单位", "没有这个单位，请从列表中选择".into());
            }
            if with.contains(unit) {
                return bad("协办单位", "承办单位不能同时是协办单位".into());
            }
        }
        Act::Classified { matters, body, .. } => {
            let corpus = law::corpus::Corpus::builtin();
            if let Some(code) = matters.iter().find(|code| corpus.matter(code).is_none()) {
                return bad("事项", format!("事项目录里没有“{code}”"));
            }
            if let Some(body) = body.as_deref().filter(|b| !understanding::BODIES.contains(b)) {
                return bad("其他部门", format!("没有“{body}”，请从列表中选择"));
            }
            if let Act::Classified { spot: Some(spot), .. } = &mut settled
                && let Some(id) = spot.place.clone()
            {
                let Some(place) = office::places::one(tx, &id)? else {
                    return bad("地点", "地名库里没有这个地点，请重新选择".into());
                };
                if spot.name.is_empty() {
                    spot.name = place.name;
                }
                spot.town = place.town;
                spot.at = place.at;
            }
        }
        Act::Joined { to, .. } | Act::Linked { to } => {
            if *to == ticket {
                return bad("另一件诉求", "不能与自己合并或者关联".into());
            }
            let (other, _) = state(tx, *to, None).map_err(|e| match e {
                Error::NoTicket => Error::Bad(office::BadInput::new("另一件诉求", format!("没有第 {to} 件诉求"))),
                other => other,
            })?;
            if matches!(act, Act::Joined { .. }) {
                if other.joined.is_some() {
                    return bad("另一件诉求", format!("第 {to} 件自己也并入了别的诉求，请并入那一件"));
                }
                if other.is_over() || other.answered.is_some() {
                    return bad("另一件诉求", format!("第 {to} 件已经答复或者办结，请关联而不是并入"));
                }
                let bureau = tx.bureau().to_owned();
                let followed = tx.row(
                    "SELECT followers FROM tickets WHERE bureau = $1 AND id = $2",
                    &[bureau.as_str().into(), ticket.into()],
                    |row| Ok(row.int(0)),
                )?;
                if followed.unwrap_or(0) > 0 {
                    return bad("另一件诉求", "本件后面还有并入的诉求，请先撤销它们的并入".into());
                }
                if let Act::Joined { unit, .. } = &mut settled {
                    unit.clone_from(&other.unit);
                }
            }
        }
        Act::Inspected { files, .. } => {
            if files.len() > 30 {
                return bad("现场照片", "一次最多 30 张，请分几次登记".into());
            }
            if let Some(id) = office::files::not_sent(tx, files, who.person)?.first() {
                let id: String = id.chars().take(12).collect();
                return bad("现场照片", format!("这个文件（{id}）不是您上传的，请重新选择照片"));
            }
        }
        Act::FollowUpSet { on } if *on <= who.today => return bad("回头看日期", "应当晚于今天".into()),
        _ => {}
    }
    Ok(settled)
}

pub(crate) fn append(tx: &mut Tx<'_>, who: &Who, ticket: i64, expects: Option<i64>, act: &Act) -> Result<(), Fault> {
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
