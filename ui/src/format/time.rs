//! Moments and durations for people, in local time.

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// 1 January 1970 was a Thursday; Monday is 0.
const FIRST_WEEKDAY: i64 = 3;
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// The moment at which something is said, and how far local time is from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    /// Milliseconds since 1970 UTC.
    pub(crate) now_ms: i64,
    /// Milliseconds to add to UTC.
    pub(crate) offset_ms: i64,
}

impl Clock {
    /// `14:10`.
    pub(crate) fn time(self, ms: i64) -> String {
        let minutes = (ms + self.offset_ms).rem_euclid(DAY_MS) / MINUTE_MS;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// A moment near now: `14:10`, `midnight`, or with its weekday on another day.
    pub(crate) fn moment(self, ms: i64) -> String {
        let (day, today) = (self.day(ms), self.day(self.now_ms));
        match day - today {
            0 => self.time(ms),
            1 if ms + self.offset_ms == day * DAY_MS => "midnight".to_owned(),
            1 => format!("tomorrow {}", self.time(ms)),
            -1 => format!("yesterday {}", self.time(ms)),
            _ => format!("{} {}", weekday(day), self.time(ms)),
        }
    }

    /// What is left until then: `4:32` or `1:04:32`.
    pub(crate) fn left(self, until_ms: i64) -> String {
        let seconds = (until_ms - self.now_ms).max(0) / 1000;
        let (hours, minutes, seconds) = (seconds / 3600, seconds % 3600 / 60, seconds % 60);
        if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
    }

    /// Days since 1970, local time.
    fn day(self, ms: i64) -> i64 {
        (ms + self.offset_ms).div_euclid(DAY_MS)
    }
}

/// The weekday of a day since 1970.
pub(crate) fn weekday(day: i64) -> &'static str {
    let at = usize::try_from((day + FIRST_WEEKDAY).rem_euclid(7)).unwrap_or_default();
    WEEKDAYS.get(at).copied().unwrap_or_default()
}

/// How long something lasted: `45 s`, `12 min`, `2 h 40 min`.
pub(crate) fn lasting(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        _ if seconds % 3600 < 60 => format!("{} h", seconds / 3600),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;
    /// Thursday, 1 January 1970, 15:00 in a zone two hours east.
    const CLOCK: Clock = Clock { now_ms: 13 * HOUR_MS, offset_ms: 2 * HOUR_MS };

    #[test]
    fn a_moment_names_its_day_only_when_it_is_another() {
        assert_eq!(CLOCK.moment(14 * HOUR_MS), "16:00");
        assert_eq!(CLOCK.moment(22 * HOUR_MS), "midnight");
        assert_eq!(CLOCK.moment(23 * HOUR_MS), "tomorrow 01:00");
        assert_eq!(CLOCK.moment(-3 * HOUR_MS), "yesterday 23:00");
        assert_eq!(CLOCK.moment(48 * HOUR_MS), "Sat 02:00");
    }

    #[test]
    fn a_countdown_ends_at_zero() {
        assert_eq!(CLOCK.left(CLOCK.now_ms + 272_900), "4:32");
        assert_eq!(CLOCK.left(CLOCK.now_ms + HOUR_MS + 62_000), "1:01:02");
        assert_eq!(CLOCK.left(0), "0:00");
    }

    #[test]
    fn durations_keep_the_units_that_matter() {
        assert_eq!(lasting(45), "45 s");
        assert_eq!(lasting(725), "12 min");
        assert_eq!(lasting(7_205), "2 h");
        assert_eq!(lasting(9_600), "2 h 40 min");
    }

    #[test]
    fn weekdays_follow_the_calendar() {
        // 14 November 2024 was a Thursday.
        assert_eq!(weekday(20_041), "Thu");
        assert_eq!(weekday(20_045), "Mon");
        assert_eq!(weekday(0), "Thu");
    }
}
