//! The task itself: decides with every sample, order and prompt, and never waits where a game could be starting.

use std::time::{Duration, Instant};

use opengateway_api::{Contribution, Error, Explanation, Job, JobKind, Mode, Reason, SignalKind};
use opengateway_core::idle::{Act, Idle, Sample, Verdict, Vram, Wish};
use opengateway_core::intent::Intent;
use tokio::sync::mpsc;

use super::clock::{self, Clock};
use super::history::{self, History};
use super::{Means, Message};
use crate::now_ms;
use crate::sensors::{PATIENCE, Pace};
use crate::tasks::Tasks;

/// While a job runs sensors must not be silent for longer.
const ALERT_PATIENCE: Duration = Duration::from_secs(1);
/// Where the owner's wish is kept.
const INTENT: &str = "lending";
/// Graphics memory that a small model needs; lending begins only if that much more is free than is kept spare.
const LEAST_VRAM: u64 = 1 << 30;

pub(super) struct Task {
    means: Means,
    intent: Intent,
    idle: Idle,
    clock: Clock,
    verdict: Option<Verdict>,
    /// When the sensors answered last since they were woken.
    sampled: Option<Instant>,
    pace: Pace,
    history: History,
    /// Jobs that wait or run.
    queued: u32,
    published: Option<(Shown, Instant)>,
}

/// What is shown besides jobs and history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shown {
    on: bool,
    mode: Mode,
    since_ms: i64,
    until_ms: Option<i64>,
    waiting: u32,
}

impl Task {
    pub(super) async fn new(means: Means, tasks: &Tasks) -> Result<Self, Error> {
        let known = means.store.known_fact(INTENT).await?;
        let intent: Intent = known.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let history = History::open(means.store.clone(), tasks.clone(), now_ms()).await?;
        Ok(Self {
            intent: intent.restarted(now_ms()),
            idle: Idle::default(),
            clock: Clock::start(),
            verdict: None,
            sampled: None,
            pace: Pace::Asleep,
            history,
            queued: 0,
            published: None,
            means,
        })
    }

    pub(super) async fn run(mut self, mut inbox: mpsc::Receiver<Message>) {
        let mut samples = self.means.sensors.samples();
        let mut own = self.means.own_answers.clone();
        let mut jobs = self.means.guests.jobs();
        let mut settings = self.means.topics.settings.subscribe();
        self.count_jobs().await;
        loop {
            self.wake().await;
            let sample = samples.borrow_and_update().clone();
            self.decide(sample.as_ref());
            self.tell();
            let wait = self.patience();
            let goes_on = tokio::select! {
                message = inbox.recv() => match message {
                    Some(message) => self.obey(message).await,
                    None => return,
                },
                changed = samples.changed() => {
                    self.sampled = Some(Instant::now());
                    changed.is_ok()
                }
                changed = own.changed() => changed.is_ok(),
                changed = jobs.changed() => {
                    let running = jobs.borrow_and_update().len();
                    self.count_ended(running).await;
                    changed.is_ok()
                }
                changed = settings.changed() => {
                    settings.mark_unchanged();
                    self.watch_for();
                    changed.is_ok()
                }
                () = tokio::time::sleep(wait) => true,
            };
            if !goes_on {
                return;
            }
        }
    }

    async fn obey(&mut self, message: Message) -> bool {
        match message {
            Message::QueueChanged => {
                self.count_jobs().await;
                self.means.guests.look();
            }
            Message::Explain(tell) => {
                let _nobody_waits = tell.send(self.explain().await);
            }
            Message::Order(order, tell) => {
                self.intent = self.intent.obey(order, now_ms(), clock::midnight_ms());
                self.wake().await;
                let sample = self.means.sensors.samples().borrow().clone();
                self.decide(sample.as_ref());
                self.tell();
                let _nobody_waits = tell.send(self.keep_intent().await);
            }
        }
        true
    }

