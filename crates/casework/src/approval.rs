//! Approval: where an organ has acts signed before they are performed, an act is submitted, signed step by step by those whose
//! turn it is, and performed by the last signature; or returned with a reason; or withdrawn by who submitted it.
//!
//! Everything is an entry of the stream `approval/N`. The act is judged when it is submitted and again when it is performed; the
//! last signature and the act are one transaction, so neither is ever there without the other.

mod body;
mod table;

use std::collections::BTreeSet;
use std::sync::Arc;

use law::Day;
use law::case::Entry as EntryOf;
use law::judge::Judgement;
use ledger::{Draft, Entry, Fault, Tx};
use office::Role;
use office::orders::{Holding, Orders};

use crate::Casework;
use crate::party::Identity;
use crate::perform::{Committed, Error, Proposed, Way, Where, keep_refusal, own_files};

pub use body::{Party, Returned, Signed, Submitted, Withdrawn};
pub(crate) use table::{TABLES, project};

/// What the kinds of an approval's entries begin with.
pub(crate) const KINDS: &str = "approval.";

/// Fields that the last signature fills.
const SIGNED: [&str; 2] = ["head", "approvers"];

/// Characters of a reason at most.
const REASON_CHARS_MAX: usize = 2_000;

/// Who signs, returns or withdraws.
#[derive(Debug, Clone)]
pub struct By {
    /// Sign-in name, the actor of the entry.
    pub login: String,
    /// Number of the person.
    pub person: u32,
    /// Today, by the bureau's clock.
    pub today: Day,
}

/// What became of a signature.
#[derive(Debug, Clone)]
pub enum Step {
    /// It was recorded; this role is next.
    Next(Role),
    /// It was the last: the act is performed.
    Performed(Committed),
}

/// Is this field filled by the last signature, where an act is approved?
pub fn signs(key: &str) -> bool {
    SIGNED.contains(&key)
}

/// The name of an approval's stream.
pub fn stream(approval: i64) -> String {
    format!("approval/{approval}")
}

impl Casework {
    /// Submits an act of a case for approval and returns the approval's number. The act is judged as of today with the signing
    /// head left open.
    ///
    /// # Errors
    /// See [`Error`]; nothing was submitted, a refusal left its row.
    pub async fn submit(&self, case: i64, seen: Option<i64>, proposed: Proposed) -> Result<i64, Error> {
        self.check_files(&proposed)?;
        let (own, place) = (self.clone(), Where::Case { id: case, seen });
        let proposed = Arc::new(proposed);
        self.ledger
            .act(move |tx| match own_files(tx, &place, &proposed)? {
                Some(not_own) => Ok(Err(not_own)),
                None => own.submit_in(tx, &place, &proposed),
            })
            .await?
    }

    /// The same for filling a demonstration and for tests.
    ///
    /// # Errors
    /// As [`Casework::submit`].
    pub fn submit_blocking(&self, case: i64, seen: Option<i64>, proposed: Proposed) -> Result<i64, Error> {
        self.check_files(&proposed)?;
        let (own, place) = (self.clone(), Where::Case { id: case, seen });
        let proposed = Arc::new(proposed);
        self.ledger.act_blocking(move |tx| own.submit_in(tx, &place, &proposed))?
    }

    /// Signs the step whose turn it is; the last signature performs the act. `seen` is the approval's version on the page.
    ///
    /// # Errors
    /// See [`Error`]; nothing was signed, a refusal left its row.
    pub async fn sign(&self, by: By, approval: i64, seen: Option<i64>) -> Result<Step, Error> {
        let own = self.clone();
        self.ledger.act(move |tx| own.sign_in(tx, &by, approval, seen)).await?
    }

    /// The same for filling a demonstration and for tests.
    ///
    /// # Errors
    /// As [`Casework::sign`].
    pub fn sign_blocking(&self, by: By, approval: i64, seen: Option<i64>) -> Result<Step, Error> {
        let own = self.clone();
        self.ledger.act_blocking(move |tx| own.sign_in(tx, &by, approval, seen))?
    }

    /// Returns an approval to who submitted it, with the reason; only whose turn it is may.
    ///
    /// # Errors
    /// See [`Error`]; nothing was recorded.
    pub async fn send_back(&self, by: By, approval: i64, seen: Option<i64>, reason: String) -> Result<(), Error> {
        let own = self.clone();
        self.ledger.act(move |tx| split(own.try_send_back(tx, &by, approval, seen, &reason))).await?
    }

