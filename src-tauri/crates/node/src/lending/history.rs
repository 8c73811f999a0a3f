//! What was lent when, and what came of it: for the dashboard's timeline and its week.

use std::time::Duration;

use opengateway_api::{Day, Error, Facts, Mode, Reason, Span};

use super::clock;
use crate::store::{Finished, Store};
use crate::tasks::Tasks;

/// A running span is written this often.
pub(super) const BEAT: Duration = Duration::from_secs(60);
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const DAYS: i32 = 7;
/// Watts that a busy core draws, and a graphics card for each gigabyte of its memory: round figures of desktop parts,
/// good enough for "about as much as a light bulb".
const CORE_WATTS: u64 = 8;
const VRAM_WATTS_PER_GB: u64 = 12;

pub(super) struct History {
    store: Store,
    tasks: Tasks,
    /// Oldest first; the last one goes on.
    spans: Vec<Span>,
    written_ms: i64,
    finished: Vec<Finished>,
}

impl History {
    pub(super) async fn open(store: Store, tasks: Tasks, now_ms: i64) -> Result<Self, Error> {
        let since = now_ms - i64::from(DAYS) * DAY_MS;
        let (spans, finished) = (store.spans(since).await?, store.finished_jobs(since).await?);
        Ok(Self { store, tasks, spans, written_ms: 0, finished })
    }

    /// What is done now and why. Written beside everything else: a slow disk must not hold up a game.
    pub(super) fn note(&mut self, mode: Mode, reason: &Reason, now_ms: i64) {
        let goes_on = self
            .spans
            .last()
            .is_some_and(|span| span.until_ms.is_none() && span.mode == mode && span.reason == *reason);
        if goes_on {
            let beat = i64::try_from(BEAT.as_millis()).unwrap_or(i64::MAX);
            if now_ms.saturating_sub(self.written_ms) >= beat {
                self.write(now_ms);
            }
            return;
        }
        if let Some(last) = self.spans.last_mut().filter(|span| span.until_ms.is_none()) {
            last.until_ms = Some(now_ms);
            self.write(now_ms);
        }
        self.spans.retain(|span| span.until_ms.is_none_or(|until| until > now_ms - i64::from(DAYS) * DAY_MS));
        self.spans.push(Span { from_ms: now_ms, until_ms: None, mode, reason: reason.clone() });
        self.write(now_ms);
    }

    /// Jobs have ended: reads what came of them.
    pub(super) async fn refresh(&mut self, now_ms: i64) -> Result<(), Error> {
        self.finished = self.store.finished_jobs(now_ms - i64::from(DAYS) * DAY_MS).await?;
        Ok(())
    }

    /// Since when the same is done.
    pub(super) fn since_ms(&self) -> i64 {
        self.spans.last().map_or(0, |span| span.from_ms)
    }

    /// The last 24 hours.
    pub(super) fn timeline(&self, now_ms: i64) -> Vec<Span> {
        let lately = |span: &&Span| span.until_ms.is_none_or(|until| until > now_ms - DAY_MS);
        self.spans.iter().filter(lately).cloned().collect()
    }

    /// The last seven days, today last.
    pub(super) fn days(&self, facts: &Facts, now_ms: i64) -> Vec<Day> {
        let today = clock::day(now_ms);
        (today - DAYS + 1..=today).map(|day| self.day(day, facts, now_ms)).collect()
    }

    fn day(&self, day: i32, facts: &Facts, now_ms: i64) -> Day {
        let lent = self.spans.iter().filter(|span| matches!(span.mode, Mode::Contributing | Mode::Finishing));
        let ms: i64 = lent.map(|span| within_day(span, day, now_ms)).sum();
        let jobs: Vec<_> = self.finished.iter().filter(|job| clock::day(job.ended_ms) == day).collect();
        let seconds = u32::try_from(ms / 1000).unwrap_or(u32::MAX);
        Day {
            day,
            seconds,
            jobs: u32::try_from(jobs.len()).unwrap_or(u32::MAX),
            text_tokens: jobs.iter().map(|job| u64::from(job.text_tokens)).sum(),
            watt_hours: u32::try_from(u64::from(seconds) * watts(facts) / 3600).unwrap_or(u32::MAX),
        }
    }

