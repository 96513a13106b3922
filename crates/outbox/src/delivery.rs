//! Taking messages in turn, sending them, and noting what became of them.

use jiff::civil::Date;
use law::calendar::Calendar;
use ledger::{Fault, Table, TableKind, Tx};

use crate::Outbox;
use crate::compose::Message;
use crate::port::{Failure, PortName};
use crate::rules::rule;

/// How often a message is tried before it is given up.
pub const ATTEMPTS: i64 = 8;
/// Messages taken over at a time.
const TAKEN: i64 = 500;
/// Messages sent in a round.
const SENT: i64 = 50;

/// What became of each message. Primary: a rebuild of the messages leaves it alone, so that nothing is sent again.
pub(crate) static DELIVERIES: Table = Table {
    name: "deliveries",
    create: "CREATE TABLE deliveries (bureau TEXT NOT NULL, key TEXT NOT NULL, port TEXT NOT NULL, state TEXT NOT NULL, attempts BIGINT NOT NULL, next_at BIGINT NOT NULL, \
             done_at BIGINT, answer TEXT NOT NULL, PRIMARY KEY (bureau, key))",
    indexes: &["CREATE INDEX deliveries_next ON deliveries (bureau, state, next_at)"],
    kind: TableKind::Primary,
};

/// How far each way out has come. What was recorded before it was connected is never sent.
pub(crate) static PORTS: Table = Table {
    name: "outbox_ports",
    create: "CREATE TABLE outbox_ports (bureau TEXT NOT NULL, port TEXT NOT NULL, since BIGINT NOT NULL, taken BIGINT NOT NULL, taken_key TEXT NOT NULL, PRIMARY KEY (bureau, port))",
    indexes: &[],
    kind: TableKind::Primary,
};

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Arrived.
    pub sent: usize,
    /// To be tried again.
    pub again: usize,
    /// Given up.
    pub dead: usize,
}

impl Outbox {
    /// Takes over new messages and sends what is due; at most fifty, so that it ends soon.
    ///
    /// # Errors
    /// The ledger fails. A message sent before that and not noted is sent again under the same key.
    pub async fn round(&self, now_ms: i64) -> Result<Round, Fault> {
        let names: Vec<PortName> = self.ports.0.keys().copied().collect();
        if names.is_empty() {
            return Ok(Round::default());
        }
        let takes = names.clone();
        let calendar = self.casework.corpus.calendar();
        // A read first: a quiet bureau writes nothing.
        let look = names.clone();
        let waiting =
            self.ledger.read(move |tx| look.iter().try_fold(false, |any, port| Ok(any || fresh(tx, *port)?))).await?;
        if waiting {
            self.ledger.act(move |tx| takes.iter().try_for_each(|port| take(tx, *port, calendar, now_ms))).await?;
        }
        let own = self.clone();
        let due = self
            .ledger
            .read(move |tx| {
                let due = due(tx, now_ms)?;
                due.into_iter()
                    .map(|(port, attempts, key, message)| {
                        let out = match message {
                            None => Err(None),
                            Some(message) => own.compose(tx, &message, now_ms)?.map_err(Some),
                        };
                        Ok((port, attempts, key, out))
                    })
                    .collect::<Result<Vec<_>, Fault>>()
            })
            .await?;
        let mut round = Round::default();
        for (port, attempts, key, out) in due {
            let Some((name, port)) =
                names.iter().find(|n| n.code() == port).and_then(|n| Some((*n, self.ports.0.get(n)?.clone())))
            else {
                continue;
            };
            let done = match out {
                // What it was about is over: a term that was kept.
                Err(None) => {
                    self.note(key, "void", attempts, 0, now_ms, "已不需要".into()).await?;
                    continue;
                }
                Err(Some(failure)) => Err(failure),
                Ok(out) => {
                    let sending = tokio::task::spawn_blocking(move || port.send(&out));
                    sending.await.unwrap_or_else(|e| {
                        Err(Failure {
                            again: true,
                            why: format!("发送中断（{}）", if e.is_panic() { "程序错误" } else { "已停止" }),
                        })
                    })
                }
            };
            let tried = attempts + 1;
            match done {
                Ok(answer) => {
                    round.sent += 1;
                    self.note(key, "sent", tried, 0, now_ms, answer).await?;
                }
                Err(Failure { again: true, why }) if tried < ATTEMPTS => {
                    round.again += 1;
                    self.note(key, "waiting", tried, now_ms + back_off(tried), now_ms, why).await?;
                }
                Err(Failure { why, .. }) => {
                    round.dead += 1;
                    tracing::warn!(port = name.code(), "a message is given up: {why}");
                    self.note(key, "dead", tried, 0, now_ms, why).await?;
                }
            }
        }
        Ok(round)
    }

