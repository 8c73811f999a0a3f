//! Books that are older than what was signed.

use opengateway_api::Unpayable;

use super::super::AccountError;
use super::disk::{Disk, Tape};
use super::side::{Side, meet};

#[test]
fn a_restored_backup_signs_nothing_before_it_has_asked() {
    let (mut payer, mut provider, backup) = traded();
    let mark = payer.book.chain.sequence;
    let known = payer.book.chain.clone();

    payer = Side::on(Disk::new(0, Tape::default(), backup).connect(), 1, mark);

    let refused = payer.reserve([9; 16], provider.node, 64);
    assert!(matches!(refused, Err(AccountError::Unpayable(Unpayable::Recovering))), "{refused:?}");
    meet(&mut payer, &mut provider).unwrap();
    assert!(payer.book.chain.sequence > known.sequence);
    assert_eq!(payer.net() + provider.net(), 0);
}

#[test]
fn what_is_recovered_and_not_written_is_asked_for_again() {
    let (mut payer, mut provider, backup) = traded();
    let mark = payer.book.chain.sequence;
    payer = Side::on(Disk::new(0, Tape::default(), backup).connect(), 1, mark);
    let node = provider.node;

    let failed: Result<(), _> = payer.call(move |book, now| {
        book.was_asked(node, now)?;
        Err(AccountError::Unknown)
    });

    assert!(failed.is_err());
    assert!(payer.book.wants_own().is_some(), "it would sign old numbers again");
    meet(&mut payer, &mut provider).unwrap();
    assert!(payer.book.chain.sequence > mark);
}

#[test]
fn a_book_that_was_lost_goes_on_when_the_others_are_gone() {
    let mut payer = Side::on(Disk::empty().connect(), 1, Some(7));
    let answered = Side::new(2).node;

    payer.call(move |book, now| book.was_asked(answered, now)).unwrap();
    assert!(payer.book.wants_own().is_some());
    payer.now += 60_000;
    payer.call(|book, now| book.go_on(now)).unwrap();

    assert!(payer.book.wants_own().is_none());
    assert!(payer.book.chain.sequence > Some(7));
}

/// Two who have traded, and the payer's disk as it was before the last jobs.
fn traded() -> (Side, Side, super::disk::Files) {
    let disk = Disk::empty();
    let mut payer = Side::on(disk.connect(), 1, None);
    payer.call(|book, now| book.know_tags(super::side::pc(1), now)).unwrap();
    let mut provider = Side::new(2);
    payer.asks(&mut provider, [1; 16], 100);
    provider.asks(&mut payer, [2; 16], 110);
    let backup = disk.files();
    payer.asks(&mut provider, [3; 16], 100);
    provider.asks(&mut payer, [4; 16], 110);
    (payer, provider, backup)
}
