//! Whether this PC may be lent now: one plain function of what the machine says, what the owner wants, and when.
//!
//! [`Idle::step`] takes a [`Sample`] and gives a [`Verdict`] with one reason. What a system cannot tell is `None` in
//! the sample; wherever that could mean a busy owner, it does. Time is monotonic and given by the caller.

mod signal;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::Duration;

use opengateway_api::{Finding, Reason, Rules, SignalKind};

use signal::{Load, Loads, Weight};

/// A moment on a clock that never goes back and runs on while the machine sleeps: time since any fixed moment.
pub type Moment = Duration;

/// Two samples further apart than this mean that the machine slept or that we did not run.
pub const GAP: Duration = Duration::from_secs(30);
/// Load of others that lasts this long ends lending; shorter bursts are every desktop's noise.
pub const BURST: Duration = Duration::from_secs(5);
/// Lending waits this long after the owner's own prompts: the next one often follows.
const AFTER_OWN_CHAT: Duration = Duration::from_secs(10);
/// Yields that count for the doubling, and for how long they do.
const OFTEN: usize = 3;
const REMEMBERED: Duration = Duration::from_secs(60 * 60);
const MINUTE: u64 = 60;

/// What the machine says of this moment. `None` is what this system cannot tell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sample {
    /// Since the last key or mouse movement.
    pub input_ago: Option<Duration>,
    /// Since a game controller was last used, beyond its dead zone.
    pub gamepad_ago: Option<Duration>,
    /// Whether a program other than ours covers a whole screen.
    pub full_screen: Option<bool>,
    /// Running programs that are games or on the owner's list.
    pub apps: Option<Vec<String>>,
    /// Prompts of the owner that are being answered.
    pub own_answers: u32,
    /// Share of the processor that other programs use, 0 to 1 of the whole machine.
    pub other_cpu: Option<f32>,
    /// Share of the graphics cards that other programs use, 0 to 1 of the busiest.
    pub other_gpu: Option<f32>,
    /// Bytes of graphics memory; `None` where models are not computed on a graphics card.
    pub vram: Option<Vram>,
    /// Degrees Celsius of the hottest graphics card.
    pub gpu_celsius: Option<f32>,
    /// Where the power comes from.
    pub power: Option<Power>,
    /// Hour of the week, local time.
    pub local: Option<LocalTime>,
    /// Free bytes on the disk that holds the models.
    pub free_disk_bytes: Option<u64>,
    /// Whether the network is metered.
    pub metered: Option<bool>,
}

/// Graphics memory in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vram {
    /// What nobody uses.
    pub free: u64,
    /// What lending needs, beyond what it already holds.
    pub needed: u64,
}

/// Where the power comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    /// The wall, or there is no battery.
    Mains,
    /// The battery.
    Battery,
}

/// An hour of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// Monday is 0.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
}

/// What the owner wants, as far as it is not in the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Never lend.
    Off,
    /// Lend when the rules allow it.
    Auto,
    /// Lend although the owner is here.
    Now,
    /// Finish what runs, take nothing new.
    Finish,
    /// Do not lend for now.
    Paused,
}

/// What to do about lending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Act {
    /// Take jobs.
    Contribute,
    /// Finish running jobs, take no new ones.
    Drain,
    /// No further token; give all memory back.
    #[default]
    Stop,
}

/// What to do, and the one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What to do.
    pub act: Act,
    /// Why.
    pub reason: Reason,
    /// When lending resumes if nothing else stands against it.
    pub not_before: Option<Moment>,
    /// Whether this step ended lending against the wish of the owner: [`Wish::Now`] ends with it.
    pub yielded: bool,
}

/// Decides from step to step. Holds only what hysteresis needs.
#[derive(Debug, Default)]
pub struct Idle {
    act: Act,
    last: Option<Moment>,
    cpu: Level,
    gpu: Level,
    /// Lending does not begin before this.
    not_before: Moment,
    why_not: Option<Reason>,
    yields: VecDeque<Moment>,
}

