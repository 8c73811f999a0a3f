use super::*;

const NEARBY: u64 = 10;
const REGION: u64 = 100;
const GLOBAL: u64 = 200;

#[test]
fn a_prompt_stays_on_this_pc_while_it_is_free() {
    let plan = plan(&one_answer(), &[this_pc(), peer(1, NEARBY)], 1);

    assert_eq!(asked(&plan), [0]);
    assert_eq!(why_not(&plan, 1), Some(Refusal::NotReached));
}

#[test]
fn while_this_pc_is_busy_peers_nearby_are_faster() {
    let plan = plan(&one_answer(), &[busy(this_pc()), peer(1, NEARBY), peer(2, REGION)], 1);

    assert_eq!(asked(&plan), [1, 0]);
    assert_eq!(why_not(&plan, 2), Some(Refusal::NotReached));
}

#[test]
fn the_search_widens_until_enough_answers_can_begin_at_once() {
    let all = [this_pc(), peer(1, NEARBY), peer(2, REGION), peer(3, GLOBAL)];

    let reached = [1, 2, 5, 6, 9, 10].map(|count| plan(&answers(count), &all, 1).choices.len());

    assert_eq!(reached, [1, 2, 2, 3, 3, 4]);
}

#[test]
fn everyone_in_a_set_that_is_reached_competes() {
    let slow = Candidate { text_per_second: 5.0, ..peer(1, NEARBY) };
    let plan = plan(&answers(5), &[slow, peer(2, REGION)], 1);

    assert_eq!(asked(&plan), [2, 1]);
}

#[test]
fn a_relayed_peer_ranks_last_and_does_not_end_the_search() {
    let relayed = Candidate { relayed: true, text_per_second: 400.0, ..peer(1, NEARBY) };
    let plan = plan(&one_answer(), &[relayed, peer(2, REGION), peer(3, GLOBAL)], 1);

    assert_eq!(asked(&plan), [2, 1]);
    assert_eq!(why_not(&plan, 3), Some(Refusal::NotReached));
}

#[test]
fn a_peer_nearby_that_stalls_everybody_does_not_keep_the_others_out() {
    let stalls = Candidate { standing: 0.4, ..peer(1, NEARBY) };
    let plan = plan(&one_answer(), &[stalls, peer(2, REGION), peer(3, GLOBAL)], 1);

    assert!(asked(&plan).contains(&2));
    assert_eq!(why_not(&plan, 3), Some(Refusal::NotReached));
}

#[test]
fn when_nobody_is_free_everyone_is_reached_and_the_shortest_queue_goes_first() {
    let long = Load { running: 4, waiting: 9, slots: 4 };
    let queued = Candidate { load: long, ..peer(1, NEARBY) };
    let plan = plan(&one_answer(), &[queued, busy(peer(2, GLOBAL))], 1);

    assert_eq!(asked(&plan), [2, 1]);
    // One of four jobs of 256 text tokens at 40 a second has to end, and 100 tokens are read.
    assert_eq!(plan.choices[0].first_text.as_millis(), 200 + 6400 / 4 + 250);
}

#[test]
fn our_own_limit_on_a_peer_counts_as_its_capacity() {
    let limited = Candidate { allowance: 1, ..peer(1, NEARBY) };
    let plan = plan(&answers(2), &[limited, peer(2, REGION)], 1);

    assert_eq!((plan.choices.len(), plan.choices.iter().map(|choice| choice.free).sum::<u32>()), (2, 5));
}

#[test]
fn a_peer_that_was_not_measured_is_taken_to_be_far() {
    let unknown = Candidate { rtt: None, ..peer(1, 0) };

    let alone = plan(&one_answer(), std::slice::from_ref(&unknown), 1);
    let second = plan(&one_answer(), &[unknown, peer(2, REGION)], 1);

    assert_eq!(alone.choices[0].place, Place::Global);
    assert_eq!(asked(&second), [2]);
}

#[test]
fn who_fails_often_or_is_slow_to_read_goes_behind() {
    let unreliable = Candidate { standing: 0.2, ..peer(1, NEARBY) };
    let slow_reader = Candidate { prompt_per_second: 10.0, ..peer(2, NEARBY) };
    let plan = plan(&one_answer(), &[unreliable, slow_reader, peer(3, NEARBY)], 1);

    assert_eq!(asked(&plan), [3, 2, 1]);
}

#[test]
fn a_request_for_one_place_goes_nowhere_else() {
    let all = [busy(this_pc()), peer(1, NEARBY), peer(2, REGION), peer(3, GLOBAL)];
    let at = |place| plan(&Request { place: Some(place), ..answers(9) }, &all, 1);

    assert_eq!(asked(&at(Place::ThisPc)), [0]);
    assert_eq!(asked(&at(Place::Nearby)), [1]);
    assert_eq!(asked(&at(Place::Region)), [2]);
    assert_eq!(asked(&at(Place::Global)), [3]);
    assert_eq!(asked(&at(Place::Cloud)), [0_u16; 0]);
    assert_eq!(why_not(&at(Place::Region), 0), Some(Refusal::WrongPlace));
}

#[test]
fn nobody_at_all_is_no_plan_and_no_mistake() {
    assert_eq!(plan(&one_answer(), &[], 1), Plan::default());
}
