//! `xiezhi serve`: the site, until interrupted.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::Place;
use crate::bureau::Bureau;
use crate::command::{fault, runtime};

/// Options of `serve`.
#[derive(Args)]
pub(crate) struct Serve {
    /// 监听地址，默认取自配置文件
    #[arg(long)]
    pub(crate) listen: Option<String>,
}

impl Serve {
    /// Serves until interrupted or until the ledger stops.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        let bureau = Bureau::open(place)?;
        let listen = self.listen.clone().unwrap_or_else(|| bureau.config.listen.clone());
        let demonstration = bureau.ledger.read_blocking(office::read::bureau).map_err(fault)?.demonstration;
        let banner = match (demonstration, place.today) {
            (true, Some(day)) => Some(format!("演示：人员、案件和数字均为虚构；今天按 {day} 计。")),
            (true, None) => Some("演示：人员、案件和数字均为虚构。".into()),
            (false, Some(day)) => Some(format!("时钟已拨动：今天按 {day} 计。")),
            (false, None) => None,
        };
        let secure = bureau.config.address.starts_with("https://");
        let key = bureau.key()?;
        let origin = bureau.origin();
        let ledger = bureau.ledger.clone();
        let open = |(name, incoming): (&String, &crate::incoming::Incoming)| {
            Ok((name.clone(), incoming.open(&bureau.data, name)?))
        };
        let platforms = bureau.config.platforms.iter().map(open).collect::<Result<_, String>>()?;
        runtime()?.block_on(async move {
            // A checkpoint at the start, so that the first document issued can name a root.
            ledger.checkpoint(&key, &origin).await.map_err(fault)?;
            let mut app = web::App::new(bureau.casework, bureau.intake, bureau.clock, banner, secure);
            app.proxies = bureau.config.proxies;
            app.platforms = platforms;
            app.checkpoint_key = Some(key.verifying_key().as_bytes().iter().map(|b| format!("{b:02x}")).collect());
            app.signer = Some((key.clone(), origin.clone()));
            tokio::spawn(sweep(app.casework.evidence.clone(), app.clock.clone()));
            app.outbox = bureau.outbox;
            tokio::spawn(messages(app.outbox.clone(), app.clock.clone()));
            let app = Arc::new(app);
            tokio::spawn(checkpoints(ledger.clone(), key, origin));
            let listener =
                tokio::net::TcpListener::bind(&listen).await.map_err(|e| format!("不能在 {listen} 监听：{e}"))?;
            let address = listener.local_addr().map_err(|e| e.to_string())?;
            println!("网站已启动：http://{address}/　工作人员入口：http://{address}/office");
            let service = web::router(app).into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, service).with_graceful_shutdown(ended(ledger)).await.map_err(|e| e.to_string())
        })
    }
}

/// Removes uploads that nobody finished within a day, every hour.
async fn sweep(evidence: evidence::Evidence, clock: ledger::Clock) {
    loop {
        let (evidence, now) = (evidence.clone(), clock());
        match tokio::task::spawn_blocking(move || evidence.uploads().sweep(now)).await {
            Ok(Ok(_)) => {}
            other => tracing::error!(?other, "unfinished uploads were not swept"),
        }
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
}

/// Signs the journal every hour, so that each document prints a root of its own day.
async fn checkpoints(ledger: ledger::Ledger, key: ledger::SigningKey, origin: String) {
    loop {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        if let Err(fault) = ledger.checkpoint(&key, &origin).await {
            tracing::error!(?fault, "no checkpoint");
        }
    }
}

/// Sends what is due every ten seconds.
async fn messages(outbox: outbox::Outbox, clock: ledger::Clock) {
    if outbox.ports.0.is_empty() {
        return;
    }
    loop {
        if let Err(fault) = outbox.round(clock()).await {
            tracing::error!(?fault, "messages were not sent");
        }
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
}

/// Ends on a signal, or when the ledger has stopped and the process must be started anew.
async fn ended(ledger: ledger::Ledger) {
    let stopped = async {
        while !ledger.stopped() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        tracing::error!("the ledger stopped: the process ends so that it can be started anew");
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
        () = stopped => {}
    }
}