    /// Withdraws an approval; only who submitted it may, while it is open.
    ///
    /// # Errors
    /// See [`Error`]; nothing was recorded.
    pub async fn withdraw(&self, by: By, approval: i64, seen: Option<i64>) -> Result<(), Error> {
        let own = self.clone();
        self.ledger.act(move |tx| split(own.try_withdraw(tx, &by, approval, seen))).await?
    }

    /// [`Casework::submit`] inside a transaction that does more; the files that the act names are not looked for.
    ///
    /// # Errors
    /// The ledger's faults; a reason is the inner result.
    pub fn submit_in(&self, tx: &mut Tx<'_>, place: &Where, proposed: &Proposed) -> Result<Result<i64, Error>, Fault> {
        let proposed = unsigned(proposed.clone());
        let done = self.try_submit(tx, place, &proposed);
        keep_refusal(tx, place, &proposed, done)
    }

    fn try_submit(&self, tx: &mut Tx<'_>, place: &Where, proposed: &Proposed) -> Result<i64, Error> {
        let kind = proposed.kind;
        if proposed.entry != EntryOf::Live {
            return Err(Error::NotAllowed("已经发生的事直接补录，不经审批".into()));
        }
        let weighed = self.weigh(tx, place, proposed, Way::Submitted)?;
        let (file, orders) = (&weighed.file, &weighed.order.orders);
        let Some(chain) = proposed.chain(orders) else {
            return Err(Error::NotAllowed("本机关没有规定此事须经审批，请直接办理".into()));
        };
        let subject = serde_json::to_string(&proposed.subject).map_err(|e| Fault::Bug(e.to_string()))?;
        let bureau = tx.bureau().to_owned();
        let b = bureau.as_str();
        let open = tx.row(
            "SELECT id FROM approvals WHERE bureau = $1 AND case_id = $2 AND state = 'open' AND kind = $3 AND subject = $4 ORDER BY id LIMIT 1",
            &[b.into(), file.id.into(), kind.code().into(), (&subject).into()],
            |row| Ok(row.int(0)),
        )?;
        if let Some(no) = open {
            return Err(Error::Open(no));
        }
        allowed(weighed.judgement)?;
        if let Some(first) = chain.roles.first() {
            let signers = orders.signers(*first, &file.organ, &file.unit, proposed.today);
            let other =
                |(person, held): &(u32, &Holding)| *person != proposed.person && held.of != Some(proposed.person);
            if !signers.iter().any(|s| chain.one_person || other(s)) {
                let why = format!("今天没有其他人可以签“{}”这一步，请先由其委托，或者换人提交", first.label());
                return Err(Error::NotAllowed(why));
            }
        }
        // What only the last signature completes is tried with whoever may give it today, so that no paper turns out to lack something then.
        if let Some(role) = chain.roles.last()
            && let Some((person, _)) = orders.signers(*role, &file.organ, &file.unit, proposed.today).first()
        {
            self.rehearse(tx, place, &signed_by(proposed.clone(), &[], *person))?;
        }
        let last = tx.row("SELECT MAX(id) FROM approvals WHERE bureau = $1", &[b.into()], |row| Ok(row.opt_int(0)))?;
        let approval = last.flatten().unwrap_or(0) + 1;
        let (fields, party) = body::seal(tx, proposed)?;
        let submitted = Submitted {
            approval,
            case: file.id,
            organ: file.organ.clone(),
            unit: file.unit.clone(),
            seen: file.version,
            steps: chain.roles.clone(),
            one_person: chain.one_person,
            kind,
            subject: proposed.subject,
            team: proposed.team.clone(),
            time: proposed.time,
            capacity: proposed.capacity.clone(),
            fields,
            party,
            person: proposed.person,
        };
        append(tx, approval, 0, &proposed.recorded_by, proposed.today, "submitted", &submitted)?;
        Ok(approval)
    }

