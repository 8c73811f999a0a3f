//! Who may ask, and how much may be owed.

use opengateway_api::{Credits, Unpayable};
use opengateway_core::ledger::NotPaid;

use super::super::AccountError;
use super::side::{Side, meet};

#[test]
fn who_has_too_little_is_told_what_is_missing_until_it_has_earned_it() {
    let (mut one, mut other) = (Side::new(1), Side::new(2));
    one.asks(&mut other, [1; 16], 300);

    let refused = one.reserve([2; 16], other.node, 64);
    let missing = Credits::whole(300);
    assert!(matches!(refused, Err(AccountError::Unpayable(Unpayable::TooLittle(short))) if short == missing));

    other.asks(&mut one, [3; 16], 300);
    assert!(one.reserve([4; 16], other.node, 64).is_ok());
}

#[test]
fn an_admitted_job_may_leave_a_debt_of_its_cap_and_closes() {
    let (mut one, mut other) = (Side::new(1), Side::new(2));
    let payment = one.reserve([1; 16], other.node, 9_000).unwrap();
    assert_eq!(payment.cap, Credits::whole(1000));
    other.admit(one.node, [1; 16], &payment).unwrap();

    let closed = one.pays([1; 16], 9_000);

    assert_eq!(closed.last.amount, Credits::whole(1000));
    meet(&mut one, &mut other).unwrap();
    assert_eq!((one.net(), other.net()), (-1_000_000_000, 1_000_000_000));
    assert_eq!(other.reserve([2; 16], one.node, 9_000).unwrap().cap, Credits::whole(4000));
}

#[test]
fn a_replayed_reservation_is_refused() {
    let (mut one, mut other) = (Side::new(1), Side::new(2));
    let payment = one.reserve([1; 16], other.node, 64).unwrap();
    other.admit(one.node, [1; 16], &payment).unwrap();

    let again = other.admit(one.node, [1; 16], &payment);

    assert!(matches!(again, Err(AccountError::NotPaid(NotPaid::Old))), "{again:?}");
}

#[test]
fn clocks_may_be_ten_minutes_apart() {
    for (late, taken) in [(24 * 60_000, true), (26 * 60_000, false), (-9 * 60_000, true), (-11 * 60_000, false)] {
        let (mut one, mut other) = (Side::new(1), Side::new(2));
        let payment = one.reserve([1; 16], other.node, 64).unwrap();
        other.now += late;

        assert_eq!(other.admit(one.node, [1; 16], &payment).is_ok(), taken, "{late}");
    }
}

#[test]
fn a_voucher_above_the_cap_is_refused() {
    let (mut one, mut other) = (Side::new(1), Side::new(2));
    let payment = one.reserve([1; 16], other.node, 64).unwrap();
    other.admit(one.node, [1; 16], &payment).unwrap();
    let last = one.pays([1; 16], 64).last;
    let (payer, above) = (one.node, Credits::whole(65));

    let taken = other.call(move |book, _| book.vouched(payer, [1; 16], above, last.signature));

    assert!(matches!(taken, Err(AccountError::NotPaid(NotPaid::Other))), "{taken:?}");
}

#[test]
fn whose_provider_vanishes_owes_only_what_it_acknowledged() {
    let (mut one, other) = (Side::new(1), Side::new(2));
    one.reserve([1; 16], other.node, 500).unwrap();
    one.call(|book, _| book.acknowledge([1; 16], Credits::whole(40), 40)).unwrap();

    one.call(|book, now| book.begin(now)).unwrap();

    assert_eq!(one.net(), -Credits::whole(40).0);
    assert!(one.book.chain.holds.is_empty());
}
