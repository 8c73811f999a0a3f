//! Streams for jobs, both ways. libp2p's own behaviour for streams closes those that come while one waits to be taken,
//! and opens over any connection there is: here a few of each connection wait, and a direct connection goes before one
//! through a relay.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Instant;

use libp2p::core::transport::PortUse;
use libp2p::core::upgrade::ReadyUpgrade;
use libp2p::core::{ConnectedPoint, Endpoint};
use libp2p::swarm::behaviour::{ConnectionClosed, ConnectionEstablished, DialFailure};
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::handler::{ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound};
use libp2p::swarm::{
    ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, DialError, FromSwarm, NetworkBehaviour,
    NotifyHandler, SubstreamProtocol, ToSwarm,
};
use libp2p::{Multiaddr, PeerId, Stream, StreamProtocol};
use tokio::sync::{mpsc, oneshot};

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
    /// To be dropped when the job is over.
    pub(crate) in_use: InUse,
}

/// A peer opens streams far faster than they are taken.
#[derive(Debug)]
pub(crate) struct Flood(pub(crate) PeerId);

/// Where a stream that is to be opened goes, or why there is none. Dropped when its connection is lost.
pub(crate) type Opening = oneshot::Sender<Result<(Stream, InUse), String>>;

/// A connection with a peer.
pub(crate) struct Way {
    pub(crate) point: ConnectedPoint,
    pub(crate) since: Instant,
}

/// Held by each job that is under way, and once by each connection.
pub(crate) type InUse = Arc<()>;

/// Takes streams in on all connections, and opens them.
#[derive(Default)]
pub(crate) struct Behaviour {
    tell: Option<mpsc::Sender<Incoming>>,
    /// Whom a connection leads to, and by which way.
    ways: BTreeMap<PeerId, BTreeMap<ConnectionId, Way>>,
    /// Whether jobs of a peer are under way.
    uses: BTreeMap<PeerId, Weak<()>>,
    /// For peers that are being dialled.
    waiting: BTreeMap<PeerId, Vec<Opening>>,
    orders: VecDeque<ToSwarm<Flood, Opening>>,
}

impl Behaviour {
    /// The streams of all connections that are made from now on.
    pub(crate) fn streams(&mut self) -> mpsc::Receiver<Incoming> {
        let (tell, streams) = mpsc::channel(QUEUE);
        self.tell = Some(tell);
        streams
    }

    /// Opens a stream to a peer, which is dialled if it is not connected. The swarm is to be polled afterwards.
    pub(crate) fn open(&mut self, peer: PeerId, opening: Opening) {
        if let Some((connection, _)) = self.best(&peer) {
            let handler = NotifyHandler::One(connection);
            return self.orders.push_back(ToSwarm::NotifyHandler { peer_id: peer, handler, event: opening });
        }
        let waiting = self.waiting.entry(peer).or_default();
        waiting.push(opening);
        if waiting.len() == 1 {
            let opts = DialOpts::peer_id(peer).condition(PeerCondition::DisconnectedAndNotDialing).build();
            self.orders.push_back(ToSwarm::Dial { opts });
        }
    }

    /// By which way a peer is connected: the newest direct one, else the newest.
    pub(crate) fn way(&self, peer: &PeerId) -> Option<&Way> {
        self.best(peer).map(|(_, way)| way)
    }

    /// Whether a job is under way with a peer.
    pub(crate) fn is_busy(&self, peer: &PeerId) -> bool {
        let connections = self.ways.get(peer).map_or(0, BTreeMap::len);
        self.uses.get(peer).is_some_and(|uses| uses.strong_count() > connections)
    }

    fn best(&self, peer: &PeerId) -> Option<(ConnectionId, &Way)> {
        let ways = self.ways.get(peer)?.iter();
        ways.max_by_key(|(id, way)| (!way.point.is_relayed(), **id)).map(|(id, way)| (*id, way))
    }

