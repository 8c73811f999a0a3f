//! What the swarm says, one kind of event after the other.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use libp2p::multiaddr::Protocol;
use libp2p::swarm::SwarmEvent;
use libp2p::{Multiaddr, PeerId, autonat, gossipsub, identify, kad, mdns, ping, relay, request_response};
use opengateway_api::{NodeId, Reachability};
use opengateway_core::standing::Offence;

use super::Driver;
use super::contacts::FEW;
use crate::behaviour::{BehaviourEvent, PROTOCOL};
use crate::network::{Event, Ticket};
use crate::streams::Flood;
use crate::wire::{self, FrameError, MAX_RECORDS, RecordError, Records, Wanted};
use crate::{scope, topic};

/// Messages of gossip from one neighbour within a [while](crate::rate::WINDOW): twenty times what a cluster of a
/// thousand sends.
const MOST_GOSSIP: u32 = 10_000;
/// Whom others know is asked of the first so many in a while: from then on gossip tells.
const MOST_ASKED: u32 = 16;
pub(super) const ASKED_WITHIN: Duration = Duration::from_secs(3600);
/// Who connects asks for records; each answer may have half a megabyte.
const MOST_EXCHANGES: u32 = 16;

impl Driver {
    pub(super) fn hear(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::Behaviour(event) => self.hear_behaviour(event),
            SwarmEvent::ConnectionEstablished { peer_id, num_established, .. } => {
                self.connected(peer_id, num_established.get() == 1);
            }
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } => self.disconnected(&peer_id),
            SwarmEvent::ConnectionClosed { peer_id, .. } => self.tell_way(peer_id),
            SwarmEvent::NewListenAddr { address, .. } => {
                // Who serves is reached where it listens: it says so, for nobody is there before it to try.
                if self.config.serves {
                    self.swarm.add_external_address(address);
                }
                self.tell_addresses();
            }
            SwarmEvent::ExpiredListenAddr { .. } | SwarmEvent::ExternalAddrExpired { .. } => self.tell_addresses(),
            SwarmEvent::ListenerClosed { reason, addresses, listener_id } => {
                self.listeners.remove(&listener_id);
                tracing::debug!(?reason, "a listener is closed");
                self.relays.lost(&addresses);
                self.tell_addresses();
            }
            SwarmEvent::ExternalAddrConfirmed { address } => {
                let relayed = scope::is_relayed(&address);
                self.say(Event::Reachability(if relayed { Reachability::Relayed } else { Reachability::Direct }));
                self.relays.reachable |= !relayed;
                self.tell_addresses();
            }
            SwarmEvent::OutgoingConnectionError { peer_id, error, .. } => {
                tracing::debug!(?peer_id, %error, "a connection failed");
            }
            _ => {}
        }
    }

    fn hear_behaviour(&mut self, event: BehaviourEvent) {
        match event {
            BehaviourEvent::Identify(identify::Event::Received { peer_id, info, .. }) => self.identified(peer_id, info),
            BehaviourEvent::Ping(event) => self.hear_ping(event),
            BehaviourEvent::Kad(event) => self.hear_kad(event),
            BehaviourEvent::Gossip(gossipsub::Event::Message { propagation_source, message_id, message }) => {
                self.count_gossip(propagation_source);
                if message.topic == topic::ledger().hash() {
                    self.hear_item(propagation_source, message_id, &message.data);
                } else {
                    self.hear_gossip(propagation_source, message_id, message.data);
                }
            }
            // What it gossiped between its connection and now has not reached us. It subscribes to many topics at once.
            BehaviourEvent::Gossip(gossipsub::Event::Subscribed { peer_id, .. }) if self.subscribed.insert(peer_id) => {
                self.ask_for_records(peer_id);
                if self.unheard {
                    self.publish();
                }
            }
            BehaviourEvent::Records(event) => self.hear_records(event),
            BehaviourEvent::Ledger(event) => self.hear_ledger(event),
            BehaviourEvent::Streams(Flood(peer)) => self.offence(&peer, Offence::TooMany),
            BehaviourEvent::Mdns(mdns::Event::Discovered(found)) => {
                self.dial_all(found.into_iter().map(|(peer, address)| crate::invite::named(address, peer)).collect());
            }
            BehaviourEvent::Autonat(autonat::v2::client::Event { tested_addr, result: Err(error), .. }) => {
                tracing::debug!(%tested_addr, %error, "others cannot reach this address");
                if !self.relays.reachable {
                    self.say(Event::Reachability(Reachability::None));
                    self.relays.wanted = true;
                }
                self.reserve();
            }
            BehaviourEvent::RelayClient(relay::client::Event::ReservationReqAccepted { relay_peer_id, .. }) => {
                tracing::info!(relay = %relay_peer_id, "reachable through a relay");
                self.tell_addresses();
            }
            BehaviourEvent::Dcutr(event) => match (event.result, node(&event.remote_peer_id)) {
                (Ok(_), Some(node)) => tracing::info!(peer = %node, "a relayed connection has become direct"),
                (Err(error), _) => tracing::info!(peer = %event.remote_peer_id, %error, "a connection stays relayed"),
                _ => {}
            },
            _ => {}
        }
    }

    fn hear_ping(&mut self, ping: ping::Event) {
        match (ping.result, node(&ping.peer)) {
            (Ok(rtt), Some(node)) => self.say(Event::RoundTrip(node, rtt)),
            // A cable may be out: TCP would wait for minutes.
            (Err(ping::Failure::Timeout), _) => {
                tracing::debug!(peer = %ping.peer, "a connection is dead");
                self.swarm.close_connection(ping.connection);
            }
            (Ok(_), None) | (Err(_), _) => {}
        }
    }

    fn connected(&mut self, peer: PeerId, first: bool) {
        if node(&peer).is_none() {
            let _gone_already = self.swarm.disconnect_peer_id(peer);
            return;
        }
        if first {
            self.ask_for_records(peer);
        }
        self.tell_way(peer);
    }

    fn disconnected(&mut self, peer: &PeerId) {
        self.subscribed.remove(peer);
        if let Some(node) = node(peer) {
            self.say(Event::Disconnected(node));
        }
    }

    /// Tells by which way a peer is connected now: there may be a direct one beside one through a relay.
    fn tell_way(&mut self, peer: PeerId) {
        let Some(node) = node(&peer) else { return };
        let Some(way) = self.swarm.behaviour().streams.way(&peer) else { return };
        let relayed = way.point.is_relayed();
        let address = crate::invite::named(way.point.get_remote_address().clone(), peer).to_string();
        self.say(Event::Connected { node, address, relayed });
    }

    /// Asks whom a node knows, and for what it says of itself now.
    fn ask_for_records(&mut self, peer: PeerId) {
        if self.asked.count((), Instant::now()) > MOST_ASKED && self.swarm.connected_peers().count() >= FEW {
            return;
        }
        let wanted = Wanted { most: u32::try_from(MAX_RECORDS).unwrap_or(u32::MAX) };
        self.swarm.behaviour_mut().records.send_request(&peer, wanted);
    }

    fn identified(&mut self, peer: PeerId, info: identify::Info) {
        if info.protocol_version != PROTOCOL {
            tracing::debug!(%peer, version = info.protocol_version, "is of another network");
            let _gone_already = self.swarm.disconnect_peer_id(peer);
            return;
        }
        let is_relay = info.protocols.contains(&relay::HOP_PROTOCOL_NAME);
        let reachable: Vec<Multiaddr> =
            info.listen_addrs.into_iter().filter(|address| scope::allows(self.config.scope, address)).collect();
        if is_relay && let Some(address) = reachable.first() {
            self.relays.seen(peer, address.clone());
            self.reserve();
        }
        for address in reachable {
            self.add_to_table(peer, address);
        }
    }

    fn hear_kad(&mut self, event: kad::Event) {
        let kad::Event::OutboundQueryProgressed { result, .. } = event else { return };
        if let kad::QueryResult::GetProviders(Ok(kad::GetProvidersOk::FoundProviders { providers, .. })) = result {
            let me = *self.swarm.local_peer_id();
            for peer in providers {
                if peer != me && self.wants_contacts() && !self.swarm.is_connected(&peer) {
                    self.dial_peer(peer);
                }
            }
        }
    }

    fn count_gossip(&mut self, source: PeerId) {
        if self.gossip.count(source, Instant::now()) == MOST_GOSSIP {
            self.offence(&source, Offence::TooMany);
        }
    }

    fn hear_gossip(&mut self, source: PeerId, message: gossipsub::MessageId, data: Vec<u8>) {
        match wire::verify(&data) {
            Ok(capability) => {
                let ticket = Ticket { node: capability.node, bytes: data, gossip: Some((message, source)) };
                self.say(Event::Record { ticket, capability: Box::new(capability) });
            }
            Err(error) => {
                let reject = gossipsub::MessageAcceptance::Reject;
                let gossip = &mut self.swarm.behaviour_mut().gossip;
                gossip.report_message_validation_result(&message, &source, reject);
                self.offence(&source, blame(&error));
            }
        }
    }

    fn hear_records(&mut self, event: request_response::Event<Wanted, Records>) {
        use request_response::{Event as Exchange, Message, OutboundFailure};
        match event {
            Exchange::Message { peer, message: Message::Request { request, channel, .. }, .. } => {
                // Without an answer the stream is closed.
                match self.exchanges.count(peer, Instant::now()) {
                    ..=MOST_EXCHANGES => {}
                    count if count == MOST_EXCHANGES + 1 => return self.offence(&peer, Offence::TooMany),
                    _ => return,
                }
                let records = self.known_records(request.most);
                let _asker_gone = self.swarm.behaviour_mut().records.send_response(channel, records);
            }
            Exchange::Message { peer, message: Message::Response { response, .. }, .. } => {
                self.hear_known(peer, response);
            }
            Exchange::OutboundFailure { peer, error: OutboundFailure::Io(error), .. } => {
                match error.get_ref().and_then(|error| error.downcast_ref()) {
                    Some(FrameError::Malformed(_)) => self.offence(&peer, Offence::Garbage),
                    Some(FrameError::TooLong(_)) => self.offence(&peer, Offence::TooLarge),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn hear_known(&mut self, peer: PeerId, known: Records) {
        for bytes in known.records.into_iter().map(Vec::from) {
            match wire::verify(&bytes) {
                Ok(capability) => {
                    let ticket = Ticket { node: capability.node, bytes, gossip: None };
                    self.say(Event::Record { ticket, capability: Box::new(capability) });
                }
                Err(error) => return self.offence(&peer, blame(&error)),
            }
        }
    }

    pub(super) fn offence(&mut self, peer: &PeerId, offence: Offence) {
        if let Some(node) = node(peer) {
            self.say(Event::Offence(node, offence));
        }
    }
}

fn blame(error: &RecordError) -> Offence {
    match error {
        RecordError::TooLong(_) => Offence::TooLarge,
        RecordError::Malformed(_) => Offence::Garbage,
        RecordError::Forged => Offence::BadSignature,
    }
}

pub(super) fn node(peer: &PeerId) -> Option<NodeId> {
    NodeId::from_bytes(&peer.to_bytes())
}

pub(crate) fn ip(address: &Multiaddr) -> Option<IpAddr> {
    address.iter().find_map(|part| match part {
        Protocol::Ip4(ip) => Some(ip.into()),
        Protocol::Ip6(ip) => Some(ip.into()),
        _ => None,
    })
}
