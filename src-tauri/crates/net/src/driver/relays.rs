//! Relays: a node that others cannot reach keeps a reservation on two of them.

use std::collections::BTreeMap;

use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};

use super::Driver;

const MOST_RESERVATIONS: usize = 2;
const MOST_KNOWN: usize = 16;

/// Which relays there are, and whether any is needed.
#[derive(Debug, Default)]
pub(super) struct Relays {
    /// AutoNAT says that others cannot reach this node.
    pub(super) wanted: bool,
    /// Others reach it.
    pub(super) reachable: bool,
    known: BTreeMap<PeerId, Multiaddr>,
    reserved: BTreeMap<PeerId, Multiaddr>,
}

impl Relays {
    pub(super) fn seen(&mut self, relay: PeerId, address: Multiaddr) {
        if self.known.len() < MOST_KNOWN {
            self.known.insert(relay, address);
        }
    }

    /// Whether this node is reached through it.
    pub(super) fn uses(&self, relay: &PeerId) -> bool {
        self.reserved.contains_key(relay)
    }

    /// A listener is gone, and a reservation with it.
    pub(super) fn lost(&mut self, addresses: &[Multiaddr]) {
        let of =
            |relay: &PeerId| addresses.iter().any(|address| address.iter().any(|part| part == Protocol::P2p(*relay)));
        self.reserved.retain(|relay, _| !of(relay));
    }
}

impl Driver {
    /// Reserves a place on relays if others cannot reach this node.
    pub(super) fn reserve(&mut self) {
        if !self.relays.wanted || self.relays.reachable || self.config.serves {
            return;
        }
        let free = MOST_RESERVATIONS.saturating_sub(self.relays.reserved.len());
        let new: Vec<(PeerId, Multiaddr)> = self
            .relays
            .known
            .iter()
            .filter(|(relay, _)| !self.relays.reserved.contains_key(relay))
            .take(free)
            .map(|(relay, address)| (*relay, address.clone()))
            .collect();
        for (relay, address) in new {
            let circuit = crate::invite::named(address, relay).with(Protocol::P2pCircuit);
            match self.swarm.listen_on(circuit.clone()) {
                Ok(_) => {
                    self.relays.reserved.insert(relay, circuit);
                }
                Err(error) => tracing::debug!(%relay, %error, "a relay cannot be used"),
            }
        }
    }
}
