//! Time as lending needs it: one clock that counts sleep and never goes back, and the owner's wall clock.

use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use opengateway_core::idle::{GAP, Moment};

use crate::now_ms;

/// A clock for the rules. The system's own stands still while the machine sleeps on some systems and not on others; a
/// wall clock that ran ahead of it means sleep, or a clock that was set: the rules wait after either.
#[derive(Debug)]
pub(super) struct Clock {
    start: Instant,
    skipped: Duration,
    last: (Instant, i64),
}

impl Clock {
    pub(super) fn start() -> Self {
        let now = Instant::now();
        Self { start: now, skipped: Duration::ZERO, last: (now, now_ms()) }
    }

    pub(super) fn now(&mut self) -> Moment {
        self.at(Instant::now(), now_ms())
    }

    fn at(&mut self, now: Instant, wall_ms: i64) -> Moment {
        let ran = now.saturating_duration_since(self.last.0);
        let wall = Duration::from_millis(u64::try_from(wall_ms.saturating_sub(self.last.1)).unwrap_or(0));
        let ahead = wall.saturating_sub(ran);
        if ahead > GAP {
            self.skipped += ahead;
        }
        self.last = (now, wall_ms);
        now.saturating_duration_since(self.start) + self.skipped
    }

    /// Milliseconds from the last moment asked for until this one.
    pub(super) fn until_ms(&self, moment: Moment) -> i64 {
        let last = self.last.0.saturating_duration_since(self.start) + self.skipped;
        i64::try_from(moment.saturating_sub(last).as_millis()).unwrap_or(i64::MAX)
    }
}

/// The coming midnight where the owner lives, in milliseconds since 1970 UTC.
pub(super) fn midnight_ms() -> i64 {
    let midnight = Zoned::now().tomorrow().and_then(|tomorrow| tomorrow.start_of_day());
    // A calendar without a tomorrow is beyond all years that are.
    midnight.map_or_else(|_| now_ms(), |midnight| midnight.timestamp().as_millisecond())
}

/// The day where the owner lives, in days since 1970.
pub(super) fn day(ms: i64) -> i32 {
    let zoned = Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(jiff::tz::TimeZone::system());
    let since = zoned.date().since((jiff::Unit::Day, Date::new(1970, 1, 1).unwrap_or_default()));
    since.map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleep_counts_whether_or_not_the_systems_clock_counted_it() {
        let (mut clock, start, wall) = (Clock::start(), Instant::now(), now_ms());
        let before = clock.at(start, wall);

        let stood_still = clock.at(start + Duration::from_secs(2), wall + 3_600_000);
        let counted = clock.at(start + Duration::from_secs(3602), wall + 7_200_000);

        assert!(stood_still.saturating_sub(before) > Duration::from_secs(3590));
        assert!(counted.saturating_sub(stood_still) > Duration::from_secs(3590));
    }

    #[test]
    fn a_clock_that_is_set_back_changes_nothing() {
        let (mut clock, start, wall) = (Clock::start(), Instant::now(), now_ms());
        let before = clock.at(start, wall);

        let after = clock.at(start + Duration::from_secs(2), wall - 86_400_000);

        assert_eq!(after.saturating_sub(before), Duration::from_secs(2));
    }

    #[test]
    fn tomorrow_is_within_a_day_and_on_the_next_day() {
        let midnight = midnight_ms();

        assert!(midnight > now_ms() && midnight <= now_ms() + 25 * 3_600_000);
        assert_eq!(day(midnight), day(midnight - 1) + 1);
    }
}
