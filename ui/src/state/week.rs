//! What was lent in the last days, in numbers that a chart can show.

use opengateway_api::Day;

use super::chart::{Bar, Chart, Part};
use crate::text::lending as words;
use crate::{format, text};

/// From here on minutes do not matter.
const LONG_SECONDS: u64 = 10 * 3600;

/// What a chart of days can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    Time,
    Jobs,
    Tokens,
    Energy,
}

impl Measure {
    pub(crate) const ALL: [Self; 4] = [Self::Time, Self::Jobs, Self::Tokens, Self::Energy];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Time => words::TIME,
            Self::Jobs => words::JOBS,
            Self::Tokens => words::TOKENS,
            Self::Energy => words::ENERGY,
        }
    }

    pub(crate) fn of(self, day: &Day) -> u64 {
        match self {
            Self::Time => day.seconds.into(),
            Self::Jobs => day.jobs.into(),
            Self::Tokens => day.text_tokens,
            Self::Energy => day.watt_hours.into(),
        }
    }

    /// A value with its unit, where the name of the measure stands beside it.
    pub(crate) fn value(self, value: u64) -> String {
        match self {
            Self::Time => format::lasting(value),
            Self::Jobs | Self::Tokens => format::whole(value),
            Self::Energy => format::energy(value),
        }
    }

    /// A large value in a narrow place.
    fn rough(self, value: u64) -> String {
        match self {
            Self::Time if value >= LONG_SECONDS => format::lasting(value / 3600 * 3600),
            Self::Time | Self::Energy => self.value(value),
            Self::Jobs | Self::Tokens => format::compact(value),
        }
    }

    /// A value that stands alone.
    pub(crate) fn words(self, value: u64) -> String {
        match self {
            Self::Time => format::lasting(value),
            Self::Jobs => words::jobs(value),
            Self::Tokens => words::tokens(value),
            Self::Energy => words::about(&format::energy(value)),
        }
    }

    /// A value above a bar.
    pub(crate) fn brief(self, value: u64) -> String {
        match (self, value) {
            (_, 0) => String::new(),
            (Self::Time, value) if value < 3600 => format::lasting(value),
            (Self::Time, value) => format!("{}:{:02} h", value / 3600, value % 3600 / 60),
            (Self::Jobs | Self::Tokens, value) => format::compact(value),
            (Self::Energy, value) => format::energy(value),
        }
    }
}

/// The chart of one measure; today is last.
pub(crate) fn chart(days: &[Day], measure: Measure) -> Chart {
    Chart { bars: bars(days, measure), axis: 100.0, spoken: spoken(days, measure) }
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a bar has few pixels")]
fn bars(days: &[Day], measure: Measure) -> Vec<Bar> {
    let highest = days.iter().map(|day| measure.of(day)).max().unwrap_or_default().max(1);
    let bar = |day: &Day| {
        let (label, value) = (label(days, day), measure.of(day));
        let height = (value as f64 / highest as f64 * 100.0) as f32;
        Bar {
            label: label.to_owned(),
            above: Part { height, brief: measure.brief(value) },
            below: Part::default(),
            words: words::day_words(label, &all(day)),
        }
    };
    days.iter().map(bar).collect()
}

/// The weekday, or "Today".
fn label(days: &[Day], day: &Day) -> &'static str {
    let today = days.last().map(|day| day.day);
    if Some(day.day) == today { text::TODAY } else { format::weekday(day.day.into()) }
}

/// Every measure of a day.
fn all(day: &Day) -> String {
    if Measure::ALL.iter().all(|measure| measure.of(day) == 0) {
        return words::NOTHING.to_owned();
    }
    Measure::ALL.map(|measure| measure.words(measure.of(day))).join(" · ")
}

/// The chart for those who do not see it.
fn spoken(days: &[Day], measure: Measure) -> String {
    let each = days.iter().map(|day| words::day_words(label(days, day), &measure.words(measure.of(day))));
    words::chart_words(measure.name(), &each.collect::<Vec<_>>().join(", "))
}

/// Today's value and the week's.
pub(crate) fn totals(days: &[Day], measure: Measure) -> (String, String) {
    let today = days.last().map(|day| measure.of(day)).unwrap_or_default();
    let week = days.iter().map(|day| measure.of(day)).sum();
    (measure.value(today), words::this_week(&measure.rough(week)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days() -> Vec<Day> {
        vec![
            Day { day: 20_040, seconds: 7_200, jobs: 4, text_tokens: 2_000, watt_hours: 300 },
            Day { day: 20_041, seconds: 9_600, jobs: 1, text_tokens: 14_200, watt_hours: 240 },
        ]
    }

    #[test]
    fn the_highest_day_fills_the_chart_and_today_is_named() {
        let bars = bars(&days(), Measure::Time);

        assert_eq!((bars[0].label.as_str(), bars[0].above.height), ("Wed", 75.0));
        assert_eq!((bars[1].label.as_str(), bars[1].above.height), ("Today", 100.0));
    }

    #[test]
    fn a_day_tells_everything_with_units() {
        let bars = bars(&days(), Measure::Jobs);

        assert_eq!(bars[1].words, "Today: 2 h 40 min · 1 job · 14,200 text tokens · about 240 Wh");
    }

    #[test]
    fn a_week_without_lending_has_flat_bars() {
        let bars = bars(&[Day::default(); 7], Measure::Energy);

        assert!(bars.iter().all(|bar| bar.above == Part::default()));
        assert_eq!(bars[6].words, "Today: nothing lent");
    }

    #[test]
    fn today_and_the_week_are_summed() {
        assert_eq!(totals(&days(), Measure::Time), ("2 h 40 min".into(), "4 h 40 min in 7 days".into()));
        assert_eq!(totals(&[], Measure::Jobs), ("0".into(), "0 in 7 days".into()));
    }

    #[test]
    fn the_chart_can_be_heard() {
        assert_eq!(
            chart(&days(), Measure::Jobs).spoken,
            "Jobs on each of the last seven days. Wed: 4 jobs, Today: 1 job"
        );
    }
}
