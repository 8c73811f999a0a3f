//! Holds [`super::Standing`] to its rules, whatever happens in whatever order.

mod bans;

use super::*;
use proptest::prelude::*;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

#[test]
fn a_stranger_is_neither_good_nor_bad() {
    let now = Instant::now();
    let stranger = Standing::new(now);

    assert_eq!(stranger.score(now), 0.5);
    assert!(!stranger.is_good(now));
    assert_eq!((stranger.rtt(), stranger.text_per_second(), stranger.banned_until(now)), (None, None, None));
}

#[test]
fn a_distance_is_smoothed_as_tcp_does_it() {
    let mut peer = Standing::new(Instant::now());

    peer.heard_after(Duration::from_millis(80));
    peer.heard_after(Duration::from_millis(160));

    assert!(peer.rtt().unwrap().abs_diff(Duration::from_millis(90)) < Duration::from_micros(1), "{:?}", peer.rtt());
}

#[test]
fn what_is_no_speed_is_passed_over() {
    let mut peer = Standing::new(Instant::now());
    peer.wrote(40.0);

    for nonsense in [f32::NAN, f32::INFINITY, -1.0] {
        peer.wrote(nonsense);
    }
    peer.wrote(80.0);

    assert_eq!(peer.text_per_second(), Some(50.0));
}

#[test]
fn a_first_token_is_late_after_three_times_the_usual_but_not_before_two_seconds() {
    let mut peer = Standing::new(Instant::now());
    assert_eq!(peer.deadline(), 2 * SECOND);

    peer.began_after(Duration::from_millis(200));
    assert_eq!(peer.deadline(), 2 * SECOND);
    let mut slow = Standing::new(Instant::now());
    slow.began_after(3 * SECOND);

    assert_eq!(slow.deadline(), 9 * SECOND);
}

#[test]
fn a_peer_becomes_good_by_answering_and_stays_so_only_while_it_does() {
    let now = Instant::now();
    let mut peer = Standing::new(now);
    for answers in 1..=5 {
        assert!(!peer.is_good(now), "after {answers}");
        peer.succeeded(now);
    }
    assert!(peer.is_good(now));

    assert!(!peer.is_good(now + HOUR * 24));
    for _ in 0..2 {
        peer.failed(now);
    }

    assert!(!peer.is_good(now), "{}", peer.score(now));
}

#[test]
fn experience_counts_half_after_its_half_life_and_nothing_after_a_month() {
    let now = Instant::now();
    let mut peer = Standing::new(now);
    for _ in 0..8 {
        peer.failed(now);
    }

    assert_eq!(peer.score(now), 0.1);
    assert!((peer.score(now + HALF_LIFE) - 1.0 / 6.0).abs() < 1e-6);
    assert!((peer.score(now + 30 * DAY) - 0.5).abs() < 0.01);
}

#[test]
fn ten_thousand_good_answers_do_not_hide_fifty_bad_ones() {
    let now = Instant::now();
    let mut peer = Standing::new(now);
    (0..10_000).for_each(|_| peer.succeeded(now));
    assert!(peer.score(now) > 0.95 && peer.keep(now).successes <= MOST_REMEMBERED);

    (0..50).for_each(|_| peer.failed(now));

    assert!(peer.score(now) < 0.5, "{}", peer.score(now));
}

#[test]
fn a_restart_changes_nothing_but_the_time_that_passed() {
    let now = Instant::now();
    let mut peer = Standing::new(now);
    peer.heard_after(SECOND);
    (0..6).for_each(|_| peer.succeeded(now));
    let bans = [Offence::BadSignature; 5].map(|offence| peer.strike(offence, now));
    assert!(bans.is_sorted() && bans[4].is_some());

    let kept: Kept = serde_json::from_str(&serde_json::to_string(&peer.keep(now)).unwrap()).unwrap();
    for passed in [Duration::ZERO, 100 * SECOND, 480 * SECOND, HOUR, DAY] {
        // This machine may have started anew: its clock is another one.
        let then = now + 77 * DAY;
        let restored = Standing::from_kept(kept, passed, then);

        let left = |peer: &Standing, now| peer.banned_until(now).map(|until| until.duration_since(now).as_secs());
        assert_eq!(left(&restored, then), left(&peer, now + passed));
        assert!((restored.score(then) - peer.score(now + passed)).abs() < 1e-5, "{passed:?}");
        assert_eq!(restored.rtt(), peer.rtt());
    }
}

#[derive(Debug, Clone)]
enum Event {
    Wait(u32),
    Succeeded,
    Failed,
    Strike(usize),
    Restart(u32),
}

proptest! {
    #[test]
    fn a_score_stays_between_0_and_1_and_every_ban_ends_within_a_day(events in prop::collection::vec(event(), 0..200)) {
        let mut now = Instant::now();
        let mut peer = Standing::new(now);
        for event in events {
            match event {
                Event::Wait(seconds) => now += SECOND * seconds,
                Event::Succeeded => peer.succeeded(now),
                Event::Failed => peer.failed(now),
                Event::Strike(which) => {
                    let ban = peer.strike(Offence::ALL[which], now);
                    prop_assert_eq!(ban.map(|ban| now + ban), peer.banned_until(now));
                }
                Event::Restart(seconds) => peer = Standing::from_kept(peer.keep(now), SECOND * seconds, now),
            }
            let score = peer.score(now);
            prop_assert!((0.0..=1.0).contains(&score), "{}", score);
            prop_assert!(peer.banned_until(now).is_none_or(|until| until <= now + LONGEST_BAN));
            prop_assert!(peer.banned_until(now + LONGEST_BAN).is_none());
            prop_assert!(!peer.is_good(now) || peer.banned_until(now).is_none());
            prop_assert!(peer.keep(now).successes + peer.keep(now).failures <= MOST_REMEMBERED * 1.001);
        }
        prop_assert!((peer.score(now + 365 * DAY) - 0.5).abs() < 0.01, "nothing is held against anyone for ever");
    }

    #[test]
    fn whatever_is_on_disk_makes_a_standing(
        bits in prop::array::uniform7(prop::num::f32::ANY),
        passed in 0..1_000_000_u32,
    ) {
        let [rtt, first, speed, successes, failures, strikes, ban_left_s] = bits;
        let (rtt_s, first_token_s, text_per_second) = (Some(rtt), Some(first), Some(speed));
        let kept = Kept { rtt_s, first_token_s, text_per_second, successes, failures, strikes, ban_left_s };
        let now = Instant::now();

        let mut peer = Standing::from_kept(kept, SECOND * passed, now);
        peer.heard_after(SECOND);
        peer.wrote(1.0);

        prop_assert!((0.0..=1.0).contains(&peer.score(now)));
        prop_assert!(peer.deadline() >= SHORTEST_DEADLINE && peer.rtt().is_some());
        prop_assert!(peer.text_per_second().is_some_and(f32::is_finite));
        prop_assert!(peer.banned_until(now).is_none_or(|until| until <= now + LONGEST_BAN));
    }
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..100_000_u32).prop_map(Event::Wait),
        4 => Just(Event::Succeeded),
        3 => Just(Event::Failed),
        3 => (0..Offence::ALL.len()).prop_map(Event::Strike),
        1 => (0..100_000_u32).prop_map(Event::Restart),
    ]
}
