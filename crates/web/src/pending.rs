//! Sheets between being looked at and being imported: in memory, for one hour, for the one who sent them.
//!
//! They name callers and their telephones, so they never reach the evidence store, which keeps what it has for ever.

use std::collections::HashMap;
use std::sync::Mutex;

/// How long a sheet waits, milliseconds.
const WAIT_MS: i64 = 60 * 60 * 1000;
/// Sheets kept at most; beyond it the oldest goes.
const KEPT: usize = 16;

struct Sheet {
    login: String,
    since: i64,
    bytes: Vec<u8>,
}

/// The waiting sheets, by a token that cannot be guessed.
#[derive(Default)]
pub(crate) struct Pending(Mutex<HashMap<String, Sheet>>);

impl Pending {
    /// Keeps a sheet under a token.
    pub(crate) fn keep(&self, token: String, login: &str, bytes: Vec<u8>, now_ms: i64) {
        let mut sheets = self.0.lock().unwrap_or_else(|e| e.into_inner());
        sheets.retain(|_, sheet| now_ms - sheet.since < WAIT_MS);
        if sheets.len() >= KEPT
            && let Some(oldest) = sheets.iter().min_by_key(|(_, sheet)| sheet.since).map(|(token, _)| token.clone())
        {
            sheets.remove(&oldest);
        }
        sheets.insert(token, Sheet { login: login.to_owned(), since: now_ms, bytes });
    }

    /// The sheet of this token, for the one who sent it; it is gone afterwards.
    pub(crate) fn take(&self, token: &str, login: &str, now_ms: i64) -> Option<Vec<u8>> {
        let mut sheets = self.0.lock().unwrap_or_else(|e| e.into_inner());
        let fits = sheets.get(token).is_some_and(|sheet| sheet.login == login && now_ms - sheet.since < WAIT_MS);
        if fits { sheets.remove(token).map(|sheet| sheet.bytes) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_taken_once_by_its_sender_within_the_hour() {
        let pending = Pending::default();
        pending.keep("t".into(), "desk", vec![1], 0);
        assert_eq!(pending.take("t", "other", 1), None);
        assert_eq!(pending.take("t", "desk", WAIT_MS), None);
        assert_eq!(pending.take("t", "desk", WAIT_MS - 1), Some(vec![1]));
        assert_eq!(pending.take("t", "desk", WAIT_MS - 1), None);
    }

    #[test]
    fn the_oldest_gives_way() {
        let pending = Pending::default();
        for n in 0..=KEPT {
            pending.keep(n.to_string(), "desk", vec![0], n as i64);
        }
        assert_eq!(pending.take("0", "desk", 20), None);
        assert!(pending.take("1", "desk", 20).is_some());
    }
}
