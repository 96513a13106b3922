//! One row per case, its parties, conducts and running clocks.

use law::acts::Act;
use law::case::{Case, Procedure, Recorded, Subject};
use law::clocks::{Clock, End, State, clocks};
use law::corpus::Corpus;
use law::judge::Now;
use ledger::{Entry, Fault, Tx, Value};

use crate::body::{Kept, Log, slot_of};
use crate::party::{self, Identity};
use crate::perform::brings_party;

/// Parties this act brings in or changes.
pub(super) fn parties(tx: &mut Tx<'_>, log: &Log, kept: &Kept, newest: &Recorded) -> Result<(), Fault> {
    let case = &log.case;
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    let act = &newest.act;
    let voids = matches!(act, Act::Voided(_));
    if brings_party(act) || voids || matches!(act, Act::PartyChanged(_)) {
        let sources = party::sources(log);
        // What a void takes back may have said who any of them is.
        let touched = |no: u8| voids || kept.parties.contains(&no);
        for facts in case.parties().filter(|p| touched(p.no.0)) {
            let no = &facts.no.0;
            let Some(keys) = sources.get(no) else { continue };
            let mut texts = tx.texts(keys)?;
            let identity = Identity::from_fields(facts.person, keys.map(|key| texts.remove(&key)));
            tx.later(
                "INSERT INTO case_parties (bureau, case_id, no, party, person, name, id_number, address, phone, representative) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (bureau, case_id, no) DO UPDATE \
                 SET party = $4, person = $5, name = $6, id_number = $7, address = $8, phone = $9, representative = $10",
                &[
                    b.into(),
                    log.id.into(),
                    i64::from(*no).into(),
                    (&facts.key).into(),
                    identity.person.into(),
                    (&identity.name).into(),
                    (&identity.id_number).into(),
                    (&identity.address).into(),
                    (&identity.phone).into(),
                    (&identity.representative).into(),
                ],
            )?;
        }
    }
    if voids {
        // What a voided act brought in is gone from the tables, as it is from the case.
        let standing: Vec<i64> = case.parties().map(|p| i64::from(p.no.0)).collect();
        let rows = tx.rows(
            "SELECT no FROM case_parties WHERE bureau = $1 AND case_id = $2",
            &[b.into(), log.id.into()],
            |r| Ok(r.int(0)),
        )?;
        for no in rows.into_iter().filter(|no| !standing.contains(no)) {
            tx.execute(
                "DELETE FROM case_parties WHERE bureau = $1 AND case_id = $2 AND no = $3",
                &[b.into(), log.id.into(), no.into()],
            )?;
        }
        let standing: Vec<i64> = case.conducts().map(|c| i64::from(c.no.0)).collect();
        let rows = tx.rows(
            "SELECT no FROM case_conducts WHERE bureau = $1 AND case_id = $2",
            &[b.into(), log.id.into()],
            |r| Ok(r.int(0)),
        )?;
        for no in rows.into_iter().filter(|no| !standing.contains(no)) {
            tx.execute(
                "DELETE FROM case_conducts WHERE bureau = $1 AND case_id = $2 AND no = $3",
                &[b.into(), log.id.into(), no.into()],
            )?;
        }
    }
    for conduct in case.conducts().filter(|c| c.by == newest.no) {
        tx.later(
            "INSERT INTO case_conducts (bureau, case_id, no, matter, day, place) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (bureau, case_id, no) DO NOTHING",
            &[
                b.into(),
                log.id.into(),
                i64::from(conduct.no.0).into(),
                (&conduct.matter).into(),
                (&conduct.day.to_string()).into(),
                (&conduct.place).into(),
            ],
        )?;
    }
    Ok(())
}

/// The row of the case, and its clocks.
pub(super) fn row(tx: &mut Tx<'_>, entry: &Entry, log: &Log, newest: &Recorded) -> Result<(), Fault> {
    let bureau = tx.bureau().to_owned();
    let b = bureau.as_str();
    if entry.version == 1 || is_heading(log, newest) {
        heading(tx, b, entry, log, newest)?;
    }
    let case = &log.case;
    let standing = |is: fn(&Act) -> bool| case.standing().find(|a| is(&a.act)).map(|a| a.happened.to_string());
    let running = running(case, entry, Corpus::builtin());
    let next = running.iter().filter(|c| c.end == End::Late).min_by_key(|c| c.due.last);
    let procedure = if case.procedure() == Some(Procedure::Simple) { "simple" } else { "ordinary" };
    let marks: usize = case.log().iter().map(|act| act.marks.len()).sum();
    tx.later(
        "UPDATE cases SET unit = $3, procedure = $4, stage = $5, filed = $6, decided = $7, closed = $8, fine = $9, handler = $10, due = $11, due_label = $12, \
         due_start = $13, due_workdays = $14, marks = $15, version = $16 WHERE bureau = $1 AND id = $2",
        &[
            b.into(),
            log.id.into(),
            (&log.unit).into(),
            procedure.into(),
            i64::from(case.stage() as u8).into(),
            (&standing(|act| matches!(act, Act::Filing(_)))).into(),
            (&standing(is_outcome)).into(),
            (&standing(|act| matches!(act, Act::Closed(_) | Act::CaseEnded(_) | Act::FilingRefused(_)))).into(),
            standing_fines(case).into(),
            newest.team.first().map_or(0, |p| i64::from(p.0)).into(),
            (&next.map_or_else(|| NO_DAY.into(), |c| c.due.last.to_string())).into(),
            next.map_or("", |c| c.label).into(),
            (&next.map_or_else(String::new, |c| c.start.to_string())).into(),
            next.is_some_and(|c| c.workdays).into(),
            i64::try_from(marks).unwrap_or(i64::MAX).into(),
            entry.version.into(),
        ],
    )?;
    tx.later("DELETE FROM case_clocks WHERE bureau = $1 AND case_id = $2", &[b.into(), log.id.into()])?;
    clock_rows(tx, b, log, &running)?;
    Ok(())
}

