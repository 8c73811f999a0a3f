//! How often something may fail before it is set aside.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Deaths of the engine on one model within [`WINDOW`] that set the model aside.
pub const LIMIT: usize = 3;
/// How long a death counts.
pub const WINDOW: Duration = Duration::from_secs(60);

/// Remembers failures by what they are blamed on.
#[derive(Debug)]
pub struct Strikes<K> {
    failures: BTreeMap<K, Vec<Instant>>,
}

impl<K> Default for Strikes<K> {
    fn default() -> Self {
        Self { failures: BTreeMap::new() }
    }
}

impl<K: Ord> Strikes<K> {
    /// Counts a failure and says how many count now.
    pub fn strike(&mut self, blamed: K, now: Instant) -> usize {
        let failures = self.failures.entry(blamed).or_default();
        if failures.len() >= LIMIT {
            return failures.len();
        }
        failures.retain(|then| now.saturating_duration_since(*then) < WINDOW);
        failures.push(now);
        failures.len()
    }

    /// Whether it is set aside. Stays so until [`Self::forgive`].
    pub fn is_out(&self, blamed: &K) -> bool {
        self.failures.get(blamed).is_some_and(|failures| failures.len() >= LIMIT)
    }

    /// Gives it a fresh start: the owner asked for it again.
    pub fn forgive(&mut self, blamed: &K) {
        self.failures.remove(blamed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_deaths_within_a_minute_set_a_model_aside_until_forgiven() {
        let (mut strikes, start) = (Strikes::default(), Instant::now());
        for second in 0..3 {
            assert!(!strikes.is_out(&"m"));
            strikes.strike("m", start + Duration::from_secs(second));
        }
        assert!(strikes.is_out(&"m"));

        strikes.forgive(&"m");

        assert!(!strikes.is_out(&"m"));
    }

    #[test]
    fn deaths_far_apart_never_add_up() {
        let (mut strikes, start) = (Strikes::default(), Instant::now());
        for minute in 0..10 {
            strikes.strike("m", start + WINDOW * minute);
        }

        assert!(!strikes.is_out(&"m"));
    }
}
