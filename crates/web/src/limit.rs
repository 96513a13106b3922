//! How often somebody may try: sign-ins and public look-ups, counted per address in memory.

use std::collections::HashMap;
use std::sync::Mutex;

/// Tries within a window of one minute, by key.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<HashMap<String, (i64, u32)>>);

const WINDOW_MS: i64 = 60_000;
/// Entries kept at most; beyond it the old ones are dropped, so that strangers cannot fill the memory.
const KEPT: usize = 20_000;

impl Limits {
    /// Counts one try and says whether it is still within `most` a minute.
    pub(crate) fn allow(&self, key: &str, most: u32, now_ms: i64) -> bool {
        let mut tries = self.0.lock().unwrap_or_else(|e| e.into_inner());
        if tries.len() >= KEPT {
            tries.retain(|_, (since, _)| now_ms - *since < WINDOW_MS);
            if tries.len() >= KEPT {
                // More strangers than fit: the longest known half goes, so that a flood does not lift everybody's count.
                let mut since: Vec<i64> = tries.values().map(|(since, _)| *since).collect();
                let middle = since.len() / 2;
                let (_, oldest, _) = since.select_nth_unstable(middle);
                let oldest = *oldest;
                tries.retain(|_, (since, _)| *since > oldest);
            }
        }
        let (since, count) = tries.entry(key.to_owned()).or_insert((now_ms, 0));
        if now_ms - *since >= WINDOW_MS {
            (*since, *count) = (now_ms, 0);
        }
        *count += 1;
        *count <= most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_ends_after_a_minute() {
        let limits = Limits::default();
        assert!((0..3).all(|_| limits.allow("a", 3, 0)));
        assert!(!limits.allow("a", 3, 59_999));
        assert!(limits.allow("b", 3, 59_999), "another key has its own count");
        assert!(limits.allow("a", 3, 60_000));
    }
}
