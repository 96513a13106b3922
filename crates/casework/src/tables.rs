//! The tables of cases: projections of the entries `case.*`, and two primary ones that no journal entry stands behind.

pub(crate) mod cases;
mod decisions;
mod dues;
mod numbers;
pub(crate) mod refusals;
mod reviews;
mod scenes;

use std::sync::Arc;

use law::Day;
use law::acts::Draft;
use law::acts::OrganId;
use law::case::Case;
use law::judge::{Neighbour, Neighbours};
use ledger::{Entry, Fault, Table, TableKind, Tx};

use crate::body::Log;
use crate::verified;

const fn projection(name: &'static str, create: &'static str, indexes: &'static [&'static str]) -> Table {
    Table { name, create, indexes, kind: TableKind::Projection }
}

pub(crate) static TABLES: &[Table] = &[
    projection(
        "cases",
        "CREATE TABLE cases (bureau TEXT NOT NULL, id BIGINT NOT NULL, organ TEXT NOT NULL, unit TEXT NOT NULL, title TEXT NOT NULL, number TEXT NOT NULL, \
         matter TEXT NOT NULL, procedure TEXT NOT NULL, stage BIGINT NOT NULL, place TEXT NOT NULL, lead TEXT, opened TEXT NOT NULL, filed TEXT, decided TEXT, \
         closed TEXT, fine BIGINT NOT NULL, handler BIGINT NOT NULL, due TEXT NOT NULL, due_label TEXT NOT NULL, due_start TEXT NOT NULL, due_workdays BIGINT NOT NULL, marks BIGINT NOT NULL, version BIGINT NOT NULL, \
         campaign BIGINT, PRIMARY KEY (bureau, id))",
        &[
            "CREATE INDEX cases_campaign ON cases (bureau, campaign, id)",
            "CREATE INDEX cases_unit ON cases (bureau, unit, id)",
            "CREATE INDEX cases_due ON cases (bureau, due, id)",
            "CREATE INDEX cases_unit_due ON cases (bureau, unit, due, id)",
            "CREATE INDEX cases_lead ON cases (bureau, lead)",
            "CREATE INDEX cases_number ON cases (bureau, number, id)",
        ],
    ),
    projection(
        "case_parties",
        "CREATE TABLE case_parties (bureau TEXT NOT NULL, case_id BIGINT NOT NULL, no BIGINT NOT NULL, party TEXT NOT NULL, person BIGINT NOT NULL, \
         name TEXT NOT NULL, id_number TEXT, address TEXT, phone TEXT, representative TEXT, PRIMARY KEY (bureau, case_id, no))",
        &[
            "CREATE INDEX case_parties_party ON case_parties (bureau, party)",
            "CREATE INDEX case_parties_number ON case_parties (bureau, id_number, case_id)",
            "CREATE INDEX case_parties_name ON case_parties (bureau, name, case_id)",
        ],
    ),
    projection(
        "case_conducts",
        "CREATE TABLE case_conducts (bureau TEXT NOT NULL, case_id BIGINT NOT NULL, no BIGINT NOT NULL, matter TEXT NOT NULL, day TEXT NOT NULL, \
         place TEXT NOT NULL, PRIMARY KEY (bureau, case_id, no))",
        &[],
    ),
    projection(
        "case_clocks",
        "CREATE TABLE case_clocks (bureau TEXT NOT NULL, case_id BIGINT NOT NULL, at BIGINT NOT NULL, clock TEXT NOT NULL, label TEXT NOT NULL, article TEXT NOT NULL, \
         start TEXT NOT NULL, due TEXT NOT NULL, ends TEXT NOT NULL, workdays BIGINT NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (bureau, case_id, at))",
        &[
            "CREATE INDEX case_clocks_unit ON case_clocks (bureau, unit, due, case_id)",
            "CREATE INDEX case_clocks_due ON case_clocks (bureau, due, case_id)",
        ],
    ),
    projection(
        "case_reviews",
        "CREATE TABLE case_reviews (bureau TEXT NOT NULL, case_id BIGINT NOT NULL, unit TEXT NOT NULL, since TEXT NOT NULL, \
         PRIMARY KEY (bureau, case_id))",
        &["CREATE INDEX case_reviews_since ON case_reviews (bureau, since, case_id)"],
    ),
    projection(
        "case_hearings",
        "CREATE TABLE case_hearings (bureau TEXT NOT NULL, case_id BIGINT NOT NULL, act BIGINT NOT NULL, unit TEXT NOT NULL, \
         party BIGINT NOT NULL, day TEXT NOT NULL, time TEXT NOT NULL, place TEXT NOT NULL, chair BIGINT NOT NULL, open BIGINT NOT NULL, announced TEXT, \
         state TEXT NOT NULL, PRIMARY KEY (bureau, case_id, act))",
        &["CREATE INDEX case_hearings_day ON case_hearings (bureau, day, case_id, act)"],
    ),
    projection(
        "case_dues",
        "CREATE TABLE case_dues (bureau TEXT NOT NULL, case_id BIGINT NOT NULL, act BIGINT NOT NULL, organ TEXT NOT NULL, unit TEXT NOT NULL, \
         party BIGINT NOT NULL, number TEXT NOT NULL, fine BIGINT NOT NULL, paid BIGINT NOT NULL, since TEXT, due TEXT NOT NULL, state TEXT NOT NULL, \
         PRIMARY KEY (bureau, case_id, act))",
        &[
            "CREATE INDEX case_dues_due ON case_dues (bureau, state, due, case_id, act)",
            "CREATE INDEX case_dues_unit ON case_dues (bureau, unit, state, due, case_id, act)",
            "CREATE INDEX case_dues_number ON case_dues (bureau, number)",
        ],
    ),
    projection(
        "decisions",
        "CREATE TABLE decisions (bureau TEXT NOT NULL, case_id BIGINT NOT NULL, act BIGINT NOT NULL, organ TEXT NOT NULL, unit TEXT NOT NULL, kind TEXT NOT NULL, \
         procedure TEXT NOT NULL, matter TEXT NOT NULL, number TEXT NOT NULL, decided TEXT NOT NULL, fine BIGINT NOT NULL, fine_decided BIGINT NOT NULL, \
         mild BIGINT NOT NULL, party BIGINT NOT NULL, person BIGINT NOT NULL, served TEXT, published TEXT, withdrawn TEXT, revoked TEXT, PRIMARY KEY (bureau, case_id, act))",
        &[
            "CREATE INDEX decisions_case ON decisions (bureau, case_id, kind, decided, fine_decided, fine, revoked, act)",
            "CREATE INDEX decisions_published ON decisions (bureau, published, kind, procedure, mild, case_id, act)",
            "CREATE INDEX decisions_decided ON decisions (bureau, decided, kind, fine_decided, fine, revoked, case_id, act)",
            "CREATE INDEX decisions_matter ON decisions (bureau, matter, decided, case_id, act)",
        ],
    ),
    projection(
        "decision_fines",
        "CREATE TABLE decision_fines (bureau TEXT NOT NULL, case_id BIGINT NOT NULL, act BIGINT NOT NULL, day TEXT NOT NULL, fine BIGINT NOT NULL, \
         PRIMARY KEY (bureau, case_id, act, day))",
        &[],
    ),
    projection(
        "issued",
        "CREATE TABLE issued (bureau TEXT NOT NULL, code TEXT NOT NULL, case_id BIGINT NOT NULL, act BIGINT NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL, \
         organ TEXT NOT NULL, word TEXT NOT NULL, year BIGINT NOT NULL, serial BIGINT NOT NULL, void BIGINT NOT NULL, day TEXT NOT NULL, \
         position BIGINT NOT NULL, PRIMARY KEY (bureau, code))",
        &[
            "CREATE INDEX issued_case ON issued (bureau, case_id, act)",
            "CREATE INDEX issued_number ON issued (bureau, number, case_id)",
            "CREATE INDEX issued_series ON issued (bureau, organ, word, year, void, serial)",
            "CREATE INDEX issued_position ON issued (bureau, position)",
        ],
    ),
    projection(
        "verified_matters",
        "CREATE TABLE verified_matters (bureau TEXT NOT NULL, matter TEXT NOT NULL, from_day TEXT NOT NULL, person BIGINT NOT NULL, day TEXT NOT NULL, \
         against TEXT NOT NULL, PRIMARY KEY (bureau, matter, from_day))",
        &[],
    ),
    projection(
        "statute_versions",
        "CREATE TABLE statute_versions (bureau TEXT NOT NULL, statute TEXT NOT NULL, from_day TEXT NOT NULL, to_day TEXT, source TEXT NOT NULL, checker BIGINT NOT NULL, \
         day TEXT NOT NULL, digest TEXT NOT NULL, articles BIGINT NOT NULL, position BIGINT NOT NULL, PRIMARY KEY (bureau, statute, from_day))",
        &[],
    ),
    projection(
        "statute_articles",
        "CREATE TABLE statute_articles (bureau TEXT NOT NULL, statute TEXT NOT NULL, from_day TEXT NOT NULL, article TEXT NOT NULL, words TEXT NOT NULL, \
         PRIMARY KEY (bureau, statute, from_day, article))",
        &[],
    ),
    // Who was where with what: read by day, to see whether one officer was in two places.
    projection(
        "case_scenes",
        "CREATE TABLE case_scenes (bureau TEXT NOT NULL, case_id BIGINT NOT NULL, act BIGINT NOT NULL, day TEXT NOT NULL, time TEXT, kind TEXT NOT NULL, \
         place TEXT NOT NULL, device TEXT NOT NULL, officers TEXT NOT NULL, files TEXT NOT NULL, PRIMARY KEY (bureau, case_id, act))",
        &["CREATE INDEX case_scenes_day ON case_scenes (bureau, day, case_id, act)"],
    ),
    Table {
        name: "refusals",
        create: "CREATE TABLE refusals (bureau TEXT NOT NULL, id BIGINT NOT NULL, at BIGINT NOT NULL, person BIGINT NOT NULL, unit TEXT NOT NULL, case_id BIGINT, \
                 act TEXT NOT NULL, rules TEXT NOT NULL, why TEXT NOT NULL, PRIMARY KEY (bureau, id))",
        indexes: &["CREATE INDEX refusals_person ON refusals (bureau, person, id)"],
        kind: TableKind::Primary,
    },
    Table {
        name: "lookups",
        create: "CREATE TABLE lookups (bureau TEXT NOT NULL, id BIGINT NOT NULL, at BIGINT NOT NULL, person BIGINT NOT NULL, what TEXT NOT NULL, reason TEXT NOT NULL, \
                 PRIMARY KEY (bureau, id))",
        indexes: &[],
        kind: TableKind::Primary,
    },
];

