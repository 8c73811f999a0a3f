//! What the specification asks, worked out a second time and in another way than the product does.

use std::collections::BTreeSet;

use super::*;

/// Signals that end lending at once, besides the owner's own prompts and load.
const YIELD_TO: [SignalKind; 7] = [
    SignalKind::Apps,
    SignalKind::FullScreen,
    SignalKind::Input,
    SignalKind::Gamepad,
    SignalKind::Vram,
    SignalKind::Heat,
    SignalKind::Power,
];

/// All that was seen, as far as the specification makes something of it.
#[derive(Debug)]
pub(super) struct Oracle {
    rules: Rules,
    last: Option<Moment>,
    /// The unbroken run of samples that says the same of the processor, and of the graphics card.
    pub(super) cpu: Run,
    pub(super) gpu: Run,
    pub(super) woke: Option<Moment>,
    pub(super) just_woke: bool,
    pub(super) chatted: Option<Moment>,
    /// When anything was last seen that stops lending.
    pub(super) stopped: Option<Moment>,
    yields: Vec<Moment>,
    /// Nothing may be lent before, unless the owner says "now".
    pub(super) earliest: Moment,
}

/// Since when a load has been high, or has not been.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Run {
    high_since: Option<Moment>,
    low_since: Option<Moment>,
}

impl Run {
    fn look(&mut self, high: bool, now: Moment) {
        let (on, off) = match high {
            true => (&mut self.high_since, &mut self.low_since),
            false => (&mut self.low_since, &mut self.high_since),
        };
        *off = None;
        on.get_or_insert(now);
    }

    /// High for as long as ends lending.
    pub(super) fn is_busy(self, now: Moment) -> bool {
        self.high_since.is_some_and(|since| now - since >= 5 * SECOND)
    }

    pub(super) fn is_high(self) -> bool {
        self.high_since.is_some()
    }

    /// Low for as long as lending needs to begin.
    pub(super) fn is_calm(self, rules: &Rules, now: Moment) -> bool {
        let needed = SECOND * rules.calm_seconds;
        self.low_since.is_some_and(|since| now - since >= needed)
    }
}

impl Oracle {
    pub(super) fn new(rules: &Rules) -> Self {
        let (cpu, gpu) = (Run::default(), Run::default());
        let (last, woke, chatted, stopped, yields) = (None, None, None, None, Vec::new());
        let (rules, just_woke, earliest) = (rules.clone(), false, Duration::ZERO);
        Self { rules, last, cpu, gpu, woke, just_woke, chatted, stopped, yields, earliest }
    }

    /// A sample comes in.
    pub(super) fn look(&mut self, sample: &Sample, wish: Wish, now: Moment) {
        if matches!(wish, Wish::Off | Wish::Paused) {
            (self.last, self.just_woke) = (None, false);
            return;
        }
        self.just_woke = self.last.is_some_and(|last| now - last > 30 * SECOND);
        if self.just_woke {
            self.woke = Some(now);
            self.earliest = self.earliest.max(now + MINUTE * self.rules.idle_minutes);
        }
        if self.just_woke || self.last.is_none() {
            (self.cpu, self.gpu) = (Run::default(), Run::default());
        }
        self.last = Some(now);
        self.cpu.look(sample.other_cpu.is_none_or(|load| is_high(load, self.rules.other_cpu_percent)), now);
        self.gpu.look(sample.other_gpu.is_some_and(|load| is_high(load, self.rules.other_gpu_percent)), now);
    }

    /// And this was made of it.
    pub(super) fn note(&mut self, sample: &Sample, (wish, before): (Wish, Act), verdict: &Verdict, now: Moment) {
        if matches!(wish, Wish::Off | Wish::Paused) {
            return;
        }
        if sample.own_answers > 0 {
            self.chatted = Some(now);
            self.earliest = self.earliest.max(now + 10 * SECOND);
        }
        let stopping = self.stopping(sample, wish, now);
        if verdict.act == Act::Stop && before != Act::Stop && !stopping.is_empty() && !self.just_woke {
            self.yields.push(now);
            self.earliest = self.earliest.max(now + self.pause(now));
        }
        if !stopping.is_empty() {
            self.stopped = Some(now);
        }
        for kind in stopping {
            if let Some(then) = self.last_on(kind, sample, now) {
                self.earliest = self.earliest.max(then + self.pause(now));
            }
        }
    }

