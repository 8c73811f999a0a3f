//! Which parts of libp2p a node is made of, and within which limits.

use std::collections::HashSet;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use libp2p::allow_block_list::{self, BlockedPeers};
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::core::Transport;
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::upgrade::Version;
use libp2p::gossipsub::{self, MaxCountSubscriptionFilter, MessageAuthenticity, WhitelistSubscriptionFilter};
use libp2p::identity::Keypair;
use libp2p::kad::store::{MemoryStore, MemoryStoreConfig};
use libp2p::request_response::{self, ProtocolSupport};
use libp2p::swarm::NetworkBehaviour;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::{
    StreamProtocol, Swarm, SwarmBuilder, autonat, dcutr, identify, kad, mdns, memory_connection_limits, ping, quic,
    relay, tcp, tls, upnp, yamux,
};
use opengateway_api::Scope;

use crate::scope::Scoped;
use crate::wire::{Codec, StatementCodec};
use crate::{crowd, streams, topic};

/// What identify says; who says something else is of another network.
pub(crate) const PROTOCOL: &str = "opengateway/1";
pub(crate) const JOB: StreamProtocol = StreamProtocol::new("/opengateway/job/1");
const KAD: StreamProtocol = StreamProtocol::new("/opengateway/kad/1");
const RECORDS: StreamProtocol = StreamProtocol::new("/opengateway/records/1");
const LEDGER: StreamProtocol = StreamProtocol::new("/opengateway/ledger/1");

/// A connection that nothing uses is kept for this long: its round-trip time stays known, and the next job begins at
/// once.
const IDLE: Duration = Duration::from_secs(300);
/// As often as a change of route should be noticed.
const PING: Duration = Duration::from_secs(15);
/// Who is silent for longer when pinged is gone: a cable may be out.
const PONG: Duration = Duration::from_secs(5);
/// Connections above this memory of the whole process are refused.
const MOST_MEMORY: usize = 1 << 30;
const MOST_INCOMING: u32 = 256;
const MOST_OUTGOING: u32 = 128;
/// A relayed one, a direct one, and one each way when both dial at once.
const MOST_PER_PEER: u32 = 4;
const MOST_PENDING: u32 = 32;
/// A connection over which nothing comes is dead after this many milliseconds.
const QUIET_MS: u32 = 5_000;
/// So that something comes; the mappings of home routers live much longer.
const KEEP_ALIVE: Duration = Duration::from_secs(2);
/// What one stream, and one connection, may have under way in bytes.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 4 << 20;
/// Long enough for an answer of several thousand text tokens: libp2p's 128 KiB and 2 minutes cut answers off.
const CIRCUIT_BYTES: u64 = 16 << 20;
const CIRCUIT_TIME: Duration = Duration::from_secs(1800);
/// Bytes of gossip that wait to be decoded. libp2p counts what came beyond the first message too, so that several records
/// at once have to fit, and lists of what was said lately.
const MOST_GOSSIP: usize = 64 * 1024;

#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
    crowd: crowd::Behaviour,
    limits: connection_limits::Behaviour,
    memory: memory_connection_limits::Behaviour,
    pub(crate) blocked: allow_block_list::Behaviour<BlockedPeers>,
    identify: identify::Behaviour,
    ping: ping::Behaviour,
    pub(crate) kad: kad::Behaviour<MemoryStore>,
    pub(crate) gossip: Gossip,
    pub(crate) records: request_response::Behaviour<Codec>,
    pub(crate) ledger: request_response::Behaviour<StatementCodec>,
    pub(crate) streams: streams::Behaviour,
    mdns: Toggle<mdns::tokio::Behaviour>,
    upnp: Toggle<upnp::tokio::Behaviour>,
    autonat: Toggle<autonat::v2::client::Behaviour>,
    autonat_server: Toggle<autonat::v2::server::Behaviour>,
    relay: Toggle<relay::Behaviour>,
    relay_client: relay::client::Behaviour,
    dcutr: Toggle<dcutr::Behaviour>,
}

