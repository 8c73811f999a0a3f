//! Chance that repeats itself.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A source of chance. Equal seeds give equal numbers.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// From 0 to 1, 1 not included.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// A number below `end`; 0 if that is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.number() % (end as u64).max(1)).unwrap_or(0)
    }

    /// As many are below `median` as above, and two thirds within a factor of e to the `spread`.
    pub(crate) fn around(&mut self, median: f64, spread: f64) -> f64 {
        let (one, other) = (1.0 - self.unit(), self.unit());
        let normal = (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos();
        median * (spread * normal).exp()
    }

    /// How often something happens that happens so often on average (Poisson).
    pub(crate) fn happens(&mut self, mean: f64) -> u32 {
        let (mut count, mut passed) = (0, -(1.0 - self.unit()).ln());
        while passed < mean {
            count += 1;
            passed -= (1.0 - self.unit()).ln();
        }
        count
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// The whole part of a number that is not negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of floats stops at the bounds")]
pub(crate) fn whole(number: f64) -> u32 {
    number as u32
}
