//! What the desk taught the model: each ticket it classified is a correction, in the order of the journal; trainings and roll-backs
//! stand in the stream `understanding`. The same journal gives the same model.

use jiff::civil::Date;
use ledger::{Draft, Entry, Fault, Tx};
use serde::{Deserialize, Serialize};
use understanding::{Core, Correction, Mark, State};

use crate::Intake;
use crate::act::{Act, CONTENT};
use crate::write::{Error, Who};

/// The stream of trainings and roll-backs.
pub const STREAM: &str = "understanding";

/// A turn of the model as the journal keeps it. Frozen: only optional fields may come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "turn", rename_all = "snake_case", deny_unknown_fields)]
pub enum Turn {
    /// Trained anew from all corrections so far.
    Trained {
        /// How many corrections there were.
        corrections: usize,
        /// Share right in the first place on texts never learnt from, per mille.
        first: u16,
        /// Share right among the first three, per mille.
        three: u16,
        /// It was no worse and is in use.
        kept: bool,
    },
    /// Every correction after the first so many was forgotten.
    RolledBack {
        /// How many were kept.
        keep: usize,
        /// Why.
        reason: String,
    },
}

/// Writes a correction of a classified ticket.
pub(crate) fn project(tx: &mut Tx<'_>, ticket: i64, entry: &Entry, act: &Act) -> Result<(), Fault> {
    let Act::Classified { matters, body, .. } = act else { return Ok(()) };
    if matters.is_empty() && body.is_none() {
        return Ok(());
    }
    let bureau = tx.bureau().to_owned();
    tx.execute(
        "INSERT INTO ticket_lessons (bureau, position, ticket, matters, body, actor, day, first, three) \
         SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), t.id, CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS TEXT), CAST($7 AS TEXT), \
         CASE WHEN t.first = $8 THEN 1 ELSE 0 END, CASE WHEN t.three LIKE $9 THEN 1 ELSE 0 END \
         FROM tickets t WHERE t.bureau = $1 AND t.id = $3",
        &[
            bureau.as_str().into(),
            entry.position.into(),
            ticket.into(),
            (&matters.join(" ")).into(),
            body.as_deref().into(),
            (&entry.actor).into(),
            (&entry.happened_at.to_string()).into(),
            matters.first().map_or("-", String::as_str).into(),
            (&format!("%{}%", matters.first().map_or("-", String::as_str))).into(),
        ],
    )?;
    Ok(())
}

/// Position of the newest correction.
pub(crate) fn newest(tx: &mut Tx<'_>) -> Result<i64, Fault> {
    let bureau = tx.bureau().to_owned();
    let found =
        tx.row("SELECT MAX(position) FROM ticket_lessons WHERE bureau = $1", &[bureau.as_str().into()], |row| {
            Ok(row.opt_int(0))
        })?;
    Ok(found.flatten().unwrap_or(0))
}

/// Corrections read at a time.
const CHUNK: i64 = 500;

/// Corrections after a position up to another, oldest first; one whose text was erased teaches nothing.
pub(crate) fn after(tx: &mut Tx<'_>, after: i64, to: i64) -> Result<Vec<Correction>, Fault> {
    Ok(lessons(tx, after, to)?.into_iter().map(|(_, correction)| correction).collect())
}

fn lessons(tx: &mut Tx<'_>, after: i64, to: i64) -> Result<Vec<(i64, Correction)>, Fault> {
    let bureau = tx.bureau().to_owned();
    let mut all = Vec::new();
    let mut from = after;
    loop {
        let rows = tx.rows(
            "SELECT l.position, l.matters, l.body, l.actor, t.entry, t.address FROM ticket_lessons l \
             JOIN tickets t ON t.bureau = l.bureau AND t.id = l.ticket \
             WHERE l.bureau = $1 AND l.position > $2 AND l.position <= $3 ORDER BY l.position LIMIT $4",
            &[bureau.as_str().into(), from.into(), to.into(), CHUNK.into()],
            |row| Ok((row.int(0), row.text(1), row.opt_text(2), row.text(3), row.int(4), row.text(5))),
        )?;
        let keys: Vec<(i64, u32)> = rows.iter().map(|r| (r.4, CONTENT)).collect();
        let texts = tx.texts(&keys)?;
        let full = rows.len() as i64 == CHUNK;
        for (position, matters, body, by, entry, address) in rows {
            from = position;
            let Some(content) = texts.get(&(entry, CONTENT)) else { continue };
            let text = if address.is_empty() { content.clone() } else { format!("{address}，{content}") };
            let matters = matters.split_whitespace().map(str::to_owned).collect();
            all.push((position, Correction { chosen: Core { text, matters, body }, by }));
        }
        if !full {
            return Ok(all);
        }
    }
}

