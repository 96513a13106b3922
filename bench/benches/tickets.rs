//! Complaints under load: taken in by many callers at once, each understood, dispatched and indexed and answered after its commit; then the list,
//! a ticket and its likely fellows among very many.
//!
//! `cargo bench --profile release --workspace --bench tickets -- [tickets=100000,1000000] [requests=1000] [seconds=10]`

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bench::http::Connection;
use bench::{Load, TODAY, world};
use intake::{Caller, Channel, Intake, Kind, NewTicket, Who};
use jiff::civil::date;

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| asked.iter().find_map(|a| a.strip_prefix(name)?.strip_prefix('=').map(str::to_owned));
    let number = |name: &str, usual: u64| value(name).and_then(|n| n.parse().ok()).unwrap_or(usual);
    let (requests, seconds) = (number("requests", 1_000), number("seconds", 10));
    let sizes = value("tickets").unwrap_or_else(|| "100000".into());
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let world = world();
    let casework = Arc::new(world.casework.clone());
    let intake = Intake::new(world.ledger.clone(), world.casework.clone());
    let places = gazetteer(&intake);
    world.on(TODAY);
    for callers in [1, 16, 64] {
        let load = runtime.block_on(taken(&intake, &places, callers, seconds));
        println!("{callers:>3} callers take complaints in {load}   {}", load_average());
    }
    let mut filled = newest(&intake);
    for size in sizes.split(',').filter_map(|n| n.parse::<i64>().ok()) {
        let start = Instant::now();
        fill(&intake, &places, size.min(HANDLED) - filled);
        multiply(&intake, size);
        filled = newest(&intake);
        println!("{filled} tickets ({} s to fill), {} MB in the process", start.elapsed().as_secs(), resident());
        runtime.block_on(pages(&casework, requests as usize, filled));
        fellows(&intake, requests as usize, filled);
        // Copies have no entries, so the next number is beyond them: what comes in now is a ticket like any other.
        let load = runtime.block_on(taken(&intake, &places, 64, seconds));
        println!(" 64 callers take complaints in {load}   {}", load_average());
        println!("{} MB in the process", resident());
    }
}

/// The made-up gazetteer of the model's own measurement, recorded in the journal; the names of its places.
fn gazetteer(intake: &Intake) -> Arc<Vec<String>> {
    let lines = include_str!("../../crates/understanding/benchmark/places.jsonl");
    let places: Vec<understanding::Place> = lines.lines().map(|l| serde_json::from_str(l).expect("a place")).collect();
    let names = places.iter().map(|p| format!("{}{}", p.town, p.name)).collect();
    intake
        .ledger
        .act_blocking(move |tx| {
            let micro = |p: &[f64; 2]| ((p[0] * 1e6) as i64, (p[1] * 1e6) as i64);
            for place in &places {
                let place = office::places::Place {
                    id: place.id.clone(),
                    name: place.name.clone(),
                    kind: place.kind.clone(),
                    aliases: place.aliases.clone(),
                    town: place.town.clone(),
                    at: place.point().map(|p| micro(&p)),
                    line: place.line.iter().map(micro).collect(),
                    ..office::places::Place::default()
                };
                office::places::record(tx, "bench", TODAY, &place)?;
            }
            Ok(())
        })
        .expect("places");
    Arc::new(names)
}

/// Which complaint comes next: the same in every run.
static NEXT: AtomicU64 = AtomicU64::new(1);

const WHAT: [(&str, Kind); 12] = [
    ("每天傍晚有三五个流动摊位卖水果，占了人行道，走路只能上马路", Kind::Complaint),
    ("工地夜里十一点还在打桩，整栋楼都在震，已经连着几天", Kind::Complaint),
    ("饭店油烟直接排到居民楼，家里不敢开窗，老人咳嗽", Kind::Complaint),
    ("有人用小货车把装修垃圾倒在路边，已经倒了好几次", Kind::Report),
    ("店家把桌椅和冰柜摆到门外经营，盲道全堵上了", Kind::Complaint),
    ("电线杆和墙上贴满办证开锁的小广告，刮了又贴", Kind::Report),
    ("大车运土不盖篷布，路上撒得到处都是泥", Kind::Report),
    ("一楼住户在绿地上圈了一块地种菜，还搭了棚子", Kind::Complaint),
    ("共享单车堆在路口，把过街的地方堵住了", Kind::Help),
    ("半夜有人在路边烧烤，烟很大，喝酒吵闹到凌晨", Kind::Complaint),
    ("顶楼有人在加建房子，材料都吊上去了，请来看看", Kind::Report),
    ("想问在自己店门口挂开业横幅要办什么手续", Kind::Inquiry),
];