    /// What the sensors said before they slept no longer holds, and while the owner is here they look at little else
    /// than input: asks them for everything before lending is decided by it.
    async fn wake(&mut self) {
        let knows_too_little = match self.intent.at(now_ms()).wish() {
            Wish::Off | Wish::Paused => false,
            Wish::Now => matches!(self.pace, Pace::Asleep | Pace::Resting),
            Wish::Auto | Wish::Finish => self.pace == Pace::Asleep,
        };
        if knows_too_little {
            self.set_pace(Pace::Watching);
            self.sampled = self.means.sensors.look().await.map(|_| Instant::now());
        }
    }

    async fn count_jobs(&mut self) {
        match self.means.store.waiting_jobs().await {
            Ok(count) => self.queued = count,
            Err(error) => tracing::warn!(%error, "jobs cannot be counted"),
        }
    }

    /// Reads what came of jobs when fewer run than were shown; text tokens change far more often.
    async fn count_ended(&mut self, running: usize) {
        if running < self.means.topics.contribution.borrow().jobs.len() {
            self.count_jobs().await;
            self.published = None;
            if let Err(error) = self.history.refresh(now_ms()).await {
                tracing::warn!(%error, "finished jobs cannot be read");
            }
        }
    }

    /// Lets the rules decide and does it. Nothing here waits: a game may be starting.
    fn decide(&mut self, sample: Option<&Sample>) {
        self.doubt_sensors();
        let jobs = self.means.guests.jobs().borrow().len();
        self.intent = self.intent.at(now_ms());
        if jobs == 0 {
            self.intent = self.intent.finished(now_ms());
        }
        let wish = self.intent.wish();
        let sample = self.complete(sample.filter(|_| !self.sensors_are_silent()).cloned());
        let now = self.clock.now();
        let mut verdict = self.idle.step(&sample, wish, &self.means.topics.settings.borrow().rules, now);
        if self.sensors_are_silent() && verdict.act != Act::Contribute && verdict.reason != Reason::Owner {
            verdict.reason = Reason::NoSensors;
        }
        if verdict.yielded {
            self.intent = self.intent.yielded();
        }
        self.means.guests.act(verdict.act);
        self.set_pace(pace(&verdict, wish, jobs));
        self.verdict = Some(verdict);
    }

    /// A sample with what only the node knows; nothing is known from sensors that are silent.
    fn complete(&self, sample: Option<Sample>) -> Sample {
        let sample = sample.unwrap_or_default();
        // Who is lending holds its memory already.
        let begins = self.verdict.as_ref().is_none_or(|verdict| verdict.act == Act::Stop);
        let needed = if begins { LEAST_VRAM } else { 0 };
        Sample {
            own_answers: *self.means.own_answers.borrow(),
            vram: sample.vram.map(|vram| Vram { needed, ..vram }),
            ..sample
        }
    }

    fn sensors_are_silent(&self) -> bool {
        self.pace != Pace::Asleep && self.sampled.is_none()
    }

    /// Sensors that were silent for too long are believed again with their next sample only.
    fn doubt_sensors(&mut self) {
        let patience = self.sensor_patience();
        self.sampled = self.sampled.filter(|then| then.elapsed() <= patience);
    }

    fn sensor_patience(&self) -> Duration {
        if self.pace == Pace::Alert { ALERT_PATIENCE } else { PATIENCE }
    }

    fn set_pace(&mut self, pace: Pace) {
        if pace != self.pace {
            self.pace = pace;
            self.means.sensors.pace(pace);
        }
    }

    /// Tells the sensors which programs matter now.
    fn watch_for(&self) {
        self.means.sensors.rules(self.means.topics.settings.borrow().rules.clone());
    }

    /// How long nothing needs to be done if nothing happens.
    fn patience(&self) -> Duration {
        let until = |ms: i64| Duration::from_millis(u64::try_from(ms.saturating_sub(now_ms())).unwrap_or(0));
        let pause = self.intent.paused_until_ms().map(until);
        let sensors = (self.pace != Pace::Asleep).then(|| self.sensor_patience());
        [pause, sensors].into_iter().flatten().chain([history::BEAT]).min().unwrap_or(history::BEAT)
    }

    async fn keep_intent(&self) -> Result<(), Error> {
        let text = serde_json::to_string(&self.intent).map_err(Error::internal)?;
        self.means.store.set_fact(INTENT, text).await
    }

