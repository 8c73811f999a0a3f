//! Who is in the Kademlia table: an attacker with one network must not fill a bucket.

use std::net::IpAddr;

use libp2p::{Multiaddr, PeerId};

use super::Driver;
use super::heard::ip;
use crate::scope;

/// Peers of one /24 (IPv6: /48) in a bucket.
const MOST_OF_A_NETWORK: usize = 2;

impl Driver {
    /// Adds a peer's address unless its bucket holds enough peers of the same network.
    pub(super) fn add_to_table(&mut self, peer: PeerId, address: Multiaddr) {
        let Some(network) = ip(&address).and_then(network) else {
            self.swarm.behaviour_mut().kad.add_address(&peer, address);
            return;
        };
        let kad = &mut self.swarm.behaviour_mut().kad;
        let neighbours = kad.kbucket(peer).map_or(0, |bucket| {
            let others = bucket.iter().filter(|entry| *entry.node.key.preimage() != peer);
            others
                .filter(|entry| entry.node.value.iter().any(|known| ip(known).and_then(self::network) == Some(network)))
                .count()
        });
        if neighbours < MOST_OF_A_NETWORK {
            kad.add_address(&peer, address);
        }
    }
}

/// The network that an address belongs to; `None` for private ones, of which a house has as many as it wants.
fn network(ip: IpAddr) -> Option<[u8; 6]> {
    if scope::is_private(ip) {
        return None;
    }
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            Some([4, a, b, c, 0, 0])
        }
        IpAddr::V6(ip) => {
            let [a, b, c, d, e, f, ..] = ip.octets();
            Some([a, b, c, d, e, f])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_a_network_count_as_one_and_a_house_does_not() {
        let network = |text: &str| network(text.parse().unwrap());

        assert_eq!(network("198.51.100.7"), network("198.51.100.200"));
        assert_ne!(network("198.51.100.7"), network("198.51.101.7"));
        assert_eq!(network("192.168.1.7"), None);
        assert_eq!(network("2001:db8:1::1"), network("2001:db8:1:ffff::9"));
    }
}