    fn write(&mut self, now_ms: i64) {
        self.written_ms = now_ms;
        let Some(span) = self.spans.last().cloned() else { return };
        let store = self.store.clone();
        self.tasks.spawn("history", async move {
            let until_ms = span.until_ms.unwrap_or(now_ms);
            if let Err(error) = store.keep_span(span.from_ms, until_ms, (span.mode, span.reason)).await {
                tracing::warn!(%error, "the timeline is not kept");
            }
        });
    }
}

/// Milliseconds of a span that fall on a day. Days are those of the owner's calendar, so a span is cut where its day
/// changes.
fn within_day(span: &Span, day: i32, now_ms: i64) -> i64 {
    let until = span.until_ms.unwrap_or(now_ms);
    if clock::day(span.from_ms) == day && clock::day(until) == day {
        return until.saturating_sub(span.from_ms).max(0);
    }
    if clock::day(span.from_ms) > day || clock::day(until) < day {
        return 0;
    }
    let (begin, end) = (first_moment(day, span.from_ms, until), first_moment(day + 1, span.from_ms, until));
    end.saturating_sub(begin).max(0)
}

/// The first moment within a span that is on this day or later: days follow each other, so halving finds it.
fn first_moment(day: i32, from_ms: i64, until_ms: i64) -> i64 {
    let (mut low, mut high) = (from_ms, until_ms);
    while low < high {
        let middle = low + (high - low) / 2;
        if clock::day(middle) >= day {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// What lending draws, estimated from this PC's parts.
fn watts(facts: &Facts) -> u64 {
    let largest = facts.gpus.iter().filter(|gpu| !gpu.integrated).map(|gpu| gpu.vram_bytes).max().unwrap_or(0);
    u64::from(facts.cores) / 2 * CORE_WATTS + largest / 1_000_000_000 * VRAM_WATTS_PER_GB
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::now_ms;

    async fn history() -> History {
        History::open(Store::in_memory(), Tasks::default(), now_ms()).await.unwrap()
    }

    #[tokio::test]
    async fn the_same_for_hours_is_one_span() {
        let (mut history, now) = (history().await, now_ms());
        for minute in 0..300 {
            history.note(Mode::Contributing, &Reason::Clear, now + minute * 60_000);
        }

        assert_eq!(history.timeline(now).len(), 1);
    }

    #[tokio::test]
    async fn a_span_that_crosses_midnight_counts_on_both_days() {
        let mut history = history().await;
        let midnight = clock::midnight_ms();
        history.note(Mode::Contributing, &Reason::Clear, midnight - 600_000);
        history.note(Mode::Waiting, &Reason::Yielded, midnight + 60_000);

        let days = history.days(&Facts { cores: 8, ..Facts::default() }, midnight + 120_000);

        let seconds: Vec<_> = days.iter().rev().take(3).map(|day| day.seconds).collect();
        assert_eq!(seconds, [60, 600, 0]);
        assert_eq!(days.len(), 7);
    }

    #[tokio::test]
    async fn what_was_written_is_there_after_a_restart_with_its_end() {
        let (store, tasks, now) = (Store::in_memory(), Tasks::default(), now_ms());
        let mut before = History::open(store.clone(), tasks.clone(), now).await.unwrap();
        before.note(Mode::Contributing, &Reason::Clear, now);
        before.note(Mode::Waiting, &Reason::App("Hades".into()), now + 5_000);
        tasks.stop();
        tasks.ended(Duration::from_secs(60)).await;

        let after = History::open(store, tasks, now + 60_000).await.unwrap();

        let ends: Vec<_> = after.timeline(now).into_iter().map(|span| (span.mode, span.until_ms)).collect();
        assert_eq!(ends, [(Mode::Contributing, Some(now + 5_000)), (Mode::Waiting, Some(now + 5_000))]);
    }
}