    async fn explain(&mut self) -> Explanation {
        let sample = self.complete(self.means.sensors.look().await);
        let signals = self.idle.explain(&sample, &self.means.topics.settings.borrow().rules);
        let shown = self.means.topics.contribution.borrow();
        Explanation { mode: shown.mode, reason: shown.reason.clone(), not_before_ms: shown.until_ms, signals }
    }

    /// Tells everyone what is done and why.
    fn tell(&mut self) {
        let Some(verdict) = &self.verdict else { return };
        let jobs: Vec<_> = self.means.guests.jobs().borrow().values().cloned().collect();
        let batch = jobs.iter().filter(|job| job.kind == JobKind::Batch).count();
        let mode = mode(verdict, self.intent.wish(), jobs.is_empty());
        let until_ms = self.until_ms(mode, verdict);
        self.history.note(mode, &verdict.reason, now_ms());
        let shown = Shown {
            on: self.intent.on,
            mode,
            since_ms: self.history.since_ms(),
            until_ms: settled(self.means.topics.contribution.borrow().until_ms, until_ms),
            waiting: self.queued.saturating_sub(u32::try_from(batch).unwrap_or(u32::MAX)),
        };
        self.publish(shown, verdict.reason.clone(), jobs);
    }

    /// The timeline and the week are made anew only when something changed, or time has visibly passed.
    fn publish(&mut self, shown: Shown, reason: Reason, jobs: Vec<Job>) {
        let fresh = self.published.is_some_and(|(before, at)| before == shown && at.elapsed() < history::BEAT);
        let facts = &self.means.topics.hardware.borrow().facts;
        let history = (!fresh).then(|| (self.history.timeline(now_ms()), self.history.days(facts, now_ms())));
        if !fresh {
            self.published = Some((shown, Instant::now()));
        }
        let Shown { on, mode, since_ms, until_ms, waiting } = shown;
        self.means.topics.contribution.send_if_modified(|contribution| {
            let (timeline, days) = history.unwrap_or_else(|| {
                (std::mem::take(&mut contribution.timeline), std::mem::take(&mut contribution.days))
            });
            let new = Contribution { on, mode, reason, since_ms, until_ms, jobs, waiting, timeline, days };
            let differs = !fresh || contribution.jobs != new.jobs || contribution.reason != new.reason;
            *contribution = new;
            differs
        });
    }

    fn until_ms(&self, mode: Mode, verdict: &Verdict) -> Option<i64> {
        match (mode, &verdict.reason) {
            (Mode::Paused, _) => self.intent.paused_until_ms(),
            (Mode::Waiting, Reason::Yielded | Reason::Woke) => {
                verdict.not_before.map(|moment| now_ms().saturating_add(self.clock.until_ms(moment)))
            }
            _ => None,
        }
    }
}

fn pace(verdict: &Verdict, wish: Wish, jobs: usize) -> Pace {
    match (verdict.act, &verdict.reason) {
        _ if matches!(wish, Wish::Off | Wish::Paused) => Pace::Asleep,
        (Act::Contribute | Act::Drain, _) if jobs > 0 => Pace::Alert,
        (Act::Contribute | Act::Drain, _) => Pace::Ready,
        (Act::Stop, Reason::Signal(SignalKind::Input)) => Pace::Resting,
        (Act::Stop, _) => Pace::Watching,
    }
}

fn mode(verdict: &Verdict, wish: Wish, idle: bool) -> Mode {
    match (wish, verdict.act) {
        (Wish::Off, _) => Mode::Off,
        (Wish::Paused, _) => Mode::Paused,
        (_, Act::Contribute) => Mode::Contributing,
        (_, Act::Drain) if !idle => Mode::Finishing,
        (_, Act::Drain | Act::Stop) => Mode::Waiting,
    }
}

/// A countdown's end as it was shown, unless it really moved: seconds are for the window to count.
fn settled(shown: Option<i64>, new: Option<i64>) -> Option<i64> {
    const TREMBLE_MS: i64 = 1500;
    match (shown, new) {
        (Some(shown), Some(new)) if shown.abs_diff(new) < TREMBLE_MS.unsigned_abs() => Some(shown),
        _ => new,
    }
}