    /// [`Casework::sign`] inside a transaction that does more.
    ///
    /// # Errors
    /// The ledger's faults; a reason is the inner result.
    pub fn sign_in(
        &self,
        tx: &mut Tx<'_>,
        by: &By,
        approval: i64,
        seen: Option<i64>,
    ) -> Result<Result<Step, Error>, Fault> {
        let (open, orders) = match split(self.opened(tx, approval, seen))? {
            Ok(found) => found,
            Err(why) => return Ok(Err(why)),
        };
        let of = match open.signer(&orders, by.person, by.today) {
            Ok(held) => held.of,
            Err(why) => return Ok(Err(why)),
        };
        let mut signed = Signed { approval, step: open.step, role: open.role, person: by.person, of, act: None };
        let version = open.version;
        if let Some(next) = open.submitted.steps.get(open.step + 1).copied() {
            append(tx, approval, version, &by.login, by.today, "signed", &signed)?;
            return Ok(Ok(Step::Next(next)));
        }
        let (place, proposed) = open.proposed(by);
        let done = self.try_attempt(tx, &place, &proposed, Way::Approved(approval));
        let committed = match keep_refusal(tx, &place, &proposed, done)? {
            Ok(committed) => committed,
            Err(why) => return Ok(Err(why)),
        };
        signed.act = Some(committed.act);
        append(tx, approval, version, &by.login, by.today, "signed", &signed)?;
        Ok(Ok(Step::Performed(committed)))
    }

    fn try_send_back(
        &self,
        tx: &mut Tx<'_>,
        by: &By,
        approval: i64,
        seen: Option<i64>,
        reason: &str,
    ) -> Result<(), Error> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error::NotAllowed("退回应当写明理由".into()));
        }
        if reason.chars().count() > REASON_CHARS_MAX || reason.contains('\0') {
            return Err(Error::NotAllowed(format!("退回理由不能超过{REASON_CHARS_MAX}字，也不能有特殊字符")));
        }
        let (open, orders) = self.opened(tx, approval, seen)?;
        let of = open.signer(&orders, by.person, by.today)?.of;
        let slot = body::REASON_SLOT;
        let reason = law::acts::Words::Kept { slot, commitment: tx.keep(slot, reason)? };
        let returned = Returned { approval, step: open.step, role: open.role, person: by.person, of, reason };
        append(tx, approval, open.version, &by.login, by.today, "returned", &returned)?;
        Ok(())
    }

    fn try_withdraw(&self, tx: &mut Tx<'_>, by: &By, approval: i64, seen: Option<i64>) -> Result<(), Error> {
        let (open, _) = self.opened(tx, approval, seen)?;
        if open.submitted.person != by.person {
            return Err(Error::NotAllowed("只有提交人可以撤回".into()));
        }
        let withdrawn = Withdrawn { approval, person: by.person };
        append(tx, approval, open.version, &by.login, by.today, "withdrawn", &withdrawn)?;
        Ok(())
    }

    /// An open approval, seen at its newest version, and the orders of its organ.
    fn opened(&self, tx: &mut Tx<'_>, approval: i64, seen: Option<i64>) -> Result<(Open, Arc<Orders>), Error> {
        let entries = tx.stream(&stream(approval))?;
        let open = Open::of(tx, &entries)?;
        if seen.is_some_and(|seen| seen != open.version) {
            return Err(Error::Conflict(open.version));
        }
        let orders = self.standings.with_orders(tx, &open.submitted.organ)?.1;
        Ok((open, orders))
    }

    /// Would the act be allowed now, as far as it can be told before the last signature? Writes nothing.
    ///
    /// # Errors
    /// Why not; or the ledger fails.
    pub(crate) fn weigh_open(&self, tx: &mut Tx<'_>, open: &Open, today: Day) -> Result<(), Error> {
        let by = By { login: String::new(), person: open.submitted.person, today };
        let (place, proposed) = open.proposed(&by);
        let proposed = unsigned(proposed);
        allowed(self.weigh(tx, &place, &proposed, Way::Looked)?.judgement)
    }
}

/// An approval that is not over.
pub(crate) struct Open {
    pub(crate) submitted: Submitted,
    pub(crate) fields: std::collections::BTreeMap<String, String>,
    pub(crate) party: Option<Identity>,
    pub(crate) signatures: Vec<Signed>,
    pub(crate) step: usize,
    pub(crate) role: Role,
    pub(crate) version: i64,
}

