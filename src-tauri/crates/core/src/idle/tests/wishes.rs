//! What the owner's wishes do.

use super::*;

#[test]
fn off_and_pause_stop_at_once_whatever_is_seen() {
    for wish in [Wish::Off, Wish::Paused] {
        let mut pc = Pc::lending();
        pc.wish = wish;

        assert_eq!(pc.looks(), stop(Reason::Owner));
        assert_eq!(pc.sees(|sample| sample.own_answers = 1), stop(Reason::Owner));
    }
}

#[test]
fn after_a_pause_calm_has_to_be_shown_again() {
    let mut pc = Pc::lending();
    pc.wish = Wish::Paused;
    pc.passes(HOUR);
    pc.wish = Wish::Auto;

    assert_eq!(pc.lends_after(), 61 * SECOND);
}

#[test]
fn a_pause_does_not_shorten_the_wait_after_a_game() {
    let mut pc = Pc::lending();
    pc.sees(|sample| sample.apps = Some(vec!["quake".into()]));
    pc.sample.apps = Some(Vec::new());
    pc.wish = Wish::Paused;
    pc.passes(100 * SECOND);
    pc.wish = Wish::Auto;

    assert_eq!(pc.lends_after(), 200 * SECOND);
}

#[test]
fn finish_lets_running_jobs_end_and_never_begins_any() {
    let mut pc = Pc::lending();
    pc.wish = Wish::Finish;

    assert_eq!(pc.passes(HOUR), Verdict { act: Act::Drain, ..stop(Reason::Owner) });
    assert_eq!(pc.sees(|sample| sample.metered = Some(true)).act, Act::Drain);
}

#[test]
fn a_game_stops_even_what_was_to_be_finished() {
    let mut pc = Pc::lending();
    pc.wish = Wish::Finish;
    pc.looks();

    let verdict = pc.sees(|sample| sample.apps = Some(vec!["quake".into()]));

    assert_eq!((verdict.act, verdict.reason), (Act::Stop, Reason::App("quake".into())));
}

#[test]
fn now_lends_although_the_owner_is_here_and_at_any_hour() {
    let rules = Rules { hours: opengateway_api::Hours::NONE, ..Rules::default() };
    let mut pc = Pc::with(rules);
    pc.wish = Wish::Now;

    let verdict = pc.sees_for(61 * SECOND, |sample| {
        (sample.input_ago, sample.gamepad_ago) = (None, Some(Duration::ZERO));
    });

    assert_eq!(verdict, Verdict { act: Act::Contribute, ..stop(Reason::Clear) });
}

#[test]
fn now_does_not_wait_for_what_was_a_moment_ago() {
    let mut pc = Pc::lending();
    pc.sees(|sample| sample.apps = Some(vec!["quake".into()]));
    pc.sample.apps = Some(Vec::new());
    pc.wish = Wish::Now;

    assert_eq!(pc.looks().act, Act::Contribute);
}

#[test]
fn now_ends_with_a_yield_and_with_sleep() {
    let (mut playing, mut sleeping) = (Pc::lending(), Pc::lending());
    (playing.wish, sleeping.wish) = (Wish::Now, Wish::Now);
    playing.looks();
    sleeping.looks();

    assert!(playing.sees(|sample| sample.full_screen = Some(true)).yielded);

    sleeping.now += HOUR;
    assert!(sleeping.looks().yielded);
}

#[test]
fn a_game_that_kills_draining_jobs_is_a_yield() {
    let mut pc = Pc::lending();
    pc.sees(|sample| sample.metered = Some(true));

    assert!(pc.sees(|sample| sample.full_screen = Some(true)).yielded);
    assert!(!pc.sees(|sample| sample.full_screen = Some(true)).yielded, "once");
}
