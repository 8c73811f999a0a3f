//! What the specification says of load: bursts, calm, and what they do to running jobs.

use super::*;

#[test]
fn a_burst_of_load_shorter_than_five_seconds_ends_nothing() {
    let mut pc = Pc::lending();
    for _ in 0..100 {
        let during = pc.sees_for(5 * SECOND, |sample| (sample.other_cpu, sample.other_gpu) = (Some(0.9), Some(0.9)));
        let after = pc.sees(|sample| (sample.other_cpu, sample.other_gpu) = (Some(0.0), Some(0.0)));

        assert_eq!((during.act, after.act), (Act::Contribute, Act::Contribute));
    }
}

#[test]
fn lending_does_not_begin_within_a_burst_of_load() {
    let mut pc = Pc::left();
    pc.sees_for(10 * MINUTE, |sample| sample.own_answers = 1);
    pc.sees_for(8 * SECOND, |sample| sample.own_answers = 0);

    let verdict = pc.sees_for(4 * SECOND, |sample| sample.other_cpu = Some(0.9));

    assert_eq!((verdict.act, verdict.reason), (Act::Stop, signal(SignalKind::Cpu)));
    pc.sample.other_cpu = Some(0.0);
    assert_eq!(pc.lends_after(), 61 * SECOND);
}

#[test]
fn a_burst_in_the_minute_before_lending_begins_the_minute_anew() {
    let mut pc = Pc::left();
    pc.passes(59 * SECOND);
    pc.sees(|sample| sample.other_cpu = Some(0.3));
    pc.sample.other_cpu = Some(0.0);

    assert_eq!(pc.lends_after(), 61 * SECOND);
}

#[test]
fn lending_that_load_ended_begins_again_after_a_minute_of_calm() {
    let mut pc = Pc::lending();
    pc.sees_for(6 * SECOND, |sample| sample.other_cpu = Some(0.9));
    pc.sample.other_cpu = Some(0.0);

    assert_eq!(pc.looks().act, Act::Drain);
    assert_eq!(pc.lends_after(), 60 * SECOND);
}

#[test]
fn load_that_cannot_be_told_for_a_moment_has_to_be_calm_for_a_minute_again() {
    let mut pc = Pc::lending();
    pc.sees(|sample| sample.other_cpu = None);
    pc.sample.other_cpu = Some(0.0);

    assert_eq!(pc.lends_after(), 61 * SECOND);
}

#[test]
fn a_burst_on_the_graphics_card_lets_running_jobs_finish() {
    let mut pc = Pc::lending();
    pc.sees_for(3 * SECOND, |sample| sample.other_gpu = Some(0.5));
    pc.sees(|sample| sample.metered = Some(true));

    assert_eq!(pc.looks().act, Act::Drain);
    assert_eq!(pc.looks().act, Act::Stop, "by now it has lasted");
}
