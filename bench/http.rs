//! One connection to the site, signed in: what the measurements of pages share.

use std::sync::Arc;
use std::time::{Duration, Instant};

use casework::Casework;
use office::Role;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{Load, TODAY};

/// A page asked for many times.
pub struct Asked {
    /// How long it took.
    pub load: Load,
    /// The most statements one request cost.
    pub statements: u64,
    /// Length of the last answer.
    pub bytes: usize,
}

/// A signed-in connection.
pub struct Connection {
    stream: TcpStream,
    cookie: String,
}

impl Connection {
    /// Serves the pages and signs in somebody who holds this role.
    ///
    /// # Panics
    /// The site does not start.
    pub async fn open(casework: &Arc<Casework>, role: Role) -> Connection {
        let days = i64::from(TODAY.since(jiff::civil::date(1970, 1, 1)).expect("days").get_days());
        let now = days * 86_400_000 + 3_600_000;
        let intake = intake::Intake::new(casework.ledger.clone(), (**casework).clone());
        let app = web::App::new((**casework).clone(), intake, Arc::new(move || now), None, false);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = web::router(Arc::new(app)).into_make_service_with_connect_info::<std::net::SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, server).await });
        let cookie = sign_in(casework, role).await;
        Connection { stream: TcpStream::connect(address).await.expect("the server"), cookie }
    }

    /// Asks for these pages in turn, each once for the caches, then so many requests measured.
    ///
    /// # Panics
    /// A page is not answered with 200.
    pub async fn ask(&mut self, paths: &[String], requests: usize) -> Asked {
        let mut waits = Vec::new();
        let (mut statements, mut bytes) = (0, 0);
        for (n, path) in paths.iter().chain(paths.iter().cycle().take(requests)).enumerate() {
            let before = ledger::statements();
            let start = Instant::now();
            let (status, length) = get(&mut self.stream, path, &self.cookie).await;
            assert_eq!(status, 200, "{path}");
            if n >= paths.len() {
                waits.push(start.elapsed());
                statements = statements.max(ledger::statements() - before);
                bytes = length;
            }
        }
        let took: Duration = waits.iter().sum();
        Asked { load: Load::of(waits, took), statements, bytes }
    }
}

async fn sign_in(casework: &Casework, role: Role) -> String {
    let token = casework
        .ledger
        .act(move |tx| {
            let holders = office::read::holders(tx, TODAY)?;
            let person = holders.iter().find(|h| h.2 == role).map_or(1, |h| h.0);
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
