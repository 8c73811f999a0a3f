//! Each signal: what is read, what the rule asks, what follows.

use std::time::Duration;

use opengateway_api::{Finding, Rules, Signal, SignalKind};

use super::{Power, Sample, minutes};
use crate::backend::Bytes;

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// How a signal ends lending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// At once.
    Stop,
    /// After the running answers.
    Drain,
}

/// What the use of a processor by others means for lending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Load {
    /// Nothing.
    Calm,
    /// Lending does not begin; what runs may end.
    Unsettled,
    /// Lending ends.
    Busy,
}

/// The load of each processor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loads {
    pub(super) cpu: Load,
    pub(super) gpu: Load,
}

pub(super) fn weight(kind: SignalKind, loads: Loads) -> Weight {
    match kind {
        SignalKind::Gpu if loads.gpu == Load::Unsettled => Weight::Drain,
        SignalKind::OwnChat
        | SignalKind::Apps
        | SignalKind::FullScreen
        | SignalKind::Input
        | SignalKind::Gamepad
        | SignalKind::Vram
        | SignalKind::Heat
        | SignalKind::Power
        | SignalKind::Gpu => Weight::Stop,
        SignalKind::Cpu | SignalKind::Hours | SignalKind::Disk | SignalKind::Network => Weight::Drain,
    }
}

pub(super) fn forbids(kind: SignalKind, sample: &Sample, loads: Loads, rules: &Rules) -> bool {
    matches!(finding(kind, sample, loads, rules), Finding::Forbids | Finding::MissingForbids)
}

pub(super) fn finding(kind: SignalKind, sample: &Sample, loads: Loads, rules: &Rules) -> Finding {
    use Finding::{Ignored, Missing, MissingForbids};
    let idle = minutes(rules.idle_minutes);
    match kind {
        SignalKind::OwnChat => allowed(sample.own_answers == 0),
        SignalKind::Apps if !rules.yield_to_games && rules.apps.is_empty() => Ignored,
        SignalKind::Apps => sample.apps.as_ref().map_or(MissingForbids, |apps| allowed(apps.is_empty())),
        SignalKind::FullScreen if !rules.yield_to_full_screen => Ignored,
        // A desktop that does not tell this tells the time since the last input, and games have input.
        SignalKind::FullScreen => sample.full_screen.map_or(Missing, |covered| allowed(!covered)),
        SignalKind::Input => sample.input_ago.map_or(MissingForbids, |ago| allowed(ago >= idle)),
        SignalKind::Gamepad => sample.gamepad_ago.map_or(Missing, |ago| allowed(ago >= idle)),
        SignalKind::Vram => sample
            .vram
            .map_or(Missing, |vram| allowed(vram.free >= vram.needed.saturating_add(mebibytes(rules.spare_vram_mib)))),
        SignalKind::Heat => {
            sample.gpu_celsius.map_or(Missing, |celsius| allowed(celsius < f32::from(rules.gpu_celsius)))
        }
        SignalKind::Power if rules.on_battery => Ignored,
        SignalKind::Power => sample.power.map_or(MissingForbids, |power| allowed(power == Power::Mains)),
        SignalKind::Cpu if rules.other_cpu_percent >= 100 => Ignored,
        SignalKind::Cpu if sample.other_cpu.is_none() => MissingForbids,
        SignalKind::Cpu => allowed(loads.cpu == Load::Calm),
        SignalKind::Gpu if rules.other_gpu_percent >= 100 => Ignored,
        SignalKind::Gpu if sample.other_gpu.is_none() => Missing,
        SignalKind::Gpu => allowed(loads.gpu == Load::Calm),
        SignalKind::Hours => {
            sample.local.map_or(MissingForbids, |local| allowed(rules.hours.contains(local.weekday, local.hour)))
        }
        SignalKind::Disk => sample
            .free_disk_bytes
            .map_or(Missing, |free| allowed(free >= u64::from(rules.spare_disk_gb).saturating_mul(1_000_000_000))),
        SignalKind::Network if rules.on_metered => Ignored,
        SignalKind::Network => sample.metered.map_or(Missing, |metered| allowed(!metered)),
    }
}

