//! A number that halves again and again.

use std::time::{Duration, Instant};

/// A number of at least 0 that loses half of itself in each half-life.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fading {
    value: f32,
    /// When it was `value`. If that is yet to come, it does not fade until then.
    since: Instant,
    half_life: Duration,
}

impl Fading {
    pub(super) fn new(half_life: Duration, now: Instant) -> Self {
        Self { value: 0.0, since: now, half_life }
    }

    pub(super) fn at(&self, now: Instant) -> f32 {
        let passed = now.saturating_duration_since(self.since);
        self.value * left_after(passed, self.half_life)
    }

    /// Where the clock of the caller goes back, nothing fades twice.
    pub(super) fn add(&mut self, more: f32, now: Instant) {
        self.set(self.at(now) + more, self.since.max(now));
    }

    pub(super) fn set(&mut self, value: f32, since: Instant) {
        (self.value, self.since) = (value, since);
    }
}

/// What share of a number is left after a time.
pub(super) fn left_after(passed: Duration, half_life: Duration) -> f32 {
    (-passed.as_secs_f32() / half_life.as_secs_f32()).exp2()
}