    fn handler(&mut self, peer: PeerId) -> Handler {
        self.uses.retain(|_, uses| uses.strong_count() > 0);
        let in_use = self.uses.get(&peer).and_then(Weak::upgrade).unwrap_or_default();
        self.uses.insert(peer, Arc::downgrade(&in_use));
        let (tell, opening) = (self.tell.clone(), VecDeque::new());
        Handler { peer, tell, in_use, places: Arc::default(), refused: 0, floods: false, opening }
    }

    fn connected(&mut self, peer: PeerId, id: ConnectionId, point: ConnectedPoint) {
        self.ways.entry(peer).or_default().insert(id, Way { point, since: Instant::now() });
        for opening in self.waiting.remove(&peer).unwrap_or_default() {
            self.open(peer, opening);
        }
    }

    fn closed(&mut self, peer: PeerId, id: ConnectionId) {
        if let Some(ways) = self.ways.get_mut(&peer) {
            ways.remove(&id);
            if ways.is_empty() {
                self.ways.remove(&peer);
            }
        }
    }

    fn not_dialled(&mut self, peer: PeerId, error: &DialError) {
        // Somebody else dials it already.
        if matches!(error, DialError::DialPeerConditionFalse(_)) {
            return;
        }
        for opening in self.waiting.remove(&peer).unwrap_or_default() {
            let _nobody_waits = opening.send(Err(error.to_string()));
        }
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

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::ConnectionEstablished(ConnectionEstablished { peer_id, connection_id, endpoint, .. }) => {
                self.connected(peer_id, connection_id, endpoint.clone());
            }
            FromSwarm::ConnectionClosed(ConnectionClosed { peer_id, connection_id, .. }) => {
                self.closed(peer_id, connection_id);
            }
            FromSwarm::DialFailure(DialFailure { peer_id: Some(peer), error, .. }) => self.not_dialled(peer, error),
            _ => {}
        }
    }

    fn on_connection_handler_event(&mut self, peer: PeerId, _: ConnectionId, (): ()) {
        self.orders.push_back(ToSwarm::GenerateEvent(Flood(peer)));
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Flood, Opening>> {
        // The swarm polls again after each event, and its owner after each call.
        self.orders.pop_front().map_or(Poll::Pending, Poll::Ready)
    }
}

/// Streams of one connection.
pub(crate) struct Handler {
    peer: PeerId,
    tell: Option<mpsc::Sender<Incoming>>,
    in_use: InUse,
    /// Shared with each of its streams that has no question yet.
    places: Arc<()>,
    refused: u32,
    floods: bool,
    opening: VecDeque<Opening>,
}

impl Handler {
    /// Dropping a stream closes it.
    fn take(&mut self, stream: Stream) {
        let has_room = Arc::strong_count(&self.places) <= MOST_EACH;
        let (place, in_use) = (self.places.clone(), self.in_use.clone());
        let incoming = Incoming { peer: self.peer, stream, place, in_use };
        let taken = has_room && self.tell.as_ref().is_some_and(|tell| tell.try_send(incoming).is_ok());
        if !taken {
            self.refused = self.refused.saturating_add(1);
            self.floods |= self.refused.is_multiple_of(FLOOD);
        }
    }
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Opening;
    type ToBehaviour = ();
    type InboundProtocol = ReadyUpgrade<StreamProtocol>;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = Opening;

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        SubstreamProtocol::new(ReadyUpgrade::new(JOB), ())
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, Opening, ()>> {
        if std::mem::take(&mut self.floods) {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(()));
        }
        // The connection polls again after each order.
        self.opening.pop_front().map_or(Poll::Pending, |opening| {
            let protocol = SubstreamProtocol::new(ReadyUpgrade::new(JOB), opening);
            Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol })
        })
    }

    fn on_behaviour_event(&mut self, opening: Opening) {
        self.opening.push_back(opening);
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<'_, Self::InboundProtocol, Self::OutboundProtocol, (), Opening>,
    ) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol, .. }) => self.take(protocol),
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol, info }) => {
                let _nobody_waits = info.send(Ok((protocol, self.in_use.clone())));
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { info, error }) => {
                let _nobody_waits = info.send(Err(error.to_string()));
            }
            _ => {}
        }
    }
}