/// Gossip on the topics there are and no others.
pub(crate) type Gossip =
    gossipsub::Behaviour<gossipsub::IdentityTransform, MaxCountSubscriptionFilter<WhitelistSubscriptionFilter>>;

/// Puts a node's network together.
pub(crate) fn swarm(key: Keypair, scope: Scope, serves: bool) -> io::Result<Swarm<Behaviour>> {
    let (circuits, relay_client) = relay::client::new(key.public().to_peer_id());
    let built = SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_other_transport(|key| transport(key, circuits, scope))
        .map_err(io::Error::other)?
        .with_behaviour(|key| behaviour(key, relay_client, scope, serves))
        .map_err(io::Error::other)?;
    // A question goes with the name of its protocol, instead of a round trip after it.
    let eager = |config: libp2p::swarm::Config| config.with_substream_upgrade_protocol_override(Version::V1Lazy);
    Ok(built.with_swarm_config(|config| eager(config.with_idle_connection_timeout(IDLE))).build())
}

/// QUIC first, TLS over TCP where UDP is blocked; names are looked up and relays used where the scope lets them.
fn transport(
    key: &Keypair,
    circuits: relay::client::Transport,
    scope: Scope,
) -> Result<Scoped, Box<dyn std::error::Error + Send + Sync>> {
    let mut config = quic::Config::new(key);
    config.max_idle_timeout = QUIET_MS;
    config.keep_alive_interval = KEEP_ALIVE;
    config.max_stream_data = STREAM_WINDOW;
    config.max_connection_data = CONNECTION_WINDOW;
    let quic = quic::tokio::Transport::new(config).map(|(peer, connection), _| (peer, StreamMuxerBox::new(connection)));
    let tcp = tcp::tokio::Transport::new(tcp::Config::default().nodelay(true))
        .upgrade(Version::V1Lazy)
        .authenticate(tls::Config::new(key)?)
        .multiplex(yamux::Config::default())
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
    let both = quic.or_transport(tcp).map(|either, _| either.into_inner());
    let named = libp2p::dns::tokio::Transport::system(both)?;
    let relayed = circuits
        .upgrade(Version::V1Lazy)
        .authenticate(tls::Config::new(key)?)
        .multiplex(yamux::Config::default())
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
    let all = relayed.or_transport(named).map(|either, _| either.into_inner());
    Ok(Scoped::new(all.boxed(), scope))
}

fn behaviour(
    key: &Keypair,
    relay_client: relay::client::Behaviour,
    scope: Scope,
    serves: bool,
) -> Result<Behaviour, Box<dyn std::error::Error + Send + Sync>> {
    let me = key.public().to_peer_id();
    let agent = format!("opengateway/{}", env!("CARGO_PKG_VERSION"));
    let identify = identify::Config::new(PROTOCOL.into(), key.public())
        .with_agent_version(agent)
        .with_push_listen_addr_updates(true);
    let world = scope == Scope::World;
    let mdns = matches!(scope, Scope::Lan | Scope::World).then(|| mdns::tokio::Behaviour::new(mdns_config(), me));
    let mut kad = kad::Behaviour::with_config(me, store(me), kad_config());
    // A node that others cannot reach is noticed by AutoNAT; within a machine or a house all can.
    kad.set_mode((!world || serves).then_some(kad::Mode::Server));
    Ok(Behaviour {
        crowd: crowd::Behaviour::default(),
        limits: connection_limits::Behaviour::new(limits()),
        memory: memory_connection_limits::Behaviour::with_max_bytes(MOST_MEMORY),
        blocked: allow_block_list::Behaviour::default(),
        identify: identify::Behaviour::new(identify),
        ping: ping::Behaviour::new(ping::Config::new().with_interval(PING).with_timeout(PONG)),
        kad,
        gossip: gossip()?,
        records: request_response::Behaviour::new([(RECORDS, ProtocolSupport::Full)], exchange_config()),
        ledger: request_response::Behaviour::new([(LEDGER, ProtocolSupport::Full)], exchange_config()),
        streams: streams::Behaviour::default(),
        mdns: mdns.transpose()?.into(),
        upnp: (world && !serves).then(upnp::tokio::Behaviour::default).into(),
        autonat: world.then(autonat::v2::client::Behaviour::default).into(),
        autonat_server: (world && serves).then(autonat::v2::server::Behaviour::default).into(),
        relay: serves.then(|| relay::Behaviour::new(me, relay_config())).into(),
        relay_client,
        dcutr: world.then(|| dcutr::Behaviour::new(me)).into(),
    })
}

