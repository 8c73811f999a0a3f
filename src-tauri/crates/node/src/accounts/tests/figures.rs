//! What the accounts cost; printed, and nothing is checked.

use std::path::Path;
use std::time::Instant;

use rusqlite::Connection;

use super::side::{Side, pc};

#[test]
#[ignore = "prints figures: run it alone, with --release --nocapture"]
fn figures() {
    let jobs = std::env::var("OPENGATEWAY_LEDGER_JOBS").map_or(400_u128, |jobs| jobs.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let (mut one, mut other) = (open(&path), Side::new(2));
    let mut half = 0;
    for job in 0..jobs {
        let (payer, provider) = if job % 2 == 0 { (&mut one, &mut other) } else { (&mut other, &mut one) };
        payer.asks(provider, job.to_be_bytes(), 100);
        if job + 1 == jobs / 2 {
            half = size(&one);
        }
    }
    let each = (size(&one) - half) / i64::try_from(jobs - jobs / 2).unwrap();
    let start = Instant::now();
    let proof = one.book.verify().unwrap();
    let rate = f64::from(u32::try_from(proof.signatures).unwrap()) / start.elapsed().as_secs_f64();
    drop(one);
    let start = Instant::now();
    let one = open(&path);

    eprintln!("| bytes of ledger.db for each job | {each} |");
    eprintln!("| a year of 50 jobs a day | {:.1} MB |", f64::from(i32::try_from(each).unwrap()) * 18_250.0 / 1e6);
    eprintln!("| signatures verified | {rate:.0} /s |");
    eprintln!("| restart with {jobs} jobs | {:?} |", start.elapsed());
    assert_eq!(one.book.verify().unwrap().problems, Vec::<String>::new());
}

fn open(path: &Path) -> Side {
    let mut side = Side::on(Connection::open(path).unwrap(), 1, None);
    side.call(|book, now| book.know_tags(pc(1), now)).unwrap();
    side
}

/// Pages of the file and its log, once all is in the file.
fn size(side: &Side) -> i64 {
    side.book
        .db
        .query_row("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", [], |row| row.get(0))
        .unwrap()
}
