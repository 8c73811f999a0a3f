//! Whole evenings of a provider that is asked for more than it can do.

use super::*;

/// What a slot needs for a job.
const JOB: Duration = Duration::from_secs(3);

proptest! {
    #[test]
    fn on_a_busy_evening_everyone_gets_in(seed: u64) {
        everyone_gets_in(seed, 1000);
    }
}

#[test]
fn of_ten_thousand_jobs_none_starves() {
    for seed in 0..4 {
        everyone_gets_in(seed, 10_000);
    }
}

/// One slot is asked for about twice what it can do. A third offers nothing, others up to any price, and one in four
/// askers is never seen again.
fn everyone_gets_in(seed: u64, jobs: u32) {
    let (mut queue, mut random, mut now) = (Queue::default(), Random(seed), Instant::now());
    let (mut since, mut begun, mut refused, mut next) = (BTreeMap::new(), 0, 0, 0);
    while begun + refused < jobs {
        let came = if next < jobs { random.below(5) } else { 0 };
        for _ in 0..came.min(jobs.saturating_sub(next)) {
            next += 1;
            let asker = if random.below(4) == 0 { 1000 + next } else { random.below(30) };
            let credits = if random.below(3) == 0 { 0 } else { 1_i64 << random.below(40) };
            match queue.push(entry(asker, credits), now) {
                Ok(ticket) => drop(since.insert(ticket, now)),
                Err(Refused::Full | Refused::TooMany) => refused += 1,
            }
        }
        let oldest = since.first_key_value().map(|(ticket, then)| (*ticket, *then));
        if let Some((ticket, _)) = queue.pop(now) {
            begun += 1;
            let waited = now - since.remove(&ticket).unwrap();
            assert!(waited <= OVERDUE + JOB * MOST_WAITING, "waited for {waited:?}");
            let (first, then) = oldest.unwrap();
            assert!(now - then < OVERDUE || ticket == first, "an overdue job was passed by");
        }
        now += JOB;
    }
    assert!(queue.is_empty() && since.is_empty());
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(bound)).unwrap()
    }
}
