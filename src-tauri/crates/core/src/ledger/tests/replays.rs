//! The same valid bytes again and again. For long: `OPENGATEWAY_REPLAYS=1000000 cargo test --release -p opengateway-core
//! a_million`.

use super::admission::Case;
use super::people::Village;
use super::samples::{key, node};
use super::*;

#[test]
fn a_record_counts_once_of_a_million_times() {
    let mut village = Village::new();
    village.ask(0, 1, Credits::whole(9));
    let (reserve, mut account) = (village.chains[0][1].clone(), village.people[0].account.clone());
    let mut replay = Replay::default();
    village.chains[0].iter().for_each(|signed| replay.take(signed).unwrap());

    for _ in 0..times() {
        assert_eq!(account.take(&reserve), Err(Fault::Order));
        assert!(replay.take(&reserve).is_err());
    }

    assert_eq!((&account, replay.account()), (&village.people[0].account, &village.people[0].account));
}

/// Each time in a record of its own, which the provider is free to sign.
#[test]
fn a_voucher_counts_once_of_a_million_times() {
    let (payer, mut provider) = (node(1), Someone::new(2));
    let mut replay = Replay::default();
    replay.take(&Account::default().next(Content::Genesis(Tags::default()), 0, &provider.key).unwrap()).unwrap();
    let (kind, job, amount) = (VoucherKind::Payment, JOB, Credits::whole(5));
    let signature = Voucher { kind, payer, provider: provider.node(), job, amount }.sign(&key(1));
    let earned = Content::Earned { job, payer, amount, more: amount, signature };
    replay.take(&provider.does(earned.clone())).unwrap();
    let again = provider.account.next(earned, 0, &provider.key).unwrap();

    for _ in 0..times() {
        assert_eq!(replay.take(&again), Err(Fault::Amount));
    }

    assert_eq!(replay.account(), &provider.account);
}

#[test]
fn a_reservation_is_admitted_once_of_a_million_times() {
    let (hardware, reserve) = Case::fresh().records();
    let (payer, provider, first) = (node(1), node(2), Credits(1));
    let asked = Asked { payer, provider, job: JOB, hardware: &hardware, reserve: &reserve, first };
    let mut known = Known::default();
    let mut admitted = 0;

    for _ in 0..times() {
        if admit(&asked, &known, 0).is_ok() {
            admitted += 1;
            known = Known { least_number: reserve.record.sequence + 1, ..known };
        }
    }

    assert_eq!(admitted, 1);
}

fn times() -> u32 {
    std::env::var("OPENGATEWAY_REPLAYS").ok().and_then(|times| times.parse().ok()).unwrap_or(2000)
}
