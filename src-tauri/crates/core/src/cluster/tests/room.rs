use super::*;

#[test]
fn made_up_nodes_never_push_out_a_peer_we_know() {
    let (mut directory, start) = (Directory::new(OWN, 1), Instant::now());
    let most = u32::try_from(MOST).unwrap();
    for number in 0..100 {
        directory.insert(record(number, 1), true, NOW_MS, start).unwrap();
    }

    for number in 100..2 * most {
        let news = directory.insert(record(number, 1), false, NOW_MS, start);
        assert!(matches!(news, Ok(_) | Err(Refused::Full)), "{news:?}");
    }

    assert_eq!(directory.iter().count(), MOST);
    assert!((0..100).all(|number| directory.get(&node(number)).is_some()));
}

#[test]
fn a_peer_we_know_finds_room_among_strangers_and_not_the_other_way_round() {
    let (mut directory, start) = (Directory::new(OWN, 1), Instant::now());
    let most = u32::try_from(MOST).unwrap();
    for number in 1..=most {
        directory.insert(record(number, 1), number > 1, NOW_MS, start).unwrap();
    }

    let known = directory.insert(record(most + 1, 1), true, NOW_MS, start);
    let stranger = directory.insert(record(most + 2, 1), false, NOW_MS, start);

    assert_eq!(known, Ok(News::Joined { evicted: vec![node(1)] }));
    assert_eq!(stranger, Err(Refused::Full));
    assert_eq!(directory.insert(record(1, 1), true, NOW_MS, start), Err(Refused::Replayed));
}

#[test]
fn among_strangers_neither_the_first_nor_the_last_ones_win() {
    let (mut directory, start) = (Directory::new(OWN, 1), Instant::now());
    let most = u32::try_from(MOST).unwrap();
    for number in 0..2 * most {
        let _either = directory.insert(record(number, 1), false, NOW_MS, start);
    }

    let early = (0..most).filter(|number| directory.get(&node(*number)).is_some()).count();

    assert!((MOST * 48 / 100..MOST * 52 / 100).contains(&early), "{early} of {MOST}");
}

#[test]
fn a_few_nodes_that_claim_many_models_do_not_fill_the_memory() {
    let (mut directory, start) = (Directory::new(OWN, 1), Instant::now());
    let many: Vec<(u8, &str)> = (0..32).map(|number| (number, "a")).collect();
    for number in 0..4000 {
        let _either = directory.insert(serving(number, &many), false, NOW_MS, start);
    }
    assert_eq!(directory.iter().count(), MOST_SERVED / 32);

    let modest = directory.insert(serving(9999, &[(1, "a")]), true, NOW_MS, start);

    assert!(matches!(&modest, Ok(News::Joined { evicted }) if evicted.len() == 1), "{modest:?}");
    assert_eq!(directory.served, MOST_SERVED - 31);
}

#[test]
fn a_node_that_claims_more_models_than_before_gets_no_more_room_than_a_new_one() {
    let (mut directory, start) = (Directory::new(OWN, 1), Instant::now());
    let many: Vec<(u8, &str)> = (0..32).map(|number| (number, "a")).collect();
    for number in 0..u32::try_from(MOST_SERVED / 32).unwrap() {
        directory.insert(serving(number, &many), true, NOW_MS, start).unwrap();
    }
    directory.expire(start);
    let small = serving(9999, &[]);
    directory.insert(small.clone(), false, NOW_MS, start).unwrap();

    let grown = Capability { sequence: 2, ..serving(9999, &many) };
    let news = directory.insert(grown, false, NOW_MS, start);

    assert_eq!(news, Err(Refused::Full));
    assert_eq!(directory.get(&node(9999)), Some(&small));
}

#[test]
fn tombstones_are_bounded_and_those_of_peers_we_know_stay() {
    let (mut directory, mut now) = (Directory::new(OWN, 1), Instant::now());
    directory.insert(record(0, 1), true, NOW_MS, now).unwrap();
    let most = u32::try_from(MOST).unwrap();
    for round in 0..4 {
        for number in 1..most {
            directory.insert(record(round * most + number, 1), false, NOW_MS, now).unwrap();
        }
        now += 60 * SECOND;
        directory.expire(now);
    }

    assert_eq!(directory.tombstones.len(), tombstones::MOST);
    assert_eq!(directory.insert(record(0, 1), true, NOW_MS, now), Err(Refused::Replayed));
    directory.expire(now + 2 * SKEW + 60 * SECOND);
    assert_eq!(directory.tombstones.len(), 0);
}
