//! How many connections may come from one address. Names are free: without this a single host with many of them takes
//! every place there is.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::swarm::behaviour::{ConnectionClosed, ListenFailure};
use libp2p::swarm::{ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, ToSwarm, dummy};
use libp2p::{Multiaddr, PeerId};

use crate::driver::ip;
use crate::scope;

/// Connections from one address that others began; an office or a provider of mobile networks has many nodes behind it.
const MOST: usize = 32;
/// Of these, such that have not said yet who they are.
const MOST_PENDING: usize = 8;

/// There are enough from this address.
#[derive(Debug, thiserror::Error)]
#[error("too many connections from {0}")]
struct Crowd(IpAddr);

/// Counts who comes in.
#[derive(Debug, Default)]
pub(crate) struct Behaviour {
    pending: BTreeMap<ConnectionId, IpAddr>,
    established: BTreeMap<ConnectionId, IpAddr>,
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        id: ConnectionId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        let Some(host) = host(remote) else { return Ok(()) };
        let (pending, established) = (count(&self.pending, host), count(&self.established, host));
        if pending >= MOST_PENDING || pending.saturating_add(established) >= MOST {
            return Err(ConnectionDenied::new(Crowd(host)));
        }
        self.pending.insert(id, host);
        Ok(())
    }

    fn handle_established_inbound_connection(
        &mut self,
        id: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<dummy::ConnectionHandler, ConnectionDenied> {
        if let Some(host) = self.pending.remove(&id) {
            self.established.insert(id, host);
        }
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<dummy::ConnectionHandler, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        if let FromSwarm::ConnectionClosed(ConnectionClosed { connection_id, .. })
        | FromSwarm::ListenFailure(ListenFailure { connection_id, .. }) = event
        {
            self.pending.remove(&connection_id);
            self.established.remove(&connection_id);
        }
    }

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, never: Infallible) {
        match never {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Infallible, Infallible>> {
        Poll::Pending
    }
}

fn count(connections: &BTreeMap<ConnectionId, IpAddr>, host: IpAddr) -> usize {
    connections.values().filter(|other| **other == host).count()
}

/// Who is counted together: an IPv4 address, or the /64 that an IPv6 host has to itself. `None` for private addresses:
/// who is in the house is not held off.
fn host(address: &Multiaddr) -> Option<IpAddr> {
    match ip(address)?.to_canonical() {
        ip if scope::is_private(ip) => None,
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            Some(IpAddr::from([a, b, c, d, 0, 0, 0, 0]))
        }
        ip => Some(ip),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOOD: &str = "/ip4/198.51.100.7/udp/4001/quic-v1";

    #[test]
    fn an_address_has_a_few_connections_and_others_still_get_in() {
        let mut crowd = Behaviour::default();

        let taken = (0..100).filter(|id| come(&mut crowd, *id, FLOOD)).count();

        assert_eq!(taken, MOST);
        assert!(come(&mut crowd, 100, "/ip4/198.51.100.8/tcp/4001"));
        assert!((101..201).all(|id| come(&mut crowd, id, "/ip4/192.168.1.7/tcp/4001")));
    }

    #[test]
    fn who_says_nothing_takes_fewer_places_and_gives_them_back_when_it_is_given_up() {
        let mut crowd = Behaviour::default();

        let taken = (0..100).filter(|id| knock(&mut crowd, *id, FLOOD)).count();
        leave(&mut crowd, 0);

        assert_eq!(taken, MOST_PENDING);
        assert!(knock(&mut crowd, 100, FLOOD) && !knock(&mut crowd, 101, FLOOD));
        assert!(crowd.established.is_empty());
    }

    #[test]
    fn a_host_with_a_network_of_its_own_is_one_host() {
        let host = |text: &str| host(&text.parse().unwrap());

        assert_eq!(host("/ip6/2001:db8:1:2::1/tcp/1"), host("/ip6/2001:db8:1:2:ffff::9/tcp/1"));
        assert_ne!(host("/ip6/2001:db8:1:2::1/tcp/1"), host("/ip6/2001:db8:1:3::1/tcp/1"));
        assert_eq!(host("/ip6/::ffff:198.51.100.7/tcp/1"), host(FLOOD));
        assert_eq!(host("/ip4/127.0.0.1/tcp/1"), None);
    }

    fn knock(crowd: &mut Behaviour, id: usize, address: &str) -> bool {
        let here = "/ip4/203.0.113.1/tcp/4001".parse().unwrap();
        let remote = address.parse().unwrap();
        crowd.handle_pending_inbound_connection(ConnectionId::new_unchecked(id), &here, &remote).is_ok()
    }

    fn come(crowd: &mut Behaviour, id: usize, address: &str) -> bool {
        let (here, peer) = (Multiaddr::empty(), PeerId::random());
        let id_of = ConnectionId::new_unchecked(id);
        knock(crowd, id, address) && crowd.handle_established_inbound_connection(id_of, peer, &here, &here).is_ok()
    }

    fn leave(crowd: &mut Behaviour, id: usize) {
        let (connection_id, address) = (ConnectionId::new_unchecked(id), Multiaddr::empty());
        let (error, peer_id) = (&libp2p::swarm::ListenError::Aborted, None);
        let (local_addr, send_back_addr) = (&address, &address);
        crowd.on_swarm_event(FromSwarm::ListenFailure(ListenFailure {
            local_addr,
            send_back_addr,
            error,
            connection_id,
            peer_id,
        }));
    }
}