/// The running clocks, in one statement; few cases have more than four.
fn clock_rows(tx: &mut Tx<'_>, b: &str, log: &Log, running: &[Clock]) -> Result<(), Fault> {
    const COLUMNS: usize = 11;
    let days: Vec<[String; 2]> = running.iter().map(|c| [c.start.to_string(), c.due.last.to_string()]).collect();
    let mut args: Vec<Value<'_>> = Vec::with_capacity(running.len() * COLUMNS);
    for ((at, clock), [start, due]) in (0_i64..).zip(running).zip(&days) {
        let ends = match clock.end {
            End::Late => "late",
            End::Lapses => "lapses",
            End::Opens => "opens",
        };
        args.extend([
            b.into(),
            log.id.into(),
            at.into(),
            clock.id.into(),
            clock.label.into(),
            clock.article.into(),
            Value::from(start),
            due.into(),
            ends.into(),
            clock.workdays.into(),
            (&log.unit).into(),
        ]);
    }
    if running.is_empty() {
        return Ok(());
    }
    let row = |at: usize| {
        let marks: Vec<String> = (1..=COLUMNS).map(|n| format!("${}", at * COLUMNS + n)).collect();
        format!("({})", marks.join(", "))
    };
    let rows: Vec<String> = (0..running.len()).map(row).collect();
    let sql = format!(
        "INSERT INTO case_clocks (bureau, case_id, at, clock, label, article, start, due, ends, workdays, unit) VALUES {}",
        rows.join(", ")
    );
    tx.later(&sql, &args)
}

/// What stands for no day in a column that lists are sorted by.
const NO_DAY: &str = "9999-12-31";

/// Does this act change what the case is called or found by: its parties, conducts or numbers, or whether it is decided?
fn is_heading(log: &Log, newest: &Recorded) -> bool {
    let act = &newest.act;
    brings_party(act)
        || matches!(act, Act::PartyChanged(_) | Act::Voided(_))
        || is_outcome(act)
        || newest.allocated.number.is_some()
        || log.case.conducts().any(|c| c.by == newest.no)
}

/// The campaign that the act names which raised the case.
fn campaign(case: &Case) -> Option<i64> {
    case.standing().find_map(|act| match &act.act {
        Act::ClueRegistered(act) => act.campaign.map(i64::from),
        Act::OnSpotPenalty(act) => act.campaign.map(i64::from),
        _ => None,
    })
}

/// What the case is called and found by.
fn heading(tx: &mut Tx<'_>, b: &str, entry: &Entry, log: &Log, newest: &Recorded) -> Result<(), Fault> {
    let case = &log.case;
    let names = tx.rows(
        "SELECT name FROM case_parties WHERE bureau = $1 AND case_id = $2 ORDER BY no LIMIT 3",
        &[b.into(), log.id.into()],
        |row| Ok(row.text(0)),
    )?;
    let conduct = case.conducts().next();
    let (matter, place) = conduct.map_or(("", ""), |c| (c.matter.as_str(), c.place.as_str()));
    let matter_name = Corpus::builtin().matter(matter).map_or(matter, |m| m.name.as_str());
    let who = match names.as_slice() {
        [] => "当事人待查".to_owned(),
        [one] => one.clone(),
        [first, ..] => format!("{first}等"),
    };
    // Before the decision nobody is called guilty.
    let suspected = if case.standing().any(|a| is_outcome(&a.act)) { "" } else { "涉嫌" };
    let title = format!("{who}{suspected}{matter_name}案");
    // A case goes by the number of what it came to, before that by that of its filing, before that by its newest.
    let newest_of = |of: &dyn Fn(&Act) -> bool| {
        case.standing().rev().filter(|a| of(&a.act)).find_map(|a| a.allocated.number.as_deref())
    };
    let filed = |act: &Act| matches!(act, Act::Filing(_));
    let number =
        newest_of(&is_outcome).or_else(|| newest_of(&filed)).or_else(|| newest_of(&|_| true)).unwrap_or_default();
    let opened = log.entries.first().map_or(entry.happened_at, |e| e.happened_at);
    tx.later(
        "INSERT INTO cases (bureau, id, organ, unit, title, number, matter, procedure, stage, place, lead, opened, fine, handler, due, due_label, \
         due_start, due_workdays, marks, version, campaign) VALUES ($1, $2, $3, $4, $5, $6, $7, '', 0, $8, $9, $10, 0, 0, '', '', '', 0, 0, 0, $11) \
         ON CONFLICT (bureau, id) DO UPDATE SET title = $5, number = $6, matter = $7, place = $8, campaign = $11",
        &[
            b.into(),
            log.id.into(),
            (&newest.organ.0).into(),
            (&log.unit).into(),
            (&title).into(),
            number.into(),
            matter.into(),
            place.into(),
            (&log.lead).into(),
            (&opened.to_string()).into(),
            campaign(case).into(),
        ],
    )?;
    let text = found_by(tx, b, log, &title)?;
    tx.index_tagged("case", &log.id.to_string(), &text, &[&tag("unit", &log.unit), &tag("matter", matter)])
}

