//! The performance: every act of every case, complaint and record, day by day, through the write paths people use. What happens on a
//! day is one transaction or a few, so that a year fills in a minute.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use casework::approval::{By, Step as Signed};
use casework::drive::{self, Team};
use casework::{Casework, Error, Proposed, Where};
use intake::{Act as TicketAct, Intake, LeadTo};
use jiff::civil::Date;
use law::acts::{Entries, Kind};
use law::case::Entry;
use ledger::{Fault, Ledger, Tx};
use office::Role;
use registers::{Names, Registers, Written, WrittenEntry};

use crate::cast::{Cast, Squad};
use crate::files;
use crate::plan::Plan;
use crate::records::Record;
use crate::tickets::{Deed, Ticket};

/// Jobs of one transaction at most.
const JOBS_MAX: usize = 240;

/// Files stored at a time.
const FILES_MAX: usize = 500;

/// What the demonstration is performed on.
#[derive(Clone)]
pub struct Site {
    /// The journal.
    pub ledger: Ledger,
    /// Cases.
    pub casework: Casework,
    /// Complaints.
    pub intake: Intake,
    /// Registers.
    pub registers: Registers,
    /// The bureau's clock, UTC milliseconds: set on to each day as it comes.
    pub now: Arc<AtomicI64>,
}

/// Something to be done on a day; the order of the variants is their order within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Job {
    /// A version of a record that others refer to.
    Early(usize, usize),
    /// A deed of a complaint up to its assignment.
    Intake(usize, usize),
    /// An act of a case.
    Act(usize, usize),
    /// Another deed of a complaint.
    Deed(usize, usize),
    /// A version of a record.
    Record(usize, usize),
}

/// Numbers given so far.
#[derive(Debug, Clone, Default)]
struct Known {
    cases: BTreeMap<usize, i64>,
    tickets: BTreeMap<usize, i64>,
    records: BTreeMap<usize, i64>,
}

/// What is performed.
pub(crate) struct Script {
    pub(crate) cast: Cast,
    pub(crate) plans: Vec<Plan>,
    pub(crate) tickets: Vec<Ticket>,
    pub(crate) records: Vec<Record>,
    /// The first day of the year: what lies before it is entered on it.
    pub(crate) opening: Date,
}

/// Nine in the morning in Shanghai, UTC milliseconds.
fn morning(day: Date) -> i64 {
    let days = day.since(jiff::civil::date(1970, 1, 1)).map_or(0, |span| i64::from(span.get_days()));
    days * 86_400_000 + 3_600_000
}

/// Performs the script to a day and gives how many jobs that were.
///
/// # Errors
/// Something is refused that should not be, or the ledger fails.
pub(crate) fn perform(site: &Site, script: Script, until: Date) -> Result<usize, String> {
    let mut days: BTreeMap<Date, Vec<Job>> = BTreeMap::new();
    let mut put = |day: Date, job: Job| days.entry(day.max(script.opening)).or_default().push(job);
    let led: BTreeMap<usize, usize> =
        script.tickets.iter().enumerate().filter_map(|(n, t)| Some((t.plan?, n))).collect();
    for (n, plan) in script.plans.iter().enumerate() {
        let mut day = Date::MIN;
        for (at, act) in plan.story.acts.iter().enumerate() {
            if act.step.day < day {
                return Err(format!("演示案件 {n}：{}早于前一步", act.step.kind.label()));
            }
            day = act.step.day;
            put(day, Job::Act(n, at));
        }
    }
    for (n, ticket) in script.tickets.iter().enumerate() {
        for (at, (day, deed)) in ticket.deeds.iter().enumerate() {
            let first = matches!(deed, Deed::Received | Deed::Assigned);
            put(*day, if first { Job::Intake(n, at) } else { Job::Deed(n, at) });
        }
    }
    for (n, record) in script.records.iter().enumerate() {
        for (at, (day, _)) in record.versions.iter().enumerate() {
            put(*day, if record.early { Job::Early(n, at) } else { Job::Record(n, at) });
        }
    }
    let play = Arc::new(Play { site: site.clone(), script, led });
    let files = Arc::new(play.files(days.range(..=until).flat_map(|(_, jobs)| jobs))?);
    let (mut known, mut done) = (Known::default(), 0);
    for (day, mut jobs) in days.into_iter().take_while(|(day, _)| *day <= until) {
        jobs.sort_unstable();
        done += jobs.len();
        let mut now = morning(day).max(site.now.load(Ordering::SeqCst));
        for chunk in jobs.chunks(JOBS_MAX) {
            site.now.store(now, Ordering::SeqCst);
            let (play, before, chunk, files) = (play.clone(), known.clone(), chunk.to_vec(), files.clone());
            let played = site.ledger.act_blocking(move |tx| play.chunk(tx, day, &chunk, &files, before.clone()));
            known = played.map_err(|fault| format!("{fault}（{fault:?}）"))??;
            now = now.max(site.now.load(Ordering::SeqCst));
        }
    }
    play.waiting(&known, until)?;
    Ok(done)
}

