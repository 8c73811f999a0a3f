//! What the specification says of each signal.

use super::*;
use opengateway_api::Hours;

/// One change for each signal that stands against lending, and what it does to running jobs.
const SIGNALS: [(SignalKind, Act, Change); 13] = [
    (SignalKind::OwnChat, Act::Stop, |sample| sample.own_answers = 1),
    (SignalKind::Apps, Act::Stop, |sample| sample.apps = Some(vec!["quake".into()])),
    (SignalKind::FullScreen, Act::Stop, |sample| sample.full_screen = Some(true)),
    (SignalKind::Input, Act::Stop, |sample| sample.input_ago = Some(Duration::ZERO)),
    (SignalKind::Gamepad, Act::Stop, |sample| sample.gamepad_ago = Some(Duration::ZERO)),
    (SignalKind::Vram, Act::Stop, |sample| sample.vram = Some(Vram { free: GIB, needed: 1 })),
    (SignalKind::Heat, Act::Stop, |sample| sample.gpu_celsius = Some(75.0)),
    (SignalKind::Power, Act::Stop, |sample| sample.power = Some(Power::Battery)),
    (SignalKind::Cpu, Act::Drain, |sample| sample.other_cpu = Some(0.25)),
    (SignalKind::Gpu, Act::Stop, |sample| sample.other_gpu = Some(0.10)),
    (SignalKind::Hours, Act::Drain, |sample| sample.local = Some(LocalTime { weekday: 0, hour: 3 })),
    (SignalKind::Disk, Act::Drain, |sample| sample.free_disk_bytes = Some(19_999_999_999)),
    (SignalKind::Network, Act::Drain, |sample| sample.metered = Some(true)),
];

/// All hours but Monday from three to four.
fn rules() -> Rules {
    let mut hours = Hours::default();
    hours.set(0, 3, false);
    Rules { hours, ..Rules::default() }
}

fn said(kind: SignalKind) -> Reason {
    if kind == SignalKind::Apps { Reason::App("quake".into()) } else { signal(kind) }
}

#[test]
fn a_pc_left_alone_is_lent_after_five_minutes() {
    let mut pc = Pc::left();
    pc.sees(|sample| sample.input_ago = Some(Duration::ZERO));

    assert_eq!(pc.passes(299 * SECOND).reason, signal(SignalKind::Input));

    assert_eq!(pc.looks(), Verdict { act: Act::Contribute, ..stop(Reason::Clear) });
}

#[test]
fn a_pc_left_long_ago_is_lent_once_a_minute_of_calm_was_seen() {
    assert_eq!(Pc::left().lends_after(), 61 * SECOND);
}

#[test]
fn each_signal_alone_keeps_lending_from_beginning() {
    for (kind, _, change) in SIGNALS {
        let mut pc = Pc::with(rules());

        let verdict = pc.sees_for(10 * MINUTE, change);

        assert_eq!((verdict.act, verdict.reason), (Act::Stop, said(kind)));
    }
}

#[test]
fn each_signal_alone_ends_lending_at_once_or_after_the_running_jobs() {
    for (kind, act, change) in SIGNALS {
        let mut pc = Pc::with(rules()).that_lends();
        let load = matches!(kind, SignalKind::Cpu | SignalKind::Gpu);

        let verdict = pc.sees_for(if load { 6 * SECOND } else { SECOND }, change);

        assert_eq!((verdict.act, verdict.reason), (act, said(kind)));
        assert_eq!(verdict.yielded, act == Act::Stop, "{kind:?}");
    }
}

#[test]
fn a_value_just_within_its_rule_allows_lending() {
    let mut pc = Pc::left();
    let verdict = pc.sees_for(70 * SECOND, |sample| {
        *sample = Sample {
            input_ago: Some(5 * MINUTE),
            gamepad_ago: Some(5 * MINUTE),
            other_cpu: Some(0.249),
            other_gpu: Some(0.099),
            vram: Some(Vram { free: 3 * GIB, needed: 2 * GIB }),
            gpu_celsius: Some(74.9),
            free_disk_bytes: Some(20_000_000_000),
            ..quiet()
        }
    });

    assert_eq!(verdict.act, Act::Contribute, "{verdict:?}");
}

