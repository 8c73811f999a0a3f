//! Disks without room, commits that fail, files that are damaged or taken.

use rusqlite::Connection;
use tokio::sync::mpsc;

use super::super::{AccountError, book::Book, thread};
use super::disk::Disk;
use super::side::{NOW, Side, pc, terms};

#[test]
fn a_full_disk_is_said_plainly_and_the_book_goes_on_when_there_is_room() {
    for room in (0..24_000).step_by(1_000) {
        let disk = Disk::empty();
        let mut side = Side::on(disk.connect(), 1, None);
        side.call(|book, now| book.know_tags(pc(1), now)).unwrap();
        let provider = Side::new(2).node;
        disk.leave_room(room);

        if let Err(error) = side.reserve([1; 16], provider, 64) {
            assert!(error.to_string().contains("full"), "{error}");
        }

        disk.make_room();
        assert_eq!(side.book.chain.sequence.map(i64::try_from), Some(Ok(latest(&side))));
        let again = side.reserve([2; 16], provider, 64);
        assert!(again.is_ok() || side.book.chain.holds.len() == 1, "{again:?}");
        assert_eq!(side.book.verify().unwrap().problems, Vec::<String>::new());
    }
}

#[test]
fn what_follows_a_full_disk_in_the_same_commit_is_not_done() {
    let mut side = Side::new(1);
    let before = latest(&side);
    let (first, mut told) = thread::work(|book| Ok(book.db.execute_batch("ROLLBACK")?));
    let (second, mut told_second) = thread::work(|book| book.reserve(terms([1; 16], Side::new(2).node, 64), NOW));
    let (queue, mut waiting) = mpsc::channel(1);
    queue.try_send(second).ok().unwrap();

    thread::together(&mut side.book, first, &mut waiting);

    assert!(told.try_recv().unwrap().is_err());
    assert!(told_second.try_recv().unwrap().is_err());
    assert_eq!(latest(&side), before);
}

#[test]
fn a_record_that_was_taken_back_is_never_shown() {
    let mut side = Side::new(1);
    let said = side.book.own.as_ref().unwrap().said.clone();

    let failed: Result<(), _> = side.call(|book, now| {
        book.know_tags(pc(9), now)?;
        Err(AccountError::Unknown)
    });

    assert!(failed.is_err());
    assert_eq!(side.book.own.as_ref().unwrap().said, said);
}

#[test]
fn a_second_program_cannot_open_the_book() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let _first = Book::open(&path).unwrap();
    let second = Connection::open(&path).unwrap();
    second.busy_timeout(std::time::Duration::ZERO).unwrap();

    let read: Result<i64, _> = second.query_row("SELECT count(*) FROM record", [], |row| row.get(0));

    assert!(read.is_err());
}

#[test]
fn a_damaged_file_is_refused_with_a_sentence() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    std::fs::write(&path, [7; 8192]).unwrap();

    let opened = Book::open(&path);

    let error = opened.err().unwrap().to_string();
    assert!(error.starts_with("the accounts cannot be kept"), "{error}");
}

fn latest(side: &Side) -> i64 {
    side.book.db.query_row("SELECT max(sequence) FROM record", [], |row| row.get(0)).unwrap()
}
