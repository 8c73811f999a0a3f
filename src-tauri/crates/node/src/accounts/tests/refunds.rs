//! What is raised, given back and told again comes to zero.

use opengateway_api::Credits;
use opengateway_net::wire::Item;

use super::side::{Side, meet};

const JOB: [u8; 16] = [5; 16];

#[test]
fn a_refund_reaches_the_payer_and_a_replayed_one_changes_nothing() {
    let (mut payer, mut provider) = (Side::new(1), Side::new(2));
    payer.asks(&mut provider, JOB, 100);
    provider.call(|book, now| book.refund(JOB, now)).unwrap();

    meet(&mut payer, &mut provider).unwrap();
    meet(&mut payer, &mut provider).unwrap();

    assert_eq!((payer.net(), provider.net()), (0, 0));
    assert!(provider.call(|book, now| book.refund(JOB, now)).is_err());
    sound(&payer, &provider);
}

#[test]
fn a_late_voucher_is_given_back_too() {
    let (mut payer, mut provider) = (Side::new(1), Side::new(2));
    partly(&mut payer, &mut provider);
    provider.call(|book, now| book.refund(JOB, now)).unwrap();
    payer.pays(JOB, 100);

    meet(&mut payer, &mut provider).unwrap();

    assert_eq!((payer.net(), provider.net()), (0, 0));
    sound(&payer, &provider);
}

#[test]
fn a_receipt_is_told_until_all_of_it_was_taken() {
    let (mut payer, mut provider) = (Side::new(1), Side::new(2));
    let earned = partly(&mut payer, &mut provider);
    payer.pays(JOB, 100);
    payer.hear(provider.node, vec![Item::Record(earned)]).unwrap();

    meet(&mut payer, &mut provider).unwrap();

    assert_eq!(provider.net(), Credits::whole(100).0);
    assert_eq!(payer.net() + provider.net(), 0);
    sound(&payer, &provider);
}

#[test]
fn a_late_voucher_is_claimed_after_a_restart() {
    let (mut payer, mut provider) = (Side::new(1), Side::new(2));
    partly(&mut payer, &mut provider);
    let (node, last) = (payer.node, payer.pays(JOB, 100).last);
    provider.call(move |book, _| book.vouched(node, JOB, last.amount, last.signature)).unwrap();

    provider.call(|book, now| book.begin(now)).unwrap();

    assert_eq!(provider.net(), Credits::whole(100).0);
}

#[test]
fn earning_twice_what_was_raised_twice_counts_once() {
    let (mut payer, mut provider) = (Side::new(1), Side::new(2));
    partly(&mut payer, &mut provider);
    let (node, last) = (payer.node, payer.pays(JOB, 100).last);

    for _ in 0..2 {
        provider
            .call(move |book, now| {
                book.vouched(node, JOB, last.amount, last.signature)?;
                book.earn(node, JOB, true, now)
            })
            .unwrap();
    }

    meet(&mut payer, &mut provider).unwrap();
    assert_eq!(payer.net() + provider.net(), 0);
    sound(&payer, &provider);
}

/// A job of which the provider has 40 credits, earned before the payer closes it. Gives the record.
fn partly(payer: &mut Side, provider: &mut Side) -> Vec<u8> {
    let payment = payer.reserve(JOB, provider.node, 200).unwrap();
    provider.admit(payer.node, JOB, &payment).unwrap();
    let first = payer.call(|book, _| book.acknowledge(JOB, Credits::whole(40), 40)).unwrap();
    let node = payer.node;
    let earned = provider.call(move |book, now| {
        book.vouched(node, JOB, first.amount, first.signature)?;
        book.earn(node, JOB, true, now)
    });
    earned.unwrap().unwrap().bytes().to_vec()
}

fn sound(one: &Side, other: &Side) {
    for side in [one, other] {
        assert_eq!(side.book.verify().unwrap().problems, Vec::<String>::new());
    }
}
