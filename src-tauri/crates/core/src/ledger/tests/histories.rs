//! Random histories of a few accounts.

use proptest::prelude::*;
use proptest::sample::Index;

use super::people::{Village, config, steps};
use super::*;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_sum_over_all_who_trade_among_themselves_is_zero(steps in steps()) {
        let mut village = Village::after(&steps);

        village.settle();

        prop_assert_eq!(village.sum(), 0);
        prop_assert!(village.people.iter().all(|someone| someone.account.totals.held == Credits::ZERO));
    }

    #[test]
    fn every_record_says_what_all_before_it_come_to(steps in steps()) {
        let mut village = Village::new();
        for step in steps {
            village.does(&step);

            for (who, someone) in village.people.iter().enumerate() {
                prop_assert_eq!(someone.account.totals, village.expected(who));
            }
        }

        for (someone, chain) in village.people.iter().zip(&village.chains) {
            let mut replay = Replay::default();
            for signed in chain {
                prop_assert_eq!(replay.take(signed), Ok(()));
                prop_assert_eq!(replay.account().totals, signed.record.totals);
            }
            prop_assert_eq!(replay.account(), &someone.account);
            prop_assert_eq!(replay.jobs().map(|(_, amount)| amount.0).sum::<i64>(), someone.account.totals.net().0);
        }
    }

    #[test]
    fn a_replayed_record_changes_nothing(steps in steps()) {
        let village = Village::after(&steps);

        for (someone, chain) in village.people.iter().zip(&village.chains) {
            for signed in village.chains.iter().flatten() {
                let mut account = someone.account.clone();
                prop_assert!(account.take(signed).is_err());
                prop_assert_eq!(&account, &someone.account);
            }
            let mut replay = Replay::default();
            for (taken, signed) in chain.iter().enumerate() {
                prop_assert_eq!(replay.take(signed), Ok(()));
                let before = (replay.account().clone(), replay.jobs().collect::<Vec<_>>());
                prop_assert!(chain[..=taken].iter().all(|old| replay.take(old).is_err()));
                prop_assert_eq!((replay.account().clone(), replay.jobs().collect::<Vec<_>>()), before);
            }
        }
    }

    #[test]
    fn no_number_is_given_twice_and_none_is_left_out(steps in steps()) {
        let mut village = Village::after(&steps);

        village.settle();

        prop_assert!(village.numbers_are_whole());
    }

    #[test]
    fn the_same_vouchers_in_any_order_and_any_number_make_the_same_balances(
        steps in steps(), others in prop::collection::vec(any::<Index>(), 1..60),
    ) {
        let mut village = Village::after(&steps);
        let mut other = village.clone();

        village.settle();
        let count = other.vouchers.len();
        others.iter().filter(|_| count > 0).for_each(|index| other.deliver(index.index(count)));
        (0..count).rev().for_each(|voucher| other.deliver(voucher));
        other.settle();

        prop_assert_eq!(other.nets(), village.nets());
    }
}
