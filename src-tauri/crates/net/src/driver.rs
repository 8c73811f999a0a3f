//! The task that owns the swarm: obeys orders, and turns what the swarm says into events.

mod addresses;
mod contacts;
mod heard;
mod ledger;
mod relays;
mod table;

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::io;
use std::ops::Bound;
use std::time::{Duration, Instant};

use futures::StreamExt;
use libp2p::core::transport::ListenerId;
use libp2p::gossipsub::{IdentTopic, MessageAcceptance, MessageId};
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::request_response::OutboundRequestId;
use libp2p::{Multiaddr, PeerId, Swarm};
use opengateway_api::{NodeId, Region, Scope};
use opengateway_core::capability::Capability;
use tokio::sync::{mpsc, oneshot};

use crate::behaviour::Behaviour;
use crate::job::peer_id;
use crate::network::{Command, Config, Event, Ticket, Verdict};
use crate::rate::{Rate, WINDOW};
use crate::topic;
use crate::wire::{self, MAX_RECORDS, Records, Statement};
use contacts::Search;
pub(crate) use heard::ip;
use relays::Relays;

/// Events that wait for the node; beyond this the swarm waits too.
const MOST_EVENTS: usize = 1024;
/// Records that are handed on to who joins.
const MOST_RECORDS: usize = 4096;
/// How often lost listeners, lost neighbours and news of clusters are looked after.
const ROUND: Duration = Duration::from_secs(5);
/// What is provided is not announced again within this.
const PROVIDED: Duration = Duration::from_secs(1800);

pub(crate) struct Driver {
    swarm: Swarm<Behaviour>,
    /// Its own sockets. Each is open once: of two, others would see now this and now that, and no hole could be punched.
    listeners: HashSet<ListenerId>,
    key: Keypair,
    config: Config,
    orders: mpsc::Receiver<Command>,
    tell: mpsc::Sender<Event>,
    outbox: VecDeque<Event>,
    /// What this node says of itself, signed.
    own: Option<Vec<u8>>,
    /// What others said, signed.
    records: BTreeMap<NodeId, Vec<u8>>,
    /// With whom the last exchange ended.
    last: NodeId,
    /// Who has subscribed since it was connected: from then on gossip reaches it.
    subscribed: BTreeSet<PeerId>,
    following: BTreeSet<Region>,
    provided: BTreeMap<Vec<u8>, Instant>,
    /// The region that this node announces, and its clusters there.
    home: Option<Region>,
    clusters: Vec<IdentTopic>,
    /// Nobody was there to hear what this node said of itself.
    unheard: bool,
    search: Search,
    relays: Relays,
    gossip: Rate<PeerId>,
    exchanges: Rate<PeerId>,
    /// Exchanges that this node began.
    asked: Rate<()>,
    told: Vec<String>,
    statements: Rate<PeerId>,
    /// Who waits for the answer to a statement.
    telling: BTreeMap<OutboundRequestId, oneshot::Sender<Statement>>,
}

impl Driver {
    pub(crate) fn new(
        mut swarm: Swarm<Behaviour>,
        key: Keypair,
        config: Config,
        orders: mpsc::Receiver<Command>,
        tell: mpsc::Sender<Event>,
    ) -> io::Result<Self> {
        let listeners = listened(config.scope, config.port).into_iter().map(|address| swarm.listen_on(address));
        let listeners = listeners.collect::<Result<_, _>>().map_err(io::Error::other)?;
        swarm.behaviour_mut().gossip.subscribe(&topic::ledger()).map_err(io::Error::other)?;
        Ok(Self {
            swarm,
            listeners,
            key,
            config,
            orders,
            tell,
            outbox: VecDeque::new(),
            own: None,
            records: BTreeMap::new(),
            last: NodeId([0; 32]),
            subscribed: BTreeSet::new(),
            following: BTreeSet::new(),
            provided: BTreeMap::new(),
            home: None,
            clusters: Vec::new(),
            unheard: false,
            search: Search::default(),
            relays: Relays::default(),
            gossip: Rate::within(WINDOW),
            exchanges: Rate::within(WINDOW),
            asked: Rate::within(heard::ASKED_WITHIN),
            told: Vec::new(),
            statements: Rate::within(WINDOW),
            telling: BTreeMap::new(),
        })
    }

