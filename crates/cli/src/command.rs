//! One file for each command.

pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod checkpoint;
pub(crate) mod decode;
pub(crate) mod demo;
pub(crate) mod dossier;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod law;
pub(crate) mod push;
pub(crate) mod rebuild;
pub(crate) mod report;
pub(crate) mod serve;
pub(crate) mod understand;
pub(crate) mod user;
pub(crate) mod verify;

/// A runtime for commands that wait for the ledger.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Runtime::new().map_err(|e| e.to_string())
}

/// Words and detail of a ledger fault, for the person at the command line.
pub(crate) fn fault(fault: ledger::Fault) -> String {
    format!("{fault}（{fault:?}）")
}