#[test]
fn what_cannot_be_told_and_could_be_a_busy_owner_is_one() {
    let unknown: [(SignalKind, Change); 5] = [
        (SignalKind::Input, |sample| sample.input_ago = None),
        (SignalKind::Apps, |sample| sample.apps = None),
        (SignalKind::Power, |sample| sample.power = None),
        (SignalKind::Cpu, |sample| sample.other_cpu = None),
        (SignalKind::Hours, |sample| sample.local = None),
    ];
    for (kind, change) in unknown {
        let (mut waiting, mut lending) = (Pc::left(), Pc::lending());

        assert_eq!(waiting.sees_for(HOUR, change).reason, signal(kind));
        assert_eq!(lending.sees(change).reason, signal(kind));
    }
}

#[test]
fn what_cannot_be_told_and_is_safe_forbids_nothing() {
    let mut pc = Pc::left();

    let verdict = pc.sees_for(61 * SECOND, |sample| {
        (sample.gamepad_ago, sample.full_screen, sample.other_gpu, sample.vram) = (None, None, None, None);
        (sample.gpu_celsius, sample.free_disk_bytes, sample.metered) = (None, None, None);
    });

    assert_eq!(verdict.act, Act::Contribute, "{verdict:?}");
}

#[test]
fn a_reading_that_is_no_number_is_taken_as_too_high() {
    let changes: [Change; 3] = [
        |sample| sample.other_cpu = Some(f32::NAN),
        |sample| sample.other_gpu = Some(f32::NAN),
        |sample| sample.gpu_celsius = Some(f32::NAN),
    ];
    for change in changes {
        assert_eq!(Pc::left().sees_for(10 * MINUTE, change).act, Act::Stop);
    }
}

#[test]
fn a_rule_that_is_switched_off_forbids_nothing_known_or_unknown() {
    let off = Rules {
        yield_to_full_screen: false,
        yield_to_games: false,
        other_cpu_percent: 100,
        other_gpu_percent: 100,
        on_battery: true,
        on_metered: true,
        ..Rules::default()
    };
    let busy = Sample {
        full_screen: Some(true),
        other_cpu: Some(1.0),
        other_gpu: Some(1.0),
        power: Some(Power::Battery),
        metered: Some(true),
        ..quiet()
    };
    let unknown = Sample { apps: None, full_screen: None, other_cpu: None, power: None, metered: None, ..quiet() };

    for sample in [busy, unknown] {
        assert_eq!(Pc::with(off.clone()).sees(|now| *now = sample.clone()).act, Act::Contribute);
    }
}

#[test]
fn the_owners_own_list_counts_without_the_known_games() {
    let rules = Rules { yield_to_games: false, apps: vec!["blender".into()], ..Rules::default() };
    let mut pc = Pc::with(rules).that_lends();

    let verdict = pc.sees(|sample| sample.apps = Some(vec!["blender".into()]));

    assert_eq!((verdict.act, verdict.reason), (Act::Stop, Reason::App("blender".into())));
}

#[test]
fn of_several_signals_the_first_that_stops_is_the_reason() {
    let mut pc = Pc::with(rules()).that_lends();
    for (kind, _, change) in SIGNALS.into_iter().rev() {
        let reason = pc.sees_for(6 * SECOND, change).reason;

        // The load of the processor, which lets jobs finish, comes after that of the graphics card in this.
        let named = if kind == SignalKind::Cpu { SignalKind::Gpu } else { kind };
        assert_eq!(reason, said(named));
    }
}

#[test]
fn where_nothing_was_lent_there_is_nothing_to_finish() {
    let night: Change = |sample| sample.local = Some(LocalTime { weekday: 0, hour: 3 });
    let mut pc = Pc::with(rules());

    assert_eq!(pc.sees_for(10 * MINUTE, night).act, Act::Stop);

    assert_eq!(Pc::with(rules()).that_lends().sees_for(10 * MINUTE, night).act, Act::Drain);
}
