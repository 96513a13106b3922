//! How long pages take over HTTP, and how many statements each costs, with few cases and with many.
//!
//! `cargo bench --profile release -p bench --bench pages -- [cases=2000,200000] [requests=2000]`

use std::sync::Arc;
use std::time::{Duration, Instant};

use bench::{Load, TODAY, lead, script, teams, world};
use casework::Casework;
use casework::drive::Team;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

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
    let now = (TODAY.since(jiff::civil::date(1970, 1, 1)).expect("days").get_days() as i64) * 86_400_000 + 3_600_000;
    let intake = intake::Intake::new(casework.ledger.clone(), (**casework).clone());
    let app = web::App::new((**casework).clone(), intake, Arc::new(move || now), None, false);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = web::router(Arc::new(app)).into_make_service_with_connect_info::<std::net::SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, server).await });
    let cookie = sign_in(casework).await;
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
    let mut stream = TcpStream::connect(address).await.expect("the server");
    for (name, paths) in pages {
        let mut waits = Vec::new();
        let (mut statements, mut bytes) = (0, 0);
        // Each once for the caches, then measured.
        for (n, path) in paths.iter().chain(paths.iter().cycle().take(requests)).enumerate() {
            let before = ledger::statements();
            let start = Instant::now();
            let (status, length) = get(&mut stream, path, &cookie).await;
            assert_eq!(status, 200, "{path}");
            if n >= paths.len() {
                waits.push(start.elapsed());
                statements = statements.max(ledger::statements() - before);
                bytes = length;
            }
        }
        let took = waits.iter().sum();
        println!("  {name:<18} {}   {statements} statements   {} kB", Load::of(waits, took), bytes / 1000);
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

/// A reviewer of the district, signed in; the cookie's text.
async fn sign_in(casework: &Casework) -> String {
    let token = casework
        .ledger
        .act(|tx| {
            let holders = office::read::holders(tx, TODAY)?;
            let person = holders.iter().find(|h| h.2 == office::Role::LegalReviewer).map_or(1, |h| h.0);
            office::account::set(tx, "person-1", TODAY, "bench", person, "no password opens this")?;
            let token = office::account::token()?;
            office::account::open(tx, "bench", &token, "csrf")?;
            Ok(token)
        })
        .await
        .expect("an account");
    format!("xiezhi={token}")
}

/// One request on a connection that stays open; status and length of the body.
async fn get(stream: &mut TcpStream, path: &str, cookie: &str) -> (u16, usize) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("the request is sent");
    let mut held = Vec::with_capacity(65_536);
    loop {
        let read = stream.read_buf(&mut held).await.expect("an answer");
        assert!(read > 0, "the server closed the connection");
        let Some(head) = held.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&held[..head]).to_lowercase();
        let status = text.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        let length = text.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse::<usize>().ok());
        let body = &held[head + 4..];
        let whole = match length {
            Some(length) => body.len() >= length,
            None => body.ends_with(b"0\r\n\r\n"),
        };
        if whole {
            return (status, body.len());
        }
    }
}