struct Play {
    site: Site,
    script: Script,
    led: BTreeMap<usize, usize>,
}

/// What a transaction answers: what is known after it, or what went wrong in the script.
type Played = Result<Result<Known, String>, Fault>;

impl Play {
    /// The files that the acts of these jobs name, stored before any of them.
    fn files<'j>(&self, jobs: impl Iterator<Item = &'j Job>) -> Result<BTreeMap<Job, String>, String> {
        let mut made: Vec<(Job, Vec<u8>)> = Vec::new();
        for job in jobs {
            let Job::Act(n, at) = *job else { continue };
            let act = &self.script.plans[n].story.acts[at];
            if act.photo {
                made.push((*job, files::photo(n * 64 + at, n + 1)?));
            }
            if act.recording && act.step.kind.field("files").is_some() {
                made.push((*job, files::recording(n * 64 + at)));
            }
        }
        let mut stored: BTreeMap<Job, String> = BTreeMap::new();
        for some in made.chunks(FILES_MAX) {
            let bytes: Vec<&[u8]> = some.iter().map(|(_, bytes)| bytes.as_slice()).collect();
            let ids = self.site.casework.evidence.put_all(&bytes).map_err(|e| e.to_string())?;
            for ((job, _), id) in some.iter().zip(ids) {
                let named = stored.entry(*job).or_default();
                if !named.is_empty() {
                    named.push('、');
                }
                named.push_str(&id.id);
            }
        }
        Ok(stored)
    }

    fn chunk(
        &self,
        tx: &mut Tx<'_>,
        day: Date,
        jobs: &[Job],
        files: &BTreeMap<Job, String>,
        mut known: Known,
    ) -> Played {
        let mut names = None;
        for job in jobs {
            let done = match *job {
                Job::Act(n, at) => self.act(tx, &mut known, day, n, at, files.get(job))?,
                Job::Intake(n, at) | Job::Deed(n, at) => self.deed(tx, &mut known, day, n, at)?,
                Job::Early(n, at) | Job::Record(n, at) => {
                    if names.is_none() {
                        names = Some(Names::read(tx, self.site.registers.set)?);
                    }
                    match &mut names {
                        Some(names) => self.record(tx, names, &mut known, day, n, at)?,
                        None => Ok(()),
                    }
                }
            };
            if let Err(why) = done {
                return Ok(Err(why));
            }
        }
        Ok(Ok(known))
    }

    fn act(
        &self,
        tx: &mut Tx<'_>,
        known: &mut Known,
        day: Date,
        n: usize,
        at: usize,
        files: Option<&String>,
    ) -> Result<Result<(), String>, Fault> {
        let plan = &self.script.plans[n];
        let squad = self.script.cast.squad(plan.squad);
        let act = &plan.story.acts[at];
        let said = |why: &dyn std::fmt::Display| {
            format!(
                "演示案件 {}（{}）第 {} 步“{}”（{day}）：{why}",
                n + 1,
                plan.brief.matter,
                at + 1,
                act.step.kind.label()
            )
        };
        if at == 0
            && let Some(ticket) = self.led.get(&n).and_then(|t| known.tickets.get(t))
        {
            return Ok(self
                .lead(tx, *ticket, plan, day)?
                .map(|case| {
                    known.cases.insert(n, case);
                })
                .map_err(|e| said(&e)));
        }
        let place = match known.cases.get(&n) {
            Some(id) => Where::Case { id: *id, seen: None },
            None => Where::New { organ: squad.organ.clone(), unit: squad.unit.clone(), lead: None },
        };
        let mut proposed = self.proposed(plan, squad, at, day);
        if let Some(ids) = files {
            proposed.fields.insert("files".into(), ids.clone());
        }
        let own = &self.site.casework;
        let done = match own.attempt(tx, &place, &proposed)? {
            Err(Error::Chained(roles)) => self.chain(tx, &place, squad, plan, &proposed, &roles)?,
            other => other.map(|committed| committed.case),
        };
        Ok(match (done, act.refused) {
            (Ok(case), false) => {
                known.cases.insert(n, case);
                Ok(())
            }
            (Err(Error::Refused(_)), true) => Ok(()),
            (Ok(_), true) => Err(said(&"应当被拒绝，却办成了")),
            (Err(Error::Fault(fault)), _) => return Err(fault),
            (Err(why), _) => Err(said(&why)),
        })
    }

    fn proposed(&self, plan: &Plan, squad: &Squad, at: usize, day: Date) -> Proposed {
        let act = &plan.story.acts[at];
        let team = Team {
            organ: squad.organ.clone(),
            unit: squad.unit.clone(),
            officers: plan.crew,
            heads: squad.heads.clone(),
            reviewer: 0,
        };
        let mut proposed = drive::proposed(&team, &act.step);
        proposed.time = act.time;
        proposed.today = day;
        if act.step.day < self.script.opening {
            // What happened before the system was there is entered from paper by the legal officer.
            let source = format!("{}年纸质案卷（示例）", act.step.day.year());
            proposed.entry = Entry::Reported { source };
            proposed.person = squad.legal;
        } else if act.step.kind.entries() == Entries::Reported {
            proposed.entry = Entry::Reported { source: "本单位登记".into() };
        }
        if let Some(by) = act.by {
            proposed.person = by;
        }
        proposed.recorded_by = format!("person-{}", proposed.person);
        proposed
    }

    /// Submitted by the crew, signed step by step, performed by the last signature.
    fn chain(
        &self,
        tx: &mut Tx<'_>,
        place: &Where,
        squad: &Squad,
        plan: &Plan,
        proposed: &Proposed,
        roles: &[Role],
    ) -> Result<Result<i64, Error>, Fault> {
        let own = &self.site.casework;
        let approval = match self.submit(tx, place, plan, proposed)? {
            Ok(approval) => approval,
            Err(why) => return Ok(Err(why)),
        };
        for role in roles {
            match own.sign_in(tx, &signer(squad, *role, proposed.today), approval, None)? {
                Ok(Signed::Performed(committed)) => return Ok(Ok(committed.case)),
                Ok(Signed::Next(_)) => {}
                Err(why) => return Ok(Err(why)),
            }
        }
        Ok(Err(Error::Ended))
    }

    fn submit(
        &self,
        tx: &mut Tx<'_>,
        place: &Where,
        plan: &Plan,
        proposed: &Proposed,
    ) -> Result<Result<i64, Error>, Fault> {
        let submitter = plan.crew[0];
        let mine = Proposed { person: submitter, recorded_by: format!("person-{submitter}"), ..proposed.clone() };
        self.site.casework.submit_in(tx, place, &mine)
    }

    fn lead(&self, tx: &mut Tx<'_>, ticket: i64, plan: &Plan, day: Date) -> Result<Result<i64, intake::Error>, Fault> {
        let who = intake::Who { login: format!("person-{}", plan.crew[0]), person: plan.crew[0], today: day };
        let to = LeadTo {
            team: plan.crew.to_vec(),
            matter: plan.brief.matter.clone(),
            conduct_day: day,
            place: plan.brief.place.clone(),
            summary: plan.brief.facts.clone(),
            party: Some(plan.brief.party.clone()),
        };
        match self.site.intake.lead_in(tx, &who, ticket, None, &to) {
            Err(intake::Error::Fault(fault)) => Err(fault),
            other => Ok(other.map(|committed| committed.case)),
        }
    }

    fn deed(
        &self,
        tx: &mut Tx<'_>,
        known: &mut Known,
        day: Date,
        n: usize,
        at: usize,
    ) -> Result<Result<(), String>, Fault> {
        let ticket = &self.script.tickets[n];
        let who = intake::Who { login: "qp-desk".into(), person: self.script.cast.desk, today: day };
        let act = |act: TicketAct| (act, None);
        let (act, note) = match &ticket.deeds[at].1 {
            Deed::Received => {
                let done = self.site.intake.receive_in(tx, &who, &ticket.new)?;
                return Ok(done
                    .map(|id| {
                        known.tickets.insert(n, id);
                    })
                    .map_err(|e| format!("演示诉求 {}：{e}", n + 1)));
            }
            Deed::Assigned => (
                TicketAct::Assigned { unit: ticket.unit.clone(), note: None, with: Vec::new(), rule: None },
                Some("请到场核实并联系诉求人。"),
            ),
            Deed::Contacted(reached) => (
                TicketAct::Contacted { reached: *reached, note: String::new() },
                Some(if *reached {
                    "已电话联系，说明处理安排。"
                } else {
                    "电话无人接听，稍后再拨。"
                }),
            ),
            Deed::Answered(solved, text) => {
                (TicketAct::Answered { solved: *solved, note: String::new(), shared: None }, Some(*text))
            }
            Deed::Closed => act(TicketAct::Closed {}),
            Deed::CalledBack(solved, satisfied) => {
                act(TicketAct::CalledBack { solved: *solved, satisfied: *satisfied })
            }
            Deed::Returned(reason, body) => (
                TicketAct::Returned { reason: (*reason).into(), body: (*body).into(), note: String::new() },
                Some("所述事项不由本局办理，已向诉求人说明受理单位。"),
            ),
        };
        let Some(id) = known.tickets.get(&n) else {
            return Ok(Err(format!("演示诉求 {}：还没有登记", n + 1)));
        };
        let done = self.site.intake.perform_in(tx, &who, *id, &act, note)?;
        Ok(done.map_err(|e| format!("演示诉求 {}（{day}）：{e}", n + 1)))
    }

    fn record(
        &self,
        tx: &mut Tx<'_>,
        names: &mut Names,
        known: &mut Known,
        day: Date,
        n: usize,
        at: usize,
    ) -> Result<Result<(), String>, Fault> {
        let written = resolved(&self.script.records[n].versions[at].1, known);
        let who = registers::Who { login: "qp-law".into(), today: day };
        let id = known.records.get(&n).copied();
        Ok(match self.site.registers.write_in(tx, names, &who, id, &written)? {
            Ok(id) => {
                known.records.insert(n, id);
                Ok(())
            }
            Err(why) => Err(format!("演示台账 {}（{day}）：{why}", written.register)),
        })
    }

    /// Two cases of every squad that would be closed in the next days are submitted for it today; the squad leader has signed the
    /// second, so that both sides of an approval are to be seen.
    fn waiting(self: &Arc<Self>, known: &Known, today: Date) -> Result<(), String> {
        let mut per_squad: BTreeMap<usize, usize> = BTreeMap::new();
        let mut ripe: Vec<(usize, usize, i64, bool)> = Vec::new();
        for (n, plan) in self.script.plans.iter().enumerate() {
            let Some(at) = plan.story.acts.iter().position(|a| a.step.day > today) else { continue };
            let squads = plan.squad < self.script.cast.squads.len();
            let closes = plan.story.acts[at].step.kind == Kind::Closed && squads;
            let (true, Some(case)) = (closes, known.cases.get(&n)) else { continue };
            let count = per_squad.entry(plan.squad).or_default();
            *count += 1;
            if *count <= 2 {
                ripe.push((n, at, *case, *count == 2));
            }
        }
        let play = self.clone();
        let done = self.site.ledger.act_blocking(move |tx| {
            for (n, at, case, signs) in &ripe {
                let plan = &play.script.plans[*n];
                let squad = play.script.cast.squad(plan.squad);
                let proposed = Proposed { at: today, ..play.proposed(plan, squad, *at, today) };
                let place = Where::Case { id: *case, seen: None };
                let submitted = play.submit(tx, &place, plan, &proposed)?;
                let signed = match submitted {
                    Ok(approval) if *signs => {
                        let by = signer(squad, Role::SquadLeader, today);
                        play.site.casework.sign_in(tx, &by, approval, None)?.map(|_| ())
                    }
                    other => other.map(|_| ()),
                };
                if let Err(why) = signed {
                    return Ok(Err(format!("演示审批（第 {case} 号案）：{why}")));
                }
            }
            Ok(Ok(()))
        });
        done.map_err(|fault| format!("{fault}（{fault:?}）"))?
    }
}

