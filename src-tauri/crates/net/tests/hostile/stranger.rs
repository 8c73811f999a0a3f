//! A peer that speaks libp2p and keeps none of our rules.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::gossipsub::{self, IdentTopic, MessageAuthenticity};
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Stream, StreamProtocol, Swarm, SwarmBuilder, identify, relay, tcp, tls, yamux};
use libp2p_stream::{Control, IncomingStreams};
use minicbor::Encode;
use opengateway_api::NodeId;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use crate::victim::{Victim, secret};
use crate::{for_as_long_as_it_takes, soon, until};

pub(crate) const JOB: StreamProtocol = StreamProtocol::new("/opengateway/job/1");
pub(crate) const RECORDS: StreamProtocol = StreamProtocol::new("/opengateway/records/1");
pub(crate) const TOPIC: &str = "/opengateway/1/europe/a";

pub(crate) struct Stranger {
    pub(crate) key: Keypair,
    pub(crate) node: NodeId,
    pub(crate) log: watch::Receiver<Log>,
    control: Control,
    orders: mpsc::Sender<Order>,
    _tasks: JoinSet<()>,
}

/// What has happened so far.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// How many connections to whom.
    pub(crate) connections: BTreeMap<PeerId, u32>,
    pub(crate) opened: u32,
    pub(crate) closed: u32,
    pub(crate) failed: u32,
    pub(crate) relayed: u32,
    reserved: bool,
    subscribed: BTreeSet<(PeerId, String)>,
    pub(crate) gossip: Vec<Vec<u8>>,
}

type Order = Box<dyn FnOnce(&mut Swarm<Raw>) + Send>;

#[derive(NetworkBehaviour)]
struct Raw {
    streams: libp2p_stream::Behaviour,
    identify: identify::Behaviour,
    gossip: gossipsub::Behaviour,
    relay: relay::client::Behaviour,
}

impl Stranger {
    pub(crate) fn new() -> Self {
        Self::of("opengateway/1")
    }

    /// One that says it is of this network.
    pub(crate) fn of(network: &str) -> Self {
        let key = Keypair::ed25519_from_bytes(secret()).unwrap();
        let swarm = swarm(&key, network.into());
        let control = swarm.behaviour().streams.new_control();
        let (orders, inbox) = mpsc::channel(64);
        let (tell, log) = watch::channel(Log::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(run(swarm, inbox, tell));
        let node = NodeId::from_bytes(&key.public().to_peer_id().to_bytes()).unwrap();
        Self { key, node, log, control, orders, _tasks: tasks }
    }

    /// Connects by QUIC.
    pub(crate) async fn meets(&self, victim: &Victim) {
        self.meets_by(victim, "quic").await;
    }

    pub(crate) async fn meets_by(&self, victim: &Victim, transport: &str) {
        // On a busy machine a handshake may take too long.
        for_as_long_as_it_takes(async || {
            self.dials(victim, transport).await;
            self.log.clone().wait_for(|log| log.connections.contains_key(&peer(victim))).await.unwrap();
        })
        .await;
        victim.until("the connection", |log| log.connected.contains(&self.node)).await;
    }

    /// Tries to, whatever comes of it.
    pub(crate) async fn dials(&self, victim: &Victim, transport: &str) {
        self.dials_address(&victim.address(transport)).await;
    }

    pub(crate) async fn dials_address(&self, address: &str) {
        let address: Multiaddr = address.parse().unwrap();
        let Some(Protocol::P2p(peer)) = address.iter().last() else { unreachable!("it names who is there") };
        let options = DialOpts::peer_id(peer).condition(PeerCondition::Always).addresses(vec![address]).build();
        self.order(move |swarm| swarm.dial(options).unwrap()).await;
    }

    /// Is reached through a relay from now on.
    pub(crate) async fn is_reached_through(&self, relay: &Victim) {
        let address: Multiaddr = format!("{}/p2p-circuit", relay.address("quic")).parse().unwrap();
        self.order(move |swarm| swarm.listen_on(address).unwrap()).await;
        self.until("a place on the relay", |log| log.reserved).await;
    }

    /// Ends all connections.
    pub(crate) async fn leaves(&self, victim: &Victim) {
        let peer = peer(victim);
        self.order(move |swarm| swarm.disconnect_peer_id(peer)).await.unwrap();
        victim.until("the end of the connection", |log| !log.connected.contains(&self.node)).await;
    }

    /// Opens a stream for jobs.
    pub(crate) async fn opens(&self, victim: &Victim) -> Stream {
        self.opens_for(victim, JOB).await
    }

    pub(crate) async fn opens_for(&self, victim: &Victim, protocol: StreamProtocol) -> Stream {
        let mut control = self.control.clone();
        soon("a stream", control.open_stream(peer(victim), protocol)).await.unwrap()
    }

    /// Opens a stream, writes, and gives the stream back.
    pub(crate) async fn says(&self, victim: &Victim, bytes: &[u8]) -> Stream {
        let mut stream = self.opens(victim).await;
        say(&mut stream, bytes).await;
        stream
    }

    /// Takes streams of this protocol in from now on.
    pub(crate) fn accepts(&self, protocol: StreamProtocol) -> IncomingStreams {
        self.control.clone().accept(protocol).unwrap()
    }

    /// Gossips to a victim.
    pub(crate) async fn gossips(&self, victim: &Victim, message: Vec<u8>) {
        self.gossips_all(victim, vec![message]).await;
    }

    pub(crate) async fn gossips_all(&self, victim: &Victim, messages: Vec<Vec<u8>>) {
        let hears = (peer(victim), TOPIC.to_owned());
        self.until("the victim to listen", |log| log.subscribed.contains(&hears)).await;
        let publish = |swarm: &mut Swarm<Raw>| {
            let topic = IdentTopic::new(TOPIC);
            let sent = messages.into_iter().map(|it| swarm.behaviour_mut().gossip.publish(topic.clone(), it));
            sent.collect::<Result<Vec<_>, _>>().map(drop)
        };
        self.order(publish).await.unwrap();
    }

    /// Listens to the gossip of a cluster.
    pub(crate) async fn listens(&self) {
        self.order(|swarm| swarm.behaviour_mut().gossip.subscribe(&IdentTopic::new(TOPIC)).unwrap()).await;
    }

    pub(crate) async fn until(&self, wanted: &str, holds: impl FnMut(&Log) -> bool) {
        until(&self.log, wanted, holds).await;
    }

    async fn order<T: Send + 'static>(&self, act: impl FnOnce(&mut Swarm<Raw>) -> T + Send + 'static) -> T {
        let (tell, told) = oneshot::channel();
        let order: Order = Box::new(|swarm| drop(tell.send(act(swarm))));
        assert!(self.orders.send(order).await.is_ok(), "the stranger is gone");
        soon("the stranger", told).await.unwrap()
    }
}

