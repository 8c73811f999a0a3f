//! Every node that is alive, by what it last said of itself.
//!
//! A record counts from its receipt, by our own clock that only goes forward. Its sequence number has to grow, also
//! after its node was forgotten: a tombstone stays for as long as an old record could still pass. Both
//! are bounded; who stays when there is no more room is in [`Directory::insert`].

mod models;
mod summary;
#[cfg(test)]
mod tests;
mod tombstones;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use opengateway_api::{ModelHash, NodeId};

use crate::capability::{Capability, Invalid};
use crate::route::lot;
use tombstones::Tombstones;

pub use models::Known;

/// Most nodes that are kept.
pub const MOST: usize = 20_000;
/// Most models that all of them together serve, so that a few thousand liars do not fill the memory: 35 MB.
pub const MOST_SERVED: usize = 100_000;

/// The nodes that are alive.
#[derive(Debug)]
pub struct Directory {
    own: NodeId,
    seed: u64,
    live: BTreeMap<NodeId, Live>,
    /// All of `live`; whoever is last goes first.
    order: BTreeSet<Rank>,
    /// Who serves what in `live`.
    serving: BTreeMap<ModelHash, BTreeSet<NodeId>>,
    /// Models of all of `live`, each as often as it is served.
    served: usize,
    tombstones: Tombstones,
}

#[derive(Debug)]
struct Live {
    capability: Capability,
    until: Instant,
    rank: Rank,
}

/// Who stays before whom: valued nodes first, then by lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    unvalued: bool,
    lot: u64,
    node: NodeId,
}

/// What a record was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// The first of a node.
    Joined {
        /// Nodes that had to go to make room.
        evicted: Vec<NodeId>,
    },
    /// A node said it anew.
    Renewed {
        /// Nodes that had to go because it serves more models than before.
        evicted: Vec<NodeId>,
    },
}

/// Why a record changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is not believed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// It is about this node.
    #[error("it is our own")]
    Own,
    /// It was heard before, or a later one was.
    #[error("a later one is known")]
    Replayed,
    /// There is no room, and everyone who is here stays before it.
    #[error("there is no more room")]
    Full,
}

impl Directory {
    /// Knows nobody yet. `seed` is to be secret and random: it decides by lot who stays when there is no more room.
    pub fn new(own: NodeId, seed: u64) -> Self {
        Self {
            own,
            seed,
            live: BTreeMap::new(),
            order: BTreeSet::new(),
            serving: BTreeMap::new(),
            served: 0,
            tombstones: Tombstones::default(),
        }
    }

    /// Takes a record whose signature was checked. `valued` says that we have good experience with its node.
    ///
    /// When there is no room, valued nodes stay before others, and among equals the lot decides, which is drawn from
    /// the name and a secret seed. So nodes without number that somebody makes up can push out no peer we know, and of
    /// the rest they take the share that they have of all names, however often and early they announce themselves
    /// (min-wise sampling, as in Bortnikov et al., "Brahms", 2009).
    ///
    /// # Errors
    /// Why nothing was changed.
    pub fn insert(&mut self, capability: Capability, valued: bool, now_ms: i64, now: Instant) -> Result<News, Refused> {
        let node = capability.node;
        if node == self.own {
            return Err(Refused::Own);
        }
        capability.check(now_ms)?;
        if self.last_sequence(&node).is_some_and(|last| capability.sequence <= last) {
            return Err(Refused::Replayed);
        }
        let rank = Rank { unvalued: !valued, lot: lot(self.seed, &node), node };
        let evicted = self.who_goes_for(&rank, capability.models.len()).ok_or(Refused::Full)?;
        evicted.iter().for_each(|node| self.forget(node));
        let renewed = self.remove(&node).is_some();
        let valid = Duration::from_secs(capability.valid_s.into());
        self.add(Live { until: now.checked_add(valid).unwrap_or(now), capability, rank });
        self.tombstones.remove(&node);
        Ok(if renewed { News::Renewed { evicted } } else { News::Joined { evicted } })
    }

    /// Forgets the nodes whose time is over, and says which. Until then they are still answered with.
    pub fn expire(&mut self, now: Instant) -> Vec<NodeId> {
        let over = self.live.iter().filter(|(_, live)| live.until <= now);
        let gone: Vec<NodeId> = over.map(|(node, _)| *node).collect();
        gone.iter().for_each(|node| self.forget(node));
        self.tombstones.expire(now);
        gone
    }

    /// How many nodes are alive.
    pub fn len(&self) -> usize {
        self.live.len()
    }

    /// Whether nobody is.
    pub fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    /// What a node last said.
    pub fn get(&self, node: &NodeId) -> Option<&Capability> {
        self.live.get(node).map(|live| &live.capability)
    }

    /// What everyone last said, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Capability> {
        self.live.values().map(|live| &live.capability)
    }

    /// Everyone who serves this model.
    pub fn with_model(&self, model: &ModelHash) -> impl Iterator<Item = &Capability> {
        self.serving.get(model).into_iter().flatten().filter_map(|node| self.get(node))
    }

    fn last_sequence(&self, node: &NodeId) -> Option<u64> {
        self.get(node).map(|capability| capability.sequence).or_else(|| self.tombstones.sequence(node))
    }

    /// Who has to go so that this one fits with its models; `None` if it would be itself.
    fn who_goes_for(&self, rank: &Rank, models: usize) -> Option<Vec<NodeId>> {
        let before = self.get(&rank.node).map(|capability| capability.models.len());
        let mut nodes = self.live.len().saturating_add(usize::from(before.is_none()));
        let mut served = self.served.saturating_sub(before.unwrap_or(0)).saturating_add(models);
        let mut goes = Vec::new();
        let mut worst = self.order.iter().rev().filter(|other| other.node != rank.node);
        while nodes > MOST || served > MOST_SERVED {
            let next = worst.next().filter(|next| *next > rank)?;
            nodes = nodes.saturating_sub(1);
            served = served.saturating_sub(self.get(&next.node).map_or(0, |capability| capability.models.len()));
            goes.push(next.node);
        }
        Some(goes)
    }

    fn add(&mut self, live: Live) {
        self.order.insert(live.rank);
        self.served = self.served.saturating_add(live.capability.models.len());
        for model in &live.capability.models {
            self.serving.entry(model.hash).or_default().insert(live.rank.node);
        }
        self.live.insert(live.rank.node, live);
    }

    fn remove(&mut self, node: &NodeId) -> Option<Live> {
        let live = self.live.remove(node)?;
        self.order.remove(&live.rank);
        self.served = self.served.saturating_sub(live.capability.models.len());
        for model in &live.capability.models {
            if let Some(nodes) = self.serving.get_mut(&model.hash) {
                nodes.remove(node);
                if nodes.is_empty() {
                    self.serving.remove(&model.hash);
                }
            }
        }
        Some(live)
    }

    fn forget(&mut self, node: &NodeId) {
        if let Some(live) = self.remove(node) {
            self.tombstones.put(*node, live.capability.sequence, !live.rank.unvalued, live.until);
        }
    }
}
