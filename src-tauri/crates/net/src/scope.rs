//! How far connections may reach, enforced where they are made: a dial or a listener outside the scope is refused,
//! whoever asked for it, and so is a connection that comes in from outside.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use libp2p::Multiaddr;
use libp2p::core::transport::{DialOpts, ListenerId, TransportError, TransportEvent};
use libp2p::core::{Transport, muxing::StreamMuxerBox, transport::Boxed};
use libp2p::identity::PeerId;
use libp2p::multiaddr::Protocol;
use opengateway_api::Scope;

type Inner = Boxed<(PeerId, StreamMuxerBox)>;

/// A transport that does nothing outside its scope.
pub(crate) struct Scoped {
    inner: Inner,
    scope: Scope,
}

impl Scoped {
    pub(crate) fn new(inner: Inner, scope: Scope) -> Self {
        Self { inner, scope }
    }

    fn check(&self, address: &Multiaddr) -> Result<(), TransportError<io::Error>> {
        if allows(self.scope, address) {
            return Ok(());
        }
        let told = format!("{address} is outside of what this node may reach ({:?})", self.scope);
        Err(TransportError::Other(io::Error::new(io::ErrorKind::PermissionDenied, told)))
    }
}

impl Transport for Scoped {
    type Output = (PeerId, StreamMuxerBox);
    type Error = io::Error;
    type ListenerUpgrade = <Inner as Transport>::ListenerUpgrade;
    type Dial = <Inner as Transport>::Dial;

    fn listen_on(&mut self, id: ListenerId, address: Multiaddr) -> Result<(), TransportError<io::Error>> {
        self.check(&address)?;
        self.inner.listen_on(id, address)
    }

    fn remove_listener(&mut self, id: ListenerId) -> bool {
        self.inner.remove_listener(id)
    }

    fn dial(&mut self, address: Multiaddr, options: DialOpts) -> Result<Self::Dial, TransportError<io::Error>> {
        self.check(&address)?;
        self.inner.dial(address, options)
    }

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<TransportEvent<Self::ListenerUpgrade, io::Error>> {
        loop {
            match Pin::new(&mut self.inner).poll(cx) {
                // Dropping the upgrade closes the connection.
                Poll::Ready(TransportEvent::Incoming { send_back_addr, .. })
                    if !allows(self.scope, &send_back_addr) => {}
                event => return event,
            }
        }
    }
}

/// Whether an address lies within a scope. Names are looked up and relays used only where everything is allowed: the
/// lookup itself would leave the machine or the house, and who is behind a relay may be anywhere.
pub(crate) fn allows(scope: Scope, address: &Multiaddr) -> bool {
    let ip: Option<IpAddr> = match address.iter().next() {
        Some(Protocol::Ip4(ip)) => Some(ip.into()),
        Some(Protocol::Ip6(ip)) => Some(ip.into()),
        _ => None,
    };
    let ip = ip.filter(|_| !is_relayed(address));
    match (scope, ip) {
        (Scope::Off, _) => false,
        (Scope::World, _) => true,
        (Scope::Loopback, Some(ip)) => ip.to_canonical().is_loopback(),
        // The unspecified address listens on all interfaces; who comes in is checked one by one.
        (Scope::Lan, Some(ip)) => is_private(ip.to_canonical()),
        (Scope::Loopback | Scope::Lan, None) => false,
    }
}

/// Whether a relay is between.
pub(crate) fn is_relayed(address: &Multiaddr) -> bool {
    address.iter().any(|part| part == Protocol::P2pCircuit)
}

/// The least scope in which an address can be dialled; [`Scope::Off`] if it is none.
pub fn scope_of(address: &str) -> Scope {
    let Ok(address) = address.parse::<Multiaddr>() else { return Scope::Off };
    let scopes = [Scope::Loopback, Scope::Lan, Scope::World];
    scopes.into_iter().find(|scope| allows(*scope, &address)).unwrap_or(Scope::Off)
}

/// Addresses that no router of the internet passes on.
pub(crate) fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified(),
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_loopback() || ip.is_unspecified(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(scope: Scope, address: &str) -> bool {
        allows(scope, &address.parse().unwrap())
    }

    #[test]
    fn loopback_means_this_machine_and_nothing_else() {
        assert!(allowed(Scope::Loopback, "/ip4/127.0.0.1/udp/4001/quic-v1"));
        assert!(allowed(Scope::Loopback, "/ip6/::1/tcp/4001"));
        assert!(!allowed(Scope::Loopback, "/ip4/0.0.0.0/tcp/0"));
        assert!(!allowed(Scope::Loopback, "/ip4/192.168.1.7/tcp/4001"));
        assert!(!allowed(Scope::Loopback, "/dns/localhost/tcp/4001"));
        assert!(!allowed(Scope::Loopback, "/ip6/::ffff:8.8.8.8/tcp/4001"));
    }

    #[test]
    fn a_home_network_has_no_public_addresses_and_no_names() {
        assert!(allowed(Scope::Lan, "/ip4/192.168.1.7/udp/4001/quic-v1"));
        assert!(allowed(Scope::Lan, "/ip4/0.0.0.0/tcp/0"));
        assert!(allowed(Scope::Lan, "/ip6/fe80::1/tcp/4001"));
        assert!(!allowed(Scope::Lan, "/ip4/8.8.8.8/tcp/4001"));
        assert!(!allowed(Scope::Lan, "/ip6/::ffff:8.8.8.8/tcp/4001"));
        assert!(!allowed(Scope::Lan, "/dns4/example.org/tcp/4001"));
    }

    #[test]
    fn who_is_behind_a_relay_may_be_anywhere() {
        let relay = "/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN/p2p-circuit";

        assert!(!allowed(Scope::Loopback, relay) && !allowed(Scope::Lan, relay) && allowed(Scope::World, relay));
    }

    #[test]
    fn off_allows_nothing_and_world_everything() {
        assert!(!allowed(Scope::Off, "/ip4/127.0.0.1/tcp/4001"));
        assert!(allowed(Scope::World, "/dns4/example.org/tcp/4001"));
    }
}
