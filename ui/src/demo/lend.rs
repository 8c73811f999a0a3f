//! The canned node's lending: what scenes begin with, and what orders do to it.

use opengateway_api::{
    BatchItem, Contribution, Day, Error, ErrorCode, Explanation, Finding, Job, JobKind, Mode, ModelId, Order, Pause,
    Reason, Reply, Signal, SignalKind, Span,
};

use super::words;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// What the canned node knows of lending beyond its topics.
#[derive(Debug, Default)]
pub(super) struct Lending {
    pub(super) batch: Vec<BatchItem>,
    /// Whether every question about lending is refused.
    pub(super) refuses: bool,
    /// Whether such questions are never answered.
    pub(super) is_slow: bool,
}

/// A node that was never asked to lend.
pub(super) fn untried(now_ms: i64) -> Contribution {
    Contribution {
        on: false,
        mode: Mode::Off,
        reason: Reason::Owner,
        since_ms: now_ms - HOUR_MS,
        until_ms: None,
        jobs: Vec::new(),
        waiting: 0,
        timeline: vec![Span { from_ms: now_ms - HOUR_MS, until_ms: None, mode: Mode::Off, reason: Reason::Owner }],
        days: days(now_ms, &[[0; 4]; 7]),
    }
}

/// A week of lending, and a day of games and sleep.
pub(super) fn tried(now_ms: i64, mode: Mode, reason: Reason) -> Contribution {
    let since_ms = now_ms - 47 * MINUTE_MS;
    let mut timeline = yesterday(now_ms, since_ms);
    timeline.push(Span { from_ms: since_ms, until_ms: None, mode, reason: reason.clone() });
    Contribution {
        on: true,
        mode,
        reason,
        since_ms,
        until_ms: None,
        jobs: Vec::new(),
        waiting: 0,
        timeline,
        days: days(now_ms, &WEEK),
    }
}

/// Seconds, jobs, text tokens and watt-hours of each day.
const WEEK: [[u32; 4]; 7] = [
    [21_600, 38, 41_300, 1_260],
    [27_900, 52, 60_120, 1_610],
    [9_300, 11, 12_480, 540],
    [0, 0, 0, 0],
    [30_240, 61, 71_900, 1_790],
    [14_820, 24, 26_050, 860],
    [9_600, 17, 18_240, 570],
];

fn days(now_ms: i64, week: &[[u32; 4]; 7]) -> Vec<Day> {
    let today = now_ms.div_euclid(DAY_MS);
    let numbered = week.iter().zip(today - 6..);
    numbered
        .map(|([seconds, jobs, text_tokens, watt_hours], day)| Day {
            day: i32::try_from(day).unwrap_or_default(),
            seconds: *seconds,
            jobs: *jobs,
            text_tokens: u64::from(*text_tokens),
            watt_hours: *watt_hours,
        })
        .collect()
}

/// The last 24 hours up to the present stretch, each with its length in minutes.
fn yesterday(now_ms: i64, until_ms: i64) -> Vec<Span> {
    let input = || Reason::Signal(SignalKind::Input);
    let lengths = [
        (95, Mode::Waiting, input()),
        (110, Mode::Waiting, Reason::App("Hades II".to_owned())),
        (5, Mode::Waiting, Reason::Yielded),
        (32, Mode::Contributing, Reason::Clear),
        (48, Mode::Waiting, input()),
        (120, Mode::Paused, Reason::Owner),
        (25, Mode::Waiting, input()),
        (5, Mode::Finishing, Reason::Signal(SignalKind::Cpu)),
        (9, Mode::Waiting, Reason::Signal(SignalKind::Cpu)),
        (205, Mode::Contributing, Reason::Clear),
        (4, Mode::Waiting, Reason::Woke),
        (188, Mode::Contributing, Reason::Clear),
        (12, Mode::Waiting, Reason::Signal(SignalKind::Heat)),
        (61, Mode::Contributing, Reason::Clear),
        (150, Mode::Waiting, input()),
        (70, Mode::Off, Reason::Owner),
        (55, Mode::Waiting, input()),
    ];
    let mut from_ms = now_ms - DAY_MS - 20 * MINUTE_MS;
    let mut spans = Vec::new();
    for (minutes, mode, reason) in lengths {
        let end = from_ms + minutes * MINUTE_MS;
        spans.push(Span { from_ms, until_ms: Some(end), mode, reason });
        from_ms = end;
    }
    spans.push(Span { from_ms, until_ms: Some(until_ms), mode: Mode::Contributing, reason: Reason::Clear });
    spans
}

/// Two jobs under way and some that wait.
pub(super) fn busy(lent: &mut Contribution, model: &ModelId, now_ms: i64) {
    let job = |id, kind, text_tokens, minutes| Job {
        id,
        kind,
        peer: None,
        model: model.clone(),
        text_tokens,
        started_ms: now_ms - minutes * MINUTE_MS,
    };
    lent.jobs = vec![job(71, JobKind::Batch, 348, 2), job(72, JobKind::Benchmark, 1_024, 1)];
    lent.waiting = 3;
}