/// Writes one entry into the tables of cases.
///
/// # Errors
/// The database fails, or the entry has a shape this version does not know.
pub fn project(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Fault> {
    if entry.kind == verified::KIND {
        return verified::project(tx, entry);
    }
    if entry.kind == crate::statutes::KIND {
        return crate::statutes::project(tx, entry);
    }
    if entry.kind.starts_with(crate::approval::KINDS) {
        return crate::approval::project(tx, entry);
    }
    if entry.kind == crate::seals::KIND {
        return crate::seals::project(tx, entry);
    }
    if entry.kind.starts_with(crate::scans::KINDS) {
        return crate::scans::project(tx, entry);
    }
    if !entry.kind.starts_with("case.") {
        return Ok(());
    }
    let log: Arc<Log> = tx.fold_to(entry)?;
    crate::exchange::project(tx, entry, &log)?;
    let (kept, newest) = log.newest()?;
    cases::parties(tx, &log, kept, newest)?;
    cases::row(tx, entry, &log, newest)?;
    cases::paper(tx, entry, &log, newest)?;
    decisions::rows(tx, &log, newest)?;
    scenes::row(tx, &log, newest)?;
    reviews::rows(tx, &log, newest)?;
    dues::rows(tx, &log, newest)?;
    numbers::rows(tx, &log, kept, newest)
}

/// Cases elsewhere with the same party and conduct, for the rules against a second fine and a second filing.
pub(crate) fn neighbours(
    tx: &mut Tx<'_>,
    id: i64,
    case: &Case,
    party: Option<&str>,
    draft: &Draft,
) -> Result<Neighbours, Fault> {
    let mut parties: Vec<String> = case.parties().map(|p| p.key.clone()).collect();
    parties.extend(party.map(str::to_owned));
    let mut conducts: Vec<(String, String)> = case.conducts().map(|c| (c.matter.clone(), c.day.to_string())).collect();
    if let (Some(matter), Some(day)) = (draft.get_text("matter"), draft.get_text("conduct_day")) {
        conducts.push((matter, day));
    }
    let bureau = tx.bureau().to_owned();
    let mut found = Neighbours::default();
    for party in parties.iter().filter(|p| !p.is_empty()) {
        for (matter, day) in &conducts {
            let rows = tx.rows(
                "SELECT c.id, c.organ, COALESCE(c.filed, c.opened), c.fine, c.number FROM case_parties p \
                 JOIN case_conducts k ON k.bureau = p.bureau AND k.case_id = p.case_id JOIN cases c ON c.bureau = p.bureau AND c.id = p.case_id \
                 WHERE p.bureau = $1 AND p.party = $2 AND p.case_id <> $3 AND k.matter = $4 AND k.day = $5 AND (c.filed IS NOT NULL OR c.decided IS NOT NULL) \
                 ORDER BY c.id LIMIT 20",
                &[bureau.as_str().into(), party.into(), id.into(), matter.into(), day.into()],
                |row| Ok((row.int(0), row.text(1), row.text(2), row.int(3), row.text(4))),
            )?;
            for (case, organ, filed, fine, number) in rows {
                let filed: Day = filed.parse().map_err(|_| Fault::Bug(format!("not a day: {filed}")))?;
                let case = if number.is_empty() { format!("第{case}号案") } else { number };
                found.same_conduct_elsewhere.push(Neighbour { case, organ: OrganId(organ), filed, fined: fine > 0 });
            }
        }
    }
    Ok(found)
}
