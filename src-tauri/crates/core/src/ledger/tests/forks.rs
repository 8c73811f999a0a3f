//! Two records with one number.

use proptest::prelude::*;

use super::people::{Village, config, steps};
use super::*;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nobody_honest_has_forked(steps in steps()) {
        let village = Village::after(&steps);

        let all: Vec<&Signed> = village.chains.iter().flatten().collect();
        for one in &all {
            for other in &all {
                prop_assert_eq!(ForkProof::of((*one).clone(), (*other).clone()), None);
            }
        }
    }

    #[test]
    fn who_goes_on_from_a_backup_is_found_out(steps in steps(), kept: prop::sample::Index) {
        let village = Village::after(&steps);
        let (backup, lost) = broken(&village.chains[0], kept.index(village.chains[0].len()));
        let other = backup.next(Content::Hardware(Tags::default()), 1, &village.people[0].key).unwrap();

        for one in lost {
            let proof = ForkProof::of(one.clone(), other.clone());
            prop_assert_eq!(proof.is_some(), one.record.sequence == other.record.sequence);
            prop_assert!(proof.is_none_or(|proof| !proof.spends_twice()));
        }
    }

    #[test]
    fn who_says_that_records_are_lost_has_not_forked(steps in steps(), kept: prop::sample::Index, unknown in 0..3_u64) {
        let village = Village::after(&steps);
        let key = &village.people[0].key;
        let chain = &village.chains[0];
        let (mut backup, lost) = broken(chain, kept.index(chain.len()));
        let (from, to) = (backup.sequence.unwrap() + 1, chain.len() as u64 + unknown);

        let recover = backup.recover(from, to, 1, key).unwrap();
        backup.take(&recover).unwrap();
        let next = backup.next(Content::Hardware(Tags::default()), 1, key).unwrap();

        for one in lost {
            prop_assert_eq!(ForkProof::of(one.clone(), recover.clone()), None);
            prop_assert_eq!(ForkProof::of(one.clone(), next.clone()), None);
        }
        prop_assert_eq!(backup.take(&next), Ok(()));
        prop_assert!(lost.iter().all(|lost| backup.take(lost).is_err()));
    }
}

#[test]
fn only_who_promises_the_same_credits_to_two_has_spent_twice() {
    let someone = Someone::new(1);
    let asks = |job, provider| Content::Reserve { job, provider: NodeId([provider; 32]), cap: Credits(5), until_ms: 9 };
    let next = |content| someone.account.next(content, 0, &someone.key).unwrap();
    let twice = |one, other| ForkProof::of(next(one), next(other)).map(|proof| proof.spends_twice());

    assert_eq!(twice(asks(JOB, 2), asks(JOB, 3)), Some(true));
    assert_eq!(twice(asks(JOB, 2), asks([2; 16], 2)), Some(false));
    assert_eq!(twice(asks(JOB, 2), Content::Hardware(Tags::default())), Some(false));
    assert_eq!(twice(asks(JOB, 2), asks(JOB, 2)), None);
}

#[test]
fn the_same_record_signed_twice_is_no_fork() {
    let (one, other) = (Someone::new(1), Someone::new(2));
    let of = |someone: &Someone| someone.account.next(Content::Hardware(Tags::default()), 0, &someone.key).unwrap();

    assert_eq!(ForkProof::of(of(&one), of(&one)), None);
    assert_eq!(ForkProof::of(of(&one), of(&other)), None);
}

/// A fork that somebody else's key has signed proves nothing.
#[test]
fn a_fork_cannot_be_made_up_for_somebody_else() {
    let (victim, liar) = (Someone::new(1), Someone::new(2));
    let real = victim.account.next(Content::Hardware(Tags::default()), 0, &victim.key).unwrap();
    let forged = Signed::sign(Record { at_ms: 7, ..real.record.clone() }, &liar.key);

    let proof = ForkProof::of(real, forged).unwrap();

    assert_eq!(ForkProof::read(&proof.bytes()), Err(RecordError::Forged));
}

/// The account as it was after some records, and those that came later.
fn broken(chain: &[Signed], last: usize) -> (Account, &[Signed]) {
    let mut account = Account::default();
    let (kept, lost) = chain.split_at(last + 1);
    kept.iter().for_each(|signed| account.take(signed).unwrap());
    (account, lost)
}
