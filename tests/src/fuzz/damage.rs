//! Damage to what was valid: equal seeds give equal damage.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What is damaged, and with what.
pub struct Damage<'a> {
    /// Valid inputs.
    pub valid: Vec<&'a [u8]>,
    /// Bytes that mean something where they are read.
    pub interesting: &'a [&'a [u8]],
}

impl Damage<'_> {
    /// One of the valid inputs with one to four injuries.
    pub fn copy(&self, random: &mut Random) -> Vec<u8> {
        let mut bytes = random.of(&self.valid).to_vec();
        for _ in 0..=random.below(4) {
            self.injure(&mut bytes, random);
        }
        bytes
    }

    fn injure(&self, bytes: &mut Vec<u8>, random: &mut Random) {
        let place = random.below(bytes.len().max(1));
        let length = random.below(24).min(bytes.len() - place.min(bytes.len()));
        match random.below(7) {
            0 => bytes.truncate(place),
            1 => drop(bytes.drain(place..place + length)),
            2 => bytes.splice(place..place, random.of(self.interesting).iter().copied()).for_each(drop),
            3 => bytes.splice(place..place + length, random.of(self.interesting).iter().copied()).for_each(drop),
            4 => {
                let other = random.of(&self.valid);
                let from = random.below(other.len());
                bytes.splice(place..place + length, other.iter().skip(from).take(64).copied()).for_each(drop);
            }
            5 => bytes.get_mut(place).into_iter().for_each(|byte| *byte = random.byte()),
            _ => bytes.get_mut(place).into_iter().for_each(|byte| *byte ^= 1 << random.below(8)),
        }
    }
}

/// Chance that can be repeated.
pub struct Random(ChaCha8Rng);

impl Random {
    /// Equal seeds give equal chance.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0.next_u32() as usize % end.max(1)
    }

    fn byte(&mut self) -> u8 {
        self.0.next_u32().to_le_bytes()[0]
    }

    fn of<'a>(&mut self, all: &[&'a [u8]]) -> &'a [u8] {
        all[self.below(all.len())]
    }
}
