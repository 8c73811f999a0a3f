//! Time that stands still, jumps or goes back.

use super::*;
use proptest::prelude::*;

#[test]
fn after_sleep_lending_waits_for_as_long_as_the_owner_needs_to_show() {
    let mut pc = Pc::lending();
    pc.now += 8 * HOUR;

    let verdict = pc.looks();

    assert_eq!(verdict.act, Act::Stop);
    assert_eq!(verdict.not_before, Some(pc.now + 5 * MINUTE));
    assert_eq!(pc.passes(100 * SECOND).reason, Reason::Woke);
    assert_eq!(pc.lends_after(), 200 * SECOND);
}

#[test]
fn half_a_minute_without_a_sample_is_no_sleep() {
    let mut pc = Pc::lending();
    pc.now += GAP - SECOND;
    assert_eq!(pc.looks().act, Act::Contribute);

    pc.now += GAP;
    assert_eq!(pc.looks().act, Act::Stop);
}

#[test]
fn sleep_is_no_yield_that_makes_later_waits_longer() {
    let mut pc = Pc::lending();
    for _ in 0..5 {
        pc.now += MINUTE;
        pc.lends_after();
    }

    pc.sees(|sample| sample.full_screen = Some(true));
    pc.sample.full_screen = Some(false);

    assert_eq!(pc.lends_after(), 5 * MINUTE);
}

#[test]
fn a_clock_that_goes_back_ends_lending_as_sleep_does() {
    let mut pc = Pc::lending();
    pc.now -= 3 * HOUR;

    assert_eq!(pc.looks().act, Act::Stop);

    assert_eq!(pc.lends_after(), 5 * MINUTE);
}

#[test]
fn while_time_stands_still_nothing_begins() {
    let mut pc = Pc::left();
    for _ in 0..1000 {
        let verdict = pc.idle.step(&pc.sample, Wish::Auto, &pc.rules, pc.now);

        assert_eq!(verdict.act, Act::Stop);
    }
}

/// Anything that fits into a sample.
fn any_sample() -> impl Strategy<Value = Sample> {
    let ago = || any::<Option<u64>>().prop_map(|ago| ago.map(Duration::from_millis));
    let share = || proptest::option::of(prop_oneof![0.0_f32..1.0, proptest::num::f32::ANY]);
    let apps = proptest::option::of(proptest::collection::vec("[a-z]{0,2}", 0..3));
    let used = (ago(), ago(), any::<Option<bool>>(), apps, any::<u32>());
    let room = (any::<Option<(u64, u64)>>(), any::<Option<u64>>());
    let place = (any::<Option<bool>>(), any::<Option<(u8, u8)>>(), any::<Option<bool>>());
    (used, (share(), share(), share()), room, place).prop_map(|(used, (cpu, gpu, heat), (vram, disk), place)| Sample {
        input_ago: used.0,
        gamepad_ago: used.1,
        full_screen: used.2,
        apps: used.3,
        own_answers: used.4,
        other_cpu: cpu,
        other_gpu: gpu,
        gpu_celsius: heat.map(|share| share * 100.0),
        vram: vram.map(|(free, needed)| Vram { free, needed }),
        free_disk_bytes: disk,
        power: place.0.map(|mains| if mains { Power::Mains } else { Power::Battery }),
        local: place.1.map(|(weekday, hour)| LocalTime { weekday, hour }),
        metered: place.2,
    })
}

fn any_rules() -> impl Strategy<Value = Rules> {
    any::<(u32, u32, u32, u32, u32, u32, [u8; 3], [bool; 4])>().prop_map(|any| Rules {
        idle_minutes: any.0,
        calm_seconds: any.1,
        resume_minutes: any.2,
        longest_resume_minutes: any.3,
        spare_vram_mib: any.4,
        spare_disk_gb: any.5,
        other_cpu_percent: any.6[0],
        other_gpu_percent: any.6[1],
        gpu_celsius: any.6[2],
        yield_to_full_screen: any.7[0],
        yield_to_games: any.7[1],
        on_battery: any.7[2],
        on_metered: any.7[3],
        ..Rules::default()
    })
}

fn any_wish() -> impl Strategy<Value = Wish> {
    proptest::sample::select(vec![Wish::Off, Wish::Auto, Wish::Now, Wish::Finish, Wish::Paused])
}

fn any_moment() -> impl Strategy<Value = Moment> {
    prop_oneof![
        (0..100_u64).prop_map(Duration::from_secs),
        any::<u64>().prop_map(Duration::from_millis),
        Just(Duration::MAX)
    ]
}

proptest! {
    #[test]
    fn no_sample_rule_wish_or_clock_makes_it_panic(
        steps in proptest::collection::vec((any_sample(), any_wish(), any_moment()), 1..8), rules in any_rules(),
    ) {
        let mut idle = Idle::default();
        for (sample, wish, now) in steps {
            idle.step(&sample, wish, &rules, now);
            prop_assert_eq!(idle.explain(&sample, &rules).len(), 13);
        }
    }

    #[test]
    fn after_any_jump_of_the_clock_nothing_is_lent_for_the_idle_time(
        idle_minutes in 1..20_u64, jump in prop_oneof![31..400_000_i64, -20_000..-1_i64], pace in 1..30_u64,
    ) {
        let mut pc = Pc::lending();
        pc.rules.idle_minutes = u32::try_from(idle_minutes).unwrap();
        pc.now = jumped(pc.now, jump);
        let woke = pc.now;

        while pc.now < woke + Duration::from_secs(idle_minutes * 60) {
            let verdict = pc.idle.step(&pc.sample, Wish::Auto, &pc.rules, pc.now);
            prop_assert_eq!(verdict.act, Act::Stop);
            pc.now += Duration::from_secs(pace);
        }
    }
}

fn jumped(now: Moment, seconds: i64) -> Moment {
    let length = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { now.saturating_sub(length) } else { now.saturating_add(length) }
}
