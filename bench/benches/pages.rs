//! How long pages take over HTTP, and how many statements each costs, with few cases and with many.
//!
//! `cargo bench --profile release -p bench --bench pages -- [cases=2000,200000] [requests=2000]`

use std::sync::Arc;
use std::time::{Duration, Instant};

use bench::http::Connection;
use bench::{TODAY, lead, script, teams, world};
use casework::Casework;
use casework::drive::Team;

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| asked.iter().find_map(|a| a.strip_prefix(name)?.strip_prefix('=').map(str::to_owned));
    let sizes = value("cases").unwrap_or_else(|| "2000,200000".into());
    let requests: usize = value("requests").and_then(|n| n.parse().ok()).unwrap_or(2_000);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let world = world();
    let teams = teams(&world);
    let casework = Arc::new(world.casework.clone());
    let mut filled = 0;
    for cases in sizes.split(',').filter_map(|n| n.parse::<u64>().ok()) {
        let start = Instant::now();
        runtime.block_on(fill(&casework, &teams, cases.saturating_sub(filled)));
        filled = cases;
        println!("{cases} cases ({} s to fill)", start.elapsed().as_secs());
        world.on(TODAY);
        runtime.block_on(measure(&casework, requests));
    }
}

/// Opens cases; one in a hundred goes the whole way, the others wait at their first act.
async fn fill(casework: &Arc<Casework>, teams: &[Team], cases: u64) {
    let teams = Arc::new(teams.to_vec());
    let mut tasks = Vec::new();
    const TASKS: u64 = 128;
    for task in 0..TASKS {
        let (casework, teams) = (casework.clone(), teams.clone());
        let mine = cases / TASKS + u64::from(task < cases % TASKS);
        tasks.push(tokio::spawn(async move {
            let far = Instant::now() + Duration::from_secs(86_400);
            for n in 0..mine {
                let team = &teams[usize::try_from(task + n).unwrap_or_default() % teams.len()];
                let mut steps = script(team);
                if n % 100 != 0 {
                    steps.truncate(1);
                }
                lead(&casework, team, &steps, far, &mut Vec::new()).await;
            }
        }));
    }
    for task in tasks {
        task.await.expect("a filler");
    }
}

/// Asks for each page over one connection, one request after the other.
async fn measure(casework: &Arc<Casework>, requests: usize) {
    let mut site = Connection::open(casework, office::Role::LegalReviewer).await;
    let (newest, whole) = casework.ledger.read(samples).await.expect("samples");
    let search = format!("/office/cases?words={}", "%E7%9B%88%E6%B8%AF%E8%B7%AF"); // 盈港路
    let find = |q: &str| {
        let q: String = q.bytes().map(|b| format!("%{b:02X}")).collect();
        format!("/office/search?q={q}")
    };
    let unit = casework
        .ledger
        .read(|tx| {
            Ok(office::read::units(tx)?.into_iter().find(|u| u.kind == "squad").map(|u| u.id).unwrap_or_default())
        })
        .await
        .expect("a unit");
    let pages = [
        ("list of 50", vec!["/office/cases".to_owned()]),
        ("list by deadline", vec!["/office/cases?order=due&state=open".into()]),
        ("list, far page", vec![format!("/office/cases?after={}", newest / 2)]),
        ("list, words", vec![search]),
        ("case file, 1 act", (0..50).map(|n| format!("/office/cases/{}", newest - n * 7 - 1)).collect()),
        ("case file, whole", whole.iter().map(|id| format!("/office/cases/{id}")).collect()),
        ("search, a road", vec![find("盈港路")]),
        ("search, two words", vec![find("菜场 公园")]),
        ("search, in many", vec![find("有限公司")]),
        ("search, names", (1..50).map(|n| find(&format!("上海{}号商贸有限公司（虚构）", n * 31))).collect()),
        ("search, digits", (1..50).map(|n| find(&format!("{}号", n * 37))).collect()),
        ("search, in papers", vec![find("堆放物品")]),
        ("search, nowhere", vec![find("油烟扰民")]),
        ("search, rare pair", vec![find("司菜")]),
        ("search, a unit", vec![format!("{}&unit={unit}", find("盈港路"))]),
        ("workbench", vec!["/office".into()]),
        ("public list", vec!["/decisions".into()]),
        ("report", vec!["/office/report/2024".into()]),
    ];
    for (name, paths) in pages {
        let asked = site.ask(&paths, requests).await;
        println!("  {name:<18} {}   {} statements   {} kB", asked.load, asked.statements, asked.bytes / 1000);
    }
}

/// The newest case and fifty that went the whole way.
fn samples(tx: &mut ledger::Tx<'_>) -> Result<(i64, Vec<i64>), ledger::Fault> {
    let bureau = tx.bureau().to_owned();
    let newest = tx.row("SELECT MAX(id) FROM cases WHERE bureau = $1", &[bureau.as_str().into()], |r| Ok(r.int(0)))?;
    let whole = tx.rows(
        "SELECT id FROM cases WHERE bureau = $1 AND procedure = 'ordinary' AND closed IS NOT NULL ORDER BY id LIMIT 50",
        &[bureau.as_str().into()],
        |r| Ok(r.int(0)),
    )?;
    Ok((newest.unwrap_or_default(), whole))
}