fn limits() -> ConnectionLimits {
    ConnectionLimits::default()
        .with_max_pending_incoming(Some(MOST_PENDING))
        .with_max_pending_outgoing(Some(MOST_PENDING))
        .with_max_established_incoming(Some(MOST_INCOMING))
        .with_max_established_outgoing(Some(MOST_OUTGOING))
        .with_max_established_per_peer(Some(MOST_PER_PEER))
}

/// Peers of a house are found within a second, also when the first question was lost.
fn mdns_config() -> mdns::Config {
    mdns::Config { query_interval: Duration::from_secs(60), ..mdns::Config::default() }
}

fn kad_config() -> kad::Config {
    let mut config = kad::Config::new(KAD);
    config
        .disjoint_query_paths(true)
        .set_query_timeout(Duration::from_secs(20))
        .set_kbucket_inserts(kad::BucketInserts::Manual)
        .set_record_filtering(kad::StoreInserts::FilterBoth)
        .set_provider_record_ttl(Some(Duration::from_secs(3600)))
        .set_provider_publication_interval(Some(Duration::from_secs(1800)))
        .set_periodic_bootstrap_interval(Some(Duration::from_secs(3600)));
    config
}

fn store(me: libp2p::PeerId) -> MemoryStore {
    // Values are never kept: only who provides what.
    let config = MemoryStoreConfig { max_records: 0, max_value_bytes: 0, ..MemoryStoreConfig::default() };
    MemoryStore::with_config(me, config)
}

fn exchange_config() -> request_response::Config {
    request_response::Config::default()
        .with_request_timeout(Duration::from_secs(10))
        .with_max_concurrent_streams(MOST_PENDING as usize)
}

fn relay_config() -> relay::Config {
    relay::Config { max_circuit_duration: CIRCUIT_TIME, max_circuit_bytes: CIRCUIT_BYTES, ..relay::Config::default() }
}

/// Messages are named by their content and are signed records in themselves, so gossip adds no signature of its own.
/// Three neighbours in a mesh instead of libp2p's six, two that are told what was heard instead of six: in the simulation
/// of docs/benchmarks.md each record still reached everyone, for 157 kB/s in a cluster of a thousand instead of 421.
fn gossip() -> Result<Gossip, Box<dyn std::error::Error + Send + Sync>> {
    let config = gossipsub::ConfigBuilder::default()
        .protocol_id_prefix("/opengateway/gossip/1")
        .validation_mode(gossipsub::ValidationMode::Anonymous)
        .validate_messages()
        .max_transmit_size(MOST_GOSSIP)
        .flood_publish(false)
        .gossip_lazy(2)
        .gossip_factor(0.0)
        .mesh_outbound_min(1)
        .retain_scores(2)
        .mesh_n_low(2)
        .mesh_n(3)
        .mesh_n_high(5)
        .message_id_fn(|message| topic::message_id(message.topic.as_str(), &message.data))
        .build()?;
    let allowed: HashSet<_> = topic::all().map(|topic| topic.hash()).collect();
    let filter = MaxCountSubscriptionFilter {
        max_subscribed_topics: allowed.len(),
        max_subscriptions_per_request: allowed.len().saturating_mul(2),
        filter: WhitelistSubscriptionFilter(allowed),
    };
    let mut gossip = Gossip::new_with_subscription_filter(MessageAuthenticity::Anonymous, config, filter)?;
    let home = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    let scores = gossipsub::PeerScoreParams {
        ip_colocation_factor_whitelist: HashSet::from(home),
        ..gossipsub::PeerScoreParams::default()
    };
    gossip.with_peer_score(scores, gossipsub::PeerScoreThresholds::default())?;
    Ok(gossip)
}
