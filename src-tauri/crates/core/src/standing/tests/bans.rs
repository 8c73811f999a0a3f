use super::*;

#[test]
fn the_first_ban_is_short_and_each_further_one_twice_as_long_up_to_a_day() {
    let mut now = Instant::now();
    let mut peer = Standing::new(now);
    let mut bans = Vec::new();
    for _ in 0..14 {
        let ban = peer.strike(Offence::Garbage, now).unwrap();
        bans.push(ban.as_secs_f32().round());
        now += ban;
        assert_eq!(peer.banned_until(now), None);
    }

    assert_eq!(bans[..5], [30.0, 60.0, 120.0, 240.0, 480.0]);
    assert_eq!(bans[12..], [86400.0; 2]);
}

#[test]
fn a_pc_that_fell_asleep_is_not_banned_at_once() {
    let now = Instant::now();
    let mut peer = Standing::new(now);

    let bans: Vec<_> = (0..4).map(|_| peer.strike(Offence::Stalled, now)).collect();

    assert_eq!(bans, [None, None, None, Some(FIRST_BAN)]);
}

#[test]
fn each_strike_halves_the_score() {
    let now = Instant::now();
    let mut peer = Standing::new(now);

    peer.strike(Offence::TooLarge, now);
    assert_eq!(peer.score(now), 0.25);
    peer.strike(Offence::Garbage, now);

    assert_eq!(peer.score(now), 0.125);
}

#[test]
fn a_thousand_strikes_are_forgotten_within_days_all_the_same() {
    let now = Instant::now();
    let mut peer = Standing::new(now);
    (0..1000).for_each(|_| assert!(peer.strike(Offence::Garbage, now).is_some()));

    assert_eq!(peer.strike(Offence::Stalled, now + 3 * DAY), None);
}

#[test]
fn who_is_banned_is_not_good_whatever_it_did() {
    let now = Instant::now();
    let kept = Kept { successes: 20.0, ban_left_s: 60.0, ..Kept::default() };
    let peer = Standing::from_kept(kept, Duration::ZERO, now);

    assert!(!peer.is_good(now));
    assert!(peer.is_good(now + 61 * SECOND));
}

#[test]
fn strikes_are_forgotten_after_a_ban_and_not_during_it() {
    let now = Instant::now();
    let mut peer = Standing::new(now);
    let ban = [Offence::Lied; 9].map(|offence| peer.strike(offence, now))[8].unwrap();
    assert!(ban > 2 * HOUR, "{ban:?}");

    let struck = peer.score(now);
    assert_eq!(peer.score(now + ban), struck);
    let soon = peer.clone().strike(Offence::Lied, now + ban).unwrap();
    let later = peer.strike(Offence::Lied, now + ban + DAY).unwrap();

    assert!((soon.as_secs_f32() / ban.as_secs_f32() - 2.0).abs() < 0.01, "{soon:?} after {ban:?}");
    assert!(later < 2 * FIRST_BAN, "{later:?}");
}

#[test]
fn an_offence_while_banned_makes_the_ban_longer() {
    let now = Instant::now();
    let mut peer = Standing::new(now);
    peer.strike(Offence::Garbage, now);

    peer.strike(Offence::Garbage, now + 10 * SECOND);

    assert_eq!(peer.banned_until(now + 10 * SECOND), Some(now + 70 * SECOND));
}

#[test]
fn a_ban_is_never_cut_short_by_a_lesser_offence() {
    let now = Instant::now();
    let mut peer = Standing::new(now);
    peer.strike(Offence::Garbage, now);
    let until = peer.banned_until(now);

    peer.strike(Offence::Stalled, now);

    assert!(peer.banned_until(now) >= until);
}
