//! The one write path of registers: recorded, changed, voided.

use std::sync::Arc;

use evidence::Evidence;
use jiff::civil::Date;
use ledger::{Draft, Fault, Tx};

use crate::check::{Problem, check};
use crate::descriptor::{Descriptor, Set, Type};
use crate::names::Names;
use crate::state::{Body, Row, State, Value, Voided};
use crate::{Registers, read, stream};

/// Who records, and when.
#[derive(Debug, Clone)]
pub struct Who {
    /// Sign-in name, recorded as the actor.
    pub login: String,
    /// Today, by the bureau's clock.
    pub today: Date,
}

/// Why nothing was recorded.
#[derive(Debug)]
pub enum Error {
    /// What stands against it, field by field.
    Bad(Vec<Problem>),
    /// Somebody changed the record since the page was drawn.
    Conflict,
    /// There is no such register.
    NoRegister,
    /// There is no such record.
    NoRecord,
    /// The record was voided.
    Voided,
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
            Error::Bad(problems) => {
                let all: Vec<String> = problems.iter().map(Problem::to_string).collect();
                f.write_str(&all.join("；"))
            }
            Error::Conflict => f.write_str("打开本页以后已有他人修改，请刷新后核对再改"),
            Error::NoRegister => f.write_str("没有这个台账"),
            Error::NoRecord => f.write_str("没有这条记录"),
            Error::Voided => f.write_str("这条记录已经作废，不能再修改"),
            Error::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

/// What a transaction's closure answers: a fault undoes everything.
pub(crate) fn split<T>(done: Result<T, Error>) -> Result<Result<T, Error>, Fault> {
    match done {
        Err(Error::Fault(fault)) => Err(fault),
        other => Ok(other),
    }
}

impl Registers {
    /// Records something new and gives its number.
    ///
    /// # Errors
    /// See [`Error`]; nothing was recorded.
    pub async fn record(&self, who: Who, register: &str, state: State) -> Result<i64, Error> {
        let work = Arc::new((self.clone(), who, register.to_owned(), state));
        let done = self.ledger.act(move |tx| {
            let (own, who, register, state) = &*work;
            split(own.own_files(tx, who, register, None, state).and_then(|()| own.record_in(tx, who, register, state)))
        });
        done.await?
    }

    /// [`Registers::record`] for the command line and for filling a demonstration.
    ///
    /// # Errors
    /// As [`Registers::record`].
    pub fn record_blocking(&self, who: Who, register: &str, state: State) -> Result<i64, Error> {
        let work = Arc::new((self.clone(), who, register.to_owned(), state));
        self.ledger.act_blocking(move |tx| {
            let (own, who, register, state) = &*work;
            split(own.record_in(tx, who, register, state))
        })?
    }

    /// Gives a record a new state; `seen` is the version of the page. A state that changes nothing records nothing.
    ///
    /// # Errors
    /// See [`Error`]; nothing was recorded.
    pub async fn change(&self, who: Who, register: &str, id: i64, seen: i64, state: State) -> Result<(), Error> {
        let work = Arc::new((self.clone(), who, register.to_owned(), state));
        let done = self.ledger.act(move |tx| {
            let (own, who, register, state) = &*work;
            split(
                own.own_files(tx, who, register, Some(id), state)
                    .and_then(|()| own.change_in(tx, who, register, id, seen, state).map(|_| ())),
            )
        });
        done.await?
    }

    /// Voids a record: it is no longer listed nor counted, and stays in the journal.
    ///
    /// # Errors
    /// See [`Error`]; nothing was recorded.
    pub async fn void(&self, who: Who, register: &str, id: i64, seen: i64, reason: String) -> Result<(), Error> {
        let work = Arc::new((self.clone(), who, register.to_owned(), reason));
        let done = self.ledger.act(move |tx| {
            let (own, who, register, reason) = &*work;
            split(own.void_in(tx, who, register, id, seen, reason))
        });
        done.await?
    }