/// On which side of its rule a load is, and since when.
#[derive(Debug, Clone, Copy, Default)]
struct Level {
    high: bool,
    since: Moment,
}

impl Level {
    fn step(&mut self, high: bool, now: Moment) {
        if high != self.high {
            *self = Self { high, since: now };
        }
    }

    fn load(self, act: Act, calm: Duration, now: Moment) -> Load {
        let lasted = now.saturating_sub(self.since);
        match (self.high, act) {
            (true, _) if lasted >= BURST => Load::Busy,
            (_, Act::Contribute) => Load::Calm,
            (false, _) if lasted >= calm => Load::Calm,
            _ => Load::Unsettled,
        }
    }
}

impl Idle {
    /// What to do now. Call it whenever there is a new sample, at least every few seconds.
    pub fn step(&mut self, sample: &Sample, wish: Wish, rules: &Rules, now: Moment) -> Verdict {
        if matches!(wish, Wish::Off | Wish::Paused) {
            // Nobody looks meanwhile: what comes later begins afresh.
            (self.act, self.last, self.cpu, self.gpu) = Default::default();
            return stop(Reason::Owner);
        }
        let last = self.last.replace(now);
        let woke = last.is_some_and(|last| now < last || now.saturating_sub(last) > GAP);
        let interrupted = woke && self.act != Act::Stop;
        if woke {
            self.act = Act::Stop;
            self.wait(now, minutes(rules.idle_minutes), Reason::Woke);
        }
        self.follow_load(sample, rules, now, last.is_none() || woke);
        let verdict = self.decide(sample, wish, rules, now);
        self.act = verdict.act;
        Verdict { yielded: verdict.yielded || interrupted, ..verdict }
    }

    /// Every signal with its reading, rule and finding.
    pub fn explain(&self, sample: &Sample, rules: &Rules) -> Vec<opengateway_api::Signal> {
        signal::explain(sample, self.loads(rules), rules)
    }

    fn decide(&mut self, sample: &Sample, wish: Wish, rules: &Rules, now: Moment) -> Verdict {
        let (stopping, draining) = self.against(sample, wish, rules);
        let yielded = self.hold(&stopping, sample, rules, now);
        let not_before = Some(self.not_before).filter(|moment| *moment > now);
        // What is known says more than what is missing.
        let known = |kind: &&SignalKind| signal::finding(**kind, sample, self.loads(rules), rules) == Finding::Forbids;
        if let Some(kind) = stopping.iter().find(known).or(stopping.first()) {
            return Verdict { not_before, yielded, ..stop(reason(*kind, sample)) };
        }
        if wish == Wish::Finish {
            return Verdict { act: Act::Drain, ..stop(Reason::Owner) };
        }
        if let Some(kind) = draining.first() {
            // Where nothing was lent there is nothing to finish.
            let act = if self.act == Act::Stop { Act::Stop } else { Act::Drain };
            return Verdict { act, not_before, ..stop(reason(*kind, sample)) };
        }
        if not_before.is_some() && wish != Wish::Now {
            return Verdict { not_before, ..stop(self.why_not.clone().unwrap_or(Reason::Yielded)) };
        }
        Verdict { act: Act::Contribute, ..stop(Reason::Clear) }
    }

    /// The signals that stand against lending: those that stop it, and those that let it finish.
    fn against(&self, sample: &Sample, wish: Wish, rules: &Rules) -> (Vec<SignalKind>, Vec<SignalKind>) {
        let overlooked: &[SignalKind] = match wish {
            Wish::Now => &[SignalKind::Input, SignalKind::Gamepad, SignalKind::Hours],
            _ => &[],
        };
        let loads = self.loads(rules);
        let kinds = SignalKind::ALL.into_iter().filter(|kind| !overlooked.contains(kind));
        let forbidding = kinds.filter(|kind| signal::forbids(*kind, sample, loads, rules));
        forbidding.partition(|kind| signal::weight(*kind, loads) == Weight::Stop)
    }

