//! Chance that can be repeated: every seed is printed, and `OPENGATEWAY_SEED` sets it.

use std::hash::{BuildHasher, RandomState};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A source of chance for one test.
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// Draws a seed, unless one is set, and prints it: a failed test shows it.
    ///
    /// # Panics
    /// When `OPENGATEWAY_SEED` is no number.
    pub fn new() -> Self {
        let drawn = || RandomState::new().hash_one(());
        let seed = std::env::var("OPENGATEWAY_SEED").map_or_else(|_| drawn(), |seed| seed.parse().expect("a number"));
        eprintln!("repeat this with OPENGATEWAY_SEED={seed}");
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `end`, which must not be 0.
    ///
    /// # Panics
    /// When it is.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("a usize has at most 64 bits");
        usize::try_from(self.0.next_u64() % end).expect("below a usize")
    }

    /// A byte.
    pub fn byte(&mut self) -> u8 {
        self.0.next_u64().to_le_bytes()[0]
    }
}

impl Default for Chance {
    fn default() -> Self {
        Self::new()
    }
}