fn complaint(places: &[String]) -> NewTicket {
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    // A mixing step, so that place, text and caller do not go in step.
    let mix = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 17;
    let at = |by: u64, len: usize| usize::try_from(mix / by % len as u64).unwrap_or_default();
    let (what, kind) = WHAT[at(1, WHAT.len())];
    let channels = [Channel::Hotline12345, Channel::Hotline12345, Channel::Call, Channel::Wechat, Channel::Visit];
    let day = date(2023, 1, 2).saturating_add(jiff::Span::new().days(i64::try_from(n % 850).unwrap_or(0)));
    NewTicket {
        source: "bench".into(),
        order_no: format!("B{n:09}"),
        channel: channels[at(97, channels.len())],
        kind,
        received: day.at(8 + i8::try_from(n % 12).unwrap_or(0), 30, 0, 0),
        address: places[at(13, places.len())].clone(),
        content: format!("{what}。第{}次反映，希望尽快处理。", n % 9 + 1),
        caller: Caller { name: Some("某女士".into()), phone: Some(format!("138{:08}", mix % 40_000_000)) },
        confidential: false,
        urgent: false,
    }
}

fn who() -> Who {
    Who { login: "bench".into(), person: 1, today: TODAY }
}

/// Callers take complaints in for some seconds, each waiting for its commit before the next.
async fn taken(intake: &Intake, places: &Arc<Vec<String>>, callers: usize, seconds: u64) -> Load {
    let start = Instant::now();
    let until = start + Duration::from_secs(seconds);
    let mut tasks = Vec::new();
    for _ in 0..callers {
        let (intake, places) = (intake.clone(), places.clone());
        tasks.push(tokio::spawn(async move {
            let mut waits = Vec::new();
            while Instant::now() < until {
                let begun = Instant::now();
                intake.receive(who(), complaint(&places)).await.expect("a ticket");
                waits.push(begun.elapsed());
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

/// Fills in large transactions: how fast it is read, not how fast it was written, is measured with these. Nine in ten are handled to the end.
fn fill(intake: &Intake, places: &Arc<Vec<String>>, tickets: i64) {
    let mut left = tickets;
    while left > 0 {
        let some = left.min(1_000);
        left -= some;
        let (own, places) = (intake.clone(), places.clone());
        intake
            .ledger
            .act_blocking(move |tx| {
                for n in 0..some {
                    let new = complaint(&places);
                    let who = Who { today: new.received.date(), ..who() };
                    let id = own.receive_in(tx, &who, &new)?.expect("a ticket");
                    if n % 10 == 0 {
                        continue;
                    }
                    let acts = [
                        intake::Act::Assigned { unit: "xujing-squad".into(), note: None, with: Vec::new(), rule: None },
                        intake::Act::Answered { solved: true, note: String::new(), shared: None },
                        intake::Act::Closed {},
                    ];
                    for act in acts {
                        let note = act.needs_note().then_some("已经处理。");
                        own.perform_in(tx, &who, id, &act, note)?.expect("an act");
                    }
                }
                Ok(())
            })
            .expect("a batch");
    }
}

/// So many are taken in and handled one by one; beyond them rows are copied.
const HANDLED: i64 = 100_000;

/// Copies the rows of tickets under further numbers, with what repeats are found by: every place, week and caller then has as many more. The
/// journal has none of these; what is measured with them is reading.
fn multiply(intake: &Intake, tickets: i64) {
    const COLUMNS: &str = "channel, kind, received, received_at, title, address, entry, first, three, fallback, proposed_unit, place, town, lon, lat, unit, scope, \
        matter, body, settled, track, state, due, rank, contact_due, contacted, assigned, answered, closed, called_back, satisfied, solved, in_time, reopened, \
        follows, followers, follow_up, still, drafted, case_id, urgent, sensitive, version";
    let base = newest(intake);
    let mut at = base;
    while at < tickets {
        let shift = at;
        intake
            .ledger
            .act_blocking(move |tx| {
                let bureau = tx.bureau().to_owned();
                let args: [ledger::Value<'_>; 3] = [bureau.as_str().into(), shift.into(), base.into()];
                let rows = format!(
                    "INSERT INTO tickets (bureau, id, source, order_no, updated, {COLUMNS}) SELECT bureau, id + $2, source, order_no || '-' || CAST($2 AS TEXT), \
                     updated + $2 * 10, {COLUMNS} FROM tickets WHERE bureau = $1 AND id <= $3"
                );
                tx.execute(&rows, &args)?;
                for beside in [
                    "INSERT INTO ticket_traces (bureau, ticket, day, trace) SELECT bureau, ticket + $2, day, trace FROM ticket_traces WHERE bureau = $1 AND ticket <= $3",
                    "INSERT INTO ticket_keys (bureau, key, ticket) SELECT bureau, key, ticket + $2 FROM ticket_keys WHERE bureau = $1 AND ticket <= $3",
                ] {
                    tx.execute(beside, &args)?;
                }
                tx.execute(
                    "UPDATE ticket_counts SET tickets = tickets * ($2 + $3) / $2 WHERE bureau = $1",
                    &args,
                )?;
                Ok(())
            })
            .expect("copies");
        at += base;
    }
}

fn newest(intake: &Intake) -> i64 {
    let found = intake.ledger.read_blocking(|tx| {
        let bureau = tx.bureau().to_owned();
        tx.row("SELECT MAX(id) FROM tickets WHERE bureau = $1", &[bureau.as_str().into()], |r| Ok(r.opt_int(0)))
    });
    found.expect("tickets").flatten().unwrap_or(0)
}

async fn pages(casework: &Arc<casework::Casework>, requests: usize, tickets: i64) {
    let mut site = Connection::open(casework, office::Role::Desk).await;
    let filters = [
        ("no filter", ""),
        ("state", "&state=received"),
        ("state, channel", "&state=closed&channel=visit"),
        ("three filters", "&state=closed&channel=visit&unit=xujing-squad"),
        ("three filters, few", "&state=received&channel=visit&unit=huaxin-squad"),
        ("matter", "&matter=D08&state=closed&channel=call"),
    ];
    for (order, _, _) in intake::read::Order::ALL.map(|o| (o.1, o.1, o.2)) {
        for (name, filter) in filters {
            let path = vec![format!("/office/tickets?order={order}{filter}")];
            let asked = site.ask(&path, requests / 4).await;
            println!("  list, {order:<10} {name:<18} {}   {} statements", asked.load, asked.statements);
        }
    }
    let some: Vec<String> = (1..200).map(|n| format!("/office/tickets/{}", tickets.min(HANDLED) * n / 200)).collect();
    let asked = site.ask(&some, requests).await;
    println!("  ticket with its fellows           {}   {} statements", asked.load, asked.statements);
}

/// The search for fellows alone, of tickets spread over all.
fn fellows(intake: &Intake, requests: usize, tickets: i64) {
    let mut waits = Vec::new();
    let (mut statements, mut found) = (0, 0);
    for n in 0..requests as i64 {
        let id = 1 + n * (tickets - 1) / requests as i64;
        let (took, used, likely) = intake
            .ledger
            .read_blocking(move |tx| {
                let Some(trace) = intake::repeats::kept(tx, id)? else { return Ok((Duration::ZERO, 0, 0)) };
                let (before, start) = (ledger::statements(), Instant::now());
                let likely = intake::repeats::likely(tx, &trace, Some(id), 5)?;
                Ok((start.elapsed(), ledger::statements() - before, likely.len()))
            })
            .expect("fellows");
        waits.push(took);
        statements = statements.max(used);
        found += likely;
    }
    let took = waits.iter().sum();
    println!("  search for fellows    {}   {statements} statements, {found} found", Load::of(waits, took));
}

/// Megabytes that the process holds, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    line.and_then(|l| l.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn load_average() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().split(' ').take(1).collect()
}
