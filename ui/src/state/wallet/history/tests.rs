use opengateway_api::{Models, NodeId, Place};

use super::*;

const MARA: NodeId = NodeId([1; 32]);
/// Thursday, 1 January 1970, 15:00 in a zone two hours east.
const CLOCK: Clock = Clock { now_ms: 13 * 3_600_000, offset_ms: 2 * 3_600_000 };

fn movement(job: u8, at_ms: i64, kind: MovementKind) -> Movement {
    Movement {
        job: format!("{job:032x}"),
        kind,
        at_ms,
        peer: MARA,
        place: Some(Place::Nearby),
        model: "qwen3-4b".to_owned(),
        text_tokens: 1_412,
        price: Credits::whole(500),
        amount: Credits::whole(706),
        open: false,
    }
}

fn earned(job: u8, at_ms: i64) -> Movement {
    movement(job, at_ms, MovementKind::Earned)
}

fn jobs(list: &[Movement]) -> Vec<i64> {
    list.iter().map(|movement| movement.at_ms).collect()
}

fn shown(all: &[Movement], friends: &[Friend]) -> Row {
    let models = Models::default();
    row(all, &key(&all[0]), friends, Names { models: &models, peers: &[] }, CLOCK).unwrap()
}

#[test]
fn news_come_first_and_earlier_pages_stay() {
    let known = [earned(3, 30), earned(2, 20), earned(1, 10)];

    let list = with_news(&known, &[earned(4, 40), earned(3, 30)]);

    assert_eq!(jobs(&list), [40, 30, 20, 10]);
}

#[test]
fn a_job_that_ends_is_listed_once_as_it_ended() {
    let begun = Movement { open: true, ..earned(2, 20) };

    let list = with_news(&[begun, earned(1, 10)], &[earned(2, 25), earned(1, 10)]);

    assert_eq!(jobs(&list), [25, 10]);
    assert!(!list[0].open);
}

#[test]
fn a_job_that_came_to_nothing_goes() {
    let begun = Movement { open: true, ..earned(2, 5) };

    assert_eq!(jobs(&with_news(&[begun, earned(1, 10)], &[earned(1, 10)])), [10]);
}

#[test]
fn a_gap_begins_the_list_anew() {
    assert_eq!(jobs(&with_news(&[earned(1, 10)], &[earned(9, 90)])), [90]);
}

#[test]
fn a_page_that_overlaps_is_added_without_what_is_known() {
    let known = [earned(3, 30), earned(2, 20)];
    assert_eq!(before_ms(&known), 21);

    let list = with_page(&known, &[earned(2, 20), earned(7, 20), earned(1, 10)]);

    assert_eq!(jobs(&list), [30, 20, 20, 10]);
    assert_eq!(before_ms(&[]), i64::MAX);
}

#[test]
fn a_row_says_everything_of_a_movement() {
    let friends = [Friend { node: MARA, name: "Mara".to_owned() }];

    let row = shown(&[movement(1, 10 * 3_600_000, MovementKind::Spent)], &friends);

    assert_eq!((row.when.as_str(), row.what.as_str(), row.place.as_str()), ("12:00", "Asked Mara", "nearby"));
    assert_eq!((row.text_tokens.as_str(), row.price.as_str(), row.amount.as_str()), ("1,412", "500", "−706"));
    assert_eq!((row.model.as_str(), row.tone, row.question), ("qwen3-4b", Tone::Quiet, None));
}

#[test]
fn what_was_earned_here_can_be_given_back_once() {
    let one = Movement { place: None, ..earned(1, 10) };
    let row = shown(std::slice::from_ref(&one), &[]);
    assert_eq!((row.place.as_str(), row.amount.as_str(), row.tone), ("this PC", "+706", Tone::Alive));
    assert!(row.question.is_some_and(|question| question.starts_with("Give 706 tokens back to ")));

    let both = [one, movement(1, 20, MovementKind::Refunded)];

    assert_eq!(shown(&both, &[]).question, None);
    assert_eq!(shown(&[Movement { open: true, ..earned(2, 10) }], &[]).question, None);
}

#[test]
fn what_a_peer_gave_away_has_no_sign() {
    let free = Movement { price: Credits::ZERO, amount: Credits::ZERO, ..movement(1, 10, MovementKind::Spent) };

    let row = shown(&[free], &[]);

    assert_eq!((row.amount.as_str(), row.price.as_str(), row.tone), ("0", "free", Tone::Quiet));
}
