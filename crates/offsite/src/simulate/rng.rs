//! Chance that is the same for ever from one seed (splitmix64).

/// A source of numbers.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// A source; different streams of one seed have nothing in common.
    pub fn new(seed: u64, stream: u64) -> Rng {
        let mut rng = Rng(seed ^ stream.wrapping_mul(0xD134_2543_DE82_EF95));
        rng.next();
        rng
    }

    /// The next number.
    #[expect(clippy::should_implement_trait, reason = "an endless source is no iterator to be collected")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `low` up to and with `high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = (high - low).unsigned_abs() + 1;
        low + (self.next() % span) as i64
    }

    /// Whether something happens that does so many times in a thousand.
    pub fn per_mille(&mut self, n: i64) -> bool {
        self.between(0, 999) < n
    }

    /// Whether something happens once in so many times.
    pub fn one_in(&mut self, n: i64) -> bool {
        self.between(1, n.max(1)) == 1
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[(self.next() % all.len() as u64) as usize]
    }

    /// About normal with this standard deviation: twelve dice.
    pub fn bell(&mut self, deviation: i64) -> i64 {
        (0..12).map(|_| self.between(-1_000, 1_000)).sum::<i64>() * deviation / 2_000
    }
}
