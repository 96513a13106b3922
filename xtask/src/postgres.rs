//! A PostgreSQL cluster of our own for tests: made in the target folder, started on a free port, stopped at the end.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use crate::fetch;
use crate::run::{has, is_root, read, run, target};

/// A running cluster; dropping it stops it and removes its files.
pub(crate) struct Cluster {
    /// Address for clients, with the superuser and no password: it listens on the loopback address only.
    pub(crate) url: String,
    folder: PathBuf,
    bin: PathBuf,
}

/// Starts a cluster.
///
/// # Errors
/// No server is installed and it cannot be, or it does not start.
pub(crate) fn start() -> Result<Cluster, String> {
    let bin = binaries()?;
    let folder = std::env::temp_dir().join(format!("xiezhi-postgres-{}", std::process::id()));
    std::fs::remove_dir_all(&folder).ok();
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    if is_root() {
        // initdb refuses to run as root, so the files belong to the account its package made.
        run(Command::new("chown").arg("postgres").arg(&folder))?;
    }
    let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(|e| e.to_string())?.port();
    let cluster = Cluster { url: format!("postgres://postgres@127.0.0.1:{port}/postgres"), folder, bin };
    let data = cluster.folder.join("data");
    for folder in [&data, &cluster.spare()] {
        let mut initdb = cluster.as_server("initdb");
        initdb.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-D"]);
        read(initdb.arg(folder))?;
    }
    let settings = format!(
        "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\nmax_connections = 200\nshared_buffers = 256MB\n",
        cluster.folder.display()
    );
    std::fs::write(data.join("postgresql.auto.conf"), settings).map_err(|e| format!("{}: {e}", data.display()))?;
    run(cluster
        .as_server("pg_ctl")
        .args(["-w", "-s", "start", "-D"])
        .arg(&data)
        .arg("-l")
        .arg(cluster.folder.join("log")))?;
    Ok(cluster)
}

impl Cluster {
    /// A second data folder without a server, for the test that starts and kills one.
    pub(crate) fn spare(&self) -> PathBuf {
        self.folder.join("spare")
    }

    /// The path with the server's programs first.
    pub(crate) fn path(&self) -> Result<std::ffi::OsString, String> {
        let old = std::env::var_os("PATH").unwrap_or_default();
        std::env::join_paths(std::iter::once(self.bin.clone()).chain(std::env::split_paths(&old)))
            .map_err(|e| e.to_string())
    }

    fn as_server(&self, program: &str) -> Command {
        let program = self.bin.join(program);
        if !is_root() {
            return Command::new(program);
        }
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program).current_dir(&self.folder);
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        if let Err(why) = read(self.as_server("pg_ctl").args(["-s", "-m", "immediate", "stop", "-D"]).arg(data)) {
            eprintln!("xtask: the test cluster did not stop: {why}");
        }
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// The newest installed server's programs; Debian keeps them out of the path.
fn binaries() -> Result<PathBuf, String> {
    let find = || {
        let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .filter_map(|e| Some(e.ok()?.path().join("bin")))
            .collect();
        versions.sort();
        versions.into_iter().rev().find(|bin| bin.join("initdb").is_file())
    };
    if has("initdb") && !is_root() {
        return Ok(PathBuf::new());
    }
    if let Some(bin) = find() {
        return Ok(bin);
    }
    fetch::debian(&["postgresql"], "PostgreSQL (for the tests on both databases)")?;
    // The package starts a cluster of its own; ours is another, on another port.
    find().ok_or_else(|| format!("no PostgreSQL server found below {}", target().display()))
}
