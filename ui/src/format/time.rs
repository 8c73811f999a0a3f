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

    /// A moment that may be long ago: `14:10`, `yesterday 14:10`, within a week with its weekday, else `14 Nov` or `14 Nov 2023`.
    pub(crate) fn past(self, ms: i64) -> String {
        let (day, today) = (self.day(ms), self.day(self.now_ms));
        if (today - 6..=today + 1).contains(&day) {
            return self.moment(ms);
        }
        let ((year, month, day), (this_year, ..)) = (date(day), date(today));
        if year == this_year { format!("{day} {month}") } else { format!("{day} {month} {year}") }
    }

    /// The weekday of a moment, or `None` today.
    pub(crate) fn other_weekday(self, ms: i64) -> Option<&'static str> {
        Some(self.day(ms)).filter(|day| *day != self.day(self.now_ms)).map(weekday)
    }

    /// The full hour of a moment, from 0 to 23.
    pub(crate) fn hour(self, ms: i64) -> i64 {
        (ms + self.offset_ms).rem_euclid(DAY_MS) / (60 * MINUTE_MS)
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

/// Year, month and day of a day since 1970, in the Gregorian calendar.
fn date(day: i64) -> (i64, &'static str, i64) {
    const MONTHS: [&str; 12] = ["Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb"];
    // Years begin in March and eras of 400 years on 1 March 0000, so that leap days come last.
    let since = day + 719_468;
    let (era, of_era) = (since.div_euclid(146_097), since.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let year = year_of_era + era * 400 + i64::from(month >= 10);
    let name = usize::try_from(month).ok().and_then(|at| MONTHS.get(at)).copied().unwrap_or_default();
    (year, name, of_year - (153 * month + 2) / 5 + 1)
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
    fn what_is_long_ago_has_a_date() {
        assert_eq!(CLOCK.past(-3 * HOUR_MS), "yesterday 23:00");
        assert_eq!(CLOCK.past(-6 * 24 * HOUR_MS), "Fri 02:00");
        assert_eq!(CLOCK.past(-7 * 24 * HOUR_MS), "25 Dec 1969");
        let later = Clock { now_ms: 1_731_600_000_000, ..CLOCK };
        assert_eq!(later.past(1_709_208_000_000), "29 Feb");
        assert_eq!(later.past(951_825_600_000), "29 Feb 2000");
    }

    #[test]
    fn a_weekday_is_named_only_of_another_day() {
        assert_eq!((CLOCK.other_weekday(0), CLOCK.other_weekday(-3 * HOUR_MS)), (None, Some("Wed")));
        assert_eq!(CLOCK.hour(23 * HOUR_MS), 1);
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