    /// What stops lending at once, besides the owner's own prompts.
    pub(super) fn stopping(&self, sample: &Sample, wish: Wish, now: Moment) -> BTreeSet<SignalKind> {
        let mut stopping = against(sample, wish, &self.rules);
        stopping.retain(|kind| YIELD_TO.contains(kind));
        if self.gpu.is_busy(now) && sample.other_gpu.is_some() && self.rules.other_gpu_percent < 100 {
            stopping.insert(SignalKind::Gpu);
        }
        stopping
    }

    /// When a signal that is on was last known to be on, if lending waits for longer than the signal itself lasts.
    fn last_on(&self, kind: SignalKind, sample: &Sample, now: Moment) -> Option<Moment> {
        let used = |ago: Option<Duration>| ago.filter(|_| self.yields_lately(now) > 0).map(|ago| now - ago);
        match kind {
            SignalKind::Input => used(sample.input_ago),
            SignalKind::Gamepad => used(sample.gamepad_ago),
            SignalKind::Apps => sample.apps.as_ref().map(|_| now),
            SignalKind::Power => sample.power.map(|_| now),
            _ => Some(now),
        }
    }

    fn yields_lately(&self, now: Moment) -> usize {
        self.yields.iter().filter(|then| now - **then <= HOUR).count()
    }

    /// How long lending waits by what happened within the last hour.
    fn pause(&self, now: Moment) -> Duration {
        let mut pause = MINUTE * self.rules.resume_minutes;
        let longest = pause.max(MINUTE * self.rules.longest_resume_minutes);
        for _ in 2..self.yields_lately(now) {
            pause = longest.min(pause * 2);
        }
        pause
    }

    /// The longest that lending waits for anything that is over.
    pub(super) fn longest_wait(&self) -> Duration {
        let Rules { resume_minutes, longest_resume_minutes, idle_minutes, .. } = self.rules;
        (MINUTE * resume_minutes.max(longest_resume_minutes).max(idle_minutes)).max(10 * SECOND)
    }
}

/// What stands against lending in this sample alone; of load, only that it cannot be told.
pub(super) fn against(sample: &Sample, wish: Wish, rules: &Rules) -> BTreeSet<SignalKind> {
    let mut against = BTreeSet::new();
    let mut note = |kind, stands: bool| stands.then(|| against.insert(kind));
    let recent = |ago: Duration| ago < MINUTE * rules.idle_minutes;
    note(SignalKind::OwnChat, sample.own_answers > 0);
    let programs_matter = rules.yield_to_games || !rules.apps.is_empty();
    note(SignalKind::Apps, programs_matter && sample.apps != Some(Vec::new()));
    note(SignalKind::FullScreen, rules.yield_to_full_screen && sample.full_screen == Some(true));
    note(SignalKind::Power, !rules.on_battery && sample.power != Some(Power::Mains));
    let spare = u64::from(rules.spare_vram_mib) << 20;
    note(SignalKind::Vram, sample.vram.is_some_and(|vram| vram.free < vram.needed + spare));
    note(SignalKind::Heat, sample.gpu_celsius.is_some_and(|celsius| celsius >= f32::from(rules.gpu_celsius)));
    note(SignalKind::Cpu, rules.other_cpu_percent < 100 && sample.other_cpu.is_none());
    let spare = u64::from(rules.spare_disk_gb) * 1_000_000_000;
    note(SignalKind::Disk, sample.free_disk_bytes.is_some_and(|free| free < spare));
    note(SignalKind::Network, !rules.on_metered && sample.metered == Some(true));
    if wish != Wish::Now {
        note(SignalKind::Input, sample.input_ago.is_none_or(recent));
        note(SignalKind::Gamepad, sample.gamepad_ago.is_some_and(recent));
        let welcome = |local: LocalTime| rules.hours.contains(local.weekday, local.hour);
        note(SignalKind::Hours, !sample.local.is_some_and(welcome));
    }
    against
}

/// Whether a load is no proof of calm.
fn is_high(load: f32, percent: u8) -> bool {
    load.is_nan() || load * 100.0 >= f32::from(percent)
}
