//! Named deviations from a standard, one bit each.

/// Defines a protocol's `Tolerance`, the set `Tolerances` and the counter `Counts`.
///
/// The order of the variants is the order in which a rejection names them: the weightiest first.
macro_rules! tolerances {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $label:literal;)+) => {
        /// One named deviation from the standard that a device's profile may tolerate.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Tolerance { $($(#[$doc])* $variant),+ }

        impl Tolerance {
            /// All of them, the weightiest first.
            pub const ALL: &[Tolerance] = &[$(Tolerance::$variant),+];

            /// The name written in a profile.
            pub const fn name(self) -> &'static str {
                match self { $(Tolerance::$variant => $name),+ }
            }

            /// What is wrong with a frame that needs it, as shown to users.
            pub const fn label(self) -> &'static str {
                match self { $(Tolerance::$variant => $label),+ }
            }

            /// The tolerance of that name.
            pub fn named(name: &str) -> Option<Tolerance> {
                Tolerance::ALL.iter().copied().find(|t| t.name() == name)
            }
        }

        /// A set of tolerances.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Tolerances(u32);

        impl Tolerances {
            /// None of them.
            pub const NONE: Tolerances = Tolerances(0);

            /// The set with one more.
            #[inline]
            pub const fn with(self, one: Tolerance) -> Tolerances {
                Tolerances(self.0 | 1 << one as u8)
            }

            /// Adds one.
            #[inline]
            pub fn add(&mut self, one: Tolerance) {
                *self = self.with(one);
            }

            /// Whether it is in the set.
            #[inline]
            pub const fn has(self, one: Tolerance) -> bool {
                self.0 & (1 << one as u8) != 0
            }

            /// Those in this set and not in `other`.
            #[inline]
            pub const fn without(self, other: Tolerances) -> Tolerances {
                Tolerances(self.0 & !other.0)
            }

            /// Whether nothing is in the set.
            #[inline]
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// The members, the weightiest first.
            pub fn iter(self) -> impl Iterator<Item = Tolerance> {
                Tolerance::ALL.iter().copied().filter(move |t| self.has(*t))
            }
        }

        impl FromIterator<Tolerance> for Tolerances {
            fn from_iter<I: IntoIterator<Item = Tolerance>>(all: I) -> Self {
                all.into_iter().fold(Tolerances::NONE, Tolerances::with)
            }
        }

        /// How often each tolerance was needed, for a device's card: a tolerance that is never used should be withdrawn.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct Counts([u64; Tolerance::ALL.len()]);

        impl Default for Counts {
            fn default() -> Self {
                Counts([0; Tolerance::ALL.len()])
            }
        }

        impl Counts {
            /// Counts each tolerance of one frame once.
            #[inline]
            pub fn add(&mut self, used: Tolerances) {
                if used.is_empty() {
                    return;
                }
                for one in used.iter() {
                    self.0[one as usize] = self.0[one as usize].saturating_add(1);
                }
            }

            /// How often it was needed.
            pub fn of(&self, one: Tolerance) -> u64 {
                self.0[one as usize]
            }
        }
    };
}

pub(crate) use tolerances;