    /// Runs until every handle is dropped.
    pub(crate) async fn run(mut self) {
        let mut rounds = tokio::time::interval(ROUND);
        let tell = self.tell.clone();
        loop {
            let has_events = !self.outbox.is_empty();
            let may_hear = self.outbox.len() < MOST_EVENTS;
            tokio::select! {
                order = self.orders.recv() => match order {
                    Some(order) => self.obey(order),
                    None => return,
                },
                permit = tell.reserve(), if has_events => match permit {
                    Ok(permit) => if let Some(event) = self.outbox.pop_front() {
                        permit.send(event);
                    },
                    Err(_) => return,
                },
                event = self.swarm.select_next_some(), if may_hear => self.hear(event),
                _ = rounds.tick() => self.round(),
            }
        }
    }

    fn obey(&mut self, order: Command) {
        match order {
            Command::Dial(addresses) => self.dial_all(addresses),
            Command::Announce(capability) => self.announce(*capability),
            Command::Judge(ticket, verdict) => self.judge(ticket, verdict),
            Command::Follow(regions) => self.follow(&regions.into_iter().collect()),
            Command::Find(node, announced) => self.find(node, &announced),
            Command::Reconnect(node, last, announced) => self.reconnect(node, last, &announced),
            Command::Ban(node, banned) => self.ban(node, banned),
            Command::Forget(node) => {
                self.records.remove(&node);
            }
            Command::Open(peer, opening) => self.swarm.behaviour_mut().streams.open(peer, opening),
            Command::Tell(node, statement, tell) => self.tell_statement(node, statement, tell),
            Command::Reply(to, statement) => {
                let _gone_already = self.swarm.behaviour_mut().ledger.send_response(to.0, statement);
            }
            Command::Gossip(item) => self.gossip_item(&item),
            Command::JudgeItem(ticket, verdict) => self.report(&ticket.0, &ticket.1, verdict),
        }
    }

    fn announce(&mut self, mut capability: Capability) {
        capability.addresses = self.own_addresses();
        let record = match wire::sign(&capability, &self.key) {
            Ok(record) => record,
            Err(error) => return tracing::error!(%error, "this node's record cannot be made"),
        };
        self.own = Some(record);
        self.home = capability.region;
        self.clusters = capability.region.map(|region| topic::of_each(region, &capability.tiers)).unwrap_or_default();
        self.publish();
        let Some(region) = capability.region else { return };
        for tier in &capability.tiers {
            self.provide(topic::key(region, *tier));
        }
        for model in &capability.models {
            self.provide(topic::model_key(model.hash));
        }
    }

    /// Tells the clusters what this node said last.
    fn publish(&mut self) {
        let Some(record) = &self.own else { return };
        self.unheard = false;
        for topic in &self.clusters {
            let published = self.swarm.behaviour_mut().gossip.publish(topic.clone(), record.clone());
            self.unheard |= published.is_err();
        }
    }

    /// Is found under a key from now on; libp2p repeats it by itself.
    fn provide(&mut self, key: libp2p::kad::RecordKey) {
        let now = Instant::now();
        let recently = self.provided.get(&key.to_vec()).is_some_and(|then| now.duration_since(*then) < PROVIDED);
        if recently || self.swarm.connected_peers().next().is_none() {
            return;
        }
        self.provided.insert(key.to_vec(), now);
        if let Err(error) = self.swarm.behaviour_mut().kad.start_providing(key) {
            tracing::debug!(%error, "this node is not found under one of its keys");
        }
    }

    fn judge(&mut self, ticket: Ticket, verdict: Verdict) {
        if verdict == Verdict::Pass && (self.records.len() < MOST_RECORDS || self.records.contains_key(&ticket.node)) {
            self.records.insert(ticket.node, ticket.bytes);
        }
        if let Some((message, source)) = ticket.gossip {
            self.report(&message, &source, verdict);
        }
    }