    fn follow_load(&mut self, sample: &Sample, rules: &Rules, now: Moment, afresh: bool) {
        if afresh {
            // What went before is not known: calm has to be shown first.
            let unknown = Level { high: false, since: now };
            (self.cpu, self.gpu) = (unknown, unknown);
        }
        let low = |load: f32, percent: u8| load * 100.0 < f32::from(percent);
        self.cpu.step(!sample.other_cpu.is_some_and(|load| low(load, rules.other_cpu_percent)), now);
        self.gpu.step(sample.other_gpu.is_some_and(|load| !low(load, rules.other_gpu_percent)), now);
    }

    fn loads(&self, rules: &Rules) -> Loads {
        let calm = Duration::from_secs(rules.calm_seconds.into());
        let now = self.last.unwrap_or(Moment::MAX);
        Loads { cpu: self.cpu.load(self.act, calm, now), gpu: self.gpu.load(self.act, calm, now) }
    }

    /// Makes lending wait from the last moment at which a signal that stops it was seen. Says whether it yielded.
    fn hold(&mut self, stopping: &[SignalKind], sample: &Sample, rules: &Rules, now: Moment) -> bool {
        while self.yields.front().is_some_and(|then| now.saturating_sub(*then) > REMEMBERED) {
            self.yields.pop_front();
        }
        let yielded = self.act != Act::Stop && !stopping.is_empty();
        if yielded && stopping != [SignalKind::OwnChat] {
            self.yields.push_back(now);
            self.wait(now, self.pause_after_yield(rules), Reason::Yielded);
        }
        let loads = self.loads(rules);
        for kind in stopping {
            if signal::finding(*kind, sample, loads, rules) == Finding::Forbids {
                self.hold_for(*kind, sample, rules, now);
            }
        }
        yielded
    }

    fn hold_for(&mut self, kind: SignalKind, sample: &Sample, rules: &Rules, now: Moment) {
        let ago = match kind {
            SignalKind::OwnChat => return self.wait(now, AFTER_OWN_CHAT, Reason::Yielded),
            // Unless lending yielded, time without input is all that is asked.
            SignalKind::Input | SignalKind::Gamepad if self.yields.is_empty() => return,
            SignalKind::Input => sample.input_ago,
            SignalKind::Gamepad => sample.gamepad_ago,
            _ => None,
        };
        let seen = now.saturating_sub(ago.unwrap_or_default());
        self.wait(seen, self.pause_after_yield(rules), Reason::Yielded);
    }

    fn pause_after_yield(&self, rules: &Rules) -> Duration {
        let base = minutes(rules.resume_minutes);
        let doublings = u32::try_from(self.yields.len().saturating_sub(OFTEN.saturating_sub(1))).unwrap_or(u32::MAX);
        let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
        base.saturating_mul(factor).min(minutes(rules.longest_resume_minutes).max(base))
    }

    fn wait(&mut self, now: Moment, length: Duration, why: Reason) {
        let until = now.saturating_add(length);
        if until > self.not_before {
            self.not_before = until;
            self.why_not = Some(why);
        }
    }
}

fn stop(reason: Reason) -> Verdict {
    Verdict { act: Act::Stop, reason, not_before: None, yielded: false }
}

fn reason(kind: SignalKind, sample: &Sample) -> Reason {
    let app = sample.apps.as_ref().and_then(|apps| apps.first());
    match (kind, app) {
        (SignalKind::Apps, Some(app)) => Reason::App(app.clone()),
        _ => Reason::Signal(kind),
    }
}

/// A rule's minutes.
pub fn minutes(count: u32) -> Duration {
    Duration::from_secs(u64::from(count).saturating_mul(MINUTE))
}