/// The state of the model: corrections, trainings and roll-backs in the order of the journal.
pub(crate) fn state(tx: &mut Tx<'_>) -> Result<State, Fault> {
    let newest = newest(tx)?;
    let mut lessons = lessons(tx, 0, newest)?.into_iter().peekable();
    let mut state = State::default();
    let mut take = |state: &mut State, before: i64| {
        while let Some((_, correction)) = lessons.next_if(|(position, _)| *position < before) {
            state.corrections.push(correction);
            state.version += 1;
        }
    };
    for (entry, turn) in turns(tx)? {
        take(&mut state, entry.position);
        state.version += 1;
        match turn {
            Turn::Trained { corrections, first, three, kept } => {
                if kept {
                    state.trained = corrections.min(state.corrections.len());
                }
                let share = |mille: u16| f32::from(mille) / 1000.0;
                state.marks.push(Mark { corrections, first: share(first), three: share(three), kept });
            }
            Turn::RolledBack { keep, .. } => {
                state.corrections.truncate(keep);
                state.trained = state.trained.min(keep);
            }
        }
    }
    take(&mut state, i64::MAX);
    // What the catalogue no longer knows cannot be taught.
    let known = |c: &Correction| c.chosen.matters.iter().all(|m| law::corpus::Corpus::builtin().matter(m).is_some());
    let trained = state.corrections.iter().take(state.trained).filter(|c| known(c)).count();
    state.corrections.retain(known);
    state.trained = trained;
    Ok(state)
}

/// Every training and roll-back, oldest first.
///
/// # Errors
/// The database fails.
pub fn turns(tx: &mut Tx<'_>) -> Result<Vec<(Entry, Turn)>, Fault> {
    let entries = tx.stream(STREAM)?;
    entries
        .into_iter()
        .map(|entry| {
            let turn =
                serde_json::from_str(&entry.body).map_err(|e| Fault::Bug(format!("entry {}: {e}", entry.position)))?;
            Ok((entry, turn))
        })
        .collect()
}

/// How often the model was right in a month: what it proposed when the ticket came in against what the desk settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// `2024-11`.
    pub month: String,
    /// Tickets the desk settled.
    pub settled: i64,
    /// Of them, first proposal right.
    pub first: i64,
    /// Of them, one of the first three right.
    pub three: i64,
}

/// The last months, the newest first, at most 24.
///
/// # Errors
/// The database fails.
pub fn accuracy(tx: &mut Tx<'_>) -> Result<Vec<Month>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.rows(
        "SELECT substr(day, 1, 7) AS month, COUNT(*), SUM(first), SUM(three) FROM ticket_lessons WHERE bureau = $1 AND matters <> '' \
         GROUP BY substr(day, 1, 7) ORDER BY month DESC LIMIT 24",
        &[bureau.as_str().into()],
        |row| Ok(Month { month: row.text(0), settled: row.int(1), first: row.int(2), three: row.int(3) }),
    )
}

impl Intake {
    /// Trains the model anew from every correction and records the outcome; it is used when it is not worse on texts it never learns from.
    ///
    /// # Errors
    /// The ledger fails.
    pub async fn train(&self, who: Who) -> Result<Mark, Error> {
        let minds = self.minds.clone();
        let mark = self
            .ledger
            .read(move |tx| {
                let mut learner = minds.of(tx)?.learner().clone();
                let frozen = understanding::frozen().map_err(|e| Fault::Bug(e.to_string()))?;
                learner.train(&frozen).map_err(|e| Fault::Bug(e.to_string()))
            })
            .await?;
        let mille = |share: f32| (share * 1000.0).round() as u16;
        let turn = Turn::Trained {
            corrections: mark.corrections,
            first: mille(mark.first),
            three: mille(mark.three),
            kept: mark.kept,
        };
        self.turn(who, turn).await?;
        Ok(mark)
    }

    /// Forgets every correction after the first `keep`.
    ///
    /// # Errors
    /// No reason was given, or the ledger fails.
    pub async fn roll_back(&self, who: Who, keep: usize, reason: String) -> Result<(), Error> {
        if reason.trim().chars().count() < 4 {
            return Err(Error::Bad(office::BadInput::new("理由", "请写明为什么退回")));
        }
        self.turn(who, Turn::RolledBack { keep, reason: reason.trim().to_owned() }).await
    }

    async fn turn(&self, who: Who, turn: Turn) -> Result<(), Error> {
        let work = std::sync::Arc::new((who, turn));
        let done = self.ledger.act(move |tx| append(tx, &work.0.login, work.0.today, &work.1)).await;
        Ok(done?)
    }
}

fn append(tx: &mut Tx<'_>, actor: &str, on: Date, turn: &Turn) -> Result<(), Fault> {
    let body = serde_json::to_string(turn).map_err(|e| Fault::Bug(e.to_string()))?;
    let kind = match turn {
        Turn::Trained { .. } => "understanding.trained",
        Turn::RolledBack { .. } => "understanding.rolled_back",
    };
    tx.append(Draft { stream: STREAM, expects: None, happened_at: on, actor, kind, kind_version: 1, body })?;
    Ok(())
}
