//! Addresses: where others find this node, and where it dials them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use libp2p::multiaddr::Protocol;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::{Multiaddr, PeerId};
use opengateway_api::{NodeId, Scope};
use opengateway_core::capability::MOST_ADDRESSES;

use super::Driver;
use super::heard::ip;
use crate::invite;
use crate::job::peer_id;
use crate::network::Event;
use crate::scope::{self, is_relayed};

/// A connection that is younger than this is none that a peer was lost on.
const FRESH: Duration = Duration::from_secs(2);

impl Driver {
    /// Where this node says it can be dialled.
    pub(super) fn own_addresses(&self) -> Vec<String> {
        let me = Protocol::P2p(*self.swarm.local_peer_id());
        let own = |address: &Multiaddr| address.iter().filter(|part| *part != me).collect::<Multiaddr>();
        let all: BTreeSet<Multiaddr> = self.reached_at().map(own).collect();
        let mut told: Vec<Multiaddr> = all.into_iter().filter(|address| is_told(self.config.scope, address)).collect();
        told.sort_by_key(|address| (is_relayed(address), !address.iter().any(|part| part == Protocol::QuicV1)));
        told.iter().take(MOST_ADDRESSES).map(Multiaddr::to_string).collect()
    }

    /// Connects to a node by what it announced of itself, or else by asking the Kademlia table.
    pub(super) fn find(&mut self, node: NodeId, announced: &[String]) {
        let Some(peer) = peer_id(node).filter(|peer| !self.swarm.is_connected(peer)) else { return };
        let addresses = self.believed(peer, announced);
        if addresses.is_empty() {
            self.swarm.behaviour_mut().kad.get_closest_peers(peer);
            return self.dial_peer(peer);
        }
        self.dial_all(addresses);
    }

    /// What of the addresses that a node announces is dialled.
    fn believed(&self, peer: PeerId, announced: &[String]) -> Vec<Multiaddr> {
        let announced = announced.iter().filter_map(|address| address.parse().ok());
        let believed = announced.filter(|address| is_told(self.config.scope, address));
        believed.map(|address| invite::named(address, peer)).collect()
    }

    /// Dials each node once, with all its addresses at the same time.
    pub(super) fn dial_all(&mut self, addresses: Vec<Multiaddr>) {
        let mut nodes: BTreeMap<PeerId, Vec<Multiaddr>> = BTreeMap::new();
        for address in addresses {
            match address.iter().last() {
                Some(Protocol::P2p(peer)) => nodes.entry(peer).or_default().push(address),
                _ => self.dial(address),
            }
        }
        for (peer, addresses) in nodes {
            for address in &addresses {
                self.swarm.add_peer_address(peer, address.clone());
            }
            // It may be dialled already at an address that was right once, which takes seconds to fail.
            let options = DialOpts::peer_id(peer).condition(PeerCondition::Disconnected).addresses(addresses);
            let dialled = self.swarm.dial(options.build());
            if let Err(error) = dialled {
                tracing::debug!(%peer, %error, "a node is not dialled");
            }
        }
    }

    fn dial(&mut self, address: Multiaddr) {
        if let Err(error) = self.swarm.dial(address) {
            tracing::debug!(%error, "address is not dialled");
        }
    }

    pub(super) fn reconnect(&mut self, node: NodeId, last: Option<Multiaddr>, announced: &[String]) {
        let Some(peer) = peer_id(node) else { return };
        // Somebody may have been quicker.
        if self.swarm.behaviour().streams.way(&peer).is_some_and(|way| way.since.elapsed() < FRESH) {
            return;
        }
        let _not_connected = self.swarm.disconnect_peer_id(peer);
        let mut addresses = self.believed(peer, announced);
        addresses.extend(last.map(|address| invite::named(address, peer)));
        // It counts as connected until the connections that are being closed are.
        let options = DialOpts::peer_id(peer).condition(PeerCondition::Always).addresses(addresses);
        if let Err(error) = self.swarm.dial(options.extend_addresses_through_behaviour().build()) {
            tracing::debug!(%peer, %error, "a lost node is not dialled");
        }
    }

    pub(super) fn dial_peer(&mut self, peer: PeerId) {
        if let Err(error) = self.swarm.dial(peer) {
            tracing::debug!(%peer, %error, "peer is not dialled");
        }
    }

    /// Tells under which addresses others can dial this node, when that has changed.
    pub(super) fn tell_addresses(&mut self) {
        let me = *self.swarm.local_peer_id();
        let all: BTreeSet<String> =
            self.reached_at().map(|address| invite::named(address.clone(), me).to_string()).collect();
        let all: Vec<String> = all.into_iter().collect();
        if self.told != all {
            self.told.clone_from(&all);
            self.say(Event::Listening(all));
        }
    }

    fn reached_at(&self) -> impl Iterator<Item = &Multiaddr> {
        self.swarm.external_addresses().chain(self.swarm.listeners())
    }
}

/// Whether an address is told to strangers and believed of them: in a house only those of a house, in the world only
/// those of the world. A stranger must not make this node dial into its owner's house.
fn is_told(within: Scope, address: &Multiaddr) -> bool {
    let Some(ip) = ip(address).map(|ip| ip.to_canonical()) else { return false };
    match within {
        Scope::Off => false,
        Scope::Loopback => ip.is_loopback() && !is_relayed(address),
        Scope::Lan => scope::is_private(ip) && !ip.is_loopback() && !ip.is_unspecified() && !is_relayed(address),
        Scope::World => !scope::is_private(ip),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(within: Scope, address: &str) -> bool {
        is_told(within, &address.parse().unwrap())
    }

    #[test]
    fn in_the_world_no_address_of_a_house_is_told_or_believed() {
        assert!(told(Scope::World, "/ip4/198.51.100.7/udp/4001/quic-v1"));
        assert!(told(Scope::World, "/ip4/198.51.100.7/udp/4001/quic-v1/p2p-circuit"));
        for address in ["/ip4/192.168.1.7/tcp/80", "/ip4/127.0.0.1/tcp/80", "/ip6/::ffff:10.0.0.1/tcp/80"] {
            assert!(!told(Scope::World, address), "{address}");
        }
        assert!(!told(Scope::World, "/dns4/router.home/tcp/80"));
    }

    #[test]
    fn in_a_house_only_its_own_addresses_are_told() {
        assert!(told(Scope::Lan, "/ip4/192.168.1.7/udp/4001/quic-v1"));
        assert!(!told(Scope::Lan, "/ip4/127.0.0.1/udp/4001/quic-v1"));
        assert!(!told(Scope::Lan, "/ip4/198.51.100.7/udp/4001/quic-v1"));
        assert!(told(Scope::Loopback, "/ip4/127.0.0.1/udp/4001/quic-v1"));
    }
}
