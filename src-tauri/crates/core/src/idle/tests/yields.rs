//! What the specification says of yields: how long lending waits after one, and after several.

use super::*;

#[test]
fn lending_resumes_five_minutes_after_the_game_has_ended() {
    let mut pc = Pc::lending();
    let playing = pc.sees_for(HOUR, |sample| sample.apps = Some(vec!["quake".into()]));
    let over = pc.now;
    pc.sample.apps = Some(Vec::new());

    let waiting = pc.looks();

    assert_eq!(playing.not_before, Some(over + 5 * MINUTE));
    assert_eq!(waiting, Verdict { not_before: Some(over + 5 * MINUTE), ..stop(Reason::Yielded) });
    assert_eq!(pc.lends_after(), 5 * MINUTE - SECOND);
}

#[test]
fn load_of_the_graphics_card_holds_lending_for_five_minutes_from_its_end() {
    let mut pc = Pc::lending();
    pc.sees_for(MINUTE, |sample| sample.other_gpu = Some(0.5));
    pc.sample.other_gpu = Some(0.0);

    assert_eq!(pc.lends_after(), 5 * MINUTE);
}

#[test]
fn a_signal_that_was_on_behind_another_holds_lending_all_the_same() {
    for change in [(|sample| sample.own_answers = 1) as Change, |sample| sample.input_ago = Some(Duration::ZERO)] {
        let mut pc = Pc::lending();
        pc.sees(change);
        pc.sees_for(10 * MINUTE, |sample| sample.gpu_celsius = Some(80.0));
        pc.sample = quiet();

        assert_eq!(pc.lends_after(), 5 * MINUTE);
    }
}

#[test]
fn the_third_yield_within_an_hour_doubles_the_wait_up_to_half_an_hour() {
    let mut pc = Pc::lending();
    let waits = (0..6).map(|_| {
        pc.sees(|sample| sample.power = Some(Power::Battery));
        pc.sample.power = Some(Power::Mains);
        pc.lends_after().as_secs() / 60
    });

    // At the sixth yield all but the last two are more than an hour old.
    assert_eq!(waits.collect::<Vec<_>>(), [5, 5, 10, 20, 30, 10]);
}

#[test]
fn an_owner_who_comes_and_goes_is_left_alone_for_longer() {
    let mut pc = Pc::lending();
    let waits = (0..4).map(|_| {
        pc.sees(|sample| sample.input_ago = Some(Duration::ZERO));
        pc.lends_after().as_secs() / 60
    });

    assert_eq!(waits.collect::<Vec<_>>(), [5, 5, 10, 20]);
}

#[test]
fn an_hour_later_yields_are_forgotten() {
    let mut pc = Pc::lending();
    for _ in 0..3 {
        pc.sees(|sample| sample.power = Some(Power::Battery));
        pc.sample.power = Some(Power::Mains);
        pc.lends_after();
    }
    pc.passes(HOUR);

    pc.sees(|sample| sample.power = Some(Power::Battery));
    pc.sample.power = Some(Power::Mains);

    assert_eq!(pc.lends_after(), 5 * MINUTE);
}

#[test]
fn a_yield_to_the_mouse_lasts_as_long_as_the_rules_say() {
    let mut pc = Pc::with(Rules { idle_minutes: 1, resume_minutes: 10, ..Rules::default() }).that_lends();

    pc.sees(|sample| sample.input_ago = Some(Duration::ZERO));

    assert_eq!(pc.lends_after(), 10 * MINUTE);
}

#[test]
fn where_nothing_was_lent_idle_time_is_all_that_is_asked_of_the_mouse() {
    let mut pc = Pc::with(Rules { idle_minutes: 1, resume_minutes: 10, ..Rules::default() });

    pc.sees(|sample| sample.input_ago = Some(Duration::ZERO));

    assert_eq!(pc.lends_after(), MINUTE);
}

#[test]
fn input_that_cannot_be_told_for_a_moment_is_a_yield() {
    let mut pc = Pc::lending();

    let verdict = pc.sees(|sample| sample.input_ago = None);

    assert!(verdict.yielded);
    pc.sample.input_ago = Some(HOUR);
    assert_eq!(pc.lends_after(), 5 * MINUTE);
}

#[test]
fn the_owners_own_prompt_stops_lending_for_its_time_and_ten_seconds() {
    let mut pc = Pc::lending();
    for _ in 0..10 {
        let verdict = pc.sees_for(20 * SECOND, |sample| sample.own_answers = 2);
        pc.sample.own_answers = 0;

        assert_eq!((verdict.act, verdict.reason), (Act::Stop, signal(SignalKind::OwnChat)));
        assert_eq!(pc.lends_after(), 10 * SECOND, "own prompts never count as yields");
    }
}
