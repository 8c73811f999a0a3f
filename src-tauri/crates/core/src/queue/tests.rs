//! Holds [`super::Queue`] to its promise that everyone gets in.

mod evening;

use super::*;
use proptest::prelude::*;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn who_offers_more_goes_first_and_then_who_came_first() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    for (asker, credits) in [(1, 0), (2, 1000), (3, 1000), (4, 8000)] {
        queue.push(entry(asker, credits), now).unwrap();
    }

    assert_eq!(all(&mut queue, now), [4, 2, 3, 1]);
}

#[test]
fn a_price_that_is_not_twice_as_high_is_no_other_price() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    for (asker, credits) in [(1, 1024), (2, 2047), (3, 2048)] {
        queue.push(entry(asker, credits), now).unwrap();
    }

    assert_eq!(all(&mut queue, now), [3, 1, 2]);
}

#[test]
fn peers_take_turns() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    for asker in [1, 1, 1, 1, 2, 2, 3] {
        queue.push(entry(asker, 0), now).unwrap();
    }

    assert_eq!(all(&mut queue, now), [1, 2, 3, 1, 2, 1, 1]);
}

#[test]
fn who_asks_again_and_again_is_not_new_each_time() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    queue.push(entry(1, 0), now).unwrap();
    all(&mut queue, now);
    queue.push(entry(1, 0), now).unwrap();
    queue.push(entry(2, 0), now).unwrap();

    assert_eq!(all(&mut queue, now), [2, 1]);
}

#[test]
fn waiting_for_a_step_is_worth_a_doubled_price() {
    let (mut queue, start) = (Queue::default(), Instant::now());
    queue.push(entry(1, 1024), start).unwrap();
    let soon = start + STEP.saturating_mul(2) - SECOND;

    queue.push(entry(2, 4096), soon).unwrap();
    assert_eq!(queue.askers(soon), [2, 1]);

    // Two whole steps are as good as four times the price: now it is the turn of whoever came first.
    assert_eq!(queue.askers(soon + SECOND), [1, 2]);
}

#[test]
fn after_a_minute_nobody_who_comes_later_goes_before_whatever_they_offer() {
    let (mut queue, start) = (Queue::default(), Instant::now());
    queue.push(entry(1, 0), start).unwrap();
    for asker in 2..40 {
        queue.push(entry(asker, 1_000_000_000), start + OVERDUE).unwrap();
    }

    assert_eq!(queue.pop(start + OVERDUE - SECOND).unwrap().1.asker, node(2));
    assert_eq!(queue.pop(start + OVERDUE).unwrap().1.asker, node(1));
}

#[test]
fn one_peer_cannot_fill_the_queue_and_all_of_them_only_up_to_its_bound() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    for _ in 0..MOST_OF_ONE {
        queue.push(entry(1, 0), now).unwrap();
    }
    assert_eq!(queue.push(entry(1, i64::MAX), now), Err(Refused::TooMany));
    let rest = MOST_WAITING - u32::try_from(MOST_OF_ONE).unwrap();
    for asker in 0..rest {
        queue.push(entry(100 + asker, 0), now).unwrap();
    }

    assert_eq!(queue.push(entry(2, i64::MAX), now), Err(Refused::Full));
    queue.pop(now);

    assert_eq!(queue.room_for(&node(2)), Ok(()));
}

#[test]
fn a_cancelled_job_is_given_back_once_and_nobody_else_is_moved() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    let tickets: Vec<Ticket> = (1..=3).map(|asker| queue.push(entry(asker, 0), now).unwrap()).collect();

    assert_eq!(queue.cancel(tickets[1]), Some(entry(2, 0)));

    assert_eq!(queue.cancel(tickets[1]), None);
    assert_eq!(queue.position(tickets[1], now), None);
    assert_eq!((queue.position(tickets[0], now), queue.position(tickets[2], now)), (Some(0), Some(1)));
}

#[test]
fn a_job_that_nobody_wants_any_longer_never_begins() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    let brief = Entry { deadline: Some(now + SECOND), ..entry(1, 9000) };
    let ticket = queue.push(brief.clone(), now).unwrap();
    queue.push(entry(2, 0), now).unwrap();

    assert_eq!(queue.expire(now), []);
    assert_eq!(queue.position(ticket, now + SECOND), None);
    assert_eq!(queue.pop(now + SECOND).unwrap().1.asker, node(2));
    assert_eq!(queue.expire(now + SECOND), [(ticket, brief)]);
    assert!(queue.is_empty());
}

#[test]
fn the_expected_wait_is_shared_by_all_slots() {
    assert_eq!(expected_wait(0, 2, 10 * SECOND), Some(5 * SECOND));
    assert_eq!(expected_wait(3, 2, 10 * SECOND), Some(20 * SECOND));
    assert_eq!(expected_wait(3, 0, 10 * SECOND), None);
    assert_eq!(expected_wait(usize::MAX, 1, Duration::MAX), Some(Duration::MAX));
}

#[test]
fn whose_turn_it_was_is_remembered_of_so_many_peers() {
    let (mut queue, now) = (Queue::default(), Instant::now());
    for asker in 0..3000 {
        queue.push(entry(asker, 0), now).unwrap();
        queue.pop(now);
    }

    assert_eq!(queue.turns.last.len(), MOST_SERVED);
    assert!(queue.turns.last.contains_key(&node(2999)));
}

proptest! {
    #[test]
    fn a_position_is_how_many_begin_before(
        steps in prop::collection::vec((0..6_u32, -1..5_000_i64, 0..20_u64), 1..40),
    ) {
        let (mut queue, mut now) = (Queue::default(), Instant::now());
        for (asker, credits, seconds) in steps {
            now += SECOND * u32::try_from(seconds).unwrap();
            let pushed = queue.push(entry(asker, credits), now);
            prop_assert!(pushed.is_ok() || pushed == Err(Refused::TooMany));
            if seconds % 3 == 0 {
                queue.pop(now);
            }
        }

        let order = queue.order(now);
        let positions: Vec<_> = order.iter().map(|ticket| queue.position(*ticket, now).unwrap()).collect();
        prop_assert_eq!(positions, (0..queue.len()).collect::<Vec<_>>());
        for ticket in order {
            prop_assert_eq!(queue.pop(now).map(|(popped, _)| popped), Some(ticket));
        }
        prop_assert!(queue.pop(now).is_none());
    }
}

impl Queue<()> {
    fn askers(&self, now: Instant) -> Vec<u8> {
        let asker = |ticket| self.waiting.iter().find(|waiting| waiting.ticket == ticket).unwrap().entry.asker.0[3];
        self.order(now).into_iter().map(asker).collect()
    }
}

fn all(queue: &mut Queue<()>, now: Instant) -> Vec<u8> {
    std::iter::from_fn(|| queue.pop(now)).map(|(_, entry)| entry.asker.0[3]).collect()
}

fn entry(asker: u32, credits: i64) -> Entry<()> {
    Entry { asker: node(asker), price: credits.saturating_mul(CREDIT), deadline: None, job: () }
}

fn node(number: u32) -> NodeId {
    let mut key = [0; 32];
    key[..4].copy_from_slice(&number.to_be_bytes());
    NodeId(key)
}
