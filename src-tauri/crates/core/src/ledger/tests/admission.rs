//! Who may ask, against the same rules in other words.

use proptest::prelude::*;

use super::samples::{key, node};
use super::*;
use crate::tags::Tag;

const MINUTE: i128 = 60_000;
const CREDIT: i128 = 1_000_000;

proptest! {
    #[test]
    fn nobody_asks_for_more_than_can_be_spent(case in case()) {
        let admitted = case.admit();

        // What no number can hold is not counted: who has as much is refused rather than given too much.
        let is_beyond = case.earned > i64::MAX - Credits::whole(6000).0;
        prop_assert!(admitted.ok() == case.oracle() || (is_beyond && admitted.is_err()), "{admitted:?}");
    }
}

#[test]
fn an_account_cannot_hide_what_this_question_sets_aside() {
    let case = Case { spent: Credits::whole(500).0, cap: Credits::whole(600).0, held: 0, ..Case::fresh() };

    assert_eq!(case.admit(), Err(NotPaid::Other));
}

#[test]
fn a_fresh_account_asks_once() {
    let first = Case::fresh();
    let second = Case { held: first.held * 2, ..Case::fresh() };

    assert_eq!(first.admit(), Ok(Credits::whole(1000)));
    assert_eq!(second.admit(), Err(NotPaid::TooLittle));
}

#[test]
fn a_reservation_is_for_one_node_and_one_job() {
    let asked_for = |payer, provider, job| {
        let (hardware, reserve) = Case::fresh().records();
        let asked = Asked { payer, provider, job, hardware: &hardware, reserve: &reserve, first: Credits(1) };
        admit(&asked, &Known::default(), 0)
    };

    assert_eq!(asked_for(node(1), node(2), JOB), Ok(Credits::whole(1000)));
    assert_eq!(asked_for(node(3), node(2), JOB), Err(NotPaid::Other));
    assert_eq!(asked_for(node(1), node(3), JOB), Err(NotPaid::Other));
    assert_eq!(asked_for(node(1), node(2), [2; 16]), Err(NotPaid::Other));
}

#[derive(Debug, Clone)]
pub(super) struct Case {
    earned: i64,
    spent: i64,
    held: i64,
    cap: i64,
    first: i64,
    debt: i64,
    today: i64,
    until_ms: i64,
    now_ms: i64,
    tags: u8,
    trusted: bool,
    forked: bool,
    /// Of what is known: the same record, another one, none.
    same_number: Option<bool>,
    least_number: u64,
}

impl Case {
    /// The first question of a PC that is known by its parts.
    pub(super) fn fresh() -> Self {
        let thousand = Credits::whole(1000).0;
        Self {
            earned: 0,
            spent: 0,
            held: thousand,
            cap: thousand,
            first: 1,
            debt: 0,
            today: 0,
            until_ms: 0,
            now_ms: 0,
            tags: 3,
            trusted: false,
            forked: false,
            same_number: None,
            least_number: 0,
        }
    }

    pub(super) fn records(&self) -> (Signed, Signed) {
        let tag = |number| (number < self.tags).then_some(Tag([number; 32]));
        let tags = Tags { board: tag(0), gpu: tag(1), disk: tag(2) };
        let totals = Totals { earned: Credits(self.earned), spent: Credits(self.spent), held: Credits(self.held) };
        let reserve = Content::Reserve { job: JOB, provider: node(2), cap: Credits(self.cap), until_ms: self.until_ms };
        let record = |sequence, totals, content| {
            let record = Record { author: node(1), sequence, previous: RecordId::default(), at_ms: 0, totals, content };
            Signed::sign(record, &key(1))
        };
        (record(0, Totals::default(), Content::Genesis(tags)), record(5, totals, reserve))
    }

    fn admit(&self) -> Result<Credits, NotPaid> {
        let (hardware, reserve) = self.records();
        let first = Credits(self.first);
        let asked =
            Asked { payer: node(1), provider: node(2), job: JOB, hardware: &hardware, reserve: &reserve, first };
        let known = Known {
            same_number: self.same_number.map(|same| if same { reserve.id } else { hardware.id }),
            least_number: self.least_number,
            forked: self.forked,
            debt: Credits(self.debt),
            today: Credits(self.today),
            trusted: self.trusted,
        };
        admit(&asked, &known, self.now_ms)
    }

    fn oracle(&self) -> Option<Credits> {
        let wide = |number: i64| i128::from(number);
        let (until, now) = (wide(self.until_ms), wide(self.now_ms));
        let in_time = now - 10 * MINUTE <= until && until <= now + 25 * MINUTE;
        let one_chain = !self.forked && self.same_number != Some(false) && self.least_number <= 5;
        let base = if self.tags >= 2 { 1000 } else { 250 } * CREDIT;
        let line = base + (wide(self.earned) / 5).min(5000 * CREDIT);
        let other_questions = wide(self.held) - wide(self.cap);
        let can_spend = wide(self.earned) - wide(self.spent) + line - other_questions - wide(self.debt);
        let most = if self.earned > 0 { 4000 } else { 1000 } * CREDIT;
        let fits = wide(self.cap) <= most && wide(self.first) <= wide(self.cap) && other_questions >= 0;
        let room = if self.trusted { i128::MAX } else { 2000 * CREDIT - wide(self.today) };
        let exposed = room < wide(self.first).max(1) && !self.trusted;
        let may = in_time && one_chain && fits && can_spend >= 1000 * CREDIT && !exposed;
        may.then(|| Credits(i64::try_from(wide(self.cap).min(room)).unwrap()))
    }
}

fn case() -> impl Strategy<Value = Case> {
    let money = || {
        let credits = prop::sample::select(vec![0, 1, 249, 250, 251, 999, 1000, 1001, 2000, 4000, 5000, 25_000]);
        prop_oneof![
            6 => credits.prop_map(|whole| Credits::whole(whole).0),
            2 => 0..6_000_000_000_i64,
            1 => 0..=i64::MAX,
            1 => Just(i64::MAX),
        ]
    };
    let around = |middle: i64| prop_oneof![8 => middle - 1_600_000..middle + 1_600_000, 1 => any::<i64>()];
    let small = || prop_oneof![8 => 0..1_000_000_000_i64, 1 => money()];
    let numbers = (prop::array::uniform3(money()), money(), small(), small(), money());
    let bits = (any::<bool>(), prop::bool::weighted(0.05), prop::option::weighted(0.2, any::<bool>()), 0..7_u64);
    (numbers, around(0), around(0), 0..4_u8, bits).prop_map(|(numbers, until_ms, now_ms, tags, bits)| {
        let ([earned, spent, other], cap, first, debt, today) = numbers;
        let held = if first % 10 == 0 { other } else { other.saturating_add(cap) };
        let (trusted, forked, same_number, least_number) = bits;
        Case {
            earned,
            spent,
            held,
            cap,
            first,
            debt,
            today,
            until_ms,
            now_ms,
            tags,
            trusted,
            forked,
            same_number,
            least_number,
        }
    })
}
