//! How much each peer sends within a while.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use libp2p::PeerId;

/// A while.
pub(crate) const WINDOW: Duration = Duration::from_secs(10);

/// Counts what peers send.
#[derive(Debug, Default)]
pub(crate) struct Rate {
    since: Option<Instant>,
    counts: BTreeMap<PeerId, u32>,
}

impl Rate {
    /// Counts one more, and says how many it has been within this while.
    pub(crate) fn count(&mut self, source: PeerId, now: Instant) -> u32 {
        if self.since.is_none_or(|since| now.duration_since(since) >= WINDOW) {
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
    use super::*;

    #[test]
    fn each_peer_is_counted_by_itself_and_anew_in_each_while() {
        let (mut rate, start, one, other) = (Rate::default(), Instant::now(), PeerId::random(), PeerId::random());

        let before = [one, one, other].map(|peer| rate.count(peer, start));
        let after = [one, other].map(|peer| rate.count(peer, start + WINDOW));

        assert_eq!((before, after), ([1, 2, 1], [1, 1]));
    }
}
