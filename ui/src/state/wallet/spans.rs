//! What was earned and spent over time, as charts: earned above the axis, spent below it, both to one scale.

use opengateway_api::{Credits, WalletDay};

use crate::format::{self, Clock};
use crate::state::chart::{Bar, Chart, Part};
use crate::text;
use crate::text::wallet as words;

/// What a bar stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// A day of the last seven.
    Day,
    /// An hour of the last day.
    Hour,
}

/// Thousandths.
const WHOLE: i128 = 1_000;
/// The least that a side gets of the field.
const LEAST_SIDE: i128 = 220;
/// Hours between two labels.
const HOURS: i64 = 6;
/// The middle of a day tells its weekday also when the clocks were changed since.
const NOON_MS: i64 = 12 * 3_600_000;
const HOUR_MS: i64 = 3_600_000;

/// The sum over some days, the most there is if it is more than that.
pub(crate) fn sum(days: &[WalletDay], of: fn(&WalletDay) -> Credits) -> Credits {
    days.iter().try_fold(Credits::ZERO, |sum, day| sum.plus(of(day))).unwrap_or(Credits(i64::MAX))
}

/// What was earned and what was spent, for the legend of a chart.
pub(crate) fn totals(days: &[WalletDay]) -> [(&'static str, String); 2] {
    let total = |of| format::amount(sum(days, of));
    [(words::EARNED, total(|day| day.earned)), (words::SPENT, total(|day| day.spent))]
}

/// The chart of these days or hours; the present one is last.
pub(crate) fn chart(days: &[WalletDay], span: Span, clock: Clock) -> Chart {
    let scale = Scale::of(days);
    let bars: Vec<Bar> = days.iter().map(|day| bar(day, span, clock, scale)).collect();
    let each: Vec<&str> = bars.iter().map(|bar| bar.words.as_str()).collect();
    let spoken = words::chart_words(name(span), &each.join(". "));
    Chart { axis: percent(scale.axis, WHOLE), spoken, bars }
}

/// What a chart is called.
pub(crate) fn name(span: Span) -> &'static str {
    match span {
        Span::Day => words::WEEK,
        Span::Hour => words::DAY,
    }
}

fn bar(day: &WalletDay, span: Span, clock: Clock, scale: Scale) -> Bar {
    let (label, long) = labels(day.from_ms, span, clock);
    let brief = |amount: Credits| match span {
        Span::Day => brief(amount),
        Span::Hour => String::new(),
    };
    Bar {
        label,
        above: Part { height: scale.height(day.earned, scale.axis), brief: brief(day.earned) },
        below: Part { height: scale.height(day.spent, WHOLE - scale.axis), brief: brief(day.spent) },
        words: words::during(&long, &what(day)),
    }
}

/// What stands below a bar, and what it is called where there is room.
fn labels(from_ms: i64, span: Span, clock: Clock) -> (String, String) {
    match span {
        Span::Day => {
            let day = clock.other_weekday(from_ms + NOON_MS).unwrap_or(text::TODAY);
            (day.to_owned(), day.to_owned())
        }
        Span::Hour => {
            let from = clock.time(from_ms);
            let is_told = clock.hour(from_ms) % HOURS == 0;
            (if is_told { from.clone() } else { String::new() }, words::until(&from, &clock.time(from_ms + HOUR_MS)))
        }
    }
}

fn what(day: &WalletDay) -> String {
    if day.earned == Credits::ZERO && day.spent == Credits::ZERO {
        return words::NOTHING.to_owned();
    }
    words::earned_and_spent(&format::amount(day.earned), &format::amount(day.spent))
}

/// A value at the end of a bar.
fn brief(amount: Credits) -> String {
    match u64::try_from(amount.floor()) {
        Ok(whole) if whole >= WORTH_SHORTENING => format::compact(whole),
        _ if amount == Credits::ZERO => String::new(),
        _ => format::amount(amount),
    }
}

const WORTH_SHORTENING: u64 = 1_000;

/// How amounts become heights.
#[derive(Debug, Clone, Copy)]
struct Scale {
    /// What the whole field would stand for.
    field: i128,
    /// How much of the field is above the axis, in thousandths.
    axis: i128,
}