impl Open {
    /// Folds the entries of an approval; one that is over is [`Error::Ended`].
    pub(crate) fn of(tx: &mut Tx<'_>, entries: &[Entry]) -> Result<Open, Error> {
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Err(Error::NoApproval) };
        let submitted: Submitted = body::read(first)?;
        let mut signatures = Vec::new();
        for entry in &entries[1..] {
            if entry.kind != "approval.signed" {
                return Err(Error::Ended);
            }
            signatures.push(body::read::<Signed>(entry)?);
        }
        let step = signatures.len();
        let Some(role) = submitted.steps.get(step).copied() else { return Err(Error::Ended) };
        let (fields, party) = body::open(tx, first.position, &submitted)?;
        Ok(Open { submitted, fields, party, signatures, step, role, version: last.version })
    }

    /// By what this person may sign the step whose turn it is, or why not.
    pub(crate) fn signer<'o>(&self, orders: &'o Orders, person: u32, today: Day) -> Result<&'o Holding, Error> {
        let Submitted { organ, unit, .. } = &self.submitted;
        let Some(held) = orders.holding(person, self.role, organ, unit, today) else {
            let why = format!("这一步由{}签字，您今天没有这项职责，也没有受其委托", self.role.label());
            return Err(Error::NotAllowed(why));
        };
        if self.submitted.one_person {
            return Ok(held);
        }
        let own = [Some(person), held.of];
        if own.contains(&Some(self.submitted.person)) {
            return Err(Error::NotAllowed("提交人不能审批自己提交的事项，也不能由其受托人审批".into()));
        }
        let before: BTreeSet<u32> = self.signatures.iter().flat_map(|s| [Some(s.person), s.of]).flatten().collect();
        if own.iter().flatten().any(|id| before.contains(id)) {
            return Err(Error::NotAllowed("同一人不能在一项审批中签两步，也不能由其受托人再签".into()));
        }
        Ok(held)
    }

    /// The act as its last signature proposes it: today, by whoever signs.
    fn proposed(&self, by: &By) -> (Where, Proposed) {
        let submitted = &self.submitted;
        let heads = |s: &&Signed| matches!(s.role, Role::Head | Role::DeputyHead);
        let before: Vec<u32> = self.signatures.iter().filter(heads).map(|s| s.person).collect();
        let proposed = Proposed {
            subject: submitted.subject,
            entry: EntryOf::Live,
            at: by.today,
            time: submitted.time,
            team: submitted.team.clone(),
            capacity: submitted.capacity.clone(),
            kind: submitted.kind,
            fields: self.fields.clone(),
            party: self.party.clone(),
            recorded_by: by.login.clone(),
            person: by.person,
            today: by.today,
        };
        (Where::Case { id: submitted.case, seen: None }, signed_by(proposed, &before, by.person))
    }
}

/// The proposal as the last signature makes it, `before` being the heads who signed earlier.
fn signed_by(mut proposed: Proposed, before: &[u32], person: u32) -> Proposed {
    if proposed.kind.field("head").is_some() {
        proposed.fields.insert("head".into(), person.to_string());
    }
    if proposed.kind.field("approvers").is_some() {
        let list: Vec<String> = before.iter().chain([&person]).map(ToString::to_string).collect();
        proposed.fields.insert("approvers".into(), list.join("、"));
    }
    proposed.person = person;
    proposed
}

/// The proposal with those fields open that the last signature fills, on the day it is made.
fn unsigned(mut proposed: Proposed) -> Proposed {
    proposed.fields.retain(|key, _| !signs(key));
    proposed.at = proposed.today;
    proposed
}

/// Goes on where nothing is missing but the signature.
fn allowed(judgement: Judgement) -> Result<(), Error> {
    match judgement {
        Judgement::Allowed { .. } => Ok(()),
        Judgement::Refused(refusal) => Err(Error::Refused(refusal)),
        Judgement::Incomplete(mut fields) => {
            fields.retain(|f| !signs(f.key));
            if fields.is_empty() { Ok(()) } else { Err(Error::Incomplete(fields)) }
        }
        Judgement::Bad(error) => Err(Error::Bad(vec![error])),
    }
}

fn append(
    tx: &mut Tx<'_>,
    approval: i64,
    version: i64,
    actor: &str,
    today: Day,
    what: &str,
    body: &impl serde::Serialize,
) -> Result<(), Fault> {
    let body = serde_json::to_string(body).map_err(|e| Fault::Bug(e.to_string()))?;
    tx.append(Draft {
        stream: &stream(approval),
        expects: Some(version),
        happened_at: today,
        actor,
        kind: &format!("{KINDS}{what}"),
        kind_version: 1,
        body,
    })?;
    Ok(())
}

/// A fault undoes the transaction, a reason is answered.
fn split<T>(done: Result<T, Error>) -> Result<Result<T, Error>, Fault> {
    match done {
        Err(Error::Fault(fault)) => Err(fault),
        other => Ok(other),
    }
}