pub(crate) fn peer(victim: &Victim) -> PeerId {
    PeerId::from_bytes(&victim.node.to_bytes()).unwrap()
}

/// A message behind its length.
pub(crate) fn frame(message: &impl Encode<()>) -> Vec<u8> {
    framed(&minicbor::to_vec(message).unwrap())
}

pub(crate) fn framed(body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], body].concat()
}

pub(crate) async fn say(stream: &mut Stream, bytes: &[u8]) {
    soon("the bytes to be taken", stream.write_all(bytes)).await.unwrap();
    soon("the bytes to be taken", stream.flush()).await.unwrap();
}

/// All that comes until the other side ends the stream, politely or not.
pub(crate) async fn rest(stream: &mut Stream) -> Vec<u8> {
    let (mut all, mut piece) = (Vec::new(), [0; 4096]);
    while let Ok(length @ 1..) = soon("the end of the stream", stream.read(&mut piece)).await {
        all.extend_from_slice(&piece[..length]);
    }
    all
}

fn swarm(key: &Keypair, network: String) -> Swarm<Raw> {
    SwarmBuilder::with_existing_identity(key.clone())
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), tls::Config::new, yamux::Config::default)
        .unwrap()
        .with_quic()
        .with_relay_client(tls::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|key, relay| Raw {
            relay,
            streams: libp2p_stream::Behaviour::new(),
            identify: identify::Behaviour::new(identify::Config::new(network, key.public())),
            gossip: gossip(),
        })
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(600)))
        .build()
}

fn gossip() -> gossipsub::Behaviour {
    let config = gossipsub::ConfigBuilder::default()
        .protocol_id_prefix("/opengateway/gossip/1")
        .validation_mode(gossipsub::ValidationMode::Anonymous)
        .max_transmit_size(1 << 20)
        .message_id_fn(|message| gossipsub::MessageId::from(message.data.clone()))
        .build()
        .unwrap();
    gossipsub::Behaviour::new(MessageAuthenticity::Anonymous, config).unwrap()
}

async fn run(mut swarm: Swarm<Raw>, mut orders: mpsc::Receiver<Order>, tell: watch::Sender<Log>) {
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(order) => order(&mut swarm),
                None => return,
            },
            event = swarm.select_next_some() => tell.send_modify(|log| note(log, event)),
        }
    }
}

fn note(log: &mut Log, event: SwarmEvent<RawEvent>) {
    match event {
        SwarmEvent::ConnectionEstablished { peer_id, num_established, endpoint, .. } => {
            log.connections.insert(peer_id, num_established.get());
            log.opened += 1;
            log.relayed += u32::from(endpoint.is_relayed());
        }
        SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } => {
            log.connections.remove(&peer_id);
            log.closed += 1;
        }
        SwarmEvent::ConnectionClosed { peer_id, num_established, .. } => {
            log.connections.insert(peer_id, num_established);
            log.closed += 1;
        }
        SwarmEvent::OutgoingConnectionError { .. } => log.failed += 1,
        SwarmEvent::Behaviour(RawEvent::Relay(relay::client::Event::ReservationReqAccepted { .. })) => {
            log.reserved = true;
        }
        SwarmEvent::Behaviour(RawEvent::Gossip(gossipsub::Event::Subscribed { peer_id, topic })) => {
            log.subscribed.insert((peer_id, topic.into_string()));
        }
        SwarmEvent::Behaviour(RawEvent::Gossip(gossipsub::Event::Message { message, .. })) => {
            log.gossip.push(message.data);
        }
        _ => {}
    }
}
