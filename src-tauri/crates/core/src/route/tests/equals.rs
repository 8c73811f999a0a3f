use super::*;
use std::collections::BTreeMap;

#[test]
fn among_equals_the_one_with_least_is_asked_first() {
    let poor = Candidate { balance: -5, rtt: Some(Duration::from_millis(40)), ..peer(1, 0) };
    let rich = Candidate { balance: 100, ..peer(2, 0) };
    let slow_and_poorest = Candidate { balance: -1000, text_per_second: 20.0, ..peer(3, 0) };

    for seed in 0..20 {
        let plan = plan(&one_answer(), &[rich.clone(), slow_and_poorest.clone(), poor.clone()], seed);

        assert_eq!(asked(&plan), [1, 2, 3]);
    }
}

#[test]
fn this_pc_goes_before_its_equals_whatever_they_have() {
    let slots = Load { running: 0, waiting: 0, slots: 1 };
    let all = [Candidate { load: slots, ..this_pc() }, Candidate { balance: -5, standing: 1.0, ..peer(1, 1) }];

    assert_eq!(asked(&plan(&answers(2), &all, 1)), [0, 1]);
}

#[test]
fn a_thousand_askers_do_not_run_to_the_same_peer() {
    let many: Vec<Candidate> =
        (1..=1000).map(|number| Candidate { balance: i64::from(number), ..peer(number, 10) }).collect();
    let mut firsts: BTreeMap<u16, u32> = BTreeMap::new();
    for seed in 0..1000 {
        *firsts.entry(asked(&plan(&one_answer(), &many, seed))[0]).or_default() += 1;
    }

    // Twelve of a thousand are drawn, so even the poorest is first for about twelve askers.
    assert!(firsts.values().all(|times| *times <= 36), "{firsts:?}");
    // And money flows to those who have little: nearly all of it to the poorer half.
    let poorer: u32 = firsts.range(..=500).map(|(_, times)| times).sum();
    assert!(poorer > 980, "{poorer}");
}

#[test]
fn twelve_are_drawn_and_the_others_are_not_asked_by_balance() {
    let many: Vec<Candidate> =
        (1..=100).map(|number| Candidate { balance: i64::from(number), ..peer(number, 10) }).collect();
    let sorted =
        |count: usize| (0..100).filter(|seed| asked(&plan(&one_answer(), &many, *seed))[..count].is_sorted()).count();

    assert_eq!(sorted(12), 100);
    assert!(sorted(13) < 50);
}

#[test]
fn with_equal_balances_the_lot_decides_and_the_same_seed_draws_the_same() {
    let many: Vec<Candidate> = (1..=20).map(|number| peer(number, 10)).collect();

    let firsts: Vec<u16> = (0..100).map(|seed| asked(&plan(&one_answer(), &many, seed))[0]).collect();

    let again: Vec<u16> = (0..100).map(|seed| asked(&plan(&one_answer(), &many, seed))[0]).collect();
    assert_eq!(firsts, again);
    let different: std::collections::BTreeSet<&u16> = firsts.iter().collect();
    assert!(different.len() >= 15, "{different:?}");
}
