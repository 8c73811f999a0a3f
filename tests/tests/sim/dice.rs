//! Chance that repeats itself: one seeded source for what happens, and draws by name for what two nodes have in common.

use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::moment::seconds;

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
        unit(self.number())
    }

    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// A number below `end`; 0 if that is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.number() % end).unwrap_or(0)
    }

    pub(crate) fn within(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    /// How long until something happens that happens once in `mean` on average.
    pub(crate) fn until(&mut self, mean: Duration) -> Duration {
        seconds(-mean.as_secs_f64() * (1.0 - self.unit()).ln())
    }

    /// As many are below `median` as above, and two thirds within a factor of e to the `spread`.
    pub(crate) fn around(&mut self, median: f64, spread: f64) -> f64 {
        let (one, other) = (1.0 - self.unit(), self.unit());
        let normal = (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos();
        median * (spread * normal).exp()
    }

    /// How often something happens that happens so often on average (Poisson).
    pub(crate) fn happens(&mut self, mean: f64) -> f64 {
        let (mut count, mut passed) = (0.0, -(1.0 - self.unit()).ln());
        while passed < mean {
            count += 1.0;
            passed -= (1.0 - self.unit()).ln();
        }
        count
    }

    /// A place in a list, each as likely as its weight says.
    pub(crate) fn pick(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        let found = weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        found.unwrap_or(weights.len().saturating_sub(1))
    }
}

/// From 0 to 1, always the same for the same names: what a pair of nodes has in common needs no memory.
pub(crate) fn drawn(names: [u64; 3]) -> f64 {
    unit(names.into_iter().fold(0, |state, name| finish(state ^ finish(name))))
}

/// The last step of SplitMix64 (Steele, Lea, Flood 2014).
fn finish(state: u64) -> u64 {
    let state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

fn unit(number: u64) -> f64 {
    (number >> 11) as f64 / (1_u64 << 53) as f64
}

/// The whole part of a number that is not negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of floats stops at the bounds")]
pub(crate) fn whole(number: f64) -> u32 {
    number as u32
}
