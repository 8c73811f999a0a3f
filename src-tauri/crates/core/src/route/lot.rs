//! Drawing lots between nodes.

use std::hash::{DefaultHasher, Hash, Hasher};

use opengateway_api::NodeId;

/// The lot of a node: the same for the same seed, and not to be foreseen without it.
pub(crate) fn lot(seed: u64, node: &NodeId) -> u64 {
    // SipHash, made for keeping strangers from choosing their place in a table.
    let mut hasher = DefaultHasher::new();
    seed.hash(&mut hasher);
    node.0.hash(&mut hasher);
    hasher.finish()
}