    async fn note(
        &self,
        key: String,
        state: &'static str,
        attempts: i64,
        next: i64,
        now: i64,
        answer: String,
    ) -> Result<(), Fault> {
        let answer: String = answer.chars().take(120).collect();
        self.ledger
            .act(move |tx| {
                let bureau = tx.bureau().to_owned();
                let done = (state != "waiting").then_some(now);
                tx.execute(
                    "UPDATE deliveries SET state = $3, attempts = $4, next_at = $5, done_at = $6, answer = $7 WHERE bureau = $1 AND key = $2",
                    &[bureau.as_str().into(), (&key).into(), state.into(), attempts.into(), next.into(), done.into(), (&answer).into()],
                )?;
                Ok(())
            })
            .await
    }

    /// Tries a given-up message again, at the next round. Gives whether there was one.
    ///
    /// # Errors
    /// The ledger fails.
    pub async fn retry(&self, key: String, now_ms: i64) -> Result<bool, Fault> {
        self.ledger
            .act(move |tx| {
                let bureau = tx.bureau().to_owned();
                let rows = tx.execute(
                    "UPDATE deliveries SET state = 'waiting', attempts = 0, next_at = $3, done_at = NULL WHERE bureau = $1 AND key = $2 AND state = 'dead'",
                    &[bureau.as_str().into(), (&key).into(), now_ms.into()],
                )?;
                Ok(rows > 0)
            })
            .await
    }
}

/// One minute, then five, half an hour, two hours, six, twelve, a day.
fn back_off(tried: i64) -> i64 {
    const MINUTES: [i64; 7] = [1, 5, 30, 120, 360, 720, 1440];
    let at = usize::try_from(tried - 1).unwrap_or(0).min(MINUTES.len() - 1);
    MINUTES[at] * 60_000
}

/// How far a way out has come; none before it was connected.
fn taken(tx: &mut Tx<'_>, port: PortName) -> Result<Option<(i64, String)>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.row(
        "SELECT taken, taken_key FROM outbox_ports WHERE bureau = $1 AND port = $2",
        &[bureau.as_str().into(), port.code().into()],
        |row| Ok((row.int(0), row.text(1))),
    )
}

