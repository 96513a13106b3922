//! The one write path: whatever an official does in a case goes through [`Casework::perform`].
//!
//! Inside one transaction: the case is read and folded, the standing order and the neighbours are read, the rulebook judges,
//! numbers are allocated, texts are kept, the act is appended, the tables follow. A refusal leaves nothing but its row.

use std::collections::BTreeMap;
use std::sync::Arc;

use law::Day;
use law::acts::OrganId;
use law::acts::{Act, Draft, Entries, FieldError, FieldSpec, FieldType, Kind, NoNames, PersonId};
use law::case::{Allocated, Entry as EntryOf, Recorded, Subject};
use law::judge::{Judgement, Mark, Neighbours, Now, Proposal, Refusal, judge, looks_elsewhere};
use ledger::{Fault, Tx};
use office::Role;
use office::orders::{Chain, Orders};

use crate::approval::signs;
use crate::body::{self, Body, Log, Origin};
use crate::party::Identity;
use crate::{Casework, Order, issue, stream, tables};

/// Where an act belongs.
#[derive(Debug, Clone)]
pub enum Where {
    /// It opens a case.
    New {
        /// The organ that signs.
        organ: String,
        /// The unit that handles it.
        unit: String,
        /// The ticket it came from, `ticket/12`.
        lead: Option<String>,
    },
    /// It belongs to a case; `seen` is the version of the page it was typed on.
    Case {
        /// The case.
        id: i64,
        /// Version seen, none where any will do.
        seen: Option<i64>,
    },
}

/// An act as it is proposed, fields as text.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// What it is addressed to.
    pub subject: Subject,
    /// Live, or reported with its source.
    pub entry: EntryOf,
    /// The civil day it happened or happens.
    pub at: Day,
    /// The time of day, where an hour matters.
    pub time: Option<jiff::civil::Time>,
    /// The officers who perform it.
    pub team: Vec<PersonId>,
    /// In which capacity.
    pub capacity: String,
    /// Which act.
    pub kind: Kind,
    /// Its fields by key.
    pub fields: BTreeMap<String, String>,
    /// Who the party is, for acts that bring one in.
    pub party: Option<Identity>,
    /// Who enters it.
    pub recorded_by: String,
    /// Their number and unit, for the record of refusals.
    pub person: u32,
    /// Today, by the bureau's clock.
    pub today: Day,
}

/// What was recorded.
#[derive(Debug, Clone)]
pub struct Committed {
    /// The case.
    pub case: i64,
    /// The act's number in it.
    pub act: u32,
    /// Its position in the journal.
    pub position: i64,
    /// Version of the case now.
    pub version: i64,
    /// Number of the document it issued.
    pub number: Option<String>,
    /// Code of the document it issued.
    pub document: Option<String>,
    /// What is marked about it.
    pub marks: Vec<Mark>,
}

