//! What the measurements share: a bureau with all its tables, cases led through it by many callers at once, and percentiles.

pub mod http;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use casework::drive::{self, Matter, Step, Team};
use casework::{Casework, Where};
use jiff::civil::{Date, date};
use testkit::World;

/// The bureau as the program runs it: every table and every projection.
pub fn world() -> World {
    let tables = intake::tables().into_iter().chain(registers::tables()).chain(outbox::tables()).collect();
    World::with(tables, vec![intake::project, registers::project, outbox::project])
}

/// Which case is led next: a seed for names and places, the same in every run.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// Words that differ from case to case, so that the search has something to index.
fn place(n: u64) -> String {
    const ROADS: [&str; 12] = [
        "公园路",
        "城中东路",
        "盈港路",
        "华徐公路",
        "明珠路",
        "沪青平公路",
        "崧泽大道",
        "漕盈路",
        "外青松公路",
        "新府中路",
        "淀山湖大道",
        "嘉松中路",
    ];
    const WHAT: [&str; 6] = ["便利店门前", "菜场东侧", "小区北门", "工地围挡外", "地铁站口", "学校对面"];
    let at = |list: &[&'static str], by: u64| list[usize::try_from(n / by % list.len() as u64).unwrap_or_default()];
    format!("{}{}号{}", at(&ROADS, 1), n % 1_999 + 1, at(&WHAT, 7))
}

/// The acts of one case: seven in ten are on-spot penalties, the rest go the whole way.
pub fn script(team: &Team) -> Vec<Step> {
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let day = testkit::workday(date(2024, 1, 8), i32::try_from(n % 160).unwrap_or_default());
    let matter = |code: &str, fine| Matter {
        place: place(n),
        facts: format!("巡查发现当事人在{}占用道路堆放物品，约{}平方米，已拍照{}张。", place(n), n % 20 + 1, n % 5 + 2),
        party: casework::Identity {
            name: format!("上海{}号商贸有限公司（虚构）", n),
            id_number: Some(format!("91310118MB{n:08}")),
            ..testkit::by_unit(code, day, fine).party
        },
        ..testkit::by_unit(code, day, fine)
    };
    if n % 10 < 7 {
        drive::on_spot(team, &matter("A02", 50_000), testkit::workday)
    } else {
        drive::ordinary(team, &matter("C09", 300_000), false, testkit::workday)
    }
}

/// One case from first act to last; gives the number of acts. Each act waits for its commit before the next.
///
/// # Panics
/// An act is refused: the script is not lawful, and the measurement worth nothing.
pub async fn lead(casework: &Casework, team: &Team, steps: &[Step], until: Instant, waits: &mut Vec<Duration>) -> u64 {
    let mut case = None;
    for step in steps {
        let start = Instant::now();
        if start >= until {
            break;
        }
        let place = match case {
            Some(id) => Where::Case { id, seen: None },
            None => Where::New { organ: team.organ.clone(), unit: team.unit.clone(), lead: None },
        };
        let done = casework.perform(place, drive::proposed(team, step)).await;
        case = Some(done.unwrap_or_else(|e| panic!("{:?} on {}: {e}", step.kind, step.day)).case);
        waits.push(start.elapsed());
    }
    waits.len() as u64
}

/// What a load gave.
#[derive(Debug)]
pub struct Load {
    /// Things done in a second.
    pub rate: f64,
    /// Half waited no longer.
    pub p50: Duration,
    /// Ninety-nine of a hundred waited no longer.
    pub p99: Duration,
}

impl Load {
    /// From how long each waited, and how long all took.
    pub fn of(mut waits: Vec<Duration>, took: Duration) -> Load {
        waits.sort_unstable();
        let at = |part: usize| waits.get(waits.len() * part / 100).copied().unwrap_or_default();
        Load { rate: waits.len() as f64 / took.as_secs_f64(), p50: at(50), p99: at(99) }
    }
}

impl std::fmt::Display for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |d: Duration| d.as_secs_f64() * 1e3;
        write!(f, "{:>8.0}/s   p50 {:>7.2} ms   p99 {:>7.2} ms", self.rate, ms(self.p50), ms(self.p99))
    }
}

/// Many callers lead cases for some seconds.
pub async fn acts(casework: &Arc<Casework>, teams: &Arc<Vec<Team>>, callers: usize, seconds: u64) -> Load {
    let start = Instant::now();
    let until = start + Duration::from_secs(seconds);
    let mut tasks = Vec::new();
    for caller in 0..callers {
        let (casework, teams) = (casework.clone(), teams.clone());
        tasks.push(tokio::spawn(async move {
            let (mut waits, team) = (Vec::new(), &teams[caller % teams.len()]);
            while Instant::now() < until {
                lead(&casework, team, &script(team), until, &mut waits).await;
            }
            waits
        }));
    }
    let mut waits = Vec::new();
    for task in tasks {
        waits.extend(task.await.expect("a caller"));
    }
    Load::of(waits, start.elapsed())
}

/// The squads of every organ that has one.
pub fn teams(world: &World) -> Vec<Team> {
    let organs = world.ledger.read_blocking(office::read::organs).expect("organs");
    organs.iter().map(|organ| world.team(&organ.id)).collect()
}

/// A day after every scripted act.
pub const TODAY: Date = date(2025, 6, 2);

/// Processor time of the thread that writes, so far: what bounds the rate however busy the machine is with other things. Only where the
/// system tells (Linux), else nothing.
pub fn writer_time() -> Option<Duration> {
    // In hundredths of a second, as Linux counts for programs (proc(5), fields 14 and 15 of stat).
    let tasks = std::fs::read_dir("/proc/self/task").ok()?;
    let ticks = tasks.filter_map(|task| {
        let folder = task.ok()?.path();
        let writes = std::fs::read_to_string(folder.join("comm")).ok()?.trim() == "ledger-write";
        let stat = writes.then(|| std::fs::read_to_string(folder.join("stat")).ok()).flatten()?;
        let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
    });
    Some(Duration::from_millis(ticks.sum::<u64>() * 10))
}
