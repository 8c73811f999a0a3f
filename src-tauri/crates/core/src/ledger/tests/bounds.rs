//! Arithmetic at the ends of what a number can be.

use opengateway_api::Unpayable;
use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn totals_are_exact_or_refused(totals in totals(), content in content()) {
        let someone = Someone::new(1);
        let account = Account { totals, ..someone.account };

        let next = account.next(content.clone(), i64::MIN, &someone.key);

        if let Ok(next) = next {
            let after = next.record.totals;
            prop_assert_eq!(exact(&totals, &content), sums(&after));
            prop_assert!(sums(&after).iter().all(|sum| *sum >= 0));
        }
    }

    #[test]
    fn nobody_may_spend_more_than_there_is(totals in totals(), known: bool) {
        let line = line(known, totals.earned);
        let [earned, spent, held] = sums(&totals);
        let there_is = earned - spent + i128::from(line.0) - held;

        let spendable = spendable(&totals, line);

        let fits = earned - spent + i128::from(line.0) <= i128::from(i64::MAX);
        prop_assert!(i128::from(spendable.0) <= there_is.max(i64::MIN.into()));
        prop_assert!(!fits || i128::from(spendable.0) == there_is.max(i64::MIN.into()));
        prop_assert_eq!(unpayable(spendable).is_none(), spendable >= LEAST);
        prop_assert!(line >= BARE_LINE && line <= LINE.plus(MOST_EARNED_LINE).unwrap());
        prop_assert!(most_cap(totals.earned) <= Credits::whole(4000));
    }
}

#[test]
fn what_is_missing_is_said() {
    assert_eq!(unpayable(Credits::whole(999)), Some(Unpayable::TooLittle(Credits::whole(1))));
    assert_eq!(unpayable(Credits::whole(1000)), None);
    assert!(matches!(unpayable(Credits(i64::MIN)), Some(Unpayable::TooLittle(missing)) if missing.0 == i64::MAX));
    assert_eq!(line(true, Credits(i64::MIN)), LINE);
}

fn sums(totals: &Totals) -> [i128; 3] {
    [totals.earned, totals.spent, totals.held].map(|sum| i128::from(sum.0))
}

fn exact(totals: &Totals, content: &Content) -> [i128; 3] {
    let [earned, spent, held] = sums(totals);
    match content {
        Content::Reserve { cap, .. } => [earned, spent, held + i128::from(cap.0)],
        Content::Receipt { more, .. } => [earned, spent + i128::from(more.0), held],
        Content::Earned { more, .. } => [earned + i128::from(more.0), spent, held],
        Content::Refund { amount, .. } => [earned - i128::from(amount.0), spent, held],
        Content::Refunded { amount, .. } => [earned, spent - i128::from(amount.0), held],
        Content::Genesis(_) | Content::Hardware(_) => [earned, spent, held],
        Content::Recover { .. } => [earned, spent, 0],
    }
}

fn totals() -> impl Strategy<Value = Totals> {
    prop::array::uniform3(not_negative()).prop_map(|[earned, spent, held]| Totals { earned, spent, held })
}

fn not_negative() -> impl Strategy<Value = Credits> {
    let ends = prop::sample::select(vec![0, 1, 999_999_999, 1_000_000_000, i64::MAX - 1, i64::MAX]);
    prop_oneof![ends, 0..=i64::MAX, 0..10_000_000_000_i64].prop_map(Credits)
}

fn content() -> impl Strategy<Value = Content> {
    let any_amount = || prop_oneof![4 => not_negative(), 1 => any::<i64>().prop_map(Credits)];
    (0..8_u8, any_amount(), any_amount()).prop_map(|(kind, amount, more)| {
        let (job, other, signature) = (JOB, NodeId([7; 32]), Signature([0; 64]));
        let work = Work { model: ModelHash([9; 32]), text_tokens: 0, price: amount };
        match kind {
            0 => Content::Reserve { job, provider: other, cap: amount, until_ms: i64::MAX },
            1 | 2 => Content::Receipt { job, provider: other, amount, more, work },
            3 | 4 => Content::Earned { job, payer: other, amount, more, signature },
            5 => Content::Refund { job, payer: other, amount },
            6 => Content::Refunded { job, provider: other, amount, signature },
            _ => Content::Recover { lost: 0 },
        }
    })
}
