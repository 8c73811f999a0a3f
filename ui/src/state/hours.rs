//! Ready-made hours of the week, and moving about in them.

use opengateway_api::Hours;

use crate::text::rules as words;

pub(crate) const DAYS: u8 = 7;
pub(crate) const HOURS: u8 = 24;
const NIGHT_BEGINS: u8 = 22;
const NIGHT_ENDS: u8 = 8;
const FIRST_DAY_OFF: u8 = 5;

/// Hours that many want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preset {
    Always,
    Nights,
    /// The nights of weekdays, and all of Saturday and Sunday.
    NightsAndWeekends,
}

impl Preset {
    pub(crate) const ALL: [Self; 3] = [Self::Always, Self::Nights, Self::NightsAndWeekends];

    /// The one that these hours are.
    pub(crate) fn of(hours: Hours) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.hours() == hours)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Always => words::ALWAYS,
            Self::Nights => words::NIGHTS,
            Self::NightsAndWeekends => words::NIGHTS_AND_WEEKENDS,
        }
    }

    pub(crate) fn hours(self) -> Hours {
        let mut hours = Hours::NONE;
        for (day, hour) in cells() {
            hours.set(day, hour, self.holds(day, hour));
        }
        hours
    }

    fn holds(self, day: u8, hour: u8) -> bool {
        let is_night = !(NIGHT_ENDS..NIGHT_BEGINS).contains(&hour);
        match self {
            Self::Always => true,
            Self::Nights => is_night,
            Self::NightsAndWeekends => is_night || day >= FIRST_DAY_OFF,
        }
    }
}

/// Every hour of the week, Monday first.
pub(crate) fn cells() -> impl Iterator<Item = (u8, u8)> {
    (0..DAYS).flat_map(|day| (0..HOURS).map(move |hour| (day, hour)))
}

/// Whether a whole day is welcome.
pub(crate) fn is_whole_day(hours: Hours, day: u8) -> bool {
    (0..HOURS).all(|hour| hours.contains(day, hour))
}

/// The hours on the way from one to another, without the first: a quick mouse passes over some unseen.
pub(crate) fn way(from: (u8, u8), to: (u8, u8)) -> Vec<(u8, u8)> {
    let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1));
    (1..=steps).map(|step| (part(from.0, to.0, step, steps), part(from.1, to.1, step, steps))).collect()
}

/// What lies `step` of `steps` on the way, rounded to the nearest.
fn part(from: u8, to: u8, step: u8, steps: u8) -> u8 {
    let (from, to, step, steps) = (i32::from(from), i32::from(to), i32::from(step), i32::from(steps));
    let moved = ((to - from) * step * 2 + steps).div_euclid(steps * 2);
    u8::try_from(from + moved).unwrap_or_default()
}

/// Where a key leads from an hour; `None` for other keys. The edges hold.
pub(crate) fn neighbour((day, hour): (u8, u8), key: &str) -> Option<(u8, u8)> {
    Some(match key {
        "ArrowUp" => (day.saturating_sub(1), hour),
        "ArrowDown" => ((day + 1).min(DAYS - 1), hour),
        "ArrowLeft" => (day, hour.saturating_sub(1)),
        "ArrowRight" => (day, (hour + 1).min(HOURS - 1)),
        "Home" => (day, 0),
        "End" => (day, HOURS - 1),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_always() {
        assert_eq!(Preset::of(Hours::default()), Some(Preset::Always));
    }

    #[test]
    fn nights_leave_the_day_alone() {
        let nights: Vec<String> = Preset::Nights.hours().into();

        assert_eq!(nights, ["0-8, 22-24"; 7]);
    }

    #[test]
    fn weekends_are_whole() {
        let hours = Preset::NightsAndWeekends.hours();

        assert!(is_whole_day(hours, 5) && is_whole_day(hours, 6));
        assert!(!hours.contains(4, 12) && hours.contains(4, 23));
    }

    #[test]
    fn hours_of_ones_own_are_no_preset() {
        let mut hours = Hours::default();
        hours.set(0, 9, false);

        assert_eq!(Preset::of(hours), None);
    }

    #[test]
    fn a_quick_stroke_leaves_no_gaps() {
        assert_eq!(way((0, 0), (0, 3)), [(0, 1), (0, 2), (0, 3)]);
        assert_eq!(way((2, 4), (0, 0)), [(2, 3), (1, 2), (1, 1), (0, 0)]);
        assert_eq!(way((3, 3), (3, 3)), []);
    }

    #[test]
    fn arrow_keys_stay_in_the_week() {
        assert_eq!(neighbour((0, 0), "ArrowUp"), Some((0, 0)));
        assert_eq!(neighbour((6, 23), "ArrowRight"), Some((6, 23)));
        assert_eq!(neighbour((2, 5), "ArrowDown"), Some((3, 5)));
        assert_eq!(neighbour((2, 5), "End"), Some((2, 23)));
        assert_eq!(neighbour((2, 5), "a"), None);
    }
}
