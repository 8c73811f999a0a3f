use super::*;
use std::collections::BTreeMap;

#[test]
fn answers_are_spread_by_what_each_can_do_at_once() {
    let large = Candidate { load: Load { running: 0, waiting: 0, slots: 4 }, ..peer(1, 10) };
    let small = Candidate { load: Load { running: 0, waiting: 0, slots: 2 }, ..peer(2, 10) };
    let plan = plan(&answers(6), &[large, small], 1);

    assert_eq!(shares(6, &plan), [(1, 4), (2, 2)].into());
    assert_eq!(shares(600, &plan), [(1, 400), (2, 200)].into());
}

#[test]
fn one_answer_goes_to_whoever_has_most_capacity() {
    let plan = plan(&answers(5), &[peer(1, 10), Candidate { text_per_second: 100.0, ..peer(2, 10) }], 1);

    assert_eq!(shares(1, &plan), [(2, 1)].into());
}

#[test]
fn a_second_answer_goes_to_the_same_node_while_half_of_it_is_more_than_all_of_another() {
    let slots = |slots| Load { running: 0, waiting: 0, slots };
    let large = Candidate { load: slots(8), allowance: 8, ..peer(1, 10) };
    let plan = plan(&answers(11), &[large, Candidate { load: slots(3), ..peer(2, 10) }], 1);

    assert_eq!(shares(2, &plan), [(1, 2)].into());
    assert_eq!(shares(3, &plan), [(1, 2), (2, 1)].into());
}

#[test]
fn whoever_has_no_free_slot_gets_an_answer_only_if_nobody_has() {
    let mut mixed = plan(&answers(9), &[peer(1, 10), busy(peer(2, 10))], 1);
    assert_eq!(shares(3, &mixed), [(1, 3)].into());

    mixed.choices.retain(|choice| choice.free == 0);

    assert_eq!(shares(3, &mixed), [(2, 3)].into());
}

#[test]
fn of_equals_the_preferred_one_comes_first() {
    let preferred = Candidate { balance: -1, ..peer(2, 10) };
    let plan = plan(&answers(8), &[peer(1, 10), preferred], 1);

    let order: Vec<u16> = spread(4, &plan).into_iter().map(number).collect();

    assert_eq!(order, [2, 1, 2, 1]);
}

#[test]
fn where_nobody_is_there_nothing_is_spread() {
    assert_eq!(spread(3, &Plan::default()), []);
}

fn shares(answers: usize, plan: &Plan) -> BTreeMap<u16, usize> {
    let mut shares = BTreeMap::new();
    for node in spread(answers, plan) {
        *shares.entry(number(node)).or_default() += 1;
    }
    shares
}
