//! Virtual time.

use std::ops::Add;
use std::time::Duration;

/// A moment of a run, in microseconds since it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Moment(u64);

impl Moment {
    /// When the run began.
    pub(crate) const START: Self = Self(0);

    /// The time since an earlier moment; zero if that one is later.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }

    /// The moment so long before; the beginning if that is before it.
    pub(crate) fn before(self, time: Duration) -> Self {
        Self(self.0.saturating_sub(micros(time)))
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, later: Duration) -> Self {
        Self(self.0.saturating_add(micros(later)))
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// A time of so many seconds; none if it is negative.
pub(crate) fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