    fn report(&mut self, message: &MessageId, source: &PeerId, verdict: Verdict) {
        let acceptance = match verdict {
            Verdict::Pass => MessageAcceptance::Accept,
            Verdict::Ignore => MessageAcceptance::Ignore,
            Verdict::Reject => MessageAcceptance::Reject,
        };
        self.swarm.behaviour_mut().gossip.report_message_validation_result(message, source, acceptance);
    }

    fn follow(&mut self, regions: &BTreeSet<Region>) {
        let gossip = &mut self.swarm.behaviour_mut().gossip;
        for region in self.following.difference(regions) {
            topic::of_region(*region).for_each(|topic| {
                gossip.unsubscribe(&topic);
            });
        }
        for region in regions.difference(&self.following) {
            for topic in topic::of_region(*region) {
                if let Err(error) = gossip.subscribe(&topic) {
                    tracing::warn!(%error, %topic, "a cluster cannot be followed");
                }
            }
        }
        self.following.clone_from(regions);
    }

    fn ban(&mut self, node: NodeId, banned: bool) {
        let Some(peer) = peer_id(node) else { return };
        let behaviour = self.swarm.behaviour_mut();
        if banned {
            behaviour.blocked.block_peer(peer);
            behaviour.gossip.blacklist_peer(&peer);
            behaviour.kad.remove_peer(&peer);
            self.records.remove(&node);
            let _not_connected = self.swarm.disconnect_peer_id(peer);
        } else {
            behaviour.blocked.unblock_peer(peer);
            behaviour.gossip.remove_blacklisted_peer(&peer);
        }
    }

    fn round(&mut self) {
        self.listen_again();
        self.look_after_contacts(Instant::now());
    }

    /// After the system has closed all sockets.
    fn listen_again(&mut self) {
        if !self.listeners.is_empty() {
            return;
        }
        for address in listened(self.config.scope, self.config.port) {
            match self.swarm.listen_on(address) {
                Ok(listener) => {
                    self.listeners.insert(listener);
                }
                Err(error) => tracing::debug!(%error, "still nowhere to listen"),
            }
        }
    }

    /// This node's record and others, from where the last answer ended: were it always the first, whoever makes up
    /// names that stand there would be all that newcomers hear of.
    fn known_records(&mut self, most: u32) -> Records {
        let most = usize::try_from(most).unwrap_or(usize::MAX).min(MAX_RECORDS);
        let mut records: Vec<&Vec<u8>> = self.own.iter().take(most).collect();
        let after = self.records.range((Bound::Excluded(self.last), Bound::Unbounded));
        let others = after.chain(self.records.range(..=self.last)).take(most.saturating_sub(records.len()));
        for (node, record) in others {
            self.last = *node;
            records.push(record);
        }
        Records { records: records.into_iter().map(|record| record.clone().into()).collect() }
    }

    fn say(&mut self, event: Event) {
        self.outbox.push_back(event);
    }
}

/// Where a node listens: QUIC and TCP, both families.
fn listened(scope: Scope, port: u16) -> Vec<Multiaddr> {
    let (four, six) = match scope {
        Scope::Off => return Vec::new(),
        Scope::Loopback => (Protocol::Ip4([127, 0, 0, 1].into()), Protocol::Ip6([0, 0, 0, 0, 0, 0, 0, 1].into())),
        Scope::Lan | Scope::World => {
            (Protocol::Ip4([0, 0, 0, 0].into()), Protocol::Ip6([0, 0, 0, 0, 0, 0, 0, 0].into()))
        }
    };
    let both = |ip: Protocol<'static>| {
        let base = Multiaddr::from(ip);
        [base.clone().with(Protocol::Udp(port)).with(Protocol::QuicV1), base.with(Protocol::Tcp(port))]
    };
    both(four).into_iter().chain(both(six)).collect()
}