/// Everything a case is found by: its title, who takes part in it, where it happened, what it is about, every number of it here and where it
/// comes from. Short things first, so that what is looked for most stands in front.
fn found_by(tx: &mut Tx<'_>, b: &str, log: &Log, title: &str) -> Result<String, Fault> {
    /// Parties whose names are looked for; a case with more is found by these and its number.
    const PARTIES: i64 = 50;
    let case = &log.case;
    let mut words = vec![title.to_owned()];
    words.extend(case.standing().filter_map(|act| act.allocated.number.clone()));
    words.extend(case.conducts().map(|conduct| conduct.place.clone()));
    words.extend(case.conducts().filter_map(|c| Some(Corpus::builtin().matter(&c.matter)?.name.clone())));
    let origin = log.entries.first().and_then(|entry| entry.origin.as_ref());
    words.extend(origin.map(|origin| origin.case.clone()));
    let parties = tx.rows(
        "SELECT name, representative FROM case_parties WHERE bureau = $1 AND case_id = $2 ORDER BY no LIMIT $3",
        &[b.into(), log.id.into(), PARTIES.into()],
        |row| Ok([Some(row.text(0)), row.opt_text(1)]),
    )?;
    words.extend(parties.into_iter().flatten().flatten());
    Ok(words.join("；"))
}

/// The tag that narrows a search to a unit or a matter.
pub(crate) fn tag(what: &str, which: &str) -> String {
    format!("{what}:{which}")
}

/// The texts of an act that makes a document, so that what stands in a document is found.
pub(super) fn paper(tx: &mut Tx<'_>, entry: &Entry, log: &Log, newest: &Recorded) -> Result<(), Fault> {
    let kind = newest.act.kind();
    if let (Act::Voided(_), Subject::Item(no)) = (&newest.act, newest.subject) {
        // What was taken back is no longer found.
        return tx.index("paper", &format!("{}/{}", log.id, no.0), "");
    }
    if kind.document().is_none() {
        return Ok(());
    }
    let slots = kind.fields().iter().filter_map(|field| slot_of(kind, field.key));
    let keys: Vec<(i64, u32)> = slots.map(|slot| (entry.position, slot)).collect();
    let texts = tx.texts(&keys)?;
    let number = newest.allocated.number.as_deref().unwrap_or_default();
    let mut words = vec![kind.label(), number];
    words.extend(texts.values().map(String::as_str));
    let tags = [tag("unit", &log.unit)];
    tx.index_tagged("paper", &format!("{}/{}", log.id, newest.no.0), &words.join("；"), &[&tags[0]])
}

/// Clocks that run as things stand after this entry. The table holds their last days; whether one is over is asked on the day.
fn running(case: &Case, entry: &Entry, corpus: &'static Corpus) -> Vec<Clock> {
    let office = law::office::Office {
        organ: law::acts::OrganId::default(),
        demonstration: false,
        persons: std::collections::BTreeMap::new(),
        powers: Vec::new(),
    };
    let now = Now {
        today: entry.happened_at,
        corpus,
        calendar: corpus.calendar(),
        office: &office,
        neighbours: law::judge::Neighbours::default(),
        verified: &std::collections::BTreeSet::new(),
    };
    clocks(case, &now).into_iter().filter(|c| matches!(c.state, State::Running | State::Over)).collect()
}

fn is_outcome(act: &Act) -> bool {
    matches!(act, Act::PenaltyDecided(_) | Act::PenaltyWaived(_) | Act::UnprovenDecided(_) | Act::OnSpotPenalty(_))
}

/// The sum of the fines that stand.
fn standing_fines(case: &Case) -> i64 {
    case.standing()
        .map(|act| {
            let mut fine = match &act.act {
                Act::PenaltyDecided(a) => a.fine.0,
                Act::OnSpotPenalty(a) => a.fine.0,
                _ => return 0,
            };
            for later in case.standing().filter(|l| l.subject == Subject::Document(act.no)) {
                match &later.act {
                    Act::DecisionChanged(change) => fine = change.fine.0,
                    Act::DecisionRevoked(_) => fine = 0,
                    _ => {}
                }
            }
            fine
        })
        .sum()
}
