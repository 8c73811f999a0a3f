//! Who is asked before whom.

use std::cmp::Ordering;

use super::estimate::estimate;
use super::{Candidate, Request, lot, ring};

/// Who takes no longer than this many times the best is as good: estimates are not better than that.
const AS_GOOD: f32 = 1.2;
/// How many of those are drawn by lot, of whom the one with the lowest balance is asked first. The more there are, the
/// more evenly money flows; the fewer, the less everyone runs to the same one. Among 2,000 people in 60 days (simulated,
/// docs/benchmarks.md) one lets 13 % of questions be paid, eight 57 %, twelve 59 %, and sixteen 60 %.
const DRAWN: usize = 12;

/// The top bit of [`Runner::time`].
const RELAYED: u32 = 1 << 31;

/// A candidate in the race, with no more than it is compared by. A plan of 10,000 equals takes 0.45 ms so, and 0.87 ms
/// with the whole estimate in here and the comparisons looking at the candidate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Runner<'a> {
    pub(super) candidate: &'a Candidate,
    /// This PC has the first one.
    lot: u64,
    /// Seconds until the answer is whole, as the bits of an `f32`: without a sign they sort as the number does. Relayed
    /// peers have the top bit and so come last.
    time: u32,
    pub(super) ring: u8,
}

impl<'a> Runner<'a> {
    pub(super) fn new(candidate: &'a Candidate) -> Self {
        Self { candidate, lot: 0, time: 0, ring: ring(candidate.place()) }
    }

    /// Finds out what it is compared by.
    pub(super) fn prepare(&mut self, request: &Request, seed: u64) {
        self.lot = self.candidate.node.map_or(0, |node| lot(seed, &node));
        self.time = estimate(request, self.candidate).whole_s.abs().to_bits();
        if self.candidate.relayed {
            self.time |= RELAYED;
        }
    }

    fn by_time(&self, other: &Self) -> Ordering {
        self.time.cmp(&other.time).then_with(|| self.by_lot(other))
    }

    fn by_lot(&self, other: &Self) -> Ordering {
        let key = |runner: &Self| (runner.candidate.node, runner.candidate.model);
        self.lot.cmp(&other.lot).then_with(|| key(self).cmp(&key(other)))
    }

    /// This PC first: it costs nothing and nobody else reads the prompt. Then who has least.
    fn by_balance(&self, other: &Self) -> Ordering {
        let key = |runner: &Self| (runner.candidate.node.is_some(), runner.candidate.balance);
        key(self).cmp(&key(other)).then_with(|| self.by_lot(other))
    }
}

/// The longest time that is as good as this one.
fn as_good(time: u32) -> u32 {
    let whole_s = f32::from_bits(time & !RELAYED) * AS_GOOD;
    whole_s.to_bits() | (time & RELAYED)
}

/// Brings the `wanted` best ones to the front, in order. Gives them, and those that are left over in no order.
pub(super) fn best_first<'r, 'a>(runners: &'r mut [Runner<'a>], wanted: usize) -> (&'r [Runner<'a>], &'r [Runner<'a>]) {
    let as_good = runners.iter().map(|runner| runner.time).min().map_or(0, as_good);
    let equals = to_the_front(runners, |runner| runner.time <= as_good);
    let drawn = smallest_first(runners.get_mut(..equals).unwrap_or_default(), DRAWN, Runner::by_lot);
    let (first, others) = runners.split_at_mut_checked(drawn.min(wanted)).unwrap_or_default();
    first.sort_unstable_by(Runner::by_balance);
    smallest_first(others, wanted.saturating_sub(first.len()), Runner::by_time);
    runners.split_at_checked(wanted).unwrap_or((runners, &[]))
}

/// Brings those that fulfil a condition to the front, and says how many they are.
fn to_the_front<'a>(runners: &mut [Runner<'a>], is_in: impl Fn(&Runner<'a>) -> bool) -> usize {
    let mut count = 0_usize;
    for index in 0..runners.len() {
        if runners.get(index).is_some_and(&is_in) {
            runners.swap(count, index);
            count = count.saturating_add(1);
        }
    }
    count
}

/// Brings the `count` smallest to the front, in order; the others are not sorted. Says how many they are.
fn smallest_first<T>(items: &mut [T], count: usize, by: impl Fn(&T, &T) -> Ordering) -> usize {
    let count = count.min(items.len());
    if count > 0 && count < items.len() {
        items.select_nth_unstable_by(count.saturating_sub(1), &by);
    }
    items.get_mut(..count).unwrap_or_default().sort_unstable_by(by);
    count
}
