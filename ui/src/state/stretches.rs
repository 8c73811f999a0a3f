//! Where the stretches of the last 24 hours lie on a line.

use opengateway_api::{Mode, Span};

use super::lending::{name, stretch_words};
use crate::format::Clock;
use crate::text::lending as words;

const DAY_MS: i64 = 86_400_000;
const TICK_MS: i64 = 3 * 3_600_000;

/// A span as it is drawn; places are in per cent from the left.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stretch {
    pub(crate) from_ms: i64,
    pub(crate) start: f32,
    pub(crate) length: f32,
    pub(crate) mode: Mode,
    pub(crate) words: String,
}

/// The spans of the last 24 hours, cut to them.
pub(crate) fn stretches(timeline: &[Span], clock: Clock) -> Vec<Stretch> {
    let begin = clock.now_ms - DAY_MS;
    let seen = |span: &&Span| span.until_ms.is_none_or(|until| until > begin) && span.from_ms < clock.now_ms;
    timeline
        .iter()
        .filter(seen)
        .map(|span| {
            let from = span.from_ms.max(begin);
            let until = span.until_ms.unwrap_or(clock.now_ms).clamp(from, clock.now_ms);
            Stretch {
                from_ms: span.from_ms,
                start: per_cent(from - begin),
                length: per_cent(until - from),
                mode: span.mode,
                words: stretch_words(span, clock),
            }
        })
        .collect()
}

/// Every third full hour, and where it lies.
pub(crate) fn ticks(clock: Clock) -> Vec<(f32, String)> {
    let begin = clock.now_ms - DAY_MS;
    let first = (begin + clock.offset_ms).div_euclid(TICK_MS) * TICK_MS - clock.offset_ms;
    (1..=8).map(|at| first + at * TICK_MS).map(|tick| (per_cent(tick - begin), clock.time(tick))).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a line has fewer pixels than f32 digits")]
fn per_cent(ms: i64) -> f32 {
    ms as f32 / DAY_MS as f32 * 100.0
}

/// The line for those who do not see it: how long each mode lasted.
pub(crate) fn spoken(timeline: &[Span], clock: Clock) -> String {
    let stretches = stretches(timeline, clock);
    let modes = [Mode::Contributing, Mode::Finishing, Mode::Waiting, Mode::Paused, Mode::Off];
    let parts: Vec<String> = modes
        .into_iter()
        .filter_map(|mode| {
            let length: f32 = stretches.iter().filter(|one| one.mode == mode).map(|one| one.length).sum();
            (length > 0.0).then(|| format!("{} {}", name(mode), crate::format::lasting(seconds(length))))
        })
        .collect();
    format!("{}: {}", words::TIMELINE, parts.join(", "))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a day has few seconds, and none is negative"
)]
fn seconds(per_cent: f32) -> u64 {
    (f64::from(per_cent) * 864.0).round() as u64
}

#[cfg(test)]
mod tests {
    use opengateway_api::Reason;

    use super::*;

    const HOUR_MS: i64 = 3_600_000;
    const CLOCK: Clock = Clock { now_ms: 40 * HOUR_MS, offset_ms: 0 };

    fn span(from: i64, until: Option<i64>, mode: Mode) -> Span {
        Span { from_ms: from * HOUR_MS, until_ms: until.map(|hour| hour * HOUR_MS), mode, reason: Reason::Clear }
    }

    #[test]
    fn a_span_is_cut_to_the_last_day() {
        let all = stretches(&[span(10, Some(22), Mode::Off), span(22, Some(28), Mode::Waiting)], CLOCK);

        assert_eq!((all[0].start, all[0].length), (0.0, 25.0));
        assert_eq!((all[1].start, all[1].length), (25.0, 25.0));
    }

    #[test]
    fn the_running_span_ends_now_and_an_old_one_is_not_drawn() {
        let all = stretches(&[span(0, Some(16), Mode::Off), span(34, None, Mode::Contributing)], CLOCK);

        assert_eq!(all.len(), 1);
        assert_eq!((all[0].start, all[0].length), (75.0, 25.0));
    }

    #[test]
    fn ticks_are_full_local_hours() {
        let east = Clock { offset_ms: 2 * HOUR_MS, ..CLOCK };

        let labels: Vec<String> = ticks(east).into_iter().map(|(_, label)| label).collect();

        assert_eq!(labels, ["21:00", "00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00"]);
    }

    #[test]
    fn the_line_can_be_heard() {
        let said = spoken(&[span(16, Some(34), Mode::Off), span(34, None, Mode::Contributing)], CLOCK);

        assert_eq!(said, "Last 24 hours: Contributing 6 h, Off 18 h");
    }
}