/// Prompts of which some are answered.
pub(super) fn batch(model: &ModelId) -> Vec<BatchItem> {
    let item = |id, prompt: &str, answer| BatchItem { id, prompt: prompt.to_owned(), model: model.clone(), answer };
    let long = Error::new(ErrorCode::ContextTooLong, "This prompt is longer than Qwen3 4B can read at once.");
    let [first, second, third, fourth] = words::QUEUED;
    vec![
        item(1, first.0, Some(Ok(first.1.to_owned()))),
        item(2, second.0, Some(Ok(second.1.to_owned()))),
        item(3, third.0, Some(Err(long))),
        item(4, fourth.0, None),
    ]
}

impl Lending {
    /// The reply to any question about lending, in a scene where all of them fail.
    pub(super) fn refusal(&self) -> Result<(), Error> {
        let why = "The part of OpenGateway that watches this PC does not answer. It is started again; try once more.";
        if self.refuses { Err(Error::retryable(ErrorCode::Internal, why)) } else { Ok(()) }
    }

    pub(super) fn queue(&mut self, prompts: Vec<String>, model: &ModelId, lent: &mut Contribution) -> Reply {
        for prompt in prompts {
            let id = self.batch.last().map_or(1, |last| last.id + 1);
            self.batch.push(BatchItem { id, prompt, model: model.clone(), answer: None });
        }
        let waiting = self.batch.iter().filter(|item| item.answer.is_none()).count();
        lent.waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
        Reply::Batch(self.batch.clone())
    }
}

/// Does what the owner says.
pub(super) fn obey(lent: &mut Contribution, order: Order, now_ms: i64) {
    let later = |minutes: i64| Some(now_ms + minutes * MINUTE_MS);
    let (mode, reason, until_ms) = match order {
        Order::On => (Mode::Waiting, Reason::Signal(SignalKind::Input), None),
        Order::Off => (Mode::Off, Reason::Owner, None),
        Order::Now => (Mode::Contributing, Reason::Owner, None),
        Order::Pause(Pause::Minutes(minutes)) => (Mode::Paused, Reason::Owner, later(minutes.into())),
        Order::Pause(Pause::Tomorrow) => (Mode::Paused, Reason::Owner, later((DAY_MS - now_ms % DAY_MS) / MINUTE_MS)),
        Order::Pause(Pause::Forever) => (Mode::Paused, Reason::Owner, None),
        Order::Resume => (Mode::Waiting, Reason::Signal(SignalKind::Input), None),
        Order::Finish if lent.jobs.is_empty() => (Mode::Paused, Reason::Owner, None),
        Order::Finish => (Mode::Finishing, Reason::Owner, None),
    };
    match order {
        Order::On => lent.on = true,
        Order::Off => lent.on = false,
        _ => {}
    }
    if !matches!(mode, Mode::Contributing | Mode::Finishing) {
        lent.jobs.clear();
    }
    change(lent, mode, reason, now_ms);
    lent.until_ms = until_ms;
}

/// Begins another stretch.
fn change(lent: &mut Contribution, mode: Mode, reason: Reason, now_ms: i64) {
    if let Some(last) = lent.timeline.last_mut() {
        last.until_ms = Some(now_ms);
    }
    lent.timeline.push(Span { from_ms: now_ms, until_ms: None, mode, reason: reason.clone() });
    (lent.mode, lent.reason, lent.since_ms) = (mode, reason, now_ms);
}

/// Half a second of work; tells whether there was any.
pub(super) fn work(lent: &mut Contribution) -> bool {
    lent.jobs.iter_mut().for_each(|job| job.text_tokens += 19);
    !lent.jobs.is_empty()
}

/// Every signal, with the reason standing against lending.
pub(super) fn explain(lent: &Contribution) -> Explanation {
    let against = match &lent.reason {
        Reason::Signal(kind) => Some(*kind),
        Reason::App(_) => Some(SignalKind::Apps),
        _ => None,
    };
    let signals = words::SIGNALS.map(|(kind, reading, rule)| Signal {
        kind,
        reading: reading.to_owned(),
        rule: rule.to_owned(),
        finding: match kind {
            _ if against == Some(kind) => Finding::Forbids,
            SignalKind::Gamepad => Finding::Missing,
            SignalKind::FullScreen if lent.reason == Reason::NoSensors => Finding::MissingForbids,
            SignalKind::Network => Finding::Ignored,
            _ => Finding::Allows,
        },
    });
    Explanation { mode: lent.mode, reason: lent.reason.clone(), not_before_ms: lent.until_ms, signals: signals.into() }
}
