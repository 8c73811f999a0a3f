//! Streams that peers open for jobs. What libp2p has for it holds a single stream and closes those that come before it
//! was taken: of two questions at the same moment one was lost. Here a few of each connection wait.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::core::upgrade::{DeniedUpgrade, ReadyUpgrade};
use libp2p::swarm::handler::{ConnectionEvent, FullyNegotiatedInbound};
use libp2p::swarm::{
    ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, FromSwarm, NetworkBehaviour,
    SubstreamProtocol, ToSwarm,
};
use libp2p::{Multiaddr, PeerId, Stream, StreamProtocol};
use tokio::sync::mpsc;

use crate::behaviour::JOB;

/// Streams that wait to be taken, of all connections.
const QUEUE: usize = 64;
/// Streams of one connection on which there is no question yet.
const MOST_EACH: usize = 4;
/// After so many that were refused a connection is one that floods.
const FLOOD: u32 = 100;

/// A stream on which a question is to come.
pub(crate) struct Incoming {
    pub(crate) peer: PeerId,
    pub(crate) stream: Stream,
    /// To be dropped when the question was read: then the connection has room for another one.
    pub(crate) place: Arc<()>,
}

/// A peer opens streams far faster than they are taken.
#[derive(Debug)]
pub(crate) struct Flood(pub(crate) PeerId);

/// Takes streams in on all connections.
#[derive(Default)]
pub(crate) struct Behaviour {
    tell: Option<mpsc::Sender<Incoming>>,
    floods: Vec<PeerId>,
}

impl Behaviour {
    /// The streams of all connections that are made from now on.
    pub(crate) fn streams(&mut self) -> mpsc::Receiver<Incoming> {
        let (tell, streams) = mpsc::channel(QUEUE);
        self.tell = Some(tell);
        streams
    }

    fn handler(&self, peer: PeerId) -> Handler {
        Handler { peer, tell: self.tell.clone(), places: Arc::default(), refused: 0, floods: false }
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = Handler;
    type ToSwarm = Flood;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<Handler, ConnectionDenied> {
        Ok(self.handler(peer))
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<Handler, ConnectionDenied> {
        Ok(self.handler(peer))
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(&mut self, peer: PeerId, _: ConnectionId, (): ()) {
        self.floods.push(peer);
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Flood, Infallible>> {
        // The swarm polls again after each event of a handler.
        self.floods.pop().map_or(Poll::Pending, |peer| Poll::Ready(ToSwarm::GenerateEvent(Flood(peer))))
    }
}

/// Takes streams in on one connection.
pub(crate) struct Handler {
    peer: PeerId,
    tell: Option<mpsc::Sender<Incoming>>,
    /// Shared with each of its streams that has no question yet.
    places: Arc<()>,
    refused: u32,
    floods: bool,
}

impl Handler {
    /// Dropping a stream closes it.
    fn take(&mut self, stream: Stream) {
        let has_room = Arc::strong_count(&self.places) <= MOST_EACH;
        let incoming = Incoming { peer: self.peer, stream, place: self.places.clone() };
        let taken = has_room && self.tell.as_ref().is_some_and(|tell| tell.try_send(incoming).is_ok());
        if !taken {
            self.refused = self.refused.saturating_add(1);
            self.floods |= self.refused.is_multiple_of(FLOOD);
        }
    }
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Infallible;
    type ToBehaviour = ();
    type InboundProtocol = ReadyUpgrade<StreamProtocol>;
    type OutboundProtocol = DeniedUpgrade;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = ();

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        SubstreamProtocol::new(ReadyUpgrade::new(JOB), ())
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ConnectionHandlerEvent<DeniedUpgrade, (), ()>> {
        if std::mem::take(&mut self.floods) {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(()));
        }
        Poll::Pending
    }

    fn on_behaviour_event(&mut self, never: Infallible) {
        match never {}
    }

    fn on_connection_event(&mut self, event: ConnectionEvent<'_, Self::InboundProtocol, DeniedUpgrade>) {
        if let ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol, .. }) = event {
            self.take(protocol);
        }
    }
}
