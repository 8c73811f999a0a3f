//! How much somebody sends, or this node asks, within a while.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The while within which floods are noticed.
pub(crate) const WINDOW: Duration = Duration::from_secs(10);

/// Counts by source.
#[derive(Debug)]
pub(crate) struct Rate<K> {
    within: Duration,
    since: Option<Instant>,
    counts: BTreeMap<K, u32>,
}

impl<K: Ord> Rate<K> {
    pub(crate) fn within(within: Duration) -> Self {
        Self { within, since: None, counts: BTreeMap::new() }
    }

    /// Counts one more, and says how many it has been within this while.
    pub(crate) fn count(&mut self, source: K, now: Instant) -> u32 {
        if self.since.is_none_or(|since| now.duration_since(since) >= self.within) {
            self.counts.clear();
            self.since = Some(now);
        }
        let count = self.counts.entry(source).or_default();
        *count = count.saturating_add(1);
        *count
    }
}

#[cfg(test)]
mod tests {
    use libp2p::PeerId;

    use super::*;

    #[test]
    fn each_peer_is_counted_by_itself_and_anew_in_each_while() {
        let (mut rate, start, one, other) = (Rate::within(WINDOW), Instant::now(), PeerId::random(), PeerId::random());

        let before = [one, one, other].map(|peer| rate.count(peer, start));
        let after = [one, other].map(|peer| rate.count(peer, start + WINDOW));

        assert_eq!((before, after), ([1, 2, 1], [1, 1]));
    }
}