    /// A person attaches only files they sent, or that the record has already: knowing a digest opens no file of somebody else's.
    fn own_files(
        &self,
        tx: &mut Tx<'_>,
        who: &Who,
        register: &str,
        id: Option<i64>,
        state: &State,
    ) -> Result<(), Error> {
        let d = self.descriptor(register)?;
        let named = |state: &State| -> Vec<(String, Vec<String>)> {
            let blobs = d.fields.iter().filter(|field| field.ty == Type::Blobs);
            blobs
                .filter_map(|field| match state.fields.get(&field.key) {
                    Some(Value::Texts(ids)) => Some((field.key.clone(), ids.clone())),
                    _ => None,
                })
                .collect()
        };
        let now = named(state);
        if now.iter().all(|(_, ids)| ids.is_empty()) {
            return Ok(());
        }
        let before = match id {
            Some(id) => named(&standing(tx, d, id)?.0),
            None => Vec::new(),
        };
        let person = office::account::person_of(tx, &who.login)?;
        for (key, ids) in now {
            // One that is not in the store is complained about with every other fault of the state.
            let there = has_blob(&self.evidence);
            let new: Vec<String> =
                ids.into_iter().filter(|id| there(id) && !before.iter().any(|(_, ids)| ids.contains(id))).collect();
            let others = match person {
                Some(person) => office::files::not_sent(tx, &new, person)?,
                None => new,
            };
            if !others.is_empty() {
                let field = d.field(&key).map(|field| field.label.clone()).unwrap_or_default();
                let text = "附件不是您上传的，请重新上传".to_owned();
                return Err(Error::Bad(vec![Problem { line: None, key, field, text }]));
            }
        }
        Ok(())
    }

    pub(crate) fn descriptor(&self, register: &str) -> Result<&'static Descriptor, Error> {
        self.set.get(register).ok_or(Error::NoRegister)
    }

    fn record_in(&self, tx: &mut Tx<'_>, who: &Who, register: &str, state: &State) -> Result<i64, Error> {
        let d = self.descriptor(register)?;
        let mut names = Names::read(tx, self.set)?;
        let state = pictured(tx, self.set, d, state.clone().tidied())?;
        self.record_with(tx, &mut names, who, d, &state)
    }

    /// Records a state with the names already read.
    pub(crate) fn record_with(
        &self,
        tx: &mut Tx<'_>,
        names: &mut Names,
        who: &Who,
        d: &Descriptor,
        state: &State,
    ) -> Result<i64, Error> {
        self.fits(tx, names, who, d, state)?;
        let bureau = tx.bureau().to_owned();
        let last = tx.row(
            "SELECT last FROM register_last WHERE bureau = $1 AND register = $2",
            &[bureau.as_str().into(), (&d.name).into()],
            |row| Ok(row.int(0)),
        )?;
        let id = last.unwrap_or(0) + 1;
        // What is only planned happens today as far as the journal knows: it was put down.
        let day = state.text(&d.day).parse().unwrap_or(who.today).min(who.today);
        append(tx, who, d, id, 0, "register.recorded", day, state)?;
        Ok(id)
    }

    fn change_in(
        &self,
        tx: &mut Tx<'_>,
        who: &Who,
        register: &str,
        id: i64,
        seen: i64,
        state: &State,
    ) -> Result<bool, Error> {
        let d = self.descriptor(register)?;
        let mut names = Names::read(tx, self.set)?;
        self.change_with(tx, &mut names, who, d, id, Some(seen), state)
    }

    /// Changes a record with the names already read; says whether anything changed.
    #[expect(clippy::too_many_arguments, reason = "one call states one change")]
    pub(crate) fn change_with(
        &self,
        tx: &mut Tx<'_>,
        names: &mut Names,
        who: &Who,
        d: &Descriptor,
        id: i64,
        seen: Option<i64>,
        state: &State,
    ) -> Result<bool, Error> {
        let (before, version) = standing(tx, d, id)?;
        if seen.is_some_and(|seen| seen != version) {
            return Err(Error::Conflict);
        }
        let state = state.clone().tidied();
        if before == state {
            return Ok(false);
        }
        self.fits(tx, names, who, d, &state)?;
        append(tx, who, d, id, version, "register.changed", who.today, &state)?;
        Ok(true)
    }