fn allowed(allowed: bool) -> Finding {
    if allowed { Finding::Allows } else { Finding::Forbids }
}

/// Every signal for people.
pub(super) fn explain(sample: &Sample, loads: Loads, rules: &Rules) -> Vec<Signal> {
    let signal = |kind: &SignalKind| Signal {
        kind: *kind,
        reading: reading(*kind, sample).unwrap_or_else(|| "this system does not tell".into()),
        rule: rule(*kind, rules),
        finding: finding(*kind, sample, loads, rules),
    };
    SignalKind::ALL.iter().map(signal).collect()
}

fn reading(kind: SignalKind, sample: &Sample) -> Option<String> {
    Some(match kind {
        SignalKind::OwnChat if sample.own_answers == 0 => "nothing is being answered for you".into(),
        SignalKind::OwnChat => format!("{} of your prompts being answered", sample.own_answers),
        SignalKind::Apps => match sample.apps.as_deref()? {
            [] => "none runs".into(),
            apps => apps.join(", "),
        },
        SignalKind::FullScreen => if sample.full_screen? { "a program covers the screen" } else { "none" }.into(),
        SignalKind::Input => ago(sample.input_ago?),
        SignalKind::Gamepad => match sample.gamepad_ago? {
            Duration::MAX => "never used".into(),
            used => ago(used),
        },
        SignalKind::Vram => {
            let vram = sample.vram?;
            format!("{} free, {} needed", Bytes(vram.free), Bytes(vram.needed))
        }
        SignalKind::Heat => format!("{:.0} °C", sample.gpu_celsius?),
        SignalKind::Power => match sample.power? {
            Power::Mains => "mains".into(),
            Power::Battery => "battery".into(),
        },
        SignalKind::Cpu => format!("{:.0} %", sample.other_cpu? * 100.0),
        SignalKind::Gpu => format!("{:.0} %", sample.other_gpu? * 100.0),
        SignalKind::Hours => {
            let local = sample.local?;
            format!("{} {:02}:00", DAYS.get(usize::from(local.weekday))?, local.hour)
        }
        SignalKind::Disk => format!("{} free", Bytes(sample.free_disk_bytes?)),
        SignalKind::Network => if sample.metered? { "metered" } else { "not metered" }.into(),
    })
}

fn rule(kind: SignalKind, rules: &Rules) -> String {
    match kind {
        SignalKind::OwnChat => "your own prompts always come first".into(),
        SignalKind::Apps => "no game and none of your listed programs".into(),
        SignalKind::FullScreen => "no program covers the screen".into(),
        SignalKind::Input | SignalKind::Gamepad => format!("unused for {} min", rules.idle_minutes),
        SignalKind::Vram => format!("{} stay free for others", Bytes(mebibytes(rules.spare_vram_mib))),
        SignalKind::Heat => format!("below {} °C", rules.gpu_celsius),
        SignalKind::Power => "mains".into(),
        SignalKind::Cpu => format!("others below {} % for {} s", rules.other_cpu_percent, rules.calm_seconds),
        SignalKind::Gpu => format!("others below {} % for {} s", rules.other_gpu_percent, rules.calm_seconds),
        SignalKind::Hours => "within your hours".into(),
        SignalKind::Disk => format!("{} GB stay free", rules.spare_disk_gb),
        SignalKind::Network => "not metered".into(),
    }
}

fn ago(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..120 => format!("used {seconds} s ago"),
        seconds => format!("used {} min ago", seconds.div_euclid(60)),
    }
}

fn mebibytes(count: u32) -> u64 {
    u64::from(count).saturating_mul(1024 * 1024)
}
