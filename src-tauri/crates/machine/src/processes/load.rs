//! How much of the processor others use: what the whole machine did, less what ours did.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::share::share;

/// Clocks of processor time tick a hundred times a second: over shorter spans shares are noise.
const SHORTEST: Duration = Duration::from_millis(200);

/// Processor time since the machine started, in seconds over all cores.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Used {
    /// What could have been used.
    pub(super) capacity: f64,
    /// What was used.
    pub(super) busy: f64,
    /// What each of our processes used since it began.
    pub(super) ours: HashMap<u32, f64>,
}

/// The share of others, from one reading to the next.
#[derive(Debug, Default)]
pub(super) struct Load {
    last: Option<(Instant, Used)>,
    others: Option<f32>,
}

impl Load {
    /// `None` until two readings are far enough apart.
    pub(super) fn others(&mut self, used: Option<Used>, now: Instant) -> Option<f32> {
        let Some(used) = used else {
            (self.last, self.others) = (None, None);
            return None;
        };
        match &self.last {
            Some((at, _)) if now.saturating_duration_since(*at) < SHORTEST => return self.others,
            Some((_, before)) => self.others = of_others(before, &used).or(self.others),
            None => {}
        }
        self.last = Some((now, used));
        self.others
    }
}

/// `None` while no time has passed.
fn of_others(before: &Used, after: &Used) -> Option<f32> {
    let capacity = after.capacity - before.capacity;
    let since = |(pid, used): (&u32, &f64)| (used - before.ours.get(pid).copied().unwrap_or(0.0)).max(0.0);
    let ours: f64 = after.ours.iter().map(since).sum();
    (capacity > 0.0).then(|| share(after.busy - before.busy - ours, capacity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_work_is_no_load_of_others() {
        let before = used(80.0, 20.0, &[(1, 5.0), (2, 1.0)]);
        let after = used(160.0, 60.0, &[(1, 25.0), (2, 11.0)]);

        assert_eq!(of_others(&before, &after), Some(0.125));
    }

    #[test]
    fn a_process_of_ours_that_began_meanwhile_counts_as_ours() {
        let after = used(80.0, 30.0, &[(9, 10.0)]);

        assert_eq!(of_others(&used(0.0, 0.0, &[]), &after), Some(0.25));
    }

    #[test]
    fn clocks_that_do_not_quite_agree_give_no_negative_share() {
        let after = used(10.0, 4.0, &[(1, 4.5)]);

        assert_eq!(of_others(&used(0.0, 0.0, &[(1, 0.0)]), &after), Some(0.0));
    }

    #[test]
    fn the_first_reading_and_one_right_after_it_tell_nothing() {
        let (mut load, now) = (Load::default(), Instant::now());

        assert_eq!(load.others(Some(used(10.0, 5.0, &[])), now), None);
        assert_eq!(load.others(Some(used(10.1, 5.1, &[])), now + SHORTEST / 2), None);
        assert_eq!(load.others(Some(used(14.0, 6.0, &[])), now + SHORTEST * 2), Some(0.25));
    }

    #[test]
    fn time_that_stands_still_tells_nothing() {
        let now = used(10.0, 5.0, &[]);

        assert_eq!(of_others(&now, &now), None);
    }

    fn used(capacity: f64, busy: f64, ours: &[(u32, f64)]) -> Used {
        Used { capacity, busy, ours: ours.iter().copied().collect() }
    }
}