/// Is there something to take over, or was the way out connected just now?
fn fresh(tx: &mut Tx<'_>, port: PortName) -> Result<bool, Fault> {
    let bureau = tx.bureau().to_owned();
    let Some((position, key)) = taken(tx, port)? else { return Ok(true) };
    let found = tx.row(
        "SELECT 1 FROM messages WHERE bureau = $1 AND port = $2 AND (position > $3 OR (position = $3 AND key > $4)) LIMIT 1",
        &[bureau.as_str().into(), port.code().into(), position.into(), (&key).into()],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Gives each new message its turn.
fn take(tx: &mut Tx<'_>, port: PortName, calendar: &Calendar, now_ms: i64) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let Some((position, key)) = taken(tx, port)? else {
        let here = tx.position()?;
        tx.execute(
            "INSERT INTO outbox_ports (bureau, port, since, taken, taken_key) VALUES ($1, $2, $3, $3, '~')",
            &[b.into(), port.code().into(), here.into()],
        )?;
        return Ok(());
    };
    let rows = tx.rows(
        "SELECT key, position, rule, on_day FROM messages WHERE bureau = $1 AND port = $2 AND (position > $3 OR (position = $3 AND key > $4)) ORDER BY position, key LIMIT $5",
        &[b.into(), port.code().into(), position.into(), (&key).into(), TAKEN.into()],
        |row| Ok((row.text(0), row.int(1), row.text(2), row.text(3))),
    )?;
    for (key, _, of, day) in &rows {
        let (ahead, waits) = rule(of).map_or((0, false), |rule| (rule.ahead, rule.waits || rule.ahead > 0));
        let at = if waits { day.parse().map_or(now_ms, |due| morning_before(calendar, due, ahead)) } else { now_ms };
        // The same term told anew keeps what became of it, unless it was dropped as over.
        tx.later(
            "INSERT INTO deliveries (bureau, key, port, state, attempts, next_at, answer) VALUES ($1, $2, $3, 'waiting', 0, $4, '') \
             ON CONFLICT (bureau, key) DO UPDATE SET state = 'waiting', next_at = $4, done_at = NULL WHERE deliveries.state = 'void'",
            &[b.into(), key.into(), port.code().into(), at.into()],
        )?;
    }
    if let Some((key, position, ..)) = rows.last() {
        tx.later(
            "UPDATE outbox_ports SET taken = $3, taken_key = $4 WHERE bureau = $1 AND port = $2",
            &[b.into(), port.code().into(), (*position).into(), key.into()],
        )?;
    }
    Ok(())
}

/// Nine in the morning in Shanghai, so many working days before a day; UTC milliseconds.
fn morning_before(calendar: &Calendar, due: Date, ahead: u16) -> i64 {
    let (mut day, mut left) = (due, ahead);
    while left > 0 {
        let Ok(before) = day.yesterday() else { break };
        day = before;
        if calendar.is_workday(day) {
            left -= 1;
        }
    }
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    day.at(9, 0, 0, 0).to_zoned(zone).map_or(0, |at| at.timestamp().as_millisecond())
}

type Due = (String, i64, String, Option<Message>);

/// What is due, the longest waiting first, with its message where that still stands.
fn due(tx: &mut Tx<'_>, now_ms: i64) -> Result<Vec<Due>, Fault> {
    let bureau = tx.bureau().to_owned();
    tx.rows(
        "SELECT d.port, d.attempts, d.key, m.rule, m.on_day, m.case_id, m.act, m.ticket, m.unit, m.label FROM deliveries d \
         LEFT JOIN messages m ON m.bureau = d.bureau AND m.key = d.key \
         WHERE d.bureau = $1 AND d.state = 'waiting' AND d.next_at <= $2 ORDER BY d.next_at LIMIT $3",
        &[bureau.as_str().into(), now_ms.into(), SENT.into()],
        |row| {
            let key = row.text(2);
            let message = row.opt_text(3).map(|rule| Message {
                key: key.clone(),
                rule,
                day: row.text(4),
                case: row.opt_int(5),
                act: row.opt_int(6),
                ticket: row.opt_int(7),
                unit: row.text(8),
                label: row.text(9),
            });
            Ok((row.text(0), row.int(1), key, message))
        },
    )
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::rules::rules;

    #[test]
    fn each_try_waits_longer_and_a_term_is_told_three_working_days_before() {
        let waits: Vec<i64> = (1..ATTEMPTS).map(back_off).collect();
        assert!(waits.is_sorted() && waits[0] == 60_000);
        // The last day is Thursday 7 November 2024: Monday the 4th, nine in the morning in Shanghai, one in UTC.
        let at = morning_before(Calendar::builtin(), date(2024, 11, 7), 3);
        assert_eq!(at, 1_730_682_000_000);
        // Only what has a day can wait for it.
        let with_days = [vec!["term"], vec!["ticket.term"], vec!["ticket.follow_up"]];
        assert!(rules().iter().filter(|r| r.ahead > 0 || r.waits).all(|r| with_days.iter().any(|on| r.on == *on)));
        // The morning of the day itself.
        assert_eq!(morning_before(Calendar::builtin(), date(2024, 11, 7), 0), 1_730_682_000_000 + 3 * 86_400_000);
    }
}
