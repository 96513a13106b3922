//! A bureau opened: ledger, evidence, law, documents and the keys, put together in this one place.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use casework::Casework;
use documents::Engine;
use evidence::Evidence;
use intake::Intake;
use ledger::{Ledger, Schema, SigningKey};
use outbox::Outbox;
use registers::Registers;

use crate::Place;
use crate::clock::clock;
use crate::config::Config;

/// An open bureau.
pub(crate) struct Bureau {
    pub(crate) config: Config,
    pub(crate) data: PathBuf,
    pub(crate) ledger: Ledger,
    pub(crate) casework: Casework,
    pub(crate) intake: Intake,
    pub(crate) registers: Registers,
    pub(crate) outbox: Outbox,
    pub(crate) clock: ledger::Clock,
}

/// Every table and every projection of the product, in the order in which entries pass through them.
pub(crate) fn schema() -> Schema {
    let mut tables: Vec<&'static ledger::Table> = office::TABLES.iter().collect();
    tables.extend(casework::tables());
    tables.extend(intake::tables());
    tables.extend(registers::tables());
    tables.extend(outbox::tables());
    // Messages read the tables of cases and tickets, so they come last.
    let projects = vec![office::project, casework::project, intake::project, registers::project, outbox::project];
    Schema { tables, projects }
}

impl Bureau {
    /// Opens the bureau of a data folder.
    pub(crate) fn open(place: &Place) -> Result<Bureau, String> {
        Bureau::open_with(place, clock(place.today))
    }

    /// Opens it with a clock of the caller's.
    pub(crate) fn open_with(place: &Place, clock: ledger::Clock) -> Result<Bureau, String> {
        let config = Config::read(&place.data)?;
        let at = match &place.database {
            Some(url) => ledger::Place::Postgres(url.clone()),
            None => ledger::Place::Sqlite(place.data.join("ledger")),
        };
        let ledger = Ledger::open(at, &config.bureau, clock.clone(), schema()).map_err(|e| format!("{e}（{e:?}）"))?;
        let evidence = files(&config, &place.data.join("evidence"))?;
        let engine = engine(&config, &place.data);
        let mut casework = Casework::new(ledger.clone(), evidence, engine, &config.address);
        casework.ports = Arc::new(casework::ports::Ports {
            seal: config.seal.as_ref().map(|outside| outside.program("seal")).transpose()?,
            ofd: config.ofd.as_ref().map(|outside| outside.program("ofd")).transpose()?,
            folder: place.data.join("ports"),
        });
        let intake = Intake::new(ledger.clone(), casework.clone());
        let registers = Registers::new(ledger.clone(), casework.evidence.clone());
        let ports = Arc::new(config.outbox.ports(&place.data)?);
        let outbox = Outbox { ledger: ledger.clone(), casework: casework.clone(), ports };
        Ok(Bureau { outbox, config, data: place.data.clone(), ledger, casework, intake, registers, clock })
    }

    /// The key that signs checkpoints.
    pub(crate) fn key(&self) -> Result<SigningKey, String> {
        let file = key_file(&self.data);
        let text = std::fs::read_to_string(&file).map_err(|e| format!("{}：{e}", file.display()))?;
        let bytes = bytes_of(text.trim()).ok_or_else(|| format!("{}：不是密钥", file.display()))?;
        Ok(SigningKey::from_bytes(&bytes))
    }

    /// The name checkpoints carry.
    pub(crate) fn origin(&self) -> String {
        let host = self.config.address.split("://").last().unwrap_or_default();
        format!("{host}/{}", self.config.bureau)
    }
}

/// The evidence files: in this folder, or in the bucket that the configuration names.
fn files(config: &Config, folder: &Path) -> Result<Evidence, String> {
    let files = config.evidence.clone().unwrap_or_default();
    let opened = match &files.bucket {
        Some(bucket) => Evidence::in_bucket(folder, bucket.open()?, files.archives),
        None => Evidence::in_folder(folder, files.archives),
    };
    opened.map_err(|e| e.to_string())
}

/// The file of the signing key.
pub(crate) fn key_file(data: &Path) -> PathBuf {
    data.join("keys/checkpoint")
}

/// Makes a signing key that only its owner reads.
pub(crate) fn make_key(data: &Path) -> Result<(), String> {
    let file = key_file(data);
    std::fs::create_dir_all(file.parent().unwrap_or(data)).map_err(|e| e.to_string())?;
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| e.to_string())?;
    let text: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    write_private(&file, &text)
}

/// Writes a file that only its owner reads.
pub(crate) fn write_private(file: &Path, text: &str) -> Result<(), String> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(file).map_err(|e| format!("{}：{e}", file.display()))?;
    out.write_all(text.as_bytes()).and_then(|()| out.sync_all()).map_err(|e| format!("{}：{e}", file.display()))
}

/// Thirty-two bytes written as hexadecimal.
pub(crate) fn bytes_of(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0_u8; 32];
    if hex.len() != 64 {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Sets documents with the bureau's fonts, those in the data folder, or those beside the program; none where there are none.
fn engine(config: &Config, data: &Path) -> Option<Arc<Engine>> {
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("fonts")));
    let folders: Vec<PathBuf> =
        [config.fonts.clone(), Some(data.join("fonts")), beside].into_iter().flatten().filter(|f| f.is_dir()).collect();
    let folders: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
    match Engine::open(&folders) {
        Ok(engine) => Some(Arc::new(engine)),
        Err(why) => {
            tracing::warn!("{why}");
            None
        }
    }
}
