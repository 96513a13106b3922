//! Durations counted to within three hundredths.

use std::time::Duration;

/// Steps within each power of two.
const STEPS: usize = 32;

/// Counts by microseconds, finer where they are few.
#[derive(Debug)]
pub(super) struct Histogram {
    counts: Vec<u64>,
    longest: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram { counts: vec![0; STEPS * 40], longest: 0 }
    }
}

/// The place of a number of microseconds.
fn place(micros: u64) -> usize {
    let bits = 64 - micros.leading_zeros() as usize;
    // 32 steps take five bits below the highest.
    if bits <= 6 { micros as usize } else { (bits - 5) * STEPS + (micros >> (bits - 6)) as usize - STEPS }
}

/// The smallest number at a place.
fn floor(place: usize) -> u64 {
    if place < 2 * STEPS {
        return place as u64;
    }
    let bits = place / STEPS + 5 - 1;
    let mantissa = (place % STEPS + STEPS) as u64;
    mantissa << (bits + 1 - 6)
}

impl Histogram {
    pub(super) fn add(&mut self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        self.longest = self.longest.max(micros);
        let last = self.counts.len() - 1;
        self.counts[place(micros).min(last)] += 1;
    }

    fn at(&self, share: f64) -> f64 {
        let total: u64 = self.counts.iter().sum();
        let wanted = ((total as f64) * share).ceil() as u64;
        let mut sum = 0;
        for (place, count) in self.counts.iter().enumerate() {
            sum += count;
            if sum >= wanted && wanted > 0 {
                return floor(place) as f64 / 1000.0;
            }
        }
        0.0
    }

    /// Half, 99 %, 99.9 % and the longest.
    pub(super) fn milliseconds(&self) -> [f64; 4] {
        [self.at(0.5), self.at(0.99), self.at(0.999), self.longest as f64 / 1000.0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_keep_order_and_are_near() {
        for micros in (0..5000).chain([10_000, 123_456, 9_999_999]) {
            let low = floor(place(micros));
            assert!(low <= micros && (micros - low) * 31 <= micros, "{micros} {low}");
        }
        let mut histogram = Histogram::default();
        (1..=1000).for_each(|n| histogram.add(Duration::from_millis(n)));
        let [p50, p99, _, longest] = histogram.milliseconds();
        assert!((485.0..=500.0).contains(&p50) && (960.0..=990.0).contains(&p99) && longest == 1000.0, "{p50} {p99}");
    }
}
