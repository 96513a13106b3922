//! A PostgreSQL database of its own for every world.

use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Database {
    pub(crate) url: String,
}

impl Database {
    /// A new database when a server is given.
    #[expect(clippy::disallowed_methods, reason = "tests are told by the environment which server they may use")]
    pub(crate) fn if_wanted() -> Option<Database> {
        let server = std::env::var("XIEZHI_TEST_POSTGRES").ok()?;
        let name = format!("xiezhi_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let (address, _) = server.rsplit_once('/').expect("postgres://user@host:port/database");
        let url = format!("{address}/{name}");
        // A thread of its own, because a test may already run inside a runtime.
        std::thread::spawn(move || create(&server, &name)).join().expect("the database can be made");
        Some(Database { url })
    }
}

fn create(server: &str, name: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (client, connection) =
            tokio_postgres::connect(server, tokio_postgres::NoTls).await.expect("the test server answers");
        let driver = tokio::spawn(connection);
        client.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("a database can be created");
        drop(client);
        driver.await.expect("the connection ends").ok();
    });
}