/// Who signs as a role in a squad.
fn signer(squad: &Squad, role: Role, today: Date) -> By {
    let person = match role {
        Role::SquadLeader => squad.leader,
        Role::DeputyHead => squad.heads.get(1).copied().unwrap_or(squad.heads[0]),
        _ => squad.heads[0],
    };
    By { login: format!("person-{person}"), person, today }
}

/// `@12` stands for the number of the case of plan 12; one that is not open yet is left out.
fn resolved(written: &Written, known: &Known) -> Written {
    let of = |text: &str| -> Option<String> {
        let Some(plan) = text.strip_prefix('@') else { return Some(text.to_owned()) };
        plan.parse().ok().and_then(|plan| known.cases.get(&plan)).map(ToString::to_string)
    };
    let row = |row: &BTreeMap<String, String>| row.iter().filter_map(|(k, v)| Some((k.clone(), of(v)?))).collect();
    let fields = written.fields.iter().filter_map(|(key, entry)| {
        let entry = match entry {
            WrittenEntry::Text(text) => WrittenEntry::Text(of(text)?),
            WrittenEntry::Lines(rows) => WrittenEntry::Lines(rows.iter().map(row).collect()),
        };
        Some((key.clone(), entry))
    });
    Written { register: written.register.clone(), fields: fields.collect() }
}