    fn void_in(
        &self,
        tx: &mut Tx<'_>,
        who: &Who,
        register: &str,
        id: i64,
        seen: i64,
        reason: &str,
    ) -> Result<(), Error> {
        let d = self.descriptor(register)?;
        let (_, version) = standing(tx, d, id)?;
        if seen != version {
            return Err(Error::Conflict);
        }
        let reason = reason.trim();
        let bad = |text: &str| {
            Error::Bad(vec![Problem {
                line: None, key: "reason".into(), field: "作废理由".into(), text: text.into()
            }])
        };
        if reason.chars().count() < 4 || reason.contains('\0') {
            return Err(bad("请写明为什么作废，例如“重复登记”"));
        }
        if reason.chars().count() > 500 {
            return Err(bad("超过 500 字，请缩短"));
        }
        let reason = tx.keep(1, reason)?;
        let body = Voided { register: d.name.clone(), id, reason };
        let body = serde_json::to_string(&body).map_err(|e| Fault::Bug(e.to_string()))?;
        tx.append(Draft {
            stream: &stream(&d.name, id),
            expects: Some(version),
            happened_at: who.today,
            actor: &who.login,
            kind: "register.voided",
            kind_version: 1,
            body,
        })?;
        Ok(())
    }

    fn fits(&self, tx: &mut Tx<'_>, names: &mut Names, who: &Who, d: &Descriptor, state: &State) -> Result<(), Error> {
        let problems = check(tx, d, names, state, who.today, &has_blob(&self.evidence))?;
        if problems.is_empty() { Ok(()) } else { Err(Error::Bad(problems)) }
    }
}

/// Is a file in the store? An id is hexadecimal: anything else is no file.
pub(crate) fn has_blob(evidence: &Evidence) -> impl Fn(&str) -> bool + '_ {
    |id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_hexdigit()) && evidence.has(id)
}

/// The state of a record and its version.
fn standing(tx: &mut Tx<'_>, d: &Descriptor, id: i64) -> Result<(State, i64), Error> {
    let entries = tx.stream(&stream(&d.name, id))?;
    let Some(last) = entries.last() else { return Err(Error::NoRecord) };
    if last.kind == "register.voided" {
        return Err(Error::Voided);
    }
    Ok((Body::of(tx, last)?.state, last.version))
}

#[expect(clippy::too_many_arguments, reason = "one call states one entry")]
fn append(
    tx: &mut Tx<'_>,
    who: &Who,
    d: &Descriptor,
    id: i64,
    expects: i64,
    kind: &str,
    day: Date,
    state: &State,
) -> Result<(), Fault> {
    let mut state = state.clone();
    let mut slot = 0;
    seal(tx, &d.fields, &mut state.fields, &mut slot)?;
    for lines in &d.lines {
        for row in state.lines.get_mut(&lines.key).into_iter().flatten() {
            seal(tx, &lines.fields, row, &mut slot)?;
        }
    }
    let body = Body { register: d.name.clone(), id, state };
    let body = serde_json::to_string(&body).map_err(|e| Fault::Bug(e.to_string()))?;
    tx.append(Draft {
        stream: &stream(&d.name, id),
        expects: Some(expects),
        happened_at: day,
        actor: &who.login,
        kind,
        kind_version: 1,
        body,
    })?;
    Ok(())
}

/// Keeps the texts of a row beside the journal and puts their commitments in their place.
fn seal(tx: &mut Tx<'_>, fields: &[crate::Field], row: &mut Row, slot: &mut u32) -> Result<(), Fault> {
    for field in fields.iter().filter(|f| f.ty.is_kept()) {
        let Some(value) = row.get_mut(&field.key) else { continue };
        let Value::Text(text) = value else { continue };
        *slot += 1;
        let commitment = tx.keep(*slot, text)?;
        *value = Value::Kept { slot: *slot, commitment };
    }
    Ok(())
}

/// A new record with the picture of another register that its lines ask for, where it brings none of its own.
pub(crate) fn pictured(tx: &mut Tx<'_>, set: &'static Set, d: &Descriptor, mut state: State) -> Result<State, Fault> {
    for lines in &d.lines {
        let Some(snapshot) = &lines.snapshot else { continue };
        if state.lines.contains_key(&lines.key) {
            continue;
        }
        let Some(other) = set.get(&snapshot.register) else { continue };
        let mut rows = Vec::new();
        let ids = read::all_ids(tx, other, crate::check::LINES_MAX)?;
        for (id, seen) in read::states(tx, other, &ids)? {
            let mut row: Row =
                snapshot.copy.iter().filter_map(|k| Some((k.clone(), seen.fields.get(k)?.clone()))).collect();
            row.insert(snapshot.field.clone(), Value::Int(id));
            rows.push(row);
        }
        if !rows.is_empty() {
            state.lines.insert(lines.key.clone(), rows);
        }
    }
    Ok(state)
}
