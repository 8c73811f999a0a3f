//! Attempts to make credits of nothing, or to make somebody else's books look wrong.

use super::*;

#[test]
fn a_voucher_counts_once_though_another_record_carries_it_again() {
    let mut deal = Deal::new();
    deal.earns(5);

    let again = deal.earn(5, 5);

    assert_eq!(deal.replay.take(&again), Err(Fault::Amount));
}

#[test]
fn what_was_given_back_is_not_earned_again_with_the_old_voucher() {
    let mut deal = Deal::new();
    deal.earns(5);
    let refund = Content::Refund { job: JOB, payer: deal.payer.node(), amount: Credits::whole(5) };
    deal.does(refund);

    let again = deal.earn(5, 5);

    assert_eq!(deal.replay.take(&again), Err(Fault::Question));
}

#[test]
fn a_voucher_counts_once_though_records_are_said_to_be_lost_in_between() {
    let mut deal = Deal::new();
    deal.earns(5);
    let lost = deal.replay.account().recover(9, 9, 0, &deal.provider.key).unwrap();
    deal.replay.take(&lost).unwrap();

    let again = deal.earn(5, 5);

    assert_eq!(deal.replay.take(&again), Err(Fault::Amount));
}

#[test]
fn what_was_lost_may_have_been_earned_and_no_more() {
    let mut deal = Deal::new();
    deal.earns(5);
    let lost = deal.replay.account().recover(9, 9, 0, &deal.provider.key).unwrap();
    deal.replay.take(&lost).unwrap();

    let later = deal.earn(12, 4);

    assert_eq!(deal.replay.take(&later), Ok(()));
}

/// Who asks draws the number of a job, and can draw one by which it was asked itself.
#[test]
fn two_may_ask_each_other_by_the_same_number() {
    let mut deal = Deal::new();
    let (payer, cap) = (deal.payer.node(), Credits::whole(9));
    deal.does(Content::Reserve { job: JOB, provider: payer, cap, until_ms: 9 });
    deal.does(receipt(payer, Credits::whole(3)));

    deal.earns(5);

    assert_eq!(deal.replay.account().totals.net(), Credits::whole(2));
    assert_eq!(deal.replay.jobs().map(|(_, amount)| amount.0).sum::<i64>(), Credits::whole(2).0);
}

#[test]
fn nothing_negative_is_signed() {
    let someone = Someone::new(1);
    let (job, other, debt) = (JOB, NodeId([7; 32]), Credits::whole(-5));
    let signature = Signature([0; 64]);

    let each = [
        Content::Reserve { job, provider: other, cap: debt, until_ms: 9 },
        receipt(other, debt),
        Content::Earned { job, payer: other, amount: debt, more: debt, signature },
        Content::Refund { job, payer: other, amount: debt },
        Content::Refunded { job, provider: other, amount: debt, signature },
    ];

    for content in each {
        assert_eq!(someone.account.next(content, 0, &someone.key), Err(Fault::Amount));
    }
}

#[test]
fn the_last_number_there_is_is_given_once() {
    let mut someone = Someone::new(1);
    let last = someone.account.recover(1, u64::MAX, 0, &someone.key).unwrap();
    someone.account.take(&last).unwrap();
    let Record { author, previous: _, at_ms, totals, .. } = last.record;
    let more = Record {
        author,
        sequence: u64::MAX,
        previous: last.id,
        at_ms,
        totals,
        content: Content::Recover { lost: u64::MAX },
    };

    let again = Signed::sign(more, &someone.key);

    assert_eq!(someone.account.take(&again), Err(Fault::Order));
}

/// A provider whose records are read by somebody else.
struct Deal {
    payer: Someone,
    provider: Someone,
    replay: Replay,
}

impl Deal {
    fn new() -> Self {
        let (payer, provider) = (Someone::new(1), Someone::new(2));
        let mut replay = Replay::default();
        replay.take(&Account::default().next(Content::Genesis(Tags::default()), 0, &provider.key).unwrap()).unwrap();
        Self { payer, provider, replay }
    }

    fn does(&mut self, content: Content) {
        let signed = self.replay.account().next(content, 0, &self.provider.key).unwrap();
        assert_eq!(self.replay.take(&signed), Ok(()));
    }

    fn earns(&mut self, credits: i64) {
        let earned = self.earn(credits, credits);
        assert_eq!(self.replay.take(&earned), Ok(()));
    }

    /// A record with a voucher that the payer has signed indeed.
    fn earn(&self, credits: i64, more: i64) -> Signed {
        let (kind, job, amount) = (VoucherKind::Payment, JOB, Credits::whole(credits));
        let (payer, provider) = (self.payer.node(), self.provider.node());
        let signature = Voucher { kind, payer, provider, job, amount }.sign(&self.payer.key);
        let content = Content::Earned { job, payer, amount, more: Credits::whole(more), signature };
        self.replay.account().next(content, 0, &self.provider.key).unwrap()
    }
}
