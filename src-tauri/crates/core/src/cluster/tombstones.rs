//! The last sequence numbers of nodes that are gone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use opengateway_api::NodeId;

use crate::capability::SKEW;

/// Most that are kept: 8 MB.
pub(super) const MOST: usize = 40_000;
/// How long one stays after its node's time was over. A record may have been written by a clock that is [`SKEW`] ahead
/// of ours, and passes until it is [`SKEW`] over: from its receipt that is its own time and twice the skew. A minute
/// more, because the clock that dates are compared with and the one that counts here do not run alike.
const AFTER: Duration = SKEW.saturating_mul(2).saturating_add(Duration::from_secs(60));

/// Sequence numbers that a record of a forgotten node has to exceed.
#[derive(Debug, Default)]
pub(super) struct Tombstones {
    by_node: BTreeMap<NodeId, Tombstone>,
    /// All of `by_node`; the first goes first: that of a node nobody valued, and the one that ends soonest.
    order: BTreeSet<(bool, Instant, NodeId)>,
}

#[derive(Debug)]
struct Tombstone {
    sequence: u64,
    valued: bool,
    until: Instant,
}

impl Tombstones {
    pub(super) fn sequence(&self, node: &NodeId) -> Option<u64> {
        self.by_node.get(node).map(|tombstone| tombstone.sequence)
    }

    /// Remembers a node whose last record counts until `over`.
    pub(super) fn put(&mut self, node: NodeId, sequence: u64, valued: bool, over: Instant) {
        self.remove(&node);
        let until = over.checked_add(AFTER).unwrap_or(over);
        self.by_node.insert(node, Tombstone { sequence, valued, until });
        self.order.insert((valued, until, node));
        if self.order.len() > MOST
            && let Some((_, _, first)) = self.order.pop_first()
        {
            self.by_node.remove(&first);
        }
    }

    pub(super) fn remove(&mut self, node: &NodeId) {
        if let Some(Tombstone { valued, until, .. }) = self.by_node.remove(node) {
            self.order.remove(&(valued, until, *node));
        }
    }

    pub(super) fn expire(&mut self, now: Instant) {
        self.by_node.retain(|_, tombstone| tombstone.until > now);
        self.order.retain(|(_, until, _)| *until > now);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.by_node.len()
    }
}