/// Why an act was not recorded.
#[derive(Debug)]
pub enum Error {
    /// The rulebook refuses it; the refusal is kept.
    Refused(Refusal),
    /// Fields are still open.
    Incomplete(Vec<&'static FieldSpec>),
    /// A field cannot be read, or names something that does not exist.
    Bad(Vec<FieldError>),
    /// Somebody acted since the page was drawn; the case's version now.
    Conflict(i64),
    /// There is no such case.
    NoCase,
    /// The organ has such acts signed first by these roles, in this order; they cannot be performed around it.
    Chained(Vec<Role>),
    /// This person may not do this; the sentence says why.
    NotAllowed(String),
    /// The same act of the case is being approved already, under this number.
    Open(i64),
    /// There is no such approval.
    NoApproval,
    /// The approval is over: performed, returned or withdrawn.
    Ended,
    /// The ledger.
    Fault(Fault),
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Conflict { version, .. } => Error::Conflict(version),
            other => Error::Fault(other),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Refused(refusal) => {
                let why: Vec<String> = refusal.unmet.iter().map(|u| format!("{}（{}）", u.why, u.article)).collect();
                write!(f, "不能办理：{}", why.join("；"))
            }
            Error::Incomplete(fields) => {
                write!(f, "还缺：{}", fields.iter().map(|f| f.label).collect::<Vec<_>>().join("、"))
            }
            Error::Bad(errors) => {
                write!(f, "{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("；"))
            }
            Error::Conflict(_) => f.write_str("打开本页以后已有他人办理，请刷新后核对再办"),
            Error::NoCase => f.write_str("没有这个案件"),
            Error::Chained(roles) => {
                let roles: Vec<&str> = roles.iter().map(|r| r.label()).collect();
                write!(f, "本机关规定此事须经{}审批，请提交审批", roles.join("、"))
            }
            Error::NotAllowed(why) => f.write_str(why),
            Error::Open(no) => write!(f, "此事已经提交审批（第{no}号），审批结束以前不能再次提交"),
            Error::NoApproval => f.write_str("没有这项审批"),
            Error::Ended => f.write_str("这项审批已经结束"),
            Error::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

/// On which way an act comes to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Performed at once by whoever is signed in.
    Direct,
    /// Submitted for approval: judged as of today with the signing head left open.
    Submitted,
    /// Looked at by somebody who need not be able to perform it.
    Looked,
    /// Performed by the last signature of this approval.
    Approved(i64),
}

/// An act judged, nothing recorded yet.
pub(crate) struct Weighed {
    pub(crate) file: File,
    pub(crate) order: Order,
    pub(crate) judgement: Judgement,
    identity: Option<(u8, Identity)>,
    neighbours: Neighbours,
}

/// What the rulebook says of an act, with what it was told.
pub(crate) struct Judged {
    pub(crate) judgement: Judgement,
    /// The party the act brings in, by number.
    pub(crate) identity: Option<(u8, Identity)>,
    pub(crate) neighbours: Neighbours,
}

/// The files an act names, by field. A field that cannot be read names none: it is complained about where the draft is filled.
fn files_named(proposed: &Proposed) -> Vec<(&'static str, Vec<String>)> {
    let fields = proposed.kind.fields().iter().filter(|f| f.ty == FieldType::Blobs);
    fields
        .filter_map(|field| {
            let mut draft = Draft::empty(proposed.kind);
            draft.set(field.key, proposed.fields.get(field.key)?, &NoNames).ok()?;
            let ids = draft.get_text(field.key).unwrap_or_default();
            Some((field.key, ids.split('、').filter(|id| !id.is_empty()).map(str::to_owned).collect()))
        })
        .collect()
}

/// A person names in an act only files they sent, or that an act of the same case names already: knowing a digest opens no file of
/// somebody else's case. What the program itself enters comes in by the blocking ways, which are no person's.
pub(crate) fn own_files(tx: &mut Tx<'_>, place: &Where, proposed: &Proposed) -> Result<Option<Error>, Fault> {
    for (field, ids) in files_named(proposed) {
        let mut others = office::files::not_sent(tx, &ids, proposed.person)?;
        if let (Where::Case { id, .. }, false) = (place, others.is_empty()) {
            let log: Arc<Log> = tx.fold(&stream(*id))?;
            let named = |id: &String| log.case.log().iter().any(|act| act.act.blobs().iter().any(|blob| blob.0 == *id));
            others.retain(|id| !named(id));
        }
        if let Some(id) = others.first() {
            let id: String = id.chars().take(12).collect();
            let text = format!("这个文件（{id}）不是您上传的，也不在本案里，请从原处下载后重新上传");
            return Ok(Some(Error::Bad(vec![FieldError { field: field.into(), text }])));
        }
    }
    Ok(None)
}

/// What the closure answers: the act committed, or a reason that is no fault of the ledger.
type Outcome = Result<Committed, Error>;

impl Casework {
    /// Judges and records one act.
    ///
    /// # Errors
    /// See [`Error`]; whatever it is, nothing was recorded, except a refusal's own row.
    pub async fn perform(&self, place: Where, proposed: Proposed) -> Result<Committed, Error> {
        self.check_files(&proposed)?;
        let own = self.clone();
        let work = Arc::new((place, proposed));
        self.ledger
            .act(move |tx| match own_files(tx, &work.0, &work.1)? {
                Some(not_own) => Ok(Err(not_own)),
                None => own.attempt(tx, &work.0, &work.1),
            })
            .await?
    }

    /// The same for the command line and for filling a demonstration.
    ///
    /// # Errors
    /// As [`Casework::perform`].
    pub fn perform_blocking(&self, place: Where, proposed: Proposed) -> Result<Committed, Error> {
        self.check_files(&proposed)?;
        let own = self.clone();
        let work = Arc::new((place, proposed));
        self.ledger.act_blocking(move |tx| own.attempt(tx, &work.0, &work.1))?
    }

    /// The same inside a transaction that does more, such as leading a ticket to a case.
    ///
    /// # Errors
    /// The ledger's faults; a refusal is the inner result.
    pub fn attempt(&self, tx: &mut Tx<'_>, place: &Where, proposed: &Proposed) -> Result<Outcome, Fault> {
        let done = self.try_attempt(tx, place, proposed, Way::Direct);
        keep_refusal(tx, place, proposed, done)
    }

    /// A blob is stored before the act that names it.
    pub(crate) fn check_files(&self, proposed: &Proposed) -> Result<(), Error> {
        for (field, ids) in files_named(proposed) {
            for id in &ids {
                if !self.evidence.has(id) {
                    let text = format!("没有这个文件（{}），请重新上传", id.chars().take(12).collect::<String>());
                    return Err(Error::Bad(vec![FieldError { field: field.into(), text }]));
                }
            }
        }
        Ok(())
    }

    /// Judges an act and records it, whatever the way.
    pub(crate) fn try_attempt(
        &self,
        tx: &mut Tx<'_>,
        place: &Where,
        proposed: &Proposed,
        way: Way,
    ) -> Result<Committed, Error> {
        let Weighed { file, order, judgement, identity, neighbours } = self.weigh(tx, place, proposed, way)?;
        let (act, marks) = match judgement {
            Judgement::Allowed { act, marks } => (act, marks),
            Judgement::Refused(refusal) => return Err(Error::Refused(refusal)),
            Judgement::Incomplete(fields) => return Err(Error::Incomplete(fields)),
            Judgement::Bad(error) => return Err(Error::Bad(vec![error])),
        };
        let approval = if let Way::Approved(no) = way { Some(no) } else { None };
        self.record(tx, file, &order, proposed, act, marks, identity, neighbours, approval, None)
    }

    /// Judges an act as things stand in this transaction; writes nothing.
    pub(crate) fn weigh(
        &self,
        tx: &mut Tx<'_>,
        place: &Where,
        proposed: &Proposed,
        way: Way,
    ) -> Result<Weighed, Error> {
        let file = File::open(tx, place)?;
        let order = self.order(tx, &file.organ)?;
        permitted(&order.orders, place, proposed, way)?;
        let Judged { judgement, identity, neighbours } = self.judged(tx, &file, &order, proposed)?;
        Ok(Weighed { file, order, judgement, identity, neighbours })
    }

    /// Judges an act in a case as it is given, which need not be the one in the journal; writes nothing and asks nobody's role.
    pub(crate) fn judged(
        &self,
        tx: &mut Tx<'_>,
        file: &File,
        order: &Order,
        proposed: &Proposed,
    ) -> Result<Judged, Error> {
        let Drafted { mut draft, identity, neighbours } = self.draft(tx, file, proposed)?;
        // What the last signature will fill is not yet empty: it is open.
        if proposed.chain(&order.orders).is_some() {
            let fields = proposed.kind.fields().iter().map(|f| f.key);
            fields.filter(|key| signs(key) && !proposed.fields.contains_key(*key)).for_each(|key| draft.open(key));
        }
        let proposal = Proposal {
            subject: proposed.subject,
            entry: proposed.entry.clone(),
            at: proposed.at,
            time: proposed.time,
            team: proposed.team.clone(),
            draft,
        };
        let now = Now {
            today: proposed.today,
            corpus: self.corpus,
            calendar: self.corpus.calendar(),
            office: &order.office,
            neighbours: neighbours.clone(),
            verified: &order.verified,
        };
        let judgement = judge(&file.log.case, &proposal, &now);
        Ok(Judged { judgement, identity, neighbours })
    }

    /// Fills a draft from the typed fields; the party's key and neighbours come from the tables.
    fn draft(&self, tx: &mut Tx<'_>, file: &File, proposed: &Proposed) -> Result<Drafted, Error> {
        let mut draft = Draft::empty(proposed.kind);
        let mut bad = Vec::new();
        let typed = |key: &str| proposed.kind.field(key).is_none_or(|f| f.ty != FieldType::PartyKey);
        for (key, text) in proposed.fields.iter().filter(|(key, _)| typed(key)) {
            if let Err(error) = draft.set(key, text, &NoNames) {
                bad.push(error);
            }
        }
        let mut identity = None;
        let key_field = proposed.kind.fields().iter().find(|f| f.ty == FieldType::PartyKey);
        if let (Some(field), Some(party)) = (key_field, &proposed.party) {
            if party.name.trim().is_empty() {
                bad.push(FieldError { field: "party_name".into(), text: "当事人名称不能为空".into() });
            }
            let no = match proposed.subject {
                Subject::Party(no) => no.0,
                _ => file.log.case.next_party().0,
            };
            let key = party.key(tx, file.id, no)?;
            // A known party is not brought in a second time by another on-spot penalty.
            let no = file.log.case.parties().find(|p| p.key == key).map_or(no, |p| p.no.0);
            if let Err(error) = draft.set(field.key, &key, &NoNames) {
                bad.push(error);
            }
            identity = Some((no, party.clone()));
        }
        if proposed.party.is_none() && draft.get_text("party_kind").is_some_and(|k| !k.is_empty()) {
            bad.push(FieldError {
                field: "party_name".into(),
                text: "写明了当事人是个人还是单位的，还要填写姓名或者名称".into(),
            });
        }
        if proposed.at > proposed.today {
            bad.push(FieldError { field: "at".into(), text: "发生日期不能晚于今天".into() });
        }
        bad.extend(unsigned(&draft, proposed));
        if !bad.is_empty() {
            return Err(Error::Bad(bad));
        }
        let key = identity.as_ref().and(key_field).and_then(|f| draft.get_text(f.key));
        let neighbours = if looks_elsewhere(proposed.kind) {
            tables::neighbours(tx, file.id, &file.log.case, key.as_deref(), &draft)?
        } else {
            Neighbours::default()
        };
        Ok(Drafted { draft, identity, neighbours })
    }

    /// The act as it would be recorded, with the document it would issue; writes nothing.
    #[expect(clippy::too_many_arguments, reason = "the parts of one act, together only here")]
    pub(crate) fn settled(
        &self,
        tx: &mut Tx<'_>,
        file: &File,
        order: &Order,
        proposed: &Proposed,
        act: Act,
        marks: Vec<Mark>,
        identity: Option<&(u8, Identity)>,
        neighbours: Neighbours,
        approval: Option<i64>,
    ) -> Result<(Recorded, Option<(issue::Issued, String)>), Error> {
        let mut recorded = Recorded {
            no: file.log.case.next_no(),
            subject: proposed.subject,
            entry: proposed.entry.clone(),
            happened: proposed.at,
            time: proposed.time,
            team: proposed.team.clone(),
            capacity: proposed.capacity.clone(),
            organ: OrganId(file.organ.clone()),
            act,
            marks,
            neighbours,
            corpus: self.corpus.digest().to_owned(),
            rulebook: law::rules::RULEBOOK,
            allocated: Allocated::default(),
            recorded_by: proposed.recorded_by.clone(),
        };
        let settled = issue::settle(self, tx, file, order, &mut recorded, identity, approval)?;
        Ok((recorded, settled))
    }

    /// Could the document of this act be made, where the act is allowed as it stands? Writes nothing; an act that is not allowed has
    /// been judged elsewhere.
    pub(crate) fn rehearse(&self, tx: &mut Tx<'_>, place: &Where, proposed: &Proposed) -> Result<(), Error> {
        let Weighed { file, order, judgement, identity, neighbours } = self.weigh(tx, place, proposed, Way::Looked)?;
        if let Judgement::Allowed { act, marks } = judgement {
            self.settled(tx, &file, &order, proposed, act, marks, identity.as_ref(), neighbours, None)?;
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one act, together only here")]
    pub(crate) fn record(
        &self,
        tx: &mut Tx<'_>,
        file: File,
        order: &Order,
        proposed: &Proposed,
        act: Act,
        marks: Vec<Mark>,
        identity: Option<(u8, Identity)>,
        neighbours: Neighbours,
        approval: Option<i64>,
        origin: Option<(Origin, Option<String>)>,
    ) -> Result<Committed, Error> {
        let kind = act.kind();
        let (mut recorded, settled) =
            self.settled(tx, &file, order, proposed, act, marks.clone(), identity.as_ref(), neighbours, approval)?;
        let (issued, input) = settled.map_or((None, None), |s| (Some(s.0), Some(s.1)));
        let (origin, elsewhere) = origin.unzip();
        // A paper issued elsewhere keeps the number it has there.
        recorded.allocated.number = recorded.allocated.number.or(elsewhere.flatten());
        let parties: BTreeMap<u8, Identity> = identity.into_iter().collect();
        let number = recorded.allocated.number.clone();
        let document = recorded.allocated.document.clone();
        let no = recorded.no.0;
        let body = Body {
            case: file.id,
            unit: file.unit,
            lead: file.lead,
            recorded,
            parties: BTreeMap::new(),
            issued,
            approval,
            origin,
        };
        let body = body::seal(tx, &body, &parties, input.as_deref())?;
        // Let go, so that the projection folds on without a copy.
        drop(file.log);
        let entry = tx.append(ledger::Draft {
            stream: &stream(file.id),
            expects: Some(file.version),
            happened_at: proposed.at,
            actor: &proposed.recorded_by,
            kind: &format!("case.{}", kind.code()),
            kind_version: 1,
            body,
        })?;
        Ok(Committed {
            case: file.id,
            act: no,
            position: entry.position,
            version: entry.version,
            number,
            document,
            marks,
        })
    }
}

/// Answers an outcome; a refusal first leaves its row.
pub(crate) fn keep_refusal<T>(
    tx: &mut Tx<'_>,
    place: &Where,
    proposed: &Proposed,
    done: Result<T, Error>,
) -> Result<Result<T, Error>, Fault> {
    match done {
        Err(Error::Fault(fault)) => Err(fault),
        Err(Error::Refused(refusal)) => {
            tables::refusals::keep(tx, place, proposed, &refusal)?;
            Ok(Err(Error::Refused(refusal)))
        }
        other => Ok(other),
    }
}

/// May this person perform such acts at all, and is there an approval in the way? An act that opens a case is performed on the
/// spot by those who stand there: it has no chain.
fn permitted(orders: &Orders, place: &Where, proposed: &Proposed, way: Way) -> Result<(), Error> {
    if matches!(way, Way::Looked | Way::Approved(_)) {
        return Ok(());
    }
    let roles = orders.roles(proposed.person, proposed.today);
    if !roles.iter().any(|role| role.performs(proposed.kind)) {
        let held: Vec<&str> = roles.iter().map(|r| r.label()).collect();
        let held = if held.is_empty() { "没有角色".into() } else { format!("的角色是{}", held.join("、")) };
        return Err(Error::NotAllowed(format!("您{held}，不能办理“{}”", proposed.kind.label())));
    }
    // What is always reported stands in nobody's name; of the rest, papers made elsewhere are for the legal officers.
    let entered = proposed.entry != EntryOf::Live && proposed.kind.entries() == Entries::Both;
    if entered && !roles.iter().any(|role| role.enters(proposed.kind)) {
        return Err(Error::NotAllowed(format!("已经发生的“{}”由法制员或者法制审核人员补录", proposed.kind.label())));
    }
    match proposed.chain(orders) {
        Some(chain) if way == Way::Direct && matches!(place, Where::Case { .. }) => {
            Err(Error::Chained(chain.roles.clone()))
        }
        _ => Ok(()),
    }
}

impl Proposed {
    /// The chain it has to pass in its organ: none for what already happened, and none for what may go ahead of any approval.
    pub fn chain<'a>(&self, orders: &'a Orders) -> Option<&'a Chain> {
        let ahead = self.kind.goes_ahead(|key| self.fields.get(key).cloned());
        orders.chain(self.kind).filter(|_| self.entry == EntryOf::Live && !ahead)
    }
}

/// Who a live act names as the one who signs must be the one who does: nobody decides, reviews or approves in another's name.
fn unsigned(draft: &Draft, proposed: &Proposed) -> Option<FieldError> {
    if proposed.entry != EntryOf::Live {
        return None;
    }
    let field = proposed.kind.fields().iter().find(|f| matches!(f.key, "head" | "heads" | "approvers" | "reviewer"))?;
    let named = draft.get_text(field.key).filter(|t| !t.is_empty())?;
    let own = proposed.person.to_string();
    if named.split('、').any(|one| one == own) {
        return None;
    }
    let text = format!("“{}”应当是本人：请由写明的人登录后办理", field.label);
    Some(FieldError { field: field.key.into(), text })
}

/// A draft with what stands beside it.
struct Drafted {
    draft: Draft,
    /// The party it brings in, by number.
    identity: Option<(u8, Identity)>,
    neighbours: Neighbours,
}

/// The case an act goes into, as it stands under the head lock.
pub(crate) struct File {
    pub(crate) id: i64,
    pub(crate) version: i64,
    pub(crate) organ: String,
    pub(crate) unit: String,
    pub(crate) lead: Option<String>,
    pub(crate) log: Arc<Log>,
}

impl File {
    pub(crate) fn open(tx: &mut Tx<'_>, place: &Where) -> Result<File, Error> {
        match place {
            Where::New { organ, unit, lead } => {
                let bureau = tx.bureau().to_owned();
                let last = tx.row("SELECT MAX(id) FROM cases WHERE bureau = $1", &[bureau.as_str().into()], |row| {
                    Ok(row.opt_int(0))
                })?;
                Ok(File {
                    id: last.flatten().unwrap_or(0) + 1,
                    version: 0,
                    organ: organ.clone(),
                    unit: unit.clone(),
                    lead: lead.clone(),
                    log: Arc::default(),
                })
            }
            Where::Case { id, seen } => {
                let log: Arc<Log> = tx.fold(&stream(*id))?;
                let Some(first) = log.case.log().first() else { return Err(Error::NoCase) };
                let version = log.version();
                if seen.is_some_and(|seen| seen != version) {
                    return Err(Error::Conflict(version));
                }
                let (organ, unit) = (first.organ.0.clone(), log.unit.clone());
                Ok(File { id: *id, version, organ, unit, lead: None, log })
            }
        }
    }
}

/// Does this act bring a new party into the case? Numbers are given in the order in which acts bring parties.
pub(crate) fn brings_party(act: &Act) -> bool {
    match act {
        Act::ClueRegistered(act) => act.party_kind.is_some(),
        Act::PartyJoined(_) | Act::OnSpotPenalty(_) => true,
        _ => false,
    }
}
