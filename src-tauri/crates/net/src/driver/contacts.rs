//! With whom a node stays connected: enough to hear everything, few enough that an idle node costs nobody much.
//!
//! The numbers come of a simulation; its table is in docs/benchmarks.md.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use libp2p::PeerId;
use opengateway_api::Tier;

use super::Driver;
use super::heard::ip;
use crate::{scope, topic};

/// Nodes that are found are dialled while fewer are connected.
const WANTED: usize = 24;
/// Beyond this, connections that nobody needs are closed until so many as are wanted are left.
const MOST: usize = 32;
/// While fewer are connected, all clusters are searched again and again.
pub(super) const FEW: usize = 8;
/// How soon again at first; each time that changes nothing doubles it.
const SOON: Duration = Duration::from_secs(5);
const SELDOM: Duration = Duration::from_secs(600);
/// How often the own region's clusters are searched by a node that has company.
const HOURLY: Duration = Duration::from_secs(3600);
/// Who is new is not sent away before it has heard whom we know.
const WELCOME: Duration = Duration::from_secs(20);

/// When nodes of the followed clusters are looked for.
#[derive(Debug)]
pub(super) struct Search {
    next: Instant,
    pause: Duration,
    /// How many were connected in the last round.
    contacts: usize,
}

impl Default for Search {
    fn default() -> Self {
        Self { next: Instant::now(), pause: SOON, contacts: 0 }
    }
}

/// A connected peer, when there are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Contact {
    peer: PeerId,
    since: Instant,
    needed: bool,
}

impl Driver {
    /// Looks for company when there is little, and sends away whom nobody needs when there is too much.
    pub(super) fn look_after_contacts(&mut self, now: Instant) {
        let connected = self.swarm.connected_peers().count();
        if connected > 0 && connected != self.search.contacts && connected < FEW {
            (self.search.pause, self.search.next) = (SOON, self.search.next.min(now + SOON));
        }
        self.search.contacts = connected;
        if connected > 0 && now >= self.search.next {
            self.search(connected < FEW, now);
        }
        if connected > MOST {
            for peer in surplus(self.contacts(), now) {
                let _gone_already = self.swarm.disconnect_peer_id(peer);
            }
        }
    }

    /// Asks the Kademlia table who is in the followed clusters: all of them when there are few, else those at home.
    fn search(&mut self, few: bool, now: Instant) {
        let pause = if few { self.search.pause } else { HOURLY };
        (self.search.next, self.search.pause) = (now + pause, (pause * 2).min(SELDOM));
        let home = self.home.filter(|_| !few);
        let kad = &mut self.swarm.behaviour_mut().kad;
        if few && let Err(error) = kad.bootstrap() {
            tracing::debug!(%error, "no neighbour is known yet");
        }
        for region in self.following.iter().filter(|region| home.is_none_or(|home| home == **region)) {
            for tier in Tier::ALL {
                kad.get_providers(topic::key(*region, tier));
            }
        }
    }

    /// Whether another node is welcome.
    pub(super) fn wants_contacts(&self) -> bool {
        self.swarm.connected_peers().count() < WANTED
    }

    fn contacts(&self) -> Vec<Contact> {
        let behaviour = self.swarm.behaviour();
        let mesh: BTreeSet<PeerId> = behaviour.gossip.all_mesh_peers().copied().collect();
        let contact = |peer: &PeerId| {
            let way = behaviour.streams.way(peer)?;
            let at_home = ip(way.point.get_remote_address()).is_some_and(scope::is_private);
            let needed = at_home || mesh.contains(peer) || behaviour.streams.is_busy(peer) || self.relays.uses(peer);
            Some(Contact { peer: *peer, since: way.since, needed })
        };
        self.swarm.connected_peers().filter_map(contact).collect()
    }
}

/// Whom to send away: the newest first, for who has been here long is seldom somebody's army.
fn surplus(mut contacts: Vec<Contact>, now: Instant) -> Vec<PeerId> {
    let over = contacts.len().saturating_sub(WANTED);
    contacts.retain(|contact| !contact.needed && now.duration_since(contact.since) >= WELCOME);
    contacts.sort_by_key(|contact| std::cmp::Reverse(contact.since));
    contacts.iter().take(over).map(|contact| contact.peer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_go_whom_nobody_needs_and_nobody_who_has_just_come() {
        let start = Instant::now();
        let contact = |second: u64| Contact {
            peer: PeerId::random(),
            since: start + Duration::from_secs(second),
            needed: second.is_multiple_of(2),
        };
        let contacts: Vec<Contact> = (0..40).map(contact).collect();

        let gone = surplus(contacts.clone(), start + WELCOME + Duration::from_secs(29));

        let expected: Vec<PeerId> =
            contacts.iter().take(30).rev().filter(|contact| !contact.needed).map(|c| c.peer).collect();
        assert_eq!(gone, expected);
        assert_eq!(surplus(contacts, start + WELCOME + Duration::from_secs(40)).len(), 40 - WANTED);
    }
}