impl Scale {
    fn of(days: &[WalletDay]) -> Self {
        let highest = |of: fn(&WalletDay) -> Credits| days.iter().map(of).max().map_or(0, |most| i128::from(most.0));
        let (earned, spent) = (highest(|day| day.earned), highest(|day| day.spent));
        let fitting = (earned * WHOLE).checked_div(earned + spent).unwrap_or(WHOLE / 2);
        let axis = fitting.clamp(LEAST_SIDE, WHOLE - LEAST_SIDE);
        Self { field: (earned * WHOLE / axis).max(spent * WHOLE / (WHOLE - axis)).max(1), axis }
    }

    /// In per cent of a side, whose own share of the field is given.
    fn height(self, amount: Credits, side: i128) -> f32 {
        percent(i128::from(amount.0) * WHOLE, self.field * side)
    }
}

/// A share in per cent.
fn percent(part: i128, whole: i128) -> f32 {
    let thousandths = u16::try_from((part * WHOLE / whole.max(1)).clamp(0, WHOLE)).unwrap_or_default();
    f32::from(thousandths) / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thursday, 1 January 1970, 15:00 in a zone two hours east.
    const CLOCK: Clock = Clock { now_ms: 13 * HOUR_MS, offset_ms: 2 * HOUR_MS };

    fn day(from_ms: i64, earned: i64, spent: i64) -> WalletDay {
        WalletDay { from_ms, earned: Credits::whole(earned), spent: Credits::whole(spent) }
    }

    fn two_days() -> [WalletDay; 2] {
        [day(-26 * HOUR_MS, 3_000, 500), day(-2 * HOUR_MS, 1_500, 1_000)]
    }

    #[test]
    fn both_sides_of_the_axis_have_one_scale() {
        let chart = chart(&two_days(), Span::Day, CLOCK);

        assert_eq!(chart.axis, 75.0);
        assert_eq!(chart.bars.iter().map(|bar| bar.above.height).collect::<Vec<_>>(), [100.0, 50.0]);
        assert_eq!(chart.bars.iter().map(|bar| bar.below.height).collect::<Vec<_>>(), [50.0, 100.0]);
    }

    #[test]
    fn a_side_with_little_still_has_its_place_and_its_scale() {
        let chart = chart(&[day(0, 10_000, 100)], Span::Day, CLOCK);

        assert_eq!(chart.axis, 78.0);
        let (above, below) = (&chart.bars[0].above, &chart.bars[0].below);
        assert_eq!((above.height, below.height), (100.0, 3.5));
    }

    #[test]
    fn a_week_without_movements_is_flat_and_says_so() {
        let chart = chart(&[day(-2 * HOUR_MS, 0, 0)], Span::Day, CLOCK);

        assert_eq!(chart.bars[0].above, Part::default());
        assert_eq!(chart.bars[0].words, "Today: nothing earned or spent");
    }

    #[test]
    fn a_day_tells_its_name_and_both_amounts() {
        let chart = chart(&two_days(), Span::Day, CLOCK);

        assert_eq!(chart.bars[0].label, "Wed");
        assert_eq!((chart.bars[0].above.brief.as_str(), chart.bars[0].below.brief.as_str()), ("3.0k", "500"));
        assert_eq!(chart.bars[1].words, "Today: earned 1,500 · spent 1,000 tokens");
        assert!(
            chart.spoken.starts_with("Tokens earned and spent. Last 7 days: Wed: earned 3,000"),
            "{}",
            chart.spoken
        );
    }

    #[test]
    fn hours_are_labelled_now_and_then() {
        let hours = [day(9 * HOUR_MS, 0, 0), day(10 * HOUR_MS, 0, 12)];

        let chart = chart(&hours, Span::Hour, CLOCK);

        assert_eq!([&chart.bars[0].label, &chart.bars[1].label], ["", "12:00"]);
        assert_eq!(chart.bars[1].words, "12:00 to 13:00: earned 0 · spent 12 tokens");
    }

    #[test]
    fn the_legend_sums_both_sides() {
        assert_eq!(totals(&two_days()), [("Earned", "4,500".to_owned()), ("Spent", "1,500".to_owned())]);
        assert_eq!(sum(&[day(0, i64::MAX, 0), day(0, i64::MAX, 0)], |day| day.earned), Credits(i64::MAX));
    }
}
